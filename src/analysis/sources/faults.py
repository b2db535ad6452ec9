"""Faults: the rows and cells of a sheet that are no data or cannot be used, each named."""

from collections.abc import Iterator

import numpy as np

from analysis.sources.cells import Coerced
from analysis.sources.contracts import Contract
from analysis.sources.places import (
    Body,
    Place,
    column_letters,
    each_row,
    one_for_all,
    unmatched_values,
)
from analysis.sources.problems import Problem, rows_in_words
from analysis.sources.rows import label_of, repeated_headings, sums_of_others, total_rows

_PARTS = (
    "team", "service", "cost_centre", "cost_centre_name", "subjective", "subjective_name",
    "placement_type", "grade",
)  # fmt: skip
"""Columns that name the part of the service that a row is about, or the part of its cost."""


def not_data(
    body: Body, columns: dict[str, int], broken: np.ndarray, contract: Contract, place: Place
) -> tuple[np.ndarray, list[Problem]]:
    """Rows that are no data, and a warning that names them."""
    skip = np.zeros(len(body.positions), dtype=bool)
    if not len(skip):
        return skip, []
    declared = [body.columns[at] for at in columns.values()]
    headings = [body.headings[at] for at in columns.values()]
    what = np.full(len(skip), "", dtype=object)
    if contract.totals != "rows":
        what[total_rows(declared)] = "a total"
    for at in np.flatnonzero(broken):
        what[at] = what[at] or label_of(body.rows[at], last=at == len(skip) - 1)
    what[repeated_headings(declared, headings)] = "the headings again"
    problems = []
    for label in dict.fromkeys(what[what != ""]):
        at = body.positions[what == label]
        words = f"{rows_in_words(place.numbers(at))}: {label}; not read as data"
        problems.append(place.problem(words, position=at[0], severity="warning"))
    problems += _like_totals(body, columns, broken | (what != ""), contract, place)
    return what != "", problems


def _like_totals(
    body: Body, columns: dict[str, int], gone: np.ndarray, contract: Contract, place: Place
) -> Iterator[Problem]:
    """Rows that lack nothing and read like a total: kept, for a team may have such a name."""
    if contract.totals == "rows":
        return
    for name in _PARTS:
        if name in columns:
            like = sums_of_others(body.columns[columns[name]]) & ~gone
            gone = gone | like
            if like.any():
                at = body.positions[like]
                words = "perhaps a total, and read as data; delete it if it is one"
                words = f"{rows_in_words(place.numbers(at))}: {words}"
                yield place.problem(words, position=at[0], column=name, severity="warning")


def cell_problems(
    read: dict[str, Coerced], skip: np.ndarray, body: Body, place: Place
) -> Iterator[Problem]:
    """Cells that could not be read, that were read with a doubt, or that no code stands for."""
    for name, one in read.items():
        at = np.flatnonzero(one.having("error") & ~skip)
        yield from each_row(body.positions[at], [one.message(i) for i in at], name, place)
        at = np.flatnonzero(one.having("warning") & ~skip)
        if len(at):
            yield from one_for_all(body.positions[at], one.message(at[0]), name, place)
        at = np.flatnonzero(one.having("unmatched") & ~skip)
        yield from unmatched_values(one, at, name, body, place)


def silent_blanks(
    columns: dict[str, int], body: Body, skip: np.ndarray, place: Place
) -> Iterator[Problem]:
    """Error cells and formulas never calculated in the table's columns: both read as blanks."""
    names = {at: name for name, at in columns.items()}
    rows = set(body.positions[~skip].tolist())
    words = {
        at: f"holds the error {error}; it was read as blank: correct the formula"
        for at, error in place.sheet.errors.items()
    } | dict.fromkeys(
        place.sheet.uncached,
        "holds a formula that was never calculated; it was read as blank: open the workbook in "
        "Excel and save it",
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for (row, column), said in sorted(words.items()):
        if column - 1 in names and row - 1 in rows:
            # months across were laid out one below the other: their cells have no such name
            name = f" {column_letters(column - 1)}{row}" if place.sheet.row_numbers is None else ""
            found.setdefault(names[column - 1], []).append((row - 1, f"the cell{name} {said}"))
    for name, cells in found.items():
        positions = np.array([position for position, _ in cells])
        yield from each_row(positions, [said for _, said in cells], name, place)


def lost_rows(
    read: dict[str, Coerced], contract: Contract, skip: np.ndarray, body: Body, place: Place
) -> Iterator[Problem]:
    """Rows left out because a required cell is blank; cells that say nonsense are named already."""
    silent = {(row, column) for row, column in (*place.sheet.errors, *place.sheet.uncached)}
    said = {row - 1 for row, _ in silent}
    for name in contract.required:
        if name in read:
            at = np.flatnonzero(read[name].having("missing") & ~skip)
            at = at[[body.positions[i] not in said for i in at]] if said else at
            words = [f"no {name}; the row was not used: fill it in"] * len(at)
            yield from each_row(body.positions[at], words, name, place)
    for lacking in neither(read, contract):
        at = np.flatnonzero(lacking & ~skip)
        words = [f"neither {' nor '.join(contract.either)}; the row was not used: fill one in"]
        yield from each_row(body.positions[at], words * len(at), contract.either[0], place)


def neither(read: dict[str, Coerced], contract: Contract) -> list[np.ndarray]:
    """Where a contract wants one of several columns: the rows that have none of them."""
    if contract.either_blank:
        return []
    either = [read[name].typed.isna().to_numpy() for name in contract.either if name in read]
    return [np.logical_and.reduce(either)] if either else []


def said_twice(repeated: np.ndarray, body: Body, place: Place) -> Iterator[Problem]:
    """Rows that are the same as an earlier one in every cell."""
    at = body.positions[repeated]
    if len(at):
        yield place.problem(
            f"{rows_in_words(place.numbers(at))}: the same as an earlier row in every cell; "
            f"{len(at)} left out, so that each counts once",
            position=at[0],
            severity="warning",
        )
