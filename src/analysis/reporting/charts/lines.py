"""Lines over months: a few series named at their ends, and a forecast with its ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from analysis.reporting.charts.axes import (
    FROM_LEFT,
    gap_symbols,
    month_ticks,
    months_of,
    nice_ticks,
    observed_line,
    points,
    spread,
    text_px,
    tick_texts,
    upright,
    value_grid,
)
from analysis.reporting.charts.frame import Caption, data_table, figure_html
from analysis.reporting.numbers import is_missing, month_name
from analysis.reporting.svg import drawing, label, mark
from analysis.reporting.tables import value_cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLASSES = ("l-1", "l-2", "l-3", "l-4")
KEYS = {"l-1": "━", "l-2": "╍", "l-3": "━", "l-4": "┅"}
ROW_PX = 18


def lines(
    series: Sequence[tuple[str, pd.DataFrame]],
    *,
    figure_id: str,
    title: str,
    subtitle: str,
    source: object,
    unit: str = "",
    from_zero: bool = True,
    number: int | None = None,
    say: object = "",
) -> Markup:
    """Two to four lines over the same months, each named at its end.

    Parameters
    ----------
    series
        Name and facts (period, value, shown, id) of each line; a month that a series lacks is a
        gap. A hidden month breaks its line and shows ``[c]`` above the axis.
    unit
        What stands after the last tick.
    from_zero
        Whether the axis starts at zero; if not, the subtitle says where.

    Raises
    ------
    ValueError
        For fewer than one line or more than four.
    """
    if not 1 <= len(series) <= len(CLASSES):
        raise ValueError(f"a line chart takes one to four series; {len(series)} were given")
    months = sorted({month for _, facts in series for month in months_of(facts)})
    months = list(pd.period_range(months[0], months[-1], freq="M"))
    rows = {name: _by_month(facts, months) for name, facts in series}
    found = [row["value"] for some in rows.values() for row in some if not is_missing(row["value"])]
    ticks = nice_ticks(min([*([0] if from_zero else []), *found] or [0]), max(found or [1]), 5)

    def draw(width: float) -> Axes:
        return _draw_lines(width, rows, months, ticks, unit)

    words = subtitle.rstrip(".")
    caption = Caption(figure_id, title, words + _axis_words(ticks), source, number)
    return figure_html(
        caption,
        draw,
        picture=words,
        desc=_lines_desc(rows, months),
        say=say,
        table=_lines_table(replace(caption, subtitle=words), rows, months),
    )


def _axis_words(ticks: list[float]) -> str:
    """The end of a subtitle: where the axis starts, if not at zero."""
    return "." if ticks[0] <= 0 else f". Axis starts at {tick_texts(ticks)[0]}."


def _by_month(facts: pd.DataFrame, months: list[pd.Period]) -> list[dict]:
    found = dict(zip(months_of(facts), facts.to_dict(orient="records"), strict=True))
    return [found.get(month, {"id": "", "value": None, "shown": "[x]"}) for month in months]


def _draw_lines(
    width: float, rows: dict[str, list[dict]], months: list, ticks: list[float], unit: str
) -> Axes:
    wide = width > 400
    ends = [f"{name} {_end(some)['shown']}" for name, some in rows.items()]
    right = max(text_px(text, 14, bold=True) for text in ends) + 12
    axes = drawing(
        width,
        274 if wide else 250 + ROW_PX * len(rows),
        left=48,
        right=min(right, 230) if wide else 22,
        top=14,
        bottom=30 if wide else 36 + ROW_PX * len(rows),
    )
    value_grid(axes, ticks, tick_texts(ticks, unit=unit))
    pad = 10 / axes.get_window_extent().width * max(len(months) - 1, 1)
    axes.set_xlim(-pad, len(months) - 1 + pad)
    month_ticks(axes, months, wide=wide)
    for classes, some in zip(CLASSES, rows.values(), strict=False):
        values = [row["value"] for row in some]
        observed_line(axes, values, classes)
        alone = _alone(values)
        points(axes, alone, [values[place] for place in alone], "m-com")
        gap_symbols(axes, [row if row["id"] else {**row, "value": 0} for row in some])
    _name_lines(axes, rows, ticks, wide)
    return axes


def _alone(values: list) -> list[int]:
    """Places of values with a gap on both sides: a line cannot show them."""
    missing = [True, *(is_missing(value) for value in values), True]
    return [
        place
        for place in range(len(values))
        if not missing[place + 1] and missing[place] and missing[place + 2]
    ]


def _end(rows: list[dict]) -> dict:
    """The latest value of a line that is shown."""
    return next((row for row in reversed(rows) if not is_missing(row["value"])), rows[-1])


def _name_lines(axes: Axes, rows: dict[str, list[dict]], ticks: list[float], wide: bool) -> None:
    """Each line's name and latest value: at its end, or in rows under a narrow plot."""
    box = axes.get_window_extent()
    scale = box.height / (ticks[-1] - ticks[0])
    ends = [_end(some) for some in rows.values()]
    wanted = [0 if is_missing(end["value"]) else (end["value"] - ticks[0]) * scale for end in ends]
    places = spread(wanted, 17, -8, box.height + 4)
    for rank, (name, end) in enumerate(zip(rows, ends, strict=True)):
        if wide:
            where = {"dx": 10, "dy": places[rank] - 4.5, "x": 1}
        else:
            where = {"dx": 22 - box.x0, "dy": -48 - ROW_PX * rank, "x": 0}
            key = {**where, "dx": -box.x0}
            classes = CLASSES[rank]
            label(axes, KEYS[classes], y=0, classes=f"k-{classes}", coords="axes fraction", **key)
        label(
            axes,
            f"{name} {end['shown']}",
            y=0,
            classes="b",
            coords="axes fraction",
            facts=[end],
            **where,
        )


