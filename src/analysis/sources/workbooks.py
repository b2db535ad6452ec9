"""Workbooks: the raw cells of each sheet, with nothing inferred and Excel's own row numbers."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.sources.dates import EPOCH_1904, EXCEL_EPOCH
from analysis.sources.preflight import Inspection
from analysis.sources.problems import Problem
from analysis.sources.sheetscan import SheetScan


@dataclass(frozen=True)
class RawSheet:
    """Raw cells of one sheet: row 0 is Excel's row 1 unless ``row_numbers`` says otherwise.

    ``errors`` and ``uncached`` are the cells (row, column; from 1) that hold an error, or a
    formula that was never calculated: both arrive as blanks. ``percent`` are the cells that Excel
    shows with a per cent sign; where ``formats_seen`` is not true, nobody looked for them.
    ``epoch`` is the day from which the workbook counts its days.
    """

    name: str
    rows: list[list]
    hidden: bool = False
    merged: tuple = ()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncached: frozenset[tuple[int, int]] = frozenset()
    percent: frozenset[tuple[int, int]] = frozenset()
    row_numbers: Sequence[int] | None = None
    epoch: dt.date = EXCEL_EPOCH
    formats_seen: bool = True

    def row_number(self, position: int) -> int:
        """Excel row number (or line of a text file) of a position in ``rows``."""
        return self.row_numbers[position] if self.row_numbers is not None else position + 1


def read_workbook(
    path: Path, file: str, inspection: Inspection
) -> tuple[list[RawSheet], list[Problem]]:
    """Sheets of a workbook that has passed the pre-flight, read by calamine.

    Parameters
    ----------
    path : Path
        xlsx, xlsm, xlsb, xls or ods.
    file : str
        Name under which problems are reported.
    inspection : Inspection
        What the pre-flight saw in the file's bytes: its kind, and what each sheet says.
    """
    import python_calamine as calamine

    sheets, problems = [], []
    scans = inspection.scans
    epoch = EPOCH_1904 if inspection.date_1904 else EXCEL_EPOCH
    try:
        workbook = _opened(path, inspection.kind)
    except (calamine.CalamineError, OSError, ValueError) as error:
        return [], [Problem(file, f"cannot be opened ({_reason(error)}); save it again as .xlsx")]
    with workbook:
        for at, sheet in enumerate(workbook.sheets_metadata):
            if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            hidden = sheet.visible != calamine.SheetVisibleEnum.Visible
            try:
                cells = workbook.get_sheet_by_name(sheet.name)
                rows = cells.to_python(skip_empty_area=False)
                merged = tuple(cells.merged_cell_ranges or ())
            except (calamine.CalamineError, OSError, ValueError) as error:
                problems.append(
                    Problem(
                        file,
                        f"the sheet cannot be read ({_reason(error)}): it is damaged; "
                        "open the workbook in Excel, repair it and save it again",
                        sheet=sheet.name,
                    )
                )
                continue
            scan = scans.get(sheet.name) or scans.get(f"#{at}") or SheetScan()
            uncached = frozenset(scan.uncached)
            sheets.append(RawSheet(
                sheet.name, rows, hidden, merged, scan.errors, uncached, scan.percent,
                epoch=epoch, formats_seen=inspection.kind in ("xlsx", "ods"),
            ))  # fmt: skip
    return sheets, problems


def _opened(path: Path, kind: str):
    """Workbook of a file, by what it is: calamine goes by the extension where it knows it."""
    import io

    import python_calamine as calamine

    suffixes = {"xlsx": (".xlsx", ".xlsm"), "xls": (".xls",), "ods": (".ods",), "xlsb": (".xlsb",)}
    if path.suffix.casefold() in suffixes[kind]:
        return calamine.CalamineWorkbook.from_path(str(path))
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))


def _reason(error: Exception) -> str:
    """First words of a parser's own message: it speaks of the file's parts, not of its cells."""
    words = str(error).splitlines()[0] if str(error) else type(error).__name__
    return words[:120]
