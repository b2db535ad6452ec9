"""The leader summary: the one message, the headlines and the sections of the other pages."""

from __future__ import annotations

import re

from markupsafe import Markup

from analysis.reporting import (
    cost_page,
    demand_page,
    kpi_page,
    oversight_page,
    sentences,
    workforce_page,
)
from analysis.reporting.blocks import cards
from analysis.reporting.page import Page

PAGES = {
    "01_demand_growth": demand_page,
    "02_kpi_trends": kpi_page,
    "03_agency_reliance": workforce_page,
    "04_cost_pressures": cost_page,
    "05_practice_oversight": oversight_page,
}
MOST_CARDS = 4
FIRST_PART = re.compile(r"(?:&#?\w+;|[^;])*")  # the semicolon of &amp; ends no part


def headline(page: Page) -> Markup:
    """The one message: demand, and the first of practice, agency and cost with one of its own."""
    order = ["02_kpi_trends"] if kpi_page.has_concern(page) else []
    order += ["03_agency_reliance", "04_cost_pressures", "02_kpi_trends"]
    said = [_demand(page)] if "01_demand_growth" in page.results else []
    found = [page.results[name]["headline"] for name in order if name in page.results]
    said += [_first_part(text) for text in found if text]
    return Markup(". ").join(said[:2]) or Markup("No page of this report could be made")


def _first_part(text: str) -> Markup:
    """A page's message, which it has escaped, up to its first semicolon, without a full stop."""
    return Markup(FIRST_PART.match(text)[0].rstrip("."))


def _demand(page: Page) -> Markup:
    """The change in contacts, in as few words as can be."""
    change = page.fact(demand_page.CHANGE)
    if not sentences.is_usable(change):
        return Markup("Contacts cannot be compared with the year before")
    if sentences.direction(change) == sentences.UNCLEAR:
        return Markup("Contacts show no clear change on the year")
    return sentences.text("Contacts {size} on the year", size=change)


def headlines(page: Page) -> Markup:
    """The headlines side by side, four at most; a page that could not be made has none."""
    made = [maker.card(page) for name, maker in PAGES.items() if name in page.results]
    return cards([card for card in made if card][:MOST_CARDS])


def decisions_asked(page: Page) -> Markup:
    """The decisions that the improvement plan asks of leaders."""
    if "05_practice_oversight" not in page.results:
        return not_made("05_practice_oversight")
    return oversight_page.decisions_asked(page)


def show_section(page: Page, notebook: str) -> None:
    """Show what another notebook found; where it could not be made, say so."""
    if notebook not in page.results:
        page.show(not_made(notebook))
        return
    message, blocks = PAGES[notebook].summary(page)
    page.message(message)
    page.show(*blocks)


def not_made(notebook: str) -> Markup:
    """A section that could not be made, in words; the cause stands on the notebook's own page."""
    return Markup(
        '<p class="absent"><strong>This section could not be made.</strong> '
        '<a href="{}.html">Its own page</a> says why.</p>'
    ).format(notebook)