def _lines_desc(rows: dict[str, list[dict]], months: list[pd.Period]) -> str:
    ends = "; ".join(f"{name} ends at {_end(some)['shown']}" for name, some in rows.items())
    return (
        f"Lines from {month_name(months[0])} to {month_name(months[-1])}."
        f" {ends[:1].upper()}{ends[1:]}."
    )


def _lines_table(caption: Caption, rows: dict, months: list) -> Markup:
    table = [
        {"Month": f"{month:%b %Y}"}
        | {series: value_cell(some[place]) for series, some in rows.items()}
        for place, month in reversed(list(enumerate(months)))
    ]
    return data_table(caption, table, classes=["long"])


def fan_chart(
    history: pd.DataFrame,
    forecast: pd.DataFrame,
    *,
    figure_id: str,
    title: str,
    subtitle: str,
    source: object,
    adjusted: pd.DataFrame | None = None,
    bounds: pd.DataFrame | None = None,
    number: int | None = None,
    say: object = "",
) -> Markup:
    """What was observed, and a forecast with its 80% and 95% ranges.

    Parameters
    ----------
    history
        Facts, one row a month: period, value, shown, id.
    forecast
        The same for the months ahead, and ``lower_80``, ``upper_80``, ``lower_95``, ``upper_95``.
    adjusted
        The history allowing for season (period, value), drawn as the main line.
    bounds
        The ends of the ranges as facts whose ids are the forecast's with ``.lower_80`` and so
        on, for the table; without it the table gives the forecast alone.
    """
    past, ahead = history.to_dict(orient="records"), forecast.to_dict(orient="records")
    months = months_of(history) + months_of(forecast)
    smooth = None if adjusted is None else _by_month(adjusted, months_of(history))
    found = [row["value"] for row in past + (smooth or [])]
    found += [row[key] for row in ahead for key in ("lower_95", "upper_95")]
    found = [float(value) for value in found if not is_missing(value)] or [0.0, 1.0]
    ticks = nice_ticks(min(found), max(found), 5)

    def draw(width: float) -> Axes:
        return _draw_fan(width, past, ahead, smooth, months, ticks)

    words = subtitle.rstrip(".")
    caption = Caption(figure_id, title, words + _axis_words(ticks), source, number)
    return figure_html(
        caption,
        draw,
        picture=words,
        desc=(
            f"Line to {month_name(months[len(past) - 1])} and forecast to {month_name(months[-1])}"
            f" with two ranges. The forecast ends at {ahead[-1]['shown']}."
        ),
        say=say,
        table=_fan_table(replace(caption, subtitle=words), past, ahead, months, bounds),
    )


