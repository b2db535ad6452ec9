"""Intervals that hold as often as they say, on counts that vary more than chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.methods.intervals import (
    DEFAULT,
    Dispersion,
    cluster_dispersion,
    count_change,
    seasonal_dispersion,
    short_run_dispersion,
    wilson,
)


def negative_binomial(rng, mean, dispersion):
    return rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion)


def test_wilson_of_eight_in_ten_by_hand():
    # z = 1.96: (0.8 + 0.19207) / 1.38415 ± 1.96 / 1.38415 × √(0.016 + 0.0096)
    row = wilson(pd.Series([8]), pd.Series([10])).iloc[0]
    assert row.round(1).tolist() == [49.0, 94.3]


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(0, 500))
def test_wilson_holds_the_proportion_and_stays_between_0_and_100(k, more):
    row = wilson(pd.Series([k]), pd.Series([k + more])).iloc[0]
    if k + more == 0:
        assert row.isna().all()
    else:
        assert 0 <= row["lower_pct"] <= 100 * k / (k + more) + 1e-9
        assert 100 * k / (k + more) - 1e-9 <= row["upper_pct"] <= 100


def test_a_numerator_above_its_denominator_is_an_error():
    with pytest.raises(ValueError, match="numerator"):
        wilson(pd.Series([11]), pd.Series([10]))


def test_without_dispersion_the_papers_march_runs_from_43_to_62():
    poisson = Dispersion(1.0, np.inf, "Poisson")
    row = count_change(pd.Series([2498]), pd.Series([1637]), poisson).iloc[0]
    assert row.round(0).tolist() == [53, 43, 62]


def test_more_dispersion_is_a_wider_interval_around_the_same_change():
    one = count_change(pd.Series([2498]), pd.Series([1637]), Dispersion(1.0, np.inf, ""))
    two = count_change(pd.Series([2498]), pd.Series([1637]), DEFAULT)
    assert one["change_pct"].item() == two["change_pct"].item()
    assert two["change_lower_pct"].item() < one["change_lower_pct"].item()


def test_a_count_of_nought_has_no_ratio():
    assert count_change(pd.Series([0, 5]), pd.Series([5, 0])).isna().all(axis=None)


@pytest.mark.parametrize(("step", "widest"), [(0.0, 1.2), (0.3, 1.45)])
def test_seasonal_dispersion_is_recovered_under_season_and_growth_and_bears_one_step(step, widest):
    rng = np.random.default_rng(3)
    month = np.arange(48)
    level = np.log(1500) + 0.1 * np.sin(month * np.pi / 6) + 0.004 * month
    mean = np.exp(level + step * (month >= 30))
    found = [
        seasonal_dispersion(pd.Series(negative_binomial(rng, mean, 4.0).astype(float))).value
        for _ in range(60)
    ]
    assert 0.8 < np.median(found) / 4.0 < widest


def test_intervals_hold_95_of_100_times_over_simulated_authorities():
    rng = np.random.default_rng(4)
    held = []
    for _ in range(300):
        dispersion, growth = rng.uniform(1.2, 5), rng.uniform(-0.3, 0.5)
        level = rng.uniform(150, 2500) * np.exp(rng.normal(0, 0.1, 12))
        mean = np.concatenate([level, level * 1.05, level * 1.05 * (1 + growth)])
        counts = pd.Series(negative_binomial(rng, mean, dispersion).astype(float))
        found = seasonal_dispersion(counts)
        row = count_change(counts[24:36], counts[12:24].set_axis(range(24, 36)), found)
        truth = 100 * growth
        held += ((row["change_lower_pct"] <= truth) & (truth <= row["change_upper_pct"])).tolist()
    assert 0.925 <= np.mean(held) <= 0.98


def test_groups_of_siblings_show_in_weekly_variation():
    rng = np.random.default_rng(5)
    groups = [
        rng.choice([1, 2, 3, 4], rng.poisson(60), p=[0.5, 0.28, 0.14, 0.08]) for _ in range(80)
    ]
    weekly = np.array([group.sum() for group in groups])
    alone = cluster_dispersion(np.concatenate(groups))
    assert short_run_dispersion(weekly).value == pytest.approx(alone, rel=0.3)


def test_too_short_a_history_gives_no_dispersion():
    assert seasonal_dispersion(pd.Series(np.arange(100.0, 121.0))) is None
    assert short_run_dispersion(np.full(10, 50.0)) is None
