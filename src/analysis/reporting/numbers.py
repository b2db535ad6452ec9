"""How a number is written on a page: one rule a unit, rounding half up as people do by hand."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

MINUS = "\u2212"
SIGNED_UNITS = frozenset({"% change", "percentage points", "change", "GBP change", "FTE change"})
PERCENT_UNITS = frozenset({"%", "% change"})
_ISO = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])(?:-\d\d)?")


def rounded(value: float, decimals: int) -> Decimal:
    """A number rounded half up from its shortest decimal form.

    Examples
    --------
    >>> rounded(52.65, 1), rounded(-0.04, 1)
    (Decimal('52.7'), Decimal('0.0'))
    """
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return abs(exact) if exact == 0 else exact


def is_missing(value: object) -> bool:
    """Whether there is no number: None, NaN or pandas' NA."""
    if value is None or isinstance(value, float):
        return value is None or not math.isfinite(value)
    return bool(pd.isna(value)) or not math.isfinite(float(value))


def shown_number(value: float, unit: str, decimals: int, scale: str = "") -> str:
    """The text of a number on a page, by its unit.

    Parameters
    ----------
    value
        The unrounded number, in the unit's base (pounds for GBP).
    unit
        As in the definitions. Changes carry their sign; a minus is a true minus sign.
    decimals
        How many decimals are shown.
    scale
        ``m`` writes pounds in millions, ``k`` in thousands.

    Examples
    --------
    >>> shown_number(41.312, "% change", 1), shown_number(-3.25, "% change", 1)
    ('+41.3%', '−3.3%')
    >>> shown_number(829000, "GBP", 3, "m"), shown_number(14387, "count", 0)
    ('£0.829m', '14,387')
    >>> shown_number(133, "FTE", 1), shown_number(21.84, "FTE", 1)
    ('133', '21.8')
    """
    factor = {"": 1, "k": 1_000, "m": 1_000_000}[scale]
    number = rounded(value / factor, decimals)
    sign = MINUS if number < 0 else "+" if unit in SIGNED_UNITS and number > 0 else ""
    text = f"{abs(number):,}"
    if unit.startswith(("FTE", "posts")) and "." in text:
        text = text.rstrip("0").rstrip(".")
    pound = "£" if unit.startswith("GBP") else ""
    percent = "%" if unit in PERCENT_UNITS else ""
    return f"{sign}{pound}{text}{scale}{percent}"


def plain(value: object) -> str:
    """A number as it stands in a formula: thousands commas, no trailing zeros; a day in words.

    Examples
    --------
    >>> plain(2498), plain(0.5660), plain(None), plain("March")
    ('2,498', '0.566', 'not given', 'March')
    >>> plain("2021-05"), plain("2021/22")
    ('May 2021', '2021/22')
    """
    if isinstance(value, str):
        return date_words(value) if _ISO.fullmatch(value) else value
    if isinstance(value, pd.Timestamp):
        return month_name(value)
    if is_missing(value):
        return "not given"
    text = f"{rounded(float(value), 4):,}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", MINUS)


def month_name(month: object) -> str:
    """A month in words.

    Examples
    --------
    >>> month_name("2021-08")
    'August 2021'
    """
    return pd.Period(month, "M").strftime("%B %Y")


def month_span(first: object, last: object) -> str:
    """A run of months in words, the year said once where it is one year.

    Examples
    --------
    >>> month_span("2021-03", "2021-08"), month_span("2024-09", "2025-08")
    ('March to August 2021', 'September 2024 to August 2025')
    """
    first, last = pd.Period(first, "M"), pd.Period(last, "M")
    if first == last:
        return month_name(last)
    start = first.strftime("%B" if first.year == last.year else "%B %Y")
    return f"{start} to {month_name(last)}"


def date_words(as_at: str) -> str:
    """A date, a month or "not given" in words.

    Examples
    --------
    >>> date_words("2021-08-31"), date_words("2021-05"), date_words("not given")
    ('31 August 2021', 'May 2021', 'date not given in the source')
    """
    text = str(as_at)
    if text in {"not given", "", "nan", "None"}:
        return "date not given in the source"
    if len(text) == 7:
        return month_name(text)
    day = pd.Timestamp(text)
    return f"{day.day} {day:%B %Y}"
