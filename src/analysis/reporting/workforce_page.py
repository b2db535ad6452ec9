"""What the agency page and the leader summary say about agency social workers, from facts."""

from __future__ import annotations

from markupsafe import Markup

from analysis.reporting import cover_page, sentences, workforce_history_page
from analysis.reporting.blocks import not_computed
from analysis.reporting.fact_table import fact_table, how_each_was_computed
from analysis.reporting.facts import shown
from analysis.reporting.icons import VARIATION
from analysis.reporting.page import Page
from analysis.reporting.statements import dated, quoted_statements

WORKERS, POSTS, ESTABLISHMENT = "agency_workers", "agency_posts_covered", "establishment"
CHANGE, EARLIER = "agency_workers_change", "agency_workers_earlier"
WAYS = (
    "agency_posts_share_of_establishment",
    "agency_workers_per_100_establishment_fte",
    "agency_rate_dfe",
)
SERVICE = (
    *("in_post", "vacancies", "agency_fte", "vacancy_rate_dfe"),
    *("agency_cover_rate_dfe", "vacancy_agency_cover_rate_dfe", "turnover_rate_dfe"),
    *("absence_rate_dfe", "long_term_absence", "maternity_absence"),
    *("starters_in_12_months", "leavers_in_12_months"),
)
SIGNAL, FTE, RATE = "agency_signal.fte", "agency_fte", "agency_rate_dfe"
PIPELINE = (
    "newly_qualified",
    "newly_qualified_completed",
    "newly_qualified_remaining",
    "apprentices",
    "apprentices_planned",
    "step_up_students",
)


def is_charted(page: Page) -> bool:
    """Whether agency use has months enough for its newest to be tested."""
    return SIGNAL in set(page.facts["id"]) and page.fact(SIGNAL)["value"] is not None


def headline(page: Page) -> Markup:
    """The one message on agency: by the chart where there is one, else workers and posts."""
    fte, rate = (page.fact(name) for name in (FTE, RATE))
    if is_charted(page) and sentences.is_usable(fte, rate):
        words = {
            -1: "Agency use is unusually high: {fte} FTE, {rate} of social workers",
            1: "Agency use is unusually low: {fte} FTE, {rate} of social workers",
            0: "Agency use is within its usual variation: {fte} FTE, {rate} of social workers",
        }
        return sentences.text(words[int(page.fact(SIGNAL)["value"])], fte=fte, rate=rate)
    return _headline_of_position(page)


def _headline_of_position(page: Page) -> Markup:
    workers, posts = page.fact(WORKERS), page.fact(POSTS)
    if not sentences.is_usable(workers):
        return Markup("Agency social workers: the number cannot be given")
    if not sentences.is_usable(posts):
        return sentences.text("{workers} agency social workers", workers=workers)
    return sentences.text(
        "{workers} agency social workers cover {posts} posts", workers=workers, posts=posts
    )


def position_sentence(page: Page) -> Markup:
    """Workers, posts and establishment in one sentence, with their date."""
    workers, posts, size = (page.fact(name) for name in (WORKERS, POSTS, ESTABLISHMENT))
    if not sentences.is_usable(workers, posts, size):
        return sentences.join(*(sentences.not_computed_sentence(x) for x in (workers, posts, size)))
    return sentences.text(
        "{workers} agency social workers cover the equivalent of {posts} posts in an "
        "establishment of {size} full-time equivalents ({date}).",
        workers=workers,
        posts=posts,
        size=size,
        date=dated(workers),
    )


def change_sentence(page: Page) -> Markup:
    """The number of agency workers now and earlier; two dates are no trend."""
    change, earlier, now = page.fact(CHANGE), page.fact(EARLIER), page.fact(WORKERS)
    if is_charted(page):
        return Markup("")  # one month against another says nothing that the chart does not
    if not sentences.is_usable(change, earlier, now):
        return sentences.unusable(change)
    return sentences.text(
        "There were {earlier} agency social workers {then}; the difference is {change}. "
        "Two dates are too few points for a trend, and no percentage is given on so small a base.",
        earlier=earlier,
        then=dated(earlier),
        change=change,
    )


