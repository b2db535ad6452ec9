"""The workbook: accessible in form, safe in content, the same bytes for the same tables."""

import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from analysis.reporting.workbook import TEAM, write_workbook
from analysis.reporting.workbook_cells import sheet_names

TABLE = {
    "id": "contacts",
    "title": "Contacts by month",
    "note": "Totals are worked on totals.",
    "source": "contacts.xlsx, sheet Totals",
    "columns": ["Month", "2020", "2021", "2021"],
    "rows": [["March", 1637, 2498, "+52.6%"], ["April", None, Markup("<b>[c]</b>"), "=1+1"]],
}
FACT = {
    "id": "a",
    "label": "Change",
    "value": 52.596,
    "shown": "+52.6%",
    "unit": "% change",
    "numerator": 2498,
    "denominator": 1637,
    "formula": "(2,498 − 1,637) ÷ 1,637 × 100",
    "suppressed": False,
}


@pytest.fixture
def written(tmp_path):
    def write(tables=(TABLE,), facts=(FACT,)):
        path = tmp_path / "tables.xlsx"
        write_workbook(list(tables), list(facts), path, title="Derby", status="Final. Public.")
        return path, openpyxl.load_workbook(path)

    return write


def test_cover_contents_and_notes_come_first_then_a_sheet_a_table(written):
    _, book = written()
    assert book.sheetnames == ["Cover", "Contents", "Notes", "contacts", "Facts"]
    assert [cell.value for cell in book["Contents"]["A"]][3:] == ["contacts", "Facts"]
    assert book["Contents"]["A4"].hyperlink.location == "'contacts'!A1"


def test_a_sheet_holds_title_count_note_source_and_one_marked_up_table(written):
    sheet = written()[1]["contacts"]
    assert [sheet.cell(row, 1).value for row in range(1, 5)] == [
        "Contacts by month",
        "This sheet contains one table.",
        "Totals are worked on totals.",
        "Source: contacts.xlsx, sheet Totals",
    ]
    assert [table.ref for table in sheet.tables.values()] == ["A5:D7"]
    assert [cell.value for cell in sheet[5]] == ["Month", "2020", "2021", "2021 2"]
    assert not sheet.merged_cells.ranges


def test_no_cell_of_a_table_is_blank_and_numbers_stay_numbers(written):
    sheet = written()[1]["contacts"]
    assert [cell.value for cell in sheet[6]] == ["March", 1637, 2498, "+52.6%"]
    assert [cell.value for cell in sheet[7]] == ["April", "[x]", "[c]", "=1+1"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_what_looks_like_a_formula_is_text(written, start):
    hostile = f"{start}cmd|' /C calc'!A0"
    table = TABLE | {"title": hostile, "note": hostile, "columns": [hostile], "rows": [[hostile]]}
    path, book = written([table])
    types = {cell.data_type for row in book["contacts"].iter_rows() for cell in row if cell.value}
    assert types == {"s"}
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_a_hidden_fact_carries_none_of_its_numbers(written):
    _, book = written(facts=[FACT | {"suppressed": True, "shown": "[c]"}])
    told = " ".join(str(cell.value) for row in book["Facts"].iter_rows(min_row=5) for cell in row)
    assert not any(number in told for number in ("52", "2498", "2,498", "1,637"))


def test_the_same_tables_give_the_same_bytes_and_the_team_as_author(written):
    path, book = written()
    first = path.read_bytes()
    assert written()[0].read_bytes() == first
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert book.properties.creator == book.properties.lastModifiedBy == TEAM


def test_a_table_without_rows_says_so(written):
    sheet = written([TABLE | {"rows": []}])[1]["contacts"]
    assert sheet["A2"].value == "None recorded."
    assert not sheet.tables


def test_a_row_of_another_length_is_refused(written):
    with pytest.raises(ValueError, match="'contacts': a row has 1 cells for 4 headings"):
        written([TABLE | {"rows": [["March"]]}])


def test_control_signs_are_left_out(written):
    sheet = written([TABLE | {"rows": [["a\x00b", 1, 2, "c\x07"]]}])[1]["contacts"]
    assert sheet["A6"].value == "a b"


@given(st.lists(st.text(max_size=50), max_size=8))
def test_names_of_sheets_are_allowed_and_differ(wanted):
    names = sheet_names(wanted)
    assert len({name.lower() for name in names}) == len(wanted)
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\'")
