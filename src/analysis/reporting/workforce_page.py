"""What the agency page and the leader summary say about agency social workers, from facts."""

from __future__ import annotations

from markupsafe import Markup

from analysis.reporting import sentences
from analysis.reporting.fact_table import fact_table, how_each_was_computed
from analysis.reporting.facts import shown
from analysis.reporting.page import Page
from analysis.reporting.statements import dated, quoted_statements

WORKERS, POSTS, ESTABLISHMENT = "agency_workers", "agency_posts_covered", "establishment"
CHANGE, EARLIER = "agency_workers_change", "agency_workers_earlier"
WAYS = (
    "agency_posts_share_of_establishment",
    "agency_workers_per_100_establishment_fte",
    "agency_rate_dfe",
)
PIPELINE = (
    "newly_qualified",
    "newly_qualified_completed",
    "newly_qualified_remaining",
    "apprentices",
    "apprentices_planned",
    "step_up_students",
)


def headline(page: Page) -> Markup:
    """The one message on agency: workers and the posts that they cover."""
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
    if not sentences.is_usable(change, earlier, now):
        return sentences.unusable(change)
    return sentences.text(
        "There were {earlier} agency social workers {then}; the difference is {change}. "
        "Two dates are too few points for a trend, and no percentage is given on so small a base.",
        earlier=earlier,
        then=dated(earlier),
        change=change,
    )


def ways_table(page: Page, *, number: int | None = None) -> Markup:
    """Agency by posts, by workers and by the Department's definition, each under its own name."""
    return fact_table(
        [page.fact(name) for name in (WORKERS, POSTS, ESTABLISHMENT, *WAYS)],
        table_id="t-agency",
        caption="Three ways to say how much rests on agency workers",
        number=number,
    )


def pipeline_table(page: Page, *, number: int | None = None) -> Markup:
    """Who is on the way: newly qualified, apprentices and students."""
    return fact_table(
        [page.fact(name) for name in PIPELINE],
        table_id="t-pipeline",
        caption="Social workers on the way",
        number=number,
    )


def how_agency_was_computed(page: Page) -> Markup:
    """Workings of the three ways and of the change."""
    return how_each_was_computed(page.fact(name) for name in (*WAYS, CHANGE))


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
    share = page.fact(WAYS[0])
    return {
        "subject": "Workforce",
        "value": shown(page.fact(WORKERS)),
        "unit": f"agency social workers, {dated(page.fact(WORKERS))}",
        "state": "Two dates, not tested",
        "words": sentences.text("Posts covered are {share} of the establishment.", share=share)
        if sentences.is_usable(share)
        else sentences.unusable(share),
        "href": "#agency-reliance",
    }


def summary(page: Page) -> tuple[Markup, list[Markup]]:
    """The agency section of the leader summary: its message and its blocks."""
    blocks = [
        Markup("<p>{} {}</p>").format(position_sentence(page), change_sentence(page)),
        ways_table(page),
        how_agency_was_computed(page),
        pipeline_table(page),
        how_pipeline_was_computed(page),
        Markup('<p class="more"><a href="03_agency_reliance.html">Agency in detail</a></p>'),
    ]
    return headline(page), blocks
