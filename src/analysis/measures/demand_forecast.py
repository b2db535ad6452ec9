"""Contacts in the months to come, and how well such forecasts have done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.methods.forecast import Forecast, monthly_forecast
from analysis.methods.monthly import month_list, whole_months

# The first national lockdown to the end of legal limits on contact in England (19 July 2021):
# months that say nothing of an ordinary year's pattern.
PANDEMIC = tuple(pd.period_range("2020-03", "2021-07", freq="M").to_timestamp())


def contacts_forecast(
    monthly: pd.DataFrame,
    period: str | pd.Period,
    *,
    months_ahead: int = 12,
    excluded: Iterable[Any] = (),
    breaks: Iterable[Any] = (),
) -> pd.DataFrame:
    """Forecast contacts 3 to 12 months ahead, with 80% and 95% intervals.

    One row is a month ahead. Of two models the one that was closer in a trial on the past is
    used, and the seasonal naive forecast (the same month a year before) where neither was.

    Parameters
    ----------
    monthly : DataFrame
        Result of `contacts_by_month`; 24 whole months are needed.
    period : text "YYYY-MM" or Period
    months_ahead : int
        3 to 12.
    excluded : months
        Set aside as out of the ordinary, such as `PANDEMIC`; filled, and named in the note.
    breaks : months
        From which contacts are counted in another way; months before the last are not used.

    Returns
    -------
    DataFrame
        ``month``, ``forecast``, ``lower_80``, ``upper_80``, ``lower_95``, ``upper_95``,
        ``model``, ``note``. Without a forecast one row, whose note says why.

    Raises
    ------
    ValueError
        `months_ahead` is outside 3 to 12.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.date_range("2021-03-01", periods=6, freq="MS"),
    ...                        "contacts": 2000, "complete": True})
    >>> contacts_forecast(months, "2021-08")["note"].item()
    'cannot be computed: a forecast needs 24 months of figures, 6 held'
    """
    found = _forecast(monthly, period, months_ahead, excluded, breaks)
    if not len(found.months):
        month = pd.Period(period, "M").to_timestamp()
        row = pd.DataFrame([{"month": month, "note": found.note}])
        return row.reindex(columns=found.months.columns)
    if not found.filled:
        return found.months
    said = f"set aside or missing, filled before fitting: {month_list(found.filled)}"
    notes = found.months["note"]
    return found.months.assign(note=notes.where(notes.eq(""), notes + "; ") + said)


def contacts_forecast_backtest(
    monthly: pd.DataFrame,
    period: str | pd.Period,
    *,
    months_ahead: int = 12,
    excluded: Iterable[Any] = (),
    breaks: Iterable[Any] = (),
) -> pd.DataFrame:
    """How close each forecast came when it was tried from past months.

    From at most 12 past months, each time with the data of before that month only. One row is a
    model. The forecast is kept by its input, so this costs nothing after `contacts_forecast`.

    Parameters
    ----------
    monthly, period, months_ahead, excluded, breaks
        As in `contacts_forecast`.

    Returns
    -------
    DataFrame
        ``model``, ``origins`` (past months tried from), ``errors`` (forecasts compared),
        ``mase`` (below 1: closer than last year's month was inside the data fitted to),
        ``coverage_80_pct``, ``coverage_95_pct`` (how often the intervals held, each origin
        judged by the scale of the others), ``chosen``, ``note``.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.date_range("2021-03-01", periods=6, freq="MS"),
    ...                        "contacts": 2000, "complete": True})
    >>> len(contacts_forecast_backtest(months, "2021-08"))
    0
    """
    found = _forecast(monthly, period, months_ahead, excluded, breaks)
    return found.backtest.assign(note=found.note)


def _forecast(
    monthly: pd.DataFrame,
    period: str | pd.Period,
    months_ahead: int,
    excluded: Iterable[Any],
    breaks: Iterable[Any],
) -> Forecast:
    held = whole_months(monthly, "contacts", period)
    return monthly_forecast(held, months_ahead, excluded=excluded, breaks=breaks)
