"""The month that a report ends with where none is named."""

from __future__ import annotations

import pandas as pd

from analysis.methods.calendar import as_at_date
from analysis.methods.coverage import is_whole, latest_as_at, partial_months


def last_complete_month(tables: dict[str, pd.DataFrame]) -> pd.Period | None:
    """The last complete month of contacts, None where the tables hold none.

    A month is complete where no working day of it lies after the extract's date (without one,
    after the last contact) and the contacts do not end inside it.

    Parameters
    ----------
    tables
        An authority's tidy tables; contacts_monthly (month, as_at) or contacts (contact_date,
        as_at).

    Examples
    --------
    >>> totals = pd.DataFrame({"month": pd.to_datetime(["2021-07-01", "2021-08-01"]),
    ...                        "as_at": ["2021-09-01", "2021-08-16"]})
    >>> last_complete_month({"contacts_monthly": totals})
    Period('2021-07', 'M')
    >>> contacts = pd.DataFrame({"contact_date": pd.to_datetime(["2021-07-30", "2021-08-02"]),
    ...                          "as_at": ["2021-08-10", "2021-08-10"]})
    >>> last_complete_month({"contacts": contacts})
    Period('2021-07', 'M')
    """
    found = []
    monthly = tables.get("contacts_monthly")
    if monthly is not None:
        found += _whole_totals(monthly)
    contacts = tables.get("contacts")
    if contacts is not None and contacts["contact_date"].notna().any():
        found += _whole_months(contacts)
    return max(found, default=None)


def months_held(tables: dict[str, pd.DataFrame]) -> tuple[pd.Period, pd.Period] | None:
    """The first and the last month with contacts, None where the tables hold none.

    Parameters
    ----------
    tables
        As for ``last_complete_month``.

    Examples
    --------
    >>> dates = pd.to_datetime(["2021-07-30", "2021-08-02"])
    >>> months_held({"contacts": pd.DataFrame({"contact_date": dates})})
    (Period('2021-07', 'M'), Period('2021-08', 'M'))
    """
    columns = {"contacts_monthly": "month", "contacts": "contact_date"}
    days = [tables[name][column].dropna() for name, column in columns.items() if name in tables]
    ends = [day for dates in days if len(dates) for day in (dates.min(), dates.max())]
    return (pd.Period(min(ends), "M"), pd.Period(max(ends), "M")) if ends else None


def _whole_totals(monthly: pd.DataFrame) -> list[pd.Period]:
    """The months whose total was given when the month was over."""
    given = monthly[["month", "as_at"]].dropna(subset="month").drop_duplicates()
    pairs = zip(given["month"].dt.to_period("M"), given["as_at"], strict=True)
    return [month for month, as_at in pairs if is_whole(_last_day(month), as_at_date(as_at))]


def _whole_months(contacts: pd.DataFrame) -> list[pd.Period]:
    """The months of single contacts that the newest extract holds whole."""
    dates = contacts["contact_date"].dropna()
    as_at = latest_as_at(contacts)
    reached = dates.max() if pd.isna(as_at) else as_at
    first, partial = partial_months(dates, as_at)
    ended = set(partial) - {first}  # the first month may begin late: a report can end with it
    months = dates.dt.to_period("M").unique()
    return [
        month
        for month in months
        if is_whole(_last_day(month), reached) and month.to_timestamp() not in ended
    ]


def _last_day(month: pd.Period) -> pd.Timestamp:
    return month.end_time.normalize()
