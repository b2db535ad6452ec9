"""Statistical process control for monthly measures, as NHS England's Making Data Count has it.

`xmr` charts one series and `latest` gives the verdict on its newest point; `xmr_many` and
`latest_many` (in `spc_many`) do so for a long table of series by the same calculation. Limits are
in `spc_limits`, rules in `spc_rules`; charts for percentages with denominators and for rates in
`attribute_charts`.

Sources: NHS England, Making Data Count; NHSRplotthedots 0.2.2 (NHS-R Community); W. A. Shewhart,
Economic Control of Quality of Manufactured Product (1931); D. J. Wheeler, Understanding Variation
(1993).
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis.methods.spc_inputs import (
    date_words,
    dates_of,
    month_numbers,
    numbers_of,
    target_by_point,
)
from analysis.methods.spc_limits import POINTS_FOR_LIMITS
from analysis.methods.spc_many import latest_many, xmr_many
from analysis.methods.spc_points import Points, lay_out, verdict_columns, xmr_columns
from analysis.methods.spc_rules import IMPROVEMENTS

__all__ = ["COLUMNS", "POINTS_FOR_LIMITS", "latest", "latest_many", "xmr", "xmr_many"]

COLUMNS = (
    "segment",
    "value",
    "mean",
    "lcl",
    "ucl",
    "side",
    "close_to_limits",
    "rule_astronomical",
    "rule_trend",
    "rule_two_of_three",
    "rule_shift",
    "rule",
    "variation",
)
"""Columns of a chart's table, the same for every kind of chart."""


def xmr(
    values: pd.Series,
    *,
    improvement: str = "increase",
    target: float | pd.Series | None = None,
    rules: str = "making-data-count",
    screen_outliers: bool = True,
    fix_after: int | None = None,
    rebase: Iterable = (),
) -> pd.DataFrame:
    """XmR chart of one series: its limits, the four rules, and what each point means.

    Limits are the mean less and plus 2.66 mean moving ranges. The rules: a point beyond a limit
    (astronomical), seven in a row rising or falling (trend), two of three close to a limit on
    one side (two of three), seven in a row on one side of the mean (shift).

    Parameters
    ----------
    values
        One value a date, indexed by date (dates, timestamps or periods), in any order. A month
        without a value may be missing or absent; rows are compared with the row before.
    improvement
        Which direction is better: "increase", "decrease" or "neutral".
    target
        The target, or a Series of targets by the date from which each is in force.
    rules
        "making-data-count", or "ptd-0.2.2" for exactly what NHSRplotthedots 0.2.2 does.
    screen_outliers
        Leave moving ranges of 3.267 times their mean or more out of the mean, once.
    fix_after
        Compute limits from this many first rows of each segment (12 or more).
    rebase
        Dates of the points that begin a new segment, with its own limits and runs.

    Returns
    -------
    pandas.DataFrame
        One row a point in date order, indexed by date: segment (from 1); value, mean, lcl, ucl
        (the values' unit; NaN where they cannot be computed); side (1 above the mean, -1 below,
        0 on it); close_to_limits; rule_astronomical, rule_trend, rule_two_of_three, rule_shift
        (whether each is met); rule, the one that labels the point (none,
        astronomical_high/low, trend_up/down, two_of_three_high/low, shift_high/low); variation
        (common, improvement, concern, neutral_high, neutral_low). `latest` reads the direction
        and the current target from the table's attrs.

    Raises
    ------
    TypeError
        Values that are not a Series, or that are not dated.
    ValueError
        A date given twice (named), infinite values, an unknown choice, limits fixed on fewer
        than 12 points, or a rebase within the series that no point is dated.

    Notes
    -----
    Limits are computed from two points on, but shown from `POINTS_FOR_LIMITS`. A constant series
    has limits that equal its mean; one whose only movement would be screened out has limits from
    unscreened ranges, and only points beyond them and trends count. Under "ptd-0.2.2" both have
    what the R package gives: no limits, or limits of no width.

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=14, freq="MS")
    >>> timely_pct = pd.Series([80, 82, 81, 79, 80, 81, 82, 80, 79, 81, 80, 82, 81, 92], months)
    >>> chart = xmr(timely_pct, target=90)
    >>> chart.loc["2025-02-01", ["mean", "lcl", "ucl"]].astype(float).round(2).tolist()
    [81.43, 77.66, 85.2]
    >>> chart.loc["2025-02-01", ["rule", "variation"]].tolist()
    ['astronomical_high', 'improvement']
    >>> latest(chart)["assurance"]
    'fail'
    """
    if not isinstance(values, pd.Series):
        raise TypeError(f"values must be a Series indexed by date, not {type(values).__name__}.")
    points = lay_out(
        values.index,
        None,
        improvement=improvement,
        rules=rules,
        fix_after=fix_after,
        rebase=rebase,
    )
    columns = xmr_columns(
        numbers_of(values)[points.order],
        points,
        rules=rules,
        screen_outliers=screen_outliers,
        fix_after=fix_after,
    )
    return one_chart(
        columns, points, values.index, improvement=improvement, target=target, rules=rules
    )


