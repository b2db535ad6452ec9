"""Who the contacts come from and how they end: sources, outcomes and teams."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.reporting import charts, sentences
from analysis.reporting.blocks import how_computed, not_computed, note, side_by_side
from analysis.reporting.demand_year_page import BEFORE, CHANGE, NOW
from analysis.reporting.numbers import month_span
from analysis.reporting.page import Page
from analysis.reporting.page_facts import facts_of_measure, name_of
from analysis.reporting.tables import html_table, value_cell

BY, BY_BEFORE = "contacts_by_group", "contacts_by_group_last_year"
DIFFERENCE, SHARE_CHANGE = "contacts_change_by_group", "contacts_share_change_by_group"
SHARE, SHARE_BEFORE = "contacts_share_by_group", "contacts_share_last_year_by_group"
TOTAL_DIFFERENCE = "contacts_period_difference"


def is_held(page: Page, cut: str) -> bool:
    """Whether contacts are held by more than one value of a cut."""
    return len(facts_of_measure(page, BY, cut)) > 1


def source_message(page: Page) -> Markup:
    """The source whose contacts changed most, beside the change in all."""
    known = [
        fact for fact in facts_of_measure(page, DIFFERENCE, "source") if not fact["suppressed"]
    ]
    if not known or not is_held(page, "source"):
        return Markup("")
    most = max(known, key=lambda fact: abs(fact["value"]))
    return sentences.text(
        "{name} changed most: {most} contacts, of {total} in all",
        name=_named(most),
        most=most,
        total=page.fact(TOTAL_DIFFERENCE),
    )


def _named(fact: dict) -> Markup:
    return Markup('<span data-text="definition">{}</span>').format(name_of(fact))


def source_chart(page: Page, *, number: int | None = None) -> Markup:
    """The change in contacts taken apart by source; the parts sum to the total."""
    if not is_held(page, "source"):
        return absent(page, "source")
    parts = pd.DataFrame(facts_of_measure(page, DIFFERENCE, "source"))
    parts = parts.assign(label=[name_of(fact) for fact in parts.to_dict("records")], tone="part")
    total = page.fact(TOTAL_DIFFERENCE) | {"label": "All contacts", "tone": "total"}
    return charts.waterfall(
        pd.concat([parts, pd.DataFrame([total])], ignore_index=True),
        figure_id="sources",
        title=sentences.text("The sources’ differences make up {total}", total=total),
        subtitle=f"Difference in contacts by source, {page.place}, {_span(page)}, on a year before",
        source="They sum to the total exactly. Arithmetic, not cause.",
        number=number,
    )


def _span(page: Page) -> str:
    return month_span(*page.fact(CHANGE)["period"].split(" to "))


def mix_message(page: Page) -> Markup:
    """Which sources' shares moved beyond their intervals."""
    if not is_held(page, "source"):
        return Markup("")
    clear = clear_changes(page, "source")
    if not clear:
        return Markup("The mix of sources shows no clear change")
    said = [sentences.text("{name} {change}", name=_named(x), change=x) for x in clear[:2]]
    words = "The mix of sources moved: {} points" if len(said) == 1 else "The mix moved: {} points"
    return Markup(words).format(Markup(", ").join(said))


def clear_changes(page: Page, cut: str) -> list[dict]:
    """Changes of share whose interval leaves out zero, the largest first."""
    usable = [fact for fact in facts_of_measure(page, SHARE_CHANGE, cut) if not fact["suppressed"]]
    clear = [fact for fact in usable if sentences.direction(fact) in {sentences.UP, sentences.DOWN}]
    return sorted(clear, key=lambda fact: -abs(fact["value"]))


def share_chart(page: Page, cut: str, title: object, *, number: int | None = None) -> Markup:
    """How far each group's share of contacts has moved, with its interval."""
    rows = facts_of_measure(page, SHARE_CHANGE, cut)
    table = pd.DataFrame(rows).assign(label=[name_of(fact) for fact in rows])
    return charts.change_intervals(
        table,
        figure_id=f"shares-{cut}",
        title=title,
        subtitle=f"Change of the share of contacts by {cut}, percentage points, {page.place}",
        source="Lines are 95% intervals.",
        bounds=page.facts,
        unit="",
        number=number,
    )


def share_charts(page: Page, *, first: int) -> Markup:
    """Sources' and outcomes' shares side by side, where both are held."""
    made = []
    if is_held(page, "source"):
        made.append(share_chart(page, "source", mix_message(page), number=first))
    if is_held(page, "outcome"):
        title = outcome_message(page)
        made.append(share_chart(page, "outcome", title, number=first + len(made)))
    return side_by_side(*made) if made else Markup("")


def outcome_message(page: Page) -> Markup:
    """Which outcomes' shares moved beyond their intervals."""
    clear = clear_changes(page, "outcome")
    if not clear:
        return Markup("How contacts end shows no clear change")
    return sentences.text(
        "{name} moved most among outcomes: {change} points", name=_named(clear[0]), change=clear[0]
    )


def group_table(page: Page, cut: str, *, number: int | None = None) -> Markup:
    """Contacts by source, outcome or team in both years, with shares; the total last."""
    found = facts_of_measure(page, BY, cut)
    if len(found) < 2:
        return _only_one(found, cut) if found else absent(page, cut, again=True)
    rows = [_group_row(page, fact, cut) for fact in found]
    total = {
        cut.capitalize(): "All contacts",
        "Year before": value_cell(page.fact(BEFORE)),
        "This year": value_cell(page.fact(NOW)),
        "Difference": value_cell(page.fact(TOTAL_DIFFERENCE)),
        "Share before": "[z]",
        "Share now": "[z]",
    }
    return html_table(
        [*rows, total],
        table_id=f"t-{cut}",
        caption=f"Contacts by {cut}, {_span(page)} and a year before",
        note="[c] hidden to protect people; [z] not applicable.",
        number=number,
        total_row=True,
    )


def _group_row(page: Page, fact: dict, cut: str) -> dict:
    key = fact["id"].split(".", 1)[1]
    return {
        cut.capitalize(): _named(fact),
        "Year before": value_cell(page.fact(f"{BY_BEFORE}.{key}")),
        "This year": value_cell(fact),
        "Difference": value_cell(page.fact(f"{DIFFERENCE}.{key}")),
        "Share before": value_cell(page.fact(f"{SHARE_BEFORE}.{key}")),
        "Share now": value_cell(page.fact(f"{SHARE}.{key}")),
    }


def _only_one(found: list[dict], cut: str) -> Markup:
    return note(Markup("All contacts are recorded under one {}: {}.").format(cut, _named(found[0])))


def absent(page: Page, cut: str, *, again: bool = False) -> Markup:
    """Why contacts cannot be cut: totals only, said once, or a column that is missing or blank."""
    if not page.has("contacts"):
        words = "The extract holds monthly totals, without sources, outcomes or teams."
        return Markup("") if again else not_computed(words)
    return not_computed(
        f"The extract of contacts has no column {cut}, or no month is held whole in both years."
    )


def how_groups_were_computed(page: Page) -> Markup:
    """The working of the largest change of share and of the largest difference."""
    both = clear_changes(page, "source")[:1] + facts_of_measure(page, DIFFERENCE, "source")[:1]
    return Markup("").join(
        how_computed(fact, definition(fact["id"].split(".")[0])) for fact in both
    )
