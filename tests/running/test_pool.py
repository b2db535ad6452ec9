"""How many workers a run starts: no more than have something to do."""

from argparse import Namespace

import pytest

from analysis.running import pool
from analysis.running.cli import _workers  # before the fixture replaces it


@pytest.mark.parametrize(("jobs", "authorities", "started"), [(2, 1, 1), (2, 3, 2), (5, 3, 3)])
def test_a_run_starts_a_worker_for_each_authority_up_to_jobs(
    monkeypatch, jobs, authorities, started
):
    monkeypatch.setattr(pool, "process_workers", lambda number: number)
    assert _workers(Namespace(scheduler=None, jobs=jobs), authorities) == started
