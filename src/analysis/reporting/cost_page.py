"""What the cost page and the leader summary say about staffing pressures, from facts."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.reporting import charts, sentences
from analysis.reporting.fact_table import fact_table, how_each_was_computed
from analysis.reporting.facts import shown
from analysis.reporting.page import Page
from analysis.reporting.statements import dated

TOTAL, AGENCY, OTHER = "staffing_pressure", "agency_pressure", "other_pressure"
SHARE = "agency_pressure_share"
PER_HEAD = ("agency_pressure_per_worker", "agency_pressure_per_post")


def headline(page: Page) -> Markup:
    """The one message on cost: the stated pressure and the agency part of it."""
    total, share = page.fact(TOTAL), page.fact(SHARE)
    if not sentences.is_usable(total, share):
        return sentences.unusable(total)
    return sentences.text(
        "Staffing pressures are {total}; agency makes up {share} of them", total=total, share=share
    )


def pressure_sentence(page: Page) -> Markup:
    """Total, agency part and the rest."""
    total, agency, other, share = (page.fact(name) for name in (TOTAL, AGENCY, OTHER, SHARE))
    if not sentences.is_usable(total, agency, other, share):
        return sentences.unusable(total)
    return sentences.text(
        "Of staffing pressures of {total}, {agency} is put down to agency social workers ({share}) "
        "and {other} is not ({date}).",
        total=total,
        agency=agency,
        other=other,
        share=share,
        date=dated(total),
    )


def pressure_chart(page: Page, *, number: int | None = None) -> Markup:
    """The two parts of the pressure, which add up to the total."""
    names = {AGENCY: ("Agency", "concern"), OTHER: ("Other", "usual"), TOTAL: ("Total", "total")}
    parts = [dict(page.fact(name), label=label, tone=tone) for name, (label, tone) in names.items()]
    return charts.bars(
        pd.DataFrame(parts, dtype=object),
        figure_id="pressure",
        title="The parts of the staffing pressure",
        subtitle=f"Staffing pressures as stated, {page.place}; a pressure is positive",
        source="",
        unit="£m",
        scale=1_000_000,
        number=number,
    )


def pressure_table(page: Page, *, number: int | None = None) -> Markup:
    """The stated pressures and what follows from them."""
    return fact_table(
        [page.fact(name) for name in (TOTAL, AGENCY, OTHER, SHARE, *PER_HEAD)],
        table_id="t-pressures",
        caption="Staffing pressures",
        number=number,
    )


def how_pressure_was_computed(page: Page) -> Markup:
    """Workings of the share, the rest and the quotients."""
    return how_each_was_computed(page.fact(name) for name in (SHARE, OTHER, *PER_HEAD))


def card(page: Page) -> dict:
    """The headline on cost for the leader summary."""
    total, share = page.fact(TOTAL), page.fact(SHARE)
    return {
        "subject": "Costs",
        "value": shown(total),
        "unit": f"staffing pressures, {dated(total)}",
        "state": "Stated, not tested",
        "words": sentences.text("{share} of it is put down to agency.", share=share)
        if sentences.is_usable(share)
        else sentences.unusable(share),
        "href": "#cost-pressures",
    }


def summary(page: Page) -> tuple[Markup, list[Markup]]:
    """The cost section of the leader summary: its message and its blocks."""
    blocks = [
        Markup("<p>{}</p>").format(pressure_sentence(page)),
        pressure_table(page),
        how_pressure_was_computed(page),
        Markup('<p class="more"><a href="04_cost_pressures.html">Costs in detail</a></p>'),
    ]
    return headline(page), blocks
