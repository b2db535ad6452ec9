"""How practice is looked at from within: supervision held in timescale, and case audits."""

import pandas as pd

GRADES = {"outstanding": 0, "good": 1, "requires improvement": 2, "inadequate": 3}
GOOD_GRADES = ("outstanding", "good")
NOT_GIVEN = "not given"


def supervision_by_month(supervision: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Supervision sessions held of those due, month by month.

    Parameters
    ----------
    supervision : DataFrame
        One row a team and month: ``month``, ``team``, ``due``, ``held``.
    by : str, optional
        "team"; default the whole service.

    Returns
    -------
    DataFrame
        One row a month (and team): ``month``, ``due``, ``held``, ``in_timescale_pct``, ``note``
        (none due; more held than due, shown as given).

    Examples
    --------
    >>> table = pd.DataFrame({"month": pd.to_datetime(["2021-08-01"] * 2), "team": ["a", "b"],
    ...                       "due": [10, 10], "held": [9, 8]})
    >>> supervision_by_month(table)["in_timescale_pct"].tolist()
    [85.0]
    """
    cuts = ["month"] if by is None else ["month", by]
    rows = supervision if by is None else supervision.assign(**{by: _cut(supervision[by])})
    table = rows.groupby(cuts)[["due", "held"]].sum(min_count=1).astype("float64").reset_index()
    rate = table["held"] / table["due"].where(table["due"] > 0) * 100
    note = pd.Series("", index=table.index, dtype="str")
    note = note.mask(~(table["due"] > 0), "cannot be computed: none was due")
    note = note.mask(table["held"] > table["due"], "more held than due: shown as given")
    return table.assign(in_timescale_pct=rate, note=note)


def supervision_by_team(
    supervision: pd.DataFrame, period: str | pd.Period, months: int = 12
) -> pd.DataFrame:
    """Supervision sessions held of those due, team by team, in the months up to the period.

    Parameters
    ----------
    supervision : DataFrame
        One row a team and month: ``month``, ``team``, ``due``, ``held``.
    period : str or Period
        The month that the report ends with.
    months : int, default 12
        How many months are added up: one month of one team is a few people.

    Returns
    -------
    DataFrame
        One row a team, then "all": ``team``, ``due``, ``held``, ``in_timescale_pct``,
        ``first_month``, ``last_month``, ``note``. Empty where no month is that early.

    Examples
    --------
    >>> table = pd.DataFrame({"month": pd.to_datetime(["2021-07-01", "2021-08-01"]), "team": "a",
    ...                       "due": [10, 10], "held": [9, 8]})
    >>> supervision_by_team(table, "2021-08")[["team", "in_timescale_pct"]].values.tolist()
    [['a', 85.0], ['all', 85.0]]
    """
    last = pd.Period(period, "M")
    month = pd.to_datetime(supervision["month"]).dt.to_period("M")
    rows = supervision[month.between(last - months + 1, last)]
    if rows.empty:
        return pd.DataFrame(columns=["team", "due", "held", "in_timescale_pct", "note"])
    span = {"first_month": rows["month"].min(), "last_month": rows["month"].max()}
    each = rows.assign(team=_cut(rows["team"]), month=last.to_timestamp())
    parts = [supervision_by_month(each, "team"), supervision_by_month(each).assign(team="all")]
    return pd.concat(parts, ignore_index=True).drop(columns="month").assign(**span)


def audit_grades_by_month(
    audits: pd.DataFrame, good: tuple[str, ...] = GOOD_GRADES
) -> pd.DataFrame:
    """Case audits graded good or better, month by month.

    Parameters
    ----------
    audits : DataFrame
        One row a grade, team and month: ``month``, ``grade``, ``audits``.
    good : tuple of str, default ("outstanding", "good")
        The grades that count as good or better.

    Returns
    -------
    DataFrame
        One row a month: ``month``, ``audits``, ``good_or_better``, ``good_or_better_pct``,
        ``note``.

    Examples
    --------
    >>> table = pd.DataFrame({"month": pd.to_datetime(["2021-08-01"] * 2),
    ...                       "grade": ["Good", "Requires improvement"], "audits": [3, 1]})
    >>> audit_grades_by_month(table)["good_or_better_pct"].tolist()
    [75.0]
    """
    is_good = audits["grade"].str.strip().str.lower().isin(good)
    rows = audits.assign(good_or_better=audits["audits"].where(is_good, 0))
    table = rows.groupby("month")[["audits", "good_or_better"]].sum(min_count=1)
    table = table.astype("float64").reset_index()
    rate = table["good_or_better"] / table["audits"].where(table["audits"] > 0) * 100
    none = ~(table["audits"] > 0)
    note = none.map({True: "cannot be computed: no audits", False: ""}).astype("str")
    return table.assign(good_or_better_pct=rate, note=note)


def audit_grades(audits: pd.DataFrame) -> pd.DataFrame:
    """Case audits by grade over all months of the table.

    Parameters
    ----------
    audits : DataFrame
        One row a grade, team and month: ``grade``, ``audits``.

    Returns
    -------
    DataFrame
        One row a grade as the extract writes it, Ofsted's four from best to worst and any other
        after them: ``grade``, ``audits``, ``all_audits``, ``share_pct``.

    Examples
    --------
    >>> table = pd.DataFrame({"grade": ["Good", "Good", "Inadequate"], "audits": [2, 1, 1]})
    >>> audit_grades(table)["share_pct"].tolist()
    [75.0, 25.0]
    """
    table = audits.groupby("grade", sort=False)["audits"].sum().reset_index()
    rank = table["grade"].str.strip().str.lower().map(GRADES).fillna(len(GRADES))
    table = table.iloc[rank.argsort(kind="stable")].reset_index(drop=True)
    whole = table["audits"].sum()
    share = table["audits"] / whole * 100 if whole > 0 else float("nan")
    return table.assign(all_audits=whole, share_pct=share)


def _cut(column: pd.Series) -> pd.Series:
    """Name the blank values of a cut."""
    return column.astype("str").fillna(NOT_GIVEN)
