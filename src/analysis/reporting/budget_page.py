"""Budget, forecast and placements, as the cost page says and draws them, from facts."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.reporting import charts, sentences
from analysis.reporting.blocks import not_computed
from analysis.reporting.fact_table import how_each_was_computed
from analysis.reporting.numbers import month_name
from analysis.reporting.page import Page
from analysis.reporting.tables import html_table, value_cell

VARIANCE, SHARE, MOVEMENT = "budget_variance", "budget_variance_pct", "budget_movement"
LINE_COLUMNS = {
    "Budget": "line_budget",
    "Forecast [f]": "line_forecast",
    "Variance": "line_variance",
    "Variance, %": "line_variance_pct",
    "On the forecast before": "line_movement",
    "Virements": "line_virement",
}
PLACEMENT_COLUMNS = {
    "Children": "placement_children",
    "Forecast [f]": "placement_forecast",
    "Variance": "placement_spend",
    "For a child and week": "placement_child_week",
}
SERVICE = "service_"


def is_held(page: Page) -> bool:
    """Whether the page has a forecast against a budget."""
    return len(page.series(VARIANCE)) > 0


def headline(page: Page) -> Markup:
    """The one message on the budget: over or under, by how much, and how it has moved."""
    variance, share, moved = (page.fact(name) for name in (VARIANCE, SHARE, MOVEMENT))
    if not sentences.is_usable(variance):
        return sentences.unusable(variance)
    opening = sentences.text("Forecast {word} of {size}", word=_word(variance), size=variance)
    if sentences.is_usable(share):
        opening += sentences.text(" ({share} of budget)", share=share)
    if sentences.is_usable(moved):
        opening += sentences.text(", {moved} on the forecast before", moved=moved)
    return opening


def _word(variance: dict) -> str:
    return "overspend" if variance["value"] > 0 else "underspend"


def budget_sentences(page: Page, position: pd.DataFrame) -> list[Markup]:
    """Budget, forecast, variance, movement and run-rate in words."""
    if not is_held(page):
        return [not_computed("The authority’s extracts hold no budget monitoring.")]
    facts = {name: page.fact(name) for name in (VARIANCE, "annual_budget", "forecast_outturn")}
    if not sentences.is_usable(*facts.values()):
        return [Markup("<p>{}</p>").format(sentences.unusable(facts[VARIANCE]))]
    said = sentences.text(
        "In {when} a budget of {budget}, virements included, is forecast [f] to cost {cost}: "
        "{size} against budget. An overspend is positive and an underspend negative.",
        when=period_words(position),
        budget=facts["annual_budget"],
        cost=facts["forecast_outturn"],
        size=facts[VARIANCE],
    )
    return [Markup("<p>{}</p>").format(said)]


def period_words(position: pd.DataFrame) -> str:
    """The accounting period in words.

    Examples
    --------
    >>> period_words(pd.DataFrame({"financial_year": ["2025/26"], "period_no": [13]}))
    'the closing period (P13) of 2025/26'
    """
    year, number = position["financial_year"].iloc[0], int(position["period_no"].iloc[0])
    if number == 13:
        return f"the closing period (P13) of {year}"
    return f"accounting period P{number} of {year}"


def _run_rate(page: Page) -> Markup:
    rate, gap, to_date = (page.fact(n) for n in ("run_rate", "run_rate_gap", "variance_to_date"))
    if not sentences.is_usable(rate, gap):
        return sentences.unusable(rate)
    said = sentences.text(
        "Spend to date carried forward evenly comes to {rate}, {gap} against the service’s own "
        "forecast.",
        rate=rate,
        gap=gap,
    )
    if sentences.is_usable(to_date):
        profiled = "Spend to date is {size} against the budget profiled to date."
        said = sentences.join(said, sentences.text(profiled, size=to_date))
    noted = Markup('<span data-text="definition">{}.</span>').format(rate["note"].capitalize())
    return sentences.join(said, noted) if rate["note"] else said


def _recurring(page: Page) -> Markup:
    kinds = [page.fact(f"recurring_variance.{kind}") for kind in ("recurring", "one_off")]
    unmarked = page.fact("recurring_variance.not_given")
    said = sentences.text(
        "Of the variance {recurring} is on lines that recur next year and {once} on lines of this "
        "year alone, as the extract marks them.",
        recurring=kinds[0],
        once=kinds[1],
    )
    if unmarked["value"]:
        said += sentences.text(" {size} is on lines without a mark.", size=unmarked)
    return said


def variance_chart(page: Page, *, number: int | None = None) -> Markup:
    """How the kinds of spend make up the variance."""
    if not is_held(page):
        return Markup("")
    kinds = [fact for fact in _line_facts(page, "line_variance") if not _is_service(fact)]
    if not all(sentences.is_usable(fact) for fact in kinds):
        return Markup("")
    largest = max(kinds[:-1], key=lambda fact: abs(fact["value"]))
    rows = [{**fact, "label": _name(fact, "line_variance"), "tone": _tone(fact)} for fact in kinds]
    rows[-1] |= {"label": "Variance", "tone": "total"}
    return charts.waterfall(
        pd.DataFrame(rows),
        figure_id="variance",
        title=sentences.text(
            "The largest part of the variance: {name}, {size}",
            name=_name(largest, "line_variance").lower(),
            size=largest,
        ),
        subtitle=f"Forecast [f] against budget by kind of spend, {page.place}, £ thousand; "
        "an overspend is positive",
        source=Markup('Source: <span data-text="definition">{}</span>.').format(largest["source"]),
        unit="£k",
        scale=1_000,
        number=number,
        say=Markup("<h3>Run-rate</h3><p>{}</p><h3>Next year</h3><p>{}</p>").format(
            _run_rate(page), _recurring(page)
        ),
    )


def _tone(fact: dict) -> str:
    return "concern" if fact["value"] > 0 else "usual"


def _line_facts(page: Page, measure_id: str) -> list[dict]:
    return page.records(measure_id)


def _is_service(fact: dict) -> bool:
    return fact["id"].split(".")[1].startswith(SERVICE)


def _name(fact: dict, measure_id: str) -> str:
    return fact["label"].removeprefix(f"{definition(measure_id).title}, ")


def line_tables(page: Page) -> list[Markup]:
    """Budget, forecast and variance by kind of spend, and by service."""
    if not is_held(page):
        return []
    found = _line_facts(page, "line_variance")
    kinds = [fact for fact in found if not _is_service(fact)]
    services = [fact for fact in found if _is_service(fact)] + kinds[-1:]
    return [
        _lines_table(page, kinds, "kinds", "Budget and forecast by kind of spend"),
        _lines_table(page, services, "services", "Budget and forecast by service"),
    ]


def _lines_table(page: Page, lines: list[dict], name: str, caption: str) -> Markup:
    rows = []
    for fact in lines:
        line = fact["id"].split(".")[1]
        cells = {head: value_cell(page.fact(f"{m}.{line}")) for head, m in LINE_COLUMNS.items()}
        words = Markup('<span data-text="definition">{}</span>').format(
            _name(fact, "line_variance")
        )
        rows.append({"Item": words, **cells})
    return html_table(
        rows,
        table_id=f"t-{name}",
        caption=caption,
        note="£ thousand. Budgets include virements. Each figure is rounded by itself.",
        total_row=True,
    )


def how_budget_was_computed(page: Page) -> Markup:
    """Workings of the budget's figures."""
    if not is_held(page):
        return Markup("")
    names = (VARIANCE, SHARE, MOVEMENT, "run_rate", "run_rate_gap")
    return how_each_was_computed(map(page.fact, names))


