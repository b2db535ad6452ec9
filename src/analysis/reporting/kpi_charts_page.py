"""One indicator in full: chart, sentence, states, months, what it is, caveats, managers' words."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import Definition, definition, load_definitions
from analysis.reporting import charts, sentences_spc
from analysis.reporting.blocks import how_computed, note, quote
from analysis.reporting.charts.process import based_on
from analysis.reporting.facts import shown, slug
from analysis.reporting.icons import assurance_icon, variation_icon
from analysis.reporting.kpi_control import CUMULATIVE, Control
from analysis.reporting.kpi_grid import figure_id
from analysis.reporting.numbers import month_name
from analysis.reporting.page import Page

UNITS = {"%": "per cent", "per 10,000": "per 10,000 children", "count": "number"}
BETTER = {"high": "Higher is better.", "low": "Lower is better.", "none": ""}
NAMED = {
    "latest": "kpi_latest",
    "mean": "kpi_limit_mean",
    "lower": "kpi_limit_lower",
    "upper": "kpi_limit_upper",
    "target": "kpi_target",
    "open": "kpi_open",
    "england": "kpi_benchmark",
}
MOST_TITLE_WORDS = 15
COUNTED_WHEN_ENDED = ("assessments_in_45_working_days", "icpc_in_15_working_days")
"""Indicators dated by the case's end: what is still open is in no month's rate."""


def figures(page: Page, controls: list[Control], *, start: int = 1) -> list[Markup]:
    """The indicators in full, one after another, figures numbered from ``start``."""
    facts = page.facts_by_id()
    return [
        block
        for number, control in enumerate(controls, start)
        for block in _indicator(page, facts, control, number)
    ]


def facts_of_control(facts: dict[str, dict], control: Control) -> dict[str, dict]:
    """The facts of one indicator by name, those there are; ``previous`` is the month before."""
    code = slug(control.code)
    found = {name: facts.get(f"{measure}.{code}") for name, measure in NAMED.items()}
    before = pd.Period(found["latest"]["period"], "M") - 1
    found["previous"] = facts.get(f"kpi_value.{code}.{before}")
    return {name: fact for name, fact in found.items() if fact is not None}


def _indicator(page: Page, facts: dict, control: Control, number: int) -> list[Markup]:
    own = facts_of_control(facts, control)
    return [
        _figure(page, control, own, number),
        *[note(_as_definition(text)) for text in caveats(page, control)],
        *quoted_notes(page, control),
        _about(control),
        how_computed(own["latest"]),
    ]


def _figure(page: Page, control: Control, own: dict[str, dict], number: int) -> Markup:
    target = own.get("target")
    table = control.chart
    if target:
        table = table.assign(target=control.months["target"].to_numpy(dtype=float))
    return charts.spc_chart(
        table,
        control.facts,
        figure_id=figure_id(slug(control.code)),
        title=title(control),
        subtitle=f"{control.name}, {UNITS[control.unit]}, {page.place}",
        reading=_reading(control),
        source=Markup('Source: <span data-text="definition">{}</span>.').format(
            str(own["latest"]["source"]).rstrip(".")
        ),
        unit=control.unit,
        target=target["value"] if target else None,
        levels=_levels(own),
        breaks=[(month, "Limits restart") for month, _ in control.rebases],
        number=number,
        say=_say(control, own),
        without_limits="No limits." if control.law == CUMULATIVE else "Too few points for limits.",
    )


def title(control: Control) -> str:
    """A figure's title: the indicator and what its chart says, in at most 15 words."""
    whole = f"{control.name}: {sentences_spc.finding(control)}"
    return whole if len(whole.split()) <= MOST_TITLE_WORDS else control.name


def _reading(control: Control) -> str:
    """Which way is better, and by what law the limits are."""
    limits = f"Limits by {control.law}, given for the newest month."
    return " ".join(filter(None, [BETTER[control.direction], limits if control.tested else ""]))


