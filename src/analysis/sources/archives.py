"""Zip workbooks (.xlsx, .xlsb, .ods), looked at part by part before a parser opens them."""

import html
import io
import itertools
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from analysis.sources.binary import scan_xlsb_sheet
from analysis.sources.formats import percent_styles, styled_cells
from analysis.sources.sheetscan import (
    FAR_BOX,
    LONGEST_TEXT,
    SheetScan,
    far_away,
    filled_cells,
    forbidden,
    pieces,
    scan_sheet,
    shared_expansion,
    shared_lengths,
    texts_within,
    valued_box,
)

MOST_BYTES = 3 << 30
"""Unpacked bytes of a workbook; an honest one of a million rows of 20 columns has 0.9 GB."""
HIGHEST_RATIO, RATIO_FROM = 150, 32 << 20
"""Real workbooks unpack to 5 to 10 times their size; far more, in a big part, is a bomb."""
MOST_PARTS = 20_000
SMALL_PART = 8 << 20
MOST_TEXT = 512 << 20
MOST_PERCENTAGES = 2_000_000
LONG_TEXT = 2_000
"""Bytes of a shared text that cells can repeat as often as they like without filling the memory."""

_FAR = (
    "has a cell, {far}, so far away from the rest that reading it would fill the memory; delete "
    "the empty rows and columns between"
)


@dataclass
class ArchiveScan:
    """What a zip workbook is, why it is refused, and what each of its sheets says."""

    kind: str = ""
    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    sheets: dict[str, SheetScan] = field(default_factory=dict)
    date_1904: bool = False


class _Limited(io.RawIOBase):
    """A part of an archive that stops where it unpacks to more than it said or than is allowed."""

    def __init__(self, part, limit: int) -> None:
        self._part, self._left = part, limit

    def read(self, size: int = -1) -> bytes:
        chunk = self._part.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise zipfile.BadZipFile("unpacks to more than it says")
        return chunk


def scan_archive(path: Path) -> ArchiveScan:
    """Kind and dangers of a zip workbook."""
    scan = ArchiveScan()
    try:
        with zipfile.ZipFile(path) as archive:
            scan.refusals = _container(archive)
            if not scan.refusals:
                _workbook(archive, scan)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError,
            ValueError, KeyError) as error:  # fmt: skip
        scan.refusals.append(_damage(path, error))
    return scan


def _damage(path: Path, error: Exception) -> str:
    size = path.stat().st_size
    if isinstance(error, zipfile.BadZipFile) and "File is not a zip file" in str(error):
        return (
            f"is incomplete or still being copied ({size:,} bytes, without its end); copy it again"
        )
    return f"is damaged (a part of it cannot be unpacked; {size:,} bytes); copy or export it again"


def _container(archive: zipfile.ZipFile) -> list[str]:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS:
        return [f"holds {len(parts):,} parts, as no workbook does; ask for a clean copy"]
    if any(part.flag_bits & 1 for part in parts):
        return ["is protected by a password; save it without one"]
    if sum(part.file_size for part in parts) > MOST_BYTES:
        return ["unpacks to more than 3 GB; split it, or export .csv"]
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > RATIO_FROM and ratio > HIGHEST_RATIO:
            return [
                f"holds a part that unpacks to {ratio:.0f} times its size (a zip bomb, or millions "
                "of empty formatted cells); clear the empty cells and save it again"
            ]
    if len(set(names)) != len(names):
        return ["holds two parts of one name, as no workbook does; ask for a clean copy"]
    return []


def _open(archive: zipfile.ZipFile, name: str) -> _Limited:
    return _Limited(archive.open(name), archive.getinfo(name).file_size + 1)


def _small(archive: zipfile.ZipFile, name: str) -> str:
    """Text of a small part."""
    return _open(archive, name).read(SMALL_PART).decode("utf-8", "replace")


