"""Changes as dots with their intervals, the total set apart."""

from __future__ import annotations

import re

import pandas as pd
from markupsafe import Markup

from analysis.methods.records import rows_of
from analysis.reporting.charts.axes import (
    FROM_AXIS,
    FROM_LEFT,
    line,
    nice_ticks,
    points,
    symbol,
    text_px,
    tick_texts,
    upright,
)
from analysis.reporting.charts.frame import (
    HALF_PX,
    Caption,
    data_table,
    figure_html,
)
from analysis.reporting.numbers import is_missing
from analysis.reporting.svg import Drawing, label
from analysis.reporting.tables import value_cell

ROW_PX = 34


def change_intervals(
    changes: pd.DataFrame,
    *,
    figure_id: str,
    title: str,
    subtitle: str,
    source: object,
    total: dict | None = None,
    total_name: str = "All months",
    bounds: pd.DataFrame | None = None,
    unit: str = "%",
    number: int | None = None,
    say: object = "",
) -> Markup:
    """Changes as dots with their 95% intervals; an open dot where the interval includes zero.

    Parameters
    ----------
    changes
        Facts, one row a month or cut: id, label, value, shown, lower, upper, period.
    total
        The fact of the total, set apart below the others, named ``total_name``.
    bounds
        The ends of the intervals as facts (``bounds_of``), for the table; without it the table
        gives the changes alone.
    unit
        What stands after the last tick.
    """
    rows = changes.to_dict(orient="records") + ([dict(total)] if total else [])
    names = _row_names(changes) + ([total_name] if total else [])

    def draw(width: float) -> Drawing:
        return _draw_changes(width, rows, names, bool(total), unit)

    opened = any(_is_open(row) for row in rows)
    explained = "An open circle marks a change whose interval includes zero." if opened else ""
    told = Markup("{} {}").format(source, explained) if explained else source
    caption = Caption(figure_id, title, subtitle, told, number)
    return figure_html(
        caption,
        draw,
        picture=subtitle,
        desc=_changes_desc(rows),
        wide=HALF_PX,
        say=say,
        table=_changes_table(caption, rows, names, bounds, bool(total)),
    )


def _row_names(changes: pd.DataFrame) -> list[str]:
    """Months where each row has one, else the labels."""
    periods = [str(period) for period in changes["period"]]
    if len(set(periods)) < len(periods) or not all(len(period) == 7 for period in periods):
        return [str(name) for name in changes["label"]]
    one_year = len({period[:4] for period in periods}) == 1
    return [pd.Period(period, "M").strftime("%b" if one_year else "%b %Y") for period in periods]


def _is_open(row: dict) -> bool:
    """Whether a change is not told from none: its interval holds zero, or there is no test."""
    if is_missing(row["value"]):
        return False
    return is_missing(row["lower"]) or is_missing(row["upper"]) or row["lower"] <= 0 <= row["upper"]


def _draw_changes(
    width: float, rows: list[dict], names: list[str], has_total: bool, unit: str
) -> Drawing:
    wide = width > 400
    left = max(text_px(name, 14, bold=True) for name in names) + 14
    height = 30 + ROW_PX * len(rows) + (8 if has_total else 0)
    axes = Drawing(width, height, left=min(left, width * 0.4), right=84, top=26, bottom=4)
    drawn = [row for row in rows if not is_missing(row["value"])]
    ends = [
        row[end] for row in drawn for end in ("value", "lower", "upper") if not is_missing(row[end])
    ]
    ticks = nice_ticks(min([0, *ends]), max([0, *ends, *([] if ends else [1])]), 5 if wide else 3)
    axes.set_xlim(ticks[0], ticks[-1])
    axes.set_ylim(height - 26, 4)
    for tick, text in zip(ticks, tick_texts(ticks, sign=True, unit=unit), strict=True):
        upright(axes, tick, "base" if tick == 0 else "gr")
        label(axes, text, tick, 1, "ax", dy=10, align="center", coords=FROM_LEFT)
    for place, (row, name) in enumerate(zip(rows, names, strict=True)):
        last = has_total and place == len(rows) - 1
        _draw_change(axes, row, name, 4 + ROW_PX * (place + 0.5) + (8 if last else 0), last)
    return axes


def _draw_change(axes: Drawing, row: dict, name: str, y: float, is_total: bool) -> None:
    if is_total:
        low = -axes.box_left / axes.box_width
        high = low + axes.width / axes.box_width
        line(axes, [low, high], [y - 21, y - 21], "gr", across=True)
    label(axes, name, 0, y, "b" if is_total else "lab", dx=-axes.box_left, dy=-5, coords=FROM_AXIS)
    to_edge = axes.width - axes.box_left - axes.box_width
    if is_missing(row["value"]):
        label(axes, symbol(row), 1, y, "sm", dx=to_edge, dy=-5, align="right", coords=FROM_AXIS)
        return
    if not is_missing(row["lower"]) and not is_missing(row["upper"]):
        line(axes, [row["lower"], row["upper"]], [y, y], "whi")
        for end in ("lower", "upper"):
            line(axes, [row[end], row[end]], [y - 5, y + 5], "whi")
    dot = "m-hol" if _is_open(row) else "m-dot"
    points(axes, [row["value"]], [y], dot)
    label(
        axes,
        row["shown"],
        1,
        y,
        "b",
        dx=to_edge,
        dy=-5,
        align="right",
        coords=FROM_AXIS,
        facts=[row],
    )


def _changes_desc(rows: list[dict]) -> str:
    drawn = [row for row in rows if not is_missing(row["value"])]
    if not drawn:
        return "No change can be shown."
    low = min(drawn, key=lambda row: row["value"])["shown"]
    high = max(drawn, key=lambda row: row["value"])["shown"]
    clear = sum(not _is_open(row) for row in drawn)
    return (
        f"Dots with interval whiskers, from {low} to {high}."
        f" The interval leaves out zero in {clear} of {len(drawn)}."
    )


def _changes_table(
    caption: Caption,
    rows: list[dict],
    names: list[str],
    bounds: pd.DataFrame | None,
    has_total: bool,
) -> Markup:
    header = "Month" if re.fullmatch(r"[A-Z][a-z]{2}( \d{4})?", names[0]) else "Item"
    ends = {} if bounds is None else {fact["id"]: fact for fact in rows_of(bounds)}
    table = [
        {header: text, "Change": value_cell(row)}
        | ({"95% interval": _interval(row, ends)} if ends else {})
        for text, row in zip(names, rows, strict=True)
    ]
    return data_table(caption, table, total_row=has_total)


def _interval(row: dict, ends: dict) -> Markup | None:
    low, high = (ends.get(f"{row['id']}.{end}") for end in ("lower", "upper"))
    if low is None or high is None:
        return None
    return Markup("{} to {}").format(value_cell(low), value_cell(high))
