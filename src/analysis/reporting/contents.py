"""The list of every report in a folder of reports, made from their manifests alone."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup

from analysis.reporting.plain_page import period_words, plain_page, release_words

FAILED = ".failed"


def contents_page(manifests: list[dict]) -> str:
    """The page that lists all authorities and their periods, newest first.

    Parameters
    ----------
    manifests
        The manifest of each period and each failed attempt, with ``folder``: where it stands.

    Examples
    --------
    >>> manifest = {"authority": "derby", "name": "Derby", "period": "2021-08", "complete": True,
    ...             "release": "public", "synthetic": False, "folder": "derby/2021-08"}
    >>> 'href="derby/2021-08/index.html"' in contents_page([manifest])
    True
    """
    ordered = sorted(manifests, key=lambda m: (m["name"], m["authority"]))
    groups = [list(group) for _, group in groupby(ordered, key=lambda m: m["authority"])]
    release = manifests[0]["release"] if manifests else "public"
    body = Markup("\n").join(_section(group) for group in groups)
    return plain_page(
        title="Children’s services performance reports",
        status=release_words(release),
        organisation="All reports in this folder",
        heading="Children’s services performance reports",
        links=[(f"#{quote(_place(group[0]))}", group[0]["name"]) for group in groups]
        or [("#main", "No reports yet")],
        body=body or Markup("<p>No report has been made yet.</p>"),
    )


def _section(group: list[dict]) -> Markup:
    """One authority: its reports, and what became of the attempts that failed."""
    first = group[0]
    rows = sorted(group, key=lambda m: (m["period"], m["folder"]), reverse=True)
    note = (
        Markup("<p><strong>Synthetic data:</strong> this authority does not exist.</p>")
        if first.get("synthetic")
        else Markup("")
    )
    table = Markup(
        '<div class="scroll" role="region" aria-label="Reports of {name}" tabindex="0"><table>'
        "<caption>Reports of {name}, newest first</caption>\n<thead><tr>"
        '<th scope="col">Month</th><th scope="col">State</th><th scope="col">Leader summary</th>'
        "</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    ).format(name=first["name"], rows=Markup("\n").join(_row(m) for m in rows))
    return Markup(
        '<section aria-labelledby="{id}"><h2 id="{id}">{name}</h2>{note}{table}</section>'
    ).format(id=_place(first), name=first["name"], note=note, table=table)


def _row(manifest: dict) -> Markup:
    words = period_words(manifest["period"])
    said = "Leader summary" if manifest.get("complete") else "What could be made"
    return Markup(
        '<tr><th scope="row">{}</th><td>{}</td><td><a href="{}/index.html">{}, {}</a></td></tr>'
    ).format(words, state_words(manifest), quote(manifest["folder"]), said, words)


def _place(manifest: dict) -> str:
    """An authority's place on the page, from its folder, whose name may hold anything."""
    return quote(manifest["authority"], safe="")


def state_words(manifest: dict) -> str:
    """How a report stands, in words.

    Examples
    --------
    >>> state_words({"complete": True, "folder": "derby/2021-08"})
    'Complete'
    """
    if manifest["folder"].endswith(FAILED):
        return "The last attempt failed; an earlier complete report, if any, stands as it was"
    if manifest.get("complete"):
        return "Complete"
    return "Incomplete: at least one page could not be made"
