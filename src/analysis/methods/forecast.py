"""Forecasts of monthly counts, tried out on the past first and shown with what that gave.

Two models from statsmodels, on logarithms: exponential smoothing of level and season, and the
theta method (season taken out, half of the straight trend kept). Each is tried from up to 12
past months, always with data of before that month only, against the seasonal naive forecast
(the same month a year before). A model is used only where it was closer than that.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.methods.intervals import t_quantile

MINIMUM_MONTHS = 24
SEASON = 12
NAIVE, SMOOTHING, THETA = "seasonal naive", "exponential smoothing", "theta"
LEVELS = (80, 95)
# Fewer trials than this say nothing about which forecast is closer.
MINIMUM_ORIGINS = 4

_MAXIMUM_ORIGINS = 12
# What a trial's errors are judged by.
_JUDGED = ("origin", "log_error", "variance")
# More gaps than one month in six, and the filled months would make the pattern.
_GAPS_SHARE = 1 / 6


@dataclass(frozen=True)
class Forecast:
    """A forecast with its trial.

    ``months``: one row a month ahead (``month``, ``forecast``, ``lower_80``, ``upper_80``,
    ``lower_95``, ``upper_95``, ``model``, ``note``). ``backtest``: one row a model (``model``,
    ``origins``, ``errors``, ``mase``, ``coverage_80_pct``, ``coverage_95_pct``, ``chosen``,
    ``note``). ``filled``: months that were filled before fitting. ``note``: why there is no
    forecast, or why it is the seasonal naive one; empty otherwise.
    """

    months: pd.DataFrame
    backtest: pd.DataFrame
    filled: tuple[pd.Timestamp, ...]
    note: str


@dataclass(frozen=True)
class _Path:
    """Forecasts on the logarithm, h = 1, 2, ..., and the model's own variance of each."""

    centre: np.ndarray
    variance: np.ndarray


def monthly_forecast(
    counts: pd.Series,
    months_ahead: int = 12,
    *,
    excluded: Iterable[Any] = (),
    breaks: Iterable[Any] = (),
) -> Forecast:
    """Forecast a monthly count 3 to 12 months ahead, with 80% and 95% intervals.

    Parameters
    ----------
    counts : Series
        Indexed by the first days of consecutive months; missing months are missing values.
    months_ahead : int
        3 to 12.
    excluded : months
        Out of the ordinary (the pandemic): taken as missing, filled and named.
    breaks : months
        From which counts are no longer like those before: only months from the last on are used.

    Returns
    -------
    Forecast

    Raises
    ------
    ValueError
        `months_ahead` is outside 3 to 12, or the index is not one of consecutive months.

    Notes
    -----
    The interval's variance grows with the horizon as the model says and is scaled by the errors
    of the trial; never made narrower than the model's own. MASE is the mean absolute error over
    that of the same month a year before inside the data fitted to (Hyndman and Koehler 2006).

    Examples
    --------
    >>> short = pd.Series(100.0, pd.date_range("2020-01-01", periods=20, freq="MS"))
    >>> monthly_forecast(short).note
    'cannot be computed: a forecast needs 24 months of figures, 20 held'
    """
    if not 3 <= months_ahead <= 12:
        raise ValueError(f"months_ahead is {months_ahead}; it must be from 3 to 12")
    index = pd.DatetimeIndex(counts.index)
    if len(index) and not index.equals(pd.date_range(index[0], index[-1], freq="MS")):
        raise ValueError("counts must be indexed by the first days of consecutive months")
    used = counts.astype("float64").loc[max([pd.Timestamp(day) for day in breaks], default=None) :]
    used = used.loc[used.first_valid_index() : used.last_valid_index()]
    out = pd.DatetimeIndex([pd.Timestamp(month) for month in excluded])
    known = used.mask(used.index.isin(out))
    problem = _problem(used, known)
    if problem:
        return Forecast(_no_months(), _no_backtest(), (), problem)
    values = tuple(float(value) for value in known)
    centre, half, backtest, note = _forecast(values, months_ahead)
    months = pd.date_range(used.index[-1], periods=months_ahead + 1, freq="MS")[1:]
    model = str(backtest.loc[backtest["chosen"], "model"].iloc[0])
    table = pd.DataFrame({"month": months.as_unit("us"), "forecast": _back(centre)})
    for level in LEVELS:
        table[f"lower_{level}"] = _back(centre - half[level]).clip(0)
        table[f"upper_{level}"] = _back(centre + half[level])
    filled = tuple(known.index[known.isna()])
    return Forecast(table.assign(model=model, note=note), backtest.copy(), filled, note)


