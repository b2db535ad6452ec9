"""``analysis report``: every authority asked for, each page that changed, what is to be said."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from analysis.running import inputs, manifest, publish
from analysis.running.dispatch import Workers, run_all
from analysis.running.lock import Lock, is_alive, locked, this_process
from analysis.running.manifest import Request
from analysis.running.progress import Progress


@dataclass
class Summary:
    """What became of each authority of a run."""

    made: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 done; 1 something in the data or a notebook failed."""
        return 1 if self.failed or self.warned else 0

    def line(self) -> str:
        """One line fit for the subject of an e-mail.

        Examples
        --------
        >>> Summary(made=["derby 2021-08"], failed=["york 2021-08"]).line()
        'FAILED: york 2021-08. Made: derby 2021-08.'
        >>> Summary(unchanged=["derby"]).line()
        'Reports done. Unchanged: derby.'
        """
        parts = [f"FAILED: {_few(self.failed)}." if self.failed else "Reports done."]
        if self.warned:
            parts.append(f"Errors in the extracts: {_few(self.warned)}.")
        if self.made:
            parts.append(f"Made: {_few(self.made)}.")
        if self.unchanged:
            parts.append(f"Unchanged: {_few(self.unchanged)}.")
        return " ".join(parts)


def _few(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def run_report(request: Request, workers: Callable[[], AbstractContextManager[Workers]]) -> Summary:
    """Run a request: what is unchanged stays, what changed is made and put in place.

    Parameters
    ----------
    request
        What is asked for.
    workers
        Gives the executor; called only where something is to be run.

    Raises
    ------
    UsageError, Locked, OSError
        When the folder for the reports cannot be used.
    """
    summary = Summary()
    request.out.mkdir(parents=True, exist_ok=True)
    with locked(publish.state_folder(request.out) / "lock") as lock:
        publish.open_tree(request.out, request.release)
        publish.recover(request.out)
        changed = _changed(request, summary)
        if changed:
            with work_root(request.processed) as root, workers() as given:
                progress = Progress(len(changed) * len(request.notebooks))
                opened = _opened(request, changed, root, summary, lock, progress)
                run_all(opened, given, progress, _finisher(summary, lock, progress))
                progress.end()
        for authority in request.authorities if request.keep else []:
            publish.keep_newest(request.out, authority, request.keep)
        publish.write_contents(request.out)
    return summary


def _changed(request: Request, summary: Summary) -> list[str]:
    """The authorities whose report would not come out as it stands."""
    changed = []
    for authority in request.authorities:
        sums = inputs.input_sums(request.raw, authority)
        if manifest.is_unchanged(request, authority, sums):
            summary.unchanged.append(authority)
            period = manifest.known_period(request, authority, sums)
            publish.remove_failed(request.out, authority, period)
        else:
            changed.append(authority)
    return changed


@contextlib.contextmanager
def work_root(processed: Path) -> Iterator[Path]:
    """A folder for the tidy tables of one run, gone afterwards; those of dead runs go too."""
    import json

    base = processed / "work"
    try:
        base.mkdir(parents=True, exist_ok=True)
        root = Path(tempfile.mkdtemp(dir=base))
    except OSError:
        base = None
        root = Path(tempfile.mkdtemp(prefix="analysis-work-"))
    (root / "owner.json").write_text(json.dumps(this_process()), encoding="utf-8")
    for other in base.iterdir() if base else []:
        with contextlib.suppress(OSError, ValueError):
            owner = json.loads((other / "owner.json").read_text(encoding="utf-8"))
            if not is_alive(owner):
                shutil.rmtree(other, ignore_errors=True)
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _opened(
    request: Request, names: list[str], root: Path, summary: Summary, lock: Lock, progress: Progress
) -> Iterator:
    """Each authority's run, opened when it is asked for; one that cannot be opened is said."""
    from analysis.running import finish, work
    from analysis.running.run_authority import open_authority

    for authority in names:
        folder = root / authority
        folder.mkdir()
        try:
            yield open_authority(request, authority, folder)
        except Exception as error:  # noqa: BLE001  (one authority's failure costs only itself)
            outcome, words = why_not_opened(error)
            progress.say(f"{authority}: {outcome}: {words}")
            summary.failed.append(authority)
            with contextlib.suppress(OSError):
                finish.publish_unreadable(request, authority, outcome, lock, work.stated_time())


def why_not_opened(error: Exception) -> tuple[str, str]:
    """The outcome of an authority that could not be opened, and words for the analyst's log.

    An exception that is not our own is named by its kind and place: its text can hold data.
    """
    from analysis.running.run_authority import Changed
    from analysis.running.work import NoCompleteMonth
    from analysis.sources.problems import ExtractError

    outcome = "extracts unreadable"
    if isinstance(error, NoCompleteMonth):
        return "no complete month", str(error)
    if isinstance(error, ExtractError | Changed | inputs.StillCopied):
        return outcome, str(error)
    if isinstance(error, OSError):
        place = Path(error.filename).name if error.filename else "a file"
        return outcome, f"{place}: {error.strerror}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return outcome, f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"


def _finisher(summary: Summary, lock: Lock, progress: Progress) -> Callable:
    """What puts one authority's run in place and notes what became of it."""
    from analysis.running.finish import publish_run

    def finish(run) -> None:
        name = f"{run.authority} {run.period}"
        try:
            publish_run(run, lock)
        except (OSError, ValueError) as error:
            why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
            progress.say(f"{name}: not published ({type(error).__name__}: {why})")
            summary.failed.append(name)
            return
        for lost in run.lost:
            progress.say(f"{name}: {lost} was in the report that stands and is missing now")
        (summary.made if run.is_complete else summary.failed).append(name)
        if run.unusable_files:
            progress.say(f"{name}: could not be used: {', '.join(run.unusable_files)}")
            summary.warned.append(name)

    return finish
