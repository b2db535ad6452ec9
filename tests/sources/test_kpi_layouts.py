"""KPI returns: months across the top in their usual layouts, and percentages by their scale."""

import datetime as dt
from pathlib import Path

import corpus as k
import openpyxl
import pytest

from analysis.sources.extracts import check_files

APRIL, MAY = "Apr-24", "May-24"
WIDE = {
    "a column a month": [["KPI", "Indicator name", APRIL, MAY], ["A1", "Reviews", 91.2, 88]],
    "real dates": [["KPI", dt.date(2024, 4, 1), dt.date(2024, 5, 31)], ["A1", 91.2, 88]],
    "figures named beside the month": [
        ["KPI", "Apr-24 Num", "Apr-24 Den", "Apr-24 %", "Num May-24", "Den May-24", "% May-24"],
        ["A1", 31, 34, 91.2, 22, 25, 88],
    ],
    "figures below the month": [
        ["KPI", "Indicator name", APRIL, None, None, MAY, None, None],
        [None, None, "Num", "Den", "%", "Num", "Den", "%"],
        ["A1", "Reviews", 31, 34, 91.2, 22, 25, 88],
    ],
    "months above the headings": [
        ["KPI return 2024/25"],
        [None, None, APRIL, None, None, MAY, None, None],
        ["KPI", "Indicator name", "Num", "Den", "%", "Num", "Den", "%"],
        ["A1", "Reviews", 31, 34, 91.2, 22, 25, 88],
    ],
    "target and year to date": [["KPI", "Target", APRIL, MAY, "YTD"], ["A1", 95, 91.2, 88, 89.8]],
}  # fmt: skip


@pytest.mark.parametrize("layout", WIDE)
def test_a_return_with_months_across_is_one_row_a_kpi_and_month(
    layout: str, tmp_path: Path
) -> None:
    read = check_files([k.write(tmp_path / "a.xlsx", {"KPIs": WIDE[layout]})])
    table = read.tables["kpi_return"]
    assert read.problems[read.problems["severity"] == "error"].empty, read.problems.to_dict(
        "records"
    )
    assert [f"{month:%Y-%m}" for month in table["month"]] == ["2024-04", "2024-05"]
    assert table["value_pct"].tolist() == [91.2, 88]
    assert set(table["source_row"]) == {len(WIDE[layout])}
    if "figures" in layout or "above" in layout:
        assert table["numerator"].tolist() == [31, 22]
        assert table["denominator"].tolist() == [34, 25]
    if "target" in layout:
        assert table["target_pct"].tolist() == [95, 95]


def test_an_error_among_months_across_is_named_by_its_row(tmp_path: Path) -> None:
    rows = [["KPI", APRIL, MAY], ["A1", 91.2, 88], ["A2", "=1/0", 70]]
    read = check_files([k.write(tmp_path / "a.xlsx", {"KPIs": rows})])
    said = read.problems[read.problems["severity"] == "error"]
    assert said[["row", "column"]].to_numpy().tolist() == [[3, "value_pct"]]
    assert len(read.tables["kpi_return"]) == 4


def _formatted(path: Path, rows: list[list], form: str) -> Path:
    """A return whose figures between 0 and 1 have a number format."""
    k.write(path, {"KPIs": rows})
    book = openpyxl.load_workbook(path)
    for row in book["KPIs"].iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, float) and cell.value < 1:
                cell.number_format = form
    book.save(path)
    return path


LONG = [["Month", "KPI", "Value", "Target"], *[[m, "A1", 0.912, 0.95] for m in (APRIL, MAY)],
        ["Jun-24", "A1", 0.9, 0.95]]  # fmt: skip


