"""Number cells: counts, pounds and percentages, each from one raw cell."""

import datetime as dt
import re

from analysis.sources.amounts import (
    is_symbol,
    money_from_text,
    number_from_text,
    percent_from_text,
)
from analysis.sources.contracts import Field
from analysis.sources.privacy import safe_to_show
from analysis.sources.seen import Reading, Seen, number_as_text, shown
from analysis.sources.wording import plain

NUMERIC = frozenset({"number", "money", "percent", "integer", "period_no"})


def see_number(raw: object, what: Field, reading: Reading) -> Seen:
    """A count, an amount in pounds or a percentage; a suppression symbol stays one."""
    if isinstance(raw, str) and is_symbol(plain(raw)):
        return Seen(plain(raw), "symbol")
    if isinstance(raw, bool | dt.date | dt.time | dt.timedelta):
        return Seen(kind="error", message=f"a {type(raw).__name__} where a number is expected")
    if what.type == "period_no" and isinstance(raw, str):
        raw = re.sub(r"^(?:period|month|p|m) ?0?", "", plain(raw).casefold())
    value = _amount(raw, what, reading)
    if value is None:
        comma = isinstance(raw, str) and re.fullmatch(r"-?\d+,\d{1,2}", plain(raw))
        hint = "use a decimal point" if comma else "enter a number, or leave it blank"
        return Seen(kind="error", message=f"{shown(raw)} is not a number; {hint}")
    if what.type in ("integer", "period_no") and value != int(value):
        return Seen(kind="error", message=f"{_said(value)} is not a whole number; correct it")
    wrong = _range(value, what) or (
        _range(value, Field("", "", minimum=0, maximum=100)) if what.type == "percent" else ""
    )
    return Seen(kind="error", message=wrong) if wrong else Seen(value)


def _amount(raw: object, what: Field, reading: Reading) -> float | None:
    if isinstance(raw, float | int):
        if what.type == "money":
            return float(raw) * reading.factor
        return float(raw) * reading.scale if what.type == "percent" else float(raw)
    text = plain(raw)
    if what.type == "money":
        return money_from_text(text, reading.factor)
    if what.type == "percent":
        return percent_from_text(text, reading.scale)
    return number_from_text(text)


def _range(value: float, what: Field) -> str:
    if what.minimum is not None and value < what.minimum:
        return f"{_said(value)} is below {what.minimum:g}; correct it"
    if what.maximum is not None and value > what.maximum:
        return f"{_said(value)} is above {what.maximum:g}; correct it"
    return ""


def _said(value: float) -> str:
    """A number as it may stand in a message: a long one may be somebody's number.

    Examples
    --------
    >>> _said(120.0), _said(4857773456.0)
    ('120', 'the number')
    """
    text = number_as_text(value)
    return text if safe_to_show(text) else "the number"
