"""KPIs to the day: numerators, denominators, exclusions and what is overdue beside them."""

import numpy as np
import pandas as pd
import pytest

from analysis.measures.kpis import kpi_pairs_difference, kpi_values
from analysis.measures.kpis_recurrence import (
    cla_3_or_more_placements,
    re_referrals_in_12_months,
    repeat_cp_plans,
)
from analysis.measures.kpis_reviews import cla_reviews_in_timescale, cp_reviews_in_timescale
from analysis.measures.kpis_timeliness import (
    assessments_in_45_working_days,
    contact_decisions_in_1_working_day,
    icpc_in_15_working_days,
    referral_decisions_in_1_working_day,
)
from analysis.measures.kpis_visits import cla_visits_in_timescale, cp_visits_in_timescale


def frame(**columns):
    """A table whose columns that end in _date are dates."""
    table = pd.DataFrame(columns)
    for name in table.columns[table.columns.str.endswith("_date")]:
        table[name] = pd.to_datetime(table[name])
    return table


def counts(table):
    return table[["numerator", "denominator"]].to_numpy().tolist()


def test_a_conference_on_the_fifteenth_working_day_over_easter_2026_is_in_time():
    held = frame(strategy_date=["2026-04-02"] * 2, icpc_date=["2026-04-27", "2026-04-28"])
    assert counts(icpc_in_15_working_days(held, "2026-04")) == [[1, 2]]
    assert counts(icpc_in_15_working_days(held, "2026-04", start_day="counted")) == [[0, 2]]


def test_a_conference_on_the_fifteenth_working_day_over_christmas_2020_is_in_time():
    held = frame(strategy_date=["2020-12-18"] * 2, icpc_date=["2021-01-13", "2021-01-14"])
    assert counts(icpc_in_15_working_days(held, "2021-01")) == [[1, 2]]


def test_a_closure_day_moves_the_deadline():
    held = frame(strategy_date=["2020-12-18"], icpc_date=["2021-01-14"])
    table = icpc_in_15_working_days(held, "2021-01", closure_days=["2020-12-29"])
    assert counts(table) == [[1, 1]]


def test_conferences_of_children_who_transferred_in_are_left_out_and_said():
    held = frame(
        strategy_date=["2021-03-01"] * 3,
        icpc_date=["2021-03-10"] * 2 + [None],
        transfer_in=pd.array([True, False, False], "boolean"),
        icpc_unnecessary=pd.array([False, False, True], "boolean"),
        as_at="2021-06-30",
    )
    table = icpc_in_15_working_days(held, "2021-06")
    assert counts(table)[0] == [1, 1]
    assert table["open_past_deadline"].tolist() == [0, 0, 0, 0]
    assert "1 enquiries of children who transferred in are left out" in table["note"].iloc[-1]


def test_enquiries_without_a_conference_stand_beside_the_rate_once_past_15_working_days():
    held = frame(
        strategy_date=["2021-03-01", "2021-03-01", "2021-04-20"],
        icpc_date=["2021-03-10", None, None],
        as_at="2021-04-30",
    )
    # 15 working days after 1 March is 22 March; after 20 April it is 12 May.
    assert icpc_in_15_working_days(held, "2021-04")["open_past_deadline"].tolist() == [1, 1]


def test_assessments_on_the_forty_fifth_working_day_and_the_day_after():
    held = frame(start_date=["2021-03-01"] * 2, authorised_date=["2021-05-06", "2021-05-07"])
    table = assessments_in_45_working_days(held, "2021-05")
    assert counts(table)[-1] == [1, 2]


def test_the_anchor_of_an_assessment_can_be_the_referral():
    held = frame(
        start_date=["2021-03-02"], referral_date=["2021-03-01"], authorised_date=["2021-05-07"]
    )
    assert counts(assessments_in_45_working_days(held, "2021-05"))[-1] == [1, 1]
    by_referral = assessments_in_45_working_days(held, "2021-05", anchor="referral_date")
    assert counts(by_referral)[-1] == [0, 1]


