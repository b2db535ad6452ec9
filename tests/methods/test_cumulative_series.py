"""Rolling and year-to-date series are found, ordinary ones are not, and sums come apart again."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from analysis.methods.cumulative_series import cumulative_input, uncumulate

TRIES = 60


def dated(values, start="2021-04"):
    return pd.Series(
        np.asarray(values, dtype=float), pd.period_range(start, periods=len(values), freq="M")
    )


def year_to_date(values):
    """Sums since April of a dated series."""
    april_year = values.index.year - (values.index.month < 4)
    return values.groupby(april_year).cumsum()


def rolling(values):
    return values.rolling(12).mean().dropna()


def kinds(make, seed):
    """What a made series is taken for, in repeated tries from every month of the year."""
    rng = np.random.default_rng(seed)
    starts = [f"2020-{month:02}" for month in rng.integers(1, 13, TRIES)]
    return Counter(cumulative_input(make(rng, start)).kind for start in starts)


def percentages(rng, start, count):
    cases = dated(rng.integers(20, 200, count), start)
    return dated(rng.binomial(cases.astype(int), 0.85), start), cases


def rolling_percentage(rng, start):
    met, cases = percentages(rng, start, 47)
    return (100 * rolling(met) / rolling(cases)).round(1)


def year_to_date_percentage(rng, start):
    met, cases = percentages(rng, start, 48)
    return (100 * year_to_date(met) / year_to_date(cases)).round(1).iloc[12:]


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda rng, at: rolling(dated(rng.normal(80, 4, 47), at)).round(1), "rolling-12-month"),
        (lambda rng, at: rolling(dated(rng.poisson(30, 47), at)) * 12, "rolling-12-month"),
        (rolling_percentage, "rolling-12-month"),
        (lambda rng, at: year_to_date(dated(rng.poisson(30, 48), at))[12:], "year-to-date"),
        (lambda rng, at: year_to_date(dated(rng.poisson(3, 48), at))[12:], "year-to-date"),
        (year_to_date_percentage, "year-to-date"),
    ],
)
def test_most_cumulative_series_of_three_years_are_found(make, kind):
    assert kinds(make, 4)[kind] >= 0.85 * TRIES


def school_year(rng, start):
    counts = dated(rng.poisson(40, 36), start)
    return counts.where(counts.index.month != 8, counts / 2)


@pytest.mark.parametrize(
    "make",
    [
        lambda rng, at: dated(rng.normal(50, 5, 36), at),
        lambda rng, at: dated(rng.poisson(3, 36), at),
        lambda rng, at: dated((100 * rng.binomial(60, 0.85, 36) / 60).round(0), at),
        lambda rng, at: dated(rng.normal(0, 1, 36) + 0.3 * np.arange(36), at),
        lambda rng, at: dated(rng.normal(0, 1, 36) + 4 * (np.arange(36) >= 20), at),
        school_year,
    ],
)
def test_one_in_twenty_ordinary_series_at_most_is_taken_for_cumulative(make):
    assert kinds(make, 5)["none"] >= 0.95 * TRIES


def test_a_short_or_constant_series_is_not_judged():
    short = cumulative_input(dated(np.arange(12)))
    assert short.kind == "none"
    assert short.note == "A cumulative series needs 13 months with a value, 12 held."
    one = cumulative_input(dated(np.arange(1)))
    assert one.note.endswith("with a value, 1 held.")
    assert cumulative_input(dated([5] * 36)).kind == "none"


def test_a_year_to_date_count_is_found_with_months_absent():
    series = year_to_date(dated(np.random.default_rng(1).poisson(30, 30)))
    assert cumulative_input(series.drop(series.index[[5, 6, 17]])).kind == "year-to-date"


def test_two_values_in_a_month_are_refused():
    dates = pd.to_datetime([*pd.date_range("2021-01-01", periods=20, freq="MS"), "2021-03-15"])
    with pytest.raises(ValueError, match="one month"):
        cumulative_input(pd.Series(np.arange(21.0), dates))


def test_counts_come_apart_exactly():
    monthly = dated(np.random.default_rng(2).poisson(30, 30), "2021-04")
    assert uncumulate(year_to_date(monthly), measure="count").tolist() == monthly.tolist()


def test_percentages_come_apart_exactly_with_the_cases():
    met, cases = percentages(np.random.default_rng(3), "2021-04", 20)
    cumulative = year_to_date(met) / year_to_date(cases) * 100
    apart = uncumulate(cumulative, measure="percentage", denominator=year_to_date(cases))
    np.testing.assert_allclose(apart, met / cases * 100)


def test_a_month_after_a_gap_cannot_be_told_but_april_can():
    values = dated([10, 20, 30, 40], "2021-02")
    assert uncumulate(values, measure="count").isna().tolist() == [True, False, False, False]
    assert uncumulate(values.drop(values.index[1]), measure="count").tolist()[1:] == [30, 10]
    gap = uncumulate(dated([10, np.nan, 30], "2021-04"), measure="count")
    assert gap.isna().tolist() == [False, True, True]


def test_an_unknown_measure_is_refused():
    with pytest.raises(ValueError, match="use count or percentage"):
        uncumulate(dated([1, 2]), measure="rate")


def test_counts_that_fall_within_a_year_are_no_year_to_date():
    months = pd.date_range("2022-04-01", periods=24, freq="MS")
    monthly = pd.Series([30, 34, 29, 33, 31, 28, 35, 30, 32, 29, 31, 33] * 2, months)
    built = monthly.groupby(months.year + (months.month >= 4)).cumsum()
    rising = pd.DataFrame({"numerator": built, "denominator": 2.0 * built})
    assert cumulative_input(built, rising).kind == "year-to-date"
    falling = rising.assign(denominator=2.0 * monthly)
    assert cumulative_input(built, falling).kind == "none"
    assert cumulative_input(built, falling * np.nan).kind == "year-to-date"
    corrected = rising.copy()
    corrected.iloc[7] = corrected.iloc[6] - 2
    assert cumulative_input(built, corrected).kind == "year-to-date"
