"""The rules of `ptd-0.2.2` against a plain restatement, one point at a time, in exact fractions."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from analysis.methods.spc import xmr


def months(count):
    return pd.date_range("2020-04-01", periods=count, freq="MS")


def restated_segment(values, fix_after, screen):
    """Rule of each point of one segment, worked out in fractions from the written rules."""
    exact = [None if np.isnan(v) else Fraction(v) for v in values]
    base = exact[: fix_after or len(exact)]
    seen = [v for v in base if v is not None]
    if not seen:
        return ["none"] * len(exact)
    mean = sum(seen) / len(seen)
    pairs = list(zip(base, base[1:], strict=False))
    ranges = [abs(b - a) for a, b in pairs if a is not None and b is not None]
    if screen and ranges:
        average = sum(ranges) / len(ranges)
        ranges = [r for r in ranges if r < Fraction("3.267") * average]
    half = Fraction("2.66") * sum(ranges) / len(ranges) if ranges else None
    side = [None if v is None else (v > mean) - (v < mean) for v in exact]
    far = [v is not None and half is not None and abs(v - mean) > half * 2 / 3 for v in exact]
    outside = [v is not None and half is not None and abs(v - mean) > half for v in exact]
    return [label(i, exact, side, far, outside) for i in range(len(exact))]


def windows(i, length, count):
    return [range(s, s + length) for s in range(i - length + 1, i + 1) if 0 <= s <= count - length]


def trend_step(exact, window):
    run = [exact[j] for j in window]
    if None in run:
        return 0
    steps = {(b > a) - (b < a) for a, b in zip(run, run[1:], strict=False)}
    return steps.pop() if len(steps) == 1 else 0


def in_trend(exact, i):
    return any(trend_step(exact, w) for w in windows(i, 7, len(exact)))


def label(i, exact, side, far, outside):
    count = len(exact)
    if outside[i]:
        return "astronomical_high" if side[i] > 0 else "astronomical_low"
    if in_trend(exact, i):
        ahead = i + 1 < count and in_trend(exact, i + 1)
        rises = exact[i + 1] > exact[i] if ahead else exact[i] > exact[i - 1]
        return "trend_up" if rises else "trend_down"
    close = [f and not o for f, o in zip(far, outside, strict=True)]
    for w in windows(i, 3, count):
        same = {side[j] for j in w} in ({1}, {-1})
        if close[i] and same and sum(close[j] for j in w) >= 2:
            return "two_of_three_high" if side[i] > 0 else "two_of_three_low"
    for w in windows(i, 7, count):
        if {side[j] for j in w} in ({1}, {-1}):
            return "shift_high" if side[i] > 0 else "shift_low"
    return "none"


def restated(values, *, fix_after=None, screen=True, cuts=()):
    edges = [0, *cuts, len(values)]
    parts = [values[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    return [rule for part in parts for rule in restated_segment(part, fix_after, screen)]


def made_series(rng, case):
    """Series of the kinds that returns hold, rounded so that ties are common."""
    count = int(rng.integers(1, 60))
    walk = rng.normal(0, 1, count)
    kinds = [
        lambda: rng.normal(50, 5, count).round(1),
        lambda: rng.poisson(rng.choice([0.3, 1, 3, 12]), count).astype(float),
        lambda: np.cumsum(walk).round(2),
        lambda: (80 + np.arange(count) * 0.4 + walk).round(0),
        lambda: (100 * rng.binomial(30, 0.85, count) / 30).round(1),
        lambda: np.repeat(rng.normal(9, 2, count).round(1), 3)[:count],
        lambda: np.where(np.arange(count) < count // 2, 0, 3) + walk.round(1),
    ]
    values = kinds[case % len(kinds)]()
    if case % 3 == 0:
        values = np.where(rng.random(count) < 0.1, np.nan, values)
    return values


@pytest.mark.parametrize("case", range(140))
def test_each_point_has_the_rule_that_the_written_rules_give(case):
    rng = np.random.default_rng(case)
    values = made_series(rng, case)
    index = months(len(values))
    fix_after = 12 if case % 4 == 1 else None
    screen = case % 5 != 2
    cuts = sorted(set(rng.integers(1, len(values), 2))) if case % 4 == 2 and len(values) > 2 else []
    chart = xmr(
        pd.Series(values, index),
        rules="ptd-0.2.2",
        fix_after=fix_after,
        screen_outliers=screen,
        rebase=index[cuts],
    )
    assert chart["rule"].tolist() == restated(values, fix_after=fix_after, screen=screen, cuts=cuts)
