"""Figures of several cuts in several months, worked together."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.methods.calendar import months_of_days, whole_days
from analysis.methods.stays import in_force_at


@dataclass(frozen=True)
class CutMonths:
    """The cells that figures stand in, one a cut (a team, a role) and month, cut by cut.

    Tables carry the number of their cut in ``cut``. All cells are worked at once: a table for
    each would cost more than all the sums in them.

    Examples
    --------
    >>> months = pd.period_range("2021-05", "2021-06", freq="M")
    >>> stays = pd.DataFrame({"who": ["a", "b"], "cut": [0, 1],
    ...     "start_date": pd.to_datetime(["2021-05-01", "2021-06-01"]),
    ...     "end_date": pd.to_datetime([None, None])})
    >>> cells = CutMonths(("North", "South"), months)
    >>> cells.people(cells.in_force(stays), "who").tolist()
    [1, 1, 0, 1]
    """

    cuts: tuple[str, ...]
    months: pd.PeriodIndex

    @cached_property
    def ends(self) -> pd.DatetimeIndex:
        """Last days of the months."""
        return pd.DatetimeIndex(self.months.to_timestamp(how="end").normalize()).as_unit("us")

    @property
    def count(self) -> int:
        """How many cells there are."""
        return len(self.cuts) * len(self.ends)

    def frame(self) -> pd.DataFrame:
        """One row a cell: ``cut``, ``month``, ``as_at``."""
        months = {
            "month": self.months.to_timestamp().as_unit("us"),
            "as_at": self.ends.strftime("%Y-%m-%d"),
        }
        each = pd.DataFrame(months)
        return pd.DataFrame({"cut": self.cuts}).merge(each, how="cross")

    def of(self, cut: pd.Series, day: pd.Series) -> np.ndarray:
        """Number of the cell that each row's cut and day lie in; -1 outside the months."""
        month = months_of_days(whole_days(day)).astype("int64") - self.months[0].ordinal
        inside = (month >= 0) & (month < len(self.months))
        return np.where(inside, cut.to_numpy() * len(self.months) + month, -1)

    def in_force(self, stays: pd.DataFrame) -> pd.DataFrame:
        """The stays in force at each month's end, with ``day`` and ``cell``."""
        now = in_force_at(stays, self.ends)
        return now.assign(cell=self.of(now["cut"], now["day"]))

    def summed(self, rows: pd.DataFrame, column: str) -> pd.Series:
        """Sum of a column in each cell, 0 where there are no rows."""
        return rows.groupby("cell")[column].sum().reindex(range(self.count), fill_value=0)

    def people(self, rows: pd.DataFrame, who: str) -> pd.Series:
        """Count different people in each cell, 0 where there are no rows."""
        person, cell = pd.factorize(rows[who])[0], rows["cell"].to_numpy()
        known = (person >= 0) & (cell >= 0)
        once = np.unique(person[known] * self.count + cell[known])
        return pd.Series(np.bincount(once % self.count, minlength=self.count))

    def holding(self, rows: pd.DataFrame) -> np.ndarray:
        """Tell the cells whose cut has rows: without any a figure is missing, never 0."""
        has = np.isin(np.arange(len(self.cuts)), rows["cut"])
        return np.repeat(has, len(self.ends))

    def by_cut(self, figures: Callable[[int], Any]) -> pd.Series:
        """Figures of one cut, by month or the same for all months, for every cut."""
        each = [np.broadcast_to(figures(cut), len(self.ends)) for cut in range(len(self.cuts))]
        return pd.Series(np.concatenate(each))
