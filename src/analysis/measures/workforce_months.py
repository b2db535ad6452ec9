"""Monthly history of the workforce from the lists of staff, agency workers, absence and posts.

The result has the columns of ``workforce_monthly``, so every measure that reads that table reads
this one. A count stands at the last day of its month; a flow (starters, leavers, days lost) is of
the month.
"""

import numpy as np
import pandas as pd

from analysis.methods.cut_months import CutMonths
from analysis.methods.stays import backwards, first_days, last_days, overlap_days

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
    tables = [table.assign(cut="") for table in (establishment, staff, agency, absence)]
    cells = CutMonths(("",), pd.period_range(first, last, freq="M"))
    table = _in_cells(*tables, cells, long_term_days).drop(columns="cut")
    earlier = (table["month"] < table["month"].max()) & (len(establishment) > 0)
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
        table.assign(cut=table[by].astype("str").fillna(NOT_GIVEN))
        if by in table
        else pd.DataFrame({"cut": []}, dtype="str")
        for table in (establishment, staff, agency, absence)
    ]
    cuts = tuple(sorted({cut for table in tables for cut in table["cut"]}))
    if not cuts:
        return pd.DataFrame(columns=[by, "as_at", "note"])
    cells = CutMonths(cuts, pd.period_range(period, period, freq="M"))
    table = _in_cells(*tables, cells, LONG_TERM_DAYS)
    return table.drop(columns="cut").assign(note="", **{by: table["cut"]})


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


def _in_cells(
    establishment: pd.DataFrame,
    staff: pd.DataFrame,
    agency: pd.DataFrame,
    absence: pd.DataFrame,
    cells: CutMonths,
    long_term_days: int,
) -> pd.DataFrame:
    """Positions and flows of each cell, from tables whose ``cut`` names the cell's cut."""
    posts, everyone = _with(establishment, _POSTS, cells), _with(staff, _STAFF, cells)
    employed = _social_workers(everyone)
    spells = _absence_with_fte(_with(absence, _ABSENCE, cells), employed, cells.ends[-1])
    figures = {
        **_in_post(employed, posts, cells),
        **_flows(employed, cells),
        **_agency(_with(agency, _AGENCY, cells), cells),
        **_absent(spells, cells, long_term_days),
        **_learners(everyone, cells),
    }
    counts = {name: figures[name].to_numpy("float64") for name in _COUNTS}
    return cells.frame()[["month", "as_at", "cut"]].join(pd.DataFrame(counts))


def _with(table: pd.DataFrame, columns: dict[str, str], cells: CutMonths) -> pd.DataFrame:
    """Keep the columns needed, missing where the extract does not have them; cuts by number.

    Rows of a cut stand together, so that its sums add up as they would without the others.
    """
    cut = pd.Index(cells.cuts).get_indexer(table["cut"])
    kept = table.reindex(columns=list(columns)).astype(columns).assign(cut=cut)
    return kept.iloc[np.argsort(cut, kind="stable")]


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
    person = ["cut", "person_id"]
    held = employed.sort_values("start_date").drop_duplicates(person, keep="last")
    of_person = spells[person].merge(held[[*person, "fte"]], on=person, how="left")["fte"]
    days = (spells["end_date"].fillna(horizon) - spells["start_date"]).dt.days + 1
    return spells.assign(
        fte=spells["fte"].fillna(of_person.set_axis(spells.index)),
        days_lost_a_day=spells["days_lost_working_days"] / days.where(days > 0),
    )


def _in_post(employed: pd.DataFrame, posts: pd.DataFrame, cells: CutMonths) -> dict:
    """Posts, people in post and vacancies at the end of each month."""
    now, known = cells.in_force(employed), cells.holding(employed)
    in_posts = cells.holding(employed[employed["post_id"].notna()]) & cells.holding(posts)
    budgeted = posts["budgeted_fte"].groupby(posts["cut"])
    whole = {cut: own.sum(min_count=1) for cut, own in budgeted}
    return {
        "establishment_fte": cells.by_cut(lambda cut: whole.get(cut, np.nan)),
        "inpost_fte": cells.summed(now, "fte").where(known),
        "inpost_headcount": cells.people(now, "person_id").where(known),
        "vacancies_fte": _vacancies(now, posts, cells).where(in_posts),
    }


def _vacancies(now: pd.DataFrame, posts: pd.DataFrame, cells: CutMonths) -> pd.Series:
    """Budgeted minus held, post by post and not below 0, at the end of each month."""
    budget = posts.groupby(["cut", "post_id"])["budgeted_fte"].sum()
    held = now.groupby(["cut", "post_id", "day"])["fte"].sum()
    post = budget.index.get_indexer(held.index.droplevel("day"))
    month = cells.ends.get_indexer(held.index.get_level_values("day"))
    filled = np.zeros((len(cells.ends), len(budget)))
    filled[month[post >= 0], post[post >= 0]] = held[post >= 0]
    vacant = np.maximum(budget.to_numpy() - filled, 0)
    # Posts stand cut by cut, so those of one cut lie between two edges.
    edges = budget.index.get_level_values("cut").searchsorted(range(len(cells.cuts) + 1))
    return cells.by_cut(lambda cut: vacant[:, edges[cut] : edges[cut + 1]].sum(axis=1))


