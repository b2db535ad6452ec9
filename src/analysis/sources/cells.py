"""Cells: a column of raw values -> a typed column and what is wrong with it, cell by cell.

Each distinct value of a column is looked at once and the answer is spread over the rows: dates,
codes and teams repeat. Nothing is guessed; what cannot be read is missing and named.
"""

import datetime as dt
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.sources.contracts import Field
from analysis.sources.day_cells import FIRST_DAY, LAST_DAY, see_as_at, see_date, see_month
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

    def rows_of(self, places: Sequence[int]) -> np.ndarray:
        """Rows that hold one of the distinct values, by their places."""
        if not len(places):
            return np.zeros(len(self.codes), dtype=bool)
        held = np.zeros(len(self.uniques), dtype=bool)
        held[places] = True
        return held[self.codes]


@dataclass(frozen=True)
class Coerced:
    """A typed column, and what those distinct values of the raw one came to that are not plain.

    ``seen`` holds them by their place among the distinct values; any other is plain.
    """

    typed: pd.Series
    seen: dict[int, Seen]
    column: Distinct

    def having(self, *kinds: str) -> np.ndarray:
        """Which rows hold a cell of these kinds."""
        hits = [at for at, one in self.seen.items() if one.kind in kinds]
        return self.column.rows_of(hits)

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
    # a value that is not yet there is given the next number
    place: dict[object, int] = defaultdict(itertools.count().__next__)
    codes = np.fromiter(map(place.__getitem__, column), dtype=np.int64, count=len(column))
    if 1 in place or 0 in place:
        types = set(map(type, column))
        if bool in types and len(types & {int, float}):
            # True equals 1 in a dictionary; as words they stay two values
            return distinct([str(v) if isinstance(v, bool) else v for v in column])
    return Distinct(list(place), codes)


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
    >>> read.typed.tolist(), [one.kind for one in read.seen.values()]
    ([5.0, nan, nan], ['symbol', 'error'])
    """
    see = _reader(what, reading, pseudonyms)
    own_words = what.type in ("code", "boolean", "as_at")
    values = _quick(column, what, reading, pseudonyms)
    seen: dict[int, Seen] = defaultdict(Seen)
    for at in [at for at, value in enumerate(values) if value is None]:
        one = _see(column.uniques[at], see, own_words=own_words)
        values[at] = None if one.kind == "symbol" else one.value
        if one.kind:
            seen[at] = one
    typed = _typed(values, what.type)
    if len(values) < len(column.codes):
        typed = typed.take(column.codes)
    return Coerced(pd.Series(typed, copy=False), seen, column)


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
    return pd.array(values, dtype="str")


def _quick(column: Distinct, what: Field, reading: Reading, pseudonyms: Pseudonyms) -> list:
    """Distinct values that are plainly of the type, as it holds them; None for a second look.

    It is for the columns whose values seldom repeat or come by the thousand.
    """
    if what.type in ("number", "money"):
        return _quick_numbers(column, what, reading)
    if what.type == "identifier":
        of, plain = pseudonyms.of, _PLAIN_IDENTIFIER.fullmatch
        return [of(v) if type(v) is str and plain(v) else None for v in column.uniques]
    if what.type == "date":
        last = reading.latest if what.past and reading.latest else dt.date.max
        return [
            v if type(v) is dt.date and FIRST_DAY <= v < LAST_DAY and v <= last else None
            for v in column.uniques
        ]
    return [None] * len(column.uniques)


def _quick_numbers(column: Distinct, what: Field, reading: Reading) -> list[float | None]:
    factor = reading.factor if what.type == "money" else 1.0
    low = -math.inf if what.minimum is None else what.minimum
    high = math.inf if what.maximum is None else what.maximum
    return [
        raw * factor if type(raw) is float and low <= raw * factor <= high else None
        for raw in column.uniques
    ]
