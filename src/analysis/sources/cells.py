"""Cells: a column of raw values -> a typed column and what is wrong with it, cell by cell.

Each distinct value of a column is looked at once and the answer is spread over the rows: dates,
codes and teams repeat. Nothing is guessed; what cannot be read is missing and named.
"""

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.sources import dates
from analysis.sources.amounts import (
    is_symbol,
    money_from_text,
    number_from_text,
    percent_from_text,
)
from analysis.sources.contracts import Field
from analysis.sources.privacy import Pseudonyms, personal_content, safe_to_show
from analysis.sources.wording import code_key, plain

NUMERIC = frozenset({"number", "money", "percent", "integer", "period_no"})
MISSING_WORDS = frozenset(
    {"", "-", "--", "n/a", "na", "null", "nan", "nat", "not given", "(blank)", "none"}
)
ERROR_WORDS = frozenset(
    {"#ref!", "#div/0!", "#value!", "#name?", "#null!", "#num!", "#n/a", "#spill!", "#calc!",
     "err:502", "err:508", "err:520", "#getting_data"}
)  # fmt: skip
NOT_SHOWN = "not shown"
AFTER = "lies after the day of the extract,"
FIRST_DAY, LAST_DAY = dt.date(1940, 1, 1), dt.date(2100, 1, 1)


@dataclass(frozen=True)
class Reading:
    """How a column of one file is to be read, where the contract alone does not say it.

    ``factor`` is the unit of a money column in pounds, ``scale`` 100 where percentages are
    written from 0 to 1, ``codes`` an authority's own spellings, ``latest`` the day of the extract.
    """

    factor: float = 1.0
    scale: float = 1.0
    codes: dict[str, str] = field(default_factory=dict)
    latest: dt.date | None = None


class Seen(NamedTuple):
    """What one distinct value comes to.

    ``kind`` is "", missing, symbol, given, unmatched, warning or error.
    """

    value: object = None
    kind: str = ""
    message: str = ""


MISSING = Seen(kind="missing")


@dataclass(frozen=True)
class Distinct:
    """A column as its distinct values and, for each row, which of them it is."""

    uniques: list
    codes: np.ndarray


@dataclass(frozen=True)
class Coerced:
    """A typed column, and what each distinct value of the raw one came to."""

    typed: pd.Series
    seen: list[Seen]
    column: Distinct

    def having(self, *kinds: str) -> np.ndarray:
        """Which rows hold a cell of these kinds."""
        hits = [one.kind in kinds for one in self.seen]
        if not any(hits):
            return np.zeros(len(self.column.codes), dtype=bool)
        return np.array(hits)[self.column.codes]

    def message(self, position: int) -> str:
        """What is to be said of a row's cell."""
        return self.seen[self.column.codes[position]].message

    def raw_value(self, position: int) -> object:
        """The raw cell of a row."""
        return self.column.uniques[self.column.codes[position]]


def distinct(column: Sequence) -> Distinct:
    """Distinct values of a column.

    Examples
    --------
    >>> distinct(["a", "b", "a"]).codes.tolist()
    [0, 1, 0]
    """
    types = set(map(type, column))
    if bool in types and len(types & {int, float}):
        # True equals 1 in a dictionary; as words they stay two values
        column = [str(v) if isinstance(v, bool) else v for v in column]
    uniques = list(dict.fromkeys(column))
    place = dict(zip(uniques, range(len(uniques)), strict=True))
    codes = np.fromiter(map(place.__getitem__, column), dtype=np.int64, count=len(column))
    return Distinct(uniques, codes)


def shown(raw: object) -> str:
    """A cell as it may stand in a message: never a value that could tell who a person is.

    Examples
    --------
    >>> shown("31/02/2024"), shown("4857773456 Smith")
    ("'31/02/2024'", 'text of 16 characters')
    """
    text = number_as_text(raw) if isinstance(raw, float | int) else plain(str(raw))
    if safe_to_show(text):
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