def _workbook(archive: zipfile.ZipFile, scan: ArchiveScan) -> None:
    names = archive.namelist()
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        scan.kind = "ods"
        _open_document(archive, scan)
        return
    book = next((n for n in names if re.search(r"(?:^|/)workbook\.(?:xml|bin)$", n)), None)
    if book is None:
        words = (
            "a Word document"
            if any(n.startswith("word/") for n in names)
            else (
                "a presentation"
                if any(n.startswith("ppt/") for n in names)
                else "a zip without a workbook"
            )
        )
        scan.refusals.append(f"is {words}; unpack it or save the workbook as .xlsx")
        return
    scanned: dict[str, SheetScan] = {}
    for name in names:
        small = archive.getinfo(name).file_size < SMALL_PART
        if not (small and name.endswith((".xml", ".rels"))):
            continue
        if _is_sheet(name):
            # a sheet is unpacked once: what is forbidden in it shows in its own scan
            scanned[name] = scan_sheet(_open(archive, name))
            if not scanned[name].refusal:
                continue
        if refusal := forbidden(_open(archive, name).read()):
            scan.refusals.append(refusal)
            return
    parts = dict(_sheet_parts(archive, book))
    if book.endswith(".bin"):
        scan.kind = "xlsb"
        _binary_sheets(archive, scan)
        return
    scan.kind = "xlsx"
    scan.date_1904 = bool(re.search(r'date1904="(?:1|true)"', _small(archive, book)))
    _sheets(archive, scan, parts, scanned)
    _shared_texts(archive, scan, list(parts.values()))


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""(?:^|[\s:]){name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return html.unescape(found[1] if found[1] is not None else found[2]) if found else ""


def _sheet_parts(archive: zipfile.ZipFile, book: str) -> Iterator[tuple[str, str]]:
    """Names of the sheets and the parts that hold them."""
    folder = posixpath.dirname(book)
    rels = posixpath.join(folder, "_rels", posixpath.basename(book) + ".rels")
    if book.endswith(".bin") or rels not in archive.namelist():
        return
    targets = {
        _attribute(tag, "Id"): _attribute(tag, "Target")
        for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", _small(archive, rels))
    }
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", _small(archive, book)):
        target = targets.get(_attribute(tag, "id"), "")
        part = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(folder, target))
        )
        if part in archive.namelist():
            yield _attribute(tag, "name"), part


def _is_sheet(name: str) -> bool:
    return "worksheets/" in name and name.endswith(".xml")


def _sheets(
    archive: zipfile.ZipFile,
    scan: ArchiveScan,
    parts: dict[str, str],
    scanned: dict[str, SheetScan],
) -> None:
    """Note what each sheet says; ``scanned`` holds the parts that have been looked at already."""
    known = set(parts.values())
    style_part = next((n for n in archive.namelist() if n.endswith("styles.xml")), None)
    percent = percent_styles(_small(archive, style_part)) if style_part else []
    loose = [n for n in archive.namelist() if _is_sheet(n)]
    for name, part in [*parts.items(), *((n, n) for n in loose if n not in known)]:
        if "/_rels/" in part or "chartsheets/" in part:
            continue
        found = scanned.get(part) or scan_sheet(_open(archive, part))
        box = found.last_row * found.last_column
        if not found.refusal and box > FAR_BOX:
            found.refusal = _far_cell(archive, part, found)
        if percent and not found.refusal:
            found.percent = styled_cells(_open(archive, part), percent)
        scan.sheets[name] = found


def _far_cell(archive: zipfile.ZipFile, part: str, found: SheetScan) -> str:
    """Why a sheet with a very large box must not be read, or "" where its cells fill it."""
    filled = filled_cells(_open(archive, part))
    if not far_away(found.last_row, found.last_column, filled):
        return ""
    if found.implied:
        return _FAR.format(far=f"row {found.last_row:,}, column {found.last_column:,}")
    rows, columns, count, far = valued_box(_open(archive, part))
    return _FAR.format(far=far) if far_away(rows, columns, count) else ""


def _shared_texts(archive: zipfile.ZipFile, scan: ArchiveScan, parts: list[str]) -> None:
    shared = next((n for n in archive.namelist() if n.endswith("sharedStrings.xml")), None)
    if shared is None:
        return
    if texts_within(_open(archive, shared), LONG_TEXT):
        return
    lengths, refusal = shared_lengths(_open(archive, shared))
    longest = max(lengths, default=0)
    if not refusal and longest > 16 * LONGEST_TEXT:
        refusal = (
            f"holds a text of {longest:,} characters where Excel allows {LONGEST_TEXT:,}; "
            "take it out and save it again"
        )
    if not refusal and longest > LONG_TEXT:
        total = sum(shared_expansion(_open(archive, part), lengths) for part in parts)
        if total > MOST_TEXT:
            refusal = "repeats long texts until they fill the memory; ask for a clean copy"
    if refusal:
        scan.refusals.append(refusal)
    elif longest > LONGEST_TEXT:
        scan.warnings.append(f"holds a text longer than Excel allows ({LONGEST_TEXT:,} characters)")


