"""Why agency workers are there, how cases are spread, and when the need would fall."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measures.agency_assignments import (
    agency_above_cap,
    agency_by_job_type,
    agency_by_rate_band,
    agency_by_tenure,
    assignments_in_force,
    quarterly_return,
)
from analysis.measures.caseloads import caseholders, caseload_distribution
from analysis.measures.cover import agency_by_reason, cover_bridge, other_cover
from analysis.measures.cover_need import (
    agency_back_at,
    agency_need,
    default_assumptions,
    pipeline_entries,
)

PERIOD = "2021-08"
START = pd.Timestamp("2021-06-01")


def agency_of(**columns):
    size = len(next(iter(columns.values())))
    return pd.DataFrame(
        {"worker_id": [f"w{n}" for n in range(size)], "fte": 1.0, "start_date": START,
         "end_date": pd.NaT} | columns
    )  # fmt: skip


@pytest.fixture
def derby_in_2021():
    """5 of 21 agency FTE cover vacancies, as the Department published for 30 September 2021."""
    reasons = ["vacancy"] * 5 + ["sickness"] * 7 + ["maternity"] * 6 + [None] * 3
    return agency_of(reason=reasons, posts_covered=[1.0] * 21)


def test_sixteen_of_twenty_one_do_not_cover_vacancies(derby_in_2021):
    table = agency_by_reason(derby_in_2021, PERIOD).set_index("reason")
    assert table["agency_fte"].to_dict() == {
        "vacancy": 5, "sickness": 7, "maternity": 6, "additional": 0, "not given": 3,
    }  # fmt: skip
    assert round(table["share_of_fte_pct"]["vacancy"], 1) == 23.8
    assert table["note"]["not given"].startswith("no reason recorded")


def test_the_bridge_adds_from_need_to_uncovered(derby_in_2021):
    position = pd.DataFrame(
        {"vacancies_fte": [5.0], "long_term_absence_fte": [9.0], "maternity_fte": [8.0]}
    )
    bridge = cover_bridge(position, agency_by_reason(derby_in_2021, PERIOD), other=0.5)
    steps = bridge.set_index("step")
    assert steps["fte"]["cover_needed"] == 22
    assert steps["fte"]["uncovered"] == 0.5
    assert steps["uncovered_fte"][["vacancy", "sickness", "maternity"]].tolist() == [0, 2, 2]
    assert steps["note"]["agency_cover"] == "3 FTE of it without a recorded reason"


def test_cover_above_need_is_below_zero_and_said():
    position = pd.DataFrame(
        {"vacancies_fte": [1.0], "long_term_absence_fte": [0.0], "maternity_fte": [0.0]}
    )
    bridge = cover_bridge(position, agency_by_reason(agency_of(reason=["vacancy"] * 3), PERIOD), 0)
    steps = bridge.set_index("step")
    assert steps["fte"]["uncovered"] == -2
    assert "more cover than need" in steps["note"]["uncovered"]
    assert "more cover than need" in steps["note"]["vacancy"]


def test_a_bridge_without_absence_says_which_column_is_missing():
    position = pd.DataFrame({"vacancies_fte": [5.0], "maternity_fte": [1.0]})
    bridge = cover_bridge(position, agency_by_reason(agency_of(reason=["vacancy"]), PERIOD))
    steps = bridge.set_index("step")
    assert np.isnan(steps["fte"]["cover_needed"])
    assert "long_term_absence_fte" in steps["note"]["uncovered"]
    assert "posts are not given" in steps["note"]["other_cover"]


def test_other_cover_is_what_a_post_holds_beyond_its_budget():
    posts = pd.DataFrame({"post_id": ["1", "2"], "budgeted_fte": [1.0, 1.0]})
    staff = pd.DataFrame(
        {"post_id": ["1", "1", "2"], "fte": [1.0, 0.6, 0.5], "start_date": START,
         "end_date": pd.NaT, "contract": ["permanent", "fixed term", "permanent"]}
    )  # fmt: skip
    assert other_cover(posts, staff, PERIOD) == pytest.approx(0.6)
    assert other_cover(posts, staff.drop(columns="post_id"), PERIOD) is None


def test_tenure_bands_and_the_day_on_which_they_change():
    starts = pd.to_datetime(["2021-06-02", "2021-06-01", "2020-09-01", "2020-08-31"])
    table = assignments_in_force(agency_of(start_date=starts), PERIOD)
    assert table["tenure_days"].tolist() == [90, 91, 364, 365]
    assert agency_by_tenure(table)["agency_headcount"].tolist() == [1, 1, 1, 1]


def test_share_above_the_cap_leaves_out_what_cannot_be_compared_and_says_so():
    table = assignments_in_force(
        agency_of(
            hourly_rate_gbp=[40.0, 40.01, None, 45.0], cap_hourly_gbp=[40.0, 40.0, 40.0, None]
        ),
        PERIOD,
    )
    row = agency_above_cap(table).iloc[0]
    assert (row["above_cap"], row["with_rate_and_cap"], row["above_cap_pct"]) == (1, 2, 50)
    assert row["note"] == "2 without a rate or a cap are not in the share"


def test_no_cap_at_all_gives_words_and_no_share():
    row = agency_above_cap(assignments_in_force(agency_of(hourly_rate_gbp=[40.0]), PERIOD)).iloc[0]
    assert np.isnan(row["above_cap_pct"])
    assert "cap_hourly_gbp" in row["note"]


def test_rate_bands_are_in_order_and_blanks_are_last():
    table = assignments_in_force(agency_of(hourly_rate_gbp=[45.0, None, 39.99]), PERIOD)
    assert agency_by_rate_band(table)["rate_band"].tolist() == [
        "£35 to under £40", "£45 to under £50", "not given",
    ]  # fmt: skip


def test_job_types_keep_every_worker():
    table = assignments_in_force(
        agency_of(job_type=["Team manager", None, "Social worker", "Family aide"]), PERIOD
    )
    jobs = agency_by_job_type(table)
    assert jobs["job_type"].tolist() == [
        "Social worker", "Team manager", "Family aide", "not given",
    ]  # fmt: skip
    assert jobs["agency_fte"].sum() == 4


def test_the_quarterly_return_counts_starts_and_ends_within_the_quarter():
    agency = agency_of(
        start_date=pd.to_datetime(["2021-06-30", "2021-07-01", "2021-07-01", "2021-10-01"]),
        end_date=pd.to_datetime(["2021-06-30", None, "2021-09-30", None]),
        project_team=pd.array([False, True, False, True], "boolean"),
        hourly_rate_gbp=[30.0, 42.0, 38.0, 99.0],
    )
    row = quarterly_return(agency, "2021-09").iloc[-1]
    assert (row["assignments"], row["started"], row["ended"]) == (2, 2, 1)
    assert (row["agency_headcount"], row["in_project_teams"]) == (2, 1)
    assert (row["mean_hourly_rate_gbp"], row["note"]) == (40, "")
    assert "not complete" in quarterly_return(agency, PERIOD)["note"].iloc[0]


@pytest.fixture
def service():
    staff = pd.DataFrame(
        {
            "person_id": ["a", "b", "b", "c", "d"],
            "fte": [1.0, 0.3, 0.2, None, 1.0],
            "cases": [15, 8, 4, 9, 0],
            "role": "Social worker",
            "team": ["North", "North", "South", None, "North"],
            "start_date": START,
            "end_date": pd.NaT,
            "contract": "permanent",
        }
    )
    return staff, agency_of(cases=[21, 18], team=["North", "South"])


def test_a_person_in_two_posts_is_one_case_holder_with_both_caseloads(service):
    holders = caseholders(*service, PERIOD)
    assert len(holders) == 5
    assert holders.loc[holders["fte"] == 0.5, "cases_per_fte"].item() == 24
    assert "person_id" not in holders and "who" not in holders


def test_the_distribution_of_cases(service):
    row = caseload_distribution(caseholders(*service, PERIOD), threshold=20).iloc[0]
    assert row["median_cases_per_fte"] == 19.5
    assert row["top_tenth_cases_per_fte"] == pytest.approx(21 + 0.7 * 3)
    assert (row["above_threshold_headcount"], row["above_threshold_pct"]) == (2, 50)
    assert (row["agency_caseholders_headcount"], row["agency_cases"]) == (2, 39)
    assert row["mean_cases_per_fte"] == pytest.approx((15 + 12 + 21 + 18) / 3.5)
    assert row["note"].startswith("1 without an FTE")


def test_without_a_threshold_the_share_is_words(service):
    row = caseload_distribution(caseholders(*service, PERIOD)).iloc[0]
    assert pd.isna(row["above_threshold_headcount"]) and pd.isna(row["above_threshold_pct"])
    assert "the authority gives none" in row["note"]


def test_caseloads_by_team_name_the_blank_team(service):
    table = caseload_distribution(caseholders(*service, PERIOD), 20, by="team")
    assert table["team"].tolist() == ["North", "South", "not given"]
    assert table["caseholders_headcount"].sum() == 5


def test_no_cases_recorded_is_said():
    nobody = caseholders(pd.DataFrame(), pd.DataFrame(), PERIOD)
    assert "cannot be computed" in caseload_distribution(nobody)["note"].item()


def position_of(**changed):
    return pd.DataFrame(
        {
            "vacancies_fte": [10.0], "leavers_12_months_fte": [12.0],
            "starters_12_months_fte": [24.0], "starters_from_programmes_12_months_fte": [6.0],
            "long_term_absence_fte": [4.0], "maternity_fte": [6.0], "agency_headcount": [22.0],
            "agency_fte": [20.0],
        } | changed
    )  # fmt: skip


NOBODY = pd.DataFrame({"month": [], "programme": [], "headcount": [], "fte": []})


def test_the_first_month_is_todays_agency_use_in_every_scenario():
    need = agency_need(default_assumptions(position_of()), NOBODY, PERIOD)
    first = need[need["month"] == pd.Timestamp("2021-08-01")]
    assert first["agency_need_headcount"].round(9).tolist() == [22, 22, 22]


def test_central_need_falls_by_recruitment_minus_leavers():
    need = agency_need(default_assumptions(position_of()), NOBODY, PERIOD, months=3)
    central = need[need["scenario"] == "central"]
    # 18 recruited a year are 1.5 a month, 12 leavers 1 a month: vacancies fall by half an FTE.
    assert central["vacancies_fte"].tolist() == [10, 9.5, 9, 8.5]


def test_qualifying_students_and_protected_caseloads_count_from_their_month():
    entries = pd.DataFrame(
        {
            "month": pd.to_datetime(["2021-10-01", "2021-09-01"]),
            "programme": ["step up", "asye"],
            "headcount": [4, 20],
            "fte": [4.0, 20.0],
        }
    )
    flat = position_of(leavers_12_months_fte=[18.0])
    need = agency_need(default_assumptions(flat), entries, PERIOD, months=3)
    central = need[need["scenario"] == "central"]
    assert central["vacancies_fte"].round(2).tolist() == [10, 10, 6.6, 6.6]
    assert central["first_year_gap_fte"].tolist() == [2, 2, 0, 0]


def test_when_agency_would_be_back_at_thirteen():
    need = agency_need(default_assumptions(position_of()), NOBODY, PERIOD)
    back = agency_back_at(need, 13).set_index("scenario")
    # 22 people are 1.1 a FTE; 13 people are 11.8 FTE, 8.2 FTE less, at half an FTE a month.
    assert back["months_ahead"]["central"] == 17
    assert back["month"]["central"] == pd.Timestamp("2023-01-01")
    assert back["note"]["high"] == "not within 24 months under these assumptions"


def test_a_missing_position_is_named_and_gives_no_month():
    need = agency_need(
        default_assumptions(position_of(leavers_12_months_fte=[np.nan])), NOBODY, "2021-08"
    )
    assert need["note"].str.contains("leavers_fte").all()
    assert agency_back_at(need, 13)["month"].isna().all()


def test_programmes_without_an_end_are_said_and_add_nothing():
    staff = pd.DataFrame(
        {
            "person_id": ["a", "b", "c"], "fte": 1.0, "start_date": START, "end_date": pd.NaT,
            "programme": ["step up", "asye", "asye"],
            "programme_end_date": pd.to_datetime([None, "2021-12-31", "2021-08-31"]),
        }
    )  # fmt: skip
    entries = pipeline_entries(staff, PERIOD)
    assert entries["headcount"].tolist() == [1, 1]
    assert entries.loc[entries["month"].isna(), "note"].item().startswith("end of programme")
    assert len(agency_need(default_assumptions(position_of()), entries, PERIOD, months=1)) == 6


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 60), st.floats(0, 60), st.floats(0, 60), st.floats(0, 20), st.floats(0.5, 30))
def test_low_is_never_above_central_and_central_never_above_high(out, into, vacant, ill, agency):
    position = position_of(
        leavers_12_months_fte=[out], starters_12_months_fte=[into + 6], vacancies_fte=[vacant],
        long_term_absence_fte=[ill], agency_fte=[agency],
    )  # fmt: skip
    need = agency_need(default_assumptions(position), NOBODY, PERIOD)
    wide = need.pivot_table(index="month", columns="scenario", values="agency_need_fte")
    assert (wide["low"] <= wide["central"] + 1e-9).all()
    assert (wide["central"] <= wide["high"] + 1e-9).all()
    assert (wide >= 0).all(axis=None)
