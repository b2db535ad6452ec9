"""Many charts at once give what one at a time gives; and what holds of every chart."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.methods.spc import COLUMNS, latest, latest_many, xmr, xmr_many

MIRROR = {
    "none": "none",
    "astronomical_high": "astronomical_low",
    "trend_up": "trend_down",
    "two_of_three_high": "two_of_three_low",
    "shift_high": "shift_low",
}
MIRROR |= {low: high for high, low in MIRROR.items()}
# Eighths add without rounding, so that a tie stays a tie when a constant is added.
eighths = st.integers(-400, 400).map(lambda number: number / 8)
values_or_gaps = st.lists(st.one_of(eighths, st.just(np.nan)), min_size=1, max_size=40)
rule_sets = st.sampled_from(["making-data-count", "ptd-0.2.2"])


def monthly(values):
    return pd.Series(values, pd.date_range("2021-04-01", periods=len(values), freq="MS"))


@settings(max_examples=60, deadline=None)
@given(values_or_gaps, st.integers(-64, 64), rule_sets)
def test_adding_a_constant_shifts_the_limits_and_changes_no_rule(values, constant, rules):
    before = xmr(monthly(values), rules=rules)
    after = xmr(monthly(values) + constant, rules=rules)
    for name in ("mean", "lcl", "ucl"):
        np.testing.assert_allclose(after[name], before[name] + constant, atol=1e-9)
    on_limit = np.isclose(before["value"], before["ucl"]) | np.isclose(
        before["value"], before["lcl"]
    )
    if not on_limit.any():
        assert after["rule_trend"].equals(before["rule_trend"])
        assert after["rule_astronomical"].equals(before["rule_astronomical"])


@settings(max_examples=60, deadline=None)
@given(values_or_gaps)
def test_negating_values_and_direction_mirrors_every_rule_and_keeps_every_meaning(values):
    up = xmr(monthly(values), improvement="increase")
    down = xmr(-monthly(values), improvement="decrease")
    assert down["rule"].tolist() == [MIRROR[rule] for rule in up["rule"]]
    assert down["variation"].tolist() == up["variation"].tolist()
    np.testing.assert_array_equal(down["lcl"], -up["ucl"])
    np.testing.assert_array_equal(down["side"], -up["side"])


@settings(max_examples=40, deadline=None)
@given(st.lists(values_or_gaps, min_size=1, max_size=5), rule_sets, st.booleans())
def test_many_charts_equal_one_at_a_time(lists, rules, screen):
    series = {f"K{place}": monthly(values) for place, values in enumerate(lists)}
    long = pd.concat(
        [
            pd.DataFrame({"kpi": key, "month": s.index, "pct": s.to_numpy()})
            for key, s in series.items()
        ]
    ).sample(frac=1, random_state=3)
    choices = {"rules": rules, "screen_outliers": screen, "target": 5.0}
    charts = xmr_many(long, key="kpi", date="month", value="pct", **choices)
    verdicts = latest_many(charts)
    for key, one in series.items():
        alone = xmr(one, **choices)
        together = charts[charts["kpi"] == key].set_index("month")[list(COLUMNS)]
        pd.testing.assert_frame_equal(together, alone, check_names=False, check_freq=False)
        expected = latest(alone).drop(["note", "target"])
        assert verdicts.loc[key, expected.index].astype(object).equals(expected.rename(key))


def two_kpis():
    months = pd.date_range("2022-01-01", periods=14, freq="MS")
    return pd.DataFrame(
        {
            "kpi": ["A"] * 14 + ["B"] * 14,
            "month": [*months, *months],
            "pct": [9.0, 11] * 7 + [29.0, 31] * 7,
            "target_pct": [5.0] * 13 + [50.0] + [5.0] * 14,
        }
    )


def charts_of(**choices):
    return xmr_many(two_kpis(), key="kpi", date="month", value="pct", **choices)


def test_direction_target_and_rebase_may_differ_by_key():
    charts = charts_of(
        improvement={"A": "decrease", "B": "increase"},
        target={"A": 50.0},
        rebase={"B": ["2022-08-01"]},
    )
    assert charts.groupby("kpi")["segment"].max().to_dict() == {"A": 1, "B": 2}
    assert latest_many(charts)["assurance"].to_dict() == {"A": "pass", "B": "none"}
    assert charts.groupby("kpi")["improvement"].first().to_dict() == {
        "A": "decrease",
        "B": "increase",
    }


def test_the_target_may_be_a_column_and_the_newest_counts():
    assert latest_many(charts_of(target="target_pct"))["assurance"].to_dict() == {
        "A": "fail",
        "B": "pass",
    }


def test_dates_for_all_rebase_every_series():
    assert charts_of(rebase=["2022-08-01"]).groupby("kpi")["segment"].max().tolist() == [2, 2]


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"target": {"C": 1.0}}, "target names C"),
        ({"improvement": {"A": "increase"}}, "does not say which for B"),
        ({"improvement": {"A": "increase", "B": "better"}}, "improvement is better"),
        ({"rebase": {"C": ["2022-08-01"]}}, "rebase names C"),
        ({"rebase": {"B": ["2022-08-02"]}}, "No point is dated 2022-08-02"),
    ],
)
def test_a_choice_for_a_key_that_is_not_there_is_an_error(choice, message):
    with pytest.raises(ValueError, match=message):
        charts_of(**choice)


def test_dates_given_twice_are_named_with_their_key():
    table = pd.concat([two_kpis(), two_kpis().iloc[[20]]])
    with pytest.raises(ValueError, match=r"2022-07-01 \(B\)"):
        xmr_many(table, key="kpi", date="month", value="pct")


def test_points_without_a_key_are_refused():
    table = two_kpis()
    table.loc[0, "kpi"] = None
    with pytest.raises(ValueError, match="1 of 28 points have no key"):
        xmr_many(table, key="kpi", date="month", value="pct")


def test_charts_in_another_order_are_refused():
    charts = charts_of().sort_values("month")
    with pytest.raises(ValueError, match="not in order of kpi and month"):
        latest_many(charts)


def test_no_points_make_no_charts():
    charts = xmr_many(two_kpis().iloc[:0], key="kpi", date="month", value="pct")
    assert charts.empty and latest_many(charts).empty


def test_the_callers_table_is_left_alone():
    table = two_kpis()
    charts = xmr_many(table, key="kpi", date="month", value="pct")
    charts.loc[0, ["value", "mean"]] = -99.0
    charts.loc[0, "month"] = pd.Timestamp("1999-01-01")
    pd.testing.assert_frame_equal(table, two_kpis())
