"""What the previous release gives away about this one (differencing between releases)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from analysis.methods.disclosure_quantities import (
    COUNTS,
    checked_pairs,
    judge_facts,
    quantities,
    quantity_sums,
)
from analysis.methods.disclosure_rules import SAFE_WIDTH, SMALL_COUNT, is_missing, is_small
from analysis.methods.disclosure_sums import sums_of


class Earlier(NamedTuple):
    """The previous release, put in terms of this one."""

    known: frozenset[str]
    """Cells of this release that the previous one shows with the same value."""
    cells: pd.DataFrame
    """Cells of the previous release: value (missing: hidden)."""
    relations: pd.DataFrame
    """Sums of the previous release that still hold for the cells it hides."""
    revised: tuple[tuple[tuple[str, float, float], ...], ...]
    """Sums that no longer hold: for each hidden cell its name, what it must have been if the
    others have not changed, and its value now."""


NOTHING_EARLIER = Earlier(
    frozenset(),
    pd.DataFrame({"value": []}, dtype=float),
    pd.DataFrame({"total": [], "part": [], "breakdown": []}, dtype=object),
    (),
)


def compare_with_earlier(
    cells: pd.Series, earlier: pd.Series, same: Mapping[str, str], relations: pd.DataFrame
) -> Earlier:
    """Put the previous release in terms of this one.

    Parameters
    ----------
    cells : pandas.Series
        This release's true values, indexed by the cell's name.
    earlier : pandas.Series
        The previous release's shown values, by its own names; missing where it was hidden.
    same : mapping of str to str
        Names in ``earlier`` to names in ``cells`` for the same figure (same id, same period).
    relations : pandas.DataFrame
        The previous release's sums, in its names: total, part, breakdown.

    Returns
    -------
    Earlier

    Examples
    --------
    A figure hidden a month ago that would be shown now, beside an unchanged total:

    >>> now = pd.Series({"a": 4.0, "b": 9.0, "all": 13.0})
    >>> then = pd.Series({"a@1": None, "b@1": None, "all@1": 13.0}, dtype=float)
    >>> sums = pd.DataFrame({"total": ["all@1"] * 2, "part": ["a@1", "b@1"], "breakdown": ""})
    >>> same = {"a@1": "a", "b@1": "b", "all@1": "all"}
    >>> compare_with_earlier(now, then, same, sums).relations["part"].tolist()
    ['a', 'b']
    """
    cells, earlier = cells.to_dict(), earlier.to_dict()
    known = frozenset(
        now
        for then, now in same.items()
        if not is_missing(earlier.get(then))
        and not is_missing(cells.get(now))
        and math.isclose(earlier[then], cells[now], rel_tol=1e-9, abs_tol=1e-9)
    )
    rows, needed, revised = [], {}, []
    for number, (total, parts) in enumerate(sums_of(relations)):
        members = (total, *parts)
        hidden = [name for name in members if is_missing(earlier.get(name))]
        if total not in earlier or not any(name in same for name in hidden):
            continue
        gap = _gap(members, hidden, cells, earlier, same)
        if any(name not in same for name in hidden):
            if gap < 0:
                continue
        elif abs(gap) > 1e-6 * max(1.0, abs(gap)):
            revised.append(_revised(members, hidden, cells, same, gap))
            continue
        named = [same.get(name, name) if name in hidden else f"{name} then" for name in members]
        needed |= {
            new: earlier.get(name) for name, new in zip(members, named, strict=True)
            if name not in hidden or name not in same
        }  # fmt: skip
        rows += [(named[0], part, f"previous release {number}") for part in named[1:]]
    return Earlier(
        known,
        pd.DataFrame({"value": pd.Series({**earlier, **needed}, dtype=float)}),
        pd.DataFrame(rows, columns=["total", "part", "breakdown"], dtype=object),
        tuple(revised),
    )


def cells_to_keep_hidden(
    earlier: Earlier, hidden: set[str], *, threshold: int
) -> list[tuple[str, list[str]]]:
    """Find cells whose showing would tell a small count of the previous release.

    The total was revised, so a reader who takes the other parts for unchanged computes what the
    hidden cell was then.

    Parameters
    ----------
    earlier : Earlier
        The previous release in terms of this one.
    hidden : set of str
        Cells that are hidden now.
    threshold : int
        Largest count that is hidden.

    Returns
    -------
    list of (str, list of str)
        The cell that would be told, and the cells of which one must stay hidden.
    """
    found = []
    for members in earlier.revised:
        for name, then, _ in members:
            others = [other for other, _, _ in members if other != name]
            if is_small(then, threshold=threshold) and not hidden.intersection(others):
                found.append((name, others))
    return found


def named_again(
    previous: pd.DataFrame, judged: pd.DataFrame, relations: pd.DataFrame
) -> pd.DataFrame:
    """Facts of the previous release that this one has too or names in its sums.

    A page is one of several, and the previous release is all of them.

    Parameters
    ----------
    previous, judged, relations : pandas.DataFrame
        As for :func:`earlier_release`.

    Examples
    --------
    >>> previous, judged = pd.DataFrame({"id": ["a", "b", "c"]}), pd.DataFrame({"id": ["a"]})
    >>> relations = pd.DataFrame({"total_id": ["a"], "part_id": ["c@2021-07"]})
    >>> named_again(previous, judged, relations)["id"].tolist()
    ['a', 'c']
    """
    parts = [str(part).partition("@")[0] for part in relations["part_id"]]
    return previous[previous["id"].isin({*judged["id"], *relations["total_id"], *parts})]


def earlier_release(
    cells: pd.DataFrame,
    judged: pd.DataFrame,
    rules: pd.DataFrame,
    previous: pd.DataFrame,
    relations: pd.DataFrame,
) -> Earlier:
    """Put the facts of the previous release in terms of this one's quantities.

    Parameters
    ----------
    cells, judged : pandas.DataFrame
        This release's quantities and judged facts.
    rules, previous, relations : pandas.DataFrame
        As for :func:`analysis.methods.disclosure.suppress_facts`.

    Returns
    -------
    Earlier
        Facts are the same where id and period are; names are "id@period: role".
    """
    known = previous[["id"]].merge(rules, on="id", how="left")
    known["counts"] = known["counts"].where(known["counts"].isin(COUNTS), "people")
    then = judge_facts(previous, known, table="previous release", threshold=SMALL_COUNT)
    when = dict(zip(then["id"], then["period"].astype(str), strict=True))
    now = dict(zip(judged["id"], judged["period"].astype(str), strict=True))
    shown = quantities(then, threshold=SMALL_COUNT)
    shown["value"] = shown["value"].mask(shown["owner"].isin(then.loc[then["suppressed"], "id"]))
    values = dict(zip(shown.index.tolist(), shown["value"].tolist(), strict=True))
    held = set(cells.index)
    # a ratio that was hidden has lost its denominator: this release says what kind it is
    roles: dict[str, list[str]] = {}
    for owner, role in zip(cells["owner"].tolist(), cells["role"].tolist(), strict=True):
        roles.setdefault(owner, []).append(role)
    earlier, same = {}, {}
    for name, period in when.items():
        for role in roles.get(name, ["value", "numerator", "denominator"]):
            then_name = f"{name}@{period}: {role}"
            earlier[then_name] = values.get(f"{name}: {role}")
            if now.get(name) == period and f"{name}: {role}" in held:
                same[then_name] = f"{name}: {role}"
    repeated = relations[~relations["part_id"].astype(str).str.contains("@", regex=False)]
    sums = quantity_sums(cells, judged, repeated, checked_pairs("derived_from", None))
    for side in ("total", "part"):
        owners = [name.rsplit(": ", 1) for name in sums[side]]
        sums[side] = [f"{name}@{when.get(name, '')}: {role}" for name, role in owners]
    return compare_with_earlier(cells["value"], pd.Series(earlier, dtype=float), same, sums)


def with_earlier(
    cells: pd.DataFrame, sums: pd.DataFrame, earlier: Earlier, *, threshold: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the previous release's cells and sums to this one's.

    A cell of the previous release that was hidden, and that a sum with this release's figures
    determines, is protected like one of this release.
    """
    sums = pd.concat([sums, earlier.relations], ignore_index=True)
    named = set(sums["total"]) | set(sums["part"])
    extra = earlier.cells[earlier.cells.index.isin(named) & ~earlier.cells.index.isin(cells.index)]
    values = pd.concat([cells["value"], extra["value"]]).to_dict()
    rows = []
    for name, value in extra["value"].items():
        told = _determined(name, sums, values) if is_missing(value) else value
        small = is_missing(value) and is_small(told, threshold=threshold)
        rows.append({
            "name": name, "value": told, "owner": name, "role": "earlier",
            "width": float(SAFE_WIDTH) if small else 0.0,
            "lowest": 0.0 if is_missing(told) else min(1.0, told),
            "known": not is_missing(value), "kept": is_missing(value), "weight": 1.0,
        })  # fmt: skip
    added = pd.DataFrame(rows, columns=["name", *cells.columns]).set_index("name")
    cells = pd.concat([cells, added.astype(cells.dtypes)]) if rows else cells.copy()
    cells["known"] = cells["known"] | cells.index.isin(earlier.known)
    return cells, sums


