"""Sentences made from facts by a closed list of verbs and conditions.

No sentence claims a change without a test, names a cause, or shows a number that is not a fact.
Each function takes facts (rows of a facts frame, as dicts) that have been through disclosure
control and returns Markup; a missing or hidden fact makes the sentence say so.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from analysis.reporting.facts import NOT_COMPUTED, shown
from analysis.reporting.numbers import MINUS, month_name, month_span

UP, DOWN, LITTLE, UNCLEAR = "up", "down", "little changed", "no clear change"


def join(*parts: object) -> Markup:
    """Sentences and phrases joined by spaces; text is escaped, Markup is kept."""
    return Markup(" ").join(escape(part) for part in parts if part)


def text(template: str, **parts: object) -> Markup:
    """A sentence from a template: facts (dicts) become their shown text with their id.

    Examples
    --------
    >>> text("{workers} agency workers.", workers={"id": "agency_workers", "shown": "22"})
    Markup('<span data-fact="agency_workers">22</span> agency workers.')
    """
    marked = {
        key: shown(part) if isinstance(part, dict) else escape(part) for key, part in parts.items()
    }
    return Markup(template).format(**marked)


def is_usable(*facts: dict) -> bool:
    """Whether each fact has a value that may be shown."""
    return all(fact["value"] is not None and not fact["suppressed"] for fact in facts)


def unusable(fact: dict) -> Markup:
    """Why a fact has no value: hidden, or cannot be computed and what is missing."""
    if fact["suppressed"]:
        return text("{label}: {shown}, hidden to protect people.", label=fact["label"], shown=fact)
    reason = fact["note"] or "the source does not give it."
    reason = reason.removeprefix("Cannot be computed: ").removeprefix("cannot be computed: ")
    reason = reason.rstrip(".")
    return text("{label} {shown}: {why}.", label=fact["label"], shown=fact, why=reason)


def direction(fact: dict) -> str:
    """The word for a change, by its interval: up, down, little changed or no clear change.

    A change whose interval includes zero is not called a change; one that shows as zero at the
    decimals of the page is "little changed"; without an interval there is no test and no word.

    Examples
    --------
    >>> direction({"value": 41.3, "shown": "+41.3%", "lower": 36.0, "upper": 46.8})
    'up'
    >>> direction({"value": 2.0, "shown": "+2.0%", "lower": -1.0, "upper": 5.0})
    'no clear change'
    """
    if fact["lower"] is None or fact["upper"] is None:
        return ""
    if fact["lower"] <= 0 <= fact["upper"]:
        return UNCLEAR
    if not fact["shown"].startswith(("+", MINUS)):
        return LITTLE
    return UP if fact["value"] > 0 else DOWN


def change_on_last_year(change: dict, now: dict, before: dict, ends: tuple[dict, dict]) -> Markup:
    """This period's count against the same months a year before, with its interval."""
    if not is_usable(change, now, before):
        return unusable(change)
    first, last = change["period"].split(" to ")
    opening = text(
        "{now} contacts from {span}, against {before} in the same months a year before.",
        now=now,
        before=before,
        span=month_span(first, last),
    )
    word = direction(change) or "the difference"
    size = text(
        "{word}: {size} (95% interval {low} to {high}).",
        word=word.capitalize() + (" on the year" if word in {UP, DOWN} else ""),
        size=change,
        low=ends[0],
        high=ends[1],
    )
    return join(opening, size)


def fastest_and_slowest(series: list[dict]) -> Markup:
    """Which months grew most and least: the range of a run of year on year changes."""
    usable = [fact for fact in series if is_usable(fact)]
    if len(usable) < 2:
        return Markup("")
    ranked = sorted(usable, key=lambda fact: fact["value"])
    return text(
        "By month the change ranged from {low} ({low_month}) to {high} ({high_month}).",
        low=ranked[0],
        high=ranked[-1],
        low_month=month_name(ranked[0]["period"]),
        high_month=month_name(ranked[-1]["period"]),
    )


def not_computed_sentence(fact: dict) -> Markup:
    """A fact without a value, said in words with what is missing; nothing where it has one."""
    return Markup("") if fact["shown"] != NOT_COMPUTED else unusable(fact)
