"""One authority's report within a run: planned, run notebook by notebook, put in place."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from analysis.running import inputs, manifest, publish, suite, work
from analysis.running.manifest import Request
from analysis.running.outcomes import MADE
from analysis.running.parameters import Notebook
from analysis.running.suite import Result, Task
from analysis.sources.authority import PROFILE
from analysis.sources.extracts import Extracts, load_authority


class Changed(Exception):
    """Raised when an authority's files were changed while they were being read."""


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
    unusable_files: list[str]
    results: dict[str, Result] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    reused: set[str] = field(default_factory=set)

    def ready(self) -> list[Notebook]:
        """The notebooks that can be started now: the leader summary after all others."""
        waiting = [n for n in self.request.notebooks if n.name not in self.started]
        first = [n for n in waiting if not n.is_summary]
        others_done = len(self.results) >= len(self.request.notebooks) - 1
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
            code=inputs.code_sum(),
            parcel=suite.parcel_of(self.folder) if far else None,
        )

    def take(self, notebook: str, result: Result) -> None:
        """Note how a notebook ended; what it saved is laid where the summary finds it."""
        self.results[notebook] = result
        folder = self.folder / "results" / notebook
        shutil.rmtree(folder, ignore_errors=True)
        if result.outcome == MADE:
            folder.mkdir(parents=True)
            for name, text in result.saved.items():
                (folder / name).write_text(text, encoding="utf-8", newline="\n")

    @property
    def is_finished(self) -> bool:
        """Whether every notebook has ended."""
        return len(self.results) == len(self.request.notebooks)

    @property
    def is_complete(self) -> bool:
        """Whether every page was made and nothing that the standing report used is lost."""
        return not self.lost and all(r.outcome == MADE for r in self.results.values())


def open_authority(request: Request, authority: str, folder: Path) -> AuthorityRun:
    """Read an authority's extracts and lay them out for its notebooks.

    Pages that would come out the same are taken over and not run again.

    Raises
    ------
    ExtractError, NoCompleteMonth, StillCopied, Changed
        When there is nothing that a report could be made from.
    """
    inputs.wait_until_copied(inputs.input_files(request.raw, authority))
    sums = inputs.input_sums(request.raw, authority)
    extracts = load_authority(authority, raw=request.raw, processed=request.processed)
    if inputs.input_sums(request.raw, authority) != sums:
        raise Changed(f"{authority}: a file changed while it was being read; run again")
    period = _period(request, extracts)
    latest = work.last_complete_month(extracts.tables)
    previous = manifest.previous_report(request.out, authority, period)
    run = AuthorityRun(
        request=request,
        authority=authority,
        name=extracts.authority.name,
        synthetic=bool(extracts.authority.synthetic),
        status=extracts.authority.status,
        period=period,
        latest=str(latest) if latest is not None else None,
        folder=folder,
        sums=sums,
        marks=manifest.fingerprints(request, sums, period, previous),
        previous=previous,
        made_at=work.stated_time(),
        files=extracts.files.to_dict(orient="records"),
        rows={name: len(table) for name, table in sorted(extracts.tables.items())},
        problems=_problem_counts(extracts),
        lost=lost_inputs(publish.manifest_of(request.out, authority, period), extracts, sums),
        unusable_files=unusable_files(extracts),
    )
    before = _previous_facts(request.out, authority, previous)
    given = work.with_benchmarks(extracts, request.raw)
    work.write_inputs(
        folder, given, work.period_of(period, {}), request.release, before, run.made_at
    )
    if not request.force:
        _take_over_unchanged(run)
    return run


def _period(request: Request, extracts: Extracts) -> str:
    """The month that the report ends with; where none is complete, the files that may be why."""
    try:
        return str(work.period_of(request.period or work.LATEST, extracts.tables))
    except work.NoCompleteMonth as error:
        lost = unusable_files(extracts)
        if not lost:
            raise
        words = f"could not be used: {', '.join(lost)} (analysis check says why); {error}"
        raise work.NoCompleteMonth(words) from error


def _problem_counts(extracts: Extracts) -> dict[str, int]:
    counts = extracts.problems["severity"].value_counts()
    return {kind: int(counts.get(kind, 0)) for kind in ("error", "warning")}


def lost_inputs(standing: dict, extracts: Extracts, sums: dict[str, str]) -> list[str]:
    """What the complete report that stands was made from and that can no longer be read.

    A report made without it would look whole and be wrong, so it does not replace the other.
    """
    if not standing.get("complete"):
        return []
    now = set(extracts.files["contract"])
    contracts = {entry["contract"] for entry in standing.get("inputs", [])}
    files = {entry["file"] for entry in standing.get("inputs", [])}
    profile = [PROFILE] if PROFILE in standing.get("input_sums", {}) and PROFILE not in sums else []
    return profile + sorted(contracts - now) + [f for f in unusable_files(extracts) if f in files]


def unusable_files(extracts: Extracts) -> list[str]:
    """Files with an error that is not of one row, so that no table could be made from them."""
    errors = extracts.problems[extracts.problems["severity"] == "error"]
    whole = errors.loc[errors["row"].isna(), "file"].unique()
    return sorted(set(whole) - set(extracts.files["file"]))


def _previous_facts(out: Path, authority: str, previous: dict) -> dict:
    if not previous:
        return {}
    path = out / authority / previous["period"] / "facts.json"
    return {"period": previous["period"], "facts": json.loads(path.read_text(encoding="utf-8"))}


def _take_over_unchanged(run: AuthorityRun) -> None:
    """Count notebooks as made whose page and results are kept and would come out the same."""
    for notebook in run.request.notebooks:
        kept = manifest.kept_results(
            run.request, run.authority, run.period, notebook.name, run.marks[notebook.name]
        )
        if kept:
            run.started.add(notebook.name)
            run.reused.add(notebook.name)
            result = Result(MADE, "", kept["html"], kept["saved"], kept["seconds"])
            run.take(notebook.name, result)
