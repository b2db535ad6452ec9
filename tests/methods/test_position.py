"""Which row describes the position: dated before undated, snapshots before comparison points."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.position import as_at_dates, position, rows_of_position

PAPER = pd.DataFrame(
    {
        "as_at": ["2021-05", "2021-08", "not given"],
        "agency_headcount": [13.0, np.nan, 22.0],
        "establishment_fte": [np.nan, np.nan, 133.0],
        "newly_qualified_completed_headcount": [np.nan, 7.0, np.nan],
        "source_row": [2, 3, 4],
    }
)


def test_a_month_means_its_last_day():
    assert as_at_dates(pd.Series(["2020-02"])).item() == pd.Timestamp("2020-02-29")


def test_a_date_that_is_no_date_is_refused():
    with pytest.raises(ValueError, match="must be a date"):
        as_at_dates(pd.Series(["2021-05", "in the spring"]))


def test_a_comparison_point_does_not_qualify_as_the_position():
    row = position(PAPER, "2021-08", ["agency_headcount"], snapshot="establishment_fte")
    assert row["agency_headcount"].item() == 22
    assert row["as_at"].item() == "not given"
    assert row["note"].item() == "date not given in the source"
    assert row["source_row"].item() == 4


def test_without_a_snapshot_the_dated_row_wins_over_the_undated():
    assert position(PAPER, "2021-08", ["agency_headcount"])["agency_headcount"].item() == 13


def test_the_snapshot_rule_rests_where_no_row_holds_the_snapshot():
    heads = PAPER.drop(columns="establishment_fte").iloc[:1]
    row = position(heads, "2021-08", ["agency_headcount"], snapshot="establishment_fte")
    assert row["agency_headcount"].item() == 13


def test_a_row_after_the_period_is_never_used():
    later = pd.DataFrame({"as_at": ["2021-07-31", "2021-09-30"], "agency_fte": [20.0, 25.0]})
    assert position(later, "2021-08", ["agency_fte"])["agency_fte"].item() == 20
    assert position(later, "2021-06", ["agency_fte"])["note"].item() == (
        "cannot be computed: no row is dated up to 2021-06"
    )


def test_a_missing_column_is_named_and_gives_no_number():
    row = position(PAPER, "2021-08", ["agency_fte", "inpost_fte"])
    assert row["agency_fte"].isna().item()
    assert row["note"].item() == "cannot be computed: columns agency_fte and inpost_fte missing"


def test_columns_that_never_stand_in_one_row_are_said():
    row = position(PAPER, "2021-08", ["agency_headcount", "newly_qualified_completed_headcount"])
    assert "no single row holds" in row["note"].item()


def test_an_empty_table_is_said():
    assert "no rows" in position(PAPER.iloc[:0], "2021-08", ["agency_headcount"])["note"].item()


def test_many_rows_of_the_latest_date_are_kept_together():
    table = pd.DataFrame({"as_at": ["2021-05", "2021-07", "2021-07"], "item": ["a", "b", "c"]})
    assert rows_of_position(table, "2021-08")["item"].tolist() == ["b", "c"]


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=20, unique=True),
    st.integers(0, 40),
)
def test_the_chosen_row_is_the_latest_up_to_the_period(months, end):
    start = pd.Period("2019-01", "M")
    table = pd.DataFrame(
        {"as_at": [str(start + month) for month in months], "n": [float(m) for m in months]}
    )
    row = position(table, start + end, ["n"])
    possible = [month for month in months if month <= end]
    if possible:
        assert row["n"].item() == max(possible)
    else:
        assert "cannot be computed" in row["note"].item()
