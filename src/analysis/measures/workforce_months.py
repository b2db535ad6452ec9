"""Monthly history of the workforce from the lists of staff, agency workers, absence and posts.

The result has the columns of ``workforce_monthly``, so every measure that reads that table reads
this one. A count stands at the last day of its month; a flow (starters, leavers, days lost) is of
the month.
"""

import pandas as pd

from analysis.methods.stays import backwards, first_days, in_force_at, last_days, overlap_days

LONG_TERM_DAYS = 28
NOT_GIVEN = "not given"


def workforce_by_month(
    establishment: pd.DataFrame,
    staff: pd.DataFrame,
    agency: pd.DataFrame,
    absence: pd.DataFrame,
    first: str | pd.Period,
    last: str | pd.Period,
    *,
    long_term_days: int = LONG_TERM_DAYS,
) -> pd.DataFrame:
    """Positions at the end of each month, and the flows of the month, from start and end dates.

    Parameters
    ----------
    establishment : DataFrame
        One row a post: ``post_id``, ``budgeted_fte``. It has no history: the same posts are taken
        for every month, which the note of the earlier months says. So do the programmes of the
        staff list: it marks those who learn today, and earlier months understate them.
    staff : DataFrame
        One row a person in a post: ``person_id``, ``post_id``, ``fte``, ``contract``,
        ``start_date``, ``end_date``, ``newly_qualified``, ``programme``, ``programme_end_date``.
        Rows with contract "agency" are not in post; apprentices and Step Up students are in post
        from the day after their programme ends.
    agency : DataFrame
        One row an assignment: ``worker_id``, ``fte``, ``posts_covered``, ``reason``,
        ``start_date``, ``end_date``.
    absence : DataFrame
        One row a spell: ``person_id``, ``absence_type``, ``start_date``, ``end_date``,
        ``days_lost_working_days``.
    first, last : str or Period
        First and last month, "YYYY-MM".
    long_term_days : int, default 28
        Sickness counts as long-term from this many calendar days.

    Returns
    -------
    DataFrame
        One row a month: ``month``, ``as_at`` (its last day), ``establishment_fte``,
        ``inpost_fte``, ``inpost_headcount``, ``vacancies_fte`` (over posts: budgeted minus held,
        not below 0), ``agency_headcount``, ``agency_fte``, ``agency_posts_covered``,
        ``agency_covering_vacancies_fte``, ``starters_fte``, ``starters_headcount``,
        ``starters_from_programmes_fte``, ``leavers_fte``, ``leavers_headcount``,
        ``long_term_absence_headcount``,
        ``long_term_absence_fte``, ``maternity_headcount``, ``maternity_fte``,
        ``days_lost_working_days`` (sickness; a spell's days are spread evenly over its
        calendar days, a running spell's up to the last month), ``newly_qualified_headcount``,
        ``newly_qualified_completed_headcount`` (of them), ``apprentices_headcount``,
        ``apprentices_planned_headcount``, ``step_up_students_headcount``, ``note``. A table
        without rows, or a column without values, gives missing figures, never 0.

    Examples
    --------
    >>> posts = pd.DataFrame({"post_id": ["1", "2"], "budgeted_fte": [1.0, 1.0]})
    >>> staff = pd.DataFrame({"person_id": ["a"], "post_id": ["1"], "fte": [0.8],
    ...     "contract": ["permanent"], "start_date": pd.to_datetime(["2021-06-14"]),
    ...     "end_date": pd.to_datetime([None])})
    >>> nobody = pd.DataFrame()
    >>> table = workforce_by_month(posts, staff, nobody, nobody, "2021-05", "2021-06")
    >>> table[["as_at", "inpost_fte", "vacancies_fte", "starters_fte"]].to_numpy().tolist()
    [['2021-05-31', 0.0, 2.0, 0.0], ['2021-06-30', 0.8, 1.2, 0.8]]
    """
    posts, everyone = _with(establishment, _POSTS), _with(staff, _STAFF)
    employed = _social_workers(everyone)
    months = pd.period_range(first, last, freq="M")
    ends = pd.DatetimeIndex(months.to_timestamp(how="end").normalize()).as_unit("us")
    spells = _absence_with_fte(_with(absence, _ABSENCE), employed, ends[-1])
    table = pd.DataFrame({"month": months.to_timestamp().as_unit("us")}, index=ends)
    table = table.assign(
        as_at=ends.strftime("%Y-%m-%d"),
        **_in_post(employed, posts, ends),
        **_flows(employed, ends),
        **_agency(_with(agency, _AGENCY), ends),
        **_absent(spells, ends, long_term_days),
        **_learners(everyone, ends),
    )
    table = table.reindex(columns=["month", "as_at", *_COUNTS])
    table = table.astype(dict.fromkeys(_COUNTS, "float64")).reset_index(drop=True)
    earlier = (table["month"] < table["month"].max()) & (len(posts) > 0)
    note = earlier.map({True: "posts and programmes as in the latest lists", False: ""})
    return table.assign(note=note.astype("str"))


