"""The establishment: posts, people in post, vacancies and absence, at one date.

The forms here take the establishment as their base and have names of their own; the Department
for Education's rates, with other bases, are in ``workforce``.
"""

import pandas as pd

from analysis.methods.position import as_at_dates, position, with_note

ESTABLISHMENT = "establishment_fte"


def establishment(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Budgeted social work posts in full-time equivalents, filled or not.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``establishment_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row: ``establishment_fte``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["not given"], "establishment_fte": [133.0]})
    >>> establishment(table, "2021-08")["establishment_fte"].item()
    133.0
    """
    return position(workforce_monthly, period, [ESTABLISHMENT])


def long_term_absence(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Social workers on long-term absence at the latest date given, by headcount.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``long_term_absence_headcount``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``long_term_absence_headcount``, ``as_at``, ``note``, source columns. In the
        paper of 2021 only May is counted (none); the later rise is in words without a number.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-05"], "long_term_absence_headcount": [0.0]})
    >>> row = long_term_absence(table, "2021-08")
    >>> row["long_term_absence_headcount"].item(), row["as_at"].item()
    (0.0, '2021-05')
    """
    return position(workforce_monthly, period, ["long_term_absence_headcount"])


def maternity_absence(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Social workers on maternity leave at the latest date given, by headcount.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``maternity_headcount``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``maternity_headcount``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-08"], "maternity_headcount": [8.0]})
    >>> maternity_absence(table, "2021-08")["maternity_headcount"].item()
    8.0
    """
    return position(workforce_monthly, period, ["maternity_headcount"])


def in_post(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Employed social workers in post, FTE; agency workers are not in post.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``inpost_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``inpost_fte``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-09-30"], "inpost_fte": [152.0]})
    >>> in_post(table, "2021-09")["inpost_fte"].item()
    152.0
    """
    return position(workforce_monthly, period, ["inpost_fte"])


def vacancies(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Vacant posts in FTE, whether or not an agency worker covers them.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``vacancies_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``vacancies_fte``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-09-30"], "vacancies_fte": [5.0]})
    >>> vacancies(table, "2021-09")["vacancies_fte"].item()
    5.0
    """
    return position(workforce_monthly, period, ["vacancies_fte"])


def vacancy_rate_establishment(
    workforce_monthly: pd.DataFrame, period: str | pd.Period
) -> pd.DataFrame:
    """Vacant FTE as a percentage of the establishment; not the Department's vacancy rate.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``vacancies_fte``, ``establishment_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``vacancies_fte``, ``establishment_fte``, ``vacancy_rate_establishment_pct``,
        ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-08"], "vacancies_fte": [10.0],
    ...                       "establishment_fte": [133.0]})
    >>> row = vacancy_rate_establishment(table, "2021-08")
    >>> row["vacancy_rate_establishment_pct"].round(1).item()
    7.5
    """
    row = position(workforce_monthly, period, ["vacancies_fte", ESTABLISHMENT])
    no_base = row[ESTABLISHMENT] <= 0
    rate = row["vacancies_fte"] / row[ESTABLISHMENT].mask(no_base) * 100
    row = row.assign(vacancy_rate_establishment_pct=rate)
    return with_note(row, no_base, "cannot be computed: establishment_fte is 0")


def uncovered_vacancies(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Vacant FTE that no agency worker covers: vacancies minus agency covering vacancies.

    Below zero where more cover than vacancies is recorded; it is shown so, and the note says it.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``vacancies_fte``, ``agency_covering_vacancies_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``vacancies_fte``, ``agency_covering_vacancies_fte``,
        ``uncovered_vacancies_fte``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-08"], "vacancies_fte": [10.0],
    ...                       "agency_covering_vacancies_fte": [7.5]})
    >>> uncovered_vacancies(table, "2021-08")["uncovered_vacancies_fte"].item()
    2.5
    """
    needs = ["vacancies_fte", "agency_covering_vacancies_fte"]
    row = position(workforce_monthly, period, needs)
    rest = row["vacancies_fte"] - row["agency_covering_vacancies_fte"]
    row = row.assign(uncovered_vacancies_fte=rest)
    return with_note(row, rest < 0, "more agency FTE covers vacancies than there are vacancies")


def turnover_rate_average_inpost(
    workforce_monthly: pd.DataFrame, period: str | pd.Period
) -> pd.DataFrame:
    """Leavers of twelve months over the mean FTE in post of those months, in per cent.

    The Department divides by the FTE at the end (``workforce.turnover_rate_dfe``); a shrinking
    service then shows a higher turnover for the same leavers.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a month: ``leavers_fte``, ``inpost_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``leavers_12_months_fte``, ``average_inpost_fte``,
        ``turnover_rate_average_inpost_pct``, ``as_at``, ``note``.

    Examples
    --------
    >>> months = pd.period_range("2020-09", "2021-08", freq="M").astype(str)
    >>> table = pd.DataFrame({"as_at": months, "leavers_fte": 1.0, "inpost_fte": 96.0})
    >>> row = turnover_rate_average_inpost(table, "2021-08")
    >>> row["turnover_rate_average_inpost_pct"].item()
    12.5
    """
    end = pd.Period(period, "M")
    month = as_at_dates(workforce_monthly["as_at"]).dt.to_period("M")
    year = workforce_monthly[month.between(end - 11, end) & ~month.duplicated(keep="last")]
    year = year.reindex(columns=["leavers_fte", "inpost_fte"]).dropna().astype("float64")
    whole = len(year) == 12 and year["inpost_fte"].mean() > 0
    leavers = year["leavers_fte"].sum() if whole else float("nan")
    average = year["inpost_fte"].mean() if whole else float("nan")
    short = f"cannot be computed: {len(year)} of 12 months hold leavers_fte and inpost_fte"
    return pd.DataFrame(
        {
            "leavers_12_months_fte": [leavers],
            "average_inpost_fte": [average],
            "turnover_rate_average_inpost_pct": [leavers / average * 100],
            "as_at": [str(end)],
            "note": ["" if whole else short],
        }
    )
