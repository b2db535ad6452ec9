"""How cases are spread over those who hold them, agency workers included."""

import pandas as pd

from analysis.methods.stays import in_force

NOT_GIVEN = "not given"
_MAY_BE_MISSING = ("mean_cases_per_fte", "above_threshold_pct", "threshold_cases_per_fte")


def caseholders(staff: pd.DataFrame, agency: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Everyone in service at the end of the period who holds at least one case.

    Parameters
    ----------
    staff : DataFrame
        One row a person in a post: ``person_id``, ``fte``, ``cases``, ``start_date``,
        ``end_date``, ``team``, ``role``, ``newly_qualified``, ``contract``.
    agency : DataFrame
        One row an assignment: ``worker_id``, ``fte``, ``cases``, ``start_date``, ``end_date``,
        ``team``, ``role``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row a person (a person in two posts is one row: FTE and cases added, team and role of
        the larger post): ``team``, ``role``, ``agency`` (bool), ``fte``, ``cases``,
        ``cases_per_fte`` (missing where the FTE is blank or 0). No identifier is kept.

    Examples
    --------
    >>> staff = pd.DataFrame({"person_id": ["a", "b"], "fte": [0.5, 1.0], "cases": [10, 0],
    ...     "start_date": pd.Timestamp("2020-01-01"), "end_date": pd.NaT})
    >>> caseholders(staff, pd.DataFrame(), "2021-08")[["cases", "cases_per_fte"]].values.tolist()
    [[10.0, 20.0]]
    """
    end = pd.Period(period, "M").end_time.normalize()
    employed = in_force(_with(staff, "person_id"), end)
    employed = employed.assign(agency=employed["contract"].astype("str").eq("agency"))
    workers = in_force(_with(agency, "worker_id"), end).assign(agency=True)
    everyone = pd.concat([employed, workers], ignore_index=True)
    holders = everyone[everyone["cases"] > 0].sort_values("fte", ascending=False, kind="stable")
    if holders.empty:
        return pd.DataFrame(columns=["team", "role", "agency", "fte", "cases", "cases_per_fte"])
    people = holders.groupby(["agency", "who"], sort=False)
    table = people.agg(team=("team", "first"), role=("role", "first"), cases=("cases", "sum"))
    table["fte"] = people["fte"].sum(min_count=1)
    table["cases_per_fte"] = table["cases"] / table["fte"].where(table["fte"] > 0)
    table = table.reset_index("agency").reset_index(drop=True)
    return table[["team", "role", "agency", "fte", "cases", "cases_per_fte"]]


def caseload_distribution(
    holders: pd.DataFrame, threshold: float | None = None, by: str | None = None
) -> pd.DataFrame:
    """Middle, top tenth and share above the threshold of cases per FTE.

    Cases are set against the worker's FTE, so ten cases held half-time are a caseload of twenty.

    Parameters
    ----------
    holders : DataFrame
        The result of ``caseholders``.
    threshold : float, optional
        The authority's threshold in cases per FTE; without one the share cannot be computed.
    by : str, optional
        "team" or "role", blank ones as "not given"; default the whole service.

    Returns
    -------
    DataFrame
        One row, or one a team or role: the column of ``by``, ``caseholders_headcount``,
        ``agency_caseholders_headcount``, ``caseholders_fte``, ``cases``, ``agency_cases``,
        ``mean_cases_per_fte`` (all cases over all FTE, the Department's caseload),
        ``median_cases_per_fte``, ``top_tenth_cases_per_fte`` (nine in ten hold no more),
        ``above_threshold_headcount``, ``above_threshold_pct``, ``threshold_cases_per_fte``,
        ``note``.

    Examples
    --------
    >>> holders = pd.DataFrame({"agency": [False, False, True], "fte": [1.0, 1.0, 0.5],
    ...     "cases": [14.0, 18.0, 11.0], "cases_per_fte": [14.0, 18.0, 22.0]})
    >>> row = caseload_distribution(holders, threshold=20).iloc[0]
    >>> print(row["median_cases_per_fte"], row["above_threshold_headcount"])
    18.0 1
    """
    columns = [by] if by else []
    if holders.empty:
        note = "cannot be computed: no one in service has cases recorded (column cases)"
        return pd.DataFrame({**{name: ["all"] for name in columns}, "note": [note]})
    if by is None:
        return _in_types([_distribution(holders, threshold)])
    cut = holders[by].astype("str").fillna(NOT_GIVEN)
    counted = holders[["agency", "fte", "cases", "cases_per_fte"]].groupby(cut)
    parts = [_distribution(rows, threshold) | {by: name} for name, rows in counted]
    return _in_types(parts)


def _in_types(rows: list[dict]) -> pd.DataFrame:
    """Rows as a table whose columns have the same type whether or not a value is missing."""
    types = dict.fromkeys(_MAY_BE_MISSING, "float64") | {"above_threshold_headcount": "Int64"}
    return pd.DataFrame(rows).astype(types)


def _distribution(holders: pd.DataFrame, threshold: float | None) -> dict:
    """One row on one group of case holders."""
    load = holders["cases_per_fte"].dropna()
    above = None if threshold is None else int((load > threshold).sum())
    blank = len(holders) - len(load)
    notes = [f"{blank} without an FTE are in cases but not in the distribution"] if blank else []
    if threshold is None:
        notes.append("the share above a threshold cannot be computed: the authority gives none")
    known = holders["fte"] > 0
    ours = holders["agency"].astype(bool)
    return {
        "caseholders_headcount": len(holders),
        "agency_caseholders_headcount": int(ours.sum()),
        "caseholders_fte": holders["fte"].sum(min_count=1),
        "cases": holders["cases"].sum(),
        "agency_cases": holders.loc[ours, "cases"].sum(),
        "mean_cases_per_fte": (
            holders.loc[known, "cases"].sum() / holders["fte"].sum() if known.any() else None
        ),
        "median_cases_per_fte": load.median(),
        "top_tenth_cases_per_fte": load.quantile(0.9),
        "above_threshold_headcount": above,
        "above_threshold_pct": (
            above / len(load) * 100 if above is not None and len(load) else None
        ),
        "threshold_cases_per_fte": threshold,
        "note": "; ".join(notes),
    }


def _with(table: pd.DataFrame, who: str) -> pd.DataFrame:
    """Keep the columns needed, missing where the extract does not have them."""
    types = {
        "who": "str",
        "team": "str",
        "role": "str",
        "contract": "str",
        "fte": "float64",
        "cases": "float64",
        "start_date": "datetime64[us]",
        "end_date": "datetime64[us]",
    }
    return table.rename(columns={who: "who"}).reindex(columns=list(types)).astype(types)
