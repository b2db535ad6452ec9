"""Agency, pipeline, pressure and reconciliation on the figures of Derby's paper of 2021."""

import numpy as np
import pandas as pd
import pytest

from analysis.measures import agency, establishment, pipeline, pressures, workforce
from analysis.measures.reconciliation import claim_beside_growth, reconcile

PERIOD = "2021-08"
GROWTH = [52.5962, 52.9810, 62.5083, 32.3544, 28.1847, 26.0763]
PRINTED = ["52%", "52%", "62%", "32%", "28%", "26%"]
MONTHS = pd.date_range("2021-03-01", periods=6, freq="MS")


@pytest.fixture
def positions():
    nan = np.nan
    return pd.DataFrame(
        {
            "as_at": ["2021-05", "2021-08", "not given"],
            "agency_headcount": [13.0, nan, 22.0],
            "agency_posts_covered": [nan, nan, 23.0],
            "establishment_fte": [nan, nan, 133.0],
            "long_term_absence_headcount": [0.0, nan, nan],
            "newly_qualified_headcount": [nan, nan, 20.0],
            "newly_qualified_completed_headcount": [nan, 7.0, nan],
            "apprentices_headcount": [nan, nan, 3.0],
            "apprentices_planned_headcount": [nan, nan, 2.0],
            "step_up_students_headcount": [nan, nan, 4.0],
            "agency_fte": [nan] * 3,
            "inpost_fte": [nan] * 3,
            "source_file": "workforce.xlsx",
            "source_sheet": "Workforce",
            "source_row": [2, 3, 4],
            "paragraph": "4.8",
        }
    )


@pytest.fixture
def stated():
    return pd.DataFrame(
        {
            "item": ["Staffing pressures", "Emerging pressure, agency social workers"],
            "pressure_gbp": [829_000, 566_000],
            "of_which": [None, "Staffing pressures"],
            "as_at": "not given",
            "paragraph": "7.1",
        }
    )


@pytest.mark.parametrize(
    ("measure", "column", "expected"),
    [
        (agency.agency_workers, "agency_headcount", 22),
        (agency.agency_posts_covered, "agency_posts_covered", 23),
        (establishment.establishment, "establishment_fte", 133),
        (pipeline.newly_qualified, "newly_qualified_headcount", 20),
        (pipeline.newly_qualified_completed, "newly_qualified_completed_headcount", 7),
        (pipeline.apprentices, "apprentices_headcount", 3),
        (pipeline.apprentices_planned, "apprentices_planned_headcount", 2),
        (pipeline.step_up_students, "step_up_students_headcount", 4),
        (establishment.long_term_absence, "long_term_absence_headcount", 0),
    ],
)
def test_each_count_of_the_paper_is_found(positions, measure, column, expected):
    assert measure(positions, PERIOD)[column].item() == expected


def test_workers_per_100_fte_and_posts_as_a_share_are_two_figures(positions):
    workers = agency.agency_workers_per_100_establishment_fte(positions, PERIOD)
    posts = agency.agency_posts_share_of_establishment(positions, PERIOD)
    assert round(workers["agency_workers_per_100_establishment_fte"].item(), 1) == 16.5
    assert round(posts["agency_posts_share_of_establishment_pct"].item(), 1) == 17.3


def test_the_departments_rate_cannot_be_computed_and_the_note_names_the_columns(positions):
    row = workforce.agency_rate_dfe(positions, PERIOD)
    assert row["agency_rate_dfe_pct"].isna().item()
    assert row["note"].item() == "cannot be computed: columns agency_fte and inpost_fte missing"


def test_agency_workers_rose_by_nine_since_may_without_a_percentage(positions):
    row = agency.agency_workers_change(positions, PERIOD).iloc[0]
    assert (row["change_headcount"], row["since"]) == (9, "2021-05")
    assert np.isnan(row["change_pct"])
    assert "base of 13 is under 30" in row["note"]


