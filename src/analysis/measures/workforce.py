"""Size and state of the social work workforce, by the Department for Education's formulae.

The Department publishes its workforce census ("Children's social work workforce", at or for the
year to 30 September). The functions whose names end in ``_dfe`` use its formulae exactly; the
forms that take the establishment as their base have other names, because 5 vacancies are 3.2% of
"vacancies and in post" and another percentage of an establishment.
"""

import numpy as np
import pandas as pd

from analysis.methods.position import as_at_dates, position, with_note
from analysis.methods.rolling_year import holds_29_february, with_last_12_months

ESTABLISHMENT = "establishment_fte"
DFE_WORKING_DAYS = 253
DFE_WORKING_DAYS_LEAP_YEAR = 254

# Each sum over twelve months, and the monthly column that it sums.
YEARLY_SUMS = {
    "leavers_12_months_fte": "leavers_fte",
    "leavers_12_months_headcount": "leavers_headcount",
    "starters_12_months_fte": "starters_fte",
    "starters_from_programmes_12_months_fte": "starters_from_programmes_fte",
    "days_lost_12_months_working_days": "days_lost_working_days",
}


def rates_dfe(workforce: pd.DataFrame) -> pd.DataFrame:
    """Rates of the Department for Education's workforce census, for each row of counts.

    - agency rate = agency / (agency + in post), by FTE and by headcount
    - vacancy rate = vacancies / (vacancies + in post), FTE
    - turnover rate = leavers in the year / in post at its end, FTE and headcount
    - agency cover rate = agency covering vacancies / agency, FTE
    - vacancy agency cover rate = agency covering vacancies / vacancies, FTE
    - absence rate = working days lost in the year / (in post FTE x 253), 254 in a year that
      holds a 29 February; a convention of the Department, not England's count of working days
    - caseload = cases held / FTE of those who hold at least one, agency workers included

    Parameters
    ----------
    workforce : DataFrame
        One row a date or authority, with any of ``inpost_fte``, ``inpost_headcount``,
        ``agency_fte``, ``agency_headcount``, ``agency_covering_vacancies_fte``, ``vacancies_fte``,
        ``leavers_12_months_fte``, ``leavers_12_months_headcount``,
        ``days_lost_12_months_working_days``, ``leap_year`` (bool: the year holds a 29 February),
        ``cases``, ``caseholders_fte``.

    Returns
    -------
    DataFrame
        The rows, with ``agency_rate_dfe_pct``, ``agency_rate_headcount_dfe_pct``,
        ``vacancy_rate_dfe_pct``, ``turnover_rate_dfe_pct``, ``turnover_rate_headcount_dfe_pct``,
        ``agency_cover_rate_dfe_pct``, ``vacancy_agency_cover_rate_dfe_pct``,
        ``absence_rate_dfe_pct`` and ``caseload_dfe``; missing where an input is missing or the
        base is zero.

    Notes
    -----
    Source: Department for Education, Children's social work workforce, methodology. In post
    excludes agency workers.

    Examples
    --------
    >>> counts = pd.DataFrame({"agency_fte": [21.0], "inpost_fte": [152.0]})
    >>> rates_dfe(counts)["agency_rate_dfe_pct"].round(1).item()
    12.1
    """
    names = [
        "inpost_fte", "inpost_headcount", "agency_fte", "agency_headcount",
        "agency_covering_vacancies_fte", "vacancies_fte", "leavers_12_months_fte",
        "leavers_12_months_headcount", "days_lost_12_months_working_days", "cases",
        "caseholders_fte",
    ]  # fmt: skip
    columns = workforce.reindex(columns=names).astype("float64")
    given = {name: column.to_numpy() for name, column in columns.items()}
    leap = workforce.get("leap_year", pd.Series(False, index=workforce.index)).fillna(False)
    days = np.where(leap.astype(bool), DFE_WORKING_DAYS_LEAP_YEAR, DFE_WORKING_DAYS)
    inpost, agency, covering = (
        given["inpost_fte"],
        given["agency_fte"],
        given["agency_covering_vacancies_fte"],
    )
    agency_heads, heads = given["agency_headcount"], given["inpost_headcount"]
    vacancies, cases = given["vacancies_fte"], given["cases"]
    lost = given["days_lost_12_months_working_days"]
    return workforce.assign(
        agency_rate_dfe_pct=_pct(agency, agency + inpost),
        agency_rate_headcount_dfe_pct=_pct(agency_heads, agency_heads + heads),
        vacancy_rate_dfe_pct=_pct(vacancies, vacancies + inpost),
        turnover_rate_dfe_pct=_pct(given["leavers_12_months_fte"], inpost),
        turnover_rate_headcount_dfe_pct=_pct(given["leavers_12_months_headcount"], heads),
        agency_cover_rate_dfe_pct=_pct(covering, agency),
        vacancy_agency_cover_rate_dfe_pct=_pct(covering, vacancies),
        absence_rate_dfe_pct=_pct(lost, inpost * days),
        caseload_dfe=_pct(cases, given["caseholders_fte"]) / 100,
    )


