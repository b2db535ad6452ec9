"""The habit by which a printed column was shortened: rounded, cut off or rounded up.

Whether a report rounds its figures or cuts them off cannot be seen from one figure: 32.4 printed
as 32 fits both. It is seen from a whole column, so every habit is tried on all its figures.
"""

import re
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
)

import pandas as pd

# In the order in which a report is given the benefit of the doubt.
RULES = {
    "rounded half up": ROUND_HALF_UP,
    "rounded half to even": ROUND_HALF_EVEN,
    "cut off": ROUND_DOWN,
    "rounded up": ROUND_CEILING,
}
_WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_SCALES = {"k": Decimal(1000), "m": Decimal(1_000_000), "bn": Decimal(1_000_000_000)}
_NUMBER = re.compile(r"£?\s*([+-]?\d[\d,]*(?:\.\d+)?)\s*(k|m|bn)?\s*(%|fte)?", re.IGNORECASE)


def printed_number(printed: str) -> tuple[Decimal, Decimal]:
    """Number that a printed text stands for, and the step of its last digit.

    Parameters
    ----------
    printed : str
        As printed: "52%", "£0.829m", "1,637", "133 FTE", "seven".

    Returns
    -------
    tuple of Decimal
        The number in units (pounds, not millions), and one unit of its last printed digit.

    Raises
    ------
    ValueError
        If the text is not one number.

    Examples
    --------
    >>> printed_number("52%")
    (Decimal('52'), Decimal('1'))
    >>> number, step = printed_number("£0.829m")
    >>> int(number), int(step)
    (829000, 1000)
    """
    text = str(printed).strip()
    if text.lower() in _WORDS:
        return Decimal(_WORDS.index(text.lower())), Decimal(1)
    found = _NUMBER.fullmatch(text.replace("\N{MINUS SIGN}", "-"))
    if found is None:
        raise ValueError(
            f"the printed text {text!r} is not one number; in the extract of published figures "
            "give each number its own row, as printed (52%, £0.829m, 1,637)"
        )
    digits = Decimal(found[1].replace(",", ""))
    scale = _SCALES.get((found[2] or "").lower(), Decimal(1))
    return digits * scale, Decimal(1).scaleb(int(digits.as_tuple().exponent)) * scale


def printed_rule(printed: pd.Series, exact: pd.Series) -> pd.DataFrame:
    """How many figures of a printed column each habit of shortening reproduces.

    Parameters
    ----------
    printed : Series of str
        The figures as printed, with their precision.
    exact : Series of float
        The same figures recomputed, unrounded, in the same unit; missing ones are left out.

    Returns
    -------
    DataFrame
        One row a habit ("rounded half up", "rounded half to even", "cut off", "rounded up"), in
        that order: ``rule``, ``fits`` (figures reproduced), ``figures`` (figures tried),
        ``fits_all`` (bool).

    Examples
    --------
    The growth in contacts that Derby printed in 2021 is cut off, not rounded.

    >>> printed = pd.Series(["52%", "52%", "62%", "32%", "28%", "26%"])
    >>> exact = pd.Series([52.596, 52.981, 62.508, 32.354, 28.185, 26.076])
    >>> print(printed_rule(printed, exact).to_string(index=False))
                    rule  fits  figures  fits_all
         rounded half up     3        6     False
    rounded half to even     3        6     False
                 cut off     6        6      True
              rounded up     0        6     False
    """
    pairs = [
        (*printed_number(text), value)
        for text, value in zip(printed, exact, strict=True)
        if pd.notna(value)
    ]
    fits = [
        sum(shortened(value, step, rule) == number for number, step, value in pairs)
        for rule in RULES
    ]
    return pd.DataFrame(
        {
            "rule": list(RULES),
            "fits": fits,
            "figures": len(pairs),
            "fits_all": [bool(pairs) and count == len(pairs) for count in fits],
        }
    )


def shortened(value: float, step: Decimal, rule: str) -> Decimal:
    """Shorten a figure to a printed precision by one of the habits in ``RULES``.

    The float is taken as the decimal it prints as, so that 52.5 is exactly a half.

    Parameters
    ----------
    value : float
        The unrounded figure.
    step : Decimal
        One unit of the last printed digit.
    rule : str
        A key of ``RULES``.

    Returns
    -------
    Decimal

    Examples
    --------
    >>> shortened(52.981, Decimal(1), "cut off"), shortened(52.981, Decimal(1), "rounded half up")
    (Decimal('52'), Decimal('53'))
    """
    # Nine decimals: an exact 53 that arithmetic left at 52.99999999999999 must not be cut to 52.
    exact = Decimal(repr(round(float(value), 9)))
    return (exact / step).quantize(Decimal(1), rounding=RULES[rule]) * step
