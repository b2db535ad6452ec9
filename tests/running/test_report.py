"""Whole runs, as a user starts them, with tiny notebooks."""

import contextlib
import getpass
import json
import os
import re
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import pytest

from analysis.running import cli, finish, inputs, manifest, publish, work
from analysis.running.dispatch import Workers


def test_a_run_publishes_pages_facts_workbook_and_manifest(project):
    code, said = project.report()
    assert (code, said) == (0, "Reports done. Made: derby 2021-08.\n")
    assert list(project.files()) == [
        "01_tiny.html", "facts.json", "index.html", "manifest.json", "tables.xlsx",
    ]  # fmt: skip
    assert project.manifest()["complete"]
    assert 'href="derby/2021-08/index.html"' in (project.out / "index.html").read_text("utf-8")
    facts = json.loads(project.files()["facts.json"])
    assert {fact["value"] for fact in facts} == {24568}


def test_an_unchanged_run_runs_nothing_and_changes_nothing(project):
    project.report()
    before = project.files()
    code, said = project.report()
    assert (code, said) == (0, "Reports done. Unchanged: derby.\n")
    assert project.files() == before


def test_a_forced_run_makes_the_same_pages_byte_for_byte(project):
    project.report()
    before = project.files()
    code, said = project.report("--force")
    assert (code, said) == (0, "Reports done. Made: derby 2021-08.\n")
    changed = [name for name, data in project.files().items() if data != before[name]]
    assert set(changed) <= {"manifest.json"}  # it holds how long each notebook took


def test_only_the_changed_notebook_and_the_summary_run_again(project):
    project.add("02_other")
    project.report()
    project.add("02_other", "1 + 1")
    assert project.report()[0] == 0
    reused = {e["notebook"]: e["reused"] for e in project.manifest()["notebooks"]}
    assert reused == {"01_tiny": True, "02_other": False, "06_leader_summary": False}


def test_a_parameter_goes_to_the_notebooks_that_declare_it(project):
    assert project.report("--param", "months=24")[0] == 0
    assert {e["parameters"]["months"] for e in project.manifest()["notebooks"]} == {24}


def test_a_failing_notebook_leaves_the_complete_report_and_goes_beside_it(project):
    project.report()
    before = project.files()
    project.add("01_tiny", "raise KeyError('A Child, born 1 May 2010')")
    code, said = project.report()
    assert code == 1
    assert said.splitlines()[-1] == "FAILED: derby 2021-08."
    assert "01_tiny: cell failed (KeyError in code cell" in said
    assert project.files() == before
    attempt = project.files(period="2021-08.failed")
    assert b"could not be made" in attempt["01_tiny.html"]
    assert not any(b"A Child" in data or b"Traceback" in data for data in attempt.values())
    assert "A Child" not in said
    assert "last attempt failed" in (project.out / "index.html").read_text("utf-8")


def test_a_mended_notebook_takes_the_failed_attempt_away(project):
    project.report()
    project.add("01_tiny", "raise KeyError")
    project.report()
    project.add("01_tiny")
    assert project.report()[0] == 0
    assert not (project.out / "derby" / "2021-08.failed").exists()
    assert "failed" not in (project.out / "index.html").read_text("utf-8")


def test_where_no_report_stands_what_could_be_made_is_published(project):
    project.add("01_tiny", "1 / 0")
    assert project.report()[0] == 1
    assert project.outcomes() == {"01_tiny": "cell failed", "06_leader_summary": "made"}
    assert b"could not be made" in project.files()["01_tiny.html"]
    assert not project.manifest()["complete"]


def test_a_corrupt_workbook_leaves_the_complete_report(project):
    project.report()
    (project.raw / "derby" / "contacts.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    project.stands_and_a_run_says(
        "derby: no complete month: could not be used: contacts.xlsx (analysis check"
    )


