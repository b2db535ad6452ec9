"""Charts by the data's own law: p' for percentages, u' for rates, dated events for rare counts.

A percentage of 20 varies more than a percentage of 400, so its limits are its own: wide in a month
of few cases, narrow in a month of many. Laney's charts let the variation between months be more
(or less) than chance alone would give. Points go through the same rules as `xmr`, and the tables
have the same columns.

Sources: D. B. Laney, Improved control charts for attributes, Quality Engineering 14(4), 2002;
D. J. Wheeler, Understanding Variation (1993).
"""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from analysis.methods.spc import one_chart
from analysis.methods.spc_inputs import dates_of, listed, numbers_of
from analysis.methods.spc_limits import (
    Limits,
    Segments,
    baseline_points,
    mean_moving_range,
    segment_mean,
)
from analysis.methods.spc_points import chart_columns, lay_out

RULES = "making-data-count"

RANGE_TO_SIGMA = 1.128
"""Mean moving range of independent normal values, in standard deviations."""

RARE_COUNT_MEAN = 2.0
"""Counts with a monthly mean below this are shown as dated events, without limits."""


def p_prime(
    numerator: pd.Series,
    denominator: pd.Series,
    *,
    improvement: str = "increase",
    target: float | pd.Series | None = None,
    fix_after: int | None = None,
    rebase: Iterable = (),
) -> pd.DataFrame:
    """Laney's p' chart: a monthly percentage with limits that follow its denominator.

    The mean is all cases that met the standard as a share of all cases. Each month's distance
    from it is measured in the standard errors of that month's denominator; limits are three
    times the variation that neighbouring months show on that measure (1 where months vary as
    chance alone would have it).

    Parameters
    ----------
    numerator, denominator
        Cases that met the standard, and all cases, indexed by the same dates. A month with a
        count missing, or without cases, has no percentage.
    improvement, target, fix_after, rebase
        As in `xmr`; the target in per cent.

    Returns
    -------
    pandas.DataFrame
        As `xmr`: value, mean, lcl and ucl in per cent (0 to 100), limits for each month.

    Raises
    ------
    ValueError
        As in `xmr`; counts below 0, or more cases met than there are (the dates are named).

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=4, freq="MS")
    >>> chart = p_prime(pd.Series([8, 36, 9, 32], months), pd.Series([10, 40, 10, 40], months))
    >>> chart[["value", "mean", "lcl", "ucl"]].round(1).iloc[:2].values.tolist()
    [[80.0, 85.0, 54.0, 100.0], [90.0, 85.0, 69.5, 100.0]]
    """
    counts = _counts(numerator, denominator)
    over = counts["numerator"].to_numpy() > counts["denominator"].to_numpy()
    if over.any():
        days = _days(counts.index[over])
        raise ValueError(f"More cases met the standard than there are: {days}.")
    return _prime_chart(
        counts,
        100.0,
        lambda mean: mean * (1 - mean),
        100.0,
        improvement=improvement,
        target=target,
        fix_after=fix_after,
        rebase=rebase,
    )


def u_prime(
    count: pd.Series,
    exposure: pd.Series,
    *,
    per: float = 10_000,
    improvement: str = "increase",
    target: float | pd.Series | None = None,
    fix_after: int | None = None,
    rebase: Iterable = (),
) -> pd.DataFrame:
    """Laney's u' chart: a rate of events (contacts per 10,000 children, say) by month.

    As `p_prime`, with events counted against what they could arise from, and the standard errors
    of a count.

    Parameters
    ----------
    count, exposure
        Events, and the children, staff or places they could arise from, by the same dates.
    per
        The rate is per this many.
    improvement, target, fix_after, rebase
        As in `xmr`; the target as a rate.

    Returns
    -------
    pandas.DataFrame
        As `xmr`: value, mean, lcl (never below 0) and ucl per so many, limits for each month.

    Raises
    ------
    ValueError
        As in `xmr`; counts or exposures below 0 (the dates are named).

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=3, freq="MS")
    >>> children = pd.Series(50_000, months)
    >>> chart = u_prime(pd.Series([100, 120, 110], months), children, improvement="neutral")
    >>> chart[["value", "mean", "lcl", "ucl"]].round(2).iloc[0].tolist()
    [20.0, 22.0, 14.02, 29.98]
    """
    return _prime_chart(
        _counts(count, exposure),
        per,
        lambda mean: mean,
        np.inf,
        improvement=improvement,
        target=target,
        fix_after=fix_after,
        rebase=rebase,
    )


