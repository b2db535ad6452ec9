"""What a reader can prove about hidden figures, worked out from the published table alone.

It shares no code with the method that hides (``disclosure_cells``): it sees what a reader sees.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from analysis.methods.disclosure_rules import DisclosureError

_ROUNDS = 200
_SLACK = 1e-6

Sums = list[tuple[str, list[str]]]


def possible_ranges(
    published: pd.Series, relations: pd.DataFrame, lowest: pd.Series | float = 1.0
) -> pd.DataFrame:
    """Work out the least and greatest value that each cell can have, as a reader would.

    Each sum bounds its total by its parts and each part by what the others leave; the bounds are
    carried from sum to sum until they no longer change (interval propagation).

    Parameters
    ----------
    published : pandas.Series
        What is shown, indexed by the cell's name; missing where hidden.
    relations : pandas.DataFrame
        One row a part of a total: total, part, and breakdown where a total has several. Sums
        naming cells that ``published`` does not hold are treated as hidden cells of any size.
    lowest : pandas.Series or float, default 1
        What a reader knows each hidden cell to be at least (zeros are shown, so 1).

    Returns
    -------
    pandas.DataFrame
        Indexed by cell: lowest, highest (infinity where no sum bounds it).

    Examples
    --------
    >>> sums = pd.DataFrame({"total": ["all"] * 3, "part": ["a", "b", "c"]})
    >>> shown = pd.Series({"a": None, "b": None, "c": 40, "all": 52}, dtype=float)
    >>> possible_ranges(shown, sums).loc["a"].tolist()
    [1.0, 11.0]
    """
    sums = _listed(relations)
    names = published.index.tolist()
    values = dict(zip(names, published.tolist(), strict=True))
    floor = dict.fromkeys(names, lowest)
    if isinstance(lowest, pd.Series):
        floor = dict(zip(lowest.index.tolist(), lowest.tolist(), strict=True))
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    for name in {cell for total, parts in sums for cell in (total, *parts)} | set(names):
        value = values.get(name)
        if value is None or math.isnan(value):
            low[name], high[name] = float(floor.get(name, 0.0)), math.inf
        else:
            low[name] = high[name] = float(value)
    # a sum whose cells are all shown tells nothing of any other
    sums = [(total, parts) for total, parts in sums if _is_open(low, high, (total, *parts))]
    whole = bool((published.dropna() % 1 == 0).all())
    for _ in range(_ROUNDS):
        narrowed = [_narrow(low, high, total, parts, whole) for total, parts in sums]
        if not any(narrowed):
            break
    return pd.DataFrame(
        {"lowest": [low[name] for name in names], "highest": [high[name] for name in names]},
        index=published.index,
    )  # fmt: skip


def _is_open(low: dict[str, float], high: dict[str, float], cells: tuple[str, ...]) -> bool:
    return any(low[cell] != high[cell] for cell in cells)


def audit(
    published: pd.Series,
    relations: pd.DataFrame,
    protected: Mapping[str, float] | pd.Series,
    *,
    lowest: pd.Series | float = 1.0,
    table: str,
) -> pd.DataFrame:
    """Refuse a table in which a protected cell is shown or can be worked out too closely.

    Parameters
    ----------
    published, relations, lowest
        As for :func:`possible_ranges`.
    protected : mapping of str to float
        The least width that each protected cell's range must have (``SAFE_WIDTH`` for counts).
    table : str
        What to call the table in an error.

    Returns
    -------
    pandas.DataFrame
        Indexed by protected cell: lowest, highest, width, needed.

    Raises
    ------
    DisclosureError
        Where a range is too narrow; the message names table and cells, no value.

    Examples
    --------
    >>> sums = pd.DataFrame({"total": ["all"] * 2, "part": ["a", "b"]})
    >>> shown = pd.Series({"a": None, "b": 49, "all": 52}, dtype=float)
    >>> audit(shown, sums, {"a": 5}, table="Plans by team")
    Traceback (most recent call last):
    ...
    analysis.methods.disclosure_rules.DisclosureError: Plans by team: the figures that are \
shown give away 'a'; nothing of this table is published
    """
    needed = pd.Series(protected, dtype=float)
    if needed.empty:
        return pd.DataFrame(columns=["lowest", "highest", "width", "needed"], dtype=float)
    ranges = possible_ranges(published, relations, lowest).reindex(needed.index)
    ranges["width"] = ranges["highest"] - ranges["lowest"]
    ranges["needed"] = needed
    bare = ranges.index[~(ranges["width"] >= needed - _SLACK)]
    if len(bare):
        names = ", ".join(repr(name) for name in bare[:5])
        raise DisclosureError(
            f"{table}: the figures that are shown give away {names}; "
            "nothing of this table is published"
        )
    return ranges


def _listed(relations: pd.DataFrame) -> Sums:
    sums: dict[tuple[str, str], list[str]] = {}
    ways = relations["breakdown"].tolist() if "breakdown" in relations else [""] * len(relations)
    pairs = (relations["total"].tolist(), relations["part"].tolist())
    for total, part, way in zip(*pairs, ways, strict=True):
        sums.setdefault((str(way), total), []).append(part)
    return [(total, parts) for (_, total), parts in sums.items()]


def _narrow(
    low: dict[str, float], high: dict[str, float], total: str, parts: list[str], whole: bool
) -> bool:
    """Carry what is known through one sum; tell whether anything became narrower."""
    least, most = [low[part] for part in parts], [high[part] for part in parts]
    changed = _tighten(low, high, total, math.fsum(least), _sum(most), whole)
    for part in parts:
        others = [other for other in parts if other != part]
        floor = low[total] - _sum([high[other] for other in others])
        ceiling = high[total] - math.fsum(low[other] for other in others)
        changed = _tighten(low, high, part, floor, ceiling, whole) or changed
    return changed


def _sum(bounds: list[float]) -> float:
    return math.inf if math.inf in bounds else math.fsum(bounds)


def _tighten(
    low: dict[str, float],
    high: dict[str, float],
    name: str,
    floor: float,
    ceiling: float,
    whole: bool,
) -> bool:
    if whole:
        floor = math.ceil(floor - _SLACK) if math.isfinite(floor) else floor
        ceiling = math.floor(ceiling + _SLACK) if math.isfinite(ceiling) else ceiling
    changed = False
    if floor > low[name] + _SLACK:
        low[name], changed = float(floor), True
    if ceiling < high[name] - _SLACK:
        high[name], changed = float(ceiling), True
    return changed
