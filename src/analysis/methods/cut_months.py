"""Figures of several cuts in several months, worked together."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
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
    >>> row, cell = cells.in_force(stays)
    >>> cells.people(stays["who"].iloc[row], cell).tolist()
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
        months = self.months.to_timestamp().as_unit("us").to_numpy()
        return pd.DataFrame(
            {
                "cut": np.repeat(np.array(self.cuts, dtype=object), len(months)),
                "month": np.tile(months, len(self.cuts)),
                "as_at": self.ends.strftime("%Y-%m-%d").tolist() * len(self.cuts),
            }
        )

    def of(self, cut: pd.Series, day: pd.Series) -> np.ndarray:
        """Number of the cell that each row's cut and day lie in; -1 outside the months."""
        month = months_of_days(whole_days(day)).astype("int64") - self.months[0].ordinal
        inside = (month >= 0) & (month < len(self.months))
        return np.where(inside, cut.to_numpy() * len(self.months) + month, -1)

    def in_force(self, stays: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the stays in force at each month's end, by place, and the cell of each."""
        row, month = in_force_at(stays, self.ends)
        return row, stays["cut"].to_numpy()[row] * len(self.ends) + month

    def end_of(self, cell: np.ndarray) -> pd.DatetimeIndex:
        """Last day of each cell's month."""
        return self.ends[cell % len(self.ends)]

    def summed(self, figures: np.ndarray, cell: np.ndarray) -> np.ndarray:
        """Sum of the figures in each cell, 0 where there are none."""
        sums = pd.Series(np.asarray(figures, "float64")).groupby(cell).sum()
        return sums.reindex(range(self.count), fill_value=0.0).to_numpy()

    def people(self, person: np.ndarray, cell: np.ndarray) -> np.ndarray:
        """Count different people in each cell, 0 where there are none."""
        number = pd.factorize(np.asarray(person))[0]
        known = (number >= 0) & (cell >= 0)
        once = np.unique(number[known] * self.count + cell[known])
        return np.bincount(once % self.count, minlength=self.count)

    def holding(self, cut: pd.Series) -> np.ndarray:
        """Tell the cells whose cut has rows: without any a figure is missing, never 0."""
        has = np.isin(np.arange(len(self.cuts)), cut)
        return np.repeat(has, len(self.ends))

    def by_cut(self, cut: np.ndarray, figures: Callable[[slice], Any]) -> np.ndarray:
        """Figures of each cut's rows, which stand together, by month or the same for all months."""
        edges = cut.searchsorted(range(len(self.cuts) + 1)).tolist()
        own = [figures(slice(*ends)) for ends in pairwise(edges)]
        return np.concatenate([np.broadcast_to(each, len(self.ends)) for each in own])
