"""Each indicator's control chart by the law of its own data, made from figures that may be shown.

A percentage with its counts has p′ limits, a rate u′ limits, a percentage alone XmR limits; a rare
count has dated events and no limits; a cumulative figure has no limits, and why is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.methods.attribute_charts import is_rare, p_prime, u_prime
from analysis.methods.cumulative_series import NOT_CUMULATIVE, cumulative_input
from analysis.methods.false_signals import (
    benjamini_hochberg,
    expected_false_signals,
    latest_p_value,
)
from analysis.methods.series_checks import autocorrelation, seasonality
from analysis.methods.spc import latest, xmr
from analysis.reporting.facts import slug
from analysis.reporting.icons import assurance_key, variation_key
from analysis.reporting.kpi_board import HISTORIES

IMPROVEMENT = {"high": "increase", "low": "decrease"}
P_PRIME, U_PRIME, XMR = "p′", "u′", "XmR"
TOO_FEW, CUMULATIVE, RARE, NO_DATA = "too few", "cumulative", "rare", "no data"
WITH_LIMITS = (P_PRIME, U_PRIME, XMR)
_NAMED = ("kpi_code", "kpi_name", "unit", "direction")
_SEEN = ("value", "numerator", "denominator")


@dataclass(frozen=True)
class Control:
    """One indicator with its chart.

    ``months`` are its rows of the board, ``facts`` the same months as they may be shown,
    ``chart`` the table of ``methods.spc`` (limits empty where it has none), ``verdict`` what
    ``methods.spc.latest`` says; ``law`` is p′, u′, XmR, or why there are no limits; ``said`` what
    a reader must know of the series.
    """

    code: str
    name: str
    unit: str
    direction: str
    months: pd.DataFrame
    facts: pd.DataFrame
    chart: pd.DataFrame
    verdict: Mapping
    law: str
    said: tuple[str, ...] = ()
    rebases: tuple[tuple[pd.Timestamp, str], ...] = ()
    variation: str = "no_data"
    assurance: str = "not_assessed"
    p_value: float = np.nan
    survives: bool = False

    @property
    def tested(self) -> bool:
        """Whether the newest month was judged by limits."""
        return self.law in WITH_LIMITS


def controls_of(
    board: pd.DataFrame, facts: pd.DataFrame, rebase: tuple[dict, ...] = ()
) -> list[Control]:
    """The indicators of a board with their charts, in the board's order.

    Parameters
    ----------
    board
        Of ``kpi_board.kpi_months``.
    facts
        The facts kpi_value of the same rows, after disclosure control.
    rebase
        The authority's log: measure, from (a month), reason.
    """
    by_code = dict(list(facts.groupby(facts["id"].str.split(".").str[1], sort=False)))
    made = [
        _control(rows.reset_index(drop=True), by_code[slug(code)], rebase)
        for code, rows in board.groupby("kpi_code", sort=False)
    ]
    chances = pd.Series({c.code: c.p_value for c in made}, dtype=float)
    surviving = benjamini_hochberg(chances)
    return [replace(c, survives=bool(surviving[c.code])) for c in made]


def expected_by_chance(controls: list[Control]) -> tuple[int, float]:
    """How many indicators have limits, and how many signals chance alone would raise among them."""
    points = [int(c.verdict["points"]) for c in controls if c.tested]
    if not points:
        return 0, 0.0
    return len(points), expected_false_signals(len(points), int(np.median(points)))


def _control(rows: pd.DataFrame, facts: pd.DataFrame, rebase: tuple[dict, ...]) -> Control:
    """One indicator's chart and verdict."""
    code, name, unit, direction = (rows[column].iloc[-1] for column in _NAMED)
    months = pd.DatetimeIndex(rows["month"])
    seen = pd.DataFrame({name: facts[name].to_numpy(dtype=float) for name in _SEEN}, index=months)
    law, why = _law(rows, seen)
    restarts = _restarts(code, rebase, months)
    chart = _chart(law, rows, seen, [month for month, _ in restarts])
    verdict = latest(chart)
    enough = law in WITH_LIMITS and bool(verdict["limits_shown"]) and pd.notna(verdict["ucl"])
    if not enough:
        law = TOO_FEW if law in WITH_LIMITS else law
        chart = _without_limits(chart)
    said = [why, *rows["series_note"].unique(), *(_patterns(chart) if enough else ())]
    return Control(
        code=code,
        name=name,
        unit=unit,
        direction=direction,
        months=rows,
        facts=facts,
        chart=chart,
        verdict=verdict,
        law=law,
        said=tuple(text for text in [*said, _no_newest(verdict, months)] if text),
        rebases=tuple(restarts),
        variation=_variation(law, verdict),
        assurance=assurance_key(verdict) if enough else _no_assurance(verdict),
        p_value=latest_p_value(chart) if enough else np.nan,
    )