def _is_missing(raw: object) -> bool:
    if not isinstance(raw, str):
        return raw is None
    if len(raw) > 30 or (raw[:1].isalnum() and raw[0] not in "nN"):
        return False  # the quick way out for what is plainly a value
    return plain(raw).casefold() in MISSING_WORDS


def _limits(what: Field, day: dt.date, reading: Reading, raw: object) -> Seen:
    if not FIRST_DAY <= day < LAST_DAY:
        return Seen(kind="error", message=f"{day.year} is no year of this table; correct the date")
    if what.past and reading.latest and day > reading.latest:
        return Seen(
            kind="error",
            message=f"{day.isoformat()} {AFTER} {reading.latest.isoformat()}; correct the date",
        )
    return Seen(day)


def _day_of(raw: object) -> tuple[dt.date | None, str]:
    """Day of a cell, and the words of a warning where the form is read but not wished."""
    if isinstance(raw, dt.datetime):
        return raw.date(), ""
    if isinstance(raw, dt.date):
        return raw, ""
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        day = dates.date_from_serial(raw)
        if day:
            return day, f"the number {number_as_text(raw)} was read as Excel's day {day}"
        compact = dates.date_from_compact(number_as_text(raw))
        return compact, f"a number was read as the day {compact}" if compact else ""
    if isinstance(raw, str):
        text = plain(raw)
        if day := dates.date_from_text(text):
            return day, ""
        if day := dates.date_from_short_year(text):
            return day, f"'{text}' has two figures for the year; it was read as {day}"
        if day := dates.date_from_compact(text):
            return day, f"eight figures were read as the day {day}"
        if text.isdecimal() and (day := dates.date_from_serial(float(text))):
            return day, f"the number {text} was read as Excel's day {day}"
    return None, ""


def _see_date(raw: object, what: Field, reading: Reading) -> Seen:
    if isinstance(raw, dt.time | dt.timedelta):
        return Seen(kind="error", message="a time without a day (Excel's day 0); enter the day")
    day, warning = _day_of(raw)
    if day is None:
        hint = (
            "it looks month-first; "
            if isinstance(raw, str) and dates.is_month_first(plain(raw))
            else ""
        )
        return Seen(
            kind="error", message=f"{shown(raw)} is not a day; {hint}write it as DD/MM/YYYY"
        )
    seen = _limits(what, day, reading, raw)
    if warning and seen.kind == "":
        return Seen(day, "warning", warning + "; format the cells as dates DD/MM/YYYY")
    return seen


def _see_month(raw: object, what: Field, reading: Reading) -> Seen:
    if isinstance(raw, str) and (month := dates.month_from_text(plain(raw))):
        return _limits(what, month, reading, raw)
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        text = number_as_text(raw)
        if len(text) == 6 and (month := dates.month_from_text(text)):
            return _limits(what, month, reading, raw)
    seen = _see_date(raw, what, reading)
    if seen.value is not None:
        return Seen(seen.value.replace(day=1), seen.kind, seen.message)
    return Seen(
        kind=seen.kind,
        message=seen.message.replace("not a day", "not a month").replace(
            "DD/MM/YYYY", "Mar-21 or 2021-03"
        ),
    )


def _see_as_at(raw: object, what: Field, reading: Reading) -> Seen:
    if isinstance(raw, str) and plain(raw).casefold() == "not given":
        return Seen("not given")
    if _is_missing(raw):
        return MISSING
    if isinstance(raw, str):
        text = plain(raw)
        day = dates.date_from_text(text)
        if day is None and (month := dates.month_from_text(text)):
            return Seen(f"{month:%Y-%m}")
    seen = _see_date(raw, what, reading)
    return Seen(seen.value.isoformat() if seen.value else None, seen.kind, seen.message)


def _range(value: float, what: Field) -> str:
    if what.minimum is not None and value < what.minimum:
        return f"{number_as_text(value)} is below {what.minimum:g}; correct it"
    if what.maximum is not None and value > what.maximum:
        return f"{number_as_text(value)} is above {what.maximum:g}; correct it"
    return ""


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


