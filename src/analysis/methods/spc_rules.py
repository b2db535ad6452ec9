"""The four rules of a Making Data Count chart, and what a signal means.

Works on points laid end to end with per-point limits, so every chart (XmR, p', u'; one series or
a thousand) goes through the same rules.
"""

from typing import NamedTuple

import numpy as np

from analysis.methods.spc_limits import Limits, Segments

RUN_LENGTH = 7
"""Points in a trend, and points in a shift."""

RULE_SETS = ("making-data-count", "ptd-0.2.2")

RULES = (
    "none",
    "astronomical_high",
    "astronomical_low",
    "trend_up",
    "trend_down",
    "two_of_three_high",
    "two_of_three_low",
    "shift_high",
    "shift_low",
)
VARIATIONS = ("common", "improvement", "concern", "neutral_high", "neutral_low")
ASSURANCES = ("none", "pass", "fail", "hit_or_miss")
IMPROVEMENTS = {"increase": 1, "decrease": -1, "neutral": 0}


class Signals(NamedTuple):
    """Each rule's answer for each point: 1 high or rising, -1 low or falling, 0 not met."""

    astronomical: np.ndarray
    trend: np.ndarray
    two_of_three: np.ndarray
    shift: np.ndarray


def signals(
    values: np.ndarray,
    side: np.ndarray,
    limits: Limits,
    segments: Segments,
    improving: np.ndarray,
    *,
    rules: str,
) -> tuple[Signals, np.ndarray]:
    """All four rules, and which points lie close to a limit (beyond the near limit, within it).

    `side` is 1 for a point above the mean, -1 below, 0 on it, NaN where there is no value.
    """
    outside = (values > limits.ucl) | (values < limits.lcl)
    far = (values < limits.near_lcl) | (values > limits.near_ucl)
    close = far & ~outside
    far = close if rules == "ptd-0.2.2" else close | outside
    runs_apply = ~limits.bare
    answers = Signals(
        astronomical=_signed(outside, side),
        trend=trend_signs(values, segments, improving, rules=rules),
        two_of_three=_signed(two_of_three(side, far, segments) & runs_apply, side),
        shift=_signed(shifted(side, segments) & runs_apply, side),
    )
    return answers, close


def shifted(side: np.ndarray, segments: Segments) -> np.ndarray:
    """Points in a run of seven on one side of the mean; a point on the mean ends a run."""
    inside = segments.position >= RUN_LENGTH - 1
    ends = _all_of_last(side == 1, RUN_LENGTH) | _all_of_last(side == -1, RUN_LENGTH)
    return _and_before(ends & inside, RUN_LENGTH)


def two_of_three(side: np.ndarray, far: np.ndarray, segments: Segments) -> np.ndarray:
    """Far points among three in a row on one side of the mean of which two or more are far."""
    one_side = _all_of_last(side == 1, 3) | _all_of_last(side == -1, 3)
    before, two_before = _moved(far, 1), _moved(far, 2)
    two_are_far = (far & (before | two_before)) | (before & two_before)
    return far & _and_before(one_side & two_are_far & (segments.position >= 2), 3)


def trend_signs(
    values: np.ndarray, segments: Segments, improving: np.ndarray, *, rules: str
) -> np.ndarray:
    """Points in a run of seven that rises (1) or falls (-1) at each step.

    Equal neighbours, and a missing value, end a run. The R package gives a point whose next
    point is in a trend too the direction of the step ahead, even where that step belongs to
    neither. Making Data Count here means the run that the point is in, and for a point that ends
    one and begins another the improving one.
    """
    step = np.sign(np.diff(values, prepend=np.nan))
    step[segments.position == 0] = 0
    rising = _and_before(_all_of_last(step == 1, RUN_LENGTH - 1), RUN_LENGTH)
    falling = _and_before(_all_of_last(step == -1, RUN_LENGTH - 1), RUN_LENGTH)
    row = np.flatnonzero(rising | falling)
    ahead = np.minimum(row + 1, len(values) - 1)
    goes_on = (rising | falling)[ahead] & (segments.position[ahead] > 0) & (ahead > row)
    direction = np.where(np.where(goes_on, step[ahead], step[row]) == 1, 1, -1)
    if rules != "ptd-0.2.2":
        either = np.where(improving[row] != 0, improving[row], direction)
        direction = np.where(rising[row] & falling[row], either, np.where(rising[row], 1, -1))
    trend = np.zeros(len(values), dtype=np.int8)
    trend[row] = direction
    return trend


