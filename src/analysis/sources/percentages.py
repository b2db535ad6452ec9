"""Percentages: the scale that a column or a cell declares, and what is said where none does."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.sources.cells import Coerced
from analysis.sources.headers import Located
from analysis.sources.places import Place
from analysis.sources.problems import Problem, rows_in_words
from analysis.sources.wording import plain
from analysis.sources.workbooks import RawSheet


def as_shown(sheet: RawSheet, located: Located) -> RawSheet:
    """A sheet whose percentages with a per cent format read as Excel shows them: 0.912 as "91.2%".

    The format is the cell's own declaration of its scale, as a per cent sign in a text is.
    """
    types = {at: located.contract.field(name).type for name, ats in located.columns.items()
             for at in ats} | {at: located.contract.field(name).type
                               for at, (_, name) in located.months.items()}  # fmt: skip
    wanted = {at for at, kind in types.items() if kind == "percent"}
    cells = [(row - 1, at - 1) for row, at in sheet.percent if at - 1 in wanted]
    if not cells:
        return sheet
    rows = list(sheet.rows)
    for row, at in cells:
        if row < len(rows) and at < len(rows[row]):
            rows[row] = _with_sign(rows[row], at)
    return replace(sheet, rows=rows)


def _with_sign(row: Sequence, at: int) -> list:
    """A row whose figure at one place is written with a per cent sign."""
    value = row[at]
    if not isinstance(value, float | int) or isinstance(value, bool):
        return list(row)
    return [*row[:at], f"{value * 100:.10f}".rstrip("0").rstrip(".") + "%", *row[at + 1 :]]


def percent_scale(
    name: str, one: Coerced, contract: str, positions: np.ndarray, place: Place
) -> tuple[Coerced, list[Problem]]:
    """A percentage column whose scale nobody declares: all from 0 to 1 is refused, some is said.

    Parameters
    ----------
    name, contract : str
        The column and its table.
    one : Coerced
        The column.
    positions : array
        Positions of its rows in the sheet.
    place : Place
        Where it is.

    Returns
    -------
    Coerced, list of Problem
    """
    bare = np.array([not _declares_scale(v) for v in one.column.uniques], dtype=bool)
    values = one.typed.to_numpy(dtype=float)
    counted = bare[one.column.codes] & (values > 0)
    below = counted & (values <= 1)
    if not below.any():
        return one, []
    at = positions[below]
    refused, words = _undeclared(
        rows_in_words(place.numbers(at)),
        f"{contract}.{name}",
        many=len(at) >= 3,
        above=bool((counted & (values > 1)).any()),
        fractions=bool((values[below] < 1).any()),
        formats_seen=place.sheet.formats_seen,
    )
    if refused:
        return replace(one, typed=one.typed.mask(below)), [place.problem(words, column=name)]
    said = place.problem(words, position=at[0], column=name, severity="warning")
    return one, [said] if words else []


def _declares_scale(value: object) -> bool:
    """Whether a figure says itself that it is in per cent."""
    return isinstance(value, str) and plain(value).endswith("%")


def _undeclared(
    rows: str, address: str, *, many: bool, above: bool, fractions: bool, formats_seen: bool
) -> tuple[bool, str]:
    """Whether figures from 0 to 1 of no declared scale are refused, and what is said of them.

    ``above`` says that others of no declared scale lie above 1, ``fractions`` that some lie below.
    """
    choice = (
        f'write "{address}" = "0-1" under [scales] in authority.toml where '
        f'0.912 means 91.2%, or "{address}" = "0-100" where it means less than 1%'
    )
    if many and not above:
        words = "all figures without a per cent sign lie between 0 and 1, while the column is in"
        return True, f"{rows}: {words} per cent, 0 to 100; none of them was used: {choice}"
    if fractions and not formats_seen:
        words = "whether Excel shows them as per cent cannot be seen in a workbook of this kind"
        return (
            True,
            f"{rows}: between 0 and 1, and {words}; not used: save it as .xlsx, or {choice}",
        )
    if not above:
        words = "between 0 and 1, while the column is in per cent, 0 to 100; read as at most 1%"
        return False, f"{rows}: {words}: {choice}"
    if fractions:
        words = "between 0 and 1, and the others above; read as they stand, as less than 1 per cent"
        return False, f"{rows}: {words}: check them"
    return False, ""