def _see_number(raw: object, what: Field, reading: Reading) -> Seen:
    if isinstance(raw, str) and is_symbol(plain(raw)):
        return Seen(plain(raw), "symbol")
    if isinstance(raw, bool | dt.date | dt.time | dt.timedelta):
        return Seen(kind="error", message=f"a {type(raw).__name__} where a number is expected")
    if what.type == "period_no" and isinstance(raw, str):
        raw = re.sub(r"^(?:period|p|m|month) ?0?", "", plain(raw).casefold())
    value = _amount(raw, what, reading)
    if value is None:
        comma = isinstance(raw, str) and re.fullmatch(r"-?\d+,\d{1,2}", plain(raw))
        hint = "use a decimal point" if comma else "enter a number, or leave it blank"
        return Seen(kind="error", message=f"{shown(raw)} is not a number; {hint}")
    if what.type in ("integer", "period_no") and value != int(value):
        return Seen(kind="error", message=f"{number_as_text(value)} is not a whole number")
    wrong = _range(value, what) or (
        _range(value, Field("", "", minimum=0, maximum=100)) if what.type == "percent" else ""
    )
    return Seen(kind="error", message=wrong) if wrong else Seen(value)


def _see_code(raw: object, table: dict[str, str]) -> Seen:
    text = number_as_text(raw) if isinstance(raw, float | int) else plain(str(raw))
    value = table.get(code_key(text))
    if value is not None and text:
        return Seen(value)
    if _is_missing(raw):
        return MISSING
    # a value that may be somebody's name or number must not reach a table either
    return Seen(text if safe_to_show(text) else NOT_SHOWN, "unmatched")


def _see_boolean(raw: object, table: dict[str, str]) -> Seen:
    seen = _see_code("yes" if raw is True else "no" if raw is False else raw, table)
    if seen.kind or seen.value == "unknown":
        return Seen(None, seen.kind or "given")
    return Seen({"true": True, "false": False}[seen.value])


def _see_identifier(raw: object, pseudonyms: Pseudonyms) -> Seen:
    if isinstance(raw, bool | dt.date | dt.time | dt.timedelta):
        return Seen(kind="error", message="not an identifier; look for columns out of place")
    if isinstance(raw, float | int):
        if not float(raw).is_integer() or raw <= 0:
            return Seen(kind="error", message="a number with a fraction, zero or minus; correct it")
        return Seen(pseudonyms.of(str(int(raw))))
    text = plain(raw).upper()
    if text.endswith(".0") and text[:-2].isdecimal():
        text = text[:-2]
    return Seen(pseudonyms.of(text)) if text else MISSING


def _see_text(raw: object) -> Seen:
    if isinstance(raw, dt.datetime | dt.date):
        return Seen(raw.isoformat()[:10])
    text = number_as_text(raw) if isinstance(raw, float | int) else plain(str(raw))
    if len(text) >= 10 and sum(map(str.isdecimal, text)) >= 10 and personal_content(text):
        return Seen(kind="error", message="an NHS number, it seems; it was dropped: take it out")
    return Seen(text)


def _see_prose(raw: object) -> Seen:
    text = str(raw).strip() if isinstance(raw, str) else _see_text(raw).value
    if found := personal_content(text):
        return Seen(
            kind="error",
            message=f"the text holds {found}; it was dropped: take it out of the extract",
        )
    return Seen(text)


def _see_time(raw: object) -> Seen:
    if isinstance(raw, float) and 0 <= raw < 1:
        minutes = round(raw * 24 * 60)
        return Seen(f"{minutes // 60:02d}:{minutes % 60:02d}")
    if isinstance(raw, dt.time | dt.datetime):
        return Seen(f"{raw.hour:02d}:{raw.minute:02d}")
    text = raw.strip() if isinstance(raw, str) else ""
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)(?::\d{2})?", text)
    if found and int(found[1]) < 24:
        return Seen(f"{int(found[1]):02d}:{found[2]}")
    return Seen(kind="error", message=f"{shown(raw)} is not a time; write it as HH:MM")


