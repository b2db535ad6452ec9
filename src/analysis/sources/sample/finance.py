"""Budget monitoring: what the staff, agency workers and placements of the sample cost.

Spend follows the other tables month by month; budgets were set on what was known in the year
before, so that the planted surge and the planted price rise show as an overspend.
"""

import numpy as np
import pandas as pd

from analysis.sources.sample import workforce_calibration as terms
from analysis.sources.sample.draws import stream
from analysis.sources.sample.effects import Effects
from analysis.sources.sample.span import Span, month_ends
from analysis.sources.sample.workforce import running

MONTHS_SHOWN = 24
VACANCY_FACTOR = 0.01  # of the salaries budget, saved by posts that stand empty
VIREMENT_SHARE = 0.02
AGENCY_BUDGET_SHARE = 0.85  # of last year's agency spend
OTHER_GBP_A_FTE = 1_900
OVERTIME_SHARE = 0.006
COST_CENTRES = {
    "Front Door": ("CS1010", "Front door", "Safeguarding"),
    "Assessment": ("CS1020", "Assessment teams", "Safeguarding"),
    "Locality": ("CS1030", "Locality teams", "Safeguarding"),
    "Children in Care": ("CS1040", "Children in care teams", "Children looked after"),
    "Disabled Children": ("CS1050", "Disabled children's team", "Safeguarding"),
    "Reviewing Service": ("CS1060", "Reviewing service", "Safeguarding"),
}
# Placement groups: types and provider, cost centre, price a week at the start of the sample.
PLACEMENT_GROUPS = (
    ("In-house fostering", ("U4", "U6", "A6"), ("PR1",), "CS2010", 465),
    ("Kinship fostering", ("U1", "U3"), ("PR1",), "CS2010", 270),
    ("Independent fostering agency", ("U4", "U6"), ("PR4",), "CS2020", 1_010),
    ("Residential children's homes", ("K2", "S1"), ("PR4",), "CS2030", 5_150),
    ("Own children's homes", ("K2",), ("PR1",), "CS2040", 4_350),
    ("Supported accommodation", ("H5",), ("PR4",), "CS2050", 1_280),
)
PRICE_RISE = 0.04
SUBJECTIVES = {
    "salaried": ("1000", "Salaries and on-costs"),
    "agency": ("1400", "Agency staff"),
    "overtime": ("1200", "Overtime"),
    "other": ("3000", "Travel and other running costs"),
    "placements": ("5000", "Placement payments"),
    "income": ("9000", "Government grant"),
}
COMMENTS = {
    "agency": "Cover for long-term sickness and maternity leave began in {month}.",
    "residential": "Prices of external residential placements rose in the April contract round.",
}


