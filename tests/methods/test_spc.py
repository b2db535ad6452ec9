"""One XmR chart: its columns, its rules on vectors checked by eye, and its edges."""

import numpy as np
import pandas as pd
import pytest

from analysis.methods import spc_limits
from analysis.methods.spc import COLUMNS, POINTS_FOR_LIMITS, latest, xmr

PTD = "ptd-0.2.2"
# Mean 10, every moving range 2 and so limits 10 - 5.32 and 10 + 5.32; near limits at 3.55.
CALM = [9, 11] * 8


def monthly(values, start="2022-01-01"):
    return pd.Series(values, pd.date_range(start, periods=len(values), freq="MS"), dtype=float)


def test_the_columns_are_the_agreed_ones_and_rows_are_in_date_order():
    values = monthly(CALM)
    chart = xmr(values.sample(frac=1, random_state=1))
    assert tuple(chart.columns) == COLUMNS
    assert chart.index.equals(values.index)
    assert chart["value"].tolist() == CALM


def test_limits_are_the_mean_and_2_66_mean_moving_ranges():
    chart = xmr(monthly(CALM))
    assert chart[["mean", "lcl", "ucl"]].iloc[0].tolist() == pytest.approx([10, 4.68, 15.32])
    assert (chart["variation"] == "common").all()
    assert chart["side"].tolist() == [-1.0, 1.0] * 8


def test_a_moving_range_of_3_267_means_is_screened_and_its_point_stays_in_the_mean():
    values = monthly([*CALM, 60])
    screened, plain = xmr(values), xmr(values, screen_outliers=False)
    assert screened["mean"].iloc[0] == plain["mean"].iloc[0] == pytest.approx(220 / 17)
    assert screened["ucl"].iloc[0] == pytest.approx(220 / 17 + 2.66 * 2)
    assert plain["ucl"].iloc[0] == pytest.approx(220 / 17 + 2.66 * (15 * 2 + 49) / 16)


def test_seven_rising_are_a_trend_and_six_are_not():
    seven = xmr(monthly([*CALM, 8, 9, 10, 11, 12, 13, 14]), rules=PTD)
    assert seven["rule"].tolist()[-7:] == ["trend_up"] * 7
    six = xmr(monthly([*CALM[:-1], 9, 10, 11, 12, 13, 14]), rules=PTD)
    assert not six["rule_trend"].any()


def test_an_equal_value_breaks_a_trend():
    assert not xmr(monthly([*CALM, 7, 8, 9, 10, 10, 11, 12, 13]))["rule_trend"].any()


def test_a_missing_value_breaks_a_trend():
    assert not xmr(monthly([*CALM, 7, 8, 9, np.nan, 10, 11, 12, 13]))["rule_trend"].any()


def test_seven_on_one_side_are_a_shift_and_a_point_on_the_mean_breaks_it():
    low, high = [1, 2, 1, 2, 1, 2, 1], [5, 4, 5, 4, 5, 4, 5]
    chart = xmr(monthly(low + high))
    assert chart["rule_shift"].all()
    values = monthly([1, -1, 1, 0, 1, 2, 1, -1, -1, -1, -1, -1])
    assert values.mean() == 0 and xmr(values)["side"].iloc[3] == 0
    assert not xmr(values)["rule_shift"].any()


def test_two_of_three_counts_a_point_beyond_a_limit_except_under_the_r_package():
    # Limits 9.79 -/+ 5.22 of the first 24 points: 14 is close to the upper, 16 beyond it.
    values = monthly([9, 11] * 12 + [16, 11, 14, 9])
    mdc, ptd = xmr(values, fix_after=24), xmr(values, fix_after=24, rules=PTD)
    assert mdc["rule"].tolist()[24:] == ["astronomical_high", "none", "two_of_three_high", "none"]
    assert ptd["rule"].tolist()[24:] == ["astronomical_high", "none", "none", "none"]
    assert mdc["close_to_limits"].tolist()[24:] == [False, False, True, False]


def test_two_of_three_close_points_on_both_sides_are_no_signal():
    values = monthly([9, 11] * 12 + [14, 6, 14, 6])
    assert not xmr(values, fix_after=24)["rule_two_of_three"].any()