def _see_financial_year(raw: object) -> Seen:
    text = plain(str(raw)).upper().removeprefix("FY").strip()
    found = re.fullmatch(r"(?:20)?(\d{2}) ?[/\-] ?(?:20)?(\d{2})", text)
    if found and (int(found[1]) + 1) % 100 == int(found[2]):
        return Seen(f"20{found[1]}/{found[2]}")
    return Seen(kind="error", message=f"{shown(raw)} is not a financial year; write it as 2025/26")


def _see(raw: object, see: Callable[[object], Seen], *, own_words: bool) -> Seen:
    """What a distinct value comes to; ``own_words`` where "none" or "n/a" may be a value."""
    if isinstance(raw, str):
        if raw[:1] in "#E" and raw.strip().casefold() in ERROR_WORDS:
            words = f"the cell holds the error {raw.strip()}; it was read as blank: correct it"
            return Seen(kind="error", message=words)
        if not raw.strip():
            return MISSING
    return see(raw) if own_words or not _is_missing(raw) else MISSING


def _reader(what: Field, reading: Reading, pseudonyms: Pseudonyms) -> Callable[[object], Seen]:
    """What reads one distinct value of a column of this type."""
    if what.type in ("code", "boolean"):
        see = _see_boolean if what.type == "boolean" else _see_code
        return lambda raw: see(raw, reading.codes)
    if what.type == "identifier":
        return lambda raw: _see_identifier(raw, pseudonyms)
    typed = {
        "date": _see_date,
        "month": _see_month,
        "as_at": _see_as_at,
    } | dict.fromkeys(NUMERIC, _see_number)
    if what.type in typed:
        return lambda raw: typed[what.type](raw, what, reading)
    return {
        "text": _see_text,
        "prose": _see_prose,
        "time": _see_time,
        "financial_year": _see_financial_year,
    }[what.type]


def _typed(values: list, kind: str) -> pd.api.extensions.ExtensionArray | np.ndarray:
    """Distinct values as an array of the column's type."""
    if kind in ("date", "month"):
        return np.array(values, dtype="datetime64[D]").astype("datetime64[us]")
    if kind in ("number", "money", "percent"):
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    if kind in ("integer", "period_no"):
        return pd.array([None if v is None else int(v) for v in values], dtype="Int64")
    if kind == "boolean":
        return pd.array(values, dtype="boolean")
    return pd.array([None if v is None else str(v) for v in values], dtype="str")


def coerce(column: Distinct, what: Field, reading: Reading, pseudonyms: Pseudonyms) -> Coerced:
    """Typed column of a raw one; every cell that is not plainly of the type is told apart.

    Parameters
    ----------
    column : Distinct
        Raw values.
    what : Field
        The column's contract.
    reading : Reading
        What this file or authority declares about it.
    pseudonyms : Pseudonyms
        Keyed hashing of identifiers.

    Examples
    --------
    >>> what = Field("contacts", "number")
    >>> read = coerce(distinct([5.0, "c", "x1"]), what, Reading(), Pseudonyms(b"key"))
    >>> read.typed.tolist(), [one.kind for one in read.seen]
    ([5.0, nan, nan], ['', 'symbol', 'error'])
    """
    see = _reader(what, reading, pseudonyms)
    own_words = what.type in ("code", "boolean", "as_at")
    quick = _quick_numbers(column, what, reading)
    seen = [
        _see(raw, see, own_words=own_words) if fast is None else fast
        for raw, fast in zip(column.uniques, quick, strict=True)
    ]
    plain_values = [None if one.kind == "symbol" else one.value for one in seen]
    values = pd.Series(_typed(plain_values, what.type)).take(column.codes)
    return Coerced(values.reset_index(drop=True), seen, column)


def _quick_numbers(column: Distinct, what: Field, reading: Reading) -> list[Seen | None]:
    """Plain numbers of a plain number column, which need no second look; None for the rest."""
    if what.type not in ("number", "money") or not column.uniques:
        return [None] * len(column.uniques)
    factor = reading.factor if what.type == "money" else 1.0
    low = -math.inf if what.minimum is None else what.minimum
    high = math.inf if what.maximum is None else what.maximum
    return [
        Seen(raw * factor) if type(raw) is float and low <= raw * factor <= high else None
        for raw in column.uniques
    ]
