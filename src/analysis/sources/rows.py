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
_WHOLE = re.compile(
    r"all(?: (?:teams|services|areas|localities|cost centres|grades|staff))?|overall|"
    r"(?:whole|entire) (?:service|authority|council|county|city|borough)",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"report (?:run|generated|produced|created|date)|"
    r"(?:run|printed|generated|extracted) (?:on|by|at)|"
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
    hits = [at for at, v in enumerate(column.uniques) if isinstance(v, str) and v and test(v)]
    return column.rows_of(hits)


def repeated_headings(columns: Sequence[Distinct], headings: Sequence) -> np.ndarray:
    """Rows that say the headings again, as printed reports do at each page."""
    agreeing = np.sum(
        [
            column.rows_of([column.uniques.index(heading)] if heading in column.uniques else [])
            for column, heading in zip(columns, headings, strict=True)
        ],
        axis=0,
    )
    return (agreeing >= 2) | (agreeing == len(columns))


def total_rows(columns: Sequence[Distinct]) -> np.ndarray:
    """Rows that have "Total" in one of the columns."""
    return np.logical_or.reduce(
        [_rows_where(column, _is_plain_total) for column in columns if _has_total(column)]
        or [np.zeros(len(columns[0].codes), dtype=bool)]
    )


def _has_total(column: Distinct) -> bool:
    """Whether the word stands anywhere in a column: one search for all its values."""
    return "total" in "\n".join([v for v in column.uniques if isinstance(v, str)]).lower()


def _is_plain_total(text: str) -> bool:
    return "total" in text.lower() and bool(_PLAIN_TOTAL.fullmatch(plain(text)))


def sums_of_others(column: Distinct) -> np.ndarray:
    """Rows of a column of teams, say, that read like the sum of the others: "Service total", "All".

    Where no other name stands beside them, they are none.

    Examples
    --------
    >>> sums_of_others(Distinct(["North", "All teams", "All Saints"], np.array([0, 1, 2]))).tolist()
    [False, True, False]
    """
    names = {at: plain(v) for at, v in enumerate(column.uniques) if isinstance(v, str) and v}
    sums = [at for at, name in names.items() if _TOTAL.fullmatch(name) or _WHOLE.fullmatch(name)]
    return column.rows_of(sums if len(sums) < len(names) else [])


def label_of(row: Sequence, *, last: bool) -> str:
    """What a row is that lacks what each row of its table must have, or "" where it is data.

    Parameters
    ----------
    row : sequence
        Its raw cells.
    last : bool
        Whether it is the last row of the sheet.

    Examples
    --------
    >>> label_of(["East Total", "", 120.0], last=False)
    'a total'
    >>> label_of(["Report run on 3 May 2024", "", ""], last=True)
    'a footer or heading inside the table'
    """
    filled = [cell for cell in row if cell is not None and cell != ""]
    texts = [plain(cell) for cell in row[:8] if isinstance(cell, str) and cell]
    if any(_TOTAL.fullmatch(text) for text in texts):
        return "a total"
    if len(filled) <= 3 and any(_FOOTER.match(text) for text in texts):
        return "a footer or heading inside the table"
    if len(filled) == 1 and texts and " " in texts[0]:
        return "a footer or heading inside the table"
    if last and all(isinstance(cell, float | int) for cell in filled):
        return "figures without anything that says whose they are, as in a row of totals"
    return ""
