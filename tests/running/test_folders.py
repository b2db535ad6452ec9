"""Folders of killed processes are removed by the next one; those of living ones stay."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from analysis.running.folders import (
    CHILD,
    NAMELESS_SECONDS,
    OWNER,
    STRANGE_SECONDS,
    make_folder,
    note_child,
)
from analysis.running.lock import process_of, this_process


def left_behind(base, name: str, owner: dict):
    folder = base / name
    folder.mkdir()
    (folder / OWNER).write_text(json.dumps(owner), encoding="utf-8")
    return folder


def test_a_folder_of_a_dead_process_goes_and_one_of_a_living_process_stays(tmp_path):
    living = left_behind(tmp_path, "run-a", this_process())
    dead = left_behind(tmp_path, "run-b", this_process() | {"born": "x"})
    elsewhere = left_behind(tmp_path, "run-c", this_process() | {"born": "x", "host": "other"})
    others = left_behind(tmp_path, "mine", this_process() | {"born": None})
    made = make_folder("run-", tmp_path)
    assert (living.exists(), dead.exists(), elsewhere.exists()) == (True, False, True)
    assert others.exists()
    assert made.exists()


def test_a_folder_without_an_owner_goes_when_it_is_old(tmp_path):
    new, old = tmp_path / "run-new", tmp_path / "run-old"
    for folder in (new, old):
        folder.mkdir()
    long_ago = time.time() - 2 * NAMELESS_SECONDS
    os.utime(old, (long_ago, long_ago))
    make_folder("run-", tmp_path)
    assert (new.exists(), old.exists()) == (True, False)


@pytest.mark.parametrize("owner", ["", "{}", "[]"])  # as a power cut may leave it
def test_a_folder_whose_owner_cannot_be_read_goes_when_it_is_old(tmp_path, owner):
    old = tmp_path / "run-old"
    old.mkdir()
    (old / OWNER).write_text(owner, encoding="utf-8")
    long_ago = time.time() - 2 * NAMELESS_SECONDS
    os.utime(old, (long_ago, long_ago))
    make_folder("run-", tmp_path)
    assert not old.exists()


def test_another_machines_folder_goes_after_days(tmp_path):
    elsewhere = left_behind(tmp_path, "run-c", this_process() | {"host": "other"})
    days_ago = time.time() - 2 * STRANGE_SECONDS
    os.utime(elsewhere, (days_ago, days_ago))
    make_folder("run-", tmp_path)
    assert not elsewhere.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups")
def test_what_a_dead_process_left_running_for_its_folder_ends_with_it(tmp_path):
    folder = left_behind(tmp_path, "kernel-a", this_process() | {"born": "x"})
    kept = left_behind(tmp_path, "kernel-b", this_process())
    running = [subprocess.Popen(["sleep", "600"], start_new_session=True) for _ in range(3)]
    note_child(folder, running[0].pid)
    note_child(kept, running[1].pid)
    other = left_behind(tmp_path, "kernel-c", this_process() | {"born": "x"})
    was_another = process_of(running[2].pid) | {"born": "x"}
    (other / CHILD).write_text(json.dumps(was_another), encoding="utf-8")
    make_folder("kernel-", tmp_path)
    try:
        assert running[0].wait(timeout=5) == -signal.SIGKILL
        assert [process.poll() for process in running[1:]] == [None, None]
        assert [path.exists() for path in (folder, kept, other)] == [False, True, False]
    finally:
        for process in running[1:]:
            process.kill()
            process.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells no owner")
def test_another_users_folder_is_left_alone(tmp_path, monkeypatch):
    folder = left_behind(tmp_path, "run-a", this_process() | {"born": "x"})
    monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)
    make_folder("run-", tmp_path)
    assert folder.exists()
