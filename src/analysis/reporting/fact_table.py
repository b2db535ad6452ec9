"""A list of facts as a table, each with its date and its definition one click away."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
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
    ends = facts["id"].str.endswith((".lower", ".upper"))
    measures = facts["id"].str.split(".").str[0]
    tables = []
    for measure_id, rows in facts[~ends].groupby(measures[~ends], sort=False):
        kind = definition(measure_id)
        cells = rows[list(WORKBOOK_COLUMNS)].rename(columns=WORKBOOK_COLUMNS)
        cells["Value"] = cells["Value"].where(cells["Value"].notna(), cells["As shown"])
        tables.append(
            {
                "id": measure_id,
                "title": kind.title,
                "note": " ".join(filter(None, (kind.definition, kind.caveat))),
                "source": kind.source,
                "columns": list(cells.columns),
                "rows": cells.to_numpy(dtype=object).tolist(),
            }
        )
    return tables
