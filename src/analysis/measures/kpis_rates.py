"""Rates of events by month for each 10,000 children."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.methods.calendar import financial_year_start, month_of, months_ending
from analysis.methods.coverage import latest_as_at, partial_months
from analysis.methods.rates import lacking_columns, without_rate


def referrals_per_10000_in_month(
    referrals: pd.DataFrame, period: str | pd.Period, *, population: Mapping[int, float]
) -> pd.DataFrame:
    """Referrals received in a month for each 10,000 children aged 0 to 17.

    One row is a month, from the first that the extract holds to the period.

    Parameters
    ----------
    referrals : DataFrame
        ``referral_date``; ``as_at`` where given.
    period : text "YYYY-MM" or Period
    population : mapping of year to children aged 0 to 17 at mid-year
        The estimate of the financial year's first calendar year is taken, as DfE does; where it
        is not held, the latest earlier one.

    Returns
    -------
    DataFrame
        ``month``, ``numerator`` (referrals), ``denominator`` (children), ``rate_per_10000``,
        ``open_past_deadline`` (missing: there is no deadline), ``complete``, ``note``.

    Notes
    -----
    DfE's rate is of a year, about twelve times a month's.

    Examples
    --------
    >>> referrals = pd.DataFrame({"referral_date": pd.to_datetime(["2021-03-01"] * 59)})
    >>> referrals_per_10000_in_month(referrals, "2021-03", population={2020: 59_000})[
    ...     "rate_per_10000"].item()
    10.0
    """
    lacking = lacking_columns(referrals, ["referral_date"])
    dates = referrals["referral_date"].dropna() if not lacking else ()
    if not len(dates):
        table = without_rate(period, (), lacking or "no dated rows")
        return table.rename(columns={"value_pct": "rate_per_10000"})
    last = pd.Period(period, "M")
    months = months_ending(last, max(1, (last - pd.Period(dates.min(), "M")).n + 1))
    counts = month_of(dates).value_counts().reindex(months, fill_value=0)
    years = [financial_year_start(month).year for month in months.to_period("M")]
    held = [max((year for year in population if year <= want), default=None) for want in years]
    table = pd.DataFrame({"month": months, "numerator": counts.to_numpy("int64")})
    table["denominator"] = [np.nan if year is None else float(population[year]) for year in held]
    table["rate_per_10000"] = 10_000 * table["numerator"] / table["denominator"]
    partial = partial_months(dates, latest_as_at(referrals))[1]
    table["open_past_deadline"] = pd.array([pd.NA] * len(table), "Int64")
    table["complete"] = ~table["month"].isin(list(partial))
    missing = np.where(table["denominator"].isna(), "cannot be computed: no population held", "")
    table["note"] = [partial.get(month) or why for month, why in zip(months, missing, strict=True)]
    return table


def population_by_year(profile: Mapping) -> dict[int, float]:
    """Children aged 0 to 17 by year, as an authority's profile lists them.

    Examples
    --------
    >>> population_by_year({"population_0_17": {"source": "ONS", "2020": 59044}})
    {2020: 59044.0}
    """
    given = profile.get("population_0_17", {})
    return {int(year): float(count) for year, count in given.items() if str(year).isdigit()}
