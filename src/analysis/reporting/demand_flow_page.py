"""Where demand goes: stages, conversions, repeats, what a change is made of, and scenarios."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.reporting import charts, sentences
from analysis.reporting.blocks import how_computed
from analysis.reporting.numbers import is_missing, month_name, month_span
from analysis.reporting.page import Page
from analysis.reporting.page_facts import facts_of_measure, interval, name_of, why_not
from analysis.reporting.tables import html_table, value_cell

NOW, BEFORE = "conversion_on_last_year", "conversion_a_year_before"
CHANGE, LAG = "conversion_change", "conversion_lag"
STAGES, STAGES_BEFORE, CHILDREN = (
    "demand_stages",
    "demand_stages_last_year",
    "demand_stage_children",
)
REPEATS, RE_REFERRALS = "repeat_contacts_by_month", "re_referrals_in_12_months"
DRIVERS, LED_ON = "referrals_change_by_driver", "contacts_followed_by_referral"
NOT_HELD = "the extract holds monthly totals, so contacts cannot be followed to later stages"
LAG_DAYS = {"1": "1 day", "7": "7 days", "30": "30 days", "90": "90 days", "365": "365 days"}
ITEMS = {
    "contacts": "Contacts in 12 months",
    "referrals": "Referrals in 12 months",
    "assessments": "Assessments in 12 months",
    "cases": "Open cases",
    "caseholders_fte": "Caseholders needed, full-time equivalents",
}


def flow_message(page: Page) -> Markup:
    """Which step's share has changed beyond its interval, or that none has."""
    found = [fact for fact in facts_of_measure(page, CHANGE) if not fact["suppressed"]]
    if not found:
        return Markup("")
    clear = [fact for fact in found if sentences.direction(fact) in {sentences.UP, sentences.DOWN}]
    if not clear:
        return Markup("No step takes on a clearly different share than a year before")
    most = max(clear, key=lambda fact: abs(fact["value"]))
    return sentences.text("{step}: {change} points on a year before", step=_step(most), change=most)


def _step(fact: dict) -> str:
    return name_of(fact).split(", within")[0]


def stages_table(page: Page, *, number: int | None = None) -> Markup:
    """Events and children at each stage, side by side, this year and a year before."""
    stages = page.records(STAGES)
    if not facts_of_measure(page, STAGES):
        return why_not(page, STAGES, NOT_HELD)
    rows = [
        {
            "Stage": name_of(fact),
            "Year before": value_cell(page.fact(_other(fact, STAGES_BEFORE))),
            "12 months": value_cell(fact),
            "Children": value_cell(page.fact(_other(fact, CHILDREN))),
        }
        for fact in stages
    ]
    said = [fact for fact in stages if is_missing(fact["value"]) and not fact["suppressed"]]
    notes = Markup("").join(
        Markup('<p class="note">{}</p>').format(sentences.unusable(x)) for x in said
    )
    return (
        html_table(
            rows,
            table_id="t-stages",
            caption=f"From contact to care, {month_span(*stages[0]['period'].split(' to '))}",
            note="Stages are counted side by side, not followed: a plan of this year may stem "
            "from a contact of last year.",
            number=number,
        )
        + notes
    )


def _other(fact: dict, measure_id: str) -> str:
    return f"{measure_id}.{fact['id'].split('.', 1)[1]}"


def conversion_table(page: Page, *, number: int | None = None) -> Markup:
    """The share of each stage that the next one follows, over months that could be followed."""
    if not page.has("contacts"):
        return Markup("")
    if not facts_of_measure(page, NOW):
        return why_not(page, NOW, NOT_HELD)
    rows = [
        {
            "Step": name_of(fact),
            "Months followed": _months(fact),
            "Led on": value_cell(page.fact(_other(fact, "conversion_converted"))),
            "Of": value_cell(page.fact(_other(fact, "conversion_followed"))),
            "Year before": value_cell(page.fact(_other(fact, BEFORE))),
            "12 months": value_cell(fact),
            "Change, points": value_cell(page.fact(_other(fact, CHANGE))),
            "95% interval": interval(page, _other(fact, CHANGE)),
        }
        for fact in page.records(NOW)
    ]
    return html_table(
        rows,
        table_id="t-conversion",
        caption="Followed by the next stage of the same child",
        note="Each step uses the latest 12 months that could be followed for all of its days; "
        "later months wait. The days are local conventions. Intervals allow for the scatter of "
        "months.",
        number=number,
    )


