"""What a control chart says, in sentences: missing first, then too few points, signal, or none.

No sentence says better or worse without a signal, or names a cause. The verbs are a closed list.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import pandas as pd
from markupsafe import Markup

from analysis.methods.records import rows_of
from analysis.methods.spc import POINTS_FOR_LIMITS
from analysis.reporting.facts import NOT_COMPUTED
from analysis.reporting.kpi_control import Control
from analysis.reporting.numbers import is_missing, month_name, month_span
from analysis.reporting.sentences import join, text, unusable

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
STATES = {
    "improvement": "This is an improvement.",
    "concern": "This is of concern.",
    "neutral": "Neither more nor less is better in itself.",
}
ASSURANCES = {
    "pass": "At this level the target of {target} will be met as things stand.",
    "fail": "At this level the target of {target} will be missed unless the process changes.",
    "inconsistent": "At this level the target of {target} will be met in some months and missed "
    "in others without any change in the process.",
}
NEWEST = {
    "astronomical_high": "above its upper limit",
    "astronomical_low": "below its lower limit",
    "two_of_three_high": "near its upper limit",
    "two_of_three_low": "near its lower limit",
}
EARLIER = {
    "astronomical_high": "above the upper limit",
    "astronomical_low": "below the lower limit",
    "trend_up": "seven or more rising",
    "trend_down": "seven or more falling",
    "two_of_three_high": "two of three near the upper limit",
    "two_of_three_low": "two of three near the lower limit",
    "shift_high": "seven or more above the mean",
    "shift_low": "seven or more below the mean",
}


def number_words(count: int) -> str:
    """A small number in words.

    Examples
    --------
    >>> number_words(8), number_words(12)
    ('eight', '12')
    """
    return WORDS[count] if count < len(WORDS) else str(count)


def finding(control: Control) -> str:
    """What a chart's title says after its name: the signal, else whether the target is met."""
    rule = str(control.verdict["rule"])
    if control.tested and rule in NEWEST:
        return NEWEST[rule]
    if control.tested and rule != "none":
        months = number_words(newest_run(control))
        return {
            "shift_high": f"above its mean for {months} months",
            "shift_low": f"below its mean for {months} months",
            "trend_up": f"rising for {months} months",
            "trend_down": f"falling for {months} months",
        }[rule]
    if control.assurance == "fail":
        return "target consistently missed"
    if control.tested:
        return "no signal"
    return {"too_few": "too few points to test", "no_data": "no data"}.get(
        control.variation, "not tested"
    )


def newest_run(control: Control) -> int:
    """How many of the newest months the shift or the trend of the newest point is long."""
    chart = control.chart[control.chart["value"].notna()]
    chart = chart[chart["segment"] == chart["segment"].iloc[-1]]
    if str(control.verdict["rule"]).startswith("trend"):
        steps = chart["value"].diff().iloc[1:]
        return _same_at_end((steps > 0).astype(int) - (steps < 0).astype(int)) + 1
    return _same_at_end(chart["side"])


def _same_at_end(signs: pd.Series) -> int:
    """How many of the last entries equal the last."""
    different = (signs != signs.iloc[-1]).to_numpy()[::-1]
    return int(different.argmax()) if different.any() else len(signs)


def spc_sentences(control: Control, facts: dict[str, dict]) -> Markup:
    """What the newest month says, and whether the target will be met.

    Parameters
    ----------
    control
        The indicator with its chart.
    facts
        Its facts by name: latest, previous, mean, lower, upper, target; those there are.
    """
    latest = facts["latest"]
    if latest["suppressed"] or latest["shown"] == NOT_COMPUTED:
        return unusable(latest)
    month = month_name(latest["period"])
    if not control.tested:
        return text("{latest} in {month}.", latest=latest, month=month)
    opening = text("{latest} in {month}", latest=latest, month=month)
    said = _signal(control, facts) if control.verdict["rule"] != "none" else _usual(facts)
    return join(opening + said, _target(control, facts))


