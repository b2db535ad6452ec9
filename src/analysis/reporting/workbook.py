"""The report's tables as a workbook, to the Analysis Function's rules for accessible spreadsheets.

Cover, contents and notes first; then one table a sheet from the first cell: title, how many
tables, note, source, then a marked-up table with one heading row, no merged or empty cells, and
nothing told by colour. The same tables give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.reporting.numbers import is_missing
from analysis.reporting.workbook_cells import (
    cell_content,
    plain_text,
    sheet_names,
    table_name,
    unique_headings,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

TEAM = "Children's services performance team"
MADE = datetime(2000, 1, 1)
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
WIDEST, NARROWEST = 60, 12
NOTES = (
    ("[c]", "Hidden to protect people: the number, or what is left of its total, is 1 to 5."),
    ("[x]", "Not available, or cannot be computed; the column Note says why."),
    ("[z]", "Not applicable."),
    ("[b]", "Break in the series: figures before and after are not comparable."),
    ("[f]", "Forecast."),
    ("[r]", "Revised since the last report."),
    ("[u]", "Low reliability: the number rests on fewer than 30."),
)
FACT_COLUMNS = (
    ("id", "Fact"),
    ("label", "Label"),
    ("value", "Value"),
    ("shown", "As shown"),
    ("unit", "Unit"),
    ("period", "Period"),
    ("numerator", "Numerator"),
    ("denominator", "Denominator"),
    ("lower", "95% interval, lower"),
    ("upper", "95% interval, upper"),
    ("formula", "Working"),
    ("source", "Source"),
    ("note", "Note"),
)


def write_workbook(
    tables: Sequence[dict], facts: Sequence[dict], path: Path, *, title: str, status: str
) -> None:
    """Write the tables and facts of a report as an accessible workbook.

    Parameters
    ----------
    tables
        Dicts of ``id``, ``title``, ``note``, ``source``, ``columns`` (headings) and ``rows``
        (lists of cells, or dicts by heading), after disclosure control. Markup is written as its
        text; a missing cell as ``[x]``.
    facts
        The facts of facts.json; they become the last sheet.
    path
        Where the workbook is written.
    title, status
        What the cover says: whose report of which period; provisional or final, public or
        internal.

    Raises
    ------
    ValueError
        When a row has more or fewer cells than there are headings.
    """
    from openpyxl import Workbook

    sheets = [*tables, _facts_table(facts)]
    names = sheet_names([str(table["id"]) for table in sheets])
    book = Workbook()
    cover = book.active
    cover.title = "Cover"
    _cover(cover, title, status)
    contents = [
        {"Sheet": name, "Table": table["title"]} for name, table in zip(names, sheets, strict=True)
    ]
    _sheet(book.create_sheet("Contents"), "Contents", [], ["Sheet", "Table"], contents, "Contents")
    _link_contents(book["Contents"], names)
    notes = [{"Symbol": symbol, "Meaning": meaning} for symbol, meaning in NOTES]
    _sheet(book.create_sheet("Notes"), "Notes", [], ["Symbol", "Meaning"], notes, "Notes")
    for name, table in zip(names, sheets, strict=True):
        said = [line for line in (table.get("note"), _source(table)) if line]
        _sheet(book.create_sheet(name), table["title"], said, table["columns"], table["rows"], name)
    properties = book.properties
    properties.creator = properties.lastModifiedBy = TEAM
    properties.title = plain_text(title)
    properties.created = properties.modified = MADE
    path.write_bytes(_packed(book))


def _facts_table(facts: Sequence[dict]) -> dict:
    return {
        "id": "Facts",
        "title": "Every number of the report",
        "note": "Values are unrounded. A hidden value is [c]; one that cannot be computed is [x].",
        "columns": [heading for _, heading in FACT_COLUMNS],
        "rows": [[_fact_cell(fact, key) for key, _ in FACT_COLUMNS] for fact in facts],
    }


def _fact_cell(fact: dict, key: str) -> object:
    """One cell of the facts; nothing that a hidden fact is made of stands in it."""
    numbers = {"value", "numerator", "denominator", "lower", "upper", "formula"}
    if fact.get("suppressed") and key in numbers:
        return "[c]"
    value = fact.get(key)
    if not (value is None or value == "" or (isinstance(value, float) and is_missing(value))):
        return value
    return "[x]" if key == "value" else "[z]"


def _source(table: dict) -> str:
    return f"Source: {table['source']}" if table.get("source") else ""


def _cover(sheet: Worksheet, title: str, status: str) -> None:
    lines = [
        title,
        status,
        "Each sheet after Contents and Notes holds one table, from its first column.",
        "Symbols in square brackets are explained on the sheet Notes.",
        "For this workbook in another format, ask the team that sent it.",
    ]
    for row, line in enumerate(lines, start=1):
        _write(sheet, row, 1, line)
    _mark(sheet, 1)
    sheet.column_dimensions["A"].width = 90


def _sheet(
    sheet: Worksheet,
    title: str,
    said: Sequence[object],
    columns: Sequence[str],
    rows: Sequence,
    name: str,
) -> None:
    """One sheet: its title, that it holds one table, what is said of it, then the table."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.table import Table, TableStyleInfo

    holds = "This sheet contains one table." if len(rows) else "None recorded."
    lines = [title, holds, *said]
    for row, line in enumerate(lines, start=1):
        _write(sheet, row, 1, line)
    _mark(sheet, 1)
    if not len(rows):
        return
    first = len(lines) + 1
    headings = unique_headings(columns)
    for column, heading in enumerate(headings, start=1):
        _write(sheet, first, column, heading)
        sheet.cell(first, column).font = Font(bold=True)
    for row, cells in enumerate(rows, start=first + 1):
        for column, value in enumerate(_cells(cells, columns, name), start=1):
            _write(sheet, row, column, value)
    last = sheet.cell(first + len(rows), len(headings)).coordinate
    table = Table(displayName=table_name(name), ref=f"A{first}:{last}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.add_table(table)
    _widen(sheet, first)


def _cells(cells: object, columns: Sequence[str], name: str) -> list:
    """The cells of a row in the order of the headings."""
    if isinstance(cells, dict):
        return [cells.get(column) for column in columns]
    if len(cells) != len(columns):
        raise ValueError(
            f"sheet {name!r}: a row has {len(cells)} cells for {len(columns)} headings"
        )
    return list(cells)


def _write(sheet: Worksheet, row: int, column: int, value: object) -> None:
    """Write one cell; a text is never read as a formula, a missing value is a symbol."""
    cell = sheet.cell(row, column)
    content = cell_content(value)
    cell.value = content
    if isinstance(content, str):
        cell.data_type = "s"


def _mark(sheet: Worksheet, row: int) -> None:
    from openpyxl.styles import Font

    sheet.cell(row, 1).font = Font(bold=True, size=14)


def _widen(sheet: Worksheet, first: int) -> None:
    """Columns as wide as their longest text, within reason; a longer text runs over lines."""
    from openpyxl.styles import Alignment

    over = Alignment(wrap_text=True, vertical="top")
    for column in sheet.iter_cols(min_row=first):
        longest = 0
        for cell in column:
            length = len(str(cell.value))
            longest = max(longest, length)
            if length > WIDEST:
                cell.alignment = over
        width = min(max(longest + 2, NARROWEST), WIDEST)
        sheet.column_dimensions[column[0].column_letter].width = width


def _link_contents(sheet: Worksheet, names: Sequence[str]) -> None:
    """Each name on the contents sheet leads to its sheet."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    for row, name in enumerate(names, start=4):
        cell = sheet.cell(row, 1)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1", display=name)
        cell.font = Font(underline="single", color="12436D")


def _packed(book: object) -> bytes:
    """The workbook's bytes with fixed times, so that the same report gives the same file."""
    from openpyxl.writer.excel import ExcelWriter

    raw, packed = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        ExcelWriter(book, archive).write_data()
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(packed, "w") as archive:
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 0
            archive.writestr(entry, made.read(name))
    return packed.getvalue()