def test_improvement_wins_a_conflict_except_under_the_r_package():
    # A falling run that stays above the mean: shift high and trend down at once.
    values = monthly([9, 11] * 12 + [13.5, 13, 12.5, 12, 11.5, 11, 10.5])
    mdc, ptd = xmr(values, fix_after=24), xmr(values, fix_after=24, rules=PTD)
    assert mdc["rule"].tolist()[-7:] == ["shift_high"] * 7
    assert mdc["variation"].tolist()[-7:] == ["improvement"] * 7
    assert ptd["rule"].tolist()[-7:] == ["trend_down"] * 7
    assert ptd["variation"].tolist()[-7:] == ["concern"] * 7
    assert mdc["rule_trend"].tolist() == ptd["rule_trend"].tolist()


def test_the_peak_of_two_trends_falls_in_the_r_package_and_is_judged_by_improvement_in_ours():
    values = monthly([0, 12] * 6 + [1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1])
    assert xmr(values, rules=PTD)["rule"].iloc[18] == "trend_down"
    assert xmr(values)["rule"].iloc[18] == "trend_up"
    assert xmr(values, improvement="decrease")["rule"].iloc[18] == "trend_down"


def test_two_trends_that_abut_keep_their_own_direction_except_under_the_r_package():
    # Up to 7, again 7, and up to 13: the step between the runs is level.
    values = monthly([*range(1, 8), *range(7, 14)])
    assert xmr(values, rules=PTD, improvement="decrease")["rule"].iloc[6] == "trend_down"
    assert xmr(values, improvement="neutral")["rule"].iloc[6] == "trend_up"


@pytest.mark.parametrize(
    ("improvement", "high", "low"),
    [
        ("increase", "improvement", "concern"),
        ("decrease", "concern", "improvement"),
        ("neutral", "neutral_high", "neutral_low"),
    ],
)
def test_the_direction_of_improvement_says_what_a_signal_means(improvement, high, low):
    variation = xmr(monthly([*CALM, 30, -10]), improvement=improvement)["variation"]
    assert variation.tolist()[-2:] == [high, low]


def test_each_segment_has_its_own_limits_and_runs():
    values = monthly([9, 11] * 7 + [29, 31] * 7)
    chart = xmr(values, rebase=["2023-03-01"])
    assert chart["segment"].tolist() == [1] * 14 + [2] * 14
    assert chart["mean"].unique().tolist() == [10, 30]
    assert (chart["variation"] == "common").all()
    assert xmr(values)["variation"].ne("common").all()


def test_a_rebase_on_the_first_point_is_harmless():
    values = monthly(CALM)
    pd.testing.assert_frame_equal(xmr(values, rebase=[values.index[0]]), xmr(values))


def test_a_rebase_that_no_point_is_dated_is_an_error_within_the_series_and_said_beyond_it():
    values = monthly(CALM)
    with pytest.raises(ValueError, match="No point is dated 2022-05-15"):
        xmr(values, rebase=["2022-05-15"])
    beyond = xmr(values, rebase=["2030-01-01"])
    assert latest(beyond)["note"] == "The rebase of January 2030 has no effect."
    ignored = xmr(values, rebase=["2022-05-15"], rules=PTD)
    assert ignored["segment"].eq(1).all()


def test_limits_fixed_on_the_first_points_judge_the_later_ones():
    chart = xmr(monthly([*CALM, 14, 14, 14]), fix_after=16)
    assert chart["mean"].eq(10).all()
    assert chart["rule"].tolist()[-3:] == ["two_of_three_high"] * 3
    with pytest.raises(ValueError, match="12 points or more"):
        xmr(monthly(CALM), fix_after=11)


def test_limits_are_fixed_in_each_segment():
    values = monthly([9, 11] * 6 + [50] * 3 + [29, 31] * 6 + [80] * 3)
    chart = xmr(values, fix_after=12, rebase=[values.index[15]])
    assert chart["mean"].unique().tolist() == [10, 30]