def workforce_by_cut(
    establishment: pd.DataFrame,
    staff: pd.DataFrame,
    agency: pd.DataFrame,
    absence: pd.DataFrame,
    period: str | pd.Period,
    by: str = "team",
) -> pd.DataFrame:
    """Position of each team or role at the end of the period.

    Parameters
    ----------
    establishment, staff, agency, absence : DataFrame
        As for ``workforce_by_month``, with the column of ``by``; a table without that column
        (absence has no role) gives missing figures for it.
    period : str or Period
        The month that the report ends with, "YYYY-MM".
    by : str, default "team"
        "team" or "role".

    Returns
    -------
    DataFrame
        One row a team or role ("not given" where it is blank): the column of ``by`` and the
        columns of ``workforce_by_month``. A person in two teams is one head in each, so the
        headcounts of teams can add to more than the whole.

    Examples
    --------
    >>> staff = pd.DataFrame({"person_id": ["a", "b"], "team": ["North", None], "fte": [1.0, 0.5],
    ...     "start_date": pd.to_datetime(["2020-01-01", "2020-01-01"]),
    ...     "end_date": pd.to_datetime([None, None])})
    >>> nothing = pd.DataFrame()
    >>> table = workforce_by_cut(nothing, staff, nothing, nothing, "2021-08")
    >>> table[["team", "inpost_fte"]].to_numpy().tolist()
    [['North', 1.0], ['not given', 0.5]]
    """
    tables = [
        table.assign(**{by: table[by].astype("str").fillna(NOT_GIVEN)}) if by in table else None
        for table in (establishment, staff, agency, absence)
    ]
    cuts = sorted({cut for table in tables if table is not None for cut in table[by]})
    parts = []
    for cut in cuts:
        ours = [pd.DataFrame() if table is None else table[table[by] == cut] for table in tables]
        row = workforce_by_month(*ours, period, period)
        parts.append(row.assign(**{by: cut}))
    if not parts:
        return pd.DataFrame(columns=[by, "as_at", "note"])
    return pd.concat(parts, ignore_index=True)


_COUNTS = (
    "establishment_fte", "inpost_fte", "inpost_headcount", "vacancies_fte", "starters_fte",
    "starters_headcount", "starters_from_programmes_fte", "leavers_fte", "leavers_headcount",
    "agency_headcount", "agency_fte", "agency_posts_covered", "agency_covering_vacancies_fte",
    "long_term_absence_headcount", "long_term_absence_fte", "maternity_headcount",
    "maternity_fte", "days_lost_working_days", "newly_qualified_headcount",
    "newly_qualified_completed_headcount", "apprentices_headcount",
    "apprentices_planned_headcount", "step_up_students_headcount",
)  # fmt: skip
_POSTS = {"post_id": "str", "budgeted_fte": "float64"}
_SPELL = {"start_date": "datetime64[us]", "end_date": "datetime64[us]"}
_STAFF = _SPELL | {
    "person_id": "str", "post_id": "str", "fte": "float64", "contract": "str",
    "newly_qualified": "boolean", "programme": "str", "programme_end_date": "datetime64[us]",
}  # fmt: skip
_AGENCY = _SPELL | {
    "worker_id": "str", "fte": "float64", "posts_covered": "float64", "reason": "str",
}  # fmt: skip
_ABSENCE = _SPELL | {
    "person_id": "str", "absence_type": "str", "days_lost_working_days": "float64",
    "fte": "float64",
}  # fmt: skip


