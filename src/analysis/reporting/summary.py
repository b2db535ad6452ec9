"""The leader summary: the one message and the headlines of the other pages."""

from __future__ import annotations

from markupsafe import Markup

from analysis.reporting import cost_page, demand_page, workforce_page
from analysis.reporting.blocks import cards
from analysis.reporting.page import Page

CARDS = {
    "01_demand_growth": demand_page.card,
    "03_agency_reliance": workforce_page.card,
    "04_cost_pressures": cost_page.card,
}


def headline(page: Page) -> Markup:
    """The one message: the headline of the first of the other pages that could be made."""
    found = [page.results[name]["headline"] for name in CARDS if name in page.results]
    said = [Markup(text) for text in found if text]  # escaped when the page made it
    return said[0] if said else Markup("No page of this report could be made")


def headlines(page: Page) -> Markup:
    """The headlines side by side; a page that could not be made has none."""
    return cards([make(page) for name, make in CARDS.items() if name in page.results])
