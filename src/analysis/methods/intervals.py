"""Intervals for proportions and for ratios of counts that vary more than chance alone.

Counts of events about people are rarely Poisson: they come in clusters (siblings, the same child
again). Their variance is taken as a dispersion times the count, and every interval says where
its dispersion comes from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

# Used where the data cannot say. Groups of one to four that arrive together (half alone, 28% in
# twos, 14% in threes, 8% in fours) give 2.3; repeats within a month take it towards 3.
DEFAULT_DISPERSION = 3.0
_TRIM = 0.1
_MINIMUM_DIFFERENCES = 9


@dataclass(frozen=True)
class Dispersion:
    """Variance of a count in units of its mean, with what it rests on.

    ``degrees_of_freedom`` is infinite where the value is stated and not estimated.
    """

    value: float
    degrees_of_freedom: float
    basis: str


DEFAULT = Dispersion(DEFAULT_DISPERSION, np.inf, f"stated default of {DEFAULT_DISPERSION:g}")


def t_quantile(level: float, degrees_of_freedom: float) -> float:
    """Two-sided quantile of Student's t; of the normal where the degrees are infinite.

    Examples
    --------
    >>> round(t_quantile(0.95, float("inf")), 2), round(t_quantile(0.95, 10), 2)
    (1.96, 2.23)
    """
    from scipy.special import ndtri, stdtrit  # the functions alone: scipy.stats costs a second

    upper = 0.5 + level / 2
    if np.isinf(degrees_of_freedom):
        return float(ndtri(upper))
    return float(stdtrit(degrees_of_freedom, upper))


def wilson(numerator: pd.Series, denominator: pd.Series, *, level: float = 0.95) -> pd.DataFrame:
    """Wilson score interval of a proportion, in per cent.

    Parameters
    ----------
    numerator, denominator : Series of counts
    level : float
        Coverage, 0 to 1.

    Returns
    -------
    DataFrame
        ``lower_pct`` and ``upper_pct``, 0 to 100; missing where the denominator is 0 or missing.

    Raises
    ------
    ValueError
        A numerator is below 0 or above its denominator.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22.

    Examples
    --------
    >>> wilson(pd.Series([8]), pd.Series([10])).round(1).iloc[0].tolist()
    [49.0, 94.3]
    """
    lower, upper = wilson_bounds(
        numerator.to_numpy("float64", na_value=np.nan),
        denominator.to_numpy("float64", na_value=np.nan),
        level=level,
    )
    return pd.DataFrame({"lower_pct": lower, "upper_pct": upper}, index=numerator.index)


def wilson_bounds(
    k: np.ndarray, n: np.ndarray, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of `wilson`, of k in n; missing counts are NaN.

    Examples
    --------
    >>> lower, upper = wilson_bounds(np.array([8.0]), np.array([10.0]))
    >>> lower.round(1).item(), upper.round(1).item()
    (49.0, 94.3)
    """
    if ((k < 0) | (k > n)).any():
        raise ValueError("a numerator is below 0 or above its denominator: check the two counts")
    z = t_quantile(level, np.inf)
    n = np.where(n > 0, n, np.nan)
    p = k / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    # The bounds are exact at 0 and 1, where arithmetic leaves a crumb of the last digit.
    lower = np.where(k == 0, 0.0, np.clip(centre - half, 0, 1))
    upper = np.where(k == n, 1.0, np.clip(centre + half, 0, 1))
    missing = np.isnan(p)
    return np.where(missing, np.nan, 100 * lower), np.where(missing, np.nan, 100 * upper)


