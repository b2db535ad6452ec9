"""Contacts that come back: the same child, within 12 months."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods.calendar import months_of_days, whole_days
from analysis.methods.coverage import held_from, latest_as_at
from analysis.methods.intervals import wilson
from analysis.methods.recurrence import previous_date, year_before

_REPEAT_COLUMNS = [
    *("month", "contacts", "repeat_contacts", "repeat_pct", "lower_pct", "upper_pct", "note")
]


def repeat_contacts_by_month(contacts: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Share of contacts about a child who had another contact in the 12 months before.

    The earlier contact is on an earlier day, at most 12 calendar months before (the same day of
    the year before counts). Two contacts on one day do not repeat each other. One row is a month.

    Parameters
    ----------
    contacts : DataFrame
        Records: ``child_id``, ``contact_date``; ``as_at`` where given.
    period : text "YYYY-MM" or Period

    Returns
    -------
    DataFrame
        ``month``, ``contacts``, ``repeat_contacts``, ``repeat_pct``, ``lower_pct``,
        ``upper_pct`` (Wilson 95%), ``note``. A month whose 12 months of history are not held
        has no percentage, and the note says so.

    Examples
    --------
    >>> records = pd.DataFrame({"child_id": ["a", "b", "a"], "contact_date":
    ...     pd.to_datetime(["2020-03-02", "2021-03-01", "2021-03-02"])})
    >>> repeat_contacts_by_month(records, "2021-03")["repeat_pct"].tolist()[-1]
    50.0
    """
    if "child_id" not in contacts or "contact_date" not in contacts:
        month = pd.Period(period, "M").to_timestamp()
        note = "cannot be computed: column child_id missing (monthly totals only)"
        return pd.DataFrame([{"month": month, "note": note}]).reindex(columns=_REPEAT_COLUMNS)
    days = whole_days(contacts["contact_date"])
    before = previous_date(contacts["child_id"], contacts["contact_date"])
    end = np.datetime64(pd.Period(period, "M").end_time, "D")
    held = ~np.isnat(days) & (days <= end)
    table = _by_month(days, held, before >= year_before(days), pd.Period(period, "M"))
    table = table.set_axis(["month", "contacts", "repeat_contacts"], axis=1)
    first = held_from(contacts["contact_date"].dropna(), latest_as_at(contacts))
    short = table["month"] < first + pd.DateOffset(years=1)
    table["repeat_pct"] = 100 * table["repeat_contacts"] / table["contacts"].where(~short)
    table = table.join(wilson(table["repeat_contacts"], table["contacts"]))
    table.loc[short, ["lower_pct", "upper_pct"]] = np.nan
    table["note"] = np.where(
        short, f"cannot be computed: the 12 months before are not held (from {first:%B %Y})", ""
    )
    none = (table["contacts"] == 0) & ~short
    table.loc[none, "note"] = "no contacts held for this month"
    return table[_REPEAT_COLUMNS]


def _by_month(
    days: np.ndarray, held: np.ndarray, marked: np.ndarray, last: pd.Period
) -> pd.DataFrame:
    """Events and marked events of each month from the first held to the last."""
    at = months_of_days(days[held]).astype("int64")
    final = np.datetime64(last.to_timestamp(), "M").astype("int64")
    first = at.min() if len(at) else final
    size = int(final - first + 1)
    start = np.datetime64(int(first), "M").astype("datetime64[us]")
    months = pd.date_range(start, periods=size, freq="MS", unit="us")
    return pd.DataFrame(
        {
            "month": months,
            "events": np.bincount(at - first, minlength=size),
            "marked": np.bincount(at[marked[held]] - first, minlength=size),
        }
    )
