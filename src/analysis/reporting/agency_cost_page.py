"""What agency workers cost, why it moved and what one more would, as the cost page says it."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.agency_pay_year import earlier_year_known
from analysis.measures.definitions import definition
from analysis.reporting import charts, sentences
from analysis.reporting.blocks import not_computed
from analysis.reporting.fact_table import how_each_was_computed
from analysis.reporting.numbers import month_span
from analysis.reporting.page import Page
from analysis.reporting.tables import html_table, value_cell

GROSS, EMPLOYEES, PREMIUM = (
    "agency_gross_to_date",
    "agency_equivalent_to_date",
    "agency_premium_to_date",
)
PARTS = {
    "before": "A year before",
    "volume": "Hours, all jobs",
    "mix": "Dearer or cheaper jobs",
    "price": "Rates",
    "after": "This year",
}
SENSITIVITY = {
    "Full-time equivalents": "sensitivity_fte",
    "By agency workers": "cost_sensitivity",
    "By employees": "sensitivity_equivalent",
    "Difference": "sensitivity_premium",
}


def is_held(page: Page) -> bool:
    """Whether the page has what agency workers cost."""
    return len(page.series(GROSS)) > 0


def bridge_sentence(page: Page) -> Markup:
    """Salaries, agency and overtime against budget, netted and each shown."""
    if page.series("staffing_bridge").empty:
        return Markup("")
    salaries, agency, overtime, net = (
        page.fact(f"staffing_bridge.{name}") for name in ("salaried", "agency", "overtime", "net")
    )
    if not sentences.is_usable(salaries, agency, net):
        return sentences.unusable(net)
    opening = (
        "Salaries are {salaries} against budget, the underspend on vacant posts; agency is {agency}"
        if salaries["value"] < 0
        else "Salaries are {salaries} against budget, so no underspend on vacant posts is left to "
        "set against agency, which is {agency}"
    )
    extra = (
        "; overtime is {overtime}. The net is {net}."
        if sentences.is_usable(overtime)
        else (". The net is {net}.")
    )
    return sentences.text(
        opening + extra, salaries=salaries, agency=agency, overtime=overtime, net=net
    )


def bridge_chart(page: Page, *, number: int | None = None) -> Markup:
    """Staffing variance by kind, ending in the net."""
    found = page.series("staffing_bridge")
    if found.empty or not all(sentences.is_usable(f) for f in found.to_dict("records")):
        return Markup("")
    rows = found.assign(
        label=["Salaries", "Agency", "Overtime", "Net"],
        tone=["concern" if value > 0 else "usual" for value in found["value"][:-1]] + ["total"],
    )
    return charts.waterfall(
        rows,
        figure_id="bridge",
        title=sentences.text("Staffing is {net} against budget", net=found.iloc[-1].to_dict()),
        subtitle=f"Forecast [f] against budget, {page.place}, £ thousand; an overspend is positive",
        source=_source(found.iloc[-1]["source"]),
        unit="£k",
        scale=1_000,
        number=number,
        say=Markup("<h3>Vacant posts and agency</h3><p>{}</p>").format(bridge_sentence(page)),
    )


def agency_sentence(page: Page) -> Markup:
    """Gross agency pay, what employees would cost, and the premium between, apart."""
    if not is_held(page):
        return not_computed("The authority’s extracts hold no agency list with rates and hours.")
    gross, employees, premium, share = (
        page.fact(name) for name in (GROSS, EMPLOYEES, PREMIUM, "agency_premium_share")
    )
    if not sentences.is_usable(gross, employees, premium, share):
        return Markup("<p>{}</p>").format(sentences.unusable(gross))
    said = sentences.text(
        "From {span} agency weeks cost {gross} gross. Employees would cost {employees} for the "
        "same hours; the premium is {premium}, {share} of the gross.",
        span=month_span(*gross["period"].split(" to ")),
        gross=gross,
        employees=employees,
        premium=premium,
        share=share,
    )
    return Markup("<p>{}</p>").format(said)


def change_message(page: Page) -> Markup:
    """Which of hours, jobs and rates moved agency pay most."""
    steps = _steps(page)[1:-1]
    if not steps or not all(sentences.is_usable(step) for step in steps):
        return Markup("")
    largest = max(steps, key=lambda step: abs(step["value"]))
    words = {"volume": "hours worked", "mix": "which jobs", "price": "rates"}
    return sentences.text(
        "The largest step in agency pay is in {what}: {size}",
        what=words[largest["id"].split(".")[1]],
        size=largest,
    )


def _earlier_year_unknown(page: Page) -> Markup:
    """Why agency pay has no year to stand against, where its list begins too late."""
    if not is_held(page) or earlier_year_known(page.table("agency"), page.period):
        return Markup("")
    return not_computed(
        "The list of agency workers begins after April of the year before, so this year’s agency "
        "pay cannot be set against the same months a year before."
    )


def _steps(page: Page) -> list[dict]:
    return page.records("cost_change_part")


def change_chart(page: Page, *, number: int | None = None) -> Markup:
    """Agency pay a year before, the steps of volume, mix and price, and this year; or why not."""
    steps = _steps(page)
    if not steps:
        return _earlier_year_unknown(page)
    ends = {"before": "total", "after": "total"}
    names = [step["id"].split(".")[1] for step in steps]
    rows = pd.DataFrame(steps).assign(
        label=[PARTS[name] for name in names], tone=[ends.get(name, "part") for name in names]
    )
    return charts.waterfall(
        rows,
        figure_id="change",
        title=change_message(page) or "Agency pay, a year apart",
        subtitle=f"Agency pay since April against the same months a year before, {page.place}, "
        "£ thousand",
        source=_source(steps[0]["source"]),
        unit="£k",
        scale=1_000,
        number=number,
        say=Markup(
            "<h3>Three steps, to the penny</h3><p>Hours: all jobs together, at the old rates. "
            "Dearer or cheaper jobs: the same hours in other jobs. Rates: the new hours at the new "
            "instead of the old rates. The three add to the change to the penny.</p>"
        ),
    )


def _source(words: str) -> Markup:
    return Markup('Source: <span data-text="definition">{}</span>.').format(words)


def agency_table(page: Page) -> Markup:
    """Gross, by employees and premium: since April, and today's workers for a full year."""
    if not is_held(page):
        return Markup("")
    pairs = {
        "Gross": (GROSS, "full_year_agency"),
        "The same hours by employees": (EMPLOYEES, "full_year_equivalent"),
        "Premium": (PREMIUM, "full_year_premium"),
    }
    rows = [
        {
            "Agency workers": name,
            "Since April": value_cell(page.fact(so_far)),
            "Today’s workers, full year": value_cell(page.fact(year)),
        }
        for name, (so_far, year) in pairs.items()
    ]
    return html_table(
        rows,
        table_id="t-agency-cost",
        caption="Agency gross, by employees, and premium",
        note="Every week from first to last day of an assignment is counted.",
        total_row=True,
        classes=["tbl-s"],
    )


