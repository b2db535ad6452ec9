"""Children's homes, Regulation 44, leaders' visits, and how contact is made, from facts."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.methods.calendar import as_at_date
from analysis.reporting import charts, sentences
from analysis.reporting.blocks import not_computed
from analysis.reporting.fact_table import how_each_was_computed
from analysis.reporting.numbers import date_words, month_name
from analysis.reporting.page import Page
from analysis.reporting.tables import html_table, value_cell

HOMES, PLACES, RISK = "homes_by_provision", "home_places", "homes_risk_assessed"
REGULATION_44 = ("regulation_44", "regulation_44_missed", "homes_with_a_missed_visit")
MODES, HELD = "contact_by_mode_in_years", "contact_in_years"


def homes_message(page: Page) -> Markup:
    """How many homes there are, and what is known of their independent visits."""
    if not page.has("homes"):
        return Markup("Children’s homes: no extract of homes is held")
    homes, missed, where = page.fact(f"{HOMES}.all"), *map(page.fact, REGULATION_44[1:])
    if not sentences.is_usable(missed):
        return sentences.text(
            "{homes} children’s homes; Regulation 44 visits due and held are not given", homes=homes
        )
    return sentences.text(
        "{homes} children’s homes; {missed} Regulation 44 visits missed, in {where} of them",
        homes=homes,
        missed=missed,
        where=where,
    )


def homes_table(page: Page, *, number: int | None = None) -> Markup:
    """Homes, places and risk assessments by what the homes provide."""
    if not page.has("homes"):
        return not_computed("The authority’s extracts hold no list of children’s homes.")
    title = f"{definition(HOMES).title}, "
    rows = [
        {
            "Provision": _text("All homes" if cut == "all" else label.removeprefix(title)),
            "Homes": value_cell(page.fact(f"{HOMES}.{cut}")),
            "Places": value_cell(page.fact(f"{PLACES}.{cut}")),
            "Risk assessed": value_cell(page.fact(f"{RISK}.{cut}")),
        }
        for cut, label in _cuts(page, HOMES)
    ]
    missing = any(fact["value"] is None for fact in page.records(PLACES))
    return html_table(
        rows,
        table_id="t-homes",
        caption="Children’s homes by provision",
        note=sentences.join(
            "[x] places are not given for every home." if missing else "", _later_list(page)
        ),
        number=number,
        total_row=True,
        classes=["tbl-s"],
    )


def _later_list(page: Page) -> Markup:
    """The date of a list of homes that is later than the period."""
    as_at = page.fact(REGULATION_44[0])["period"]
    if not as_at_date(as_at) > page.period.end_time:
        return Markup("")
    return Markup("The list of homes stands at {}, after the period’s end.").format(
        date_words(as_at)
    )


def _cuts(page: Page, measure_id: str) -> list[tuple[str, str]]:
    """The cut of each fact of a measure, with its label."""
    found = page.series(measure_id)
    return list(zip(found["id"].str.partition(".")[2], found["label"], strict=True))


def _text(words: object) -> Markup:
    return Markup('<span data-text="definition">{}</span>').format(words)


def regulation_44_sentence(page: Page) -> Markup:
    """Independent visits held of those due, and where any were missed."""
    if not page.has("homes"):
        return Markup("")
    share, missed, where = map(page.fact, REGULATION_44)
    if not sentences.is_usable(share):
        return sentences.unusable(share)
    return sentences.text(
        "{share} of the Regulation 44 visits due were held ({when}); {missed} were missed, in "
        "{where} homes. An extra visit to one home does not make up for one missed in another.",
        share=share,
        when=date_words(share["period"]),
        missed=missed,
        where=where,
    )


def how_homes_were_computed(page: Page) -> Markup:
    """Workings of the Regulation 44 figures."""
    if not page.has("homes"):
        return Markup("")
    return how_each_was_computed(map(page.fact, REGULATION_44))


def visits_table(page: Page, *, number: int | None = None) -> Markup:
    """Visits of leaders, members and independent visitors in the year up to the period."""
    if not page.has("home_visits"):
        return not_computed("The authority’s extracts hold no visits of leaders or members.")
    title = f"{definition('visits_to_homes').title}, "
    rows = [
        {
            "Visitor": _text(fact["label"].removeprefix(title)),
            "Visits": value_cell(fact)
            if fact["value"] is not None
            else _text("At least one; the number is not given"),
            "Latest": month_name(fact["period"]),
        }
        for fact in page.records("visits_to_homes")
    ]
    return html_table(
        rows,
        table_id="t-visits",
        caption="Visits to the homes in the twelve months to the period",
        note=_later_visits(page),
        number=number,
        numeric=[],
        classes=["tbl-s"],
    )


def _later_visits(page: Page) -> Markup:
    """Visits that the extract gives after the period, which the table leaves out."""
    visits = page.table("home_visits")
    later = visits[visits["visit_month"] > page.period.to_timestamp()]
    if later.empty:
        return Markup("As recorded here; the Regulation 44 figures come from the list of homes.")
    words = [
        f"{row['visitor_role']}, {month_name(row['visit_month'])}"
        for row in later.to_dict("records")
    ]
    said = _text(f"{'; '.join(words)}.")  # the stop inside, so that it never begins a line
    return Markup("Given for after the period and not counted: {}").format(said)


def modes_message(page: Page) -> Markup:
    """The range of the share held directly, over the activities of the latest year."""
    newest = [fact for fact in _newest(page) if fact["id"].endswith(".direct")]
    usable = sorted(filter(sentences.is_usable, newest), key=lambda fact: fact["value"])
    if not usable:
        words = "is stated, not counted" if page.has("contact_modes") else "is in no extract"
        return Markup("How contact is made {}").format(words)
    if len(usable) == 1:
        return sentences.text("{share} of contact was held directly", share=usable[0])
    return sentences.text(
        "Between {low} and {high} of each activity was held directly",
        low=usable[0],
        high=usable[-1],
    )


def _newest(page: Page) -> list[dict]:
    """The facts of the latest year, whatever the mode."""
    found = page.records(MODES)
    latest = max((fact["period"] for fact in found), default="")
    return [fact for fact in found if fact["period"] == latest]


def modes_chart(page: Page, *, number: int | None = None) -> Markup:
    """The share of each activity held directly, in the latest year."""
    newest = pd.DataFrame([fact for fact in _newest(page) if fact["id"].endswith(".direct")])
    if newest.empty:
        return Markup("")
    names = newest["label"].str.split(", ").str[-2]
    return charts.bars(
        newest.assign(label=names),
        figure_id="modes",
        title=modes_message(page),
        subtitle=f"Share held directly, {page.place}, year to "
        f"{month_name(newest['period'].iloc[0])}, %",
        source="How each was held is as recorded by the worker.",
        unit="%",
        number=number,
    )


def modes_table(page: Page, *, number: int | None = None) -> Markup:
    """How each activity was held, year by year; or what the source states in words."""
    if not page.has("contact_modes"):
        return not_computed("The authority’s extracts do not say how contact is made.")
    held = page.records(HELD)
    if not held:
        return _stated_modes(page, number)
    rows = [_mode_row(page, fact) for fact in sorted(held, key=_by_activity)]
    return html_table(
        rows,
        table_id="t-modes",
        caption="Direct, hybrid and virtual contact in years that end with the period",
        note="Years of which the extract holds fewer than twelve months are left out.",
        number=number,
        row_header="Activity and year",
    )


def _by_activity(fact: dict) -> tuple[str, str]:
    _, month, activity = fact["id"].split(".")
    return activity, month


def _mode_row(page: Page, held: dict) -> dict:
    _, month, activity = held["id"].split(".")
    own = page.facts_by_id()
    shares = {}
    for mode in ("direct", "hybrid", "virtual"):
        name = f"{MODES}.{month}.{activity}.{mode}"
        shares[mode.capitalize()] = value_cell(own[name]) if name in own else "none recorded"
    label = held["label"].split(", ")[-1]
    return {
        "Activity and year": _text(f"{label}, year to {month_name(month)}"),
        "Held": value_cell(held),
        **shares,
    }


def _stated_modes(page: Page, number: int | None) -> Markup:
    rows = [
        {
            "Activity": _text(row["activity"]),
            "Mode": _text(row["mode"]),
            "What the source says, in brief": _text(row["statement"]),
            "Paragraph": _text(row["paragraph"]),
        }
        for row in page.table("contact_modes").to_dict("records")
        if not pd.isna(row["statement"])
    ]
    if not rows:
        return not_computed("Fewer than twelve months of visits and meetings are held.")
    return html_table(
        rows,
        table_id="t-modes",
        caption="How contact is made, as the source states it",
        note="The source counts none of it, so no share can be computed.",
        number=number,
        numeric=[],
        classes=["stack"],
    )