def test_an_extract_that_cannot_be_used_is_named_in_every_run_until_it_can(project):
    broken = project.raw / "derby" / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    line = "derby 2021-08: could not be used: broken.xlsx"
    last = "Errors in the extracts: derby 2021-08."
    for ending in ("Made: derby 2021-08.", "Unchanged: derby."):
        code, said = project.report()
        assert (code, said.splitlines()) == (1, [line, f"Reports done. {last} {ending}"])
    broken.unlink()
    assert project.report() == (0, "Reports done. Made: derby 2021-08.\n")


def test_a_page_of_the_report_that_is_gone_is_made_anew(project):
    for name in ("tables.xlsx", "facts.json", "01_tiny.html"):
        project.report()
        (project.out / "derby" / "2021-08" / name).unlink()
        assert project.report() == (0, "Reports done. Made: derby 2021-08.\n")
        assert name in project.files()


def test_facts_that_disagree_are_named(project):
    other = "other = fact | {'id': '01_tiny.total', 'value': 1}\n"
    other += "said = {'title': 'Other', 'facts': [fact, other], 'tables': []}\n"
    project.add("02_other", other + "save_results(inputs.work, '02_other', said)")
    code, said = project.report()
    assert code == 1
    assert said.splitlines() == [
        "derby 2021-08 02_other: facts disagree (fact 01_tiny.total)",
        "FAILED: derby 2021-08.",
    ]
    assert project.outcomes()["02_other"] == "facts disagree"


def test_a_vanished_workbook_leaves_the_complete_report(project):
    project.report()
    before = project.files()
    (project.raw / "derby" / "contacts.xlsx").unlink()
    assert project.report("--period", "2021-08")[0] == 1
    assert project.files() == before


def test_a_vanished_profile_leaves_the_complete_report(project):
    project.report()
    (project.raw / "derby" / "authority.toml").unlink()
    project.stands_and_a_run_says("authority.toml: in the report that stands, and missing now")


def test_one_authoritys_failure_costs_only_itself(project):
    project.add_authority("york")
    (project.raw / "derby" / "authority.toml").write_text("name = [", encoding="utf-8")
    code, said = project.report()
    assert code == 1
    assert "Made: york 2021-08." in said.splitlines()[-1]
    assert "derby: extracts unreadable" in said


def test_a_result_that_cannot_be_laid_out_costs_only_its_page(project, monkeypatch):
    project.add_authority("york")
    real = Path.write_text

    def write_text(path, *arguments, **named):
        if path.name == "tables.json" and "derby" in path.parts:
            raise OSError(28, "No space left on device")
        return real(path, *arguments, **named)

    monkeypatch.setattr(Path, "write_text", write_text)
    code, said = project.report()
    assert code == 1
    assert "derby 2021-08 01_tiny: disk full (OSError)" in said
    assert said.splitlines()[-1] == "FAILED: derby 2021-08. Made: york 2021-08."


def test_what_follows_the_publication_cannot_unsay_it(project, monkeypatch):
    def keep_results(_run):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(finish, "_keep_results", keep_results)
    assert project.report() == (0, "Reports done. Made: derby 2021-08.\n")


def test_a_report_that_cannot_be_looked_at_costs_only_its_authority(project, monkeypatch):
    project.add_authority("york")
    real = manifest.unchanged_period

    def unchanged_period(request, authority, unusable_now):
        if authority == "derby":
            raise PermissionError(13, "Permission denied")
        return real(request, authority, unusable_now)

    monkeypatch.setattr(manifest, "unchanged_period", unchanged_period)
    assert project.report() == (0, "Reports done. Made: derby 2021-08, york 2021-08.\n")


def test_an_old_period_that_cannot_be_removed_is_said_and_costs_no_other(project, monkeypatch):
    project.add_authority("york")
    real = publish.keep_newest

    def keep_newest(out, authority, number):
        if authority == "derby":
            raise PermissionError(13, "Permission denied")
        return real(out, authority, number)

    monkeypatch.setattr(publish, "keep_newest", keep_newest)
    code, said = project.report("--keep", "1")
    assert code == 1
    assert "derby: an older period cannot be removed (PermissionError: Permission" in said
    assert "york" not in said.splitlines()[0]


