"""This year against last: what the demand page says and draws of contacts, from facts alone."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.methods.monthly import MINIMUM_BASE
from analysis.reporting import charts, sentences
from analysis.reporting.blocks import how_computed, not_computed, note, side_by_side
from analysis.reporting.numbers import month_name, month_span
from analysis.reporting.page import Page
from analysis.reporting.page_facts import interval
from analysis.reporting.tables import html_table, value_cell

CHANGE = "contacts_period_change"
NOW, BEFORE = "contacts_in_period", "contacts_in_period_last_year"
MONTHLY = "contacts_year_on_year"
PER_DAY = "contacts_change_per_working_day"
TOTAL_PER_DAY = "contacts_period_change_per_working_day"
VARIATION = "contacts_variation"
BASES = {
    "month to month variation": "worked from how these months vary from one to the next",
    "weekly variation": "worked from how the records vary from week to week",
    "repeat contacts of the same child in a month": "worked from repeat contacts of a child",
}


def headline(page: Page) -> Markup:
    """The one message on demand: the change in contacts over the period's months."""
    change = page.fact(CHANGE)
    if not sentences.is_usable(change):
        return sentences.text("Contacts to {month}: no comparison with a year before can be made",
                              month=month_name(page.period))  # fmt: skip
    words = {
        sentences.UP: "Contacts were up on the year: {size}, {span}",
        sentences.DOWN: "Contacts were down on the year: {size}, {span}",
    }
    template = words.get(sentences.direction(change), "Contacts show no clear change on the year")
    return sentences.text(template, size=change, span=span(change))


def span(change: dict) -> str:
    """The months that a change is of, in words; "no months" where there are none."""
    ends = change["period"].split(" to ")
    return month_span(*ends) if len(ends) == 2 else "no months"


def period_message(page: Page) -> Markup:
    """The section's message: how many months of the period were above the year before."""
    usable = [fact for fact in _months(page) if sentences.is_usable(fact)]
    above = sum(sentences.direction(fact) == sentences.UP for fact in usable)
    below = sum(sentences.direction(fact) == sentences.DOWN for fact in usable)
    if not usable:
        return Markup("")
    words = {len(usable): "every month", 0: "no month"}
    if below == 0:
        which = words.get(above, f"{above} of {len(usable)} months")
        clearly = "" if above == len(usable) else "clearly "
        return sentences.text(
            "Contacts were {clearly}above the year before in {which}", clearly=clearly, which=which
        )
    return sentences.text(
        "Contacts were clearly above the year before in {above}, below in {below} of {all} months",
        above=str(above),
        below=str(below),
        all=str(len(usable)),
    )


def period_sentence(page: Page) -> Markup:
    """The period's total against the same months a year before."""
    return sentences.change_on_last_year(
        page.fact(CHANGE), page.fact(NOW), page.fact(BEFORE), page.ends(CHANGE)
    )


def range_sentence(page: Page) -> Markup:
    """The months that changed most and least."""
    return sentences.fastest_and_slowest(_months(page))


def variation_sentence(page: Page) -> Markup:
    """What the intervals rest on: how much contacts vary, and how that is known."""
    spread = page.fact(VARIATION)
    if not sentences.is_usable(spread):
        return Markup("")
    basis = spread["formula"]
    return sentences.text(
        "Contacts come in groups, so the intervals take them to vary {spread} times as much as "
        "independent events: {basis}.",
        spread=spread,
        basis=BASES.get(basis, f"a {basis.split(' of ')[0]}, as the extract cannot say"),
    )


def direction_message(page: Page) -> Markup:
    """Growth at the start of the period's months beside growth at their end, without a verdict."""
    usable = [fact for fact in _months(page) if sentences.is_usable(fact)]
    if len(usable) < 2:
        return Markup("")
    first, last = usable[0], usable[-1]
    return sentences.text(
        "The change on the year was {first} in {first_month} and {last} in {last_month}",
        first=first,
        first_month=month_name(first["period"]),
        last=last,
        last_month=month_name(last["period"]),
    )


def _months(page: Page) -> list[dict]:
    return page.records(MONTHLY)


def this_year_and_last(page: Page, *, number: int | None = None) -> Markup:
    """Columns of the period's months beside the same months a year before."""
    contacts = page.series("contacts")
    part = set(contacts.loc[contacts["note"].str.startswith("partial"), "period"])
    compared = [period for period in page.series(MONTHLY)["period"] if period not in part]
    months = [pd.Period(period, "M") for period in compared]
    periods = contacts["period"].map(lambda text: pd.Period(text, "M"))
    this = contacts[periods.isin(months)]
    last = contacts[periods.isin([month - 12 for month in months])]
    change = page.fact(CHANGE)
    return charts.paired_columns(
        this,
        last,
        figure_id="contacts",
        title=_columns_title(page),
        subtitle=f"Contacts received, {page.place}, {span(change)} and a year before",
        source=_source_line(page, change),
        labels=_year_names(months),
        number=number,
    )


def _columns_title(page: Page) -> Markup:
    now, before = page.fact(NOW), page.fact(BEFORE)
    return sentences.text("From {before} to {now} contacts", before=before, now=now)


