"""Which processes a run starts, and what the death of one that reads costs."""

import os
from argparse import Namespace

import pytest

from analysis.running import cluster, pool
from analysis.running.cli import _workers  # before the fixture replaces it
from analysis.running.dispatch import Workers, run_all
from analysis.running.pool import process_readers
from analysis.running.progress import Progress
from analysis.running.run_authority import NotOpened


@pytest.mark.parametrize(
    ("jobs", "authorities", "workers", "readers"),
    [(2, 1, 1, 0), (1, 3, 1, 1), (2, 3, 2, 1), (5, 3, 3, 2)],
)
def test_a_run_starts_no_more_processes_than_have_something_to_do(
    monkeypatch, jobs, authorities, workers, readers
):
    monkeypatch.setattr(pool, "process_workers", lambda *numbers: numbers)
    monkeypatch.setattr(cluster, "cluster_workers", lambda *said: said)
    here, far = Namespace(scheduler=None, jobs=jobs), Namespace(scheduler="tcp://a", jobs=jobs)
    assert _workers(here, authorities) == (workers, readers)
    assert _workers(far, authorities) == ("tcp://a", readers)


def read_but_for_york(authority: str) -> NotOpened:
    """Stand for the reading of extracts, where one authority's take all memory."""
    if authority == "york":
        os._exit(9)
    return NotOpened(authority, "no complete month", "")


def test_extracts_that_end_whoever_reads_them_cost_only_their_authority():
    ended = []
    with process_readers(1) as reading:
        workers = Workers(executor=None, slots=1, **reading)
        run_all(["derby", "york", "leeds"], read_but_for_york, workers, Progress(0), ended.append)
    assert {found.authority: found.outcome for found in ended} == {
        "derby": "no complete month",
        "york": "worker died",
        "leeds": "no complete month",
    }
