"""Events before and after, for the same person."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.methods.recurrence import months_after, next_date, previous_date, year_before

EVENTS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 30)), max_size=30)


def columns(events):
    ids = pd.Series([person for person, _ in events], dtype="str")
    days = pd.Series([pd.Timestamp("2021-01-01") + pd.Timedelta(days=day) for _, day in events])
    return ids, days.astype("datetime64[us]")


@settings(deadline=None)
@given(EVENTS)
def test_the_previous_date_is_that_of_a_plain_search(events):
    ids, days = columns(events)
    expected = [
        max([d for p, d in events if p == person and d < day], default=None)
        for person, day in events
    ]
    found = pd.Series(previous_date(ids, days)) - pd.Timestamp("2021-01-01")
    assert [None if pd.isna(f) else f.days for f in found] == expected


@settings(deadline=None)
@given(EVENTS, EVENTS)
def test_the_next_date_is_that_of_a_plain_search(events, later):
    expected = [
        min([d for p, d in later if p == person and d >= day], default=None)
        for person, day in events
    ]
    found = pd.Series(next_date(*columns(events), *columns(later))) - pd.Timestamp("2021-01-01")
    assert [None if pd.isna(f) else f.days for f in found] == expected


def test_a_missing_person_or_date_has_no_previous_event():
    ids = pd.Series(["a", None, "a", None])
    days = pd.Series(pd.to_datetime(["2021-01-01", "2021-01-01", None, "2021-02-01"]))
    assert np.isnat(previous_date(ids, days)).all()


def test_a_year_before_and_months_after_at_the_ends_of_february():
    assert str(year_before(np.array(["2024-02-29"], "datetime64[D]"))[0]) == "2023-02-28"
    assert str(year_before(np.array(["2025-02-28"], "datetime64[D]"))[0]) == "2024-02-28"
    assert str(months_after(np.array(["2023-11-30"], "datetime64[D]"), 3)[0]) == "2024-02-29"
