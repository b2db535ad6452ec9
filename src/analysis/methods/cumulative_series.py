"""Rolling 12-month and year-to-date figures: found from the figures alone, and un-cumulated.

Each month of such a series repeats most of the month before. A control chart of it raises a false
alarm almost always (in simulation more than 99 of 100 stable series), so it must be found before
charting. The chance of the series under each way of making it is compared, as Gaussian
likelihoods with a penalty for every quantity fitted (Akaike, 1974).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.methods.spc_inputs import dates_of, month_numbers, numbers_of

ROLLING, YEAR_TO_DATE, NOT_CUMULATIVE = "rolling-12-month", "year-to-date", "none"

FEWEST_MONTHS = 13
"""Fewer months with a value than this cannot tell a cumulative series from a monthly one."""

LONG_SERIES = 24
"""From this many months the least advantage suffices; a shorter series must be clear."""

LEAST_ADVANTAGE = -1.0
"""Log likelihood by which a cumulative account may fall short of the best monthly one.

Slightly below 0: a cumulative series that is charted misleads, a monthly one that is held back
is only asked about.
"""

CLEAR_ADVANTAGE = 3.0

STEP_PENALTY = 5.0
"""Log likelihood that a step must gain: its height, and its date among all dates."""

OFTEN = 0.25
"""Share of months in which no year-to-date count can be lower than the month before."""

APRIL = 4


class CumulativeCheck(NamedTuple):
    """What a series looks like.

    `kind` is rolling-12-month, year-to-date or none; `advantage` the log likelihood over the best
    monthly account (NaN where not computed); `note` says it in words.
    """

    kind: str
    advantage: float
    note: str


class _Account(NamedTuple):
    """A way the series may have been made: what turns a series into its residuals, and more.

    `residuals` times the series are independent residuals from the fitted mean; `penalty` is the
    log of the root's determinant and one for each quantity fitted.
    """

    kind: str
    residuals: np.ndarray
    penalty: float


def cumulative_input(values: pd.Series, counts: pd.DataFrame | None = None) -> CumulativeCheck:
    """Whether a monthly series is a rolling 12-month or a year-to-date figure.

    Parameters
    ----------
    values
        One value a month, indexed by date. Months may be missing or absent.
    counts
        Where held, the counts that the values are made of, in their order: ``numerator`` and
        ``denominator``. Where one is often lower than the month before, within a year from
        April, the values are not a year to date.

    Returns
    -------
    CumulativeCheck
        kind: "rolling-12-month" (mean or sum of the last twelve months), "year-to-date" (mean or
        sum since April) or "none"; advantage; and a note for the page. A stock (children on a
        day) that drifts from month to month moves like a rolling figure and is often found to
        be one; it must not be charted with these limits either.

    Raises
    ------
    ValueError
        Two values in one month, or infinite values.

    Examples
    --------
    >>> months = pd.date_range("2022-04-01", periods=24, freq="MS")
    >>> monthly = pd.Series([30, 34, 29, 33, 31, 28, 35, 30, 32, 29, 31, 33] * 2, months)
    >>> cumulative_input(monthly).kind
    'none'
    >>> cumulative_input(monthly.groupby(months.year + (months.month >= 4)).cumsum()).kind
    'year-to-date'
    """
    month, numbers = _by_month(values)
    found = _judged(tuple(month.tolist()), tuple(numbers.tolist()))
    if found.kind == YEAR_TO_DATE and counts is not None and _often_falls(counts, values.index):
        return CumulativeCheck(NOT_CUMULATIVE, found.advantage, _NOTES[NOT_CUMULATIVE])
    return found


def _often_falls(counts: pd.DataFrame, dates: pd.Index) -> bool:
    """Whether a count is often lower than the month before it, April's apart.

    A correction lowers a year to date now and then; a monthly count falls every other month.
    """
    sides = counts[["numerator", "denominator"]].astype("Float64").astype(float)
    sides = sides.set_axis(dates_of(dates)).sort_index()
    steps = sides.apply(_increments)
    return bool(((steps < 0).sum() > OFTEN * steps.notna().sum()).any())


@lru_cache(maxsize=512)
def _judged(months: tuple[int, ...], values: tuple[float, ...]) -> CumulativeCheck:
    """What values in months from year 0 look like; a page asks this of the same values twice."""
    numbers = np.array(values)
    if len(numbers) < FEWEST_MONTHS:
        note = (
            f"A cumulative series needs {FEWEST_MONTHS} months with a value, {len(numbers)} held."
        )
        return CumulativeCheck(NOT_CUMULATIVE, np.nan, note)
    if np.ptp(numbers) == 0:
        return CumulativeCheck(NOT_CUMULATIVE, np.nan, "The values do not vary.")
    standard = (numbers - numbers.mean()) / numbers.std()
    scores = {ROLLING: [], YEAR_TO_DATE: [], NOT_CUMULATIVE: [_with_steps(standard)]}
    # A sum restarts from nothing: only there does the level, not the deviation, matter.
    series = standard + numbers.mean() / numbers.std()
    for account in _accounts_of(months):
        scores[account.kind].append(_log_likelihood(series, account))
    best = {kind: max(found) for kind, found in scores.items()}
    kind = max((ROLLING, YEAR_TO_DATE), key=best.get)
    advantage = float(best[kind] - best[NOT_CUMULATIVE])
    needed = LEAST_ADVANTAGE if len(numbers) >= LONG_SERIES else CLEAR_ADVANTAGE
    found = kind if advantage > needed else NOT_CUMULATIVE
    return CumulativeCheck(found, advantage, _NOTES[found])


_NOTES = {
    ROLLING: (
        "Neighbouring months share most of their value, as in a rolling 12-month figure (or a "
        "stock that drifts): false alarms are almost certain on a control chart. Use the "
        "monthly figures."
    ),
    YEAR_TO_DATE: (
        "The values build up from April, as in a year-to-date figure: false alarms are almost "
        "certain on a control chart. Un-cumulate them, or use the monthly figures."
    ),
    NOT_CUMULATIVE: "",
}


def uncumulate(
    values: pd.Series, *, measure: str, denominator: pd.Series | None = None
) -> pd.Series:
    """Monthly figures from year-to-date figures that restart each April.

    Parameters
    ----------
    values
        Year-to-date figures, one a month, indexed by date.
    measure
        "count" (sums since April) or "percentage" (per cent of all cases since April).
    denominator
        For a percentage, the cases since April. Without it the months are taken to have the
        same number of cases, which is an approximation.

    Returns
    -------
    pandas.Series
        The monthly figure of each date, in date order; missing where the month before is missing
        (April needs none) or where a month has no cases.

    Raises
    ------
    ValueError
        An unknown measure, or two values in one month. A rolling 12-month figure cannot be
        un-cumulated: it takes the twelve monthly figures before its first.

    Examples
    --------
    >>> months = pd.date_range("2024-04-01", periods=3, freq="MS")
    >>> uncumulate(pd.Series([30, 64, 93], months), measure="count").tolist()
    [30.0, 34.0, 29.0]
    >>> uncumulate(pd.Series([80.0, 85.0, 84.0], months), measure="percentage").tolist()
    [80.0, 90.0, 82.0]
    """
    if measure not in ("count", "percentage"):
        raise ValueError(f"measure is {measure!r}; use count or percentage.")
    dates = dates_of(values.index)
    ordered = pd.Series(numbers_of(values), index=dates).sort_index()
    month = ordered.index.year * 12 + ordered.index.month
    if not month.is_unique:
        raise ValueError("Two year-to-date values are in one month; keep one.")
    if measure == "count":
        return _increments(ordered)
    if denominator is None:
        cases = pd.Series(_months_since_april(ordered.index), index=ordered.index, dtype=float)
    else:
        cases = pd.Series(numbers_of(denominator), index=dates_of(denominator.index))
        cases = cases.reindex(ordered.index)
    new_cases = _increments(cases)
    return _increments(ordered * cases) / new_cases.where(new_cases > 0)


def _increments(cumulative: pd.Series) -> pd.Series:
    """Each value less the value of the month before; April's as it stands."""
    dates = cumulative.index
    month = dates.year * 12 + dates.month
    follows = np.diff(month, prepend=month[:1] - 2 if len(month) else []) == 1
    before = cumulative.shift().where(follows)
    return (cumulative - before).where(dates.month != APRIL, cumulative)


