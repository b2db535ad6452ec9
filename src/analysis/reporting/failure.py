"""The page in place of one that could not be made: plain words, no traceback, no data."""

from __future__ import annotations

from markupsafe import Markup

from analysis.reporting.plain_page import period_words, plain_page, release_words


def reason_page(
    title: str,
    period: str,
    reason: str,
    *,
    authority: str = "",
    release: str = "public",
    contents: str = "../../index.html",
) -> str:
    """A page that says which report could not be made, for which month and why.

    Parameters
    ----------
    title
        The title of the page that is missing.
    period
        The month that it was for, as YYYY-MM, or "latest".
    reason
        One sentence from the closed list of outcomes.
    authority, release
        Whose report, and its release level.
    contents
        Where the list of all reports is, from this page.

    Examples
    --------
    >>> page = reason_page("Demand growth", "2021-08", "The computer ran out of memory.")
    >>> "could not be made" in page and "ran out of memory" in page
    True
    """
    body = Markup(
        '<p class="lede">{}</p>\n<p>The report is {}, {}. No figure is shown here because none '
        "could be relied on. The team that makes these reports has a list of what went wrong, and "
        "the page will stand here again when a run succeeds.</p>"
    ).format(reason, title, period_words(period))
    return plain_page(
        title=f"{title}, {period_words(period)}",
        status=release_words(release),
        organisation=authority,
        heading="This report could not be made",
        links=[(contents, "All reports")],
        body=body,
    )
