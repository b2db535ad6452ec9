"""Files: one extract -> the tables that its sheets hold, and every problem in it."""

import datetime as dt
import gc
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from analysis.sources.annex_a import holds_open_cases, is_known_list, list_not_used, windowed
from analysis.sources.authority import Authority
from analysis.sources.dating import ExtractDate, extract_date, inferred_date, with_source
from analysis.sources.delimited import read_delimited
from analysis.sources.headers import Index, Located, heading_index
from analysis.sources.percentages import as_shown
from analysis.sources.preflight import inspect
from analysis.sources.privacy import Pseudonyms
from analysis.sources.problems import Problem
from analysis.sources.recognition import pinned_sheet_missing, recognised
from analysis.sources.tables import tidy_table
from analysis.sources.wide import long_return
from analysis.sources.workbooks import RawSheet, read_workbook


@dataclass(frozen=True)
class Held:
    """A tidy table that a sheet of a file holds, and the day that it stands at.

    ``absent`` names the optional columns that the sheet does not have.
    """

    contract: str
    sheet: str
    table: pd.DataFrame
    date: ExtractDate = ExtractDate()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileRead:
    """What one file holds, and what is wrong with it."""

    file: str
    sha256: str
    problems: list[Problem] = field(default_factory=list)
    tables: list[Held] = field(default_factory=list)


def read_file(
    path: Path,
    file: str,
    authority: Authority,
    pseudonyms: Pseudonyms,
) -> FileRead:
    """Tables and problems of one file; nothing in the file can raise.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        Name under which it is reported.
    authority : Authority
        Its headings, codes, units and pins.
    pseudonyms : Pseudonyms
        Keyed hashing of identifiers.
    """
    # millions of cells come and none goes: looking for rubbish among them is a third of the cost
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _read(path, file, authority, pseudonyms)
    except MemoryError:
        words = "is too big for this machine's memory; split it, or export .csv"
        return FileRead(file, "", [Problem(file, words)])
    except (
        Exception
    ) as error:  # one file's fault must not stop the others; its words may be personal
        kind = type(error).__name__
        words = f"stopped the reader ({kind}); save it again as .xlsx, or report it"
        return FileRead(file, "", [Problem(file, words)])
    finally:
        if collecting:
            gc.enable()


def _read(path: Path, file: str, authority: Authority, pseudonyms: Pseudonyms) -> FileRead:
    before = _stamp(path)
    inspection = inspect(path, file)
    if not inspection.readable:
        return FileRead(file, inspection.sha256, inspection.problems)
    if inspection.kind == "text":
        sheets, problems = read_delimited(path, file)
    else:
        sheets, problems = read_workbook(path, file, inspection)
    read = FileRead(file, inspection.sha256, [*inspection.problems, *problems])
    index = heading_index(authority.aliases)
    latest = extract_date(file, authority).latest
    annex_a = sum(is_known_list(sheet) for sheet in sheets) >= 3
    for sheet in sheets:
        _read_sheet(sheet, read, index, authority, pseudonyms, latest, annex_a=annex_a)
    read.problems.extend(pinned_sheet_missing(file, sheets, authority))
    if not read.tables and not any(p.severity == "error" for p in read.problems):
        words = (
            "no sheet has headings of any table that these reports use; "
            "data/raw/README.md lists them"
        )
        read.problems.append(Problem(file, words))
    if before != _stamp(path):
        words = "was changed while it was read; wait until it is whole and read it again"
        return FileRead(file, inspection.sha256, [Problem(file, words)])
    _date(read, {sheet.name for sheet in sheets if holds_open_cases(sheet)}, authority)
    return read


def _date(read: FileRead, open_cases: set[str], authority: Authority) -> None:
    """Give each table of a file its day and the place that each row is from.

    ``open_cases`` are the sheets whose records began at any time and are here for being open.
    """
    given = extract_date(read.file, authority)
    held = [(one.contract, one.table) for one in read.tables]
    for at, one in enumerate(read.tables):
        date = given if given.as_at else inferred_date(one.contract, held)
        table, date = with_source(one.table, read.file, one.sheet, date)
        if one.sheet in open_cases:
            table, problems = windowed(one.contract, table, date.as_at, read.file, one.sheet)
            read.problems.extend(problems)
        read.tables[at] = replace(one, table=table, date=date)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Size and time of a file, by which a change shows."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_size, seen.st_mtime_ns


def _read_sheet(
    sheet: RawSheet,
    read: FileRead,
    index: Index,
    authority: Authority,
    pseudonyms: Pseudonyms,
    latest: dt.date,
    *,
    annex_a: bool,
) -> None:
    """Add what one sheet holds to what its file holds."""
    if other := list_not_used(sheet):
        words = f"Annex A's {other}, which these reports do not use; not read"
        read.problems.append(Problem(read.file, words, sheet=sheet.name, severity="warning"))
        return
    located, problems = recognised(sheet, read.file, index, authority, annex_a=annex_a)
    read.problems.extend(problems)
    if located is None:
        return
    laid, where, problems = _laid_out(sheet, located, read.file)
    read.problems.extend(problems)
    if where.missing:  # its headings are there twice
        return
    table, problems = tidy_table(laid, where, authority, pseudonyms, read.file, latest)
    if annex_a and not len(table):
        problems = [replace(p, severity="warning") if p.row is None else p for p in problems]
    read.problems.extend(problems)
    if len(table.columns):
        held = located.columns.keys() | where.columns.keys()
        absent = tuple(f.name for f in located.contract.fields if f.name not in held)
        read.tables.append(Held(located.contract.name, sheet.name, table, absent=absent))


def _laid_out(
    sheet: RawSheet, located: Located, file: str
) -> tuple[RawSheet, Located, list[Problem]]:
    """A sheet with its percentages as Excel shows them, and one row a month."""
    sheet = as_shown(sheet, located)
    return long_return(sheet, located, file) if located.months else (sheet, located, [])
