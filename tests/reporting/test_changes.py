"""What the leader summary says has changed since the report before."""

import re
from pathlib import Path

import pandas as pd

from analysis.reporting import changes
from analysis.reporting.facts import COLUMNS, NOT_COMPUTED
from analysis.reporting.page import Page


def fact(name: str, value: float | None) -> dict:
    shown = NOT_COMPUTED if value is None else f"{value}%"
    return dict.fromkeys(COLUMNS) | {"id": name, "label": name, "value": value, "unit": "%"} | {
        "shown": shown, "note": "", "suppressed": False,
    }  # fmt: skip


def log(before: dict, now: dict) -> str:
    """The words of the change log of a report for August after one for July 2025."""
    facts = [fact(name, value) for name, value in now.items()]
    previous = {"period": "2025-07", "facts": [fact(*item) for item in before.items()]}
    page = Page("06", "Summary", None, pd.Period("2025-08"), "public", Path(), previous=previous)
    page.facts = pd.DataFrame(facts, columns=list(COLUMNS), dtype=object)
    changes.add_previous(page)
    return " ".join(re.sub(r"<[^>]+>", " ", str(changes.log(page))).split())


def test_a_month_with_another_figure_is_revised():
    said = log({"rate.2025-07": 25.9}, {"rate.2025-07": 20.2})
    assert "Revised [r] rate.2025-07: 25.9% as published, 20.2% now" in said


def test_a_month_that_had_to_wait_is_neither_revised_nor_computed_again():
    said = log({"rate.2025-07": None}, {"rate.2025-07": 20.2})
    assert "Revised [r] None." in said
    assert "Computed again None." in said


def test_a_figure_that_was_missing_from_the_last_report_is_computed_again():
    assert "Computed again rate" in log({"rate": None}, {"rate": 20.2})