@pytest.mark.parametrize("form", ["0%", "0.0%", '0.00"%"', '[Red]0.0%;-0.0%;"-"'])
def test_a_percentage_is_what_excel_shows(form: str, tmp_path: Path) -> None:
    table = check_files([_formatted(tmp_path / "a.xlsx", LONG, form)]).tables["kpi_return"]
    if form == '0.00"%"':  # Excel writes 0.91% here: the sign is a mere letter
        assert table["value_pct"].isna().all()
    else:
        assert table["value_pct"].tolist() == [91.2, 91.2, 90.0]
        assert table["target_pct"].tolist() == [95.0] * 3


def test_percentages_with_a_format_and_months_across(tmp_path: Path) -> None:
    rows = [["KPI", APRIL, MAY], ["A1", 0.912, 0.88], ["A2", 0.005, 71.5]]
    table = check_files([_formatted(tmp_path / "a.xlsx", rows, "0.0%")]).tables["kpi_return"]
    assert table["value_pct"].tolist() == [91.2, 88.0, 0.5, 71.5]


def test_the_advice_on_an_unknown_scale_is_what_is_to_be_written(tmp_path: Path) -> None:
    k.write(tmp_path / "a.xlsx", {"KPIs": LONG})
    said = check_files([tmp_path]).problems["message"]
    wanted = '"kpi_return.value_pct" = "0-1" under [scales] in authority.toml'
    assert said.str.contains(wanted, regex=False).any()
    (tmp_path / "authority.toml").write_text(
        '[scales]\n"kpi_return.value_pct" = "0-1"\n"kpi_return.target_pct" = "0-1"\n',
        encoding="utf-8",
    )
    assert check_files([tmp_path]).tables["kpi_return"]["value_pct"].tolist() == [91.2, 91.2, 90.0]


SIX = [[APRIL, f"K{n}", f"0.{90 + n}", "0.9"] for n in range(6)]


@pytest.mark.parametrize("kind", ["csv", "text cells", "months across"])
def test_fractions_written_as_text_are_refused_as_numbers_are(kind: str, tmp_path: Path) -> None:
    rows = [["Month", "KPI", "Value", "Target"], *SIX]
    if kind == "months across":
        rows = [["KPI", "Target", APRIL], *[[row[1], row[3], row[2]] for row in SIX]]
    if kind == "text cells":
        path = k.write(tmp_path / "a.xlsx", {"KPIs": rows})
    else:
        path = k.text(tmp_path, rows, name="kpis.csv")
    read = check_files([path])
    said = read.problems[read.problems["severity"] == "error"]
    assert sorted(said["column"]) == ["target_pct", "value_pct"]
    table = read.tables["kpi_return"]
    assert table[["value_pct", "target_pct"]].isna().all(axis=None)


@pytest.mark.parametrize("value", ["0.91", 0.91, 1])
def test_a_lone_figure_from_0_to_1_is_read_and_named(value: object, tmp_path: Path) -> None:
    rows = [["Month", "KPI", "Value"], [APRIL, "A1", value], [MAY, "A1", "91.2%"]]
    read = check_files([k.write(tmp_path / "a.xlsx", {"KPIs": rows})])
    assert read.problems[["row", "column", "severity"]].to_numpy().tolist() == [
        [2, "value_pct", "warning"]
    ]
    assert read.problems["message"].str.contains("read as at most 1%").all()
    assert read.tables["kpi_return"]["value_pct"].tolist() == [float(value), 91.2]


def test_in_an_old_workbook_fractions_beside_other_figures_are_not_used(tmp_path: Path) -> None:
    rows = [["Month", "KPI", "Value"], [APRIL, "A1", 0.912], [MAY, "A1", 88]]
    read = check_files([k.true_xls(tmp_path, rows)])
    assert read.tables["kpi_return"]["value_pct"].isna().tolist() == [True, False]
    said = read.problems[read.problems["severity"] == "error"]["message"]
    assert said.str.contains("row 2: .* save it as .xlsx").all() and len(said) == 1


