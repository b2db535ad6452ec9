"""Odd and hostile extracts, kind by kind: what is kept, what is said, what must never be said."""

import datetime as dt
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import corpus as k
import openpyxl
import pytest

from analysis.sources import files
from analysis.sources.extracts import check_files

H, C = k.HEADINGS, k.contacts
Make = Callable[[Path], Path]
SECRETS = ("765432", "765433", "Sarah", "sarah", "Hazlett", "943 476", "DE1 2FS", "03/04/1985",
           "07700", "A801200001001")  # fmt: skip


def sheet(*rows: list, name: str = "contacts") -> Make:
    return lambda folder: k.write(folder / "file.xlsx", {name: list(rows)})


def cell(row: int, column: int, value: object) -> Make:
    return lambda folder: k.with_cell(folder, row, column, value)


def raw(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def in_sheet(change: Callable[[bytes], bytes]) -> Make:
    return lambda folder: k.edited(k.good(folder), k.SHEET, change)


def in_ods(change: Callable[[bytes], bytes]) -> Make:
    return lambda folder: k.edited(k.open_document(folder), "content.xml", change)


def _as_date(value: float) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book.active["C4"].value = value
        book.active["C4"].number_format = "DD/MM/YYYY"

    return change


def _merged(content: bytes) -> bytes:
    cells = b"".join(b'<mergeCell ref="F%d:F%d"/>' % (n, n + 1) for n in range(2, 60_000, 2))
    return content.replace(b"</sheetData>", b"</sheetData><mergeCells>%s</mergeCells>" % cells)


CSV = "\r\n".join(",".join(map(str, row)) for row in k.csv_rows()) + "\r\n"
BUDGET = ["Year", "Period", "Cost centre", "Subjective", "Annual budget", "Forecast", "Comment"]


def csv(change: Callable[[str], str] = str, encoding: str = "utf-8") -> Make:
    return raw("contacts.csv", change(CSV).encode(encoding))


WHOLE = {
    "headings in curly quotes": sheet(["“Contact ID”", "'Child ID'", *H[2:]], *C()),
    "headings without spaces": sheet([h.title().replace(" ", "") for h in H], *C()),
    "headings in capitals": sheet([h.upper().replace(" ", "_") for h in H], *C()),
    "a heading twice, alike": sheet([*H, "Team"], *([*row, row[-1]] for row in C())),
    "a sheet named in markup": sheet(H, *C(), name="<b>x&y"),
    "fifteen thousand blank columns": sheet([*H, *[None] * 15_000], *C()),
    "forty blank columns before": sheet(*([None] * 40 + list(row) for row in [H, *C()])),
    "numbers with a point": sheet(H, *([r[0], float(r[1]), *r[2:]] for r in C())),
    "numbers as text with a point": sheet(H, *([r[0], f"{r[1]}.0", *r[2:]] for r in C())),
    "dates that are half text": sheet(
        H, *([*r[:2], r[2] if n % 2 else f"{r[2]:%d/%m/%Y}", *r[3:]] for n, r in enumerate(C()))
    ),
    "the calendar of 1904": k.in_book(lambda b: setattr(b, "epoch", dt.datetime(1904, 1, 1))),
    "cells without references": in_sheet(lambda b: re.sub(rb' r="[A-Z]*\d+"', b"", b)),
    "a dimension that lies": in_sheet(
        lambda b: b.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    ),
    "blank rows to the end of an .ods": in_ods(lambda b: b.replace(
        b"</table:table>", b'<table:table-row table:number-rows-repeated="1048500">'
        b'<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        b"</table:table>", 1)),
    ".csv with a line 'sep=' and tabs": csv(lambda t: "sep=\t\r\n" + t.replace(",", "\t")),
    ".csv with bars": csv(lambda t: t.replace(",", "|")),
    ".csv with ends of line of old": csv(lambda t: t.replace("\r\n", "\r")),
    ".csv with ends of line doubled": csv(lambda t: t.replace("\r\n", "\r\r\n")),
    ".csv without its last end": csv(str.rstrip),
    ".csv with commas after some lines": csv(lambda t: t.replace("MASH\r\n", "MASH,,,\r\n", 3)),
    ".csv with an end mark": csv(lambda t: t + "\x1a"),
    ".csv in UTF-32": csv(encoding="utf-32"),
    ".csv with a title": csv(lambda t: "\r\n\r\nContacts,,,\r\n\r\n" + t),
    ".csv with lines in a cell": csv(lambda t: t.replace("MASH", '"MA\nSH"')),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_an_odd_file_is_read_whole(name: str, tmp_path: Path) -> None:
    read = check_files([WHOLE[name](tmp_path)])
    errors = read.problems[read.problems["severity"] == "error"]
    assert errors.empty, errors.to_dict("records")
    table = read.tables["contacts"]
    assert len(table) == table["child_id"].nunique() == 8
    assert [f"{day:%Y-%m-%d}" for day in table["contact_date"]] == [f"{r[2]}" for r in C()]


FLAWED = {
    "a negative serial": (k.in_book(_as_date(-5)), 7, "a time without a day", 4, "contact_date"),
    "a serial past 9999": (k.in_book(_as_date(2958466)), 7, "not a day", 4, "contact_date"),
    "a serial past all": (k.in_book(_as_date(1e300)), 7, "not a day", 4, "contact_date"),
    "the year 1066": (cell(4, 3, "14 October 1066"), 7, "1066 is no year", 4, "contact_date"),
    "a child's number for a day": (cell(4, 3, 7654321), 7, "not a day", 4, "contact_date"),
    "a surname for a day": (cell(4, 3, "Hazlett"), 7, "text of 7 char", 4, "contact_date"),
    "TRUE for a day": (cell(4, 3, True), 7, "not a day", 4, "contact_date"),
    "TRUE for a child": (cell(4, 2, True), 7, "not an identifier", 4, "child_id"),
    "a day for a child": (cell(4, 2, dt.date(2012, 3, 4)), 7, "not an identifier", 4, "child_id"),
    "a number that Excel rounded": (cell(4, 2, 1e22), 7, "which Excel rounds", 4, "child_id"),
    "a name for a team": (cell(4, 6, "Sarah Hazlett"), 8, "a name, it seems", 4, "team"),
    "a long text": (csv(lambda t: t.replace("MASH", "M" * 900_000, 1)), 8, "longer than Excel", 2,
                    "team"),
    "30,000 merged cells": (in_sheet(_merged), 8, "and 29994 more are merged", 2, "team"),
    "a total in the middle": (sheet(H, *C(4), ["Total", *[None] * 4, 4], *C()[4:]), 8, "a total", 6,
                              ""),
    "a NUL at the end": (raw("a.csv", CSV.encode() + b"\0" * 4096), 8, "NUL", 10, ""),
    "an open quote in the headings": (csv(lambda t: '"' + t), 8, "never closed", 1, ""),
    "a field without end": (csv(lambda t: t + '"' + "x" * 1_100_000), 8, "field larger", 10, ""),
    "markup in a heading": (sheet([*H, "<script>"], *([*r, 1] for r in C())), 8, "<script>", 1, ""),
    "a name in a heading": (sheet([*H, "Sarah Hazlett"], *([*r, 1] for r in C())), 8,
                            "some columns are not used", 1, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FLAWED)
def test_a_flaw_is_named_and_the_other_rows_are_kept(name: str, tmp_path: Path) -> None:
    make, kept, says, row, column = FLAWED[name]
    read = check_files([make(tmp_path)])
    assert len(read.tables["contacts"]) == kept
    said = read.problems[read.problems["message"].str.contains(says, regex=False)]
    assert said[["row", "column"]].to_numpy().tolist() == [[row, column]], read.problems.to_dict()
    assert not [secret for secret in SECRETS if secret in " ".join(read.problems["message"])]


COMMENTS = {
    "NHS 9434765919": "an NHS number", "re Hazlett, Sarah": "a name", "mum is sarah": "a name",
    "agreed with Sarah today": "a name", "Ms J Hazlett agreed": "a name",
    "b. 03/04/1985": "a date of birth", "sarah.h@example.org": "an e-mail address",
    "tel 07700 900123": "a telephone number", "UPN A801200001001": "a pupil number",
    "child 7654321 placed": "a child's number", "lives at DE1 2FS": "a postcode",
}  # fmt: skip


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_that_tells_who_somebody_is_is_dropped(comment: str, tmp_path: Path) -> None:
    rows = [BUDGET, ["2024/25", "P5", "1", "2", 5, 5, comment]]
    read = check_files([k.write(tmp_path / "a.xlsx", {"budget": rows})])
    assert read.tables["budget_monitoring"]["comment"].isna().all()
    said = read.problems["message"].tolist()
    assert COMMENTS[comment] in said[0]
    assert not [secret for secret in SECRETS if secret in " ".join(said)]


@pytest.mark.parametrize(
    "comment",
    ["Two placements at St Thomas Street", "Agency cover, P5 to P7; £1,250 a week",
     "Victoria House refurbishment 2024", "Forecast 01332 per week to be frank"],
)  # fmt: skip
def test_a_plain_comment_is_kept(comment: str, tmp_path: Path) -> None:
    rows = [BUDGET, ["2024/25", "P5", "1", "2", 5, 5, comment]]
    read = check_files([k.write(tmp_path / "a.xlsx", {"budget": rows})])
    assert read.tables["budget_monitoring"]["comment"].tolist() == [comment]


def test_no_words_of_a_yes_and_no_column_that_may_be_a_persons_are_kept(tmp_path: Path) -> None:
    seen = ["Sarah Hazlett", "943 476 5919", "born 03/04/1985", "Awaited", "Not known", "Yes"]
    rows = [[7654320 + n, dt.date(2024, 5, 1), words] for n, words in enumerate(seen)]
    headings = ["Child ID", "Date of visit", "Was the child seen alone"]
    read = check_files([k.write(tmp_path / "cp visits.xlsx", {"cp visits": [headings, *rows]})])
    table = read.tables["cp_visits"]
    assert table["seen_alone_as_given"].fillna("").tolist() == [
        "not shown", "not shown", "not shown", "Awaited", "Not known", ""
    ]  # fmt: skip
    held = table.to_csv() + " ".join(read.problems["message"])
    assert not [secret for secret in SECRETS if secret in held]


MONTH_FIRST = {
    "two figures for the year": ["4/25/24", "5/6/24", "6/7/24"],
    "four and two": ["04/25/2024", "05/06/24", "06/07/2024"],
    "two and four": ["4/25/24", "05/06/2024", "6/7/24"],
}


@pytest.mark.parametrize("name", MONTH_FIRST)
def test_no_day_of_a_column_that_is_month_first_is_read_day_first(name: str, tmp_path: Path):
    rows = [[*r[:2], day, *r[3:]] for r, day in zip(C(3), MONTH_FIRST[name], strict=True)]
    read = check_files([k.good(tmp_path, rows)])
    assert not len(read.tables["contacts"])
    said = read.problems[read.problems["column"] == "contact_date"]
    assert said["row"].tolist() == [2, 3, 4]
    assert said["message"].str.contains("month-first").all()
    assert set(said["severity"]) == {"error"}


def test_a_day_that_can_only_be_day_first_speaks_for_the_others(tmp_path: Path) -> None:
    days = ["25/4/24", "5/6/24", "6/7/24"]
    rows = [[*r[:2], day, *r[3:]] for r, day in zip(C(3), days, strict=True)]
    read = check_files([k.good(tmp_path, rows)])
    months = read.tables["contacts"]["contact_date"].dt.month.tolist()
    assert months == [4, 6, 7]


def test_short_years_beside_real_dates_show_that_excel_half_converted_them(tmp_path: Path) -> None:
    real = [dt.date(2024, 5, n) for n in range(1, 7)]
    days = [*real, *(f"{n}/5/24" for n in range(15, 21))]
    rows = [[*r[:2], day, *r[3:]] for r, day in zip(C(12), days, strict=True)]
    read = check_files([k.good(tmp_path, rows)])
    assert read.problems["message"].str.contains("have day and month swapped").any()


def _from_1904(folder: Path) -> Path:
    """The good workbook in the calendar of 1904, with day 43921 of it as number, text and day."""

    def change(book: openpyxl.Workbook) -> None:
        book.epoch = dt.datetime(1904, 1, 1)
        book.active["C3"], book.active["C4"] = 43921, "43921"

    return k.in_book(change)(folder)


def _old_from_1904(folder: Path) -> Path:
    rows = [H, *([*r[:2], 43921 if n in (1, 2) else r[2], *r[3:]] for n, r in enumerate(C()))]
    return k.true_xls(folder, rows, date_1904=True)


@pytest.mark.parametrize("make", [_from_1904, _old_from_1904])
def test_a_number_of_a_day_is_counted_from_1904_where_the_workbook_does(make: Make, tmp_path: Path):
    read = check_files([make(tmp_path)])
    days = [f"{day:%Y-%m-%d}" for day in read.tables["contacts"]["contact_date"]]
    assert days[1:3] == ["2024-04-01", "2024-04-01"]
    assert days[3:] == [f"{r[2]}" for r in C()[3:]]
    assert read.problems["message"].str.contains("read as Excel's day 2024-04-01").any()


def test_an_end_before_its_beginning_is_named_and_kept(tmp_path: Path) -> None:
    day = dt.date(2024, 3, 1)
    rows = [["Child ID", "CP plan start date", "CP plan end date"], [1, day, dt.date(2024, 1, 1)],
            [2, day, None]]  # fmt: skip
    read = check_files([k.write(tmp_path / "a.xlsx", {"CP plans": rows})])
    assert len(read.tables["cp_plans"]) == 2
    assert read.problems[["row", "column", "severity"]].to_numpy().tolist() == [
        [2, "end_date", "warning"]
    ]


def _nameless_far_cell(folder: Path) -> Path:
    """The good workbook with a cell far away that says its row and not its column."""
    cells = b"<c/>" * 15_000 + b"<c><v>1</v></c>"
    row = b'<row r="300000">%s</row></sheetData>' % cells
    return in_sheet(lambda b: b.replace(b"</sheetData>", row))(folder)


HARMFUL = {
    "a row past the last": (in_sheet(lambda b: b.replace(b'r="A4"', b'r="A99999999"')), "beyond"),
    "a column past the last": (in_sheet(lambda b: b.replace(b'r="A4"', b'r="ZZZZ4"')), "beyond"),
    "a column in small letters": (in_sheet(lambda b: b.replace(b'r="A4"', b'r="zzzz4"')), "beyond"),
    "a row that its cell outruns": (in_sheet(lambda b: b.replace(b'r="A4"', b'r="A1048576"')),
                                    "so far away"),
    "a far cell without reference": (_nameless_far_cell, "so far away"),
    "a repeated cell in an .ods": (in_ods(lambda b: b.replace(
        b"</table:table>", b'<table:table-row table:number-rows-repeated="1048000"><table:table-'
        b'cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"/>'
        b"</table:table-row></table:table>", 1)), "so far away"),
    "a repeated text in an .ods": (in_ods(lambda b: b.replace(
        b"</table:table>", b'<table:table-row table:number-rows-repeated="200000"><table:table-'
        b'cell table:number-columns-repeated="20" office:value-type="string"><text:p>'
        + b"x" * 20_000 + b"</text:p></table:table-cell></table:table-row></table:table>", 1)),
        "repeats a text"),
    "spaces without end in an .ods": (in_ods(lambda b: b.replace(
        b"MASH", b'MA<text:s text:c="999999999"/>SH', 1)), "thousand spaces"),
    "an entity in the styles": (lambda f: k.edited(k.good(f), "xl/styles.xml", lambda b: (
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + b)), "DOCTYPE"),
    "an entity in an .ods": (in_ods(lambda b: b.replace(
        b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)), "DOCTYPE"),
    "styles of 400 MB": (lambda f: k.edited(k.good(f), "xl/styles.xml", lambda b: (
        b + b" " * 400_000_000)), "times its size"),
    "25,000 parts": (lambda f: _with_parts(k.good(f), 25_000), "25,009 parts"),
    "twenty million blank lines": (raw("a.csv", b"\n" * 20_000_000), "holds no rows"),
}  # fmt: skip


def _with_parts(path: Path, count: int) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(count):
            archive.writestr(f"xl/{number}", "")
    return path


_GUARDED = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from analysis.sources.extracts import check_files
print(json.dumps([check_files([p]).problems["message"].tolist() for p in sys.argv[1:]]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="memory limits are set by POSIX means")
def test_files_made_to_harm_are_refused_within_2_gb(tmp_path: Path) -> None:
    paths = []
    for name, (make, _) in HARMFUL.items():
        folder = tmp_path / name.replace(" ", "_")
        folder.mkdir()
        paths.append(make(folder))
    command = [sys.executable, "-c", _GUARDED, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    for (name, (_, says)), said in zip(HARMFUL.items(), json.loads(done.stdout), strict=True):
        assert any(says in words for words in said), (name, said)


@pytest.mark.parametrize("share", range(0, 100, 10))
@pytest.mark.parametrize("make", [k.good, k.true_xls, k.open_document], ids=["xlsx", "xls", "ods"])
def test_a_file_cut_short_anywhere_is_said_to_be_so(make: Make, share: int, tmp_path: Path) -> None:
    path = make(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * share // 100])
    os.utime(path, (1, 1))  # long ago: nobody is writing it any more
    problems = check_files([path]).problems
    assert problems["severity"].tolist() == ["error"]
    assert re.search("is empty|incomplete|cut short", problems["message"][0])


PROFILES = {
    b"\xff\xfename = ": "cannot be read as TOML",
    b'[extracts]\n"contacts.xlsx" = "next Tuesday"': "is no day",
    b'[scales]\n"kpi_return.value_pct" = "0-10"': "can be 0-1, 0-100",
    b'[units]\n"pressures.pressure_gbp" = "furlongs"': "can be gbp",
    b'[aliases.contacts]\ncontact_date = "Rec"': "must be a list",
    b'[aliases.contacts]\ncontact_day = ["Rec"]': "no column of it",
    b'[codes.source]\nPolice = "Met"': "must be a list",
    b'[codes.sauce]\nPolice = ["Met"]': "no table of codes",
    b"[files]\ncontacts = 5": "must be a file",
    b'[fill_down]\nsupervision = "team"': "must be a list",
}


@pytest.mark.parametrize("content", PROFILES)
def test_a_profile_that_cannot_be_used_is_named_and_the_extract_is_read(
    content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "authority.toml").write_bytes(content)
    read = check_files([k.good(tmp_path)])
    said = read.problems[read.problems["file"] == "authority.toml"]
    assert PROFILES[content] in said["message"].iloc[0]
    assert len(read.tables["contacts"]) == 8


def test_a_folder_where_the_profile_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "authority.toml").mkdir()
    read = check_files([k.good(tmp_path)])
    assert "cannot be opened" in read.problems["message"][0]
    assert len(read.tables["contacts"]) == 8


def test_folders_loops_and_lock_files_beside_an_extract_do_no_harm(tmp_path: Path) -> None:
    k.good(tmp_path)
    (tmp_path / "x.xlsx").mkdir()
    (tmp_path / "~$contacts.xlsx").write_bytes(b"x" * 165)
    if sys.platform != "win32":
        (tmp_path / "loop").symlink_to(tmp_path)
        (tmp_path / "self.xlsx").symlink_to(tmp_path / "self.xlsx")
    read = check_files([tmp_path])
    assert len(read.tables["contacts"]) == 8
    assert set(read.problems["severity"]) == {"warning"}


def test_a_file_that_goes_while_it_is_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = k.good(tmp_path)

    def gone(*given: object) -> object:
        path.unlink()
        return read_workbook(*given)

    read_workbook = files.read_workbook
    monkeypatch.setattr(files, "read_workbook", gone)
    read = check_files([path])
    assert read.problems["severity"].tolist() == ["error"]
    assert not read.tables


def test_check_answers_in_the_documented_shape(tmp_path: Path) -> None:
    path = cell(5, 3, "31/02/2024")(tmp_path)
    command = [sys.executable, "-m", "analysis", "check", "--json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    answer = json.loads(done.stdout)
    assert done.returncode == 1
    assert answer["files"] == [
        {"file": "contacts.xlsx", "contract": "contacts", "sheet": "contacts", "rows": 7}
    ]
    assert [(p["sheet"], p["row"], p["column"], p["severity"]) for p in answer["problems"]] == [
        ("contacts", 5, "contact_date", "error")
    ]


HEIGHTS = ["contact_id,child_id,contact_date,team", "C1,101,02/04/2024,North",
           'C2,102,03/04/2024,"North', 'by the river"', "C3,103,04/04/2024,5'10\" House",
           "C4,104,05/04/2024,South"]  # fmt: skip


def test_an_inch_sign_below_a_cell_of_two_lines_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("\n".join(HEIGHTS) + "\n", encoding="utf-8")
    read = check_files([path])
    assert read.problems.empty, read.problems.to_dict("records")
    assert read.tables["contacts"]["source_row"].tolist() == [2, 3, 5, 6]


@pytest.mark.parametrize("between", [0, 1, 3])
def test_an_open_quote_that_a_later_cell_closes_swallows_no_line(
    between: int, tmp_path: Path
) -> None:
    open_quote = 'C0,100,01/04/2024,"Ea'
    lines = [HEIGHTS[0], open_quote, *[HEIGHTS[1]] * between, *HEIGHTS[2:4], HEIGHTS[5]]
    path = tmp_path / "contacts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    read = check_files([path])
    assert read.problems["message"].str.contains("line 2 opens a quotation mark").any()
    assert {2, 3 + between, 5 + between} <= set(read.tables["contacts"]["source_row"])


@pytest.mark.parametrize("before", ["", "sep=,\n"])
def test_a_line_wider_than_a_sheet_is_refused_before_it_is_split(
    before: str, tmp_path: Path
) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(before + "child_id,contact_date" + ",a" * 3_000_000 + "\n", encoding="utf-8")
    read = check_files([path])
    assert read.problems[["row", "severity"]].to_numpy().tolist() == [[1 + bool(before), "error"]]
    assert "has 3,000,002 cells" in read.problems["message"].iloc[0]