def test_a_percentage_is_given_on_a_base_of_thirty():
    table = pd.DataFrame({"as_at": ["2021-05", "2021-08"], "agency_headcount": [30.0, 33.0]})
    row = agency.agency_workers_change(table, PERIOD).iloc[0]
    assert (row["change_headcount"], row["change_pct"], row["note"]) == (3, 10, "")


def test_the_change_can_be_taken_from_a_named_date():
    table = pd.DataFrame(
        {"as_at": ["2020-08", "2021-07", "2021-08"], "agency_headcount": [10.0, 20.0, 22.0]}
    )
    row = agency.agency_workers_change(table, PERIOD, since="2020-08-31")
    assert row["change_headcount"].item() == 12


def test_no_earlier_row_means_no_change_and_says_so():
    table = pd.DataFrame({"as_at": ["2021-08"], "agency_headcount": [22.0]})
    row = agency.agency_workers_change(table, PERIOD)
    assert row["change_headcount"].isna().item()
    assert "no earlier row" in row["note"].item()


def test_an_establishment_of_zero_gives_words_and_no_ratio():
    table = pd.DataFrame(
        {"as_at": ["2021-08"], "agency_headcount": [2.0], "establishment_fte": [0.0]}
    )
    row = agency.agency_workers_per_100_establishment_fte(table, PERIOD)
    assert row["agency_workers_per_100_establishment_fte"].isna().item()
    assert row["note"].item() == "cannot be computed: establishment_fte is 0"


def test_seven_of_twenty_newly_qualified_completed(positions):
    row = pipeline.newly_qualified_completed(positions, PERIOD).iloc[0]
    assert (row["completed_share_pct"], row["remaining_headcount"]) == (35, 13)
    assert row["note"] == "of 20 newly qualified (as at: not given)"


def test_the_agency_pressure_is_68_3_per_cent_and_0_263m_is_left(stated):
    share = pressures.agency_pressure_share(stated, PERIOD)
    assert round(share["agency_pressure_share_pct"].item(), 1) == 68.3
    assert pressures.other_pressure(stated, PERIOD)["other_pressure_gbp"].item() == 263_000


def test_the_agency_pressure_per_worker_and_per_post(stated, positions):
    worker = pressures.agency_pressure_per_worker(stated, positions, PERIOD)
    post = pressures.agency_pressure_per_post(stated, positions, PERIOD)
    assert round(worker["agency_pressure_per_worker_gbp"].item() / 1000, 1) == 25.7
    assert round(post["agency_pressure_per_post_gbp"].item() / 1000, 1) == 24.6


def test_no_pressure_measure_calls_the_sum_a_premium_or_gross(stated, positions):
    tables = [
        pressures.staffing_pressure(stated, PERIOD),
        pressures.agency_pressure_share(stated, PERIOD),
        pressures.other_pressure(stated, PERIOD),
        pressures.agency_pressure_per_worker(stated, positions, PERIOD),
        pressures.agency_pressure_per_post(stated, positions, PERIOD),
    ]
    words = " ".join(" ".join(map(str, [*table.columns, *table.iloc[0]])) for table in tables)
    assert "premium" not in words
    assert "gross" not in words


def test_a_pressure_without_an_agency_part_is_said(stated):
    only_total = stated.iloc[:1]
    assert pressures.staffing_pressure(only_total, PERIOD)["pressure_gbp"].item() == 829_000
    row = pressures.agency_pressure_share(only_total, PERIOD)
    assert row["agency_pressure_share_pct"].isna().item()
    assert "agency pressure: the table states no such item" in row["note"].item()


def test_a_part_larger_than_its_whole_is_reported(stated):
    wrong = stated.assign(pressure_gbp=[100_000, 566_000])
    row = pressures.other_pressure(wrong, PERIOD)
    assert row["other_pressure_gbp"].item() == -466_000
    assert "larger than the whole" in row["note"].item()


