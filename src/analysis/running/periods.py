"""The month that a report ends with where none is named."""

from __future__ import annotations

import pandas as pd

from analysis.methods.calendar import as_at_date


def last_complete_month(tables: dict[str, pd.DataFrame]) -> pd.Period | None:
    """The last complete month of contacts, None where the tables hold none.

    Monthly totals count as complete. Of single contacts a month is complete where the extract
    that holds it reaches the month's last day.

    Parameters
    ----------
    tables
        An authority's tidy tables; contacts_monthly (month) or contacts (contact_date, as_at).

    Examples
    --------
    >>> totals = pd.DataFrame({"month": pd.to_datetime(["2021-07-01", "2021-08-01"])})
    >>> last_complete_month({"contacts_monthly": totals})
    Period('2021-08', 'M')
    >>> contacts = pd.DataFrame({"contact_date": pd.to_datetime(["2021-07-30", "2021-08-02"]),
    ...                          "as_at": ["2021-08-10", "2021-08-10"]})
    >>> last_complete_month({"contacts": contacts})
    Period('2021-07', 'M')
    """
    found = []
    monthly = tables.get("contacts_monthly")
    if monthly is not None and not monthly.empty:
        found.append(pd.Timestamp(monthly["month"].max()).to_period("M"))
    contacts = tables.get("contacts")
    if contacts is not None and contacts["contact_date"].notna().any():
        found.append(_last_reached_month(contacts))
    found = [month for month in found if month is not None]
    return max(found) if found else None


def _last_reached_month(contacts: pd.DataFrame) -> pd.Period | None:
    """The last month with contacts whose last day the newest extract reaches."""
    dates = contacts["contact_date"].dropna()
    given = [text for text in contacts["as_at"].dropna().unique() if text != "not given"]
    reached = max((as_at_date(text) for text in given), default=dates.max())
    ends = dates.dt.to_period("M").drop_duplicates()
    complete = ends[ends.dt.end_time.dt.normalize() <= reached]
    return None if complete.empty else complete.max()
