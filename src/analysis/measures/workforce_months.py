"""Monthly history of the workforce from the lists of staff, agency workers, absence and posts.

The result has the columns of ``workforce_monthly``, so every measure that reads that table reads
this one. A count stands at the last day of its month; a flow (starters, leavers, days lost) is of
the month.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.methods.cut_months import CutMonths
from analysis.methods.stays import backwards, first_days, last_days, overlap_days
from analysis.methods.workforce_lists import OF_CUT, lists_in_cuts, rows_of_cuts

LONG_TERM_DAYS = 28


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
        without rows, or a column without values, gives missing figures, never 0; so do, of
        agency workers, the months that end before the list's first assignment.

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
    by: Sequence[str] = ("team", "role"),
) -> dict[str, pd.DataFrame]:
    """Position of each team and of each role at the end of the period.

    Parameters
    ----------
    establishment, staff, agency, absence : DataFrame
        As for ``workforce_by_month``, with the columns of ``by``; a table without one of them
        (absence has no role) gives missing figures for it.
    period : str or Period
        The month that the report ends with, "YYYY-MM".
    by : sequence of str, default "team" and "role"
        The columns that name the cuts.

    Returns
    -------
    dict of str to DataFrame
        For each column of ``by`` one row a team or role ("not given" where it is blank): that
        column and the columns of ``workforce_by_month``. A person in two teams is one head in
        each, so the headcounts of teams can add to more than the whole.

    Examples
    --------
    >>> staff = pd.DataFrame({"person_id": ["a", "b"], "team": ["North", None], "fte": [1.0, 0.5],
    ...     "start_date": pd.to_datetime(["2020-01-01", "2020-01-01"]),
    ...     "end_date": pd.to_datetime([None, None])})
    >>> nothing = pd.DataFrame()
    >>> table = workforce_by_cut(nothing, staff, nothing, nothing, "2021-08")["team"]
    >>> table[["team", "inpost_fte"]].to_numpy().tolist()
    [['North', 1.0], ['not given', 0.5]]
    """
    tables = [rows_of_cuts(table, by) for table in (establishment, staff, agency, absence)]
    cuts = tuple(sorted({cut for table in tables for cut in table["cut"]}))
    found = {name: pd.DataFrame(columns=[name, "as_at", "note"]) for name in by}
    if cuts:
        cells = CutMonths(cuts, pd.period_range(period, period, freq="M"))
        figures = _in_cells(*tables, cells, LONG_TERM_DAYS)
        kind = figures["cut"].str.partition(OF_CUT)[0]
        for name, rows in figures.groupby(kind):
            cut = rows["cut"].str.removeprefix(name + OF_CUT)
            own = rows.drop(columns="cut").assign(note="", **{name: cut})
            found[name] = own.reset_index(drop=True)
    return found


_COUNTS = (
    "establishment_fte", "inpost_fte", "inpost_headcount", "vacancies_fte", "starters_fte",
    "starters_headcount", "starters_from_programmes_fte", "leavers_fte", "leavers_headcount",
    "agency_headcount", "agency_fte", "agency_posts_covered", "agency_covering_vacancies_fte",
    "long_term_absence_headcount", "long_term_absence_fte", "maternity_headcount",
    "maternity_fte", "days_lost_working_days", "newly_qualified_headcount",
    "newly_qualified_completed_headcount", "apprentices_headcount",
    "apprentices_planned_headcount", "step_up_students_headcount",
)  # fmt: skip


def _in_cells(
    establishment: pd.DataFrame,
    staff: pd.DataFrame,
    agency: pd.DataFrame,
    absence: pd.DataFrame,
    cells: CutMonths,
    long_term_days: int,
) -> pd.DataFrame:
    """Positions and flows of each cell, from tables whose ``cut`` names the cell's cut."""
    lists = lists_in_cuts(establishment, staff, agency, absence, cells.cuts, cells.ends[-1])
    figures = {
        **_in_post(lists.employed, lists.posts, cells),
        **_flows(lists.employed, cells),
        **_agency(lists.workers, cells),
        **_absent(lists.spells, cells, long_term_days),
        **_learners(lists.everyone, cells),
    }
    counts = {name: figures[name] for name in _COUNTS}
    return cells.frame()[["month", "as_at", "cut"]].join(pd.DataFrame(counts))


