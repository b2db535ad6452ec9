"""Columns as a council's extract has them: record numbers, Yes and No, dates known by a day."""

import numpy as np
import pandas as pd

NEVER = np.datetime64("NaT", "D")
ADULT = np.timedelta64(18 * 12, "M")


def team_of(teams: tuple[str, ...], rows: pd.DataFrame) -> np.ndarray:
    """Return the team of each child: a child stays with one team of each kind."""
    return np.array(teams, dtype=object)[rows["child"].to_numpy(dtype="int64") % len(teams)]


def numbered(prefix: str, count: int) -> np.ndarray:
    """Return record numbers that no system uses."""
    return np.array([f"{prefix}{number:07d}" for number in range(1, count + 1)], dtype=object)


def yes_no(values: np.ndarray) -> np.ndarray:
    """Return true and false as a council's extract has them."""
    return np.where(values, "Yes", "No").astype(object)


def whole_days(column: pd.Series) -> np.ndarray:
    """Return a column of dates as whole days."""
    return column.to_numpy().astype("datetime64[D]")


def known_by(column: pd.Series, as_at: np.datetime64) -> np.ndarray:
    """Return dates known when the extract was taken; later ones are blank."""
    dates = whole_days(column)
    return np.where(dates <= as_at, dates, NEVER)
