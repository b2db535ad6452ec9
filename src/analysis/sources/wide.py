"""The wide KPI return, months across the top, laid out as one row a KPI and month."""

from dataclasses import replace

from analysis.sources.headers import Located
from analysis.sources.workbooks import RawSheet

VALUE = "value_pct"


def long_return(sheet: RawSheet, located: Located) -> tuple[RawSheet, Located]:
    """Raw sheet with one row for each KPI and month that has a figure, and its headings.

    Parameters
    ----------
    sheet : RawSheet
        The return as it came.
    located : Located
        Its headings, with the months' columns in ``months``.
    """
    kept = {name: at[0] for name, at in located.columns.items() if at and name != VALUE}
    header = [sheet.rows[located.header][at] for at in kept.values()] + ["month", "value"]
    rows, numbers, cells = [header], [sheet.row_number(located.header)], {}
    for position in range(located.header + 1, len(sheet.rows)):
        row = sheet.rows[position]
        fixed = [row[at] if at < len(row) else "" for at in kept.values()]
        number = sheet.row_number(position)
        for at, month in located.months.items():
            value = row[at] if at < len(row) else ""
            here = (number, at + 1)
            if value in ("", None) and here not in sheet.errors and here not in sheet.uncached:
                continue
            cells[here] = len(rows) + 1
            rows.append([*fixed, month, value])
            numbers.append(number)
    columns = {name: [at] for at, name in enumerate(kept)}
    columns |= {"month": [len(kept)], VALUE: [len(kept) + 1]}
    value_column = len(kept) + 2
    errors = {(cells[at], value_column): e for at, e in sheet.errors.items() if at in cells}
    uncached = frozenset((cells[at], value_column) for at in sheet.uncached if at in cells)
    long = replace(sheet, rows=rows, row_numbers=numbers, errors=errors, uncached=uncached)
    return long, Located(located.contract, 0, columns)
