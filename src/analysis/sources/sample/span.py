"""The months that a sample covers and England's working days within them."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from analysis.methods import calendar
from analysis.methods.calendar import DAY

BURN_IN_MONTHS = 24  # so that plans and periods of care are under way on the first day
EXTRACT_LAG_DAYS = 5


@dataclass(frozen=True)
class Span:
    """The months of a sample and the days that follow from them."""

    months: int
    last_month: pd.Period

    @property
    def first_month(self) -> pd.Period:
        """The first month of the extracts."""
        return self.last_month - (self.months - 1)

    @property
    def periods(self) -> pd.PeriodIndex:
        """Every month of the extracts."""
        return pd.period_range(self.first_month, self.last_month, freq="M")

    @property
    def first_day(self) -> np.datetime64:
        """The first day that the extracts cover."""
        return _day(self.first_month)

    @property
    def last_day(self) -> np.datetime64:
        """The last day that the extracts cover."""
        return _day(self.last_month + 1) - DAY

    @property
    def burn_in_day(self) -> np.datetime64:
        """The day from which children's journeys are followed, before the extracts start."""
        return _day(self.first_month - BURN_IN_MONTHS)

    @property
    def as_at(self) -> np.datetime64:
        """The day on which the extracts were taken: completions up to it are known."""
        return self.last_day + EXTRACT_LAG_DAYS * DAY

    def month(self, before_last: int) -> pd.Period:
        """Return the month so many before the last one."""
        return self.last_month - before_last


def _day(month: pd.Period) -> np.datetime64:
    """Return the first day of a month."""
    return np.datetime64(str(month), "D")


def month_ends(months: pd.PeriodIndex) -> np.ndarray:
    """Return the last day of each month, as datetime64[D]."""
    return (months + 1).to_timestamp().to_numpy().astype("datetime64[D]") - DAY


def month_start(dates: np.ndarray) -> np.ndarray:
    """Return the first day of each date's month, as datetime64[D]."""
    return dates.astype("datetime64[M]").astype("datetime64[D]")


@cache
def _england() -> np.busdaycalendar:
    """Return England's working week and bank holidays."""
    return np.busdaycalendar(holidays=np.array(calendar.bank_holidays(), "datetime64[D]"))


def bank_holidays() -> np.ndarray:
    """Return England's bank holidays."""
    return _england().holidays


def add_working_days(dates: np.ndarray, days: np.ndarray | int) -> np.ndarray:
    """Return each date moved on by working days; a day off counts as the next working day."""
    return np.busday_offset(dates, days, roll="forward", busdaycal=_england())


def working_days_between(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the working days from start to end, the first day excluded, the last included."""
    return np.busday_count(start + DAY, end + DAY, busdaycal=_england())
