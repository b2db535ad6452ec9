"""One streaming look at a workbook's XML before any parser opens it.

The parser turns error cells and formulas without a value into blanks, and it takes memory for the
whole box from the first cell to the farthest: a single cell far away ends the process. Both are
found here, in the bytes, at a tenth of the parser's own cost.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from analysis.sources.references import any_reach, column_number, plain_reach

CHUNK = 1 << 22
LONGEST_TEXT = 32_767
"""Characters that Excel allows in a cell."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
FAR_BOX = 5_000_000
"""Cells of a box that any machine can hold, however few of them are filled."""
EMPTY_SHARE = 20
"""A box beyond ``FAR_BOX`` may hold at most so many cells for each that is filled."""
DEEPEST = 2_000
CELL_STARTS = (b"<c ", b"<row", b":c ", b":row")
SHARED_STARTS = (b"<si>", b"<si ", b":si>")
CELLS_NOTED = 1_000_000
"""Error cells and formulas without a value that are noted of a sheet; it guards the memory only."""

_VALUED = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{1,3})(\d{1,9})["'][^>/]*>\s*<(?:\w+:)?(?:v|is|f)\b"""
)
_ERROR = re.compile(rb"""<(?:\w+:)?c\b([^>]*?\bt=["']e["'][^>/]*)>(.*?)</(?:\w+:)?c>""", re.DOTALL)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|.*?</(?:\w+:)?f>)(.*?)</(?:\w+:)?c>",
    re.DOTALL,
)
_HAS_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>[^<]")
_REF = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_ERROR_WORDS = re.compile(rb"#[A-Z0-9/!?_]{2,20}")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*\bhidden=["'](?:1|true)["']""")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT)", re.IGNORECASE)
_UNUSUAL = re.compile(rb"<\w+:worksheet|<worksheet[^>]*='|<c [^>]*='|<(?:c|row) (?:[^r]|r[^=])")
_SHARED = re.compile(rb"<(?:\w+:)?si\b[^>]*>(.*?)</(?:\w+:)?si>", re.DOTALL)
_SHARED_CELL = re.compile(rb"""t=["']s["'][^>]*>\s*<(?:\w+:)?v>(\d+)""")


@dataclass
class SheetScan:
    """What the bytes of one sheet say.

    ``errors`` are error cells by (row, column), ``uncached`` formulas without a value, both from
    1; ``unnoted`` counts such cells beyond ``CELLS_NOTED`` and those that do not say where they
    are; ``percent`` are cells that Excel shows with a per cent sign; ``implied`` says that cells
    have no reference of their own; ``refusal`` is why the sheet must not be parsed, or "".
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncached: set[tuple[int, int]] = field(default_factory=set)
    unnoted: int = 0
    percent: frozenset[tuple[int, int]] = frozenset()
    hidden_rows: int = 0
    last_row: int = 0
    last_column: int = 0
    implied: bool = False
    refusal: str = ""


def pieces(stream: BinaryIO, boundaries: tuple[bytes, ...]) -> Iterator[bytes]:
    """A stream in pieces that end before one of ``boundaries``, so that nothing is cut in two."""
    rest = b""
    while chunk := stream.read(CHUNK):
        rest += chunk
        # where the first boundary is in use, the others need not be looked for
        cut = rest.rfind(boundaries[0])
        if cut <= 0:
            cut = max(rest.rfind(boundary) for boundary in boundaries)
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > 4 * CHUNK:
            yield rest
            rest = b""
    if rest:
        yield rest


def forbidden(piece: bytes) -> str:
    """Why XML must not be given to a parser: declared entities, or nesting without end."""
    if b"!" in piece and _DECLARED.search(piece):
        return (
            "holds declarations (DOCTYPE) that a workbook never needs and that can harm whoever "
            "opens it; ask for a clean copy"
        )
    return ""


def _depth(piece: bytes) -> int:
    opened = piece.count(b"<") - piece.count(b"</") - piece.count(b"/>")
    return opened - piece.count(b"</") - piece.count(b"<?") - piece.count(b"<!--")


def scan_sheet(stream: BinaryIO) -> SheetScan:
    """What one sheet's XML says, read once from its start to its end."""
    scan = SheetScan()
    depth = rows = in_row = 0
    unusual = None
    for piece in pieces(stream, CELL_STARTS):
        if unusual is None:
            unusual = bool(_UNUSUAL.search(piece[:20_000]))
        # rows and cells close what they open; what stands outside them may not
        depth += _depth(piece[piece.rfind(b"</c>") + 4 :] if b"</c>" in piece else piece)
        scan.refusal = forbidden(piece)
        if depth > DEEPEST:
            scan.refusal = "is nested thousands of levels deep, as no workbook is; it is damaged"
        if len(piece) > 4 * CHUNK:
            scan.refusal = "holds a cell of many million characters; it is damaged or made to harm"
        if scan.refusal:
            return scan
        reach = None if unusual else plain_reach(piece)
        strange = reach is None
        reach = reach or any_reach(piece, in_row)
        rows, in_row = rows + reach.rows, reach.in_row
        scan.implied |= reach.implied
        scan.last_row = max(scan.last_row, reach.last_row, rows)
        scan.last_column = max(scan.last_column, reach.last_column)
        _look(piece, scan, formulas=reach.formulas, strange=strange)
    if scan.last_row > LAST_ROW or scan.last_column > LAST_COLUMN:
        scan.refusal = "has a cell beyond Excel's last row or column; it is damaged or made to harm"
    return scan


def _holds(piece: bytes, words: bytes) -> bool:
    """Whether a piece holds some words; where one of their signs is nowhere, that is soon seen."""
    return all(sign in piece for sign in words) and words in piece


def _look(piece: bytes, scan: SheetScan, *, formulas: bool, strange: bool) -> None:
    """Note the error cells, formulas without a value and hidden rows of a piece."""
    if _holds(piece, b't="e"') or strange:
        for attributes, inside in _ERROR.findall(piece):
            words = _ERROR_WORDS.search(inside)
            if at := _place(attributes, scan):
                scan.errors[at] = sys.intern(words[0].decode()) if words else "#ERROR"
    if formulas:
        for attributes, inside in _FORMULA.findall(piece):
            blank_text = b't="str"' in attributes and b"<v></v>" in inside
            valueless = not _HAS_VALUE.search(inside) and not blank_text
            if valueless and (at := _place(attributes, scan)):
                scan.uncached.add(at)
    if _holds(piece, b"hidden="):
        scan.hidden_rows += len(_HIDDEN_ROW.findall(piece))


def _place(attributes: bytes, scan: SheetScan) -> tuple[int, int] | None:
    """Where a cell is that is to be noted, or None where it can only be counted."""
    found = _REF.search(attributes)
    if found and len(scan.errors) + len(scan.uncached) < CELLS_NOTED:
        return int(found[2]), column_number(found[1])
    scan.unnoted += 1
    return None


def far_away(rows: int, columns: int, values: int) -> bool:
    """Whether a box of rows and columns is far beyond the cells that are filled in it."""
    return rows * columns > FAR_BOX and rows * columns > EMPTY_SHARE * max(values, 1)


def filled_cells(stream: BinaryIO) -> int:
    """How many cells have a value, nearly; the count is cheap."""
    return sum(
        piece.count(b"</v>") + piece.count(b"</is>") + piece.count(b":v>") // 2
        for piece in pieces(stream, CELL_STARTS)
    )


def valued_box(stream: BinaryIO) -> tuple[int, int, int, str]:
    """Last row, last column and number of filled cells, and the reference of the farthest one."""
    last_row = last_column = count = 0
    farthest = ""
    for piece in pieces(stream, CELL_STARTS):
        for letters, row in _VALUED.findall(piece):
            count += 1
            at, number = int(row), column_number(letters)
            if at > last_row or number > last_column:
                farthest = f"{letters.decode()}{at}"
            last_row, last_column = max(last_row, at), max(last_column, number)
    return last_row, last_column, count, farthest


def texts_within(stream: BinaryIO, most: int) -> bool:
    """Whether no shared text can be longer than so many bytes: their ends lie close enough."""
    return not any(
        forbidden(piece) or len(piece) > 4 * CHUNK or max(map(len, piece.split(b"</si>"))) > most
        for piece in pieces(stream, SHARED_STARTS)
    )


def shared_lengths(stream: BinaryIO) -> tuple[list[int], str]:
    """Bytes of each shared text, and why the workbook must be refused, or ""."""
    lengths: list[int] = []
    for piece in pieces(stream, SHARED_STARTS):
        if refusal := forbidden(piece):
            return lengths, refusal
        if len(piece) > 4 * CHUNK and b"<si" not in piece[10:]:
            return lengths, "holds a text of many million characters, made to fill the memory"
        lengths.extend(map(len, _SHARED.findall(piece)))
    return lengths, ""


def shared_expansion(stream: BinaryIO, lengths: list[int]) -> int:
    """Bytes that a sheet's shared texts come to when each cell holds its own copy."""
    total = 0
    for piece in pieces(stream, CELL_STARTS):
        for index in _SHARED_CELL.findall(piece):
            at = int(index)
            total += lengths[at] if at < len(lengths) else 0
    return total
