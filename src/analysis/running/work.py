"""A run's work folder: what goes in to the notebooks.

Under the runner the driver has put an authority's tidy tables there and ``ANALYSIS_WORK`` names
it. By hand, in a lab, there is no such folder: the extracts are read, through the cache.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from analysis.running.parameters import LATEST
from analysis.running.periods import last_complete_month
from analysis.running.results import SavedResults
from analysis.sources.authority import load_authority_profile
from analysis.sources.benchmarks import BenchmarkError, load_benchmarks
from analysis.sources.extracts import Extracts, load_authority
from analysis.sources.inventory import BENCHMARKS, PROFILE
from analysis.sources.problems import ExtractError

FRAMES = ("problems", "files", "restatements")


class NoCompleteMonth(Exception):
    """Raised when no period is named and the extracts hold no complete month of contacts."""


@dataclass(frozen=True)
class RunInputs:
    """What a notebook is given.

    ``results`` holds what the notebooks before it saved; ``previous`` the previous report's
    ``period`` and ``facts``, empty where there is none; ``generated`` the stated time of the run.
    """

    extracts: Extracts
    period: pd.Period
    release: str
    work: Path
    results: Mapping[str, dict] = field(default_factory=dict)
    previous: dict = field(default_factory=dict)
    generated: str = ""


def stated_time() -> str:
    """The time that a run states as its own; SOURCE_DATE_EPOCH fixes it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")


def period_of(period: str, tables: dict[str, pd.DataFrame]) -> pd.Period:
    """The month that a report ends with: the one named, else the last complete month.

    Raises
    ------
    NoCompleteMonth
        When none is named and the tables hold none.
    """
    if period != LATEST:
        return pd.Period(period, "M")
    found = last_complete_month(tables)
    if found is None:
        raise NoCompleteMonth(
            "the extracts hold no complete month of contacts; name a month with --period YYYY-MM"
        )
    return found


def open_inputs(authority: str, period: str, release: str, raw: str) -> RunInputs:
    """What a notebook needs, under the runner and by hand alike.

    Parameters
    ----------
    authority
        The folder of the authority.
    period
        YYYY-MM, or "latest" for the last complete month of contacts.
    release
        "public" or "internal".
    raw
        The folder that holds the authorities, from the notebook's own folder; by hand only.
    """
    work = os.environ.get("ANALYSIS_WORK")
    if work:
        return read_inputs(Path(work))
    processed = Path(raw).resolve().parent / "processed"
    own = load_authority(authority, raw=Path(raw), processed=processed)
    extracts = with_benchmarks(own, Path(raw))
    month = period_of(period, extracts.tables)
    folder = processed / "results" / authority / str(month) / release
    return RunInputs(
        extracts=extracts,
        period=month,
        release=release,
        work=folder,
        results=SavedResults(folder),
        generated=stated_time(),
    )


def with_benchmarks(extracts: Extracts, raw: Path) -> Extracts:
    """An authority's tables and, as ``benchmarks``, the published figures that raw holds for all.

    Raises
    ------
    ExtractError
        When the workbook of published figures lacks a column.
    """
    try:
        published = load_benchmarks(raw / BENCHMARKS)
    except BenchmarkError as error:
        raise ExtractError(str(error)) from error
    return replace(extracts, tables={**extracts.tables, "benchmarks": published})


def write_inputs(
    work: Path, extracts: Extracts, period: pd.Period, release: str, previous: dict, generated: str
) -> None:
    """Put an authority's tidy tables into a work folder, for the notebooks of one run."""
    tables = work / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    for name, table in extracts.tables.items():
        table.to_feather(tables / f"{name}.feather")
    for name in FRAMES:
        getattr(extracts, name).to_feather(work / f"{name}.feather")
    folder = Path(extracts.authority.folder)
    profile = work / "authority" / folder.name
    profile.mkdir(parents=True, exist_ok=True)
    if (folder / PROFILE).exists():
        shutil.copyfile(folder / PROFILE, profile / PROFILE)
    said = {
        "authority": folder.name,
        "period": str(period),
        "release": release,
        "previous": previous,
        "generated": generated,
        "missing_columns": {key: list(names) for key, names in extracts.missing_columns.items()},
    }
    (work / "inputs.json").write_text(json.dumps(said), encoding="utf-8")


def _table(path: Path) -> pd.DataFrame:
    """A table of a work folder; threads cost more than they give at its size."""
    return pd.read_feather(path, use_threads=False)


def read_inputs(work: Path) -> RunInputs:
    """What the driver put into a work folder, and what notebooks have saved there since."""
    said = json.loads((work / "inputs.json").read_text(encoding="utf-8"))
    tables = StoredTables(work / "tables")
    frames = {name: _table(work / f"{name}.feather") for name in FRAMES}
    extracts = Extracts(
        authority=load_authority_profile(work / "authority" / said["authority"]),
        tables=tables,
        missing_columns={key: tuple(names) for key, names in said["missing_columns"].items()},
        **frames,
    )
    return RunInputs(
        extracts=extracts,
        period=pd.Period(said["period"], "M"),
        release=said["release"],
        work=work,
        results=SavedResults(work),
        previous=said["previous"],
        generated=said["generated"],
    )


class StoredTables(Mapping):
    """Tidy tables in a folder, each read when it is first asked for: no notebook uses them all."""

    def __init__(self, folder: Path) -> None:
        self._paths = {path.stem: path for path in sorted(folder.glob("*.feather"))}
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The table of a contract."""
        if name not in self._read:
            self._read[name] = _table(self._paths[name])
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is such a table, without reading it."""
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        """The names of the tables."""
        return iter(self._paths)

    def __len__(self) -> int:
        """How many tables there are."""
        return len(self._paths)
