"""What the oversight page and the leader summary say of actions and decisions."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.reporting import sentences
from analysis.reporting.blocks import decisions
from analysis.reporting.fact_table import how_each_was_computed
from analysis.reporting.facts import NOT_COMPUTED, shown, slug
from analysis.reporting.findings_page import as_given, count, findings_sentence
from analysis.reporting.icons import VARIATION, variation_icon
from analysis.reporting.numbers import date_words, month_name
from analysis.reporting.page import Page
from analysis.reporting.tables import html_table, value_cell

STATES = ("overdue", "slipping", "without_a_measure", "closed_without_evidence")
VERDICTS = {words: key for key, (_, words) in VARIATION.items()}


def headline(page: Page) -> Markup:
    """The one message on oversight: what is overdue; without actions, what inspectors found."""
    overdue, areas = count(page, "overdue"), count(page, "areas_for_development")
    if sentences.is_usable(overdue):
        return sentences.text(
            "{overdue} of {open} open actions {verb} overdue; {bare} of {all} have no measure",
            overdue=overdue,
            open=count(page, "open"),
            verb="is" if overdue["value"] == 1 else "are",
            bare=count(page, "without_a_measure"),
            all=count(page, "actions"),
        )
    if not sentences.is_usable(areas):
        return Markup("No findings of inspectors and no actions are in the extracts")
    return sentences.text(
        "Inspectors named {areas} areas for development; the source lists no actions", areas=areas
    )


def plan_sentence(page: Page) -> Markup:
    """How the actions stand, by their dates."""
    overdue = count(page, "overdue")
    if not sentences.is_usable(overdue):
        return Markup(
            "{}, so none can be counted as closed, overdue or without a "
            "measure. That none is listed does not mean that none was taken."
        ).format(_no_actions(page))
    return sentences.text(
        "Of {all} actions {closed} are closed and {open} open; {overdue} of the open ones {verb} "
        "overdue. The due date of {slipping} has moved back, {bare} have no measure, and {dark} of "
        "those closed {verb_dark} no evidence recorded.",
        all=count(page, "actions"),
        closed=count(page, "closed"),
        open=count(page, "open"),
        overdue=overdue,
        verb="is" if overdue["value"] == 1 else "are",
        slipping=count(page, "slipping"),
        bare=count(page, "without_a_measure"),
        dark=count(page, "closed_without_evidence"),
        verb_dark="has" if count(page, "closed_without_evidence")["value"] == 1 else "have",
    )


def _no_actions(page: Page) -> str:
    """That there are no actions: in the source of the findings, or in any extract."""
    if sentences.is_usable(count(page, "areas_for_development")):
        return "The source lists no actions"
    return "No list of actions is held"


def plan_tables(page: Page, plan: pd.DataFrame) -> list[Markup]:
    """One table a finding: its actions, who owns them, when they are due, what is seen now."""
    actions = plan.dropna(subset=["action_id"])
    keys = actions["finding"].fillna("")
    return [
        html_table(
            [_action_row(page, row) for row in rows.to_dict("records")],
            table_id=f"t-plan-{place}",
            caption=_as_caption(text) if text else "Actions that answer no recorded finding",
            numeric=[],
            classes=["stack"],
        )
        for place, (text, rows) in enumerate(actions.groupby(keys, sort=False))
    ]


def _as_caption(finding: str) -> Markup:
    """A finding as the heading of its actions."""
    return Markup('<bdi data-text="definition">“{}”</bdi>').format(finding.rstrip("."))


def _action_row(page: Page, action: dict) -> dict:
    state = page.fact(f"action_state.{slug(action['action_id'])}")
    evidence = "None recorded" if action["closed"] else "None yet; the action is open"
    return {
        "Action": as_given(f"{action['action_id']}. {action['action']}"),
        "Owner": as_given(action["owner_role"]),
        "State by its dates": _state_cell(state, bool(action["overdue"] is True)),
        "Recorded status": as_given(action["status"]),
        "Evidence": as_given(action["evidence"], evidence),
        "What its measure shows now": measure_cell(page, action["action_id"]),
    }


def _state_cell(state: dict, overdue: bool) -> Markup:
    """Where an action stands by its dates; an overdue one in bold."""
    if state["shown"] == NOT_COMPUTED:
        return as_given(state["note"].capitalize())
    return Markup("<strong>{}</strong>").format(shown(state)) if overdue else shown(state)


def measure_cell(page: Page, action_id: str) -> Markup:
    """What the measure of an action shows: its signal, its newest value and its month."""
    verdict = _verdict(page, action_id)
    code = verdict["id"].split(".")[2]
    fact = page.facts_by_id().get(f"linked_measure.{code}")
    if verdict["shown"] == NOT_COMPUTED and fact is None:
        return as_given(verdict["note"].rstrip("."))
    sign = (
        as_given(verdict["note"].rstrip("."))
        if verdict["shown"] == NOT_COMPUTED
        else variation_icon(VERDICTS[verdict["shown"]], shown(verdict))
    )
    if fact is None:
        return sign
    title = fact["label"].removeprefix(f"{definition('linked_measure').title}, ")
    said = Markup('<span data-text="definition">{}</span>, <span class="n">{}</span>, {}').format(
        title, value_cell(fact), month_name(fact["period"])
    )
    return Markup("<span>{}<small>{}</small></span>").format(sign, said)


def _verdict(page: Page, action_id: str) -> dict:
    """The fact of what an action's measure shows."""
    own, known = f"action_measure.{slug(action_id)}.", page.facts_by_id()
    return next(fact for name, fact in known.items() if name.startswith(own))


