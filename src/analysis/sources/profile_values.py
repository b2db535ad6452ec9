"""Values of ``authority.toml``: each that a page would stumble over is named with its key."""

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from analysis.sources.problems import ExtractError

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d{2})?")


def check_values(path: Path, page: Mapping) -> None:
    """Check the days, months and numbers of a profile.

    Raises
    ------
    ExtractError
        Where one cannot be used; the words name the key and say how it is written.

    Examples
    --------
    >>> check_values(Path("authority.toml"), {"caseload_threshold": -1})
    Traceback (most recent call last):
    ...
    analysis.sources.problems.ExtractError: authority.toml: caseload_threshold is -1; write it as a
    number of cases
    """
    for where, value, is_right, form in _values(page):
        if not is_right(value):
            raise ExtractError(f"{path}: {where} {value!r}; write it as {form}")


def _values(page: Mapping) -> Iterator[tuple]:
    """Where each value stands, the value, what it must be, and that in words."""
    for day in page.get("closure_days", []):
        yield "closure_days holds", day, _is_day, "a day, 2021-12-24"
    if page.get("next_inspection"):
        yield "next_inspection is", page["next_inspection"], _is_date, "a day, 2026-02-05"
    if "caseload_threshold" in page:
        yield "caseload_threshold is", page["caseload_threshold"], _is_count, "a number of cases"
    yield "name is", page.get("name", "..."), _is_name, 'one line of text, "..."'
    for key in ("status", "already_published"):
        yield f"{key} is", page.get(key, ""), _is_line, 'one line of text, "..."'
    for key in ("population_0_17", "population"):
        people = page.get(key, {})
        yield f"{key} is", people, _is_table, f"[{key}] with lines like 2020 = 59044"
        for year in (year for year in people if str(year).isdecimal()):
            yield f"[{key}] {year} is", people[year], _is_count, "a number of children"
    for key in ("rebase", "definition_changes", "caveats"):
        yield from _changes(key, page.get(key, []))
    for measure, steps in page.get("targets", {}).items():
        form = '[{from = "2021-09", value = 90}]'
        yield f"[targets] {measure} is", steps, _are_steps, form


def _changes(key: str, entries: object) -> Iterator[tuple]:
    """What is declared of a measure: its id, and the month where there is one."""
    yield f"{key} is", entries, _are_tables, f'[[{key}]] with measure = "..."'
    for entry in (entry for entry in entries if "measure" in entry):
        if key == "caveats":
            yield "[[caveats]] text is", entry.get("text"), _is_text, 'a text, "..."'
        else:
            yield f"[[{key}]] from is", entry.get("from"), _is_month, 'a month, "2023-09"'


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, dt.date) or bool(dt.date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


def _is_date(value: object) -> bool:
    """Anything that pandas takes for a day: "February 2026" too."""
    try:
        return not pd.isna(pd.Timestamp(value))
    except (TypeError, ValueError):
        return False


def _is_month(value: object) -> bool:
    """A month, or a day that stands for its month."""
    return bool(_MONTH.fullmatch(str(value)))


def _is_number(value: object) -> bool:
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError, OverflowError):
        return False


def _is_count(value: object) -> bool:
    return _is_number(value) and float(value) > 0


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_line(value: object) -> bool:
    return _is_text(value) and value.isprintable()


def _is_name(value: object) -> bool:
    return _is_line(value) and bool(value.strip())


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _are_steps(value: object) -> bool:
    return _are_tables(value) and all(
        _is_month(step.get("from")) and _is_number(step.get("value")) for step in value
    )
