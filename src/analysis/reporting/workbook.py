"""The report's tables as a workbook, to the Analysis Function's rules for accessible spreadsheets.

Cover, contents and notes first; then one table a sheet from the first cell: title, how many
tables, note, source, then a marked-up table with one heading row, no merged or empty cells, and
nothing told by colour. The same tables give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.methods.disclosure_rules import HIDDEN_NOTE
from analysis.reporting.numbers import is_missing
from analysis.reporting.workbook_cells import (
    cell_content,
    plain_text,
    sheet_names,
    table_name,
    unique_headings,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

TEAM = "Children's services performance team"
MADE = datetime(2000, 1, 1)
WIDEST, NARROWEST = 60, 12
STYLES = {
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True},
    "over": {"text_wrap": True, "valign": "top"},
    "link": {"underline": True, "font_color": "#12436D"},
}
NOTES = (
    ("[c]", HIDDEN_NOTE),
    ("[x]", "Not available, or cannot be computed; the column Note says why."),
    ("[z]", "Not applicable."),
    ("[b]", "Break in the series: figures before and after are not comparable."),
    ("[f]", "Forecast."),
    ("[r]", "Revised since an earlier extract or report."),
    ("[u]", "Low reliability: the number rests on fewer than 30."),
)
HIDDEN = frozenset({"value", "numerator", "denominator", "lower", "upper", "formula"})
"""What a hidden fact is made of: nothing of it stands in the workbook."""

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
    from xlsxwriter import Workbook

    sheets = [*tables, _facts_table(facts)]
    names = sheet_names([str(table["id"]) for table in sheets])
    held = io.BytesIO()
    with Workbook(held, {"in_memory": True}) as book:
        book.set_properties({"author": TEAM, "title": plain_text(title), "created": MADE})
        styles = {name: book.add_format(style) for name, style in STYLES.items()}
        _cover(book.add_worksheet("Cover"), title, status, styles)
        titles = [[name, table["title"]] for name, table in zip(names, sheets, strict=True)]
        contents = book.add_worksheet("Contents")
        _sheet(contents, "Contents", [], ["Sheet", "Table"], titles, "Contents", styles)
        for row, name in enumerate(names, start=3):
            contents.write_url(row, 0, f"internal:'{name}'!A1", styles["link"], name)
        notes = book.add_worksheet("Notes")
        _sheet(notes, "Notes", [], ["Symbol", "Meaning"], NOTES, "Notes", styles)
        for name, table in zip(names, sheets, strict=True):
            said = [line for line in (table.get("note"), _source(table)) if line]
            sheet = book.add_worksheet(name)
            _sheet(sheet, table["title"], said, table["columns"], table["rows"], name, styles)
    path.write_bytes(held.getvalue())


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
    if key in HIDDEN and fact.get("suppressed"):
        return "[c]"
    value = fact.get(key)
    if not (value is None or value == "" or (isinstance(value, float) and is_missing(value))):
        return value
    return "[x]" if key == "value" else "[z]"


def _source(table: dict) -> str:
    return f"Source: {table['source']}" if table.get("source") else ""


def _cover(sheet: Worksheet, title: str, status: str, styles: dict[str, Format]) -> None:
    lines = [
        title,
        status,
        "Each sheet after Contents and Notes holds one table, from its first column.",
        "Symbols in square brackets are explained on the sheet Notes.",
        "For this workbook in another format, ask the team that sent it.",
    ]
    _write_lines(sheet, lines, styles)
    sheet.set_column(0, 0, 90)


def _write_lines(sheet: Worksheet, lines: Sequence[object], styles: dict[str, Format]) -> None:
    """Lines from the first row on, the first of them as the title."""
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, plain_text(line), styles["title"] if row == 0 else None)


def _sheet(
    sheet: Worksheet,
    title: str,
    said: Sequence[object],
    columns: Sequence[str],
    rows: Sequence,
    name: str,
    styles: dict[str, Format],
) -> None:
    """One sheet: its title, that it holds one table, what is said of it, then the table."""
    holds = "This sheet contains one table." if len(rows) else "None recorded."
    lines = [title, holds, *said]
    _write_lines(sheet, lines, styles)
    if not len(rows):
        return
    first = len(lines)
    headings = unique_headings(columns)
    body = [[cell_content(value) for value in _cells(cells, columns, name)] for cells in rows]
    for row, cells in enumerate(body, start=first + 1):
        for column, content in enumerate(cells):
            _write(sheet, row, column, content, styles)
    options = {
        "name": table_name(name),
        "style": "Table Style Light 1",
        "banded_rows": False,
        "columns": [{"header": text, "header_format": styles["heading"]} for text in headings],
    }
    sheet.add_table(first, 0, first + len(rows), len(headings) - 1, options)
    _widen(sheet, [headings, *body])


def _cells(cells: object, columns: Sequence[str], name: str) -> list:
    """The cells of a row in the order of the headings."""
    if isinstance(cells, dict):
        return [cells.get(column) for column in columns]
    if len(cells) != len(columns):
        raise ValueError(
            f"sheet {name!r}: a row has {len(cells)} cells for {len(columns)} headings"
        )
    return list(cells)


def _write(
    sheet: Worksheet, row: int, column: int, content: object, styles: dict[str, Format]
) -> None:
    """Write one cell as the number or the text that it is: no text is read as a formula."""
    if isinstance(content, str):
        over = styles["over"] if len(content) > WIDEST else None
        sheet.write_string(row, column, content, over)
    else:
        sheet.write_number(row, column, content)


def _widen(sheet: Worksheet, rows: Sequence[Sequence]) -> None:
    """Columns as wide as their longest text, within reason; a longer text runs over lines."""
    for number, column in enumerate(zip(*rows, strict=True)):
        longest = max(len(str(content)) for content in column)
        sheet.set_column(number, number, min(max(longest + 2, NARROWEST), WIDEST))
