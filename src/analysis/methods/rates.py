"""Rates by month and cut: of events in a month, and of spells that are open at a month's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.methods.calendar import months_of_days
from analysis.methods.intervals import wilson_bounds

NOT_RECORDED = "not recorded"


def cut_groups(table: pd.DataFrame, by: Sequence[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Number each row's combination of the cut's values; without a cut all rows are one.

    Returns
    -------
    array of int
        The group of each row.
    DataFrame
        One row a group, in order of value; blanks are "not recorded".

    Examples
    --------
    >>> codes, groups = cut_groups(pd.DataFrame({"team": ["B", None, "A"]}), ["team"])
    >>> codes.tolist(), groups["team"].tolist()
    ([1, 2, 0], ['A', 'B', 'not recorded'])
    """
    if not by:
        return np.zeros(len(table), "int64"), pd.DataFrame(index=[0])
    values = table[list(by)].astype("str").fillna(NOT_RECORDED)
    if len(by) == 1:  # one column is numbered at half the cost of grouping by it
        codes, found = pd.factorize(values[by[0]], sort=True)
        return codes.astype("int64"), pd.DataFrame({by[0]: found})
    grouped = values.groupby(list(by), sort=True)
    groups = grouped.size().reset_index()[list(by)]
    return grouped.ngroup().to_numpy("int64"), groups


def counts_by_month(
    days: np.ndarray, codes: np.ndarray, months: pd.DatetimeIndex, groups: int
) -> np.ndarray:
    """Events by month and group.

    Parameters
    ----------
    days : array of datetime64[D]
    codes : array of int
        Group of each event.
    months : DatetimeIndex
        Consecutive first days of months; events outside them are not counted.
    groups : int

    Returns
    -------
    array
        Months down, groups across.

    Examples
    --------
    >>> days = np.array(["2021-03-01", "2021-04-30"], "datetime64[D]")
    >>> months = pd.DatetimeIndex(["2021-03-01", "2021-04-01"])
    >>> counts_by_month(days, np.array([0, 0]), months, 1).tolist()
    [[1], [1]]
    """
    at = months_of_days(days).astype("int64") - _month_number(months)
    inside = ~np.isnat(days) & (at >= 0) & (at < len(months))
    if not inside.all():
        at, codes = at[inside], codes[inside]
    cells = at * groups + codes
    return np.bincount(cells, minlength=len(months) * groups).reshape(len(months), groups)


def open_at_month_ends(
    first: np.ndarray,
    end: np.ndarray,
    codes: np.ndarray,
    months: pd.DatetimeIndex,
    groups: int,
) -> np.ndarray:
    """Spells that are open at each month's end, by group.

    A spell is open on a day from `first` up to, and not on, its end (NaT: still open).

    Parameters
    ----------
    first, end : arrays of datetime64[D]
        A spell whose first day is missing or not before its end is never open.
    codes : array of int
    months : DatetimeIndex
        Consecutive first days of months.
    groups : int

    Returns
    -------
    array
        Months down, groups across.

    Examples
    --------
    >>> days = lambda text: np.array([text], "datetime64[D]")
    >>> months = pd.date_range("2021-03-01", periods=3, freq="MS")
    >>> one = days("2021-03-31"), days("2021-05-31"), np.array([0])
    >>> open_at_month_ends(*one, months, 1).tolist()
    [[1], [1], [0]]
    """
    ended = np.isnat(end)
    usable = ~np.isnat(first) & (ended | (first < end))
    base, last = _month_number(months), len(months)
    enter = months_of_days(first).astype("int64") - base
    leave = np.where(ended, last, months_of_days(end).astype("int64") - base)
    enter, leave = np.clip(enter, 0, last), np.clip(leave, 0, last)
    usable &= enter < leave
    size = (last + 1) * groups
    came = np.bincount(enter[usable] * groups + codes[usable], minlength=size)
    went = np.bincount(leave[usable] * groups + codes[usable], minlength=size)
    return np.cumsum((came - went).reshape(last + 1, groups), axis=0)[:last]


