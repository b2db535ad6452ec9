"""Every stage from contact to care side by side, and what more contacts would mean for work."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.measures.definitions import ENDS
from analysis.methods.coverage import held_to, latest_as_at, starts_held_from, without_ends

STAGES = {
    "contacts": "contact_date",
    "referrals": "referral_date",
    "assessments": "start_date",
    "section47": "strategy_date",
    "cp_plans": "start_date",
    "cla_episodes": "care_start_date",
}


def demand_stages(
    tables: Mapping[str, pd.DataFrame], period: str | pd.Period, *, months: int = 12
) -> pd.DataFrame:
    """Count the events and the children at each stage over the months to the period.

    Stages are counted side by side, not followed: a plan of this year may stem from a contact
    of last year. One row is a stage.

    Parameters
    ----------
    tables : mapping of table name to DataFrame
        ``contacts``, ``referrals``, ``assessments``, ``section47``, ``cp_plans``,
        ``cla_episodes``: ``child_id`` and the stage's date; ``as_at`` where given. A
        child's placements in one care period are one start.
    period : text "YYYY-MM" or Period
    months : int

    Returns
    -------
    DataFrame
        ``stage``, ``first_month``, ``last_month``, ``events``, ``children``,
        ``per_100_of_stage_before``, ``note`` (a table that is missing or does not reach over
        the months). Plans and care count from the month of the first end that is held; where
        none is held, only the extract's last whole month counts.

    Examples
    --------
    >>> contacts = pd.DataFrame({"child_id": ["a", "a"], "contact_date":
    ...     pd.to_datetime(["2021-03-01", "2021-03-02"]), "as_at": "2021-03-31"})
    >>> demand_stages({"contacts": contacts}, "2021-03", months=1)["events"].tolist()[:2]
    [2, <NA>]
    """
    last = pd.Period(period, "M")
    table = pd.DataFrame(
        [_one_stage(tables.get(name), name, last - months + 1, last) for name in STAGES]
    ).astype({"events": "Int64", "children": "Int64"})
    before = table["events"].shift().astype("Float64")
    whole = table["note"].eq("") & table["note"].shift().eq("")
    per_100 = 100 * table["events"] / before.mask(before == 0)
    table["per_100_of_stage_before"] = per_100.where(whole)
    return table


def demand_scenario(
    stages: pd.DataFrame, *, cases: float, caseholders_fte: float, change_pct: float = 10.0
) -> pd.DataFrame:
    """What a change in contacts would mean for work, if all else stayed as it is today.

    Every stage keeps its share of contacts, cases stay open as long, and caseholders keep
    today's caseload: then referrals, assessments, cases and caseholders change by the same
    share. A line for planning, not a forecast. One row is an item.

    Parameters
    ----------
    stages : DataFrame
        Result of `demand_stages`.
    cases : float
        Open cases today.
    caseholders_fte : float
        FTE of social workers who hold them.
    change_pct : float
        Change of contacts in per cent.

    Returns
    -------
    DataFrame
        ``item``, ``today``, ``scenario``, ``extra``, ``note`` (the assumption, or what is
        missing).

    Examples
    --------
    >>> stages = pd.DataFrame({"stage": ["contacts", "referrals", "assessments"],
    ...                        "events": [20000, 5000, 4000], "note": ""})
    >>> table = demand_scenario(stages, cases=2400, caseholders_fte=140)
    >>> table["extra"].tolist()
    [2000.0, 500.0, 400.0, 240.0, 14.0]
    """
    named = stages.set_index("stage")["events"].astype("Float64")
    items = {
        "contacts": (named.get("contacts"), f"contacts change by {change_pct:+g}%"),
        "referrals": (named.get("referrals"), "as many referrals a contact as now"),
        "assessments": (named.get("assessments"), "as many assessments a referral as now"),
        "cases": (cases, "cases follow assessments and stay open as long as now"),
        "caseholders_fte": (caseholders_fte, "as many cases a caseholder as now"),
    }
    rows = [{"item": item, "today": today, "note": note} for item, (today, note) in items.items()]
    table = pd.DataFrame(rows)
    table["today"] = pd.to_numeric(table["today"], errors="coerce").astype("Float64")
    table["scenario"] = table["today"] * (1 + change_pct / 100)
    table["extra"] = (table["scenario"] - table["today"]).round(10)
    missing = "cannot be computed: today's number is not held"
    table["note"] = table["note"].mask(table["today"].isna(), missing)
    return table[["item", "today", "scenario", "extra", "note"]]


def _one_stage(table: pd.DataFrame | None, name: str, first: pd.Period, last: pd.Period) -> dict:
    row = {"stage": name, "first_month": first.to_timestamp(), "last_month": last.to_timestamp()}
    row |= {"events": pd.NA, "children": pd.NA, "note": ""}
    if table is None or not len(table) or not {"child_id", STAGES[name]} <= set(table.columns):
        return row | {"note": f"cannot be computed: no records of {name}"}
    events = table
    if name == "cla_episodes":
        events = table.drop_duplicates(["child_id", STAGES[name]])
    dates, as_at, ends = events[STAGES[name]], latest_as_at(table), ENDS.get(name, [])
    start = starts_held_from(table, STAGES[name], ends, as_at)
    reach = held_to(dates, as_at, last)
    if start > last.end_time:
        return row | {"note": f"cannot be computed: held from {start:%B %Y} only"}
    # Of those that began before, only those that lasted are held: they are no month's starts.
    inside = dates.between(max(start, first.to_timestamp()), last.end_time).to_numpy()
    children = events["child_id"][inside].nunique()
    row |= {"events": int(inside.sum()), "children": children}
    if start > first.to_timestamp():
        said = without_ends(table, ends, last)
        row["note"] = f"held from {start:%B %Y} only" + (f"; {said}" if said else "")
    elif reach < last.end_time.normalize():
        row["note"] = f"held to {reach.day} {reach:%B %Y} only"
    return row
