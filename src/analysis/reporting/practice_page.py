"""Supervision held in timescale and case audits, as the oversight page draws and says them."""

from __future__ import annotations

from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.reporting import charts, sentences
from analysis.reporting.blocks import not_computed
from analysis.reporting.fact_table import how_each_was_computed
from analysis.reporting.kpi_control import Control
from analysis.reporting.numbers import month_name
from analysis.reporting.page import Page
from analysis.reporting.tables import html_table, value_cell

WHAT = {
    "supervision_by_month": ("Supervision", "supervision", "supervision sessions due and held"),
    "audit_grades_by_month": ("Audits graded good or better", "audits", "case audits by grade"),
}
VERDICTS = {
    "common_cause": "{what}: {value} in {month}, within its usual variation",
    "concern_low": "{what}: {value} in {month}, a signal of concern",
    "improvement_high": "{what}: {value} in {month}, a signal of improvement",
}


def practice_message(page: Page, measure_id: str, control: Control | None) -> Markup:
    """The newest month of supervision or audits, with a word only where a test supports it."""
    what, contract, _ = WHAT[measure_id]
    newest = page.records(measure_id)[-1:]
    if not newest:
        return Markup("{}: no extract of {} is held").format(what, contract)
    if not sentences.is_usable(newest[0]):
        return sentences.unusable(newest[0])
    variation = control.variation if control and control.tested else ""
    template = VERDICTS.get(variation, "{what}: {value} in {month}, too few points for a test")
    return sentences.text(
        template, what=what, value=newest[0], month=month_name(newest[0]["period"])
    )


def practice_chart(
    page: Page, measure_id: str, control: Control | None, *, number: int | None = None
) -> Markup:
    """The months with their limits; without an extract, that it cannot be computed."""
    _, contract, words = WHAT[measure_id]
    if control is None:
        sentence = f"The authority’s extracts hold no {words}: the contract is {contract}."
        return not_computed(sentence)
    kind = definition(measure_id)
    return charts.spc_chart(
        control.chart,
        control.facts,
        figure_id=measure_id,
        title=practice_message(page, measure_id, control),
        subtitle=f"{kind.title}, {page.place}, % by month",
        source=Markup('Source: <span data-text="definition">{}</span>.').format(
            control.months["source"].iloc[-1]
        ),
        levels={
            fact["id"].split(".")[2]: fact
            for fact in page.records("practice_limit")
            if fact["id"].split(".")[1] == measure_id
        },
        number=number,
        say=Markup("<p>{}</p>").format(kind.definition),
    )


def how_practice_was_computed(page: Page, measure_id: str) -> Markup:
    """The working of the newest month."""
    return how_each_was_computed(page.records(measure_id)[-1:])


def teams_table(page: Page, *, number: int | None = None) -> Markup:
    """Supervision by team over twelve months; small counts of colleagues are hidden."""
    found = page.records("supervision_by_team")
    if not found:
        return Markup("")
    title = f"{definition('supervision_by_team').title}, "
    rows = [
        {
            "Team": Markup('<span data-text="definition">{}</span>').format(
                "All teams" if fact["id"].endswith(".all") else fact["label"].removeprefix(title)
            ),
            "Held of those due": value_cell(fact),
        }
        for fact in found
    ]
    return html_table(
        rows,
        table_id="t-teams",
        caption="Supervision in timescale by team, the twelve months to the period",
        note="Teams differ by chance as well: no team’s difference is tested here.",
        number=number,
        total_row=True,
        classes=["tbl-s"],
    )


def grades_table(page: Page, *, number: int | None = None) -> Markup:
    """Case audits by the grade given, over twelve months."""
    found = page.records("audit_grades")
    if not found:
        return Markup("")
    title = f"{definition('audit_grades').title}, "
    rows = [
        {
            "Grade": Markup('<span data-text="definition">{}</span>').format(
                fact["label"].removeprefix(title)
            ),
            "Audits": value_cell(fact),
        }
        for fact in found
    ]
    return html_table(
        rows,
        table_id="t-grades",
        caption="Case audits by grade, the twelve months to the period",
        number=number,
        classes=["tbl-s"],
    )
