"""Problems: what is wrong with an extract, one row each, said so that an analyst can mend it."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

import numpy as np
import pandas as pd

COLUMNS = ("file", "sheet", "row", "column", "severity", "message")

ROWS_NAMED = 20


class ExtractError(Exception):
    """An extract, a folder or a profile cannot be used at all; the words say what to do."""


@dataclass(frozen=True)
class Problem:
    """What was seen, where, and what to do; ``row`` is the Excel row number, if there is one."""

    file: str
    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    severity: str = "error"


def problems_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Table of problems, in the order in which they were found.

    Examples
    --------
    >>> table = problems_table([Problem("a.xlsx", "is empty; save it again")])
    >>> table[["file", "severity"]].values.tolist()
    [['a.xlsx', 'error']]
    """
    rows = [astuple(problem) for problem in problems]
    table = pd.DataFrame(rows, columns=["file", "message", "sheet", "row", "column", "severity"])
    table["row"] = table["row"].astype("Int64")
    text = [name for name in COLUMNS if name != "row"]
    table[text] = table[text].astype("str")
    return table[list(COLUMNS)]


def row_ranges(rows: Iterable[int], shown: int = 12) -> str:
    """Row numbers in words, runs joined.

    Examples
    --------
    >>> row_ranges([3, 4, 5, 9])
    '3-5, 9'
    """
    numbers = np.unique(np.fromiter(rows, dtype=np.int64))
    if not len(numbers):
        return ""
    breaks = np.flatnonzero(np.diff(numbers) > 1)
    starts = numbers[np.r_[0, breaks + 1]]
    ends = numbers[np.r_[breaks, len(numbers) - 1]]
    runs = [str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True)]
    more = f" and {len(runs) - shown} more runs of rows" if len(runs) > shown else ""
    return ", ".join(runs[:shown]) + more


def rows_in_words(rows: Iterable[int]) -> str:
    """``row 3`` or ``rows 3-5, 9``.

    Examples
    --------
    >>> rows_in_words([7])
    'row 7'
    """
    rows = sorted(set(rows))
    return f"row {rows[0]}" if len(rows) == 1 else f"rows {row_ranges(rows)}"
