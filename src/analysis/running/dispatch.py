"""The loop of a run: authorities to readers, their notebooks to workers, results back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field

from analysis.running.collector import look_now
from analysis.running.interrupt import stop_if_asked
from analysis.running.parameters import Notebook
from analysis.running.progress import Progress
from analysis.running.run_authority import AuthorityRun, NotOpened
from analysis.running.suite import Result, run_task

LOOK_SECONDS = 0.2
ATTEMPTS = 2
KILLED = "KilledWorker"  # a cluster has given the task out once more itself


class WorkersLost(Exception):
    """Raised when no worker is left, and none is to be expected, for the tasks given out."""


class InPlace(Executor):
    """An executor without any worker: what it is given it does at once."""

    def submit(self, function: Callable, /, *args: object, **kwargs: object) -> Future:
        """Call a function; its value or its error is there when this returns."""
        future = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001
            future.set_exception(error)
        return future


@dataclass(frozen=True)
class Workers:
    """Executors for notebooks and for reading, and how many tasks each is given at a time.

    ``far`` workers may be other machines. ``is_alive`` is asked whether the executor can still end
    what it is given. Only this machine reads extracts: of several authorities each in a process of
    its own, a single one in the driver itself while its worker starts.
    """

    executor: Executor
    slots: int
    readers: Executor = field(default_factory=InPlace)
    reader_slots: int = 1
    far: bool = False
    is_alive: Callable[[], bool] = lambda: True


def run_all(
    authorities: list[str],
    read: Callable[[str], AuthorityRun | NotOpened],
    workers: Workers,
    progress: Progress,
    finish: Callable[[AuthorityRun | NotOpened], None],
) -> None:
    """Run every notebook of every authority over an executor, the next one as one ends.

    A task whose process died is given out once more. The next authorities are read while workers
    are busy with those before them; few are open at a time.

    Parameters
    ----------
    authorities, read
        Who is to be read, and what opens one's run.
    workers
        The executors, and how many tasks they are given at a time.
    progress, finish
        What is told of each notebook's end, and what puts an authority's finished run in place or
        says why there is none.

    Raises
    ------
    WorkersLost
        When the executor can no longer end what it is given.
    """
    unread = list(authorities)
    active: list[AuthorityRun] = []
    reading: dict[Future, tuple] = {}
    flying: dict[Future, tuple] = {}
    progress.begin()
    while unread or reading or active:
        stop_if_asked()
        if not workers.is_alive():
            raise WorkersLost
        for run in active:
            for notebook in run.ready()[: workers.slots - len(flying)]:
                _give(run, notebook, 1, flying, workers, progress)
        while unread and _may_read(len(reading), len(active), workers):
            authority = unread.pop(0)
            reading[workers.readers.submit(read, authority)] = (authority, 1)
        done, _ = wait([*flying, *reading], timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
        progress.look()
        for future in done:
            if future in flying:
                _take(future, flying, workers, progress)
                continue
            opened = _opened(future, reading, read, workers)
            if isinstance(opened, NotOpened):
                finish(opened)
            elif opened is not None:
                active.append(opened)
        _finish_those_done(active, finish)


def _may_read(reading: int, active: int, workers: Workers) -> bool:
    """Whether a reader is free and not too much is open: a worker's share, and one for the next."""
    return reading < workers.reader_slots and reading + active <= workers.slots


def _opened(
    future: Future, reading: dict[Future, tuple], read: Callable, workers: Workers
) -> AuthorityRun | NotOpened | None:
    """What came of reading an authority; None where its reader died and it is read once more."""
    authority, attempt = reading.pop(future)
    error = future.exception()
    if error is None:
        return future.result()
    if attempt < ATTEMPTS:
        reading[workers.readers.submit(read, authority)] = (authority, attempt + 1)
        return None
    return NotOpened(authority, "worker died", type(error).__name__)


def _give(
    run: AuthorityRun,
    notebook: Notebook,
    attempt: int,
    flying: dict[Future, tuple],
    workers: Workers,
    progress: Progress,
) -> None:
    """Give a task to a worker."""
    progress.started(run.authority, notebook.name, run.folder / f"{notebook.name}.cell")
    future = workers.executor.submit(run_task, run.task(notebook, far=workers.far))
    flying[future] = (run, notebook, attempt)


def _take(
    future: Future, flying: dict[Future, tuple], workers: Workers, progress: Progress
) -> None:
    """Take a task's result; where its worker died, give it out once more."""
    run, notebook, attempt = flying.pop(future)
    kind = "cancelled" if future.cancelled() else type(future.exception()).__name__
    if kind == "NoneType":
        result = future.result()
    elif attempt < ATTEMPTS and kind != KILLED:
        _give(run, notebook, attempt + 1, flying, workers, progress)
        return
    else:
        result = Result("worker died", kind)
    result = run.take(notebook.name, result)
    progress.ended(run.authority, run.period, notebook.name, result)


def _finish_those_done(active: list[AuthorityRun], finish: Callable) -> None:
    """Put finished runs in place and let go of them."""
    for run in [run for run in active if run.is_finished]:
        active.remove(run)
        finish(run)
        shutil.rmtree(run.folder, ignore_errors=True)
        run.results.clear()
        look_now()
