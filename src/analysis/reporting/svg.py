"""Charts drawn by matplotlib, written as inline SVG that a page's style sheet colours.

matplotlib draws; what it writes is then reduced to paths, circles and texts that carry a class in
place of a colour, so that dark mode and print swap colours without a second picture. Only what
was given a mark is kept: matplotlib's own background, clip paths and style block fall away. One
unit of the drawing is one pixel, and the same drawing gives the same bytes.
"""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DRAWING_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "analysis",
    "path.simplify": False,
    "font.family": "DejaVu Sans",
    "axes.unicode_minus": True,
}
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
FONT_PX = {"ax": 13, "sm": 13, "lab": 13.5}
COMMON_POINT, MANY_POINTS = "m-com", 3
MANY_STEPS = 8  # lines with more corners are written the short way
NAMESPACE = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
NOT_PRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")

# matplotlib's settings belong to the whole process; two drawings must not change them at once
_SETTINGS_LOCK = threading.Lock()


def drawing(
    width: float, height: float, *, left: float, right: float, top: float, bottom: float
) -> Axes:
    """An empty drawing of a size in pixels, with margins in pixels and no axes of its own.

    Examples
    --------
    >>> axes = drawing(320, 200, left=40, right=10, top=10, bottom=30)
    >>> float(axes.get_window_extent().width)
    270.0
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    box = (
        left / width,
        bottom / height,
        (width - left - right) / width,
        (height - top - bottom) / height,
    )
    axes = figure.add_axes(box)
    axes.set_axis_off()
    return axes


def mark(classes: str, *facts: dict) -> str:
    """The group id that gives an artist its class on the page and, on a text, its facts.

    Parameters
    ----------
    classes
        Class names of the style sheet, as ``"b halo"``.
    facts
        The facts whose ``shown`` stands in the text, in that order; each becomes a ``data-fact``.

    Examples
    --------
    >>> mark("b", {"id": "contacts.2021-08", "shown": "2,050"})
    'mark:["b", ["contacts.2021-08", "2,050"]]'
    """
    found = [[str(fact["id"]), printable(fact["shown"])] for fact in facts if fact.get("id")]
    return "mark:" + json.dumps([classes, *found], ensure_ascii=False)


def printable(text: object) -> str:
    r"""A text on one line, without the characters that XML cannot carry.

    Examples
    --------
    >>> printable("Team\nNorth\x07")
    'Team North'
    """
    return " ".join(NOT_PRINTABLE.sub(" ", str(text)).split())


def label(
    axes: Axes,
    text: object,
    x: float,
    y: float,
    classes: str,
    *,
    dx: float = 0,
    dy: float = 0,
    align: str = "left",
    coords: tuple[str, str] | str = "data",
    facts: Sequence[dict] = (),
) -> None:
    """Write a text beside a point: ``dx`` to the right and ``dy`` upwards, in pixels.

    Parameters
    ----------
    axes
        A drawing.
    text
        Any text; it is never read as markup or mathematics.
    x, y
        The point, in the coordinates that ``coords`` names for matplotlib's ``annotate``.
    classes
        Class names of the style sheet; the first of ax, sm and lab sets the font size.
    facts
        The facts whose ``shown`` stands in the text, in that order.
    """
    size = next((FONT_PX[name] for name in classes.split() if name in FONT_PX), 14)
    axes.annotate(
        printable(text),
        (x, y),
        xycoords=coords,
        xytext=(dx, dy),
        textcoords="offset points",
        ha=align,
        va="baseline",
        fontsize=size,
        gid=mark(classes, *facts),
        annotation_clip=False,
        parse_math=False,
    )


def inline_svg(
    figure: Figure, *, classes: str, label_ids: tuple[str, str], title: str = "", desc: str = ""
) -> Markup:
    """One drawing as an ``svg`` element for the inside of a page.

    Parameters
    ----------
    figure
        The drawing; artists without a mark are left out.
    classes
        ``w`` for the wide drawing, ``n`` for the narrow one.
    label_ids
        The ids of the title and the description. The wide drawing carries both elements; the
        narrow one gets no title and points at the wide one's.
    title, desc
        What the picture is, and what it shows in at most two sentences.
    """
    buffer = io.StringIO()
    import matplotlib as mpl

    with _SETTINGS_LOCK, mpl.rc_context(DRAWING_SETTINGS):
        figure.savefig(buffer, format="svg", metadata=NO_METADATA)
    root = ElementTree.fromstring(buffer.getvalue())
    width, height = (_short(part) for part in root.get("viewBox").split()[2:])
    opening = Markup(
        '<svg class="{}" viewBox="0 0 {} {}" width="{}" height="{}" role="img"'
        ' aria-labelledby="{} {}">'
    ).format(classes, width, height, width, height, *label_ids)
    named = Markup('<title id="{}">{}</title><desc id="{}">{}</desc>').format(
        label_ids[0], title, label_ids[1], desc
    )
    shapes = {path.get("id"): path.get("d") for path in root.iter(f"{NAMESPACE}path")}
    marks = Markup("").join(_marks(root, [""], shapes))
    return opening + (named if title else Markup("")) + marks + Markup("</svg>")


def _marks(node: ElementTree.Element, role: list, shapes: dict) -> list[Markup]:
    """The elements of one group of matplotlib's tree, in the order that they are painted."""
    found: list[Markup] = []
    for child in node:
        tag = child.tag.removeprefix(NAMESPACE)
        if tag == "g" and len(child) > MANY_POINTS and role[0] == COMMON_POINT:
            found.append(_dots(child))
        elif tag == "g":
            own = child.get("id", "")
            inner = json.loads(own.removeprefix("mark:")) if own.startswith("mark:") else role
            found += _marks(child, inner, shapes)
        elif role[0] and tag == "path":
            found.append(_path(child.get("d"), role[0]))
        elif role[0] and tag == "use":
            found.append(_point(shapes[child.get(XLINK)[1:]], child, role[0]))
        elif role[0] and tag == "text":
            found.append(_text(child, role))
    return found