def _draw_fan(
    width: float, past: list, ahead: list, smooth: list | None, months: list, ticks: list
) -> Axes:
    wide = width > 400
    axes = drawing(
        width,
        310 if wide else 290,
        left=48,
        right=140 if wide else 24,
        top=46,
        bottom=30 if wide else 48,
    )
    value_grid(axes, ticks, tick_texts(ticks))
    pad = 6 / axes.get_window_extent().width * len(months)
    axes.set_xlim(-pad, len(months) - 1 + pad)
    month_ticks(axes, months, wide=wide)
    start = len(past) - 1
    places = list(range(start, len(months)))
    for level, classes in ((95, "fan2"), (80, "fan1")):
        low = [past[-1]["value"], *(row[f"lower_{level}"] for row in ahead)]
        high = [past[-1]["value"], *(row[f"upper_{level}"] for row in ahead)]
        if not any(is_missing(value) for value in low + high):
            axes.fill(
                places + places[::-1],
                low + high[::-1],
                gid=mark(classes),
                clip_on=False,
                zorder=0.4,
            )
    observed_line(axes, [row["value"] for row in past], "raw" if smooth else "main")
    if smooth:
        observed_line(axes, [row["value"] for row in smooth], "main")
    centre = [None] * start + [past[-1]["value"], *(row["value"] for row in ahead)]
    observed_line(axes, centre, "fcl")
    gap_symbols(axes, past)
    upright(axes, start + 0.5, "brk", above=6)
    _name_fan(axes, past, ahead, months, wide, smooth is not None)
    return axes


def _name_fan(
    axes: Axes, past: list, ahead: list, months: list, wide: bool, adjusted: bool
) -> None:
    """The two halves, the ends of lines and ranges, and which line is which."""
    start, box = len(past) - 1, axes.get_window_extent()
    low, high = axes.get_ylim()
    label(
        axes,
        "Forecast [f]",
        start + 0.5,
        1,
        "sm",
        dx=5 if wide else 30,
        dy=9,
        align="left" if wide else "right",
        coords=FROM_LEFT,
    )
    if wide:
        label(axes, "Observed", start + 0.5, 1, "sm", dx=-5, dy=9, align="right", coords=FROM_LEFT)
        last = ahead[-1]
        entries = [
            (last["upper_95"], "95% range", "sm", []),
            (last["upper_80"], "80% range", "sm", []),
            (last["value"], f"{months[-1]:%b %Y} {last['shown']} [f]", "b", [last]),
        ]
        entries = [entry for entry in entries if not is_missing(entry[0])]
        wanted = [(entry[0] - low) / (high - low) * box.height for entry in entries]
        places = spread(wanted, 17, 0, box.height)
        for (_, text, classes, facts), place in zip(entries, places, strict=True):
            label(
                axes, text, 1, 0, classes, dx=8, dy=place - 4.5, coords="axes fraction", facts=facts
            )
    else:
        text = f"{months[-1]:%b %Y}: {ahead[-1]['shown']} [f]"
        label(axes, text, 0, 0, "b", dx=-box.x0, dy=-44, coords="axes fraction", facts=[ahead[-1]])
    if adjusted:
        for classes, name, dx in (
            ("k-mid", "As received", 0),
            ("k-blue", "Allowing for season", 120),
        ):
            label(axes, "━", 0, 1, classes, dx=dx - box.x0, dy=32, coords="axes fraction")
            label(axes, name, 0, 1, "lab", dx=dx - box.x0 + 19, dy=32, coords="axes fraction")


def _fan_table(
    caption: Caption, past: list, ahead: list, months: list, bounds: pd.DataFrame | None
) -> Markup:
    ends = {} if bounds is None else {fact["id"]: fact for fact in bounds.to_dict(orient="records")}
    rows = []
    for month, row in reversed(list(zip(months, past + ahead, strict=True))):
        is_ahead = row in ahead
        line = {"Month": f"{month:%b %Y}{' [f]' if is_ahead else ''}", "Number": value_cell(row)}
        for level in (80, 95) if ends else ():
            low, high = (ends.get(f"{row['id']}.{end}_{level}") for end in ("lower", "upper"))
            line[f"{level}% range"] = (
                Markup("{} to {}").format(value_cell(low), value_cell(high))
                if low and high
                else "[z]"
            )
        rows.append(line)
    return data_table(caption, rows, classes=["long"])
