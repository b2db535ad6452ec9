"""What comes next: the history, the forecast with its ranges, and what such forecasts are worth."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.methods.forecast import MINIMUM_ORIGINS
from analysis.reporting import charts, sentences
from analysis.reporting.blocks import how_computed, note
from analysis.reporting.demand_growth_page import as_months
from analysis.reporting.numbers import month_name
from analysis.reporting.page import Page
from analysis.reporting.page_facts import facts_of_measure, interval, name_of, why_not
from analysis.reporting.tables import html_table, value_cell

AHEAD, LOW, HIGH = (
    "contacts_forecast",
    "contacts_forecast_low_80",
    "contacts_forecast_high_80",
)
TRIAL, ORIGINS = "contacts_forecast_backtest", "contacts_forecast_origins"
HELD = ("contacts_forecast_coverage_80", "contacts_forecast_coverage_95")
NAIVE = "seasonal naive"
NAMES = {
    NAIVE: "Last year’s month (seasonal naive)",
    "exponential smoothing": "Exponential smoothing",
    "theta": "Theta",
}


def is_made(page: Page) -> bool:
    """Whether there is a forecast."""
    return bool(facts_of_measure(page, AHEAD))


def message(page: Page) -> Markup:
    """The next month's forecast with its 95% range."""
    if not is_made(page):
        return Markup("")
    first = facts_of_measure(page, AHEAD)[0]
    low, high = page.ends(first["id"])
    return sentences.text(
        "Contacts in {month}: {forecast} forecast [f], 95% range {low} to {high}",
        month=month_name(first["period"]),
        forecast=first,
        low=low,
        high=high,
    )


def fan(page: Page, *, number: int | None = None) -> Markup:
    """The months observed and the months ahead with both ranges; or why there is no forecast."""
    if not is_made(page):
        return why_not(page, AHEAD, "no month of contacts is held whole")
    history = as_months(page.series("contacts"))
    last = facts_of_measure(page, AHEAD)[-1]
    return charts.fan_chart(
        history[history["value"].notna()],
        _with_ranges(page),
        figure_id="forecast",
        title=sentences.text(
            "{month} is forecast at {value}, if the past goes on",
            month=month_name(last["period"]),
            value=last,
        ),
        subtitle=f"Contacts each month, {page.place}, and forecast [f]; the darker band is its 80% "
        "range, the lighter its 95% range",
        source=sentences.text(
            "Forecast by {model} on the logarithms of the monthly counts.", model=chosen(page)
        ),
        number=number,
        say=trust(page),
    )


def _with_ranges(page: Page) -> pd.DataFrame:
    """The forecast's facts with the ends of both ranges beside them."""
    table = pd.DataFrame(facts_of_measure(page, AHEAD))
    ends = {"lower_80": LOW, "upper_80": HIGH}
    found = {
        name: [page.fact(f"{measure}.{period}")["value"] for period in table["period"]]
        for name, measure in ends.items()
    }
    return table.assign(lower_95=table["lower"], upper_95=table["upper"], **found)


def chosen(page: Page) -> str:
    """The model that the forecast was made by, as its working says."""
    return facts_of_measure(page, AHEAD)[0]["formula"].split(",")[0]


def trust(page: Page) -> Markup:
    """How far to trust the forecast, as words beside the chart."""
    return Markup("<h4>How far to trust it</h4><p>{}</p><p>{}</p>").format(
        trial_sentence(page), held_sentence(page)
    )


def _slug(model: str) -> str:
    return model.replace(" ", "_")


def trial_sentence(page: Page) -> Markup:
    """Which model was closest in the trial, against the same month a year before."""
    model, naive = chosen(page), page.fact(f"{TRIAL}.{_slug(NAIVE)}")
    origins = page.fact(f"{ORIGINS}.{_slug(model)}")
    if model == NAIVE:
        why = facts_of_measure(page, AHEAD)[0]["note"].split(";")[0]
        return sentences.text("{why}.", why=why[:1].upper() + why[1:])
    return sentences.text(
        "Tried from {origins} past months, {model} came closest: scaled error {error}, against "
        "{naive} for simply taking last year’s month. A scaled error of 1 is the usual miss of "
        "last year’s month within the data fitted to.",
        origins=origins,
        model=model,
        error=page.fact(f"{TRIAL}.{_slug(model)}"),
        naive=naive,
    )


def held_sentence(page: Page) -> Markup:
    """How often the ranges held in the trial."""
    inner, outer, origins = (
        page.fact(f"{name}.{_slug(chosen(page))}") for name in (*HELD, ORIGINS)
    )
    if not sentences.is_usable(inner, outer, origins) or origins["value"] < MINIMUM_ORIGINS:
        return Markup("The ranges could not be tried: too few past months.")
    narrow = inner["value"] < 80 or outer["value"] < 95
    return sentences.text(
        "In that trial the 80% range held {inner} of the months and the 95% range {outer}{fewer}.",
        inner=inner,
        outer=outer,
        fewer=", less often than they say: read them as too narrow" if narrow else "",
    )


def trial_table(page: Page, *, number: int | None = None) -> Markup:
    """Each model's error and how often its ranges held."""
    if not is_made(page):
        return Markup("")
    rows = [
        {
            "Model": NAMES.get(name_of(fact), name_of(fact)),
            "Past months": value_cell(page.fact(f"{ORIGINS}.{key}")),
            "Scaled error (MASE)": value_cell(fact),
            "80% range held": value_cell(page.fact(f"{HELD[0]}.{key}")),
            "95% range held": value_cell(page.fact(f"{HELD[1]}.{key}")),
            "Used": "Yes" if name_of(fact) == chosen(page) else "No",
        }
        for fact in page.records(TRIAL)
        for key in [fact["id"].split(".")[1]]
    ]
    return html_table(
        rows,
        table_id="t-trial",
        caption="How the forecasts did when tried from past months",
        note="Each from the data of before only. A lower error is closer.",
        number=number,
    )


def ranges_table(page: Page, *, number: int | None = None) -> Markup:
    """The months ahead with both ranges."""
    if not is_made(page):
        return Markup("")
    rows = [
        {
            "Month": f"{month_name(fact['period'])} [f]",
            "Forecast": value_cell(fact),
            "80% range": Markup("{} to {}").format(
                value_cell(page.fact(f"{LOW}.{fact['period']}")),
                value_cell(page.fact(f"{HIGH}.{fact['period']}")),
            ),
            "95% range": interval(page, fact["id"]),
        }
        for fact in facts_of_measure(page, AHEAD)
    ]
    return html_table(
        rows,
        table_id="t-ahead",
        caption="Contacts in the months ahead [f]",
        number=number,
    )


def notes(page: Page) -> list[Markup]:
    """What was set aside before fitting, and what no forecast can know."""
    if not is_made(page):
        return []
    said = facts_of_measure(page, AHEAD)[0]["note"]
    aside = [note(f"{said[:1].upper()}{said[1:]}.")] if said else []
    warning = Markup('<span data-text="definition">{}</span>').format(definition(AHEAD).caveat)
    return [*aside, note(warning)]


def how(page: Page) -> Markup:
    """How the forecast and its error were computed."""
    if not is_made(page):
        return Markup("")
    # At 24 months there is a forecast and no past month to try it from, so no error to explain.
    return Markup("").join(
        how_computed(fact, definition(measure))
        for measure in (AHEAD, TRIAL)
        for fact in facts_of_measure(page, measure)[:1]
    )
