"""One authority's report within a run: which notebooks are to be run, and how each ended."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from analysis.running import inputs, suite
from analysis.running.manifest import Request
from analysis.running.outcomes import MADE
from analysis.running.parameters import Notebook
from analysis.running.suite import Result, Task


@dataclass(frozen=True)
class NotOpened:
    """An authority that no report can be made for: the outcome, and words for the analyst's log."""

    authority: str
    outcome: str
    words: str


@dataclass
class AuthorityRun:
    """One authority's report in the making."""

    request: Request
    authority: str
    name: str
    synthetic: bool
    status: str
    period: str
    latest: str | None
    folder: Path
    sums: dict[str, str]
    marks: dict[str, str]
    previous: dict
    made_at: str
    files: list[dict]
    rows: dict[str, int]
    problems: dict[str, int]
    lost: list[str]
    missed: list[str]
    unusable_files: list[str]
    late_from: str
    results: dict[str, Result] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    reused: set[str] = field(default_factory=set)

    def ready(self) -> list[Notebook]:
        """The notebooks that can be started now: the leader summary after all others."""
        waiting = [n for n in self.request.notebooks if n.name not in self.started]
        first = [n for n in waiting if not n.is_summary]
        others = {n.name for n in self.request.notebooks if not n.is_summary}
        others_done = others <= set(self.results)
        return first or (waiting if others_done else [])

    def task(self, notebook: Notebook, *, far: bool) -> Task:
        """A notebook of this run as a task; ``far`` where the worker may not see our folders."""
        self.started.add(notebook.name)
        own = self.request.parameters[notebook.name]
        said = {
            "authority": self.authority, "period": self.period, "release": self.request.release,
        }  # fmt: skip
        return Task(
            authority=self.authority,
            period=self.period,
            notebook=notebook.name,
            source=notebook.source,
            is_summary=notebook.is_summary,
            parameters=said | own,
            work=str(self.folder),
            code=inputs.worker_sum(),
            parcel=suite.parcel_of(self.folder) if far else None,
        )

    def take(self, notebook: str, result: Result) -> Result:
        """Note how a notebook ended; what it saved is laid where the summary finds it."""
        folder = self.folder / "results" / notebook
        shutil.rmtree(folder, ignore_errors=True)
        if result.outcome == MADE:
            try:
                folder.mkdir(parents=True)
                for name, text in result.saved.items():
                    (folder / name).write_text(text, encoding="utf-8", newline="\n")
            except OSError as error:
                result = Result(*suite.outcome_of(error))
        self.results[notebook] = result
        return result

    @property
    def is_finished(self) -> bool:
        """Whether every notebook has ended."""
        return len(self.results) == len(self.request.notebooks)

    @property
    def is_complete(self) -> bool:
        """Whether every page was made and nothing that the standing report used is lost."""
        return not self.lost and all(r.outcome == MADE for r in self.results.values())