def test_open_assessments_past_45_working_days_leave_when_they_are_authorised():
    held = frame(
        start_date=["2021-01-04", "2021-01-04", "2021-01-04"],
        authorised_date=["2021-01-20", "2021-04-09", None],
        as_at="2021-04-30",
    )
    # The deadline is 8 March: both are overdue at the end of March, one at the end of April.
    table = assessments_in_45_working_days(held, "2021-04")
    assert table["open_past_deadline"].tolist() == [0, 0, 2, 1]
    assert table["denominator"].tolist() == [1, 0, 0, 1]
    assert table["note"].tolist()[1] == "no assessment authorised in the month"


def test_a_cut_by_team_sums_to_the_whole():
    rng = np.random.default_rng(1)
    start = pd.Timestamp("2020-04-01") + pd.to_timedelta(rng.integers(0, 300, 800), "D")
    held = pd.DataFrame({"start_date": start, "team": rng.choice(["North", "South"], 800)})
    held["authorised_date"] = held["start_date"] + pd.to_timedelta(rng.integers(1, 90, 800), "D")
    held.loc[:20, "team"] = None
    cut = assessments_in_45_working_days(held, "2021-03", by=["team"])
    whole = assessments_in_45_working_days(held, "2021-03")
    for column in ("numerator", "denominator", "open_past_deadline"):
        assert cut.groupby("month")[column].sum().tolist() == whole[column].tolist()
    assert set(cut["team"]) == {"North", "South", "not recorded"}


def test_an_undecided_referral_counts_once_it_is_due_and_not_before():
    held = frame(
        referral_date=["2021-04-26", "2021-04-28", "2021-04-30"],
        decision_date=["2021-04-27", None, None],
        as_at="2021-04-30",
    )
    table = referral_decisions_in_1_working_day(held, "2021-04")
    assert counts(table) == [[1, 2]]
    assert table["open_past_deadline"].tolist() == [1]
    assert "1 undecided and not yet due are left out" in table["note"].item()


def test_a_contact_of_sunday_decided_on_tuesday_is_late_unless_the_start_is_rolled():
    held = frame(contact_date=["2021-04-11"], decision_date=["2021-04-13"])
    assert counts(contact_decisions_in_1_working_day(held, "2021-04")) == [[0, 1]]
    rolled = contact_decisions_in_1_working_day(held, "2021-04", start_day="rolled")
    assert counts(rolled) == [[1, 1]]


def test_a_missing_column_is_words_and_never_nought():
    held = frame(referral_date=["2021-04-26"], decision_date=[None])
    table = referral_decisions_in_1_working_day(held, "2021-04")
    assert table["note"].tolist() == ["cannot be computed: column decision_date missing"]
    assert table[["numerator", "value_pct"]].isna().all(axis=None)


def test_rows_with_dates_in_the_wrong_order_or_out_of_range_are_left_out_and_said():
    held = frame(
        start_date=["2021-03-01", "2021-03-20", "1921-03-01"],
        authorised_date=["2021-03-10", "2021-03-10", "2021-03-10"],
    )
    table = assessments_in_45_working_days(held, "2021-03")
    assert counts(table) == [[1, 1]]
    assert "rows without usable dates, left out: 1" in table["note"].item()
    assert "rows that end before they begin, left out: 1" in table["note"].item()


def test_a_partial_latest_month_is_marked():
    days = pd.bdate_range("2021-01-04", "2021-03-17")
    held = pd.DataFrame({"referral_date": days.repeat(9), "decision_date": days.repeat(9)})
    table = referral_decisions_in_1_working_day(held.assign(as_at="2021-03-17"), "2021-03")
    assert table["complete"].tolist() == [True, True, False]
    assert table["note"].iloc[-1].startswith("partial: the extract is dated 17 March 2021")


