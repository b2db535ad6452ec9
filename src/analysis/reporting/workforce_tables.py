"""What the workforce tables of one authority give, measure by measure, before disclosure control.

An authority holds lists of posts, staff, agency workers and absence, or a monthly summary of them,
or both. With lists every position is worked from start and end dates; else the summary is taken as
it stands.
"""

from __future__ import annotations

import pandas as pd

from analysis.measures import agency_assignments, caseloads, cover, cover_need
from analysis.measures import workforce_problems as problems
from analysis.measures.workforce import rates_by_month
from analysis.measures.workforce_months import workforce_by_cut, workforce_by_month
from analysis.methods.position import as_at_dates
from analysis.reporting.numbers import shown_number
from analysis.reporting.page import Page

MONTHS = 36
LISTS = ("establishment", "staff", "agency")
SUMMARY = "workforce_monthly"
THRESHOLD = "caseload_threshold"


def has_lists(page: Page) -> bool:
    """Whether the authority's own lists give the position; else a summary has to."""
    return page.has(*LISTS) or not page.has(SUMMARY)


def came_from(page: Page, contract: str) -> str:
    """The table that a figure of this list was read from: the list, or the monthly summary."""
    return contract if has_lists(page) else SUMMARY


def list_of(page: Page, contract: str) -> pd.DataFrame:
    """One of the lists; without rows where no extract holds it."""
    return page.table(contract) if page.has(contract) else pd.DataFrame()


def positions(page: Page) -> pd.DataFrame:
    """One row a date in the columns of ``workforce_monthly``: the last 36 months of the lists.

    Raises
    ------
    MissingTable
        When the authority holds neither lists nor a summary.
    """
    if page.has(SUMMARY) and not has_lists(page) or not any(map(page.has, LISTS)):
        return page.table(SUMMARY)
    tables = [list_of(page, name) for name in (*LISTS, "absence")]
    return workforce_by_month(*tables, page.period - MONTHS + 1, page.period)


def monthly_rates(page: Page, table: pd.DataFrame) -> pd.DataFrame:
    """The dated rows up to the period, one a month, with the Department's rates."""
    dated = table[as_at_dates(table["as_at"]) <= page.period.end_time]
    rates = rates_by_month(dated).drop_duplicates("month", keep="last").tail(MONTHS)
    rates = rates.reindex(columns=dict.fromkeys([*rates.columns, *NEEDED])).assign(note="")
    missing = rates["agency_fte"].isna() | rates["inpost_fte"].isna()
    return rates.assign(
        agency_and_inpost_fte=rates["agency_fte"] + rates["inpost_fte"],
        absent_fte=rates["long_term_absence_fte"] + rates["maternity_fte"],
        note=missing.map({True: "the source does not give it for this month", False: ""}),
    )


NEEDED = (
    *("agency_headcount", "agency_fte", "inpost_fte", "vacancies_fte", "agency_rate_dfe_pct"),
    *("long_term_absence_fte", "maternity_fte", "leavers_12_months_fte"),
    *("starters_12_months_fte", "newly_qualified_headcount", "maternity_headcount"),
    *("long_term_absence_headcount",),
)


def bridge(page: Page, rates: pd.DataFrame) -> pd.DataFrame:
    """Cover needed, given and left open at the period's end; empty where agency is not known."""
    newest = of_period(page, rates)
    if not page.has("agency") or newest.empty or begins_later(page):
        return pd.DataFrame()
    other = cover.other_cover(list_of(page, "establishment"), list_of(page, "staff"), page.period)
    return cover.cover_bridge(newest, by_reason(page), other)


def begins_later(page: Page) -> bool:
    """Whether the list of agency workers begins after the period, so that it says nothing of it."""
    if not page.has("agency"):
        return False
    return bool(page.table("agency")["start_date"].min() > page.period.end_time)


def by_reason(page: Page) -> pd.DataFrame:
    """Agency workers at the period's end by the reason for which they are there."""
    agency = page.table("agency")
    return page.once("by reason", lambda: cover.agency_by_reason(agency, page.period))


def of_period(page: Page, rates: pd.DataFrame) -> pd.DataFrame:
    """The row of the period's own month; empty where the newest row is an earlier one."""
    return rates[rates["month"].dt.to_period("M") == page.period]


def teams(page: Page) -> pd.DataFrame:
    """The position of each team with its caseloads, in the order of the alphabet."""
    if not has_lists(page):
        return pd.DataFrame()
    cut = _cuts(page)["team"]
    spread = caseloads.caseload_distribution(holders(page), threshold(page), by="team")
    table = cut.drop(columns="note").merge(spread.drop(columns="note"), on="team", how="left")
    absent = table["long_term_absence_fte"] + table["maternity_fte"]
    return table.assign(absent_fte=absent, note="not given for this team").sort_values("team")


