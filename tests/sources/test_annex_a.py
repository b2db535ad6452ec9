"""Ofsted's Annex A, as published and as councils send it."""

import datetime as dt
from pathlib import Path

import corpus as k
import pandas as pd
import pytest

from analysis.sources.extracts import check_files

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
OFFICIAL = DATA / "annexA_official_template_2019-08_CSCDP_2015-01-sample.xlsx"
SAMPLE = DATA / "annexA_liia-tools_sample.xlsx"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public files are not here")
LISTS = {
    "contacts": 5, "referrals": 6, "assessments": 5, "section47": 5, "cin_snapshot": 5,
    "cp_snapshot": 7, "cla_snapshot": 5,
}  # fmt: skip


@needs_data
def test_the_official_layout_is_used_as_it_is() -> None:
    read = check_files([OFFICIAL])
    assert read.problems[read.problems["severity"] == "error"].empty
    assert set(read.tables) == set(LISTS)
    referrals = read.tables["referrals"]
    assert referrals["source_row"].tolist() == [3, 4, 5, 6, 7]
    assert referrals["source"].tolist()[:3] == ["Schools", "Health services", "Police"]
    assert referrals["nfa"].tolist()[:3] == [True, False, True]


@needs_data
def test_a_councils_workbook_is_read_list_by_list() -> None:
    read = check_files([SAMPLE])
    assert {name: len(table) for name, table in read.tables.items()} == LISTS
    assert read.tables["cla_snapshot"]["placement_provider"].tolist()[0] == "Private provision"


@needs_data
def test_what_annex_a_does_not_hold_is_a_missing_column() -> None:
    read = check_files([SAMPLE])
    assert {"outcome", "decision_date", "contact_id"} <= set(read.missing_columns["contacts"])
    assert read.tables["contacts"]["outcome"].isna().all()


@needs_data
def test_early_help_is_not_taken_for_assessments() -> None:
    read = check_files([SAMPLE])
    assert read.files.loc[read.files["contract"] == "assessments", "sheet"].tolist() == ["List 4"]
    said = read.problems[read.problems["sheet"] == "List 2"]["message"]
    assert said.str.contains("early help").any()


@needs_data
def test_no_worker_name_or_birth_date_is_in_any_table() -> None:
    cells = " ".join(
        str(value)
        for table in check_files([SAMPLE]).tables.values()
        for value in table.to_numpy().ravel()
    )
    assert "Hazlett" not in cells
    assert "2015-01-25" not in cells


LIST_4 = ["Child Unique ID", "Continuous Assessment Start Date",
          "Continuous Assessment Date of Authorisation"]  # fmt: skip


def test_open_cases_older_than_the_six_months_are_told_apart(tmp_path: Path) -> None:
    rows = [[1, dt.date(2020, 11, 2), None], [2, dt.date(2021, 4, 6), dt.date(2021, 5, 4)]]
    path = k.write(tmp_path / "annex a 2021-08-31.xlsx", {"List_4": [LIST_4, *rows]})
    read = check_files([path])
    table = read.tables["assessments"]
    assert len(table) == 2
    assert table["window_start"].unique().tolist() == [pd.Timestamp("2021-03-01")]
    said = read.problems[read.problems["column"] == "start_date"]
    assert said["row"].tolist() == [2]
    assert "1 of 2 rows began before 2021-03-01" in said["message"].iloc[0]


def test_beside_an_extract_that_is_whole_no_window_is_left(tmp_path: Path) -> None:
    rows = [[1, dt.date(2021, 4, 6), None]]
    k.write(tmp_path / "annex a 2021-08-31.xlsx", {"List_4": [LIST_4, *rows]})
    k.write(tmp_path / "assessments 2021-07-31.xlsx", {
        "a": [["Child ID", "Assessment start date", "Date authorised"], *rows]})  # fmt: skip
    table = check_files([tmp_path]).tables["assessments"]
    assert len(table) == 1
    assert table["window_start"].isna().all()


def test_a_child_too_new_to_have_had_a_visit_or_review_is_kept(tmp_path: Path) -> None:
    heads = ["Child Unique ID", "Child Protection Plan Start Date",
             "Date of the Last Statutory Visit", "Date of latest review conference"]  # fmt: skip
    new, seen = dt.date(2021, 8, 30), dt.date(2021, 8, 9)
    rows = [[1, new, None, None], [2, dt.date(2021, 8, 2), seen, None]]
    read = check_files([k.write(tmp_path / "a 2021-08-31.xlsx", {"List_7": [heads, *rows]})])
    assert len(read.tables["cp_snapshot"]) == 2
    assert read.problems.empty


def test_a_review_neither_due_nor_held_is_named(tmp_path: Path) -> None:
    rows = [["Child ID", "Date due", "Date held"], [1, None, None], [2, dt.date(2021, 8, 2), None]]
    read = check_files([k.write(tmp_path / "a.xlsx", {"CP reviews": rows})])
    assert len(read.tables["cp_reviews"]) == 1
    assert read.problems["message"].str.contains("neither due_date nor held_date").any()
