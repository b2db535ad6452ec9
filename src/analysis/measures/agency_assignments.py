"""Agency assignments: how long, in which job, at what rate, and how many above the regional cap.

Statutory guidance on agency social workers (in force from 31 October 2024) asks councils for a
quarterly return, names five core job types, and lets each region agree caps on what is paid. The
cap is compared with the hourly rate of the same assignment, both as the extract gives them.
"""

import pandas as pd

from analysis.methods.stays import in_force

NOT_GIVEN = "not given"
# The last two are one job type under two names.
CORE_JOB_TYPES = (
    "social worker",
    "senior social worker",
    "advanced practitioner",
    "team manager",
    "independent reviewing officer or conference chair",
    "iro or cp chair",
)
TENURE_BANDS = {
    "under 3 months": 91,
    "3 to under 6 months": 182,
    "6 to under 12 months": 365,
    "12 months and over": float("inf"),
}
RATE_BAND_GBP = 5


def assignments_in_force(agency: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Agency assignments that run at the end of the period, with tenure and place against the cap.

    Parameters
    ----------
    agency : DataFrame
        One row an assignment: ``worker_id``, ``fte``, ``start_date``, ``end_date``, ``team``,
        ``job_type``, ``reason``, ``hourly_rate_gbp``, ``cap_hourly_gbp``, ``weekly_hours``,
        ``project_team``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row an assignment: the columns above (job type and reason "not given" where blank),
        ``tenure_days`` (start to the period's end), ``tenure_band``, ``rate_band`` (bands of 5
        pounds an hour), ``above_cap`` (boolean; missing where rate or cap is not given).

    Examples
    --------
    >>> agency = pd.DataFrame({"worker_id": ["a"], "fte": [1.0], "hourly_rate_gbp": [41.5],
    ...     "cap_hourly_gbp": [40.0], "start_date": pd.to_datetime(["2021-08-01"]),
    ...     "end_date": pd.NaT})
    >>> row = assignments_in_force(agency, "2021-08").iloc[0]
    >>> print(row["tenure_days"], row["tenure_band"], row["rate_band"], row["above_cap"])
    30.0 under 3 months £40 to under £45 True
    """
    end = pd.Period(period, "M").end_time.normalize()
    now = in_force(agency.reindex(columns=list(_COLUMNS)).astype(_COLUMNS), end)
    days = (end - now["start_date"]).dt.days.astype("float64")
    edges = [-1, *(limit - 1 for limit in TENURE_BANDS.values())]
    tenure = pd.cut(days, edges, labels=list(TENURE_BANDS)).astype("str")
    both = now["hourly_rate_gbp"].notna() & now["cap_hourly_gbp"].notna()
    above = (now["hourly_rate_gbp"] > now["cap_hourly_gbp"]).astype("boolean").where(both)
    return now.assign(
        job_type=now["job_type"].fillna(NOT_GIVEN),
        reason=now["reason"].fillna(NOT_GIVEN),
        team=now["team"].fillna(NOT_GIVEN),
        tenure_days=days,
        tenure_band=tenure,
        rate_band=now["hourly_rate_gbp"].map(_rate_band).astype("str"),
        above_cap=above,
    ).reset_index(drop=True)


def agency_by_tenure(assignments: pd.DataFrame) -> pd.DataFrame:
    """Agency assignments by how long they have run.

    Parameters
    ----------
    assignments : DataFrame
        The result of ``assignments_in_force``.

    Returns
    -------
    DataFrame
        One row a band: ``tenure_band``, ``agency_headcount``, ``agency_fte``,
        ``share_of_fte_pct``. Bands: under 91, 182, 365 days, and longer.

    Examples
    --------
    >>> table = pd.DataFrame({"worker_id": ["a", "b"], "fte": [1.0, 1.0],
    ...                       "tenure_band": ["under 3 months", "12 months and over"]})
    >>> agency_by_tenure(table)["agency_headcount"].tolist()
    [1, 0, 0, 1]
    """
    return _counted(assignments, "tenure_band", list(TENURE_BANDS))


def agency_by_job_type(assignments: pd.DataFrame) -> pd.DataFrame:
    """Agency assignments by job type, the five core types of the statutory guidance first.

    Parameters
    ----------
    assignments : DataFrame
        The result of ``assignments_in_force``.

    Returns
    -------
    DataFrame
        One row a job type: ``job_type`` as the extract writes it, ``agency_headcount``,
        ``agency_fte``, ``share_of_fte_pct``. A core type that no one holds is not listed.

    Examples
    --------
    >>> table = pd.DataFrame({"worker_id": ["a", "b"], "fte": [1.0, 1.0],
    ...                       "job_type": ["not given", "social worker"]})
    >>> agency_by_job_type(table)["job_type"].tolist()
    ['social worker', 'not given']
    """
    seen = assignments["job_type"].unique()
    core = [kind for kind in seen if kind.lower() in CORE_JOB_TYPES]
    core = sorted(core, key=lambda kind: CORE_JOB_TYPES.index(kind.lower()))
    others = sorted(set(seen) - {*core, NOT_GIVEN})
    last = [NOT_GIVEN] if NOT_GIVEN in seen else []
    return _counted(assignments, "job_type", [*core, *others, *last])


def agency_by_rate_band(assignments: pd.DataFrame) -> pd.DataFrame:
    """Agency assignments by hourly rate, in bands of 5 pounds.

    Parameters
    ----------
    assignments : DataFrame
        The result of ``assignments_in_force``.

    Returns
    -------
    DataFrame
        One row a band, lowest first, "not given" last: ``rate_band``, ``agency_headcount``,
        ``agency_fte``, ``share_of_fte_pct``.

    Examples
    --------
    >>> table = pd.DataFrame({"worker_id": ["a", "b"], "fte": [1.0, 0.5],
    ...     "hourly_rate_gbp": [41.0, None], "rate_band": ["£40 to under £45", "not given"]})
    >>> agency_by_rate_band(table)["share_of_fte_pct"].round(1).tolist()
    [66.7, 33.3]
    """
    bands = assignments.sort_values("hourly_rate_gbp")["rate_band"].unique().tolist()
    return _counted(assignments, "rate_band", bands)


def agency_above_cap(assignments: pd.DataFrame) -> pd.DataFrame:
    """Share of agency assignments paid above the regional cap.

    Parameters
    ----------
    assignments : DataFrame
        The result of ``assignments_in_force``.

    Returns
    -------
    DataFrame
        One row: ``above_cap``, ``with_rate_and_cap`` (assignments that can be compared),
        ``above_cap_pct``, ``without_rate_or_cap``, ``note``.

    Examples
    --------
    >>> table = pd.DataFrame({"above_cap": pd.array([True, False, None], "boolean")})
    >>> agency_above_cap(table)[["above_cap_pct", "without_rate_or_cap"]].iloc[0].tolist()
    [50.0, 1.0]
    """
    compared = int(assignments["above_cap"].notna().sum())
    above = int(assignments["above_cap"].sum())
    without = len(assignments) - compared
    if not compared:
        note = "cannot be computed: no assignment has both hourly_rate_gbp and cap_hourly_gbp"
    else:
        note = f"{without} without a rate or a cap are not in the share" if without else ""
    return pd.DataFrame(
        {
            "above_cap": [above],
            "with_rate_and_cap": [compared],
            "above_cap_pct": [above / compared * 100 if compared else float("nan")],
            "without_rate_or_cap": [without],
            "note": [note],
        }
    )


def quarterly_return(agency: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Figures of the quarter that a quarterly agency return asks for, by job type.

    The fields are those that the extract can hold; the return's own template is the Department's
    and is to be checked before the figures are submitted.

    Parameters
    ----------
    agency : DataFrame
        As for ``assignments_in_force``.
    period : str or Period
        A month of the quarter; quarters begin in January, April, July and October.

    Returns
    -------
    DataFrame
        One row a job type, then "all": ``job_type``, ``quarter`` ("2025 Q3"),
        ``assignments`` (in force on any day of the quarter), ``started``, ``ended``,
        ``agency_headcount`` and ``agency_fte`` (at the quarter's end or the period's),
        ``in_project_teams`` (missing where the column is), ``with_rate``,
        ``mean_hourly_rate_gbp``, ``above_cap``, ``with_rate_and_cap``, ``as_at``, ``note``.

    Examples
    --------
    >>> agency = pd.DataFrame({"worker_id": ["a", "b"], "fte": [1.0, 1.0],
    ...     "job_type": ["social worker"] * 2, "hourly_rate_gbp": [40.0, 44.0],
    ...     "start_date": pd.to_datetime(["2025-06-01", "2025-07-14"]),
    ...     "end_date": pd.to_datetime(["2025-07-31", None])})
    >>> row = quarterly_return(agency, "2025-08").iloc[-1]
    >>> print(row["quarter"], row["assignments"], row["started"], row["ended"], row["agency_fte"])
    2025 Q3 2 1 1 1.0
    """
    month = pd.Period(period, "M")
    first, end = month.asfreq("Q").start_time, month.end_time.normalize()
    rows = agency.reindex(columns=list(_COLUMNS)).astype(_COLUMNS)
    rows = rows.assign(job_type=rows["job_type"].fillna(NOT_GIVEN))
    valid = ~(rows["end_date"] < rows["start_date"])
    in_quarter = (rows["start_date"] <= end) & ~(rows["end_date"] < first) & valid
    rows = rows[in_quarter]
    groups = [*rows.groupby("job_type"), ("all", rows)]
    quarter = f"{month.year} Q{month.quarter}"
    whole = month.month % 3 == 0
    note = "" if whole else f"quarter not complete: figures up to {end:%Y-%m-%d}"
    table = pd.DataFrame([{"job_type": kind} | _of_quarter(of, first, end) for kind, of in groups])
    return table.assign(quarter=quarter, as_at=f"{end:%Y-%m-%d}", note=note)


_COLUMNS = {
    "worker_id": "str",
    "team": "str",
    "fte": "float64",
    "start_date": "datetime64[us]",
    "end_date": "datetime64[us]",
    "reason": "str",
    "job_type": "str",
    "hourly_rate_gbp": "float64",
    "cap_hourly_gbp": "float64",
    "weekly_hours": "float64",
    "project_team": "boolean",
}


def _of_quarter(rows: pd.DataFrame, first: pd.Timestamp, end: pd.Timestamp) -> dict:
    """Count the assignments of one job type in the quarter."""
    now = in_force(rows, end)
    both = now["hourly_rate_gbp"].notna() & now["cap_hourly_gbp"].notna()
    teams = now["project_team"]
    return {
        "assignments": len(rows),
        "started": int(rows["start_date"].between(first, end).sum()),
        "ended": int(rows["end_date"].between(first, end).sum()),
        "agency_headcount": now["worker_id"].nunique(),
        "agency_fte": now["fte"].sum(),
        "in_project_teams": int(teams.sum()) if teams.notna().any() else float("nan"),
        "with_rate": int(now["hourly_rate_gbp"].notna().sum()),
        "mean_hourly_rate_gbp": now["hourly_rate_gbp"].mean(),
        "above_cap": int((now["hourly_rate_gbp"] > now["cap_hourly_gbp"])[both].sum()),
        "with_rate_and_cap": int(both.sum()),
    }


def _counted(assignments: pd.DataFrame, column: str, order: list[str]) -> pd.DataFrame:
    """Workers and FTE of each band, in a given order."""
    groups = assignments.groupby(column)
    table = pd.DataFrame(
        {"agency_headcount": groups["worker_id"].nunique(), "agency_fte": groups["fte"].sum()}
    )
    table = table.reindex(order).fillna(0).astype({"agency_headcount": "int64"})
    total = table["agency_fte"].sum()
    share = table["agency_fte"] / total * 100 if total > 0 else float("nan")
    return table.assign(share_of_fte_pct=share).rename_axis(column).reset_index()


def _rate_band(rate: float) -> str:
    """Name the band of 5 pounds that an hourly rate falls in."""
    if pd.isna(rate):
        return NOT_GIVEN
    low = int(rate // RATE_BAND_GBP * RATE_BAND_GBP)
    return f"£{low} to under £{low + RATE_BAND_GBP}"
