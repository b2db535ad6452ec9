"""Staffing pressures as a report states them: the total, the agency part, and what is left.

A stated pressure is a figure a service gives, not one computed from a ledger. What an agency
pressure contains (the whole cost of the workers, or only what they cost above an employee) is
known only where the source says it; the functions here name neither.
"""

import pandas as pd

from analysis.methods.position import PROVENANCE, position, rows_of_position, with_note


def staffing_pressure(pressures: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Total staffing pressure that the source states, in pounds; a pressure is positive.

    Parameters
    ----------
    pressures : DataFrame
        One row a stated pressure: ``item``, ``pressure_gbp``, ``of_which`` (the item it is part
        of; blank for a total), ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row: ``item``, ``pressure_gbp``, ``as_at``, ``note``, source columns. The total is
        the item that the agency part is part of, else the only total with "staff" in its name.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["Staffing", "Agency"], "pressure_gbp": [829000, 566000],
    ...                       "of_which": [None, "Staffing"], "as_at": "not given"})
    >>> staffing_pressure(table, "2021-08")["pressure_gbp"].item()
    829000.0
    """
    rows = rows_of_position(pressures, period)
    agency = _agency_rows(rows)
    totals = rows[_is_total(rows)]
    named = totals[totals["item"].isin(agency["of_which"])]
    if not len(named):
        named = totals[totals["item"].str.contains("staff", case=False)]
    return _one_row(named, "staffing pressure")


def agency_pressure(pressures: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Part of the staffing pressure that the source puts down to agency workers, in pounds.

    Parameters
    ----------
    pressures : DataFrame
        One row a stated pressure: ``item``, ``pressure_gbp``, ``of_which``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``item``, ``pressure_gbp``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["Staffing", "Agency"], "pressure_gbp": [829000, 566000],
    ...                       "of_which": [None, "Staffing"], "as_at": "not given"})
    >>> agency_pressure(table, "2021-08")["pressure_gbp"].item()
    566000.0
    """
    return _one_row(_agency_rows(rows_of_position(pressures, period)), "agency pressure")


def agency_pressure_share(pressures: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Agency pressure as a percentage of the staffing pressure it is part of.

    Parameters
    ----------
    pressures : DataFrame
        As for ``staffing_pressure``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``agency_pressure_gbp``, ``staffing_pressure_gbp``, ``agency_pressure_share_pct``,
        ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["Staffing", "Agency"], "pressure_gbp": [829000, 566000],
    ...                       "of_which": [None, "Staffing"], "as_at": "not given"})
    >>> agency_pressure_share(table, "2021-08")["agency_pressure_share_pct"].round(1).item()
    68.3
    """
    row = _both(pressures, period)
    total = row["staffing_pressure_gbp"]
    row = row.assign(
        agency_pressure_share_pct=row["agency_pressure_gbp"] / total.where(total > 0) * 100
    )
    return with_note(row, total <= 0, "cannot be computed: the staffing pressure is not above 0")


def other_pressure(pressures: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Staffing pressure that the source does not put down to agency workers, in pounds.

    Parameters
    ----------
    pressures : DataFrame
        As for ``staffing_pressure``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``staffing_pressure_gbp``, ``agency_pressure_gbp``, ``other_pressure_gbp``,
        ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["Staffing", "Agency"], "pressure_gbp": [829000, 566000],
    ...                       "of_which": [None, "Staffing"], "as_at": "not given"})
    >>> other_pressure(table, "2021-08")["other_pressure_gbp"].item()
    263000.0
    """
    row = _both(pressures, period)
    rest = row["staffing_pressure_gbp"] - row["agency_pressure_gbp"]
    row = row.assign(other_pressure_gbp=rest)
    return with_note(row, rest < 0, "the part is larger than the whole: check the source")


