"""Charts that compare: this year with last, and each change with its interval."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

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
    value_grid,
)
from analysis.reporting.charts.frame import (
    HALF_PX,
    Caption,
    data_table,
    figure_html,
)
from analysis.reporting.numbers import is_missing
from analysis.reporting.svg import drawing, label, mark
from analysis.reporting.tables import value_cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_PX = 34


def paired_columns(
    this: pd.DataFrame,
    last: pd.DataFrame,
    *,
    figure_id: str,
    title: str,
    subtitle: str,
    source: object,
    labels: tuple[str, str] = ("last year", "this year"),
    number: int | None = None,
    say: object = "",
) -> Markup:
    """Draw each month beside the same month a year before, as columns from zero.

    Parameters
    ----------
    this, last
        Facts of one measure, one row a month: id, value, shown, period (``YYYY-MM``). Months of
        ``last`` are found by the calendar; a month that is not there is shown as ``[x]``.
    figure_id, title, subtitle, source, number
        As in ``Caption``.
    labels
        The names of the two years, the earlier first.
    say
        Markup beside the chart.
    """
    months = [pd.Period(period, "M") for period in this["period"]]
    now = this.to_dict(orient="records")
    found = {pd.Period(row["period"], "M"): row for row in last.to_dict(orient="records")}
    before = [found.get(month - 12, {"value": None, "shown": "[x]"}) for month in months]

    def draw(width: float) -> Axes:
        return _draw_pairs(width, months, before, now, labels)

    table = [
        {"Month": f"{month:%B}", labels[0]: value_cell(old), labels[1]: value_cell(new)}
        for month, old, new in zip(months, before, now, strict=True)
    ]
    caption = Caption(figure_id, title, subtitle, source, number)
    return figure_html(
        caption,
        draw,
        picture=subtitle,
        desc=_pairs_desc(before, now, labels),
        wide=HALF_PX,
        say=say,
        table=data_table(caption, table),
    )


def _draw_pairs(
    width: float, months: list, before: list[dict], now: list[dict], labels: tuple[str, str]
) -> Axes:
    wide = width > 400
    axes = drawing(width, 270 if wide else 250, left=48 if wide else 44, right=6, top=34, bottom=28)
    ticks = nice_ticks(0, max([_height(row) for row in before + now] + [1]), 4)
    value_grid(axes, ticks, tick_texts(ticks))
    axes.set_xlim(-0.5, len(months) - 0.5)
    for place, (month, old, new) in enumerate(zip(months, before, now, strict=True)):
        axes.bar(place - 0.19, _height(old), 0.36, gid=mark("f-ctx"))
        axes.bar(place + 0.19, _height(new), 0.36, gid=mark("f-blue"))
        for row, shift in ((old, -0.19), (new, 0.19)):
            if is_missing(row["value"]):
                _absent(axes, row, place + shift)
        if wide and not is_missing(new["value"]):
            label(
                axes,
                new["shown"],
                place + 0.19,
                new["value"],
                "sm b",
                dy=6,
                align="center",
                facts=[new],
            )
        label(axes, f"{month:%b}", place, 0, "ax", dy=-20, align="center", coords=FROM_LEFT)
    _key(axes, [("k-ctx", labels[0]), ("k-blue", labels[1])])
    return axes


def _height(row: dict) -> float:
    return 0.0 if is_missing(row["value"]) else float(row["value"])


def _absent(axes: Axes, row: dict, place: float) -> None:
    label(axes, symbol(row), place, 0, "sm b", dy=6, align="center", coords=FROM_LEFT)


def _key(axes: Axes, entries: list[tuple[str, str]]) -> None:
    """The names of two colours above the plot, in the order that they stand in it."""
    right = 0.0
    for classes, name in entries:
        label(axes, "■", 0, 1, classes, dx=right, dy=20, coords="axes fraction")
        label(axes, name, 0, 1, "lab", dx=right + 15, dy=20, coords="axes fraction")
        right += 15 + text_px(name, 13.5) + 14


def _pairs_desc(before: list[dict], now: list[dict], labels: tuple[str, str]) -> str:
    both = [
        (old["value"], new["value"])
        for old, new in zip(before, now, strict=True)
        if not is_missing(old["value"]) and not is_missing(new["value"])
    ]
    higher = sum(new > old for old, new in both)
    return (
        f"Paired columns: {labels[1]} is above {labels[0]} in {higher} of the {len(both)} months"
        " that can be compared. The numbers are in the table below."
    )


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

    def draw(width: float) -> Axes:
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
) -> Axes:
    wide = width > 400
    left = max(text_px(name, 14, bold=True) for name in names) + 14
    height = 30 + ROW_PX * len(rows) + (8 if has_total else 0)
    axes = drawing(width, height, left=min(left, width * 0.4), right=84, top=26, bottom=4)
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


def _draw_change(axes: Axes, row: dict, name: str, y: float, is_total: bool) -> None:
    box = axes.get_window_extent()
    width = axes.figure.bbox.width
    if is_total:
        low, high = -box.x0 / box.width, (width - box.x0) / box.width
        line(axes, [low, high], [y - 21, y - 21], "gr", across=True)
    label(axes, name, 0, y, "b" if is_total else "lab", dx=-box.x0, dy=-5, coords=FROM_AXIS)
    to_edge = width - box.x1
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
    ends = {} if bounds is None else {fact["id"]: fact for fact in bounds.to_dict(orient="records")}
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
