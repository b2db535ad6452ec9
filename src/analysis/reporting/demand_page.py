"""The demand page's headline and section for the leader summary, from facts alone."""

from __future__ import annotations

from markupsafe import Markup

from analysis.reporting import sentences
from analysis.reporting.demand_flow_page import flow_message
from analysis.reporting.demand_groups_page import mix_message, source_message
from analysis.reporting.demand_growth_page import base_sentence, rise_sentence, trend_sentence
from analysis.reporting.demand_year_page import (
    BEFORE,
    CHANGE,
    NOW,
    both_charts,
    caveats,
    headline,
    how_change_was_computed,
    period_sentence,
    range_sentence,
    span,
)
from analysis.reporting.facts import shown
from analysis.reporting.forecast_page import fan
from analysis.reporting.page import Page


def card(page: Page) -> dict:
    """The headline on demand for the leader summary."""
    change = page.fact(CHANGE)
    return {
        "subject": "Demand",
        "value": shown(change),
        "unit": f"contacts, {span(change)}, against the year before",
        "state": sentences.direction(change).capitalize() or "Not tested",
        "words": sentences.text(
            "{now} contacts against {before} (95% interval {low} to {high}).",
            now=page.fact(NOW),
            before=page.fact(BEFORE),
            low=page.ends(CHANGE)[0],
            high=page.ends(CHANGE)[1],
        )
        if sentences.is_usable(change)
        else sentences.unusable(change),
        "href": "#demand",
    }


def _going_on(page: Page) -> list[Markup]:
    """What the tests of growth say, where contacts come from and lead to, and what comes next."""
    said = [rise_sentence(page), trend_sentence(page), base_sentence(page)]
    moved = [source_message(page), mix_message(page), flow_message(page)]
    said += [Markup("{}.").format(words) for words in moved if words]
    paragraph = Markup("<p>{}</p>").format(Markup(" ").join(words for words in said if words))
    return [paragraph, fan(page)]


def summary(page: Page) -> tuple[Markup, list[Markup]]:
    """The demand section of the leader summary: its message and its blocks."""
    blocks = [
        Markup("<p>{} {}</p>").format(period_sentence(page), range_sentence(page)),
        both_charts(page),
        *caveats(page),
        how_change_was_computed(page),
        *_going_on(page),
        Markup('<p class="more"><a href="01_demand_growth.html">Demand in detail</a></p>'),
    ]
    return headline(page), blocks
