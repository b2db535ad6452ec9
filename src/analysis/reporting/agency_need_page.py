"""Who is on the way, and when agency use could fall under printed assumptions."""

from __future__ import annotations

from markupsafe import Markup

from analysis.measures.cover_need import SCENARIOS
from analysis.reporting import charts, sentences
from analysis.reporting.blocks import not_computed, note
from analysis.reporting.numbers import month_name
from analysis.reporting.page import Page
from analysis.reporting.tables import html_table, value_cell

ASSUMPTIONS = {
    "vacancies_fte": "Vacant posts today",
    "leavers_fte": "Leavers",
    "starters_fte": "Starters who are not from programmes",
    "absence_fte": "Long-term sickness and maternity leave",
    "additional_fte": "Additional work",
    "other_cover_fte": "Other cover",
    "uncovered_fte": "Left uncovered",
    "qualifying_share": "Students who qualify and take a post",
    "first_year_gap": "Work that a first year leaves to others",
    "agency_heads_per_fte": "Agency workers per FTE",
}
PROGRAMMES = {"asye": "First year", "apprentice": "Apprenticeship", "step_up": "Step Up"}


def level(page: Page) -> dict | None:
    """The number of agency workers to get back to: before the rise, else at the earlier date."""
    before = page.records("agency_level_before")
    found = before[0] if before else page.fact("agency_workers_earlier")
    return found if sentences.is_usable(found) else None


def is_known(page: Page) -> bool:
    """Whether the months ahead could be worked out."""
    return not page.series("agency_need_end").empty


def entries_table(page: Page) -> Markup:
    """People on programmes by the month in which the programme ends."""
    facts = page.records("pipeline_entries")
    if not facts:
        return Markup("")
    if all(fact["suppressed"] for fact in facts):
        return note(
            "When each programme ends is hidden in a public release: each month has so few people."
        )
    rows = [
        {
            "Month": month_name(fact["period"]),
            "Programme that ends": PROGRAMMES.get(fact["id"].split(".")[-2], _programme(fact)),
            "People": value_cell(fact),
        }
        for fact in facts
    ]
    return html_table(
        rows,
        table_id="t-entries",
        caption="Programmes that end, by month",
        note="[c] means hidden: the count is 1 to 5, or would reveal one that is.",
        numeric=["People"],
    )


def _programme(fact: dict) -> str:
    names = [PROGRAMMES[part] for part in fact["id"].split(".") if part in PROGRAMMES]
    return names[0] if names else "Other"


def message(page: Page) -> Markup:
    """Today's agency workers beside the central scenario's at the end."""
    if not is_known(page):
        return Markup("When agency use could fall cannot be worked out")
    ends = {name: page.fact(f"agency_need_end.{name}") for name in SCENARIOS}
    if not sentences.is_usable(*ends.values()):
        return Markup("When agency use could fall, under stated assumptions")
    return sentences.text(
        "By {month}: {low} agency workers (low), {central} (central) or {high} (high)",
        month=month_name(ends["central"]["period"]),
        **ends,
    )


def back_table(page: Page) -> Markup:
    """When the agency need would be back at the earlier level, in each scenario."""
    if not is_known(page):
        return not_computed(
            "The months ahead need vacancies, starters and leavers of twelve months, absence and "
            "agency workers at the end of the month; the extracts do not hold them all."
        )
    facts = page.records("agency_back_at")
    goal = level(page)
    if not facts or goal is None:
        return note("There is no earlier level of agency use to ask for.")
    rows = [
        {
            "Scenario": name.capitalize(),
            "Earlier level": value_cell(goal),
            "Needed at the end": value_cell(page.fact(f"agency_need_end.{name}")),
            "Back at the earlier level": _when(page.fact(f"agency_back_at.{name}")),
        }
        for name in SCENARIOS
    ]
    return html_table(
        rows,
        table_id="t-back",
        caption="When would agency use be back at its earlier level?",
        note="Agency workers, people; the first month from which the need stays at or below it.",
        numeric=["Earlier level", "Needed at the end"],
    )


def _when(fact: dict) -> Markup:
    """The month, or why there is none."""
    if fact["value"] is None:
        return Markup('<span data-text="definition">{}</span>').format(fact["note"].capitalize())
    return value_cell(fact)


def need_chart(page: Page) -> Markup:
    """Agency workers needed in each month ahead, in three scenarios."""
    if not is_known(page):
        return Markup("")
    months = page.series("agency_need")
    if months["value"].isna().all():
        return note(
            "The months ahead are hidden in a public release: their steps would give away how few "
            "people are on each programme. The internal release shows them."
        )
    series = [
        (name.capitalize(), months[months["id"].str.startswith(f"agency_need.{name}.")])
        for name in SCENARIOS
    ]
    return charts.lines(
        series,
        figure_id="need",
        title="Agency workers needed in each month ahead, by scenario",
        subtitle=f"People, {page.place}",
        source="Arithmetic on the assumptions in the table below, not a forecast from data.",
    )


def assumptions_table(page: Page) -> Markup:
    """Every assumption of the three scenarios, with what it rests on."""
    if not is_known(page):
        return Markup("")
    facts = page.series("need_assumption")
    names = facts["id"].str.split(".").str[1].unique()
    rows = [
        {
            "Assumption": ASSUMPTIONS[name],
            **{s.capitalize(): value_cell(_of(page, name, s)) for s in SCENARIOS},
            "Unit": _of(page, name, "central")["unit"],
            "Rests on": Markup('<span data-text="definition">{}</span>').format(_basis(page, name)),
        }
        for name in names
    ]
    return html_table(
        rows,
        table_id="t-assumptions",
        caption="The assumptions",
        note="Low, central and high are named for the agency need that they lead to.",
        numeric=[name.capitalize() for name in SCENARIOS],
        classes=["stack"],
    )


def _of(page: Page, name: str, scenario: str) -> dict:
    return page.fact(f"need_assumption.{name}.{scenario}")


def _basis(page: Page, name: str) -> str:
    fact = _of(page, name, "central")
    return fact["note"][:1].upper() + fact["note"][1:]
