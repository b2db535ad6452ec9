"""The loop of a run: tasks to workers and results back, over any executor."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.running.collector import look_now
from analysis.running.progress import Progress

if TYPE_CHECKING:
    from analysis.running.parameters import Notebook
    from analysis.running.run_authority import AuthorityRun

LOOK_SECONDS = 0.2
ATTEMPTS = 2


class WorkersLost(Exception):
    """Raised when no worker is left, and none is to be expected, for the tasks given out."""


@dataclass(frozen=True)
class Workers:
    """An executor, how many tasks to give it at a time, and whether it may be other machines.

    ``is_alive`` is asked whether the executor can still end what it is given.
    """

    executor: Executor
    slots: int
    far: bool = False
    is_alive: Callable[[], bool] = lambda: True


def run_all(
    opened: Iterator[AuthorityRun], workers: Workers, progress: Progress, finish: Callable
) -> None:
    """Run every notebook of every authority over an executor, the next one as one ends.

    A task whose worker died is given out once more. The next authority is read while workers are
    busy with those before it, so few are held at a time.

    Parameters
    ----------
    opened
        Authorities' runs; each is read when it is asked for.
    workers
        The executor, and how many tasks it is given at a time.
    progress, finish
        What is told of each notebook's end, and what puts an authority's finished run in place.

    Raises
    ------
    WorkersLost
        When the executor can no longer end what it is given.
    """
    active: list[AuthorityRun] = []
    flying: dict[Future, tuple] = {}
    progress.begin()
    more = True
    while more or active:
        if not workers.is_alive():
            raise WorkersLost
        for run in active:
            for notebook in run.ready()[: workers.slots - len(flying)]:
                _give(run, notebook, 1, flying, workers, progress)
        if more and sum(len(run.ready()) for run in active) < workers.slots:
            run = next(opened, None)
            more = run is not None
            active += [run] if more else []
        elif flying:
            done, _ = wait(flying, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            progress.look()
            for future in done:
                _take(future, flying, workers, progress)
        _finish_those_done(active, finish)


def _give(
    run: AuthorityRun,
    notebook: Notebook,
    attempt: int,
    flying: dict[Future, tuple],
    workers: Workers,
    progress: Progress,
) -> None:
    """Give a task to a worker."""
    from analysis.running.suite import run_task

    future = workers.executor.submit(run_task, run.task(notebook, far=workers.far))
    flying[future] = (run, notebook, attempt)
    progress.started(run.authority, notebook.name, run.folder / f"{notebook.name}.cell")


def _take(
    future: Future, flying: dict[Future, tuple], workers: Workers, progress: Progress
) -> None:
    """Take a task's result; where its worker died, give it out once more."""
    from analysis.running.suite import Result

    run, notebook, attempt = flying.pop(future)
    error = None if future.cancelled() else future.exception()
    if error is None and not future.cancelled():
        result = future.result()
    elif attempt < ATTEMPTS:
        _give(run, notebook, attempt + 1, flying, workers, progress)
        return
    else:
        result = Result("worker died", type(error).__name__)
    run.take(notebook.name, result)
    progress.ended(run.authority, run.period, notebook.name, result)


def _finish_those_done(active: list[AuthorityRun], finish: Callable) -> None:
    """Put finished runs in place and let go of them."""
    for run in [run for run in active if run.is_finished]:
        active.remove(run)
        finish(run)
        shutil.rmtree(run.folder, ignore_errors=True)
        run.results.clear()
        look_now()
