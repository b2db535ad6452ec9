"""What the agency page says and draws month by month, and what is odd in the lists."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import definition
from analysis.methods.spc import POINTS_FOR_LIMITS
from analysis.reporting import charts as draw
from analysis.reporting import sentences
from analysis.reporting.blocks import not_computed, quote
from analysis.reporting.charts.process import RULES
from analysis.reporting.numbers import month_name
from analysis.reporting.page import Page
from analysis.reporting.tables import html_table, value_cell
from analysis.reporting.workforce_facts import BASELINE, FEWEST_FOR_BASELINE

EMPTY = Markup("")
LISTS = {"staff": "Staff list", "agency": "Agency list", "months": "Months"}
MONTHS = "agency_fte_by_month"
SPOKEN = ("agency_workers", "agency_fte", "agency_rate_dfe", "agency_posts_covered")


def is_hidden(page: Page) -> bool:
    """Whether months enough for limits are held, and too many of them hidden."""
    months = page.series(MONTHS)
    return int((months["value"].notna() | months["suppressed"]).sum()) >= POINTS_FOR_LIMITS


def tested(page: Page) -> bool:
    """Whether there are months enough for limits."""
    return "agency_fte_limit.mean" in set(page.facts["id"])


def newest_rule(page: Page) -> str:
    """The rule that the newest month of agency FTE meets, in words; nothing where none."""
    formula = page.fact("agency_signal.fte")["formula"]
    return RULES.get(formula, "")


def message(page: Page) -> Markup:
    """What the newest month of agency FTE says, by its chart."""
    if not tested(page):
        many = is_hidden(page)
        return Markup("Too many hidden months for limits" if many else "Too few months for limits")
    signal, fte = page.fact("agency_signal.fte")["value"], page.records(MONTHS)[-1]
    if signal is None:
        return sentences.unusable(fte)
    words = {
        -1: "Agency use is higher than usual variation: {fte} FTE in {month}",
        1: "Agency use is lower than usual variation: {fte} FTE in {month}",
        0: "Agency use is within its usual variation: {fte} FTE in {month}",
    }
    return sentences.text(words[int(signal)], fte=fte, month=month_name(fte["period"]))


def sentence(page: Page) -> Markup:
    """The limits, the rule that is met and how long agency FTE has been above its mean."""
    if not tested(page):
        needed = "Limits and words of change need at least thirteen months of agency FTE; {}."
        too_many = "too many of those held are hidden [c] to protect people"
        return Markup(needed).format(
            too_many if is_hidden(page) else "the extracts do not hold them"
        )
    limits = {name: page.fact(f"agency_fte_limit.{name}") for name in ("mean", "lower", "upper")}
    usual = sentences.text(
        "Month ends usually lie between {lower} and {upper} FTE around a mean of {mean}.", **limits
    )
    rule = newest_rule(page)
    met = sentences.text("The newest month is a signal: {rule}.", rule=rule.lower()) if rule else ""
    return sentences.join(usual, met or _untested(page), run_sentence(page))


def _untested(page: Page) -> Markup:
    """That the newest month is not tested, where it may not be shown or is not given."""
    if page.fact("agency_signal.fte")["value"] is not None:
        return EMPTY
    newest = page.records(MONTHS)[-1]
    why = "hidden [c] to protect people" if newest["suppressed"] else "not given"
    return Markup("The newest month is {}, so it is not tested.").format(why)


def run_sentence(page: Page) -> Markup:
    """For how many months agency FTE has been a signal, and the level before."""
    held = set(page.facts["id"])
    if "agency_run" not in held:
        return Markup("")
    run, level = page.fact("agency_run"), page.fact("agency_level_before")
    months = pd.Period(page.period, "M") - int(run["value"]) + 1
    said = sentences.text(
        "Every month since {month} is a signal of concern ({run} in all).",
        run=run,
        month=month_name(months),
    )
    before = (
        sentences.text("Before that the middle month had {level} workers.", level=level)
        if sentences.is_usable(level)
        else ""
    )
    return sentences.join(said, before)


def fte_chart(page: Page, made: dict[str, pd.DataFrame]) -> Markup:
    """Agency FTE at each month's end with its limits, and what managers wrote of it."""
    title = "Agency FTE at the end of each month"
    words = managers_words(page)
    if not tested(page):
        return _chart(page, made["fte"], "fte", title) + words
    return _chart(page, made["fte"], "fte", title, words)


