"""Old and binary workbooks, looked at record by record before a parser opens them."""

import struct
from dataclasses import dataclass, field

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFF0
_CELLS = {0x0203, 0x027E, 0x00FD, 0x0204, 0x00BD, 0x0006, 0x0205, 0x0206, 0x0406}
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!",
           42: "#N/A"}  # fmt: skip


@dataclass
class BinaryScan:
    """What the records of an old workbook say: its streams, its box, what it must not be."""

    streams: tuple[str, ...] = ()
    encrypted: bool = False
    date_1904: bool = False
    damaged: str = ""
    boxes: list[tuple[int, int, int]] = field(default_factory=list)
    errors: list[dict[tuple[int, int], str]] = field(default_factory=list)


def scan_ole(content: bytes) -> BinaryScan:
    """Streams of an OLE file and, where it is a workbook (.xls), the boxes of its sheets."""
    scan = BinaryScan()
    try:
        directory, streams = _directory(content)
    except (struct.error, IndexError, ValueError):
        scan.damaged = "is cut short or damaged"
        return scan
    scan.streams = tuple(streams)
    scan.encrypted = "EncryptedPackage" in streams or "EncryptionInfo" in streams
    name = next((n for n in ("Workbook", "Book") if n in streams), None)
    if name and not scan.encrypted:
        try:
            _records(_stream(content, directory, *streams[name]), scan)
        except (struct.error, IndexError, ValueError):
            scan.damaged = "is cut short or damaged"
    return scan


@dataclass(frozen=True)
class _Directory:
    sector: int
    mini_sector: int
    cutoff: int
    table: list[int]
    mini_table: list[int]
    mini_stream: bytes


def _sector(content: bytes, size: int, number: int) -> bytes:
    start = (number + 1) * size
    if start + size > len(content) + size - 1 or start >= len(content):
        raise ValueError("a sector lies beyond the end")
    return content[start : start + size]


def _chain(content: bytes, size: int, table: list[int], first: int) -> bytes:
    parts, seen = [], set()
    while first < _END:
        if first in seen:
            raise ValueError("a chain of sectors runs in a ring")
        seen.add(first)
        parts.append(_sector(content, size, first))
        first = table[first]
    return b"".join(parts)


def _numbers(content: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))


def _directory(content: bytes) -> tuple[_Directory, dict[str, tuple[int, int]]]:
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    mini = 1 << struct.unpack_from("<H", content, 32)[0]
    first_directory, cutoff = (
        struct.unpack_from("<I", content, 48)[0],
        struct.unpack_from("<I", content, 56)[0],
    )
    first_mini = struct.unpack_from("<I", content, 60)[0]
    first_difat, difats = struct.unpack_from("<II", content, 68)
    sectors = [n for n in _numbers(content[76:512]) if n < _END]
    while first_difat < _END and difats > 0:
        numbers = _numbers(_sector(content, size, first_difat))
        sectors += [n for n in numbers[:-1] if n < _END]
        first_difat, difats = numbers[-1], difats - 1
    table = [n for sector in sectors for n in _numbers(_sector(content, size, sector))]
    entries = _chain(content, size, table, first_directory)
    streams: dict[str, tuple[int, int]] = {}
    root = (_END, 0)
    for at in range(0, len(entries) - 127, 128):
        length, kind = struct.unpack_from("<H", entries, at + 64)[0], entries[at + 66]
        name = entries[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        place = (
            struct.unpack_from("<I", entries, at + 116)[0],
            struct.unpack_from("<I", entries, at + 120)[0],
        )
        if kind == 5:
            root = place
        elif kind == 2:
            streams.setdefault(name, place)
    mini_table = _numbers(_chain(content, size, table, first_mini)) if first_mini < _END else []
    mini_stream = _chain(content, size, table, root[0]) if root[0] < _END else b""
    return _Directory(size, mini, cutoff, table, mini_table, mini_stream), streams


def _stream(content: bytes, directory: _Directory, first: int, length: int) -> bytes:
    if length >= directory.cutoff:
        return _chain(content, directory.sector, directory.table, first)[:length]
    parts = []
    while first < _END and len(parts) * directory.mini_sector < length:
        start = first * directory.mini_sector
        parts.append(directory.mini_stream[start : start + directory.mini_sector])
        first = directory.mini_table[first]
    return b"".join(parts)[:length]


def _records(stream: bytes, scan: BinaryScan) -> None:
    at = sheet = 0
    depth = 0
    rows = columns = count = 0
    errors: dict[tuple[int, int], str] = {}
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = at + 4
        if kind == 0x002F:
            scan.encrypted = True
            return
        if kind == 0x0022 and length >= 2:
            scan.date_1904 = bool(stream[body])
        if kind in (0x0809, 0x0009, 0x0209, 0x0409):
            depth += 1
            if depth == 1:
                sheet += 1
                rows = columns = count = 0
                errors = {}
        elif kind == 0x000A and depth:
            depth -= 1
            if not depth and sheet > 1:
                scan.boxes.append((rows, columns, count))
                scan.errors.append(errors)
        elif kind in _CELLS and length >= 6 and depth == 1:
            row, column = struct.unpack_from("<HH", stream, body)
            rows, columns, count = max(rows, row + 1), max(columns, column + 1), count + 1
            if kind == 0x0205 and length >= 8 and stream[body + 7]:
                errors[row + 1, column + 1] = _ERRORS.get(stream[body + 6], "#ERROR")
            special = kind == 0x0006 and stream[body + 12 : body + 14] == b"\xff\xff"
            if special and length >= 14 and stream[body + 6] == 2:
                errors[row + 1, column + 1] = _ERRORS.get(stream[body + 8], "#ERROR")
        at = body + length
    if depth:
        raise ValueError("the records end in the middle of a sheet")


def scan_xlsb_sheet(content: bytes) -> tuple[int, int, int]:
    """Last row, last column and number of cells of a binary sheet (.xlsb)."""
    at = rows = columns = count = row = 0
    while at < len(content):
        kind, at = _variable(content, at, 2)
        length, at = _variable(content, at, 4)
        if kind == 0 and length >= 4:
            row = struct.unpack_from("<I", content, at)[0] + 1
        elif 2 <= kind <= 11 and length >= 4:
            column = struct.unpack_from("<I", content, at)[0] + 1
            rows, columns, count = max(rows, row), max(columns, column), count + 1
        at += length
    return rows, columns, count


def _variable(content: bytes, at: int, most: int) -> tuple[int, int]:
    value = shift = 0
    for _ in range(most):
        if at >= len(content):
            break
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    return value, at