def _levels(own: dict[str, dict]) -> dict[str, dict]:
    """The facts of the mean and the limits under the chart's own names."""
    names = {"mean": "mean", "lcl": "lower", "ucl": "upper"}
    return {key: own[name] for key, name in names.items() if name in own}


def _say(control: Control, own: dict[str, dict]) -> Markup:
    """Beside the chart: the sentence, the states, and what the rate rests on and hides."""
    rows = [
        ("Variation", variation_icon(control.variation)),
        ("Assurance", assurance_icon(control.assurance)),
        ("Target", shown(own["target"]) if "target" in own else "None set"),
        ("Usual range", _range(own)),
        ("Based on", based_on(own["latest"]) or "Counts not given"),
        *([("Open, past deadline", shown(own["open"]))] if "open" in own else []),
        *([("England", _england(own["england"]))] if "england" in own else []),
    ]
    listed = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, value) for name, value in rows
    )
    return Markup('<p>{}</p><dl class="facts">{}</dl>').format(
        sentences_spc.spc_sentences(control, own), listed
    )


def _range(own: dict[str, dict]) -> Markup:
    if "lower" not in own:
        return Markup("Not drawn")
    return Markup("{} to {}").format(shown(own["lower"]), shown(own["upper"]))


def _england(fact: dict) -> Markup:
    return Markup('{}, <span data-text="definition">{}</span>').format(shown(fact), fact["note"])


def caveats(page: Page, control: Control) -> list[str]:
    """What limits the chart: earlier signals, patterns, restarts, definitions, the measure."""
    earlier = sentences_spc.signals_in_words(control)
    return [
        *(["Signals by month: " + "; ".join(earlier) + "."] if earlier else []),
        *control.said,
        *[
            f"Limits restart in {month_name(month)}, as declared: {reason}"
            for month, reason in control.rebases
        ],
        *changed_definitions(page, control.code),
        *page.caveats(control.code),
        *_open_note(control),
    ]


def changed_definitions(page: Page, code: str) -> list[str]:
    """Changes of an indicator's definition that the authority has declared."""
    return [
        f"The definition changed in {month_name(str(item['from'])[:7])}: {item.get('reason', '')}"
        for item in page.authority.definition_changes
        if item.get("measure") == code
    ]


def _open_note(control: Control) -> list[str]:
    """That open cases are missing from the rate, where a case is counted when it ends."""
    if control.code not in COUNTED_WHEN_ENDED or control.months["open_past_deadline"].isna().all():
        return []
    return ["Cases still open and past the deadline are in no month’s rate until they end."]


def quoted_notes(page: Page, control: Control) -> list[Markup]:
    """Managers' notes on the indicator for the period, in their own words."""
    notes = page.once("notes", lambda: _notes_of_period(page))
    return [
        quote(row["text"], row["role"], row["note_date"])
        for row in notes
        if row["measure_id"] == control.code
    ]


def _notes_of_period(page: Page) -> list[dict]:
    if not page.has("notes"):
        return []
    notes = page.table("notes")
    return notes[notes["month"].eq(page.period.to_timestamp())].to_dict(orient="records")


def _about(control: Control) -> Markup:
    """What the indicator is and why it matters, folded under a line."""
    kind = kind_of(control)
    rows = [
        ("What it is", kind.definition),
        ("Why it matters", kind.why),
        ("Left out", kind.exclusions),
        ("DfE’s indicator", kind.dfe),
        ("Caution", kind.caveat),
        ("Definition from", kind.source),
    ]
    listed = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, words)
        for name, words in rows
        if words
    )
    return Markup(
        '<details class="how"><summary>What it is and why it matters: {}</summary>'
        '<dl class="facts" data-text="definition">{}</dl></details>'
    ).format(control.name, listed)


def kind_of(control: Control) -> Definition:
    """An indicator's definition; of one that only the return gives, what the return is."""
    return load_definitions().get(control.code) or definition("kpi_values")


def _as_definition(words: str) -> Markup:
    return Markup('<span data-text="definition">{}</span>').format(words)
