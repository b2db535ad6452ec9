"""Contacts: what is counted, what is whole, and how much they vary."""

import numpy as np
import pandas as pd
import pytest

from analysis.measures.demand import (
    contact_children_by_month,
    contacts_by_month,
    contacts_dispersion,
    contacts_restated,
)


def totals(counts, first="2021-01", **columns):
    months = pd.date_range(first, periods=len(counts), freq="MS")
    return pd.DataFrame({"month": months, "contacts": counts} | columns)


def records(first, last, a_day=20, as_at=None, seed=0):
    rng = np.random.default_rng(seed)
    days = pd.date_range(first, last).repeat(a_day)
    table = pd.DataFrame(
        {"contact_date": days, "child_id": rng.integers(0, 900, len(days)).astype(str)}
    )
    table["source"] = rng.choice(["police", "schools"], len(days))
    return table if as_at is None else table.assign(as_at=as_at)


def test_records_are_counted_once_each_by_month():
    table = contacts_by_month(records("2021-01-01", "2021-03-31"), "2021-03")
    assert table["contacts"].tolist() == [620, 560, 620]
    assert table["complete"].all()
    assert table["note"].eq("").all()


def test_a_latest_month_that_the_extract_holds_in_part_is_marked():
    held = records("2021-01-01", "2021-03-17", as_at="2021-03-17")
    row = contacts_by_month(held, "2021-03").iloc[-1]
    assert (row["contacts"], bool(row["complete"])) == (340, False)
    assert row["note"] == "partial: the extract is dated 17 March 2021"


def test_records_that_stop_before_the_extracts_date_mark_their_month():
    held = records("2021-01-01", "2021-03-17", as_at="2021-03")
    assert contacts_by_month(held, "2021-03")["note"].iloc[-1] == (
        "partial: the records end on 17 March 2021"
    )


def test_an_extract_of_the_last_working_day_holds_its_month():
    held = records("2021-01-01", "2021-01-29", as_at="2021-01-29")  # a Friday; 30 and 31 follow
    assert contacts_by_month(held, "2021-01")["complete"].all()


def test_a_first_month_that_begins_inside_it_is_marked():
    table = contacts_by_month(records("2021-01-18", "2021-03-31"), "2021-03")
    assert table["note"].iloc[0] == "partial: the records begin on 18 January 2021"


def test_an_absent_month_is_a_row_without_a_count():
    held = records("2021-01-01", "2021-04-30")
    held = held[held["contact_date"].dt.month != 2]
    row = contacts_by_month(held, "2021-04").iloc[1]
    assert pd.isna(row["contacts"])
    assert row["note"] == "no contacts held for this month"


def test_months_after_the_period_are_left_out_and_months_before_it_without_data_stay():
    held = totals([5, 6, 7])
    assert contacts_by_month(held, "2021-02")["contacts"].tolist() == [5, 6]
    assert (
        contacts_by_month(held, "2021-05")["contacts"].isna().tolist() == [False] * 3 + [True] * 2
    )


def test_months_out_of_order_are_put_in_order():
    assert contacts_by_month(totals([5, 6, 7])[::-1], "2021-03")["contacts"].tolist() == [5, 6, 7]


def test_a_month_given_twice_counts_once_or_not_at_all():
    same = pd.concat([totals([5, 6]), totals([5])], ignore_index=True)
    table = contacts_by_month(same, "2021-02")
    assert table["contacts"].tolist() == [5, 6]
    assert table["note"].iloc[0] == "given 2 times with the same count: counted once"
    apart = pd.concat([totals([5, 6]), totals([9])], ignore_index=True)
    row = contacts_by_month(apart, "2021-02").iloc[0]
    assert pd.isna(row["contacts"])
    assert row["note"] == "given 2 times with different counts (5 and 9): not used"


def test_of_two_extracts_the_newer_count_stands():
    stacked = pd.concat(
        [totals([5], as_at="2021-02-28"), totals([9], as_at="2021-03-31")], ignore_index=True
    )
    assert contacts_by_month(stacked, "2021-01")["contacts"].tolist() == [9]