def _in_post(employed: pd.DataFrame, posts: pd.DataFrame, cells: CutMonths) -> dict:
    """Posts, people in post and vacancies at the end of each month."""
    row, cell = cells.in_force(employed)
    fte, person, post = (employed[name].to_numpy() for name in ("fte", "person", "post"))
    cut, budgeted = posts["cut"].to_numpy(), posts["budgeted_fte"]
    known = cells.holding(employed["cut"])
    in_posts = cells.holding(employed["cut"][~np.isnan(post)]) & cells.holding(cut)
    vacancies = _vacancies(posts, post[row], fte[row], cell, cells)
    return {
        "establishment_fte": cells.by_cut(cut, lambda own: budgeted.iloc[own].sum(min_count=1)),
        "inpost_fte": np.where(known, cells.summed(fte[row], cell), np.nan),
        "inpost_headcount": np.where(known, cells.people(person[row], cell), np.nan),
        "vacancies_fte": np.where(in_posts, vacancies, np.nan),
    }


def _vacancies(
    posts: pd.DataFrame, post: np.ndarray, fte: np.ndarray, cell: np.ndarray, cells: CutMonths
) -> np.ndarray:
    """Budgeted minus held, post by post and not below 0, at the end of each month."""
    months = len(cells.ends)
    budget = posts["budgeted_fte"].groupby(posts["post"]).sum()
    cut = posts["cut"].groupby(posts["post"]).first().to_numpy()
    held = pd.Series(fte).groupby(post * months + cell % months).sum()
    number, month = np.divmod(held.index.to_numpy(), months)
    place = budget.index.get_indexer(number)
    filled = np.zeros((months, len(budget)))
    filled[month[place >= 0].astype("int64"), place[place >= 0]] = held[place >= 0]
    vacant = np.maximum(budget.to_numpy() - filled, 0)
    return cells.by_cut(cut, lambda own: vacant[:, own].sum(axis=1))


def _flows(employed: pd.DataFrame, cells: CutMonths) -> dict:
    """Starters and leavers of each month; a move from post to post is neither."""
    valid = employed[~backwards(employed)]
    new, gone = valid[first_days(valid, "person")], valid[last_days(valid, "person")]
    started, left = cells.of(new["cut"], new["start_date"]), cells.of(gone["cut"], gone["end_date"])
    learner = new["learner"].to_numpy()
    figures = {
        "starters_fte": cells.summed(new["fte"], started),
        "starters_headcount": cells.people(new["person"], started),
        "starters_from_programmes_fte": cells.summed(new["fte"][learner], started[learner]),
        "leavers_fte": cells.summed(gone["fte"], left),
        "leavers_headcount": cells.people(gone["person"], left),
    }
    known = cells.holding(employed["cut"])
    return {name: np.where(known, figure, np.nan) for name, figure in figures.items()}


def _agency(workers: pd.DataFrame, cells: CutMonths) -> dict:
    """Agency workers in three measures, and the part that covers vacancies."""
    row, cell = cells.in_force(workers)
    person, fte, posts = (workers[name].to_numpy()[row] for name in _AGENCY_FIGURES)
    covering = (workers["reason"] == "vacancy").to_numpy()[row]
    reason, post = workers["reason"].notna().to_numpy()[row], ~np.isnan(posts)
    # Before its first assignment a list may not have been kept: the months are no zeros.
    begun = ~(cells.ends < workers["start_date"].min())
    people = cells.people(person, cell)
    known = cells.holding(workers["cut"]) & np.tile(begun, len(cells.cuts))
    told = known & ((people == 0) | (cells.people(person[reason], cell[reason]) > 0))
    counted = known & ((people == 0) | (cells.people(person[post], cell[post]) > 0))
    return {
        "agency_headcount": np.where(known, people, np.nan),
        "agency_fte": np.where(known, cells.summed(fte, cell), np.nan),
        "agency_posts_covered": np.where(counted, cells.summed(posts, cell), np.nan),
        "agency_covering_vacancies_fte": np.where(
            told, cells.summed(fte[covering], cell[covering]), np.nan
        ),
    }


