"""Each month beside the same month a year before, as columns from zero."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.reporting.charts.axes import (
    FROM_CORNER,
    FROM_LEFT,
    nice_ticks,
    symbol,
    text_px,
    tick_texts,
    value_grid,
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

    def draw(width: float) -> Drawing:
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
) -> Drawing:
    wide = width > 400
    axes = Drawing(width, 270 if wide else 250, left=48 if wide else 44, right=6, top=34, bottom=28)
    ticks = nice_ticks(0, max([_height(row) for row in before + now] + [1]), 4)
    value_grid(axes, ticks, tick_texts(ticks))
    axes.set_xlim(-0.5, len(months) - 0.5)
    widest = max(text_px(str(row["shown"]), 13, bold=True) for row in now)
    pitch = axes.box_width / len(months)
    room, named = pitch >= widest + 4, pitch >= text_px("May", 13) + 6
    for place, (month, old, new) in enumerate(zip(months, before, now, strict=True)):
        axes.bar((place - 0.37, place - 0.01), (0, _height(old)), "f-ctx")
        axes.bar((place + 0.01, place + 0.37), (0, _height(new)), "f-blue")
        for row, shift in ((old, -0.19), (new, 0.19)):
            if is_missing(row["value"]):
                _absent(axes, row, place + shift)
        if wide and room and not is_missing(new["value"]):
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
        label(
            axes,
            f"{month:%b}"[: 3 if named else 1],
            place,
            0,
            "ax",
            dy=-20,
            align="center",
            coords=FROM_LEFT,
        )
    _key(axes, [("k-ctx", labels[0]), ("k-blue", labels[1])])
    return axes


def _height(row: dict) -> float:
    return 0.0 if is_missing(row["value"]) else float(row["value"])


def _absent(axes: Drawing, row: dict, place: float) -> None:
    label(axes, symbol(row), place, 0, "sm b", dy=6, align="center", coords=FROM_LEFT)


def _key(axes: Drawing, entries: list[tuple[str, str]]) -> None:
    """The names of two colours above the plot, in the order that they stand in it."""
    right = 0.0
    for classes, name in entries:
        label(axes, "■", 0, 1, classes, dx=right, dy=20, coords=FROM_CORNER)
        label(axes, name, 0, 1, "lab", dx=right + 15, dy=20, coords=FROM_CORNER)
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
