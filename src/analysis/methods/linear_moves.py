"""The corners of the set of tables that a reader cannot tell apart.

The possible values of hidden cells are the points x >= 0 with A x = b. This module walks from
corner to corner of that set (the primal simplex method on a dense tableau): enough for tables of
a few hundred cells, without an import that every notebook would pay for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

TINY = 1e-9
_PATIENCE = 40
_MOST_PIVOTS = 20_000


class Corner(NamedTuple):
    """A corner: the equations solved for the variables in ``basis`` (last column: values)."""

    tableau: np.ndarray
    basis: np.ndarray


class NotSettledError(Exception):
    """The walk took more steps than any real table needs."""


def corner_values(corner: Corner) -> np.ndarray:
    """Return the value of every variable at a corner."""
    values = np.zeros(corner.tableau.shape[1] - 1)
    values[corner.basis] = corner.tableau[:, -1]
    return values


def first_corner(matrix: np.ndarray, constants: np.ndarray) -> Corner | None:
    """Find a corner of the points x >= 0 with ``matrix @ x = constants``.

    Parameters
    ----------
    matrix : numpy.ndarray
        One row an equation, one column a variable.
    constants : numpy.ndarray
        Right-hand sides.

    Returns
    -------
    Corner or None
        None where no such point exists.

    Examples
    --------
    >>> corner = first_corner(np.array([[1.0, 1.0]]), np.array([4.0]))
    >>> [int(value) for value in corner_values(corner)]
    [4, 0]
    """
    rows, columns = matrix.shape
    sign = np.where(constants < 0, -1.0, 1.0)
    tableau = np.column_stack([matrix * sign[:, None], constants * sign])
    basis = np.arange(columns, columns + rows)  # one artificial variable an equation
    for step in range(_MOST_PIVOTS):
        artificial = basis >= columns
        gain = tableau[artificial, :-1].sum(axis=0)
        entering = _entering(gain, patient=step < _PATIENCE * (rows + 1))
        if entering is None:
            break
        leaving = _leaving(tableau, basis, entering, prefer=artificial)
        _pivot(tableau, basis, leaving, entering)
    else:
        raise NotSettledError
    artificial = basis >= columns
    if tableau[artificial, -1].sum() > 1e-6 * max(1.0, np.abs(constants).max(initial=0.0)):
        return None
    return _without_artificial(tableau, basis, columns)


def climb(corner: Corner, objective: np.ndarray) -> tuple[Corner, np.ndarray | None]:
    """Walk from a corner to one where ``objective @ x`` is highest.

    Parameters
    ----------
    corner : Corner
        Where to start; it is not changed.
    objective : numpy.ndarray
        One weight a variable.

    Returns
    -------
    tuple of Corner and (numpy.ndarray or None)
        The best corner and None; or, where there is no highest value, the last corner and a
        direction along which the objective grows without end.

    Examples
    --------
    >>> start = first_corner(np.array([[1.0, 1.0]]), np.array([4.0]))
    >>> best, endless = climb(start, np.array([0.0, 1.0]))
    >>> [int(value) for value in corner_values(best)], endless is None
    ([0, 4], True)
    """
    tableau, basis = corner.tableau.copy(), corner.basis.copy()
    scale = max(1.0, np.abs(objective).max(initial=0.0))
    still = 0
    for _ in range(_MOST_PIVOTS):
        gain = (objective - objective[basis] @ tableau[:, :-1]) / scale
        gain[basis] = 0.0
        entering = _entering(gain, patient=still < _PATIENCE)
        if entering is None:
            return Corner(tableau, basis), None
        leaving = _leaving(tableau, basis, entering)
        if leaving is None:
            endless = np.zeros(len(objective))
            endless[basis] = -tableau[:, entering]
            endless[entering] = 1.0
            return Corner(tableau, basis), endless
        still = still + 1 if tableau[leaving, -1] < TINY else 0
        _pivot(tableau, basis, leaving, entering)
    raise NotSettledError


def _entering(gain: np.ndarray, *, patient: bool) -> int | None:
    """Choose the variable to raise: the steepest, or (against going in circles) the first."""
    better = np.flatnonzero(gain > TINY)
    if not len(better):
        return None
    return int(better[np.argmax(gain[better])] if patient else better[0])


def _leaving(
    tableau: np.ndarray, basis: np.ndarray, entering: int, prefer: np.ndarray | None = None
) -> int | None:
    """Choose the row that first reaches zero (ties: ``prefer``, then the lowest variable)."""
    falling = np.flatnonzero(tableau[:, entering] > TINY)
    if not len(falling):
        return None
    ratio = tableau[falling, -1] / tableau[falling, entering]
    first = falling[ratio <= ratio.min() + TINY]
    if prefer is not None and prefer[first].any():
        first = first[prefer[first]]
    return int(first[np.argmin(basis[first])])


def _pivot(tableau: np.ndarray, basis: np.ndarray, row: int, column: int) -> None:
    tableau[row] /= tableau[row, column]
    factors = tableau[:, column].copy()
    factors[row] = 0.0
    touched = np.flatnonzero(factors)
    tableau[touched] -= factors[touched, None] * tableau[row]
    tableau[np.abs(tableau) < 1e-12] = 0.0
    basis[row] = column


def _without_artificial(tableau: np.ndarray, basis: np.ndarray, columns: int) -> Corner:
    """Swap artificial variables (all zero by now) for real ones; drop repeated equations."""
    keep = np.ones(len(basis), dtype=bool)
    for row in np.flatnonzero(basis >= columns):
        tableau[row, -1] = 0.0
        usable = np.flatnonzero(np.abs(tableau[row, :-1]) > 1e-7)
        if len(usable):
            _pivot(tableau, basis, row, int(usable[0]))
        else:
            keep[row] = False
    return Corner(tableau[keep], basis[keep])
