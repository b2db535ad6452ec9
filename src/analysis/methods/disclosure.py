"""Disclosure control: nothing that is published tells a reader about one child or worker.

Counts of 1 to 5 people are hidden, zeros are shown, and further figures are hidden until no
hidden count can be worked out from sums, percentages, derived figures or the previous release.
What cannot be protected is not published (:class:`DisclosureError`).
"""

from __future__ import annotations

import pandas as pd

from analysis.methods.disclosure_audit import audit, possible_ranges
from analysis.methods.disclosure_cells import hide_complements
from analysis.methods.disclosure_quantities import (
    checked_pairs,
    judge_facts,
    quantities,
    quantity_sums,
)
from analysis.methods.disclosure_release import (
    NOTHING_EARLIER,
    Earlier,
    cells_to_keep_hidden,
    earlier_release,
    named_again,
    with_earlier,
)
from analysis.methods.disclosure_rules import (
    HIDDEN,
    HIDDEN_NOTE,
    SMALL_COUNT,
    UNJUDGED_NOTE,
    DisclosureError,
    is_sensitive_money,
    is_shareable_event,
    is_small,
    is_small_share,
)
from analysis.methods.disclosure_sums import sums_of
from analysis.methods.disclosure_tables import suppress_table, suppress_tables

__all__ = [
    "HIDDEN",
    "HIDDEN_NOTE",
    "SMALL_COUNT",
    "UNJUDGED_NOTE",
    "DisclosureError",
    "audit",
    "hide_complements",
    "is_sensitive_money",
    "is_shareable_event",
    "is_small",
    "is_small_share",
    "possible_ranges",
    "suppress_facts",
    "suppress_table",
    "suppress_tables",
]

_NUMBERS = ["value", "numerator", "denominator", "lower", "upper"]


def suppress_facts(
    facts: pd.DataFrame,
    rules: pd.DataFrame,
    relations: pd.DataFrame | None = None,
    *,
    derived_from: pd.DataFrame | None = None,
    previous: pd.DataFrame | None = None,
    release: str = "public",
    table: str = "facts",
    threshold: int = SMALL_COUNT,
) -> pd.DataFrame:
    """Hide every fact that says something about few people, or from which it could be worked out.

    Parameters
    ----------
    facts : pandas.DataFrame
        One row a fact, unique ids. Required columns: id, value, shown, unit, period, numerator,
        denominator, lower, upper, formula, suppressed, note.
    rules : pandas.DataFrame
        One row a fact. Required: id, counts (people, events, things or money). Optional:
        whole_authority (bool; else judged as a cut), already_published (bool), count_behind
        (people behind money, or behind a ratio without denominator), largest_share_pct (0-100).
    relations : pandas.DataFrame, optional
        One row a part of a total: total_id, part_id, and breakdown where a total is broken down
        in several ways. A part "id@period" is the fact of the previous release. Percentages and
        rates are related through their numerators and denominators.
    derived_from : pandas.DataFrame, optional
        One row a fact and a fact it is computed from: id, source_id. Totals of parts belong in
        ``relations``, not here.
    previous : pandas.DataFrame, optional
        The facts of the previous release, as published (same columns).
    release : {"public", "internal"}, default "public"
        Nothing is hidden in an internal release.
    table : str
        What to call the facts in an error.
    threshold : int, default SMALL_COUNT
        Largest count that is hidden.

    Returns
    -------
    pandas.DataFrame
        The facts; in hidden ones the numbers are missing, shown is "[c]", formula "",
        suppressed True and note says why.

    Raises
    ------
    DisclosureError
        Where a fact has no rule, parts do not add up, or a count cannot be protected. The
        message names facts, never a value.
    ValueError
        On an unknown release level.

    Examples
    --------
    >>> facts = pd.DataFrame({
    ...     "id": ["plans", "plans.north", "plans.south", "plans.west"],
    ...     "value": [52.0, 3.0, 40.0, 9.0], "shown": ["52", "3", "40", "9"], "unit": "count",
    ...     "period": "2021-08", "numerator": None, "denominator": None, "lower": None,
    ...     "upper": None, "formula": "", "suppressed": False, "note": ""})
    >>> rules = pd.DataFrame({"id": facts["id"], "counts": "people"})
    >>> teams = pd.DataFrame({"total_id": "plans", "part_id": facts["id"][1:]})
    >>> suppress_facts(facts, rules, teams)["shown"].tolist()
    ['52', '[c]', '40', '[c]']
    """
    if release not in ("public", "internal"):
        raise ValueError(f"release must be 'public' or 'internal', not {release!r}")
    if release == "internal" or facts.empty:
        return facts.copy()
    judged = judge_facts(facts, rules, table=table, threshold=threshold)
    relations = checked_pairs("relations", relations)
    derived = checked_pairs("derived_from", derived_from)
    cells = quantities(judged, threshold=threshold)
    if cells.empty:
        return facts.copy()  # published already, or things: there is nothing to give away
    sums = quantity_sums(cells, judged, relations, derived)
    earlier = NOTHING_EARLIER
    if previous is not None:
        previous = named_again(previous, judged, relations)
    if previous is not None and not previous.empty:
        earlier = earlier_release(cells, judged, rules, previous, relations)
        cells, sums = with_earlier(cells, sums, earlier, threshold=threshold)
    hidden = _hide(judged, cells, sums, derived, earlier, table, threshold)
    return _hidden_facts(facts, hidden, set(judged.loc[judged["verdict"] == "unjudged", "id"]))


