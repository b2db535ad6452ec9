"""Points of one or many series laid end to end, and the chart and verdict tables made of them."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.methods.spc_inputs import (
    check_choices,
    check_unique_points,
    dates_of,
    improving_signs,
    listed,
    rebase_rows,
)
from analysis.methods.spc_limits import (
    POINTS_FOR_LIMITS,
    Limits,
    Segments,
    segments_from,
    xmr_limits,
)
from analysis.methods.spc_rules import (
    ASSURANCES,
    RULES,
    VARIATIONS,
    assurance_of,
    signals,
    variation_of,
    winning_rule,
)


class Points(NamedTuple):
    """Points in the order of their series and dates.

    `order` sorts the caller's rows; `series` numbers the series of each point (0, 1, ...), whose
    names are `keys`; `improving` is 1, -1 or 0 a point; `idle_rebases` are those without effect.
    """

    order: np.ndarray | slice
    series: np.ndarray
    keys: pd.Index
    dates: pd.DatetimeIndex
    segments: Segments
    improving: np.ndarray
    idle_rebases: pd.DataFrame


def lay_out(
    dates: object,
    key: pd.Series | None,
    *,
    improvement: object,
    rules: str,
    fix_after: int | None,
    rebase: object,
) -> Points:
    """Points of one series (`key` None) or of many, sorted, checked and cut into segments."""
    dates = dates_of(dates)
    if key is None:
        keys, series = pd.RangeIndex(1), np.zeros(len(dates), dtype=np.int64)
    else:
        series, keys = pd.factorize(pd.Index(key), sort=True)
        if (series < 0).any():
            raise ValueError(f"{int((series < 0).sum())} of {len(series)} points have no key.")
    check_choices(rules, fix_after)
    improving = improving_signs(improvement, keys)
    order = _sorting(series, dates)
    series, dates = series[order], dates[order]
    check_unique_points(series, dates, keys)
    first, idle = first_in_segment(series, dates, rebase_rows(rebase, keys), rules=rules)
    improving = improving[series]
    return Points(order, series, keys, dates, segments_from(first), improving, idle)


def _sorting(series: np.ndarray, dates: pd.DatetimeIndex) -> np.ndarray | slice:
    """Order that sorts points by series and date; all as they stand where they are sorted."""
    step, days = np.diff(series), np.diff(dates.asi8)
    if ((step > 0) | ((step == 0) & (days >= 0))).all():
        return slice(None)
    return np.lexsort((dates.asi8, series))


def first_in_segment(
    series: np.ndarray, dates: pd.DatetimeIndex, rebase: pd.DataFrame, *, rules: str
) -> tuple[np.ndarray, pd.DataFrame]:
    """Mark on the first point of each segment, and the rebases that have no effect.

    A rebase (columns `series`, `date`) before or after its series has no effect. One within its
    series that no point is dated is an error; under "ptd-0.2.2" it has no effect either.
    """
    first = np.diff(series, prepend=-1) != 0
    if rebase.empty or not len(series):
        return first, rebase
    known, rank = np.unique(dates.asi8, return_inverse=True)
    number, asked = rebase["series"].to_numpy(), pd.DatetimeIndex(rebase["date"]).asi8
    place = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    row = np.minimum(
        np.searchsorted(series * len(known) + rank, number * len(known) + place), len(series) - 1
    )
    matched = (dates.asi8[row] == asked) & (series[row] == number)
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], len(series)) - 1
    inside = (asked > dates.asi8[starts[number]]) & (asked < dates.asi8[ends[number]])
    lost = pd.DatetimeIndex(rebase.loc[inside & ~matched, "date"]).unique().sort_values()
    if len(lost) and rules != "ptd-0.2.2":
        raise ValueError(
            f"No point is dated {listed(f'{day:%Y-%m-%d}' for day in lost)}, so limits cannot "
            "be rebased there. Give the date of the first point of the new process."
        )
    first[row[matched]] = True
    return first, rebase.loc[~matched]


def xmr_columns(
    values: np.ndarray,
    points: Points,
    *,
    rules: str,
    screen_outliers: bool,
    fix_after: int | None,
) -> dict[str, object]:
    """Columns of the XmR charts of all series: the one calculation that every XmR chart shares."""
    limits = xmr_limits(
        values,
        points.segments,
        fix_after=fix_after,
        screen=screen_outliers,
        guard=rules != "ptd-0.2.2",
    )
    return chart_columns(values, limits, points, rules=rules)


def chart_columns(
    values: np.ndarray, limits: Limits, points: Points, *, rules: str
) -> dict[str, object]:
    """Columns of a chart's table: one entry a point, in the order of the points."""
    segments, improving = points.segments, points.improving
    side = np.sign(values - limits.mean)
    answers, close = signals(values, side, limits, segments, improving, rules=rules)
    rule = winning_rule(answers, improving, rules=rules)
    before = segments.number[np.flatnonzero(np.diff(points.series, prepend=-1))]
    return {
        "segment": segments.number - before[points.series] + 1,
        "value": values.copy(),
        "mean": limits.mean,
        "lcl": limits.lcl,
        "ucl": limits.ucl,
        "side": side,
        "close_to_limits": close,
        **{f"rule_{name}": met != 0 for name, met in answers._asdict().items()},
        "rule": words(RULES, rule),
        "variation": words(VARIATIONS, variation_of(rule, improving)),
    }


