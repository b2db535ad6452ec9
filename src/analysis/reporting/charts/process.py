"""The process chart: points, mean, limits, target, and where the limits restart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from markupsafe import Markup

from analysis.methods.records import rows_of
from analysis.reporting.charts.axes import (
    by_month,
    months_of,
    nice_ticks,
    tick_texts,
)
from analysis.reporting.charts.frame import Caption, data_table, figure_html
from analysis.reporting.charts.process_drawing import LIMITS, SIGNALS, draw_process
from analysis.reporting.numbers import is_missing, month_name, plain, shown_number
from analysis.reporting.svg import Drawing
from analysis.reporting.tables import value_cell

FEWEST_POINTS = 13
FEW_CASES = 30
LEVELS = ("value", "lcl", "ucl", "target")
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
    reading: str = "",
    without_limits: str = "Too few points for limits.",
) -> Markup:
    """A process behaviour chart; with fewer than 13 points a run chart without limits.

    Parameters
    ----------
    table
        What ``methods.spc.xmr`` returns, made from values that may be shown: one row a month
        (the index, or a column ``period`` or ``month``), ``segment``, ``value``, ``mean``,
        ``lcl``, ``ucl``, ``rule`` and ``variation``; limits that differ by month are drawn in
        steps, as is ``target`` where it is a column.
    facts
        The same months as facts (period, id, value, shown); the value drawn is the fact's. May
        be left out where the table has ``id`` and ``shown`` itself. Where they have numerators
        and denominators the months' table says what each rests on.
    unit, decimals
        The unit, as in the definitions, and decimals of the values.
    target
        In the unit of the values.
    levels
        Facts of the latest segment under ``mean``, ``lcl``, ``ucl`` and ``target``, where the
        page gives them as facts; else they are written from the table.
    breaks
        Where limits restart and why: month and reason.
    reading
        What follows the subtitle and is about the drawing alone: which way is better, whose
        limits these are.
    without_limits
        Why there are no limits, where there are none.
    """
    months = months_of(table)
    rows = _without_early_limits(_with_facts(rows_of(table), months, facts))
    bare = without_limits if is_missing(rows[-1]["mean"]) else ""
    known = _levels(rows, target, levels or {}, unit, decimals)
    ticks = _ticks(rows, target, unit)

    def draw(width: float) -> Drawing:
        return draw_process(width, rows, months, known, ticks, unit, dict(_named(breaks)))

    whole = " ".join(filter(None, [subtitle.rstrip(".") + ".", reading]))
    caption = Caption(figure_id, title, _subtitle(whole, ticks, bare), source, number)
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
    keys = ("id", "value", "shown", "suppressed", "numerator", "denominator")
    found = by_month(facts, months)
    return [
        row | {key: fact.get(key) for key in keys} for row, fact in zip(rows, found, strict=True)
    ]


def _without_early_limits(rows: list[dict]) -> list[dict]:
    """The rows with limits and signals taken off a stretch that has too few points for them."""
    seen = Counter(row["segment"] for row in rows if not is_missing(row["value"]))
    none = {"mean": None, "lcl": None, "ucl": None, "variation": "", "rule": "none"}
    return [row if seen[row["segment"]] >= FEWEST_POINTS else row | none for row in rows]


def _named(breaks: Sequence[tuple[object, str]]) -> list[tuple[pd.Period, str]]:
    return [(pd.Period(month, "M"), reason) for month, reason in breaks]


def _subtitle(subtitle: str, ticks: Sequence[float], bare: str) -> str:
    """The subtitle with what a reader must know of the axis and of missing limits."""
    parts = [subtitle.rstrip(".") + "."]
    if ticks[0] > 0:
        parts.append(f"Axis starts at {tick_texts(ticks)[0]}.")
    if bare:
        parts.append(bare)
    return " ".join(parts)


def _ticks(rows: list[dict], target: float | None, unit: str) -> list[float]:
    """Round numbers over values, limits and target; a percentage ends at 100."""
    found = [row.get(key) for row in rows for key in LEVELS] + [target]
    found = [float(value) for value in found if not is_missing(value)] or [0.0, 1.0]
    ticks = nice_ticks(min(found), max(found), 5)
    if unit == "%" and max(found) <= 100:
        ticks = [tick for tick in ticks if tick <= 100]
    return ticks if len(ticks) > 1 else nice_ticks(min(found) - 1, max(found), 5)


def _levels(
    rows: list[dict], target: float | None, facts: dict, unit: str, decimals: int
) -> dict[str, dict]:
    """Mean, limits and target of the latest segment, each with its value and text.

    Of the last month that has limits: a month of no cases has a mean and none of its own.
    """
    last = next((row for row in reversed(rows) if _has_limits(row)), {})
    values = {key: last.get(key) for key, _ in LIMITS} | {"target": target}
    return {
        key: facts.get(key) or {"id": "", "value": value, "shown": _level(value, unit, decimals)}
        for key, value in values.items()
        if not is_missing(value)
    }


def _has_limits(row: dict) -> bool:
    """Whether a month has a mean and both limits."""
    return not any(is_missing(row[key]) for key, _ in LIMITS)


def _level(value: float, unit: str, decimals: int) -> str:
    """A level's text; a whole target is written without decimals."""
    return shown_number(value, unit, 0 if float(value).is_integer() else decimals)