def test_plan_reviews_first_within_three_months_and_then_within_six():
    plans = frame(
        child_id=list("abcdz"),
        start_date=["2021-01-04"] * 4 + ["2020-06-01"],
        end_date=[None] * 4 + ["2020-12-01"],
    )
    reviews = frame(
        child_id=["z", "a", "b", "c", "c", "d"],
        held_date=[
            *("2020-11-02", "2021-04-04", "2021-04-05", "2021-03-01", "2021-09-01", "2021-03-01"),
        ],
        as_at="2021-09-30",
    )
    # a: first on the last day; b: a day late; c: second on the last day; d: second overdue since
    # 1 September.
    table = cp_reviews_in_timescale(plans, reviews, "2021-09").set_index("month")
    assert counts(table.loc["2021-08":"2021-09"]) == [[3, 4], [2, 4]]
    assert table.loc["2021-09", "open_past_deadline"].item() == 1
    assert table.loc["2021-03", "denominator"].item() == 0


def test_a_plan_that_has_ended_is_not_counted():
    plans = frame(child_id=list("ab"), start_date=["2021-01-04"] * 2, end_date=[None, "2021-08-31"])
    reviews = frame(child_id=list("zab"), held_date=["2020-11-02", "2021-02-01", "2021-02-01"])
    table = cp_reviews_in_timescale(plans, reviews.assign(as_at="2021-08-31"), "2021-08")
    assert table["denominator"].tolist()[-1] == 1


def test_looked_after_reviews_at_20_working_days_three_months_and_six_months():
    care = frame(
        child_id=list("abcdz"),
        care_start_date=["2021-03-01"] * 4 + ["2020-06-01"],
        care_end_date=[None] * 4 + ["2021-01-04"],
    )
    reviews = frame(
        child_id=["z", *"abcd", *"acd", "d"],
        held_date=[
            "2020-12-01",
            *("2021-03-29", "2021-03-30", "2021-03-29", "2021-03-29"),  # b a day late
            *("2021-06-29", "2021-06-30", "2021-06-01"),  # c a day late
            "2021-12-01",  # d six months on
        ],
        as_at="2021-12-31",
    )
    table = cla_reviews_in_timescale(care, reviews, "2021-12").set_index("month")
    assert counts(table.loc[["2021-04-01", "2021-06-01", "2021-07-01"]]) == [[3, 4], [2, 4], [2, 4]]
    # a's third review fell due on 29 December and was not held.
    assert counts(table.loc[["2021-11-01", "2021-12-01"]]) == [[2, 4], [1, 4]]


def test_a_late_looked_after_review_tells_for_12_months_and_a_late_plan_review_to_the_end():
    held = ["2021-04-30", "2021-10-29", "2022-04-29", "2022-10-28"]
    care = frame(
        child_id=list("az"),
        care_start_date=["2021-03-01", "2020-06-01"],
        care_end_date=[None, "2021-01-04"],
    )
    reviews = frame(child_id=["z", *"aaaa"], held_date=["2020-12-01", *held], as_at="2022-12-31")
    reviews.loc[2, "held_date"] = pd.Timestamp("2021-07-30")
    reviews.loc[3, "held_date"] = pd.Timestamp("2022-01-28")
    reviews = pd.concat(
        [reviews, frame(child_id=["a"], held_date=["2022-07-28"], as_at="2022-12-31")]
    )
    # The first was due on 29 March 2021 and held on 30 April.
    table = cla_reviews_in_timescale(care, reviews, "2022-12").set_index("month")
    assert counts(table.loc[["2021-03-01", "2022-02-01", "2022-03-01"]]) == [[0, 1], [0, 1], [1, 1]]
    plans = care.set_axis(["child_id", "start_date", "end_date"], axis=1)
    late = reviews.assign(held_date=reviews["held_date"] + pd.Timedelta(days=60))
    table = cp_reviews_in_timescale(plans, late, "2022-12").set_index("month")
    assert counts(table.loc[["2022-12-01"]]) == [[0, 1]]


def test_repeat_plans_begin_where_ended_plans_are_held():
    plans = frame(
        child_id=list("abc"),
        start_date=["2018-03-01", "2021-03-01", "2021-04-01"],
        end_date=[None, "2021-03-20", None],
        previous_plans=[1, 0, 1],
    )
    table = repeat_cp_plans(plans, "2021-04")
    assert counts(table) == [[0, 1], [1, 1]]


