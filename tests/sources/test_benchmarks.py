"""Published figures: recognised by their headings, kept with their period, never on a bare year."""

import os
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.sources.benchmark_files import BenchmarkError, read_published
from analysis.sources.benchmarks import (
    chosen_areas,
    compare,
    load_benchmarks,
    write_benchmarks,
)

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
CARRIED = ROOT / "data" / "raw" / "benchmarks.xlsx"
DERBY = "E06000015"
FILES = [
    "csww_indicators_2017_to_2025.csv",
    "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv",
    "d3_cpps_subsequent_plan_2013_to_2025.csv",
    "d5_cpps_at31march_by_duration_2013_to_2025.csv",
    "cla_number_and_rate_per_10k_children.csv",
    "la_cla_placement_stability.csv",
    "lait_bds_long_0.parquet",
    "lait_lait_data_dictionary.csv",
    "sn_model_2025_wide.csv",
]
AREA = {
    "time_identifier": "Reporting year", "country_code": "E92000001", "country_name": "England",
}  # fmt: skip


def workforce(heading="agency_rate_fte", **changed):
    names = [
        "vacancy_rate_fte", "turnover_rate_fte", "absence_rate_fte", "caseload_fte",
        "agency_cover_rate_fte",
    ]  # fmt: skip
    rows = pd.DataFrame(
        {
            "time_period": "2021",
            "geographic_level": ["National", "Regional", "Local authority", "Local authority"],
            "region_code": ["", "E12000004", "E12000004", "E12000004"],
            "region_name": ["", "East Midlands", "East Midlands", "East Midlands"],
            "old_la_code": ["", "", "831", "830"],
            "new_la_code": ["", "", DERBY, "E10000007"],
            "la_name": ["", "", "Derby", "Derbyshire"],
            heading: ["15.5", "14.3", "12.1", "c"],
            **AREA,
            **dict.fromkeys(names, "1.0"),
        }
    )
    return rows.assign(**changed)


@pytest.fixture
def file(tmp_path):
    def write(table, name="workforce.csv"):
        table.to_csv(tmp_path / name, index=False, encoding="utf-8")
        return tmp_path / name

    return write


def neighbours_of_derby(first="830"):
    names = [f"SN_{n}" for n in range(1, 11)]
    return pd.DataFrame([["831", first, *["999"] * 9]], columns=["old_la_code", *names])


def test_a_year_of_the_workforce_census_ends_in_september(file):
    figures, _ = read_published([file(workforce())])
    rates = figures[figures["measure"] == "agency_rate_dfe"]
    assert set(rates["period_end"]) == {pd.Timestamp("2021-09-30")}
    assert set(rates["period_label"]) == {"30 September 2021"}
    turnover = figures[figures["measure"] == "turnover_rate_dfe"]
    assert set(turnover["period_type"]) == {"year to 30 September"}


@pytest.mark.parametrize("heading", ["agency_worker_rate_fte_%", "Agency_Rate_FTE "])
def test_headings_of_other_releases_are_understood(file, heading):
    figures, _ = read_published([file(workforce(heading))])
    derby = figures[(figures["measure"] == "agency_rate_dfe") & (figures["la_code"] == DERBY)]
    assert derby["value"].item() == 12.1


def test_a_symbol_stays_a_symbol_and_is_no_number(file):
    figures, _ = read_published([file(workforce())])
    row = figures[
        (figures["measure"] == "agency_rate_dfe") & (figures["area_name"] == "Derbyshire")
    ]
    assert row["value"].isna().item()
    assert row["symbol"].item() == "c"


def test_an_unknown_file_is_named_with_its_headings(file):
    with pytest.raises(BenchmarkError, match=r"strange.csv: its headings .* week, number"):
        read_published([file(pd.DataFrame({"week": [1], "number": [2]}), "strange.csv")])


def test_two_files_of_one_table_are_refused(file):
    with pytest.raises(BenchmarkError, match="name only the newer one"):
        read_published([file(workforce(), "new.csv"), file(workforce(), "old.csv")])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BenchmarkError, match="gone.csv: no such file"):
        read_published([tmp_path / "gone.csv"])


def test_the_interactive_tool_needs_its_dictionary(file, tmp_path):
    long = pd.DataFrame(
        {"Short Desc": ["RevCP"], "Data item": ["x"], "Years": ["2025"],
         "LA and Regions": ["Derby"], "Values": ["98.3"], "LA Number": [831.0]}
    )  # fmt: skip
    long.to_parquet(tmp_path / "long.parquet")
    with pytest.raises(BenchmarkError, match="data dictionary is needed"):
        read_published([file(workforce()), tmp_path / "long.parquet"])


def test_a_neighbour_without_a_figure_is_not_in_the_median(file):
    table = workforce()
    figures, neighbours = read_published([file(table), file(neighbours_of_derby(), "sn.csv")])
    chosen = chosen_areas(figures, neighbours, [DERBY])
    median = chosen[chosen["area"] == "Neighbour median"].set_index("measure")
    assert "agency_rate_dfe" not in median.index
    assert median["areas"]["vacancy_rate_dfe"] == 1
    assert median["area_name"].iloc[0] == "Median of 10 statistical neighbours (2025 model)"


def test_an_authority_without_figures_is_refused(file):
    figures, neighbours = read_published([file(workforce())])
    with pytest.raises(BenchmarkError, match="E06000099"):
        chosen_areas(figures, neighbours, ["E06000099"])


