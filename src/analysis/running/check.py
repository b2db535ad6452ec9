"""``analysis check``: what the extracts hold and what is wrong with them; nothing is run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pandas as pd

from analysis.running.advice import advice, counted
from analysis.running.streams import say
from analysis.sources.benchmark_files import BenchmarkError
from analysis.sources.benchmarks import load_benchmarks
from analysis.sources.extracts import check_files
from analysis.sources.inventory import BENCHMARKS, authorities

MAY_BE_TRACKED = ("README.md", "derby/", BENCHMARKS)


def check(files: list[Path], raw: Path, *, as_json: bool) -> int:
    """Read files, or every authority's folder of ``raw``, and print what they hold.

    Returns
    -------
    int
        1 where a problem is an error, else 0.
    """
    places = [("", files)] if files else [(name, [raw / name]) for name in authorities(raw)]
    read = [(place, *_read(place, paths)) for place, paths in places]
    shared = [] if files else [*tracked_extracts(raw), *benchmark_problems(raw)]
    problems = [problem for _, _, seen in read for problem in seen] + shared
    errors = sum(problem["severity"] == "error" for problem in problems)
    if as_json:
        found = [entry for _, entries, _ in read for entry in entries]
        say(json.dumps({"files": found, "problems": problems}, ensure_ascii=False, indent=1))
    else:
        said = [advice(*one) for one in read] or [f"{raw}: no authority has a folder here"]
        say("\n\n".join([*said, *(f"{one['file']} {one['message']}" for one in shared)]))
        say(f"\n{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}")
    return 1 if errors else 0


def _read(place: str, paths: list[Path]) -> tuple[list[dict], list[dict]]:
    """What files hold and what is wrong with them, file names with their authority's folder."""
    extracts = check_files(paths)
    prefix = f"{place}/" if place else ""
    columns = ("file", "sheet", "row", "column", "severity", "message")
    return (
        _records(extracts.files, ("file", "contract", "sheet", "rows"), prefix),
        _records(extracts.problems, columns, prefix),
    )


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


def benchmark_problems(raw: Path) -> list[dict]:
    """What is wrong with the published figures that are carried for all authorities."""
    try:
        load_benchmarks(raw / BENCHMARKS)
    except BenchmarkError as error:
        return [
            {
                "file": BENCHMARKS, "sheet": "", "row": None, "column": "", "severity": "error",
                "message": str(error).removeprefix(BENCHMARKS).lstrip(":, "),
            }
        ]  # fmt: skip
    return []


def tracked_extracts(raw: Path) -> list[dict]:
    """A warning for each file of a council that git would carry off; none where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--", "."],
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
