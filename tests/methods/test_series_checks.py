"""Seasons and autocorrelation are found where planted and seldom where not."""

import numpy as np
import pandas as pd

from analysis.methods.series_checks import autocorrelation, seasonality


def monthly(values):
    return pd.Series(values, pd.date_range("2021-01-01", periods=len(values), freq="MS"))


def test_a_series_that_turns_with_the_year_is_seasonal():
    noise = np.random.default_rng(1).normal(0, 1, 48)
    result = seasonality(monthly(3 * np.sin(np.arange(48) * np.pi / 6) + noise))
    assert result.found and result.p_value < 0.01
    assert result.note.startswith("Months of the year differ")


def test_independent_months_are_seldom_found_seasonal_or_correlated():
    rng = np.random.default_rng(2)
    series = [monthly(rng.normal(50, 5, 36)) for _ in range(100)]
    assert sum(seasonality(values).found for values in series) <= 12
    assert sum(autocorrelation(values).found for values in series) <= 12


def test_a_month_that_leans_on_the_last_is_found():
    rng, found = np.random.default_rng(3), 0
    for _ in range(40):
        values = [0.0]
        for shock in rng.normal(0, 1, 47):
            values.append(0.6 * values[-1] + shock)
        found += autocorrelation(monthly(values)).found
    assert found >= 36


def test_the_correlation_is_that_of_neighbours():
    # Away from the mean: -2 -1 0 1 2 ... products of neighbours 2 0 0 2, squares 10.
    values = monthly([1.0, 2, 3, 4, 5] * 5)
    away = values - 3
    expected = (away[1:].to_numpy() * away[:-1].to_numpy()).sum() / (away**2).sum()
    assert np.isclose(autocorrelation(values).statistic, expected)


def test_too_few_values_or_no_variation_is_said_in_words():
    assert "from 24 values, 23 held" in seasonality(monthly(np.arange(23.0))).note
    assert "neighbouring months" in autocorrelation(monthly(np.arange(9.0))).note
    constant = monthly([5.0] * 30)
    for result in (seasonality(constant), autocorrelation(constant)):
        assert not result.found and np.isnan(result.p_value)
        assert result.note == "The values do not vary."
    assert not autocorrelation(monthly([np.nan] * 20)).found
