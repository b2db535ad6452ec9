"""The sample's own xlsx writer, read back by two independent readers."""

import openpyxl
import pandas as pd
import pytest

from analysis.sources.sample import xlsx_writing
from analysis.sources.sample.xlsx_writing import write_workbook

TABLE = pd.DataFrame(
    {
        "Text": ["a < b & 'c' \"d\"", None, "  spaces  ", "£ – ’"],
        "Date": pd.to_datetime(["2020-02-29", None, "1999-12-31", "2025-08-31"]),
        "Whole": pd.array([1, None, -3, 10_000_000], "Int64"),
        "Number": [0.1, None, -2.5, 1e-7],
        "Empty": [None] * 4,
    }
)


@pytest.fixture
def path(tmp_path):
    return write_workbook(
        tmp_path / "a.xlsx",
        {"One": TABLE, "Two": TABLE.head(0)},
        title="Made up",
        titles={"Two": "T"},
    )


def test_openpyxl_reads_back_what_was_written(path):
    book = openpyxl.load_workbook(path)
    rows = list(book["One"].iter_rows(values_only=True))
    assert rows[0] == tuple(TABLE.columns)
    assert rows[1] == ("a < b & 'c' \"d\"", pd.Timestamp("2020-02-29"), 1, 0.1, None)
    assert rows[2] == (None, None, None, None, None)
    assert [row[0] for row in rows[3:]] == ["  spaces  ", "£ – ’"]
    assert [row[3] for row in rows[3:]] == [-2.5, 1e-7]
    assert book.properties.title == "Made up"


def test_calamine_reads_back_what_was_written(path):
    table = pd.read_excel(path, engine="calamine", sheet_name="One")
    assert table["Date"].tolist()[3] == pd.Timestamp("2025-08-31")
    assert table["Whole"].tolist()[3] == 10_000_000


def test_a_line_stands_above_the_headings_where_one_is_given(path):
    rows = list(openpyxl.load_workbook(path)["Two"].iter_rows(values_only=True))
    assert rows[0][0] == "T"
    assert rows[1] == tuple(TABLE.columns)


def test_columns_beyond_z_have_two_letters(tmp_path):
    wide = pd.DataFrame([list(range(60))], columns=[f"c{n}" for n in range(60)])
    sheet = openpyxl.load_workbook(write_workbook(tmp_path / "w.xlsx", {"S": wide}, title="t"))["S"]
    assert sheet["AA2"].value == 26
    assert sheet["BH2"].value == 59


def test_rows_beyond_one_chunk_keep_their_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx_writing, "CHUNK_ROWS", 3)
    long = pd.DataFrame({"n": range(10)})
    sheet = openpyxl.load_workbook(write_workbook(tmp_path / "l.xlsx", {"S": long}, title="t"))["S"]
    assert [cell.value for cell in sheet["A"]] == ["n", *range(10)]


def test_a_table_too_long_for_a_sheet_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx_writing, "MAXIMUM_ROWS", 5)
    with pytest.raises(ValueError, match=r"sheet One: 4 rows do not fit"):
        write_workbook(tmp_path / "big.xlsx", {"One": TABLE}, title="t")
    assert not (tmp_path / "big.xlsx").exists()
