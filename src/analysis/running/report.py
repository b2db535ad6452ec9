"""``analysis report``: every authority asked for, each page that changed, what is to be said."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from analysis.running import manifest, publish
from analysis.running.collector import look_seldom
from analysis.running.dispatch import Workers, WorkersLost, run_all
from analysis.running.folders import KERNELS, RUNS, WORK, clear_folders, make_folder
from analysis.running.lock import Lock, LockLost, locked
from analysis.running.manifest import Request
from analysis.running.outcomes import DISAGREE
from analysis.running.progress import Progress
from analysis.running.run_authority import AuthorityRun, NotOpened
from analysis.running.streams import say


@dataclass
class Summary:
    """What became of each authority of a run; those still to be made are ``waiting``."""

    made: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 done; 1 something in the data or a notebook failed."""
        return 1 if self.failed or self.warned or self.missed else 0

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
        if self.missed:
            parts.append(f"Tables no longer held: {_few(self.missed)}.")
        if self.made:
            parts.append(f"Made: {_few(self.made)}.")
        if self.unchanged:
            parts.append(f"Unchanged: {_few(self.unchanged)}.")
        return " ".join(parts)


def _few(found: list[str]) -> str:
    # which of them ended first may differ from run to run; a folder's name may hold a line break
    names = sorted({" ".join(name.split()) for name in found})
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def run_report(
    request: Request, workers: Callable[[int], AbstractContextManager[Workers]]
) -> Summary:
    """Run a request: what is unchanged stays, what changed is made and put in place.

    Parameters
    ----------
    request
        What is asked for.
    workers
        Gives the executor for a number of authorities; called only where something is to be run.

    Raises
    ------
    UsageError, Locked, OSError
        When the folder for the reports cannot be used.
    LockLost
        When another run has taken the folder over meanwhile; nothing more is put in place.
    """
    summary = Summary()
    publish.check_tree(request.out, request.release)
    request.out.mkdir(parents=True, exist_ok=True)
    with locked(publish.state_folder(request.out) / "lock") as lock:
        publish.check_tree(request.out, request.release)  # another run may have been first
        publish.mark_tree(request.out, request.release)
        for name in publish.recover(request.out):
            say(f"{name}: cut short by an earlier run, and its folder cannot be moved yet")
            summary.failed.append(name)
        clear_left_behind(request.processed)
        summary.waiting = _changed(request, summary)
        if summary.waiting:
            with work_root(request.processed) as root, workers(len(summary.waiting)) as given:
                progress = Progress(len(summary.waiting) * len(request.notebooks))
                read = functools.partial(read_authority, request, root)
                finish = _finisher(request, summary, lock, progress)
                look_seldom()
                try:
                    run_all(list(summary.waiting), read, given, progress, finish)
                except WorkersLost:
                    progress.say("the cluster is lost: its scheduler or all its workers have gone")
                    summary.failed += summary.waiting
                progress.end()
        for authority in request.authorities if request.keep else []:
            _keep_newest(request, authority, summary)
        _write_contents(request.out, summary)
    return summary


def _keep_newest(request: Request, authority: str, summary: Summary) -> None:
    """Remove an authority's older periods; where one cannot be removed the run has failed."""
    try:
        publish.keep_newest(request.out, authority, request.keep)
    except OSError as error:
        say(f"{authority}: an older period cannot be removed ({_why(error)})")
        summary.failed.append(authority)


def _write_contents(out: Path, summary: Summary) -> None:
    """Write the list of all reports; where it cannot be written the run has failed."""
    try:
        publish.write_contents(out)
    except OSError as error:
        say(f"{out / 'index.html'}: {error.strerror or error}")
        summary.failed.append("the list of reports")


