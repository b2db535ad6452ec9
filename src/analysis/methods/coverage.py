"""Which months a table of dated records holds whole, by its extract's date and its own days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.methods.calendar import (
    SUPPORTED_FIRST,
    SUPPORTED_LAST,
    as_at_date,
    working_days_between,
)
from analysis.methods.intervals import DEFAULT_DISPERSION

_FIRST, _LAST = np.datetime64(SUPPORTED_FIRST), np.datetime64(SUPPORTED_LAST)
# An extract that stops (or starts) inside a month shows as working days without one record.
# Fewer than three may be chance or a long weekend; the odds must then be below one in a thousand.
_QUIET_DAYS = 3
_QUIET_ODDS = 0.001


def latest_as_at(table: pd.DataFrame) -> pd.Timestamp:
    """Latest extract date in a table's ``as_at`` column; NaT where none is given.

    Examples
    --------
    >>> latest_as_at(pd.DataFrame({"as_at": ["2021-07", "2021-08-17", "not given"]}))
    Timestamp('2021-08-17 00:00:00')
    """
    if "as_at" not in table or not len(table):
        return pd.NaT
    return pd.Series([as_at_date(text) for text in table["as_at"].unique()]).max()


def is_whole(month_end: pd.Timestamp, as_at: pd.Timestamp) -> bool:
    """Whether no working day of a month lies after the extract's date.

    An extract of a Friday that ends a month's working days holds that month. Without a date the
    month is taken as whole.

    Examples
    --------
    >>> is_whole(pd.Timestamp("2021-08-31"), pd.Timestamp("2021-08-17"))
    False
    """
    return bool(pd.isna(as_at) or as_at >= month_end or not working_days_between(as_at, month_end))


def partial_months(
    days: pd.Series | np.ndarray, as_at: pd.Timestamp
) -> tuple[pd.Timestamp, dict[pd.Timestamp, str]]:
    """First month of dated records, and why a first or last month is held only in part.

    Parameters
    ----------
    days : Series or array of datetime64
        The records' dates. Missing ones, and those outside the supported calendar, as of a child
        who has been looked after since 2009, say nothing of where the records begin or end.
    as_at : Timestamp
        The extract's date; NaT where not given.

    Returns
    -------
    Timestamp
        First day of the first month; Timestamp.max without records.
    dict
        First day of a month to the reason in words.

    Examples
    --------
    >>> daily = pd.Series(pd.date_range("2021-03-01", "2021-05-17").repeat(20))
    >>> first, notes = partial_months(daily, pd.Timestamp("2021-05-17"))
    >>> notes[pd.Timestamp("2021-05-01")]
    'partial: the extract is dated 17 May 2021'
    """
    days = np.asarray(days)
    days = days[(days >= _FIRST) & (days <= _LAST)]
    if not len(days):
        return pd.Timestamp.max, {}
    first, latest = (pd.Timestamp(day).as_unit("us") for day in (days.min(), days.max()))
    if pd.notna(as_at):
        latest = max(first, min(latest, as_at))
    per_day = len(days) / max(1, working_days_between(first, latest, start_day="counted"))
    notes = {}
    first_month, last_month = first.replace(day=1), latest.replace(day=1)
    quiet = working_days_between(first_month, first, start_day="counted") - 1
    if _ended(quiet, per_day, _QUIET_DAYS):
        notes[first_month] = f"partial: the records begin on {long_date(first)}"
    month_end = last_month + pd.offsets.MonthEnd(0)
    dated_later = pd.notna(as_at) and as_at > latest
    # A date equal to the latest record may be inferred from it, so the records must bear it out.
    quiet = working_days_between(latest, month_end)
    if dated_later and not is_whole(month_end, as_at):
        notes[last_month] = f"partial: the extract is dated {long_date(as_at)}"
    elif _ended(quiet, per_day, _QUIET_DAYS if dated_later else 1):
        dated = "extract is dated" if as_at == latest else "records end on"
        notes[last_month] = f"partial: the {dated} {long_date(latest)}"
    return first_month, notes


def _ended(quiet: int, per_day: float, at_least: int) -> bool:
    """Whether so many working days without a record mean that the records end there."""
    return quiet >= at_least and np.exp(-quiet * per_day / DEFAULT_DISPERSION) < _QUIET_ODDS


def held_from(days: pd.Series, as_at: pd.Timestamp) -> pd.Timestamp:
    """Date from which dated records are held: a month's first day unless they begin inside it.

    Examples
    --------
    >>> held_from(pd.Series(pd.to_datetime(["2021-03-02", "2021-04-30"])), pd.NaT)
    Timestamp('2021-03-01 00:00:00')
    """
    first_month, notes = partial_months(days, as_at)
    return days.min() if first_month in notes else first_month


def starts_held_from(
    table: pd.DataFrame, start: str, ends: Sequence[str], as_at: pd.Timestamp
) -> pd.Timestamp:
    """Date from which starts are held whole: not before the first end that the table holds.

    A table of spells that were open at some time since it was kept holds, of older starts, only
    those that lasted: they would look like a month's starts and are not. Where no end is held at
    all, the table may be one of open spells, and only its newest month's starts are whole.

    Parameters
    ----------
    table : DataFrame
    start : column of starts, with at least one date
    ends : columns of ends, those not in the table passed over; none where the rows are events
    as_at : the extract's date

    Examples
    --------
    >>> plans = pd.DataFrame({"start_date": pd.to_datetime(["2017-01-09", "2021-03-01"]),
    ...                       "end_date": pd.to_datetime(["2020-04-20", None])})
    >>> starts_held_from(plans, "start_date", ["end_date"], pd.NaT)
    Timestamp('2020-04-01 00:00:00')
    """
    begins = held_from(table[start], as_at)
    return max(begins, _ends_held_from(table, start, ends, as_at)) if ends else begins


def before_ends(table: pd.DataFrame, start: str, ends: Sequence[str], last: pd.Period) -> str:
    """Why those of a month's end are not known, where ended spells are held only from a later one.

    Examples
    --------
    >>> plans = pd.DataFrame({"start_date": pd.to_datetime(["2019-03-04"]),
    ...                       "end_date": pd.to_datetime(["2021-08-20"])})
    >>> before_ends(plans, "start_date", ["end_date"], pd.Period("2021-03", "M"))
    'months before August 2021 are not held whole'
    """
    first = _ends_held_from(table, start, ends, latest_as_at(table))
    return f"months before {first:%B %Y} are not held whole" if first > last.end_time else ""


def without_ends(table: pd.DataFrame, ends: Sequence[str], last: pd.Period) -> str:
    """Why earlier months are not given, where no row of a table of spells has ended.

    Examples
    --------
    >>> plans = pd.DataFrame({"end_date": pd.to_datetime([None])})
    >>> without_ends(plans, ["end_date"], pd.Period("2021-08", "M"))
    'no end date up to August 2021 is held, so earlier months are not known'
    """
    if not ends or any((table[name] <= last.end_time).any() for name in ends if name in table):
        return ""
    return f"no end date up to {last:%B %Y} is held, so earlier months are not known"


def _ends_held_from(
    table: pd.DataFrame, start: str, ends: Sequence[str], as_at: pd.Timestamp
) -> pd.Timestamp:
    """First day of the month of the first end held; without any, of the newest month."""
    ended = [table[name].min() for name in ends if name in table]
    months = [pd.Timestamp(day).replace(day=1) for day in ended if pd.notna(day)]
    return max(months) if months else _newest_month(table[start], as_at)


def _newest_month(days: pd.Series, as_at: pd.Timestamp) -> pd.Timestamp:
    """First day of the last month that the extract holds to its end; without a date, of the days'.

    Days of an extract without a date may end inside a month: that is not judged here.
    """
    if pd.isna(as_at):
        return days.max().replace(day=1)
    month = as_at.normalize().replace(day=1)
    whole = is_whole(month + pd.offsets.MonthEnd(0), as_at)
    return month if whole else month - pd.DateOffset(months=1)


def held_to(days: pd.Series, as_at: pd.Timestamp, period: pd.Period | None = None) -> pd.Timestamp:
    """Date up to which dated records can be followed: the extract's date, within the period.

    Without an extract's date, the last day of the latest record's month unless the records end
    inside it.

    Examples
    --------
    >>> held_to(pd.Series(pd.to_datetime(["2021-03-31"])), pd.NaT, pd.Period("2021-08", "M"))
    Timestamp('2021-03-31 00:00:00')
    """
    if pd.isna(as_at):
        latest = days.max()
        last_month = latest.replace(day=1)
        partial = last_month in partial_months(days, as_at)[1]
        as_at = latest if partial else last_month + pd.offsets.MonthEnd(0)
    return as_at if period is None else min(as_at, period.end_time.normalize())


def long_date(day: pd.Timestamp) -> str:
    """Date as a page writes it.

    Examples
    --------
    >>> long_date(pd.Timestamp("2021-08-31"))
    '31 August 2021'
    """
    return f"{day.day} {day:%B %Y}"