def _problem(used: pd.Series, known: pd.Series) -> str:
    held = int(used.notna().sum())
    if held < MINIMUM_MONTHS:
        return (
            f"cannot be computed: a forecast needs {MINIMUM_MONTHS} months of figures, {held} held"
        )
    gaps = int(known.isna().sum())
    if known.notna().sum() < MINIMUM_MONTHS or gaps > _GAPS_SHARE * len(known):
        return (
            f"cannot be computed: {gaps} of {len(known)} months are missing or set aside; a "
            f"forecast needs {MINIMUM_MONTHS} others, and no more than one in six missing or set "
            "aside"
        )
    return ""


@lru_cache(maxsize=32)
def _forecast(
    values: tuple[float, ...], ahead: int
) -> tuple[np.ndarray, dict[int, np.ndarray], pd.DataFrame, str]:
    """Centre, half widths by level, the trial's table and a note; kept by its input."""
    known = np.array(values)
    y = _filled(np.log(known + 0.5))
    models = {NAIVE: _naive, SMOOTHING: _smoothing, THETA: _theta}
    origins = range(max(MINIMUM_MONTHS, len(y) - _MAXIMUM_ORIGINS), len(y))
    trials = {name: _trial(model, y, known, origins, ahead) for name, model in models.items()}
    backtest = pd.DataFrame([_scored(name, trial) for name, trial in trials.items()])
    chosen, note = _choice(backtest.set_index("model")["mase"], len(origins))
    backtest["chosen"] = backtest["model"] == chosen
    path = models[chosen](y, ahead)
    judged = (trials[chosen][name].to_numpy() for name in _JUDGED)
    half = _half_widths(path.variance, *_scale(*judged))
    return path.centre, half, backtest, note


def _choice(mase: pd.Series, origins: int) -> tuple[str, str]:
    if origins < MINIMUM_ORIGINS:
        return NAIVE, f"too few months to try models on ({origins}): seasonal naive is shown"
    best = str(mase.idxmin())
    if mase[best] >= mase[NAIVE]:
        return NAIVE, "no model was closer than the same month a year before: that is shown"
    return best, ""


def _filled(y: np.ndarray) -> np.ndarray:
    """Logarithms with gaps filled: the month's usual place in the year, and the level around it."""
    y = y.copy()
    gaps = np.flatnonzero(np.isnan(y))
    known = ~np.isnan(y)
    season = np.array([np.nanmean(np.where(known, y, np.nan)[k::SEASON]) for k in range(SEASON)])
    season = season[np.arange(len(y)) % SEASON]
    rest = np.where(known, y - season, np.nan)
    y[gaps] = season[gaps] + np.interp(gaps, np.flatnonzero(known), rest[known])
    return y


def _naive(y: np.ndarray, ahead: int) -> _Path:
    error = y[SEASON:] - y[:-SEASON]
    places = (np.arange(ahead) % SEASON) - SEASON
    return _Path(y[places], np.full(ahead, max(float((error**2).mean()), 1e-8)))


def _smoothing(y: np.ndarray, ahead: int) -> _Path:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    with warnings.catch_warnings():  # a fit that stops at a bound still gives a forecast
        warnings.simplefilter("ignore")
        fit = ExponentialSmoothing(
            y, seasonal="add", seasonal_periods=SEASON, initialization_method="heuristic"
        ).fit()
    alpha = float(fit.params["smoothing_level"])
    return _Path(np.asarray(fit.forecast(ahead)), _growing(np.asarray(fit.resid), alpha, ahead))


def _theta(y: np.ndarray, ahead: int) -> _Path:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Without maximum likelihood: the same forecasts to three digits, at a tenth of the time.
        fit = ThetaModel(y, period=SEASON, use_test=False, method="additive").fit(use_mle=False)
    alpha = float(fit.params["alpha"])
    return _Path(
        np.asarray(fit.forecast(ahead)), _growing(_smoothed_errors(y, alpha), alpha, ahead)
    )


