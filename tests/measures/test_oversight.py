"""Findings with their actions, supervision, audits, homes and modes of contact, hand-worked."""

import numpy as np
import pandas as pd
import pytest

from analysis.measures.homes import (
    contact_by_mode,
    contact_by_mode_in_years,
    homes_at,
    homes_by_provision,
    regulation_44,
    visits_to_homes,
)
from analysis.measures.oversight import due_before_inspection, improvement_plan, plan_counts
from analysis.measures.practice_quality import (
    audit_grades,
    audit_grades_by_month,
    supervision_by_month,
    supervision_by_team,
)

PERIOD = "2025-08"


@pytest.fixture
def plan():
    findings = pd.DataFrame(
        {
            "finding_id": ["F1", "F2", "F3"],
            "kind": ["development", "development", "strength"],
            "finding": ["Care plans", "Caseloads", "Visits"],
        }
    )
    actions = pd.DataFrame(
        {
            "action_id": ["A1", "A2", "A3", "A4"],
            "finding_id": ["F1", "F1", "F1", "F9"],
            "action": ["Train", "Audit", "Template", "Other"],
            "due_date": pd.to_datetime(["2025-08-30", "2025-08-31", "2025-06-30", None]),
            "original_due_date": pd.to_datetime(["2025-05-31", None, "2025-06-30", None]),
            "status": ["open", "in progress", "Closed", "open"],
            "closed_date": pd.to_datetime([None, None, "2025-07-01", None]),
            "evidence": [None, None, " ", None],
            "linked_measure": ["CPREV", "", "CPREV", None],
        }
    )
    return improvement_plan(findings, actions, PERIOD)


def test_an_action_is_overdue_from_the_day_after_it_is_due(plan):
    state = plan.set_index("action_id")
    assert state["overdue"][["A1", "A2", "A3"]].tolist() == [True, False, False]
    assert state["days_overdue"]["A1"] == 1


def test_an_action_without_a_due_date_is_neither_overdue_nor_in_time(plan):
    row = plan.set_index("action_id").loc["A4"]
    assert pd.isna(row["overdue"])


def test_an_action_that_answers_no_finding_is_kept_and_said(plan):
    assert plan["note"].iloc[-1] == "the action answers no recorded finding"
    assert plan["action_id"].iloc[-1] == "A4"


def test_the_states_are_counted(plan):
    counts = plan_counts(plan).set_index("state")["number"].to_dict()
    assert counts == {
        "strengths": 1,
        "areas for development": 2,
        "areas without an action": 1,
        "actions": 4,
        "closed": 1,
        "open": 3,
        "overdue": 1,
        "slipping": 1,
        "without a measure": 2,
        "closed without evidence": 1,
    }


def test_what_is_closed_after_the_period_is_still_open_in_it():
    findings = pd.DataFrame({"finding_id": ["F"], "kind": ["development"], "finding": ["x"]})
    actions = pd.DataFrame(
        {
            "action_id": ["A"],
            "finding_id": ["F"],
            "status": ["closed"],
            "due_date": pd.to_datetime(["2025-08-01"]),
            "closed_date": pd.to_datetime(["2025-09-05"]),
        }
    )
    row = improvement_plan(findings, actions, PERIOD).iloc[0]
    assert (row["closed"], row["overdue"]) == (False, True)


def test_findings_without_any_action_list_say_so():
    findings = pd.DataFrame({"finding_id": ["F"], "kind": ["development"], "finding": ["x"]})
    plan = improvement_plan(findings, pd.DataFrame(), PERIOD)
    counts = plan_counts(plan).set_index("state")
    assert counts["number"]["areas for development"] == 1
    assert pd.isna(counts["number"]["areas without an action"])
    assert counts["note"]["overdue"] == "cannot be computed: the extracts hold no actions"


def test_actions_without_any_extract_of_findings_say_so_and_are_counted():
    actions = pd.DataFrame({"action_id": ["A"], "finding_id": ["F"], "status": ["open"]})
    plan = improvement_plan(pd.DataFrame(), actions, PERIOD)
    counts = plan_counts(plan).set_index("state")
    of_findings = ["strengths", "areas for development", "areas without an action"]
    assert counts["number"][of_findings].isna().all()
    assert set(counts["note"][of_findings]) == {
        "cannot be computed: no extract of findings is held"
    }
    assert counts["number"]["open"] == 1


def test_open_actions_before_an_inspection_window(plan):
    table = due_before_inspection(plan, "2025-08-31")
    assert table["open_actions"].tolist() == [1, 1, 1]


def test_supervision_by_month_adds_the_teams_and_says_when_none_was_due():
    table = pd.DataFrame(
        {
            "month": pd.to_datetime(["2025-07-01", "2025-08-01", "2025-08-01"]),
            "team": ["a", "a", None],
            "due": [0, 10, 5],
            "held": [0, 9, 6],
        }
    )
    whole = supervision_by_month(table)
    assert np.isnan(whole["in_timescale_pct"].iloc[0])
    assert "none was due" in whole["note"].iloc[0]
    assert whole["in_timescale_pct"].iloc[1] == 100
    teams = supervision_by_month(table, by="team")
    assert teams["team"].tolist() == ["a", "a", "not given"]
    assert teams["note"].iloc[2] == "more held than due: shown as given"


