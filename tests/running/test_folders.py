"""Folders of killed processes are removed by the next one; those of living ones stay."""

import json
import os
import time

from analysis.running.folders import NAMELESS_SECONDS, OWNER, STRANGE_SECONDS, make_folder
from analysis.running.lock import this_process


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


def test_a_folder_whose_owner_cannot_be_read_goes_when_it_is_old(tmp_path):
    old = tmp_path / "run-old"
    old.mkdir()
    (old / OWNER).write_text("", encoding="utf-8")  # a power cut
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
