"""How far the service leans on agency social workers, at one date.

People, full-time equivalents (FTE) and posts covered are three different things and have three
different measures here; the Department for Education's agency rate, which needs the FTE in post,
is a fourth (``workforce.agency_rate_dfe``). Every function takes the table ``workforce_monthly``
(one row a date) and returns one row with the date it speaks of, a note in words, and the file,
sheet and row it came from.
"""

import pandas as pd

from analysis.methods.monthly import MINIMUM_BASE
from analysis.methods.position import as_at_dates, position, with_note

ESTABLISHMENT = "establishment_fte"


def agency_workers(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Agency social workers at the end of the period, by headcount.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``agency_headcount``, ``as_at``; ``establishment_fte`` marks a full
        position (see ``methods.position.position``).
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        One row: ``agency_headcount`` (people), ``as_at``, ``note``, source columns.

    Notes
    -----
    Source: Derby's paper of 2021, 4.8. In this measure one worker counts as one whatever the FTE.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-05", "not given"], "agency_headcount": [13.0, 22.0],
    ...                       "establishment_fte": [None, 133.0]})
    >>> print(agency_workers(table, "2021-08").to_string(index=False))
     agency_headcount     as_at                         note
                 22.0 not given date not given in the source
    """
    return position(workforce_monthly, period, ["agency_headcount"], snapshot=ESTABLISHMENT)


def agency_posts_covered(workforce_monthly: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Posts, in full-time equivalents, that agency workers cover; not the number of workers.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``agency_posts_covered``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``agency_posts_covered`` (posts), ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-08"], "agency_posts_covered": [23.0]})
    >>> agency_posts_covered(table, "2021-08")["agency_posts_covered"].item()
    23.0
    """
    return position(workforce_monthly, period, ["agency_posts_covered"], snapshot=ESTABLISHMENT)


def agency_workers_per_100_establishment_fte(
    workforce_monthly: pd.DataFrame, period: str | pd.Period
) -> pd.DataFrame:
    """Agency workers for every 100 full-time equivalents of the establishment.

    People over FTE: a ratio of two different things, so it is "per 100" and not a percentage.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``agency_headcount``, ``establishment_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``agency_headcount``, ``establishment_fte``,
        ``agency_workers_per_100_establishment_fte``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["not given"], "agency_headcount": [22.0],
    ...                       "establishment_fte": [133.0]})
    >>> row = agency_workers_per_100_establishment_fte(table, "2021-08")
    >>> round(row["agency_workers_per_100_establishment_fte"].item(), 1)
    16.5
    """
    row = position(workforce_monthly, period, ["agency_headcount", ESTABLISHMENT])
    return _per_100_fte(row, "agency_headcount", "agency_workers_per_100_establishment_fte")


def agency_posts_share_of_establishment(
    workforce_monthly: pd.DataFrame, period: str | pd.Period
) -> pd.DataFrame:
    """Posts covered by agency workers as a percentage of the establishment in FTE.

    It can be above the share of vacancies, because agency workers also cover sickness and
    maternity leave and may be additional to the establishment.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``agency_posts_covered``, ``establishment_fte``, ``as_at``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row: ``agency_posts_covered``, ``establishment_fte``,
        ``agency_posts_share_of_establishment_pct``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["not given"], "agency_posts_covered": [23.0],
    ...                       "establishment_fte": [133.0]})
    >>> row = agency_posts_share_of_establishment(table, "2021-08")
    >>> round(row["agency_posts_share_of_establishment_pct"].item(), 1)
    17.3
    """
    row = position(workforce_monthly, period, ["agency_posts_covered", ESTABLISHMENT])
    return _per_100_fte(row, "agency_posts_covered", "agency_posts_share_of_establishment_pct")