def _months(fact: dict) -> str:
    ends = fact["period"].split(" to ")
    if is_missing(fact["value"]):
        return "[x]"
    return month_span(ends[0], ends[-1])


def lag_table(page: Page, *, number: int | None = None) -> Markup:
    """How soon the next stage comes, with events still being followed counted while they are."""
    found = page.records(LAG)
    steps = list(dict.fromkeys(fact["id"].split(".")[1] for fact in facts_of_measure(page, LAG)))
    if not steps:
        return Markup("")
    known = {fact["id"]: fact for fact in found}
    rows = [
        {"Step": _lag_name(known, step)}
        | {words: value_cell(known[f"{LAG}.{step}.{days}"]) for days, words in LAG_DAYS.items()}
        for step in steps
    ]
    return html_table(
        rows,
        table_id="t-lag",
        caption="Followed by the next stage within so many days",
        note="Kaplan–Meier estimates over the events of 24 months.",
        number=number,
    )


def _lag_name(known: dict, step: str) -> str:
    name = name_of(known[f"{LAG}.{step}.1"]).rsplit(", ", 1)[0]
    return name[:1].upper() + name[1:]


def repeats_message(page: Page) -> Markup:
    """The latest month's share of contacts about a child with an earlier contact."""
    found = [fact for fact in facts_of_measure(page, REPEATS) if not fact["suppressed"]]
    if not found:
        return Markup("")
    return sentences.text(
        "{share} of contacts in {month} were about a child with an earlier one",
        share=found[-1],
        month=month_name(found[-1]["period"]),
    )


def repeats_chart(page: Page, *, number: int | None = None) -> Markup:
    """Repeat contacts and re-referrals by month."""
    if not page.has("contacts"):
        return Markup("")
    if not facts_of_measure(page, REPEATS):
        return why_not(page, REPEATS, NOT_HELD)
    series = [("Repeat contacts", page.series(REPEATS))]
    if facts_of_measure(page, RE_REFERRALS):
        series.append(("Re-referrals", page.series(RE_REFERRALS)))
    return charts.lines(
        series,
        figure_id="repeats",
        title=repeats_message(page),
        subtitle=f"Share with another in the 12 months before, per cent, {page.place}",
        source="An earlier contact, or referral, of the same child at most 12 months before.",
        unit="%",
        number=number,
    )


def drivers_message(page: Page) -> Markup:
    """How the contacts that led to a referral changed, and how much of it is their number."""
    found = _drivers(page)
    if not found:
        return Markup("")
    return sentences.text(
        "Contacts that led to a referral: {total}, of which {volume} from the number of contacts",
        total=found["Total"],
        volume=found["Volume"],
    )


def _drivers(page: Page) -> dict[str, dict]:
    return {name_of(fact): fact for fact in facts_of_measure(page, DRIVERS)}


def drivers_sentence(page: Page) -> Markup:
    """Each driver with its interval, and whether it is clearly there."""
    words = {
        "Volume": "The number of contacts accounts for {effect} ({low} to {high}{word})",
        "Mix of sources": "the mix of their sources for {effect} ({low} to {high}{word})",
        "Conversion within sources": "and how often the same sources lead on for {effect} "
        "({low} to {high}{word})",
    }
    parts = []
    for name, fact in _drivers(page).items():
        if name in words:
            low, high = page.ends(fact["id"])
            unclear = sentences.direction(fact) in {sentences.UNCLEAR, sentences.LITTLE}
            word = ": no clear part" if unclear else ""
            parts.append(sentences.text(words[name], effect=fact, low=low, high=high, word=word))
    return Markup("{}. Ranges are 95% intervals.").format(Markup(", ").join(parts)) if parts else ""