def test_a_constant_series_has_limits_on_its_mean_and_no_signal():
    chart = xmr(monthly([0.1] * 20), target=0.1)
    assert chart[["mean", "lcl", "ucl"]].eq(0.1).all(axis=None)
    assert chart["side"].eq(0).all() and chart["rule"].eq("none").all()
    assert latest(chart)["assurance"] == "pass"
    assert "all the same" in latest(chart)["note"]
    ptd = xmr(monthly([0.1] * 20), target=0.5, rules=PTD)
    assert ptd["ucl"].isna().all() and latest(ptd)["assurance"] == "hit_or_miss"


def test_one_odd_value_in_a_constant_series_is_the_only_signal():
    rules = xmr(monthly([5] * 13 + [9]))["rule"]
    assert rules.tolist() == ["none"] * 13 + ["astronomical_high"]
    ptd = xmr(monthly([5] * 13 + [9]), rules=PTD)["rule"]
    assert ptd.tolist() == ["astronomical_low"] * 13 + ["astronomical_high"]


@pytest.mark.parametrize(("before", "after"), [(12, 12), (24, 12), (20, 4), (6, 30)])
def test_a_step_without_noise_is_found(before, after):
    chart = xmr(monthly([5] * before + [9] * after))
    assert chart["ucl"].gt(chart["lcl"]).all()
    assert latest(chart)["variation"] == "improvement"


@pytest.mark.parametrize("count", range(1, 13))
def test_short_series_are_computed_and_said_to_be_short(count):
    verdict = latest(xmr(monthly(CALM[:count]), target=50))
    assert verdict["variation"] == "common"
    assert verdict["points"] == count and not verdict["limits_shown"]
    assert f"limits are shown from {POINTS_FOR_LIMITS}" in verdict["note"]
    assert np.isnan(verdict["ucl"]) == (count == 1)
    assert verdict["assurance"] == ("none" if count == 1 else "fail")


def test_thirteen_points_show_limits():
    assert latest(xmr(monthly(CALM[:13])))["limits_shown"] is True


def test_an_empty_series_and_one_without_values_have_no_verdict():
    empty = xmr(monthly([]), target=3)
    assert tuple(empty.columns) == COLUMNS and empty.empty
    nothing = xmr(monthly([np.nan] * 15), target=3)
    assert nothing["mean"].isna().all() and nothing["rule"].eq("none").all()
    for chart in (empty, nothing):
        assert latest(chart)[["variation", "assurance"]].tolist() == ["none", "none"]
    assert latest(nothing)["note"] == "No point has a value."


def test_the_newest_observed_point_counts_and_a_missing_month_is_said():
    values = monthly([*CALM, 30, np.nan])
    verdict = latest(xmr(values))
    assert verdict["variation"] == "improvement" and verdict["value"] == 30
    assert verdict["date"] == pd.Timestamp("2023-05-01") and verdict["rows_without_value"] == 1
    assert verdict["note"] == "No value for June 2023: the newest is of May 2023."
    assert latest(xmr(values, rules=PTD))["variation"] == "common"


def test_absent_months_are_neighbours_and_are_said():
    values = monthly(CALM)
    chart = xmr(values.drop(values.index[[4, 5]]))
    assert chart["mean"].iloc[0] == 10 and chart["ucl"].iloc[0] == pytest.approx(15.32)
    assert latest(chart)["note"].startswith("2 months are absent")


def test_a_missing_neighbour_leaves_no_moving_range():
    chart = xmr(monthly([9, 11, np.nan, 99, 97] + CALM), screen_outliers=False)
    ranges = [2, 2, 88, *[2] * 15]
    assert chart["ucl"].iloc[0] - chart["mean"].iloc[0] == pytest.approx(2.66 * np.mean(ranges))


def test_dates_given_twice_are_named():
    values = pd.concat([monthly(CALM), monthly([1], "2022-03-01")])
    with pytest.raises(ValueError, match="dated 2022-03-01. Keep one row"):
        xmr(values)


def test_infinite_values_are_refused():
    with pytest.raises(ValueError, match="1 of the 3 values are infinite"):
        xmr(monthly([1, np.inf, 3]))


