"""How many signals chance alone would raise among many charts, and which survive that.

Forty stable measures, each with a chance of 1.6% of a false signal on the newest point, show at
least one in 48 months of 100. The page says how many to expect, and Benjamini-Hochberg marks the
signals that are not explained by having looked at many.
"""

import math

import numpy as np
import pandas as pd

from analysis.methods.spc_limits import POINTS_FOR_LIMITS

FALSE_LATEST_SIGNALS = {13: 0.014, 24: 0.016, 36: 0.016, 60: 0.019}
"""Share of stable series whose newest point is flagged, by number of points.

Measured on 20,000 simulated series of independent normal values each, ranges screened.
"""

RANGE_FREEDOM = 0.62
"""Degrees of freedom that a moving range adds to an estimate of spread (Wheeler, 1995)."""

WAYS = 3
"""Ways in which a newest point is judged: its distance, its run on one side, its trend."""


def expected_false_signals(n_series: int, n_points: int) -> float:
    """Signals on newest points to expect by chance among stable series.

    Parameters
    ----------
    n_series
        Series on the page.
    n_points
        Points each (the median, where they differ).

    Returns
    -------
    float
        Expected number of series flagged on the newest point although nothing has changed; 0
        below the number of points that limits are shown from.

    Examples
    --------
    >>> round(expected_false_signals(40, 36), 2)
    0.64
    """
    if n_points < POINTS_FOR_LIMITS:
        return 0.0
    points, shares = zip(*FALSE_LATEST_SIGNALS.items(), strict=True)
    return float(n_series * np.interp(n_points, points, shares))


def latest_p_value(table: pd.DataFrame) -> float:
    """Chance of a newest point this unusual in a series that has not changed.

    The point's distance from the mean (a t distribution with the freedom that moving ranges
    leave), the length of its run on one side of the mean (one half to the power of the points
    after the first) and of its run up or down (2 / k!): the least of the three, times three for
    having looked three times. It takes months to be independent.

    Parameters
    ----------
    table
        A chart of `xmr`, `p_prime` or `u_prime`.

    Returns
    -------
    float
        Between 0 and 1; NaN where the chart has no limits or no value.

    Examples
    --------
    >>> from analysis.methods.spc import xmr
    >>> months = pd.date_range("2024-01-01", periods=20, freq="MS")
    >>> round(latest_p_value(xmr(pd.Series([9.0, 11] * 9 + [10, 10], months))), 2)
    1.0
    >>> latest_p_value(xmr(pd.Series([9.0, 11] * 9 + [10, 40], months))) < 0.001
    True
    """
    from scipy.special import stdtr  # the function alone: scipy.stats takes long to load

    value, segment = table["value"].to_numpy(), table["segment"].to_numpy()
    seen = np.flatnonzero(~np.isnan(value))
    last = int(seen[-1]) if len(seen) else -1
    if not len(seen):
        return np.nan
    mean, lcl, ucl = (table[name].to_numpy()[last] for name in ("mean", "lcl", "ucl"))
    if np.isnan(ucl):
        return np.nan
    # A limit that is cut at 0 or 100 is nearer than three standard deviations; the other is not.
    sigma, away = max(ucl - mean, mean - lcl) / 3, abs(value[last] - mean)
    if sigma > 0:
        points = int((segment[seen] == segment[last]).sum())
        distance = 2 * stdtr(max(RANGE_FREEDOM * (points - 1), 1), -away / sigma)
    else:
        distance = float(away == 0)
    first = int((segment == segment[last]).argmax())
    one_side = _run(table["side"].to_numpy()[first : last + 1])
    trend = _run(np.sign(np.diff(value[first : last + 1]))) + 1
    chances = [distance, 0.5 ** max(one_side - 1, 0), min(1.0, 2 / math.factorial(trend))]
    return float(min(1.0, WAYS * min(chances)))


def benjamini_hochberg(p_values: pd.Series, rate: float = 0.1) -> pd.Series:
    """Which signals survive when so many were looked at (Benjamini and Hochberg).

    Of the series that are marked, on average at most `rate` are marked by chance.

    Parameters
    ----------
    p_values
        One p-value a series; a missing one is of no series tested.
    rate
        False discovery rate, 0 to 1.

    Returns
    -------
    pandas.Series
        Whether each survives, with the index of the p-values.

    Raises
    ------
    ValueError
        A p-value or rate outside 0 to 1.

    References
    ----------
    Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57, 1995.

    Examples
    --------
    >>> benjamini_hochberg(pd.Series([0.001, 0.04, 0.3], ["A", "B", "C"]), 0.1).to_dict()
    {'A': True, 'B': True, 'C': False}
    """
    chances = p_values.to_numpy(dtype=float, na_value=np.nan)
    if ((chances < 0) | (chances > 1)).any() or not 0 <= rate <= 1:
        raise ValueError("p-values and the rate must lie between 0 and 1.")
    tested = np.sort(chances[~np.isnan(chances)])
    allowed = tested <= rate * np.arange(1, len(tested) + 1) / max(len(tested), 1)
    largest = tested[allowed].max() if allowed.any() else -1.0
    return pd.Series(chances <= largest, index=p_values.index)


def _run(signs: np.ndarray) -> int:
    """How many of the last entries are the same and not 0."""
    if not len(signs) or abs(signs[-1]) != 1:
        return 0
    different = np.flatnonzero(signs[::-1] != signs[-1])
    return int(different[0]) if len(different) else len(signs)
