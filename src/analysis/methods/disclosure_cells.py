"""Hide further cells until no hidden count can be worked out from sums (complementary)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.methods.disclosure_rules import SAFE_WIDTH, DisclosureError
from analysis.methods.disclosure_sums import complete_sums, components
from analysis.methods.linear_moves import (
    TINY,
    Corner,
    NotSettledError,
    climb,
    corner_values,
    first_corner,
)

_ALREADY_HIDDEN = 0.01  # the price of moving a hidden cell: not nothing, so that ways stay short
_TOTAL_PRICE = 50.0  # a total is worth this many of its parts, a total of totals its square


class _Component(NamedTuple):
    """Cells tied together by sums; one column of ``sums`` a cell, one row an equation."""

    table: str
    names: list[str]
    sums: np.ndarray
    counts: np.ndarray
    lowest: np.ndarray
    width: np.ndarray
    known: np.ndarray
    owner: np.ndarray
    price: np.ndarray
    wholes: list[tuple[int, int]]
    corners: dict[bytes, Corner | None]
    """Where walks start, by the cells that are hidden: most cells are asked about with the same."""


def hide_complements(
    cells: pd.DataFrame,
    relations: pd.DataFrame,
    *,
    table: str,
    wholes: Sequence[tuple[str, str]] = (),
) -> pd.Series:
    """Hide the cheapest further cells until every protected cell could be something else.

    For each protected cell two complete tables are found that agree with everything that is
    shown and differ in that cell by at least its width. They are the proof that it is safe; a
    cell without them is given a further way round through the cheapest cells, totals last.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row a cell, indexed by its name. Required columns: value (float; missing where
        nobody knows it), hidden (bool), width (least distance between the possible values of
        this cell; 0 where it need not be protected). Optional: known (bool; cannot be hidden,
        because it is published elsewhere), owner (cells of one owner are hidden together),
        lowest (what a reader knows a hidden cell to be at least; 1), weight (1; higher is
        dearer to hide).
    relations : pandas.DataFrame
        One row a part of a total: total, part (names of cells), breakdown (names the sum; may
        be absent where each total has one).
    table : str
        What to call the table in an error.
    wholes : sequence of (str, str)
        A cell and a total of which it is the whole; to be protected although the total is
        shown, by hiding zeros beside it.

    Returns
    -------
    pandas.Series
        Whether each cell is hidden, indexed as ``cells``.

    Raises
    ------
    DisclosureError
        Where a cell cannot be protected, or parts do not add up to their total.

    Examples
    --------
    >>> cells = pd.DataFrame(
    ...     {"value": [3, 9, 40, 52], "hidden": [True, False, False, False],
    ...      "width": [5, 0, 0, 0]}, index=["a", "b", "c", "all"])
    >>> sums = pd.DataFrame({"total": ["all"] * 3, "part": ["a", "b", "c"]})
    >>> hide_complements(cells, sums, table="example").tolist()
    [True, True, False, False]
    """
    complete, equations = complete_sums(cells, relations, table)
    hidden = complete["hidden"].to_numpy(dtype=bool, copy=True)
    owner = complete["owner"].to_numpy()
    hidden = _with_owners(hidden, owner, complete["known"].to_numpy())
    sensitive = complete["width"].gt(0).to_numpy() | complete.index.isin([c for c, _ in wholes])
    for members, tied in components(equations, owner, np.flatnonzero(sensitive)):
        if hidden[members].all():
            continue  # where nothing is shown, all could be any number of times as large
        try:
            component = _component(table, complete.iloc[members], members, tied, wholes)
            hidden[members] = _protect(component, hidden[members])
        except NotSettledError:
            raise DisclosureError(f"{table}: too large to be proved safe; split it") from None
    result = pd.Series(hidden, index=complete.index, name="hidden")
    return result.reindex(cells.index)


def _component(
    table: str,
    part: pd.DataFrame,
    members: np.ndarray,
    tied: list[list[int]],
    wholes: Sequence[tuple[str, str]],
) -> _Component:
    position = {int(member): place for place, member in enumerate(members)}
    sums = np.zeros((len(tied), len(members)))
    for row, (total, *parts) in enumerate(tied):
        sums[row, [position[cell] for cell in parts]] = -1.0
        sums[row, position[total]] = 1.0
    place = {name: position for position, name in enumerate(part.index)}
    values = part["value"].to_numpy(dtype=float)
    depth = _depth(sums)
    return _Component(
        table=table,
        names=list(part.index),
        sums=sums,
        counts=values,
        lowest=np.minimum(part["lowest"].to_numpy(dtype=float), values),
        width=part["width"].to_numpy(dtype=float),
        known=part["known"].to_numpy(dtype=bool),
        owner=part["owner"].to_numpy(),
        price=part["weight"].to_numpy(dtype=float)
        * (1.0 + np.log1p(np.abs(values)))
        * _TOTAL_PRICE**depth,
        wholes=[(place[cell], place[total]) for cell, total in wholes if cell in place],
        corners={},
    )


def _depth(sums: np.ndarray) -> np.ndarray:
    """Count how many levels of parts lie below each cell (0 for what is not a total)."""
    depth = np.zeros(sums.shape[1])
    for _ in range(3):  # deeper hierarchies are no dearer
        for row in sums:
            parts = np.flatnonzero(row < 0)
            if len(parts) > 1:
                above = np.flatnonzero(row > 0)
                depth[above] = np.maximum(depth[above], depth[parts].max() + 1)
    return np.minimum(depth, 3)


def _protect(component: _Component, hidden: np.ndarray) -> np.ndarray:
    """Secure every cell with a width, then every cell that is the whole of its total."""
    proof = (component.counts.copy(), component.counts.copy())
    for cell in np.flatnonzero((component.width > 0) & ~component.known):
        hidden = _secure(component, hidden, int(cell), component.width[cell], proof)
    for cell, total in component.wholes:
        if component.known[cell]:
            continue
        try:
            fresh = (component.counts.copy(), component.counts.copy())
            hidden = _secure(component, hidden, cell, 1.0, fresh, fixed=total)
        except DisclosureError:  # no zero beside it can be more: hide how many it is the whole of
            hidden = _secure(component, hidden, total, SAFE_WIDTH, proof)
    return hidden


def _secure(
    component: _Component,
    hidden: np.ndarray,
    cell: int,
    needed: float,
    proof: tuple[np.ndarray, np.ndarray],
    fixed: int | None = None,
) -> np.ndarray:
    """Hide cells until two possible tables differ by enough in this cell."""
    while proof[1][cell] - proof[0][cell] < needed - TINY:
        free = hidden.copy()
        if fixed is not None:
            free[fixed] = False
        lowest, highest = _reach(component, free, cell, proof, needed)
        if proof[1][cell] - proof[0][cell] >= needed - TINY:
            break
        ways = (
            _cheapest_way(component, free, cell, highest, 1.0, fixed),
            _cheapest_way(component, free, cell, lowest, -1.0, fixed),
        )
        further = min((way for way in ways if way is not None), default=None, key=lambda w: w[0])
        more = _neighbour(component, free, cell, fixed) if further is None else further[1]
        if more is None:
            name = component.names[cell]
            raise DisclosureError(
                f"{component.table}: {name!r} cannot be protected, because figures published "
                "elsewhere or barred from hiding give it away; merge categories or leave the "
                "table out"
            )
        hidden = _with_owners(hidden | more, component.owner, component.known)
    return hidden


def _reach(
    component: _Component,
    hidden: np.ndarray,
    cell: int,
    proof: tuple[np.ndarray, np.ndarray],
    needed: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Find the possible tables in which a cell is lowest and highest; note all tables met."""
    columns = np.flatnonzero(hidden)
    corner = _start(component, hidden)
    tables = [component.counts, component.counts]
    if corner is None or cell not in columns:
        return tables[0], tables[1]
    aim = (columns == cell).astype(float)
    for side, sign in ((1, 1.0), (0, -1.0)):
        corner, endless = climb(corner, sign * aim)
        tables[side] = _note(component, columns, corner, endless, proof)
        if proof[1][cell] - proof[0][cell] >= needed - TINY:
            break
    return tables[0], tables[1]


