"""Charts written as inline SVG that a page's style sheet colours.

Paths, circles and texts carry a class in place of a colour, so that dark mode and print swap
colours without a second picture. One unit of a drawing is one pixel, and the same drawing gives
the same bytes. It is written here, without a plotting library: loading one and drawing with it
cost more than everything else that makes a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

FONT_PX = {"ax": 13, "sm": 13, "lab": 13.5}
COMMON_POINT, MANY_POINTS = "m-com", 3
MANY_STEPS = 8  # lines with more corners are written the short way
DATA = ("data", "data")
ANCHORS = {"left": "", "center": ' text-anchor="middle"', "right": ' text-anchor="end"'}
# the corners of a marker of size one, from its middle, upwards negative
CORNERS = {
    "D": ((0, 0.5**0.5), (0.5**0.5, 0), (0, -(0.5**0.5)), (-(0.5**0.5), 0)),
    "s": ((-0.5, 0.5), (0.5, 0.5), (0.5, -0.5), (-0.5, -0.5)),
    "^": ((0, -0.5), (-0.5, 0.5), (0.5, 0.5)),
}
LINE_ORDER, POINT_ORDER, BAR_ORDER = 3, 4, 1  # what is painted last stands on top
NOT_PRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


class Drawing:
    """A drawing of a size in pixels, with margins in pixels and a scale along each side.

    Set both limits before drawing in data: what is drawn stays where it was put. A pair of
    coordinates is "data" or "axes": a number on the scale, or a share of the plot between the
    margins, from the left and from the bottom.

    Attributes
    ----------
    width, height
        The whole drawing.
    box_left, box_bottom, box_width, box_height
        The plot between the margins.

    Examples
    --------
    >>> axes = Drawing(320, 200, left=20, right=20, top=20, bottom=20)
    >>> axes.set_xlim(0, 10)
    >>> axes.set_ylim(0, 10)
    >>> axes.line([0, 10], [0, 10], "obs")
    >>> print(axes.marks())
    <path class="obs" d="M20 180L300 20"/>
    """

    def __init__(
        self, width: float, height: float, *, left: float, right: float, top: float, bottom: float
    ) -> None:
        self.width, self.height = width, height
        self.box_left, self.box_bottom = left, bottom
        self.box_width, self.box_height = width - left - right, height - top - bottom
        self.xlim, self.ylim = (0.0, 1.0), (0.0, 1.0)
        self._painted: list[tuple[float, str]] = []

    def set_xlim(self, left: float, right: float) -> None:
        """Set which numbers stand at the left and the right of the plot."""
        self.xlim = (left, right)

    def set_ylim(self, bottom: float, top: float) -> None:
        """Set which numbers stand at the bottom and the top of the plot."""
        self.ylim = (bottom, top)

    def place(self, x: float, y: float, coords: tuple[str, str] = DATA) -> tuple[float, float]:
        """Where a point lies in the drawing, from its left and its top."""
        (left, right), (low, high) = self.xlim, self.ylim
        across = (x - left) / (right - left) if coords[0] == "data" else x
        up = (y - low) / (high - low) if coords[1] == "data" else y
        from_bottom = self.box_bottom + up * self.box_height
        return float(self.box_left + across * self.box_width), float(self.height - from_bottom)

    def line(
        self,
        x: Sequence[float],
        y: Sequence[float],
        classes: str,
        *,
        order: float = LINE_ORDER,
        coords: tuple[str, str] = DATA,
    ) -> None:
        """Draw a line through points."""
        corners = [self.place(*point, coords) for point in zip(x, y, strict=True)]
        self._paint(order, _path(classes, corners))

    def area(self, x: Sequence[float], y: Sequence[float], classes: str, *, order: float) -> None:
        """Fill the area within points; the last is joined to the first."""
        corners = [self.place(*point) for point in zip(x, y, strict=True)]
        if corners[0] == corners[-1]:
            corners.pop()
        self._paint(order, _path(classes, corners, end="Z"))

    def bar(self, x: tuple[float, float], y: tuple[float, float], classes: str) -> None:
        """Fill the rectangle from one x to another and from one y to another."""
        corners = [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])]
        placed = [self.place(*corner) for corner in corners]
        self._paint(BAR_ORDER, _path(classes, placed, end="Z"))

    def points(
        self, x: Sequence[float], y: Sequence[float], classes: str, *, shape: str, size: float
    ) -> None:
        """Draw a marker at each point: ``o``, ``D``, ``s`` or ``^``, by size in pixels."""
        places = [self.place(*point) for point in zip(x, y, strict=True)]
        if classes == COMMON_POINT and len(places) > MANY_POINTS:
            self._paint(POINT_ORDER, _dots(places))
        else:
            found = "".join(_marker(classes, x, y, shape, size) for x, y in places)
            self._paint(POINT_ORDER, found)

    def text(
        self,
        text: str,
        at: tuple[float, float],
        classes: str,
        *,
        coords: tuple[str, str] = DATA,
        shift: tuple[float, float] = (0, 0),
        align: str = "left",
        facts: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Write a text at a point, shifted to the right and upwards, with its facts' ids."""
        x, y = self.place(*at, coords)
        place = (_short(x + shift[0]), _short(y - shift[1]))
        if text:
            self._paint(LINE_ORDER, _text(text, place, classes, ANCHORS[align], facts))

    def marks(self) -> Markup:
        """The elements in the order that they are painted."""
        return Markup("".join(found for _, found in sorted(self._painted, key=lambda one: one[0])))

    def _paint(self, order: float, element: str) -> None:
        self._painted.append((order, element))


