"""Which of the agency page's facts are sums of others, and which are computed from others.

Disclosure control needs both: a hidden figure must not be found by subtraction, and what is
computed from it is hidden with it.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.reporting.page import Page

AGENCY, NEEDED = "agency_fte", "cover_bridge.cover_needed"
PARTS_OF_AGENCY = (
    *("agency_by_reason", "agency_by_tenure", "agency_by_job_type", "agency_by_rate_band"),
    *("team_agency", "role_agency"),
)
MORE = ("cover_bridge.maternity", "cover_bridge.additional")
SUMS = {
    NEEDED: ("vacancies", "cover_bridge.sickness", *MORE),
    "cover_bridge.additional": ("agency_by_reason.additional",),
    "newly_qualified": ("newly_qualified_completed", "newly_qualified_remaining"),
    "pipeline_total": ("apprentices", "step_up_students"),
    "agency_return.agency_headcount": ("agency_workers",),
    "agency_return.agency_fte": (AGENCY,),
}
DERIVED = {
    "agency_workers_change": ("agency_workers", "agency_workers_earlier"),
    "agency_rate_dfe": (AGENCY,),
    "cover_uncovered": (NEEDED, AGENCY, "cover_bridge.other_cover"),
    "agency_cover_rate_dfe": (AGENCY, "agency_by_reason.vacancy"),
    "vacancy_agency_cover_rate_dfe": ("agency_by_reason.vacancy",),
    "agency_above_cap": ("agency_return.above_cap",),
}
ASSUMED = {
    "leavers_fte": ("leavers_in_12_months",),
    "starters_fte": ("starters_in_12_months",),
    "absence_fte": ("cover_bridge.sickness", "cover_bridge.maternity"),
    "additional_fte": ("cover_bridge.additional",),
    "other_cover_fte": ("cover_bridge.other_cover",),
    "uncovered_fte": ("cover_uncovered",),
    "agency_heads_per_fte": (AGENCY, "agency_workers"),
}


def sums(page: Page) -> pd.DataFrame:
    """The page's totals and their parts (total_id, part_id, breakdown), those that add up."""
    values = _values(page)
    pairs = [(total, parts, "parts") for total, parts in SUMS.items()]
    pairs += [(AGENCY, _of(values, name), name) for name in PARTS_OF_AGENCY]
    pairs += [
        (NEEDED, ("vacancies", "cover_bridge.additional", *_of(values, "team_absent")), "team"),
        ("caseholders", _of(values, "team_caseholders"), "team"),
        ("caseload_above_threshold", _of(values, "team_above_threshold"), "team"),
    ]
    months = {name.partition(".")[2] for name in _of(values, "workforce_by_month")}
    newest = f"workforce_by_month.{page.period}"
    if str(page.period) in months:
        pairs += [
            ("agency_workers", (newest,), "month"),
            (AGENCY, (f"agency_fte_by_month.{page.period}",), "month"),
        ]
    rows = [
        (total, part, way)
        for total, parts, way in pairs
        if total.startswith("caseload_") or _adds_up(values, total, parts)
        for part in parts
    ]
    return pd.DataFrame(rows, columns=["total_id", "part_id", "breakdown"])


def derivations(page: Page) -> pd.DataFrame:
    """Which of the page's facts is computed from which (id, source_id)."""
    values = _values(page)
    pairs = [(name, source) for name, found in DERIVED.items() for source in found]
    for name in _of(values, "need_assumption"):
        pairs += [(name, source) for source in ASSUMED.get(name.split(".")[1], ())]
    shared = (NEEDED, "cover_uncovered", "leavers_in_12_months", "starters_in_12_months")
    for name in (*_of(values, "agency_need"), *_of(values, "agency_need_end")):
        pairs += [(name, source) for source in shared]
    pairs += [
        (name, source)
        for name in _of(values, "agency_need")
        for source in _of(values, "pipeline_entries")
    ]
    pairs += [(name, "pipeline_total") for name in _of(values, "agency_need_end")]
    pairs += [
        (f"agency_rate_by_month.{month}", f"agency_fte_by_month.{month}")
        for month in (name.partition(".")[2] for name in _of(values, "agency_fte_by_month"))
    ]
    held = [pair for pair in pairs if set(pair) <= values.keys()]
    return pd.DataFrame(held, columns=["id", "source_id"])


def _values(page: Page) -> dict[str, float]:
    """The value of each fact that has one, before disclosure control."""
    known = [fact for fact in page.raw_facts if fact["value"] is not None]
    return {fact["id"]: float(fact["value"]) for fact in known}


def _of(values: Iterable[str], measure: str) -> tuple[str, ...]:
    return tuple(name for name in values if name.split(".")[0] == measure)


def _adds_up(values: dict[str, float], total: str, parts: tuple[str, ...]) -> bool:
    """Whether a total is the sum of its parts; a person in two teams makes teams add to more."""
    if not parts or not {total, *parts} <= values.keys():
        return False
    return abs(values[total] - sum(values[part] for part in parts)) < 1e-6