def ledger_sentence(page: Page) -> Markup:
    """Agency spend in the ledger against the cost of the agency weeks, as a difference."""
    if page.series("agency_ledger_check").empty:
        return Markup("")
    names = ("agency_in_ledger", "agency_weeks_cost", "agency_ledger_check")
    ledger, weeks, gap = (page.fact(name) for name in names)
    share, paid = page.fact("agency_ledger_difference_pct"), page.fact("agency_paid_weeks")
    if not sentences.is_usable(ledger, weeks, gap, share, paid):
        return sentences.unusable(gap)
    said = sentences.text(
        "The ledger holds {ledger} of agency spend to date; the agency weeks cost {weeks}: a "
        "difference of {gap} ({share}).",
        ledger=ledger,
        weeks=weeks,
        gap=gap,
        share=share,
    )
    if gap["value"] >= 0:
        return sentences.join(said, "One of the two lists may be incomplete.")
    return sentences.join(
        said,
        sentences.text(
            "The agency list gives first and last days, so weeks of leave between them are "
            "counted; the ledger stands as if {paid} weeks of 52 had been paid. A full year at "
            "every week is the most that today’s workers can cost at their rates.",
            paid=paid,
        ),
    )


def sensitivity_table(page: Page) -> Markup:
    """What one agency post, and one per cent of demand, would cost in a year."""
    found = page.records("cost_sensitivity")
    if not found:
        return not_computed("The authority’s extracts hold no agency list with rates and hours.")
    title = f"{definition('cost_sensitivity').title}, "
    rows = []
    for fact in found:
        cut = fact["id"].split(".")[1]
        cells = {head: value_cell(page.fact(f"{m}.{cut}")) for head, m in SENSITIVITY.items()}
        words = fact["label"].removeprefix(title)
        named = Markup('<span data-text="definition">{}</span>').format(words.capitalize())
        rows.append({"Change": named, **cells})
    return html_table(
        rows,
        table_id="t-sensitivity",
        caption="What a change would cost in a year",
        note="At today’s rates, hours and caseload; 1% of demand is taken as 1% more of those who "
        "hold cases.",
    )


def how_agency_was_computed(page: Page) -> Markup:
    """Workings of agency pay, of its full year and of the ledger's difference."""
    names = (PREMIUM, "agency_premium_share", "full_year_premium", "agency_ledger_check")
    held = [name for name in (*names, "agency_paid_weeks") if len(page.series(name))]
    steps = [step for step in _steps(page) if sentences.is_usable(step)]
    return how_each_was_computed([*map(page.fact, held), *steps[-1:]])
