"""Budget monitoring, agency pay and the price, volume and mix decomposition."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measures.agency_pay import (
    agency_ledger_check,
    agency_pay_by_month,
    cost_sensitivity,
    full_year_agency,
)
from analysis.measures.costs import (
    budget_position,
    budget_variance,
    recurring_variance,
    run_rate,
    staffing_bridge,
)
from analysis.measures.pay_decomposition import cost_change
from analysis.measures.placements import placement_spend


def ledger(*rows, **columns):
    names = [
        "period_no", "subjective", "category", "annual_budget_gbp", "actual_to_date_gbp",
        "profiled_budget_gbp", "forecast_outturn_gbp",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=names)
    return table.assign(
        **({"financial_year": "2021/22", "cost_centre": "C1", "virement_gbp": 0.0} | columns)
    )


@pytest.fixture
def monitoring():
    return ledger(
        (4, "1000", "salaried", 900.0, 280.0, 300.0, 850.0),
        (4, "2000", "agency", 0.0, 90.0, 0.0, 300.0),
        (5, "1000", "salaried", 950.0, 340.0, 375.0, 800.0),
        (5, "2000", "agency", 0.0, 150.0, 0.0, 360.0),
        (6, "1000", "salaried", 950.0, 400.0, 450.0, 790.0),
    )


def test_the_period_of_the_report_is_used_and_a_later_one_is_not(monitoring):
    now = budget_position(monitoring, "2021-08")
    assert now["period_no"].tolist() == [5, 5]
    assert now["as_at"].unique().tolist() == ["2021-08"]


def test_movement_is_taken_from_the_period_before_where_no_prior_forecast_is_given(monitoring):
    row = budget_variance(budget_position(monitoring, "2021-08")).iloc[0]
    assert row["variance_gbp"] == 210  # 1,160 against 950: an overspend is positive
    assert row["variance_pct"] == pytest.approx(210 / 950 * 100)
    assert row["movement_gbp"] == 10  # 1,160 against 1,150
    assert row["variance_to_date_gbp"] == 115


def test_a_stated_prior_forecast_wins(monitoring):
    stated = monitoring.assign(prior_forecast_gbp=[np.nan, np.nan, 700.0, 100.0, np.nan])
    row = budget_variance(budget_position(stated, "2021-08")).iloc[0]
    assert row["movement_gbp"] == 360


def test_a_virement_changes_the_budget_and_the_original_is_shown(monitoring):
    moved = monitoring.assign(virement_gbp=[0, 0, 50.0, 0, 0])
    row = budget_variance(budget_position(moved, "2021-08")).iloc[0]
    assert (row["annual_budget_gbp"], row["original_budget_gbp"]) == (950, 900)


def test_period_13_is_the_same_march_after_period_12():
    table = ledger(
        (12, "1000", "salaried", 100.0, 110.0, 100.0, 110.0),
        (13, "1000", "salaried", 100.0, 104.0, 100.0, 104.0),
    )
    now = budget_position(table, "2022-03")
    assert (now["period_no"].item(), now["as_at"].item()) == (13, "2022-03")
    assert budget_variance(now)["movement_gbp"].item() == -6
    assert run_rate(now)["run_rate_gbp"].item() == 104


def test_the_new_financial_year_begins_in_april():
    table = pd.concat(
        [
            ledger((12, "1000", "salaried", 100.0, 110.0, 100.0, 110.0)),
            ledger((1, "1000", "salaried", 120.0, 9.0, 10.0, 120.0), financial_year="2022/23"),
        ],
        ignore_index=True,
    )
    assert budget_position(table, "2022-03")["financial_year"].item() == "2021/22"
    april = budget_position(table, "2022-04")
    assert april["financial_year"].item() == "2022/23"
    # The forecast of the year before is no forecast of this year.
    assert april["prior_forecast_gbp"].isna().item()


def test_a_financial_year_written_otherwise_is_refused():
    table = ledger((1, "1000", "salaried", 1.0, 1.0, 1.0, 1.0), financial_year="2021")
    with pytest.raises(ValueError, match="written as 2021/22"):
        budget_position(table, "2021-08")


def test_no_period_so_early_is_said(monitoring):
    row = budget_variance(budget_position(monitoring, "2021-05"))
    assert row["variance_gbp"].isna().item()
    assert "no accounting period" in row["note"].item()


def test_no_budget_means_no_percentage(monitoring):
    rows = budget_variance(budget_position(monitoring, "2021-08"), by="category")
    agency = rows.set_index("category").loc["agency"]
    assert agency["variance_gbp"] == 360
    assert np.isnan(agency["variance_pct"])
    assert "there is no budget" in agency["note"]


def test_a_row_without_forecast_is_in_no_variance_and_said(monitoring):
    blank = monitoring.assign(forecast_outturn_gbp=[850, 300, np.nan, 360, 790])
    row = budget_variance(budget_position(blank, "2021-08")).iloc[0]
    assert row["variance_gbp"] == 360
    assert "rows without a forecast, in no variance: 1" in row["note"]


def test_the_run_rate_is_set_against_the_forecast(monitoring):
    row = run_rate(budget_position(monitoring, "2021-08")).iloc[0]
    assert row["run_rate_gbp"] == 490 / 5 * 12
    assert row["gap_gbp"] == 1176 - 1160


def test_a_run_rate_from_two_periods_warns():
    early = budget_position(ledger((2, "1", "agency", 0.0, 20.0, 0.0, 90.0)), "2021-05")
    assert "from 2 of 12 periods" in run_rate(early)["note"].item()


def test_the_vacancy_underspend_is_netted_and_shown(monitoring):
    table = staffing_bridge(budget_position(monitoring, "2021-08")).set_index("category")
    assert table["variance_gbp"][["salaried", "agency", "net"]].tolist() == [-150, 360, 210]
    assert np.isnan(table["variance_gbp"]["overtime"])
    assert "overtime" in table["note"]["net"]


def test_recurring_and_one_off_and_unsaid_add_to_the_whole(monitoring):
    now = budget_position(monitoring, "2021-08")
    split = recurring_variance(now.assign(recurring=pd.array([True, None], "boolean")))
    assert split.set_index("kind")["variance_gbp"].to_dict() == {
        "recurring": -150, "one-off": 0, "not given": 360,
    }  # fmt: skip


def test_placements_have_a_cost_per_child_week_where_children_are_given():
    rows = pd.DataFrame(
        {
            "category": ["placements", "placements", "agency"],
            "placement_type": ["Foster placement", None, None],
            "children": [100, None, None],
            "annual_budget_gbp": [2_000_000.0, 100.0, 1.0],
            "forecast_outturn_gbp": [2_600_000.0, 150.0, 1.0],
            "as_at": "2021-08",
        }
    )
    table = placement_spend(rows).set_index("placement_type")
    assert table["forecast_per_child_week_gbp"]["Foster placement"] == 500
    assert table["note"]["not given"] == "number of children not given"
    assert table["variance_gbp"].sum() == 600_050


def test_no_children_is_not_said_to_be_a_number_that_is_not_given():
    rows = pd.DataFrame(
        {"category": "placements", "placement_type": ["Own homes"], "children": [0]}
        | {"annual_budget_gbp": [5.0], "forecast_outturn_gbp": [9.0], "as_at": "2021-08"}
    )
    row = placement_spend(rows).iloc[0]
    assert row["note"] == "no children are placed"
    assert pd.isna(row["forecast_per_child_week_gbp"])


@pytest.fixture
def agency():
    return pd.DataFrame(
        {
            "worker_id": ["a", "b", "c"],
            "fte": [1.0, 0.5, 1.0],
            "start_date": pd.to_datetime(["2021-07-26", "2021-08-30", "2021-01-01"]),
            "end_date": pd.to_datetime(["2021-08-08", None, None]),
            "weekly_hours": [37.0, 18.5, 37.0],
            "hourly_rate_gbp": [40.0, 50.0, None],
            "employee_equivalent_hourly_gbp": [28.0, None, 28.0],
        }
    )


def test_gross_equivalent_and_premium_are_kept_apart(agency):
    pay = agency_pay_by_month(agency, "2021-07", "2021-08").set_index("month")
    july, august = pay.loc["2021-07-01"], pay.loc["2021-08-01"]
    assert july["gross_gbp"] == pytest.approx(37 * 40 * 6 / 7)
    assert august["gross_gbp"] == pytest.approx(37 * 40 * 8 / 7 + 18.5 * 50 * 2 / 7)
    assert august["premium_gbp"] == pytest.approx(37 * 12 * 8 / 7)
    assert august["agency_weeks"] == pytest.approx((8 + 2 + 31) / 7)
    assert (august["without_pay"], august["without_equivalent"]) == (1, 1)


def test_the_months_add_to_the_assignment(agency):
    pay = agency_pay_by_month(agency.iloc[:1], "2021-06", "2021-09")
    assert pay["gross_gbp"].sum() == pytest.approx(37 * 40 * 2)


def test_the_full_year_effect_is_of_those_there_on_the_last_day(agency):
    row = full_year_agency(agency, "2021-08").iloc[0]
    assert row["agency_headcount"] == 2
    assert row["gross_gbp"] == pytest.approx(18.5 * 52 * 50)
    assert row["gross_per_fte_gbp"] == pytest.approx(37 * 52 * 50)
    assert np.isnan(row["premium_per_fte_gbp"])
    assert "without rate or weekly hours, in no sum: 1" in row["note"]


def test_the_ledger_is_reconciled_to_the_weeks(agency, monitoring):
    pay = agency_pay_by_month(agency.iloc[:2], "2021-03", "2021-09")
    row = agency_ledger_check(budget_position(monitoring, "2021-08"), pay).iloc[0]
    gross = 37 * 40 * 2 + 18.5 * 50 * 2 / 7
    assert row["ledger_gbp"] == 150
    assert row["assignments_gbp"] == pytest.approx(gross)
    assert row["difference_gbp"] == pytest.approx(150 - gross)
    assert row["agency_weeks"] == pytest.approx(16 / 7)


def test_sensitivity_to_demand_needs_the_case_holders():
    year = pd.DataFrame(
        {"gross_per_fte_gbp": [80_000.0], "premium_per_fte_gbp": [24_000.0], "as_at": ["x"]}
    )
    rows = cost_sensitivity(year, None)
    assert rows["equivalent_gbp"].iloc[0] == 56_000
    assert "caseholders_fte" in rows["note"].iloc[1]


def test_a_planted_rise_in_rates_and_a_planted_surge_are_told_apart():
    before = pd.DataFrame(
        {"job_type": ["social worker", "team manager"], "hours": [1000, 100],
         "cost_gbp": [40_000.0, 6_000.0]}
    )  # fmt: skip
    dearer = before.assign(cost_gbp=before["cost_gbp"] * 1.1)
    row = cost_change(before, dearer).iloc[-1]
    assert (row["volume_gbp"], row["mix_gbp"], row["price_gbp"]) == (0, 0, 4600)
    more = before.assign(hours=before["hours"] * 2, cost_gbp=before["cost_gbp"] * 2)
    row = cost_change(before, more).iloc[-1]
    assert (row["volume_gbp"], row["mix_gbp"], row["price_gbp"]) == (46_000, 0, 0)


def test_a_shift_to_a_dearer_job_is_mix():
    before = pd.DataFrame(
        {"job_type": ["sw", "tm"], "hours": [50, 50], "cost_gbp": [2000.0, 3000.0]}
    )
    after = pd.DataFrame(
        {"job_type": ["sw", "tm"], "hours": [25, 75], "cost_gbp": [1000.0, 4500.0]}
    )
    row = cost_change(before, after).iloc[-1]
    assert (row["volume_gbp"], row["mix_gbp"], row["price_gbp"]) == (0, 500, 0)


def test_a_new_group_has_no_price_effect_and_a_cost_without_hours_is_refused():
    before = pd.DataFrame({"job_type": ["sw"], "hours": [10], "cost_gbp": [400.0]})
    after = pd.DataFrame({"job_type": ["sw", "tm"], "hours": [10, 5], "cost_gbp": [400.0, 300.0]})
    table = cost_change(before, after).set_index("job_type")
    assert table["price_gbp"]["tm"] == 0
    assert table["change_gbp"]["all"] == 300
    with pytest.raises(ValueError, match="without hours there is no price"):
        cost_change(before.assign(hours=0), after)


def pence(value):
    return int((Decimal(str(value)) * 100).to_integral_value())


groups = st.lists(
    st.tuples(
        st.sampled_from(["sw", "senior", "advanced", "tm", "iro"]),
        st.integers(1, 20_000).map(lambda tenths: tenths / 10),
        st.integers(0, 90_000_000).map(lambda amount: amount / 100),
    ),
    max_size=5,
    unique_by=lambda group: group[0],
).map(lambda rows: pd.DataFrame(rows, columns=["job_type", "hours", "cost_gbp"]))


@settings(max_examples=150, deadline=None)
@given(groups, groups)
def test_volume_mix_and_price_add_to_the_change_to_the_penny(before, after):
    table = cost_change(before, after)
    whole = table.iloc[-1]
    change = sum(map(pence, after["cost_gbp"])) - sum(map(pence, before["cost_gbp"]))
    assert pence(whole["change_gbp"]) == change
    parts = ["volume_gbp", "mix_gbp", "price_gbp"]
    for row in table.to_dict("records"):
        assert sum(pence(row[part]) for part in parts) == pence(row["change_gbp"])
    for part in parts:
        assert sum(map(pence, table[part].iloc[:-1])) == pence(whole[part])