def rates_by_month(workforce_monthly: pd.DataFrame) -> pd.DataFrame:
    """Monthly series of the Department's rates and of the establishment forms, for charts.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a month with any of the columns that ``rates_dfe`` uses; of the yearly
        ones also their monthly form (``leavers_fte``, ``days_lost_working_days``).

    Returns
    -------
    DataFrame
        One row a dated row, in order of time: ``month`` and the columns of the table, the sums
        of twelve months, the rates of ``rates_dfe``, ``vacancy_rate_establishment_pct`` and
        ``agency_posts_share_of_establishment_pct``.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-08-31"], "inpost_fte": [95.0],
    ...                       "vacancies_fte": [5.0], "establishment_fte": [100.0]})
    >>> rates_by_month(table)["vacancy_rate_dfe_pct"].item()
    5.0
    """
    dates = as_at_dates(workforce_monthly["as_at"])
    dated = workforce_monthly[dates.notna()].assign(
        month=dates.dt.to_period("M").dt.to_timestamp().astype("datetime64[s]")
    )
    rates = rates_dfe(with_last_12_months(dated, YEARLY_SUMS)).sort_values(
        "month", ignore_index=True
    )
    names = ["vacancies_fte", "agency_posts_covered", ESTABLISHMENT]
    vacancies, covered, posts = rates.reindex(columns=names).to_numpy("float64").T
    return rates.assign(
        vacancy_rate_establishment_pct=_pct(vacancies, posts),
        agency_posts_share_of_establishment_pct=_pct(covered, posts),
    )


def agency_rate_dfe(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Agency rate as the Department for Education defines it: agency / (agency + in post), FTE.

    Not the share of the establishment: the base is the people at work, agency workers included.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``agency_fte``, ``inpost_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row: ``agency_fte``, ``inpost_fte``, ``agency_and_inpost_fte``,
        ``agency_rate_dfe_pct``, ``as_at``, ``note``, source columns. Where the FTE are not in the
        table the value is missing and ``note`` names the missing columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["not given"], "agency_headcount": [22.0],
    ...                       "establishment_fte": [133.0]})
    >>> agency_rate_dfe(table, "2021-08")["note"].item()
    'cannot be computed: columns agency_fte and inpost_fte missing'
    """
    row = _rate_at(workforce_monthly, period, ["agency_fte", "inpost_fte"], "agency_rate_dfe_pct")
    return row.assign(agency_and_inpost_fte=row["agency_fte"] + row["inpost_fte"])


def vacancy_rate_dfe(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Vacancy rate as the Department defines it: vacancies / (vacancies + in post), FTE.

    The base is not the establishment; that form is ``establishment.vacancy_rate_establishment``.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``vacancies_fte``, ``inpost_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row: ``vacancies_fte``, ``inpost_fte``, ``vacancies_and_inpost_fte``,
        ``vacancy_rate_dfe_pct``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-09-30"], "vacancies_fte": [5.0],
    ...                       "inpost_fte": [152.0]})
    >>> vacancy_rate_dfe(table, "2021-09")["vacancy_rate_dfe_pct"].round(1).item()
    3.2
    """
    needs = ["vacancies_fte", "inpost_fte"]
    row = _rate_at(workforce_monthly, period, needs, "vacancy_rate_dfe_pct")
    return row.assign(vacancies_and_inpost_fte=row["vacancies_fte"] + row["inpost_fte"])


