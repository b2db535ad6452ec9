"""The lists of posts, staff, agency workers and absence, made ready to be counted by cut.

A cut is a team, a role or the whole service. Cuts, people and posts are numbered, because numbers
are compared and repeated for many months in a fraction of the time that texts take.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

NOT_GIVEN = "not given"
OF_CUT = ": "


class Lists(NamedTuple):
    """The lists with the columns needed, cut by cut; ``cut``, ``person``, ``post`` are numbers."""

    posts: pd.DataFrame
    everyone: pd.DataFrame
    """All rows of the staff list."""
    employed: pd.DataFrame
    """Social workers employed; learners from the day after their programme ends."""
    workers: pd.DataFrame
    """Agency workers."""
    spells: pd.DataFrame
    """Absence, with the person's FTE and ``days_lost_a_day``."""


def rows_of_cuts(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The rows once for each column of ``by`` that the table has, with the cut they are of.

    Examples
    --------
    >>> rows_of_cuts(pd.DataFrame({"team": ["North", None]}), ["team", "role"])["cut"].tolist()
    ['team: North', 'team: not given']
    """
    parts = [
        table.assign(cut=name + OF_CUT + table[name].astype("str").fillna(NOT_GIVEN))
        for name in by
        if name in table
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"cut": []}, dtype="str")


def lists_in_cuts(
    establishment: pd.DataFrame,
    staff: pd.DataFrame,
    agency: pd.DataFrame,
    absence: pd.DataFrame,
    cuts: Sequence[str],
    horizon: pd.Timestamp,
) -> Lists:
    """The lists with what is counted, from tables whose ``cut`` names one of the cuts.

    Parameters
    ----------
    establishment, staff, agency, absence : DataFrame
        As for ``workforce_months.workforce_by_month``, with ``cut``.
    cuts : sequence of str
        Their place is their number.
    horizon : Timestamp
        The day up to which a running spell of absence counts.

    Examples
    --------
    >>> staff = pd.DataFrame({"person_id": ["b", "a"], "cut": ["South", "North"]})
    >>> nobody = pd.DataFrame({"cut": []}, dtype="str")
    >>> day = pd.Timestamp("2021-08-31")
    >>> lists = lists_in_cuts(nobody, staff, nobody, nobody, ("North", "South"), day)
    >>> lists.everyone[["cut", "person"]].to_numpy().tolist()
    [[0.0, 0.0], [1.0, 3.0]]
    """
    posts, everyone = _with(establishment, _POSTS, cuts), _with(staff, _STAFF, cuts)
    workers, spells = _with(agency, _AGENCY, cuts), _with(absence, _ABSENCE, cuts)
    posts["post"], everyone["post"] = _numbers("post_id", posts, everyone)
    everyone["person"], spells["person"] = _numbers("person_id", everyone, spells)
    workers["person"] = _numbers("worker_id", workers)[0]
    employed = _social_workers(everyone)
    spells = _absence_with_fte(spells, employed, horizon)
    return Lists(posts, everyone, employed, workers, spells)


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


def _with(table: pd.DataFrame, columns: dict[str, str], cuts: Sequence[str]) -> pd.DataFrame:
    """Keep the columns needed, missing where the extract does not have them; cuts by number.

    Rows of a cut stand together, so that its sums add up as they would without the others.
    """
    cut = pd.Index(cuts).get_indexer(table["cut"])
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
    held = employed.sort_values("start_date", kind="stable")
    latest = dict(zip(held["person"].tolist(), held["fte"].tolist(), strict=True))
    of_person = np.array([latest.get(person, np.nan) for person in spells["person"].tolist()])
    days = (spells["end_date"].fillna(horizon) - spells["start_date"]).dt.days + 1
    return spells.assign(
        fte=spells["fte"].where(spells["fte"].notna(), of_person.astype("float64")),
        days_lost_a_day=spells["days_lost_working_days"] / days.where(days > 0),
    )