def _flows(employed: pd.DataFrame, cells: CutMonths) -> dict:
    """Starters and leavers of each month; a move from post to post is neither."""
    person = ["cut", "person_id"]
    valid = employed[~backwards(employed)]
    new, gone = valid[first_days(valid, person)], valid[last_days(valid, person)]
    new = new.assign(cell=cells.of(new["cut"], new["start_date"]))
    gone = gone.assign(cell=cells.of(gone["cut"], gone["end_date"]))
    figures = {
        "starters_fte": cells.summed(new, "fte"),
        "starters_headcount": cells.people(new, "person_id"),
        "starters_from_programmes_fte": cells.summed(new[new["learner"]], "fte"),
        "leavers_fte": cells.summed(gone, "fte"),
        "leavers_headcount": cells.people(gone, "person_id"),
    }
    known = cells.holding(employed)
    return {name: figure.where(known) for name, figure in figures.items()}


def _agency(workers: pd.DataFrame, cells: CutMonths) -> dict:
    """Agency workers in three measures, and the part that covers vacancies."""
    now, known = cells.in_force(workers), cells.holding(workers)
    people = cells.people(now, "worker_id")
    covering = cells.summed(now[now["reason"] == "vacancy"], "fte")
    reasons = cells.people(now[now["reason"].notna()], "worker_id")
    posts = cells.people(now[now["posts_covered"].notna()], "worker_id")
    return {
        "agency_headcount": people.where(known),
        "agency_fte": cells.summed(now, "fte").where(known),
        "agency_posts_covered": cells.summed(now, "posts_covered").where(
            known & ((people == 0) | (posts > 0))
        ),
        "agency_covering_vacancies_fte": covering.where(known & ((people == 0) | (reasons > 0))),
    }


def _absent(spells: pd.DataFrame, cells: CutMonths, long_term_days: int) -> dict:
    """Long-term sickness and maternity leave at the end, and days lost to sickness in the month."""
    now, known = cells.in_force(spells), cells.holding(spells)
    long = now["start_date"] <= now["day"] - pd.Timedelta(days=long_term_days - 1)
    ill = now[(now["absence_type"] == "sickness") & long]
    leave = now[now["absence_type"] == "maternity"]
    return {
        "long_term_absence_headcount": cells.people(ill, "person_id").where(known),
        "long_term_absence_fte": cells.summed(ill, "fte").where(known),
        "maternity_headcount": cells.people(leave, "person_id").where(known),
        "maternity_fte": cells.summed(leave, "fte").where(known),
        "days_lost_working_days": _days_lost(spells, cells).where(known),
    }


def _days_lost(spells: pd.DataFrame, cells: CutMonths) -> pd.Series:
    """Days lost to sickness in the month; missing where sickness is held without its days."""
    sick = spells[spells["absence_type"] == "sickness"]
    firsts = cells.ends.to_period("M").to_timestamp()
    lost = overlap_days(sick, firsts, cells.ends).mul(sick["days_lost_a_day"], axis=0)
    own = [sick["cut"] == cut for cut in range(len(cells.cuts))]
    return cells.by_cut(lambda cut: lost[own[cut]].sum(min_count=int(own[cut].any())))


def _learners(everyone: pd.DataFrame, cells: CutMonths) -> dict:
    """Newly qualified, those who completed and stay, apprentices and Step Up students."""
    said = everyone["newly_qualified"].notna() | everyone["programme"].notna()
    now, known = cells.in_force(everyone), cells.holding(everyone[said])
    programme, ended = now["programme"], now["programme_end_date"] <= now["day"]
    asye = now["newly_qualified"].fillna(False) | programme.eq("asye")
    apprentice = programme.eq("apprentice") & ~ended
    rows = {
        "newly_qualified_headcount": now[asye],
        "newly_qualified_completed_headcount": now[asye & ended],
        "apprentices_headcount": now[apprentice],
        "apprentices_planned_headcount": _planned(everyone, cells),
        "step_up_students_headcount": now[programme.eq("step up") & ~ended],
    }
    return {name: cells.people(own, "person_id").where(known) for name, own in rows.items()}


def _planned(everyone: pd.DataFrame, cells: CutMonths) -> pd.DataFrame:
    """Apprentices who are still to start at each month's end, with ``cell``."""
    planned = everyone[everyone["programme"].eq("apprentice")]
    starts = planned["start_date"].to_numpy()[:, np.newaxis]
    row, month = np.nonzero(starts > cells.ends.to_numpy())
    ahead = planned.iloc[row]
    return ahead.assign(cell=cells.of(ahead["cut"], cells.ends[month]))
