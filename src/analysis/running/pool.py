"""Worker processes whose death costs only the task in hand.

The standard pool of processes loses every task when one process dies. Here each worker is a pool
of one; a broken one is replaced. Workers end with their parent, and their kernels with them.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection

from analysis.running import suite
from analysis.running.dispatch import Workers


class ProcessWorkers(Executor):
    """An executor over a fixed number of processes, each with its own warm kernel."""

    def __init__(self, number: int) -> None:
        self._pools = [_one_worker() for _ in range(number)]
        self._last: list[Future | None] = [None] * number

    def submit(self, function: Callable, /, *args: object, **kwargs: object) -> Future:
        """Give a task to a worker that is free, else to the first."""
        free = [i for i, last in enumerate(self._last) if last is None or last.done()]
        place = free[0] if free else 0
        try:
            future = self._pools[place].submit(function, *args, **kwargs)
        except BrokenProcessPool:
            self._pools[place].shutdown(wait=False)
            self._pools[place] = _one_worker()
            future = self._pools[place].submit(function, *args, **kwargs)
        self._last[place] = future
        return future

    def warm_up(self) -> None:
        """Start every worker and its kernel, without waiting for them."""
        for pool in self._pools:
            pool.submit(suite.warm_up)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers: after their tasks, or at once where nobody waits."""
        if wait:
            concurrent.futures.wait([last for last in self._last if last is not None])
        end_children()  # together, and without the clearing up that a process does when it ends
        for pool in self._pools:
            pool.shutdown(wait=wait, cancel_futures=cancel_futures)


@contextlib.contextmanager
def process_workers(number: int) -> Iterator[Workers]:
    """This machine's processes for one run; they are ended at once where the run breaks off."""
    executor = ProcessWorkers(number)
    try:
        executor.warm_up()
        yield Workers(executor, number)
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


def _one_worker() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=begin_worker)


def begin_worker() -> None:
    """Set a worker up: deaf to Ctrl-C, which is the driver's, and not outliving the driver."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _leave())
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()


def _leave_with(parent: int) -> None:
    connection.wait([parent])
    _leave()


def _leave() -> None:
    """End this worker and its kernel now."""
    from analysis.running import engine

    engine.drop_kernel()
    os._exit(1)


def end_children() -> None:
    """End every worker of this process at once; each ends its kernel."""
    children = multiprocessing.active_children()
    for child in children:
        child.terminate()
    for child in children:
        child.join(timeout=5)
        if child.is_alive():
            child.kill()