DOUBLED = {
    "a month": ([["KPI", APRIL, MAY, "Apr 2024"], ["A1", 91, 88, 92]], "B1 and D1", "value_pct"),
    "a figure": (
        [["KPI", APRIL, "Apr-24 Num", MAY, "Num Apr-24"], ["A1", 91, 31, 88, 30]],
        "C1 and E1",
        "numerator",
    ),
    "the target": (
        [["KPI", "Target", APRIL, MAY, "Target %"], ["A1", 90, 91, 88, 95]],
        "B1 and E1",
        "target_pct",
    ),
}


@pytest.mark.parametrize("what", DOUBLED)
def test_of_doubled_headings_of_a_wide_return_neither_is_used(what: str, tmp_path: Path) -> None:
    rows, cells, column = DOUBLED[what]
    read = check_files([k.write(tmp_path / "a.xlsx", {"KPIs": rows})])
    said = read.problems[read.problems["severity"] == "error"]
    assert said[["sheet", "row", "column"]].to_numpy().tolist() == [["KPIs", 1, column]]
    assert said["message"].str.contains(f"{cells} both stand for {column}").all()
    table = read.tables["kpi_return"]
    assert table[column].notna().sum() == (1 if what == "a month" else 0)
    assert 88 in table["value_pct"].tolist()


def test_a_doubled_code_of_a_wide_return_is_refused(tmp_path: Path) -> None:
    rows = [["KPI code", "Code", APRIL, MAY], ["A1", "B1", 91, 88]]
    read = check_files([k.write(tmp_path / "a.xlsx", {"KPIs": rows})])
    assert read.problems["message"].str.contains("A1 and B1 both stand for kpi_code").any()
    assert not read.tables


def test_headings_of_a_wide_return_that_say_the_same_twice_do_no_harm(tmp_path: Path) -> None:
    rows = [["KPI", APRIL, MAY, "Apr 2024"], ["A1", 91, 88, 91]]
    read = check_files([k.write(tmp_path / "a.xlsx", {"KPIs": rows})])
    assert read.problems.empty
    assert read.tables["kpi_return"]["value_pct"].tolist() == [91, 88]


@pytest.mark.parametrize("months", [True, False])
@pytest.mark.parametrize("name", ["Indicator", "KPI"])
def test_an_indicator_beside_its_code_is_its_name(name: str, months: bool, tmp_path: Path) -> None:
    rows = [[name, "Code", APRIL, MAY], ["Rate a", "K1", 5, 6], ["Rate b", "K2", 6, 7]]
    if not months:
        rows = [[name, "Code", "Month", "Value"], *[[*r[:2], APRIL, r[2]] for r in rows[1:]]]
    read = check_files([k.write(tmp_path / "a.xlsx", {"KPIs": rows})])
    assert read.problems.empty, read.problems.to_dict("records")
    table = read.tables["kpi_return"]
    assert set(zip(table["kpi_code"], table["kpi_name"], strict=True)) == {
        ("K1", "Rate a"), ("K2", "Rate b")
    }  # fmt: skip


@pytest.mark.parametrize(
    "heads",
    [["KPI", "Indicator"], ["Code", "Indicator", "KPI name"], ["KPI", "Indicator", "Description"]],
)
def test_columns_of_names_beside_the_code_cost_no_return(heads, tmp_path: Path) -> None:
    rows = [[*heads, APRIL, MAY], *[[f"K{n}", f"Rate {n}", f"Text {n}"][: len(heads)] + [5, 6]
            for n in (1, 2)]]  # fmt: skip
    read = check_files([k.write(tmp_path / "a.xlsx", {"KPIs": rows})])
    assert "error" not in set(read.problems["severity"]), read.problems.to_dict("records")
    assert sorted(set(read.tables["kpi_return"]["kpi_code"])) == ["K1", "K2"]