def _with(table: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """Keep the columns needed, missing where the extract does not have them."""
    return table.reindex(columns=list(columns)).astype(columns)


def _social_workers(everyone: pd.DataFrame) -> pd.DataFrame:
    """Employees as social workers: a learner is one from the day after the programme ends."""
    employed = everyone[~everyone["contract"].eq("agency")]
    learner = employed["programme"].isin(["apprentice", "step up"])
    qualified = employed["programme_end_date"] + pd.Timedelta(days=1)
    later = learner & ~(qualified < employed["start_date"])
    starts = employed["start_date"].mask(later, qualified)
    return employed.assign(start_date=starts, learner=learner)


def _absence_with_fte(
    spells: pd.DataFrame, employed: pd.DataFrame, horizon: pd.Timestamp
) -> pd.DataFrame:
    """Give each spell its person's FTE where not stated, and spread its days lost over its days."""
    held = employed.sort_values("start_date").drop_duplicates("person_id", keep="last")
    of_person = spells["person_id"].map(held.set_index("person_id")["fte"]).astype("float64")
    days = (spells["end_date"].fillna(horizon) - spells["start_date"]).dt.days + 1
    return spells.assign(
        fte=spells["fte"].fillna(of_person),
        days_lost_a_day=spells["days_lost_working_days"] / days.where(days > 0),
    )


def _in_post(employed: pd.DataFrame, posts: pd.DataFrame, ends: pd.DatetimeIndex) -> dict:
    """Posts, people in post and vacancies at the end of each month."""
    now = in_force_at(employed, ends)
    budget = posts.groupby("post_id")["budgeted_fte"].sum()
    held = now.groupby(["day", "post_id"])["fte"].sum().unstack(fill_value=0)  # noqa: PD010
    held = held.reindex(index=ends, columns=budget.index, fill_value=0)
    known = len(employed) > 0
    by_post = known and len(posts) > 0 and employed["post_id"].notna().any()
    return {
        "establishment_fte": posts["budgeted_fte"].sum(min_count=1),
        "inpost_fte": _summed(now, "fte", ends) if known else None,
        "inpost_headcount": _people(now, "person_id", ends) if known else None,
        "vacancies_fte": (budget - held).clip(lower=0).sum(axis=1) if by_post else None,
    }


def _flows(employed: pd.DataFrame, ends: pd.DatetimeIndex) -> dict:
    """Starters and leavers of each month; a move from post to post is neither."""
    valid = employed[~backwards(employed)]
    new, gone = valid[first_days(valid, "person_id")], valid[last_days(valid, "person_id")]
    new = new.assign(day=new["start_date"] + pd.offsets.MonthEnd(0))
    gone = gone.assign(day=gone["end_date"] + pd.offsets.MonthEnd(0))
    if employed.empty:
        return {}
    return {
        "starters_fte": _summed(new, "fte", ends),
        "starters_headcount": _people(new, "person_id", ends),
        "starters_from_programmes_fte": _summed(new[new["learner"]], "fte", ends),
        "leavers_fte": _summed(gone, "fte", ends),
        "leavers_headcount": _people(gone, "person_id", ends),
    }


def _agency(workers: pd.DataFrame, ends: pd.DatetimeIndex) -> dict:
    """Agency workers in three measures, and the part that covers vacancies."""
    now = in_force_at(workers, ends)
    if workers.empty:
        return {}
    people = _people(now, "worker_id", ends)
    covering = _summed(now[now["reason"] == "vacancy"], "fte", ends)
    reasons = _people(now[now["reason"].notna()], "worker_id", ends)
    posts = now[now["posts_covered"].notna()]
    return {
        "agency_headcount": people,
        "agency_fte": _summed(now, "fte", ends),
        "agency_posts_covered": _summed(now, "posts_covered", ends).where(
            (people == 0) | (_people(posts, "worker_id", ends) > 0)
        ),
        "agency_covering_vacancies_fte": covering.where((people == 0) | (reasons > 0)),
    }


def _absent(spells: pd.DataFrame, ends: pd.DatetimeIndex, long_term_days: int) -> dict:
    """Long-term sickness and maternity leave at the end, and days lost to sickness in the month."""
    if spells.empty:
        return {}
    now = in_force_at(spells, ends)
    long = now["start_date"] <= now["day"] - pd.Timedelta(days=long_term_days - 1)
    ill = now[(now["absence_type"] == "sickness") & long]
    leave = now[now["absence_type"] == "maternity"]
    sick = spells[spells["absence_type"] == "sickness"]
    firsts = ends.to_period("M").to_timestamp()
    lost = overlap_days(sick, firsts, ends).mul(sick["days_lost_a_day"], axis=0)
    return {
        "long_term_absence_headcount": _people(ill, "person_id", ends),
        "long_term_absence_fte": _summed(ill, "fte", ends),
        "maternity_headcount": _people(leave, "person_id", ends),
        "maternity_fte": _summed(leave, "fte", ends),
        "days_lost_working_days": lost.sum(min_count=0 if sick.empty else 1),
    }


def _learners(everyone: pd.DataFrame, ends: pd.DatetimeIndex) -> dict:
    """Newly qualified, those who completed and stay, apprentices and Step Up students."""
    if everyone["newly_qualified"].isna().all() and everyone["programme"].isna().all():
        return {}
    now = in_force_at(everyone, ends)
    programme, ended = now["programme"], now["programme_end_date"] <= now["day"]
    asye = now["newly_qualified"].fillna(False) | programme.eq("asye")
    apprentice = programme.eq("apprentice") & ~ended
    planned = everyone[everyone["programme"].eq("apprentice")]
    ahead = [planned.loc[planned["start_date"] > end, "person_id"].nunique() for end in ends]
    return {
        "newly_qualified_headcount": _people(now[asye], "person_id", ends),
        "newly_qualified_completed_headcount": _people(now[asye & ended], "person_id", ends),
        "apprentices_headcount": _people(now[apprentice], "person_id", ends),
        "apprentices_planned_headcount": pd.Series(ahead, index=ends),
        "step_up_students_headcount": _people(
            now[programme.eq("step up") & ~ended], "person_id", ends
        ),
    }


def _summed(rows: pd.DataFrame, column: str, ends: pd.DatetimeIndex) -> pd.Series:
    """Sum of a column at each month's end, 0 where there are no rows."""
    return rows.groupby("day")[column].sum().reindex(ends, fill_value=0)


def _people(rows: pd.DataFrame, who: str, ends: pd.DatetimeIndex) -> pd.Series:
    """Count different people at each month's end, 0 where there are no rows."""
    return rows.groupby("day")[who].nunique().reindex(ends, fill_value=0)
