"""Overlaps: sheets of one file and one day that say different things of the same records.

Of two extracts the newest wins. Of two sheets of one file none is newer: one sheet a team, without
a column that says the team, would leave the last team's figures alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import pandas as pd

from analysis.sources.contracts import Contract, load_contracts
from analysis.sources.files import FileRead, Held
from analysis.sources.problems import Problem, rows_in_words
from analysis.sources.wording import heading_key

_PERIOD = re.compile(
    r"\b(?:20\d\d|\d\d \d\d|q[1-4]|[pm]\d\d?|fy ?\d\d|(?:month|period|quarter|week) \d+"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|ember|tember|ober)?(?![a-z]))"
)
_DECIMALS = 6  # a share that was calculated differs from the same one shown after that


def overlaps(read: FileRead, keys: Mapping[str, list[str]]) -> Iterator[Problem]:
    """An error for each sheet of a file with which another of the same day is at odds.

    Sheets by month or year, told by their names, are extracts like any others: the last wins.

    Parameters
    ----------
    read : FileRead
        What the file holds.
    keys : mapping of str to list of str
        By contract, the columns that tell its records apart in all the files: see `stacking_key`.
    """
    done = set()
    for (at, one), (_, other) in combinations(enumerate(read.tables), 2):
        if at in done or one.contract != other.contract:
            continue
        contract = load_contracts()[one.contract]
        alike = one.date.as_at == other.date.as_at or "as_at" in contract.key
        periods = period_of(one.sheet), period_of(other.sheet)
        if not alike or (all(periods) and periods[0] != periods[1]):
            continue
        key = keys[one.contract]
        rows = _at_odds(one, other, contract, key)
        if len(rows):
            done.add(at)
            yield _problem(read.file, (one, other), contract, key, rows)


def period_of(sheet: str) -> tuple[str, ...]:
    """What the name of a sheet tells of a month, a quarter or a year; nothing where it tells none.

    Examples
    --------
    >>> period_of("Apr-24"), period_of("North 2023-24"), period_of("Marchington 2")
    (('apr', '24'), ('2023', '2023', '24'), ())
    """
    key = heading_key(sheet)
    found = _PERIOD.findall(key)
    return (*found, *re.findall(r"\d+", key)) if found else ()


def _at_odds(one: Held, other: Held, contract: Contract, key: list[str]) -> pd.DataFrame:
    """Rows of one sheet that the other has by their key and not as they are."""
    absent = {*one.absent, *other.absent}
    said = [f.name for f in contract.fields if f.name not in (*absent, *key, "as_at")]
    if not key or not len(one.table) or not len(other.table):
        return pd.DataFrame()
    shared = one.table.merge(other.table[key].drop_duplicates(), on=key)
    if not len(shared):
        return shared
    figures = dict.fromkeys(shared[said].select_dtypes("float"), _DECIMALS)
    here = shared[[*key, *said]].round(figures)
    there = other.table[[*key, *said]].round(figures).drop_duplicates()
    seen = here.merge(there, how="left", on=[*key, *said], indicator="_seen")["_seen"]
    return shared[(seen == "left_only").to_numpy()]


def _problem(
    file: str, held: Sequence[Held], contract: Contract, key: list[str], rows: pd.DataFrame
) -> Problem:
    months = [name for name in key if contract.field(name).type == "month"]
    same = (
        f"{months[0]} {rows[months[0]].iloc[0]:%Y-%m}" if months else f"the same {', '.join(key)}"
    )
    more = [name for name in contract.key if name not in key]
    advice = (
        f"add a column that tells them apart, such as {more[-1]}"
        if more
        else "put what counts into one sheet, each once"
    )
    words = (
        f"sheets {held[0].sheet} and {held[1].sheet} both have {same} and differ "
        f"({rows_in_words(rows['source_row'])} of {held[0].sheet}); only one sheet's were "
        f"used: {advice}"
    )
    return Problem(file, words, held[0].sheet, int(rows["source_row"].iloc[0]), key[0])
