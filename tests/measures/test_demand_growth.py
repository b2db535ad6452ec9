"""Growth on a year before: the paper's figures to the decimal, and what cannot be said."""

import numpy as np
import pandas as pd
import pytest

from analysis.measures import demand_base, demand_growth, demand_trend
from analysis.measures.demand import contacts_by_month

PAPER = {2020: [1637, 1476, 1515, 2043, 1884, 1626], 2021: [2498, 2258, 2462, 2704, 2415, 2050]}


@pytest.fixture
def paper():
    rows = [
        (pd.Timestamp(year, month, 1), count)
        for year, counts in PAPER.items()
        for month, count in enumerate(counts, 3)
    ]
    return contacts_by_month(pd.DataFrame(rows, columns=["month", "contacts"]), "2021-08")


def held(counts, last="2021-12"):
    months = pd.period_range(end=last, periods=len(counts), freq="M").to_timestamp()
    table = pd.DataFrame({"month": months, "contacts": pd.array(counts, "Int64")})
    return table.assign(complete=table["contacts"].notna())


def test_the_papers_six_months(paper):
    table = demand_growth.contacts_year_on_year(paper, "2021-08")
    assert table["change_pct"].round(1).tolist() == [52.6, 53.0, 62.5, 32.4, 28.2, 26.1]
    # The paper prints them cut, not rounded.
    assert np.floor(table["change_pct"]).tolist() == [52, 52, 62, 32, 28, 26]


def test_the_papers_total_is_a_total_on_a_total(paper):
    row = demand_growth.contacts_period_change(paper, "2021-08").iloc[0]
    assert (row["contacts_last_year"], row["contacts"]) == (10181, 14387)
    assert round(row["change_pct"], 1) == 41.3
    mean = demand_growth.contacts_year_on_year(paper, "2021-08")["change_pct"].mean()
    assert round(mean, 1) == 42.5  # which would be wrong
    assert (row["first_month"], row["last_month"], row["months"]) == (
        pd.Timestamp("2021-03-01"),
        pd.Timestamp("2021-08-01"),
        6,
    )


def test_the_paper_per_working_day(paper):
    table = demand_growth.contacts_change_per_working_day(paper, "2021-08")
    assert table["change_pct"].round(1).tolist() == [46.0, 53.0, 62.5, 32.4, 34.0, 20.1]
    total = demand_growth.contacts_period_change_per_working_day(paper, "2021-08").iloc[0]
    assert (total["working_days"], total["working_days_last_year"]) == (127, 126)
    assert round(total["change_pct"], 1) == 40.2


def test_the_papers_rise_is_consistent_and_slowing(paper):
    table = demand_growth.contacts_year_on_year(paper, "2021-08")
    assert demand_trend.contacts_consistent_rise(table)["consistent_rise"].item()
    trend = demand_trend.contacts_growth_trend(table).iloc[0]
    assert trend["direction"] == "slowing"
    assert 0.01 < trend["p_value"] < 0.05


def test_the_papers_base_is_flagged_and_2019_is_not_held(paper):
    table = demand_base.contacts_by_base_year(paper, "2021-08").set_index("base")
    assert table.loc["last year", "pandemic"]
    assert table.loc["2 years before", "note"].startswith("cannot be computed: not held whole")
    assert table.loc["mean of earlier years", "note"].startswith("cannot be computed")


def test_growth_on_2019_and_on_the_mean_stand_beside_growth_on_2020():
    counts = [100] * 12 + [110] * 12 + [120] * 12 + [80] * 12 + [150] * 12
    table = demand_base.contacts_by_base_year(held(counts), "2021-12").set_index("base")
    assert table["change_pct"].round(1).to_dict() == {
        "last year": 87.5,
        "2 years before": 25.0,
        "3 years before": 36.4,
        "4 years before": 50.0,
        "mean of earlier years": 36.4,
    }
    assert table["pandemic"].tolist() == [True, False, False, False, False]
    widths = table["change_upper_pct"] - table["change_lower_pct"]
    assert widths["mean of earlier years"] < widths["3 years before"]


def test_a_month_that_is_missing_or_partial_has_no_percentage_and_is_left_out_of_both_totals():
    counts = [100] * 24
    counts[6] = pd.NA
    months = held(counts)
    table = demand_growth.contacts_year_on_year(months, "2021-12")
    assert table.loc[6, "note"] == "last year's count is not held whole"
    assert np.isnan(table.loc[6, "change_pct"])
    row = demand_growth.contacts_period_change(months, "2021-12").iloc[0]
    assert (row["contacts"], row["contacts_last_year"]) == (1100, 1100)
    assert "July 2021" in row["note"]


