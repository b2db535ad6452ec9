"""Stable series raise no more false signals than published; planted changes are found (seeded)."""

import numpy as np
import pandas as pd
import pytest

from analysis.methods.spc import latest_many, xmr_many

SERIES = 2_000


def flagged(matrix, **choices):
    """Share of series with any point flagged, and with the newest flagged."""
    count, points = matrix.shape
    table = pd.DataFrame(
        {
            "series": np.repeat(np.arange(count), points),
            "month": np.tile(pd.date_range("2020-01-01", periods=points, freq="MS"), count),
            "value": matrix.ravel(),
        }
    )
    charts = xmr_many(table, key="series", date="month", value="value", **choices)
    special = charts["variation"].ne("common").groupby(charts["series"]).any()
    return special.mean(), latest_many(charts)["variation"].ne("common").mean()


def no_more_than(share, published):
    """Not above the published share by more than chance among the simulated series."""
    return share <= published + 3 * np.sqrt(published * (1 - published) / SERIES)


@pytest.mark.parametrize(
    ("points", "any_flagged", "newest_flagged"),
    [(13, 0.08, 0.014), (24, 0.19, 0.016), (36, 0.29, 0.016), (60, 0.47, 0.019)],
)
@pytest.mark.parametrize("rules", ["making-data-count", "ptd-0.2.2"])
def test_stable_normal_series(points, any_flagged, newest_flagged, rules):
    matrix = np.random.default_rng(points).normal(50, 5, (SERIES, points))
    any_share, newest_share = flagged(matrix, rules=rules)
    assert no_more_than(any_share, any_flagged)
    assert no_more_than(newest_share, newest_flagged)


@pytest.mark.parametrize(
    ("mean", "any_flagged", "newest_flagged"),
    [(1, 0.66, 0.061), (2, 0.48, 0.037), (5, 0.36, 0.022), (20, 0.31, 0.018)],
)
def test_stable_counts(mean, any_flagged, newest_flagged):
    matrix = np.random.default_rng(mean).poisson(mean, (SERIES, 36)).astype(float)
    any_share, newest_share = flagged(matrix)
    assert no_more_than(any_share, any_flagged)
    assert no_more_than(newest_share, newest_flagged)


def test_a_step_of_three_deviations_is_found_and_sooner_with_limits_fixed_before_it():
    matrix = np.random.default_rng(7).normal(0, 1, (SERIES, 36))
    matrix[:, 24:] += 3
    own, fixed = flagged(matrix), flagged(matrix, fix_after=24)
    assert own[0] > 0.99 and own[1] > 0.75
    assert fixed[1] > 0.95


def test_screening_keeps_limits_near_the_truth_beside_an_outlier():
    matrix = np.random.default_rng(8).normal(0, 1, (SERIES, 36))
    matrix[:, 17] += 8
    widths = []
    for screen in (True, False):
        table = pd.DataFrame(
            {
                "series": np.repeat(np.arange(SERIES), 36),
                "month": np.tile(pd.date_range("2020-01-01", periods=36, freq="MS"), SERIES),
                "value": matrix.ravel(),
            }
        )
        charts = xmr_many(table, key="series", date="month", value="value", screen_outliers=screen)
        widths.append((charts["ucl"] - charts["mean"]).mean())
    assert widths == pytest.approx([2.98, 4.03], abs=0.1)
