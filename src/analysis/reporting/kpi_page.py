"""What the KPI page and the leader summary say of an authority's indicators."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.methods.attribute_charts import rare_events
from analysis.reporting import kpi_pairs_page
from analysis.reporting.blocks import not_computed, note
from analysis.reporting.charts import sparkline
from analysis.reporting.charts.process import based_on
from analysis.reporting.facts import shown, slug
from analysis.reporting.kpi_board import not_held
from analysis.reporting.kpi_charts_page import caveats, facts_of_control, figures, quoted_notes
from analysis.reporting.kpi_control import RARE, Control
from analysis.reporting.kpi_grid import (
    SPARK_MONTHS,
    charted,
    grid,
    kpi_rows,
    months_of_kpi,
    name_of,
)
from analysis.reporting.numbers import month_name, plain
from analysis.reporting.page import Page
from analysis.reporting.sentences import join, text
from analysis.reporting.sentences_spc import number_words
from analysis.reporting.tables import html_table, value_cell

MOST_SUMMARY_ROWS = 12
SHOWN_MONTHS = 6


def has_kpis(page: Page) -> bool:
    """Whether the page's facts hold any indicator by month."""
    return any(name.startswith("kpi_latest.") for name in page.facts_by_id())


def headline(page: Page) -> Markup:
    """The one message: the signals of concern, then how many targets are missed."""
    if not has_kpis(page):
        return kpi_pairs_page.headline(page)
    concern = [row for row in kpi_rows(page) if row["variation"].startswith("concern")]
    if len(concern) == 1:
        opening = Markup("{}: a signal of concern").format(concern[0]["name"])
    elif concern:
        opening = text(
            "{n} indicators give a signal of concern", n=page.fact("kpi_signals.concern")
        )
    elif page.fact("kpi_signals.all")["denominator"]:
        opening = Markup("No indicator gives a signal of concern")
    else:
        opening = Markup("No indicator has enough months to be tested")
    return _with_targets(page, opening)


def _with_targets(page: Page, opening: Markup) -> Markup:
    """A message with the targets missed, and those not judged since their month is hidden."""
    missed, hidden = page.fact("kpi_targets_missed"), page.fact("kpi_targets_hidden")
    said = [opening]
    if missed["denominator"]:
        said.append(text("{missed} {targets} missed", missed=missed, targets=_targets(missed)))
    if hidden["value"]:
        said.append(
            text(
                "{hidden} {targets} not judged as the newest month is hidden",
                hidden=hidden,
                targets=_targets(hidden),
            )
        )
    return Markup("; ").join(said)


def _targets(count: dict) -> str:
    return "target" if count["value"] == 1 else "targets"


def board_message(page: Page) -> Markup:
    """The grid's message: signals found, of how many."""
    found = page.fact("kpi_signals.all")
    if not found["denominator"]:
        return Markup("No indicator has enough points for limits")
    signals = "signal" if found["value"] == 1 else "signals"
    return _with_targets(
        page, text("{found} {signals} on the newest month", found=found, signals=signals)
    )


def chance_sentence(page: Page) -> Markup:
    """How many signals chance alone would raise, and how many survive having looked at so many."""
    expected, found = page.fact("kpi_signals_by_chance"), page.fact("kpi_signals.all")
    if not expected["denominator"]:
        return Markup("")
    said = Markup("")
    if round(expected["value"], 1):
        said = text(
            "Among {tested} indicators with limits chance alone would raise about {expected} "
            "signals each month.",
            tested=Markup('<span data-text="definition">{}</span>').format(
                plain(expected["denominator"])
            ),
            expected=expected,
        )
    if not found["value"]:
        return said
    held = page.fact("kpi_signals.holding")
    kept = text(
        "{found} {was} found; {held} {stands} after allowing for that (Benjamini and Hochberg, "
        "false discovery rate one in ten).",
        found=found,
        was="was" if found["value"] == 1 else "were",
        held=held,
        stands="holds" if held["value"] == 1 else "hold",
    )
    return join(said, kept)


