"""The wide KPI return, months across the top, laid out as one row a KPI and month."""

from dataclasses import replace

import numpy as np

from analysis.sources.cells import distinct
from analysis.sources.columns import single_columns
from analysis.sources.headers import Located
from analysis.sources.months_across import FIGURES
from analysis.sources.places import Body, Place
from analysis.sources.problems import Problem
from analysis.sources.workbooks import RawSheet


def long_return(
    sheet: RawSheet, located: Located, file: str
) -> tuple[RawSheet, Located, list[Problem]]:
    """Raw sheet with one row for each KPI and month that has a figure, and its headings.

    Parameters
    ----------
    sheet : RawSheet
        The return as it came.
    located : Located
        Its headings, with the months' columns in ``months``.
    file : str
        Name under which problems are reported.

    Returns
    -------
    RawSheet, Located
        Of doubled headings whose cells differ, neither is among them.
    list of Problem
        Those doubled headings.
    """
    figures = [name for name in FIGURES if any(name == f for _, f in located.months.values())]
    fixed = {name: at for name, at in located.columns.items() if at and name not in figures}
    across: dict[str, list[int]] = {}
    for at, (month, name) in located.months.items():
        across.setdefault(f"{name} of {month:%Y-%m}", []).append(at)
    problems, single = _single(sheet, replace(located, columns=fixed | across), file)
    fixed = {name: single[name] for name in fixed if name in single}
    months = list(dict.fromkeys(month for month, _ in located.months.values()))
    places = {located.months[at]: at for name, at in single.items() if name in across}
    headings = [
        next((cells[at] for cells in _heading_rows(sheet, located) if _filled(cells, at)), name)
        for name, at in fixed.items()
    ]
    rows: list[list] = [[*headings, "month", *figures]]
    numbers, cells = [sheet.row_number(located.header)], {}
    for position in range(located.header + located.depth, len(sheet.rows)):
        row, number = sheet.rows[position], sheet.row_number(position)
        start = [row[at] if at < len(row) else "" for at in fixed.values()]
        for month in months:
            at = [places.get((month, name)) for name in figures]
            here = {(number, p + 1): n for n, p in enumerate(at) if p is not None}
            values = [row[p] if p is not None and p < len(row) else "" for p in at]
            silent = any(cell in sheet.errors or cell in sheet.uncached for cell in here)
            if not silent and all(value is None or value == "" for value in values):
                continue
            cells |= {c: (len(rows) + 1, len(fixed) + 2 + n) for c, n in here.items()}
            rows.append([*start, month, *values])
            numbers.append(number)
    columns = {name: [at] for at, name in enumerate([*fixed, "month", *figures])}
    long = replace(
        sheet,
        rows=rows,
        row_numbers=numbers,
        errors={cells[at]: words for at, words in sheet.errors.items() if at in cells},
        uncached=frozenset(cells[at] for at in sheet.uncached if at in cells),
        merged=(),
    )
    return long, Located(located.contract, 0, columns), problems


def _single(sheet: RawSheet, located: Located, file: str) -> tuple[list[Problem], dict[str, int]]:
    """The one column of each heading, and the doubled ones; those of a month by field and month."""
    start = located.header + located.depth
    rows = sheet.rows[start:]
    doubled = {at for found in located.columns.values() if len(found) > 1 for at in found}
    cells = {at: distinct([row[at] if at < len(row) else "" for row in rows]) for at in doubled}
    body = Body(np.arange(start, len(sheet.rows)), rows, cells, sheet.rows[located.header])
    found, single = single_columns(located, body, Place(file, sheet))
    return [replace(p, column=p.column.partition(" of ")[0]) for p in found.values()], single


def _heading_rows(sheet: RawSheet, located: Located) -> list[list]:
    return sheet.rows[located.header : located.header + located.depth]


def _filled(cells: list, at: int) -> bool:
    return at < len(cells) and cells[at] not in ("", None)
