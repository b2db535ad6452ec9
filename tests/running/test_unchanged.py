"""What a page depends on: each part of it has the page made anew, and nothing else has."""

import datetime as dt
import json

import openpyxl
import pytest

from analysis.running import finish, inputs, publish
from analysis.running.lock import Lock, LockLost
from analysis.sources import files

MADE = (0, "Reports done. Made: derby 2021-08.\n")
UNCHANGED = (0, "Reports done. Unchanged: derby.\n")


def totals(first: str, last: str) -> str:
    """A text file of monthly totals, from one month to another of one year or two."""
    months = [m for y in (2020, 2021) for m in (f"{y}-{n:02}" for n in range(1, 13))]
    rows = [f"{month}-01,{100 + number}" for number, month in enumerate(months)]
    return "\n".join(["month,contacts", *(row for row in rows if first <= row[:7] <= last)]) + "\n"


def with_totals(project, **texts: str) -> None:
    """Put text files of monthly totals in place of the project's workbook."""
    (project.raw / "derby" / "contacts.xlsx").unlink(missing_ok=True)
    for name, text in texts.items():
        (project.raw / "derby" / f"{name}.csv").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("part", ["code_sum", "environment_sum"])
def test_other_code_or_libraries_have_all_made_anew(project, monkeypatch, part):
    assert project.report() == MADE
    assert project.report() == UNCHANGED
    monkeypatch.setattr(inputs, part, lambda: "another")
    assert project.report() == MADE
    assert not any(entry["reused"] for entry in project.manifest()["notebooks"])


def test_another_previous_report_has_all_made_anew(project):
    project.report("--period", "2021-07")
    project.report("--period", "2021-08")
    assert project.report("--period", "2021-08") == UNCHANGED
    before = project.out / "derby" / "2021-07" / "facts.json"
    facts = json.loads(before.read_text(encoding="utf-8"))
    before.write_text(json.dumps(facts[:1]) + "\n", encoding="utf-8")
    assert project.report("--period", "2021-08") == MADE


def test_a_previous_report_whose_facts_are_damaged_is_none(project):
    project.report("--period", "2021-07")
    (project.out / "derby" / "2021-07" / "facts.json").write_text("[{", encoding="utf-8")
    assert project.report("--period", "2021-08") == MADE
    assert project.manifest()["previous_report"] is None


@pytest.mark.parametrize("name", ["facts.json", "tables.xlsx", "index.html", "01_tiny.html"])
def test_a_report_with_a_file_that_was_cut_short_is_made_anew(project, name):
    project.report()
    path = project.out / "derby" / "2021-08" / name
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert project.report() == MADE
    assert path.read_bytes()[-1:] == whole[-1:]


def test_a_summary_of_an_incomplete_report_is_not_kept(project, tmp_path):
    flag = tmp_path / "flag"
    code = f"import os; from pathlib import Path; Path({str(flag)!r}).exists() or os._exit(1)"
    project.add("02_other", code)
    assert project.report()[0] == 1
    flag.touch()
    assert project.report() == MADE
    reused = {e["notebook"]: e["reused"] for e in project.manifest()["notebooks"]}
    assert reused == {"01_tiny": True, "02_other": False, "06_leader_summary": False}


def test_a_hidden_extract_is_read_and_watched(project):
    whole = project.raw / "derby" / "contacts.xlsx"
    hidden = whole.rename(whole.with_name(".contacts.xlsx"))
    assert project.report() == MADE
    hidden.write_bytes(b"")
    assert project.report()[0] == 1


def test_macos_companions_are_passed_over(project):
    (project.raw / "derby" / "._contacts.xlsx").write_bytes(b"\x00\x05\x16\x07\x00")
    assert project.report() == MADE


