"""Months across the top of a return: what month and what figure each column holds."""

import datetime as dt
from collections.abc import Sequence

from analysis.sources.contracts import load_contracts
from analysis.sources.dates import month_from_text
from analysis.sources.wording import heading_key, plain

VALUE = "value_pct"
FIGURES = ("numerator", "denominator", VALUE, "target_pct")

Months = dict[int, tuple[dt.date, str]]


def _figure(text: str) -> str:
    """Column of the KPI return that a heading under or beside a month stands for, or ""."""
    key = heading_key(text)
    columns = (load_contracts()["kpi_return"].field(name) for name in FIGURES)
    return next((column.name for column in columns if key and key in column.headings), "")


def _month(cell: object) -> dt.date | None:
    if isinstance(cell, str):
        return month_from_text(plain(cell))
    return cell.replace(day=1) if isinstance(cell, dt.date) else None


def _month_and_figure(cell: object) -> tuple[dt.date, str] | None:
    """Month and figure of one heading: "Apr-24", "Apr-24 Num", "Target Apr 2024"."""
    if month := _month(cell):
        return month, VALUE
    words = plain(cell).split() if isinstance(cell, str) and len(cell) < 60 else []
    for at in range(1, len(words)):
        parts = " ".join(words[:at]), " ".join(words[at:])
        for text, rest in (parts, parts[::-1]):
            month, figure = _month(text), _figure(rest)
            if month and figure:
                return month, figure
    return None


def months_across(cells: Sequence) -> Months:
    """Columns of a row of headings that are months, each with the figure that it holds.

    Examples
    --------
    >>> months_across(["KPI", "Apr-24", "May-24 Num"])
    {1: (datetime.date(2024, 4, 1), 'value_pct'), 2: (datetime.date(2024, 5, 1), 'numerator')}
    """
    found = ((at, _month_and_figure(cell)) for at, cell in enumerate(cells))
    return {at: seen for at, seen in found if seen}


def below_months(first: Sequence, second: Sequence) -> Months:
    """Columns whose month stands in one row and whose figure stands in the next.

    A month holds for the columns to its right up to the next heading, as in merged cells.

    Examples
    --------
    >>> below_months(["KPI", "Apr-24", ""], ["", "Num", "Den"])
    {1: (datetime.date(2024, 4, 1), 'numerator'), 2: (datetime.date(2024, 4, 1), 'denominator')}
    """
    months: Months = {}
    month = None
    for at, cell in enumerate(second):
        above = first[at] if at < len(first) else ""
        if above is not None and above != "":
            month = _month(above)
        figure = _figure(cell) if isinstance(cell, str) and month else ""
        if month and figure:
            months[at] = (month, figure)
    return months if len(months) >= 2 else {}