def window_sentence(page: Page) -> Markup:
    """Open actions by whether they are due before the next inspection may begin."""
    day = page.authority.raw.get("next_inspection")
    if not day:
        return Markup(
            "No date is given from which the next inspection may begin, so open actions are not "
            "set against one."
        )
    found = page.records("due_before_inspection")
    if not found:
        return Markup("No list of actions is held to set against the next inspection.")
    before, after, undated = found
    return sentences.text(
        "The next inspection may begin from {day}: {before} open actions are due before it, "
        "{after} after it, {undated} have no due date.",
        day=date_words(str(day)),
        before=before,
        after=after,
        undated=undated,
    )


def decisions_asked(page: Page) -> Markup:
    """The decisions that the plan asks, with who asks; from facts alone."""
    title = definition("decision_asked").title
    asked = [
        {
            "text": Markup('<span data-text="definition">{}</span>').format(shown(fact)),
            "owner": fact["label"].removeprefix(f"{title}, "),
        }
        for fact in page.records("decision_asked")
    ]
    return decisions(asked)


def how_counts_were_computed(page: Page) -> Markup:
    """Workings of the counts of actions."""
    found = [count(page, state) for state in STATES]
    return how_each_was_computed(fact for fact in found if sentences.is_usable(fact))


def summary_table(page: Page) -> Markup:
    """Each action with its state and what its measure shows, from facts alone."""
    title = definition("action_state").title
    rows = [
        {
            "Action": as_given(fact["label"].removeprefix(f"{title}, ")),
            "State by its dates": _state_cell(fact, bool(fact["value"])),
            "What its measure shows now": measure_cell(page, fact["id"].split(".")[1]),
        }
        for fact in page.records("action_state")
        if not str(fact["shown"]).startswith("Closed")
    ]
    return html_table(
        rows,
        table_id="t-open-actions",
        caption="Open actions",
        note="The status that owners record is not interpreted.",
        numeric=[],
        classes=["stack"],
    )


def card(page: Page) -> dict:
    """The headline on oversight for the leader summary."""
    overdue, areas = count(page, "overdue"), count(page, "areas_for_development")
    usable = sentences.is_usable(overdue)
    if not usable and not sentences.is_usable(areas):
        return {"subject": "Oversight", "value": "[x]", "unit": "no findings or actions are held",
                "state": "Not computed", "words": plan_sentence(page),
                "href": "#practice-oversight"}  # fmt: skip
    return {
        "subject": "Oversight",
        "value": shown(overdue if usable else areas),
        "unit": sentences.text("of {open} open actions overdue", open=count(page, "open"))
        if usable
        else "areas for development",
        "state": "By due dates" if usable else "No actions in the source",
        "words": plan_sentence(page) if not usable else _card_words(page),
        "href": "#practice-oversight",
    }


def _card_words(page: Page) -> Markup:
    return sentences.text(
        "{bare} of {all} actions have no measure.",
        bare=count(page, "without_a_measure"),
        all=count(page, "actions"),
    )


def summary(page: Page) -> tuple[Markup, list[Markup]]:
    """The oversight section of the leader summary: its message and its blocks."""
    open_actions = [summary_table(page)] if len(page.series("action_state")) else []
    blocks = [
        Markup("<p>{} {}</p>").format(findings_sentence(page), plan_sentence(page)),
        *open_actions,
        how_counts_were_computed(page),
        Markup('<p class="more"><a href="05_practice_oversight.html">Oversight in detail</a></p>'),
    ]
    return headline(page), blocks