def _binary_sheets(archive: zipfile.ZipFile, scan: ArchiveScan) -> None:
    for name in archive.namelist():
        if "worksheets/" in name and name.endswith(".bin"):
            rows, columns, values = scan_xlsb_sheet(_open(archive, name).read())
            if far_away(rows, columns, values):
                scan.refusals.append(_FAR.format(far=f"row {rows}, column {columns}"))


_ODS_TAG = re.compile(
    rb"<table:(table-row|table-cell|covered-table-cell|table)(?![\w-])([^>]*)>|</table:table-row>"
)
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')
_PERCENTAGE = b'value-type="percentage"'
_MANY_SPACES = re.compile(rb'text:c="\d{5,}"')


def _open_document(archive: zipfile.ZipFile, scan: ArchiveScan) -> None:
    names = archive.namelist()
    if "META-INF/manifest.xml" in names and "encryption-data" in _small(
        archive, "META-INF/manifest.xml"
    ):
        scan.refusals.append("is protected by a password; save it without one")
        return
    if "content.xml" not in names:
        scan.refusals.append("is an .ods without its content; copy or export it again")
        return
    for table in _open_document_tables(_open(archive, "content.xml"), scan):
        rows, columns = table.rows, table.columns
        if rows * columns > 60_000_000 or far_away(rows, columns, table.count):
            scan.refusals.append(_FAR.format(far=f"row {rows:,}, column {columns:,}"))
            return
        if table.percent:
            scan.sheets[table.name] = SheetScan(percent=frozenset(table.percent))


@dataclass
class _OpenTable:
    """A table of an .ods: its last filled row and column, the tags of its filled cells.

    ``percent`` are its cells (row, column; from 1) that are percentages.
    """

    name: str = ""
    rows: int = 0
    columns: int = 0
    count: int = 0
    percent: set[tuple[int, int]] = field(default_factory=set)

    def add_percentages(self, rows: range, columns: range) -> bool:
        """Note a block of percentages; whether there was room for it."""
        if len(self.percent) + len(rows) * len(columns) > MOST_PERCENTAGES:
            return False
        self.percent.update(itertools.product(rows, columns))
        return True


def _open_document_tables(stream: _Limited, scan: ArchiveScan) -> Iterator[_OpenTable]:
    """Each table of an .ods."""
    row = column = repeat = repeated = 0
    table = _OpenTable()
    filled = False
    for piece in pieces(stream, (b"<table:table",)):
        refusal = forbidden(piece)
        if not refusal and b"text:c=" in piece and _MANY_SPACES.search(piece):
            refusal = "holds a text of many thousand spaces, made to fill the memory"
        if refusal:
            scan.refusals.append(refusal)
            return
        for found in _ODS_TAG.finditer(piece):
            tag, attributes = found[1], found[2] or b""
            number = _REPEATED.search(attributes)
            times = int(number[1]) if number else 1
            if tag is None:
                row += repeat
                table.rows = row if filled else table.rows
            elif tag == b"table":
                yield table
                table = _OpenTable(_attribute(attributes.decode("utf-8", "replace"), "name"))
                row = 0
            elif tag == b"table-row":
                repeat, column, filled = times, 0, False
                if attributes.endswith(b"/"):
                    row, repeat = row + times, 0
            else:
                column += times
                if b"value-type=" in attributes:
                    filled = True
                    table.count += 1
                    table.columns = max(table.columns, column)
                    if times * repeat > 1 and not attributes.endswith(b"/"):
                        end = piece.find(b"</table:table-cell>", found.end())
                        length = (end if end > 0 else len(piece)) - found.end()
                        repeated += times * repeat * length
                    if repeated > MOST_TEXT:
                        scan.refusals.append("repeats a text until it fills the memory")
                        return
                    places = range(row + 1, row + repeat + 1), range(column - times + 1, column + 1)
                    if _PERCENTAGE in attributes and not table.add_percentages(*places):
                        words = f"holds more than {MOST_PERCENTAGES:,} percentages"
                        scan.refusals.append(f"{words}; save it as .xlsx")
                        return
    yield table
