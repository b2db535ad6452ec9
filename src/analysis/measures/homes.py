"""Children's homes: provision, Regulation 44 visits, leaders' visits, and how contact is made."""

import pandas as pd

from analysis.methods.position import as_at_dates

NOT_GIVEN = "not given"


def homes_at(homes: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """The list of homes that stood at the end of the period, of lists of many a date.

    It is the latest list not after the period's end; else the rows without a date; else the
    first later list, which still says which homes there are.

    Parameters
    ----------
    homes : DataFrame
        ``home_id``, ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        The rows that are kept, in their order.

    Examples
    --------
    >>> table = pd.DataFrame({"home_id": ["H1", "H1"], "as_at": ["2025-08", "2025-09-05"]})
    >>> homes_at(table, "2025-08")["as_at"].tolist()
    ['2025-08']
    """
    dates = as_at_dates(homes["as_at"])
    in_time = dates[dates <= pd.Period(period, "M").end_time]
    if in_time.empty and dates.isna().any():
        return homes[dates.isna()]
    return homes[dates == (dates.min() if in_time.empty else in_time.max())]


def homes_by_provision(homes: pd.DataFrame) -> pd.DataFrame:
    """Children's homes and places by what they provide.

    Parameters
    ----------
    homes : DataFrame
        One row a home, or one row that stands for several: ``provision``, ``homes`` (1 where
        blank), ``places``, ``risk_assessed`` (bool).

    Returns
    -------
    DataFrame
        One row a provision ("not given" where blank), then "all": ``provision``, ``homes``,
        ``places`` (missing where any home's are), ``risk_assessed_homes``, ``note``.

    Examples
    --------
    >>> table = pd.DataFrame({"provision": ["mainstream", "disability"], "homes": [3, 1]})
    >>> homes_by_provision(table)[["provision", "homes"]].values.tolist()
    [['disability', 1], ['mainstream', 3], ['all', 4]]
    """
    rows = homes.reindex(columns=["provision", "homes", "places", "risk_assessed"])
    rows = rows.astype({"homes": "float64", "places": "float64", "risk_assessed": "boolean"})
    rows = rows.assign(
        homes=rows["homes"].fillna(1),
        provision=rows["provision"].astype("str").fillna(NOT_GIVEN),
        assessed=rows["homes"].fillna(1).where(rows["risk_assessed"].fillna(False), 0),
    )
    groups = [*rows.groupby("provision"), ("all", rows)]
    table = pd.DataFrame(
        [
            {
                "provision": name,
                "homes": int(of["homes"].sum()),
                "places": of["places"].sum() if of["places"].notna().all() else float("nan"),
                "risk_assessed_homes": of["assessed"].sum()
                if of["risk_assessed"].notna().any()
                else float("nan"),
            }
            for name, of in groups
        ]
    )
    missing = table["places"].isna()
    note = missing.map({True: "places are not given for every home", False: ""})
    return table.assign(note=note.astype("str"))


def regulation_44(homes: pd.DataFrame) -> pd.DataFrame:
    """Independent visits under Regulation 44 held of those due.

    Parameters
    ----------
    homes : DataFrame
        One row a home: ``home_id``, ``regulation_44_due``, ``regulation_44_held``, ``as_at``.

    Returns
    -------
    DataFrame
        One row: ``due``, ``held``, ``missed``, ``held_pct``, ``homes_with_a_missed_visit``,
        ``as_at`` (the latest of the rows), ``note``.

    Examples
    --------
    >>> table = pd.DataFrame({"home_id": ["H1", "H2"], "regulation_44_due": [12, 12],
    ...                       "regulation_44_held": [12, 11], "as_at": "2025-08-31"})
    >>> row = regulation_44(table).iloc[0]
    >>> print(row["missed"], row["homes_with_a_missed_visit"])
    1.0 1.0
    """
    rows = homes.reindex(columns=["regulation_44_due", "regulation_44_held"]).astype("float64")
    known = rows.dropna()
    as_at = _latest(homes["as_at"]) if len(homes) and "as_at" in homes else ""
    due, held = known["regulation_44_due"].sum(), known["regulation_44_held"].sum()
    missed = (known["regulation_44_due"] - known["regulation_44_held"]).clip(lower=0)
    if known.empty:
        note = "cannot be computed: columns regulation_44_due and regulation_44_held missing"
        due = held = float("nan")
    else:
        left = len(rows) - len(known)
        note = f"{left} homes without due or held visits are left out" if left else ""
    return pd.DataFrame(
        {
            "due": [due],
            "held": [held],
            "missed": [missed.sum(min_count=1)],
            "held_pct": [held / due * 100 if due > 0 else float("nan")],
            "homes_with_a_missed_visit": [float((missed > 0).sum()) if len(known) else due],
            "as_at": [as_at],
            "note": [note],
        }
    )


def _latest(as_at: pd.Series) -> str:
    """The latest of some dates, as the source writes it."""
    as_at = as_at.reset_index(drop=True)
    by_date = as_at_dates(as_at).sort_values(na_position="first", kind="stable")
    return as_at[by_date.index[-1]]


def visits_to_homes(home_visits: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Visits of leaders and members to the homes, by role, in the year up to the period.

    Parameters
    ----------
    home_visits : DataFrame
        One row a role and month: ``visitor_role``, ``visit_month``, ``visits``.
    period : str or Period
        The month that the report ends with.

    Returns
    -------
    DataFrame
        One row a role: ``visitor_role``, ``visits`` (in twelve months; missing where the source
        gives a month and no number), ``months_with_a_visit``, ``last_month``, ``note``.

    Examples
    --------
    >>> table = pd.DataFrame({"visitor_role": ["Cabinet Member"], "visits": [1],
    ...                       "visit_month": pd.to_datetime(["2021-05-01"])})
    >>> visits_to_homes(table, "2021-08")["visits"].item()
    1.0
    """
    last = pd.Period(period, "M")
    months = pd.to_datetime(home_visits["visit_month"]).dt.to_period("M")
    year = home_visits[months.between(last - 11, last)].assign(month=months)
    year = year.astype({"visits": "float64"})
    # A row that gives no number still says that there was a visit; a row of none does not.
    year = year.assign(month=year["month"].mask(year["visits"] == 0))
    groups = year.groupby("visitor_role", sort=False)
    table = pd.DataFrame(
        {
            "visits": groups["visits"].sum(min_count=1),
            "months_with_a_visit": groups["month"].nunique(),
            "last_month": groups["month"].max().dt.to_timestamp(),
        }
    ).reset_index()
    some_blank = groups["visits"].apply(lambda visits: visits.isna().any()).to_numpy(dtype=bool)
    note = pd.Series("", index=table.index, dtype="str")
    return table.assign(note=note.mask(some_blank, "the number of visits is not given throughout"))


def contact_by_mode(contact_modes: pd.DataFrame, activity: str | None = None) -> pd.DataFrame:
    """Visits or meetings held directly, virtually or both ways, month by month.

    Parameters
    ----------
    contact_modes : DataFrame
        One row an activity and mode: ``month``, ``activity``, ``mode``, ``number``. Rows without
        a number (statements) are not counted here.
    activity : str, optional
        One activity; default each.

    Returns
    -------
    DataFrame
        One row a month, activity and mode: ``month``, ``activity``, ``mode``, ``number``,
        ``all_modes``, ``share_pct``, ``note``. Empty where the source only states it in words.

    Examples
    --------
    >>> table = pd.DataFrame({"month": pd.to_datetime(["2021-08-01"] * 2), "activity": "visits",
    ...                       "mode": ["direct", "virtual"], "number": [90, 10]})
    >>> contact_by_mode(table)["share_pct"].tolist()
    [90.0, 10.0]
    """
    rows = contact_modes[contact_modes["number"].notna() & contact_modes["month"].notna()]
    if activity is not None:
        rows = rows[rows["activity"] == activity]
    rows = rows.astype({"number": "float64", "mode": "str", "activity": "str"})
    table = rows.groupby(["month", "activity", "mode"])["number"].sum().reset_index()
    whole = table.groupby(["month", "activity"])["number"].transform("sum")
    share = table["number"] / whole.where(whole > 0) * 100
    none = ~(whole > 0)
    note = none.map({True: "cannot be computed: none was held", False: ""}).astype("str")
    return table.assign(all_modes=whole, share_pct=share, note=note)


def contact_by_mode_in_years(
    contact_modes: pd.DataFrame, period: str | pd.Period, years: int = 5
) -> pd.DataFrame:
    """Visits or meetings by how they were held, in whole years that end with the period.

    A month's virtual conferences are a handful; a year's can be compared.

    Parameters
    ----------
    contact_modes : DataFrame
        One row a month, activity and mode: ``month``, ``activity``, ``mode``, ``number``.
    period : str or Period
        The month that the report ends with.
    years : int, default 5
        The most years to give.

    Returns
    -------
    DataFrame
        As ``contact_by_mode``, with ``month`` the last month of each year; years of which the
        extract holds fewer than twelve months are left out.

    Examples
    --------
    >>> months = pd.date_range("2020-09-01", "2021-08-01", freq="MS")
    >>> table = pd.DataFrame({"month": list(months) * 2, "activity": "visits",
    ...                       "mode": ["direct"] * 12 + ["virtual"] * 12,
    ...                       "number": [90] * 12 + [10] * 12})
    >>> contact_by_mode_in_years(table, "2021-08")[["mode", "number", "share_pct"]].values.tolist()
    [['direct', 1080.0, 90.0], ['virtual', 120.0, 10.0]]
    """
    last = pd.Period(period, "M")
    rows = contact_modes[contact_modes["number"].notna() & contact_modes["month"].notna()]
    month = pd.to_datetime(rows["month"])
    back = (last.year - month.dt.year) * 12 + last.month - month.dt.month
    rows = rows.assign(back=back, ago=back // 12)
    rows = rows[rows["back"].between(0, 12 * years - 1)]
    whole = rows.groupby(["activity", "ago"])["back"].transform("nunique") == 12
    ends = [(last - 12 * ago).to_timestamp() for ago in range(years)]
    dated = rows.assign(month=pd.DatetimeIndex(ends).as_unit("us").take(rows["ago"]))
    return contact_by_mode(dated[whole])
