"""Numbers as people write them: pounds, brackets, thousands, percent signs, suppression symbols."""

import re

from analysis.sources.wording import heading_key, plain

SYMBOLS = frozenset(
    f"{left}{symbol}{right}"
    for symbol in ("c", "k", "low", "n", "s", "u", "x", "z")
    for left, right in (("", ""), ("[", "]"))
) | {":", "*", "~", "..", "low]"}
_BELOW = re.compile(r"(?:<|&lt;|less than|fewer than) ?\d+", re.IGNORECASE)

_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+")
_FACTORS = {"": 1.0, "k": 1e3, "m": 1e6, "bn": 1e9}
_SUFFIX = re.compile(r"^(.*?[\d.])\s*(k|m|bn)$", re.IGNORECASE)

_UNIT_WORDS = re.compile(
    r"[\s_(\[]*(?:£|(?<![a-z])gbp)[\s_]*(m|mn|million|millions|k|'?0{3}'?s?|thousands?)?\s*[)\]]*$",
    re.IGNORECASE,
)
_UNIT_FACTORS = {"m": 1e6, "mn": 1e6, "million": 1e6, "millions": 1e6, "": 1.0}


def is_symbol(text: str) -> bool:
    """Whether a text is a suppression symbol: c, [c], low, x, z, u, k, ``:``, <5.

    Examples
    --------
    >>> is_symbol("[c]"), is_symbol("<5"), is_symbol("5")
    (True, True, False)
    """
    return text.casefold() in SYMBOLS or bool(_BELOW.fullmatch(text))


def number_from_text(text: str) -> float | None:
    """Number that a text says; None where it says none.

    Thousands are marked by commas, and brackets or a minus sign, before or after, are negative.

    Examples
    --------
    >>> number_from_text("1,234.50"), number_from_text("(1,234)"), number_from_text("12,5")
    (1234.5, -1234.0, None)
    """
    negative = False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    if text.startswith(("-", "+")):
        text, negative = text[1:].strip(), negative or text[0] == "-"
    elif text.endswith("-"):
        text, negative = text[:-1].strip(), True
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text.replace(",", ""))
    return -value if negative else value


def money_from_text(text: str, factor: float = 1.0) -> float | None:
    """Pounds that a text says; its own k or m goes before the column's declared unit.

    Examples
    --------
    >>> money_from_text("£0.829m"), money_from_text("(0.5)", factor=1e6)
    (829000.0, -500000.0)
    """
    text = re.sub(r"£|\bGBP\b", "", text, flags=re.IGNORECASE).strip()
    bracketed = text.startswith("(") and text.endswith(")")
    inner = text[1:-1].strip() if bracketed else text
    if found := _SUFFIX.match(inner):
        inner, factor = found[1], _FACTORS[found[2].casefold()]
    value = number_from_text(inner)
    if value is None:
        return None
    # k and m move a decimal point: 0.829 million is 829000 pounds, not 828999.99
    value = round(value * factor, 2) if factor != 1.0 else value
    return -value if bracketed else value


def percent_from_text(text: str, scale: float = 1.0) -> float | None:
    """Percentage from 0 to 100; a percent sign in the cell goes before the declared scale.

    Examples
    --------
    >>> percent_from_text("91.2%"), percent_from_text("0.912", scale=100)
    (91.2, 91.2)
    """
    if text.endswith("%"):
        text, scale = text[:-1].strip(), 1.0
    value = number_from_text(text)
    return value if value is None or scale == 1.0 else round(value * scale, 10)


def heading_unit(heading: str) -> tuple[str, float]:
    """Key of a money heading without its unit, and the factor that the unit declares.

    Examples
    --------
    >>> heading_unit("Pressure (GBP million)"), heading_unit("Forecast £000")
    (('pressure', 1000000.0), ('forecast', 1000.0))
    """
    found = _UNIT_WORDS.search(plain(heading))
    if not found:
        return heading_key(heading), 1.0
    word = (found[1] or "").casefold()
    return heading_key(plain(heading)[: found.start()]), _UNIT_FACTORS.get(word, 1e3)
