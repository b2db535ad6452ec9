"""What the oversight page and the leader summary say of findings, actions and decisions."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.reporting import sentences
from analysis.reporting.blocks import decisions, note
from analysis.reporting.fact_table import how_each_was_computed
from analysis.reporting.facts import NOT_COMPUTED, shown, slug
from analysis.reporting.icons import VARIATION, variation_icon
from analysis.reporting.numbers import date_words, month_name
from analysis.reporting.page import Page
from analysis.reporting.statements import quoted_statements
from analysis.reporting.tables import html_table, value_cell

COUNTS = "plan_counts"
STATES = ("overdue", "slipping", "without_a_measure", "closed_without_evidence")
STATE_WORDS = {
    "actions": "Actions",
    "open": "Open",
    "overdue": "Overdue",
    "slipping": "Due date moved back",
    "without_a_measure": "Without a measure",
    "closed_without_evidence": "Closed without evidence",
}
VERDICTS = {words: key for key, (_, words) in VARIATION.items()}


def count(page: Page, state: str) -> dict:
    """The number of findings or actions in one state, as a fact."""
    return page.fact(f"{COUNTS}.{state}")


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
    if not areas["value"]:
        return Markup("No findings of inspectors and no actions are in the extracts")
    return sentences.text(
        "Inspectors named {areas} areas for development; the source lists no actions", areas=areas
    )


def findings_sentence(page: Page) -> Markup:
    """How many strengths and areas for development there are."""
    return sentences.text(
        "Inspectors named {strengths} strengths and {areas} areas for development. "
        "They are quoted from the source.",
        strengths=count(page, "strengths"),
        areas=count(page, "areas_for_development"),
    )


def findings_tables(page: Page, plan: pd.DataFrame) -> list[Markup]:
    """Areas for development, then strengths, each quoted with source, paragraph and date."""
    if not page.has("findings"):
        return [Markup("<p>{}</p>").format("No extract of findings is held: none can be shown.")]
    told = plan.dropna(subset=["finding"]).drop_duplicates("finding_id")
    kinds = (("development", "Areas for development"), ("strength", "Strengths"))
    tables = [
        _findings_table(page, told[told["kind"] == kind], kind, title)
        for kind, title in kinds
    ]
    return [table for table in tables if table]


def _findings_table(page: Page, rows: pd.DataFrame, kind: str, title: str) -> Markup:
    records = page.table("findings").set_index("finding_id")
    lines = [
        {
            "Finding": quoted(row["finding"]),
            "Source": as_given(row["source"]),
            "Paragraph": as_given(row["paragraph"]),
            "Date": as_given(_day_found(row["finding_date"], records.loc[row["finding_id"]])),
        }
        for row in rows.to_dict("records")
    ]
    return html_table(
        lines,
        table_id=f"t-{kind}",
        caption=title,
        note="Quoted from the source.",
        numeric=[],
        classes=["stack"],
    )


def _day_found(day: pd.Timestamp, record: pd.Series | pd.DataFrame) -> str:
    """The date of a finding in words; only its month where that is all the source gives."""
    if pd.isna(day):
        return "not given"
    given = record["as_at"] if isinstance(record, pd.Series) else record["as_at"].iloc[0]
    is_month = str(given) == f"{day:%Y-%m}"
    return date_words(f"{day:%Y-%m}" if is_month else f"{day:%Y-%m-%d}")


def quoted(text: object) -> Markup:
    """A text of the source in quotation marks."""
    return Markup('<span data-text="definition">“{}”</span>').format(str(text).rstrip("."))


def as_given(text: object, missing: str = "Not given") -> Markup:
    """A text of an extract as it stands, or that there is none."""
    blank = pd.isna(text) or not str(text).strip()
    return Markup('<span data-text="definition">{}</span>').format(missing if blank else text)


def plan_sentence(page: Page) -> Markup:
    """How the actions stand, by their dates."""
    overdue = count(page, "overdue")
    if not sentences.is_usable(overdue):
        return Markup("{} {}").format(
            sentences.unusable(count(page, "actions")),
            "That no action is recorded here does not mean that none was taken.",
        )
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


def plan_tables(page: Page, plan: pd.DataFrame) -> list[Markup]:
    """One table a finding: its actions, who owns them, when they are due, what is seen now."""
    actions = plan.dropna(subset=["action_id"])
    keys = actions["finding"].fillna("")
    return [
        html_table(
            [_action_row(page, row) for row in rows.to_dict("records")],
            table_id=f"t-plan-{place}",
            caption=quoted(text) if text else "Actions that answer no recorded finding",
            numeric=[],
            classes=["stack"],
        )
        for place, (text, rows) in enumerate(actions.groupby(keys, sort=False))
    ]


def _action_row(page: Page, action: dict) -> dict:
    state = page.fact(f"action_state.{slug(action['action_id'])}")
    evidence = "None recorded" if action["closed"] else "Not yet due: open"
    return {
        "Action": as_given(f"{action['action_id']}. {action['action']}"),
        "Owner": as_given(action["owner_role"]),
        "State by its dates": _state_cell(state, bool(action["overdue"] is True)),
        "Status as recorded": as_given(action["status"]),
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
    newest = page.facts[page.facts["id"] == f"linked_measure.{code}"]
    if verdict["shown"] == NOT_COMPUTED and newest.empty:
        return as_given(verdict["note"].rstrip("."))
    sign = (
        as_given(verdict["note"].rstrip("."))
        if verdict["shown"] == NOT_COMPUTED
        else variation_icon(VERDICTS[verdict["shown"]], shown(verdict))
    )
    if newest.empty:
        return sign
    fact = newest.iloc[0].to_dict()
    title = fact["label"].removeprefix(f"{definition('linked_measure').title}, ")
    return Markup(
        '<span>{}<small><span data-text="definition">{}</span>, {}, {}</small></span>'
    ).format(sign, title, value_cell(fact), month_name(fact["period"]))


def _verdict(page: Page, action_id: str) -> dict:
    """The fact of what an action's measure shows."""
    own = page.facts[page.facts["id"].str.startswith(f"action_measure.{slug(action_id)}.")]
    return own.iloc[0].to_dict()