def turnover_rate_dfe(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Turnover as the Department defines it: leavers of twelve months / in post at their end.

    Leavers are summed over the twelve months to the date, each of which needs a row (see
    ``methods.rolling_year``), or taken from ``leavers_12_months_fte`` where the table has it.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``leavers_fte`` of each month or ``leavers_12_months_fte``; ``inpost_fte``,
        ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row: the inputs, ``turnover_rate_dfe_pct``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-09-30"], "leavers_12_months_fte": [23.1],
    ...                       "inpost_fte": [152.0]})
    >>> turnover_rate_dfe(table, "2021-09")["turnover_rate_dfe_pct"].round(1).item()
    15.2
    """
    return _rate_at(
        workforce_monthly, period, ["leavers_12_months_fte", "inpost_fte"], "turnover_rate_dfe_pct"
    )


def absence_rate_dfe(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Absence as the Department defines it: days lost / (in post FTE x 253), over twelve months.

    The constant is 254 where the twelve months hold a 29 February. It is the Department's
    convention and not England's count of working days; it is kept so that rates compare.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``days_lost_working_days`` of each month or
        ``days_lost_12_months_working_days``; ``inpost_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row: the inputs, ``absence_rate_dfe_pct``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-09-30"], "days_lost_12_months_working_days": [1585.4],
    ...                       "inpost_fte": [152.0]})
    >>> absence_rate_dfe(table, "2021-09")["absence_rate_dfe_pct"].round(1).item()
    4.1
    """
    return _rate_at(
        workforce_monthly,
        period,
        ["days_lost_12_months_working_days", "inpost_fte"],
        "absence_rate_dfe_pct",
    )


def caseload_dfe(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Average caseload as the Department defines it: cases / FTE of those who hold cases.

    Both include agency workers; a worker counts who holds at least one case and has an FTE
    above zero.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``cases``, ``caseholders_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row: the inputs, ``caseload_dfe``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-09-30"], "cases": [2276], "caseholders_fte": [124.4]})
    >>> caseload_dfe(table, "2021-09")["caseload_dfe"].round(1).item()
    18.3
    """
    return _rate_at(workforce_monthly, period, ["cases", "caseholders_fte"], "caseload_dfe")


def agency_cover_rate_dfe(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Share of agency FTE that covers vacancies, as the Department defines it.

    The rest cover sickness, maternity leave or additional work: 16 of Derby's 21 agency FTE on
    30 September 2021 did not cover vacancies.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``agency_covering_vacancies_fte``, ``agency_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row: the inputs, ``agency_cover_rate_dfe_pct``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-09-30"], "agency_covering_vacancies_fte": [5.0],
    ...                       "agency_fte": [21.0]})
    >>> agency_cover_rate_dfe(table, "2021-09")["agency_cover_rate_dfe_pct"].round(1).item()
    23.8
    """
    return _rate_at(
        workforce_monthly,
        period,
        ["agency_covering_vacancies_fte", "agency_fte"],
        "agency_cover_rate_dfe_pct",
    )


def vacancy_agency_cover_rate_dfe(
    workforce_monthly: pd.DataFrame, period: str | pd.Period
) -> pd.DataFrame:
    """Share of vacancies that agency workers cover, as the Department defines it, FTE.

    Above 100% where more agency FTE is said to cover vacancies than there are; it is shown as
    it is and the note says so.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``agency_covering_vacancies_fte``, ``vacancies_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row: the inputs, ``vacancy_agency_cover_rate_dfe_pct``, ``as_at``, ``note``, source
        columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-09-30"], "agency_covering_vacancies_fte": [4.0],
    ...                       "vacancies_fte": [5.0]})
    >>> row = vacancy_agency_cover_rate_dfe(table, "2021-09")
    >>> row["vacancy_agency_cover_rate_dfe_pct"].item()
    80.0
    """
    return _rate_at(
        workforce_monthly,
        period,
        ["agency_covering_vacancies_fte", "vacancies_fte"],
        "vacancy_agency_cover_rate_dfe_pct",
    )


def _rate_at(
    workforce_monthly: pd.DataFrame, period: str | pd.Period, needs: list[str], rate: str
) -> pd.DataFrame:
    """Take one of the Department's rates at the position, and say what stands in its way."""
    sums = {name: YEARLY_SUMS[name] for name in needs if name in YEARLY_SUMS}
    table = with_last_12_months(workforce_monthly, sums) if sums else workforce_monthly
    row = position(table, period, needs)
    if rate == "absence_rate_dfe_pct":
        months = as_at_dates(row["as_at"]).dt.to_period("M")
        row = row.assign(leap_year=[holds_29_february(last) for last in months])
    row = row.assign(**{rate: rates_dfe(row)[rate]})
    known = row[needs].notna().all(axis=1)
    row = with_note(row, known & row[rate].isna(), "cannot be computed: the denominator is 0")
    over = (row[rate] > 100) & (rate == "vacancy_agency_cover_rate_dfe_pct")
    row = with_note(row, over, "more agency FTE covers vacancies than there are vacancies")
    missing_year = ~known & any(name in YEARLY_SUMS for name in needs)
    return with_note(row, missing_year, "a yearly rate needs twelve months with a row each")


def _pct(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Per cent, missing where the whole is not above zero."""
    return part / np.where(whole > 0, whole, np.nan) * 100