NONE_ENDED = "no end date up to August 2021 is held, so earlier months are not known"


@pytest.mark.parametrize("as_at", ["2021-08-31", "2021-09-05"])
def test_repeat_plans_of_open_plans_are_those_of_the_extracts_own_month(as_at):
    plans = frame(
        child_id=list("abc"),
        start_date=["2020-03-02", "2021-07-05", "2021-08-02"],
        end_date=[None] * 3,
        previous_plans=[1, 1, 0],
        as_at=as_at,
    )
    for held in (plans, plans.drop(columns="end_date")):
        table = repeat_cp_plans(held, "2021-08")
        assert counts(table) == [[0, 1]]
        assert table["note"].item() == NONE_ENDED


def test_months_before_an_extract_of_open_plans_are_not_given():
    plans = frame(child_id=list("ab"), start_date=["2020-03-02", "2021-01-04"], end_date=[None] * 2)
    events = frame(child_id=list("aab"), held_date=["2020-11-02", "2021-08-02", "2021-08-02"])
    visits = events.rename(columns={"held_date": "visit_date"}).assign(as_at="2021-08-31")
    tables = [
        cp_reviews_in_timescale(plans, events.assign(as_at="2021-08-31"), "2021-08"),
        cp_visits_in_timescale(plans, visits, "2021-08"),
    ]
    for table in tables:
        assert table["month"].tolist() == [pd.Timestamp("2021-08-01")]
        assert table["denominator"].tolist() == [2]
        assert table["note"].item().endswith(NONE_ENDED)


def test_a_month_before_an_extract_of_open_plans_cannot_be_computed():
    plans = frame(child_id=["a"], start_date=["2020-03-02"], end_date=[None], as_at="2021-08-31")
    events = frame(child_id=list("aa"), held_date=["2020-03-09", "2021-08-02"], as_at="2021-08-31")
    care = plans.rename(columns={"start_date": "care_start_date", "end_date": "care_end_date"})
    placed = plans.rename(
        columns={"start_date": "placement_start_date", "end_date": "placement_end_date"}
    )
    visits = events.rename(columns={"held_date": "visit_date"})
    tables = [
        cp_reviews_in_timescale(plans, events, "2021-03"),
        cp_visits_in_timescale(plans, visits, "2021-03"),
        cla_reviews_in_timescale(care, events, "2021-03"),
        cla_visits_in_timescale(placed, visits, "2021-03"),
    ]
    for table in tables:
        assert np.isnan(table["value_pct"].item())
        said = "cannot be computed: months before August 2021 are not held whole"
        assert table["note"].item() == said


def test_open_placements_alone_tell_nothing_of_moves():
    care = frame(child_id=["a"], care_start_date=["2020-03-02"])
    care["placement_start_date"] = care["care_start_date"]
    row = cla_3_or_more_placements(care, "2021-08").iloc[-1]
    assert pd.isna(row["numerator"]) and np.isnan(row["value_pct"])
    assert row["note"] == f"cannot be computed: {NONE_ENDED}"


@pytest.mark.parametrize(
    ("starts", "previous", "note"),
    [
        (["2025-07-02"], [0], "no plan begins in or after August 2025, from when plans are held"),
        (["2025-07-02", "2025-08-04"], [0, None], "has the number of previous plans"),
    ],
)
def test_repeat_plans_of_young_records_have_no_rate_and_say_why(starts, previous, note):
    plans = frame(child_id=list("ab")[: len(starts)], start_date=starts, previous_plans=previous)
    table = repeat_cp_plans(plans.assign(end_date=pd.Timestamp("2025-08-20")), "2025-08")
    assert np.isnan(table["value_pct"].item())
    assert table["note"].item().startswith("cannot be computed: no plan")
    assert note in table["note"].item()


