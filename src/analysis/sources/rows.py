"""Rows that are not data: totals, subtotals, repeated headings, footers; each is named."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from analysis.sources.cells import Distinct
from analysis.sources.wording import plain

_TOTAL = re.compile(
    r"(?:(?:grand|overall|sub|year|annual)[ -]?)?total(?:s|led)?:?(?: (?:for|of|at) .*)?|"
    r".{1,60} (?:sub[ -]?)?total:?|sum|all (?:teams|months|rows)",
    re.IGNORECASE,
)
_PLAIN_TOTAL = re.compile(r"(?:(?:grand|overall|sub)[ -]?)?totals?:?", re.IGNORECASE)
_FOOTER = re.compile(
    r"report (?:run|generated|produced|created|date)|(?:run|printed|generated|extracted) (?:on|by|at)|"
    r"page \d+|source\b|notes?\b|end of (?:report|data|file)|footnote|[*†]|key:|"
    r"data (?:as at|extracted)|official|confidential|prepared by|\d+ (?:rows|records)|©|count:",
    re.IGNORECASE,
)


def blank_rows(rows: Sequence[Sequence]) -> np.ndarray:
    """Which rows hold nothing at all.

    Examples
    --------
    >>> blank_rows([["", ""], ["", 0.0], ["a", ""]]).tolist()
    [True, False, False]
    """
    return np.fromiter(
        (not any(row) and all(v is None or v == "" for v in row) for row in rows),
        dtype=bool,
        count=len(rows),
    )


def _rows_where(column: Distinct, test: Callable[[str], object]) -> np.ndarray:
    """Rows whose cell is a text of that kind; each distinct text is tried once."""
    hits = [isinstance(v, str) and bool(v) and bool(test(v)) for v in column.uniques]
    return np.array(hits, dtype=bool)[column.codes]


def _saying(column: Distinct, text: str) -> np.ndarray:
    """Rows whose cell is exactly that text."""
    if text not in column.uniques:
        return np.zeros(len(column.codes), dtype=bool)
    return column.codes == column.uniques.index(text)


def filled_cells(columns: Sequence[Distinct]) -> np.ndarray:
    """How many cells of each row are filled."""
    filled = np.zeros(len(columns[0].codes), dtype=np.int64)
    for column in columns:
        blank = [at for at, v in enumerate(column.uniques) if v is None or v == ""]
        filled += ~np.isin(column.codes, blank) if blank else 1
    return filled


def repeated_headings(columns: Sequence[Distinct], headings: Sequence) -> np.ndarray:
    """Rows that say the headings again, as printed reports do at each page."""
    agreeing = np.sum(
        [_saying(column, text) for column, text in zip(columns, headings, strict=True)], axis=0
    )
    return (agreeing >= 2) | (agreeing == len(columns))


def label_rows(
    columns: Sequence[Distinct], filled: np.ndarray, broken: np.ndarray
) -> dict[str, np.ndarray]:
    """Rows that are totals or footers, by what they are.

    Parameters
    ----------
    columns : sequence of Distinct
        All the sheet's columns, from the left.
    filled : ndarray
        Cells filled in each row.
    broken : ndarray
        Whether the row lacks what every row of the table must have.
    """
    first = columns[:6]
    totals = np.zeros(len(filled), dtype=bool)
    for column in first:
        totals |= _rows_where(column, _is_plain_total)
    found = {"a total": totals}
    if not broken.any():
        return found
    footers = totals & False
    for column in first:
        short = _among(column, broken)
        totals |= _rows_where(short, lambda text: _TOTAL.fullmatch(plain(text)))
        footers |= _rows_where(short, lambda text: _FOOTER.match(plain(text))) & (filled <= 3)
        footers |= _rows_where(short, lambda text: " " in text.strip()) & (filled == 1)
    found["a footer or heading inside the table"] = footers & ~totals
    found["figures without anything that says whose they are, as in a row of totals"] = (
        broken & ~_any_text(columns, broken) & _last(filled > 0) & ~totals & ~footers
    )
    return found


def _is_plain_total(text: str) -> bool:
    return "total" in text.lower() and bool(_PLAIN_TOTAL.fullmatch(plain(text)))


def _among(column: Distinct, rows: np.ndarray) -> Distinct:
    """A column in which only the cells of some rows are left; the others are blank."""
    codes = np.where(rows, column.codes, -1)
    used = np.unique(codes[codes >= 0])
    place = np.full(len(column.uniques) + 1, len(used))
    place[used] = np.arange(len(used))
    return Distinct([*(column.uniques[at] for at in used), None], place[codes])


def _any_text(columns: Sequence[Distinct], rows: np.ndarray) -> np.ndarray:
    text = np.zeros(len(rows), dtype=bool)
    for column in columns:
        short = _among(column, rows)
        kinds = [v not in ("", None) and not isinstance(v, float | int) for v in short.uniques]
        text |= np.array(kinds, dtype=bool)[short.codes]
    return text


def _last(filled: np.ndarray) -> np.ndarray:
    """The last filled row alone."""
    last = np.zeros(len(filled), dtype=bool)
    if filled.any():
        last[np.flatnonzero(filled)[-1]] = True
    return last
