"""A list of facts as a table, each with its date and its definition one click away."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import Definition, definition
from analysis.reporting.blocks import how_computed
from analysis.reporting.facts import NOT_COMPUTED
from analysis.reporting.numbers import date_words
from analysis.reporting.tables import html_table, value_cell

DATED = ("20", "19")


def fact_table(
    facts: Iterable[dict], *, table_id: str, caption: object, number: int | None = None
) -> Markup:
    """A table of single figures: what each is, its value, its date, and what limits it.

    Parameters
    ----------
    facts
        Facts of a page, protected. One row each.
    table_id, caption, number
        As in ``html_table``.
    """
    rows = [
        {
            "Measure": Markup('<span data-text="definition">{}</span>').format(fact["label"]),
            "Value": value_cell(fact),
            "Date": date_cell(fact),
            "Note": note_cell(fact),
        }
        for fact in facts
    ]
    return html_table(
        rows,
        table_id=table_id,
        caption=caption,
        number=number,
        numeric=["Value"],
        classes=["stack"],
    )


def date_cell(fact: dict) -> str:
    """The date that a figure is of, in words; "not given" where the source has none."""
    period = str(fact["period"])
    return date_words(period) if period.startswith(DATED) and " to " not in period else "not given"


def note_cell(fact: dict) -> Markup:
    """Why a figure is missing, or what its definition warns of."""
    text = fact["note"] if fact["shown"] == NOT_COMPUTED else ""
    text = text or definition(fact["id"].split(".")[0]).caveat or "none"
    return Markup('<span data-text="definition">{}</span>').format(text[:1].upper() + text[1:])


def how_each_was_computed(facts: Iterable[dict]) -> Markup:
    """The working and definition of each fact, folded under its line."""
    return Markup("").join(
        how_computed(fact, definition(fact["id"].split(".")[0])) for fact in facts
    )


WORKBOOK_COLUMNS = {
    "label": "Measure",
    "period": "Period",
    "value": "Value",
    "shown": "As shown",
    "unit": "Unit",
    "numerator": "Numerator",
    "denominator": "Denominator",
    "lower": "Interval, lower end",
    "upper": "Interval, upper end",
    "source": "Source",
    "note": "Note",
    "id": "Fact id",
}


def workbook_tables(facts: pd.DataFrame) -> list[dict]:
    """The facts of a page as tables for the workbook, one a measure.

    A table is a dict of id, title, note, source, columns and rows; a hidden figure is ``[c]``.
    """
    cells = facts[list(WORKBOOK_COLUMNS)].rename(columns=WORKBOOK_COLUMNS)
    cells["Value"] = cells["Value"].where(cells["Value"].notna(), cells["As shown"])
    lines: dict[str, list[list]] = {}
    for fact_id, line in zip(facts["id"], cells.to_numpy(dtype=object).tolist(), strict=True):
        if not fact_id.endswith((".lower", ".upper")):
            lines.setdefault(fact_id.split(".")[0], []).append(line)
    return [_workbook_table(definition(measure), rows) for measure, rows in lines.items()]


def _workbook_table(kind: Definition, rows: list[list]) -> dict:
    return {
        "id": kind.id,
        "title": kind.title,
        "note": " ".join(filter(None, (kind.definition, kind.caveat))),
        "source": kind.source,
        "columns": list(WORKBOOK_COLUMNS.values()),
        "rows": rows,
    }