def test_plan_visits_within_ten_working_days_of_the_months_end():
    plans = frame(child_id=list("abc"), start_date=["2021-01-04"] * 2 + ["2021-08-24"])
    plans["end_date"] = pd.Series(pd.NaT, plans.index, dtype="datetime64[us]")
    visits = frame(child_id=list("bab"), visit_date=["2021-01-05", "2021-08-16", "2021-08-13"])
    table = cp_visits_in_timescale(plans, visits.assign(as_at="2021-08-31"), "2021-08")
    # Ten working days from 16 August (the 30th is a holiday) end on 31 August; from 13 August on
    # the 27th. The plan of 24 August has no visit due yet.
    assert counts(table)[-1] == [1, 2]
    assert table["open_past_deadline"].tolist()[-1] == 1
    wide = cp_visits_in_timescale(
        plans, visits.assign(as_at="2021-08-31"), "2021-08", within_working_days=15
    )
    assert counts(wide)[-1] == [2, 2]


def test_looked_after_visits_within_a_week_six_weeks_and_three_months():
    care = frame(
        child_id=list("abcde"),
        placement_start_date=["2021-05-03", "2021-05-03", "2019-05-03", "2019-05-03", "2021-05-03"],
        placement_end_date=[None] * 5,
        intended_to_18=pd.array([False, False, True, False, True], "boolean"),
    )
    visits = frame(
        child_id=["z", *"abcde"],
        visit_date=["2019-01-01", "2021-05-20", "2021-05-19", "2021-04-01", "2021-04-01"]
        + ["2021-05-18"],
        as_at="2021-06-30",
    )
    table = cla_visits_in_timescale(care, visits, "2021-06").set_index("month")
    # Last days in time: a 1 July, b 30 June, c (three months) 1 July, d 13 May, e 29 June, as its
    # placement has not lasted a year.
    assert counts(table.loc[["2021-06-01"]]) == [[3, 5]]


def test_looked_after_visits_without_intended_to_18_say_so():
    care = frame(child_id=["a"], placement_start_date=["2021-05-03"], placement_end_date=[None])
    visits = frame(child_id=["a"], visit_date=["2021-05-04"], as_at="2021-05-31")
    table = cla_visits_in_timescale(care, visits, "2021-05")
    assert counts(table)[-1] == [1, 1]
    assert "intended_to_18 missing" in table["note"].iloc[-1]


def test_re_referrals_at_the_edges_of_12_months_and_on_one_day():
    held = frame(
        child_id=["x", "a", "b", "c", "c", "a", "b"],
        referral_date=[
            *("2020-03-02", "2020-03-10", "2020-03-09"),
            *("2021-03-10", "2021-03-10", "2021-03-10", "2021-03-10"),
        ],
    )
    table = re_referrals_in_12_months(held, "2021-03")
    assert counts(table)[-1] == [1, 4]
    assert table["value_pct"].isna().tolist() == [True] * 12 + [False]


def test_a_re_referral_from_the_29th_of_february():
    held = frame(child_id=["x", "a", "a"], referral_date=["2024-01-02", "2024-02-29", "2025-02-28"])
    assert counts(re_referrals_in_12_months(held, "2025-02"))[-1] == [1, 1]


def test_repeat_plans_leave_out_plans_whose_history_is_unknown():
    plans = frame(
        child_id=list("abc"),
        start_date=["2021-03-01"] * 3,
        previous_plans=pd.array([0, 1, pd.NA], "Int64"),
    )
    table = repeat_cp_plans(plans, "2021-03")
    assert counts(table) == [[1, 2]]
    assert "plans without the number of previous plans, left out: 1" in table["note"].item()


def test_three_placements_with_a_short_one_an_adoption_and_short_breaks():
    care = frame(
        child_id=["a"] * 3 + ["b"] * 3 + ["c"] * 3 + ["d"],
        care_start_date=["2020-01-06"] * 10,
        care_end_date=[None] * 10,
        placement_start_date=[
            *("2020-01-06", "2020-06-01", "2020-09-01"),  # a: the first was open on 1 April
            *("2020-01-06", "2020-06-01", "2020-06-01"),  # b: one lasted no day
            *("2020-01-06", "2020-06-01", "2020-09-01"),  # c: adoption by the same carer
            "2020-01-06",  # d: short breaks
        ],
        placement_end_date=[
            *("2020-04-01", "2020-09-01", None),
            *("2020-06-01", "2020-06-01", None),
            *("2020-06-01", "2020-09-01", None),
            None,
        ],
        placement_type=["U1"] * 6 + ["U1", "U1", "A5", "U1"],
        legal_status=["C2"] * 9 + ["V4"],
    )
    row = cla_3_or_more_placements(care, "2021-03", months=1)
    assert counts(row) == [[1, 3]]


