"""The leader summary's one message, put together from those of the other pages."""

from pathlib import Path

import pandas as pd

from analysis.reporting import quality_page, summary
from analysis.reporting.facts import COLUMNS
from analysis.reporting.page import Page


def headline(**said: str) -> str:
    """The message of a summary of pages with these headlines, as they saved them."""
    results = {name: {"headline": text} for name, text in said.items()}
    page = Page("06", "Summary", None, pd.Period("2025-08"), "public", Path(), results=results)
    page.facts = pd.DataFrame(columns=list(COLUMNS), dtype=object)
    return str(summary.headline(page))


def test_what_is_not_computed_are_figures_and_no_states():
    fact = dict.fromkeys(COLUMNS) | {"shown": "cannot be computed", "suppressed": False}
    rows = [
        {"id": "kpi_signal.a", "label": "Signal, A", "unit": "state", "note": "Not tested: x."},
        {"id": "vacancies", "label": "Vacancies", "unit": "FTE", "note": "column fte missing"},
    ]
    page = Page("06", "Summary", None, pd.Period("2025-08"), "public", Path())
    page.facts = pd.DataFrame([fact | row for row in rows])
    said = str(quality_page.not_computed_list(page))
    assert "Vacancies" in said and "column fte missing" in said
    assert said.count("<li>") == 1 and "Signal" not in said


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
