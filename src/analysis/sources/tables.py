"""Tables: one raw sheet under one contract -> a tidy table and every problem in it, in one go."""

import datetime as dt
import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.sources import columns as whole
from analysis.sources.authority import SCALES, UNITS, Authority
from analysis.sources.cells import Coerced, coerce, distinct
from analysis.sources.contracts import Contract, Field, load_codes, spellings
from analysis.sources.faults import (
    cell_problems,
    lost_rows,
    neither,
    not_data,
    said_twice,
    silent_blanks,
)
from analysis.sources.headers import Located
from analysis.sources.number_cells import NUMERIC
from analysis.sources.percentages import percent_scale
from analysis.sources.places import (
    Body,
    Place,
)
from analysis.sources.privacy import Pseudonyms
from analysis.sources.problems import Problem
from analysis.sources.rows import blank_rows
from analysis.sources.seen import Reading
from analysis.sources.word_cells import words_to_keep
from analysis.sources.workbooks import RawSheet

_DTYPES = (
    {"date": "datetime64[us]", "month": "datetime64[us]", "boolean": "boolean"}
    | dict.fromkeys(("integer", "period_no"), "Int64")
    | dict.fromkeys(("number", "money", "percent"), "float64")
)


def tidy_table(
    sheet: RawSheet,
    located: Located,
    authority: Authority,
    pseudonyms: Pseudonyms,
    file: str,
    latest: dt.date | None = None,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Tidy table of one sheet; rows that cannot be used are named, and the others are kept.

    Parameters
    ----------
    sheet : RawSheet
        Raw cells.
    located : Located
        Its contract and the place of its headings.
    authority : Authority
        What the authority declares about its extracts.
    pseudonyms : Pseudonyms
        Keyed hashing of identifiers.
    file : str
        Name under which problems are reported.
    latest : date, optional
        The day of the extract: no event lies after it.

    Returns
    -------
    table : DataFrame
        The contract's columns, and ``source_row``. Without columns where a required column
        cannot be told from another.
    problems : list of Problem
    """
    contract, place = located.contract, Place(file, sheet)
    body = _body(sheet, located, authority.fill_down.get(contract.name, ()))
    doubled, columns = whole.single_columns(located, body, place)
    problems = list(doubled.values())
    if any(name in doubled for name in contract.required):
        return pd.DataFrame(), problems
    if not len(body.positions):
        words = f"has headings and no rows; there is nothing to read for {contract.title}"
        problems.append(place.problem(words))
    read = _read(columns, body, located, authority, pseudonyms, latest, sheet.epoch)
    read, said = _whole_columns(read, located, authority, body, place)
    problems += said
    problems += whole.merged_cells(
        columns, located, authority.fill_down.get(contract.name, ()), place
    )
    broken = _broken(read, contract)
    skip, said = not_data(body, columns, broken, contract, place)
    problems += said
    problems += cell_problems(read, skip, body, place)
    problems += silent_blanks(columns, body, skip, place)
    problems += lost_rows(read, contract, skip, body, place)
    keep = ~skip & ~broken
    repeated = whole.repeated_rows(body, keep)
    problems += said_twice(repeated, body, place)
    problems += whole.backwards(read, contract, keep & ~repeated, body, place)
    table = _frame(read, contract, body, keep & ~repeated, place)
    table, said = whole.key_conflicts(table, contract, place)
    return table, problems + said


def _body(sheet: RawSheet, located: Located, fill_down: Sequence[str]) -> Body:
    """The filled rows under the headings, as columns of distinct values."""
    start = located.header + located.depth
    rows = sheet.rows[start:]
    blank = blank_rows(rows)
    positions = np.flatnonzero(~blank) + start
    kept = list(itertools.compress(rows, ~blank))
    header = sheet.rows[located.header]
    lengths = set(map(len, kept))
    width = max({len(header), *lengths})
    if lengths - {width}:
        kept = [list(row) + [""] * (width - len(row)) for row in kept]
    across = list(zip(*kept, strict=True)) if kept else [()] * width
    down = {at for name in fill_down for at in located.columns.get(name, ())}
    columns = {}
    for at in sorted({at for found in located.columns.values() for at in found}):
        columns[at] = distinct(_filled_down(across[at]) if at in down else across[at])
    headings = [*header, *[""] * (width - len(header))]
    return Body(positions, kept, columns, headings)


def _filled_down(cells: Sequence) -> list:
    """Cells of a column in which a blank stands for what is above it."""
    above, filled = "", []
    for cell in cells:
        above = above if cell is None or cell == "" else cell
        filled.append(above)
    return filled


def _read(
    columns: dict[str, int], body: Body, located: Located, authority: Authority,
    pseudonyms: Pseudonyms, latest: dt.date | None, epoch: dt.date,
) -> dict[str, Coerced]:  # fmt: skip
    fields = {name: located.contract.field(name) for name in columns}
    return {
        name: coerce(
            body.columns[at],
            fields[name],
            _reading(fields[name], located, authority, latest, epoch),
            pseudonyms,
        )
        for name, at in columns.items()
    }


def _reading(
    field: Field, located: Located, authority: Authority, latest: dt.date | None, epoch: dt.date
) -> Reading:
    """What the headings and the authority declare of a column: unit, scale, spellings."""
    address = f"{located.contract.name}.{field.name}"
    unit = authority.units.get(address, "")
    table = "yes_no" if field.type == "boolean" else field.codes
    codes = dict(load_codes()[table]) if table else {}
    for value, aliases in authority.codes.get(table, {}).items():
        codes |= spellings(value, aliases)
    return Reading(
        factor=located.factors.get(field.name) or UNITS.get(unit.casefold(), 1.0),
        scale=SCALES.get(authority.scales.get(address, ""), 1.0),
        codes=codes,
        latest=latest,
        epoch=epoch,
    )


def _whole_columns(
    read: dict[str, Coerced], located: Located, authority: Authority, body: Body, place: Place
) -> tuple[dict[str, Coerced], list[Problem]]:
    """Columns and the problems that only a whole column shows."""
    checked, problems = {}, []
    for name, one in read.items():
        kind = located.contract.field(name).type
        declared = f"{located.contract.name}.{name}" in authority.scales
        if kind in ("date", "month"):
            problems += whole.half_converted(name, one, place)
            one = whole.guarded_dates(one)
        elif kind == "percent" and not declared:
            one, said = percent_scale(name, one, located.contract.name, body.positions, place)
            problems += said
        checked[name] = one
    return checked, problems


def _broken(read: dict[str, Coerced], contract: Contract) -> np.ndarray:
    """Rows that lack what every row of the table must have; a suppressed figure is not lacking."""
    absent = [
        read[name].typed.isna().to_numpy() & ~read[name].having("symbol", "given")
        for name in contract.required
        if name in read
    ]
    return np.logical_or.reduce([*absent, *neither(read, contract)])


def _frame(
    read: dict[str, Coerced], contract: Contract, body: Body, keep: np.ndarray, place: Place
) -> pd.DataFrame:
    """The contract's columns of the rows to keep, and for each its row number."""
    at = np.flatnonzero(keep)
    everything = len(at) == len(keep)
    index = pd.RangeIndex(len(at))
    columns = {}
    for field in contract.fields:
        if field.name in read:
            values = read[field.name].typed
            columns[field.name] = values if everything else values.iloc[at].reset_index(drop=True)
            columns |= _beside(field, read[field.name], at)
        else:
            columns[field.name] = pd.Series(None, index, dtype=_DTYPES.get(field.type, "str"))
    numbers = place.sheet.row_numbers
    rows = body.positions[at] + 1 if numbers is None else np.asarray(numbers)[body.positions[at]]
    columns["source_row"] = pd.Series(rows, dtype="int64")
    return pd.DataFrame(columns, index=index)


def _beside(field: Field, one: Coerced, at: np.ndarray) -> dict[str, pd.Series]:
    """Columns beside a column: its suppression symbols, or the words that no code stands for."""
    if field.type in NUMERIC:
        wanted, name = one.having("symbol")[at], f"{field.name}_symbol"
    elif field.type == "boolean":
        wanted, name = one.having("unmatched", "given")[at], f"{field.name}_as_given"
    else:
        return {}
    if not wanted.any():
        return {}
    words = [
        words_to_keep(one.raw_value(i)) if given else None
        for i, given in zip(at, wanted, strict=True)
    ]
    return {name: pd.Series(words, dtype="str")}
