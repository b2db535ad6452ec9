"""Suppress tables of counts of people: one-way, two-way, hierarchies and linked tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from analysis.methods.disclosure_audit import audit
from analysis.methods.disclosure_cells import hide_complements
from analysis.methods.disclosure_rules import (
    HIDDEN,
    SAFE_WIDTH,
    SMALL_COUNT,
    DisclosureError,
    is_small,
)
from analysis.methods.disclosure_sums import sums_of

TOTAL = "Total"


def suppress_table(
    table: pd.DataFrame | pd.Series,
    *,
    name: str,
    total: str = TOTAL,
    parents: Mapping[str, str] | None = None,
    threshold: int = SMALL_COUNT,
) -> pd.DataFrame | pd.Series:
    """Suppress one table of counts of people; see :func:`suppress_tables`.

    Examples
    --------
    >>> plans = pd.Series({"North": 3, "South": 40, "West": 9, "Total": 52})
    >>> suppress_table(plans, name="Plans by team").tolist()
    ['[c]', 40, '[c]', 52]
    """
    return suppress_tables({name: table}, total=total, parents=parents, threshold=threshold)[name]


def suppress_tables(
    tables: Mapping[str, pd.DataFrame | pd.Series],
    *,
    total: str = TOTAL,
    parents: Mapping[str, str] | None = None,
    threshold: int = SMALL_COUNT,
) -> dict[str, pd.DataFrame | pd.Series]:
    """Suppress tables that count the same people, together.

    Counts of 1 to ``threshold`` are hidden and so is what they could be worked out from. Zeros
    are shown, except beside a cell that is the whole of a shown row or column (it would say the
    same of everybody in it): that cell and a zero beside it are hidden. Cells that several
    tables repeat (same named dimensions, same labels) are hidden in all of them or in none.

    Parameters
    ----------
    tables : mapping of str to DataFrame or Series
        Counts with their margins: a row and a column labelled ``total`` (a Series has a row
        only). The names of index and columns say what they divide by; tables share the margins
        of dimensions of the same name. Missing cells are counts that nobody knows.
    total : str, default "Total"
        Label of margins.
    parents : mapping of str to str, optional
        Hierarchy: the label of the row (or column) that another is part of, e.g. team to
        service. Labels without a parent are parts of the total.
    threshold : int, default SMALL_COUNT
        Largest count that is hidden.

    Returns
    -------
    dict of str to DataFrame or Series
        The tables with hidden cells "[c]".

    Raises
    ------
    DisclosureError
        Where margins do not add up, tables disagree, or a count cannot be protected. The
        message names table and cell, no value.

    Examples
    --------
    >>> plans = pd.DataFrame(
    ...     [[3, 17, 20], [12, 20, 32], [8, 40, 48], [23, 77, 100]],
    ...     columns=["0-4", "5-17", "Total"], index=["North", "South", "West", "Total"])
    >>> print(suppress_tables({"Plans": plans})["Plans"])
           0-4 5-17 Total
    North [c]  [c]    20
    South [c]  [c]    32
    West    8   40    48
    Total  23   77   100
    """
    label = " and ".join(tables)
    parents = dict(parents or {})
    keys = {name: _keys(name, table, total) for name, table in tables.items()}
    cells = _cells(tables, keys, threshold)
    rows = [row for name in tables for row in _sum_rows(name, keys[name], parents, total)]
    relations = pd.DataFrame(rows, columns=["total", "part", "breakdown"], dtype=object)
    wholes = list(_wholes(cells["value"], relations, threshold))
    hidden = hide_complements(cells, relations, table=label, wholes=wholes)
    audit(
        cells["value"].mask(hidden),
        relations,
        cells.loc[cells["width"] > 0, "width"],
        lowest=cells["lowest"],
        table=label,
    )
    return {name: _marked(table, keys[name], hidden) for name, table in tables.items()}


def _keys(name: str, table: pd.DataFrame | pd.Series, total: str) -> pd.DataFrame:
    """Name every cell by the dimensions that divide it (margins are divided by fewer)."""
    frame = table.to_frame(total) if isinstance(table, pd.Series) else table
    if not (frame.index.is_unique and frame.columns.is_unique):
        raise DisclosureError(f"{name}: a row or column label is there twice")
    row_name = frame.index.name or f"{name} rows"
    column_name = frame.columns.name or f"{name} columns"

    def key(row: object, column: object) -> str:
        labels = [(row_name, row), (column_name, column)]
        divided = sorted(f"{by}={value}" for by, value in labels if value != total)
        return ", ".join(divided) or total

    named = [[key(row, column) for column in frame.columns] for row in frame.index]
    return pd.DataFrame(named, index=frame.index, columns=frame.columns)


def _cells(
    tables: Mapping[str, pd.DataFrame | pd.Series],
    keys: Mapping[str, pd.DataFrame],
    threshold: int,
) -> pd.DataFrame:
    """List the cells of all tables once, small counts hidden."""
    values: dict[str, float] = {}
    hidden_before: set[str] = set()
    for name, table in tables.items():
        numbers = pd.to_numeric(pd.Series(table.to_numpy().ravel()), errors="coerce")
        marked = pd.Series(table.to_numpy().ravel(), dtype=object).eq(HIDDEN)
        for key, value, mark in zip(keys[name].to_numpy().ravel(), numbers, marked, strict=True):
            known = values.setdefault(key, float(value))
            if known == known and value == value and known != value:
                raise DisclosureError(f"{name}: {key!r} is another number than in another table")
            values[key] = float(value) if known != known else known
            if mark:
                hidden_before.add(key)
            if value < 0 or value % 1 > 0:  # a missing cell is neither
                raise DisclosureError(f"{name}: {key!r} is not a count")
    frame = pd.DataFrame({"value": pd.Series(values, dtype=float)})
    small = frame["value"].map(lambda value: is_small(value, threshold=threshold)).astype(bool)
    frame["hidden"] = small | frame.index.isin(hidden_before)
    frame["width"] = small.astype(float) * SAFE_WIDTH
    frame["lowest"] = frame["value"].clip(upper=1.0).fillna(0.0)
    return frame


def _sum_rows(
    name: str, keys: pd.DataFrame, parents: Mapping[str, str], total: str
) -> Iterator[tuple[str, str, str]]:
    """Give every sum of a table as rows (total, part, breakdown): down columns, along rows."""
    for direction, lines in (("down", keys), ("along", keys.T)):
        for label in lines.index:
            parent = parents.get(label, total)
            if label == total or parent not in lines.index:
                continue
            for line in lines.columns:
                breakdown = f"{name} {direction} {line} {parent}"
                yield lines.loc[parent, line], lines.loc[label, line], breakdown


def _wholes(
    values: pd.Series, relations: pd.DataFrame, threshold: int
) -> Iterator[tuple[str, str]]:
    """Find cells that are the whole of a total above the threshold, zeros beside them."""
    for total, parts in sums_of(relations):
        full = [part for part in parts if values[part] != 0]
        if len(parts) > 1 and len(full) == 1 and values[full[0]] == values[total] > threshold:
            yield full[0], total


def _marked(
    table: pd.DataFrame | pd.Series, keys: pd.DataFrame, hidden: pd.Series
) -> pd.DataFrame | pd.Series:
    unknown = table.isna()
    mask = keys.map(lambda key: bool(hidden[key])).to_numpy().reshape(table.shape)
    return table.astype(object).mask(mask & ~unknown, HIDDEN)