def printable(text: object) -> str:
    r"""A text on one line, without the characters that XML cannot carry.

    Examples
    --------
    >>> printable("Team\nNorth\x07")
    'Team North'
    """
    return " ".join(NOT_PRINTABLE.sub(" ", str(text)).split())


def label(
    axes: Drawing,
    text: object,
    x: float,
    y: float,
    classes: str,
    *,
    dx: float = 0,
    dy: float = 0,
    align: str = "left",
    coords: tuple[str, str] = DATA,
    facts: Sequence[dict] = (),
) -> None:
    """Write a text beside a point: ``dx`` to the right and ``dy`` upwards, in pixels.

    Parameters
    ----------
    axes
        A drawing.
    text
        Any text; it is never read as markup.
    x, y
        The point, in the coordinates that ``coords`` names, "data" or "axes" each.
    classes
        Class names of the style sheet; the first of ax, sm and lab sets the font size.
    facts
        The facts whose ``shown`` stands in the text, in that order.
    """
    named = [(str(fact["id"]), printable(fact["shown"])) for fact in facts if fact.get("id")]
    axes.text(
        printable(text), (x, y), classes, coords=coords, shift=(dx, dy), align=align, facts=named
    )


def inline_svg(
    axes: Drawing, *, classes: str, label_ids: tuple[str, str], title: str = "", desc: str = ""
) -> Markup:
    """One drawing as an ``svg`` element for the inside of a page.

    Parameters
    ----------
    axes
        The drawing.
    classes
        ``w`` for the wide drawing, ``n`` for the narrow one.
    label_ids
        The ids of the title and the description. The wide drawing carries both elements; the
        narrow one gets no title and points at the wide one's.
    title, desc
        What the picture is, and what it shows in at most two sentences.
    """
    width, height = _short(axes.width), _short(axes.height)
    opening = Markup(
        '<svg class="{}" viewBox="0 0 {} {}" width="{}" height="{}" role="img"'
        ' aria-labelledby="{} {}">'
    ).format(classes, width, height, width, height, *label_ids)
    named = Markup('<title id="{}">{}</title><desc id="{}">{}</desc>').format(
        label_ids[0], title, label_ids[1], desc
    )
    return opening + (named if title else Markup("")) + axes.marks() + Markup("</svg>")


def _path(classes: str, corners: Iterable[tuple[float, float]], end: str = "") -> str:
    """A path through points; a long one is written by what changes from point to point."""
    places = [(_short(x), _short(y)) for x, y in corners]
    steps = _level(places) if len(places) > MANY_STEPS + 1 else _steps(places)
    return f'<path class="{classes}" d="{steps}{end}"/>'


def _steps(places: Sequence[tuple[str, str]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in places)


def _level(places: Sequence[tuple[str, str]]) -> str:
    """A path whose level and upright parts are written by the one number that changes.

    Examples
    --------
    >>> _level([("40", "10"), ("57", "10"), ("57", "12"), ("72", "9")])
    'M40 10H57V12L72 9'
    """
    parts = [f"M{places[0][0]} {places[0][1]}"]
    for (old_x, old_y), (x, y) in zip(places, places[1:], strict=False):
        parts.append(f"H{x}" if y == old_y else f"V{y}" if x == old_x else f"L{x} {y}")
    return "".join(parts)


def _marker(classes: str, x: float, y: float, shape: str, size: float) -> str:
    """A marker at its place: a circle, or the outline of its shape."""
    if shape == "o":
        centre = f'cx="{_short(x)}" cy="{_short(y)}"'
        return f'<circle class="{classes}" {centre} r="{_short(size / 2)}"/>'
    corners = [(x + size * dx, y + size * dy) for dx, dy in CORNERS[shape]]
    return _path(classes, corners, end="Z")


def _dots(places: Iterable[tuple[float, float]]) -> str:
    """Many round points as one path of dots: a quarter of the bytes that circles would take."""
    dots = "".join(f"M{_short(x)} {_short(y)}h0" for x, y in places)
    return f'<path class="dots" d="{dots}"/>'


def _text(
    text: str, place: tuple[str, str], classes: str, anchor: str, facts: Sequence[tuple[str, str]]
) -> str:
    """A text with its class, size and anchor; the part that is a fact carries the fact's id."""
    size = next((FONT_PX[name] for name in classes.split() if name in FONT_PX), 14)
    parts = f' class="{classes}" x="{place[0]}" y="{place[1]}" font-size="{size}"{anchor}'
    if len(facts) == 1 and facts[0][1] == text:
        return f'<text data-fact="{escape(facts[0][0])}"{parts}>{escape(text)}</text>'
    return f"<text{parts}>{_with_facts(text, facts)}</text>"


def _with_facts(text: str, facts: Iterable[tuple[str, str]]) -> Markup:
    """A text in which each fact, in turn, stands in an element of its own."""
    done = Markup("")
    for fact, shown in facts:
        before, _, text = text.partition(shown)
        done += Markup('{}<tspan data-fact="{}">{}</tspan>').format(before, fact, shown)
    return done + escape(text)


def _short(number: float) -> str:
    """A number with one decimal at most, free of the noise of sums.

    Examples
    --------
    >>> _short(129.6000), _short(-0.01), _short(40), _short(12.25 + 1e-13)
    ('129.6', '0', '40', '12.2')
    """
    text = f"{round(float(number), 6):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
