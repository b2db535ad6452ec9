"""What a control chart accepts: dates, values, rebases and targets, checked one by one."""

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
import pandas as pd

from analysis.methods.spc_rules import IMPROVEMENTS, RULE_SETS

FEWEST_FIXED_POINTS = 12
"""Limits may be fixed after this many points, or more."""


def check_choices(rules: str, fix_after: int | None) -> None:
    """Raise ValueError for a rule set or a baseline that does not exist."""
    if rules not in RULE_SETS:
        raise ValueError(f"rules is {rules!r}; use {listed(RULE_SETS)}.")
    if fix_after is not None and not fix_after >= FEWEST_FIXED_POINTS:
        raise ValueError(
            f"fix_after is {fix_after}; limits can be fixed after {FEWEST_FIXED_POINTS} points "
            "or more."
        )


def improving_signs(improvement: object, keys: pd.Index) -> np.ndarray:
    """1, -1 or 0 for each series, from one direction for all or a direction by key."""
    if isinstance(improvement, (Mapping, pd.Series)):
        given = dict(improvement)
        check_keys(given, keys, "improvement")
        absent = keys.difference(pd.Index(list(given)))
        if len(absent):
            raise ValueError(f"improvement does not say which for {listed(absent)}.")
        directions = [given[key] for key in keys]
    else:
        directions = [improvement]
    unknown = sorted({str(name) for name in directions if name not in IMPROVEMENTS})
    if unknown:
        raise ValueError(f"improvement is {listed(unknown)}; use {listed(IMPROVEMENTS)}.")
    signs = np.array([IMPROVEMENTS[name] for name in directions], dtype=np.int8)
    return np.broadcast_to(signs, len(keys))


def dates_of(index: object) -> pd.DatetimeIndex:
    """Dates of an index, column or list of dates or periods (a period is its first day)."""
    dates = pd.Index(index)
    if isinstance(dates, pd.DatetimeIndex):
        pass
    elif isinstance(dates, pd.PeriodIndex):
        dates = dates.to_timestamp()
    elif len(dates) and pd.api.types.is_numeric_dtype(dates.dtype):
        raise TypeError(
            f"Points must be dated, but their dates are numbers ({dates.dtype}). "
            "Give dates, timestamps or periods; pandas.to_datetime makes dates of text."
        )
    elif dates.dtype == object and any(isinstance(date, pd.Period) for date in dates):
        dates = pd.Index([getattr(date, "start_time", date) for date in dates])
    if not isinstance(dates, pd.DatetimeIndex):
        dates = pd.DatetimeIndex(pd.to_datetime(dates))
    dates = (dates if dates.tz is None else dates.tz_localize(None)).as_unit("ns")
    if dates.hasnans:
        raise ValueError(f"{int(dates.isna().sum())} of {len(dates)} points have no date.")
    return dates


def month_numbers(dates: pd.DatetimeIndex) -> np.ndarray:
    """The month of each date, counted from January of the year 0.

    Examples
    --------
    >>> month_numbers(pd.DatetimeIndex(["2021-01-31"])) - 2021 * 12
    array([0])
    """
    return dates.to_numpy().astype("datetime64[M]").astype(np.int64) + 1970 * 12


def numbers_of(values: pd.Series, what: str = "values") -> np.ndarray:
    """Values as floats, missing as NaN; ValueError where one is text or infinite."""
    try:
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The {what} must be numbers, but they are {values.dtype}; convert them first."
        ) from error
    infinite = int(np.isinf(numbers).sum())
    if infinite:
        raise ValueError(
            f"{infinite} of the {len(numbers)} {what} are infinite (a division by zero?); "
            "make them missing."
        )
    return numbers


def check_unique_points(series: np.ndarray, dates: pd.DatetimeIndex, keys: pd.Index) -> None:
    """Raise ValueError naming the dates of points given more than once.

    `series` numbers the series of each point and `keys` names them; points are sorted by series
    and date.
    """
    repeated = (np.diff(series) == 0) & (np.diff(dates.asi8) == 0)
    rows = np.flatnonzero(repeated) + 1
    if not len(rows):
        return
    named = dict.fromkeys(
        f"{dates[row]:%Y-%m-%d}" + (f" ({keys[series[row]]})" if len(keys) > 1 else "")
        for row in rows
    )
    raise ValueError(f"More than one point is dated {listed(named)}. Keep one row for each date.")


def rebase_rows(rebase: object, keys: pd.Index) -> pd.DataFrame:
    """One row a rebase (number of the series, date), from dates for all or dates by key."""
    if isinstance(rebase, Mapping):
        check_keys(rebase, keys, "rebase")
        pairs = [(key, date) for key, dates in rebase.items() for date in _several(dates)]
    else:
        pairs = [(key, date) for date in _several(rebase) for key in keys]
    if not pairs:
        return _no_rebases()
    number = keys.get_indexer([key for key, _ in pairs])
    return pd.DataFrame(
        {"series": np.asarray(number, dtype=np.int64), "date": dates_of([d for _, d in pairs])}
    )


@cache
def _no_rebases() -> pd.DataFrame:
    return pd.DataFrame({"series": np.array([], dtype=np.int64), "date": dates_of([])})


def target_by_point(target: object, dates: pd.DatetimeIndex) -> np.ndarray:
    """Target in force at each date; NaN where there is none.

    A number stands for all dates; a Series by date holds each target from its date on.
    """
    if target is None:
        return np.full(len(dates), np.nan)
    if not isinstance(target, pd.Series):
        number = numbers_of(pd.Series([target]), "targets")
        return np.repeat(number, len(dates))
    starts = dates_of(target.index)
    order = np.argsort(starts)
    starts = starts[order]
    if not starts.is_unique:
        twice = starts[starts.duplicated()].unique()
        raise ValueError(
            f"More than one target is dated {listed(f'{day:%Y-%m-%d}' for day in twice)}."
        )
    numbers = np.append(numbers_of(target, "targets")[order], np.nan)
    return numbers[np.searchsorted(starts.asi8, dates.asi8, side="right") - 1]


def date_words(date: pd.Timestamp) -> str:
    """A date as a page says it: the month for the first day of one, else the day."""
    return f"{date:%B %Y}" if date.day == 1 else f"{date.day} {date:%B %Y}"


def listed(names: Iterable) -> str:
    """Names with commas between them."""
    return ", ".join(str(name) for name in names)


def check_keys(named: Iterable, keys: pd.Index, what: str) -> None:
    """Raise ValueError for names that are not among the keys of the series."""
    unknown = pd.Index(list(named)).difference(keys)
    if len(unknown):
        raise ValueError(f"{what} names {listed(unknown)}, which the table does not hold.")


def _several(dates: object) -> list:
    single = isinstance(dates, str) or not isinstance(dates, Iterable)
    return [dates] if single else list(dates)
