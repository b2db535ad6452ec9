"""Number formats: which cells of a workbook Excel shows with a per cent sign."""

import re
from collections.abc import Collection
from typing import BinaryIO

from analysis.sources.references import column_number
from analysis.sources.sheetscan import CELL_STARTS, pieces

_PERCENT_IDS = frozenset({"9", "10"})
_FORMAT = re.compile(r"<(?:\w+:)?numFmt\b[^>]*>")
_CELL_FORMATS = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_CELL_FORMAT = re.compile(r"<(?:\w+:)?xf\b[^>]*>")
_QUOTED = re.compile(r"&quot;.*?&quot;|\\.|_.|\[[^\]]*\]")
_STYLED = r"<(?:\w+:)?c\b(?=[^>]*\bs=[\"'](?:%s)[\"'])[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']"


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\b{name}=(?:"([^"]*)"|'([^']*)')""", tag)
    return (found[1] or found[2] or "") if found else ""


def percent_styles(styles: str) -> list[int]:
    """Numbers of the cell styles that show a per cent sign, from the part ``styles.xml``.

    Examples
    --------
    >>> percent_styles('<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="10"/></cellXfs>')
    [1]
    """
    own = {
        _attribute(tag, "numFmtId")
        for tag in _FORMAT.findall(styles)
        if "%" in _QUOTED.sub("", _attribute(tag, "formatCode"))
    }
    cells = _CELL_FORMATS.search(styles)
    formats = _CELL_FORMAT.findall(cells[0]) if cells else []
    wanted = own | _PERCENT_IDS
    return [at for at, tag in enumerate(formats) if _attribute(tag, "numFmtId") in wanted]


def styled_cells(stream: BinaryIO, styles: Collection[int]) -> frozenset[tuple[int, int]]:
    """Cells (row, column; from 1) of a sheet that have one of the styles."""
    pattern = re.compile((_STYLED % "|".join(map(str, styles))).encode())
    # most sheets of a workbook have none of them, and are not looked at cell by cell
    begins = [f"s={quote}{style}".encode() for style in styles for quote in "\"'"]
    return frozenset(
        (int(row), column_number(letters))
        for piece in pieces(stream, CELL_STARTS)
        if any(words in piece for words in begins)
        for letters, row in pattern.findall(piece)
    )
