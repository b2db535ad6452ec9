"""Bad versions of good workbooks: never a crash, never silent, and good rows are kept."""

import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import corpus as k
import openpyxl
import pytest

from analysis.sources import sheetscan
from analysis.sources.extracts import check_files
from analysis.sources.places import column_letters
from analysis.sources.sheetscan import scan_sheet

H = k.HEADINGS


@dataclass(frozen=True)
class Case:
    """One bad file: how it is made, the rows that must be kept, and what must be said where."""

    name: str
    make: Callable[[Path], Path]
    kept: int
    says: str = ""
    severity: str = "error"
    row: int | None = None
    column: str = ""
    contract: str = "contacts"


def raw(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def sheet(*rows: list, name: str = "contacts") -> Callable[[Path], Path]:
    return lambda folder: k.write(folder / "file.xlsx", {name: list(rows)})


def cell(row: int, column: int, value: object) -> Callable[[Path], Path]:
    return lambda folder: k.with_cell(folder, row, column, value)


def dates(form: Callable[[dt.date], object]) -> Callable[[Path], Path]:
    return lambda folder: k.good(folder, [[*r[:2], form(r[2]), *r[3:]] for r in k.contacts()])


def text(**options: object) -> Callable[[Path], Path]:
    return lambda folder: k.text(folder, k.csv_rows(), **options)


def changed(make: Callable[[Path], Path], change: Callable[[bytes], bytes]) -> Callable:
    def remake(folder: Path) -> Path:
        path = make(folder)
        path.write_bytes(change(path.read_bytes()))
        return path

    return remake


def renamed(make: Callable[[Path], Path], name: str) -> Callable[[Path], Path]:
    return lambda folder: make(folder).rename(folder / name)


def in_sheet(old: bytes, new: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        def change(content: bytes) -> bytes:
            assert old in content
            return content.replace(old, new, 1)

        return k.edited(k.good(folder), k.SHEET, change)

    return make


def _merge(book: openpyxl.Workbook) -> None:
    book.active.merge_cells("F3:F6")


def _hide_rows(book: openpyxl.Workbook) -> None:
    for row in (3, 4):
        book.active.row_dimensions[row].hidden = True


def _hide_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("front")
    book["contacts"].sheet_state = "hidden"
    book.active = 1


BUDGET = ["Year", "Period", "Cost centre", "Subjective", "Annual budget", "Forecast", "Comment"]
KPI = ["Month", "KPI code", "Value"]
CHILD_CELL = b'<c r="B4" t="n"><v>7654323</v></c>'

UNUSABLE = [
    Case("an empty file", raw("a.xlsx", b""), 0, "is empty"),
    Case("a web page named .xls", raw("a.xls", b"<html><table></table></html>"), 0, "web page"),
    Case("a page with a mark and blanks", raw("a.xls", b"\xef\xbb\xbf \n<!DOCTYPE html>"), 0,
         "web"),
    Case("XML of 2003", raw("a.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft'
                            b'-com:office:spreadsheet"/>'), 0, "XML spreadsheet of 2003"),
    Case("tabbed text named .xls", raw("a.xls", b"Child ID\tDate\n1\t2\n"), 0,
         "tab-separated text"),
    Case("text named .xlsx", text(name="a.xlsx"), 0, "text named .xlsx"),
    Case("random bytes", raw("a.xlsx", bytes(range(256)) * 9), 0, "no spreadsheet"),
    Case("a PDF", raw("a.xlsx", b"%PDF-1.4"), 0, "a PDF"),
    Case("a lock file", raw("~$a.xlsx", b"owner"), 0, "lock file", "warning"),
    Case("a download under way", raw("a.xlsx.part", b"PK"), 0, "still being written", "warning"),
    Case("a file of another kind", raw("a.docx", b"PK"), 0, "no spreadsheet by its name",
         "warning"),
    Case("a missing file", lambda folder: folder / "gone.xlsx", 0, "no such file"),
    Case("a password", k.encrypted_ole, 0, "protected by a password"),
    Case("another Office file", lambda f: k.ole(f / "a.xls", ["WordDocument"]), 0, "no workbook"),
    Case("an OLE file cut short", changed(k.true_xls, lambda b: b[:700]), 0, "cut short"),
    Case("a Word document", k.word_document, 0, "Word document"),
    Case("a zip", k.nested_zip, 0, "zip without a workbook"),
    Case("a zip cut short", changed(k.good, lambda b: b[:3000]), 0, "incomplete"),
    Case("bits lost", changed(k.good, lambda b: b[:900] + b"\0" * 200 + b[1100:]), 0, "damaged"),
    Case("XML cut short", in_sheet(b"</sheetData>", b"<row r='9'><c r='A"), 0, "damaged"),
    Case("an entity bomb", k.entity_bomb, 0, "DOCTYPE"),
    Case("a zip bomb", k.zip_bomb, 0, "times its size"),
    Case("deep nesting", k.deep_nesting, 0, "nested"),
    Case("a far cell", k.far_cell, 0, "XFD1048576"),
    Case("a far row", lambda f: k.far_cell(f, "F1048576"), 0, "so far away"),
    Case("one huge text", k.shared_string_bomb, 0, "times its size"),
    Case("a long text, repeated", k.repeated_long_text, 0, "fill the memory"),
    Case("headings only", sheet(H), 0, "has headings and no rows"),
    Case("an empty sheet", sheet(), 0, "no sheet has headings"),
    Case("a doubled heading", sheet([*H, "Date of contact"], *([*r, dt.date(2020, 1, 1)] for r in
                                                               k.contacts())), 0, "C1 and G1",
         row=1, column="contact_date"),
    Case("a column missing", sheet([*H[:2], *H[3:]], *([*r[:2], *r[3:]] for r in k.contacts())), 0,
         "contact_date is missing", row=1, column="contact_date"),
    Case("a column misspelt", sheet([*H[:2], "Dte of contact", *H[3:]], *k.contacts()), 0,
         "'Dte of contact', misspelt", row=1, column="contact_date"),
    Case("two contracts alike", sheet(["Child ID", "Date of visit"], ["1", dt.date(2024, 1, 1)],
                                      name="Sheet1"), 0, "cla_visits and cp_visits alike", row=1),
    Case("month-first dates", dates(lambda d: f"{d:%m/%d/%Y}"), 0, "month-first", row=2,
         column="contact_date"),
]  # fmt: skip

ROWS = [
    Case("a total and a footer", sheet(H, *k.contacts(3), ["Grand Total", None, 3],
                                       ["Report run on 5 May 2024"]), 3, "a total", "warning", 5),
    Case("a footer", sheet(H, *k.contacts(3), [], ["Page 1 of 1"]), 3, "a footer", "warning", 6),
    Case("a subtotal", sheet(H, *k.contacts(3), ["East Total", None, None, None, None, 3],
                             *k.contacts(5)[3:]), 5, "a total", "warning", 5),
    Case("headings again", sheet(H, *k.contacts(3), H, *k.contacts(5)[3:]), 5, "headings again",
         "warning", 5),
    Case("a sum without a label", sheet(H, *k.contacts(3), [None, 123, None, None, None, 3]), 3,
         "figures without", "warning", 5),
    Case("an error cell", in_sheet(CHILD_CELL, b'<c r="B4" t="e"><v>#REF!</v></c>'), 7,
         "the cell B4 holds the error #REF!", row=4, column="child_id"),
    Case("an error in a column not required", in_sheet(
        b'<c r="F4" t="inlineStr"><is><t>MASH</t></is></c>', b'<c r="F4" t="e"><v>#N/A</v></c>'),
        8, "the cell F4 holds the error #N/A", row=4, column="team"),
    Case("a formula never calculated", cell(4, 3, "=B4+1"), 7, "never calculated", row=4,
         column="contact_date"),
    Case("no such day", cell(5, 3, "31/02/2024"), 7, "'31/02/2024' is not a day", row=5,
         column="contact_date"),
    Case("the year 2204", cell(5, 3, dt.date(2204, 1, 1)), 7, "2204", row=5, column="contact_date"),
    Case("the year 9999", cell(5, 3, "31/12/9999"), 7, "9999", row=5, column="contact_date"),
    Case("a day to come", cell(5, 3, dt.date(2060, 1, 1)), 7, "lies after", row=5,
         column="contact_date"),
    Case("Excel's day 0", cell(5, 3, dt.time(0, 0)), 7, "day 0", row=5, column="contact_date"),
    Case("words for a day", cell(5, 3, "May be 8 Jan 2000"), 7, "is not a day", row=5,
         column="contact_date"),
    Case("a name for a day", cell(5, 3, "Sarah Jones"), 7, "text of 11 characters", row=5,
         column="contact_date"),
    Case("a child without a number", cell(5, 2, None), 7, "no child_id", row=5, column="child_id"),
    Case("a fraction for a child", cell(5, 2, 1001.5), 7, "a fraction", row=5, column="child_id"),
    Case("dates as numbers", dates(lambda d: (d - dt.date(1899, 12, 30)).days), 8,
         "was read as Excel's day", "warning", 2, "contact_date"),
    Case("a year of two figures", cell(5, 3, "03/04/21"), 8, "two figures for the year", "warning",
         5, "contact_date"),
    Case("half-converted dates", lambda f: k.good(f, [
        [f"C{i}", i + 1,
         dt.datetime(2024, i % 12 + 1, i % 12 + 1) if i < 12 else f"{i + 2}/03/2024",
         *k.contacts()[0][3:]] for i in range(24)]), 24, "day and month swapped", row=None,
         column="contact_date"),
    Case("a source in no table", cell(5, 4, "Police - Area 4"), 8, "'Police - Area 4' is in no",
         "warning", 5, "source"),
    Case("a name for a source", cell(5, 4, "Dustin Hazlett"), 8, "may name a person", "warning", 5,
         "source"),
    Case("the same row twice", lambda f: k.good(f, [*k.contacts(), k.contacts()[2]]), 8,
         "the same as an earlier row", "warning", 10),
    Case("one number, two outcomes",
         lambda f: k.good(f, [*k.contacts(), [*k.contacts()[2][:5], "B"]]), 9,
         "rows 4, 10 share", "warning", 10, "contact_id"),
    Case("merged cells", k.in_book(_merge), 8, "F3:F6 are merged", "warning", 3, "team"),
    Case("hidden rows", k.in_book(_hide_rows), 8, "hidden rows (2) were", "warning"),
    Case("a hidden sheet", k.in_book(_hide_sheet), 8, "is hidden", "warning"),
    Case("headings in two rows", sheet(["Contact", "Child", "Date of", "Contact"],
                                       ["ID", "ID", "contact", "source"],
                                       *(r[:4] for r in k.contacts())), 8, "two rows", "warning",
         1),
    Case("a column of no table", sheet([*H, "Ward"], *([*r, "x"] for r in k.contacts())), 8,
         "columns not used: Ward", "warning", 1),
    Case("cells beside the table", sheet(H, *k.contacts(3), [*k.contacts(4)[3], None, "stray"]), 4,
         "to the right of the table", "warning", 5),
    Case("a workbook named .csv", renamed(k.good, "contacts.csv"), 8, "really an .xlsx", "warning"),
    Case("an old workbook named .xlsx", renamed(k.true_xls, "contacts.xlsx"), 8, "old .xls",
         "warning"),
]  # fmt: skip

TEXT = [
    Case("Windows-1252", changed(text(), lambda b: b.replace(b"MASH", b"Caf\xe9", 1)), 8,
         "Windows-1252", "warning", 2),
    Case("a NUL", changed(text(), lambda b: b.replace(b"MASH", b"MA\0SH", 1)), 8, "NUL", row=2),
    Case("a file cut in mid row", changed(text(), lambda b: b[:-30]), 7, "cut in the middle",
         row=9),
    Case("an open quote", changed(text(), lambda b: b.replace(b"C00003,", b'"C00003,', 1)), 8,
         "never closed", row=5),
    Case("a comma too many", changed(text(), lambda b: b.replace(b"C00003,", b"C00,003,", 1)), 7,
         "more cells than headings", row=5),
    Case("a short line", changed(text(), lambda b: b.replace(b",MASH\r\nC00004", b"\r\nC00004", 1)),
         8, "fewer cells", "warning", 5),
    Case("UTF-16 without its mark", text(encoding="utf-16-le"), 8, "UTF-16", "warning"),
    Case("an error word in text", changed(text(), lambda b: b.replace(b"MASH", b"#REF!", 1)), 8,
         "the error #REF!", row=2, column="team"),
]  # fmt: skip

FIGURES = [
    Case("percentages from 0 to 1", sheet(KPI, *[[f"{m:02d}/2024", "A", 0.9 + m / 100] for m in
                                                 range(1, 7)], name="kpi"), 6, "between 0 and 1",
         column="value_pct", contract="kpi_return"),
    Case("a percentage above 100", sheet(KPI, ["Mar-21", "A", 912.0], ["Apr-21", "A", 91.2],
                                         name="kpi"), 2, "912 is above 100", row=2,
         column="value_pct", contract="kpi_return"),
    Case("one month twice", sheet(KPI, ["Mar-21", "A", 91.2], ["March 2021", "A", 93.0],
                                  name="kpi"), 1, "rows 2-3 share", row=3, column="month",
         contract="kpi_return"),
    Case("no such month", sheet(KPI, ["Smarch-21", "A", 91.2], ["Sept 2021", "A", 90.0],
                                name="kpi"), 1, "is not a month", row=2, column="month",
         contract="kpi_return"),
    Case("a wide return with words", sheet(
        ["KPI", "Apr-24", "May-24", dt.date(2024, 6, 1)], ["A", "91.2%", 88, "n/k"], name="kpi"), 3,
        "'n/k' is not a number", row=2, column="value_pct", contract="kpi_return"),
    Case("a decimal comma", sheet(BUDGET, ["2024/25", "P5", "0123", "1000", 5, "12,5"],
                                  ["2024/25", "P6", "0123", "1000", 5, 12.5], name="budget"), 1,
         "use a decimal point", row=2, column="forecast_outturn_gbp", contract="budget_monitoring"),
    Case("a year that is none", sheet(BUDGET, ["2024/26", "P5", "1", "2", 5, 5],
                                      ["2024-25", "p06", "1", "2", 5, 5], name="budget"), 1,
         "'2024/26' is not a financial year", row=2, column="financial_year",
         contract="budget_monitoring"),
    Case("a period 14", sheet(BUDGET, ["2024/25", "P14", "1", "2", 5, 5],
                              ["2024/25", "P13", "1", "2", 5, 5], name="budget"), 1,
         "14 is above 13", row=2, column="period_no", contract="budget_monitoring"),
    Case("a birth in a comment", sheet(BUDGET, ["2024/25", "P5", "1", "2", 5, 5,
                                                "Mother DOB 03/04/1985"], name="budget"), 1,
         "a date of birth", row=2, column="comment", contract="budget_monitoring"),
    Case("a name in a comment", sheet(BUDGET, ["2024/25", "P5", "1", "2", 5, 5, "Sarah Jones left"],
                                      name="budget"), 1, "a name", row=2, column="comment",
         contract="budget_monitoring"),
    Case("an NHS number in a comment", sheet(BUDGET, ["2024/25", "P5", "1", "2", 5, 5,
                                                      "see 943 476 5919"], name="budget"), 1,
         "an NHS number", row=2, column="comment", contract="budget_monitoring"),
    Case("a postcode in a comment", sheet(BUDGET, ["2024/25", "P5", "1", "2", 5, 5,
                                                   "moved to DE1 2FS"], name="budget"), 1,
         "a postcode", row=2, column="comment", contract="budget_monitoring"),
]  # fmt: skip

SECRETS = ("765432", "765433", "Sarah", "Jones", "Hazlett", "9434765919", "943 476", "DE1 2FS",
           "03/04/1985")  # fmt: skip


@pytest.mark.parametrize("case", UNUSABLE + ROWS + TEXT + FIGURES, ids=lambda case: case.name)
def test_a_bad_file_is_named_and_its_good_rows_are_kept(case: Case, tmp_path: Path) -> None:
    path = case.make(tmp_path)
    read = check_files([path])
    problems = read.problems

    kept = read.files.loc[read.files["contract"] == case.contract, "rows"].sum()
    assert kept == case.kept, problems.to_dict("records")
    said = problems[
        problems["message"].str.contains(case.says, regex=False)
        & (problems["severity"] == case.severity)
        & (problems["column"] == case.column)
    ]
    assert len(said), problems.to_dict("records")
    assert case.row is None or (said["row"] == case.row).any(), said.to_dict("records")
    assert (problems["file"] == path.name).all()
    whole = " ".join(problems["message"])
    assert not [secret for secret in SECRETS if secret in whole]


@pytest.mark.parametrize("case", ROWS + TEXT + FIGURES, ids=lambda case: case.name)
def test_no_personal_value_of_a_bad_file_reaches_a_table(case: Case, tmp_path: Path) -> None:
    read = check_files([case.make(tmp_path)])
    cells = " ".join(
        str(value)
        for table in read.tables.values()
        for value in table.drop(columns=["source_file"]).to_numpy().ravel()
    )
    assert not [secret for secret in SECRETS if secret in cells]


GOOD = {
    "real dates": k.good,
    "text dates": dates(lambda d: f"{d:%d/%m/%Y}"),
    "ISO dates": dates(lambda d: d.isoformat()),
    "named months": dates(lambda d: f"{d.day} {d:%B %Y}"),
    "dates with dashes": dates(lambda d: f"{d:%d-%b-%Y}"),
    "title rows": sheet(["Contacts"], [], ["Run 1 May 2024"], H, *k.contacts()),
    "a table at C3": sheet([], [], *([None, None, *r] for r in [H, *k.contacts()])),
    "messy headings": sheet([" Contact\u00a0ID ", "child\u200b_id:", "DATE  OF\nCONTACT",
                             "\ufeffContact Source", "Contact outcome*", "team"], *k.contacts()),
    "old .xls": k.true_xls,
    ".ods": k.open_document,
    ".csv": text(),
    ".csv with a mark": text(encoding="utf-8-sig"),
    ".csv in UTF-16": text(encoding="utf-16"),
    ".csv with ;": text(delimiter=";"),
    ".csv with tabs": text(delimiter="\t"),
    ".csv with a comma at each end": text(end=","),
    ".csv with sep=": lambda f: k.text(f, [["sep=;"], *k.csv_rows()], delimiter=";"),
    "blank rows between": sheet(H, *k.contacts(3), [], [], *k.contacts(8)[3:]),
    "blank formatted rows": in_sheet(
        b"</sheetData>", b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_in_any_form_is_read_whole_and_alike(name: str, tmp_path: Path) -> None:
    read = check_files([GOOD[name](tmp_path)])
    table = read.tables["contacts"]
    assert read.problems[read.problems["severity"] == "error"].empty, read.problems.to_dict(
        "records"
    )
    assert [f"{day:%Y-%m-%d}" for day in table["contact_date"]] == [
        row[2].isoformat() for row in k.contacts()
    ]
    assert set(table["source"]) == {"Police"}
    assert set(table["outcome"]) == {"no further action"}
    assert table["child_id"].nunique() == 8


DANGERS = [case for case in UNUSABLE if case.name in {
    "a far cell", "a far row", "a zip bomb", "an entity bomb", "deep nesting", "one huge text",
    "a long text, repeated"}]  # fmt: skip

_GUARDED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from analysis.sources.extracts import check_files
print(len(check_files([sys.argv[1]]).problems))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="memory limits are set by POSIX means")
@pytest.mark.parametrize("case", DANGERS, ids=lambda case: case.name)
def test_a_file_made_to_harm_is_refused_within_2_gb(case: Case, tmp_path: Path) -> None:
    path = case.make(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", _GUARDED, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 1


def test_a_bad_file_stops_nothing_but_itself(tmp_path: Path) -> None:
    k.good(tmp_path)
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 and no more")
    read = check_files([tmp_path])
    assert len(read.tables["contacts"]) == 8
    assert set(read.problems["file"]) == {"broken.xlsx"}


def test_an_error_cell_without_a_word_takes_nothing_of_the_next():
    cells = b'<c r="A1" t="e"/><c r="B1" t="e"/><c r="C1" t="e"><v>#REF!</v></c>'
    cells += b'<c r="D1"><v>1</v></c>'
    xml = b'<worksheet><sheetData><row r="1">' + cells + b"</row></sheetData></worksheet>"
    assert scan_sheet(io.BytesIO(xml)).errors == {(1, 3): "#REF!"}


CHILD_9 = b'<c r="B9" t="n"><v>7654328</v></c>'
SILENT = {
    "an error": b'<c r="%s" t="e"><v>#N/A</v></c>',
    "a formula never calculated": b'<c r="%s"><f>A1</f></c>',
}


def _many_silent(kind: str, count: int, *, named: bool = True) -> Callable[[bytes], bytes]:
    """The good sheet with so many such cells, in columns that nobody uses, before the last row's."""

    def change(content: bytes) -> bytes:
        cells = b"".join(
            SILENT[kind] % (b"%s8" % column_letters(10 + n).encode()) for n in range(count)
        )
        if not named:
            cells = re.sub(rb' r="[A-Z]+8"', b"", cells)
        assert CHILD_9 in content
        start, end = content.split(b'<row r="9"')
        start = start.removesuffix(b"</row>") + cells + b"</row>"
        return start + b'<row r="9"' + end.replace(CHILD_9, SILENT[kind] % b"B9")

    return change


@pytest.mark.parametrize("kind", SILENT)
def test_cells_nobody_uses_do_not_hide_what_is_wrong_with_one_that_is_used(kind, tmp_path):
    path = k.edited(k.good(tmp_path), k.SHEET, _many_silent(kind, 2_500))
    read = check_files([path])
    said = read.problems[read.problems["message"].str.contains("the cell B9 holds")]
    assert said[["row", "column", "severity"]].to_numpy().tolist() == [[9, "child_id", "error"]]
    assert len(read.tables["contacts"]) == 7
    assert not read.problems["message"].str.contains("one by one").any()


@pytest.mark.parametrize("kind", SILENT)
def test_silent_cells_past_all_bounds_are_counted(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(sheetscan, "CELLS_NOTED", 3)
    path = k.edited(k.good(tmp_path), k.SHEET, _many_silent(kind, 5))
    said = check_files([path]).problems
    said = said[
        said["message"].str.startswith("cells (3) with an error, or a formula that was never")
    ]
    assert said[["sheet", "severity"]].to_numpy().tolist() == [["contacts", "warning"]]


@pytest.mark.parametrize("kind", SILENT)
def test_silent_cells_without_a_reference_are_counted(kind, tmp_path):
    path = k.edited(k.good(tmp_path), k.SHEET, _many_silent(kind, 5, named=False))
    said = check_files([path]).problems["message"]
    assert said.str.startswith("cells (5) with an error, or a formula that was never").any()


@pytest.mark.parametrize("total", [1637.5, 1e300, 10**18])
def test_a_total_that_no_council_has_is_named(tmp_path, total):
    rows = [["Month", "Contacts"], ["2021-07", 100], ["2021-08", total]]
    k.write(tmp_path / "a.xlsx", {"contacts monthly": rows})
    read = check_files([tmp_path])
    assert read.tables["contacts_monthly"]["contacts"].tolist() == [100]
    assert read.problems[["row", "column", "severity"]].to_numpy().tolist() == [
        [3, "contacts", "error"]
    ]


def test_a_number_that_two_actions_share_is_named_and_both_are_kept(tmp_path):
    rows = [["Action number", "Action"], ["A1", "Train the teams"], ["A1", "Hire a manager"]]
    k.write(tmp_path / "a.xlsx", {"actions": rows})
    read = check_files([tmp_path])
    assert len(read.tables["actions"]) == 2
    assert "rows 2-3 share their action_id and differ" in read.problems["message"].iloc[0]


@pytest.mark.parametrize("name", ["Service total", "All", "all teams", "Whole service"])
def test_a_total_with_all_that_a_row_must_have_is_kept_and_named(tmp_path, name):
    head = ["Month", "Team", "Supervisions due", "Supervisions held"]
    rows = [["Apr-24", "North", 3, 2], ["Apr-24", "South", 4, 4], ["Apr-24", name, 7, 6]]
    read = check_files([k.write(tmp_path / "a.xlsx", {"supervision": [head, *rows]})])
    assert len(read.tables["supervision"]) == 3
    assert read.problems[["row", "column", "severity"]].to_numpy().tolist() == [
        [4, "team", "warning"]
    ]
    assert "row 4: perhaps a total, and read as data" in read.problems["message"].iloc[0]


@pytest.mark.parametrize(
    "names",
    [("All", "All"), ("All Saints", "Totley"), ("Summerfield", "Wholesale"), ("Overall", None)],
)
def test_a_team_whose_name_is_no_total_is_not_named(tmp_path, names):
    head = ["Month", "Team", "Supervisions due", "Supervisions held"]
    rows = [["Apr-24", names[0], 3, 2], ["May-24", names[1], 4, 4]]
    assert check_files(
        [k.write(tmp_path / "a.xlsx", {"supervision": [head, *rows]})]
    ).problems.empty