def _hide(
    judged: pd.DataFrame,
    cells: pd.DataFrame,
    sums: pd.DataFrame,
    derived: pd.DataFrame,
    earlier: Earlier,
    table: str,
    threshold: int,
) -> set[str]:
    """Hide what is small, what derives from it and what gives it away, until nothing changes."""
    exempt = set(judged.loc[judged["already_published"], "id"])
    hidden = set(judged.loc[judged["suppressed"] | (judged["verdict"] != "show"), "id"])
    wholes = _wholes(judged, cells, sums, threshold)
    while True:
        hidden = _with_derived(hidden, derived, exempt)
        marked = cells.assign(hidden=cells["owner"].isin(hidden) | cells["kept"])
        found = hide_complements(marked, sums, table=table, wholes=wholes)
        more = set(cells.loc[found, "owner"]) & set(judged["id"])
        more |= _kept(earlier, marked[found | marked["hidden"]], cells, table, threshold)
        if more <= hidden:
            break
        hidden |= more
    protected = cells.loc[(cells["width"] > 0) & ~cells["known"], "width"]
    shown = cells["value"].mask(found)
    audit(shown, sums, protected, lowest=cells["lowest"], table=table)
    return hidden


def _with_derived(hidden: set[str], derived: pd.DataFrame, exempt: set[str]) -> set[str]:
    """Add every fact that is computed from a hidden one."""
    hidden = set(hidden)
    while True:
        built = set(derived.loc[derived["source_id"].isin(hidden), "id"]) - exempt - hidden
        if not built:
            return hidden
        hidden |= built


def _kept(
    earlier: Earlier, marked: pd.DataFrame, cells: pd.DataFrame, table: str, threshold: int
) -> set[str]:
    """Keep one figure hidden in each revised sum that would tell a small count of last time."""
    keep = set()
    for told, others in cells_to_keep_hidden(earlier, set(marked.index), threshold=threshold):
        free = cells.loc[others]
        free = free[~free["known"]].sort_values("value", kind="stable")
        if free.empty:
            raise DisclosureError(
                f"{table}: with the previous release {told!r} as it was then can be worked out; "
                "leave one of its neighbours out"
            )
        keep.add(free["owner"].iloc[0])
    return keep


def _wholes(
    judged: pd.DataFrame, cells: pd.DataFrame, sums: pd.DataFrame, threshold: int
) -> list[tuple[str, str]]:
    """Find counts of people that are the whole of a shown total (zeros beside them tell that)."""
    people = judged["counts"].eq("people") | (
        judged["counts"].eq("events") & ~judged["whole_authority"]
    )
    told = judged.loc[people, ["id", "period"]].astype(str)
    period = dict(zip(told["id"].tolist(), told["period"].tolist(), strict=True))
    names = cells.index.tolist()
    values = dict(zip(names, cells["value"].tolist(), strict=True))
    owner = dict(zip(names, cells["owner"].tolist(), strict=True))
    found = []
    for total, parts in sums_of(sums):
        names = [total, *parts]
        if not all(name.endswith(": value") and name in values for name in names):
            continue
        if len({period.get(owner[name]) for name in parts} - {None}) != 1 or len(parts) < 2:
            continue
        full = [part for part in parts if values[part] != 0]
        if len(full) == 1 and values[full[0]] == values[total] > threshold:
            found.append((full[0], total))
    return found


def _hidden_facts(facts: pd.DataFrame, hidden: set[str], unjudged: set[str]) -> pd.DataFrame:
    result = facts.copy()
    new = result["id"].isin(hidden) & ~result["suppressed"].eq(True).fillna(False).astype(bool)
    if not new.any():
        return result
    for column in _NUMBERS:
        result[column] = result[column].mask(new)
    result["shown"] = result["shown"].mask(new, HIDDEN)
    result["formula"] = result["formula"].mask(new, "")
    result["suppressed"] = result["suppressed"].mask(new, True)
    result["note"] = result["note"].mask(new, HIDDEN_NOTE)
    result["note"] = result["note"].mask(new & result["id"].isin(unjudged), UNJUDGED_NOTE)
    return result
