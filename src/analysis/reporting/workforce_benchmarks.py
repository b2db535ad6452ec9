"""The Department for Education's published figures beside the authority's own."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.reporting.blocks import not_computed
from analysis.reporting.fact_table import date_cell
from analysis.reporting.numbers import date_words
from analysis.reporting.page import Page
from analysis.reporting.tables import html_table, value_cell

MEASURES = (
    *("agency_rate_dfe", "vacancy_rate_dfe", "turnover_rate_dfe", "absence_rate_dfe"),
    *("caseload_dfe", "agency_cover_rate_dfe"),
)
AREAS = ("England", "Region", "Neighbour median", "Authority")
SERIES = "agency_rate_dfe"
MONTHS_LATER = 1


def add_published(page: Page, compare: Callable[..., pd.DataFrame]) -> None:
    """Add England, region, neighbour median and the authority's own published figures.

    Parameters
    ----------
    page
        The page; without published figures among its inputs nothing is added.
    compare
        ``sources.benchmarks.compare``. Figures of up to one month after the report's are taken:
        the census is of 30 September, and the page says the date.
    """
    if not page.has("benchmarks"):
        return
    table, code = page.table("benchmarks"), page.authority.la_code
    until = page.period + MONTHS_LATER
    # Each comparison searches the table, which is mostly of other measures and authorities.
    ours = table["area"].isin(["England", "Region"]) | (table["la_code"] == code)
    table = table[table["measure"].isin(MEASURES) & ours]
    found = [
        compare(table, name, code, page.period, until=until, every_year=name == SERIES)
        for name in MEASURES
    ]
    rows = pd.concat(found, ignore_index=True)
    page.add("benchmarks", workforce_benchmark=_as_facts(rows))


def _as_facts(rows: pd.DataFrame) -> pd.DataFrame:
    """Published rows in the columns of the definition."""
    titles = {name: definition(name).title for name in MEASURES}
    ends = pd.to_datetime(rows["period_end"])
    label = rows["measure"].map(titles) + ", " + rows["area_name"] + ", " + rows["period_label"]
    return pd.DataFrame(
        {
            "published": rows["measure"],
            "area": rows["area"],
            "year": ends.dt.year.astype("str"),
            "value": rows["value"],
            "unit": rows["measure"].map(lambda name: definition(name).unit),
            "label": label,
            "as_at": ends.dt.strftime("%Y-%m-%d"),
            "source": "benchmarks.xlsx, sheet Benchmarks (" + rows["source"] + ")",
            "note": rows["note"],
        }
    )


def published_table(page: Page) -> Markup:
    """Each rate of the Department beside its published figures, with both dates."""
    if not page.has("benchmarks"):
        return not_computed("There is no workbook of published figures in data/raw.")
    held = set(page.facts["id"])
    rows = [_row(page, name, held) for name in MEASURES if name in held]
    rows = [row for row in rows if row]
    return html_table(
        rows,
        table_id="t-published",
        caption="The Department’s rates beside its published figures: not like for like",
        note="[x] means that no figure is published or held. Neighbours: the middle of ten "
        "statistical neighbours. Published figures are revised.",
    )


def _row(page: Page, name: str, held: set) -> dict:
    """One rate: the authority now, and each area's newest published figure."""
    newest = [_newest(page, name, area, held) for area in AREAS]
    if not any(newest):
        return {}
    own, dated = page.fact(name), next(fact for fact in newest if fact)
    return {
        "Rate": Markup('<span data-text="definition">{}</span>').format(
            definition(name).title.partition(",")[0]
        ),
        "This report": value_cell(own),
        "Date": date_cell(own) if own["value"] is not None else "none",
        **{
            column: value_cell(fact) if fact else None
            for column, fact in zip(
                ("England", "Region", "Neighbours", "Own, published"), newest, strict=True
            )
        },
        "Published for": date_words(dated["period"]),
    }


def _newest(page: Page, name: str, area: str, held: set) -> dict | None:
    """An area's newest published figure; an area has those of England's newest year or none."""
    years = _years(held, name, "england")
    fact_id = f"workforce_benchmark.{name}.{_slug(area)}.{years[-1]}" if years else ""
    return page.fact(fact_id) if fact_id in held else None


def _slug(area: str) -> str:
    return area.lower().replace(" ", "_")


def _years(held: set, name: str, area: str) -> list[str]:
    start = f"workforce_benchmark.{name}.{area}."
    return sorted(fact.removeprefix(start) for fact in held if fact.startswith(start))


def years_table(page: Page) -> Markup:
    """The published agency rate by year: England, region, neighbours and the authority's own."""
    held = set(page.facts["id"])
    years = _years(held, SERIES, "england")
    if not years:
        return Markup("")
    names = {"England": "England", "Region": "Region", "Neighbour median": "Neighbours"}
    if _years(held, SERIES, "authority"):
        names["Authority"] = page.place
    start = f"workforce_benchmark.{SERIES}"
    rows = [
        {"30 September": year}
        | {
            column: value_cell(page.fact(f"{start}.{_slug(area)}.{year}"))
            for area, column in names.items()
            if _years(held, SERIES, _slug(area))
        }
        for year in years
        if f"{start}.england.{year}" in held
    ]
    return html_table(
        rows,
        table_id="t-published-years",
        caption="Agency rate as the Department published it, by year",
        classes=["long"],
    )
