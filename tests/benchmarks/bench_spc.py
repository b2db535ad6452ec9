"""CPU of a thousand XmR charts against a bare numpy computation of the same numbers."""

import time

import numpy as np
import pandas as pd

from analysis.methods.spc import latest_many, xmr_many

SERIES, POINTS, TARGET = 1_000, 36, 55.0
LIMIT = 8.0


def made_matrix() -> np.ndarray:
    """A thousand stable series of 36 months, one a row."""
    return np.random.default_rng(5).normal(50, 5, (SERIES, POINTS))


def long_table(matrix: np.ndarray) -> pd.DataFrame:
    """The same points as a long table with a key, as a KPI return comes."""
    months = pd.date_range("2022-04-01", periods=POINTS, freq="MS")
    return pd.DataFrame(
        {
            "kpi": np.repeat([f"K{number:04}" for number in range(SERIES)], POINTS),
            "month": np.tile(months, SERIES),
            "value": matrix.ravel(),
        }
    )


def charts_and_verdicts(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the library does: long table in, points and verdicts out."""
    charts = xmr_many(table, key="kpi", date="month", value="value", target=TARGET)
    return charts, latest_many(charts)


def runs(flags: np.ndarray, length: int) -> np.ndarray:
    """Points in runs of marked points, row by row."""
    ends = flags[:, : -length + 1].copy()
    for shift in range(1, length):
        ends &= flags[:, shift : shift + ends.shape[1]]
    marked = np.zeros_like(flags)
    for shift in range(length):
        marked[:, shift : shift + ends.shape[1]] |= ends
    return marked


def bare(y: np.ndarray) -> dict[str, np.ndarray]:
    """Limits, rules and verdicts of an equal-length matrix without a missing value."""
    mean = y.mean(axis=1, keepdims=True)
    ranges = np.abs(np.diff(y, axis=1))
    spread = ranges.mean(axis=1, keepdims=True)
    kept = ranges < 3.267 * spread
    spread = (ranges * kept).sum(axis=1, keepdims=True) / kept.sum(axis=1, keepdims=True)
    half = 2.66 * spread
    away = y - mean
    side, distance = np.sign(away), np.abs(away)
    outside, far = distance > half, distance > half * 2 / 3
    up, down = np.diff(y, axis=1) > 0, np.diff(y, axis=1) < 0
    trend = np.zeros(y.shape, np.int8)
    for steps, sign in ((up, 1), (down, -1)):
        run = runs(steps, 6)
        trend[:, :-1][run] = sign
        trend[:, 1:][run] = sign
    high, low = side > 0, side < 0
    one_side = (high[:, :-2] & high[:, 1:-1] & high[:, 2:]) | (
        low[:, :-2] & low[:, 1:-1] & low[:, 2:]
    )
    first, second, third = far[:, :-2], far[:, 1:-1], far[:, 2:]
    ends = one_side & ((first & (second | third)) | (second & third))
    near = np.zeros(y.shape, bool)
    for shift in range(3):
        near[:, shift : shift + ends.shape[1]] |= ends
    two_of_three = near & far
    shift = runs(high, 7) | runs(low, 7)
    met = [outside, trend != 0, two_of_three, shift]
    signs = [side, trend, side, side]
    improving = [m & (s > 0) for m, s in zip(met, signs, strict=True)]
    better = np.select(improving, [1, 3, 5, 7], 0)
    worse = np.select(met, [2, 4, 6, 8], 0)
    rule = np.where(better > 0, better, worse)
    variation = np.where(rule == 0, 0, np.where(better > 0, 1, 2))
    upper, lower = (mean + half)[:, 0], (mean - half)[:, 0]
    assurance = np.where(lower >= TARGET, 1, np.where(upper <= TARGET, 2, 3))
    return {"rule": rule, "variation": variation[:, -1], "assurance": assurance, "ucl": upper}


def cpu_seconds(work, *inputs) -> float:
    """CPU seconds of one run."""
    start = time.process_time()
    work(*inputs)
    return time.process_time() - start


def measure() -> list[dict]:
    """Median ratio of interleaved runs, after checking that both give the same answers."""
    matrix = made_matrix()
    table = long_table(matrix)
    charts, verdicts = charts_and_verdicts(table)
    expected = bare(matrix)
    same = (
        charts["rule"].ne("none").to_numpy().reshape(matrix.shape) == (expected["rule"] > 0)
    ).all()
    same &= np.allclose(verdicts["ucl"], expected["ucl"], rtol=1e-12)
    rounds = [
        (cpu_seconds(charts_and_verdicts, table), cpu_seconds(bare, matrix)) for _ in range(15)
    ]
    ours, theirs = np.median(np.array(rounds), axis=0)
    note = f"{ours * 1000:.1f} ms against {theirs * 1000:.1f} ms of CPU; answers "
    return [
        {
            "name": f"{SERIES:,} XmR charts of {POINTS} points against bare numpy",
            "ratio": float(ours / theirs),
            "limit": LIMIT,
            "note": note + ("agree" if same else "DISAGREE"),
        }
    ]


if __name__ == "__main__":
    for result in measure():
        print(result)
