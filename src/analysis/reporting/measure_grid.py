"""The grid of measures: one row a measure, a table on a desk and a list on a phone."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from analysis.reporting.icons import assurance_icon, icon_key, variation_icon
from analysis.reporting.tables import caption_html, cell

COLUMNS = (
    ("latest", "n latest", "Latest"),
    ("previous", "n pv", "Month before"),
    ("sparkline", "spk", "Last months"),
    ("variation", "", "Variation"),
    ("assurance", "", "Assurance"),
    ("target", "tg", "Target"),
    ("benchmark", "n en", "England"),
    ("based_on", "n bs", "Based on"),
)
LISTED = frozenset({"latest", "previous", "target", "benchmark", "based_on"})
TESTED = frozenset({"improvement", "neutral", "common"})


def measure_grid(
    rows: Sequence[dict],
    *,
    table_id: str,
    caption: object,
    note: object = "",
    number: int | None = None,
    headings: dict[str, str] | None = None,
) -> Markup:
    """The measures with their state, and the key to the symbols.

    Parameters
    ----------
    rows
        Dicts of ``name``, ``href`` (where it is shown in detail, or empty), ``caution`` (words
        under the name, or empty), ``latest``, ``previous``, ``benchmark``, ``based_on`` (Markup of
        facts, or text), ``sparkline`` (Markup), ``variation`` and ``assurance`` (keys of the
        signs) and ``target`` (text). Sort them with ``by_concern``.
    headings
        Other words for the columns, such as ``{"latest": "August", "previous": "July"}``.

    Examples
    --------
    >>> row = {"name": "Visits on time", "latest": "86.8%", "previous": "86.0%", "sparkline": "",
    ...     "variation": "common_cause", "assurance": "fail", "target": "95% or more",
    ...     "benchmark": None, "based_on": "354 of 408"}
    >>> grid = measure_grid([row], table_id="t-grid", caption="Key measures")
    >>> "Consistently missed" in grid, '<span class="sym">[x]</span>' in grid
    (True, True)
    """
    words = {key: name for key, _, name in COLUMNS} | (headings or {})
    heads = [Markup('<th scope="col" role="columnheader">Measure</th>')] + [
        Markup('<th scope="col" role="columnheader"{}>{}</th>').format(
            Markup(' class="n"') if classes.startswith("n ") else "", words[key]
        )
        for key, classes, _ in COLUMNS
    ]
    return Markup(
        '<div class="scroll" role="region" tabindex="0" aria-labelledby="{}">'
        '<table class="grid" role="table">\n{}\n<thead role="rowgroup"><tr role="row">{}</tr>'
        '</thead>\n<tbody role="rowgroup">\n{}\n</tbody></table></div>\n{}'
    ).format(
        table_id,
        caption_html(table_id, caption, note, number),
        Markup("").join(heads),
        Markup("\n").join(_row(row, words) for row in rows),
        icon_key(),
    )


def by_concern(rows: Sequence[dict]) -> list[dict]:
    """Rows with concern first, then targets consistently missed, then others missed, then the rest.

    Of the rest those that were not tested stand last. A row whose newest month misses its target
    has ``missed``.

    Examples
    --------
    >>> kinds = [("common_cause", "pass"), ("no_data", "not_assessed"), ("common_cause", "fail"),
    ...     ("concern_low", "inconsistent")]
    >>> rows = [{"variation": one, "assurance": other} for one, other in kinds]
    >>> [row["variation"] + " " + row["assurance"] for row in by_concern(rows)]
    ['concern_low inconsistent', 'common_cause fail', 'common_cause pass', 'no_data not_assessed']
    >>> by_concern([rows[0], rows[2], rows[0] | {"missed": True}])[1]["missed"]
    True
    """
    return sorted(rows, key=_rank)


def _rank(row: dict) -> int:
    kind = row["variation"].partition("_")[0]
    if kind == "concern":
        return 0
    if row["assurance"] == "fail":
        return 1
    if row.get("missed"):
        return 2
    return 3 if kind in TESTED else 5 if row["variation"] == "no_data" else 4


def _row(row: dict, words: dict[str, str]) -> Markup:
    name = (
        Markup('<a href="{}">{}</a>').format(row["href"], row["name"])
        if row.get("href")
        else row["name"]
    )
    caution = Markup("<small>{}</small>").format(row["caution"]) if row.get("caution") else ""
    header = Markup('<th scope="row" role="rowheader"><span class="k">{}</span>{}</th>').format(
        name, caution
    )
    cells = [_cell(row, key, classes, words[key]) for key, classes, _ in COLUMNS]
    return Markup('<tr role="row">{}{}</tr>').format(header, Markup("").join(cells))


def _cell(row: dict, key: str, classes: str, heading: str) -> Markup:
    """One cell; where the row becomes a list its value is named by its heading."""
    shown = {
        "variation": lambda: variation_icon(row["variation"]),
        "assurance": lambda: assurance_icon(row["assurance"]),
        "sparkline": lambda: row["sparkline"],
    }.get(key, lambda: cell(row.get(key)))()
    return Markup('<td role="cell"{}{}>{}</td>').format(
        Markup(' class="{}"').format(classes) if classes else "",
        Markup(' data-h="{}"').format(heading) if key in LISTED else "",
        shown,
    )
