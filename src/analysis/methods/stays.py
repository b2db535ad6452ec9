"""Stays: rows with a first and a last day, both inside the stay; the last blank while it runs."""

import numpy as np
import pandas as pd


def backwards(stays: pd.DataFrame) -> pd.Series:
    """Tell the rows that end before they start.

    Parameters
    ----------
    stays : DataFrame
        ``start_date``, ``end_date``.

    Returns
    -------
    Series of bool

    Examples
    --------
    >>> stays = pd.DataFrame({"start_date": pd.to_datetime(["2021-05-02", "2021-05-02"]),
    ...                       "end_date": pd.to_datetime(["2021-05-01", None])})
    >>> backwards(stays).tolist()
    [True, False]
    """
    return stays["end_date"] < stays["start_date"]


def in_force(stays: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Keep the stays that hold a day; one that ends before it starts holds none.

    Parameters
    ----------
    stays : DataFrame
        ``start_date``, ``end_date`` (missing while the stay runs).
    day : Timestamp
        The day.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> stays = pd.DataFrame({"start_date": pd.to_datetime(["2021-05-01", "2021-05-01"]),
    ...                       "end_date": pd.to_datetime(["2021-05-31", None])})
    >>> [len(in_force(stays, pd.Timestamp(day))) for day in ("2021-05-31", "2021-06-01")]
    [2, 1]
    """
    runs = stays["end_date"].isna() | (stays["end_date"] >= day)
    return stays[(stays["start_date"] <= day) & runs & ~backwards(stays)]


def in_force_at(stays: pd.DataFrame, days: pd.DatetimeIndex) -> tuple[np.ndarray, np.ndarray]:
    """Find the stays that hold each of several days.

    Parameters
    ----------
    stays : DataFrame
        ``start_date``, ``end_date``.
    days : DatetimeIndex
        The days, e.g. the ends of months.

    Returns
    -------
    tuple of arrays of int
        The places of a stay and of a day that it holds, for each such pair.

    Examples
    --------
    >>> stays = pd.DataFrame({"start_date": pd.to_datetime(["2021-05-01"]),
    ...                       "end_date": pd.to_datetime(["2021-06-30"])})
    >>> ends = pd.DatetimeIndex(["2021-05-31", "2021-06-30", "2021-07-31"])
    >>> stay, day = in_force_at(stays, ends)
    >>> day.tolist()
    [0, 1]
    """
    start = stays["start_date"].to_numpy()[:, np.newaxis]
    end = stays["end_date"].to_numpy()[:, np.newaxis]
    return np.nonzero((start <= days.to_numpy()) & ~(end < days.to_numpy()) & ~(end < start))


def first_days(stays: pd.DataFrame, who: str) -> pd.Series:
    """Tell the rows that begin a stay: the same person has no row that holds the day before.

    Parameters
    ----------
    stays : DataFrame
        ``start_date``, ``end_date`` and the column of ``who``.
    who : str
        The column that identifies a person.

    Returns
    -------
    Series of bool

    Examples
    --------
    A move from one post to another on the next day is no new start.

    >>> stays = pd.DataFrame({"person_id": ["a", "a"],
    ...     "start_date": pd.to_datetime(["2021-01-01", "2021-06-01"]),
    ...     "end_date": pd.to_datetime(["2021-05-31", None])})
    >>> first_days(stays, "person_id").tolist()
    [True, False]
    """
    return ~_held(stays, who, stays["start_date"] - pd.Timedelta(days=1))


def last_days(stays: pd.DataFrame, who: str) -> pd.Series:
    """Tell the rows that end a stay: the same person has no row that holds the day after.

    Parameters
    ----------
    stays : DataFrame
        ``start_date``, ``end_date`` and the column of ``who``.
    who : str
        The column that identifies a person.

    Returns
    -------
    Series of bool
        False for a row that still runs.

    Examples
    --------
    >>> stays = pd.DataFrame({"person_id": ["a", "a"],
    ...     "start_date": pd.to_datetime(["2021-01-01", "2021-06-01"]),
    ...     "end_date": pd.to_datetime(["2021-05-31", None])})
    >>> last_days(stays, "person_id").tolist()
    [False, False]
    """
    ended = stays["end_date"].notna()
    return ended & ~_held(stays, who, stays["end_date"] + pd.Timedelta(days=1))


def overlap_days(
    stays: pd.DataFrame, first: pd.DatetimeIndex, last: pd.DatetimeIndex
) -> pd.DataFrame:
    """Calendar days of each stay inside each of several spans, first and last day counted.

    Parameters
    ----------
    stays : DataFrame
        ``start_date``, ``end_date``; a stay that still runs is taken to the end of every span.
    first, last : DatetimeIndex
        First and last days of the spans.

    Returns
    -------
    DataFrame of float
        One row a stay, one column a span (named for its last day); 0 for a stay that ends before
        it starts.

    Examples
    --------
    >>> stays = pd.DataFrame({"start_date": pd.to_datetime(["2021-05-30"]),
    ...                       "end_date": pd.to_datetime([None])})
    >>> spans = pd.DatetimeIndex(["2021-05-01", "2021-06-01"])
    >>> overlap_days(stays, spans, spans + pd.offsets.MonthEnd(0)).to_numpy().tolist()
    [[2.0, 30.0]]
    """
    start = stays["start_date"].to_numpy("datetime64[D]")[:, np.newaxis]
    end = stays["end_date"].to_numpy("datetime64[D]")[:, np.newaxis]
    starts, ends = first.to_numpy("datetime64[D]"), last.to_numpy("datetime64[D]")
    until = np.where(np.isnat(end), ends, np.minimum(end, ends))
    days = (until - np.maximum(start, starts)).astype("float64") + 1
    days = np.where(backwards(stays).to_numpy()[:, np.newaxis], 0, days.clip(min=0))
    return pd.DataFrame(days, index=stays.index, columns=last)


def _held(stays: pd.DataFrame, who: str, days: pd.Series) -> pd.Series:
    """Tell whether a row of the same person holds each row's day."""
    valid = stays[stays[who].notna() & stays["start_date"].notna() & ~backwards(stays)]
    spans: dict[object, list[tuple[int, int]]] = {}
    ends = valid["end_date"].fillna(pd.Timestamp("9999-12-31"))
    for name, *span in zip(
        valid[who].tolist(), _ticks(valid["start_date"]), _ticks(ends), strict=True
    ):
        spans.setdefault(name, []).append(tuple(span))
    asked = zip(stays[who].tolist(), _ticks(days), strict=True)
    held = [any(first <= day <= last for first, last in spans.get(name, ())) for name, day in asked]
    return pd.Series(held, stays.index, dtype=bool)


def _ticks(dates: pd.Series) -> list[int]:
    """Dates as numbers that compare as they do; a missing one is before all."""
    return dates.to_numpy("datetime64[us]").view("int64").tolist()
