"""Seeded draws from tables of shares."""

from zlib import crc32

import numpy as np


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the random stream of one part, so that a change in one leaves the others alone."""
    return np.random.default_rng([seed, crc32(part.encode())])


def draw_bands(rng_values: np.ndarray, bands: tuple[tuple[int, int, float], ...]) -> np.ndarray:
    """Return whole numbers for uniform draws by a table of (from, to, share) bands.

    A larger draw never gives a smaller number, so that two tables read with the same draws can
    be compared case by case.

    Examples
    --------
    >>> draw_bands(np.array([0.1, 0.5, 0.99]), ((0, 0, 0.5), (1, 10, 0.5))).tolist()
    [0, 1, 10]
    """
    low, high, share = (np.array(column, dtype=float) for column in zip(*bands, strict=True))
    edges = np.concatenate([[0.0], np.cumsum(share) / share.sum()])
    at = np.clip(np.searchsorted(edges, rng_values, side="right") - 1, 0, len(low) - 1)
    within = (rng_values - edges[at]) / (edges[at + 1] - edges[at])
    return (low[at] + np.floor(within * (high[at] - low[at] + 1))).astype("int64")


def choose(rng: np.random.Generator, shares: tuple[tuple, ...], size: int) -> np.ndarray:
    """Return draws from a table of (value, share)."""
    weights = np.array([share for _, share in shares], dtype=float)
    values = np.array([value for value, _ in shares])
    return values[rng.choice(len(values), size=size, p=weights / weights.sum())]