def test_an_unreadable_file_costs_only_its_authority(project, monkeypatch):
    project.add_authority("york")
    real = inputs.sha256

    def sha256(path):
        if path.parent.name == "derby":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(inputs, "sha256", sha256)
    code, said = project.report()
    assert code == 1
    assert said.splitlines()[-1] == "FAILED: derby. Made: york 2021-08."
    assert "derby: extracts unreadable: contacts.xlsx: Permission denied" in said


def test_a_full_disk_is_named_as_that(project, monkeypatch):
    full = OSError("Error writing bytes to file. Detail: [errno 28] No space left on device")
    monkeypatch.setattr(work, "write_inputs", lambda *_: (_ for _ in ()).throw(full))
    code, said = project.report()
    assert (code, said.splitlines()[-1]) == (1, "FAILED: derby.")
    page = project.files(period="latest.failed")["index.html"].decode("utf-8")
    assert "The computer’s disk is full." in page


def test_a_report_that_cannot_be_put_in_place_costs_only_itself(project, monkeypatch):
    project.add_authority("york")
    real = finish.publish_run

    def publish_run(run, lock):
        if run.authority == "derby":
            raise MemoryError("a private word")
        return real(run, lock)

    monkeypatch.setattr(finish, "publish_run", publish_run)
    code, said = project.report()
    assert code == 1
    assert said.splitlines() == [
        "derby 2021-08: not published (MemoryError)",
        "FAILED: derby 2021-08. Made: york 2021-08.",
    ]


def test_a_list_of_reports_that_cannot_be_written_is_a_failure_and_hides_nothing(project):
    (project.out / "index.html").mkdir(parents=True)
    (project.out / ".analysis").mkdir()
    (project.out / ".analysis" / "release").write_text("public", encoding="utf-8")
    code, said = project.report()
    assert code == 1
    assert said.splitlines()[-1] == "FAILED: the list of reports. Made: derby 2021-08."


def test_without_workers_the_run_ends_and_the_reports_stand(project, monkeypatch):
    project.report()
    before = project.files()
    executor = ThreadPoolExecutor(max_workers=1)
    lost = contextlib.nullcontext(Workers(executor, 1, is_alive=lambda: False))
    monkeypatch.setattr(cli, "_workers", lambda *_: lost)
    code, said = project.report("--force")
    assert code == 1
    assert said.splitlines() == [
        "the cluster is lost: its scheduler or all its workers have gone",
        "FAILED: derby.",
    ]
    assert project.files() == before


def test_the_previous_report_is_the_latest_complete_earlier_period(project):
    project.report("--period", "2021-06")
    project.report("--period", "2021-08")
    assert project.manifest()["previous_report"]["period"] == "2021-06"


def test_keep_leaves_the_newest_periods(project):
    for period in ("2021-05", "2021-06", "2021-07"):
        project.report("--period", period)
    project.report("--period", "2021-08", "--keep", "2")
    kept = sorted(p.name for p in (project.out / "derby").iterdir())
    assert kept == ["2021-07", "2021-08"]


def test_keep_counts_complete_periods_alone(project):
    project.report("--period", "2021-07")
    project.add("01_tiny", "1 / 0")
    assert project.report("--keep", "1")[0] == 1
    assert publish.periods(project.out, "derby") == ["2021-07", "2021-08"]


def test_a_previous_report_that_keep_took_away_leaves_the_newest_unchanged(project):
    project.report("--period", "2021-07")
    project.report("--keep", "1")
    before = project.files()
    assert project.report("--keep", "1") == (0, "Reports done. Unchanged: derby.\n")
    assert project.files() == before
    assert publish.periods(project.out, "derby") == ["2021-08"]


@pytest.mark.parametrize("period", ["1950-01", "2030-01"])
def test_a_month_that_the_extracts_do_not_hold_is_not_made(project, period):
    code, said = project.report("--period", period)
    assert code == 1
    assert f"the extracts hold contacts of 2020-03 to 2021-08, not of {period}" in said
    assert not (project.out / "derby" / period).exists()


def test_a_tree_holds_one_release_level(project):
    project.report()
    code, said = project.report("--out", str(project.out), "--release", "internal")
    assert code == 2
    assert "holds public reports" in said


