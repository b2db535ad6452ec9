"""What each notebook cannot do without: one, at least, of these tables."""

from __future__ import annotations

from collections.abc import Collection

ONE_OF = {
    "01_demand_growth": ("contacts", "contacts_monthly"),
    "02_kpi_trends": (
        *("kpi_return", "kpi_pairs", "contacts", "referrals", "assessments", "section47"),
        *("cp_plans", "cla_episodes"),
    ),
    "03_agency_reliance": ("workforce_monthly", "establishment", "staff", "agency"),
}
"""The tables by notebook; the others make their pages of whatever is held."""


def lacking(held: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The notebooks that can make no page of the tables that are held, and what each needs.

    Examples
    --------
    >>> lacking({"contacts", "agency"}), list(lacking({"agency"}))
    ({}, ['01_demand_growth', '02_kpi_trends'])
    """
    return {name: tables for name, tables in ONE_OF.items() if not set(tables) & set(held)}
