"""Columns: what only a whole column, or several, can tell.

Dates with the month first, dates that Excel has half converted, doubled headings, merged cells,
rows that say the same twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.sources import dates
from analysis.sources.cells import Coerced
from analysis.sources.contracts import Contract
from analysis.sources.headers import Located
from analysis.sources.places import Body, Place, column_letters
from analysis.sources.problems import Problem, rows_in_words
from analysis.sources.seen import Seen
from analysis.sources.wording import plain


def single_columns(
    located: Located, body: Body, place: Place
) -> tuple[dict[str, Problem], dict[str, int]]:
    """The one column of each field; where two differ, neither is used and both are named."""
    doubled, columns = {}, {}
    row = place.sheet.row_number(located.header)
    for name, found in located.columns.items():
        if len(found) > 1 and not _same(body, found):
            cells = " and ".join(f"{column_letters(at)}{row}" for at in found)
            doubled[name] = place.problem(
                f"the headings in {cells} both stand for {name} and their cells differ; "
                "neither was used: rename or take out one of them",
                position=located.header,
                column=name,
            )
        elif found:
            columns[name] = found[0]
    return doubled, columns


def _same(body: Body, found: Sequence[int]) -> bool:
    first, *others = (
        np.array(body.columns[at].uniques, dtype=object)[body.columns[at].codes] for at in found
    )
    return all(np.array_equal(first, other) for other in others)


def guarded_dates(one: Coerced) -> Coerced:
    """A date column; where its text dates are plainly month-first, no ambiguous one is used.

    04/25/2024 can only be read month-first, and no other date of the column says that days come
    first: then 03/04/2024 is as likely 4 March as 3 April. So it is with 4/25/24 and 3/4/24.
    """
    texts = [plain(v) if isinstance(v, str) else "" for v in one.column.uniques]
    written = [text for text in texts if text]  # real dates, mostly all of them, need no look
    if not any(map(dates.is_month_first, written)) or any(map(dates.is_day_first, written)):
        return one
    doubt = Seen(
        kind="error",
        message="the column's other dates are month-first, so that day and month of this one "
        "cannot be told apart; export the column as real dates or as DD/MM/YYYY",
    )
    wrong = {at for at, cell in one.seen.items() if cell.kind == "error"}
    doubtful = [at for at, text in enumerate(texts) if dates.is_slashed(text) and at not in wrong]
    rows = one.column.rows_of(doubtful)
    return replace(one, typed=one.typed.mask(rows), seen=one.seen | dict.fromkeys(doubtful, doubt))


def half_converted(name: str, one: Coerced, place: Place) -> Iterator[Problem]:
    """Real dates that all fall on days 1 to 12 beside text dates that all fall later.

    So a file looks that was opened where the month comes first: 03/04 became 4 March, and 25/04,
    which is no month, stayed text.
    """
    real = [v for v in one.column.uniques if hasattr(v, "day")]
    text = [
        day
        for v in one.column.uniques
        if isinstance(v, str)
        and dates.is_slashed(plain(v))
        and (day := dates.date_from_text(plain(v)) or dates.date_from_short_year(plain(v)))
    ]
    if (
        len(real) >= 5
        and len(text) >= 5
        and all(v.day <= 12 for v in real)
        and all(d.day > 12 for d in text)
    ):
        yield place.problem(
            "all real dates fall on days 1 to 12 and all text dates later: the file was opened "
            "where the month comes first, so the real dates have day and month swapped; export "
            "it again without opening it",
            column=name,
        )


def backwards(
    read: Mapping[str, Coerced], contract: Contract, keep: np.ndarray, body: Body, place: Place
) -> Iterator[Problem]:
    """Rows that end before they begin: kept as they are, for the measures leave them out."""
    for first, second in contract.order:
        if first in read and second in read:
            wrong = (read[second].typed < read[first].typed).to_numpy() & keep
            at = body.positions[wrong]
            if len(at):
                words = f"{rows_in_words(place.numbers(at))}: {second} is before {first}; correct"
                yield place.problem(
                    f"{words} whichever is wrong", position=at[0], column=second, severity="warning"
                )


def repeated_rows(body: Body, keep: np.ndarray) -> np.ndarray:
    """Rows that are the same as an earlier one in every cell of the sheet, declared or not."""
    at = np.flatnonzero(keep)
    mixed = np.zeros(len(at), dtype=np.uint64)
    for column in body.columns.values():
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + column.codes[at].astype(np.uint64)
    alike = at[pd.Series(mixed).duplicated(keep=False).to_numpy()]
    repeated = np.zeros(len(keep), dtype=bool)
    seen: set[tuple] = set()
    for row in alike:
        cells = tuple(body.rows[row])
        repeated[row] = cells in seen
        seen.add(cells)
    return repeated


def key_conflicts(
    table: pd.DataFrame, contract: Contract, place: Place
) -> tuple[pd.DataFrame, list[Problem]]:
    """Rows with the same key that say different things.

    Where the contract wants one row for a key, the first is kept; elsewhere all are.
    """
    key = [name for name in contract.key if name in table and table[name].notna().any()]
    if not key or not (contract.unique or _numbers_its_rows(contract, key)):
        return table, []
    if table[key[0]].is_unique:  # then the whole key is, and only one column was looked at
        return table, []
    again = table.duplicated(key)
    if not again.any():
        return table, []
    problems = []
    groups = table[table.duplicated(key, keep=False)].groupby(key, sort=False, dropna=False)
    done = "the first was used" if contract.unique else "all were kept"
    severity = "error" if contract.unique else "warning"
    for count, (_, rows) in enumerate(groups["source_row"]):
        numbers = rows.tolist()
        if count == 20:
            words = (
                f"{groups.ngroups - 20} more sets of rows share their {', '.join(key)} and differ"
            )
        else:
            words = f"{rows_in_words(numbers)} share their {', '.join(key)} and differ"
        problems.append(
            Problem(
                place.file, f"{words}; {done}: correct them", place.sheet.name,
                numbers[1], key[0], severity,
            )
        )  # fmt: skip
        if count == 20:
            break
    return (table[~again].reset_index(drop=True) if contract.unique else table), problems


def _numbers_its_rows(contract: Contract, key: list[str]) -> bool:
    """Whether a key is a number of the row's own, an action's say, not the child's."""
    first = contract.field(key[0])
    own = [name for name in key if contract.field(name).type == "identifier" and name != "child_id"]
    alone = len(contract.key) == 1 and first.type == "text" and first.required
    return alone or (bool(own) and own[0] == contract.key[0])


def merged_cells(
    columns: dict[str, int], located: Located, filled_down: Sequence[str], place: Place
) -> Iterator[Problem]:
    """Merged cells in a column of the table: only the first row of them has the value."""
    found: dict[str, list[tuple[int, str]]] = {}
    for (top, left), (bottom, right) in place.sheet.merged:
        if top <= located.header or bottom == top:
            continue
        for name, at in columns.items():
            if left <= at <= right and name not in filled_down:
                letters = column_letters(at)
                cells = f"{letters}{top + 1}:{letters}{bottom + 1}"
                found.setdefault(name, []).append((top, cells))
    for name, cells in found.items():
        more = f" and {len(cells) - 5} more" if len(cells) > 5 else ""
        yield place.problem(
            f"the cells {', '.join(said for _, said in cells[:5])}{more} are merged, so that only "
            "the first has a value and the others are blank; unmerge and fill them down, or write "
            f'{located.contract.name} = ["{name}"] under [fill_down] in authority.toml',
            position=cells[0][0],
            column=name,
            severity="warning",
        )
