"""``analysis check``: what the extracts hold and what is wrong with them; nothing is run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pandas as pd

from analysis.running.parameters import authority_folders
from analysis.sources.extracts import check_files

MAY_BE_TRACKED = ("data/raw/README.md", "data/raw/derby/", "data/raw/benchmarks.xlsx")


def check(files: list[Path], raw: Path, *, as_json: bool) -> int:
    """Read files, or every authority's folder of ``raw``, and print what they hold.

    Returns
    -------
    int
        1 where a problem is an error, else 0.
    """
    places = (
        [("", list(files))] if files else [(f"{n}/", [raw / n]) for n in authority_folders(raw)]
    )
    found, problems = [], [] if files else tracked_extracts(raw)
    for prefix, paths in places:
        extracts = check_files(paths)
        found += _records(extracts.files, ("file", "contract", "sheet", "rows"), prefix)
        columns = ("file", "sheet", "row", "column", "severity", "message")
        problems += _records(extracts.problems, columns, prefix)
    if as_json:
        print(json.dumps({"files": found, "problems": problems}, ensure_ascii=False, indent=1))
    else:
        print("\n".join([*map(file_line, found), *map(problem_line, problems), _count(problems)]))
    return 1 if any(problem["severity"] == "error" for problem in problems) else 0


def _records(table: pd.DataFrame, columns: tuple[str, ...], prefix: str) -> list[dict]:
    """A table's rows as dicts in JSON's own types; file names carry their folder."""
    rows = table[list(columns)].astype(object)
    records = rows.where(rows.notna(), None).to_dict(orient="records")
    for record in records:
        record["file"] = prefix + record["file"]
        for name, value in record.items():
            if name in ("row", "rows"):
                record[name] = None if value is None else int(value)
            else:
                record[name] = "" if value is None else str(value)
    return records


def file_line(entry: dict) -> str:
    """One table that was found, in words.

    Examples
    --------
    >>> file_line({"file": "a.xlsx", "sheet": "May", "contract": "contacts", "rows": 1200})
    'a.xlsx, sheet May: contacts, 1,200 rows'
    """
    return f"{_place(entry)}: {entry['contract']}, {entry['rows']:,} rows"


def problem_line(problem: dict) -> str:
    """One problem in words, its place first.

    Examples
    --------
    >>> problem_line({"file": "a.xlsx", "sheet": "May", "row": 7, "column": "contact_date",
    ...               "severity": "error", "message": "is no date"})
    'ERROR a.xlsx, sheet May, row 7, column contact_date: is no date'
    """
    row = f", row {problem['row']}" if problem["row"] is not None else ""
    column = f", column {problem['column']}" if problem["column"] else ""
    return f"{problem['severity'].upper()} {_place(problem)}{row}{column}: {problem['message']}"


def _place(entry: dict) -> str:
    return entry["file"] + (f", sheet {entry['sheet']}" if entry["sheet"] else "")


def _count(problems: list[dict]) -> str:
    errors = sum(problem["severity"] == "error" for problem in problems)
    return f"{errors} errors, {len(problems) - errors} warnings"


def tracked_extracts(raw: Path) -> list[dict]:
    """A warning for each file of a council that git would carry off; none where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--full-name", "--", str(raw)],
            cwd=raw, capture_output=True, text=True, encoding="utf-8", check=False, timeout=30,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return []
    names = [name for name in listed.stdout.split("\0") if name] if not listed.returncode else []
    return [
        {
            "file": name, "sheet": "", "row": None, "column": "", "severity": "warning",
            "message": "is tracked by git; a council's extracts must not be: git rm --cached it",
        }
        for name in names
        if not name.startswith(MAY_BE_TRACKED)
    ]  # fmt: skip