def rate_chart(page: Page, made: dict[str, pd.DataFrame]) -> Markup:
    """The agency rate in the Department's form at each month's end with its limits."""
    title = "Agency rate, Department for Education’s form"
    kind = definition("agency_rate_by_month")
    words = Markup('<p data-text="definition">{}</p>').format(kind.definition)
    return _chart(page, made["rate"], "rate", title, words)


def _chart(page: Page, chart: pd.DataFrame, name: str, title: str, say: Markup = EMPTY) -> Markup:
    facts = page.series(f"agency_{name}_by_month")
    if chart["value"].notna().sum() < 2 and facts["suppressed"].any():
        return Markup(
            '<p class="absent">{}: fewer than two months may be shown; the others are hidden [c] '
            "to protect people.</p>"
        ).format(title)
    if chart["value"].notna().sum() < 2:
        return not_computed(f"{title}: fewer than two months of it are held.")
    ids = {"mean": "mean", "lower": "lcl", "upper": "ucl"}
    held, words = set(page.facts["id"]), {"fte": "FTE", "rate": "rate"}[name]
    levels = {
        key: page.fact(f"agency_{name}_limit.{limit}")
        for limit, key in ids.items()
        if f"agency_{name}_limit.{limit}" in held
    }
    return draw.spc_chart(
        chart,
        facts,
        figure_id=f"agency-{name}",
        title=title,
        subtitle=f"Agency {words}, {page.place}, last day of each month{_baseline(chart)}",
        source=Markup('Source: <span data-text="definition">{}</span>.').format(
            facts["source"].iloc[-1]
        ),
        unit=definition(f"agency_{name}_by_month").unit,
        levels=levels,
        say=say,
    )


def _baseline(chart: pd.DataFrame) -> str:
    """Which months set the limits, where it is not all of them."""
    held = chart["value"].notna().sum()
    return f"; limits from the first {BASELINE} months" if held >= FEWEST_FOR_BASELINE else ""


def managers_words(page: Page) -> Markup:
    """What managers wrote of agency use in this month, as quotations."""
    if not page.has("notes"):
        return EMPTY
    notes = page.table("notes")
    own = notes[notes["measure_id"].isin(SPOKEN)]
    own = own[pd.to_datetime(own["month"]).dt.to_period("M") == page.period]
    return Markup("").join(
        quote(
            Markup('<span data-text="definition">{}</span>').format(row["text"]),
            row["role"],
            row["note_date"],
        )
        for row in own.to_dict("records")
    )


def agreement(page: Page, compared: tuple[list[str], list[str]]) -> Markup:
    """Which figures the authority's monthly summary gives as its lists do, and which otherwise."""
    same, apart = compared
    if not same and not apart:
        return EMPTY
    said = [
        f"At {month_name(page.period)} the monthly summary gives the same as the lists for "
        f"{', '.join(same)}."
        if same
        else "",
        f"It differs for {', '.join(apart)}; this page shows the lists." if apart else "",
    ]
    return sentences.join(*said)


def oddities_table(page: Page, odd: pd.DataFrame) -> Markup:
    """Odd rows of each list, how many, and how they were computed."""
    facts = page.records("workforce_oddities") + page.records("month_oddities")
    if not facts:
        return Markup("<p>Nothing odd was found in the lists that this page is made from.</p>")
    rows = [
        {
            "List": LISTS[name],
            "What was seen, and how it was computed": Markup(
                '<span data-text="definition">{}</span>'
            ).format(message[:1].upper() + message[1:]),
            "Rows": value_cell(fact),
        }
        for fact, name, message in zip(facts, odd["list"], odd["message"], strict=True)
    ]
    return html_table(
        rows,
        table_id="t-odd",
        caption="Odd rows of the lists",
        note="[c] means hidden: the count is 1 to 5, or would reveal one that is."
        if any(fact["suppressed"] for fact in facts)
        else "",
        numeric=["Rows"],
        classes=["stack"],
    )