def budget_monitoring(
    seed: int, span: Span, planted: Effects, staff: pd.DataFrame, agency: pd.DataFrame,
    episodes: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Return one row a cost centre, subjective and period, in the contract's columns.

    Whole financial years are shown from the one that holds the month 24 months back: periods 1
    to 12 and the closing period 13 of closed years, up to the last month of the sample.

    Parameters
    ----------
    seed, span, planted
        As for the whole sample.
    staff, agency, episodes : DataFrame
        The workforce and placement tables, with datetime64 dates.
    """
    months = _months(span)
    lines = [
        *_staff_lines(months, staff),
        *_agency_lines(months, agency),
        *_placement_lines(months, planted, episodes),
    ]
    lines.append(_grant_line(months, lines))
    swing = stream(seed, "finance")
    parts = [_periods(swing, planted, months, line) for line in lines]
    table = _with_virement(pd.concat(parts, ignore_index=True), planted)
    order = ["financial_year", "period_no", "cost_centre", "subjective", "placement_type"]
    return table.sort_values(order, kind="stable", ignore_index=True, na_position="first")


def _months(span: Span) -> pd.PeriodIndex:
    """Return every month from the year before the first year shown."""
    back = max(span.last_month - (MONTHS_SHOWN - 1), span.first_month)
    year = back.year if back.month >= 4 else back.year - 1
    return pd.period_range(pd.Period(f"{year - 1}-04", "M"), span.last_month, freq="M")


def financial_years(months: pd.PeriodIndex) -> np.ndarray:
    """Return the calendar year in which each month's financial year starts."""
    return np.asarray(months.year) - (np.asarray(months.month) < 4)


def _staff_lines(months: pd.PeriodIndex, staff: pd.DataFrame) -> list[dict]:
    """Return salaries, overtime and running costs of each group of teams, by month."""
    years = financial_years(months) - financial_years(months)[0]
    rise = (1 + terms.PAY_RISE) ** years
    posted = staff[staff["post_id"].notna()]
    here = running(posted, month_ends(months))
    pay = posted["role"].map(terms.SALARY_GBP).to_numpy(dtype=float) * posted["fte"].to_numpy() / 12
    lines = []
    for group, centre in COST_CENTRES.items():
        mine = posted["team"].str.startswith(group).to_numpy()
        salaries = pay[mine] @ here[mine] * rise
        fte = posted["fte"].to_numpy()[mine] @ here[mine]
        lines += [
            {"centre": centre, "category": "salaried", "spend": salaries},
            {"centre": centre, "category": "overtime", "spend": salaries * OVERTIME_SHARE},
            {"centre": centre, "category": "other", "spend": fte * OTHER_GBP_A_FTE / 12},
        ]
    return lines


def _agency_lines(months: pd.PeriodIndex, agency: pd.DataFrame) -> list[dict]:
    """Return gross agency cost of each group of teams: weeks worked in a month by weekly charge."""
    first = months.to_timestamp().to_numpy().astype("datetime64[D]")
    last = month_ends(months)
    start = agency["start_date"].to_numpy().astype("datetime64[D]")[:, None]
    end = agency["end_date"].to_numpy().astype("datetime64[D]")[:, None]
    end = np.where(np.isnat(end), last[-1], end)
    days = (np.minimum(end, last) - np.maximum(start, first)).astype("int64") + 1
    weekly = (agency["hourly_rate_gbp"] * agency["weekly_hours"]).to_numpy()[:, None]
    cost = np.maximum(days, 0) / 7 * weekly * terms.WORKING_WEEKS / 52
    lines = []
    for group, centre in COST_CENTRES.items():
        mine = agency["team"].str.startswith(group).to_numpy()
        lines.append({"centre": centre, "category": "agency", "spend": cost[mine].sum(axis=0)})
    return lines


def _placement_lines(
    months: pd.PeriodIndex, planted: Effects, episodes: pd.DataFrame
) -> list[dict]:
    """Return placement payments by group: children placed at the month's end by weekly price."""
    years = financial_years(months) - financial_years(months)[0]
    weeks = np.asarray(months.days_in_month) / 7
    dated = episodes.rename(
        columns={"placement_start_date": "start_date", "placement_end_date": "end_date"}
    )
    lines = []
    for name, types, providers, code, price in PLACEMENT_GROUPS:
        mine = dated["placement_type"].isin(types) & dated["placement_provider"].isin(providers)
        children = running(dated[mine], month_ends(months)).sum(axis=0)
        rate = price * (1 + PRICE_RISE) ** years
        if name.startswith("Residential"):
            dear = financial_years(months) >= planted.overspend_year
            rate = rate * np.where(dear, planted.residential_price_ratio, 1.0)
        lines.append(
            {
                "centre": (code, name, "Children looked after"),
                "category": "placements",
                "spend": children * weeks * rate,
                "placement_type": name,
                "children": children,
            }
        )
    return lines


def _grant_line(months: pd.PeriodIndex, lines: list[dict]) -> dict:
    """Return government grant, a steady sum against the spend."""
    first_year = sum(line["spend"][:12].sum() for line in lines)
    grant = np.full(len(months), -round(first_year * 0.07 / 12, -3))
    return {
        "centre": ("CS3010", "Grants", "Children looked after"),
        "category": "income",
        "spend": grant,
    }


def _periods(
    swing: np.random.Generator, planted: Effects, months: pd.PeriodIndex, line: dict
) -> pd.DataFrame:
    """Return the periods of one line for every year shown."""
    years = financial_years(months)
    spend = line["spend"] * np.exp(swing.normal(0, 0.006, len(months)))
    parts = []
    for year in np.unique(years)[1:]:
        mine = np.flatnonzero(years == year)
        before = spend[years == year - 1].sum()
        budget = _budget(line, before)
        parts.append(_year(line, int(year), spend[mine], budget, mine))
    return _described(pd.concat(parts, ignore_index=True), line, planted)


def _with_virement(table: pd.DataFrame, planted: Effects) -> pd.DataFrame:
    """Return the table with budget moved from locality salaries to locality agency in period 3."""
    since = table["financial_year"].str.startswith(str(planted.overspend_year))
    since &= (table["period_no"] >= 3) & (table["cost_centre"] == COST_CENTRES["Locality"][0])
    salaries, agency = (since & (table["category"] == name) for name in ("salaried", "agency"))
    if not since.any():
        return table
    moved = round(float(table.loc[salaries, "annual_budget_gbp"].iloc[0]) * VIREMENT_SHARE, -3)
    table.loc[salaries, "virement_gbp"], table.loc[agency, "virement_gbp"] = -moved, moved
    share = np.minimum(table["period_no"], 12) / 12
    table["annual_budget_gbp"] += table["virement_gbp"]
    table["profiled_budget_gbp"] = (
        table["profiled_budget_gbp"] + table["virement_gbp"] * share
    ).round(2)
    return table


def _budget(line: dict, before: float) -> float:
    """Return a year's budget: last year's spend at this year's prices, or a little less."""
    if line["category"] == "agency":
        return round(before * AGENCY_BUDGET_SHARE, -3)
    if line["category"] == "salaried":
        return round(before * (1 + terms.PAY_RISE) * (1 - VACANCY_FACTOR), -3)
    if line["category"] == "placements":
        return round(before * (1 + PRICE_RISE), -3)
    return round(before, -3)


def _year(
    line: dict, year: int, spend: np.ndarray, budget: float, mine: np.ndarray
) -> pd.DataFrame:
    """Return one year of one line: cumulative figures, forecasts and the closing period."""
    count = len(spend)
    period = np.arange(1, count + 1)
    actual = np.cumsum(spend)
    forecast = actual + spend * (12 - period)
    settled = np.minimum(period / 4, 1.0)  # early forecasts lean on the budget
    forecast = settled * forecast + (1 - settled) * (0.5 * forecast + 0.5 * budget)
    if count == 12:
        forecast[-1] = actual[-1]
    table = pd.DataFrame(
        {
            "period_no": period,
            "annual_budget_gbp": budget,
            "profiled_budget_gbp": np.round(budget * period / 12, 2),
            "actual_to_date_gbp": np.round(actual, 2),
            "commitments_gbp": np.round(np.maximum(spend, 0) * 0.03, 2),
            "forecast_outturn_gbp": np.round(forecast, 2),
            "prior_forecast_gbp": np.round(np.append(budget, forecast[:-1]), 2),
            "children": line["children"][mine] if "children" in line else None,
        }
    )
    if count == 12:
        closing = table.iloc[[-1]].assign(
            period_no=13, commitments_gbp=0.0, prior_forecast_gbp=round(forecast[-1], 2)
        )
        table = pd.concat([table, closing], ignore_index=True)
    return table.assign(financial_year=f"{year}/{(year + 1) % 100:02d}")


def _described(table: pd.DataFrame, line: dict, planted: Effects) -> pd.DataFrame:
    """Return the periods with names, virements and the service's comments."""
    code, name, service = line["centre"]
    subjective, subjective_name = SUBJECTIVES[line["category"]]
    year = table["financial_year"].str[:4].astype("int64")
    comment = pd.Series(None, index=table.index, dtype=object)
    now = year >= planted.overspend_year
    if line["category"] == "agency":
        comment[now] = COMMENTS["agency"].format(month=f"{planted.surge_start.strftime('%B %Y')}")
    if name.startswith("Residential"):
        comment[now] = COMMENTS["residential"]
    return table.assign(
        cost_centre=code,
        cost_centre_name=name,
        service=service,
        subjective=subjective,
        subjective_name=subjective_name,
        category=line["category"],
        virement_gbp=0.0,
        recurring="No" if line["category"] in ("agency", "overtime") else "Yes",
        placement_type=line.get("placement_type"),
        comment=comment,
    )
