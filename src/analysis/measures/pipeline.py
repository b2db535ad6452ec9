"""Where the next social workers come from: newly qualified, apprentices, Step Up students."""

import pandas as pd

from analysis.methods.position import position, with_note


def newly_qualified(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Newly qualified social workers in their assessed and supported first year, by headcount.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``newly_qualified_headcount``, ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row: ``newly_qualified_headcount``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["not given"], "newly_qualified_headcount": [20.0]})
    >>> newly_qualified(table, "2021-08")["newly_qualified_headcount"].item()
    20.0
    """
    return position(workforce_monthly, period, ["newly_qualified_headcount"])


def newly_qualified_completed(
    workforce_monthly: pd.DataFrame, period: str | pd.Period
) -> pd.DataFrame:
    """Newly qualified social workers who completed their first year and remained in service.

    The share is of the newly qualified social workers of the latest position. The two counts may
    be of different dates, or one of them undated, which the note says.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``newly_qualified_completed_headcount``, ``newly_qualified_headcount``,
        ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``newly_qualified_completed_headcount``, ``newly_qualified_headcount``,
        ``completed_share_pct``, ``remaining_headcount`` (still in their first year), ``as_at``
        (of the completed), ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-08", "not given"],
    ...                       "newly_qualified_completed_headcount": [7.0, None],
    ...                       "newly_qualified_headcount": [None, 20.0]})
    >>> row = newly_qualified_completed(table, "2021-08")
    >>> row[["completed_share_pct", "remaining_headcount"]].iloc[0].astype(str).tolist()
    ['35.0', '13.0']
    >>> row["note"].item()
    'of 20 newly qualified (as at: not given)'
    """
    row = position(workforce_monthly, period, ["newly_qualified_completed_headcount"])
    all_of_them = newly_qualified(workforce_monthly, period)
    completed, started = (
        row["newly_qualified_completed_headcount"],
        all_of_them["newly_qualified_headcount"],
    )
    row = row.assign(
        newly_qualified_headcount=started,
        completed_share_pct=completed / started.mask(started <= 0) * 100,
        remaining_headcount=started - completed,
    )
    unknown = started.isna() | (started <= 0)
    row = with_note(row, unknown, "share cannot be computed: newly_qualified_headcount missing")
    said = f"of {started.item():g} newly qualified (as at: {all_of_them['as_at'].item()})"
    return with_note(row, ~unknown & (row["as_at"] != all_of_them["as_at"]), said)


def apprentices(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Social work apprentices in service, by headcount.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``apprentices_headcount``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``apprentices_headcount``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["not given"], "apprentices_headcount": [3.0]})
    >>> apprentices(table, "2021-08")["apprentices_headcount"].item()
    3.0
    """
    return position(workforce_monthly, period, ["apprentices_headcount"])


def apprentices_planned(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Social work apprentices planned but not yet in service, by headcount.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``apprentices_planned_headcount``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``apprentices_planned_headcount``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["not given"], "apprentices_planned_headcount": [2.0]})
    >>> apprentices_planned(table, "2021-08")["apprentices_planned_headcount"].item()
    2.0
    """
    return position(workforce_monthly, period, ["apprentices_planned_headcount"])


def step_up_students(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Students on the Step Up to Social Work programme, by headcount.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``step_up_students_headcount``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``step_up_students_headcount``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["not given"], "step_up_students_headcount": [4.0]})
    >>> step_up_students(table, "2021-08")["step_up_students_headcount"].item()
    4.0
    """
    return position(workforce_monthly, period, ["step_up_students_headcount"])
