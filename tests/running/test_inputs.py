"""A run waits for a file that is still being copied, and gives one up that never ends."""

import shutil
import threading
import time

import pytest

from analysis.running import inputs


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


def test_what_is_no_extract_is_passed_over(tmp_path):
    folder = tmp_path / "derby"
    folder.mkdir()
    for name in ("a.xlsx", "~$a.xlsx", ".a.xlsx", "b.xlsx.part", "c.tmp"):
        (folder / name).write_bytes(b"x")
    assert [path.name for path in inputs.input_files(tmp_path, "derby")] == ["a.xlsx"]
