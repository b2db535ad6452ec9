"""References: the box that a piece of a sheet's XML reaches to, by its cells' own references."""

import re
from dataclasses import dataclass

import numpy as np

_ANY_REF = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Za-z]{1,9})(\d{1,19})["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d{1,19})["']""")
_CELL_OR_ROW = re.compile(rb"<(?:\w+:)?(c|row)(?=[\s/>])")
_BLOCK = 1 << 18
"""Bytes looked at together: what is made of them on the way stays in the processor's own memory."""
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
    content = np.frombuffer(piece + b" " * _LONGEST, dtype=np.uint8)
    last_row = last_column = 0
    formulas = False
    for start in range(0, len(piece), _BLOCK):
        # the signs that follow a tag may stand in the next block
        reach = _block_reach(content[start : start + _BLOCK + _LONGEST])
        if reach is None:
            return None
        last_row, last_column = max(last_row, reach.last_row), max(last_column, reach.last_column)
        formulas |= reach.formulas
    return Reach(last_row, last_column, formulas)


def _block_reach(content: np.ndarray) -> Reach | None:
    """How far the cells reach that begin in a block, the last signs of which are only looked at."""
    mark, name = content[:-_LONGEST], content[1 : 1 - _LONGEST]
    begins, is_c = mark == ord("<"), name == ord("c")
    after = content[2:][np.flatnonzero((mark == ord(":")) & is_c)]
    if ((after == ord(">")) | (after == ord(" "))).any():
        return None
    formulas = bool((begins & (name == ord("f"))).any())
    tags = np.flatnonzero(begins & is_c)
    after = content[2:][tags]
    if ((after == ord(">")) | (after == ord("/"))).any():
        return None
    cells = tags[after == ord(" ")]
    if not len(cells):
        return Reach(formulas=formulas)
    for at, sign in enumerate(b'r="', start=3):
        if (content[at:][cells] != sign).any():
            return None
    first, second = content[6:][cells], content[7:][cells]
    lettered = second >= ord("A")
    row = _last_row(content, cells + 7 + lettered)
    wrong = (first < ord("A")) | (first > ord("Z")) | (lettered & (second > ord("Z")))
    if row is None or wrong.any():
        return None
    column = np.where(lettered, (first - 64) * np.int64(26) + second - 64, first - 64)
    return Reach(row, int(column.max()), formulas)


def _last_row(content: np.ndarray, at: np.ndarray) -> int | None:
    """Greatest of the row numbers at places of the content, each ended by a quotation mark."""
    number = np.zeros(len(at), dtype=np.int64)
    last = 0
    for step in range(8):
        sign = content[step:][at]
        ended = sign == ord('"')
        if ended.any():
            last = max(last, int(number[ended].max()))
            at, number, sign = at[~ended], number[~ended], sign[~ended]
        if not len(at):
            return last if step else None
        if ((sign < ord("0")) | (sign > ord("9"))).any():
            return None
        number = number * 10 + (sign - ord("0"))
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
