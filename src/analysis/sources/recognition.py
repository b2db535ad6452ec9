"""Recognition: which contract one sheet holds, and what is to be said where it is none or two."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis.sources.annex_a import is_known_list, unused_headings
from analysis.sources.authority import Authority
from analysis.sources.headers import (
    Index,
    Located,
    close_headings,
    headings_in_words,
    locate,
    matching,
    nearest,
    two_rows,
)
from analysis.sources.places import column_letters
from analysis.sources.privacy import safe_heading
from analysis.sources.problems import Problem, rows_in_words
from analysis.sources.wording import heading_key, plain
from analysis.sources.workbooks import RawSheet


def recognised(
    sheet: RawSheet, file: str, index: Index, authority: Authority, *, annex_a: bool
) -> tuple[Located | None, list[Problem]]:
    """The one contract that a sheet holds, with its headings, and what is to be said of it.

    Parameters
    ----------
    sheet : RawSheet
        Raw cells.
    file : str
        Name of its file.
    index : Index
        All headings and what they can stand for.
    authority : Authority
        Its pins.
    annex_a : bool
        Whether the file is an Annex A workbook, whose other sheets need no word.
    """
    best = locate(sheet.rows, index)
    pinned = _pinned(sheet, file, authority)
    found = (
        [best[name] for name in pinned if name in best and best[name].complete]
        if pinned
        else matching(best, sheet.name, Path(file).stem)
    )
    if len(found) > 1:
        here = [one for one in found if _pin(authority, one.contract.name).get("file") in
                (file, Path(file).name)]  # fmt: skip
        found = here if len(here) == 1 else found
    if len(found) != 1:
        return None, list(_not_recognised(sheet, file, best, found, annex_a=annex_a))
    located = found[0]
    name = located.contract.name
    if not pinned and _pinned_elsewhere(name, sheet, file, authority):
        words = f"holds {name} too, but authority.toml pins it to another place; not read"
        return None, [Problem(file, words, sheet=sheet.name, severity="warning")]
    return located, list(_heading_warnings(sheet, file, located))


def pinned_sheet_missing(
    file: str, sheets: Sequence[RawSheet], authority: Authority
) -> Iterator[Problem]:
    """Sheets that authority.toml names for this file and that are not in it."""
    names = {heading_key(sheet.name) for sheet in sheets}
    for contract in authority.files:
        pin = _pin(authority, contract)
        here = pin.get("file") in (file, Path(file).name)
        if here and pin.get("sheet") and heading_key(pin["sheet"]) not in names:
            listed = ", ".join(f"'{sheet.name}'" for sheet in sheets)
            yield Problem(
                file,
                f"authority.toml names the sheet '{pin['sheet']}' for {contract}, "
                f"which is not here; the sheets are {listed}",
            )


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
    cells = _headings(sheet, located)
    yield from _stray_cells(sheet, file, located)
    yield from _beside_months(sheet, file, located)
    unused = unused_headings(
        list(dict.fromkeys(cell for at, cell in enumerate(cells) if at not in used))
    )
    held = located.columns.keys() | {name for _, name in located.months.values()}
    absent = [f.name for f in located.contract.fields if f.name not in held]
    close = close_headings(unused, located.contract, absent)
    if unused:
        named = [plain(h) for h in unused if safe_heading(plain(h)) and plain(h) not in close]
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


def _headings(sheet: RawSheet, located: Located) -> list:
    """Heading of each column; of two rows, one above the other, both, and under a month the lower.

    The month of a column holds for those to its right, so that it does not say which is meant.
    """
    top = sheet.rows[located.header]
    if located.depth == 1:
        return top
    below = sheet.rows[located.header + 1]
    if located.months:
        pairs = itertools.zip_longest(top, below, fillvalue="")
        return [above if lower in ("", None) else lower for above, lower in pairs]
    return two_rows(top, below)


def _beside_months(sheet: RawSheet, file: str, located: Located) -> Iterator[Problem]:
    """A column of all months, such as the year to date, beside those of each month."""
    row = sheet.row_number(located.header)
    for name in dict.fromkeys(name for _, name in located.months.values()):
        if at := located.columns.get(name):
            cells = " and ".join(map(column_letters, at))
            words = f"the months have their own {name}, so that column {cells} was not used"
            yield Problem(
                file,
                f"{words}: give it a month if it is one's",
                sheet=sheet.name,
                row=row,
                column=name,
                severity="warning",
            )


def _stray_cells(sheet: RawSheet, file: str, located: Located) -> Iterator[Problem]:
    """Cells to the right of the table, under no heading."""
    headings = sheet.rows[located.header : located.header + located.depth]
    filled = [at for row in headings for at, cell in enumerate(row) if cell not in ("", None)]
    width = max(filled, default=-1) + 1
    if max(map(len, sheet.rows)) <= width:
        return
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
    if {"time period", "country code"} <= {heading_key(str(cell)) for cell in sheet.rows[0]}:
        words = "a file of the Department for Education's releases; give it to analysis benchmarks"
        yield Problem(file, f"{words}: it is no extract of an authority", sheet=sheet.name)
        return
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
