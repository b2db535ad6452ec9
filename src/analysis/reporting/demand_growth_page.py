"""Growth over longer spans and on other base years, its tests, and the children behind it."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.methods.calendar import financial_year_start
from analysis.reporting import sentences
from analysis.reporting.blocks import how_computed, note
from analysis.reporting.demand_year_page import BEFORE, CHANGE, NOW
from analysis.reporting.numbers import month_name, month_span
from analysis.reporting.page import Page
from analysis.reporting.page_facts import facts_of_measure, interval, name_of, why_not
from analysis.reporting.tables import html_table, value_cell

RISE, LOWER, COMPARED = (
    "contacts_consistent_rise",
    "contacts_months_lower",
    "contacts_months_compared",
)
TREND, RATE, BASE = "contacts_growth_trend", "contacts_per_10000", "contacts_by_base_year"
SPANS = (
    ("Since April", "contacts_since_april_last_year", "contacts_since_april"),
    ("12 months", "contacts_in_12_months_last_year", "contacts_in_12_months"),
)
SPAN_CHANGES = {"Since April": "contacts_year_to_date", "12 months": "contacts_rolling_12_months"}


def spans_message(page: Page) -> Markup:
    """The financial year so far against the same months of the year before."""
    change = page.fact(SPAN_CHANGES["Since April"])
    if not sentences.is_usable(change):
        return Markup("")
    words = {sentences.UP: "up on the year: ", sentences.DOWN: "down on the year: "}
    word = words.get(sentences.direction(change))
    if word is None:
        return Markup("Contacts since April show no clear change on the year")
    return sentences.text("Contacts since April are {word}{change}", word=word, change=change)


def spans_table(page: Page, *, number: int | None = None) -> Markup:
    """The months held in both years, the financial year so far and 12 months, on their totals."""
    first, last = page.fact(CHANGE)["period"].split(" to ") if _whole(page) else ("", "")
    rows = [_span_row(page, month_span(first, last), BEFORE, NOW, CHANGE)] if first else []
    same = page.fact(SPAN_CHANGES["12 months"])["period"] == page.fact(CHANGE)["period"]
    rows = [] if same else rows
    rows += [
        _span_row(page, _span_words(page, name), before, now, SPAN_CHANGES[name])
        for name, before, now in SPANS
    ]
    lacking = [page.fact(name) for name in SPAN_CHANGES.values()]
    lacking = [fact for fact in lacking if not sentences.is_usable(fact)]
    said = Markup("").join(note(sentences.unusable(fact)) for fact in lacking)
    return (
        html_table(
            rows,
            table_id="t-spans",
            caption="Contacts over longer spans, total on total",
            number=number,
        )
        + said
    )


def _whole(page: Page) -> bool:
    return sentences.is_usable(page.fact(CHANGE))


def _span_words(page: Page, name: str) -> str:
    ends = page.fact(SPAN_CHANGES[name])["period"].split(" to ")
    return f"{name}: {month_span(ends[0], ends[-1])}"


def _span_row(page: Page, words: str, before: str, now: str, change: str) -> dict:
    return {
        "Months": words,
        "Year before": value_cell(page.fact(before)),
        "This year": value_cell(page.fact(now)),
        "Change": value_cell(page.fact(change)),
        "95% interval": interval(page, change),
    }


def rate_sentence(page: Page) -> Markup:
    """Contacts per 10,000 children over 12 months, with the year of the population."""
    rate = page.fact(f"{RATE}.{page.period}")
    if not sentences.is_usable(rate):
        return sentences.unusable(rate)
    year = financial_year_start(page.period).year
    used = rate["note"] or f"population of mid-{year}, the year that DfE’s rates take"
    return sentences.text(
        "In the 12 months to {month} there were {rate} contacts for each 10,000 children aged "
        "0 to 17 ({used}).",
        month=month_name(page.period),
        rate=rate,
        used=used,
    )


def rise_sentence(page: Page) -> Markup:
    """Whether the rise is consistent: every month above the year before, or not."""
    higher, lower, months = (page.fact(name) for name in (RISE, LOWER, COMPARED))
    if not sentences.is_usable(higher, lower, months) or not months["value"]:
        return sentences.unusable(higher)
    if higher["value"] == months["value"]:
        words = (
            "The rise is consistent: in {higher} of {months} months the whole 95% interval lies "
            "above no change."
        )
    elif lower["value"] == months["value"]:
        words = (
            "The fall is consistent: in {lower} of {months} months the whole 95% interval lies "
            "below no change."
        )
    else:
        words = (
            "Tested month by month, {higher} of {months} months {verb} above the year before and "
            "{lower} below at the 95% level; the others show no clear change. That is neither "
            "a consistent rise nor a consistent fall."
        )
    verb = "is" if higher["value"] == 1 else "are"
    return sentences.text(words, higher=higher, lower=lower, months=months, verb=verb)


def trend_sentence(page: Page) -> Markup:
    """Whether growth is slowing or quickening, as far as the test supports it."""
    slope = page.fact(TREND)
    if not sentences.is_usable(slope):
        return sentences.unusable(slope)
    if slope["upper"] < 0:
        word = "Growth is slowing" if _is_up(page) else "The change on the year is moving down"
    elif slope["lower"] > 0:
        word = "Growth is quickening" if _is_up(page) else "The change on the year is moving up"
    else:
        word = "Growth shows no clear trend"
    low, high = page.ends(TREND)
    return sentences.text(
        "{word}: the ratio to the year before moved by {slope} a month (95% interval {low} to "
        "{high}).",
        word=word,
        slope=slope,
        low=low,
        high=high,
    )


def _is_up(page: Page) -> bool:
    change = page.fact(CHANGE)
    return bool(sentences.is_usable(change) and change["value"] > 0)


def trend_notes(page: Page) -> Markup:
    """What limits the test of the trend, and how it was computed."""
    kind = definition(TREND)
    return note(Markup('<span data-text="definition">{}</span>').format(kind.caveat)) + (
        how_computed(page.fact(TREND), kind) + how_computed(page.fact(RISE), definition(RISE))
    )


def base_sentence(page: Page) -> Markup:
    """Whether growth holds on every base year held, or depends on the base."""
    usable = facts_of_measure(page, BASE)
    if not usable:
        return Markup("")
    if len(usable) == 1:
        return Markup("Only one base year is held, so growth rests on how usual that year was.")
    found = {sentences.direction(fact) for fact in usable}
    low, high = (pick(usable, key=lambda fact: fact["value"]) for pick in (min, max))
    if found == {sentences.UP}:
        words = "Contacts are up on every earlier year held: {low} to {high}."
    elif found == {sentences.DOWN}:
        words = "Contacts are down on every earlier year held: {low} to {high}."
    else:
        words = "The change depends on the base year: {low} to {high}."
    return sentences.text(words, low=low, high=high)


def base_table(page: Page, *, number: int | None = None) -> Markup:
    """Growth on last year beside growth on earlier years and on their mean."""
    counts = {fact["id"].split(".")[1]: fact for fact in _all(page, "contacts_in_base_year")}
    rows = [_base_row(page, fact, counts[fact["id"].split(".")[1]]) for fact in _all(page, BASE)]
    return html_table(
        rows,
        table_id="t-bases",
        caption="The same months against several base years",
        note="No national correction for the pandemic is applied to any base.",
        number=number,
    )


def _all(page: Page, measure_id: str) -> list[dict]:
    return page.records(measure_id)


def _base_row(page: Page, change: dict, base: dict) -> dict:
    remark = (base["note"] or "none").removeprefix("cannot be computed: ")
    return {
        "Base": name_of(base),
        "Contacts then": value_cell(base),
        "Change since": value_cell(change),
        "95% interval": interval(page, change["id"]),
        "Remark": remark[:1].upper() + remark[1:],
    }


def children_message(page: Page) -> Markup:
    """How many children the 12 months' contacts are about."""
    found = facts_of_measure(page, "demand_stage_children", "contacts")
    contacts = facts_of_measure(page, "demand_stages", "contacts")
    if not found or not contacts:
        return Markup("")
    return sentences.text(
        "{contacts} contacts in 12 months were about {children} children",
        contacts=contacts[0],
        children=found[0],
    )


