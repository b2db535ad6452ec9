"""What surrounds every chart: caption, two drawings, source, words beside it, numbers below."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from analysis.reporting.svg import inline_svg
from analysis.reporting.tables import html_table

WIDE_PX, HALF_PX, NARROW_PX = 720, 560, 320


@dataclass(frozen=True)
class Caption:
    """What is said around a chart.

    Attributes
    ----------
    figure_id
        A short name, unique on the page; ids of the parts are made from it.
    title
        The message, at most 15 words.
    subtitle
        Measure, place, period, unit, and where the axis starts if not at zero.
    source
        File and date; text or Markup.
    number
        The figure's number on the page, if it has one.
    """

    figure_id: str
    title: str
    subtitle: str
    source: str = ""
    number: int | None = None


def safe_id(text: object) -> str:
    """A figure's name as an id: lower case letters, digits and hyphens, apart from other ids.

    Examples
    --------
    >>> safe_id('Contacts, <b>"2021"'), safe_id("fig-contacts")
    ('fig-contacts-b-2021', 'fig-contacts')
    """
    name = re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-")
    return f"fig-{name.removeprefix('fig-')}"


def figure_html(
    caption: Caption,
    draw: Callable,
    *,
    picture: str,
    desc: str,
    wide: int = WIDE_PX,
    say: str = "",
    table: str = "",
) -> Markup:
    """A chart as a ``figure`` element.

    Parameters
    ----------
    caption
        Title, subtitle, source and number.
    draw
        Called with a width in pixels; returns the drawing. It is called for the wide and for the
        narrow width.
    picture
        The picture's name for a reader who does not see it.
    desc
        What it shows, in at most two sentences, from shown values only.
    wide
        720 for a full figure, 560 for one of two side by side.
    say
        Markup that stands beside the chart on a wide page.
    table
        The chart's numbers, as Markup.
    """
    name = safe_id(caption.figure_id)
    ids = (f"{name}-t", f"{name}-d")
    drawings = inline_svg(
        draw(wide), classes="w", label_ids=ids, title=picture, desc=desc
    ) + inline_svg(draw(NARROW_PX), classes="n", label_ids=ids)
    number = (
        Markup('<span class="no">Figure {}.</span> ').format(caption.number)
        if caption.number is not None
        else Markup("")
    )
    parts = [
        Markup("<figcaption><h3>{}{}</h3><p>{}</p></figcaption>").format(
            number, caption.title, caption.subtitle
        ),
        Markup('<div class="plot">{}</div>').format(drawings),
        Markup('<p class="src">{}</p>').format(caption.source) if caption.source else "",
        Markup('<div class="say">{}</div>').format(say) if say else "",
        table,
    ]
    return Markup('<figure id="{}" class="{}">{}</figure>').format(
        name, "side" if wide == WIDE_PX else "half", Markup("").join(parts)
    )


def in_numbers(caption: Caption) -> str:
    """What the table of a chart is called: no two figures of a page share it.

    Examples
    --------
    >>> in_numbers(Caption("contacts", "Contacts rose", "Contacts each month.", number=4))
    'Figure 4 in numbers: Contacts each month'
    """
    figure = "In numbers" if caption.number is None else f"Figure {caption.number} in numbers"
    return f"{figure}: {caption.subtitle.rstrip('.')}"


def data_table(caption: Caption, rows: list[dict], **options: object) -> Markup:
    """The numbers of a chart as a table, folded under it.

    Examples
    --------
    >>> caption = Caption("contacts", "Contacts rose", "Contacts each month", number=4)
    >>> data_table(caption, [{"Month": "May", "2021": 2462}]).striptags()[:40]
    'Figure 4 in numbers: Contacts each month'
    """
    words = in_numbers(caption)
    html = html_table(rows, table_id=f"{safe_id(caption.figure_id)}-c", caption=words, **options)
    return Markup('<details class="tb"><summary>{}</summary>{}</details>').format(words, html)
