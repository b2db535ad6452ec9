"""Worker processes whose death costs only the task in hand.

The standard pool of processes loses every task when one process dies. Here each worker is a pool
of one; a broken one is replaced. Workers end with their parent, and their kernels with them.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection

from analysis.running import suite
from analysis.running.collector import look_seldom
from analysis.running.dispatch import Workers


class ProcessWorkers(Executor):
    """An executor over a fixed number of processes, each set up by ``begin``."""

    def __init__(self, number: int, begin: Callable) -> None:
        self._begin = begin
        self._pools = [_one_process(begin) for _ in range(number)]
        self._last: list[Future | None] = [None] * number

    def submit(self, function: Callable, /, *args: object, **kwargs: object) -> Future:
        """Give a task to a worker that is free, else to the first."""
        free = [i for i, last in enumerate(self._last) if last is None or last.done()]
        place = free[0] if free else 0
        try:
            future = self._pools[place].submit(function, *args, **kwargs)
        except BrokenProcessPool:
            self._pools[place].shutdown(wait=False)
            self._pools[place] = _one_process(self._begin)
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
def process_workers(number: int, readers: int) -> Iterator[Workers]:
    """This machine's processes for one run; they are ended at once where the run breaks off."""
    executor = ProcessWorkers(number, begin_worker)
    try:
        executor.warm_up()
        with process_readers(readers) as reading:
            yield Workers(executor, number, **reading)
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


@contextlib.contextmanager
def process_readers(number: int) -> Iterator[dict]:
    """Processes that read extracts, as the fields of ``Workers``; none where none is asked for."""
    if number == 0:
        yield {}
        return
    executor = ProcessWorkers(number, begin_reader)
    try:
        yield {"readers": executor, "reader_slots": number}
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _one_process(begin: Callable) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=begin)


def begin_worker() -> None:
    """Set a worker up: deaf to Ctrl-C, which is the driver's, and not outliving the driver."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _leave())
    _leave_with_parent(_leave)


def begin_reader() -> None:
    """Set a reader up: as a worker, but without a kernel that it would have to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    look_seldom()
    _leave_with_parent(functools.partial(os._exit, 1))


def _leave_with_parent(leave: Callable) -> None:
    """Have this process leave when its parent is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=(parent.sentinel, leave), daemon=True).start()


def _leave_after(parent: int, leave: Callable) -> None:
    connection.wait([parent])
    leave()


def _leave() -> None:
    """End this worker and its kernel now."""
    from analysis.running import engine

    engine.end_kernel()
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
