"""The grid of indicators, made from facts alone, so that any page can show it."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.reporting.charts import sparkline
from analysis.reporting.charts.process import based_on
from analysis.reporting.facts import NOT_COMPUTED, shown, slug
from analysis.reporting.icons import ASSURANCE, VARIATION
from analysis.reporting.kpi_facts import NOT_ASSURED, NOT_TESTED
from analysis.reporting.measure_grid import by_concern, measure_grid
from analysis.reporting.numbers import month_name
from analysis.reporting.page import Page
from analysis.reporting.sentences_spc import target_state
from analysis.reporting.tables import value_cell

LATEST = "kpi_latest"
SPARK_MONTHS, MOST_CHARTS = 24, 20


def kpi_rows(page: Page) -> list[dict]:
    """One row an indicator for the grid: concern, consistently missed, missed, then the rest.

    Besides the grid's columns a row has ``code`` (of the fact ids), ``missed`` and ``pinned``.
    """
    return page.once("kpi rows", lambda: _kpi_rows(page))


def _kpi_rows(page: Page) -> list[dict]:
    facts = page.facts_by_id()
    codes = [
        name.partition(".")[2]
        for name in facts
        if name.startswith(f"{LATEST}.") and not name.endswith((".lower", ".upper"))
    ]
    pinned = {slug(code) for code in page.authority.raw.get("pinned", [])}
    return by_concern([_row(page, facts, code) | {"pinned": code in pinned} for code in codes])


def charted(rows: list[dict]) -> list[dict]:
    """The rows that get a chart: signals, pinned ones, missed targets; at most twenty."""
    ranked = sorted(rows, key=lambda row: (not row["signal"], not row["pinned"]))
    return [row for row in ranked if row["signal"] or row["missed"] or row["pinned"]][:MOST_CHARTS]


def grid(page: Page, rows: list[dict], *, to: str = "", number: int | None = None) -> Markup:
    """The grid of these rows; ``to`` is the page where the charts are, if another."""
    shown_in = {row["code"] for row in charted(kpi_rows(page))}
    linked = [
        row | {"href": f"{to}#{figure_id(row['code'])}" if row["code"] in shown_in else ""}
        for row in rows
    ]
    return measure_grid(
        linked,
        table_id="t-kpis",
        caption="Indicators, those of concern first",
        note="A target is met or missed by the newest month; assurance is of the months to come.",
        number=number,
        headings={
            "latest": f"{page.period:%b %Y}",
            "previous": f"{page.period - 1:%b %Y}",
            "sparkline": f"Last {SPARK_MONTHS} months",
        },
    )


def figure_id(code: str) -> str:
    """The id of an indicator's figure.

    Examples
    --------
    >>> figure_id("rhi_72")
    'fig-kpi-rhi-72'
    """
    return f"fig-kpi-{code.replace('_', '-')}"


def name_of(fact: dict) -> str:
    """An indicator's name, from the label of its newest month."""
    return str(fact["label"]).partition(", ")[2]


def _row(page: Page, facts: dict[str, dict], code: str) -> dict:
    latest = facts[f"{LATEST}.{code}"]
    target = facts.get(f"kpi_target.{code}")
    direction = _direction(target)
    met = target_state(latest["value"], target["value"], direction) if target else ""
    variation = _state(facts.get(f"kpi_signal.{code}"), VARIATION, NOT_TESTED)
    before = pd.Period(latest["period"], "M") - 1
    previous = facts.get(f"kpi_value.{code}.{before}")
    return {
        "code": code,
        "name": name_of(latest),
        "caution": _caution(page, latest, facts.get(f"kpi_signal.{code}")),
        "latest": value_cell(latest),
        "previous": value_cell(previous) if previous else None,
        "sparkline": sparkline(months_of_kpi(page, facts, code), variation),
        "variation": variation,
        "assurance": _state(facts.get(f"kpi_assurance.{code}"), ASSURANCE, NOT_ASSURED),
        "target": _target_cell(target, met),
        "benchmark": _benchmark(facts.get(f"kpi_benchmark.{code}")),
        "based_on": based_on(latest),
        "signal": variation.partition("_")[0] in ("concern", "improvement", "neutral"),
        "missed": met == "Missed",
    }


def months_of_kpi(page: Page, facts: dict[str, dict], code: str) -> list[float | None]:
    """The values of an indicator's last months that may be shown, oldest first."""
    months = pd.period_range(end=page.period, periods=SPARK_MONTHS, freq="M")
    found = [facts.get(f"kpi_value.{code}.{month}") for month in months]
    return [fact["value"] if fact and not fact["suppressed"] else None for fact in found]


def _direction(target: dict | None) -> str:
    """Which way is good, as the target says it."""
    said = str(target["shown"]) if target else ""
    return "high" if said.endswith("or more") else "low" if said.endswith("or less") else "none"


def _state(fact: dict | None, signs: dict, reasons: dict) -> str:
    """The key of a sign from the words that its fact shows; where it has none, from the reason."""
    if fact is None:
        return list(reasons)[-1]
    if fact["value"] is None:
        return next((key for key, why in reasons.items() if why == fact["note"]), "not_assessed")
    return next(key for key, (_, words) in signs.items() if words == fact["shown"])


def _caution(page: Page, latest: dict, signal: dict | None) -> Markup:
    """What limits the newest month: hidden, missing, provisional, few cases, revised."""
    if latest["suppressed"]:
        return Markup("Newest month hidden to protect people [c].")
    said = [str(latest["note"] or "")]
    if latest["shown"] != NOT_COMPUTED and latest["period"] != str(page.period):
        said.insert(0, f"The newest value is of {month_name(latest['period'])}.")
    if signal and signal["note"] and signal["value"]:
        said.append(signal["note"])
    return Markup('<span data-text="definition">{}</span>').format(" ".join(filter(None, said)))


def _target_cell(target: dict | None, met: str) -> Markup:
    if target is None:
        return Markup("None set")
    return Markup("{} <small>{}</small>").format(shown(target), met) if met else shown(target)


def _benchmark(fact: dict | None) -> Markup | None:
    """England's figure with its own period, which is not the month's."""
    if fact is None:
        return None
    return Markup('{} <small data-text="definition">{}</small>').format(shown(fact), fact["note"])
