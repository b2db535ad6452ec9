"""Why agency workers are there: the cover bridge, reasons, length, job types, rates and caps."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.reporting import charts, sentences
from analysis.reporting.blocks import not_computed
from analysis.reporting.fact_table import how_each_was_computed
from analysis.reporting.numbers import month_name
from analysis.reporting.page import Page
from analysis.reporting.tables import html_table, value_cell
from analysis.reporting.workforce_tables import begins_later

NEEDED, OPEN = "cover_bridge.cover_needed", "cover_uncovered"
STEPS = (
    ("vacancies", "Vacant posts", "part", 1),
    ("cover_bridge.sickness", "Long-term sickness", "part", 1),
    ("cover_bridge.maternity", "Maternity leave", "part", 1),
    ("cover_bridge.additional", "Additional work", "part", 1),
    (NEEDED, "Cover needed", "total", 1),
    ("agency_fte", "Agency workers", "context", -1),
    ("cover_bridge.other_cover", "Other cover", "context", -1),
    (OPEN, "Left uncovered", "total", 1),
)
REASONS = {
    "vacancy": "vacant posts",
    "sickness": "long-term sickness",
    "maternity": "maternity leave",
    "additional": "additional work",
}
CUTS = {
    "agency_by_tenure": "Length",
    "agency_by_job_type": "Job type",
    "agency_by_rate_band": "Hourly rate",
}
NOT_RECORDED = "Why agency workers are there is not recorded"
NOT_THERE_YET = "Who was there then is not known: the list of agency workers begins later"
ABSENT = (
    "No list of agency workers with reasons and dates is among the extracts, so it cannot be said "
    "what agency workers cover. The heading that is missing is reason."
)


def is_known(page: Page) -> bool:
    """Whether the extracts hold a list of agency workers."""
    return NEEDED in set(page.facts["id"])


def _begins_later(page: Page) -> str:
    """That the list of agency workers begins after the period, where it does."""
    month = month_name(page.period)
    said = f"The list of agency workers begins after {month}: who was there then is not known."
    return said if begins_later(page) else ""


def message(page: Page) -> Markup:
    """Cover needed, and what of it agency workers give."""
    if not is_known(page):
        return Markup(NOT_THERE_YET if begins_later(page) else NOT_RECORDED)
    needed, given = page.fact(NEEDED), page.fact("agency_fte")
    if not sentences.is_usable(needed, given):
        return Markup("Cover needed, given and left open")
    return sentences.text(
        "{needed} FTE of cover needed, {given} FTE of it by agency workers",
        needed=needed,
        given=given,
    )


def reasons_sentence(page: Page) -> Markup:
    """Agency FTE by recorded reason, and how much has none."""
    if not is_known(page):
        return Markup("")
    facts = {name: page.fact(f"agency_by_reason.{name}") for name in REASONS}
    said = [
        sentences.text("{fte} FTE for " + REASONS[name], fte=fact)
        for name, fact in facts.items()
        if sentences.is_usable(fact) and fact["value"] > 0
    ]
    hidden = [REASONS[name] for name, fact in facts.items() if fact["suppressed"]]
    unknown = page.fact("agency_by_reason.not_given")
    parts = [
        Markup("Agency workers by recorded reason: {}.").format(Markup(", ").join(said))
        if said
        else "",
        f"Hidden [c] to protect people: {', '.join(hidden)}." if hidden else "",
        _without_reason(unknown),
    ]
    return sentences.join(*parts)


def _without_reason(fact: dict) -> Markup:
    """How much of agency use has no recorded reason, where any has none."""
    if sentences.is_usable(fact) and fact["value"] == 0:
        return Markup("Every agency worker with a recorded FTE has a recorded reason.")
    return sentences.text("A reason is not recorded for {fte} FTE.", fte=fact)


def bridge_chart(page: Page) -> Markup:
    """From the need for cover, by reason, to what no one covers."""
    if not is_known(page):
        return not_computed(_begins_later(page) or ABSENT)
    rows = []
    for fact_id, name, tone, sign in STEPS:
        fact = page.fact(fact_id)
        value = None if fact["value"] is None else sign * fact["value"]
        rows.append(fact | {"label": name, "tone": tone, "value": value})
    return charts.waterfall(
        pd.DataFrame(rows),
        figure_id="bridge",
        title="Where the need for cover comes from, and who gives it",
        subtitle=f"Full-time equivalents at the end of the month, {page.place}",
        source="Source: the authority’s lists of posts, staff, agency workers and absence.",
        unit=" FTE",
        say=_reading(page),
    )


def _reading(page: Page) -> Markup:
    """How the chart is to be read, and what it cannot know."""
    kind = definition("cover_bridge")
    hidden = (
        Markup(
            "<p>[c] is hidden: it is small, or would give away a figure that is. No bar is drawn "
            "after a hidden amount until the next total.</p>"
        )
        if any(page.fact(name)["suppressed"] for name, *_ in STEPS)
        else ""
    )
    return Markup('<p data-text="definition">{} {}</p>{}').format(
        kind.definition, kind.caveat, hidden
    )


def how_bridge_was_computed(page: Page) -> Markup:
    """The working of what no one covers."""
    return how_each_was_computed([page.fact(OPEN)]) if is_known(page) else Markup("")


def reasons_table(page: Page) -> Markup:
    """The need by reason beside the agency workers who are there for it."""
    if not is_known(page):
        return Markup("")
    absences = {name: f"cover_bridge.{name}" for name in ("sickness", "maternity", "additional")}
    needs = {"vacancy": "vacancies"} | absences
    rows = [
        {
            "Reason": words.capitalize(),
            "Cover needed, FTE": value_cell(page.fact(needs[name])),
            "Agency there for it, FTE": value_cell(page.fact(f"agency_by_reason.{name}")),
        }
        for name, words in REASONS.items()
    ]
    not_given = page.fact("agency_by_reason.not_given")
    rows.append({"Reason": "No reason recorded", "Cover needed, FTE": "none",
                 "Agency there for it, FTE": value_cell(not_given)})  # fmt: skip
    rows.append({"Reason": "All", "Cover needed, FTE": value_cell(page.fact(NEEDED)),
                 "Agency there for it, FTE": value_cell(page.fact("agency_fte"))})  # fmt: skip
    return html_table(
        rows,
        table_id="t-reasons",
        caption="Cover needed and agency workers, by reason",
        note="More agency than need under a reason: cover outlasts the absence, or is under "
        "another reason.",
        numeric=["Cover needed, FTE", "Agency there for it, FTE"],
        total_row=True,
    )


def cap_sentence(page: Page) -> Markup:
    """Assignments above the regional cap, with how many could be compared."""
    if not is_known(page):
        return Markup("")
    share = page.fact("agency_above_cap")
    if not sentences.is_usable(share):
        return sentences.unusable(share)
    above = page.fact("agency_return.above_cap")
    if not sentences.is_usable(above):
        return sentences.text("{share} of assignments are above the regional cap.", share=share)
    return sentences.text(
        "{share} of assignments with a rate and a cap are above the regional cap ({above}).",
        share=share,
        above=above,
    )


def assignments_table(page: Page) -> Markup:
    """Agency FTE by length, job type and hourly rate."""
    if not is_known(page):
        return not_computed(
            _begins_later(page)
            or "No list of agency workers with start dates, job types and rates is among the "
            "extracts."
        )
    rows = [
        {
            "By": words,
            "Assignments": _cut(fact, name),
            "FTE": value_cell(fact),
        }
        for name, words in CUTS.items()
        for fact in page.records(name)
    ]
    return html_table(
        rows,
        table_id="t-assignments",
        caption="Agency assignments at the end of the month",
        row_header="Assignments",
        numeric=["FTE"],
    )


def _cut(fact: dict, measure: str) -> Markup:
    """The band or job type of a fact, as the list writes it."""
    words = fact["label"].removeprefix(f"{definition(measure).title}, ")
    return Markup('<span data-text="definition">{}</span>').format(words[:1].upper() + words[1:])


def return_table(page: Page) -> Markup:
    """The fields of the quarterly return on agency workers, all job types together."""
    if not is_known(page):
        return Markup("")
    rows = [
        {"Field": fact["label"].partition(", ")[2], "Figure": value_cell(fact)}
        for fact in page.records("agency_return")
    ]
    return html_table(
        rows,
        table_id="t-return",
        caption="The quarter so far, as the return on agency workers asks",
        note=definition("agency_return").caveat,
        numeric=["Figure"],
    )