def placements_chart(page: Page, *, number: int | None = None) -> Markup:
    """Variance by type of placement; what is behind few children is hidden."""
    found = page.series("placement_spend")
    if found.empty:
        return not_computed("The authority’s extracts hold no placement spend by type.")
    rows = [
        {**fact, "label": _name(fact, "placement_spend"), "tone": _placement_tone(fact)}
        for fact in found.to_dict("records")
    ]
    rows[-1]["label"] = "All placements"
    shown = sorted(filter(lambda r: sentences.is_usable(r), rows[:-1]), key=lambda r: -r["value"])
    title = "Placements, forecast against budget"
    if shown and shown[0]["value"] > 0:
        title = sentences.text("{name}: {size}", name=shown[0]["label"], size=shown[0])
    return charts.bars(
        pd.DataFrame(rows),
        figure_id="placements",
        title=title,
        subtitle=f"Forecast [f] against budget by type of placement, {page.place}, £ thousand, "
        f"{month_name(page.period)}; an overspend is positive",
        source="Money behind 1 to 5 children is hidden." if page.release == "public" else "",
        unit="£k",
        scale=1_000,
        number=number,
    )


def _placement_tone(fact: dict) -> str:
    if fact["id"].endswith(".all"):
        return "total"
    return "usual" if not sentences.is_usable(fact) else _tone(fact)


def placements_table(page: Page) -> Markup:
    """Children, forecast, variance and forecast for a child and week by type of placement."""
    found = page.records("placement_spend")
    if not found:
        return Markup("")
    rows = []
    for fact in found:
        kind = fact["id"].split(".")[1]
        name = "All placements" if kind == "all" else _name(fact, "placement_spend")
        cells = {
            head: value_cell(page.fact(f"{m}.{kind}")) for head, m in PLACEMENT_COLUMNS.items()
        }
        rows.append(
            {"Type": Markup('<span data-text="definition">{}</span>').format(name), **cells}
        )
    return html_table(
        rows,
        table_id="t-placements",
        caption="Placements by type",
        note="Children are those of the extract’s date, not an average of the year.",
        total_row=True,
    )