def show_board(page: Page) -> None:
    """Show the grid of all indicators and what chance would do; nothing without indicators."""
    if not has_kpis(page):
        page.show_or_leave_out()
        return
    page.message(board_message(page))
    page.say(chance_sentence(page))
    page.show(grid(page, kpi_rows(page), number=1))


def with_signal(page: Page, controls: list[Control]) -> list[Markup]:
    """The charts of the indicators whose newest month is a signal."""
    return figures(page, _chosen(page, controls, lambda row: row["signal"]))


def with_target_missed(page: Page, controls: list[Control]) -> list[Markup]:
    """The charts of those that miss their target without a signal."""
    before = len(_chosen(page, controls, lambda row: row["signal"]))
    chosen = _chosen(page, controls, lambda row: row["missed"] and not row["signal"])
    return figures(page, chosen, start=before + 1)


def pinned(page: Page, controls: list[Control]) -> list[Markup]:
    """The charts of the other indicators that the authority has pinned."""
    before = len(_chosen(page, controls, lambda row: row["signal"] or row["missed"]))
    chosen = _chosen(page, controls, lambda row: not (row["signal"] or row["missed"]))
    return figures(page, chosen, start=before + 1)


def _chosen(page: Page, controls: list[Control], wanted: object) -> list[Control]:
    """The controls of the charted rows that are wanted, in the grid's order."""
    by_code = {slug(control.code): control for control in controls}
    return [by_code[row["code"]] for row in charted(kpi_rows(page)) if wanted(row)]


def others(page: Page, controls: list[Control]) -> list[Markup]:
    """The indicators without a chart: their last months, usual range and a small line each."""
    drawn = {row["code"] for row in charted(kpi_rows(page))}
    rest = [c for c in controls if slug(c.code) not in drawn and c.law != RARE]
    if not rest:
        return []
    facts = page.facts_by_id()
    table = html_table(
        [_months_row(page, facts, control) for control in rest],
        table_id="t-others",
        caption="Indicators without a chart",
        note="The newest six months. [u] marks a newest month of fewer than 30 cases.",
        number=2,
    )
    said = [
        Markup('<li>{}: <span data-text="definition">{}</span></li>').format(c.name, words)
        for c in rest
        for words in caveats(page, c)
        if words in (*c.said, *page.caveats(c.code)) or words.startswith(("Signals", "Limits"))
    ]
    listed = Markup("<ul>{}</ul>").format(Markup("").join(said))
    quoted = [block for control in rest for block in quoted_notes(page, control)]
    return [table, Markup('<div class="prose">{}</div>').format(listed) if said else "", *quoted]


def _months_row(page: Page, facts: dict, control: Control) -> dict:
    own, code = facts_of_control(facts, control), slug(control.code)
    months = pd.period_range(end=page.period, periods=SHOWN_MONTHS, freq="M")
    cells = {}
    for month in months:
        fact = facts.get(f"kpi_value.{code}.{month}")
        cells[f"{month:%b %Y}"] = value_cell(fact) if fact else None
    usual = (
        Markup("{} to {}").format(shown(own["lower"]), shown(own["upper"]))
        if "lower" in own
        else "Not drawn"
    )
    line = sparkline(months_of_kpi(page, facts, code), control.variation)
    return {
        "Indicator": control.name,
        f"Last {SPARK_MONTHS} months": line,
        **cells,
        "Usual range": usual,
        "Based on": based_on(own["latest"]),
    }


def rare(page: Page, controls: list[Control]) -> list[Markup]:
    """Rare counts: the months with events and how long after the last, without limits."""
    facts = page.facts_by_id()
    return [_events_table(facts, control) for control in controls if control.law == RARE]


