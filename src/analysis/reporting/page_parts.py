"""What of an executed notebook becomes a page: prose, marked blocks, headline and masthead.

Everything else (code, printed text, stray results, warnings, errors) stays out. The template of
``analysis_page`` lays the parts out; nbconvert calls ``page_filter`` before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from markupsafe import Markup

TEMPLATE = Path(__file__).parent / "template"
HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
FENCE = re.compile(r"^ {0,3}(```|~~~)")
RELEASES = ("public", "internal")


class PageError(Exception):
    """Raised when a notebook lacks what every page needs."""


@cache
def style_sheet() -> Markup:
    """The style sheet of every page."""
    return Markup((TEMPLATE / "page.css").read_text(encoding="utf-8"))


@cache
def sprite() -> Markup:
    """The shapes that the signs of variation and assurance use."""
    return Markup((TEMPLATE / "sprite.svg").read_text(encoding="utf-8"))


def page_filter() -> Callable:
    """The step that nbconvert runs before the template; ``conf.json`` names it."""

    def add_page(notebook: dict, resources: dict) -> tuple[dict, dict]:
        return notebook, {**resources, "page": page_of(notebook)}

    return add_page


def page_of(notebook: dict) -> dict:
    r"""The parts of a page, in the order that they are shown.

    Parameters
    ----------
    notebook
        An executed notebook. One output has ``analysis.masthead`` in its metadata, one may have
        ``analysis.headline`` (the message of the page), any may have ``analysis.message`` (the
        message of its section), ``analysis.left_out`` (its section does not apply and is not
        shown) or ``analysis.block`` true (HTML to be shown as it is). Headline
        and messages are HTML: text in them has been escaped.

    Returns
    -------
    dict
        ``masthead``; ``heading`` (the h1); ``cards`` (blocks of cells tagged ``headlines``);
        ``first`` (parts before the first section) and ``sections``, each with id, title, message
        and parts; ``style`` and ``sprite``.

    Raises
    ------
    PageError
        When no output carries the masthead, or its release is neither public nor internal.

    Examples
    --------
    >>> masthead = {"analysis": {"masthead": {"title": "Demand", "release": "public"}}}
    >>> page = page_of({"cells": [
    ...     {"cell_type": "markdown", "source": "# Demand\n\nWhy it matters.\n\n## By month"},
    ...     {"cell_type": "code", "outputs": [{"metadata": masthead}]}]})
    >>> page["heading"], page["first"], page["sections"][0]["id"]
    ('Demand', [{'prose': 'Why it matters.'}], 'by-month')
    """
    cells = notebook["cells"]
    heading = Markup(_first(cells, "headline") or "")
    first, cards, sections = [], [], []
    taken = {"main", "headlines", "top", "h-top"}
    for cell in cells:
        parts = sections[-1]["parts"] if sections else first
        if cell["cell_type"] == "code":
            tagged = "headlines" in cell.get("metadata", {}).get("tags", [])
            (cards if tagged else parts).extend({"html": html} for html in _blocks(cell))
            message = _first([cell], "message")
            if message and sections:
                sections[-1]["message"] = Markup(message)
            if _first([cell], "left_out") and sections:
                sections[-1]["left_out"] = True
        elif cell["cell_type"] == "markdown":
            for part in markdown_parts(_text(cell["source"])):
                level = part.get("level")
                if level == 1:
                    heading = heading or part["heading"]
                elif level == 2:
                    sections.append(_section(part["heading"], taken))
                else:
                    target = sections[-1]["parts"] if sections else first
                    target.append(part if level is None else _numbered(part, taken))
    sections = [section for section in sections if not section.get("left_out")]
    return {
        "masthead": _masthead(cells, sections),
        "heading": heading or "This page has no headline",
        "cards": cards,
        "first": first,
        "sections": sections,
        "style": style_sheet(),
        "sprite": sprite(),
    }


def markdown_parts(source: str) -> Iterator[dict]:
    r"""Split a markdown cell at its headings; a heading inside a code fence is text.

    Examples
    --------
    >>> list(markdown_parts("Why.\n## By month\nText."))
    [{'prose': 'Why.'}, {'level': 2, 'heading': 'By month'}, {'prose': 'Text.'}]
    """
    prose: list[str] = []
    fenced = False
    for line in source.splitlines():
        fenced ^= bool(FENCE.match(line))
        found = None if fenced else HEADING.match(line)
        if not found:
            prose.append(line)
            continue
        yield from _prose(prose)
        prose = []
        yield {"level": len(found[1]), "heading": found[2]}
    yield from _prose(prose)


def _prose(lines: list[str]) -> Iterator[dict]:
    text = "\n".join(lines).strip()
    if text:
        yield {"prose": text}


def _section(title: str, taken: set[str]) -> dict:
    return {"id": unique_id(title, taken), "title": title, "message": "", "parts": []}


def _numbered(part: dict, taken: set[str]) -> dict:
    """A heading within a section; its level never skips one."""
    return {**part, "level": 3, "id": unique_id(part["heading"], taken)}


def unique_id(title: str, taken: set[str]) -> str:
    """An id made of a heading's words that no other part of the page has; it is noted as taken.

    Examples
    --------
    >>> taken = {"costs"}
    >>> unique_id("Costs", taken), unique_id("`Costs`!", taken)
    ('costs-2', 'costs-3')
    """
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    stem = stem if stem[:1].isalpha() else f"s-{stem}".rstrip("-")
    name, count = stem, 1
    while {name, f"h-{name}"} & taken:
        count += 1
        name = f"{stem}-{count}"
    taken.update({name, f"h-{name}"})
    return name


def _masthead(cells: list[dict], sections: list[dict]) -> dict:
    """What stands above the page; without a list of links, one to each section."""
    given = _first(cells, "masthead")
    if not given:
        raise PageError(
            "No output of the notebook carries the masthead; its first code cell must show it."
        )
    release = given.get("release")
    if release not in RELEASES:
        raise PageError(f"The masthead's release is {release!r}; allowed are public and internal.")
    links = [[f"#{section['id']}", section["title"]] for section in sections]
    # the status may have been escaped already; what is shown is its text, escaped once
    status = str(Markup(given.get("status_html_safe_text", "")).unescape())
    return {
        "page_title": given.get("title", ""),
        "organisation": "",
        "subject": "",
        "rows": [],
        "synthetic": False,
        "footer": [],
        **given,
        "nav": (given.get("nav") or links) + given.get("ways_out", []),
        "status": status,
    }


def _first(cells: list[dict], key: str) -> object:
    """The first value that an output's metadata holds under ``analysis``, by its key."""
    for cell in cells:
        for output in cell.get("outputs", []):
            found = output.get("metadata", {}).get("analysis", {}).get(key)
            if found:
                return found
    return None


def _blocks(cell: dict) -> list[str]:
    """The HTML of the outputs that were marked to be shown."""
    return [
        _text(output["data"]["text/html"])
        for output in cell.get("outputs", [])
        if output.get("metadata", {}).get("analysis", {}).get("block") is True
        and "text/html" in output.get("data", {})
    ]


def _text(source: str | list[str]) -> str:
    """A notebook's text, which may be kept as a list of lines."""
    return source if isinstance(source, str) else "".join(source)