def is_rare(counts: pd.Series) -> bool:
    """Whether a count is too rare for limits: its mean is below `RARE_COUNT_MEAN`.

    Examples
    --------
    >>> is_rare(pd.Series([0, 1, 0, 0, 2, 0]))
    True
    """
    return bool(counts.mean() < RARE_COUNT_MEAN)


def rare_events(counts: pd.Series) -> pd.DataFrame:
    """Dated events of a rare count: when there were any, how many, and how long after the last.

    Limits on counts that are mostly 0 raise false alarms, so there are none.

    Parameters
    ----------
    counts
        Events a month, indexed by date. Missing months are no events and are not shown as such:
        the time since the last event then spans months that nothing is known of.

    Returns
    -------
    pandas.DataFrame
        One row a month with events, in date order: date, events (count), months_since_previous
        (missing for the first).

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=5, freq="MS")
    >>> rare_events(pd.Series([0, 1, 0, 0, 2], months))["months_since_previous"].tolist()
    [<NA>, 3]
    """
    dates = dates_of(counts.index)
    numbers = pd.Series(numbers_of(counts, "counts"), index=dates).sort_index()
    events = numbers[numbers > 0]
    month = pd.Series(events.index.year * 12 + events.index.month, dtype="Int64")
    return pd.DataFrame(
        {
            "date": events.index,
            "events": events.to_numpy().astype(np.int64),
            "months_since_previous": month.diff(),
        }
    )


def _counts(numerator: pd.Series, denominator: pd.Series) -> pd.DataFrame:
    """Both counts in date order, checked; a month that only one of them has is missing."""
    by_date = {}
    for name, counts in (("numerator", numerator), ("denominator", denominator)):
        dates = dates_of(counts.index)
        if not dates.is_unique:
            raise ValueError(f"More than one {name} is dated {_days(dates[dates.duplicated()])}.")
        by_date[name] = pd.Series(numbers_of(counts, name), index=dates)
    counts = pd.DataFrame(by_date)
    if not counts.index.is_monotonic_increasing:
        counts = counts.sort_index()
    negative = (counts.to_numpy() < 0).any(axis=1)
    if negative.any():
        raise ValueError(f"Counts below 0: {_days(counts.index[negative])}.")
    return counts


def _days(dates: pd.DatetimeIndex) -> str:
    return listed(f"{day:%Y-%m-%d}" for day in dates.unique())


def _prime_chart(
    counts: pd.DataFrame,
    per: float,
    variance: Callable[[np.ndarray], np.ndarray],
    highest: float,
    **choices: object,
) -> pd.DataFrame:
    """Chart of a share scaled to `per`; `variance` is that of one case, given the mean share."""
    points = lay_out(
        counts.index,
        None,
        improvement=choices["improvement"],
        rules=RULES,
        fix_after=choices["fix_after"],
        rebase=choices["rebase"],
    )
    top, base = counts["numerator"].to_numpy(), counts["denominator"].to_numpy()
    known = ~np.isnan(top) & (base > 0)
    limits = _prime_limits(
        np.where(known, top, np.nan),
        np.where(known, base, np.nan),
        points.segments,
        choices["fix_after"],
        variance,
    )
    scaled = Limits(*(column * per for column in limits[:-1]), limits.bare)
    shown = scaled._replace(lcl=np.maximum(scaled.lcl, 0.0), ucl=np.minimum(scaled.ucl, highest))
    values = np.where(known, top / np.where(known, base, 1.0) * per, np.nan)
    columns = chart_columns(values, shown, points, rules=RULES)
    return one_chart(
        columns,
        points,
        counts.index,
        improvement=choices["improvement"],
        target=choices["target"],
        rules=RULES,
    )


def _prime_limits(
    top: np.ndarray, base: np.ndarray, segments: Segments, fix_after: int | None, variance: Callable
) -> Limits:
    """Limits of each point as a share: the mean, and multiples of the point's standard error."""
    counted = baseline_points(~np.isnan(top), segments, fix_after)
    number = segments.number
    mean = segment_mean(top, counted, segments) / segment_mean(base, counted, segments)
    error = np.sqrt(variance(mean)[number] / base)
    distance = top / base - mean[number]
    standard = np.divide(distance, error, out=np.zeros_like(error), where=error > 0)
    spread, bare = mean_moving_range(standard, counted, segments, screen=True, guard=True)
    sigma = (spread / RANGE_TO_SIGMA)[number] * error
    middle = mean[number]
    return Limits(
        middle,
        middle - 3 * sigma,
        middle + 3 * sigma,
        middle - 2 * sigma,
        middle + 2 * sigma,
        bare[number],
    )