def test_a_base_below_30_gives_no_percentage():
    table = demand_growth.contacts_year_on_year(held([29] * 12 + [58] * 12), "2021-12")
    assert table["change_pct"].isna().all()
    assert table["note"].eq("no percentage: the base is 29, below 30").all()
    row = demand_growth.contacts_period_change(held([29] * 12 + [58] * 12), "2021-12").iloc[0]
    assert row["change_pct"] == pytest.approx(100)  # the total's base is 348


def test_a_base_of_nought_is_no_ratio_and_a_count_of_nought_is_minus_100():
    table = demand_growth.contacts_year_on_year(held([0, *[100] * 11, *[100] * 11, 0]), "2021-12")
    assert np.isnan(table["change_pct"].iloc[0])
    assert table["change_pct"].iloc[-1] == -100
    assert table["note"].iloc[-1] == "no interval: the later count is 0"


def test_one_year_only_has_no_comparison():
    months = held([100] * 12)
    assert len(demand_growth.contacts_year_on_year(months, "2021-12")) == 0
    row = demand_growth.contacts_period_change(months, "2021-12").iloc[0]
    assert row["note"] == "cannot be computed: no month is held whole in both years"
    no_months = demand_growth.contacts_year_on_year(months, "2021-12")
    note = demand_trend.contacts_growth_trend(no_months)["note"].item()
    assert note == "cannot be computed: 4 months with a percentage are needed, 0 held"


def test_the_year_to_date_begins_in_april_and_needs_every_month():
    counts = list(range(100, 124))
    row = demand_growth.contacts_year_to_date(held(counts, "2021-05"), "2021-05").iloc[0]
    assert (row["contacts"], row["contacts_last_year"]) == (122 + 123, 110 + 111)
    counts[-2] = pd.NA
    row = demand_growth.contacts_year_to_date(held(counts, "2021-05"), "2021-05").iloc[0]
    assert row["note"] == "cannot be computed: not held whole: April 2021"
    assert np.isnan(row["change_pct"])
    assert row["contacts_last_year"] == 221


def test_twelve_months_without_the_twelve_before_have_a_total_and_no_change():
    row = demand_growth.contacts_rolling_12_months(held([100] * 12), "2021-12").iloc[0]
    assert row["contacts"] == 1200
    assert np.isnan(row["change_pct"])


def test_the_population_is_that_of_the_year_before_the_financial_years_end():
    months = held([390] * 11 + [393], "2021-03")
    table = demand_base.contacts_per_10000(months, "2021-03", {2019: 59223, 2020: 59044})
    assert table["rate_per_10000"].iloc[-1] == pytest.approx(793.1, abs=0.05)
    assert table["population_year"].iloc[-1] == 2020
    older = demand_base.contacts_per_10000(months, "2021-03", {2019: 59223})
    assert older["note"].iloc[-1] == "population of mid-2020 not held: mid-2019 used"
    assert older["note"].iloc[0] == "12 whole months are not held: no rate for the year"
    none = demand_base.contacts_per_10000(months, "2021-03", {})
    assert none["note"].str.startswith("cannot be computed").all()


def test_planted_growth_lies_in_its_interval_about_95_times_in_100():
    rng = np.random.default_rng(8)
    inside = []
    for _ in range(200):
        growth, dispersion = rng.uniform(-0.2, 0.5), rng.uniform(1.5, 4)
        level = rng.uniform(300, 2500) * np.exp(rng.normal(0, 0.1, 12))
        mean = np.concatenate([level, level, level * (1 + growth)])
        counts = rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion)
        row = demand_growth.contacts_period_change(held(counts), "2021-12").iloc[0]
        inside.append(row["change_lower_pct"] <= 100 * growth <= row["change_upper_pct"])
    assert 0.91 <= np.mean(inside) <= 0.99


def test_one_month_with_a_percentage_shows_no_trend():
    table = demand_growth.contacts_year_on_year(held([100] * 13, "2022-01"), "2022-01")
    note = demand_trend.contacts_growth_trend(table)["note"].item()
    assert note == "cannot be computed: 4 months with a percentage are needed, 1 held"


def test_steady_growth_is_called_slowing_or_quickening_one_time_in_twenty():
    rng = np.random.default_rng(9)
    found = []
    for _ in range(300):
        before = rng.negative_binomial(1500 / 2, 1 / 3, 12)
        now = rng.negative_binomial(1950 / 2, 1 / 3, 12)
        table = pd.DataFrame(
            {
                "month": pd.date_range("2021-01-01", periods=12, freq="MS"),
                "contacts": now,
                "contacts_last_year": before,
                "change_pct": 100.0 * (now / before - 1),
            }
        )
        found.append(demand_trend.contacts_growth_trend(table)["direction"].item())
    share = np.mean([word != "no clear trend" for word in found])
    assert 0.02 <= share <= 0.09