def _law(rows: pd.DataFrame, seen: pd.DataFrame) -> tuple[str, str]:
    """By which law an indicator is charted, and what must be said of one that is not."""
    code, unit = rows["kpi_code"].iloc[0], rows["unit"].iloc[0]
    if unit == "count" and is_rare(rows["value"].astype(float)):
        return RARE, "Too rare for limits: the months with events are listed instead."
    valued = seen["value"].notna()
    if not valued.any():
        return NO_DATA, ""
    if code in HISTORIES:
        return CUMULATIVE, _OVERLAPPING
    if rows["contract"].iloc[0] == "kpi_return":
        values = rows["value"].astype(float).set_axis(seen.index)
        found = cumulative_input(values, rows)
        if found.kind != NOT_CUMULATIVE:
            return CUMULATIVE, f"No limits. {found.note}"
    if unit == "%" and seen["denominator"][valued].notna().all():
        return P_PRIME, ""
    return (U_PRIME if unit.startswith("per ") else XMR), ""


_OVERLAPPING = (
    "No limits. Each month looks back over much of what the month before looked back on, so "
    "neighbouring months move together and false alarms on a control chart are almost certain."
)


def _restarts(
    code: str, rebase: tuple[dict, ...], months: pd.DatetimeIndex
) -> list[tuple[pd.Timestamp, str]]:
    """The declared months from which limits restart, among those charted."""
    own = [
        (pd.Period(str(item["from"])[:7], "M").to_timestamp(), str(item.get("reason", "")))
        for item in rebase
        if item.get("measure") == code
    ]
    return sorted((month, reason) for month, reason in own if month in months[1:])


def _chart(
    law: str, rows: pd.DataFrame, seen: pd.DataFrame, restarts: list[pd.Timestamp]
) -> pd.DataFrame:
    target = pd.Series(rows["target"].to_numpy(dtype=float), index=seen.index).dropna()
    choices = {
        "improvement": IMPROVEMENT.get(rows["direction"].iloc[-1], "neutral"),
        "target": None if target.empty else target,
        "rebase": restarts,
    }
    if law == P_PRIME:
        return p_prime(seen["numerator"], seen["denominator"], **choices)
    if law == U_PRIME:
        return u_prime(seen["numerator"], seen["denominator"], **choices)
    return xmr(seen["value"], **choices)


def _without_limits(chart: pd.DataFrame) -> pd.DataFrame:
    bare = chart.assign(mean=np.nan, lcl=np.nan, ucl=np.nan, rule="none", variation="common")
    bare.attrs = chart.attrs
    return bare


def _patterns(chart: pd.DataFrame) -> list[str]:
    """What seasons and neighbouring months do to the chart, where a test finds it."""
    apart = pd.Series(chart["value"].to_numpy() - chart["mean"].to_numpy(), index=chart.index)
    return [test.note for test in (seasonality(apart), autocorrelation(apart)) if test.found]


def _no_newest(verdict: Mapping, months: pd.DatetimeIndex) -> str:
    """That the period's own month has no value that may be shown, where it has none."""
    if pd.isna(verdict["date"]) or verdict["rows_without_value"] == 0:
        return ""
    newest = pd.Timestamp(verdict["date"])
    return f"No value may be shown for {months[-1]:%B %Y}; the newest is of {newest:%B %Y}."


def _variation(law: str, verdict: Mapping) -> str:
    if law in WITH_LIMITS:
        return variation_key(verdict)
    return {TOO_FEW: "too_few", RARE: "too_rare", NO_DATA: "no_data"}.get(law, "not_tested")


def _no_assurance(verdict: Mapping) -> str:
    return "no_target" if pd.isna(verdict["target"]) else "not_assessed"
