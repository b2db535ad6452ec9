"""What agency workers cost: gross, what employees would cost, and the premium between, apart.

Computed from the assignments: hours (weekly hours over the days of the assignment) times the
hourly rate. An assignment without a rate or hours is counted and is in no sum.
"""

import numpy as np
import pandas as pd

from analysis.methods.stays import in_force, overlap_days

WEEKS_A_YEAR = 52


def agency_pay_by_month(
    agency: pd.DataFrame, first: str | pd.Period, last: str | pd.Period
) -> pd.DataFrame:
    """Weeks, hours and cost of agency workers in each month, by job type.

    Parameters
    ----------
    agency : DataFrame
        One row an assignment: ``start_date``, ``end_date``, ``weekly_hours``,
        ``hourly_rate_gbp``, ``employee_equivalent_hourly_gbp``, ``job_type``.
    first, last : str or Period
        First and last month, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row a month and job type ("not given" where blank): ``month``, ``job_type``,
        ``agency_weeks`` (days / 7, every assignment), ``hours``, ``gross_gbp``,
        ``equivalent_gbp`` (the same hours at what an employee costs), ``premium_gbp`` (gross
        minus equivalent, over assignments that have both), ``gross_with_equivalent_gbp``,
        ``without_pay`` (assignments of the month without rate or hours), ``without_equivalent``.

    Examples
    --------
    Seven days at 37 hours, 40 pounds an hour, against 28 for an employee.

    >>> agency = pd.DataFrame({"start_date": pd.to_datetime(["2021-08-02"]),
    ...     "end_date": pd.to_datetime(["2021-08-08"]), "weekly_hours": [37.0],
    ...     "hourly_rate_gbp": [40.0], "employee_equivalent_hourly_gbp": [28.0]})
    >>> row = agency_pay_by_month(agency, "2021-08", "2021-08").iloc[0]
    >>> print(row["gross_gbp"], row["equivalent_gbp"], row["premium_gbp"])
    1480.0 1036.0 444.0
    """
    rows = agency.reindex(columns=list(_COLUMNS)).astype(_COLUMNS).reset_index(drop=True)
    months = pd.period_range(first, last, freq="M")
    starts = pd.DatetimeIndex(months.to_timestamp())
    ends = pd.DatetimeIndex(months.to_timestamp(how="end").normalize())
    days = overlap_days(rows, starts, ends).to_numpy()
    row, column = np.nonzero(days)
    return _costed(rows.iloc[row].assign(month=starts[column], days=days[row, column]))


