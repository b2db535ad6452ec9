"""What ``analysis check`` says, as an analyst reads it."""

import json
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from analysis.running.check import check, tracked_extracts


@pytest.fixture
def raw(tmp_path):
    """One authority: a good table, a table with two wrong rows, headings that nobody knows."""
    folder = tmp_path / "raw" / "anyshire"
    folder.mkdir(parents=True)
    tables = {
        "monthly.xlsx": {"month": ["Mar-21", "Apr-21"], "contacts": [100, 120]},
        "contacts.xlsx": {
            "child id": ["1", "2", "3"],
            "contact date": ["01/03/2021", "31/02/2021", "2021-03-02"],
            "source": ["Police", "School", "Martian"],
        },
        "own.xlsx": {"Child Ref": ["1"] * 3, "Recvd": ["01/03/2021"] * 3, "From": ["Hazlett"] * 3},
    }
    for name, columns in tables.items():
        pd.DataFrame(columns).to_excel(folder / name, index=False)
    return folder.parent


def said(capsys, raw) -> str:
    assert check([], raw, as_json=False) == 1
    return capsys.readouterr().out


def test_what_was_read_stands_first_with_its_rows(capsys, raw):
    lines = said(capsys, raw).splitlines()
    assert lines[:2] == ["anyshire", "  Read"]
    assert "    contacts_monthly: 2 rows from anyshire/monthly.xlsx, sheet Sheet1" in lines


def test_an_error_names_file_sheet_row_and_column_and_says_what_to_do(capsys, raw):
    text = said(capsys, raw)
    before, after = text.split("To put right")
    assert "contacts.xlsx" in after
    assert "row 3, column contact_date: '31/02/2021' is not a day; write it as DD/MM" in after


def test_a_warning_stands_apart_from_errors(capsys, raw):
    known = said(capsys, raw).split("To know")[1].split("Not there")[0]
    assert "row 4, column source: 'Martian' is in no table of codes" in known


def test_unknown_headings_are_named_and_nothing_else_of_the_sheet(capsys, raw):
    text = said(capsys, raw)
    assert "('Child Ref', 'From')" in text
    assert "Hazlett" not in text


def test_what_is_not_there_and_what_to_do_next_are_said(capsys, raw):
    text = said(capsys, raw)
    assert "Case management: referrals, assessments" in text
    assert "python3 run.py report --authority anyshire" in text
    assert text.endswith("2 errors, 2 warnings\n")


def test_json_has_the_same_problems_with_excel_rows(capsys, raw):
    assert check([], raw, as_json=True) == 1
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"files", "problems"}
    assert {"file", "contract", "sheet", "rows"} == set(found["files"][0])
    errors = [problem for problem in found["problems"] if problem["severity"] == "error"]
    assert (errors[0]["file"], errors[0]["row"]) == ("anyshire/contacts.xlsx", 3)


def test_a_folder_without_authorities_is_said(capsys, tmp_path):
    assert check([], tmp_path, as_json=False) == 0
    assert "no authority has a folder here" in capsys.readouterr().out


@pytest.mark.skipif(shutil.which("git") is None, reason="no git on this machine")
def test_a_councils_extract_that_git_would_carry_off_is_named(tmp_path, monkeypatch):
    raw = tmp_path / "data" / "raw"
    (raw / "anyshire").mkdir(parents=True)
    (raw / "anyshire" / "contacts.xlsx").write_bytes(b"x")
    for command in (["init", "-q"], ["add", "-f", "data"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True, capture_output=True)
    (raw / "derby").mkdir()
    (raw / "derby" / "contacts.xlsx").write_bytes(b"x")
    subprocess.run(["git", "add", "-f", "data"], cwd=tmp_path, check=True, capture_output=True)
    assert [one["file"] for one in tracked_extracts(raw)] == ["anyshire/contacts.xlsx"]
    monkeypatch.chdir(tmp_path)
    assert len(tracked_extracts(Path("data/raw"))) == 1
