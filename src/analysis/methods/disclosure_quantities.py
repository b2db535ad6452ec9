"""The counts that a facts frame gives away: values, numerators, complements, denominators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods.disclosure_rules import (
    MONEY_WIDTH_SHARE,
    SAFE_WIDTH,
    DisclosureError,
    is_missing,
    is_sensitive_money,
    is_shareable_event,
    is_small,
    is_small_share,
)
from analysis.methods.records import rows_of

_PAIRS = {"relations": ("total_id", "part_id"), "derived_from": ("id", "source_id")}
COUNTS = ("people", "events", "things", "money")
_NOT_COUNTED = ("%", "per ", "percentage", "days", "weeks", "years", "ratio", "gbp", "£")


def is_ratio(unit: str, denominator: float | None) -> bool:
    """Tell whether a fact is something other than a count, judged by what it rests on.

    Examples
    --------
    >>> is_ratio("count", None), is_ratio("%", None), is_ratio("cases per FTE", 12.0)
    (False, True, True)
    """
    words = f"{unit} ".lower()
    return not is_missing(denominator) or any(word in words for word in _NOT_COUNTED)


def judge(fact: dict, *, threshold: int) -> str:
    """Judge one fact for what it is.

    Parameters
    ----------
    fact : dict
        unit, value, numerator, denominator, counts, whole_authority, already_published,
        count_behind, largest_share_pct.
    threshold : int
        Largest count that is hidden.

    Returns
    -------
    str
        "show", "hide" (a small count) or "unjudged" (the count behind it is not given).

    Examples
    --------
    >>> fact = {"unit": "%", "value": 96.7, "numerator": 58, "denominator": 60,
    ...         "counts": "events", "whole_authority": True}
    >>> judge(fact, threshold=5), judge(fact | {"whole_authority": False}, threshold=5)
    ('show', 'hide')
    """
    get = fact.get
    value, numerator, denominator = get("value"), get("numerator"), get("denominator")
    if get("already_published") is True or get("counts") == "things":
        return "show"
    behind = get("count_behind")
    if get("counts") == "money":
        count = denominator if is_missing(behind) else behind
        hide = is_sensitive_money(count, get("largest_share_pct"), threshold=threshold)
        return "hide" if hide else "show"
    if is_small(behind, threshold=threshold):
        return "hide"
    if not is_ratio(str(get("unit")), denominator):
        return "hide" if is_small(value, threshold=threshold) else "show"
    if is_missing(denominator) and is_missing(numerator) and is_missing(behind):
        return "show" if is_missing(value) else "unjudged"
    if get("counts") == "events" and get("whole_authority") is True and _is_share(fact):
        shareable = is_shareable_event(denominator, threshold=threshold)
        return "show" if shareable or not is_missing(behind) else "hide"
    if get("unit") == "%":
        small = is_small_share(_numerator(fact), denominator, threshold=threshold)
    else:
        small = is_small(numerator, threshold=threshold) or is_small(
            denominator, threshold=threshold
        )
    return "hide" if small else "show"


def judge_facts(
    facts: pd.DataFrame, rules: pd.DataFrame, *, table: str, threshold: int
) -> pd.DataFrame:
    """Join facts with their rules and judge each for what it is.

    Parameters
    ----------
    facts, rules : pandas.DataFrame
        As for :func:`analysis.methods.disclosure.suppress_facts`.
    table : str
        What to call the facts in an error.
    threshold : int
        Largest count that is hidden.

    Returns
    -------
    pandas.DataFrame
        One row a fact: id, unit, period, the numbers, the rule's columns, suppressed, verdict.

    Raises
    ------
    DisclosureError
        Where an id is there twice, or no rule says what a fact counts.
    """
    if facts["id"].duplicated().any() or rules["id"].duplicated().any():
        raise DisclosureError(f"{table}: a fact id is there twice; ids must be unique")
    columns = ["id", "unit", "period", "value", "numerator", "denominator", "suppressed"]
    judged = facts[columns].merge(rules, on="id", how="left", suffixes=("", "_rule"))
    bare = judged.loc[~judged["counts"].isin(COUNTS), "id"]
    if len(bare):
        names = ", ".join(repr(name) for name in bare[:5])
        raise DisclosureError(
            f"{table}: no rule says what {names} counts; say people, events, things or money"
        )
    for flag in ("whole_authority", "already_published", "suppressed"):
        given = judged[flag] if flag in judged else pd.Series(False, index=judged.index)
        judged[flag] = given.where(given.notna(), False).astype(bool)
    for number in ("value", "numerator", "denominator", "count_behind", "largest_share_pct"):
        given = judged[number] if number in judged else pd.Series(np.nan, index=judged.index)
        judged[number] = pd.to_numeric(given, errors="coerce").astype(float)
    judged["verdict"] = [judge(fact, threshold=threshold) for fact in rows_of(judged)]
    return judged


def quantities(facts: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """List the quantities that each fact gives away when it is shown.

    A count gives away itself. A ratio gives away its numerator and denominator; a percentage its
    complement too. They appear and disappear together.

    Parameters
    ----------
    facts : pandas.DataFrame
        id, unit, value, numerator, denominator, counts, whole_authority, verdict (see
        :func:`judge`).
    threshold : int
        Largest count that is hidden.

    Returns
    -------
    pandas.DataFrame
        Indexed by "id: role". Columns: value, owner (the fact's id), role, width (0 where it
        need not be protected), lowest (what a reader knows when it is hidden), known (never
        hidden), kept (hidden in the previous release; none here), weight.
    """
    rows = [
        {
            "name": f"{fact['id']}: {role}",
            "value": number,
            "owner": fact["id"],
            "role": role,
            "width": _width(fact, role, number, threshold),
            "lowest": _lowest(fact, role, number),
            "known": _is_known(fact),
            "kept": False,
            "weight": 50.0 if fact["whole_authority"] is True else 1.0,
        }
        for fact in rows_of(facts)
        for role, number in _roles(fact)
        if not (is_missing(number) and _is_settled(fact))  # nothing there to give away
    ]
    columns = ["name", "value", "owner", "role", "width", "lowest", "known", "kept", "weight"]
    frame = pd.DataFrame(rows, columns=columns).set_index("name")
    return frame.astype(
        {"value": float, "width": float, "lowest": float, "known": bool, "kept": bool}
    )


def _is_known(fact: dict) -> bool:
    """Tell whether a fact is never hidden, so that a reader knows it."""
    return fact["counts"] == "things" or fact["already_published"] is True


def _is_settled(fact: dict) -> bool:
    """Tell whether a fact is shown for what is known of it, whatever counts it does not give."""
    return _is_known(fact) or (fact["verdict"] == "show" and not is_missing(fact["count_behind"]))


def checked_pairs(name: str, pairs: pd.DataFrame | None) -> pd.DataFrame:
    """Give a table of pairs of facts its columns, breakdown included; none is an empty table.

    Raises
    ------
    ValueError
        Where a column is missing.
    """
    first, second = _PAIRS[name]
    if pairs is None:
        return pd.DataFrame({first: [], second: [], "breakdown": []}, dtype=object)
    missing = [column for column in (first, second) if column not in pairs]
    if missing:
        raise ValueError(f"{name} has no column {missing[0]}")
    pairs = pairs if "breakdown" in pairs else pairs.assign(breakdown="")
    return pairs[[first, second, "breakdown"]].astype(object).drop_duplicates()


def quantity_sums(
    cells: pd.DataFrame, judged: pd.DataFrame, relations: pd.DataFrame, derived: pd.DataFrame
) -> pd.DataFrame:
    """Put relations between facts, and between percentages and their sources, as sums.

    Parameters
    ----------
    cells : pandas.DataFrame
        The result of :func:`quantities`.
    judged : pandas.DataFrame
        id, period.
    relations, derived : pandas.DataFrame
        total_id, part_id, breakdown; and id, source_id, breakdown.

    Returns
    -------
    pandas.DataFrame
        One row a part of a total: total, part ("id: role"), breakdown.
    """
    roles: dict[str, list[str]] = {}
    for owner, role in zip(cells["owner"].tolist(), cells["role"].tolist(), strict=True):
        roles.setdefault(owner, []).append(role)
    period = dict(zip(judged["id"].tolist(), judged["period"].astype(str).tolist(), strict=True))
    rows = []
    for total, part, way in relations.itertuples(index=False):
        plain, _, when = str(part).partition("@")
        name = plain if when and period.get(plain) == when else part
        rows += _as_sums(total, name, way, roles)
    for name in cells.loc[cells["role"] == "complement", "owner"].tolist():
        rows += [
            (f"{name}: denominator", f"{name}: {role}", "complement")
            for role in ("numerator", "complement")
        ]
    values = dict(zip(cells.index.tolist(), cells["value"].tolist(), strict=True))
    for name, source, _ in derived.itertuples(index=False):
        rows += [
            (f"{source}: value", f"{name}: {role}", f"the same as {name} {role}")
            for role in roles.get(name, [])
            if role != "value" and values.get(f"{source}: value") == values[f"{name}: {role}"]
        ]
    return pd.DataFrame(rows, columns=["total", "part", "breakdown"], dtype=object)


def _as_sums(total: str, part: str, way: str, roles: dict[str, list[str]]) -> list[tuple]:
    """Put one part of a total as sums; a percentage is a part of a count by its numerator.

    The count is then the percentage's denominator, too.
    """
    own, parts = roles.get(total, []), roles.get(part, [])
    if own == ["value"] and "numerator" in parts:
        return [
            (f"{total}: value", f"{part}: numerator", f"{way}: value"),
            (f"{total}: value", f"{part}: denominator", f"{way}: denominator of {part}"),
        ]
    shared = [role for role in own if role != "complement"]
    return [(f"{total}: {role}", f"{part}: {role}", f"{way}: {role}") for role in shared]


def _is_share(fact: dict) -> bool:
    """Tell whether a ratio says how a process went (not a rate, not a change)."""
    words = f"{fact.get('unit')} ".lower()
    return "per " not in words and "change" not in words


def _numerator(fact: dict) -> float:
    """Give the numerator, worked out from a percentage where only its denominator is given."""
    if not is_missing(fact.get("numerator")):
        return float(fact["numerator"])
    if is_missing(fact.get("value")) or is_missing(fact.get("denominator")):
        return np.nan
    return float(round(fact["value"] * fact["denominator"] / 100))


def _roles(fact: dict) -> list[tuple[str, float]]:
    if not is_ratio(str(fact["unit"]), fact["denominator"]) or (
        fact["counts"] == "money" and is_missing(fact["denominator"])
    ):
        return [("value", fact["value"])]
    if fact["unit"] != "%":
        return [("numerator", fact["numerator"]), ("denominator", fact["denominator"])]
    numerator, denominator = _numerator(fact), fact["denominator"]
    complement = np.nan
    if not (is_missing(numerator) or is_missing(denominator)):
        complement = denominator - numerator
    return [("numerator", numerator), ("complement", complement), ("denominator", denominator)]


def _width(fact: dict, role: str, number: float, threshold: int) -> float:
    if fact["verdict"] != "hide" or is_missing(number):
        return 0.0
    if fact["counts"] == "money" and role in ("value", "numerator"):
        return MONEY_WIDTH_SHARE * abs(number)
    return float(SAFE_WIDTH) if is_small(number, threshold=threshold) else 0.0


def _lowest(fact: dict, role: str, number: float) -> float:
    """Give what a reader knows a hidden quantity to be at least.

    Zeros are shown, so a hidden whole number is at least one (unless it is itself a zero).
    Money and full-time equivalents may be anything from zero; negative money is taken to be at
    least twice itself (a reader knows less).
    """
    if is_missing(number):
        return 0.0
    if number < 0:
        return 2.0 * number
    money = fact["counts"] == "money" and role in ("value", "numerator")
    return min(1.0, number) if not money and number % 1 == 0 else 0.0