def _path(points: str, classes: str) -> Markup:
    return Markup('<path class="{}" d="{}"/>').format(classes, _compact(points))


def _point(shape: str, use: ElementTree.Element, classes: str) -> Markup:
    """A marker at its place: a circle where the shape is round, else its own outline."""
    x, y = float(use.get("x")), float(use.get("y"))
    numbers = [float(number) for number in NUMBER.findall(shape)]
    if "C" in shape:
        radius = max(numbers)
        return Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(
            classes, _short(x), _short(y), _short(radius)
        )
    corners = zip(numbers[::2], numbers[1::2], strict=True)
    outline = "L".join(f"{_short(x + dx)} {_short(y + dy)}" for dx, dy in corners)
    return Markup('<path class="{}" d="M{}Z"/>').format(classes, outline)


def _dots(uses: ElementTree.Element) -> Markup:
    """Many round points as one path of dots: a quarter of the bytes that circles would take."""
    places = (f"M{_short(use.get('x'))} {_short(use.get('y'))}h0" for use in uses)
    return Markup('<path class="dots" d="{}"/>').format("".join(places))


def _text(node: ElementTree.Element, role: list) -> Markup:
    """A text with its class, size and anchor; the part that is a fact carries the fact's id."""
    classes, *facts = role
    style = node.get("style", "")
    anchor = re.search(r"text-anchor: (middle|end)", style)
    size = re.search(r"font-size: ([\d.]+)px|font: ([\d.]+)px", style)
    parts = Markup(' class="{}" x="{}" y="{}" font-size="{}"').format(
        classes, _short(node.get("x")), _short(node.get("y")), next(filter(None, size.groups()))
    )
    if anchor:
        parts += Markup(' text-anchor="{}"').format(anchor[1])
    content = node.text or ""
    if len(facts) == 1 and facts[0][1] == content:
        return Markup('<text data-fact="{}"{}>{}</text>').format(facts[0][0], parts, content)
    return Markup("<text{}>{}</text>").format(parts, _with_facts(content, facts))


def _with_facts(content: str, facts: list) -> Markup:
    """A text in which each fact, in turn, stands in an element of its own."""
    done = Markup("")
    for fact, shown in facts:
        before, _, content = content.partition(shown)
        done += Markup('{}<tspan data-fact="{}">{}</tspan>').format(before, fact, shown)
    return done + escape(content)


def _compact(points: str) -> str:
    """Path data with one decimal and no spare spaces; long level lines by their ends alone."""
    short = NUMBER.sub(lambda number: _short(number[0]), points)
    path = re.sub(r"\s*([MLCQZz])\s*", r"\1", short).strip().replace("z", "Z")
    return _level(path) if path.count("L") > MANY_STEPS and "C" not in path else path


def _level(path: str) -> str:
    """A path whose level and upright parts are written by the one number that changes.

    Examples
    --------
    >>> _level("M40 10L57 10L57 12L72 9Z")
    'M40 10H57V12L72 9Z'
    """
    first, *rest = path.removesuffix("Z").split("L")
    x, y = first.rpartition("M")[2].split()
    parts = [first]
    for place in rest:
        if "M" in place:  # a new stretch begins: both numbers are written
            parts.append(f"L{place}")
            x, y = place.rpartition("M")[2].split()
            continue
        new_x, new_y = place.split()
        parts.append(f"H{new_x}" if new_y == y else f"V{new_y}" if new_x == x else f"L{place}")
        x, y = new_x, new_y
    return "".join(parts) + "Z" * path.endswith("Z")


def _short(number: float | str) -> str:
    """A number with one decimal at most.

    Examples
    --------
    >>> _short("129.6000"), _short(-0.01), _short(40)
    ('129.6', '0', '40')
    """
    text = f"{float(number):.1f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
