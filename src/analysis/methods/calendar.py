"""England's working days, and months as the suite uses them.

A working day is Monday to Friday and neither a bank holiday in England (one-off holidays
included) nor one of the authority's own closure days. Days are counted in whole dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

# The years for which England's bank holidays are taken as known. Before 2010 nobody reports
# timeliness any more; after 2030 one-off holidays and moved May days cannot be known, so a date
# there would silently count as working.
SUPPORTED_FIRST = dt.date(2010, 1, 1)
SUPPORTED_LAST = dt.date(2030, 12, 31)

START_DAY_RULES = ("excluded", "counted", "rolled")

DAY, NO_DAY = np.timedelta64(1, "D"), np.datetime64("NaT", "D")
_FIRST = np.datetime64(SUPPORTED_FIRST, "D")
_LAST = np.datetime64(SUPPORTED_LAST, "D")


@lru_cache(maxsize=1)
def bank_holidays() -> tuple[dt.date, ...]:
    """Bank holidays in England in the supported years, weekends left out.

    Returns
    -------
    tuple of datetime.date
        In date order; the one-off holidays of 2011, 2012, 2022 and 2023 are among them.

    Examples
    --------
    >>> import datetime as dt
    >>> dt.date(2022, 9, 19) in bank_holidays()
    True
    """
    from holidays import country_holidays  # a tenth of a second, paid only when days are counted

    years = range(SUPPORTED_FIRST.year, SUPPORTED_LAST.year + 1)
    known = country_holidays("GB", subdiv="ENG", years=years)
    return tuple(sorted(day for day in known if day.weekday() < 5))


@lru_cache(maxsize=16)
def _calendar(closure_days: tuple[dt.date, ...]) -> np.busdaycalendar:
    return np.busdaycalendar(holidays=np.array(bank_holidays() + closure_days, "datetime64[D]"))


def _working(closure_days: Iterable[Any]) -> np.busdaycalendar:
    return _calendar(tuple(sorted({pd.Timestamp(day).date() for day in closure_days})))


def _days(dates: Any) -> np.ndarray:
    """Whole dates as numpy days, each inside the supported calendar."""
    if isinstance(dates, pd.Series | pd.Index):
        days = whole_days(dates)
    else:
        days = np.asarray(pd.Timestamp(dates).to_datetime64(), "datetime64[D]")
    outside = (days < _FIRST) | (days > _LAST)
    if outside.any():
        seen = np.atleast_1d(days)[np.atleast_1d(outside)]
        raise ValueError(
            f"{seen[0]} is outside the working-day calendar, which runs from {SUPPORTED_FIRST} to "
            f"{SUPPORTED_LAST} ({len(seen)} such date(s)): correct the date or leave the row out"
        )
    return days


def _check_start_day(start_day: str) -> None:
    if start_day not in START_DAY_RULES:
        raise ValueError(f"start_day is {start_day!r}; it must be one of {START_DAY_RULES}")


def in_supported_range(dates: pd.Series) -> pd.Series:
    """Whether each date lies in the supported calendar; a missing date does not count against it.

    Parameters
    ----------
    dates : Series of datetime64

    Returns
    -------
    Series of bool

    Examples
    --------
    >>> in_supported_range(pd.Series(pd.to_datetime(["1900-01-01", "2021-03-01"]))).tolist()
    [False, True]
    """
    return dates.isna() | dates.between(pd.Timestamp(SUPPORTED_FIRST), pd.Timestamp(SUPPORTED_LAST))


def working_days_between(
    start: Any, end: Any, *, start_day: str = "excluded", closure_days: Iterable[Any] = ()
) -> Any:
    """Count the working days from one date to another.

    Parameters
    ----------
    start, end : date, text date, Timestamp, or Series of datetime64
        Two Series are taken row by row.
    start_day : {"excluded", "counted", "rolled"}
        ``excluded``: the day after the start is day 1 (the same day is 0), as DfE's timeliness
        figures have it. ``counted``: the start is day 1 if it is a working day. ``rolled``: a
        start on a day that is not worked moves to the next working day and is then excluded.
    closure_days : dates
        The authority's own days without work.

    Returns
    -------
    int, or Series of Int64 with the index of the first Series given
        Negative where the end is before the start; missing where a date is missing.

    Raises
    ------
    ValueError
        A date lies outside SUPPORTED_FIRST to SUPPORTED_LAST, or the rule is unknown.

    Examples
    --------
    >>> working_days_between("2026-04-02", "2026-04-27")
    15
    >>> working_days_between("2026-04-02", "2026-04-24", start_day="counted")
    15
    """
    _check_start_day(start_day)
    calendar = _working(closure_days)
    first, last = np.broadcast_arrays(_days(start), _days(end))
    missing = np.isnat(first) | np.isnat(last)
    first, last = np.where(missing, _FIRST, first), np.where(missing, _FIRST, last)
    if start_day == "rolled":
        rolled = np.busday_offset(first, 0, roll="forward", busdaycal=calendar)
        # An end inside the roll (decided on the Sunday it came in) is day 0, not before the start.
        first = np.where((last >= first) & (last < rolled), last, rolled)
    skip = 0 * DAY if start_day == "counted" else DAY
    early, late = np.minimum(first, last), np.maximum(first, last)
    counted = np.busday_count(early + skip, late + DAY, busdaycal=calendar)
    counted = np.where(last < first, -counted, counted)
    index = next((x.index for x in (start, end) if isinstance(x, pd.Series)), None)
    if index is not None:
        return pd.Series(pd.array(counted, "Int64"), index=index).mask(missing)
    return pd.NA if missing else int(counted)


def add_working_days(
    start: Any, days: int, *, start_day: str = "excluded", closure_days: Iterable[Any] = ()
) -> Any:
    """Find the date on which a number of working days is reached: the last day in time.

    Parameters
    ----------
    start : date, text date, Timestamp, or Series of datetime64
    days : int
        At least 1.
    start_day : {"excluded", "counted", "rolled"}
        As in `working_days_between`.
    closure_days : dates
        The authority's own days without work.

    Returns
    -------
    Timestamp, or Series of datetime64
        Missing where the start is missing.

    Raises
    ------
    ValueError
        The start or the result lies outside the supported calendar, `days` is below 1, or the
        rule is unknown.

    Examples
    --------
    >>> add_working_days("2020-12-18", 15)
    Timestamp('2021-01-13 00:00:00')
    """
    _check_start_day(start_day)
    if days < 1:
        raise ValueError(f"days is {days}; a number of working days to add is at least 1")
    first = _days(start)
    missing = np.isnat(first)
    roll = "backward" if start_day == "excluded" else "forward"
    offset = days - 1 if start_day == "counted" else days
    reached = np.busday_offset(
        np.where(missing, _FIRST, first), offset, roll=roll, busdaycal=_working(closure_days)
    )
    reached = np.where(missing, NO_DAY, reached)
    if isinstance(start, pd.Series):
        result = pd.Series(reached.astype("datetime64[us]"), index=start.index)
        _days(result)
        return result
    _days(pd.Timestamp(reached.item()))
    return pd.Timestamp(reached.item())


def working_days_in_month(months: Any, *, closure_days: Iterable[Any] = ()) -> Any:
    """Count the working days of a month.

    Parameters
    ----------
    months : text "YYYY-MM", Period, Timestamp, Series of datetime64 or DatetimeIndex
        Any date of a month stands for the month.
    closure_days : dates
        The authority's own days without work.

    Returns
    -------
    int, or Series of Int64 with the index of the months given
        For a DatetimeIndex the index of the result is that index.

    Raises
    ------
    ValueError
        A month lies outside the supported calendar.

    Examples
    --------
    >>> working_days_in_month("2021-03"), working_days_in_month("2020-03")
    (23, 22)
    """
    if isinstance(months, pd.PeriodIndex):
        months = months.to_timestamp()
    if not isinstance(months, pd.Series | pd.Index):
        months = pd.Period(months, "M").to_timestamp()
    days = _days(months)
    month = days.astype("datetime64[M]")
    missing = np.isnat(days)
    month = np.where(missing, _FIRST.astype("datetime64[M]"), month)
    counted = np.busday_count(
        month.astype("datetime64[D]"),
        (month + np.timedelta64(1, "M")).astype("datetime64[D]"),
        busdaycal=_working(closure_days),
    )
    if isinstance(months, pd.Series | pd.Index):
        index = months.index if isinstance(months, pd.Series) else months
        return pd.Series(pd.array(counted, "Int64"), index=index).mask(missing)
    return int(counted)


def whole_days(dates: pd.Series) -> np.ndarray:
    """Dates as numpy days, by one division: numpy's own conversion takes five times as long.

    Examples
    --------
    >>> whole_days(pd.Series(pd.to_datetime(["2021-03-31 23:59", None])))
    array(['2021-03-31',        'NaT'], dtype='datetime64[D]')
    """
    values = dates.to_numpy()
    if values.dtype.kind != "M" or values.dtype == np.dtype("datetime64[D]"):
        return np.asarray(values, "datetime64[D]")
    ticks = int(DAY / np.timedelta64(1, np.datetime_data(values.dtype)[0]))
    days = (values.view("int64") // ticks).view("datetime64[D]")
    missing = np.isnat(values)
    if missing.any():
        days[missing] = NO_DAY
    return days


def month_of(dates: pd.Series) -> pd.Series:
    """First day of each date's month.

    Examples
    --------
    >>> month_of(pd.Series(pd.to_datetime(["2021-03-31"]))).iloc[0]
    Timestamp('2021-03-01 00:00:00')
    """
    months = months_of_days(whole_days(dates)).astype("datetime64[us]")
    return pd.Series(months, index=dates.index, name="month")


def months_of_days(days: np.ndarray) -> np.ndarray:
    """Month of each numpy day, looked up in a table of the days between the first and the last.

    Examples
    --------
    >>> months_of_days(np.array(["2021-03-31"], "datetime64[D]")).tolist()
    [datetime.date(2021, 3, 1)]
    """
    missing = np.isnat(days)
    known = days[~missing] if missing.any() else days
    if not len(known):
        return days.astype("datetime64[M]")
    first, last = known.min(), known.max()
    if (last - first).astype("int64") > max(len(days), 1000):
        return days.astype("datetime64[M]")
    table = np.arange(first, last + DAY).astype("datetime64[M]")
    if known is days:
        return table[(days - first).astype("int64")]
    months = table[np.where(missing, 0, (days - first).astype("int64"))]
    return np.where(missing, np.datetime64("NaT", "M"), months)


def months_ending(period: str | pd.Period, count: int) -> pd.DatetimeIndex:
    """First days of the `count` months that end with the period.

    Examples
    --------
    >>> months_ending("2021-01", 2).strftime("%Y-%m").tolist()
    ['2020-12', '2021-01']
    """
    last = pd.Period(period, "M")
    months = pd.period_range(last - count + 1, last, freq="M").to_timestamp()
    return pd.DatetimeIndex(months.as_unit("us"), freq=None, name="month")


def financial_year_start(period: str | pd.Period) -> pd.Period:
    """April of the financial year that a month lies in.

    Examples
    --------
    >>> financial_year_start("2021-03")
    Period('2020-04', 'M')
    """
    month = pd.Period(period, "M")
    return pd.Period(year=month.year - (month.month < 4), month=4, freq="M")


def as_at_date(as_at: Any) -> pd.Timestamp:
    """Date that an `as_at` text stands for; a month means its last day.

    Parameters
    ----------
    as_at : text
        "2021-08-31", "2021-05" or "not given".

    Returns
    -------
    Timestamp
        NaT for "not given" and blanks.

    Raises
    ------
    ValueError
        The text is none of these.

    Examples
    --------
    >>> as_at_date("2021-05"), as_at_date("not given")
    (Timestamp('2021-05-31 00:00:00'), NaT)
    """
    text = "" if pd.isna(as_at) else str(as_at).strip()
    return _date_of_text(text)


@lru_cache(maxsize=4096)  # a table says the same few dates in every row
def _date_of_text(text: str) -> pd.Timestamp:
    if text in ("", "not given"):
        return pd.NaT
    try:
        if len(text) == len("2021-05"):
            return pd.Period(text, "M").end_time.normalize().as_unit("us")
        return pd.Timestamp(dt.date.fromisoformat(text)).as_unit("us")
    except ValueError:
        raise ValueError(
            f"as_at is {text!r}; it must be a date (2021-08-31), a month (2021-05) or 'not given'"
        ) from None
