"""A run waits for a file that is still being copied, and gives one up that never ends."""

import shutil
import threading
import time

import pytest

from analysis.running import inputs
from analysis.sources.inventory import input_files


def copied_slowly(source, target, pieces: int = 8, pause: float = 0.25) -> threading.Thread:
    """Copy a file bit by bit in a thread of its own, as over a slow line."""
    data = source.read_bytes()
    size = len(data) // pieces + 1
    target.write_bytes(data[:size])

    def go_on() -> None:
        for start in range(size, len(data), size):
            time.sleep(pause)
            with target.open("ab") as file:
                file.write(data[start : start + size])

    thread = threading.Thread(target=go_on)
    thread.start()
    return thread


def test_a_run_waits_until_a_workbook_is_there_whole(project):
    workbook = project.raw / "derby" / "contacts.xlsx"
    whole = shutil.copyfile(workbook, project.folder / "whole.xlsx")
    copying = copied_slowly(whole, workbook)
    code, said = project.report()
    copying.join()
    assert (code, said) == (0, "Reports done. Made: derby 2021-08.\n")
    assert workbook.read_bytes() == whole.read_bytes()


def test_a_file_that_never_ends_is_named_and_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(inputs, "PATIENCE_SECONDS", 1)
    source = tmp_path / "source.xlsx"
    source.write_bytes(b"x" * 1000)
    target = tmp_path / "export.xlsx"
    copying = copied_slowly(source, target, pieces=20)
    with pytest.raises(inputs.StillCopied, match=r"export.xlsx is still being copied"):
        inputs.wait_until_copied([target])
    copying.join()


def test_a_text_file_is_whole_when_it_has_stood_still_for_seconds(tmp_path, monkeypatch):
    monkeypatch.setattr(inputs, "COPYING_SECONDS", 2)
    source = tmp_path / "source.csv"
    source.write_bytes(b"month,contacts\n" * 100)
    target = tmp_path / "export.csv"
    copying = copied_slowly(source, target, pieces=4, pause=1.2)  # longer than between two looks
    inputs.wait_until_copied([target])
    whole = target.read_bytes() == source.read_bytes()
    copying.join()
    assert whole


def test_a_run_reads_again_what_changed_while_it_was_read(project, monkeypatch):
    real = inputs.input_sums
    told = []

    def input_sums(raw, authority):
        told.append(1)
        return real(raw, authority) | ({"contacts.xlsx": "half"} if len(told) == 2 else {})

    monkeypatch.setattr(inputs, "input_sums", input_sums)
    assert project.report() == (0, "Reports done. Made: derby 2021-08.\n")
    assert len(told) == 5  # once before, and twice for each of two reads


def test_a_file_that_changes_whenever_it_is_read_is_said_to(project, monkeypatch):
    told = []
    monkeypatch.setattr(inputs, "input_sums", lambda *_: told.append(1) or {"a": len(told)})
    code, said = project.report()
    assert code == 1
    assert "derby: a file changed while it was being read; run again" in said


def test_what_comes_and_goes_is_no_input_and_all_else_that_is_read_is(tmp_path):
    folder = tmp_path / "derby"
    (folder / "_old").mkdir(parents=True)
    names = ("a.xlsx", "~$a.xlsx", ".a.xlsx", "b.xlsx.part", "c.tmp", "_old/d.xlsx", "x.toml")
    for name in (*names, "authority.toml"):
        (folder / name).write_bytes(b"x")
    found = [path.name for path in input_files(tmp_path, "derby")]
    assert found == [".a.xlsx", "a.xlsx", "authority.toml"]
