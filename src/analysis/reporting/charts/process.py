"""The process chart: points, mean, limits, target, and where the limits restart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from analysis.reporting.charts.axes import (
    FROM_LEFT,
    gap_symbols,
    line,
    month_ticks,
    months_of,
    nice_ticks,
    observed_line,
    points,
    spread,
    tick_texts,
    upright,
    value_grid,
)
from analysis.reporting.charts.frame import Caption, data_table, figure_html
from analysis.reporting.numbers import is_missing, month_name, shown_number
from analysis.reporting.svg import drawing, label, mark
from analysis.reporting.tables import value_cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEWEST_POINTS = 13
RIGHT_PX, LABEL_GAP_PX = 128, 17
SIGNALS = {"concern": "m-con", "improvement": "m-imp", "neutral": "m-neu"}
RULES = {
    "astronomical_high": "Above the upper limit",
    "astronomical_low": "Below the lower limit",
    "trend_up": "Seven rising",
    "trend_down": "Seven falling",
    "two_of_three_high": "Two of three near the upper limit",
    "two_of_three_low": "Two of three near the lower limit",
    "shift_high": "Seven above the mean",
    "shift_low": "Seven below the mean",
}
LIMITS = (("ucl", "Upper limit"), ("mean", "Mean"), ("lcl", "Lower limit"))


def spc_chart(
    table: pd.DataFrame,
    facts: pd.DataFrame | None = None,
    *,
    figure_id: str,
    title: str,
    subtitle: str,
    source: object,
    unit: str = "%",
    decimals: int = 1,
    target: float | None = None,
    levels: dict[str, dict] | None = None,
    breaks: Sequence[tuple[object, str]] = (),
    number: int | None = None,
    say: object = "",
) -> Markup:
    """A process behaviour chart; with fewer than 13 points a run chart without limits.

    Parameters
    ----------
    table
        What ``methods.spc.xmr`` returns, made from values that may be shown: one row a month
        (the index, or a column ``period`` or ``month``), ``segment``, ``value``, ``mean``,
        ``lcl``, ``ucl``, ``rule`` and ``variation``.
    facts
        The same months as facts (period, id, value, shown); the value drawn is the fact's. May
        be left out where the table has ``id`` and ``shown`` itself.
    unit, decimals
        The unit, as in definitions.toml, and decimals of the values.
    target
        In the unit of the values.
    levels
        Facts of the latest segment under ``mean``, ``lcl``, ``ucl`` and ``target``, where the
        page gives them as facts; else they are written from the table.
    breaks
        Where limits restart and why: month and reason.
    """
    months = months_of(table)
    rows = _without_early_limits(_with_facts(table.to_dict(orient="records"), months, facts))
    few = is_missing(rows[-1]["mean"])
    known = _levels(rows, target, levels or {}, unit, decimals)
    ticks = _ticks(rows, target, unit)

    def draw(width: float) -> Axes:
        return _draw(width, rows, months, known, ticks, unit, dict(_named(breaks)))

    caption = Caption(figure_id, title, _subtitle(subtitle, ticks, few), source, number)
    return figure_html(
        caption,
        draw,
        picture=f"{subtitle.rstrip('.')}, {month_name(months[0])} to {month_name(months[-1])}",
        desc=_desc(rows, months, known),
        say=say,
        table=_table(replace(caption, subtitle=subtitle), rows, months),
    )


def _with_facts(rows: list[dict], months: list, facts: pd.DataFrame | None) -> list[dict]:
    """The rows of a chart with id, value and shown of the facts of the same months."""
    if facts is None:
        return rows
    found = dict(zip(months_of(facts), facts.to_dict(orient="records"), strict=True))
    keys = ("id", "value", "shown", "suppressed")
    absent = {"id": "", "value": None, "shown": "[x]", "suppressed": False}
    return [
        row | {key: found.get(month, absent)[key] for key in keys}
        for row, month in zip(rows, months, strict=True)
    ]


def _without_early_limits(rows: list[dict]) -> list[dict]:
    """The rows with limits and signals taken off a stretch that has too few points for them."""
    seen = Counter(row["segment"] for row in rows if not is_missing(row["value"]))
    none = {"mean": None, "lcl": None, "ucl": None, "variation": "", "rule": "none"}
    return [row if seen[row["segment"]] >= FEWEST_POINTS else row | none for row in rows]


def _named(breaks: Sequence[tuple[object, str]]) -> list[tuple[pd.Period, str]]:
    return [(pd.Period(month, "M"), reason) for month, reason in breaks]


def _subtitle(subtitle: str, ticks: Sequence[float], few: bool) -> str:
    """The subtitle with what a reader must know of the axis and of missing limits."""
    parts = [subtitle.rstrip(".") + "."]
    if ticks[0] > 0:
        parts.append(f"Axis starts at {tick_texts(ticks)[0]}.")
    if few:
        parts.append("Too few points for limits.")
    return " ".join(parts)


def _ticks(rows: list[dict], target: float | None, unit: str) -> list[float]:
    """Round numbers over values, limits and target; a percentage ends at 100."""
    found = [row[key] for row in rows for key in ("value", "lcl", "ucl")] + [target]
    found = [float(value) for value in found if not is_missing(value)] or [0.0, 1.0]
    ticks = nice_ticks(min(found), max(found), 5)
    if unit == "%" and max(found) <= 100:
        ticks = [tick for tick in ticks if tick <= 100]
    return ticks if len(ticks) > 1 else nice_ticks(min(found) - 1, max(found), 5)


def _levels(
    rows: list[dict], target: float | None, facts: dict, unit: str, decimals: int
) -> dict[str, dict]:
    """Mean, limits and target of the latest segment, each with its value and text."""
    last = next((row for row in reversed(rows) if not is_missing(row["mean"])), {})
    values = {key: last.get(key) for key, _ in LIMITS} | {"target": target}
    return {
        key: facts.get(key) or {"id": "", "value": value, "shown": _level(value, unit, decimals)}
        for key, value in values.items()
        if not is_missing(value)
    }


def _level(value: float, unit: str, decimals: int) -> str:
    """A level's text; a whole target is written without decimals."""
    return shown_number(value, unit, 0 if float(value).is_integer() else decimals)


