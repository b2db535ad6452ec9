"""What a tree of reports holds may be damaged or edited: it is made good, and stops nobody else."""

import json

import pytest

from analysis.running import interrupt, publish
from analysis.running.dispatch import run_all

MADE = (0, "Reports done. Made: derby 2021-08.\n")
UNCHANGED = (0, "Reports done. Unchanged: derby.\n")


@pytest.mark.parametrize(
    "damage",
    [
        {"notebooks": None},
        {"notebooks": ["01_tiny"]},
        {"pages": ["index.html"]},
        {"name": None},
        {"period": 5},
        {"period": "a month"},
        {"inputs": [{}]},
        {"input_sums": []},
    ],
    ids=str,
)
def test_a_damaged_manifest_is_as_none_and_its_report_is_made_anew(project, damage):
    project.report()
    path = project.out / "derby" / "2021-08" / "manifest.json"
    path.write_text(json.dumps(project.manifest() | damage), encoding="utf-8")
    assert project.report() == MADE
    assert project.report() == UNCHANGED


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"", b"privat"])
def test_a_damaged_mark_of_the_release_level_is_written_anew(project, mark):
    project.report()
    marker = publish.state_folder(project.out) / "release"
    marker.write_bytes(mark)
    assert project.report() == UNCHANGED
    assert marker.read_text(encoding="utf-8") == "public\n"


@pytest.mark.parametrize("kept", ["[]", "{}", '{"fingerprint": "%s"}'])
def test_damaged_kept_results_are_made_anew(project, kept):
    project.report()
    marks = {entry["notebook"]: entry["fingerprint"] for entry in project.manifest()["notebooks"]}
    for path in (publish.state_folder(project.out) / "kept" / "derby" / "2021-08").iterdir():
        path.write_text(kept.replace("%s", marks[path.stem]), encoding="utf-8")
    (project.out / "derby" / "2021-08" / "tables.xlsx").unlink()
    assert project.report() == MADE


def test_previous_facts_that_are_no_facts_are_none(project):
    project.report("--period", "2021-07")
    (project.out / "derby" / "2021-07" / "facts.json").write_text("[1]", encoding="utf-8")
    assert project.report("--period", "2021-08") == MADE
    assert project.manifest()["previous_report"] is None


def test_a_page_edited_by_hand_is_put_back(project):
    project.report()
    path = project.out / "derby" / "2021-08" / "01_tiny.html"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"Contacts", b"Kontakte"))
    assert project.report() == MADE
    assert path.read_bytes() == whole


def test_room_is_given_back_where_a_file_could_not_be_written(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publish.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        publish.write_text(tmp_path / "index.html", "words")
    assert not list(tmp_path.iterdir())


def test_a_signal_whose_exception_was_lost_still_stops_the_run(monkeypatch):
    monkeypatch.setattr(interrupt, "_ASKED", [])
    with pytest.raises(KeyboardInterrupt):
        interrupt._interrupt(2, None)
    with pytest.raises(KeyboardInterrupt):
        run_all(["derby"], None, None, _Silent(), None)


class _Silent:
    """Progress that nobody is told of."""

    def begin(self) -> None:
        """Say nothing."""
