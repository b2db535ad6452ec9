"""What ``analysis check`` says: what was read, what to put right, what to know, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from analysis.reporting.page_needs import lacking
from analysis.sources.contracts import load_contracts


def advice(place: str, found: Sequence[dict], problems: Sequence[dict]) -> str:
    """All that is said of one authority's folder, or of the files that were named.

    Parameters
    ----------
    place
        The authority's folder; "" for files that were named.
    found
        Tables: file, contract, sheet, rows.
    problems
        file, sheet, row (Excel's), column, severity, message.
    """
    errors = [problem for problem in problems if problem["severity"] == "error"]
    warnings = [problem for problem in problems if problem["severity"] != "error"]
    parts = [
        place or "The files that were named",
        *_section("Read", map(file_line, found)),
        *_section("To put right; what is named here is left out until then", _by_file(errors)),
        *_section("To know; the report can be made as it is", _by_file(warnings)),
        *(_section("Not there", absent_lines(found)) if place else []),
        *_section("Next", [next_line(place, found, errors)]),
    ]
    return "\n".join(parts)


def _section(title: str, lines: Iterable[str]) -> list[str]:
    listed = [f"    {line}" for line in lines if line]
    return [f"  {title}", *listed] if listed else []


def _by_file(problems: Sequence[dict]) -> list[str]:
    """Problems under the file that they are in, in the order of its rows."""
    lines = []
    ordered = sorted(problems, key=lambda problem: problem["file"])
    for file, group in groupby(ordered, key=lambda problem: problem["file"]):
        lines += [file, *(f"  {problem_line(problem)}" for problem in group)]
    return lines


def file_line(entry: dict) -> str:
    """One table that was found, in words.

    Examples
    --------
    >>> file_line({"file": "a.xlsx", "sheet": "May", "contract": "contacts", "rows": 1200})
    'contacts: 1,200 rows from a.xlsx, sheet May'
    """
    sheet = f", sheet {entry['sheet']}" if entry["sheet"] else ""
    return f"{entry['contract']}: {counted(entry['rows'], 'row')} from {entry['file']}{sheet}"


def problem_line(problem: dict) -> str:
    """One problem in words, its place first; the file stands above it.

    Examples
    --------
    >>> problem_line({"sheet": "May", "row": 7, "column": "contact_date",
    ...               "message": "is no date; write it as DD/MM/YYYY"})
    'sheet May, row 7, column contact_date: is no date; write it as DD/MM/YYYY'
    """
    where = [
        f"sheet {problem['sheet']}" if problem["sheet"] else "",
        f"row {problem['row']}" if problem["row"] is not None else "",
        f"column {problem['column']}" if problem["column"] else "",
    ]
    place = ", ".join(part for part in where if part)
    return f"{place}: {problem['message']}" if place else problem["message"]


def absent_lines(found: Sequence[dict]) -> list[str]:
    """Tables for which no file was found, by the system that they come from.

    Examples
    --------
    >>> everything = [{"contract": name} for name in load_contracts() if name != "contacts"]
    >>> absent_lines(everything)[0]
    'Case management: contacts'
    """
    held = {entry["contract"] for entry in found}
    absent = [contract for contract in load_contracts().values() if contract.name not in held]
    groups = dict.fromkeys(contract.group for contract in absent)
    lines = [
        f"{group}: {', '.join(contract.name for contract in absent if contract.group == group)}"
        for group in groups
    ]
    unmade = [
        f"{notebook} is not made, and the run then fails, without {' or '.join(tables)}"
        for notebook, tables in lacking(held).items()
    ]
    return [*lines, ABSENT, *unmade] if lines else []


ABSENT = (
    "The pages say what cannot be computed without these. data/raw/README.md lists the headings "
    "that each is known by."
)


def next_line(place: str, found: Sequence[dict], errors: Sequence[dict]) -> str:
    """What to do next.

    Examples
    --------
    >>> next_line("anyshire", [{"contract": "contacts"}], [])
    'make the report: python3 run.py report --authority anyshire'
    >>> next_line("anyshire", [], [])
    'no table was found: put spreadsheets into this folder, or teach the reader their headings ...'
    """
    if not found:
        return (
            "no table was found: put spreadsheets into this folder, or teach the reader their "
            "headings under [aliases] in authority.toml, then check again"
        )
    report = f"python3 run.py report --authority {place}" if place else ""
    if errors:
        there = "in the spreadsheets, or their headings and words in authority.toml"
        after = f"; then {report}" if report else ""
        return f"put right {counted(len(errors), 'error')} {there}, and check again{after}"
    return f"make the report: {report}" if report else "nothing to put right"


def counted(number: int, noun: str) -> str:
    """A number of things, the noun in its form.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row"), counted(0, "error")
    ('1 row', '1,200 rows', '0 errors')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
