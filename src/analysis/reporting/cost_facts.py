"""The cost page's facts: stated pressures, budget and forecast, agency pay, placements."""

from __future__ import annotations

import pandas as pd

from analysis.measures import (
    agency_pay,
    agency_pay_year,
    costs,
    pay_decomposition,
    placements,
    pressures,
)
from analysis.reporting.facts import slug
from analysis.reporting.page import Page

PLACEMENTS = ("placement_forecast", "placement_spend", "placement_children", "placement_child_week")
CATEGORIES = ("salaried", "agency", "overtime", "placements", "other", "income", "not given")


def add_pressures(page: Page) -> None:
    """Add the pressures that a paper states, and what follows from them."""
    if not page.has("pressures"):
        return
    name, month, stated = "pressures", page.period, page.table("pressures")
    page.add(name, staffing_pressure=pressures.staffing_pressure(stated, month))
    page.add(name, agency_pressure=pressures.agency_pressure(stated, month))
    page.add(name, agency_pressure_share=pressures.agency_pressure_share(stated, month))
    page.add(name, other_pressure=pressures.other_pressure(stated, month))
    if page.has("workforce_monthly"):
        staff = page.table("workforce_monthly")
        per_worker = pressures.agency_pressure_per_worker(stated, staff, month)
        per_post = pressures.agency_pressure_per_post(stated, staff, month)
        page.add(name, agency_pressure_per_worker=per_worker, agency_pressure_per_post=per_post)


def position_of(page: Page) -> pd.DataFrame:
    """The budget's rows of the latest accounting period; empty where no extract has them."""
    if not page.has("budget_monitoring"):
        return pd.DataFrame()
    return costs.budget_position(page.table("budget_monitoring"), page.period)


def add_budget(page: Page, position: pd.DataFrame) -> None:
    """Add budget, forecast, variance, movement and run-rate, whole and by kind and service."""
    if position.empty:
        return
    name = "budget_monitoring"
    whole = costs.budget_variance(position)
    page.add(name, budget_variance=whole, budget_variance_pct=whole, budget_movement=whole)
    page.add(name, annual_budget=whole, forecast_outturn=whole, variance_to_date=whole)
    rate = costs.run_rate(position)
    page.add(name, run_rate=rate, run_rate_gap=rate)
    page.add(name, staffing_bridge=costs.staffing_bridge(position))
    page.add(name, recurring_variance=costs.recurring_variance(position).assign(note=""))
    lines = _lines(position, whole)
    for part in ("budget", "forecast", "variance", "variance_pct", "movement", "virement"):
        page.add(name, **{f"line_{part}": lines})


def _lines(position: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Variance by kind of spend in the order of the accounts, then by service."""
    kinds = costs.budget_variance(position, "category")
    order = kinds["category"].map({name: place for place, name in enumerate(CATEGORIES)})
    kinds = kinds.iloc[order.argsort(kind="stable")]
    kinds = kinds.assign(line=kinds["category"], line_name=kinds["category"].str.capitalize())
    services = costs.budget_variance(position, "service")
    services = services.assign(line="service " + services["service"], line_name=services["service"])
    whole = whole.assign(line="all", line_name="All")
    return pd.concat([kinds, services, whole], ignore_index=True)


def add_agency(page: Page, position: pd.DataFrame, paid_weeks: float) -> None:
    """Add agency pay to date and for a full year, why it moved, and the ledger beside it."""
    if not page.has("agency"):
        return
    name, agency = "agency", page.table("agency")
    pay = agency_pay.agency_pay_by_month(agency, page.period - 28, page.period)
    so_far = agency_pay_year.agency_pay_to_date(pay, page.period)
    page.add(name, agency_gross_to_date=so_far, agency_equivalent_to_date=so_far)
    page.add(name, agency_premium_to_date=so_far, agency_premium_share=so_far)
    year = agency_pay.full_year_agency(agency, page.period, paid_weeks)
    page.add(name, full_year_agency=year, full_year_equivalent=year, full_year_premium=year)
    before, after = agency_pay_year.agency_pay_a_year_apart(pay, page.period)
    known = agency_pay_year.earlier_year_known(agency, page.period)
    if known and len(before) and len(after):
        earlier = agency_pay_year.agency_pay_to_date(pay, page.period - 12)
        fewest = min(so_far["mean_workers"].iloc[0], earlier["mean_workers"].iloc[0])
        parts = agency_pay_year.change_parts(pay_decomposition.cost_change(before, after))
        page.add(name, cost_change_part=parts.assign(mean_workers=fewest))
    sensitivity = agency_pay.cost_sensitivity(year, _caseholders_fte(page))
    sensitivity = sensitivity.assign(agency_headcount=year["agency_headcount"].iloc[0])
    page.add(name, cost_sensitivity=sensitivity, sensitivity_fte=sensitivity)
    page.add(name, sensitivity_equivalent=sensitivity, sensitivity_premium=sensitivity)
    if not position.empty:
        check = agency_pay.agency_ledger_check(position, pay)
        check = check.assign(mean_workers=so_far["mean_workers"].iloc[0])
        page.add(name, agency_ledger_check=check, agency_in_ledger=check, agency_weeks_cost=check)
        page.add(name, agency_ledger_difference_pct=check, agency_paid_weeks=check)


def _caseholders_fte(page: Page) -> float | None:
    """FTE of those who hold cases at the newest date up to the period, where it is given."""
    if not page.has("workforce_monthly"):
        return None
    table = page.table("workforce_monthly").dropna(subset=["caseholders_fte"])
    dates = pd.to_datetime(table["as_at"], errors="coerce", format="mixed")
    held = table[dates <= page.period.end_time]
    return None if held.empty else float(held.loc[dates[held.index].idxmax(), "caseholders_fte"])


def add_placements(page: Page, position: pd.DataFrame) -> None:
    """Add spend on placements by type, with the children that it is spent on, and all types."""
    if position.empty or not position["category"].astype("str").eq("placements").any():
        return
    types = placements.placement_spend(position)
    whole = placements.placement_spend(position.assign(placement_type="all"))
    table = pd.concat([types, whole], ignore_index=True)
    for measure_id in PLACEMENTS:
        page.add("budget_monitoring", **{measure_id: table})


RESTS_ON = [
    ("agency_premium_share", "agency_premium_to_date"),
    ("agency_ledger_difference_pct", "agency_weeks_cost"),
    ("agency_paid_weeks", "agency_weeks_cost"),
]


def relations(position: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Which facts are sums of others, and which rest on others.

    Money of a type of placement rests on its children: where they are hidden, so is the money.
    """
    if "placement_type" not in position:
        return _pairs([], "total_id", "part_id"), _pairs(RESTS_ON, "id", "source_id")
    rows = position[position["category"].astype("str").eq("placements")]
    types = [
        slug(name) for name in rows["placement_type"].astype("str").fillna("not given").unique()
    ]
    sums = [
        (f"{measure_id}.all", f"{measure_id}.{name}")
        for measure_id in PLACEMENTS[:3]
        for name in types
    ]
    rests = [
        (f"{measure_id}.{name}", f"placement_children.{name}")
        for measure_id in PLACEMENTS
        if measure_id != "placement_children"
        for name in [*types, "all"]
    ]
    return _pairs(sums, "total_id", "part_id"), _pairs(RESTS_ON + rests, "id", "source_id")


def _pairs(rows: list[tuple[str, str]], *names: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(names), dtype=object)
