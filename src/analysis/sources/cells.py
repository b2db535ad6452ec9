"""Cells: a column of raw values -> a typed column and what is wrong with it, cell by cell.

Each distinct value of a column is looked at once and the answer is spread over the rows: dates,
codes and teams repeat. Nothing is guessed; what cannot be read is missing and named.
"""

import itertools
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.sources.contracts import Field
from analysis.sources.day_cells import see_as_at, see_date, see_month
from analysis.sources.number_cells import NUMERIC, see_number
from analysis.sources.privacy import Pseudonyms
from analysis.sources.seen import MISSING, Reading, Seen, is_missing
from analysis.sources.word_cells import (
    see_boolean,
    see_code,
    see_financial_year,
    see_identifier,
    see_prose,
    see_text,
    see_time,
)

_PLAIN_IDENTIFIER = re.compile(r"[A-Z]{0,4}\d{1,15}")
ERROR_WORDS = frozenset(
    {"#ref!", "#div/0!", "#value!", "#name?", "#null!", "#num!", "#n/a", "#spill!", "#calc!",
     "err:502", "err:508", "err:520", "#getting_data"}
)  # fmt: skip


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
    quick = _quick(column, what, reading, pseudonyms)
    seen = [
        _see(raw, see, own_words=own_words) if fast is None else fast
        for raw, fast in zip(column.uniques, quick, strict=True)
    ]
    plain_values = [None if one.kind == "symbol" else one.value for one in seen]
    values = pd.Series(_typed(plain_values, what.type)).take(column.codes)
    return Coerced(values.reset_index(drop=True), seen, column)


def _see(raw: object, see: Callable[[object], Seen], *, own_words: bool) -> Seen:
    """What a distinct value comes to; ``own_words`` where "none" or "n/a" may be a value."""
    if isinstance(raw, str):
        if raw[:1] in "#E" and raw.strip().casefold() in ERROR_WORDS:
            words = f"the cell holds the error {raw.strip()}; it was read as blank: correct it"
            return Seen(kind="error", message=words)
        if not raw.strip():
            return MISSING
    return see(raw) if own_words or not is_missing(raw) else MISSING


def _reader(what: Field, reading: Reading, pseudonyms: Pseudonyms) -> Callable[[object], Seen]:
    """What reads one distinct value of a column of this type."""
    if what.type in ("code", "boolean"):
        see = see_boolean if what.type == "boolean" else see_code
        return lambda raw: see(raw, reading.codes)
    if what.type == "identifier":
        return lambda raw: see_identifier(raw, pseudonyms)
    typed = {
        "date": see_date,
        "month": see_month,
        "as_at": see_as_at,
    } | dict.fromkeys(NUMERIC, see_number)
    if what.type in typed:
        return lambda raw: typed[what.type](raw, what, reading)
    return {
        "text": see_text,
        "prose": see_prose,
        "time": see_time,
        "financial_year": see_financial_year,
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


def _quick(
    column: Distinct, what: Field, reading: Reading, pseudonyms: Pseudonyms
) -> Iterable[Seen | None]:
    """Plain values of columns that seldom repeat, which need no second look; None for the rest."""
    if what.type in ("number", "money"):
        return _quick_numbers(column, what, reading)
    if what.type == "identifier":
        of, plain = pseudonyms.of, _PLAIN_IDENTIFIER.fullmatch
        return [Seen(of(v)) if type(v) is str and plain(v) else None for v in column.uniques]
    return itertools.repeat(None, len(column.uniques))


def _quick_numbers(column: Distinct, what: Field, reading: Reading) -> list[Seen | None]:
    factor = reading.factor if what.type == "money" else 1.0
    low = -math.inf if what.minimum is None else what.minimum
    high = math.inf if what.maximum is None else what.maximum
    return [
        Seen(raw * factor) if type(raw) is float and low <= raw * factor <= high else None
        for raw in column.uniques
    ]