def test_audits_good_or_better_whatever_the_case_of_the_grade():
    table = pd.DataFrame(
        {
            "month": pd.to_datetime(["2025-08-01"] * 3),
            "grade": ["GOOD", " outstanding", "Requires improvement"],
            "audits": [2, 1, 3],
        }
    )
    assert audit_grades_by_month(table)["good_or_better_pct"].item() == 50
    assert audit_grades(table)["share_pct"].sum() == pytest.approx(100)


@pytest.mark.parametrize(
    ("dates", "kept"),
    [
        (["2025-07", "2025-08", "2025-08", "2025-09-05"], ["2025-08", "2025-08"]),
        (["not given", "2025-09-05"], ["not given"]),
        (["2025-09-05", "2025-10"], ["2025-09-05"]),
        (["not given", "2025-08"], ["2025-08"]),
    ],
)
def test_the_list_of_homes_is_the_latest_up_to_the_period_s_end(dates, kept):
    homes = pd.DataFrame({"home_id": [str(n) for n in range(len(dates))], "as_at": dates})
    assert homes_at(homes, PERIOD)["as_at"].tolist() == kept


def test_regulation_44_says_the_latest_date_of_its_rows():
    homes = pd.DataFrame({"as_at": ["2025-09-05", "2025-08", "not given"]})
    assert regulation_44(homes)["as_at"].item() == "2025-09-05"


def test_the_paper_names_four_homes_three_mainstream_and_one_for_disability():
    homes = pd.DataFrame(
        {"home_id": ["m", "d"], "provision": ["mainstream", "disability"], "homes": [3, 1],
         "risk_assessed": pd.array([True, True], "boolean")}
    )  # fmt: skip
    table = homes_by_provision(homes).set_index("provision")
    assert table["homes"]["all"] == 4
    assert table["risk_assessed_homes"]["all"] == 4
    assert np.isnan(table["places"]["all"])
    assert "places are not given" in table["note"]["all"]
    assert "regulation_44_due" in regulation_44(homes)["note"].item()


def test_extra_visits_to_one_home_do_not_hide_a_missed_one_elsewhere():
    homes = pd.DataFrame(
        {"home_id": ["a", "b"], "regulation_44_due": [12, 12], "regulation_44_held": [13, 11]}
    )
    row = regulation_44(homes).iloc[0]
    assert (row["missed"], row["homes_with_a_missed_visit"], row["held_pct"]) == (1, 1, 100)


def test_visits_of_the_last_year_are_counted_by_role():
    visits = pd.DataFrame(
        {
            "visitor_role": ["Director", "Director", "Director", "Cabinet Member"],
            "visit_month": pd.to_datetime(["2024-08-01", "2024-09-01", "2025-08-01", "2025-05-01"]),
            "visits": [5, 1, 1, None],
        }
    )
    table = visits_to_homes(visits, PERIOD).set_index("visitor_role")
    assert table["visits"]["Director"] == 2
    assert table["last_month"]["Director"] == pd.Timestamp("2025-08-01")
    assert np.isnan(table["visits"]["Cabinet Member"])
    assert "not given" in table["note"]["Cabinet Member"]


def test_modes_share_each_activity_of_each_month():
    modes = pd.DataFrame(
        {
            "month": pd.to_datetime(["2025-08-01"] * 4 + [None]),
            "activity": ["visits", "visits", "conferences", "conferences", "visits"],
            "mode": ["direct", "virtual", "hybrid", "direct", "virtual"],
            "number": [95, 5, 8, 2, None],
        }
    )
    table = contact_by_mode(modes)
    assert table.groupby("activity")["share_pct"].sum().tolist() == [100, 100]
    assert contact_by_mode(modes, "visits")["share_pct"].tolist() == [95, 5]


def test_a_month_without_a_visit_is_no_month_of_visits():
    table = pd.DataFrame(
        {
            "visitor_role": "Elected member",
            "visit_month": pd.to_datetime(["2025-06-01", "2025-07-01", "2025-08-01"]),
            "visits": [1, 0, 0],
        }
    )
    row = visits_to_homes(table, PERIOD).iloc[0]
    assert (row["visits"], row["months_with_a_visit"]) == (1, 1)
    assert row["last_month"] == pd.Timestamp("2025-06-01")


def test_years_of_contact_end_with_the_period_and_leave_out_part_years():
    months = pd.date_range("2024-01-01", "2025-08-01", freq="MS")
    direct = pd.DataFrame({"month": months, "activity": "Visits", "mode": "direct", "number": 9})
    virtual = direct.assign(mode="virtual", number=1)
    table = contact_by_mode_in_years(pd.concat([direct, virtual]), PERIOD)
    assert table["month"].unique().tolist() == [pd.Timestamp("2025-08-01")]
    assert table.set_index("mode")["number"].to_dict() == {"direct": 108, "virtual": 12}
    assert table["share_pct"].tolist() == [90, 10]


def test_supervision_of_teams_adds_up_to_the_whole_of_the_same_months():
    table = pd.DataFrame(
        {
            "month": pd.to_datetime(["2024-08-01", "2024-09-01", "2025-08-01", "2025-08-01"]),
            "team": ["a", "a", "a", None],
            "due": [50, 10, 10, 8],
            "held": [1, 9, 7, 8],
        }
    )
    teams = supervision_by_team(table, PERIOD).set_index("team")
    assert teams["held"].to_dict() == {"a": 16, "not given": 8, "all": 24}
    assert teams["due"].to_dict() == {"a": 20, "not given": 8, "all": 28}
