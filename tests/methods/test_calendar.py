"""England's working days, to the day."""

import datetime as dt
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.methods import calendar
from analysis.methods.calendar import (
    add_working_days,
    as_at_date,
    bank_holidays,
    financial_year_start,
    month_of,
    working_days_between,
    working_days_in_month,
)

DAYS = st.dates(dt.date(2010, 2, 1), dt.date(2030, 10, 1))


def test_fifteen_working_days_over_easter_2026():
    assert add_working_days("2026-04-02", 15) == pd.Timestamp("2026-04-27")
    assert add_working_days("2026-04-02", 15, start_day="counted") == pd.Timestamp("2026-04-24")


def test_fifteen_working_days_over_christmas_2020():
    assert add_working_days("2020-12-18", 15) == pd.Timestamp("2021-01-13")
    assert add_working_days("2020-12-18", 15, start_day="counted") == pd.Timestamp("2021-01-12")


@pytest.mark.parametrize("day", ["2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"])
def test_one_off_bank_holidays_are_not_worked(day):
    assert working_days_between(day, day, start_day="counted") == 0


def test_march_to_august_has_126_working_days_in_2020_and_127_in_2021():
    sums = [
        working_days_in_month(pd.date_range(f"{year}-03-01", periods=6, freq="MS")).sum()
        for year in (2020, 2021)
    ]
    assert sums == [126, 127]


def test_the_bank_holidays_of_england_are_eight_a_year_but_for_one_off_years():
    years = pd.Series([day.year for day in bank_holidays()]).value_counts()
    assert years[[2019, 2020, 2021, 2024]].tolist() == [8, 8, 8, 8]
    assert years[[2011, 2012, 2022, 2023]].tolist() == [9, 9, 10, 9]


def test_scotlands_holidays_are_worked_in_england():
    assert working_days_between("2024-01-02", "2024-01-02", start_day="counted") == 1


def test_a_closure_day_is_not_worked():
    assert working_days_between("2021-12-23", "2021-12-30") == 3
    assert working_days_between("2021-12-23", "2021-12-30", closure_days=["2021-12-29"]) == 2


def test_a_start_on_sunday_under_each_rule():
    between = {
        rule: working_days_between("2021-04-11", "2021-04-13", start_day=rule)
        for rule in calendar.START_DAY_RULES
    }
    assert between == {"excluded": 2, "counted": 2, "rolled": 1}


def test_an_end_before_the_start_is_negative():
    assert working_days_between("2021-04-13", "2021-04-12") == -1


@pytest.mark.parametrize("day", ["2009-12-31", "2031-01-01"])
def test_a_date_outside_the_calendar_is_an_error_that_names_it(day):
    with pytest.raises(ValueError, match=day):
        working_days_between(day, "2021-04-13")


def test_a_result_outside_the_calendar_is_an_error():
    with pytest.raises(ValueError, match="2031"):
        add_working_days("2030-12-30", 10)


def test_an_unknown_rule_and_no_days_are_errors():
    with pytest.raises(ValueError, match="start_day"):
        working_days_between("2021-04-13", "2021-04-14", start_day="inclusive")
    with pytest.raises(ValueError, match="at least 1"):
        add_working_days("2021-04-13", 0)


def test_a_missing_date_gives_a_missing_count_and_keeps_the_index():
    start = pd.Series(pd.to_datetime(["2021-04-13", None]), index=["x", "y"])
    end = pd.Series(pd.to_datetime(["2021-04-15"] * 2), index=["x", "y"])
    counted = working_days_between(start, end)
    assert counted["x"] == 2
    assert pd.isna(counted["y"])


@settings(deadline=None)
@given(DAYS, st.integers(1, 45), st.sampled_from(calendar.START_DAY_RULES))
def test_the_deadline_is_as_many_working_days_away_as_were_added(day, days, rule):
    reached = add_working_days(day, days, start_day=rule)
    assert working_days_between(day, reached, start_day=rule) == days
    assert working_days_between(reached, reached, start_day="counted") == 1


@settings(deadline=None)
@given(DAYS, st.integers(0, 90))
def test_working_days_agree_with_a_walk_from_day_to_day(day, length):
    holidays = set(bank_holidays())
    end = day + dt.timedelta(days=length)
    walked = sum(
        walk.weekday() < 5 and walk not in holidays
        for walk in (day + dt.timedelta(days=step) for step in range(1, length + 1))
    )
    assert working_days_between(day, end) == walked


@settings(deadline=None)
@given(st.lists(st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2060, 1, 1)), max_size=8))
@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_months_and_days_are_those_of_pandas_in_every_unit(unit, dates):
    series = pd.Series([*dates, pd.NaT], dtype=f"datetime64[{unit}]")
    months = month_of(series)
    expected = series.dt.to_period("M").dt.to_timestamp()
    assert months.astype("datetime64[s]").equals(expected.astype("datetime64[s]").rename("month"))
    assert np.array_equal(
        calendar.whole_days(series), series.to_numpy("datetime64[D]"), equal_nan=True
    )


def test_the_financial_year_begins_in_april():
    assert str(financial_year_start("2021-03")) == "2020-04"
    assert str(financial_year_start("2021-04")) == "2021-04"


def test_an_as_at_month_means_its_last_day_and_nonsense_is_an_error():
    assert as_at_date("2024-02") == pd.Timestamp("2024-02-29")
    assert pd.isna(as_at_date("not given"))
    with pytest.raises(ValueError, match="last week"):
        as_at_date("last week")


def test_importing_the_calendar_does_not_import_holidays():
    code = "import sys, analysis.methods.calendar; print('holidays' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
