"""Signs of variation and assurance: a shape first, a colour second, a word always."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from analysis.reporting.numbers import is_missing

VARIATION = {
    "concern_high": ("v-concern-high", "Concern, high"),
    "concern_low": ("v-concern-low", "Concern, low"),
    "improvement_high": ("v-improve-high", "Improving, high"),
    "improvement_low": ("v-improve-low", "Improving, low"),
    "neutral_high": ("v-neutral-high", "Higher, neutral"),
    "neutral_low": ("v-neutral-low", "Lower, neutral"),
    "common_cause": ("v-usual", "Usual variation"),
    "too_few": ("v-none", "Too few points"),
    "too_rare": ("v-none", "Too rare"),
    "no_data": ("v-none", "No data"),
    "not_tested": ("v-none", "Not tested"),
    "forecast": ("v-none", "Forecast, not tested"),
}
ASSURANCE = {
    "pass": ("a-pass", "Consistently met"),
    "fail": ("a-fail", "Consistently missed"),
    "inconsistent": ("a-mixed", "Hit or miss"),
    "no_target": ("a-none", "No target"),
    "not_assessed": ("a-none", "Not assessed"),
}
KEY = (
    ("v-concern-low", "Concern.", "A signal in the unwanted direction"),
    ("v-improve-high", "Improving.", "A signal in the wanted direction"),
    ("v-neutral-high", "Neutral.", "A signal; neither good nor bad"),
    ("v-usual", "Usual variation.", "No evidence of change"),
    ("a-pass", "Consistently met.", "Target is outside the limits"),
    ("a-mixed", "Hit or miss.", "Target is inside the limits"),
    ("a-fail", "Consistently missed.", "Will be missed unless the process changes"),
    (
        "v-none",
        "Not tested.",
        "Too few points, too rare, no data, or figures not of single months",
    ),
)


def sign(symbol: str, words: object) -> Markup:
    """A shape of the page's sprite and the words that say the same."""
    return Markup('<span class="st">{}<span>{}</span></span>').format(_shape(symbol), words)


def variation_icon(key: str, words: str | None = None) -> Markup:
    """The sign of a variation: ``concern_low``, ``common_cause``, ``too_few`` and so on.

    Examples
    --------
    >>> variation_icon("concern_low").striptags()
    'Concern, low'
    """
    symbol, usual = _known(VARIATION, key, "variation")
    return sign(symbol, words or usual)


def assurance_icon(key: str) -> Markup:
    """The sign of an assurance: ``pass``, ``fail``, ``inconsistent``, ``no_target``.

    Examples
    --------
    >>> assurance_icon("pass").striptags()
    'Consistently met'
    """
    return sign(*_known(ASSURANCE, key, "assurance"))


def variation_key(verdict: Mapping) -> str:
    """The sign for a chart's verdict on its newest point, as ``methods.spc.latest`` gives it.

    Examples
    --------
    >>> variation_key({"variation": "concern", "rule": "shift_low", "limits_shown": True})
    'concern_low'
    >>> variation_key({"variation": "common", "rule": "none", "limits_shown": False})
    'too_few'
    """
    kind = str(verdict["variation"])
    if kind == "none":
        return "no_data"
    if not verdict["limits_shown"]:
        return "too_few"
    if kind == "common":
        return "common_cause"
    high = str(verdict["rule"]).endswith(("_high", "_up"))
    return f"{kind.partition('_')[0]}_{'high' if high else 'low'}"


def assurance_key(verdict: Mapping) -> str:
    """The sign for whether the target will be met, of the same verdict.

    Examples
    --------
    >>> assurance_key({"assurance": "hit_or_miss", "target": 85, "limits_shown": True})
    'inconsistent'
    >>> assurance_key({"assurance": "none", "target": None, "limits_shown": True})
    'no_target'
    """
    if is_missing(verdict["target"]):
        return "no_target"
    known = {"pass": "pass", "fail": "fail", "hit_or_miss": "inconsistent"}
    return (
        known.get(verdict["assurance"], "not_assessed")
        if verdict["limits_shown"]
        else ("not_assessed")
    )


def icon_key() -> Markup:
    """What each sign means, as a list."""
    rows = [
        Markup("<li>{}<span><strong>{}</strong> {}</span></li>").format(_shape(symbol), name, words)
        for symbol, name, words in KEY
    ]
    return Markup('<ul class="key" aria-label="Key to the symbols">{}</ul>').format(
        Markup("").join(rows)
    )


def _shape(symbol: str) -> Markup:
    return Markup(
        '<svg class="ic" viewBox="0 0 20 20" aria-hidden="true"><use href="#{}"/></svg>'
    ).format(symbol)


def _known(signs: dict, key: str, kind: str) -> tuple[str, str]:
    if key not in signs:
        raise ValueError(f"{key!r} is no {kind}; allowed are {', '.join(signs)}")
    return signs[key]
