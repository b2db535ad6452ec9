"""Scales, gridlines, month ticks and labels that keep out of each other's way."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.methods.records import rows_of
from analysis.reporting.numbers import MINUS, is_missing
from analysis.reporting.svg import DATA, LINE_ORDER, Drawing, label

NICE = (1, 2, 2.5, 5, 10, 20, 25, 50, 100)
MARKERS = {  # the shape and its size: the width of a circle or square, the side of a diamond
    "m-com": ("o", 6.2),
    "m-con": ("D", 9.6),
    "m-imp": ("s", 10.6),
    "m-neu": ("^", 13),
    "m-dot": ("o", 11),
    "m-hol": ("o", 11),
}
ORDER = {"gr": 0.5, "base": 2.5, "tick": 2.5}  # what is painted first; bars stand at 1
FROM_AXIS, FROM_LEFT, FROM_CORNER = ("axes", "data"), ("data", "axes"), ("axes", "axes")


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers that cover a range, at most ``most`` steps apart.

    Examples
    --------
    >>> nice_ticks(0, 2498), nice_ticks(76.6, 89.1), nice_ticks(-3, 28, 4)
    ([0, 500, 1000, 1500, 2000, 2500], [75, 80, 85, 90], [-10, 0, 10, 20, 30])
    """
    span = max(high - low, abs(high) * 1e-6, 1e-9)
    size = 10 ** math.floor(math.log10(span / most))
    for factor in NICE:
        step = factor * size
        if step % 1 and factor % 1:  # a quarter of ten reads well, 2.5 does not
            continue
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first <= most:
            break
    last = max(last, first + 1)
    return [round(place * step, 10) for place in range(first, last + 1)]


def tick_texts(ticks: Sequence[float], *, sign: bool = False, unit: str = "") -> list[str]:
    """The texts of ticks, the unit on the last; a pound sign in the unit stands before.

    Examples
    --------
    >>> tick_texts([-10, 0, 10], sign=True, unit="%"), tick_texts([0, 0.5, 1], unit="£m")
    (['−10', '0', '+10%'], ['0', '0.5', '£1.0m'])
    """
    decimals = max(_decimals(tick) for tick in ticks)
    texts = []
    for tick in ticks:
        before = MINUS if tick < 0 else "+" if sign and tick > 0 else ""
        texts.append(f"{before}{abs(tick):,.{decimals}f}" if tick else "0")
    before, after = ("£", unit[1:]) if unit.startswith("£") else ("", unit)
    texts[-1] = f"{before}{texts[-1]}{after}"
    return texts


def _decimals(number: float) -> int:
    text = f"{number:.6f}".rstrip("0")
    return len(text.partition(".")[2])


def value_grid(axes: Drawing, ticks: Sequence[float], texts: Sequence[str]) -> None:
    """Horizontal gridlines with their values at the left; zero is the base line."""
    axes.set_ylim(ticks[0], ticks[-1])
    for tick, text in zip(ticks, texts, strict=True):
        line(axes, [0, 1], [tick, tick], "base" if tick == 0 else "gr", across=True)
        label(axes, text, 0, tick, "ax", dx=-8, dy=-4.5, align="right", coords=FROM_AXIS)


def line(
    axes: Drawing, x: Sequence[float], y: Sequence[float], classes: str, *, across: bool = False
) -> None:
    """A line; ``across`` takes x as a share of the width."""
    coords = FROM_AXIS if across else DATA
    axes.line(x, y, classes, order=ORDER.get(classes, LINE_ORDER), coords=coords)


def upright(axes: Drawing, x: float, classes: str, *, below: float = 0, above: float = 0) -> None:
    """A vertical line over the height of the plot, or a tick ``below`` it, in pixels."""
    height = axes.box_height
    y = [-below / height, 0] if below else [0, 1 + above / height]
    axes.line([x, x], y, classes, order=ORDER.get(classes, LINE_ORDER), coords=FROM_LEFT)