def test_a_month_of_nought_is_kept_and_said():
    row = contacts_by_month(totals([5, 0]), "2021-02").iloc[1]
    assert row["contacts"] == 0
    assert row["note"] == "given as 0 contacts: check the extract"


def test_a_total_whose_extract_is_dated_inside_the_month_is_partial():
    held = totals([50, 20], as_at="2021-02-10")
    table = contacts_by_month(held, "2021-02")
    assert table["complete"].tolist() == [True, False]


def test_a_cut_counts_every_value_in_every_month_and_sums_to_the_whole():
    held = records("2021-01-01", "2021-03-31")
    held.loc[:9, "source"] = None
    table = contacts_by_month(held, "2021-03", by=["source"])
    assert set(table["source"]) == {"police", "schools", "not recorded"}
    assert len(table) == 9
    assert table.groupby("month")["contacts"].sum().tolist() == [620, 560, 620]
    assert table.loc[table["source"].eq("not recorded"), "contacts"].tolist() == [10, 0, 0]


def test_a_cut_without_its_column_says_so_and_counts_nothing():
    for table in (totals([5]), records("2021-01-01", "2021-01-31").drop(columns="source")):
        found = contacts_by_month(table, "2021-01", by=["source"])
        assert found["contacts"].isna().all()
        assert found["note"].str.contains("column source missing").all()
        assert not found["complete"].any()


def test_records_without_a_usable_date_are_counted_in_the_note():
    held = records("2021-01-01", "2021-01-31")
    held.loc[0, "contact_date"] = pd.NaT
    held.loc[1, "contact_date"] = pd.Timestamp("1921-01-01")
    table = contacts_by_month(held, "2021-01")
    assert table["contacts"].tolist() == [618]
    assert table["note"].tolist() == ["records without a usable date, not counted: 2"]


def test_an_empty_table_gives_the_period_without_a_count():
    for table in (records("2021-01-01", "2021-01-31")[:0], totals([5])[:0]):
        row = contacts_by_month(table, "2021-03")
        assert row["contacts"].isna().tolist() == [True]
        assert row["note"].tolist() == ["no contacts held for this month"]


def test_a_table_that_is_neither_is_an_error():
    with pytest.raises(ValueError, match="contact_date"):
        contacts_by_month(pd.DataFrame({"date": []}), "2021-01")


def test_children_and_child_days_are_those_of_a_plain_count():
    held = records("2020-12-01", "2021-03-31", a_day=40)
    table = contact_children_by_month(held, "2021-03")
    month = held["contact_date"].dt.to_period("M")
    assert table["children"].tolist() == held.groupby(month)["child_id"].nunique().tolist()
    days = held.drop_duplicates(["child_id", "contact_date"]).groupby(month).size()
    assert table["child_days"].tolist() == days.tolist()


def test_children_cannot_be_counted_from_totals():
    table = contact_children_by_month(totals([5]), "2021-01")
    assert table["children"].isna().all()
    assert table["note"].str.startswith("cannot be computed: column child_id missing").all()


def test_restated_months_are_those_that_both_extracts_hold_whole():
    before = contacts_by_month(totals([50, 60, 20], as_at="2021-03-10"), "2021-03")
    now = contacts_by_month(totals([50, 66, 70], as_at="2021-04-30"), "2021-03")
    table = contacts_restated(now, before)
    assert table[["contacts", "contacts_before", "difference"]].to_numpy().tolist() == [[66, 60, 6]]


def test_dispersion_says_what_it_rests_on():
    rng = np.random.default_rng(1)
    long = totals(rng.poisson(500, 36), first="2018-01")
    assert contacts_dispersion(long, "2020-12").basis == "month to month variation"
    assert contacts_dispersion(totals([500] * 6), "2021-06").basis == "stated default of 3"
    year = records("2021-01-01", "2021-12-31")
    assert contacts_dispersion(year, "2021-12").basis in (
        "weekly variation",
        "repeat contacts of the same child in a month",
    )