def agency_pressure_per_worker(
    pressures: pd.DataFrame, workforce_monthly: pd.DataFrame, period: str | pd.Period
) -> pd.DataFrame:
    """Agency pressure over the number of agency workers, in pounds.

    What the pressure contains is as the source leaves it; this quotient gives it no other name.

    Parameters
    ----------
    pressures : DataFrame
        As for ``staffing_pressure``.
    workforce_monthly : DataFrame
        One row a date: ``agency_headcount``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``agency_pressure_gbp``, ``agency_headcount``, ``agency_pressure_per_worker_gbp``,
        ``as_at``, ``note``, source columns (of the pressure).

    Examples
    --------
    >>> money = pd.DataFrame({"item": ["Staffing", "Agency"], "pressure_gbp": [829000, 566000],
    ...                       "of_which": [None, "Staffing"], "as_at": "not given"})
    >>> people = pd.DataFrame({"as_at": ["not given"], "agency_headcount": [22.0]})
    >>> row = agency_pressure_per_worker(money, people, "2021-08")
    >>> row["agency_pressure_per_worker_gbp"].round().item()
    25727.0
    """
    return _agency_pressure_per(pressures, workforce_monthly, period, "agency_headcount", "worker")


def agency_pressure_per_post(
    pressures: pd.DataFrame, workforce_monthly: pd.DataFrame, period: str | pd.Period
) -> pd.DataFrame:
    """Agency pressure over the posts that agency workers cover, in pounds.

    What the pressure contains is as the source leaves it; this quotient gives it no other name.

    Parameters
    ----------
    pressures : DataFrame
        As for ``staffing_pressure``.
    workforce_monthly : DataFrame
        One row a date: ``agency_posts_covered``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``agency_pressure_gbp``, ``agency_posts_covered``,
        ``agency_pressure_per_post_gbp``, ``as_at``, ``note``, source columns (of the pressure).

    Examples
    --------
    >>> money = pd.DataFrame({"item": ["Staffing", "Agency"], "pressure_gbp": [829000, 566000],
    ...                       "of_which": [None, "Staffing"], "as_at": "not given"})
    >>> posts = pd.DataFrame({"as_at": ["not given"], "agency_posts_covered": [23.0]})
    >>> row = agency_pressure_per_post(money, posts, "2021-08")
    >>> row["agency_pressure_per_post_gbp"].round().item()
    24609.0
    """
    return _agency_pressure_per(
        pressures, workforce_monthly, period, "agency_posts_covered", "post"
    )


def _agency_pressure_per(
    pressures: pd.DataFrame,
    workforce_monthly: pd.DataFrame,
    period: str | pd.Period,
    count: str,
    each: str,
) -> pd.DataFrame:
    """Divide the agency pressure by a count of the workforce position."""
    money = agency_pressure(pressures, period)
    heads = position(workforce_monthly, period, [count], snapshot="establishment_fte")
    number = heads[count]
    row = money.drop(columns="item").rename(columns={"pressure_gbp": "agency_pressure_gbp"})
    quotient = row["agency_pressure_gbp"] / number.where(number > 0)
    row = row.assign(**{count: number, f"agency_pressure_per_{each}_gbp": quotient})
    row = with_note(row, number <= 0, f"cannot be computed: {count} is 0")
    return with_note(row, number.isna(), heads["note"].item())


def _both(pressures: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Total and agency part in one row, with the source of the total."""
    total, part = staffing_pressure(pressures, period), agency_pressure(pressures, period)
    row = total.drop(columns="item").rename(columns={"pressure_gbp": "staffing_pressure_gbp"})
    row = row.assign(agency_pressure_gbp=part["pressure_gbp"])
    return with_note(
        row, part["pressure_gbp"].isna() & (part["note"] != total["note"]), part["note"].item()
    )


def _is_total(rows: pd.DataFrame) -> pd.Series:
    """Tell the stated totals from their parts."""
    return rows["of_which"].isna() | (rows["of_which"].astype("str").str.strip() == "")


def _agency_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the parts that the source puts down to agency."""
    return rows[rows["item"].str.contains("agency", case=False, na=False) & ~_is_total(rows)]


def _one_row(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Keep the one row found, or write one that says why there is none."""
    columns = ["item", "pressure_gbp", "as_at", "note"]
    columns += [column for column in PROVENANCE if column in rows.columns]
    if len(rows) == 1:
        one = rows[columns].reset_index(drop=True)
        return one.assign(pressure_gbp=one["pressure_gbp"].astype("float64"))
    why = "the table states no such item" if not len(rows) else f"{len(rows)} items fit"
    said = pd.DataFrame(
        {
            "item": [name],
            "pressure_gbp": [float("nan")],
            "as_at": [""],
            "note": [f"cannot be computed: {name}: {why}"],
        }
    )
    return said.reindex(columns=columns)
