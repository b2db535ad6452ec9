"""Monthly counts compared with one another: whole months only, totals on totals."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.methods.intervals import DEFAULT, Dispersion, count_change

# No percentage is given on a base below this: one event more or less would move it by points.
MINIMUM_BASE = 30


def whole_months(monthly: pd.DataFrame, value: str, period: str | pd.Period) -> pd.Series:
    """Values of the whole months up to a period, one place a month without gaps.

    Parameters
    ----------
    monthly : DataFrame
        One row a month: ``month``, ``complete`` and the value column.
    value : str
        Column to take.
    period : text "YYYY-MM" or Period

    Returns
    -------
    Series of float
        Indexed by the first day of each month from the first held to the period; missing where
        a month is absent, incomplete or without a count.

    Raises
    ------
    ValueError
        The table lacks a column, or holds a month twice.

    Examples
    --------
    >>> table = pd.DataFrame({"month": pd.to_datetime(["2021-01-01", "2021-03-01"]),
    ...                       "contacts": [5, 7], "complete": [True, False]})
    >>> whole_months(table, "contacts", "2021-03").tolist()
    [5.0, nan, nan]
    """
    lacking = {"month", "complete", value} - set(monthly.columns)
    if lacking:
        raise ValueError(
            f"the table of months lacks {sorted(lacking)}: pass the result of a ..._by_month"
            " measure without a cut"
        )
    if monthly["month"].duplicated().any():
        raise ValueError("the table of months holds a month twice: pass it without a cut")
    last = pd.Period(period, "M").to_timestamp()
    whole = monthly["complete"].to_numpy("bool", na_value=False)
    counts = monthly[value].to_numpy("float64", na_value=np.nan)
    held = pd.Series(np.where(whole, counts, np.nan), index=pd.DatetimeIndex(monthly["month"]))
    held = held[held.index <= last].sort_index()
    first = held.index[0] if len(held) else last
    return held.reindex(pd.date_range(first, last, freq="MS", name="month", unit="us"))


def months_before(months: pd.DatetimeIndex, count: int) -> pd.DatetimeIndex:
    """The same months, `count` months earlier.

    Examples
    --------
    >>> months_before(pd.DatetimeIndex(["2021-03-01"]), 12)[0]
    Timestamp('2020-03-01 00:00:00')
    """
    return pd.DatetimeIndex(months - pd.DateOffset(months=count), freq=None)


def comparison(
    now: pd.Series,
    before: pd.Series,
    dispersion: Dispersion = DEFAULT,
    *,
    exposure: pd.Series | float = 1.0,
) -> pd.DataFrame:
    """Change between two columns of counts, with words where there is no percentage.

    Parameters
    ----------
    now, before : Series of counts, same index
    dispersion : Dispersion
    exposure : Series or float
        Exposure of `now` over that of `before`.

    Returns
    -------
    DataFrame
        ``change_pct``, ``change_lower_pct``, ``change_upper_pct``, ``dispersion``,
        ``dispersion_basis``, ``note``. No percentage on a base below 30.

    Examples
    --------
    >>> table = comparison(pd.Series([50.0]), pd.Series([29.0]))
    >>> table["change_pct"].isna().item(), table["note"].item()
    (True, 'no percentage: the base is 29, below 30')
    """
    changes = count_change(now, before, dispersion, exposure=exposure)
    count, base = (side.to_numpy("float64", na_value=np.nan) for side in (now, before))
    no_count, no_base, small = np.isnan(count), np.isnan(base), base < MINIMUM_BASE
    zero = (count == 0) & ~small & ~no_base
    table = {name: np.where(small, np.nan, change) for name, change in changes.items()}
    table["change_pct"] = np.where(zero, -100.0, table["change_pct"])
    low = np.array([f"no percentage: the base is {n:,.0f}, below 30" for n in base], object)
    notes = {
        "neither year's count is held whole": no_count & no_base,
        "last year's count is not held whole": no_base,
        "this year's count is not held whole": no_count,
    }
    note = np.where(zero, "no interval: the later count is 0", np.where(small, low, ""))
    table |= {"dispersion": dispersion.value, "dispersion_basis": dispersion.basis}
    table["note"] = pd.array(np.select([*notes.values()], [*notes], note), "str")
    return pd.DataFrame(table, index=now.index)


def month_list(months: Iterable[pd.Timestamp]) -> str:
    """Months in words, for a note; more than six are counted instead.

    Examples
    --------
    >>> month_list(pd.to_datetime(["2021-03-01", "2021-04-01"]))
    'March 2021, April 2021'
    """
    months = list(months)
    if len(months) > 6:
        return f"{len(months)} months"
    return ", ".join(f"{month:%B %Y}" for month in months)
