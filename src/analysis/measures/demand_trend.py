"""Is growth consistent, and is it slowing? Tested on the months' ratios, not asserted."""

from __future__ import annotations

import numpy as np
import pandas as pd

_TOO_FEW = 4


def contacts_consistent_rise(year_on_year: pd.DataFrame) -> pd.DataFrame:
    """Ask of every month whether its contacts were above those of the same month a year before.

    A month counts as higher where its whole 95% interval lies above no change, as lower where
    all of it lies below, and as unclear otherwise. The rise is consistent where every month is
    higher. One row.

    Parameters
    ----------
    year_on_year : DataFrame
        Result of `contacts_year_on_year` (or its form per working day).

    Returns
    -------
    DataFrame
        ``month`` (the latest), ``months``, ``months_higher``, ``months_lower``,
        ``months_unclear``, ``consistent_rise``, ``consistent_fall`` (boolean, missing where not
        computable) and ``note``. Months without a percentage are left out and counted.

    Examples
    --------
    >>> table = pd.DataFrame({"month": pd.to_datetime(["2021-03-01", "2021-04-01"]),
    ...     "change_pct": [52.6, 3.0], "change_lower_pct": [37.0, -8.0],
    ...     "change_upper_pct": [70.0, 15.0]})
    >>> contacts_consistent_rise(table)[["months_higher", "months_unclear"]].iloc[0].tolist()
    [1, 1]
    """
    known = year_on_year["change_lower_pct"].notna()
    tested = year_on_year[known]
    higher = int((tested["change_lower_pct"] > 0).sum())
    lower = int((tested["change_upper_pct"] < 0).sum())
    left_out = int((~known).sum())
    note = f"months without a percentage, left out: {left_out}" if left_out else ""
    if not len(tested):
        note = "cannot be computed: no month has a percentage"
    row = {
        "month": year_on_year["month"].max(),
        "months": len(tested),
        "months_higher": higher,
        "months_lower": lower,
        "months_unclear": len(tested) - higher - lower,
        "consistent_rise": higher == len(tested) if len(tested) else pd.NA,
        "consistent_fall": lower == len(tested) if len(tested) else pd.NA,
        "note": note,
    }
    return pd.DataFrame([row]).astype({"consistent_rise": "boolean", "consistent_fall": "boolean"})


def contacts_growth_trend(year_on_year: pd.DataFrame) -> pd.DataFrame:
    """Test whether growth on the same month a year before has itself risen or fallen.

    A straight line through the logarithms of the months' ratios, each weighted by the inverse
    of ``1/contacts + 1/contacts_last_year``, with Student's t on the slope. The line's own
    scatter sets its uncertainty, but never below that of independent events. One row.

    Parameters
    ----------
    year_on_year : DataFrame
        Result of `contacts_year_on_year`: ``month``, ``contacts``, ``contacts_last_year``,
        ``change_pct``.

    Returns
    -------
    DataFrame
        ``month`` (the latest), ``months``, ``slope_pct_a_month`` (change of the ratio from one
        month to the next), ``slope_lower_pct``, ``slope_upper_pct``, ``statistic`` (t),
        ``p_value`` (two-sided), ``direction`` ("slowing", "quickening" or "no clear trend" at
        5%) and ``note``. At least four months with a percentage are needed.

    Examples
    --------
    >>> table = pd.DataFrame({"month": pd.date_range("2021-03-01", periods=6, freq="MS"),
    ...     "contacts": [2498, 2258, 2462, 2704, 2415, 2050],
    ...     "contacts_last_year": [1637, 1476, 1515, 2043, 1884, 1626]})
    >>> table["change_pct"] = 100 * (table["contacts"] / table["contacts_last_year"] - 1)
    >>> row = contacts_growth_trend(table).iloc[0]
    >>> row["direction"], f"{row['p_value']:.3f}"
    ('slowing', '0.039')
    """
    known = year_on_year[year_on_year["change_pct"].notna() & (year_on_year["contacts"] > 0)]
    row = {"month": year_on_year["month"].max(), "months": len(known)}
    if len(known) < _TOO_FEW:
        missing = dict.fromkeys(
            ["slope_pct_a_month", "slope_lower_pct", "slope_upper_pct", "statistic", "p_value"],
            np.nan,
        )
        note = (
            f"cannot be computed: {_TOO_FEW} months with a percentage are needed, {len(known)} held"
        )
        return pd.DataFrame([row | missing | {"direction": "not computed", "note": note}])
    months = known["month"].to_numpy("datetime64[M]").astype("int64").astype("float64")
    now, before = (known[name].to_numpy("float64") for name in ("contacts", "contacts_last_year"))
    slope, error, freedom = _weighted_slope(
        months, np.log(now / before), 1 / (1 / now + 1 / before)
    )
    return pd.DataFrame([row | _tested(slope, error, freedom) | {"note": ""}])


def _weighted_slope(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[float, float, int]:
    """Slope of a weighted straight line, its standard error and degrees of freedom."""
    centred = x - np.average(x, weights=weight)
    spread = (weight * centred**2).sum()
    slope = (weight * centred * y).sum() / spread
    residual = y - np.average(y, weights=weight) - slope * centred
    scatter = (weight * residual**2).sum() / (len(x) - 2)
    return float(slope), float(np.sqrt(max(1.0, scatter) / spread)), len(x) - 2


def _tested(slope: float, error: float, freedom: int) -> dict:
    from scipy.special import stdtr, stdtrit  # the functions alone: scipy.stats costs a second

    statistic = slope / error
    p_value = float(2 * stdtr(freedom, -abs(statistic)))
    half = float(stdtrit(freedom, 0.975)) * error
    direction = "no clear trend"
    if p_value < 0.05:
        direction = "slowing" if slope < 0 else "quickening"
    bounds = 100 * np.expm1([slope, slope - half, slope + half])
    names = ("slope_pct_a_month", "slope_lower_pct", "slope_upper_pct")
    return dict(zip(names, bounds.tolist(), strict=True)) | {
        "statistic": statistic,
        "p_value": p_value,
        "direction": direction,
    }
