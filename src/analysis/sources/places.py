"""Places: where in a sheet a problem is, and how many like it are named one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.sources.cells import Coerced, Distinct
from analysis.sources.problems import ROWS_NAMED, Problem, rows_in_words
from analysis.sources.seen import shown
from analysis.sources.workbooks import RawSheet


@dataclass(frozen=True)
class Place:
    """A sheet of a file, whose rows are numbered as Excel numbers them."""

    file: str
    sheet: RawSheet

    def problem(
        self,
        message: str,
        *,
        position: int | None = None,
        column: str = "",
        severity: str = "error",
    ) -> Problem:
        """Problem at a position of the sheet (a place in ``sheet.rows``)."""
        row = None if position is None else self.sheet.row_number(int(position))
        return Problem(self.file, message, self.sheet.name, row, column, severity)

    def numbers(self, positions: Sequence[int]) -> list[int]:
        """Excel row numbers of positions."""
        return [self.sheet.row_number(int(at)) for at in positions]


@dataclass(frozen=True)
class Body:
    """The filled rows under the headings: their positions in the sheet, and their raw cells.

    ``columns`` are those that the contract declares, by their place in the sheet.
    """

    positions: np.ndarray
    rows: list[list]
    columns: dict[int, Distinct]
    headings: list


def column_letters(at: int) -> str:
    """Excel's letters of a column, counted from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def each_row(
    positions: np.ndarray, messages: Sequence[str], column: str, place: Place
) -> Iterator[Problem]:
    """One error a row, and beyond the first twenty one for all the rest."""
    for at, message in list(zip(positions, messages, strict=True))[:ROWS_NAMED]:
        yield place.problem(message, position=at, column=column)
    rest = positions[ROWS_NAMED:]
    if len(rest):
        yield place.problem(
            f"{len(rest)} more cells of this column like the {ROWS_NAMED} named before: "
            f"{rows_in_words(place.numbers(rest))}",
            position=rest[0],
            column=column,
        )


def one_for_all(
    positions: np.ndarray, message: str, column: str, place: Place
) -> Iterator[Problem]:
    """One warning for a column: the words of its first cell, and the rows of all."""
    if len(positions):
        rows = rows_in_words(place.numbers(positions))
        more = f" (and so in {rows})" if len(positions) > 1 else ""
        yield place.problem(
            message + more, position=positions[0], column=column, severity="warning"
        )


def unmatched_values(
    one: Coerced, at: np.ndarray, column: str, body: Body, place: Place
) -> Iterator[Problem]:
    """One warning for each value that is in no table of codes, with the rows that hold it."""
    groups: dict[object, list[int]] = {}
    for position in at:
        groups.setdefault(one.raw_value(position), []).append(int(position))
    for value, positions in list(groups.items())[:ROWS_NAMED]:
        rows = place.numbers(body.positions[positions])
        count = f"{len(rows)} cell" + ("s" if len(rows) > 1 else "")
        said = shown(value, strict=False)
        kept = "kept as it is" if said.startswith("'") else "left out, as it may name a person"
        yield place.problem(
            f"{said} is in no table of codes ({count}: {rows_in_words(rows)}); it was {kept}: "
            "correct it, or add it under [codes] in authority.toml",
            position=body.positions[positions[0]],
            column=column,
            severity="warning",
        )
    if len(groups) > ROWS_NAMED:
        yield place.problem(
            f"{len(groups) - ROWS_NAMED} more values are in no table of codes",
            column=column,
            severity="warning",
        )