def _changed(request: Request, summary: Summary) -> list[str]:
    """The authorities whose report would not come out as it stands."""
    changed = []
    for authority in request.authorities:
        try:
            unusable_now = functools.partial(_unusable_now, request, authority)
            period = manifest.unchanged_period(request, authority, unusable_now)
        except OSError:  # said when its files are read; the other authorities go on
            period = None
        if period is None:
            changed.append(authority)
            continue
        with contextlib.suppress(OSError):  # a page open in Windows, say: the next run tries again
            publish.remove_failed(request.out, authority, period)
        summary.unchanged.append(authority)
        standing = publish.manifest_of(request.out, authority, period)
        _warn(f"{authority} {period}", standing.get("unusable_files", []), summary)
    return changed


def _unusable_now(request: Request, authority: str, files: list[str]) -> list[str]:
    """Which files still cannot be used; only where there are some is what reads loaded."""
    from analysis.running.opening import unusable_of
    from analysis.sources.problems import ExtractError

    try:
        return unusable_of(request.raw / authority, files)
    except ExtractError:  # of its profile: who opens the authority says so
        return []


def _warn(name: str, unusable_files: list[str], summary: Summary) -> None:
    """Say which extracts could not be used, in every run until they can be."""
    if unusable_files:
        say(f"{name}: could not be used: {', '.join(unusable_files)}")
        summary.warned.append(name)


def clear_left_behind(processed: Path) -> None:
    """Remove what killed runs left: tidy tables, kernels and their folders."""
    for prefix in (WORK, KERNELS):
        clear_folders(prefix)
    clear_folders(RUNS, processed / "work")


@contextlib.contextmanager
def work_root(processed: Path) -> Iterator[Path]:
    """A folder for the tidy tables of one run, gone afterwards; those of dead runs go too."""
    base = processed / "work"
    try:
        base.mkdir(parents=True, exist_ok=True)
        root = make_folder(RUNS, base)
    except OSError:
        root = make_folder(WORK)
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def read_authority(request: Request, root: Path, authority: str) -> AuthorityRun | NotOpened:
    """Open one authority's run, here or in a reader; only who reads loads what reads."""
    from analysis.running.opening import try_to_open

    return try_to_open(request, root, authority)


def _why(error: Exception) -> str:
    """The kind of an error and, where the system has words for it, those: no value of a table."""
    words = f": {os.strerror(error.errno)}" if isinstance(error, OSError) and error.errno else ""
    return f"{type(error).__name__}{words}"


def _finisher(request: Request, summary: Summary, lock: Lock, progress: Progress) -> Callable:
    """What puts one authority's run in place, or says why there is none, and notes which.

    What it takes to do so is loaded when it is first needed: readers are at work by then.
    """

    def is_put(run: AuthorityRun | NotOpened, name: str) -> bool:
        try:
            from analysis.running import finish

            if isinstance(run, NotOpened):
                finish.publish_unreadable(request, run.authority, run.outcome, lock)
            else:
                finish.publish_run(run, lock)
        except LockLost:
            raise
        except Exception as error:  # noqa: BLE001  (out of memory, say: the next ones go on)
            progress.say(f"{name}: not published ({_why(error)})")
            publish.clear_staging(request.out, run.authority)  # on a full disk others need the room
            return False
        return True

    def refuse(found: NotOpened) -> None:
        progress.say(f"{found.authority}: {found.outcome}: {found.words}")
        summary.failed.append(found.authority)
        is_put(found, found.authority)

    def publish_made(run: AuthorityRun) -> None:
        name = f"{run.authority} {run.period}"
        if not is_put(run, name):
            summary.failed.append(name)
            return
        for notebook, result in run.results.items():
            if result.outcome == DISAGREE:
                progress.ended_otherwise(run.authority, run.period, notebook, result)
        for lost in run.lost:
            progress.say(
                f"{name}: {lost}: in the report that stands, and missing now; put back what is "
                f"missing, or delete {run.authority}/{run.period} to have a report without it"
            )
        (summary.made if run.is_complete else summary.failed).append(name)
        _warn(name, run.unusable_files, summary)
        if run.missed:
            progress.say(f"{name}: in the report before, not held now: {', '.join(run.missed)}")
            summary.missed.append(name)

    def end(run: AuthorityRun | NotOpened) -> None:
        summary.waiting.remove(run.authority)
        (refuse if isinstance(run, NotOpened) else publish_made)(run)

    return end
