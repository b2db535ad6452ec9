"""A plain xlsx writer for large synthetic tables: same tables in, same bytes out.

openpyxl needs about ten times the CPU for a hundred thousand rows and stamps each file with the
clock. This writer knows only what the sample needs: one table a sheet, a header row, dates,
numbers and shared strings.
"""

import zipfile
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

MAXIMUM_ROWS = 1_048_576
CHUNK_ROWS = 20_000
EXCEL_EPOCH_DAYS = 25_569  # 1 January 1970 as an Excel serial
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def write_workbook(
    path: Path,
    sheets: Mapping[str, pd.DataFrame],
    *,
    title: str,
    titles: Mapping[str, str] | None = None,
) -> Path:
    """Write one workbook, one table a sheet, byte for byte the same for the same tables.

    Parameters
    ----------
    path : Path
        The xlsx file to write.
    sheets : mapping of str to DataFrame
        Sheet name to table; the column labels are the header row. Dates are datetime64 columns
        and are written as Excel dates; missing values are written as empty cells.
    title : str
        The document's title, also printed at the head of every sheet.
    titles : mapping of str to str, optional
        A line to stand above the header row of a sheet, as in Ofsted's Annex A.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ValueError
        If a table has more rows than a worksheet can hold.
    """
    for name, table in sheets.items():
        if len(table) > MAXIMUM_ROWS - 2:
            raise ValueError(
                f"{path.name}, sheet {name}: {len(table):,} rows do not fit a worksheet of "
                f"{MAXIMUM_ROWS:,}; ask for a smaller size or fewer months"
            )
    strings: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, text in _package_parts(list(sheets), title).items():
            archive.writestr(_entry(name), text)
        for number, (name, table) in enumerate(sheets.items(), start=1):
            with archive.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w") as part:
                _write_sheet(part, table, title, (titles or {}).get(name), strings)
        archive.writestr(_entry("xl/sharedStrings.xml"), _shared_strings(strings))
    return path


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a zip entry that carries no clock."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    entry.create_system = 0  # the same on Windows and on Unix
    return entry


def _write_sheet(
    part: IO[bytes],
    table: pd.DataFrame,
    title: str,
    line_above: str | None,
    strings: dict[str, int],
) -> None:
    """Write one worksheet part, some thousand rows at a time."""
    part.write(f'{XML}<worksheet xmlns="{MAIN}"><sheetData>'.encode())
    header = 1
    if line_above is not None:
        part.write(_text_row(1, [line_above], strings).encode())
        header = 2
    part.write(_text_row(header, [str(column) for column in table.columns], strings).encode())
    columns = [_cell_values(table.iloc[:, at], strings) for at in range(table.shape[1])]
    for start in range(0, len(table), CHUNK_ROWS):
        stop = min(start + CHUNK_ROWS, len(table))
        part.write("".join(_rows(columns, start, stop, header + 1)).encode())
    footer = f"<headerFooter><oddHeader>&amp;C{escape(title)}</oddHeader></headerFooter>"
    part.write(f"</sheetData>{footer}</worksheet>".encode())


def _text_row(row: int, texts: list[str], strings: dict[str, int]) -> str:
    """Return one row of bold text cells."""
    places = [strings.setdefault(text, len(strings)) for text in texts]
    cells = "".join(
        f'<c r="{_letters(at)}{row}" s="2" t="s"><v>{place}</v></c>'
        for at, place in enumerate(places)
    )
    return f'<row r="{row}">{cells}</row>'


def _cell_values(column: pd.Series, strings: dict[str, int]) -> tuple[str, np.ndarray, np.ndarray]:
    """Return a column as its cells' attributes, its values and which of them are present."""
    present = column.notna().to_numpy()
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = column.to_numpy().astype("datetime64[D]").astype("int64") + EXCEL_EPOCH_DAYS
        return ' s="1"', days, present
    if pd.api.types.is_numeric_dtype(column.dtype):
        return "", column.to_numpy(dtype=float, na_value=np.nan), present
    codes, texts = pd.factorize(column)
    places = [strings.setdefault(str(text), len(strings)) for text in texts]
    return ' t="s"', np.array([*places, -1], dtype="int64")[codes], present


def _rows(
    columns: list[tuple[str, np.ndarray, np.ndarray]], start: int, stop: int, first_row: int
) -> Iterator[str]:
    """Yield the XML of the rows from start to stop."""
    numbers = range(first_row + start, first_row + stop)
    cells = []
    for at, (attributes, values, present) in enumerate(columns):
        letters = _letters(at)
        cells.append(
            [
                f'<c r="{letters}{row}"{attributes}><v>{value}</v></c>' if there else ""
                for row, value, there in zip(
                    numbers,
                    _numbers(values[start:stop]),
                    present[start:stop].tolist(),
                    strict=True,
                )
            ]
        )
    for row, parts in zip(numbers, zip(*cells, strict=True), strict=True):
        yield f'<row r="{row}">{"".join(parts)}</row>'


def _numbers(values: np.ndarray) -> list[int] | list[float]:
    """Return numbers as Python's own, whole ones without a decimal point."""
    if values.dtype.kind == "f" and not (np.nan_to_num(values) % 1).any():
        values = np.nan_to_num(values).astype("int64")
    return values.tolist()


def _letters(at: int) -> str:
    """Return the letters of a column counted from nought: A, B, ..., Z, AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _shared_strings(strings: dict[str, int]) -> str:
    """Return the part that holds every text of the workbook once."""
    items = "".join(
        f'<si><t xml:space="preserve">{escape(text, quote=False)}</t></si>' for text in strings
    )
    return f'{XML}<sst xmlns="{MAIN}" uniqueCount="{len(strings)}">{items}</sst>'


def _package_parts(names: list[str], title: str) -> dict[str, str]:
    """Return the small parts around the worksheets."""
    numbers = range(1, len(names) + 1)
    overrides = {
        "/xl/workbook.xml": f"{SHEET_TYPE}.sheet.main+xml",
        "/xl/styles.xml": f"{SHEET_TYPE}.styles+xml",
        "/xl/sharedStrings.xml": f"{SHEET_TYPE}.sharedStrings+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        **{f"/xl/worksheets/sheet{n}.xml": f"{SHEET_TYPE}.worksheet+xml" for n in numbers},
    }
    types = "".join(
        f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides.items()
    )
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    links = [(f"rId{n}", f"{OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    links.append(("rIdStyles", f"{OFFICE}/styles", "styles.xml"))
    links.append(("rIdStrings", f"{OFFICE}/sharedStrings", "sharedStrings.xml"))
    root = [
        ("rId1", f"{OFFICE}/officeDocument", "xl/workbook.xml"),
        ("rId2", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    ]
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": _relationships(root),
        "docProps/core.xml": _properties(title),
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relationships(links),
        "xl/styles.xml": STYLES,
    }


def _relationships(links: list[tuple[str, str, str]]) -> str:
    """Return a relationships part."""
    items = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, kind, target in links
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'


def _properties(title: str) -> str:
    """Return the document's properties, which say that the data are synthetic."""
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title>"
        "<dc:subject>Synthetic data: no child, member of staff or council is described</dc:subject>"
        "</cp:coreProperties>"
    )
