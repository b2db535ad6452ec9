"""Growth in contacts: totals on totals, each with its interval, whole months only.

Every function takes the result of `contacts_by_month` (without a cut). Growth has no good
direction: more contacts may mean more need or better reporting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.methods.calendar import financial_year_start, months_ending, working_days_in_month
from analysis.methods.intervals import DEFAULT, Dispersion, seasonal_dispersion
from analysis.methods.monthly import comparison, month_list, months_before, whole_months


def contacts_year_on_year(
    monthly: pd.DataFrame, period: str | pd.Period, *, dispersion: Dispersion | None = None
) -> pd.DataFrame:
    """Compare each month's contacts with the same month a year before.

    One row is a month whose same month of the year before falls in the range held, among the 12
    months to the period.

    Parameters
    ----------
    monthly : DataFrame
        Result of `contacts_by_month`: ``month``, ``contacts``, ``complete``.
    period : text "YYYY-MM" or Period
    dispersion : Dispersion, optional
        From `contacts_dispersion`, which also sees records; by default from the months' own
        variation where 22 are held whole, else the stated default.

    Returns
    -------
    DataFrame
        ``month``, ``contacts``, ``contacts_last_year``, ``change_pct``, ``change_lower_pct``,
        ``change_upper_pct`` (95%), ``dispersion``, ``dispersion_basis``, ``note``.

    Notes
    -----
    No percentage is given where a month is absent or held in part, or on a base below 30: the
    note says which. The interval is about the ratio of the two underlying levels.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.to_datetime(["2020-03-01", "2021-03-01"]),
    ...                        "contacts": [1637, 2498], "complete": True})
    >>> contacts_year_on_year(months, "2021-03")["change_pct"].round(1).tolist()
    [52.6]
    """
    now, before = _pairs(monthly, period)
    table = comparison(now, before, dispersion or _dispersion(monthly, period))
    return _counts_first(now, before).join(table).reset_index()


def contacts_period_change(
    monthly: pd.DataFrame, period: str | pd.Period, *, dispersion: Dispersion | None = None
) -> pd.DataFrame:
    """Compare the total of the months to the period with the total of the same months before.

    Total on total, never a mean of monthly percentages. Months whose pair is not held whole are
    left out of both totals and named. One row.

    Parameters
    ----------
    monthly, period, dispersion
        As in `contacts_year_on_year`.

    Returns
    -------
    DataFrame
        ``month`` (the period's), ``first_month``, ``last_month``, ``months``, ``contacts``,
        ``contacts_last_year``, ``difference``, ``change_pct``, ``change_lower_pct``,
        ``change_upper_pct``, ``dispersion``, ``dispersion_basis``, ``note``.

    Examples
    --------
    The paper's own totals, March to August:

    >>> counts = [1637, 1476, 1515, 2043, 1884, 1626] + [pd.NA] * 6
    >>> counts += [2498, 2258, 2462, 2704, 2415, 2050]
    >>> months = pd.DataFrame({"month": pd.date_range("2020-03-01", periods=18, freq="MS"),
    ...     "contacts": pd.array(counts, "Int64")}).assign(complete=lambda t: t.contacts.notna())
    >>> row = contacts_period_change(months, "2021-08").iloc[0]
    >>> f"{row['contacts_last_year']} to {row['contacts']}: {row['change_pct']:+.1f}%"
    '10181 to 14387: +41.3%'
    """
    now, before = _pairs(monthly, period)
    return _total_row(now, before, period, dispersion or _dispersion(monthly, period))


def contacts_change_per_working_day(
    monthly: pd.DataFrame,
    period: str | pd.Period,
    *,
    closure_days: Iterable[Any] = (),
    dispersion: Dispersion | None = None,
) -> pd.DataFrame:
    """Compare each month's contacts per working day with the same month a year before.

    Easter and weekends move working days between months by up to a tenth. One row is a month,
    as in `contacts_year_on_year`.

    Parameters
    ----------
    monthly, period, dispersion
        As in `contacts_year_on_year`.
    closure_days : dates
        The authority's own days without work.

    Returns
    -------
    DataFrame
        The columns of `contacts_year_on_year`, and ``working_days``,
        ``working_days_last_year``, ``contacts_per_working_day``,
        ``contacts_per_working_day_last_year``.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.to_datetime(["2020-03-01", "2021-03-01"]),
    ...                        "contacts": [1637, 2498], "complete": True})
    >>> contacts_change_per_working_day(months, "2021-03")["change_pct"].round(1).tolist()
    [46.0]
    """
    now, before = _pairs(monthly, period)
    days, days_before = _working_days(now.index, closure_days)
    used = dispersion or _dispersion(monthly, period)
    table = _counts_first(now, before).assign(
        working_days=days,
        working_days_last_year=days_before,
        contacts_per_working_day=now / days,
        contacts_per_working_day_last_year=before / days_before,
    )
    return table.join(comparison(now, before, used, exposure=days / days_before)).reset_index()


def contacts_period_change_per_working_day(
    monthly: pd.DataFrame,
    period: str | pd.Period,
    *,
    closure_days: Iterable[Any] = (),
    dispersion: Dispersion | None = None,
) -> pd.DataFrame:
    """Compare the period's contacts per working day with the same months a year before.

    All contacts over all working days of the months held whole in both years. One row.

    Parameters
    ----------
    monthly, period, closure_days, dispersion
        As in `contacts_change_per_working_day`.

    Returns
    -------
    DataFrame
        The columns of `contacts_period_change`, and ``working_days``,
        ``working_days_last_year``, ``contacts_per_working_day``,
        ``contacts_per_working_day_last_year``.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.to_datetime(["2020-03-01", "2021-03-01"]),
    ...                        "contacts": [1637, 2498], "complete": True})
    >>> contacts_period_change_per_working_day(months, "2021-03")["change_pct"].round(1).item()
    46.0
    """
    now, before = _pairs(monthly, period)
    both = now.notna() & before.notna()
    days, days_before = (side[both].sum() for side in _working_days(now.index, closure_days))
    used = dispersion or _dispersion(monthly, period)
    exposure = days / days_before if days_before else np.nan
    table = _total_row(now, before, period, used, exposure=exposure)
    return table.assign(
        working_days=int(days),
        working_days_last_year=int(days_before),
        contacts_per_working_day=table["contacts"] / (days or np.nan),
        contacts_per_working_day_last_year=table["contacts_last_year"] / (days_before or np.nan),
    )


def contacts_year_to_date(
    monthly: pd.DataFrame, period: str | pd.Period, *, dispersion: Dispersion | None = None
) -> pd.DataFrame:
    """Compare contacts since April with the same months of the financial year before.

    One row. Every month from April to the period must be held whole in both years: a year to
    date with a hole in it is no year to date.

    Parameters
    ----------
    monthly, period, dispersion
        As in `contacts_year_on_year`.

    Returns
    -------
    DataFrame
        The columns of `contacts_period_change`.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.to_datetime(["2020-04-01", "2021-04-01"]),
    ...                        "contacts": [1476, 2258], "complete": True})
    >>> contacts_year_to_date(months, "2021-04")["change_pct"].round(1).item()
    53.0
    """
    last = pd.Period(period, "M")
    count = (last - financial_year_start(last)).n + 1
    return _whole_run(monthly, last, count, dispersion)


def contacts_rolling_12_months(
    monthly: pd.DataFrame, period: str | pd.Period, *, dispersion: Dispersion | None = None
) -> pd.DataFrame:
    """Compare the contacts of the 12 months to the period with the 12 months before them.

    One row. A rolling total must never be drawn as a control chart: its months overlap.

    Parameters
    ----------
    monthly, period, dispersion
        As in `contacts_year_on_year`.

    Returns
    -------
    DataFrame
        The columns of `contacts_period_change`. Where 12 whole months are held but not the 12
        before, ``contacts`` is given without a change, and the note says so.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.date_range("2019-04-01", periods=24, freq="MS"),
    ...                        "contacts": [100] * 12 + [110] * 12, "complete": True})
    >>> contacts_rolling_12_months(months, "2021-03")["change_pct"].round(1).item()
    10.0
    """
    return _whole_run(monthly, pd.Period(period, "M"), 12, dispersion)


def _pairs(monthly: pd.DataFrame, period: str | pd.Period) -> tuple[pd.Series, pd.Series]:
    """Counts of the months to the period and of the same months a year before."""
    held = whole_months(monthly, "contacts", period)
    months = months_ending(period, 12)
    months = months[months_before(months, 12) >= held.index[0]]
    return _at(held, months), pd.Series(_at(held, months_before(months, 12)).array, index=months)


def _at(held: pd.Series, months: pd.DatetimeIndex) -> pd.Series:
    return held.reindex(months).rename_axis("month")


def _dispersion(monthly: pd.DataFrame, period: str | pd.Period) -> Dispersion:
    return seasonal_dispersion(whole_months(monthly, "contacts", period)) or DEFAULT


def _working_days(
    months: pd.DatetimeIndex, closure_days: Iterable[Any]
) -> tuple[pd.Series, pd.Series]:
    closed = tuple(closure_days)
    now = working_days_in_month(months, closure_days=closed)
    before = working_days_in_month(months_before(months, 12), closure_days=closed)
    return now, before.set_axis(months)


def _counts_first(now: pd.Series, before: pd.Series) -> pd.DataFrame:
    columns = {"contacts": now, "contacts_last_year": before}
    return pd.DataFrame(columns).round().astype("Int64")


def _whole_run(
    monthly: pd.DataFrame, last: pd.Period, count: int, dispersion: Dispersion | None
) -> pd.DataFrame:
    """Total of a run of months on the run a year before; a month missing leaves no total."""
    held = whole_months(monthly, "contacts", last)
    months = months_ending(last, count)
    now, before = _at(held, months), _at(held, months_before(months, 12))
    lacking = [side.index[side.isna()] for side in (now, before)]
    used = dispersion or _dispersion(monthly, last)
    table = _total_row(now, before.set_axis(months), last, used)
    if any(map(len, lacking)):
        table[["first_month", "last_month", "months"]] = [months[0], months[-1], count]
        table["contacts"] = pd.array([pd.NA if len(lacking[0]) else int(now.sum())], "Int64")
        table["contacts_last_year"] = pd.array(
            [pd.NA if len(lacking[1]) else int(before.sum())], "Int64"
        )
        missing = month_list(lacking[1].append(lacking[0]))
        table["note"] = f"cannot be computed: not held whole: {missing}"
        changes = ["difference", "change_pct", "change_lower_pct", "change_upper_pct"]
        table[changes] = np.nan
    return table


def _total_row(
    now: pd.Series,
    before: pd.Series,
    period: str | pd.Period,
    dispersion: Dispersion,
    *,
    exposure: float = 1.0,
) -> pd.DataFrame:
    both = now.notna() & before.notna()
    months = now.index[both]
    total = pd.DataFrame({"now": [now[both].sum()], "before": [before[both].sum()]})
    table = comparison(total["now"], total["before"], dispersion, exposure=exposure)
    left_out = now.index[~both]
    if not len(months):
        table["note"] = "cannot be computed: no month is held whole in both years"
        total[:] = np.nan
    elif len(left_out):
        said = f"left out of both totals, not held whole in both years: {month_list(left_out)}"
        table["note"] = [f"{note}; {said}" if note else said for note in table["note"]]
    counts = total.astype("Int64")
    table.insert(0, "month", pd.Period(period, "M").to_timestamp())
    table.insert(1, "first_month", months.min() if len(months) else pd.NaT)
    table.insert(2, "last_month", months.max() if len(months) else pd.NaT)
    table.insert(3, "months", len(months))
    table.insert(4, "contacts", counts["now"])
    table.insert(5, "contacts_last_year", counts["before"])
    table.insert(6, "difference", counts["now"] - counts["before"])
    return table