def children_table(page: Page, *, number: int | None = None) -> Markup:
    """Contacts, children and child-days of the last 13 months."""
    if not facts_of_measure(page, "contact_children_by_month"):
        return why_not(
            page, "contact_children_by_month", "the extract holds monthly totals without children"
        )
    rows = [
        {
            "Month": month_name(fact["period"]),
            "Contacts": value_cell(page.fact(f"contacts.{fact['period']}")),
            "Children": value_cell(fact),
            "Child-days": value_cell(page.fact(f"contact_child_days.{fact['period']}")),
            "Contacts per child": value_cell(page.fact(f"contacts_per_child.{fact['period']}")),
        }
        for fact in _all(page, "contact_children_by_month")
    ]
    return html_table(
        rows,
        table_id="t-children",
        caption="Contacts, and the children whom they are about",
        note="A child counted in two months is in both, so children cannot be added up.",
        number=number,
        classes=["long"],
    )


def restated(page: Page, *, number: int | None = None) -> Markup:
    """Months whose count has changed since it was last given; or that there are none."""
    rows = facts_of_measure(page, "contacts_restated")
    if not rows:
        since = (
            f"No month of contacts has changed since the report to "
            f"{month_name(page.previous['period'])}."
            if page.previous
            else "No earlier report or extract of contacts is held, so changes to past months "
            "cannot be shown."
        )
        return note(since)
    table = [
        {
            "Month": month_name(fact["period"]),
            "As last given": value_cell(page.fact(f"contacts_before_restated.{fact['period']}")),
            "Now": value_cell(page.fact(f"contacts.{fact['period']}")),
            "Difference": value_cell(fact),
        }
        for fact in rows
    ]
    return html_table(
        table,
        table_id="t-restated",
        caption="Months restated [r] since they were last given",
        note="Records are entered late and corrected, so the latest months move most.",
        number=number,
    )


def as_months(series: pd.DataFrame) -> pd.DataFrame:
    """The facts of a series whose months are whole, for a line."""
    return series[~series["note"].astype("str").str.startswith("partial")]
