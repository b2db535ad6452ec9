"""What is odd in the workforce and money tables, and how each oddity was computed.

No row is dropped: each answer below says what the measures do with it. Problems name file, sheet
and Excel row, never a person.
"""

import pandas as pd

from analysis.methods.stays import backwards, in_force

COLUMNS = ["table", "file", "sheet", "row", "column", "severity", "message"]


def staff_problems(staff: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Oddities of the staff list: FTE, dates, one person in two posts.

    Parameters
    ----------
    staff : DataFrame
        One row a person in a post: ``person_id``, ``fte``, ``start_date``, ``end_date``, source
        columns.
    period : str or Period
        The month that the report ends with; two posts are looked for at its end.

    Returns
    -------
    DataFrame
        One row a problem: ``table``, ``file``, ``sheet``, ``row`` (Excel), ``column``,
        ``severity``, ``message`` (what was seen, and how it is computed).

    Examples
    --------
    >>> staff = pd.DataFrame({"person_id": ["a"], "fte": [1.4], "source_row": [2],
    ...     "start_date": pd.to_datetime(["2021-05-02"]), "end_date": pd.to_datetime([None])})
    >>> staff_problems(staff, "2021-08")["message"].tolist()
    ['FTE is above 1: used as given']
    """
    if staff.empty:
        return pd.DataFrame(columns=COLUMNS)
    now = in_force(staff, pd.Period(period, "M").end_time.normalize())
    twice = staff.index.isin(now.index[now["person_id"].duplicated(keep=False)])
    found = [
        *_fte_and_dates(staff),
        (pd.Series(twice, staff.index), "person_id",
         "one person in more than one post: one head, the FTE added"),
    ]  # fmt: skip
    return _problems("staff", staff, found)


def agency_problems(agency: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Oddities of the agency list: FTE, dates, several posts, no reason, rate below zero.

    Parameters
    ----------
    agency : DataFrame
        One row an assignment: ``worker_id``, ``fte``, ``posts_covered``, ``reason``,
        ``hourly_rate_gbp``, ``start_date``, ``end_date``, source columns.
    period : str or Period
        The month that the report ends with; double assignments are looked for at its end.

    Returns
    -------
    DataFrame
        As for ``staff_problems``.

    Examples
    --------
    >>> agency = pd.DataFrame({"worker_id": ["a"], "fte": [1.0], "posts_covered": [1.5],
    ...     "reason": ["vacancy"], "source_row": [2],
    ...     "start_date": pd.to_datetime(["2021-05-02"]), "end_date": pd.to_datetime([None])})
    >>> agency_problems(agency, "2021-08")["message"].tolist()
    ['worker over more than one post: one head, posts as given, FTE as given']
    """
    if agency.empty:
        return pd.DataFrame(columns=COLUMNS)
    now = in_force(agency, pd.Period(period, "M").end_time.normalize())
    twice = agency.index.isin(now.index[now["worker_id"].duplicated(keep=False)])
    posts = _column(agency, "posts_covered")
    found = [
        *_fte_and_dates(agency),
        (posts > 1, "posts_covered",
         "worker over more than one post: one head, posts as given, FTE as given"),
        (posts.isna() & posts.notna().any(), "posts_covered",
         "posts covered is blank: not in the sum of posts covered"),
        (pd.Series(twice, agency.index), "worker_id",
         "one worker with two assignments at once: one head, the FTE added"),
        (agency.get("reason", pd.Series(index=agency.index, dtype="str")).isna(), "reason",
         "no reason is recorded: counted as agency, against no reason"),
        (_column(agency, "hourly_rate_gbp") < 0, "hourly_rate_gbp",
         "rate is below zero: used as given, check the sign"),
    ]  # fmt: skip
    return _problems("agency", agency, found)


def summary_problems(workforce_monthly: pd.DataFrame) -> pd.DataFrame:
    """Oddities of monthly positions: cover above vacancies, headcount without FTE.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date (from an extract or from ``workforce_months.workforce_by_month``).

    Returns
    -------
    DataFrame
        As for ``staff_problems``.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-08"], "agency_headcount": [22.0]})
    >>> summary_problems(table)["message"].tolist()
    ['agency headcount without FTE: rates on FTE cannot be computed']
    """
    if workforce_monthly.empty:
        return pd.DataFrame(columns=COLUMNS)
    get = {name: _column(workforce_monthly, name) for name in (
        "agency_covering_vacancies_fte", "vacancies_fte", "agency_fte", "agency_headcount",
        "inpost_fte", "inpost_headcount",
    )}  # fmt: skip
    covering = get["agency_covering_vacancies_fte"]
    found = [
        (covering > get["vacancies_fte"], "agency_covering_vacancies_fte",
         "more agency FTE covers vacancies than there are: shown as given, above 100%"),
        (covering > get["agency_fte"], "agency_covering_vacancies_fte",
         "more agency FTE covers vacancies than works: shown as given, above 100%"),
        (get["agency_headcount"].notna() & get["agency_fte"].isna(), "agency_fte",
         "agency headcount without FTE: rates on FTE cannot be computed"),
        (get["inpost_headcount"].notna() & get["inpost_fte"].isna(), "inpost_fte",
         "in-post headcount without FTE: rates on FTE cannot be computed"),
    ]  # fmt: skip
    return _problems("workforce_monthly", workforce_monthly, found)


def budget_problems(budget_monitoring: pd.DataFrame) -> pd.DataFrame:
    """Oddities of budget monitoring: negative cost, income above zero, odd periods.

    Parameters
    ----------
    budget_monitoring : DataFrame
        One row a cost centre and subjective in a period: ``category``, ``actual_to_date_gbp``,
        ``forecast_outturn_gbp``, ``annual_budget_gbp``, ``period_no``.

    Returns
    -------
    DataFrame
        As for ``staff_problems``.

    Examples
    --------
    >>> table = pd.DataFrame({"category": ["agency"], "actual_to_date_gbp": [-500.0],
    ...     "forecast_outturn_gbp": [9000.0], "annual_budget_gbp": [0.0], "period_no": [5]})
    >>> budget_problems(table)["message"].tolist()
    ['cost to date is below zero: kept as a credit']
    """
    if budget_monitoring.empty:
        return pd.DataFrame(columns=COLUMNS)
    income = budget_monitoring["category"].astype("str").eq("income")
    actual = _column(budget_monitoring, "actual_to_date_gbp")
    forecast = _column(budget_monitoring, "forecast_outturn_gbp")
    found = [
        (~income & (actual < 0), "actual_to_date_gbp",
         "cost to date is below zero: kept as a credit"),
        (~income & (forecast < 0), "forecast_outturn_gbp",
         "forecast cost is below zero: kept as a credit"),
        (income & (actual > 0), "actual_to_date_gbp",
         "income is above zero, as a cost would be: used as given, check the sign"),
        (forecast.isna(), "forecast_outturn_gbp",
         "forecast is blank: the row is in no variance"),
    ]  # fmt: skip
    return _problems("budget_monitoring", budget_monitoring, found)


def _fte_and_dates(table: pd.DataFrame) -> list[tuple[pd.Series, str, str]]:
    """Oddities that staff and agency lists share."""
    fte = _column(table, "fte")
    return [
        (fte.isna(), "fte", "FTE is blank: counted as a person, in no FTE sum"),
        (fte > 1, "fte", "FTE is above 1: used as given"),
        (fte <= 0, "fte", "FTE is 0 or less: counted as a person, FTE as given"),
        (backwards(table), "end_date", "ends before it starts: in no month's position or flow"),
    ]


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    """Take a number column, missing where the extract does not have it."""
    return table.get(name, pd.Series(float("nan"), index=table.index)).astype("float64")


def _problems(
    name: str, table: pd.DataFrame, found: list[tuple[pd.Series, str, str]]
) -> pd.DataFrame:
    """Write one row for each oddity found, in the order of the file."""
    source = table.reindex(columns=["source_file", "source_sheet", "source_row"])
    source.columns = ["file", "sheet", "row"]
    seen = [(where.fillna(False).astype(bool), *said) for where, *said in found]
    # What no row shows needs no table; one is kept for its columns where nothing is odd.
    parts = [
        source[where].assign(table=name, column=column, severity="warning", message=message)
        for where, column, message in [each for each in seen if each[0].any()] or seen[:1]
    ]
    rows = pd.concat(parts).sort_index(kind="stable")
    return rows[COLUMNS].reset_index(drop=True)