def _determined(name: str, sums: pd.DataFrame, values: dict[str, float]) -> float:
    """Work out a cell that is the only unknown of a sum (NaN where none determines it)."""
    for total, parts in sums_of(sums):
        others = [values.get(other) for other in (total, *parts) if other != name]
        if name not in (total, *parts) or any(is_missing(other) for other in others):
            continue
        if name == total:
            return float(sum(others))
        return float(others[0] - sum(others[1:]))
    return math.nan


def _gap(
    members: tuple[str, ...],
    hidden: list[str],
    cells: Mapping[str, float],
    earlier: Mapping[str, float],
    same: Mapping[str, str],
) -> float:
    """Give the total then less its parts then, hidden cells at their present value."""
    sizes = []
    for name in members:
        size = cells.get(same.get(name, name)) if name in hidden else earlier[name]
        sizes.append(0.0 if is_missing(size) else float(size))
    return sizes[0] - sum(sizes[1:])


def _revised(
    members: tuple[str, ...],
    hidden: list[str],
    cells: Mapping[str, float],
    same: Mapping[str, str],
    gap: float,
) -> tuple[tuple[str, float, float], ...]:
    found = []
    for name in hidden:
        now = float(cells[same[name]])
        then = now - gap if name == members[0] else now + gap
        found.append((same[name], then, now))
    return tuple(found)
