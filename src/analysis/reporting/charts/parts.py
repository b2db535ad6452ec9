"""Horizontal bars: amounts side by side, and a waterfall from parts to a total."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.reporting.charts.axes import (
    FROM_AXIS,
    FROM_LEFT,
    line,
    nice_ticks,
    symbol,
    text_px,
    tick_texts,
    upright,
)
from analysis.reporting.charts.frame import Caption, data_table, figure_html
from analysis.reporting.numbers import is_missing
from analysis.reporting.svg import Drawing, label
from analysis.reporting.tables import value_cell

ROW_PX, NARROW_ROW_PX, BAR_PX = 34, 50, 20
TONES = {
    "usual": "f-blue",
    "context": "f-ctx",
    "concern": "f-con",
    "part": "f-mid",
    "total": "f-tot",
}


def bars(
    facts: pd.DataFrame,
    *,
    figure_id: str,
    title: str,
    subtitle: str,
    source: object,
    unit: str = "",
    scale: float = 1,
    number: int | None = None,
    say: object = "",
) -> Markup:
    """Amounts as horizontal bars from zero, in the order given, each with its value.

    Parameters
    ----------
    facts
        Facts (id, label, value, shown) and, where bars differ in meaning, a column ``tone``:
        usual, context, concern, part or total. A hidden amount has its symbol and no bar.
    unit
        What stands after the last tick, such as ``" FTE"``; ``"£m"`` puts the pound before it.
    scale
        What one on the axis stands for, such as 1,000,000 where the axis is in millions.
    """
    rows = [{"tone": "usual", **row} for row in facts.to_dict(orient="records")]
    spans = [
        None if is_missing(row["value"]) else (0.0, float(row["value"]) / scale) for row in rows
    ]
    return _figure(
        Caption(figure_id, title, subtitle, source, number), rows, spans, unit, say, joined=False
    )


def waterfall(
    facts: pd.DataFrame,
    *,
    figure_id: str,
    title: str,
    subtitle: str,
    source: object,
    unit: str = "",
    scale: float = 1,
    number: int | None = None,
    say: object = "",
) -> Markup:
    """How parts make up a total: each bar starts where the one before ended.

    Parameters
    ----------
    facts
        Facts (id, label, value, shown; values signed) with a column ``tone``; a row of tone
        ``total`` is drawn from zero and is where the next part starts. After a hidden part no
        bar can be placed until the next total: those rows show their values alone.
    unit, scale
        As for ``bars``.
    """
    rows = [{"tone": "part", **row} for row in facts.to_dict(orient="records")]
    spans, level = [], 0.0
    for row in rows:
        value = None if is_missing(row["value"]) else float(row["value"]) / scale
        begin = 0.0 if row["tone"] == "total" else level
        spans.append(None if value is None or begin is None else (begin, begin + value))
        level = spans[-1][1] if spans[-1] else None
    return _figure(
        Caption(figure_id, title, subtitle, source, number), rows, spans, unit, say, joined=True
    )


def _figure(
    caption: Caption, rows: list[dict], spans: list, unit: str, say: object, *, joined: bool
) -> Markup:
    def draw(width: float) -> Drawing:
        return _draw(width, rows, spans, unit, joined)

    table = [{"Item": row["label"], "Amount": value_cell(row)} for row in rows]
    total = rows[-1]["tone"] == "total"
    return figure_html(
        caption,
        draw,
        picture=caption.subtitle,
        desc=_desc(rows, spans, joined),
        say=say,
        table=data_table(caption, table, total_row=total),
    )


def _draw(width: float, rows: list[dict], spans: list, unit: str, joined: bool) -> Drawing:
    wide = width > 400
    pitch = ROW_PX if wide else NARROW_ROW_PX
    left = min(max(text_px(row["label"], 14, row["tone"] == "total") for row in rows) + 14, 240)
    ends = [0.0, *(end for span in spans if span for end in span)]
    ticks = nice_ticks(min(ends), max([*ends, *([] if any(spans) else [1.0])]), 4)
    axes = Drawing(
        width,
        26 + pitch * len(rows),
        left=left if wide else 0,
        right=64 if wide else 60,
        top=22,
        bottom=4,
    )
    axes.set_xlim(ticks[0], ticks[-1])
    axes.set_ylim(4 + pitch * len(rows) - 4, 0)
    for tick, text in zip(ticks, tick_texts(ticks, unit=unit), strict=True):
        upright(axes, tick, "base" if tick == 0 else "gr")
        align = "left" if not wide and tick == ticks[0] else "center"
        label(
            axes,
            text,
            tick,
            1,
            "ax",
            dy=8,
            align=align,
            coords=FROM_LEFT,
        )
    for place, (row, span) in enumerate(zip(rows, spans, strict=True)):
        middle = pitch * (place + 1) - ROW_PX / 2
        _bar(axes, row, span, middle, wide)
        after = spans[place + 1] if place + 1 < len(spans) else None
        if joined and span and after:
            line(axes, [span[1]] * 2, [middle + BAR_PX / 2, middle + pitch - BAR_PX / 2], "con")
    return axes


def _bar(axes: Drawing, row: dict, span: tuple | None, middle: float, wide: bool) -> None:
    """One row: its name, its bar, and its value beyond the bar's greater end."""
    names = "b halo" if row["tone"] == "total" else "lab halo"
    dy = -5 if wide else 15
    label(
        axes,
        row["label"],
        0,
        middle,
        names,
        dx=-axes.box_left,
        dy=dy,
        coords=FROM_AXIS,
    )
    if span:
        axes.bar(span, (middle - BAR_PX / 2, middle + BAR_PX / 2), TONES[row["tone"]])
    missing = is_missing(row["value"])
    text = symbol(row) if missing else row["shown"]
    at = max(span) if span else max(axes.xlim[0], 0)
    label(
        axes,
        text,
        at,
        middle,
        "sm" if missing else "b halo",
        dx=7,
        dy=-5,
        facts=[] if missing else [row],
    )


def _desc(rows: list[dict], spans: list, joined: bool) -> str:
    """What the picture shows, with how many amounts and how many bars are missing."""
    shown = [f"{row['label']} {row['shown']}" for row in rows if not is_missing(row["value"])]
    kind = "Waterfall" if joined else "Bars"
    hidden = len(rows) - len(shown)
    gaps = f", {hidden} not shown" if hidden else ""
    unplaced = spans.count(None) - hidden
    gaps += f", {unplaced} more without a bar" if unplaced else ""
    first, last = (shown[0], shown[-1]) if shown else ("no amount", "no amount")
    return f"{kind} of {len(rows)} amounts{gaps}, from {first} to {last}."
