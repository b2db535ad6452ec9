"""Restatements: the cells that a newer extract says otherwise than the one before it."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.sources.contracts import Contract

RESTATEMENTS = (
    "contract", "key", "column", "earlier", "later",
    "earlier_as_at", "later_as_at", "earlier_file", "later_file",
)  # fmt: skip
NONE = pd.DataFrame(columns=list(RESTATEMENTS))
"""The table where nothing was restated."""


class Chain(NamedTuple):
    """Rows of several extracts in the order of their records, each record's oldest row first.

    ``record`` numbers the records, row by row; ``order`` holds the rows' positions and ``thread``,
    in that order, which rows are one record. A thread below 0 is one of several rows of one key:
    which of them is which nobody can say for sure.
    """

    record: pd.Series
    order: np.ndarray
    thread: np.ndarray

    @property
    def begins(self) -> np.ndarray:
        """Places in ``order`` at which a record begins."""
        return np.r_[True, self.thread[1:] != self.thread[:-1]]

    def last_holding(self, having: np.ndarray) -> np.ndarray:
        """For each place the last one of its record, up to itself, that has a column.

        Where none has it, the place itself.
        """
        places = np.arange(len(self.thread))
        start = np.maximum.accumulate(np.where(self.begins, places, 0))
        last = np.maximum.accumulate(np.where(having, places, -1))
        return np.where(last >= start, last, places)


def restatements(
    contract: Contract, key: list[str], whole: pd.DataFrame, chain: Chain,
    held: Mapping[str, np.ndarray],
) -> pd.DataFrame:  # fmt: skip
    """Cells that a newer extract changed, for keys with one row in each extract.

    Parameters
    ----------
    contract : Contract
        What the tables hold.
    key : list of str
        Columns that tell one record from another.
    whole, chain : DataFrame, Chain
        Rows of all extracts with ``_extract``, and which of them are one record.
    held : mapping
        For each column, which extracts have it.
    """
    later = np.flatnonzero(~chain.begins & (chain.thread >= 0))
    extract = whole["_extract"].to_numpy()[chain.order]
    changes = []
    for name in (field.name for field in contract.fields if field.name in held):
        having = held[name][extract]
        before = chain.last_holding(having)[later - 1]
        pairs = having[later] & having[before]
        rows = chain.order[before[pairs]], chain.order[later[pairs]]
        changes.append(_changes(contract.name, name, key, whole, *rows))
    changes = [change for change in changes if len(change)]
    return pd.concat(changes, ignore_index=True) if changes else NONE


def _words(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.strftime("%Y-%m-%d").astype("str")
    return values.astype("str")


def _changes(
    contract: str, name: str, key: list[str], whole: pd.DataFrame, before: np.ndarray,
    after: np.ndarray,
) -> pd.DataFrame:  # fmt: skip
    """Changed cells of one column: rows at the positions ``before`` beside those at ``after``."""
    earlier = whole[name].take(before).reset_index(drop=True)
    later = whole[name].take(after).reset_index(drop=True)
    differ = ~((earlier == later).fillna(False) | (earlier.isna() & later.isna())).astype(bool)
    if not differ.any():
        return NONE
    sides = {"earlier": whole.take(before[differ]), "later": whole.take(after[differ])}
    keys = pd.Series("", index=range(int(differ.sum())), dtype="str")
    for column in key:
        words = _words(sides["later"][column]).fillna("").reset_index(drop=True)
        keys = keys + (" | " if column != key[0] else "") + words
    return pd.DataFrame(
        {
            "contract": contract,
            "key": keys,
            "column": name,
            "earlier": _words(earlier[differ]).to_numpy(),
            "later": _words(later[differ]).to_numpy(),
        }
        | {
            f"{side}_{what}": rows[column].astype("str").to_numpy()
            for side, rows in sides.items()
            for what, column in (("as_at", "as_at"), ("file", "source_file"))
        }
    )[list(RESTATEMENTS)]