def one_chart(
    columns: Mapping[str, object],
    points: Points,
    index: pd.Index,
    *,
    improvement: str,
    target: float | pd.Series | None,
    rules: str,
) -> pd.DataFrame:
    """Table of one chart, with what `latest` needs to know in its attrs (plain values)."""
    table = pd.DataFrame(columns, index=index[points.order])
    in_force = target_by_point(target, points.dates)
    current = float(in_force[-1]) if len(in_force) else np.nan
    table.attrs = {
        "improvement": improvement,
        "target": None if np.isnan(current) else current,
        "rules": rules,
        "rebases_without_effect": [f"{day:%Y-%m-%d}" for day in points.idle_rebases["date"]],
    }
    return table


def latest(table: pd.DataFrame) -> pd.Series:
    """Verdict on the newest point of a chart: its variation, and whether the target will be met.

    Parameters
    ----------
    table
        A chart of `xmr`, `p_prime` or `u_prime`.

    Returns
    -------
    pandas.Series
        variation (as in `xmr`; "none" where no point has a value), assurance (pass: the target
        will be met as things stand; fail: it will not; hit_or_miss; none: no target, no
        direction or no limits), rule, date, value, mean, lcl, ucl, target, points (observed in
        the newest segment), limits_shown (enough points to show limits), rows_without_value
        (rows after the newest value) and note: in words what a reader must know of it.

    Raises
    ------
    ValueError
        A table that has lost the attrs that `xmr` gave it (on some ways of joining tables).

    Notes
    -----
    The newest observed point counts, and a missing last month is said in the note; under
    "ptd-0.2.2" the newest row counts, a missing one being common cause, as in the R package.

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=3, freq="MS")
    >>> verdict = latest(xmr(pd.Series([4, 6, None], months)))
    >>> verdict[["variation", "value", "assurance"]].tolist()
    ['common', 6.0, 'none']
    >>> verdict["note"]
    'No value for March 2024: the newest is of February 2024. 2 points: limits are shown from 13.'
    """
    if "rules" not in table.attrs:
        raise ValueError("The table has lost what xmr noted in its attrs; chart the series again.")
    noted = table.attrs
    if table.empty:
        return _no_verdict(noted["target"])
    target = np.nan if noted["target"] is None else noted["target"]
    columns = verdict_columns(
        table,
        np.zeros(len(table), dtype=np.int64),
        np.array([IMPROVEMENTS[noted["improvement"]]]),
        np.array([target]),
        rules=noted["rules"],
    )
    verdict = {name: column.tolist()[0] for name, column in columns.items()}
    verdict["date"] = table.index[verdict.pop("row")]
    verdict["note"] = _note(table, verdict, noted["rebases_without_effect"])
    return pd.Series(verdict, dtype=object, name="latest")


def _no_verdict(target: float | None) -> pd.Series:
    """Verdict on a chart without points."""
    nothing = dict.fromkeys(("value", "mean", "lcl", "ucl"), np.nan)
    return pd.Series(
        {
            "rule": "none",
            "variation": "none",
            "assurance": "none",
            **nothing,
            "target": np.nan if target is None else target,
            "rows_without_value": 0,
            "points": 0,
            "limits_shown": False,
            "date": pd.NaT,
            "note": "No points.",
        },
        name="latest",
    )


def _note(table: pd.DataFrame, verdict: Mapping, idle: list[str]) -> str:
    """What a reader must know of a verdict, in sentences."""
    dates = dates_of(table.index)
    seen = table["value"].notna().to_numpy()
    if not seen.any():
        return "No point has a value."
    said = []
    if not seen[-1]:
        newest = dates[seen][-1]
        said.append(f"No value for {date_words(dates[-1])}: the newest is of {date_words(newest)}.")
    points = verdict["points"]
    if points < POINTS_FOR_LIMITS:
        plural = "point" if points == 1 else "points"
        said.append(f"{points} {plural}: limits are shown from {POINTS_FOR_LIMITS}.")
    if np.isnan(verdict["ucl"]):
        said.append("Limits cannot be computed: no two neighbouring values differ enough.")
    elif verdict["ucl"] == verdict["lcl"]:
        said.append("The values that limits come from are all the same.")
    absent = absent_months(dates)
    if absent:
        plural = "month is" if absent == 1 else "months are"
        said.append(f"{absent} {plural} absent; the rows around are compared as neighbours.")
    said += [f"The rebase of {date_words(pd.Timestamp(day))} has no effect." for day in idle]
    return " ".join(said)


def absent_months(dates: pd.DatetimeIndex) -> int:
    """Months between the first and the last that a monthly series has no row for.

    A series that is not monthly (more than one row in a month) has none to speak of.
    """
    months = month_numbers(dates)
    if not len(months) or len(np.unique(months)) < len(months):
        return 0
    return int(months[-1] - months[0] + 1 - len(months))
