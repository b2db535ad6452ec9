"""Bad versions of good workbooks, made by code: each builder writes one file."""

import datetime as dt
import io
import struct
import zipfile
from pathlib import Path

import openpyxl

CHILD = "7654321"
"""A child's number that no message may ever hold."""
HEADINGS = [
    "Contact ID",
    "Child ID",
    "Date of contact",
    "Contact source",
    "Contact outcome",
    "Team",
]


def contacts(count: int = 8) -> list[list]:
    """Good rows: contact, child, day, source, outcome, team."""
    return [
        [f"C{n:05d}", int(CHILD) + n, dt.date(2024, 4, 1) + dt.timedelta(days=3 * n),
         "q) 6: Police", "No further action", "MASH"]
        for n in range(count)
    ]  # fmt: skip


def write(path: Path, sheets: dict[str, list[list]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def good(folder: Path, rows: list[list] | None = None, name: str = "contacts.xlsx") -> Path:
    return write(folder / name, {"contacts": [HEADINGS, *(rows or contacts())]})


def in_book(change):
    """A maker of the good workbook with something changed in it by openpyxl."""

    def make(folder: Path) -> Path:
        path = good(folder)
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)
        return path

    return make


def with_cell(folder: Path, row: int, column: int, value: object) -> Path:
    """The good workbook with one cell (Excel's row, column from 1) changed."""
    rows = [list(HEADINGS), *contacts()]
    rows[row - 1][column - 1] = value
    return write(folder / "contacts.xlsx", {"contacts": rows})


def edited(path: Path, part: str, change) -> Path:
    """A workbook in which one part's bytes are changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def text(
    folder: Path,
    rows: list[list],
    name: str = "contacts.csv",
    delimiter: str = ",",
    encoding: str = "utf-8",
    end: str = "",
) -> Path:
    lines = [delimiter.join("" if v is None else str(v) for v in row) + end for row in rows]
    path = folder / name
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def csv_rows() -> list[list]:
    return [HEADINGS, *([r[0], r[1], f"{r[2]:%d/%m/%Y}", *r[3:]] for r in contacts())]


SHEET = "xl/worksheets/sheet1.xml"


def far_cell(folder: Path, reference: str = "XFD1048576") -> Path:
    number = "".join(c for c in reference if c.isdigit())
    cell = f'<row r="{number}"><c r="{reference}"><v>1</v></c></row></sheetData>'.encode()
    return edited(good(folder), SHEET, lambda b: b.replace(b"</sheetData>", cell))


def zip_bomb(folder: Path) -> Path:
    blank = b"<row>" + b"<c></c>" * 1000 + b"</row>"
    return edited(
        good(folder), SHEET, lambda b: b.replace(b"</sheetData>", blank * 20_000 + b"</sheetData>")
    )


def entity_bomb(folder: Path) -> Path:
    head = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    return edited(good(folder), SHEET, lambda b: head + b[b.index(b"<worksheet") :])


def deep_nesting(folder: Path) -> Path:
    deep = b"<a>" * 2_000_000
    return edited(good(folder), SHEET, lambda b: b.replace(b"</worksheet>", deep))


def shared(folder: Path, strings: list[str], cells: str) -> Path:
    """The good workbook with shared texts, and cells that point to them."""
    path = good(folder)
    book = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    texts = "".join(f"<si><t>{text}</t></si>" for text in strings)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{book}">{texts}</sst>')
    edited(path, SHEET, lambda b: b.replace(b"</sheetData>", cells.encode() + b"</sheetData>"))
    part = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    edited(
        path,
        "[Content_Types].xml",
        lambda b: b.replace(
            b"</Types>",
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{part}"/></Types>'.encode(),
        ),
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/>'
    return edited(
        path,
        "xl/_rels/workbook.xml.rels",
        lambda b: b.replace(
            b"</Relationships>",
            f"{relation}</Relationships>".encode(),
        ),
    )


def shared_string_bomb(folder: Path) -> Path:
    return shared(folder, ["x" * 40_000_000], '<row r="50"><c r="F50" t="s"><v>0</v></c></row>')


def repeated_long_text(folder: Path) -> Path:
    cells = "".join(
        f'<row r="{n}"><c r="F{n}" t="s"><v>0</v></c></row>' for n in range(100, 40_000)
    )
    return shared(folder, ["y" * 30_000], cells)


def encrypted_ole(folder: Path) -> Path:
    """A smallest OLE file whose directory has the stream of an encrypted package."""
    return ole(folder / "secret.xlsx", ["EncryptionInfo", "EncryptedPackage"])


def ole(path: Path, names: list[str]) -> Path:
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIIII", header, 40, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    header[76:512] = struct.pack("<109I", *([0] + [0xFFFFFFFF] * 108))
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *([0xFFFFFFFF] * 126))
    entries = b""
    for name, kind in [("Root Entry", 5), *((name, 2) for name in names)]:
        entry = bytearray(128)
        coded = name.encode("utf-16-le")
        entry[: len(coded)] = coded
        struct.pack_into("<H", entry, 64, len(coded) + 2)
        entry[66] = kind
        struct.pack_into("<III", entry, 68, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<II", entry, 116, 0xFFFFFFFE, 0)
        entries += bytes(entry)
    path.write_bytes(bytes(header) + fat + entries.ljust(512, b"\0"))
    return path


def true_xls(
    folder: Path,
    rows: list[list] | None = None,
    name: str = "contacts.xls",
    *,
    date_1904: bool = False,
) -> Path:
    import xlwt

    book = xlwt.Workbook()
    book.dates_1904 = date_1904
    sheet = book.add_sheet("contacts")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for r, row in enumerate(rows or [HEADINGS, *contacts()]):
        for c, value in enumerate(row):
            sheet.write(r, c, value, day) if isinstance(value, dt.date) else sheet.write(
                r, c, value
            )
    book.save(str(folder / name))
    return folder / name


def open_document(folder: Path, rows: list[list] | None = None, kind: str = "float") -> Path:
    """An .ods, its figures of one kind of cell."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name="contacts")
    for row in rows or [HEADINGS, *contacts()]:
        line = TableRow()
        for value in row:
            if isinstance(value, dt.date):
                cell = TableCell(valuetype="date", datevalue=value.isoformat())
            elif isinstance(value, int | float):
                cell = TableCell(valuetype=kind, value=value)
            else:
                cell = TableCell(valuetype="string")
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(folder / "contacts.ods"))
    return folder / "contacts.ods"


def word_document(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "contacts.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("[Content_Types].xml", "<Types/>")
    return folder / "contacts.xlsx"


def nested_zip(folder: Path) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.txt", "a")
    (folder / "contacts.xlsx").write_bytes(inner.getvalue())
    return folder / "contacts.xlsx"