def full_year_agency(
    agency: pd.DataFrame, period: str | pd.Period, paid_weeks: float = WEEKS_A_YEAR
) -> pd.DataFrame:
    """Cost of a year if the assignments of the period's last day ran all year.

    Parameters
    ----------
    agency : DataFrame
        As for ``agency_pay_by_month``, with ``worker_id`` and ``fte``.
    period : str or Period
        The month that the report ends with.
    paid_weeks : float, default 52
        Weeks of a year for which a worker is paid. An assignment's dates do not tell weeks of
        leave, so 52 is the most that the year can cost.

    Returns
    -------
    DataFrame
        One row: ``agency_headcount``, ``agency_fte``, ``paid_weeks``, ``gross_gbp``,
        ``equivalent_gbp``, ``premium_gbp``, ``gross_per_fte_gbp``, ``premium_per_fte_gbp``,
        ``without_pay``, ``without_equivalent``, ``as_at``, ``note``.

    Examples
    --------
    >>> agency = pd.DataFrame({"worker_id": ["a"], "fte": [1.0], "weekly_hours": [37.0],
    ...     "start_date": pd.to_datetime(["2021-08-02"]), "end_date": pd.NaT,
    ...     "hourly_rate_gbp": [40.0], "employee_equivalent_hourly_gbp": [28.0]})
    >>> full_year_agency(agency, "2021-08")["premium_gbp"].item()
    23088.0
    """
    end = pd.Period(period, "M").end_time.normalize()
    columns = _COLUMNS | {"worker_id": "str", "fte": "float64"}
    now = in_force(agency.reindex(columns=list(columns)).astype(columns), end)
    year = _costed(now.assign(month=end, days=paid_weeks * 7.0))
    money = ["gross_gbp", "equivalent_gbp", "premium_gbp"]
    sums = year[money].sum(min_count=1)
    left_out = int(year["without_pay"].sum())
    no_equivalent = int(year["without_equivalent"].sum())
    paid = now["hourly_rate_gbp"].notna() & now["weekly_hours"].notna()
    both = paid & now["employee_equivalent_hourly_gbp"].notna()
    fte, fte_both = now.loc[paid, "fte"].sum(), now.loc[both, "fte"].sum()
    notes = [f"assignments without rate or weekly hours, in no sum: {left_out}"] if left_out else []
    if no_equivalent:
        notes.append(f"assignments without an employee's cost, not in the premium: {no_equivalent}")
    if now.empty:
        notes = ["no assignment runs at the end of the period"]
    return pd.DataFrame(
        {
            "agency_headcount": [now["worker_id"].nunique()],
            "agency_fte": [now["fte"].sum()],
            "paid_weeks": [paid_weeks],
            **{name: [sums[name]] for name in money},
            "gross_per_fte_gbp": [sums["gross_gbp"] / fte if fte > 0 else float("nan")],
            "premium_per_fte_gbp": [
                sums["premium_gbp"] / fte_both if fte_both > 0 else float("nan")
            ],
            "without_pay": [left_out],
            "without_equivalent": [no_equivalent],
            "as_at": [f"{end:%Y-%m-%d}"],
            "note": ["; ".join(notes)],
        }
    )


def agency_ledger_check(position: pd.DataFrame, pay: pd.DataFrame) -> pd.DataFrame:
    """Agency cost in the ledger against the cost of the agency weeks, to the same month.

    Parameters
    ----------
    position : DataFrame
        The result of ``costs.budget_position``: ``category``, ``actual_to_date_gbp``,
        ``financial_year``, ``month``, ``as_at``.
    pay : DataFrame
        The result of ``agency_pay_by_month``, over at least April to that month.

    Returns
    -------
    DataFrame
        One row: ``ledger_gbp``, ``assignments_gbp``, ``difference_gbp`` (ledger minus
        assignments), ``difference_pct``, ``agency_weeks``, ``ledger_per_week_gbp``,
        ``assignments_per_week_gbp``, ``weeks_paid_of_52`` (ledger / assignments x 52: as many
        weeks of a year as the ledger has paid for, if rates and hours are right), ``as_at``,
        ``note``. The assignments count every week from first to last day, leave included.

    Examples
    --------
    >>> position = pd.DataFrame({"category": ["agency"], "actual_to_date_gbp": [1100.0],
    ...     "month": pd.to_datetime(["2021-04-01"]), "as_at": ["2021-04"]})
    >>> pay = pd.DataFrame({"month": pd.to_datetime(["2021-04-01"]), "gross_gbp": [1000.0],
    ...                     "agency_weeks": [1.0], "without_pay": [0]})
    >>> agency_ledger_check(position, pay)["difference_gbp"].item()
    100.0
    """
    ours = position[position["category"].astype("str").eq("agency")]
    ledger = ours["actual_to_date_gbp"].sum(min_count=1)
    if pd.isna(ledger):
        note = "cannot be computed: no agency rows with actual_to_date_gbp"
        return pd.DataFrame({"difference_gbp": [float("nan")], "note": [note]})
    last = ours["month"].iloc[0]
    april = pd.Timestamp(last.year - (last.month < 4), 4, 1)
    year = pay[pay["month"].between(april, last)]
    gross, weeks = year["gross_gbp"].sum(min_count=1), year["agency_weeks"].sum()
    missing = int(year["without_pay"].sum())
    note = f"assignment-months without rate or hours, in no sum: {missing}" if missing else ""
    if pd.isna(gross):
        note = "cannot be computed: no assignment of the year has a rate and hours"
    return pd.DataFrame(
        {
            "ledger_gbp": [ledger],
            "assignments_gbp": [gross],
            "difference_gbp": [ledger - gross],
            "difference_pct": [(ledger - gross) / gross * 100 if gross > 0 else float("nan")],
            "agency_weeks": [weeks],
            "ledger_per_week_gbp": [ledger / weeks if weeks > 0 else float("nan")],
            "assignments_per_week_gbp": [gross / weeks if weeks > 0 else float("nan")],
            "weeks_paid_of_52": [ledger / gross * WEEKS_A_YEAR if gross > 0 else float("nan")],
            "as_at": [ours["as_at"].iloc[0]],
            "note": [note],
        }
    )