def window_sentence(page: Page) -> Markup:
    """Open actions by whether they are due before the next inspection may begin."""
    day = page.authority.raw.get("next_inspection")
    if not day:
        return Markup(
            "The extracts give no date from which the next inspection may begin, so actions are "
            "not set against one; authority.toml can hold it as next_inspection."
        )
    found = page.series("due_before_inspection")
    if found.empty:
        return Markup("No list of actions is held to set against the next inspection.")
    before, after, undated = found.to_dict("records")
    return sentences.text(
        "The next inspection may begin from {day}: {before} open actions are due before it, "
        "{after} after it, {undated} have no due date.",
        day=date_words(str(day)),
        before=before,
        after=after,
        undated=undated,
    )


def said(page: Page, *topics: str) -> list[Markup]:
    """What the source says of these topics, quoted."""
    if not page.has("statements"):
        return []
    source = page.authority.already_published
    return [quoted_statements(page.table("statements"), topic, source=source) for topic in topics]


def decisions_asked(page: Page) -> Markup:
    """The decisions that the plan asks, with who asks; from facts alone."""
    title = definition("decision_asked").title
    asked = [
        {
            "text": Markup('<span data-text="definition">{}</span>').format(shown(fact)),
            "owner": fact["label"].removeprefix(f"{title}, "),
        }
        for fact in page.series("decision_asked").to_dict("records")
    ]
    return decisions(asked)


def how_counts_were_computed(page: Page) -> Markup:
    """Workings of the counts of actions."""
    return how_each_was_computed(count(page, state) for state in STATES)


def counts_table(page: Page, *, number: int | None = None) -> Markup:
    """How many actions are in each state."""
    rows = [
        {"State": words, "Actions": value_cell(count(page, state))}
        for state, words in STATE_WORDS.items()
    ]
    return html_table(rows, table_id="t-states", caption="Actions by state", number=number)


def summary_table(page: Page, *, number: int | None = None) -> Markup:
    """Each action with its state and what its measure shows, from facts alone."""
    title = definition("action_state").title
    rows = [
        {
            "Action": as_given(fact["label"].removeprefix(f"{title}, ")),
            "State by its dates": _state_cell(fact, bool(fact["value"])),
            "What its measure shows now": measure_cell(page, fact["id"].split(".")[1]),
        }
        for fact in page.series("action_state").to_dict("records")
        if not str(fact["shown"]).startswith("Closed")
    ]
    return html_table(
        rows,
        table_id="t-open-actions",
        caption="Open actions",
        note="The status that owners record is not interpreted.",
        number=number,
        numeric=[],
        classes=["stack"],
    )


def card(page: Page) -> dict:
    """The headline on oversight for the leader summary."""
    overdue, areas = count(page, "overdue"), count(page, "areas_for_development")
    usable = sentences.is_usable(overdue)
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


def limits_of_reading(page: Page) -> Markup:
    """What the plan cannot tell."""
    return note("No recorded action is not the same as no action taken.")
