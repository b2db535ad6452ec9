"""How cases are spread over those who hold them, and each team's position."""

from __future__ import annotations

from markupsafe import Markup

from analysis.reporting import sentences
from analysis.reporting.blocks import not_computed
from analysis.reporting.fact_table import fact_table, how_each_was_computed
from analysis.reporting.page import Page
from analysis.reporting.tables import html_table, value_cell

WHOLE = (
    *("caseholders", "agency_caseholders", "caseload_distribution", "caseload_top_tenth"),
    *("caseload_above_threshold", "caseload_dfe"),
)
TEAM = {
    "team_establishment": "Posts, FTE",
    "team_vacancies": "Vacant, FTE",
    "team_agency": "Agency, FTE",
    "team_absent": "Long absent, FTE",
    "team_caseholders": "Case holders",
    "team_caseload": "Middle caseload",
    "team_above_threshold": "Above threshold",
}
ROLE = {
    "role_establishment": "Posts, FTE",
    "role_vacancies": "Vacant, FTE",
    "role_agency": "Agency, FTE",
}


def is_known(page: Page) -> bool:
    """Whether the extracts hold a staff list with cases."""
    return "caseholders" in set(page.facts["id"])


def message(page: Page) -> Markup:
    """The middle caseload and what the top tenth holds."""
    if not is_known(page):
        return Markup("How cases are spread is not recorded")
    middle, top = page.fact("caseload_distribution"), page.fact("caseload_top_tenth")
    if not sentences.is_usable(middle, top):
        return Markup("How cases are spread over those who hold them")
    return sentences.text(
        "The middle caseload is {middle} per FTE; one in ten holds more than {top}",
        middle=middle,
        top=top,
    )


def caseload_table(page: Page) -> Markup:
    """The spread of cases over the whole service."""
    if not is_known(page):
        return not_computed("No staff list with cases is among the extracts.")
    return fact_table(
        [page.fact(name) for name in WHOLE],
        table_id="t-caseload",
        caption="Cases per full-time equivalent, agency workers included",
    )


def how_computed_all(page: Page) -> Markup:
    """The workings of the spread."""
    if not is_known(page):
        return Markup("")
    return how_each_was_computed(page.fact(name) for name in WHOLE)


def team_table(page: Page) -> Markup:
    """Each team's posts, vacancies, agency workers, absence and cases."""
    return _cut_table(page, "Team", TEAM, "A person in two teams is in each.")


def role_table(page: Page) -> Markup:
    """Each role's posts, vacancies and agency workers."""
    return _cut_table(page, "Role", ROLE, "Absence and cases are not held by role.")


def _cut_table(page: Page, cut: str, measures: dict[str, str], said: str) -> Markup:
    """One row a team or role; hidden and missing figures have their symbols."""
    held = set(page.facts["id"])
    rows = []
    for fact in page.records(next(iter(measures))):
        slug = fact["id"].partition(".")[2]
        name = Markup('<span data-text="definition">{}</span>').format(
            fact["label"].partition(", ")[2]
        )
        cells = {
            words: _cell(page, f"{measure}.{slug}", held) for measure, words in measures.items()
        }
        rows.append({cut: name, **cells})
    if not rows:
        return Markup("")
    return html_table(
        rows,
        table_id=f"t-{cut.lower()}s",
        caption=f"{cut}s at the end of the month",
        note="[c] means hidden: the count is 1 to 5, or would reveal one that is. [x] means that "
        f"there is no figure. A zero is a true zero. {said}",
        numeric=list(measures.values()),
    )


def _cell(page: Page, fact_id: str, held: set) -> object:
    return value_cell(page.fact(fact_id)) if fact_id in held else None