def cost_sensitivity(full_year: pd.DataFrame, caseholders_fte: float | None) -> pd.DataFrame:
    """What one agency post, and one per cent of demand, would cost in a year.

    One per cent of demand is taken to need one per cent more FTE of case holders, at today's
    caseload; whether agency workers or employees would do the work is shown both ways.

    Parameters
    ----------
    full_year : DataFrame
        The result of ``full_year_agency``.
    caseholders_fte : float or None
        FTE of those who hold cases, agency included; None or missing is said.

    Returns
    -------
    DataFrame
        One row a change: ``change``, ``fte``, ``gross_gbp`` (by agency workers),
        ``equivalent_gbp`` (by employees), ``premium_gbp``, ``as_at``, ``note``.

    Examples
    --------
    >>> year = pd.DataFrame({"gross_per_fte_gbp": [80000.0], "premium_per_fte_gbp": [24000.0],
    ...                      "as_at": ["2021-08-31"]})
    >>> cost_sensitivity(year, 120.0)[["change", "gross_gbp"]].values.tolist()
    [['one agency post', 80000.0], ['1% of demand', 96000.0]]
    """
    row = full_year.iloc[0]
    each, premium = row["gross_per_fte_gbp"], row["premium_per_fte_gbp"]
    known = caseholders_fte is not None and not pd.isna(caseholders_fte)
    fte = pd.Series([1.0, caseholders_fte / 100 if known else float("nan")])
    unpaid = "cannot be computed: no assignment has a rate and hours" if pd.isna(each) else ""
    notes = [unpaid, unpaid or ("" if known else "cannot be computed: caseholders_fte missing")]
    return pd.DataFrame(
        {
            "change": ["one agency post", "1% of demand"],
            "fte": fte,
            "gross_gbp": fte * each,
            "equivalent_gbp": fte * (each - premium),
            "premium_gbp": fte * premium,
            "as_at": row["as_at"],
            "note": notes,
        }
    )


_COLUMNS = {
    "start_date": "datetime64[us]",
    "end_date": "datetime64[us]",
    "weekly_hours": "float64",
    "hourly_rate_gbp": "float64",
    "employee_equivalent_hourly_gbp": "float64",
    "job_type": "str",
}


def _costed(rows: pd.DataFrame) -> pd.DataFrame:
    """Cost each assignment over its days, then add by month and job type."""
    hours = rows["weekly_hours"] * rows["days"] / 7
    gross = hours * rows["hourly_rate_gbp"]
    equivalent = hours * rows["employee_equivalent_hourly_gbp"]
    costed = rows.assign(
        job_type=rows["job_type"].fillna("not given"),
        agency_weeks=rows["days"] / 7,
        hours=hours.where(gross.notna()),
        gross_gbp=gross,
        equivalent_gbp=equivalent.where(gross.notna()),
        premium_gbp=gross - equivalent,
        gross_with_equivalent_gbp=gross.where(equivalent.notna()),
        without_pay=gross.isna().astype("int64"),
        without_equivalent=(gross.notna() & equivalent.isna()).astype("int64"),
    )
    sums = [
        "agency_weeks", "hours", "gross_gbp", "equivalent_gbp", "premium_gbp",
        "gross_with_equivalent_gbp", "without_pay", "without_equivalent",
    ]  # fmt: skip
    table = costed.groupby(["month", "job_type"])[sums].sum(min_count=1)
    return table.reset_index()