def winning_rule(answers: Signals, improving: np.ndarray, *, rules: str) -> np.ndarray:
    """Place in `RULES` of the one rule that labels each point.

    The first met of astronomical, trend, two of three, shift; under Making Data Count an
    improving signal comes before any other.
    """
    winner = _first_met(answers)
    if rules == "ptd-0.2.2":
        return winner
    better = _first_met(Signals(*(answer * (answer * improving > 0) for answer in answers)))
    return np.where(better > 0, better, winner)


def variation_of(rule: np.ndarray, improving: np.ndarray) -> np.ndarray:
    """Place in `VARIATIONS` of each point, from its rule and which direction is improvement."""
    high = [name.endswith(("_high", "_up")) for name in RULES]
    meaning = np.array(
        [
            [
                0 if name == "none" else _meaning(up, sign)
                for name, up in zip(RULES, high, strict=True)
            ]
            for sign in (-1, 0, 1)
        ]
    )
    return meaning[improving + 1, rule]


def _meaning(high: bool, improving: int) -> int:
    if improving == 0:
        return VARIATIONS.index("neutral_high" if high else "neutral_low")
    return VARIATIONS.index("improvement" if high == (improving > 0) else "concern")


def assurance_of(
    target: np.ndarray, lcl: np.ndarray, ucl: np.ndarray, improving: np.ndarray, *, rules: str
) -> np.ndarray:
    """Place in `ASSURANCES`: whether the process, as it stands, will meet its target.

    A target outside the limits on the good side is always missed, on the bad side always met.
    Under Making Data Count a target on a limit counts as outside, and a series without limits
    has no assurance; the R package calls both hit or miss.
    """
    exact = rules == "ptd-0.2.2"
    above = target > ucl if exact else target >= ucl
    below = target < lcl if exact else target <= lcl
    met = np.where(improving > 0, below, above)
    missed = np.where(improving > 0, above, below)
    answer = np.where(met, 1, np.where(missed, 2, 3))
    asked = (improving != 0) & ~np.isnan(target)
    if not exact:
        asked &= ~np.isnan(ucl)
    return np.where(asked, answer, 0)


def _signed(met: np.ndarray, side: np.ndarray) -> np.ndarray:
    return np.where(met, side, 0).astype(np.int8)


def _first_met(answers: Signals) -> np.ndarray:
    winner = np.zeros(len(answers.shift), dtype=np.int8)
    for place, answer in reversed(list(enumerate(answers))):
        met = answer != 0
        winner[met] = (2 * place + 1 + (answer < 0))[met]
    return winner


def _moved(flags: np.ndarray, by: int) -> np.ndarray:
    """Marks moved `by` rows down (up where negative); nothing comes in at the edge."""
    moved = np.zeros_like(flags)
    if abs(by) < len(flags):
        if by > 0:
            moved[by:] = flags[:-by]
        else:
            moved[:by] = flags[-by:]
    return moved


def _all_of_last(flags: np.ndarray, length: int) -> np.ndarray:
    """Whether all of the `length` rows that end with each row are marked."""
    reach = 1
    while reach < length:
        by = min(reach, length - reach)
        flags = flags & _moved(flags, by)
        reach += by
    return flags


def _and_before(ends: np.ndarray, length: int) -> np.ndarray:
    """Rows of each run, from a mark on the last row of its `length` rows."""
    reach = 1
    while reach < length:
        by = min(reach, length - reach)
        ends = ends | _moved(ends, -by)
        reach += by
    return ends
