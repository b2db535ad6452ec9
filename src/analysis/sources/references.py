"""References: the box that a piece of a sheet's XML reaches to, by its cells' own references."""

import re
from dataclasses import dataclass

import numpy as np

_ANY_REF = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Za-z]{1,9})(\d{1,19})["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d{1,19})["']""")
_CELL_OR_ROW = re.compile(rb"<(?:\w+:)?(c|row)(?=[\s/>])")
_LONGEST = 16
"""Bytes from the start of a cell to the end of its reference, where that is a plain one."""


@dataclass(frozen=True)
class Reach:
    """How far the cells of a piece reach: last row and column, from 1.

    ``rows`` counts the piece's rows and ``in_row`` the cells of its last one; both matter where
    cells have no reference (``implied``). ``formulas`` says that there are some.
    """

    last_row: int = 0
    last_column: int = 0
    formulas: bool = True
    implied: bool = False
    rows: int = 0
    in_row: int = 0


def column_number(letters: bytes | str) -> int:
    """Number of a column from its letters.

    Examples
    --------
    >>> column_number("A"), column_number("XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters if isinstance(letters, bytes) else letters.encode():
        number = number * 26 + letter - 64
    return number


def plain_reach(piece: bytes) -> Reach | None:
    """How far a piece reaches whose cells all look like ``<c r="AB12"``, or None for another.

    This is what Excel writes, column ZZ at most; the bytes are looked at all at once, which costs
    a tenth of looking for references one by one.

    Examples
    --------
    >>> plain_reach(b'<row r="2"><c r="B2" s="1"><v>5</v></c></row>' + b" " * 16).last_column
    2
    """
    if b":c " in piece or b":c>" in piece:
        return None
    content = np.frombuffer(piece + b" " * _LONGEST, dtype=np.uint8)
    tags = np.flatnonzero(content[:-_LONGEST] == ord("<"))
    name, after = content[tags + 1], content[tags + 2]
    is_c = name == ord("c")
    if (is_c & ((after == ord(">")) | (after == ord("/")))).any():
        return None
    cells = tags[is_c & (after == ord(" "))]
    formulas = bool((name == ord("f")).any())
    if not len(cells):
        return Reach(formulas=formulas)
    for at, sign in enumerate(b'r="', start=3):
        if (content[cells + at] != sign).any():
            return None
    first, second = content[cells + 6].astype(np.int64), content[cells + 7].astype(np.int64)
    lettered = second >= ord("A")
    row = _rows(content, cells + 7 + lettered)
    wrong = (first < ord("A")) | (first > ord("Z")) | (lettered & (second > ord("Z")))
    if row is None or wrong.any():
        return None
    column = np.where(lettered, (first - 64) * 26 + second - 64, first - 64)
    return Reach(int(row.max()), int(column.max()), formulas)


def _rows(content: np.ndarray, at: np.ndarray) -> np.ndarray | None:
    """Row numbers that stand at places of the content, each ended by a quotation mark."""
    number = np.zeros(len(at), dtype=np.int64)
    running = np.ones(len(at), dtype=bool)
    for step in range(8):
        sign = content[at + step]
        digit = (sign >= ord("0")) & (sign <= ord("9"))
        running &= sign != ord('"')
        if not running.any():
            return number if step else None
        if (running & ~digit).any():
            return None
        number = np.where(running, number * 10 + sign - ord("0"), number)
    return None


def any_reach(piece: bytes, in_row: int) -> Reach:
    """How far a piece reaches however its cells are written, ``in_row`` cells into a row.

    Examples
    --------
    >>> any_reach(b"<row r='7'><x:c r='AA9'/><c/>", 0)
    Reach(last_row=9, last_column=27, formulas=True, implied=True, rows=1, in_row=2)
    """
    found = _ANY_REF.findall(piece)
    rows = [int(row) for row in _ROW.findall(piece)] + [int(row) for _, row in found]
    columns = [column_number(letters.upper()) for letters, _ in found]
    names = _CELL_OR_ROW.findall(piece)
    implied = names.count(b"c") > len(found)
    count = 0
    if implied:
        for name in names:
            in_row = in_row + 1 if name == b"c" else 0
            columns.append(in_row)
        count = names.count(b"row")
    return Reach(max(rows, default=0), max(columns, default=0), True, implied, count, in_row)