def agency_workers_change(
    workforce_monthly: pd.DataFrame, period: str | pd.Period, since: str | None = None
) -> pd.DataFrame:
    """Change in agency workers, by headcount, since an earlier date.

    A percentage is given only on a base of 30 or more: on 13 workers one worker is 8%.

    Parameters
    ----------
    workforce_monthly : DataFrame
        One row a date: ``agency_headcount``, ``as_at``.
    period : str or Period
        The month that the report ends with.
    since : str, optional
        The ``as_at`` of the earlier row; default the latest dated row before the position.

    Returns
    -------
    DataFrame
        One row: ``agency_headcount``, ``agency_headcount_before``, ``since``,
        ``change_headcount``, ``change_pct``, ``as_at``, ``note``, source columns.

    Examples
    --------
    >>> table = pd.DataFrame({"as_at": ["2021-05", "not given"], "agency_headcount": [13.0, 22.0],
    ...                       "establishment_fte": [None, 133.0]})
    >>> row = agency_workers_change(table, "2021-08")
    >>> row[["change_headcount", "since"]].iloc[0].astype(str).tolist()
    ['9.0', '2021-05']
    >>> row["note"].item()
    'date not given in the source; no percentage: the base of 13 is under 30'
    """
    now = agency_workers(workforce_monthly, period)
    before = _earlier_row(workforce_monthly, now, period, since)
    base = before["agency_headcount"]
    large = base >= MINIMUM_BASE
    change = now["agency_headcount"] - base
    row = now.assign(
        agency_headcount_before=base,
        since=before["as_at"],
        change_headcount=change,
        change_pct=(change / base * 100).where(large),
    )
    row = with_note(
        row, base.isna(), "change cannot be computed: no earlier row holds agency_headcount"
    )
    small = f"no percentage: the base of {base.item():g} is under {MINIMUM_BASE}"
    return with_note(row, base.notna() & ~large, small)


def _earlier_row(
    workforce_monthly: pd.DataFrame, now: pd.DataFrame, period: str | pd.Period, since: str | None
) -> pd.DataFrame:
    """Pick the row to compare with: dated, before the position, and holding a headcount."""
    end = pd.Period(period, "M").end_time.normalize()
    dates = as_at_dates(workforce_monthly["as_at"])
    if since is None:
        earlier = dates < as_at_dates(now["as_at"]).fillna(end).item()
    else:
        earlier = dates == as_at_dates(pd.Series([since])).item()
    return position(workforce_monthly[earlier], period, ["agency_headcount"])


def _per_100_fte(row: pd.DataFrame, numerator: str, result: str) -> pd.DataFrame:
    """Numerator for each 100 FTE of establishment; an establishment of zero gives no ratio."""
    no_base = row[ESTABLISHMENT] <= 0
    ratio = row[numerator] / row[ESTABLISHMENT].mask(no_base) * 100
    return with_note(
        row.assign(**{result: ratio}), no_base, "cannot be computed: establishment_fte is 0"
    )


def agency_level_before(months: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Agency workers before a rise: the middle of the twelve months (or fewer) before it.

    A middle is not moved by one odd month, and is a number of people that was the rule.

    Parameters
    ----------
    months : DataFrame
        One row a month: ``month``, ``agency_headcount``.
    since : Timestamp
        The first month of the rise.

    Returns
    -------
    DataFrame
        One row: ``agency_headcount`` (people; of two middle months the lower),
        ``months`` (how many it is the middle of), ``as_at`` (the last of them), ``note``.

    Examples
    --------
    >>> table = pd.DataFrame({"month": pd.date_range("2024-09-01", periods=4, freq="MS"),
    ...                       "agency_headcount": [10.0, 11.0, 10.0, 20.0]})
    >>> row = agency_level_before(table, pd.Timestamp("2024-12-01"))
    >>> row["agency_headcount"].item(), row["months"].item(), row["as_at"].item()
    (10.0, 3, '2024-11')
    """
    before = months[months["month"] < since].sort_values("month").tail(12)
    before = before.dropna(subset=["agency_headcount"])
    found, heads = len(before) > 0, before["agency_headcount"].astype("float64")
    return pd.DataFrame(
        {
            "agency_headcount": [heads.quantile(0.5, interpolation="lower") if found else None],
            "months": [len(before)],
            "as_at": [f"{before['month'].iloc[-1]:%Y-%m}" if found else ""],
            "note": ["" if found else "cannot be computed: no month before the rise is held"],
        }
    )