def _draw(
    width: float,
    rows: list[dict],
    months: list[pd.Period],
    levels: dict,
    ticks: list[float],
    unit: str,
    breaks: dict,
) -> Axes:
    wide = width > 400
    top = (30 if wide else 36) if breaks else 14
    axes = drawing(
        width,
        (272 if wide else 254) + top,
        left=48 if max(ticks) >= 1000 else 40,
        right=RIGHT_PX if wide else 22,
        top=top,
        bottom=30 if wide else 64,
    )
    value_grid(axes, ticks, tick_texts(ticks, unit="%" if unit == "%" else ""))
    pad = 10 / axes.get_window_extent().width * max(len(rows) - 1, 1)
    axes.set_xlim(-pad, len(rows) - 1 + pad)
    month_ticks(axes, months, wide=wide)
    for _, group in groupby(range(len(rows)), key=lambda place: rows[place]["segment"]):
        _segment(axes, rows, list(group), pad)
    if "target" in levels:
        line(axes, [0, 1], [levels["target"]["value"]] * 2, "tgt", across=True)
    for month, reason in breaks.items():
        if month in months:
            _break(axes, months.index(month), month, reason, wide)
    _points(axes, rows)
    gap_symbols(axes, rows)
    (_labels_right if wide else _labels_below)(axes, rows, months, levels, ticks)
    return axes


def _segment(axes: Axes, rows: list[dict], places: list[int], pad: float) -> None:
    """One stretch with its own limits: band, limits, mean and the line through its points."""
    first, last = places[0], places[-1]
    left = -pad if first == 0 else first - 0.5
    right = last + pad if last == len(rows) - 1 else last + 0.5
    row = rows[last]
    if not is_missing(row["mean"]):
        low, high = row["lcl"], row["ucl"]
        axes.fill(
            [left, right, right, left],
            [low, low, high, high],
            gid=mark("band"),
            clip_on=False,
            zorder=0,
        )
        for key, classes in (("lcl", "lim"), ("ucl", "lim"), ("mean", "mean")):
            line(axes, [left, right], [row[key]] * 2, classes)
    values = [rows[place]["value"] if place in places else None for place in range(len(rows))]
    observed_line(axes, values, "obs")