def drivers_chart(page: Page, *, number: int | None = None) -> Markup:
    """The change in contacts that a referral follows, taken apart; the parts sum exactly."""
    parts = facts_of_measure(page, DRIVERS)
    if not parts:
        return why_not(
            page, DRIVERS, "two years of contacts that could be followed by source are needed"
        )
    ends = [page.fact(f"{LED_ON}_last_year"), page.fact(LED_ON)]
    rows = [ends[0] | {"label": "Year before", "tone": "total"}]
    rows += [fact | {"label": name_of(fact), "tone": "part"} for fact in parts[:-1]]
    rows += [ends[1] | {"label": "Latest 12 months", "tone": "total"}]
    return charts.waterfall(
        pd.DataFrame(rows),
        figure_id="drivers",
        title=sentences.text(
            "From {before} to {now} contacts followed by a referral", before=ends[0], now=ends[1]
        ),
        subtitle=f"Contacts followed by a referral within 30 days, {page.place}",
        source="Volume, mix and conversion sum to the difference exactly. Arithmetic, not cause.",
        number=number,
    )


def stage_drivers_table(page: Page, *, number: int | None = None) -> Markup:
    """The change in starts in care taken apart along the whole pathway."""
    found = facts_of_measure(page, "stage_change_by_driver")
    if not page.has("contacts"):
        return Markup("")
    if not found:
        return why_not(page, "stage_change_by_driver", NOT_HELD)
    rows = [
        {"Driver": name_of(fact), "Effect on starts in care": value_cell(fact)} for fact in found
    ]
    return html_table(
        rows,
        table_id="t-stage-drivers",
        caption="Change in starts in care on a year before, by stage",
        note="The effects sum to the change in the last row. Of small numbers much is chance.",
        number=number,
        total_row=True,
    )


def how_flow_was_computed(page: Page) -> Markup:
    """The working of the first step's conversion and of the driver of volume."""
    shown = facts_of_measure(page, NOW)[:1] + facts_of_measure(page, DRIVERS)[:1]
    return Markup("").join(
        how_computed(fact, definition(fact["id"].split(".")[0])) for fact in shown
    )


def scenario_message(page: Page) -> Markup:
    """What the scenario would ask for in caseholders, or in referrals where those are not held."""
    found = {fact["id"].split(".")[1]: fact for fact in facts_of_measure(page, "demand_scenario")}
    words = {
        "caseholders_fte": "At today’s caseload the scenario needs {extra} full-time caseholders",
        "referrals": "The scenario means {extra} referrals in 12 months",
    }
    said = [sentences.text(words[item], extra=found[item]) for item in words if item in found]
    return said[0] if said else Markup("")


def scenario_table(page: Page, change_pct: float, *, number: int | None = None) -> Markup:
    """What a change in contacts would mean for work if all else stayed as it is."""
    if not facts_of_measure(page, "demand_scenario"):
        return why_not(page, "demand_scenario", NOT_HELD)
    change = f"{abs(change_pct):g}% {'more' if change_pct >= 0 else 'fewer'}"
    rows = [
        {
            "Item": ITEMS[fact["id"].split(".")[1]],
            "Today": value_cell(page.fact(_other(fact, "demand_today"))),
            f"With {change} contacts": value_cell(page.fact(_other(fact, "demand_in_scenario"))),
            "Extra": value_cell(fact),
        }
        for fact in page.records("demand_scenario")
    ]
    return html_table(
        rows,
        table_id="t-scenario",
        caption=f"If contacts changed to {change} than today",
        note="For planning, not a forecast: every stage keeps its share of contacts, cases stay "
        "open as long, and each caseholder holds as many as now.",
        number=number,
    )
