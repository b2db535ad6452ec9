"""What the cost page and the leader summary say about pressures and the budget, from facts."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.reporting import agency_cost_page, budget_page, charts, sentences
from analysis.reporting.blocks import note
from analysis.reporting.fact_table import fact_table, how_each_was_computed
from analysis.reporting.facts import shown
from analysis.reporting.page import Page
from analysis.reporting.statements import dated

TOTAL, AGENCY, OTHER = "staffing_pressure", "agency_pressure", "other_pressure"
SHARE = "agency_pressure_share"
HREF = "#cost-pressures"
PER_HEAD = ("agency_pressure_per_worker", "agency_pressure_per_post")


def is_held(page: Page) -> bool:
    """Whether the page has pressures that a source states."""
    return len(page.series(TOTAL)) > 0


def headline(page: Page) -> Markup:
    """The one message on cost: the forecast against budget, else the pressure as stated."""
    if budget_page.is_held(page):
        return budget_page.headline(page)
    if is_held(page):
        return pressure_message(page)
    return Markup("No budget monitoring and no stated pressures are in the extracts")


def pressure_message(page: Page) -> Markup:
    """The stated pressure and the agency part of it."""
    total, share = page.fact(TOTAL), page.fact(SHARE)
    if not sentences.is_usable(total, share):
        return sentences.unusable(total)
    return sentences.text(
        "Staffing pressures are {total}; agency makes up {share} of them", total=total, share=share
    )


def pressure_sentence(page: Page) -> Markup:
    """Total, agency part and the rest."""
    if not is_held(page):
        return Markup("")
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
    if not is_held(page):
        return Markup("")
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
    if not is_held(page):
        return Markup("")
    names = [name for name in (TOTAL, AGENCY, OTHER, SHARE, *PER_HEAD) if len(page.series(name))]
    return fact_table(
        [page.fact(name) for name in names],
        table_id="t-pressures",
        caption="Staffing pressures",
        number=number,
    )


def how_pressure_was_computed(page: Page) -> Markup:
    """Workings of the share, the rest and the quotients."""
    names = [name for name in (SHARE, OTHER, *PER_HEAD) if len(page.series(name))]
    return how_each_was_computed(map(page.fact, names))


def limits_of_pressure(page: Page) -> Markup:
    """What the stated figures do not say."""
    if not is_held(page):
        return Markup("")
    return note(
        "Whether the agency part is the whole cost of the workers, or what they cost above "
        "employees, is not in the source, and no figure here assumes either. A quotient per worker "
        "or per post is neither a pay rate nor a saving."
    )


def card(page: Page) -> dict:
    """The headline on cost for the leader summary."""
    if budget_page.is_held(page):
        return _budget_card(page)
    if not is_held(page):
        return {"subject": "Costs", "value": "[x]", "unit": "no budget or pressure is held",
                "state": "Not computed", "words": headline(page), "href": HREF}  # fmt: skip
    total, share = page.fact(TOTAL), page.fact(SHARE)
    return {
        "subject": "Costs",
        "value": shown(total),
        "unit": f"staffing pressures, {dated(total)}",
        "state": "Stated, not tested",
        "words": sentences.text("{share} of it is put down to agency.", share=share)
        if sentences.is_usable(share)
        else sentences.unusable(share),
        "href": HREF,
    }


def _budget_card(page: Page) -> dict:
    variance, moved = page.fact(budget_page.VARIANCE), page.fact(budget_page.MOVEMENT)
    return {
        "subject": "Costs",
        "value": shown(variance),
        "unit": "forecast [f] against budget; an overspend is positive",
        "state": "Forecast, not tested",
        "words": sentences.text("{moved} on the forecast before.", moved=moved)
        if sentences.is_usable(moved)
        else sentences.unusable(moved),
        "href": HREF,
    }


def summary(page: Page) -> tuple[Markup, list[Markup]]:
    """The cost section of the leader summary: its message and its blocks."""
    said = (pressure_sentence(page), agency_cost_page.bridge_sentence(page))
    blocks = [
        *[Markup("<p>{}</p>").format(words) for words in said if words],
        budget_page.variance_chart(page),
        *budget_page.line_tables(page)[:1],
        budget_page.how_budget_was_computed(page),
        pressure_table(page),
        how_pressure_was_computed(page),
        Markup('<p class="more"><a href="04_cost_pressures.html">Costs in detail</a></p>'),
    ]
    return headline(page), [block for block in blocks if block]