def count_change(
    now: pd.Series,
    before: pd.Series,
    dispersion: Dispersion = DEFAULT,
    *,
    level: float = 0.95,
    exposure: pd.Series | float = 1.0,
) -> pd.DataFrame:
    """Change from one count to another in per cent, with an over-dispersed interval.

    The delta method on the logarithm: ``ln(now / before)`` has variance
    ``dispersion × (1/now + 1/before)``; Student's t with the dispersion's degrees of freedom.

    Parameters
    ----------
    now, before : Series of counts
    dispersion : Dispersion
    level : float
        Coverage, 0 to 1.
    exposure : Series or float
        Exposure of `now` over that of `before` (working days, population); the change is per
        unit of exposure.

    Returns
    -------
    DataFrame
        ``change_pct``, ``change_lower_pct``, ``change_upper_pct``; missing where either count is
        missing or 0, as no ratio exists.

    Examples
    --------
    >>> march = count_change(pd.Series([2498]), pd.Series([1637]))
    >>> march["change_pct"].round(1).item()
    52.6
    """
    b = now.to_numpy("float64", na_value=np.nan)
    a = before.to_numpy("float64", na_value=np.nan)
    a, b = np.where(a > 0, a, np.nan), np.where(b > 0, b, np.nan)
    ratio = b / a / np.asarray(exposure, "float64")
    spread = np.sqrt(dispersion.value * (1 / a + 1 / b))
    factor = np.exp(t_quantile(level, dispersion.degrees_of_freedom) * spread)
    return pd.DataFrame(
        {
            "change_pct": 100 * (ratio - 1),
            "change_lower_pct": 100 * (ratio / factor - 1),
            "change_upper_pct": 100 * (ratio * factor - 1),
        },
        index=now.index,
    )


def _trimmed_variance(squares: np.ndarray) -> float:
    """Mean square without the largest tenth, scaled back to what normal noise would give.

    One step or shock in a series then does not widen every interval.
    """
    from scipy.special import chdtr, chdtri

    cut = round(_TRIM * len(squares))
    kept = np.sort(squares)[: len(squares) - cut]
    if not cut:
        return float(kept.mean())
    share = cut / len(squares)
    return float(kept.mean() * (1 - share) / chdtr(3, chdtri(1, share)))


def seasonal_dispersion(counts: pd.Series, *, season: int = 12) -> Dispersion | None:
    """Dispersion of a seasonal series of counts, from its successive seasonal log ratios.

    ``d = ln(y[t]/y[t-12]) − ln(y[t-1]/y[t-13])`` is free of season, level and steady growth, and
    its variance is the dispersion times the sum of the four reciprocal counts. The mean of
    ``d² / sum`` is trimmed at the top tenth (steps, shocks) and scaled back.

    Parameters
    ----------
    counts : Series
        In order of time, one value a month without gaps in the index; missing values allowed.
    season : int
        Months in a season.

    Returns
    -------
    Dispersion or None
        Not below 1 (Poisson). None where fewer than 9 differences can be formed. Two
        thirds of the number of differences stand as degrees of freedom, as neighbours share counts.

    Examples
    --------
    >>> seasonal_dispersion(pd.Series([100.0] * 12)) is None
    True
    >>> seasonal_dispersion(pd.Series([100.0] * 36)).value
    1.0
    """
    y = counts.to_numpy("float64", na_value=np.nan)
    y = np.where(y > 0, y, np.nan)
    if len(y) <= season + 1:
        return None
    ratio = np.log(y[season:] / y[:-season])
    weight = 1 / y[season:] + 1 / y[:-season]
    scaled = np.diff(ratio) ** 2 / (weight[1:] + weight[:-1])
    scaled = scaled[np.isfinite(scaled)]
    if len(scaled) < _MINIMUM_DIFFERENCES:
        return None
    value = max(1.0, _trimmed_variance(scaled))
    return Dispersion(value, 2 * len(scaled) / 3, "month to month variation")


def short_run_dispersion(counts: np.ndarray) -> Dispersion | None:
    """Dispersion of neighbouring counts (weeks), from second differences: free of slow change.

    Parameters
    ----------
    counts : array
        In order of time, whole weeks.

    Returns
    -------
    Dispersion or None
        Not below 1. None with fewer than 20 counts or a mean below 5.

    Examples
    --------
    >>> short_run_dispersion(np.full(30, 100.0)).value
    1.0
    """
    y = np.asarray(counts, "float64")
    if len(y) < 20 or y.mean() < 5:
        return None
    scaled = np.diff(y, 2) ** 2 / 6 / ((y[:-2] + 4 * y[1:-1] + y[2:]) / 6).clip(1)
    return Dispersion(max(1.0, _trimmed_variance(scaled)), len(scaled) / 2, "weekly variation")


def cluster_dispersion(cluster_sizes: np.ndarray) -> float:
    """Dispersion that clusters alone cause: the mean squared size over the mean size.

    Examples
    --------
    >>> cluster_dispersion(np.array([1, 1, 1, 3]))
    2.0
    """
    sizes = np.asarray(cluster_sizes, "float64")
    return float((sizes**2).sum() / sizes.sum()) if sizes.sum() else 1.0
