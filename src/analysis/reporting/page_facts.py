"""What a page asks of its facts: which can be shown, what each is about, why there are none."""

from __future__ import annotations

from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.reporting.blocks import not_computed
from analysis.reporting.facts import shown
from analysis.reporting.page import Page


def facts_of_measure(page: Page, measure_id: str, cut: str = "") -> list[dict]:
    """The facts of one measure that have a value or are hidden, of one cut where it is named."""
    return [
        fact
        for fact in page.records(measure_id)
        if (fact["value"] is not None or fact["suppressed"])
        and (not cut or fact["id"].split(".")[1] == cut)
    ]


def name_of(fact: dict) -> str:
    """What a fact is about: its label without the title of its measure."""
    return fact["label"].removeprefix(definition(fact["id"].split(".")[0]).title + ", ")


def why_not(page: Page, measure_id: str, otherwise: str) -> Markup:
    """Why a measure has no value at all, in words, as its first row says."""
    notes = [fact["note"] for fact in page.records(measure_id)]
    said = next((note for note in notes if note), otherwise)
    said = said.removeprefix("cannot be computed: ").rstrip(".")
    return not_computed(f"{said[:1].upper()}{said[1:]}.")


def interval(page: Page, fact_id: str) -> Markup | None:
    """The two ends of a fact's interval as one cell; None where it has none."""
    ends = page.ends(fact_id)
    return Markup("{} to {}").format(shown(ends[0]), shown(ends[1])) if ends else None