def test_the_workbook_reads_back_as_written(file, tmp_path):
    written = write_benchmarks(
        [file(workforce()), file(neighbours_of_derby(), "sn.csv")], tmp_path / "benchmarks.xlsx"
    )
    read = load_benchmarks(tmp_path / "benchmarks.xlsx")
    assert len(read) == len(written)
    assert read["value"].equals(written["value"].astype("float64"))
    assert read["period_end"].tolist() == written["period_end"].tolist()
    assert set(read["licence"]) == {"Open Government Licence v3.0"}


def test_a_period_that_ends_after_the_report_is_not_used(file):
    figures, neighbours = read_published([file(workforce())])
    table = chosen_areas(figures, neighbours, [DERBY])
    assert compare(table, "agency_rate_dfe", DERBY, "2021-08").empty
    later = compare(table, "agency_rate_dfe", DERBY, "2021-08", until="2021-09")
    assert later["area"].tolist() == ["England", "Region", "Authority"]
    assert later["note"].iloc[0] == (
        "published for 30 September 2021, 1 month after this report's month"
    )


def test_an_authority_that_is_not_carried_sees_england_alone(file):
    figures, neighbours = read_published([file(workforce())])
    table = chosen_areas(figures, neighbours, [DERBY])
    assert compare(table, "agency_rate_dfe", "X", "2021-09")["area"].tolist() == ["England"]
    named = compare(table, "agency_rate_dfe", "X", "2021-09", region="East Midlands")
    assert named["area"].tolist() == ["England", "Region"]


@pytest.fixture(scope="module")
def carried():
    return load_benchmarks(CARRIED)


def test_the_carried_workbook_is_small_and_every_row_has_its_period_source_and_licence(carried):
    assert CARRIED.stat().st_size < 200_000
    whole = ["period_type", "period_label", "period_end", "source", "release_date", "licence"]
    assert carried[whole].notna().all(axis=None)
    assert not carried.duplicated(["measure", "la_code", "area", "area_name", "period_end"]).any()
    symbol = carried["symbol"].fillna("") != ""
    assert (carried["value"].notna() ^ symbol).mean() > 0.999


def test_derby_and_england_of_september_2021(carried):
    rows = compare(carried, "agency_rate_dfe", DERBY, "2021-09").set_index("area")
    assert rows["value"]["Authority"] == 12.1
    assert rows["value"]["England"] == 15.5
    assert rows["numerator"]["Authority"] == 21


@pytest.mark.parametrize(
    ("measure", "medians"),
    [
        ("cla_per_10000", [97.5, 96, 93.5, 88.5, 81.5]),
        ("assessments_in_45_working_days", [88.4, 85.2, 78.4, 83.6, 81.6]),
        ("icpc_in_15_working_days", [86.6, 83.7, 80.2, 81.3, 85.8]),
        ("cp_reviews_in_timescale", [96.4, 91.6, 88.2, 93.6, 91.5]),
        ("referrals_per_10000", [625.8, 671.4, 639.5, 553.2, 524.0]),
        ("cla_3_or_more_placements", [8.5, 9, 10.5, 10.5, 10.5]),
    ],
)
def test_the_neighbours_medians_of_2021_to_2025(carried, measure, medians):
    rows = compare(carried, measure, DERBY, "2025-12", every_year=True)
    rows = rows[(rows["area"] == "Neighbour median") & (rows["period_end"].dt.year >= 2021)]
    assert rows["value"].tolist() == pytest.approx(medians, abs=0.0501)


def test_the_carried_workbook_is_what_the_public_files_give(carried, tmp_path):
    if not all((SHARED / name).exists() for name in FILES):
        pytest.skip("the Department's public files are not beside the project")
    write_benchmarks([SHARED / name for name in FILES], tmp_path / "again.xlsx")
    pd.testing.assert_frame_equal(load_benchmarks(tmp_path / "again.xlsx"), carried)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"junk", "is text named .xlsx"),
        (b"PK\x03\x04 no workbook", r"is incomplete or still being copied \(16 bytes, without"),
        (b"", r"is empty \(0 bytes\)"),
    ],
)
def test_a_damaged_workbook_of_carried_figures_is_named_with_what_to_do(tmp_path, content, words):
    (tmp_path / "benchmarks.xlsx").write_bytes(content)
    with pytest.raises(BenchmarkError, match=rf"benchmarks\.xlsx: {words}.*; put the project"):
        load_benchmarks(tmp_path / "benchmarks.xlsx")


@pytest.mark.parametrize(("column", "kind"), [("value", "number"), ("period_end", "day")])
def test_a_cell_that_is_no_number_or_day_is_named_with_its_row(tmp_path, column, kind):
    table = load_benchmarks(CARRIED).head(5).astype({column: object})
    table.loc[2, column] = "soon"
    path = tmp_path / "benchmarks.xlsx"
    table.to_excel(path, sheet_name="Benchmarks", index=False)
    with pytest.raises(BenchmarkError, match=rf"row 4: {column} is no {kind}; put the project"):
        load_benchmarks(path)


def test_a_workbook_that_no_parser_may_have_is_refused(tmp_path):
    book = openpyxl.load_workbook(CARRIED)
    book["Benchmarks"]["XFD1048576"] = 1
    book.save(tmp_path / "benchmarks.xlsx")
    with pytest.raises(BenchmarkError, match="so far away"):
        load_benchmarks(tmp_path / "benchmarks.xlsx")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_a_pipe_in_place_of_the_workbook_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "benchmarks.xlsx")
    with pytest.raises(BenchmarkError, match="there is no such file"):
        load_benchmarks(tmp_path / "benchmarks.xlsx")
