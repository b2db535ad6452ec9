"""Seen: what one raw cell comes to, and how a cell may be quoted."""

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from analysis.sources.dates import EXCEL_EPOCH
from analysis.sources.privacy import has_unknown_words, safe_to_show
from analysis.sources.wording import plain

MISSING_WORDS = frozenset(
    {"", "-", "--", "n/a", "na", "null", "nan", "nat", "not given", "(blank)", "none"}
)


@dataclass(frozen=True)
class Reading:
    """How a column of one file is to be read, where the contract alone does not say it.

    ``factor`` is the unit of a money column in pounds, ``scale`` 100 where percentages are
    written from 0 to 1, ``codes`` an authority's own spellings, ``latest`` the day of the extract,
    ``epoch`` the day from which the workbook counts its days.
    """

    factor: float = 1.0
    scale: float = 1.0
    codes: dict[str, str] = field(default_factory=dict)
    latest: dt.date | None = None
    epoch: dt.date = EXCEL_EPOCH


class Seen(NamedTuple):
    """What one distinct value comes to.

    ``kind`` is "", missing, symbol, given, unmatched, warning or error.
    """

    value: object = None
    kind: str = ""
    message: str = ""


MISSING = Seen(kind="missing")


def shown(raw: object, *, strict: bool = True) -> str:
    """A cell as it may stand in a message: never a value that could tell who a person is.

    A word that is none of the service's may be a surname; only a value of a column of codes, where
    it must be seen to be mended, is shown with such words (``strict`` is then False).

    Examples
    --------
    >>> shown("31/02/2024"), shown("4857773456 Smith")
    ("'31/02/2024'", 'text of 16 characters')
    """
    text = number_as_text(raw) if isinstance(raw, float | int) else plain(str(raw))
    if safe_to_show(text) and not (strict and has_unknown_words(text)):
        return f"'{text}'"
    return "a number" if isinstance(raw, float | int) else f"text of {len(text)} characters"


def number_as_text(number: float) -> str:
    """A number as an identifier or a code holds it: 1001.0 is 1001.

    Examples
    --------
    >>> number_as_text(1001.0), number_as_text(5.3)
    ('1001', '5.3')
    """
    if isinstance(number, bool):
        return str(number)
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def is_missing(raw: object) -> bool:
    """Whether a cell is blank or says so: "-", "n/a", "none"."""
    if not isinstance(raw, str):
        return raw is None
    if len(raw) > 30 or (raw[:1].isalnum() and raw[0] not in "nN"):
        return False  # the quick way out for what is plainly a value
    return plain(raw).casefold() in MISSING_WORDS
