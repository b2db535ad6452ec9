"""The KPI page's facts: each indicator by month, then, from what may be shown, its verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods.records import rows_of
from analysis.reporting.facts import slug
from analysis.reporting.icons import ASSURANCE, VARIATION
from analysis.reporting.kpi_control import Control, controls_of, expected_by_chance
from analysis.reporting.numbers import is_missing, month_name, shown_number
from analysis.reporting.page import Page
from analysis.reporting.sentences_spc import target_state

FEW = 30
SIGNALS = {"improvement": 1, "concern": -1, "common": 0}
ASSURED = {"pass": 1, "inconsistent": 0, "fail": -1}
ENDS = {"high": " or more", "low": " or less", "none": ""}
NOT_TESTED = {
    "too_few": "Too few points for limits: they are drawn from 13.",
    "too_rare": "Too rare for limits: the months with events are listed instead.",
    "no_data": "No month has a value that may be shown.",
    "not_tested": "Not tested: the figures are not of single months.",
}
OPEN_ARE_MISSED = ("cp_visits_in_timescale", "cla_visits_in_timescale")
"""Indicators whose cases open past the deadline are those of the month that are not in time.

They have no count of their own: where it is hidden the month's own counts would give it away.
"""
NOT_ASSURED = {"no_target": "No target is set.", "not_assessed": "Not assessed without limits."}


def add_indicators(page: Page, board: pd.DataFrame) -> list[Control]:
    """Add every fact of a board of indicators, protected; the charts come back.

    A page whose authority has neither records nor a return has none: then it needs its pairs.
    """
    if board.empty:
        if not page.has("kpi_pairs"):
            page.table("kpi_return")
        return []
    add_values(page, board)
    page.protect()
    controls = add_verdicts(page, board)
    page.protect()
    return controls


def add_values(page: Page, board: pd.DataFrame) -> None:
    """Add each indicator's months, its newest month and its open cases, to be protected."""
    names = {month: month_name(month) for month in board["month"].unique()}
    months = board.assign(
        label=board["kpi_name"] + ", " + board["month"].map(names),
        words=[_count_words(row) for row in rows_of(board, ("unit", "value"))],
    )
    revised = _months_revised(page)
    newest = pd.DataFrame([_marked(row, revised) for row in rows_of(_newest(months))])
    by_contract = dict(list(months.groupby("contract")))
    for contract, own in newest.groupby("contract", sort=False):
        beside = own["open_past_deadline"].notna() & ~own["kpi_code"].isin(OPEN_ARE_MISSED)
        page.add(
            contract,
            kpi_value=by_contract[contract],
            kpi_latest=own,
            kpi_open=own[beside].assign(note=""),
        )


def _count_words(row: dict) -> str:
    """A count's text; a percentage and a rate are written by the definition."""
    if row["unit"] != "count" or is_missing(row["value"]):
        return ""
    return shown_number(row["value"], "count", 0)


def _newest(months: pd.DataFrame) -> pd.DataFrame:
    """Each indicator's newest month with a value; the last month where none has one."""
    valued = months[months["value"].notna()].drop_duplicates("kpi_code", keep="last")
    last = months[~months["kpi_code"].isin(valued["kpi_code"])]
    return pd.concat([valued, last.drop_duplicates("kpi_code", keep="last")]).sort_index()


def _marked(row: dict, revised: dict[str, int]) -> dict:
    """A newest month and what limits it."""
    if is_missing(row["value"]):
        return row
    return row | {"note": " ".join(_marks(row, revised))}


def _marks(row: dict, revised: dict[str, int]) -> list[str]:
    """What a reader must know of a newest value: provisional, few cases, partial, revised."""
    marks = []
    if row["status"] == "provisional":
        marks.append("Provisional [p].")
    if row["denominator"] < FEW:
        marks.append("Few cases [u].")
    if row["note"]:
        marks.append(row["note"][:1].upper() + row["note"][1:].rstrip(".") + ".")
    if months := revised.get(row["kpi_code"]):
        marks.append(f"{months} month{'s' * (months > 1)} revised [r].")
    return marks


def _months_revised(page: Page) -> dict[str, int]:
    """Months of each returned indicator that a newer extract changed."""
    changes = page.extracts.restatements
    own = changes[changes["contract"].eq("kpi_return")] if len(changes) else changes
    if own.empty:
        return {}
    parts = own["key"].astype("str").str.split(" | ", regex=False)
    return parts.str[0].groupby(parts.str[-1]).nunique().to_dict()


def add_verdicts(page: Page, board: pd.DataFrame) -> list[Control]:
    """Chart each indicator from the protected months; add limits, signals, targets and counts.

    The charts are made from what may be shown, so nothing hidden can be worked out from them.
    """
    controls = controls_of(board, page.series("kpi_value"), page.authority.rebase)
    facts = page.facts_by_id()
    rows = pd.DataFrame([_verdict(c, facts[f"kpi_latest.{slug(c.code)}"]) for c in controls])
    limits = rows[rows["mean"].notna()].assign(note="")
    aimed = rows[rows["target"].notna()]
    page.add(
        board["contract"].iloc[0],
        kpi_limit_mean=limits,
        kpi_limit_lower=limits,
        kpi_limit_upper=limits,
        kpi_signal=rows.assign(words=rows["variation"], note=rows["signal_note"]),
        kpi_assurance=rows.assign(words=rows["assured"], note=rows["assurance_note"]),
        kpi_target=aimed.assign(words=aimed["target_words"], note=""),
        kpi_benchmark=_benchmarks(page, controls),
        **_signals(controls),
        **_targets(aimed),
    )
    return controls


