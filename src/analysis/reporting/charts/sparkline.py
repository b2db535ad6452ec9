"""A line the size of a word, beside the numbers that it repeats."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from analysis.reporting.charts.axes import runs
from analysis.reporting.numbers import is_missing

LEFT, RIGHT, TOP, BOTTOM = 4, 112, 5, 25
SHAPES = {
    "concern": '<path class="m-con" d="M{x} {a}L{r} {y}L{x} {b}L{l} {y}Z"/>',
    "improvement": '<rect class="m-imp" x="{l}" y="{a}" width="7.2" height="7.2"/>',
    "neutral": '<path class="m-neu" d="M{x} {a}L{r} {b}L{l} {b}Z"/>',
    "common": '<circle class="m-com" cx="{x}" cy="{y}" r="2.6"/>',
}
HALF = {"concern": 4.8, "improvement": 3.6, "neutral": 4.6, "common": 2.6}


def sparkline(values: Sequence[float | None], variation: str = "common_cause") -> Markup:
    """The last months of a measure in 120 by 30 pixels, on a range of its own.

    Parameters
    ----------
    values
        Oldest first; a hidden or missing month is a gap. Nothing of it is drawn.
    variation
        The state of the latest month, which sets the shape of the last mark. A latest month
        without a value has no mark.

    Examples
    --------
    >>> print(sparkline([1, 2, None, 3, 2]))
    <svg class="sp" ...><path class="obs" d="M4 25L31 15"/><path class="obs" d="M85 5L112 15"/>...
    """
    known = [float(value) for value in values if not is_missing(value)]
    low, span = min(known, default=0.0), (max(known, default=0.0) - min(known, default=0.0)) or 1.0
    step = (RIGHT - LEFT) / max(len(values) - 1, 1)
    flat = len(set(known)) == 1
    places = [
        (
            LEFT + step * place,
            15.0 if flat else BOTTOM - (float(value) - low) / span * (BOTTOM - TOP),
        )
        if not is_missing(value)
        else None
        for place, value in enumerate(values)
    ]
    parts = [
        Markup('<path class="obs" d="M{}"/>').format(
            "L".join(f"{places[place][0]:.4g} {places[place][1]:.3g}" for place in run)
        )
        for run in runs(values)
        if len(run) > 1
    ]
    if places and places[-1]:
        parts.append(_mark(*places[-1], variation.partition("_")[0]))
    return Markup(
        '<svg class="sp" viewBox="0 0 120 30" width="120" height="30" aria-hidden="true">{}</svg>'
    ).format(Markup("").join(parts))


def _mark(x: float, y: float, state: str) -> Markup:
    """The last point, by its state: diamond, square, triangle or dot."""
    kind = state if state in SHAPES else "common"
    half = HALF[kind]
    ends = {"x": x, "y": y, "l": x - half, "r": x + half, "a": y - half, "b": y + half}
    return Markup(SHAPES[kind].format(**{key: f"{value:.4g}" for key, value in ends.items()}))
