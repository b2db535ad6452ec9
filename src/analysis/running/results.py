"""What notebooks save in a work folder, for the leader summary, facts.json and the workbook."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import pandas as pd


class SavedResults(Mapping):
    """What notebooks saved in a work folder, read when it is first asked for.

    Only the leader summary asks. While the others run, what one of them saved is put in place
    beside the rest and must not be looked at.
    """

    def __init__(self, work: Path) -> None:
        self._work = work

    @cached_property
    def _found(self) -> dict[str, dict]:
        return load_results(self._work)

    def __getitem__(self, notebook: str) -> dict:
        """What a notebook saved."""
        return self._found[notebook]

    def __iter__(self) -> Iterator[str]:
        """The notebooks that saved anything, in order."""
        return iter(self._found)

    def __len__(self) -> int:
        """How many notebooks saved anything."""
        return len(self._found)


def save_results(work: Path, notebook: str, results: dict) -> None:
    """Save what a notebook found: its facts, its suppressed tables, and what else its page says.

    The three files replace those of an earlier run all at once. They are read by machines, so
    they are written without line breaks, which takes Python a third of the time.
    """
    folder = Path(work) / "results" / notebook
    part = folder.with_name(f".{notebook}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    rest = {key: value for key, value in results.items() if key not in ("facts", "tables")}
    texts = {
        "facts.json": results.get("facts", []),
        "tables.json": results.get("tables", []),
        "page.json": rest,
    }
    for name, value in texts.items():
        text = json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)
        (part / name).write_text(text, encoding="utf-8", newline="\n")
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def load_results(work: Path) -> dict[str, dict]:
    """Notebook name -> what it saved in a work folder: facts, tables and what its page says."""
    found = {}
    for path in sorted((Path(work) / "results").glob("[0-9]*/page.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        for part in ("facts", "tables"):
            page[part] = json.loads((path.parent / f"{part}.json").read_text(encoding="utf-8"))
        found[path.parent.name] = page
    return found


def as_json(value: object) -> str:
    """A value as JSON text: what is missing becomes null, never NaN.

    Examples
    --------
    >>> print(as_json({"share": float("nan"), "month": pd.Period("2021-08", "M")}))
    {
     "share": null,
     "month": "2021-08"
    }
    """
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=1)


def _plain(value: object) -> object:
    """A value in JSON's own types."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, pd.DataFrame):
        return _plain(value.to_dict(orient="records"))
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if value is pd.NA or value is pd.NaT:
        return None
    if hasattr(value, "item"):
        return _plain(value.item())
    return value.isoformat()[:10] if isinstance(value, pd.Timestamp) else str(value)


_AS_IT_IS = frozenset({str, int, bool, type(None)})
"""The types of most values; asking for them first saves asking for all others."""