def words(names: tuple[str, ...], places: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Text column from the place of each row's word."""
    return _vocabulary(names).take(places)


@cache
def _vocabulary(names: tuple[str, ...]) -> pd.api.extensions.ExtensionArray:
    return pd.array(names, dtype="str")


def verdict_columns(
    table: pd.DataFrame,
    series: np.ndarray,
    improving: np.ndarray,
    target: np.ndarray,
    *,
    rules: str,
) -> dict[str, object]:
    """Verdict on each series of a chart's table whose rows are in order of series and date.

    A column has one entry a series, as `improving` and `target` have. The newest observed point
    counts; under "ptd-0.2.2" the newest row, observed or not, as the R package has it.
    """
    last = np.append(np.flatnonzero(np.diff(series)), len(series) - 1)[: len(series)]
    columns = {name: table[name].to_numpy() for name in ("value", "mean", "lcl", "ucl")}
    observed = ~np.isnan(columns["value"])
    newest = np.maximum.accumulate(np.where(observed, np.arange(len(series)), -1))[last]
    empty = newest < np.append(0, last[:-1] + 1)
    newest = np.where(empty, last, newest)
    exact = rules == "ptd-0.2.2"
    row = last if exact else newest
    lcl, ucl = columns["lcl"][row], columns["ucl"][row]
    variation = table["variation"].array.take(row)
    if empty.any() and not exact:
        variation = variation.copy()
        variation[empty] = "none"
    points = _observed_in_segment(table, series, observed)[row]
    return {
        "variation": variation,
        "assurance": words(ASSURANCES, assurance_of(target, lcl, ucl, improving, rules=rules)),
        "rule": table["rule"].array.take(row),
        "value": columns["value"][row],
        "mean": columns["mean"][row],
        "lcl": lcl,
        "ucl": ucl,
        "target": target,
        "points": points,
        "limits_shown": (points >= POINTS_FOR_LIMITS) & ~np.isnan(ucl),
        "rows_without_value": np.where(empty, 0, last - newest),
        "row": row,
    }


def _observed_in_segment(
    table: pd.DataFrame, series: np.ndarray, observed: np.ndarray
) -> np.ndarray:
    """Observed points, so far, in the segment of each row."""
    segment = table["segment"].to_numpy()
    first = (np.diff(series, prepend=-1) != 0) | (np.diff(segment, prepend=-1) != 0)
    total = np.cumsum(observed)
    before = total - observed
    return total - before[np.flatnonzero(first)][np.cumsum(first) - 1]
