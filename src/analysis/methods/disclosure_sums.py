"""Cells and the sums between them as equations, with missing cells filled or set apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods.disclosure_rules import DisclosureError

_DEFAULTS = {"known": False, "lowest": 1.0, "weight": 1.0}


def sums_of(relations: pd.DataFrame) -> list[tuple[str, tuple[str, ...]]]:
    """List each total with its parts.

    Parameters
    ----------
    relations : pandas.DataFrame
        One row a part of a total: total, part; breakdown names the sum where a total is broken
        down in several ways (by team and by category).

    Returns
    -------
    list of (str, tuple of str)
        Repeated sums are listed once.

    Examples
    --------
    >>> sums_of(pd.DataFrame({"total": ["all", "all"], "part": ["a", "b"]}))
    [('all', ('a', 'b'))]
    """
    if relations.empty:
        return []
    ways = [None] * len(relations)
    if "breakdown" in relations:
        named = relations["breakdown"].astype(object)
        ways = named.where(named.notna(), None).tolist()
    found: dict[tuple, dict] = {}
    pairs = (relations["total"].tolist(), relations["part"].tolist())
    for way, total, part in zip(ways, *pairs, strict=True):
        found.setdefault((way, total), {})[part] = None  # a dict keeps parts in order
    sums = [(str(total), tuple(parts)) for (_, total), parts in found.items()]
    return list({(total, frozenset(parts)): (total, parts) for total, parts in sums}.values())


def complete_sums(
    cells: pd.DataFrame, relations: pd.DataFrame, table: str
) -> tuple[pd.DataFrame, list[list[int]]]:
    """Make equations of the sums, and fill cells that nobody knows.

    A missing cell that one sum determines gets that value and counts as hidden. Missing parts
    that no sum determines become one remainder a sum; a sum whose total is missing too says
    nothing and is dropped.

    Parameters
    ----------
    cells, relations : pandas.DataFrame
        As for :func:`analysis.methods.disclosure_cells.hide_complements`.
    table : str
        What to call the table in an error.

    Returns
    -------
    tuple of (pandas.DataFrame, list of list of int)
        The cells with all columns, remainders appended; and each sum as positions of cells,
        the total first.

    Raises
    ------
    DisclosureError
        Where parts do not add up to their total.

    Examples
    --------
    >>> cells = pd.DataFrame({"value": [3.0, None, 8.0], "hidden": False, "width": 0.0},
    ...                      index=["a", "b", "all"])
    >>> sums = pd.DataFrame({"total": ["all", "all"], "part": ["a", "b"]})
    >>> complete, equations = complete_sums(cells, sums, "example")
    >>> float(complete.loc["b", "value"]), equations
    (5.0, [[2, 0, 1]])
    """
    sums = sums_of(relations)
    known = cells["value"].dropna().astype(float)
    values = dict(zip(known.index.tolist(), known.tolist(), strict=True))
    given = set(values)
    _fill(values, sums)
    kept = []
    for number, (total, parts) in enumerate(sums):
        unknown = [part for part in parts if part not in values]
        if total not in values:
            continue
        if unknown:
            rest = f"(remainder {number})"
            parts = (*(part for part in parts if part in values), rest)
            values[rest] = values[total] - sum(values[p] for p in parts[:-1])
        _check_sum(table, total, parts, values)
        kept.append((total, parts))
    complete = _complete_cells(cells, values, given)
    place = {name: position for position, name in enumerate(complete.index.tolist())}
    return complete, [[place[name] for name in (total, *parts)] for total, parts in kept]


def components(
    equations: list[list[int]], owner: np.ndarray, wanted: np.ndarray
) -> list[tuple[np.ndarray, list[list[int]]]]:
    """The sets of cells that sums and owners tie to the wanted ones, with the sums of each.

    Parameters
    ----------
    equations : list of list of int
        Sums as positions of cells, of :func:`complete_sums`.
    owner : numpy.ndarray
        The number of each cell's owner.
    wanted : numpy.ndarray
        Positions of the cells asked for; one that is in no sum has no set.

    Examples
    --------
    >>> components([[2, 0, 1], [5, 3, 4]], np.arange(6), np.array([1, 0]))
    [(array([0, 1, 2]), [[2, 0, 1]])]
    """
    owned: dict[int, list[int]] = {}
    for cell, whose in enumerate(owner.tolist()):
        owned.setdefault(whose, []).append(cell)
    ties = [*equations, *owned.values()]
    ties_of: list[list[int]] = [[] for _ in owner]
    for number, tie in enumerate(ties):
        for cell in tie:
            ties_of[cell].append(number)
    found, seen = [], set()
    for cell in wanted.tolist():
        if cell in seen:
            continue
        members, used = _tied_to(cell, ties, ties_of)
        seen |= members
        sums = [equations[number] for number in sorted(used) if number < len(equations)]
        if sums:
            found.append((np.array(sorted(members)), sums))
    return sorted(found, key=lambda component: component[0][0])


def _tied_to(
    cell: int, ties: list[list[int]], ties_of: list[list[int]]
) -> tuple[set[int], set[int]]:
    """The cells that can be reached from one along ties, and the numbers of those ties."""
    members, used, reached = {cell}, set(), [cell]
    while reached:
        for number in ties_of[reached.pop()]:
            if number not in used:
                used.add(number)
                new = set(ties[number]) - members
                members |= new
                reached += new
    return members, used


def _fill(values: dict[str, float], sums: list[tuple[str, tuple[str, ...]]]) -> None:
    """Add to ``values`` each cell that is the only unknown of a sum, until no more follow."""
    filled = True
    while filled:
        filled = False
        for total, parts in sums:
            unknown = [name for name in (total, *parts) if name not in values]
            if len(unknown) == 1:
                known_parts = sum(values[part] for part in parts if part in values)
                if unknown[0] == total:
                    values[total] = known_parts
                else:
                    values[unknown[0]] = values[total] - known_parts
                filled = True


def _check_sum(table: str, total: str, parts: tuple[str, ...], values: dict[str, float]) -> None:
    gap = values[total] - sum(values[part] for part in parts)
    if abs(gap) > 1e-6 * max(1.0, abs(values[total])):
        raise DisclosureError(
            f"{table}: the parts of {total!r} do not add up to it, so what they give away "
            "cannot be judged; correct the parts or do not name them as its parts"
        )
    if parts[-1].startswith("(remainder") and values[parts[-1]] < 0:
        raise DisclosureError(
            f"{table}: the known parts of {total!r} are more than it, so what they give away "
            "cannot be judged; correct the parts"
        )


def _complete_cells(
    cells: pd.DataFrame,
    values: dict[str, float],
    given: set[str],
) -> pd.DataFrame:
    """Give every cell its value and all columns; unknown cells are hidden and may be zero."""
    names = list(dict.fromkeys([*cells.index.tolist(), *values]))
    complete = cells.reindex(names) if len(names) > len(cells) else cells
    unknown = np.array([name not in given for name in names])
    known, lowest, weight = (_filled(complete, *column) for column in _DEFAULTS.items())
    owner = complete["owner"] if "owner" in complete else pd.Series(index=names, dtype=object)
    # an unknown cell is nobody's: hiding it must not hide the figure beside it
    own = np.where(owner.isna() | unknown, complete.index, owner)
    return complete.assign(
        value=[values.get(name, 0.0) for name in names],
        hidden=complete["hidden"].eq(True).to_numpy() | unknown,  # NaN: not hidden
        width=np.where(unknown, 0.0, _filled(complete, "width", 0.0)),
        known=known & ~unknown,
        lowest=np.where(unknown, 0.0, lowest),
        weight=weight,
        owner=pd.factorize(own)[0],
    )


def _filled(cells: pd.DataFrame, column: str, default: float | bool) -> np.ndarray:
    """A column of cells, the default where it is missing."""
    if column not in cells:
        return np.full(len(cells), default)
    given = cells[column]
    return given.where(given.notna(), default).to_numpy(type(default))
