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
    workers, spells = _with(agency, _AGENCY, cells), _with(absence, _ABSENCE, cells)
    posts["post"], everyone["post"] = _numbers("post_id", posts, everyone)
    everyone["person"], spells["person"] = _numbers("person_id", everyone, spells)
    workers["person"] = _numbers("worker_id", workers)[0]
    employed = _social_workers(everyone)
    spells = _absence_with_fte(spells, employed, cells.ends[-1])
    figures = {
        **_in_post(employed, posts, cells),
        **_flows(employed, cells),
        **_agency(workers, cells),
        **_absent(spells, cells, long_term_days),
        **_learners(everyone, cells),
    }
    counts = {name: figures[name] for name in _COUNTS}
    return cells.frame()[["month", "as_at", "cut"]].join(pd.DataFrame(counts))


def _with(table: pd.DataFrame, columns: dict[str, str], cells: CutMonths) -> pd.DataFrame:
    """Keep the columns needed, missing where the extract does not have them; cuts by number.

    Rows of a cut stand together, so that its sums add up as they would without the others.
    """
    cut = pd.Index(cells.cuts).get_indexer(table["cut"])
    kept = table.reindex(columns=list(columns)).astype(columns).assign(cut=cut)
    return kept.iloc[np.argsort(cut, kind="stable")]


def _numbers(column: str, *tables: pd.DataFrame) -> list[np.ndarray]:
    """Number what a column names, cut by cut in its order and alike in all tables; NaN: nothing.

    Numbers are worked with in a fraction of the time that texts take.
    """
    number, names = pd.factorize(pd.concat([table[column] for table in tables]), sort=True)
    cut = np.concatenate([table["cut"] for table in tables])
    numbers = np.where(number >= 0, cut * float(len(names)) + number, np.nan)
    return np.split(numbers, np.cumsum([len(table) for table in tables])[:-1])


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
    held = employed.sort_values("start_date")
    latest = dict(zip(held["person"].tolist(), held["fte"].tolist(), strict=True))
    of_person = np.array([latest.get(person, np.nan) for person in spells["person"].tolist()])
    days = (spells["end_date"].fillna(horizon) - spells["start_date"]).dt.days + 1
    return spells.assign(
        fte=spells["fte"].where(spells["fte"].notna(), of_person.astype("float64")),
        days_lost_a_day=spells["days_lost_working_days"] / days.where(days > 0),
    )


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
    people, known = cells.people(person, cell), cells.holding(workers["cut"])
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
    long = (spells["start_date"] + days_before).to_numpy()[row] <= cells.ends[
        cell % len(cells.ends)
    ]
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
    asye = (everyone["newly_qualified"].eq(True).fillna(False) | programme.eq("asye")).to_numpy()[
        row
    ]
    apprentice, step_up = (programme.eq(name).to_numpy() for name in ("apprentice", "step up"))
    ended = everyone["programme_end_date"].to_numpy()[row] <= cells.ends[cell % len(cells.ends)]
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
