"""Disclosure control of a page's facts, by what each measure's definition says that it counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.measures.definitions import definition, load_definitions
from analysis.methods.disclosure import suppress_facts
from analysis.methods.records import rows_of
from analysis.reporting.numbers import is_missing

KPI = "kpi_code"
MANY = 100
PRINTED = 0.0005 + 1e-9  # half of the last digit of a percentage printed to one decimal


def protected(
    facts: pd.DataFrame,
    *,
    release: str,
    already_published: str = "",
    totals: pd.DataFrame | None = None,
    derived_from: pd.DataFrame | None = None,
    previous: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Facts as they may be shown: small counts of people, and what gives them away, hidden.

    Parameters
    ----------
    facts
        A facts frame, unrounded and complete.
    release
        ``public`` hides; ``internal`` hides nothing.
    already_published
        Where the figures stand published already; then they are shown as they are.
    totals, derived_from
        Which facts are sums of others (total_id, part_id, and breakdown where a total is broken
        down in several ways) and which are computed from others (id, source_id).
    previous
        The facts of the previous report, as published.

    Examples
    --------
    >>> from analysis.reporting.facts import facts_of
    >>> workers = pd.DataFrame({"agency_headcount": [3.0], "as_at": ["2021-05"], "note": [""]})
    >>> protected(facts_of("agency_workers", workers), release="public")["shown"].tolist()
    ['[c]']
    """
    computed = facts["value"].notna()
    judged = facts[computed]
    if judged.empty:
        return facts
    shown = suppress_facts(
        judged,
        pd.DataFrame([_rule(fact, already_published) for fact in rows_of(judged)]),
        _with_known_facts(totals, "total_id", set(judged["id"])),
        derived_from=_with_known_facts(derived_from, "id", set(judged["id"])),
        previous=previous,
        release=release,
        table="the page's facts",
    )
    both = pd.concat([shown.set_axis(judged.index), facts[~computed]]).sort_index()
    return both.astype(object).where(both.notna(), None)


def _with_known_facts(pairs: pd.DataFrame | None, whole: str, known: set) -> pd.DataFrame | None:
    """Relations all of whose facts have a value; a sum with a part missing says nothing."""
    if pairs is None:
        return None
    keys = [whole, "breakdown"] if "breakdown" in pairs else [whole]
    facts = [pairs[name].tolist() for name in pairs if name != "breakdown"]
    sums = list(zip(*(pairs[key].tolist() for key in keys), strict=True))
    named = zip(sums, zip(*facts, strict=True), strict=True)
    unknown = {of for of, names in named if not known.issuperset(names)}
    return pairs[np.array([of not in unknown for of in sums], dtype=bool)]


def _rule(fact: dict, already_published: str) -> dict:
    """What one fact counts, and whether it is about the whole authority.

    A fact of one of many KPIs counts what that KPI counts; the KPI's code is no cut.
    """
    measure_id, *cuts = fact["id"].split(".")
    kind = definition(measure_id)
    cut_by = [column for column in kind.by if column not in ("month", KPI)]
    own = load_definitions().get(cuts[0]) if KPI in kind.by and kind.counts != "things" else None
    return {
        "id": fact["id"],
        "counts": own.counts if own else kind.counts,
        "whole_authority": not (cut_by and cuts),
        "already_published": bool(already_published),
        "count_behind": _fewest_cases(fact) if KPI in kind.by else _rests_on(fact),
    }


def _rests_on(fact: dict) -> float | None:
    """The people that a middle or a mean rests on: such a figure has no numerator of its own.

    Examples
    --------
    >>> _rests_on({"unit": "cases per FTE", "numerator": None, "denominator": 12})
    12
    """
    own = fact["unit"] != "%" and fact["numerator"] is None
    return fact["denominator"] if own else None


def _fewest_cases(fact: dict) -> int | None:
    """The fewest cases that a percentage given without its counts can rest on.

    Of 87.3% that is 55; of 80.0% it is 5, which could be few people. All and none say nothing
    of a few.

    Examples
    --------
    >>> _fewest_cases({"unit": "%", "value": 87.3, "numerator": None, "denominator": None})
    55
    """
    if fact["unit"] != "%" or not (
        is_missing(fact["numerator"]) and is_missing(fact["denominator"])
    ):
        return None
    share = float(fact["value"]) / 100
    if share in (0, 1):
        return MANY
    cases = range(1, MANY)
    return next((n for n in cases if abs(round(share * n) / n - share) <= PRINTED), MANY)