def month_ticks(axes: Drawing, months: Sequence[pd.Period], *, wide: bool) -> None:
    """Ticks counted back from the latest month, so that it is always named."""
    many = len(months)
    step = (3 if many < 16 else 6) if wide else (3 if many < 8 else 6 if many < 16 else 12)
    while many / step > (8 if wide else 4):
        step *= 2
    for place in range(many - 1, -1, -step):
        upright(axes, place, "tick", below=5)
        text = months[place].strftime("%b %Y")
        label(axes, text, place, 0, "ax", dy=-20, align="center", coords=FROM_LEFT)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels, as near as can be to where they belong and at least ``gap`` apart.

    Examples
    --------
    >>> spread([104, 100, 200], 17, 0, 300)
    [110.5, 93.5, 200.0]
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    # less the room that the labels before it take, a label may not stand before its neighbour
    groups: list[list[float]] = []
    for rank, place in enumerate(order):
        groups.append([wanted[place] - rank * gap])
        while len(groups) > 1 and _mean(groups[-2]) > _mean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    ceiling = max(low, high - (len(wanted) - 1) * gap)
    starts = [min(max(_mean(group), low), ceiling) for group in groups for _ in group]
    placed = {
        place: start + rank * gap
        for rank, (place, start) in enumerate(zip(order, starts, strict=True))
    }
    return [float(placed[place]) for place in range(len(wanted))]


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def text_px(text: str, size: float = 14, bold: bool = False) -> float:
    """About how wide a text is, on the safe side, in the page's sans serif.

    Examples
    --------
    >>> text_px("Mean 83.9") < 80
    True
    """
    return len(text) * size * (0.6 if bold else 0.56)


def runs(values: Sequence[object]) -> list[list[int]]:
    """Places of neighbouring values that are there; a missing value ends a run.

    Examples
    --------
    >>> runs([1, 2, None, 4])
    [[0, 1], [3]]
    """
    found: list[list[int]] = [[]]
    for place, value in enumerate(values):
        if is_missing(value):
            found.append([])
        else:
            found[-1].append(place)
    return [run for run in found if run]


def months_of(table: pd.DataFrame) -> list[pd.Period]:
    """The months of a table: its column ``period`` (YYYY-MM) or ``month``, else its index.

    Examples
    --------
    >>> months_of(pd.DataFrame({"period": ["2021-08"]}))
    [Period('2021-08', 'M')]
    """
    column = next((name for name in ("period", "month") if name in table), None)
    return [pd.Period(value, "M") for value in (table[column] if column else table.index)]


def gap_symbols(axes: Drawing, rows: Sequence[dict]) -> None:
    """``[c]`` or ``[x]`` above the axis wherever a row has no value that may be drawn.

    A run of them is marked once, at its middle.
    """
    marks = [symbol(row) if is_missing(row["value"]) else "" for row in rows]
    first = 0
    for place, text in enumerate(marks):
        if text and text != (marks[place + 1] if place + 1 < len(marks) else ""):
            middle = (first + place) / 2
            label(axes, text, middle, 0, "sm b", dy=8, align="center", coords=FROM_LEFT)
        if not text or text != (marks[place + 1] if place + 1 < len(marks) else ""):
            first = place + 1


def observed_line(axes: Drawing, values: Sequence[object], classes: str) -> None:
    """A line through neighbouring values; it breaks where one is missing."""
    for run in runs(values):
        if len(run) > 1:
            line(axes, run, [values[place] for place in run], classes)


def points(axes: Drawing, places: Sequence[float], values: Sequence[float], kind: str) -> None:
    """Points of one kind: the shape tells the kind, colour only repeats it."""
    shape, size = MARKERS[kind]
    if places:
        axes.points(places, values, kind, shape=shape, size=size)


def symbol(row: dict) -> str:
    """The symbol for a value that is not shown: ``[c]`` where hidden, else ``[x]``."""
    shown = str(row.get("shown") or "")
    return shown if shown.startswith("[") else "[c]" if row.get("suppressed") else "[x]"


def axis_words(ticks: Sequence[float]) -> str:
    """The end of a subtitle: where the axis starts, if not at zero."""
    return "." if ticks[0] <= 0 else f". Axis starts at {tick_texts(ticks)[0]}."


def by_month(facts: pd.DataFrame, months: Sequence[pd.Period]) -> list[dict]:
    """The facts of these months in turn; a month that is not among them is not available.

    Examples
    --------
    >>> facts = pd.DataFrame({"period": ["2021-08"], "value": [2050.0]})
    >>> [row["value"] for row in by_month(facts, pd.period_range("2021-08", "2021-09", freq="M"))]
    [2050.0, None]
    """
    found = dict(zip(months_of(facts), rows_of(facts), strict=True))
    return [found.get(month, {"id": "", "value": None, "shown": "[x]"}) for month in months]
