"""Stacking: several extracts of one contract -> one table; the newest wins, differences show."""

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from analysis.sources.contracts import Contract
from analysis.sources.dates import date_from_text

SOURCE = ("as_at", "source_file", "source_sheet", "source_row")
RESTATEMENTS = (
    "contract", "key", "column", "earlier", "later",
    "earlier_as_at", "later_as_at", "earlier_file", "later_file",
)  # fmt: skip


class Stack(NamedTuple):
    """Several extracts of one contract as one.

    ``superseded`` counts, by file, the rows that gave way to a newer extract's.
    """

    table: pd.DataFrame
    restatements: pd.DataFrame
    superseded: dict[str, int]


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


def newest_wins(contract: Contract, tables: Sequence[tuple[str, pd.DataFrame]]) -> Stack:
    """One table of several extracts, and what later extracts say otherwise than earlier ones.

    Parameters
    ----------
    contract : Contract
        What the tables hold.
    tables : sequence of (str, DataFrame)
        The day of each extract, as an ISO text that sorts, and its tidy table.

    Returns
    -------
    Stack
        All records (where two extracts have the same key, the newest one's rows), one row for
        each cell that a newer extract changed, and how many rows gave way.
    """
    ordered = [table for _, table in sorted(tables, key=lambda pair: pair[0])]
    unchanged = pd.DataFrame(columns=list(RESTATEMENTS))
    if len(ordered) == 1:
        return Stack(ordered[0], unchanged, {})
    whole = pd.concat(
        [table.assign(_extract=n) for n, table in enumerate(ordered)], ignore_index=True
    )
    for name in ("source_file", "source_sheet"):
        whole[name] = whole[name].astype("category")
    key = stacking_key(contract, ordered)
    if not key:
        return Stack(whole.drop(columns="_extract"), unchanged, {})
    newest = whole.groupby(key, dropna=False)["_extract"].transform("max")
    older = whole["_extract"] < newest
    return Stack(
        whole[~older].drop(columns="_extract").reset_index(drop=True),
        restatements(contract, key, whole, newest),
        whole.loc[older, "source_file"].astype("str").value_counts().to_dict(),
    )


def restatements(
    contract: Contract, key: list[str], whole: pd.DataFrame, newest: pd.Series
) -> pd.DataFrame:
    """Cells that a newer extract changed, for keys with one row in each extract."""
    single = ~whole.duplicated([*key, "_extract"], keep=False)
    older = whole[single & (whole["_extract"] < newest)]
    if older.empty:
        return pd.DataFrame(columns=list(RESTATEMENTS))
    older = older[~older.duplicated(key, keep="last")]
    newer = whole[single & (whole["_extract"] == newest)]
    pairs = older.merge(newer, on=key, suffixes=("_earlier", "_later"))
    compared = [
        f.name
        for f in contract.fields
        if f.name not in key and f.name not in SOURCE and f"{f.name}_later" in pairs
    ]
    changes = [_changes(contract.name, name, key, pairs) for name in compared]
    changes = [change for change in changes if len(change)]
    return (
        pd.concat(changes, ignore_index=True)
        if changes
        else pd.DataFrame(columns=list(RESTATEMENTS))
    )


def _words(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.strftime("%Y-%m-%d").astype("str")
    return values.astype("str")


def _changes(contract: str, name: str, key: list[str], pairs: pd.DataFrame) -> pd.DataFrame:
    earlier, later = pairs[f"{name}_earlier"], pairs[f"{name}_later"]
    differ = ~((earlier == later).fillna(False) | (earlier.isna() & later.isna())).astype(bool)
    found = pairs[differ]
    keys = pd.Series("", index=found.index, dtype="str")
    for column in key:
        keys = keys + (" | " if column != key[0] else "") + _words(found[column]).fillna("")
    sides = {
        f"{side}_{what}": found[f"{column}_{side}"].astype("str")
        for side in ("earlier", "later")
        for what, column in (("as_at", "as_at"), ("file", "source_file"))
    }
    return pd.DataFrame(
        {
            "contract": contract,
            "key": keys,
            "column": name,
            "earlier": _words(earlier[differ]),
            "later": _words(later[differ]),
            **sides,
        }
    )[list(RESTATEMENTS)]
