"""The leader summary: the one message, the headlines and the sections of the other pages."""

from __future__ import annotations

from markupsafe import Markup

from analysis.reporting import cost_page, demand_page, kpi_pairs_page, workforce_page
from analysis.reporting.blocks import cards
from analysis.reporting.page import Page

CARDS = {
    "01_demand_growth": demand_page.card,
    "03_agency_reliance": workforce_page.card,
    "04_cost_pressures": cost_page.card,
}
SECTIONS = {
    "01_demand_growth": demand_page.summary,
    "02_kpi_trends": kpi_pairs_page.summary,
    "03_agency_reliance": workforce_page.summary,
    "04_cost_pressures": cost_page.summary,
}


def headline(page: Page) -> Markup:
    """The one message: the headline of the first of the other pages that could be made."""
    found = [page.results[name]["headline"] for name in CARDS if name in page.results]
    said = [Markup(text) for text in found if text]  # escaped when the page made it
    return said[0] if said else Markup("No page of this report could be made")


def headlines(page: Page) -> Markup:
    """The headlines side by side; a page that could not be made has none."""
    return cards([make(page) for name, make in CARDS.items() if name in page.results])


def show_section(page: Page, notebook: str) -> None:
    """Show what another notebook found; where it could not be made, say so."""
    if notebook not in page.results:
        page.show(not_made(notebook))
        return
    message, blocks = SECTIONS[notebook](page)
    page.message(message)
    page.show(*blocks)


def not_made(notebook: str) -> Markup:
    """A section that could not be made, in words; the cause stands on the notebook's own page."""
    return Markup(
        '<p class="absent"><strong>This section could not be made.</strong> '
        '<a href="{}.html">Its own page</a> says why.</p>'
    ).format(notebook)