def _desc(rows: list[dict], months: list[pd.Period], levels: dict) -> str:
    """The chart in words: what kind it is, its signals and gaps, and the latest month."""
    signals = sum(str(row["variation"]).partition("_")[0] in SIGNALS for row in rows)
    hidden = sum(is_missing(row["value"]) for row in rows)
    if "mean" in levels:
        kind = "Control chart, mean {mean}, limits {lcl} to {ucl}.".format(
            **{key: level["shown"] for key, level in levels.items()}
        )
        tail = f"{signals} of {len(rows)} months {'is a signal' if signals == 1 else 'are signals'}"
    else:
        drawn, kind = len(rows) - hidden, "Run chart without limits."
        tail = "1 month is drawn" if drawn == 1 else f"{drawn} months are drawn"
    last = rows[-1]
    latest = "not shown" if is_missing(last["value"]) else last["shown"]
    gaps = f", {hidden} not shown" if hidden else ""
    return f"{kind} {tail}{gaps}; the latest, {month_name(months[-1])}, is {latest}."


def _table(caption: Caption, rows: list[dict], months: list[pd.Period]) -> Markup:
    """Every month, newest first, with the rule that made it a signal."""
    counted = any(_counts(row) for row in rows)
    lines = [
        {
            "Month": f"{month:%b %Y}",
            "Value": value_cell(row) if row.get("id") else row.get("shown"),
            **({"Based on": _counts(row)} if counted else {}),
            "Signal": _signal(row),
        }
        for month, row in reversed(list(zip(months, rows, strict=True)))
    ]
    return data_table(caption, lines, classes=["long"])


def based_on(row: dict) -> Markup | None:
    """What a percentage rests on, marked ``[u]`` where it is few cases; nothing where hidden.

    Examples
    --------
    >>> based_on({"numerator": 12, "denominator": 19}).striptags()
    '12 of 19 [u]'
    """
    counts = _counts(row)
    return counts and Markup('<span data-text="definition">{}</span>').format(counts)


def _counts(row: dict) -> Markup | None:
    """The same for a table of many months, which carries its facts beside it."""
    counts = (row.get("numerator"), row.get("denominator"))
    if any(not isinstance(count, int | float) or is_missing(count) for count in counts):
        return None
    few = Markup(' <span class="sym">[u]</span>') if row["denominator"] < FEW_CASES else ""
    return Markup("%s of %s%s") % (*map(plain, counts), few)


def _signal(row: dict) -> str:
    """The rule that makes a point a signal, in words."""
    if is_missing(row["value"]):
        return "[z]"
    if is_missing(row["mean"]):
        return "Not tested"
    return RULES.get(row.get("rule"), "No signal")