def _events_table(facts: dict, control: Control) -> Markup:
    """Months with events; a hidden count is one of at least one, so its month is listed."""
    months = pd.DatetimeIndex(control.months["month"])
    own = control.facts.set_axis(months)
    counts = own["value"].astype(float).mask(own["suppressed"].astype(bool), 1.0)
    rows = [
        {
            "Month": month_name(event["date"]),
            "Events": value_cell(facts[f"kpi_value.{slug(control.code)}.{event['date']:%Y-%m}"]),
            "Months since the last": "First held"
            if pd.isna(event["months_since_previous"])
            else Markup('<span data-text="definition">{}</span>').format(
                event["months_since_previous"]
            ),
        }
        for event in rare_events(counts.dropna()).to_dict(orient="records")
    ]
    return html_table(
        rows,
        table_id=f"t-rare-{slug(control.code)}",
        caption=f"{control.name}: months with events",
        note="Too rare for limits.",
    )


def missing(page: Page) -> list[Markup]:
    """What could not be computed, and which extract or column is missing."""
    series = page.series("kpi_latest")
    none = series[series["value"].isna() & ~series["suppressed"].astype(bool)]
    lines = [
        (name_of(fact), str(fact["note"]).removeprefix("cannot be computed: ").rstrip("."))
        for fact in none.to_dict(orient="records")
    ] + [(title, f"no extract holds {' or '.join(names)}") for title, names in not_held(page)]
    if not lines:
        return []
    listed = Markup("").join(
        Markup('<li><span data-text="definition">{}: {}.</span></li>').format(*line)
        for line in lines
    )
    return [
        not_computed("These indicators lack an extract, a column or a month:"),
        Markup('<div class="prose"><ul>{}</ul></div>').format(listed),
    ]


def has_concern(page: Page) -> bool:
    """Whether any indicator has a signal in the unwanted direction."""
    found = page.series("kpi_signals")
    return bool((found.loc[found["id"] == "kpi_signals.concern", "value"].fillna(0) > 0).any())


def card(page: Page) -> dict:
    """The headline on practice for the leader summary; nothing where no indicator is by month."""
    if not has_kpis(page):
        return {}
    concern = [row for row in kpi_rows(page) if row["variation"].startswith("concern")]
    names = ", ".join(row["name"] for row in concern[:2])
    more = f" and {number_words(len(concern) - 2)} more" if len(concern) > 2 else ""
    tested = page.fact("kpi_signals.all")["denominator"]
    found = page.fact("kpi_signals.concern")
    return {
        "subject": "Practice",
        "value": shown(found),
        "unit": f"{'indicator' if found['value'] == 1 else 'indicators'} with a signal of concern",
        "variation": concern[0]["variation"]
        if concern
        else "common_cause"
        if tested
        else "too_few",
        "words": join(
            Markup("{}{}.").format(names, more) if concern else "No signal of concern.",
            _targets_of_card(page),
        ),
        "href": "#key-indicators",
    }


def _targets_of_card(page: Page) -> Markup:
    """How many indicators missed their target, and of how many that is hidden."""
    missed, hidden = page.fact("kpi_targets_missed"), page.fact("kpi_targets_hidden")
    said = []
    if missed["denominator"]:
        said.append(text("{missed} of those with a target missed it.", missed=missed))
    if hidden["value"]:
        said.append(
            text("Of {hidden} with a target the newest month is hidden.", hidden=hidden),
        )
    return join(*said)


def summary(page: Page) -> tuple[Markup, list[Markup]]:
    """The indicators' section of the leader summary: its message, the grid, and a link."""
    if not has_kpis(page):
        return kpi_pairs_page.summary(page)
    rows = kpi_rows(page)
    first = rows[:MOST_SUMMARY_ROWS]
    rest = len(rows) - len(first)
    more = f"The {number_words(rest)} others and every chart" if rest else "Every indicator’s chart"
    blocks = [
        grid(page, first, to="02_kpi_trends.html"),
        note(chance_sentence(page)),
        Markup('<p class="more"><a href="02_kpi_trends.html">{}</a></p>').format(more),
    ]
    return headline(page), blocks