def test_a_first_placement_that_ended_before_the_year_does_not_count():
    care = frame(
        child_id=["a"] * 3,
        care_start_date=["2020-01-06"] * 3,
        care_end_date=[None] * 3,
        placement_start_date=["2020-01-06", "2020-03-31", "2020-09-01"],
        placement_end_date=["2020-03-31", "2020-09-01", None],
    )
    assert counts(cla_3_or_more_placements(care, "2021-03", months=1)) == [[0, 1]]


def returned(**columns):
    given = {"month": pd.to_datetime(["2021-03-01"]), "kpi_code": ["ASM_45"], "kpi_name": ["A"]}
    return pd.DataFrame(given | columns)


def test_england_2025_is_85_7():
    given = returned(numerator=[555_820], denominator=[648_830], value_pct=[85.7])
    row = kpi_values(given, "2021-03").iloc[0]
    assert round(row["value_pct"], 1) == 85.7
    assert row["note"] == ""


def test_a_percentage_alone_stands_without_an_interval():
    row = kpi_values(returned(value_pct=[85.7]), "2021-03").iloc[0]
    assert row["value_pct"] == 85.7
    assert np.isnan(row["lower_pct"])


def test_a_percentage_that_is_not_that_of_its_counts_is_said():
    given = returned(numerator=[80], denominator=[100], value_pct=[81.0])
    row = kpi_values(given, "2021-03").iloc[0]
    assert row["value_pct"] == 80
    assert row["note"] == "the percentage given is not that of its counts"


@pytest.mark.parametrize(
    ("columns", "note"),
    [
        ({"numerator": [9], "denominator": [8]}, "numerator above its denominator: not used"),
        ({"numerator": [0], "denominator": [0]}, "cannot be computed: none in the month"),
        (
            {"numerator": [0], "denominator": [0], "value_pct": [100.0]},
            "cannot be computed: none in the month",
        ),
        ({"value_pct": [130.0]}, "a percentage outside 0 to 100: not used"),
        ({"value_pct": [np.nan]}, "no value given for this month"),
    ],
)
def test_a_kpi_that_cannot_be_used_says_why(columns, note):
    row = kpi_values(returned(**columns), "2021-03").iloc[0]
    assert np.isnan(row["value_pct"])
    assert row["note"] == note


def test_absent_and_doubled_months_of_a_return():
    months = pd.to_datetime(["2021-01-01", "2021-03-01", "2021-03-01", "2021-04-01", "2021-04-01"])
    given = pd.DataFrame(
        {"month": months, "kpi_code": "ASM_45", "kpi_name": "A", "direction": "high"}
    ).assign(value_pct=[80.0, 81.0, 81.0, 82.0, 83.0])
    table = kpi_values(given, "2021-04")
    assert table["value_pct"].fillna(-1).tolist() == [80, -1, 81, -1]
    assert table["note"].tolist() == [
        "",
        "not given for this month",
        "given twice with the same values",
        "given twice with different values: not used",
    ]
    assert table["direction"].eq("high").all()


def test_pairs_are_second_minus_first_and_never_a_change():
    pairs = pd.DataFrame(
        {
            "kpi_code": [f"kpi_{n}" for n in range(1, 7)],
            "kpi_name": "not given",
            "first_printed_pct": [91.2, 98.6, 80, 83.7, 100, 86.1],
            "second_printed_pct": [91.1, 99.6, 81, 87.6, 99.1, 88.6],
        }
    )
    table = kpi_pairs_difference(pairs)
    assert table["difference_points"].tolist() == [-0.1, 1.0, 1.0, 3.9, -0.9, 2.5]
    assert not table["note"].str.contains("change|improve|worse").any()