@pytest.fixture
def published():
    months = MONTHS.strftime("%Y-%m")
    return pd.DataFrame(
        {
            "item": [*(f"contacts_year_on_year.{month}" for month in months), "establishment"],
            "label": [*months, "Establishment"],
            "printed": [*PRINTED, "133 FTE"],
            "paragraph": ["4.7"] * 6 + ["4.8"],
        }
    )


def test_every_growth_figure_of_the_paper_is_classed_as_cut_off(published):
    recomputed = pd.DataFrame({"id": published["item"][:6], "value": GROWTH})
    table = reconcile(published, recomputed)
    assert table["class"].tolist() == ["cut off"] * 6 + ["cannot be recomputed"]
    assert table["note"].iloc[0] == "cut off fits 6 of 6, rounded half up fits 3 of 6"
    assert table["rounded"].iloc[:3].tolist() == [53, 53, 63]
    assert table["cut"].iloc[:3].tolist() == [52, 52, 62]
    assert table["exact"].isna().tolist() == [False] * 6 + [True]


def test_a_rounded_column_is_classed_as_rounding(published):
    rounded = published.iloc[:6].assign(printed=["53%", "53%", "63%", "32%", "28%", "26%"])
    recomputed = pd.DataFrame({"id": published["item"][:6], "value": GROWTH})
    assert set(reconcile(rounded, recomputed)["class"]) == {"rounding"}


def test_one_wrong_figure_leaves_its_column_without_a_habit(published):
    wrong = published.iloc[:6].assign(printed=["52%", "52%", "26%", "32%", "28%", "26%"])
    recomputed = pd.DataFrame({"id": published["item"][:6], "value": GROWTH})
    table = reconcile(wrong, recomputed)
    assert set(table["class"]) == {"cannot reproduce"}
    assert "cut off fits 5 of 6" in table["note"].iloc[2]


def test_an_equal_figure_agrees():
    published = pd.DataFrame({"item": ["other"], "label": ["Other"], "printed": ["£0.263m"]})
    recomputed = pd.DataFrame({"id": ["other"], "value": [263_000.0]})
    assert reconcile(published, recomputed)["class"].item() == "agrees"


def test_another_definition_that_reproduces_the_column_is_named():
    published = pd.DataFrame({"item": ["rate"], "label": ["Agency rate"], "printed": ["17.3%"]})
    recomputed = pd.DataFrame(
        {
            "id": ["rate", "rate"],
            "value": [16.541, 17.293],
            "definition": ["workers per 100 FTE", "posts over establishment"],
        }
    )
    row = reconcile(published, recomputed).iloc[0]
    assert row["class"] == "definition"
    assert row["note"].startswith("posts over establishment: ")
    assert row["exact"] == 17.293


def test_the_reason_why_a_figure_cannot_be_recomputed_is_carried():
    published = pd.DataFrame({"item": ["rate"], "label": ["Agency rate"], "printed": ["12.1%"]})
    why = "cannot be computed: column inpost_fte missing"
    recomputed = pd.DataFrame({"id": ["rate"], "value": [np.nan], "note": [why]})
    row = reconcile(published, recomputed).iloc[0]
    assert (row["class"], row["note"]) == ("cannot be recomputed", why)


def test_consistent_rise_stands_beside_a_growth_that_falls():
    statements = pd.DataFrame(
        {
            "statement_id": ["s1", "s2"],
            "topic": ["contacts", "other"],
            "text": ["Initial contact shows consistent rise", "x"],
            "paragraph": ["4.7", "4.8"],
        }
    )
    growth = pd.DataFrame({"month": MONTHS, "change_pct": GROWTH})
    row = claim_beside_growth(statements, growth, "contacts").iloc[0]
    assert (row["months_above_year_before"], row["months"]) == (6, 6)
    assert round(row["largest_change_pct"], 1) == 62.5
    assert row["largest_month"] == pd.Timestamp("2021-05-01")
    assert round(row["last_change_pct"], 1) == 26.1
    assert (row["falls_after_largest"], row["months_after_largest"]) == (3, 3)
