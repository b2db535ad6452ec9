"""Forecasts that beat last year's month or say that they do not, with honest intervals."""

import numpy as np
import pandas as pd
import pytest

from analysis.methods.forecast import NAIVE, monthly_forecast


def series(length, growth=0.0, seed=0, dispersion=3):
    rng = np.random.default_rng(seed)
    month = np.arange(length)
    mean = 1500 * np.exp(growth / 12 * month + 0.1 * np.sin(month * np.pi / 6))
    counts = rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion)
    return pd.Series(counts.astype(float), pd.date_range("2018-01-01", periods=length, freq="MS"))


def test_no_forecast_below_24_months():
    found = monthly_forecast(series(23))
    assert found.note == "cannot be computed: a forecast needs 24 months of figures, 23 held"
    assert len(found.months) == 0


def test_at_24_months_the_seasonal_naive_forecast_is_shown_and_said():
    counts = series(24)
    found = monthly_forecast(counts, 3)
    assert set(found.months["model"]) == {NAIVE}
    assert "too few months" in found.note
    assert found.months["forecast"].round(6).tolist() == counts.iloc[12:15].round(6).tolist()


def test_steady_growth_is_seen_and_seasonal_naive_is_beaten():
    counts = series(60, growth=0.10)
    found = monthly_forecast(counts[:48], 12)
    assert found.note == ""
    assert set(found.months["model"]) != {NAIVE}
    naive = np.abs(counts[48:].to_numpy() - counts[36:48].to_numpy()).mean()
    ours = np.abs(counts[48:].to_numpy() - found.months["forecast"].to_numpy()).mean()
    assert ours < naive
    backtest = found.backtest.set_index("model")
    assert backtest["origins"].max() <= 12
    assert backtest.loc[backtest["chosen"], "mase"].item() == backtest["mase"].min()


def test_where_no_model_is_closer_the_seasonal_naive_forecast_is_used_and_said():
    year = series(12, seed=1)
    repeated = pd.Series(
        np.tile(year.to_numpy(), 4), pd.date_range("2018-01-01", periods=48, freq="MS")
    )
    found = monthly_forecast(repeated, 6)
    assert set(found.months["model"]) == {NAIVE}
    assert "no model was closer" in found.note


def test_intervals_hold_about_as_often_as_they_say():
    held = {80: [], 95: []}
    for seed in range(8):
        counts = series(54, growth=0.05, seed=seed)
        months = monthly_forecast(counts[:42], 12).months
        for level, inside in held.items():
            after = counts[42:].to_numpy()
            inside += (
                (months[f"lower_{level}"] <= after) & (after <= months[f"upper_{level}"])
            ).tolist()
    assert 0.70 <= np.mean(held[80]) <= 0.92
    assert 0.90 <= np.mean(held[95]) <= 1.0


def test_the_pandemic_is_set_aside_and_named_and_changes_the_forecast():
    counts = series(48)
    dip = pd.date_range("2021-04-01", periods=4, freq="MS")
    dipped = counts.mask(counts.index.isin(dip), counts * 0.5)
    plain, aside = monthly_forecast(dipped, 12), monthly_forecast(dipped, 12, excluded=dip)
    assert aside.filled == tuple(dip)
    truth = monthly_forecast(counts, 12).months["forecast"]
    errors = [(found.months["forecast"] - truth).abs().mean() for found in (plain, aside)]
    assert errors[1] < errors[0]


def test_only_months_from_the_last_break_on_are_used():
    counts = series(48)
    counts[:20] *= 3
    found = monthly_forecast(counts, 3, breaks=["2019-09-01"])
    assert found.months["forecast"].max() < 2500
    assert "needs 24 months" in monthly_forecast(counts, 3, breaks=["2020-06-01"]).note


def test_too_many_gaps_are_said():
    counts = series(48)
    counts[10:22] = np.nan
    assert monthly_forecast(counts).note == (
        "cannot be computed: 12 of 48 months are missing or set aside; a forecast needs 24 others, "
        "and no more than one in six missing or set aside"
    )


def test_months_between_two_years_held_in_part_are_not_counted_as_held():
    counts = series(18)
    counts[6:12] = np.nan
    assert monthly_forecast(counts).note.endswith("24 months of figures, 12 held")


def test_wrong_horizons_and_gapped_indexes_are_errors():
    with pytest.raises(ValueError, match="3 to 12"):
        monthly_forecast(series(48), 13)
    with pytest.raises(ValueError, match="consecutive"):
        monthly_forecast(series(48).drop(pd.Timestamp("2019-05-01")))
