"""A monthly history from start and end dates, hand-worked, with every odd row accounted for."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measures.workforce_months import workforce_by_cut, workforce_by_month
from analysis.measures.workforce_problems import (
    agency_problems,
    budget_problems,
    staff_problems,
    summary_problems,
)
from analysis.methods.stays import first_days, in_force, last_days, overlap_days

NOTHING = pd.DataFrame()


def staff_of(*rows, **columns):
    names = ["person_id", "post_id", "fte", "start_date", "end_date"]
    table = pd.DataFrame(rows, columns=names)
    dates = ["start_date", "end_date"]
    table[dates] = table[dates].apply(pd.to_datetime)
    return table.assign(contract="permanent", **columns)


def agency_of(*rows, **columns):
    names = ["worker_id", "fte", "posts_covered", "reason", "start_date", "end_date"]
    table = pd.DataFrame(rows, columns=names)
    dates = ["start_date", "end_date"]
    table[dates] = table[dates].apply(pd.to_datetime)
    return table.assign(**columns)


POSTS = pd.DataFrame({"post_id": ["p1", "p2", "p3"], "budgeted_fte": [1.0, 1.0, 0.5]})


@pytest.fixture
def staff():
    return staff_of(
        ("a", "p1", 1.0, "2020-01-01", "2021-06-30"),
        ("a", "p2", 1.0, "2021-07-01", None),
        ("b", "p3", 0.5, "2021-07-15", "2021-08-31"),
    )


def months(*tables, first="2021-06", last="2021-09"):
    return workforce_by_month(*tables, first, last).set_index(
        pd.period_range(first, last, freq="M").astype(str)
    )


def test_the_last_day_is_still_in_post(staff):
    table = months(POSTS, staff, NOTHING, NOTHING)
    assert table["inpost_fte"].tolist() == [1, 1.5, 1.5, 1]
    assert table["inpost_headcount"].tolist() == [1, 2, 2, 1]


def test_a_move_from_post_to_post_is_no_leaver_and_no_starter(staff):
    table = months(POSTS, staff, NOTHING, NOTHING)
    assert table["starters_fte"].tolist() == [0, 0.5, 0, 0]
    assert table["leavers_fte"].tolist() == [0, 0, 0.5, 0]


def test_vacancies_are_counted_post_by_post(staff):
    table = months(POSTS, staff, NOTHING, NOTHING)
    assert table["vacancies_fte"].tolist() == [1.5, 1, 1, 1.5]


def test_a_post_held_beyond_its_budget_does_not_fill_another():
    two = staff_of(("a", "p1", 1.0, "2020-01-01", None), ("b", "p1", 1.0, "2020-01-01", None))
    assert months(POSTS, two, NOTHING, NOTHING)["vacancies_fte"].tolist() == [1.5] * 4


def test_people_fte_and_posts_of_agency_workers_are_three_things():
    agency = agency_of(
        ("w1", 1.0, 1.5, "vacancy", "2021-07-01", None),
        ("w2", 0.8, 1.0, "sickness", "2021-07-01", None),
        ("w2", 0.2, 0.5, "sickness", "2021-07-01", None),
    )
    row = months(POSTS, NOTHING, agency, NOTHING).loc["2021-08"]
    assert row["agency_headcount"] == 2
    assert row["agency_fte"] == pytest.approx(2)
    assert row["agency_posts_covered"] == 3
    assert row["agency_covering_vacancies_fte"] == 1


def test_no_reason_at_all_means_cover_of_vacancies_is_unknown_and_not_zero():
    agency = agency_of(
        ("w0", 1.0, 1.0, None, "2021-06-01", "2021-06-15"),
        ("w1", 1.0, 1.0, None, "2021-07-01", None),
    )
    table = months(POSTS, NOTHING, agency, NOTHING)
    assert np.isnan(table["agency_covering_vacancies_fte"]["2021-08"])
    assert table["agency_covering_vacancies_fte"]["2021-06"] == 0


def test_months_before_the_first_assignment_of_the_list_are_unknown_and_not_zero():
    agency = agency_of(
        ("w1", 1.0, 1.0, "vacancy", "2021-07-15", "2021-07-31"),
        ("w2", 1.0, 1.0, "vacancy", "2021-09-02", None),
    )
    table = months(POSTS, NOTHING, agency, NOTHING)
    figures = ["agency_headcount", "agency_fte", "agency_posts_covered"]
    figures.append("agency_covering_vacancies_fte")
    assert table.loc["2021-06", figures].isna().all()
    assert table.loc["2021-08", figures].tolist() == [0, 0, 0, 0]


def test_a_team_without_agency_workers_has_none_where_the_list_has_begun():
    agency = agency_of(
        ("w1", 1.0, 1.0, "vacancy", "2021-07-01", None),
        ("w2", 1.0, 1.0, "vacancy", "2021-09-02", None),
        team=["North", "South"],
    )
    teams = workforce_by_cut(NOTHING, NOTHING, agency, NOTHING, "2021-08")["team"]
    assert teams.set_index("team")["agency_fte"].to_dict() == {"North": 1, "South": 0}


def test_a_table_that_is_not_there_gives_missing_figures_and_not_zero():
    table = months(NOTHING, NOTHING, NOTHING, NOTHING)
    assert table.drop(columns=["month", "as_at", "note"]).isna().all(axis=None)


def test_sickness_is_long_term_from_the_28th_day(staff):
    spell = pd.DataFrame(
        {
            "person_id": ["a"],
            "absence_type": ["sickness"],
            "start_date": pd.to_datetime(["2021-07-04"]),
            "end_date": pd.to_datetime([None]),
            "days_lost_working_days": [44.0],
        }
    )
    on_the_28th = months(POSTS, staff, NOTHING, spell, last="2021-08")
    assert on_the_28th["long_term_absence_headcount"].tolist() == [0, 1, 1]
    later = spell.assign(start_date=pd.Timestamp("2021-07-05"))
    on_the_27th = months(POSTS, staff, NOTHING, later, last="2021-08")
    assert on_the_27th["long_term_absence_headcount"].tolist() == [0, 0, 1]
    assert on_the_28th["long_term_absence_fte"].tolist() == [0, 1, 1]


def test_days_lost_are_spread_over_the_months_and_none_is_lost(staff):
    spell = pd.DataFrame(
        {
            "person_id": ["a"],
            "absence_type": ["sickness"],
            "start_date": pd.to_datetime(["2021-07-27"]),
            "end_date": pd.to_datetime(["2021-08-05"]),
            "days_lost_working_days": [8.0],
        }
    )
    lost = months(POSTS, staff, NOTHING, spell)["days_lost_working_days"]
    assert lost.tolist() == [0, 4, 4, 0]


def test_learners_are_counted_and_are_in_post_from_the_day_after_their_programme():
    staff = staff_of(
        ("n", "p1", 1.0, "2020-09-01", None),
        ("s", "p2", 1.0, "2020-09-01", None),
        ("x", "p3", 1.0, "2021-12-01", None),
        programme=["asye", "step up", "apprentice"],
        newly_qualified=pd.array([True, False, False], "boolean"),
        programme_end_date=pd.to_datetime(["2021-07-31", "2021-07-31", None]),
    )
    table = months(POSTS, staff, NOTHING, NOTHING)
    assert table["newly_qualified_headcount"].tolist() == [1, 1, 1, 1]
    assert table["newly_qualified_completed_headcount"].tolist() == [0, 1, 1, 1]
    assert table["step_up_students_headcount"].tolist() == [1, 0, 0, 0]
    assert table["apprentices_planned_headcount"].tolist() == [1, 1, 1, 1]
    assert table["inpost_headcount"].tolist() == [1, 1, 2, 2]
    assert table["starters_from_programmes_fte"].tolist() == [0, 0, 1, 0]


def test_agency_contracts_in_the_staff_list_are_not_in_post(staff):
    mixed = staff.assign(contract=["permanent", "agency", "fixed term"])
    assert months(POSTS, mixed, NOTHING, NOTHING)["inpost_fte"].tolist() == [1, 0.5, 0.5, 0]


def test_the_past_says_that_its_posts_are_todays(staff):
    notes = months(POSTS, staff, NOTHING, NOTHING)["note"].tolist()
    assert notes == ["posts and programmes as in the latest lists"] * 3 + [""]


def test_each_team_has_a_row_and_a_blank_team_is_said(staff):
    table = workforce_by_cut(
        POSTS, staff.assign(team=["North", "South", None]), NOTHING, NOTHING, "2021-08"
    )["team"].set_index("team")
    assert table["inpost_fte"].to_dict() == {"North": 0, "South": 1, "not given": 0.5}
    assert table["establishment_fte"].isna().all()


def test_teams_and_roles_of_one_name_are_kept_apart(staff):
    named = staff.assign(team=["Duty", "Duty", "South"], role=["Duty", "team: Duty", None])
    cuts = workforce_by_cut(NOTHING, named, NOTHING, NOTHING, "2021-08")
    heads = {by: cut.set_index(by)["inpost_headcount"].to_dict() for by, cut in cuts.items()}
    assert heads["team"] == {"Duty": 1, "South": 1}
    assert heads["role"] == {"Duty": 0, "team: Duty": 1, "not given": 1}


def test_lists_that_name_no_team_have_no_teams(staff):
    assert all(cut.empty for cut in workforce_by_cut(*[staff] * 4, "2021-08").values())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 330), st.integers(-5, 400)), min_size=1, max_size=8))
def test_people_in_post_move_by_starters_minus_leavers(stays):
    origin = pd.Timestamp("2021-01-01")
    rows = [
        (
            f"person {n}",
            "p1",
            1.0,
            origin + pd.Timedelta(days=day),
            origin + pd.Timedelta(days=day + more),
        )
        for n, (day, more) in enumerate(stays)
    ]
    table = workforce_by_month(POSTS, staff_of(*rows), NOTHING, NOTHING, "2020-12", "2021-12")
    flows = table["starters_headcount"] - table["leavers_headcount"]
    # Someone whose last day is the month's last is still in post, and a leaver of that month.
    gone_at_the_end = [
        sum(end == row and start <= end for _, _, _, start, end in rows)
        for row in pd.to_datetime(table["as_at"])
    ]
    left_inside = table["inpost_headcount"] - gone_at_the_end
    before = left_inside.shift(1)
    assert (left_inside.iloc[1:] == (before + flows).iloc[1:]).all()


def test_spells_that_end_before_they_start_are_never_in_force_and_cover_no_one():
    staff = staff_of(
        ("a", "p1", 1.0, "2021-07-10", "2021-07-01"), ("a", "p1", 1.0, "2021-07-11", None)
    )
    assert len(in_force(staff, pd.Timestamp("2021-07-05"))) == 0
    assert first_days(staff, "person_id").tolist() == [True, True]
    assert last_days(staff, "person_id").tolist() == [True, False]
    days = overlap_days(staff, pd.DatetimeIndex(["2021-07-01"]), pd.DatetimeIndex(["2021-07-31"]))
    assert days.iloc[:, 0].tolist() == [0, 21]


def test_every_oddity_of_the_staff_list_is_reported_with_its_row_and_no_name():
    staff = staff_of(
        ("secret", "p1", None, "2021-01-01", None),
        ("b", "p2", 1.2, "2021-01-01", None),
        ("c", "p3", 1.0, "2021-05-01", "2021-04-01"),
        ("d", "p4", 0.6, "2021-01-01", None),
        ("d", "p5", 0.4, "2021-01-01", None),
        source_file="hr.xlsx",
        source_sheet="Staff",
        source_row=[2, 3, 4, 5, 6],
    )
    found = staff_problems(staff, "2021-08")
    assert found["row"].tolist() == [2, 3, 4, 5, 6]
    assert found["column"].tolist() == ["fte", "fte", "end_date", "person_id", "person_id"]
    assert not found.astype(str).apply(lambda column: column.str.contains("secret")).any(axis=None)
    heads = months(POSTS, staff, NOTHING, NOTHING)["inpost_headcount"]
    assert heads["2021-08"] == 3


def test_every_oddity_of_the_agency_list_is_reported():
    agency = agency_of(
        ("w1", 1.0, 2.0, "vacancy", "2021-01-01", None),
        ("w2", 1.0, None, None, "2021-01-01", None),
        ("w3", 0.5, 0.5, "vacancy", "2021-01-01", None),
        ("w3", 0.5, 0.5, "vacancy", "2021-01-01", None),
        hourly_rate_gbp=[40.0, 40.0, -40.0, 40.0],
        source_row=[2, 3, 4, 5],
    )
    found = agency_problems(agency, "2021-08")
    assert found.groupby("column")["row"].apply(list).to_dict() == {
        "hourly_rate_gbp": [4],
        "posts_covered": [2, 3],
        "reason": [3],
        "worker_id": [4, 5],
    }


def test_cover_above_vacancies_and_heads_without_fte_are_reported():
    table = pd.DataFrame(
        {
            "as_at": ["2021-07", "2021-08"],
            "agency_covering_vacancies_fte": [6.0, None],
            "vacancies_fte": [5.0, 5.0],
            "agency_fte": [7.0, None],
            "agency_headcount": [7.0, 22.0],
        }
    )
    assert summary_problems(table)["message"].tolist() == [
        "more agency FTE covers vacancies than there are: shown as given, above 100%",
        "agency headcount without FTE: rates on FTE cannot be computed",
    ]


def test_credits_and_income_above_zero_are_reported():
    table = pd.DataFrame(
        {
            "category": ["agency", "income", "income"],
            "actual_to_date_gbp": [-1.0, 5.0, -5.0],
            "forecast_outturn_gbp": [3.0, None, -9.0],
            "annual_budget_gbp": [0.0, 0.0, 0.0],
        }
    )
    assert budget_problems(table)["column"].tolist() == [
        "actual_to_date_gbp",
        "actual_to_date_gbp",
        "forecast_outturn_gbp",
    ]