def ways_table(page: Page) -> Markup:
    """Agency by posts, by workers and by the Department's definition, each under its own name."""
    return fact_table(
        [page.fact(name) for name in (WORKERS, POSTS, ESTABLISHMENT, *WAYS)],
        table_id="t-agency",
        caption="Three ways to say how much rests on agency workers",
    )


def service_table(page: Page) -> Markup:
    """People and posts of the service; what the source does not give is named in a sentence."""
    facts = [page.fact(name) for name in SERVICE]
    held = [fact for fact in facts if fact["value"] is not None or fact["suppressed"]]
    missing = [fact["label"] for fact in facts if fact not in held]
    said = (
        not_computed(
            Markup('The source does not give what they need: <span data-text="definition">{}'
                   "</span>.").format("; ".join(missing))
        )
        if missing
        else Markup("")
    )  # fmt: skip
    if not held:
        return said
    table = fact_table(
        held,
        table_id="t-service",
        caption="The service: people, posts and the Department’s rates",
    )
    return table + said


def how_service_was_computed(page: Page) -> Markup:
    """Workings of the service's figures that could be computed."""
    facts = [page.fact(name) for name in SERVICE]
    return how_each_was_computed(fact for fact in facts if fact["value"] is not None)


def pipeline_table(page: Page) -> Markup:
    """Who is on the way: newly qualified, apprentices and students."""
    return fact_table(
        [page.fact(name) for name in PIPELINE],
        table_id="t-pipeline",
        caption="Social workers on the way",
    )


def how_agency_was_computed(page: Page) -> Markup:
    """Workings of the three ways and of the change."""
    change = () if is_charted(page) else (CHANGE,)
    return how_each_was_computed(page.fact(name) for name in (*WAYS, *change))


def how_pipeline_was_computed(page: Page) -> Markup:
    """Workings of the pipeline's counts."""
    return how_each_was_computed(page.fact(name) for name in PIPELINE)


def said(page: Page) -> Markup:
    """What the source says of absence and turnover in words, without a figure."""
    if not page.has("statements"):
        return Markup("")
    return quoted_statements(
        page.table("statements"), "workforce", source=page.authority.already_published
    )


def card(page: Page) -> dict:
    """The headline on agency for the leader summary."""
    share, fte = page.fact(WAYS[0]), page.fact(FTE)
    words = (
        sentences.text("Posts covered are {share} of the establishment.", share=share)
        if sentences.is_usable(share)
        else sentences.unusable(share)
    )
    common = {"subject": "Workforce", "words": words, "href": "#agency-reliance"}
    if is_charted(page) and sentences.is_usable(fte):
        return common | {
            "value": shown(fte),
            "unit": f"FTE of agency social workers, {dated(fte)}",
            "variation": _variation(page.fact(SIGNAL)["shown"]),
            "words": sentences.join(_rate_sentence(page), words),
        }
    return common | {
        "value": shown(page.fact(WORKERS)),
        "unit": f"agency social workers, {dated(page.fact(WORKERS))}",
        "state": "Two dates, not tested",
    }


def _variation(words: str) -> str:
    """The key of the sign that has these words."""
    return next(key for key, (_, said) in VARIATION.items() if said == words)


def _rate_sentence(page: Page) -> Markup:
    rate = page.fact(RATE)
    if not sentences.is_usable(rate):
        return Markup("")
    return sentences.text("{rate} of agency and employed social workers.", rate=rate)


def summary(page: Page) -> tuple[Markup, list[Markup]]:
    """The agency section of the leader summary: its message and its blocks."""
    fuller = [
        Markup("<p>{}</p>").format(workforce_history_page.sentence(page)),
        cover_page.bridge_chart(page),
        cover_page.how_bridge_was_computed(page),
        Markup("<p>{}</p>").format(cover_page.reasons_sentence(page)),
    ]
    blocks = [
        Markup("<p>{} {}</p>").format(position_sentence(page), change_sentence(page)),
        ways_table(page),
        how_agency_was_computed(page),
        *(fuller if is_charted(page) and cover_page.is_known(page) else []),
        pipeline_table(page),
        how_pipeline_was_computed(page),
        Markup('<p class="more"><a href="03_agency_reliance.html">Agency in detail</a></p>'),
    ]
    return headline(page), blocks