def test_a_file_that_could_not_be_read_for_a_moment_is_read_again(project, monkeypatch):
    with_totals(project, contacts=totals("2020-01", "2021-08"), more=totals("2020-01", "2021-08"))
    real = files._read

    def out_of_memory(path, *rest):
        if path.stem == "more":
            raise MemoryError
        return real(path, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(files, "_read", out_of_memory)
        code, said = project.report()
        assert (code, said.splitlines()[0]) == (1, "derby 2021-08: could not be used: more.csv")
        again = project.report()
        assert again[0] == 1
        assert "Unchanged: derby" in again[1]
    assert project.report() == MADE
    assert project.manifest()["unusable_files"] == []


def test_rows_of_later_days_count_when_their_day_has_come(project, monkeypatch):
    with_totals(project, contacts=totals("2020-01", "2021-12"))

    class Day(dt.date):
        now = "2021-10-05"

        @classmethod
        def today(cls):
            return cls.fromisoformat(cls.now)

    monkeypatch.setattr(dt, "date", Day)
    assert project.report() == (0, "Reports done. Made: derby 2021-10.\n")
    assert project.report() == UNCHANGED
    Day.now = "2021-11-05"
    assert project.report() == (0, "Reports done. Made: derby 2021-11.\n")


def test_a_vanished_file_leaves_the_complete_report(project):
    with_totals(project, one=totals("2020-01", "2020-12"), two=totals("2021-01", "2021-08"))
    assert project.report() == MADE
    (project.raw / "derby" / "one.csv").unlink()
    project.stands_and_a_run_says(
        "derby 2021-08: one.csv: in the report that stands, and missing now; put back"
    )


def test_a_file_under_another_name_is_not_missing(project):
    with_totals(project, one=totals("2020-01", "2021-08"))
    assert project.report() == MADE
    (project.raw / "derby" / "one.csv").unlink()
    with_totals(project, two=totals("2020-02", "2021-08"))
    assert project.report() == MADE


def test_an_extract_that_lost_much_leaves_the_complete_report(project):
    with_totals(project, contacts=totals("2020-01", "2021-08"))
    assert project.report() == MADE
    with_totals(project, contacts=totals("2020-09", "2021-08"))
    project.stands_and_a_run_says(
        "8 of 20 rows of contacts_monthly: in the report that stands, and missing now"
    )


def test_a_failed_attempt_that_cannot_be_removed_changes_nothing(project, monkeypatch):
    project.report()

    def remove_failed(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(publish, "remove_failed", remove_failed)
    assert project.report() == UNCHANGED


def test_a_month_by_mistake_leaves_no_line_in_the_list(project):
    assert project.report("--period", "2030-01")[0] == 1
    assert project.report() == MADE
    assert "2030" not in (project.out / "index.html").read_text(encoding="utf-8")


def test_a_run_that_lost_its_lock_puts_nothing_in_place(project, monkeypatch):
    project.report()
    before = project.files()

    def lost(_):
        raise LockLost("another run has taken over")

    monkeypatch.setattr(Lock, "check", lost)
    code, said = project.report("--force")
    assert (code, said) == (1, "analysis: another run has taken over\n")
    assert project.files() == before


def test_trees_with_odd_files_are_read(project):
    project.report()
    foreign = project.out / "x" / "y" / "manifest.json"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("{}", encoding="utf-8")
    (project.out / "index.html").write_bytes(b"\xff\xfe")
    (project.out / "derby" / "2021-08" / "manifest.json").write_text("[]", encoding="utf-8")
    assert project.report() == MADE
    assert finish._standing_name(project.out, "derby") == "Derby Council"
    assert 'href="derby/2021-08/' in (project.out / "index.html").read_text(encoding="utf-8")


def test_rows_that_stay_away_by_a_stricter_rule_are_not_missing(project):
    with_totals(project, contacts=totals("2020-01", "2021-08"))
    assert project.report() == MADE
    said = project.manifest()
    said["rows"]["contacts_monthly"] += 10  # as if the rules then had let them pass
    path = project.out / "derby" / "2021-08" / "manifest.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    assert project.report("--force") == MADE


def test_a_list_of_the_present_may_grow_shorter(project):
    homes = project.raw / "derby" / "homes.csv"
    homes.write_text("Home,Registered places\nA,3\nB,4\nC,5\nD,6\n", encoding="utf-8")
    assert project.report() == MADE
    homes.write_text("Home,Registered places\nA,3\n", encoding="utf-8")
    assert project.report() == MADE
    assert project.manifest()["rows"]["homes"] == 1


def test_a_sheet_that_is_no_extract_comes_to_rest(project):
    book = openpyxl.load_workbook(project.raw / "derby" / "contacts.xlsx")
    sheet = book.create_sheet("Lookup")
    for row in (["Code", "Description"], ["A", "Police"]):
        sheet.append(row)
    book.save(project.raw / "derby" / "contacts.xlsx")
    assert project.report() == MADE
    book.save(project.raw / "derby" / "contacts.xlsx")
    assert project.report("--force") == MADE
    assert project.report() == UNCHANGED


def test_a_profile_that_can_no_longer_be_used_costs_only_its_authority(project):
    project.add_authority("york")
    (project.raw / "derby" / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    assert project.report("--period", "2021-08")[0] == 1
    profile = project.raw / "derby" / "authority.toml"
    profile.write_text('name = "Derby"\ncaseload_threshold = "none"\n', encoding="utf-8")
    for path in project.out.glob("derby/*/manifest.json"):
        said = json.loads(path.read_text(encoding="utf-8"))
        said["input_sums"]["authority.toml"] = inputs.sha256(profile)
        path.write_text(json.dumps(said), encoding="utf-8")
    code, said = project.report("--period", "2021-08")
    assert code == 1
    assert said.splitlines()[-1] == "FAILED: derby. Unchanged: york."


def test_a_file_that_is_no_spreadsheet_holds_nobody_up(project):
    note = project.raw / "derby" / "sync.log"
    note.write_text("one", encoding="utf-8")
    assert project.report() == MADE
    note.write_text("two", encoding="utf-8")
    (project.raw / "derby" / ".directory").write_text("x", encoding="utf-8")
    assert project.report() == UNCHANGED


def test_an_export_that_ends_early_makes_no_report_of_an_earlier_month(project):
    with_totals(project, totals=totals("2020-01", "2021-08"))
    assert project.report() == MADE
    with_totals(project, totals=totals("2020-01", "2021-03"))
    words = "the extracts end with 2021-03, those of the report of 2021-08 with 2021-08"
    project.stands_and_a_run_says(words)
    project.stands_and_a_run_says("FAILED: derby.")
    assert not (project.out / "derby" / "2021-03").exists()
    code, said = project.report("--period", "2021-03")
    assert (code, said) == (0, "Reports done. Made: derby 2021-03.\n")
    project.stands_and_a_run_says(words)  # though the report of the shorter extract is unchanged


def test_a_table_of_the_month_before_that_is_not_held_now_is_said_once(project):
    with_totals(project, totals=totals("2020-01", "2021-07"))
    workforce = "As at,Agency headcount\n2021-06-30,22\n2021-07-31,23\n"
    (project.raw / "derby" / "workforce.csv").write_text(workforce, encoding="utf-8")
    project.report()
    assert "workforce_monthly" in project.manifest(period="2021-07")["rows"]
    with_totals(project, totals=totals("2020-01", "2021-08"))
    (project.raw / "derby" / "workforce.csv").unlink()
    code, said = project.report()
    assert "derby 2021-08: in the report before, not held now: workforce_monthly" in said
    assert (code, said.splitlines()[-1]) == (
        1,
        "Reports done. Tables no longer held: derby 2021-08. Made: derby 2021-08.",
    )
    assert project.manifest()["complete"]
    assert project.report() == UNCHANGED
