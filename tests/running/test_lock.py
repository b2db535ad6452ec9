"""One run at a time; a dead owner's lock does not stand in the way."""

import json
import multiprocessing
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.running import lock as lock_module
from analysis.running.lock import (
    STALE_SECONDS,
    Locked,
    LockLost,
    is_alive,
    locked,
    process_of,
    this_process,
)


def owner(**changes: object) -> str:
    return json.dumps(this_process() | {"token": "t", "since": "2021-09-01T06:00:00"} | changes)


def dead_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "reports" / ".analysis" / "lock"


def place(path: Path, text: str, *, age: float = 0) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - age, time.time() - age))


def test_a_lock_is_gone_after_its_block(path):
    with locked(path):
        assert path.exists()
    assert not path.exists()


def test_a_second_run_is_told_who_owns_the_folder_and_since_when(path):
    words = rf"process {os.getpid()} on .*since 20"
    with locked(path), pytest.raises(Locked, match=words), locked(path):
        pass
    assert not path.exists()


def test_the_lock_of_a_dead_process_is_taken_over(path):
    place(path, owner(pid=dead_process()))
    with locked(path) as lock:
        lock.check()


def test_a_process_number_used_again_does_not_hold_a_dead_run_alive(path):
    place(path, owner(born="another start"))
    with locked(path) as lock:
        lock.check()


def test_another_machines_fresh_lock_is_respected(path):
    place(path, owner(host="elsewhere"), age=STALE_SECONDS - 60)
    with pytest.raises(Locked, match="elsewhere"), locked(path):
        pass


def test_another_machines_lock_that_nobody_refreshes_is_taken_over(path):
    place(path, owner(host="elsewhere"), age=STALE_SECONDS + 60)
    with locked(path) as lock:
        assert lock.owner["host"] == socket.gethostname()


def test_a_lock_cut_short_while_being_written_is_taken_over_after_a_while(path):
    place(path, '{"pid": 1', age=60)
    with locked(path) as lock:
        lock.check()


def test_a_run_that_lost_its_lock_puts_nothing_in_place(path):
    with locked(path) as lock:
        path.write_text(owner(token="another"), encoding="utf-8")
        with pytest.raises(LockLost, match="nothing was put in place"):
            lock.check()
    assert path.exists()


def hold(path: Path, log: Path) -> None:
    """Take the lock, note it, hold it for a moment, note its end."""
    try:
        with locked(path):
            with log.open("a", encoding="utf-8") as file:
                file.write("in\n")
            time.sleep(0.3)
            with log.open("a", encoding="utf-8") as file:
                file.write("out\n")
    except Locked:
        return


def test_of_many_runs_that_find_a_stale_lock_one_at_a_time_goes_on(path, tmp_path):
    place(path, owner(pid=dead_process()))
    log = tmp_path / "log"
    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=hold, args=(path, log)) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    lines = log.read_text(encoding="utf-8").split()
    assert lines == ["in", "out"] * (len(lines) // 2)
    assert lines


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no dead processes")
def test_a_dead_process_that_nobody_asked_after_is_dead():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = process_of(child.pid)
    assert is_alive(owner)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended and is still listed
    assert not is_alive(owner)
    child.communicate()


def test_a_lock_without_a_word_and_with_a_time_to_come_is_taken_over(path):
    place(path, "", age=-3600)
    with locked(path) as lock:
        lock.check()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_odd_things_in_the_place_of_the_lock_are_taken_away(path):
    path.mkdir(parents=True)
    os.utime(path, (0, 0))
    with locked(path) as lock:
        lock.check()
    path.symlink_to("nowhere")
    with locked(path) as lock:
        lock.check()
    path.write_text("[" * 100_000, encoding="utf-8")
    os.utime(path, (0, 0))
    with locked(path) as lock:
        lock.check()
    assert list(path.parent.iterdir()) == []


def test_a_hiccup_of_the_drive_does_not_lose_a_lock(path, monkeypatch):
    monkeypatch.setattr(lock_module, "READ_AGAIN_SECONDS", (0, 0))
    real = Path.read_text
    told = []

    def read_text(self, *rest, **options):
        told.append(self)
        if len(told) <= 2:
            raise OSError(5, "Input/output error")
        return real(self, *rest, **options)

    with locked(path) as lock:
        monkeypatch.setattr(Path, "read_text", read_text)
        lock.check()
        monkeypatch.undo()
