"""Whether a monthly series keeps to the calendar, or to its own last value.

A control chart takes months to be alike and independent. Referrals fall with the school holidays,
and stocks move slowly: both raise false alarms, which a page must say beside the chart.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.methods.spc_inputs import dates_of, month_numbers, numbers_of

SIGNIFICANT = 0.05
"""Chance below which a pattern is said to be found."""

FEWEST_MONTHS_FOR_SEASONS = 24
FEWEST_PAIRS = 12


class SeriesTest(NamedTuple):
    """Result of a test: the statistic, its p-value, whether a pattern is found, and a note."""

    statistic: float
    p_value: float
    found: bool
    note: str


def seasonality(values: pd.Series) -> SeriesTest:
    """Whether months of the year differ (Kruskal-Wallis by calendar month).

    Parameters
    ----------
    values
        One value a month, indexed by date; at least two years of values.

    Returns
    -------
    SeriesTest
        statistic (H), p_value, found, note; NaN and a note where it cannot be computed. A trend
        over the years weakens the test: it compares values as they stand.

    References
    ----------
    W. H. Kruskal and W. A. Wallis, Journal of the American Statistical Association 47, 1952.

    Examples
    --------
    >>> months = pd.date_range("2022-01-01", periods=36, freq="MS")
    >>> quiet_august = pd.Series([40.0 + i % 5 for i in range(36)], months)
    >>> seasonality(quiet_august.where(months.month != 8, 10)).found
    False
    >>> summer = months.month.isin([7, 8, 9])
    >>> seasonality(quiet_august.where(~summer, quiet_august - 15)).found
    True
    """
    dates, numbers = dates_of(values.index), numbers_of(values)
    known = ~np.isnan(numbers)
    if known.sum() < FEWEST_MONTHS_FOR_SEASONS:
        return _not_tested(
            f"Seasons are tested from {FEWEST_MONTHS_FOR_SEASONS} values, {known.sum()} held."
        )
    if np.ptp(numbers[known]) == 0:
        return _not_tested("The values do not vary.")
    months = month_numbers(dates) % 12
    groups = [numbers[known & (months == month)] for month in range(12)]
    statistic, p_value = kruskal_wallis([group for group in groups if len(group)])
    found = bool(p_value < SIGNIFICANT)
    note = "Months of the year differ: compare with the same month a year before." if found else ""
    return SeriesTest(float(statistic), float(p_value), found, note)


def kruskal_wallis(groups: Sequence[np.ndarray]) -> tuple[float, float]:
    """Kruskal and Wallis' H of two or more groups of numbers that vary, and its p-value.

    Ranks of tied values are averaged and H is corrected for ties; the p-value is of chi squared.

    Examples
    --------
    >>> low, high = np.array([1.0, 1, 1]), np.array([2.0, 2, 2])
    >>> h, p_value = kruskal_wallis([low, high, high[:2]])
    >>> round(h, 4), round(p_value, 4)
    (7.0, 0.0302)
    """
    from scipy.special import chdtrc  # the function alone: scipy.stats takes long to load

    sizes = [len(group) for group in groups]
    many = sum(sizes)
    _, which, tied = np.unique(np.concatenate(groups), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(tied) - (tied - 1) / 2)[which]
    ends = np.cumsum(sizes)
    sums = [ranks[end - size : end].sum() for end, size in zip(ends, sizes, strict=True)]
    between = sum(total**2 / size for total, size in zip(sums, sizes, strict=True))
    h = 12.0 / (many * (many + 1)) * between - 3 * (many + 1)
    h /= 1 - (tied.astype(float) ** 3 - tied).sum() / (many**3 - many)
    return float(h), float(chdtrc(len(groups) - 1, h))


def autocorrelation(values: pd.Series) -> SeriesTest:
    """Whether a month's value leans on the month before (lag-1 autocorrelation).

    The one-sided normal approximation to the correlation of neighbours in a series of
    independent values: mean -1/n, variance (n-2)^2 / (n^2 (n-1)).

    Parameters
    ----------
    values
        One value a month, indexed by date. Pairs across a missing month do not count.

    Returns
    -------
    SeriesTest
        statistic (the correlation, -1 to 1), p_value, found, note; NaN and a note where it
        cannot be computed. A step or a trend also correlates neighbours: chart first.

    References
    ----------
    P. A. P. Moran, Some theorems on time series II, Biometrika 35, 1948.

    Examples
    --------
    >>> months = pd.date_range("2022-01-01", periods=24, freq="MS")
    >>> autocorrelation(pd.Series([1.0] * 12 + [5.0] * 12, months)).found
    True
    >>> autocorrelation(pd.Series([1.0, 9] * 12, months)).found
    False
    """
    from scipy.special import ndtr  # the function alone: scipy.stats takes long to load

    dates, numbers = dates_of(values.index), numbers_of(values)
    order = np.argsort(dates)
    month = month_numbers(dates)[order]
    away = numbers[order] - np.nanmean(numbers) if np.isfinite(numbers).any() else numbers
    pairs = (np.diff(month) == 1) & ~np.isnan(away[1:]) & ~np.isnan(away[:-1])
    known = int((~np.isnan(away)).sum())
    if pairs.sum() < FEWEST_PAIRS:
        return _not_tested(f"{pairs.sum()} neighbouring months: tested from {FEWEST_PAIRS}.")
    if np.ptp(away[~np.isnan(away)]) == 0:
        return _not_tested("The values do not vary.")
    products = (away[1:] * away[:-1])[pairs].sum() / pairs.sum()
    # Moran's moments are of the sum of n - 1 products over the sum of n squares.
    statistic = products * (known - 1) / np.nansum(away**2)
    spread = (known - 2) / (known * np.sqrt(known - 1))
    p_value = float(ndtr(-(statistic + 1 / known) / spread))
    found = p_value < SIGNIFICANT
    note = "A month leans on the month before: false alarms are more frequent." if found else ""
    return SeriesTest(float(statistic), p_value, found, note)


def _not_tested(why: str) -> SeriesTest:
    return SeriesTest(np.nan, np.nan, False, why)
