"""Stacking: several extracts of one contract -> one table; the newest wins, differences show.

A newer extract may hold fewer columns than an older one: Ofsted's Annex A has no outcome of a
contact. What it cannot say it does not take away: of such columns the last known value is kept.
"""

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.sources.contracts import Contract
from analysis.sources.dates import date_from_text
from analysis.sources.restatements import NONE, Chain, restatements

WINDOW = "window_start"
"""Column of the first day from which an extract holds all that began, not only what is open."""
SOURCE = ("as_at", "source_file", "source_sheet", "source_row", WINDOW)
BESIDE = ("_symbol", "_as_given")
"""Ends of the names of columns that stand beside another and say what it could not."""


class Extract(NamedTuple):
    """One extract of a contract: its day as ISO text, its table, the columns it does not have."""

    day: str
    table: pd.DataFrame
    absent: tuple[str, ...] = ()


class Stack(NamedTuple):
    """Several extracts of one contract as one.

    ``superseded`` counts, by file, the rows that gave way to a newer extract's, ``kept`` names the
    columns that were kept of them all the same, and ``unpaired`` counts those among them that more
    than one newer row may stand for, so that nothing of them was kept.
    """

    table: pd.DataFrame
    restatements: pd.DataFrame
    superseded: dict[str, int]
    kept: dict[str, tuple[str, ...]]
    unpaired: dict[str, int]


def last_day(as_at: str) -> dt.date | None:
    """Day that an ``as_at`` stands for; a month means its last day.

    Examples
    --------
    >>> last_day("2021-02"), last_day("not given")
    (datetime.date(2021, 2, 28), None)
    """
    day = date_from_text(as_at)
    if day is None and len(as_at) == 7 and as_at[4] == "-" and as_at.replace("-", "").isdigit():
        year, month = int(as_at[:4]), int(as_at[5:])
        if 1 <= month <= 12:
            return dt.date(year, month, calendar.monthrange(year, month)[1])
    return day


def stacking_key(contract: Contract, tables: Sequence[pd.DataFrame]) -> list[str]:
    """Columns that tell one record from another in all the tables given.

    A column that one of the extracts does not have is left out: Annex A has no contact number,
    so beside it a child and a day stand for a contact.
    """
    return [
        name
        for name in contract.key
        if all(table[name].notna().any() for table in tables if len(table))
    ]


def newest_wins(contract: Contract, extracts: Sequence[Extract], key: list[str]) -> Stack:
    """One table of several extracts, and what later extracts say otherwise than earlier ones.

    Parameters
    ----------
    contract : Contract
        What the tables hold.
    extracts : sequence of Extract
        Tidy tables, each with its day and the columns that it does not have.
    key : list of str
        Columns that tell one record from another in all of them: see `stacking_key`.

    Returns
    -------
    Stack
        All records (where two extracts have the same key, the newest one's rows, with the last
        known value of each column that it does not have), one row for each cell that a newer
        extract changed, and what gave way.
    """
    ordered = sorted(extracts, key=lambda extract: extract.day)
    if len(ordered) == 1:
        return Stack(ordered[0].table, NONE, {}, {}, {})
    whole = _concatenated([extract.table for extract in ordered])
    if not key:
        return Stack(whole.drop(columns="_extract"), NONE, {}, {}, {})
    held = {
        name: np.array([_whose(name) not in extract.absent for extract in ordered])
        for name in whole.columns
        if name not in (*SOURCE, *key, "_extract")
    }
    chain = _chain(whole, key, [name for name in held if held[name].all()])
    whole, kept = _carried(whole, chain, held)
    newest = whole["_extract"].groupby(chain.record).transform("max")
    older = whole["_extract"] < newest
    if WINDOW in whole:
        whole = whole.assign(**{WINDOW: _earliest(whole[WINDOW], chain.record)})
    return Stack(
        whole[~older].drop(columns="_extract").reset_index(drop=True),
        restatements(contract, key, whole, chain, held),
        _by_file(whole[older]),
        kept,
        _by_file(whole[older & _unpaired(whole, chain, newest, held)]),
    )


def _concatenated(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All rows, oldest extract first, with the place of their extract in ``_extract``."""
    numbered = [table.assign(_extract=n) for n, table in enumerate(tables)]
    whole = pd.concat(numbered, ignore_index=True)
    for name in ("source_file", "source_sheet"):
        whole[name] = whole[name].astype("category")
    return whole


def _whose(name: str) -> str:
    """Column that a column stands beside, or the column itself."""
    return next((name.removesuffix(end) for end in BESIDE if name.endswith(end)), name)


def _chain(whole: pd.DataFrame, key: list[str], alike: list[str]) -> Chain:
    """Which rows of several extracts are one record, oldest first.

    Where an extract has several rows of one key, only rows that agree in every column that all
    extracts have are taken for one.
    """
    record = whole.groupby(key, dropna=False, sort=False).ngroup()
    thread = record.to_numpy(copy=True)
    crowded = record.isin(record[whole.duplicated([*key, "_extract"], keep=False)])
    if crowded.any():
        part = whole[crowded]
        same = [*key, *alike]
        number = part.groupby([*same, "_extract"], dropna=False, sort=False).cumcount()
        again = part.assign(_number=number).groupby([*same, "_number"], dropna=False, sort=False)
        thread[crowded.to_numpy()] = -1 - again.ngroup()
    order = np.lexsort((whole["_extract"].to_numpy(), thread))
    return Chain(record, order, thread[order])


def _carried(
    whole: pd.DataFrame, chain: Chain, held: dict[str, np.ndarray]
) -> tuple[pd.DataFrame, dict[str, tuple[str, ...]]]:
    """Rows with what their extract does not hold from the last that does; what, by its file."""
    kept: dict[str, list[str]] = {}
    filled = {}
    files = whole["source_file"].to_numpy()
    for name, having in held.items():
        if having.all():
            continue
        last = chain.last_holding(having[whole["_extract"].to_numpy()[chain.order]])
        taken = whole[name].take(chain.order[last])
        carried = (last != np.arange(len(last))) & taken.notna().to_numpy()
        for file in pd.unique(files[chain.order[last[carried]]]):
            kept.setdefault(file, []).append(name)
        filled[name] = taken.set_axis(whole.index[chain.order])
    columns = {file: tuple(n for n in names if n == _whose(n)) for file, names in kept.items()}
    return whole.assign(**filled), columns


def _earliest(starts: pd.Series, record: pd.Series) -> pd.Series:
    """First day from which one of a record's extracts is whole; none where one is always whole."""
    always = starts.isna().groupby(record).transform("any")
    return starts.groupby(record).transform("min").mask(always)


def _unpaired(
    whole: pd.DataFrame, chain: Chain, newest: pd.Series, held: dict[str, np.ndarray]
) -> np.ndarray:
    """Rows of several of one key that say what the newest extract cannot, and match none of it."""
    reach = whole["_extract"].iloc[chain.order].groupby(chain.thread).transform("max")
    alone = (reach.reindex(whole.index) < newest).to_numpy()
    poorer = np.zeros(len(whole), dtype=bool)
    for name, having in held.items():
        if not having.all():
            poorer |= ~having[newest.to_numpy()] & whole[name].notna().to_numpy()
    return alone & poorer


def _by_file(rows: pd.DataFrame) -> dict[str, int]:
    return rows["source_file"].astype("str").value_counts().to_dict()
