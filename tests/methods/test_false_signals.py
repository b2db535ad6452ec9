"""Expected false signals, p-values of newest points, and what survives many looks."""

import numpy as np
import pandas as pd
import pytest

from analysis.methods.false_signals import (
    benjamini_hochberg,
    expected_false_signals,
    latest_p_value,
)
from analysis.methods.spc import xmr


def monthly(values):
    return pd.Series(values, pd.date_range("2021-01-01", periods=len(values), freq="MS"))


def test_forty_stable_measures_raise_two_thirds_of_a_false_signal():
    assert expected_false_signals(40, 36) == pytest.approx(0.64)
    assert expected_false_signals(40, 30) == pytest.approx(0.64)
    assert expected_false_signals(100, 120) == pytest.approx(1.9)
    assert expected_false_signals(40, 12) == 0


def test_the_fourth_of_four_p_values_draws_the_others_in():
    # Allowed at 10%: 0.025, 0.05, 0.075, 0.1. The third is above its own and below the fourth's.
    p_values = pd.Series([0.09, 0.01, 0.05, 0.08], list("ABCD"))
    assert benjamini_hochberg(p_values, 0.1).all()
    assert benjamini_hochberg(p_values, 0.05).to_dict() == {
        "A": False,
        "B": True,
        "C": False,
        "D": False,
    }


def test_a_missing_p_value_is_no_test():
    marked = benjamini_hochberg(pd.Series([0.04, np.nan, np.nan]), 0.05)
    assert marked.tolist() == [True, False, False]
    assert benjamini_hochberg(pd.Series([], dtype=float)).empty


def test_a_p_value_outside_0_to_1_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg(pd.Series([1.2]))


def test_a_long_run_is_as_unlikely_as_its_coin_tosses():
    # Ten points above the mean end the series: 0.5 to the power of 9, three times.
    chart = xmr(monthly([9.0, 8] * 12 + [10.0, 11] * 5), fix_after=30)
    run = chart["side"].iloc[::-1].eq(1).cumprod().sum()
    assert run == 10
    assert latest_p_value(chart) <= 3 * 0.5**9


def test_runs_do_not_cross_a_rebase():
    values = monthly([9.0, 8] * 8 + [10.5, 10] + [11.0, 10] * 6 + [10.5])
    crossed = latest_p_value(xmr(values))
    assert crossed < 0.05 < latest_p_value(xmr(values, rebase=[values.index[16]]))


def test_stable_series_have_small_p_values_no_more_often_than_they_say():
    rng = np.random.default_rng(6)
    chances = [latest_p_value(xmr(monthly(rng.normal(50, 5, 36)))) for _ in range(150)]
    for level in (0.01, 0.05, 0.1):
        assert np.mean(np.array(chances) <= level) <= level + 3 * np.sqrt(level / 150)


def test_a_missing_last_month_leaves_the_newest_value_to_be_judged():
    values = [9.0, 11] * 10
    assert latest_p_value(xmr(monthly([*values, 40, np.nan]))) == pytest.approx(
        latest_p_value(xmr(monthly([*values, 40])))
    )


def test_a_chart_without_limits_has_no_p_value_and_a_constant_one_no_evidence():
    assert np.isnan(latest_p_value(xmr(monthly([5.0]))))
    assert np.isnan(latest_p_value(xmr(monthly([np.nan, np.nan]))))
    assert np.isnan(latest_p_value(xmr(monthly([]).astype(float))))
    assert latest_p_value(xmr(monthly([5.0] * 20))) == 1
