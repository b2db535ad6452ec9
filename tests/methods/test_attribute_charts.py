"""p' and u' charts on hand-worked numbers, against XmR in simulation, and rare counts."""

import numpy as np
import pandas as pd
import pytest

from analysis.methods.attribute_charts import is_rare, p_prime, rare_events, u_prime
from analysis.methods.spc import COLUMNS, latest, xmr


def monthly(values):
    return pd.Series(values, pd.date_range("2022-01-01", periods=len(values), freq="MS"))


def test_p_prime_limits_follow_the_denominator():
    # Mean 85%. Standard errors 11.29 (of 10) and 5.65 (of 40); distances from the mean in them
    # -0.443, 0.886, 0.443, -0.886; mean moving range 1.0333, divided by 1.128: 0.9161.
    chart = p_prime(monthly([8, 36, 9, 32]), monthly([10, 40, 10, 40]))
    assert tuple(chart.columns) == COLUMNS
    assert chart["value"].tolist() == [80, 90, 90, 80]
    assert chart["mean"].tolist() == pytest.approx([85] * 4)
    assert chart["lcl"].tolist() == pytest.approx([53.98, 69.49, 53.98, 69.49], abs=0.01)
    assert chart["ucl"].tolist() == [100] * 4


def test_the_mean_of_p_prime_is_of_cases_not_of_months():
    assert p_prime(monthly([0, 90]), monthly([10, 90]))["mean"].iloc[0] == pytest.approx(90)


def test_u_prime_limits_on_equal_exposure_are_three_sigma_of_the_moving_range():
    counts = [100, 120, 110, 96, 130, 104]
    chart = u_prime(monthly(counts), monthly([50_000] * 6), improvement="neutral")
    by_xmr = xmr(monthly(counts).div(5), improvement="neutral")
    assert chart["mean"].tolist() == pytest.approx(by_xmr["mean"].tolist())
    assert chart["ucl"].iloc[0] == pytest.approx(
        by_xmr["mean"].iloc[0] + (by_xmr["ucl"] - by_xmr["mean"]).iloc[0] * (3 / 1.128) / 2.66
    )


def test_rates_never_have_a_limit_below_0():
    chart = u_prime(monthly([0, 3, 1, 4, 0, 2]), monthly([1000] * 6))
    assert chart["lcl"].min() == 0


def test_a_month_without_cases_or_counts_has_no_percentage():
    chart = p_prime(monthly([8, 0, np.nan, 9]), monthly([10, 0, 10, 10]))
    assert chart["value"].isna().tolist() == [False, True, True, False]
    assert chart["mean"].iloc[0] == pytest.approx(85)
    verdict = latest(p_prime(monthly([8, 9, 0]), monthly([10, 10, 0]), target=20))
    assert verdict["assurance"] == "pass" and verdict["rows_without_value"] == 1


def test_a_month_that_only_one_count_has_is_missing():
    chart = p_prime(monthly([8, 9]), monthly([10, 10, 10]))
    assert len(chart) == 3 and chart["value"].isna().tolist() == [False, False, True]


def test_all_cases_met_is_no_signal():
    chart = p_prime(monthly([10, 30, 20] * 5), monthly([10, 30, 20] * 5), target=100)
    assert chart[["mean", "lcl", "ucl"]].eq(100).all(axis=None)
    assert chart["rule"].eq("none").all()
    assert latest(chart)["assurance"] == "pass"


def test_a_fall_is_found_and_rebased():
    met, cases = [85, 90, 87, 84, 88, 86] * 4 + [60, 62, 58, 61] * 4, [100] * 40
    chart = p_prime(monthly(met), monthly(cases))
    assert latest(chart)["variation"] == "concern"
    rebased = p_prime(monthly(met), monthly(cases), rebase=["2024-01-01"])
    assert latest(rebased)["variation"] == "common"
    assert latest(rebased)["mean"] == pytest.approx(60.25)


@pytest.mark.parametrize(
    ("met", "cases", "message"),
    [([8, 11], [10, 10], "More cases met .* 2022-02-01"), ([-1, 3], [10, 10], "below 0: 2022-01")],
)
def test_counts_that_cannot_be_are_refused(met, cases, message):
    with pytest.raises(ValueError, match=message):
        p_prime(monthly(met), monthly(cases))


def test_stable_percentages_of_mixed_denominators_raise_fewer_alarms_than_by_xmr():
    rng = np.random.default_rng(2)
    beyond = {"p": 0, "xmr": 0}
    for _ in range(80):
        cases = monthly(rng.integers(20, 400, 36))
        met = monthly(rng.binomial(cases, 0.85))
        beyond["p"] += p_prime(met, cases)["rule_astronomical"].any()
        beyond["xmr"] += xmr(met / cases * 100)["rule_astronomical"].any()
    assert beyond["p"] <= 80 * 0.18 and beyond["xmr"] >= 80 * 0.33


def test_rare_counts_become_dated_events():
    counts = monthly([0, 1, 0, 0, 2, np.nan, 1])
    assert is_rare(counts)
    assert not is_rare(monthly([3, 2, 4]))
    events = rare_events(counts)
    assert events["date"].dt.strftime("%Y-%m").tolist() == ["2022-02", "2022-05", "2022-07"]
    assert events["events"].tolist() == [1, 2, 1]
    assert events["months_since_previous"].tolist()[1:] == [3, 2]


def test_no_events_make_an_empty_table():
    assert rare_events(monthly([0, 0, 0])).empty