def rate_table(
    months: pd.DatetimeIndex,
    groups: pd.DataFrame,
    numerator: np.ndarray,
    denominator: np.ndarray,
    *,
    open_past_deadline: np.ndarray | None = None,
    partial: Mapping[pd.Timestamp, str] | None = None,
    none_note: str = "none in the month",
) -> pd.DataFrame:
    """Rates in per cent, one row a month and group, with words where there is none.

    Parameters
    ----------
    months : DatetimeIndex
    groups : DataFrame
        One row a group, from `cut_groups`.
    numerator, denominator : arrays
        Months down, groups across.
    open_past_deadline : array, optional
        Open cases past their deadline at each month's end.
    partial : mapping of month to reason, optional
        Months held only in part.
    none_note : str
        Words for a month with a denominator of 0.

    Returns
    -------
    DataFrame
        ``month``, the cut, ``numerator``, ``denominator``, ``value_pct``, ``lower_pct``,
        ``upper_pct`` (Wilson 95%), ``open_past_deadline``, ``complete``, ``note``.

    Examples
    --------
    England 2024-25, assessments completed within 45 working days:

    >>> months = pd.DatetimeIndex(["2025-03-01"])
    >>> table = rate_table(months, pd.DataFrame(index=[0]), np.array([[555820]]),
    ...                    np.array([[648830]]))
    >>> table["value_pct"].round(1).item()
    85.7
    """
    group = np.tile(np.arange(len(groups)), len(months))
    met, counted = (pd.array(side.ravel(), "Int64") for side in (numerator, denominator))
    share, cases = (side.to_numpy("float64", na_value=np.nan) for side in (met, counted))
    lower, upper = wilson_bounds(share, cases)
    share = 100 * (share / np.where(cases == 0, np.nan, cases))
    late = [pd.NA] * len(group) if open_past_deadline is None else open_past_deadline.ravel()
    why = [(partial or {}).get(month, "") for month in months]
    note = np.repeat(np.array(why, object), len(groups))
    whole = note == ""
    note[whole & (cases == 0)] = none_note
    return pd.DataFrame(
        {
            "month": np.repeat(months.as_unit("us"), len(groups)),
            **{name: column.array.take(group) for name, column in groups.items()},
            "numerator": met,
            "denominator": counted,
            "value_pct": share,
            "lower_pct": lower,
            "upper_pct": upper,
            "open_past_deadline": pd.array(late, "Int64"),
            "complete": pd.array(whole, "boolean"),
            "note": pd.array(note, "str"),
        }
    )


def lacking_columns(table: pd.DataFrame, columns: Sequence[str]) -> str:
    """Which columns a table does not have, or has without one value, in words; "" if none.

    Examples
    --------
    >>> lacking_columns(pd.DataFrame({"a": [1], "b": [None]}), ["a", "b", "c"])
    'column b, c missing'
    """
    absent = [name for name in columns if name not in table or table[name].isna().all()]
    return f"column {', '.join(absent)} missing" if absent else ""


def without_rate(period: str | pd.Period, by: Sequence[str], reason: str) -> pd.DataFrame:
    """The one row that says why a rate cannot be computed, in the shape of `rate_table`.

    Examples
    --------
    >>> without_rate("2021-03", [], "column decision_date missing")["note"].item()
    'cannot be computed: column decision_date missing'
    """
    row = {"month": pd.Period(period, "M").to_timestamp(), "complete": False}
    row |= {"note": f"cannot be computed: {reason}"}
    counts = ["numerator", "denominator"]
    values = ["value_pct", "lower_pct", "upper_pct"]
    columns = ["month", *by, *counts, *values, "open_past_deadline", "complete", "note"]
    types = dict.fromkeys([*counts, "open_past_deadline"], "Int64") | {"complete": "boolean"}
    return pd.DataFrame([row]).reindex(columns=columns).astype(types | dict.fromkeys(values, float))


def with_note(table: pd.DataFrame, text: str, at: pd.Timestamp | None = None) -> pd.DataFrame:
    """A table with words added to its notes: of one month, or of the latest.

    Examples
    --------
    >>> table = pd.DataFrame({"month": pd.to_datetime(["2021-03-01"]), "note": ["partial"]})
    >>> with_note(table, "2 rows left out")["note"].item()
    'partial; 2 rows left out'
    """
    if not text:
        return table
    rows = table["month"] == (table["month"].max() if at is None else at)
    old = table["note"].to_numpy(object)
    new = [f"{note}; {text}" if note else text for note in old]
    return table.assign(note=pd.array(np.where(rows, new, old), "str"))


def _month_number(months: pd.DatetimeIndex) -> int:
    return int(months[0].to_datetime64().astype("datetime64[M]").astype("int64"))