def test_values_without_dates_or_numbers_are_refused():
    with pytest.raises(TypeError, match="must be dated"):
        xmr(pd.Series([1.0, 2.0]))
    with pytest.raises(TypeError, match="must be a Series"):
        xmr([1.0, 2.0])
    with pytest.raises(ValueError, match="must be numbers"):
        xmr(pd.Series(["a", "b"], monthly([1, 2]).index))


@pytest.mark.parametrize("wrong", [{"improvement": "up"}, {"rules": "nelson"}])
def test_an_unknown_choice_is_named(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong.values()))):
        xmr(monthly(CALM), **wrong)


def test_periods_and_nullable_numbers_are_taken():
    periods = pd.Series(CALM, pd.period_range("2022-01", periods=16, freq="M"), dtype="Int64")
    chart = xmr(periods, rebase=["2022-09-01"])
    assert chart.index.equals(periods.index) and chart["segment"].max() == 2


def test_the_caller_keeps_its_values():
    values = monthly(CALM)
    chart = xmr(values)
    chart["value"] = 0.0
    chart.loc[chart.index[0], "value"] = -1.0
    assert values.tolist() == CALM


@pytest.mark.parametrize(
    ("target", "improvement", "assurance"),
    [
        (20, "increase", "fail"),
        (10, "increase", "hit_or_miss"),
        (1, "increase", "pass"),
        (20, "decrease", "pass"),
        (1, "decrease", "fail"),
        (20, "neutral", "none"),
        (None, "increase", "none"),
        (np.nan, "increase", "none"),
    ],
)
def test_assurance_says_whether_the_target_lies_outside_the_limits(target, improvement, assurance):
    chart = xmr(monthly(CALM), target=target, improvement=improvement)
    assert latest(chart)["assurance"] == assurance


def test_a_target_on_a_limit_counts_as_beyond_it_except_under_the_r_package():
    chart = xmr(monthly(CALM))
    low, high = chart["lcl"].iloc[-1], chart["ucl"].iloc[-1]
    assert latest(xmr(monthly(CALM), target=high))["assurance"] == "fail"
    assert latest(xmr(monthly(CALM), target=low))["assurance"] == "pass"
    assert latest(xmr(monthly(CALM), target=high, rules=PTD))["assurance"] == "hit_or_miss"


def test_a_target_that_changes_is_judged_as_it_stands_now():
    dated = pd.Series([1.0, 20.0], pd.to_datetime(["2022-01-01", "2023-04-01"]))
    assert latest(xmr(monthly(CALM), target=dated))["assurance"] == "fail"
    later = pd.Series([1.0, 20.0], pd.to_datetime(["2022-01-01", "2023-05-01"]))
    assert latest(xmr(monthly(CALM), target=later))["assurance"] == "pass"
    future = pd.Series([20.0], pd.to_datetime(["2024-01-01"]))
    assert latest(xmr(monthly(CALM), target=future))["assurance"] == "none"


def test_a_table_that_lost_its_notes_is_refused():
    chart = xmr(monthly(CALM))
    chart.attrs = {}
    with pytest.raises(ValueError, match="chart the series again"):
        latest(chart)


def test_a_value_on_the_mean_is_found_to_be_without_extended_precision(monkeypatch):
    monkeypatch.setattr(spc_limits, "EXTENDED", False)
    chart = xmr(monthly([50.3, 50.1, 50.4, 50.5, 50.7]))
    assert chart["side"].tolist() == [-1, -1, 0, 1, 1]
    assert xmr(monthly([0.1] * 36))["side"].eq(0).all()


@pytest.mark.parametrize("rules", ["making-data-count", PTD])
def test_a_point_on_a_limit_is_not_beyond_it(rules):
    limits = xmr(monthly(CALM)).iloc[0]
    values = monthly([*CALM, limits["ucl"], limits["lcl"], limits["ucl"] + 0.01])
    chart = xmr(values, fix_after=16, rules=rules)
    assert chart["rule_astronomical"].tolist()[-3:] == [False, False, True]
    assert chart["close_to_limits"].tolist()[-3:] == [True, True, False]