def _months_since_april(dates: pd.DatetimeIndex) -> np.ndarray:
    return (dates.month.to_numpy() - APRIL) % 12 + 1


def _by_month(values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Months (numbered from year 0) that have a value, in order, and their values."""
    dates, numbers = dates_of(values.index), numbers_of(values)
    known = ~np.isnan(numbers)
    month = month_numbers(dates)[known]
    order = np.argsort(month)
    if len(np.unique(month)) < len(month):
        raise ValueError("Two values are in one month; keep one for each month.")
    return month[order], numbers[known][order]


@lru_cache(maxsize=32)
def _accounts_of(months: tuple[int, ...]) -> tuple[_Account, ...]:
    """Every way a series of these months may have been made, but monthly with steps."""
    return tuple(
        _account(kind, np.linalg.cholesky(covariance), design)
        for kind, covariance, design in _accounts(np.array(months, dtype=np.int64))
    )


def _account(kind: str, root: np.ndarray, design: np.ndarray) -> _Account:
    """A way of making a series, from the root of its correlations and the columns of its mean."""
    white = np.linalg.solve(root, np.column_stack([np.eye(len(root)), design]))
    to_white, mean = white[:, : len(root)], white[:, len(root) :]
    fitted = np.linalg.lstsq(mean, to_white, rcond=None)[0]
    penalty = np.log(np.diag(root)).sum() + design.shape[1]
    return _Account(kind, to_white - mean @ fitted, float(penalty))


def _accounts(month: np.ndarray) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """The kind, the correlations and the columns of the mean of each."""
    apart = np.abs(month[:, None] - month)
    own = np.eye(len(month))
    level = np.ones((len(month), 1))
    drift = np.column_stack([level, (month - month.mean()) / 12])
    turn = 2 * np.pi * month / 12
    seasons = np.column_stack([level, np.cos(turn), np.sin(turn)])
    monthly = ((level, (0, 0.3, 0.5)), (drift, (0, 0.3)), (seasons, (0,)))
    for design, correlations in monthly:
        for correlation in correlations:
            yield NOT_CUMULATIVE, float(correlation) ** apart, design
    year, since = (month - (APRIL - 1)) // 12, ((month - (APRIL - 1)) % 12 + 1).astype(float)
    same_year = year[:, None] == year
    shared = np.maximum(0, 12 - apart) / 12
    means = same_year / np.maximum(since[:, None], since)
    sums = same_year * np.minimum(since[:, None], since)
    total = since[:, None]
    growing = np.column_stack([since, since * drift[:, 1]])
    # The second term of each is what rounding and corrections add to a month on its own.
    for design in (level, drift):
        yield from ((ROLLING, shared + own * extra, design) for extra in (0, 0.003, 0.02))
        yield from ((YEAR_TO_DATE, means + own * extra, design) for extra in (0, 0.01, 0.05))
    for design in (total, growing):
        yield from ((YEAR_TO_DATE, sums + own * extra, design) for extra in (0, 0.05))


def _log_likelihood(series: np.ndarray, account: _Account) -> float:
    """Best log likelihood of the series, less one for each quantity fitted."""
    return _profile(account.residuals @ series) - account.penalty


def _profile(rest: np.ndarray) -> float:
    """Log likelihood of independent residuals at their own variance (constants left out)."""
    return -0.5 * len(rest) * np.log(max(np.mean(rest**2), 1e-12)) - 1


def _with_steps(series: np.ndarray) -> float:
    """Best log likelihood of a monthly series with up to three steps, each paid for."""
    rest = series - series.mean()
    best = _profile(rest) - 1
    basis = np.ones((len(series), 1)) / np.sqrt(len(series))
    steps = np.tri(len(series))[:, 2:-1]
    for count in range(1, 4):
        free = steps - basis @ (basis.T @ steps)
        size = np.sqrt((free**2).sum(axis=0))
        size[size < 1e-9] = np.inf
        gain = (free / size).T @ rest
        chosen = np.argmax(np.abs(gain))
        column = free[:, chosen] / size[chosen]
        rest = rest - column * gain[chosen]
        basis = np.column_stack([basis, column])
        best = max(best, _profile(rest) - 1 - STEP_PENALTY * count)
    return best
