"""Checks of a built page: safe, light, accessible in structure, and true to its facts.

They need no browser and run on every page before it is published; a page with a problem is not
published. What only a browser can tell is tested in ``tests/browser``.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from urllib.parse import urlsplit

from analysis.reporting.page_tree import Element, read_tree

MOST_BYTES, MOST_GZIP_BYTES = 500_000, 120_000
MOST_TITLE_WORDS, MOST_DESC_SENTENCES = 15, 2
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
LINK_HOSTS = (".gov.uk", ".nhs.uk")
FORBIDDEN = frozenset(
    {"script", "iframe", "frame", "object", "embed", "applet", "form", "base", "link", "audio"}
    | {"video", "portal"}
)
LOADING = frozenset(
    {"src", "srcset", "poster", "data", "action", "formaction", "background", "ping"}
)
LANDMARKS = ("main", "header", "footer")
PRIVATE = re.compile(
    r"Traceback|/(?:home|Users|root|tmp|var/folders)/|file:|[A-Za-z]:\\\\?\w|\\\\\w+\\\w"
)
CSS_REQUEST = re.compile(r"@import|url\(\s*['\"]?(?!data:|#)", re.IGNORECASE)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def check_page(html: str, facts: Iterable[dict]) -> list[str]:
    """What is wrong with a page, one sentence a problem; an empty list when nothing is.

    Parameters
    ----------
    html
        The whole page.
    facts
        The facts that the page may show, as in facts.json (id, value, shown, suppressed).

    Examples
    --------
    >>> check_page("<p>Traceback</p>", [])[0]
    'the page does not begin with <!DOCTYPE html>'
    """
    root, faults = read_tree(html)
    problems = list(_weight(html)) + faults
    for check in (_head, _parts, _safety, _links, _headings, _pictures, _tables):
        problems += check(root)
    return problems + list(_facts(root, list(facts)))


def _weight(html: str) -> Iterator[str]:
    """Size, and words that belong to the machine that made the page."""
    if not html.lstrip().lower().startswith("<!doctype html>"):
        yield "the page does not begin with <!DOCTYPE html>"
    raw = html.encode("utf-8")
    if len(raw) > MOST_BYTES:
        yield f"the page has {len(raw):,} bytes; allowed are {MOST_BYTES:,}"
    packed = len(gzip.compress(raw, compresslevel=1, mtime=0))
    if packed > MOST_GZIP_BYTES:  # packed in haste; nearly every page is light enough even so
        packed = len(gzip.compress(raw, mtime=0))
    if packed > MOST_GZIP_BYTES:
        yield f"the page has {packed:,} bytes gzipped; allowed are {MOST_GZIP_BYTES:,}"
    for found in sorted(set(PRIVATE.findall(html))):
        yield f"the page holds {found!r}, which tells of the machine that made it"


def _head(root: Element) -> Iterator[str]:
    """Language, policy first, title, and no refresh."""
    page = root.find("html")
    if [element.attributes.get("lang") for element in page] != ["en-GB"]:
        yield "the html element does not say lang en-GB"
    head = root.find("head")
    first = head[0].children()[:1] if head else []
    policy = [
        element.attributes.get("content")
        for element in first
        if element.attributes.get("http-equiv", "").lower() == "content-security-policy"
    ]
    if policy != [POLICY]:
        yield "the Content-Security-Policy is not the first element of head, or not as agreed"
    if not any(title.text() for title in (head[0].find("title") if head else [])):
        yield "the page has no title"
    for meta in root.find("meta"):
        if meta.attributes.get("http-equiv", "").lower() == "refresh":
            yield "a meta element reloads the page"
        if "user-scalable" in meta.attributes.get("content", ""):
            yield "the viewport forbids zoom"


def _parts(root: Element) -> Iterator[str]:
    """Landmarks once each, the skip link first, ids unique and every reference answered."""
    for tag in LANDMARKS:
        if len(root.find(tag)) != 1:
            yield f"the page has {len(root.find(tag))} {tag} elements; it should have one"
    if any(not nav.attributes.get("aria-label") for nav in root.find("nav")) or not root.find(
        "nav"
    ):
        yield "the page has no navigation, or one without a name"
    links = root.find("a")
    if not links or not links[0].attributes.get("href", "").startswith("#"):
        yield "the first link of the page is not the skip link"
    ids = Counter(e.attributes["id"] for e in root.walk() if "id" in e.attributes)
    yield from (
        f"the id {name!r} is given {count} times" for name, count in ids.items() if count > 1
    )
    yield from (
        f"the id {name!r} is empty or holds a space"
        for name in ids
        if not name.strip() or " " in name
    )
    for element in root.walk():
        for attribute in ("aria-labelledby", "aria-describedby"):
            for name in element.attributes.get(attribute, "").split():
                if name not in ids:
                    yield f"{element.tag} is named by the id {name!r}, which is not on the page"
        href = element.attributes.get("href", "")
        if href.startswith("#") and href[1:] not in ids:
            yield f"a link leads to {href!r}, which is not on the page"


def _safety(root: Element) -> Iterator[str]:
    """No script, nothing that runs or loads, in elements, attributes or styles."""
    for element in root.walk():
        if element.tag in FORBIDDEN:
            yield f"the page holds a {element.tag} element"
        for name, value in element.attributes.items():
            if name.startswith("on") or name == "srcdoc":
                yield f"{element.tag} carries the attribute {name}"
            if name in LOADING and not value.startswith("data:image/"):
                yield f"{element.tag} loads {name}={value[:60]!r}"
            if name == "style" and CSS_REQUEST.search(value):
                yield f"the style of {element.tag} loads something"
        if element.tag == "style" and CSS_REQUEST.search(element.text()):
            yield "the style sheet loads something"


def _links(root: Element) -> Iterator[str]:
    """Links stay on the page, beside it, or go by https to a public body."""
    for element in root.walk():
        for name in ("href", "xlink:href"):
            href = element.attributes.get(name)
            if href is None:
                continue
            if element.tag != "a":
                if not href.startswith("#"):
                    yield f"{element.tag} refers to {href[:60]!r} outside the page"
                continue
            yield from _link(href, element)


def _link(href: str, element: Element) -> Iterator[str]:
    parts = urlsplit(re.sub(r"[\x00-\x20]", "", href))
    if not element.text() and not element.attributes.get("aria-label"):
        yield f"the link to {href[:60]!r} has no words"
    if parts.scheme == "https":
        if not f".{parts.hostname or ''}".endswith(LINK_HOSTS):
            yield f"the link to {href[:60]!r} leads to a host that is not allowed"
        if "noopener" not in element.attributes.get("rel", "").split():
            yield f"the link to {href[:60]!r} lacks rel=noopener"
    elif parts.scheme or parts.netloc or parts.path.startswith(("/", "\\")):
        yield f"the link {href[:60]!r} is neither on the page, beside it, nor https"


def _headings(root: Element) -> Iterator[str]:
    """One h1, no level skipped, none empty, messages short."""
    found = root.find(*HEADINGS)
    levels = [int(heading.tag[1]) for heading in found]
    if levels.count(1) != 1:
        yield f"the page has {levels.count(1)} h1 elements; it should have one"
    for (before, after), heading in zip(pairwise(levels), found[1:], strict=False):
        if after > before + 1:
            yield f"the heading {heading.text()[:60]!r} skips a level"
    yield from ("a heading is empty" for heading in found if not heading.text())
    for caption in root.find("figcaption"):
        for title in caption.find("h3"):
            message = re.sub(r"^Figure \d+\. ", "", title.text())
            if len(message.split()) > MOST_TITLE_WORDS:
                yield f"the figure's title {message[:60]!r} has more than {MOST_TITLE_WORDS} words"


def _pictures(root: Element) -> Iterator[str]:
    """Every picture has a name and a description, or is hidden from screen readers."""
    by_id = {e.attributes["id"]: e for e in root.walk() if "id" in e.attributes}
    for image in root.find("img"):
        if not image.attributes.get("alt"):
            yield "an img has no alternative text"
    for svg in root.find("svg"):
        if svg.attributes.get("aria-hidden") == "true":
            continue
        named = [by_id.get(name) for name in svg.attributes.get("aria-labelledby", "").split()]
        tags = [element.tag for element in named if element is not None and element.text()]
        if svg.attributes.get("role") != "img" or tags != ["title", "desc"]:
            yield "an svg is not role=img with a title and a description"
    for desc in root.find("desc"):
        if len(re.findall(r"[.!?](?:\s|$)", desc.text())) > MOST_DESC_SENTENCES:
            yield f"the description {desc.text()[:60]!r} has more than two sentences"


def _tables(root: Element) -> Iterator[str]:
    """A caption of its own, a scope on every header, no empty or merged cells."""
    names = Counter(caption.text() for caption in root.find("caption"))
    yield from (
        f"{count} tables have the caption {name[:60]!r}"
        for name, count in names.items()
        if count > 1
    )
    for table in root.find("table"):
        captions = table.find("caption")
        name = captions[0].text()[:60] if captions else ""
        if not name:
            yield "a table has no caption"
        for header in table.find("th"):
            if header.attributes.get("scope") not in ("col", "row"):
                yield f"a header of the table {name!r} has no scope"
            if not header.text():
                yield f"a header of the table {name!r} is empty"
        for cell in table.find("td", "th"):
            if {"colspan", "rowspan"} & set(cell.attributes):
                yield f"the table {name!r} has merged cells"
        if any(not cell.text() and not cell.find("svg") for cell in table.find("td")):
            yield f"the table {name!r} has an empty cell"


def _facts(root: Element, facts: list[dict]) -> Iterator[str]:
    """Every number marked as a fact is that fact's text; nothing hidden carries a value."""
    shown = {str(fact["id"]): fact for fact in facts}
    for element in root.walk():
        name = element.attributes.get("data-fact")
        if name is None:
            continue
        if name not in shown:
            yield f"the page shows the fact {name!r}, which is not in facts.json"
        elif element.text() != " ".join(str(shown[name]["shown"]).split()):
            yield f"what the page shows for {name!r} is not what facts.json says"
    for fact in facts:
        if fact.get("suppressed") and any(
            fact.get(key) is not None for key in ("value", "numerator", "lower", "upper")
        ):
            yield f"the hidden fact {fact['id']!r} still carries a value"
        if fact.get("suppressed") and re.search(r"\d", str(fact.get("shown", ""))):
            yield f"the hidden fact {fact['id']!r} shows a number"
