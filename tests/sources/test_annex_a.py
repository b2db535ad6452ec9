"""Ofsted's Annex A, as published and as councils send it."""

from pathlib import Path

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
