"""Events of the same person: the one before, the next of another kind, and a year's window.

Dates are whole days. Keys are joined numbers (person, day), so a million rows cost one sort.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods.calendar import DAY, NO_DAY, whole_days

# A day takes the low 20 bits of a key; the shift lets dates from the year 1253 on be positive.
_BITS = 20
_SHIFT = 1 << 18
_DAY_MASK = (1 << _BITS) - 1


def year_before(dates: np.ndarray | pd.Series) -> np.ndarray:
    """The same day a year before; 29 February becomes 28 February.

    Examples
    --------
    >>> year_before(np.array(["2021-03-31", "2024-02-29"], "datetime64[D]")).tolist()
    [datetime.date(2020, 3, 31), datetime.date(2023, 2, 28)]
    """
    # Many events share a day, so the year before each is found once a day and not once an event.
    place, days = pd.factorize(whole_days(pd.Series(dates)).astype("int64"))
    days = days.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    earlier = months - np.timedelta64(12, "M")
    before = earlier.astype("datetime64[D]") + (days - months)
    return np.where(before.astype("datetime64[M]") > earlier, before - DAY, before)[place]


def months_after(dates: np.ndarray | pd.Series, months: int) -> np.ndarray:
    """The same day some months later; the month's last day where it is shorter.

    Examples
    --------
    >>> months_after(np.array(["2020-11-30", "2021-01-15"], "datetime64[D]"), 3).tolist()
    [datetime.date(2021, 2, 28), datetime.date(2021, 4, 15)]
    """
    days = whole_days(pd.Series(dates))
    start = days.astype("datetime64[M]")
    later = start + np.timedelta64(months, "M")
    after = later.astype("datetime64[D]") + (days - start)
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - DAY
    return np.minimum(after, last)


def previous_date(ids: pd.Series, dates: pd.Series) -> np.ndarray:
    """Date of the same person's latest strictly earlier event.

    Events of one person on one day share their previous date: neither precedes the other.

    Parameters
    ----------
    ids, dates : Series of equal length

    Returns
    -------
    array of datetime64[D]
        NaT for a first event, and where the person or the date is missing.

    Examples
    --------
    >>> previous_date(pd.Series(["a", "a", "a"]),
    ...               pd.Series(pd.to_datetime(["2021-05-01", "2021-03-01", "2021-05-01"])))
    array(['2021-03-01',        'NaT', '2021-03-01'], dtype='datetime64[D]')
    """
    days = whole_days(dates)
    key, usable = _keys(_codes(ids), days)
    order = np.argsort(key)
    ordered = key[order]
    new = np.empty(len(key), bool)
    new[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    group = np.flatnonzero(new)[np.cumsum(new) - 1]  # where each row's person and day begin
    before = ordered[np.maximum(group - 1, 0)]
    same = (group > 0) & (before >> _BITS == ordered >> _BITS)
    found = np.where(same, (before & _DAY_MASK) - _SHIFT, 0).astype("datetime64[D]")
    result = np.empty(len(key), "datetime64[D]")
    result[order] = np.where(same, found, NO_DAY)
    result[~usable] = NO_DAY
    return result


def next_date(
    ids: pd.Series, dates: pd.Series, later_ids: pd.Series, later_dates: pd.Series
) -> np.ndarray:
    """Date of the same person's first event of another kind, on the day itself or after.

    Parameters
    ----------
    ids, dates : Series of equal length
    later_ids, later_dates : Series of equal length
        The events to be found.

    Returns
    -------
    array of datetime64[D]
        One for each of `ids`; NaT where there is none.

    Examples
    --------
    >>> day = lambda *texts: pd.Series(pd.to_datetime(list(texts)))
    >>> next_date(pd.Series(["a", "b"]), day("2021-03-01", "2021-03-01"),
    ...           pd.Series(["a", "a"]), day("2021-02-01", "2021-03-04"))
    array(['2021-03-04',        'NaT'], dtype='datetime64[D]')
    """
    codes = _codes(pd.concat([ids, later_ids], ignore_index=True))
    key, usable = _keys(codes[: len(ids)], whole_days(dates))
    events, held = _keys(codes[len(ids) :], whole_days(later_dates))
    events = np.sort(events[held])
    if not len(events):
        return np.full(len(key), NO_DAY, "datetime64[D]")
    # Keys in order are found near one another; as they come each search would start cold.
    order = np.argsort(key)
    at = np.empty(len(key), "int64")
    at[order] = np.searchsorted(events, key[order])
    found = events[np.minimum(at, len(events) - 1)]
    same = usable & (at < len(events)) & (found >> _BITS == key >> _BITS)
    days = np.where(same, (found & _DAY_MASK) - _SHIFT, 0).astype("datetime64[D]")
    return np.where(same, days, NO_DAY)


def _codes(ids: pd.Series) -> np.ndarray:
    if isinstance(ids.dtype, pd.CategoricalDtype):
        return ids.cat.codes.to_numpy("int64")
    return pd.factorize(ids)[0].astype("int64")


def _keys(codes: np.ndarray, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Person and day in one whole number, and which rows have both."""
    usable = (codes >= 0) & ~np.isnat(days)
    day = np.where(usable, days.astype("int64"), 0) + _SHIFT
    # A row that lacks either is nobody's: its key belongs to no person.
    return np.where(usable, (codes << _BITS) | day, np.iinfo("int64").max), usable
