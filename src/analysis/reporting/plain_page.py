"""A page that no notebook makes: the list of reports, and the words in place of a failed page."""

from __future__ import annotations

import calendar

from markupsafe import Markup

from analysis.reporting.page_parts import style_sheet

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)

_PAGE = Markup("""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<style>
{style}
</style>
</head>
<body>
<a class="skip" href="#main">Skip to the contents</a>
<header>
<div class="status"><div class="wrap"><p>{status}</p></div></div>
<div class="wrap mast"><div><p class="org">{organisation}</p><p class="ttl">{title}</p></div></div>
<div class="wrap"><nav class="toc" aria-label="Contents"><ul>
{links}
</ul></nav></div>
</header>
<main class="wrap" id="main">
<h1>{heading}</h1>
{body}
</main>
<footer>
<div class="wrap"><div class="foot">
<p>This page uses no scripts, cookies or outside resources.</p>
</div></div>
</footer>
</body>
</html>
""")


def plain_page(
    *,
    title: str,
    status: str,
    organisation: str,
    heading: str,
    links: list[tuple[str, str]],
    body: Markup,
) -> str:
    """A whole page with the head, the landmarks and the style of every other.

    Parameters
    ----------
    title, status, organisation, heading
        Text; it is escaped here.
    links
        (address, words) of the navigation.
    body
        What stands below the heading.
    """
    items = Markup("\n").join(
        Markup('<li><a href="{}">{}</a></li>').format(href, words) for href, words in links
    )
    return str(
        _PAGE.format(
            policy=Markup(POLICY),
            title=title,
            style=style_sheet(),
            status=status,
            organisation=organisation,
            links=items,
            heading=heading,
            body=body,
        )
    )


def release_words(release: str) -> str:
    """What a page says of its release level.

    Examples
    --------
    >>> release_words("public")
    'Public release: counts of 1 to 5 people are shown as [c].'
    """
    if release == "internal":
        return "Internal, official-sensitive: not for publication."
    return "Public release: counts of 1 to 5 people are shown as [c]."


def period_words(period: str) -> str:
    """A period in words; nothing is imported for it, so a run with nothing to do stays quick.

    Examples
    --------
    >>> period_words("2021-08"), period_words("latest")
    ('August 2021', 'the latest month')
    """
    year, dash, month = period.partition("-")
    return f"{calendar.month_name[int(month)]} {year}" if dash else "the latest month"
