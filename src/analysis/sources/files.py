"""Files: one extract -> the tables that its sheets hold, and every problem in it."""

import datetime as dt
import gc
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis.sources.annex_a import is_known_list, list_not_used, unused_headings
from analysis.sources.authority import Authority
from analysis.sources.dating import ExtractDate, extract_date, inferred_date, with_source
from analysis.sources.delimited import read_delimited
from analysis.sources.headers import (
    Index,
    Located,
    close_headings,
    heading_index,
    headings_in_words,
    locate,
    matching,
    nearest,
)
from analysis.sources.preflight import inspect
from analysis.sources.privacy import Pseudonyms, safe_to_show
from analysis.sources.problems import Problem, rows_in_words
from analysis.sources.tables import tidy_table
from analysis.sources.wide import long_return
from analysis.sources.wording import heading_key, plain
from analysis.sources.workbooks import RawSheet, read_workbook


@dataclass(frozen=True)
class Held:
    """A tidy table that a sheet of a file holds, and the day that it stands at."""

    contract: str
    sheet: str
    table: pd.DataFrame
    date: ExtractDate = ExtractDate()


@dataclass(frozen=True)
class FileRead:
    """What one file holds.

    ``missing`` names, for each contract, the
    optional columns that the file does not have.
    """

    file: str
    sha256: str
    problems: list[Problem] = field(default_factory=list)
    tables: list[Held] = field(default_factory=list)
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


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
    finally:
        if collecting:
            gc.enable()


def _read(path: Path, file: str, authority: Authority, pseudonyms: Pseudonyms) -> FileRead:
    before = _stamp(path)
    inspection = inspect(path, file, sha256)
    if not inspection.readable:
        return FileRead(file, inspection.sha256, inspection.problems)
    if inspection.kind == "text":
        sheets, problems = read_delimited(path, file)
    else:
        sheets, problems = read_workbook(path, file, inspection.kind, inspection.scans)
    read = FileRead(file, inspection.sha256, [*inspection.problems, *problems])
    index = heading_index(authority.aliases)
    date = extract_date(file, authority)
    lists = sum(is_known_list(sheet) for sheet in sheets)
    for sheet in sheets:
        _read_sheet(sheet, read, index, authority, pseudonyms, date.latest, annex_a=lists >= 3)
    read.problems.extend(_pinned_sheet_missing(read, sheets, authority))
    if not read.tables and not any(p.severity == "error" for p in read.problems):
        read.problems.append(
            Problem(
                file,
                "no sheet has headings of any table that these reports use; "
                "data/raw/README.md lists them",
            )
        )
    if before != _stamp(path):
        words = "was changed while it was read; wait until it is whole and read it again"
        return FileRead(file, inspection.sha256, [Problem(file, words)])
    date = date if date.as_at else inferred_date([(h.contract, h.table) for h in read.tables])
    read.tables[:] = [
        Held(h.contract, h.sheet, *with_source(h.table, file, h.sheet, date)) for h in read.tables
    ]
    return read