def _smoothed_errors(y: np.ndarray, alpha: float) -> np.ndarray:
    """One-step errors of simple exponential smoothing, straight trend and season taken out."""
    rest = y - np.polyval(np.polyfit(np.arange(len(y)), y, 1), np.arange(len(y)))
    season = np.array([rest[place::SEASON].mean() for place in range(SEASON)])
    rest = rest - season[np.arange(len(y)) % SEASON]
    level, errors = 0.0, np.empty(len(rest))
    for place, value in enumerate(rest):
        errors[place] = value - level
        level += alpha * errors[place]
    return errors


def _growing(residuals: np.ndarray, alpha: float, ahead: int) -> np.ndarray:
    """Variance of exponential smoothing h months ahead; a season of freedom is spent."""
    spent = min(SEASON + 1, len(residuals) // 2)
    variance = float((residuals**2).sum() / (len(residuals) - spent))
    return np.maximum(variance * (1 + np.arange(ahead) * alpha**2), 1e-8)


def _trial(
    model: Callable[[np.ndarray, int], _Path],
    y: np.ndarray,
    known: np.ndarray,
    origins: Iterable[int],
    ahead: int,
) -> pd.DataFrame:
    """Each forecast made from a past month, beside what came; only months really counted."""
    rows = []
    for origin in origins:
        path = model(y[:origin], ahead)
        last = min(ahead, len(y) - origin)
        scale = np.nanmean(np.abs(known[SEASON:origin] - known[: origin - SEASON]))
        for step in range(last):
            rows.append(
                {
                    "origin": origin,
                    "step": step,
                    "log_error": np.log(known[origin + step] + 0.5) - path.centre[step],
                    "variance": path.variance[step],
                    "scaled": abs(known[origin + step] - _back(path.centre[step])) / (scale or 1),
                }
            )
    columns = ["origin", "step", "log_error", "variance", "scaled"]
    return pd.DataFrame(rows, columns=columns).dropna()


def _scored(name: str, trial: pd.DataFrame) -> dict:
    """MASE and how often the intervals held, each origin judged by the scale of the others."""
    row = {"model": name, "origins": trial["origin"].nunique(), "errors": len(trial)}
    row["mase"] = float(trial["scaled"].mean()) if len(trial) else np.nan
    inside = {level: [] for level in LEVELS}
    origins, error, variance = (trial[name].to_numpy() for name in _JUDGED)
    for origin in np.unique(origins):
        own = origins == origin
        half = _half_widths(variance[own], *_scale(origins[~own], error[~own], variance[~own]))
        for level in LEVELS:
            inside[level].extend(np.abs(error[own]) <= half[level])
    for level in LEVELS:
        held = inside[level]
        row[f"coverage_{level}_pct"] = 100 * float(np.mean(held)) if held else np.nan
    return row


def _scale(origins: np.ndarray, error: np.ndarray, variance: np.ndarray) -> tuple[float, float]:
    """Factor on the model's variance from the trial's errors, and its degrees of freedom.

    Errors from one origin go together, so an origin counts once; twelve more at the model's own
    variance keep a short trial from deciding alone.
    """
    tried = len(np.unique(origins))
    if not tried:
        return 1.0, float(SEASON)
    ratio = float((error**2 / variance).mean())
    factor = (tried * ratio + SEASON) / (tried + SEASON)
    return max(1.0, factor), float(tried + SEASON)


def _half_widths(variance: np.ndarray, factor: float, freedom: float) -> dict[int, np.ndarray]:
    return {
        level: t_quantile(level / 100, freedom) * np.sqrt(factor * variance) for level in LEVELS
    }


def _back(logarithm: np.ndarray) -> np.ndarray:
    return np.exp(logarithm) - 0.5


def _no_months() -> pd.DataFrame:
    bounds = [f"{side}_{level}" for level in LEVELS for side in ("lower", "upper")]
    return pd.DataFrame(columns=["month", "forecast", *bounds, "model", "note"])


def _no_backtest() -> pd.DataFrame:
    coverage = [f"coverage_{level}_pct" for level in LEVELS]
    return pd.DataFrame(columns=["model", "origins", "errors", "mase", *coverage, "chosen"])
