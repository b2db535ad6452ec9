"""What was observed, and a forecast with its ranges."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from markupsafe import Markup

from analysis.reporting.charts.axes import (
    FROM_CORNER,
    FROM_LEFT,
    axis_words,
    by_month,
    gap_symbols,
    month_ticks,
    months_of,
    nice_ticks,
    observed_line,
    spread,
    tick_texts,
    upright,
    value_grid,
)
from analysis.reporting.charts.frame import Caption, data_table, figure_html
from analysis.reporting.numbers import is_missing, month_name
from analysis.reporting.svg import Drawing, label
from analysis.reporting.tables import value_cell

CLASSES = ("l-1", "l-2", "l-3", "l-4")
KEYS = {"l-1": "━", "l-2": "╍", "l-3": "━", "l-4": "┅"}
ROW_PX = 18


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
    smooth = None if adjusted is None else by_month(adjusted, months_of(history))
    found = [row["value"] for row in past + (smooth or [])]
    found += [row[key] for row in ahead for key in ("lower_95", "upper_95")]
    found = [float(value) for value in found if not is_missing(value)] or [0.0, 1.0]
    ticks = nice_ticks(min(found), max(found), 5)

    def draw(width: float) -> Drawing:
        return _draw_fan(width, past, ahead, smooth, months, ticks)

    words = subtitle.rstrip(".")
    caption = Caption(figure_id, title, words + axis_words(ticks), source, number)
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
) -> Drawing:
    wide = width > 400
    axes = Drawing(
        width,
        310 if wide else 290,
        left=48,
        right=140 if wide else 24,
        top=46,
        bottom=30 if wide else 48,
    )
    value_grid(axes, ticks, tick_texts(ticks))
    pad = 6 / axes.box_width * len(months)
    axes.set_xlim(-pad, len(months) - 1 + pad)
    month_ticks(axes, months, wide=wide)
    start = len(past) - 1
    places = list(range(start, len(months)))
    for level, classes in ((95, "fan2"), (80, "fan1")):
        low = [past[-1]["value"], *(row[f"lower_{level}"] for row in ahead)]
        high = [past[-1]["value"], *(row[f"upper_{level}"] for row in ahead)]
        if not any(is_missing(value) for value in low + high):
            axes.area(places + places[::-1], low + high[::-1], classes, order=0.4)
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
    axes: Drawing, past: list, ahead: list, months: list, wide: bool, adjusted: bool
) -> None:
    """The two halves, the ends of lines and ranges, and which line is which."""
    start = len(past) - 1
    low, high = axes.ylim
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
        wanted = [(entry[0] - low) / (high - low) * axes.box_height for entry in entries]
        places = spread(wanted, 17, 0, axes.box_height)
        for (_, text, classes, facts), place in zip(entries, places, strict=True):
            label(axes, text, 1, 0, classes, dx=8, dy=place - 4.5, coords=FROM_CORNER, facts=facts)
    else:
        text = f"{months[-1]:%b %Y}: {ahead[-1]['shown']} [f]"
        label(
            axes, text, 0, 0, "b", dx=-axes.box_left, dy=-44, coords=FROM_CORNER, facts=[ahead[-1]]
        )
    if adjusted:
        for classes, name, dx in (
            ("k-mid", "As received", 0),
            ("k-blue", "Allowing for season", 120),
        ):
            label(axes, "━", 0, 1, classes, dx=dx - axes.box_left, dy=32, coords=FROM_CORNER)
            label(axes, name, 0, 1, "lab", dx=dx - axes.box_left + 19, dy=32, coords=FROM_CORNER)


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
