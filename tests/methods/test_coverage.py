"""From where to where a table of records is held whole."""

import numpy as np
import pandas as pd

from analysis.methods.coverage import partial_months, starts_held_from

DAILY = pd.Series(pd.date_range("2021-03-10", "2021-08-31").repeat(20))
LONG_AGO = pd.Series(pd.to_datetime(["2007-05-14", "2009-12-20"]))


def test_a_child_looked_after_since_before_the_calendar_does_not_stop_the_count():
    days = pd.concat([LONG_AGO, DAILY], ignore_index=True)
    assert partial_months(days, pd.NaT) == partial_months(DAILY, pd.NaT)
    assert partial_months(days.to_numpy(), pd.NaT) == partial_months(DAILY, pd.NaT)


def test_records_of_another_age_alone_are_no_records():
    assert partial_months(LONG_AGO, pd.NaT) == (pd.Timestamp.max, {})


def test_starts_are_held_from_the_first_end_however_old_a_start_is():
    care = pd.DataFrame(
        {
            "start_date": pd.to_datetime(["2008-02-01", "2021-03-10", "2021-04-01"]),
            "end_date": pd.to_datetime([None, "2021-05-12", None]),
        }
    )
    first = starts_held_from(care, "start_date", ["end_date"], pd.NaT)
    assert first == pd.Timestamp("2021-05-01")
    assert np.isfinite(first.value)
