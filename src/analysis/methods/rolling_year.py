"""Sums over the last twelve months of a table with one row a month."""

from calendar import isleap
from collections.abc import Mapping

import pandas as pd

from analysis.methods.position import as_at_dates


def with_last_12_months(table: pd.DataFrame, sums: Mapping[str, str]) -> pd.DataFrame:
    """Add sums over the twelve months up to each row's month.

    A sum is given only where all twelve months have a row with a value: a "year" of eleven months
    would understate without showing it. Sums that the table already holds are kept.

    Parameters
    ----------
    table : DataFrame
        One row a month with ``as_at``; of a month with several rows the last is used. Undated
        rows stay and get no sums.
    sums : mapping of str to str
        Name of each sum, and the monthly column that it sums; an absent column gives no sums.

    Returns
    -------
    DataFrame
        The rows with the sums, and ``leap_year`` (bool): the twelve months hold a 29 February.

    Examples
    --------
    >>> months = pd.period_range("2020-09", "2021-08", freq="M").astype(str)
    >>> table = pd.DataFrame({"as_at": months, "leavers_fte": 1.0})
    >>> with_last_12_months(table, {"leavers_12_months_fte": "leavers_fte"}).iloc[-1].to_dict()
    {'as_at': '2021-08', 'leavers_fte': 1.0, 'leavers_12_months_fte': 12.0, 'leap_year': False}
    """
    month = as_at_dates(table["as_at"]).dt.to_period("M")
    dated = table[month.notna() & ~month.duplicated(keep="last")]
    columns = list(dict.fromkeys(sums.values()))
    monthly = dated.reindex(columns=columns).astype("float64")
    monthly = monthly.set_axis(month[dated.index]).sort_index()
    if len(monthly):
        monthly = monthly.reindex(pd.period_range(monthly.index[0], monthly.index[-1], freq="M"))
    added = {}
    for name, column in sums.items():
        found = month.map(monthly[column].rolling(12, min_periods=12).sum()).astype("float64")
        given = table.get(name)
        added[name] = found if given is None else given.astype("float64").fillna(found)
    return table.assign(**added, leap_year=[holds_29_february(last) for last in month])


def holds_29_february(last: pd.Period) -> bool:
    """Tell whether the twelve months that end with a month hold a 29 February.

    Parameters
    ----------
    last : Period
        The last of the twelve months; a missing one holds none.

    Returns
    -------
    bool

    Examples
    --------
    >>> [holds_29_february(pd.Period(last, "M")) for last in ("2020-01", "2020-09", "2021-02")]
    [False, True, False]
    """
    if pd.isna(last):
        return False
    return isleap(last.year if last.month >= 2 else last.year - 1)
