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
    except ImportError as error:
        raise UsageError("--scheduler needs dask[distributed]; start it through run.py") from error

    async def knock() -> None:
        """A client that finds nobody in would complain of it once more when the run ends."""
        await (await connect(address, timeout=CONNECT_SECONDS)).close()

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
        # a task whose worker died is given out once more, as on one machine, not three times
        client.run_on_scheduler(
            lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 1)
        )
        executor = client.get_executor(pure=False)
        with process_readers(readers) as reading:
            yield Workers(executor, 2 * threads, far=True, is_alive=watch(client), **reading)


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