def _stamp(path: Path) -> tuple[int, int] | None:
    """Size and time of a file, by which a change shows."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_size, seen.st_mtime_ns


def _pin(authority: Authority, contract: str) -> dict:
    pin = authority.files.get(contract, {})
    return {"file": pin} if isinstance(pin, str) else pin


def _pinned(sheet: RawSheet, file: str, authority: Authority) -> list[str]:
    """Contracts that authority.toml pins to this sheet of this file."""
    found = []
    for name in authority.files:
        pin = _pin(authority, name)
        if pin.get("file") not in (None, file, Path(file).name):
            continue
        if pin.get("sheet") and heading_key(pin["sheet"]) == heading_key(sheet.name):
            found.append(name)
    return found


def _pinned_elsewhere(name: str, sheet: RawSheet, file: str, authority: Authority) -> bool:
    pin = _pin(authority, name)
    other_file = pin.get("file") not in (None, file, Path(file).name)
    other_sheet = pin.get("sheet") and heading_key(pin["sheet"]) != heading_key(sheet.name)
    return bool(pin) and bool(other_file or other_sheet)


def _pinned_sheet_missing(
    read: FileRead, sheets: list[RawSheet], authority: Authority
) -> Iterator[Problem]:
    names = {heading_key(sheet.name) for sheet in sheets}
    for contract in authority.files:
        pin = _pin(authority, contract)
        here = pin.get("file") in (read.file, Path(read.file).name)
        if here and pin.get("sheet") and heading_key(pin["sheet"]) not in names:
            listed = ", ".join(f"'{sheet.name}'" for sheet in sheets)
            yield Problem(
                read.file,
                f"authority.toml names the sheet '{pin['sheet']}' for {contract}, "
                f"which is not here; the sheets are {listed}",
            )


def _read_sheet(
    sheet: RawSheet,
    read: FileRead,
    index: Index,
    authority: Authority,
    pseudonyms: Pseudonyms,
    latest: dt.date | None,
    *,
    annex_a: bool,
) -> None:
    """Add what one sheet holds to what its file holds."""
    if other := list_not_used(sheet):
        words = f"Annex A's {other}, which these reports do not use; not read"
        read.problems.append(Problem(read.file, words, sheet=sheet.name, severity="warning"))
        return
    best = locate(sheet.rows, index)
    pinned = _pinned(sheet, read.file, authority)
    found = (
        [best[name] for name in pinned if name in best and best[name].complete]
        if pinned
        else matching(best, sheet.name, Path(read.file).stem)
    )
    if len(found) != 1:
        read.problems.extend(_not_recognised(sheet, read.file, best, found, annex_a=annex_a))
        return
    located = found[0]
    name = located.contract.name
    if not pinned and _pinned_elsewhere(name, sheet, read.file, authority):
        read.problems.append(
            Problem(
                read.file,
                f"holds {name} too, but authority.toml pins it to another place; not read",
                sheet=sheet.name,
                severity="warning",
            )
        )
        return
    read.problems.extend(_heading_warnings(sheet, read.file, located))
    laid, where = long_return(sheet, located) if located.months else (sheet, located)
    table, problems = tidy_table(laid, where, authority, pseudonyms, read.file, latest)
    if annex_a and not len(table):
        problems = [_as_warning(p) if p.row is None else p for p in problems]
    read.problems.extend(problems)
    if len(table.columns):
        read.tables.append(Held(name, sheet.name, table))
        absent = [f.name for f in located.contract.fields if f.name not in where.columns]
        before = read.missing.get(name)
        read.missing[name] = tuple(a for a in absent if before is None or a in before)


def _as_warning(problem: Problem) -> Problem:
    return Problem(
        problem.file, problem.message, problem.sheet, problem.row, problem.column, "warning"
    )


def _heading_warnings(sheet: RawSheet, file: str, located: Located) -> Iterator[Problem]:
    """What an analyst should know of the headings: their row, those not used, what is hidden."""
    row = sheet.row_number(located.header)
    if located.depth == 2:
        yield Problem(
            file,
            f"the headings stand in two rows, {row} and {row + 1}; they were read as one",
            sheet=sheet.name,
            row=row,
            severity="warning",
        )
    if sheet.hidden:
        yield Problem(
            file,
            "the sheet is hidden; it was read like any other",
            sheet=sheet.name,
            severity="warning",
        )
    used = located.positions | {at for ats in located.columns.values() for at in ats}
    cells = sheet.rows[located.header]
    yield from _stray_cells(sheet, file, located)
    unused = unused_headings([cell for at, cell in enumerate(cells) if at not in used])
    absent = [f.name for f in located.contract.fields if f.name not in located.columns]
    close = close_headings(unused, located.contract, absent)
    if unused:
        named = [plain(h) for h in unused if safe_to_show(plain(h)) and plain(h) not in close]
        words = f"columns not used: {', '.join(named)}" if named else "some columns are not used"
        if close:
            words = f"columns not used, perhaps misspelt: {', '.join(close)}" + (
                f"; others not used: {', '.join(named)}" if named else ""
            )
        yield Problem(
            file,
            f"{words}; if one is needed, add its heading under [aliases] in authority.toml",
            sheet=sheet.name,
            row=row,
            severity="warning",
        )


def _stray_cells(sheet: RawSheet, file: str, located: Located) -> Iterator[Problem]:
    """Cells to the right of the table, under no heading."""
    headings = sheet.rows[located.header : located.header + located.depth]
    filled = [at for row in headings for at, cell in enumerate(row) if cell not in ("", None)]
    width = max(filled, default=-1) + 1
    below = range(located.header + located.depth, len(sheet.rows))
    stray = [at for at in below if len(sheet.rows[at]) > width and any(sheet.rows[at][width:])]
    if stray:
        words = rows_in_words([sheet.row_number(at) for at in stray])
        yield Problem(
            file,
            f"{words}: cells to the right of the table, under no heading; not read",
            sheet=sheet.name,
            row=sheet.row_number(stray[0]),
            severity="warning",
        )


def _not_recognised(
    sheet: RawSheet, file: str, best: dict[str, Located], found: list[Located], *, annex_a: bool
) -> Iterator[Problem]:
    if len(found) > 1:
        names = " and ".join(sorted(one.contract.name for one in found))
        yield Problem(
            file,
            f"the headings fit {names} alike; name the sheet after the one it is, "
            "or pin it under [files] in authority.toml",
            sheet=sheet.name,
            row=sheet.row_number(found[0].header),
        )
        return
    if not sheet.rows or not any(any(row) for row in sheet.rows):
        yield Problem(file, "the sheet is empty", sheet=sheet.name, severity="warning")
        return
    if annex_a and not is_known_list(sheet):
        return  # the front sheet, the guidance and the codes of Ofsted's own workbook
    near = nearest(best)
    if near is None:
        if _table_like(sheet):
            seen = headings_in_words(next(row for row in sheet.rows if _has_words(row)))
            yield Problem(
                file,
                f"the sheet's headings{f' ({seen})' if seen else ''} are of no table that these "
                "reports use; not read: if it is one, add them under [aliases] in authority.toml",
                sheet=sheet.name,
                severity="warning",
            )
        return
    known = {at for found in near.columns.values() for at in found}
    cells = [cell for at, cell in enumerate(sheet.rows[near.header]) if at not in known]
    close = close_headings(cells, near.contract, near.missing)
    hint = f" (perhaps {', '.join(repr(c) for c in close)}, misspelt)" if close else ""
    has = ", ".join(name for name in near.columns)
    missing = ", ".join(near.missing) or "more of its columns"
    yield Problem(
        file,
        f"not read: nearest is {near.contract.name}, of which {missing} is missing{hint}; "
        f"the sheet has {has}: add the column, or its heading under [aliases] in authority.toml",
        sheet=sheet.name,
        row=sheet.row_number(near.header),
        column=near.missing[0] if near.missing else "",
    )


def _table_like(sheet: RawSheet) -> bool:
    """Whether a sheet looks like a table: a row of three words and two rows of three cells."""
    words = any(_has_words(row) for row in sheet.rows[:30])
    return words and sum(sum(c not in ("", None) for c in row) >= 3 for row in sheet.rows[:60]) >= 3


def _has_words(row: Sequence) -> bool:
    return sum(isinstance(cell, str) and bool(cell) for cell in row) >= 3