def _verdict(control: Control, newest: dict) -> dict:
    """One indicator's verdict in the columns that the definitions name.

    Whether its target is met is said of the newest month alone, and of none where it is hidden.
    """
    seen = control.tested
    variation, assurance = control.variation, control.assurance
    verdict = control.verdict
    signal = 2 if variation == "neutral_high" else -2 if variation == "neutral_low" else None
    if signal is None and seen:
        signal = SIGNALS[verdict["variation"]]
    target = verdict["target"]
    return {
        "kpi_code": control.code,
        "kpi_name": control.name,
        "month": control.months["month"].iloc[-1],
        "unit": control.unit,
        "source": control.months["source"].iloc[-1],
        "mean": verdict["mean"] if seen else np.nan,
        "lcl": verdict["lcl"] if seen else np.nan,
        "ucl": verdict["ucl"] if seen else np.nan,
        "signal": signal,
        "variation": VARIATION[variation][1],
        "signal_note": _holds(control) if seen else NOT_TESTED.get(variation, ""),
        "assurance": ASSURED.get(assurance),
        "assured": ASSURANCE[assurance][1],
        "assurance_note": NOT_ASSURED.get(assurance, ""),
        "target": target,
        "target_words": target_words(target, control.unit, control.direction),
        "state": target_state(newest["value"], target, control.direction),
        "hidden": newest["suppressed"],
    }


def _holds(control: Control) -> str:
    """Whether a signal survives that many indicators were looked at."""
    if control.verdict["variation"] == "common":
        return ""
    if control.survives:
        return "Holds after allowing for the number of indicators looked at."
    return "May be chance among so many indicators."


def target_words(target: float, unit: str, direction: str) -> str:
    """A target as it is said.

    Examples
    --------
    >>> target_words(95, "%", "high"), target_words(22.5, "%", "low")
    ('95% or more', '22.5% or less')
    """
    if is_missing(target):
        return ""
    decimals = 0 if float(target).is_integer() else 1
    return shown_number(target, unit, decimals) + ENDS[direction if direction in ENDS else "none"]


def _benchmarks(page: Page, controls: list[Control]) -> pd.DataFrame:
    """England's newest published figure beside the indicators that the Department publishes."""
    columns = ["kpi_code", "kpi_name", "value", "unit", "as_at", "source", "note"]
    if not page.has("benchmarks"):
        return pd.DataFrame(columns=columns)
    table = page.table("benchmarks")
    table = table[table["area"].eq("England") & table["value"].notna()]
    table = table[table["period_end"] <= page.period.end_time].sort_values(
        "period_end", kind="stable"
    )
    named = ("measure", "value", "period_end", "source", "period_label")
    newest = {row["measure"]: row for row in rows_of(table, named)}
    rows = [
        {
            "kpi_code": c.code,
            "kpi_name": c.name,
            "value": newest[c.code]["value"],
            "unit": c.unit,
            "as_at": newest[c.code]["period_end"].strftime("%Y-%m-%d"),
            "source": newest[c.code]["source"],
            "note": str(newest[c.code]["period_label"]),
        }
        for c in controls
        if c.code in newest
    ]
    return pd.DataFrame(rows, columns=columns)


def _signals(controls: list[Control]) -> dict[str, pd.DataFrame]:
    """How many signals of each kind there are, and how many chance would raise."""
    tested, expected = expected_by_chance(controls)
    kinds = pd.Series([c.variation.partition("_")[0] for c in controls if c.tested], dtype=object)
    held = sum(c.survives for c in controls if c.tested and c.verdict["variation"] != "common")
    found = {kind: int((kinds == kind).sum()) for kind in ("concern", "improvement", "neutral")}
    signals = pd.DataFrame(
        [
            {"kind": kind, "signals": number, "tested": tested, "note": ""}
            for kind, number in [*found.items(), ("all", sum(found.values())), ("holding", held)]
        ]
    )
    share = 100 * expected / tested if tested else 0.0
    return {
        "kpi_signals": signals,
        "kpi_signals_by_chance": pd.DataFrame(
            [{"expected": expected, "tested": tested, "share_pct": share, "note": ""}]
        ),
    }


def _targets(aimed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """How many targets the newest month misses, of those it shows, and how many it hides."""
    states = aimed["state"].value_counts()
    missed, met = int(states.get("Missed", 0)), int(states.get("Met", 0))
    return {
        "kpi_targets_missed": pd.DataFrame(
            [{"missed": missed, "with_target": missed + met, "note": ""}]
        ),
        "kpi_targets_hidden": pd.DataFrame([{"hidden": int(aimed["hidden"].sum()), "note": ""}]),
    }
