"""The leader summary's one message, put together from those of the other pages."""

from pathlib import Path

import pandas as pd

from analysis.reporting import summary
from analysis.reporting.facts import COLUMNS
from analysis.reporting.page import Page


def headline(**said: str) -> str:
    """The message of a summary of pages with these headlines, as they saved them."""
    results = {name: {"headline": text} for name, text in said.items()}
    page = Page("06", "Summary", None, pd.Period("2025-08"), "public", Path(), results=results)
    page.facts = pd.DataFrame(columns=list(COLUMNS), dtype=object)
    return str(summary.headline(page))


AGENCY, COST = "03_agency_reliance", "04_cost_pressures"


def test_two_messages_are_two_sentences():
    said = headline(**{AGENCY: "22 agency social workers", COST: "Staffing pressures are £0.829m"})
    assert said == "22 agency social workers. Staffing pressures are £0.829m"


def test_a_message_that_is_a_sentence_has_one_full_stop():
    said = headline(**{AGENCY: "Agency rate cannot be computed: no column fte.", COST: "Over"})
    assert said == "Agency rate cannot be computed: no column fte. Over"


def test_of_a_message_in_two_parts_the_first_is_taken_whole():
    said = headline(**{COST: "Leavers&#39; plans &amp; visits: a signal of concern; 2 missed"})
    assert said == "Leavers&#39; plans &amp; visits: a signal of concern"