def test_figures_that_months_hold_are_not_said_to_be_misspelt(tmp_path: Path) -> None:
    rows = [["KPI", APRIL, "", "", "YTD", ""], ["", "Num", "Den", "%", "Num", "%"],
            ["A1", 9, 10, 90, 9, 90], ["B1", 8, 10, 80, 8, 80]]  # fmt: skip
    said = check_files([k.write(tmp_path / "a.xlsx", {"KPIs": rows})]).problems["message"]
    assert not said.str.contains("misspelt").any()


def test_a_heading_of_the_second_row_that_nobody_knows_is_named(tmp_path: Path) -> None:
    rows = [["KPI code", APRIL, "", MAY, ""], ["", "Num", "Perf", "Num", "Perf"],
            ["K1", 1, 50, 2, 60], ["K2", 2, 60, 3, 70]]  # fmt: skip
    said = check_files([k.text(tmp_path, rows, name="kpis.csv")]).problems["message"]
    assert said.str.contains("columns not used: Perf; if one is needed", regex=False).sum() == 1


def test_a_heading_in_two_rows_that_nobody_knows_is_named(tmp_path: Path) -> None:
    rows = [["Reporting", "KPI", "Value", "Ward"], ["month", "ref", "%", "group"],
            [APRIL, "A1", 91.2, "x"]]  # fmt: skip
    read = check_files([k.write(tmp_path / "a.xlsx", {"KPIs": rows})])
    assert read.problems["message"].str.contains("columns not used: Ward group").any()
    assert read.tables["kpi_return"]["value_pct"].tolist() == [91.2]


@pytest.mark.parametrize("kind", ["percentage", "float"])
def test_a_percentage_of_an_open_document_is_what_it_shows(kind: str, tmp_path: Path) -> None:
    rows = [["", "", "", ""], ["Month", "KPI", "Target", "Value"], [APRIL, "A1", 0.95, 0.912],
            [MAY, "A1", 0.95, 0.05], ["Jun-24", "A1", 0.95, 1]]  # fmt: skip
    read = check_files([k.open_document(tmp_path, rows, kind)])
    table = read.tables["kpi_return"]
    if kind == "percentage":
        assert table["value_pct"].tolist() == [91.2, 5, 100]
        assert table["target_pct"].tolist() == [95, 95, 95]
        assert read.problems.empty
    else:
        assert table[["value_pct", "target_pct"]].isna().all(axis=None)


def test_a_percentage_of_repeated_cells_and_rows_is_read_in_each(tmp_path: Path) -> None:
    rows = [["Month", "KPI", "Target", "Value"], [APRIL, "A1", 0.95, 0.95]]
    path = k.open_document(tmp_path, rows, "percentage")

    def repeat(content: bytes) -> bytes:
        before, row, rest = content.rpartition(b"<table:table-row")
        kept = row + rest[: rest.index(b"<table:table-cell", rest.index(b"percentage"))]
        kept = kept.replace(
            b'value-type="percentage"', b'value-type="percentage" table:number-columns-repeated="2"'
        )
        end = rest[rest.index(b"</table:table-row>") :]
        return before + kept.replace(row, row + b' table:number-rows-repeated="2"', 1) + end

    read = check_files([k.edited(path, "content.xml", repeat)])
    assert read.tables["kpi_return"][["target_pct", "value_pct"]].to_numpy().tolist() == [[95, 95]]
    assert read.problems["message"].str.contains("same as an earlier row").all()


def test_a_figure_of_all_months_beside_the_months_is_named_as_not_used(tmp_path: Path) -> None:
    rows = [["KPI", "Target", "Performance", APRIL, MAY, "Jun-24"], ["A1", 90, 88, 85, 88, 91]]
    read = check_files([k.write(tmp_path / "a.xlsx", {"KPIs": rows})])
    assert read.problems[["row", "column"]].to_numpy().tolist() == [[1, "value_pct"]]
    assert "so that column C was not used" in read.problems["message"].iloc[0]
    assert read.tables["kpi_return"]["value_pct"].tolist() == [85, 88, 91]