def _usual(facts: dict[str, dict]) -> Markup:
    """No signal: the usual range, and that the last step is no evidence of a change."""
    usual = text(". Months move within the usual range, {lower} to {upper}", **_levels(facts))
    before = facts.get("previous")
    if before is None or before["suppressed"] or before["value"] is None:
        return usual + "."
    step = text("; the step from {before} is no evidence of a change.", before=before)
    return usual + step


def _signal(control: Control, facts: dict[str, dict]) -> Markup:
    """A signal: the rule it meets, that chance seldom does so, and what its direction means."""
    rule, state = str(control.verdict["rule"]), control.variation.partition("_")[0]
    levels = _levels(facts)
    months = number_words(newest_run(control)) if rule.startswith(("shift", "trend")) else ""
    said = {
        "astronomical_high": ", above its upper limit of {upper}.",
        "astronomical_low": ", below its lower limit of {lower}.",
        "two_of_three_high": ", near its upper limit of {upper}, as are two of three months.",
        "two_of_three_low": ", near its lower limit of {lower}, as are two of three months.",
        "shift_high": ". It has been above its mean of {mean} for {months} months running.",
        "shift_low": ". It has been below its mean of {mean} for {months} months running.",
        "trend_up": ". It has risen for {months} months running.",
        "trend_down": ". It has fallen for {months} months running.",
    }[rule]
    chance = "Chance alone would seldom produce this."
    return join(text(said, months=months, **levels), chance, STATES[state], _since(control))


def _since(control: Control) -> str:
    """Since when every month has been a signal that means the same, where it is not the first."""
    first = newest_stretch(control)[0]
    if first == control.verdict["date"]:
        return ""
    return f"Every month since {month_name(first)} is a signal in this direction."


def newest_stretch(control: Control) -> pd.DatetimeIndex:
    """The newest months, one after another, whose signals mean what the newest one means."""
    seen = control.chart[control.chart["value"].notna()]
    same = (seen["variation"] == control.verdict["variation"]).to_numpy()
    return seen.index[len(seen) - (int((~same)[::-1].argmax()) if not same.all() else len(seen)) :]


def _levels(facts: dict[str, dict]) -> dict[str, dict]:
    return {key: facts[key] for key in ("mean", "lower", "upper")}


def _target(control: Control, facts: dict[str, dict]) -> Markup:
    """What is to be expected of the target, judged over the months charted."""
    if control.assurance not in ASSURANCES or "target" not in facts:
        return Markup("")
    said = ASSURANCES[control.assurance]
    if control.verdict["variation"] != "common":
        said = said.replace("At this level", "Judged on all the months charted,")
    return text(said, target=facts["target"])


def signals_in_words(control: Control) -> list[str]:
    """Every stretch of signals of a chart, newest first: its months and the rules it meets."""
    chart = control.chart
    if not control.tested:
        return []
    rows = rows_of(chart, ("value", "segment", "rule", "variation"))
    points = Counter(row["segment"] for row in rows if not is_missing(row["value"]))
    for row, month in zip(rows, chart.index, strict=True):
        few = points[row["segment"]] < POINTS_FOR_LIMITS
        signal = row["rule"] != "none" and not few and not is_missing(row["value"])
        row |= {"month": month, "meaning": row["variation"] if signal else "common"}
    stretches = [list(some) for _, some in groupby(rows, key=lambda row: row["meaning"])]
    return [
        f"{month_span(some[0]['month'], some[-1]['month'])}: {_rules_met(some)}"
        for some in reversed(stretches)
        if some[0]["meaning"] != "common"
    ]


def _rules_met(signals: list[dict]) -> str:
    """The rules that a stretch of signals meets, in the order of the rules."""
    met = {row["rule"] for row in signals}
    return " and ".join(words for rule, words in EARLIER.items() if rule in met)


def target_state(value: object, target: object, direction: str) -> str:
    """Whether a value meets its target, in a word; nothing where either is missing.

    Examples
    --------
    >>> target_state(84.2, 85, "high"), target_state(14.0, 15, "low")
    ('Missed', 'Met')
    """
    if is_missing(value) or is_missing(target) or direction not in ("high", "low"):
        return ""
    good = value >= target if direction == "high" else value <= target
    return "Met" if good else "Missed"
