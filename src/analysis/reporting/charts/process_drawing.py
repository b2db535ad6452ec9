"""How a process chart is drawn: band, limits, line, points, and labels that keep apart."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from analysis.reporting.charts.axes import (
    FROM_CORNER,
    FROM_LEFT,
    gap_symbols,
    line,
    month_ticks,
    observed_line,
    points,
    spread,
    tick_texts,
    upright,
    value_grid,
)
from analysis.reporting.numbers import is_missing, month_name
from analysis.reporting.svg import Drawing, label

RIGHT_PX, LABEL_GAP_PX = 128, 17
SIGNALS = {"concern": "m-con", "improvement": "m-imp", "neutral": "m-neu"}
LIMITS = (("ucl", "Upper limit"), ("mean", "Mean"), ("lcl", "Lower limit"))


def draw_process(
    width: float,
    rows: list[dict],
    months: list[pd.Period],
    levels: dict,
    ticks: list[float],
    unit: str,
    breaks: dict,
) -> Drawing:
    """The whole drawing at one width: ``levels`` are the labelled mean, limits and target."""
    wide = width > 400
    top = (30 if wide else 36) if breaks else 14
    axes = Drawing(
        width,
        (272 if wide else 254) + top,
        left=48 if max(ticks) >= 1000 else 40,
        right=RIGHT_PX if wide else 22,
        top=top,
        bottom=30 if wide else 64,
    )
    value_grid(axes, ticks, tick_texts(ticks, unit="%" if unit == "%" else ""))
    pad = 10 / axes.box_width * max(len(rows) - 1, 1)
    axes.set_xlim(-pad, len(rows) - 1 + pad)
    month_ticks(axes, months, wide=wide)
    for _, group in groupby(range(len(rows)), key=lambda place: rows[place]["segment"]):
        _segment(axes, rows, list(group), pad)
    _target(axes, rows, levels.get("target"), pad)
    for month, reason in breaks.items():
        if month in months:
            _break(axes, months.index(month), month, reason, wide)
    _points(axes, rows)
    gap_symbols(axes, rows)
    (_labels_right if wide else _labels_below)(axes, rows, months, levels, ticks)
    return axes


def _segment(axes: Drawing, rows: list[dict], places: list[int], pad: float) -> None:
    """One stretch with its own limits: band, limits, mean and the line through its points."""
    if any(not is_missing(rows[place]["ucl"]) for place in places):
        known = [place for place in places if not is_missing(rows[place]["ucl"])]
        edges = _edges(known, len(rows), pad)
        low = _steps([rows[place]["lcl"] for place in known], edges)
        high = _steps([rows[place]["ucl"] for place in known], edges)
        band = [[*under, *reversed(over)] for under, over in zip(low, high, strict=True)]
        # the limits are the edge of the band: one path, since a page has many of them
        axes.area(*band, "band lim", order=0)
        line(axes, [edges[0][0], edges[-1][1]], [rows[known[-1]]["mean"]] * 2, "mean")
    values = [rows[place]["value"] if place in places else None for place in range(len(rows))]
    observed_line(axes, values, "obs")


def _edges(places: list[int], many: int, pad: float) -> list[tuple[float, float]]:
    """From where to where each month's level is drawn: half way to its neighbours.

    The level of a month is held until the next that has one.
    """
    lefts = [-pad if place == 0 else place - 0.5 for place in places]
    last = places[-1]
    end = last + pad if last == many - 1 else last + 0.5
    return list(zip(lefts, [*lefts[1:], end], strict=True))


def _steps(
    values: list[float], edges: list[tuple[float, float]]
) -> tuple[list[float], list[float]]:
    """A line that is level within each month; equal neighbours are one stretch.

    Examples
    --------
    >>> _steps([80, 80, 82], [(0, 1), (1, 2), (2, 3)])
    ([0, 2, 2, 3], [80, 80, 82, 82])
    """
    x, y = [], []
    for value, (left, right) in zip(values, edges, strict=True):
        if y and y[-1] == value:
            x[-1] = right
        else:
            x, y = [*x, left, right], [*y, value, value]
    return x, y


def _target(axes: Drawing, rows: list[dict], level: dict | None, pad: float) -> None:
    """The target, level across the chart or as it was in force month by month."""
    if level is None:
        return
    if is_missing(rows[-1].get("target")):
        line(axes, [0, 1], [level["value"]] * 2, "tgt", across=True)
        return
    places = [place for place, row in enumerate(rows) if not is_missing(row.get("target"))]
    levels = [rows[place]["target"] for place in places]
    line(axes, *_steps(levels, _edges(places, len(rows), pad)), "tgt")


def _break(axes: Drawing, place: int, month: pd.Period, reason: str, wide: bool) -> None:
    """A dotted upright where limits restart, with the reason and the month."""
    upright(axes, place - 0.5, "brk", above=8)
    share = place / max(axes.xlim[1], 1)
    align = "left" if share < 0.25 else "right" if share > 0.75 else "center"
    lines = [f"{reason}, {month_name(month)}"] if wide else [month_name(month), reason]
    for rank, text in enumerate(lines):
        label(axes, text, place - 0.5, 1, "sm", dy=13 + 15 * rank, align=align, coords=FROM_LEFT)


def _points(axes: Drawing, rows: list[dict]) -> None:
    """Each point by its kind: dot, diamond, square or triangle."""
    kinds = [SIGNALS.get(str(row["variation"]).partition("_")[0], "m-com") for row in rows]
    for kind in ("m-com", *SIGNALS.values()):
        places = [
            place
            for place, row in enumerate(rows)
            if kinds[place] == kind and not is_missing(row["value"])
        ]
        points(axes, places, [rows[place]["value"] for place in places], kind)


def _labels_right(
    axes: Drawing, rows: list[dict], months: list[pd.Period], levels: dict, ticks: list[float]
) -> None:
    """Latest value, limits, mean and target at the right, pushed apart where they meet."""
    entries = [(levels[key], words, "lab") for key, words in LIMITS if key in levels]
    if "target" in levels:
        entries.append((levels["target"], "Target", "lab t"))
    if not is_missing(rows[-1]["value"]):
        entries.append((rows[-1], f"{months[-1]:%b}", "b"))
    scale = axes.box_height / (ticks[-1] - ticks[0])
    wanted = [(float(entry["value"]) - ticks[0]) * scale for entry, _, _ in entries]
    for (entry, words, classes), place in zip(
        entries, spread(wanted, LABEL_GAP_PX, -8, axes.box_height + 4), strict=True
    ):
        label(
            axes,
            f"{words} {entry['shown']}",
            1,
            0,
            classes,
            dx=10,
            dy=place - 4.5,
            coords=FROM_CORNER,
            facts=[entry],
        )


def _labels_below(
    axes: Drawing, rows: list[dict], months: list[pd.Period], levels: dict, ticks: list[float]
) -> None:
    """The same under the plot, in two lines, for a narrow page."""
    left = -axes.box_left
    if not is_missing(rows[-1]["value"]):
        text = f"{month_name(months[-1])}: {rows[-1]['shown']}"
        label(axes, text, 0, 0, "b", dx=left, dy=-43, coords=FROM_CORNER, facts=[rows[-1]])
    known = [levels[key] for key in ("mean", "lcl", "ucl", "target") if key in levels]
    words = []
    if "mean" in levels:
        words.append("Mean {mean}, limits {lcl} to {ucl}")
    if "target" in levels:
        words.append("target {target}" if words else "Target {target}")
    text = ", ".join(words).format(**{key: level["shown"] for key, level in levels.items()})
    label(axes, text, 0, 0, "sm", dx=left, dy=-61, coords=FROM_CORNER, facts=known)
