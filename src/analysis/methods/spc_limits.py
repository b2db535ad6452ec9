"""Process limits of an XmR chart, for any number of series laid end to end.

The arrays here hold the points of all series one after another, each series in date order. A
*segment* is a stretch of one series with its own limits: the whole series, or the part between
two rebases. Everything is computed per segment and nothing is carried across its edges.
"""

from typing import NamedTuple

import numpy as np

POINTS_FOR_LIMITS = 13
"""Limits, and signals that rest on them, are shown to a reader from this many points."""

LIMIT_FACTOR = 2.66
"""Half the width between the limits, in mean moving ranges (3 / 1.128, as charts print it)."""

SCREEN_FACTOR = 3.267
"""A moving range of this many mean moving ranges, or more, is left out of their mean."""

EXTENDED = bool(np.finfo(np.longdouble).eps < np.finfo(float).eps)
"""Whether this machine sums in more than double precision (Windows and some others do not)."""


class Segments(NamedTuple):
    """Where each segment begins, and for each point its segment and its place in it (from 0)."""

    starts: np.ndarray
    number: np.ndarray
    position: np.ndarray


class Limits(NamedTuple):
    """Mean, limits and near limits (two thirds of the way out) of each point.

    `bare` marks points of a segment whose only movement is what screening would remove: their
    limits rest on unscreened ranges, and the rules for runs do not apply (see `xmr_limits`).
    """

    mean: np.ndarray
    lcl: np.ndarray
    ucl: np.ndarray
    near_lcl: np.ndarray
    near_ucl: np.ndarray
    bare: np.ndarray


def segments_from(first: np.ndarray) -> Segments:
    """Segments from a mark on the first point of each; the first point of all must be marked."""
    starts = np.flatnonzero(first)
    number = np.cumsum(first) - 1
    return Segments(starts, number, np.arange(len(first)) - starts[number])


def baseline_points(observed: np.ndarray, segments: Segments, fix_after: int | None) -> np.ndarray:
    """Observed points that limits are computed from: all, or the first rows of each segment."""
    return observed if fix_after is None else observed & (segments.position < fix_after)


def segment_mean(values: np.ndarray, counted: np.ndarray, segments: Segments) -> np.ndarray:
    """Mean of the counted values of each segment; NaN where none counts.

    Summed in extended precision, or corrected by the mean of the deviations where the machine
    has none, so that a value that equals the mean of its segment is found to equal it.
    """
    if not len(values):
        return np.empty(0)
    count = np.add.reduceat(counted, segments.starts, dtype=np.int64)
    kept = np.where(counted, values, 0.0)
    with np.errstate(invalid="ignore"):
        mean = np.add.reduceat(kept, segments.starts, dtype=np.longdouble) / count
        if not EXTENDED:
            deviation = np.where(counted, kept - mean[segments.number], 0.0)
            mean += np.add.reduceat(deviation, segments.starts) / count
    return mean.astype(float)


def moving_ranges(
    values: np.ndarray, counted: np.ndarray, segments: Segments
) -> tuple[np.ndarray, np.ndarray]:
    """Absolute difference of each point from the row before it, and where there is one.

    A missing neighbour leaves no moving range; rows count as neighbours whatever their dates.
    """
    ranges = np.abs(np.diff(values, prepend=np.nan))
    present = counted & np.roll(counted, 1) & (segments.position > 0)
    return np.where(present, ranges, 0.0), present


def mean_moving_range(
    values: np.ndarray, counted: np.ndarray, segments: Segments, *, screen: bool, guard: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Mean moving range of each segment, and whether the segment is bare.

    Screening leaves out the ranges of `SCREEN_FACTOR` times their mean or more, once. With
    `guard`, a segment whose screened ranges are all zero (or all gone) keeps its unscreened mean.
    """
    ranges, present = moving_ranges(values, counted, segments)
    plain = segment_mean(ranges, present, segments)
    with np.errstate(invalid="ignore"):
        kept = present & (ranges < (SCREEN_FACTOR * plain)[segments.number])
        screened = segment_mean(ranges, kept, segments)
        collapsed = guard & ~(screened > 0)
        bare = collapsed & (plain > 0)
    if not screen:
        return plain, bare
    return np.where(collapsed, plain, screened), bare


def xmr_limits(
    values: np.ndarray,
    segments: Segments,
    *,
    fix_after: int | None = None,
    screen: bool = True,
    guard: bool = True,
) -> Limits:
    """Limits of an XmR chart, the same for every point of a segment.

    The mean, less and plus 2.66 mean moving ranges. Without `guard` a constant segment has no
    limits when ranges are screened, and one with a single kind of movement has limits of no
    width, as the R package has it. With it the first has limits that equal the mean, the second
    limits from unscreened ranges.
    """
    counted = baseline_points(~np.isnan(values), segments, fix_after)
    mean = segment_mean(values, counted, segments)
    spread, bare = mean_moving_range(values, counted, segments, screen=screen, guard=guard)
    near_factor = 2 * (LIMIT_FACTOR / 3)
    per_segment = Limits(
        mean=mean,
        lcl=mean - LIMIT_FACTOR * spread,
        ucl=mean + LIMIT_FACTOR * spread,
        near_lcl=mean - near_factor * spread,
        near_ucl=mean + near_factor * spread,
        bare=bare,
    )
    return Limits(*(column[segments.number] for column in per_segment))
