"""Percentages that a report prints in pairs without labels or periods: shown, never interpreted."""

from __future__ import annotations

from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.measures.kpis import kpi_pairs_difference
from analysis.reporting.fact_table import how_each_was_computed
from analysis.reporting.page import Page
from analysis.reporting.statements import quoted_statements
from analysis.reporting.tables import html_table, value_cell

FIRST, SECOND, DIFFERENCE = "kpi_first_printed", "kpi_second_printed", "kpi_pairs_difference"


def add_pairs(page: Page) -> None:
    """Add the printed pairs, where an extract holds them, and protect them."""
    if not page.has("kpi_pairs"):
        return
    pairs = kpi_pairs_difference(page.table("kpi_pairs"))
    page.add("kpi_pairs", kpi_first_printed=pairs, kpi_second_printed=pairs)
    page.add("kpi_pairs", kpi_pairs_difference=pairs)
    page.protect()


def printed(page: Page, *, number: int | None = None) -> list[Markup]:
    """The pairs and how their differences were computed; nothing where none are held."""
    if not page.has("kpi_pairs"):
        return []
    return [pairs_table(page, number=number), how_pairs_were_computed(page)]


def headline(page: Page) -> Markup:
    """The one message: how many pairs there are and that two points carry no trend."""
    return Markup("Key indicators: two printed figures each, too few points for a trend")


def pairs_table(page: Page, *, number: int | None = None) -> Markup:
    """Both printed percentages and their difference in percentage points."""
    firsts = page.series(FIRST)
    titles = firsts["label"].str.removeprefix(f"{definition(FIRST).title}, ")
    names = dict(zip(firsts["id"].str.split(".").str[1], titles, strict=True))
    rows = [
        {
            "Indicator": Markup('<span data-text="definition">{}</span>').format(name),
            "First printed": value_cell(page.fact(f"{FIRST}.{code}")),
            "Second printed": value_cell(page.fact(f"{SECOND}.{code}")),
            "Second minus first, percentage points": value_cell(page.fact(f"{DIFFERENCE}.{code}")),
        }
        for code, name in names.items()
    ]
    return html_table(
        rows,
        table_id="t-pairs",
        caption="Key indicators as printed",
        note="Labels, periods, directions and denominators are not in the source.",
        number=number,
    )


def said(page: Page) -> list[Markup]:
    """What a report says of its printed indicators, in its own words; nothing without any."""
    if not page.has("statements", "kpi_pairs"):
        return []
    quoted = quoted_statements(
        page.table("statements"), "kpis", source=page.authority.already_published
    )
    return [quoted] if quoted else []


def how_pairs_were_computed(page: Page) -> Markup:
    """Workings of the differences."""
    return how_each_was_computed(page.records(DIFFERENCE))


def summary(page: Page) -> tuple[Markup, list[Markup]]:
    """The indicators' section of the leader summary: its message and its blocks."""
    blocks = [
        pairs_table(page),
        how_pairs_were_computed(page),
        Markup('<p class="more"><a href="02_kpi_trends.html">Indicators in detail</a></p>'),
    ]
    return headline(page), blocks
