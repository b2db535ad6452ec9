"""A Dask scheduler and two workers as separate processes; one is killed in the middle."""

import subprocess
import sys
import time
from typing import NamedTuple

import pytest

from analysis.running.cli import _workers  # before the fixture replaces it

SLOW = "import time; time.sleep(2)"


class Cluster(NamedTuple):
    """Where a scheduler listens, and its processes."""

    address: str
    hands: list[subprocess.Popen]
    boss: subprocess.Popen


@pytest.fixture
def scheduler(tmp_path):
    """The address of a scheduler and its two workers, which end with the test."""
    place = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli.dask_"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    boss = subprocess.Popen(
        [*dask[:2], "distributed.cli.dask_scheduler", "--no-dashboard", "--port", "0",
         "--host", "127.0.0.1", "--scheduler-file", str(place)], **quiet,
    )  # fmt: skip
    hands = [
        subprocess.Popen(
            [*dask[:2], "distributed.cli.dask_worker", "--scheduler-file", str(place),
             "--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory",
             str(tmp_path / f"worker-{number}")], **quiet,
        )
        for number in range(2)
    ]  # fmt: skip
    end = time.monotonic() + 60
    while not place.exists() and time.monotonic() < end:
        time.sleep(0.1)
    import json

    yield Cluster(json.loads(place.read_text(encoding="utf-8"))["address"], hands, boss)
    for process in [*hands, boss]:
        process.kill()
        process.wait()


def test_a_cluster_makes_the_same_pages_and_outlives_a_killed_worker(
    project, scheduler, monkeypatch
):
    from analysis.running import cli

    address, hands, _ = scheduler
    for name in ("york", "leeds"):
        project.add_authority(name)
    project.add("01_tiny", SLOW)
    assert project.report()[0] == 0
    here = {name: project.files(name) for name in ("derby", "leeds", "york")}
    monkeypatch.setattr(cli, "_workers", _workers)
    run = project.start("--force", "--scheduler", address)
    time.sleep(8)
    hands[0].kill()
    said, _ = run.communicate(timeout=240)
    assert run.returncode == 0, said
    assert said.splitlines()[-1].startswith("Reports done. Made: ")
    for name, files in here.items():
        there = project.files(name)
        assert [n for n in files if n != "manifest.json" and files[n] != there[n]] == []


def test_a_cluster_without_workers_is_lost_after_a_while(scheduler, monkeypatch):
    from distributed import Client

    from analysis.running import cluster

    monkeypatch.setattr(cluster, "WORKERS_SECONDS", 2)
    monkeypatch.setattr(cluster, "LOOK_SECONDS", 0)
    address, hands, _ = scheduler
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        is_alive = cluster.watch(client)
        time.sleep(2.5)
        assert is_alive()
        for hand in hands:
            hand.kill()
        end = time.monotonic() + 30
        while is_alive():
            assert time.monotonic() < end, "never said to be lost"
            time.sleep(0.1)


def test_a_run_whose_scheduler_dies_ends_and_leaves_the_reports(project, scheduler):
    assert project.report()[0] == 0
    before = project.files()
    project.add("01_tiny", "import time; (inputs.work / 'here').touch(); time.sleep(120)")
    run = project.start("--scheduler", scheduler.address)
    time.sleep(8)
    for process in [scheduler.boss, *scheduler.hands]:
        process.kill()
    said, _ = run.communicate(timeout=90)
    assert run.returncode == 1, said
    assert said.splitlines()[-1] == "FAILED: derby."
    assert project.files() == before


def test_no_scheduler_at_an_address_is_said_in_one_line(project, monkeypatch):
    from analysis.running import cli, cluster

    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    monkeypatch.setattr(cli, "_workers", _workers)
    code, said = project.report("--scheduler", "tcp://127.0.0.1:9")
    assert (code, said) == (
        2,
        "analysis: --scheduler tcp://127.0.0.1:9: no scheduler answers there\n",
    )
