"""Lines over months, two to four, each named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from markupsafe import Markup

from analysis.reporting.charts.axes import (
    FROM_CORNER,
    axis_words,
    by_month,
    gap_symbols,
    month_ticks,
    months_of,
    nice_ticks,
    observed_line,
    points,
    spread,
    text_px,
    tick_texts,
    value_grid,
)
from analysis.reporting.charts.frame import Caption, data_table, figure_html
from analysis.reporting.numbers import is_missing, month_name
from analysis.reporting.svg import Drawing, label
from analysis.reporting.tables import value_cell

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
    rows = {name: by_month(facts, months) for name, facts in series}
    found = [row["value"] for some in rows.values() for row in some if not is_missing(row["value"])]
    ticks = nice_ticks(min([*([0] if from_zero else []), *found] or [0]), max(found or [1]), 5)

    def draw(width: float) -> Drawing:
        return _draw_lines(width, rows, months, ticks, unit)

    words = subtitle.rstrip(".")
    caption = Caption(figure_id, title, words + axis_words(ticks), source, number)
    return figure_html(
        caption,
        draw,
        picture=words,
        desc=_lines_desc(rows, months),
        say=say,
        table=_lines_table(replace(caption, subtitle=words), rows, months),
    )


def _draw_lines(
    width: float, rows: dict[str, list[dict]], months: list, ticks: list[float], unit: str
) -> Drawing:
    wide = width > 400
    ends = [f"{name} {_end(some)['shown']}" for name, some in rows.items()]
    right = max(text_px(text, 14, bold=True) for text in ends) + 12
    axes = Drawing(
        width,
        274 if wide else 250 + ROW_PX * len(rows),
        left=48,
        right=min(right, 230) if wide else 22,
        top=14,
        bottom=30 if wide else 36 + ROW_PX * len(rows),
    )
    value_grid(axes, ticks, tick_texts(ticks, unit=unit))
    pad = 10 / axes.box_width * max(len(months) - 1, 1)
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


def _name_lines(axes: Drawing, rows: dict[str, list[dict]], ticks: list[float], wide: bool) -> None:
    """Each line's name and latest value: at its end, or in rows under a narrow plot."""
    scale = axes.box_height / (ticks[-1] - ticks[0])
    ends = [_end(some) for some in rows.values()]
    wanted = [0 if is_missing(end["value"]) else (end["value"] - ticks[0]) * scale for end in ends]
    places = spread(wanted, 17, -8, axes.box_height + 4)
    for rank, (name, end) in enumerate(zip(rows, ends, strict=True)):
        if wide:
            where = {"dx": 10, "dy": places[rank] - 4.5, "x": 1}
        else:
            where = {"dx": 22 - axes.box_left, "dy": -48 - ROW_PX * rank, "x": 0}
            key = {**where, "dx": -axes.box_left}
            classes = CLASSES[rank]
            label(axes, KEYS[classes], y=0, classes=f"k-{classes}", coords=FROM_CORNER, **key)
        label(
            axes,
            f"{name} {end['shown']}",
            y=0,
            classes="b",
            coords=FROM_CORNER,
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
