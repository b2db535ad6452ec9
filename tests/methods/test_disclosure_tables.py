import numpy as np
import pandas as pd
import pytest
from disclosure_attacks import random_counts, two_way, with_margins
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.methods.disclosure import (
    DisclosureError,
    audit,
    hide_complements,
    possible_ranges,
    suppress_table,
    suppress_tables,
)


def test_a_count_hidden_alone_takes_the_smallest_neighbour_that_leaves_five_between():
    plans = pd.Series({"North": 3, "South": 40, "West": 9, "East": 6, "Total": 58})
    assert suppress_table(plans, name="Plans").tolist() == ["[c]", 40, 9, "[c]", 58]


def test_zeros_are_shown_and_tables_without_small_counts_are_left_alone():
    plans = pd.Series({"North": 0, "South": 40, "West": 9, "Total": 49})
    assert suppress_table(plans, name="Plans").tolist() == [0, 40, 9, 49]


def test_two_ones_under_a_shown_total_are_not_enough():
    ones = pd.Series({"North": 1, "South": 1, "West": 30, "Total": 32})
    assert suppress_table(ones, name="Plans").tolist() == ["[c]", "[c]", "[c]", 32]


def test_where_all_are_ones_the_total_is_hidden():
    ones = pd.Series({f"team {i}": 1 for i in range(6)} | {"Total": 6})
    assert set(suppress_table(ones, name="Plans")) == {"[c]"}


def test_a_small_total_is_hidden_with_its_parts():
    small = pd.Series({"North": 1, "South": 0, "West": 2, "Total": 3})
    assert suppress_table(small, name="Plans").tolist() == ["[c]", 0, "[c]", "[c]"]


def test_a_group_that_is_all_in_one_cell_loses_a_zero_too():
    everyone = pd.Series({"neglect": 0, "emotional": 20, "physical": 0, "Total": 20})
    shown = suppress_table(everyone, name="Plans").tolist()
    assert shown[1] == "[c]"
    assert shown.count("[c]") == 2
    assert shown[3] == 20


def test_a_missing_cell_is_worked_out_as_a_reader_would():
    gaps = pd.Series({"North": np.nan, "South": 4.0, "West": 30.0, "Total": 50.0})
    shown = suppress_table(gaps, name="Plans")
    assert pd.isna(shown["North"])
    assert shown["South"] == "[c]"
    assert shown["West"] == 30  # the missing 16 covers the 4


def test_linked_tables_hide_a_shared_margin_in_both():
    counts = with_margins(np.array([[1, 1], [1, 2], [40, 50]]))
    ages = with_margins(np.array([[1, 1], [2, 1], [45, 45]]), columns="age")
    shown = suppress_tables({"by category": counts, "by age": ages})
    both = shown["by category"]["Total"], shown["by age"]["Total"]
    assert both[0].tolist() == both[1].tolist()
    assert both[0].iloc[0] == "[c]"


def test_tables_that_disagree_on_a_shared_cell_are_refused_without_a_value():
    counts, ages = two_way(1, (3, 3))["two-way"], two_way(2, (3, 3))["two-way"]
    with pytest.raises(DisclosureError, match="another number than in another table") as error:
        suppress_tables({"first": counts, "second": ages})
    assert not any(str(value) in str(error.value).split() for value in counts.to_numpy().ravel())


def test_parts_that_do_not_add_up_are_refused():
    with pytest.raises(DisclosureError, match="Plans: the parts of 'Total' do not add up"):
        suppress_table(pd.Series({"North": 3, "South": 40, "Total": 50}), name="Plans")


def test_a_count_that_published_figures_give_away_fails_closed_without_a_value():
    cells = pd.DataFrame(
        {"value": [3, 49, 52], "hidden": [True, False, False], "width": [5, 0, 0],
         "known": [False, True, True]}, index=["north", "south", "all"],
    )  # fmt: skip
    sums = pd.DataFrame({"total": ["all"] * 2, "part": ["north", "south"]})
    with pytest.raises(DisclosureError, match="Plans: 'north' cannot be protected") as error:
        hide_complements(cells, sums, table="Plans")
    assert not {"3", "49", "52"} & set(str(error.value).replace(",", " ").split())


def test_the_audit_refuses_what_can_be_worked_out_across_two_sums():
    sums = pd.DataFrame(
        {"total": ["all", "all", "b", "b"], "part": ["a", "b", "b1", "b2"],
         "breakdown": [1, 1, 2, 2]})  # fmt: skip
    shown = pd.Series({"a": np.nan, "b": np.nan, "b1": 20, "b2": 29, "all": 52})
    assert possible_ranges(shown, sums).loc["a"].tolist() == [3, 3]
    with pytest.raises(DisclosureError, match="give away 'a'"):
        audit(shown, sums, {"a": 5}, table="Plans")
    with pytest.raises(DisclosureError, match="give away 'b1'"):
        audit(shown, sums, {"b1": 5}, table="Plans")


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), rows=st.integers(1, 4), columns=st.integers(1, 4))
def test_suppressing_a_suppressed_table_changes_nothing(seed, rows, columns):
    table = with_margins(random_counts(seed, rows, columns))
    once = suppress_table(table, name="Plans")
    pd.testing.assert_frame_equal(suppress_table(once, name="Plans"), once)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), threshold=st.integers(5, 12))
def test_a_larger_threshold_never_shows_a_count_that_it_calls_small(seed, threshold):
    table = with_margins(random_counts(seed, 3, 3))
    shown = suppress_table(table, name="Plans", threshold=threshold)
    small = ((table >= 1) & (table <= threshold)).to_numpy()
    hidden = shown.eq("[c]").to_numpy()
    assert hidden[small].all()
    assert (shown.to_numpy()[~hidden] == table.to_numpy()[~hidden]).all()