_AGENCY_FIGURES = ("person", "fte", "posts_covered")


def _absent(spells: pd.DataFrame, cells: CutMonths, long_term_days: int) -> dict:
    """Long-term sickness and maternity leave at the end, and days lost to sickness in the month."""
    row, cell = cells.in_force(spells)
    person, fte = spells["person"].to_numpy()[row], spells["fte"].to_numpy()[row]
    sick = spells["absence_type"] == "sickness"
    days_before = pd.Timedelta(days=long_term_days - 1)
    long = (spells["start_date"] + days_before).to_numpy()[row] <= cells.end_of(cell)
    ill = sick.to_numpy()[row] & long
    leave = (spells["absence_type"] == "maternity").to_numpy()[row]
    figures = {
        "long_term_absence_headcount": cells.people(person[ill], cell[ill]),
        "long_term_absence_fte": cells.summed(fte[ill], cell[ill]),
        "maternity_headcount": cells.people(person[leave], cell[leave]),
        "maternity_fte": cells.summed(fte[leave], cell[leave]),
        "days_lost_working_days": _days_lost(spells[sick], cells),
    }
    known = cells.holding(spells["cut"])
    return {name: np.where(known, figure, np.nan) for name, figure in figures.items()}


def _days_lost(sick: pd.DataFrame, cells: CutMonths) -> np.ndarray:
    """Days lost to sickness in the month; missing where sickness is held without its days."""
    firsts = cells.ends.to_period("M").to_timestamp()
    lost = overlap_days(sick, firsts, cells.ends).mul(sick["days_lost_a_day"], axis=0)
    return cells.by_cut(
        sick["cut"].to_numpy(),
        lambda own: lost.iloc[own].sum(min_count=min(1, len(lost.iloc[own]))),
    )


def _learners(everyone: pd.DataFrame, cells: CutMonths) -> dict:
    """Newly qualified, those who completed and stay, apprentices and Step Up students."""
    programme, given = everyone["programme"], everyone["newly_qualified"].notna()
    row, cell = cells.in_force(everyone)
    qualifying = everyone["newly_qualified"].eq(True).fillna(False) | programme.eq("asye")
    asye = qualifying.to_numpy()[row]
    apprentice, step_up = (programme.eq(name).to_numpy() for name in ("apprentice", "step up"))
    ended = everyone["programme_end_date"].to_numpy()[row] <= cells.end_of(cell)
    counted = {
        "newly_qualified_headcount": asye,
        "newly_qualified_completed_headcount": asye & ended,
        "apprentices_headcount": apprentice[row] & ~ended,
        "step_up_students_headcount": step_up[row] & ~ended,
    }
    person = everyone["person"].to_numpy()
    heads = {name: cells.people(person[row[own]], cell[own]) for name, own in counted.items()}
    heads["apprentices_planned_headcount"] = _planned(everyone[apprentice], cells)
    known = cells.holding(everyone["cut"][given | programme.notna()])
    return {name: np.where(known, own, np.nan) for name, own in heads.items()}


def _planned(apprentices: pd.DataFrame, cells: CutMonths) -> np.ndarray:
    """Apprentices who are still to start at each month's end."""
    starts = apprentices["start_date"].to_numpy()[:, np.newaxis]
    row, month = np.nonzero(starts > cells.ends.to_numpy())
    cell = apprentices["cut"].to_numpy()[row] * len(cells.ends) + month
    return cells.people(apprentices["person"].to_numpy()[row], cell)