def roles(page: Page) -> pd.DataFrame:
    """The position of each role that has posts or agency workers, in the order of the alphabet."""
    if not has_lists(page):
        return pd.DataFrame()
    cut = _cuts(page)["role"]
    cut = cut[cut["establishment_fte"].notna() | cut["agency_fte"].fillna(0).gt(0)]
    return cut.assign(note="not given for this role").sort_values("role")


def _cuts(page: Page) -> dict[str, pd.DataFrame]:
    """The positions of teams and of roles, worked together."""
    lists = [list_of(page, name) for name in (*LISTS, "absence")]
    return page.once("cuts", lambda: workforce_by_cut(*lists, page.period))


def holders(page: Page) -> pd.DataFrame:
    """Everyone who holds cases at the period's end, without a name or number."""
    lists = list_of(page, "staff"), list_of(page, "agency")
    return page.once("caseholders", lambda: caseloads.caseholders(*lists, page.period))


def threshold(page: Page) -> float | None:
    """The authority's own caseload threshold, from its authority.toml."""
    given = page.authority.raw.get(THRESHOLD)
    return None if given is None else float(given)


def return_fields(page: Page) -> pd.DataFrame:
    """The fields of the quarterly return, one a row, all job types together."""
    row = agency_assignments.quarterly_return(page.table("agency"), page.period).iloc[-1]
    fields = (
        ("assignments", "Assignments in force on any day", "count", None),
        ("started", "Of them started in the quarter", "count", None),
        ("ended", "Of them ended in the quarter", "count", None),
        ("agency_headcount", "Workers at the date, headcount", "count", None),
        ("agency_fte", "Workers at the date, FTE", "FTE", None),
        ("in_project_teams", "In project teams", "count", None),
        ("mean_hourly_rate_gbp", "Mean hourly rate", "GBP an hour", "with_rate"),
        ("above_cap", "Assignments above the regional cap", "count", None),
    )
    return pd.DataFrame([_return_field(row, *field) for field in fields])


def _return_field(row: pd.Series, field: str, label: str, unit: str, base: str | None) -> dict:
    """One field; a mean rate is written to the penny and rests on those with a rate."""
    given = pd.notna(row[field])
    decimals = {"FTE": 1, "count": 0}.get(unit, 2)
    return {
        "field": field,
        "label": label,
        "value": float(row[field]) if given else None,
        "words": shown_number(float(row[field]), unit, decimals) if given else "",
        "denominator": row[base] if base else None,
        "unit": unit,
        "as_at": row["as_at"],
        "note": "" if given else "the list does not give it",
    }


def oddities(page: Page, table: pd.DataFrame) -> pd.DataFrame:
    """Odd rows of the lists counted by what was seen, each with what was made of it."""
    checks = {
        "staff": lambda rows: problems.staff_problems(rows, page.period),
        "agency": lambda rows: problems.agency_problems(rows, page.period),
    }
    found = [check(page.table(name)).assign(list=name) for name, check in checks.items()
             if page.has(name)]  # fmt: skip
    found.append(problems.summary_problems(table).assign(list="months"))
    rows = pd.concat(found, ignore_index=True)
    counted = rows.groupby(["list", "message"], sort=False).size().reset_index(name="rows")
    return counted.assign(oddity=counted["message"].astype("str").str.split(":").str[0], note="")


def compared(page: Page, staff: pd.DataFrame) -> tuple[list[str], list[str]]:
    """What the monthly summary gives as the lists do, and what otherwise, at the period's end."""
    if not has_lists(page) or not page.has(SUMMARY):
        return [], []
    mine, theirs = (_at_period(page, table) for table in (staff, page.table(SUMMARY)))
    if mine.empty or theirs.empty:
        return [], []
    both = [name for name in COMPARED if pd.notna(theirs[name].item() + mine[name].item())]
    apart = [name for name in both if abs(theirs[name].item() - mine[name].item()) >= APART]
    return [COMPARED[n] for n in both if n not in apart], [COMPARED[n] for n in apart]


def _at_period(page: Page, table: pd.DataFrame) -> pd.DataFrame:
    """The last row of a table of positions that is dated in the period's own month, if any."""
    months = as_at_dates(table["as_at"]).dt.to_period("M")
    return table[months == page.period].tail(1).reindex(columns=list(COMPARED))


COMPARED = {
    "agency_headcount": "agency workers",
    "agency_fte": "agency FTE",
    "inpost_fte": "FTE in post",
    "vacancies_fte": "vacant FTE",
    "newly_qualified_headcount": "newly qualified social workers",
    "maternity_headcount": "people on maternity leave",
    "long_term_absence_headcount": "people on long-term absence",
}
APART = 0.05


def scenarios(page: Page, rates: pd.DataFrame, steps: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    """Programmes that end, the assumptions, and the agency need of the months ahead."""
    entries = cover_need.pipeline_entries(list_of(page, "staff"), page.period)
    newest = of_period(page, rates)
    if newest.empty or steps.empty:
        return entries, pd.DataFrame(), pd.DataFrame()
    assumptions = cover_need.default_assumptions(newest, steps)
    return entries, assumptions, cover_need.agency_need(assumptions, entries, page.period)