def _year_names(months: list[pd.Period]) -> tuple[str, str]:
    """The names of the two years: calendar years where the months lie in one."""
    if months[0].year == months[-1].year:
        return str(months[0].year - 1), str(months[0].year)
    return "year before", "latest year"


def _source_line(page: Page, fact: dict) -> Markup:
    return Markup('Source: <span data-text="definition">{}</span>.').format(fact["source"])


def change_with_intervals(page: Page, *, number: int | None = None) -> Markup:
    """Each month's change with its interval, the total set apart."""
    return charts.change_intervals(
        page.series(MONTHLY),
        figure_id="change",
        title="How sure each month’s change is",
        subtitle=f"Change in contacts on the same month a year before, {page.place}",
        source="Lines are 95% intervals.",
        total=page.fact(CHANGE),
        bounds=page.facts,
        number=number,
    )


def both_charts(page: Page) -> Markup:
    """The counts and their changes side by side; the counts alone where none can be compared."""
    if not any(sentences.is_usable(fact) for fact in _months(page)):
        return counts_alone(page)
    return side_by_side(this_year_and_last(page, number=1), change_with_intervals(page, number=2))


def counts_alone(page: Page) -> Markup:
    """The months' counts as a line, where no month can be set against the year before."""
    whole = page.series("contacts")
    whole = whole[whole["value"].notna() & ~whole["note"].str.startswith("partial")]
    said = not_computed(_why_no_month(page))
    if len(whole) < 2:
        return said
    return said + charts.lines(
        [("Contacts", whole)],
        figure_id="contacts",
        title="Contacts received each month",
        subtitle=f"Contacts received, {page.place}",
        source=_source_line(page, whole.iloc[-1].to_dict()),
        number=1,
    )


def _why_no_month(page: Page) -> str:
    """Why no month has a change: too small a count a year before, or none that is held whole."""
    if any(fact["note"].startswith("no percentage") for fact in _months(page)):
        return (
            "No month has a percentage: none is given on a count of a year before below "
            f"{MINIMUM_BASE}."
        )
    return "No month can be set against the same month a year before."


def month_table(page: Page, *, number: int | None = None) -> Markup:
    """The months with counts, change, interval and change per working day, the total last."""
    rows = [_month_row(page, fact, fact["period"]) for fact in _months(page)]
    total = {
        "Month": "All months",
        "Year before": value_cell(page.fact(BEFORE)),
        "This year": value_cell(page.fact(NOW)),
        "Change": value_cell(page.fact(CHANGE)),
        "95% interval": interval(page, CHANGE),
        "Change per working day": value_cell(page.fact(TOTAL_PER_DAY)),
    }
    return html_table(
        [*rows, total],
        table_id="t-months",
        caption="Contacts by month, this year against last",
        note="The last row is worked on the totals; it is not a mean of the rows above.",
        number=number,
        total_row=True,
    )


def _month_row(page: Page, change: dict, period: str) -> dict:
    month = pd.Period(period, "M")
    return {
        "Month": month_name(month),
        "Year before": value_cell(page.fact(f"contacts.{month - 12}")),
        "This year": value_cell(page.fact(f"contacts.{month}")),
        "Change": value_cell(change),
        "95% interval": interval(page, change["id"]),
        "Change per working day": value_cell(page.fact(f"{PER_DAY}.{month}")),
    }


def how_change_was_computed(page: Page) -> Markup:
    """The working of the period's change, with its actual values."""
    return how_computed(page.fact(CHANGE), definition(CHANGE))


def how_months_were_computed(page: Page) -> Markup:
    """The working of the latest month's change and of its change per working day."""
    months = _months(page)
    if not months:
        return Markup("")
    latest = months[-1]["period"]
    return how_computed(page.fact(f"{MONTHLY}.{latest}"), definition(MONTHLY)) + how_computed(
        page.fact(f"{PER_DAY}.{latest}"), definition(PER_DAY)
    )


def caveats(page: Page) -> list[Markup]:
    """What limits the comparison: the authority's own caveats and the notes on months."""
    own = [
        Markup('<span data-text="definition">{}</span>').format(text)
        for text in page.caveats("contacts")
    ]
    return [note(text) for text in own + month_notes(page)]


def month_notes(page: Page) -> list[Markup]:
    """What is wrong with a month: held in part and how far, or not to be compared."""
    partial = {
        fact["period"]: sentences.text(
            "{month}: {contacts} contacts so far; {why}. It is not compared with a whole month.",
            month=month_name(fact["period"]),
            contacts=fact,
            why=fact["note"],
        )
        for fact in page.records("contacts")
        if fact["note"].startswith("partial") and fact["value"] is not None
    }
    other = {
        fact["period"]: sentences.text(
            "{month}: {why}.", month=month_name(fact["period"]), why=fact["note"]
        )
        for fact in _months(page)
        if fact["note"]
    }
    return list((other | partial).values())


def definitions(page: Page) -> list[Markup]:
    """What each measure of the page is, in a list."""
    names = ("contacts", MONTHLY, CHANGE, PER_DAY)
    rows = [
        Markup("<dt>{}</dt><dd>{} {}</dd>").format(kind.title, kind.definition, kind.caveat)
        for kind in map(definition, names)
    ]
    return [Markup('<dl class="defs" data-text="definition">{}</dl>').format(Markup("").join(rows))]