def _start(component: _Component, hidden: np.ndarray) -> Corner | None:
    """Find a possible table to walk from: a corner of all that agree with what is shown."""
    key = hidden.tobytes()
    if key not in component.corners:
        sums = component.sums[:, hidden]
        room = (component.counts - component.lowest)[hidden]
        component.corners[key] = first_corner(sums, sums @ room)
    return component.corners[key]


def _note(
    component: _Component,
    columns: np.ndarray,
    corner: Corner,
    endless: np.ndarray | None,
    proof: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Widen the proven range of each cell by one possible table, whole numbers staying whole."""
    table = component.counts.copy()
    table[columns] = component.lowest[columns] + corner_values(corner)
    low, high = proof
    if endless is not None:
        high[columns[endless > TINY]] = np.inf
    whole = np.array_equal(component.counts, np.round(component.counts))
    fits = np.abs(component.sums @ (np.round(table) if whole else table)).max(initial=0) < 1e-6
    near = not whole or np.abs(table - np.round(table)).max() < 1e-6
    if fits and near:
        np.minimum(low, np.round(table) if whole else table, out=low)
        np.maximum(high, np.round(table) if whole else table, out=high)
    return table


def _cheapest_way(
    component: _Component,
    hidden: np.ndarray,
    cell: int,
    table: np.ndarray,
    sign: float,
    fixed: int | None,
) -> tuple[float, np.ndarray] | None:
    """Find the cheapest set of cells through which this cell could move from a given table."""
    zeros_may_move = fixed is not None
    usable = ~component.known & (hidden | zeros_may_move | (component.counts != 0))
    usable[cell] = False
    if fixed is not None:
        usable[fixed] = False
    room = table - component.lowest
    if sign < 0 and room[cell] <= TINY:
        return None
    up, down = np.flatnonzero(usable), np.flatnonzero(usable & (room > TINY))
    price = np.where(hidden, _ALREADY_HIDDEN, component.price)
    short = component.width[cell] / np.maximum(room[down], TINY)
    cost = np.concatenate([price[up], price[down] * (1.0 + short)])
    sums = np.column_stack([component.sums[:, up], -component.sums[:, down]])
    corner = first_corner(sums, -sign * component.sums[:, cell])
    if corner is None:
        return None
    corner, _ = climb(corner, -cost)
    moved = corner_values(corner) > TINY
    more = np.zeros(len(hidden), dtype=bool)
    more[np.concatenate([up, down])[moved]] = True
    more[cell] = True
    more &= ~hidden
    return (float(price[more].sum()), more) if more.any() else None


def _neighbour(
    component: _Component, hidden: np.ndarray, cell: int, fixed: int | None
) -> np.ndarray | None:
    """Choose the cheapest shown cell in a sum with this one (when no way round adds any)."""
    sharing = component.sums[component.sums[:, cell] != 0]
    open_cells = ~hidden & ~component.known
    if fixed is not None:
        open_cells[fixed] = False
    near = np.any(sharing != 0, axis=0) & open_cells
    if not near.any():
        near = open_cells & (component.counts != 0)
    if not near.any():
        return None
    choice = np.zeros(len(hidden), dtype=bool)
    choice[np.flatnonzero(near)[np.argmin(component.price[near])]] = True
    return choice


def _with_owners(hidden: np.ndarray, owner: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Hide all cells of an owner one of whose cells is hidden (what is known stays known)."""
    return np.isin(owner, owner[hidden]) & ~known.astype(bool)