def test_a_folder_with_other_files_is_not_written_to(project):
    project.out.mkdir()
    (project.out / "index.html").write_text("mine", encoding="utf-8")
    code, said = project.report()
    assert code == 2
    assert "files that are not reports" in said
    assert (project.out / "index.html").read_text(encoding="utf-8") == "mine"


def test_the_manifest_holds_no_path_user_or_machine(project):
    project.report()
    text = project.files()["manifest.json"].decode("utf-8")
    said = project.manifest()
    assert str(project.folder) not in text
    assert socket.gethostname() not in text
    assert getpass.getuser() not in text.replace("source", "")
    assert [entry["file"] for entry in said["inputs"]] == ["contacts.xlsx"]
    assert all(len(entry["sha256"]) == 64 for entry in said["inputs"])
    assert said["rows"] == {"contacts_monthly": 12}
    assert said["versions"]["pandas"].startswith("3")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--param", "month=3"], "no notebook declares it; allowed are months"),
        (["--param", "months=three"], "months='three' is not int"),
        (["--period", "08-2021"], "'08-2021' is not a month"),
        (["--authority", "derbyshire"], "'derbyshire' is unknown"),
        (["--raw", "nowhere"], "no such folder"),
        (["--release", "secret"], "is not public or internal"),
        (["--scheduler", ""], "--scheduler: no address is given"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2_before_anything_runs(project, arguments, words):
    code, said = project.report(*arguments)
    assert code == 2
    assert words in said
    assert len(said.splitlines()) == 1
    assert not project.out.exists()


def test_a_folder_named_as_the_list_of_reports_is_refused(project):
    (project.raw / "index.html").mkdir()
    code, said = project.report()
    assert (code, said.count("\n")) == (2, 1)
    assert "rename that folder" in said


def test_links_lead_to_folders_of_any_name(project):
    (project.raw / "derby").rename(project.raw / "a#b c%20d")
    project.report()
    contents = (project.out / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#]+/index\.html)"', contents)
    assert [unquote(link) for link in links] == ["a#b c%20d/2021-08/index.html"]
    places = re.findall(r'href="#([^"]+)"', contents)
    assert 'id="' + unquote(places[-1]) + '"' in contents


def test_reports_among_the_extracts_are_refused(project):
    for out in (project.raw, project.raw / "reports"):
        code, said = project.report("--out", str(out))
        assert (code, "lies among the extracts" in said) == (2, True)
    assert not (project.raw / "reports").exists()


@pytest.mark.parametrize(
    ("epoch", "code", "words"),
    [
        ("", 0, "Reports done. Made"),
        ("soon", 2, "analysis: SOURCE_DATE_EPOCH 'soon' is not a time"),
    ],
)
def test_a_stated_time_is_empty_or_a_time(project, epoch, code, words):
    run = project.start(SOURCE_DATE_EPOCH=epoch)
    said, _ = run.communicate(timeout=60)
    assert (run.returncode, said[: len(words)]) == (code, words)


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own needs POSIX")
def test_on_a_terminal_a_bar_names_notebook_and_cell_and_a_table_follows(project):
    import pty  # neither is on Windows
    import termios

    project.add("01_tiny", "import time; time.sleep(1)")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    run = project.start("--force", stdout=theirs)
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # what a terminal says when its last user has gone
        while piece := os.read(ours, 4096):
            said += piece
    os.close(ours)
    assert run.wait() == 0
    words = said.decode("utf-8")
    assert "reading extracts" in words
    assert "derby 01_tiny code cell 3:   0%" in words
    assert re.search(r"derby +2021-08 +01_tiny +made +\d\.\d s", words)
    assert words.rstrip().endswith("Reports done. Made: derby 2021-08.")


def test_help_names_what_the_notebooks_may_be_told(project, capsys):
    with pytest.raises(SystemExit):
        cli.main(["report", "--help"])
    said = capsys.readouterr().out
    assert "--keep N" in said
    assert "months=12 (int): how many months are shown" in said
