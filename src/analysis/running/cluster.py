"""Many machines: a Dask cluster's own executor in place of this machine's processes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from analysis.running.dispatch import Workers
from analysis.running.parameters import UsageError

CONNECT_SECONDS = 20
WORKERS_SECONDS = 60


@contextlib.contextmanager
def cluster_workers(address: str) -> Iterator[Workers]:
    """A running Dask cluster as the workers of one run.

    Raises
    ------
    UsageError
        When Dask is not installed, or no scheduler or no worker answers at the address.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("--scheduler needs dask[distributed]; start it through run.py") from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"--scheduler {address}: no scheduler answers there") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except TimeoutError as error:
            raise UsageError(f"--scheduler {address}: it has no workers") from error
        threads = sum(client.nthreads().values())
        yield Workers(client.get_executor(pure=False), 2 * threads, far=True)
