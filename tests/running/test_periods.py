"""The month that a report ends with agrees with what its pages call complete."""

import pandas as pd
import pytest

from analysis.measures.demand import contacts_by_month
from analysis.running.periods import last_complete_month


def totals(**as_at_by_month: str) -> pd.DataFrame:
    months = pd.to_datetime([f"{name[1:5]}-{name[5:]}-01" for name in as_at_by_month])
    return pd.DataFrame(
        {"month": months, "contacts": [90 + n for n in range(len(months))],
         "as_at": list(as_at_by_month.values())}
    )  # fmt: skip


def daily(first: str, last: str, as_at: str) -> pd.DataFrame:
    days = pd.bdate_range(first, last).repeat(8)
    return pd.DataFrame({"contact_date": days, "child_id": range(len(days)), "as_at": as_at})


def test_a_total_given_inside_its_month_is_not_the_end_of_a_report():
    table = totals(m202107="2021-09-01", m202108="2021-09-01", m202109="2021-09-10")
    assert last_complete_month({"contacts_monthly": table}) == pd.Period("2021-08", "M")


def test_a_total_without_a_date_is_taken_as_whole():
    table = totals(m202108="not given", m202109="not given")
    assert last_complete_month({"contacts_monthly": table}) == pd.Period("2021-09", "M")


@pytest.mark.parametrize(
    ("as_at", "expected"),
    [
        ("2021-10-29", "2021-10"),  # a Friday: no working day of October is left
        ("2021-10-28", "2021-09"),
        ("not given", "2021-10"),
    ],
)
def test_an_extract_of_the_last_working_day_holds_its_month(as_at, expected):
    end = "2021-10-29" if as_at == "not given" else as_at
    found = last_complete_month({"contacts": daily("2021-06-01", end, as_at)})
    assert found == pd.Period(expected, "M")


def test_contacts_that_end_inside_a_month_end_the_report_before_it():
    table = daily("2021-06-01", "2021-08-12", "2021-09-03")
    assert last_complete_month({"contacts": table}) == pd.Period("2021-07", "M")


def test_a_first_month_that_begins_late_can_end_a_report():
    table = daily("2021-08-12", "2021-09-03", "2021-09-03")
    assert last_complete_month({"contacts": table}) == pd.Period("2021-08", "M")


def test_without_a_complete_month_there_is_none():
    assert last_complete_month({}) is None
    empty = totals(m202108="2021-09-01").iloc[:0]
    assert last_complete_month({"contacts_monthly": empty}) is None
    assert (
        last_complete_month({"contacts": daily("2021-08-02", "2021-08-12", "2021-08-12")}) is None
    )


@pytest.mark.parametrize("end", pd.date_range("2021-08-02", "2021-10-05", freq="3D").astype("str"))
def test_the_pages_call_that_month_complete(end):
    table = daily("2021-06-01", end, end)
    period = last_complete_month({"contacts": table})
    by_month = contacts_by_month(table, period).set_index("month")
    assert by_month.loc[period.to_timestamp(), "complete"]
    assert period >= pd.Period(end, "M") - 1
