"""Colours of the style sheet hold their contrast on light and dark, and twin rules agree."""

import re
from itertools import product

import pytest

from analysis.reporting.page_parts import style_sheet

CSS = str(style_sheet())
TEXT = ["ink", "ink-2", "link", "pink"]
GRAPHICS = ["blue", "orange", "purple", "pink", "mid", "ctx", "tot"]


def tokens(rule):
    return dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})", rule))


LIGHT = tokens(CSS[: CSS.index("@media (prefers-color-scheme:dark)")])
DARK = LIGHT | tokens(CSS[CSS.index("@media (prefers-color-scheme:dark)") : CSS.index("*{box-")])
PAPER = LIGHT | tokens(CSS[CSS.index("@media print") :])


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(sign * 2 for sign in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_reckoned_as_the_guidelines_do():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#12436d", "#ffffff") == pytest.approx(10.25, abs=0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK, PAPER])
@pytest.mark.parametrize("name", TEXT)
def test_text_holds_four_and_a_half_to_one(scheme, name):
    assert contrast(scheme[name], scheme["page"]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK, PAPER])
@pytest.mark.parametrize("name", GRAPHICS)
def test_shapes_that_mean_something_hold_three_to_one(scheme, name):
    assert contrast(scheme[name], scheme["page"]) >= 3


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("name", ["ink", "mid", "orange", "blue", "purple", "pink"])
def test_what_is_drawn_over_the_band_holds_three_to_one(scheme, name):
    assert contrast(scheme[name], scheme["band"]) >= 3


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_the_status_bar_and_the_arrows_of_signs_are_readable(scheme):
    assert contrast(scheme["bar"], scheme["on-bar"]) >= 4.5
    assert contrast(scheme["orange"], scheme["on-mark"]) >= 3


def test_every_colour_is_a_token_and_every_token_used_is_given():
    body = CSS[CSS.index("*{box-") :]
    used = set(re.findall(r"var\(--([\w-]+)\)", CSS))
    given = set(re.findall(r"--([\w-]+):", CSS))
    assert used <= given
    outside = re.sub(r"@(?:media print|page).*", "", body, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{3,6}\b", outside) == []


def test_every_class_that_a_chart_draws_has_a_colour():
    from analysis.reporting.charts.axes import MARKERS
    from analysis.reporting.charts.lines import CLASSES
    from analysis.reporting.charts.parts import TONES

    names = [*MARKERS, *CLASSES, *TONES.values(), *(f"k-{name}" for name in CLASSES)]
    names += [
        "gr",
        "base",
        "tick",
        "band",
        "lim",
        "mean",
        "tgt",
        "brk",
        "obs",
        "raw",
        "main",
        "fcl",
    ]
    names += [
        "fan1",
        "fan2",
        "whi",
        "con",
        "k-ctx",
        "k-blue",
        "k-mid",
        "halo",
        "lab",
        "ax",
        "sm",
        "b",
    ]
    for name, place in product(names, [CSS]):
        assert re.search(rf"\.{name}[{{,\s.]", place), name
