"""Many machines: a Dask cluster's own executor in place of this machine's processes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator

from analysis.running.dispatch import Workers
from analysis.running.parameters import UsageError
from analysis.running.pool import process_readers

CONNECT_SECONDS = 20
WORKERS_SECONDS = 60
LOOK_SECONDS = 5


@contextlib.contextmanager
def cluster_workers(address: str, readers: int) -> Iterator[Workers]:
    """A running Dask cluster as the workers of one run, and this machine's processes that read.

    Raises
    ------
    UsageError
        When Dask is not installed, or no scheduler or no worker answers at the address.
    """
    try:
        from distributed import Client
        from distributed.comm import connect
        from distributed.security import Security
    except ImportError as error:
        raise UsageError("--scheduler needs dask[distributed]; start it through run.py") from error

    async def knock() -> None:
        """A client that finds nobody in would complain of it once more when the run ends."""
        ours = Security().get_connection_args("client")
        await (await connect(address, timeout=CONNECT_SECONDS, **ours)).close()

    try:
        asyncio.run(knock())
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"--scheduler {address}: no scheduler answers there") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except TimeoutError as error:
            raise UsageError(f"--scheduler {address}: it has no workers") from error
        threads = sum(client.nthreads().values())
        executor = client.get_executor(pure=False)
        with process_readers(readers) as reading, _given_out_once_more(client):
            yield Workers(executor, 2 * threads, far=True, is_alive=watch(client), **reading)


@contextlib.contextmanager
def _given_out_once_more(client: object) -> Iterator[None]:
    """Have a task whose worker died given out once more, as on one machine; Dask does it thrice."""

    def allow(failures: int, dask_scheduler: object) -> int:
        before, dask_scheduler.allowed_failures = dask_scheduler.allowed_failures, failures
        return before

    before = client.run_on_scheduler(allow, 1)
    try:
        yield
    finally:
        with contextlib.suppress(Exception):  # a scheduler that is lost has no setting left
            client.run_on_scheduler(allow, before)


def watch(client: object) -> Callable[[], bool]:
    """What tells whether a cluster can still do work: asked often, it looks now and then.

    A cluster is lost when its scheduler has gone, or when it has had no worker for a minute:
    Dask itself would wait for either for ever.
    """
    looked = worked = time.monotonic()

    def is_alive() -> bool:
        nonlocal looked, worked
        if client.status not in ("running", "connecting"):
            return False
        if time.monotonic() - looked >= LOOK_SECONDS:
            looked = time.monotonic()
            with contextlib.suppress(OSError, TimeoutError, RuntimeError, ValueError):
                if client.nthreads(callback_timeout=WORKERS_SECONDS):
                    worked = looked
        return looked - worked < WORKERS_SECONDS

    return is_alive