def _break(axes: Axes, place: int, month: pd.Period, reason: str, wide: bool) -> None:
    """A dotted upright where limits restart, with the reason and the month."""
    upright(axes, place - 0.5, "brk", above=8)
    share = place / max(axes.get_xlim()[1], 1)
    align = "left" if share < 0.25 else "right" if share > 0.75 else "center"
    lines = [f"{reason}, {month_name(month)}"] if wide else [month_name(month), reason]
    for rank, text in enumerate(lines):
        label(axes, text, place - 0.5, 1, "sm", dy=13 + 15 * rank, align=align, coords=FROM_LEFT)


def _points(axes: Axes, rows: list[dict]) -> None:
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
    axes: Axes, rows: list[dict], months: list[pd.Period], levels: dict, ticks: list[float]
) -> None:
    """Latest value, limits, mean and target at the right, pushed apart where they meet."""
    entries = [(levels[key], words, "lab") for key, words in LIMITS if key in levels]
    if "target" in levels:
        entries.append((levels["target"], "Target", "lab t"))
    if not is_missing(rows[-1]["value"]):
        entries.append((rows[-1], f"{months[-1]:%b}", "b"))
    box = axes.get_window_extent()
    scale = box.height / (ticks[-1] - ticks[0])
    wanted = [(float(entry["value"]) - ticks[0]) * scale for entry, _, _ in entries]
    for (entry, words, classes), place in zip(
        entries, spread(wanted, LABEL_GAP_PX, -8, box.height + 4), strict=True
    ):
        label(
            axes,
            f"{words} {entry['shown']}",
            1,
            0,
            classes,
            dx=10,
            dy=place - 4.5,
            coords="axes fraction",
            facts=[entry],
        )


def _labels_below(
    axes: Axes, rows: list[dict], months: list[pd.Period], levels: dict, ticks: list[float]
) -> None:
    """The same under the plot, in two lines, for a narrow page."""
    left = -axes.get_window_extent().x0
    if not is_missing(rows[-1]["value"]):
        text = f"{month_name(months[-1])}: {rows[-1]['shown']}"
        label(axes, text, 0, 0, "b", dx=left, dy=-43, coords="axes fraction", facts=[rows[-1]])
    known = [levels[key] for key in ("mean", "lcl", "ucl", "target") if key in levels]
    words = []
    if "mean" in levels:
        words.append("Mean {mean}, limits {lcl} to {ucl}")
    if "target" in levels:
        words.append("target {target}" if words else "Target {target}")
    text = ", ".join(words).format(**{key: level["shown"] for key, level in levels.items()})
    label(axes, text, 0, 0, "sm", dx=left, dy=-61, coords="axes fraction", facts=known)


def _desc(rows: list[dict], months: list[pd.Period], levels: dict) -> str:
    signals = sum(str(row["variation"]).partition("_")[0] in SIGNALS for row in rows)
    hidden = sum(is_missing(row["value"]) for row in rows)
    if "mean" in levels:
        kind = "Control chart, mean {mean}, limits {lcl} to {ucl}.".format(
            **{key: level["shown"] for key, level in levels.items()}
        )
        tail = f"{signals} of {len(rows)} months are signals"
    else:
        kind, tail = "Run chart without limits.", f"{len(rows) - hidden} months are drawn"
    last = rows[-1]
    latest = "not shown" if is_missing(last["value"]) else last["shown"]
    gaps = f", {hidden} not shown" if hidden else ""
    return f"{kind} {tail}{gaps}; the latest, {month_name(months[-1])}, is {latest}."


def _table(caption: Caption, rows: list[dict], months: list[pd.Period]) -> Markup:
    """Every month, newest first, with the rule that made it a signal."""
    lines = [
        {
            "Month": f"{month:%b %Y}",
            "Value": value_cell(row) if row.get("id") else row.get("shown"),
            "Signal": _signal(row),
        }
        for month, row in reversed(list(zip(months, rows, strict=True)))
    ]
    return data_table(caption, lines, classes=["long"])


def _signal(row: dict) -> str:
    """The rule that makes a point a signal, in words."""
    if is_missing(row["value"]):
        return "[z]"
    if is_missing(row["mean"]):
        return "Not tested"
    return RULES.get(row.get("rule"), "No signal")
