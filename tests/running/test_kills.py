"""Runs that are interrupted, killed or started twice, as processes of their own."""

import json
import os
import signal
import sys
import tempfile
import time

import psutil
import pytest

from analysis.running.lock import this_process

WAIT = "import time; (inputs.work / 'here').touch(); time.sleep(120)"

WAIT_ONCE = """\
import pathlib, time
flag = pathlib.Path(inputs.work).parents[4] / "waited"
seconds = 0 if flag.exists() else 120
flag.touch()
time.sleep(seconds)
"""


def family(pid: int) -> list[psutil.Process]:
    """A process and all that it started, kernels included."""
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def wait_for(condition, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def is_running(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def in_a_cell(project) -> bool:
    return any((project.folder / "data" / "processed" / "work").glob("*/derby/here"))


@pytest.fixture
def busy(project):
    """A run that replaces a complete report and is in the middle of a cell."""
    assert project.report()[0] == 0
    before = project.files()
    project.add("01_tiny", WAIT)
    run = project.start("--jobs", "2")
    wait_for(lambda: in_a_cell(project))
    processes = family(run.pid)
    assert any("ipykernel_launcher" in " ".join(p.cmdline()) for p in processes)
    yield run, before, processes
    for process in processes:
        if is_running(process):
            process.kill()
    run.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_with_130_and_leaves_no_process(project, busy, number):
    run, before, processes = busy
    os.kill(run.pid, number)
    said, _ = run.communicate(timeout=30)
    assert run.returncode == 130
    assert said.splitlines()[-1] == "analysis: interrupted; unfinished reports stand as they were"
    wait_for(lambda: not any(is_running(p) for p in processes), 10)
    assert project.files() == before
    assert not (project.out / ".analysis" / "lock").exists()


def test_after_a_power_cut_no_kernel_is_left_and_the_next_run_goes_on(project, busy):
    run, before, processes = busy
    kernels = [p for p in processes if "ipykernel_launcher" in " ".join(p.cmdline())]
    for process in processes:
        if process not in kernels:
            process.kill()
    run.wait()
    wait_for(lambda: not any(is_running(p) for p in processes), 20)
    assert project.files() == before
    project.add("01_tiny", "2 + 2")
    assert project.report() == (0, "Reports done. Made: derby 2021-08.\n")
    assert list((project.folder / "data" / "processed" / "work").iterdir()) == []


def test_a_second_run_is_kept_apart(project, busy):
    code, said = project.report()
    assert code == 1
    assert f"another run is writing here (process {busy[0].pid}" in said


def test_a_killed_worker_costs_only_its_task_which_is_given_out_again(project):
    project.add("01_tiny", WAIT_ONCE)
    project.add("02_other")
    run = project.start("--jobs", "2")
    wait_for(lambda: (project.folder / "waited").exists())
    workers = [p for p in family(run.pid) if "spawn_main" in " ".join(p.cmdline())]
    for worker in workers:
        worker.kill()
    said, _ = run.communicate(timeout=120)
    assert (run.returncode, said) == (0, "Reports done. Made: derby 2021-08.\n")


def has_kernel(process: psutil.Process) -> bool:
    return any("ipykernel_launcher" in " ".join(p.cmdline()) for p in process.children())


def test_a_killed_reader_costs_nothing_and_its_authority_is_read_again(project):
    project.add_authority("york")
    project.add("01_tiny", WAIT_ONCE.replace("120", "5"))
    extract = project.raw / "york" / "contacts.xlsx"
    whole = extract.read_bytes()

    def derby_runs_while_york_is_copied() -> bool:
        extract.write_bytes(whole[:2000])
        return (project.folder / "waited").exists()

    run = project.start("--jobs", "2")
    wait_for(derby_runs_while_york_is_copied)
    assert not any((project.folder / "data" / "processed" / "work").glob("*/york/inputs.json"))
    started = [p for p in family(run.pid) if "spawn_main" in " ".join(p.cmdline())]
    readers = [process for process in started if not has_kernel(process)]
    assert readers
    for process in readers:
        process.kill()
    extract.write_bytes(whole)
    said, _ = run.communicate(timeout=120)
    assert run.returncode == 0, said
    assert sorted(project.manifest(name)["complete"] for name in ("derby", "york")) == [True, True]


def test_a_notebook_that_kills_every_worker_fails_alone(project):
    project.add("01_tiny", "import os, signal; os.kill(os.getppid(), signal.SIGKILL)")
    project.add("02_other")
    run = project.start("--jobs", "2")
    said, _ = run.communicate(timeout=240)
    assert run.returncode == 1, said
    ended = {"01_tiny": "worker died", "02_other": "made", "06_leader_summary": "made"}
    assert project.outcomes() == ended


def test_an_unchanged_run_takes_away_what_a_killed_one_left(project, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert project.report()[0] == 0
    dead = json.dumps(this_process() | {"born": "x"})
    left = [
        project.folder / "data" / "processed" / "work" / "run-a",
        tmp_path / "analysis-kernel-b",
    ]
    for folder in left:
        folder.mkdir(parents=True)
        (folder / "owner.json").write_text(dead, encoding="utf-8")
    half = project.out / ".analysis" / "kept" / "derby" / "2021-08" / ".01_tiny.json.part"
    half.write_text("{", encoding="utf-8")
    assert project.report() == (0, "Reports done. Unchanged: derby.\n")
    assert not any(path.exists() for path in (*left, half))


def test_a_run_that_ends_while_kernels_start_leaves_none(project, tmp_path):
    (project.raw / "derby" / "contacts.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    for _ in range(3):
        run = project.start("--jobs", "2", TMPDIR=str(tmp_path))
        before = set()
        while run.poll() is None:
            before |= {p for p in family(run.pid) if p.pid != run.pid}
            time.sleep(0.02)
        assert run.returncode == 1
        wait_for(lambda seen=before: not any(map(is_running, seen)), seconds=2)
    assert list(tmp_path.glob("analysis-kernel-*")) == []
