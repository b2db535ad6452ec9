"""What growth is measured on: base years, the pandemic, and the population.

Growth on a year that was itself out of the ordinary says as much about the base as about now.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.methods.calendar import financial_year_start, months_ending
from analysis.methods.intervals import DEFAULT, Dispersion, seasonal_dispersion
from analysis.methods.monthly import (
    MINIMUM_BASE,
    comparison,
    month_list,
    months_before,
    whole_months,
)

# From the month of the first national lockdown (23 March 2020) to the month in which England's
# legal limits on contact ended (19 July 2021): Health Protection (Coronavirus, Restrictions)
# (England) Regulations 2020 and the step 4 regulations of July 2021.
PANDEMIC_FIRST = pd.Period("2020-03", "M")
PANDEMIC_LAST = pd.Period("2021-07", "M")

# Earlier years whose mean stands for an ordinary year; two are the least that make a mean.
_YEARS_OF_MEAN = 3


def pandemic_months(months: pd.Series) -> pd.Series:
    """Whether each month lies in the pandemic: March 2020 to July 2021.

    Examples
    --------
    >>> pandemic_months(pd.Series(pd.to_datetime(["2020-02-01", "2020-03-01"]))).tolist()
    [False, True]
    """
    return months.between(PANDEMIC_FIRST.to_timestamp(), PANDEMIC_LAST.to_timestamp())


def contacts_by_base_year(
    monthly: pd.DataFrame, period: str | pd.Period, *, dispersion: Dispersion | None = None
) -> pd.DataFrame:
    """Compare the months to the period with the same months of several earlier years.

    Bases: last year; each of up to five years before it; and the mean of the three latest
    earlier years outside the pandemic. Total on total over the months that last year's
    comparison uses, so the bases can be read beside one another. One row is a base.

    Parameters
    ----------
    monthly : DataFrame
        Result of `contacts_by_month`.
    period : text "YYYY-MM" or Period
    dispersion : Dispersion, optional
        As in `contacts_year_on_year`.

    Returns
    -------
    DataFrame
        ``month`` (the period's), ``base`` ("last year", "2 years before", ... or "mean of
        earlier years"), ``base_months`` (in words), ``pandemic`` (boolean: any month of the base
        lies in March 2020 to July 2021), ``months``, ``contacts``, ``contacts_base``,
        ``change_pct``, ``change_lower_pct``, ``change_upper_pct``, ``dispersion``,
        ``dispersion_basis``, ``note``. A base not held whole says so; the first two bases and
        the mean always have a row. No national correction is applied to any base.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.to_datetime(["2019-03-01", "2020-03-01", "2021-03-01"]),
    ...                        "contacts": [1700, 1637, 2498], "complete": True})
    >>> table = contacts_by_base_year(months, "2021-03")
    >>> table[["base", "pandemic", "change_pct"]].round(1).head(2)
                 base  pandemic  change_pct
    0       last year      True        52.6
    1  2 years before     False        46.9
    """
    held = whole_months(monthly, "contacts", period)
    months = months_ending(period, 12)
    months = months[months_before(months, 12) >= held.index[0]]
    pair = [held.reindex(side).notna().to_numpy() for side in (months, months_before(months, 12))]
    months = months[pair[0] & pair[1]]
    used = dispersion or seasonal_dispersion(held) or DEFAULT
    years = {back: held.reindex(months_before(months, 12 * back)) for back in range(1, 7)}
    rows = [
        _base_row(_base_name(back), [base], back)
        for back, base in years.items()
        if back <= 2 or (len(base) and base.notna().all())
    ]
    ordinary = [
        base
        for back, base in years.items()
        if len(base) and base.notna().all() and not _pandemic(base)
    ]
    rows.append(_base_row("mean of earlier years", ordinary[:_YEARS_OF_MEAN], 0))
    table = pd.DataFrame(rows)
    table.insert(0, "month", pd.Period(period, "M").to_timestamp())
    total = held.reindex(months).sum() if len(months) else np.nan
    now = pd.Series(total, index=table.index)
    changes = comparison(now, table["contacts_base"], used)
    # The mean of several years is a total over that many counts: less uncertain than one year's.
    several = comparison(now, table["base_total"], used, exposure=1 / table["base_years"])
    mean = (table["base_years"] > 1) & (table["contacts_base"] >= MINIMUM_BASE)
    changes[mean] = several[mean]
    changes["note"] = table.pop("note").where(table["contacts_base"].isna(), changes["note"])
    table.insert(4, "months", len(months))
    table.insert(5, "contacts", now.astype("Int64"))
    return table.drop(columns=["base_total", "base_years"]).join(changes)


def contacts_per_10000(
    monthly: pd.DataFrame, period: str | pd.Period, population: Mapping[int, float]
) -> pd.DataFrame:
    """Contacts per 10,000 children aged 0 to 17, over the 12 months to each month.

    DfE's rates for a financial year ending in March of year Y use the mid-year estimate of year
    Y−1; a month here takes the estimate of the financial year that it lies in. One row is a
    month, among the 12 to the period.

    Parameters
    ----------
    monthly : DataFrame
        Result of `contacts_by_month`.
    period : text "YYYY-MM" or Period
    population : mapping of year to children aged 0 to 17 at mid-year

    Returns
    -------
    DataFrame
        ``month``, ``contacts``, ``contacts_12_months``, ``population``, ``population_year``,
        ``rate_per_10000`` (12 months), ``annualised_per_10000`` (the month's count × 12, not a
        year's count), ``note``. Where the right estimate is not held the latest earlier one is
        used and named.

    Examples
    --------
    Derby's 4,683 referrals of 2020-21 on 59,044 children are DfE's published 793.1; contacts
    are counted in the same way:

    >>> months = pd.DataFrame({"month": pd.date_range("2020-04-01", periods=12, freq="MS"),
    ...                        "contacts": [390] * 11 + [393], "complete": True})
    >>> table = contacts_per_10000(months, "2021-03", {2020: 59044})
    >>> table["rate_per_10000"].round(1).iloc[-1].item()
    793.1
    """
    held = whole_months(monthly, "contacts", period)
    months = months_ending(period, 12)
    months = months[months >= held.index[0]]
    wanted = [financial_year_start(month).year for month in months.to_period("M")]
    found = [max((year for year in population if year <= want), default=None) for want in wanted]
    table = pd.DataFrame({"month": months, "contacts": held.reindex(months).astype("Int64")})
    table["contacts_12_months"] = held.rolling(12).sum().reindex(months).astype("Int64")
    table = table.reset_index(drop=True)
    table["population"] = [np.nan if year is None else float(population[year]) for year in found]
    table["population_year"] = pd.array([pd.NA if y is None else y for y in found], "Int64")
    per = 10_000 / table["population"]
    table["rate_per_10000"] = table["contacts_12_months"].astype("Float64") * per
    table["annualised_per_10000"] = table["contacts"].astype("Float64") * 12 * per
    table["note"] = [
        _rate_note(want, used, pd.isna(total))
        for want, used, total in zip(wanted, found, table["contacts_12_months"], strict=True)
    ]
    return table


def _base_name(back: int) -> str:
    return "last year" if back == 1 else f"{back} years before"


def _pandemic(base: pd.Series) -> bool:
    return bool(pandemic_months(base.index.to_series()).any())


def _base_row(name: str, bases: list[pd.Series], back: int) -> dict:
    """One base: its total a year, whether the pandemic touches it, and why it is missing."""
    row = {"base": name, "base_months": "", "pandemic": False, "base_years": len(bases)}
    row |= {"contacts_base": np.nan, "base_total": np.nan, "note": ""}
    if not back and len(bases) < 2:
        held = "one" if bases else "none"
        row["note"] = (
            f"cannot be computed: two earlier years outside the pandemic needed, {held} held"
        )
        return row
    lacking = [month for base in bases for month in base.index[base.isna()]]
    row["base_months"] = "; ".join(_run(base.index) for base in bases)
    row["pandemic"] = any(_pandemic(base) for base in bases)
    if lacking or not len(bases[0]):
        row["note"] = f"cannot be computed: not held whole: {month_list(lacking) or 'any month'}"
        return row
    row["base_total"] = sum(base.sum() for base in bases)
    row["contacts_base"] = row["base_total"] / len(bases)
    return row


def _run(months: pd.DatetimeIndex) -> str:
    if not len(months):
        return ""
    if len(months) == 1:
        return f"{months[0]:%B %Y}"
    return f"{months[0]:%B %Y} to {months[-1]:%B %Y}"


def _rate_note(wanted: int, used: int | None, short: bool) -> str:
    if used is None:
        return f"cannot be computed: no population estimate of {wanted} or earlier"
    if short:
        return "12 whole months are not held: no rate for the year"
    return "" if used == wanted else f"population of mid-{wanted} not held: mid-{used} used"
