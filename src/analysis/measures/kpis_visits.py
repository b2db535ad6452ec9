"""Visits to children on a plan and in care: who was up to date at each month's end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.methods.calendar import (
    DAY,
    add_working_days,
    in_supported_range,
    whole_days,
)
from analysis.methods.coverage import before_ends, held_from, held_to, latest_as_at, without_ends
from analysis.methods.rates import (
    cut_groups,
    lacking_columns,
    open_at_month_ends,
    rate_table,
    with_note,
    without_rate,
)
from analysis.methods.recurrence import months_after, year_before
from analysis.methods.spells import (
    current_spans,
    events_in_spells,
    month_ends_held,
    spells_from,
    unreached_months,
)


def cp_visits_in_timescale(
    cp_plans: pd.DataFrame,
    cp_visits: pd.DataFrame,
    period: str | pd.Period,
    *,
    by: Sequence[str] = (),
    within_working_days: int = 10,
    months: int = 36,
    closure_days: Iterable[Any] = (),
) -> pd.DataFrame:
    """Share of children on a plan who were visited within the authority's interval.

    Denominator: children on a plan at the month's end whose first visit had fallen due.
    Numerator: those last visited so few working days before that the next was not overdue.
    Good is high. One row is a month's end.

    Parameters
    ----------
    cp_plans : DataFrame
        ``child_id``, ``start_date``, ``end_date``, the cut.
    cp_visits : DataFrame
        ``child_id``, ``visit_date``; ``as_at`` where given.
    period : text "YYYY-MM" or Period
    by : columns of `cp_plans`
    within_working_days : int
        No national interval exists; authorities set 10 or 15 working days.
    months : int
        Months' ends to give at most; fewer where ended plans are not held so far back.
    closure_days : dates

    Returns
    -------
    DataFrame
        ``month``, the cut, ``numerator``, ``denominator``, ``value_pct``, ``lower_pct``,
        ``upper_pct``, ``open_past_deadline`` (children with a visit overdue), ``complete``,
        ``note``.

    Notes
    -----
    The child's presence, not the attempt, is what a council's own return may count; this takes
    every row of the extract as a visit made.

    Examples
    --------
    >>> plans = pd.DataFrame({"child_id": ["a", "b"], "end_date": pd.to_datetime([None, None]),
    ...                       "start_date": pd.to_datetime(["2021-01-04"] * 2)})
    >>> visits = pd.DataFrame({"child_id": ["b", "a", "b"], "as_at": "2021-08-31",
    ...     "visit_date": pd.to_datetime(["2021-01-05", "2021-08-17", "2021-08-13"])})
    >>> cp_visits_in_timescale(plans, visits, "2021-08")["value_pct"].tolist()[-1]
    50.0
    """
    lacking = lacking_columns(cp_plans, ["child_id", "start_date", *by])
    if not lacking:
        lacking = lacking_columns(cp_visits, ["child_id", "visit_date"])
    if not lacking:
        lacking = before_ends(cp_plans, "start_date", ["end_date"], pd.Period(period, "M"))
    if lacking:
        return without_rate(period, by, lacking)
    spells = spells_from(cp_plans, "start_date", "end_date", by)
    closed = tuple(closure_days)

    def deadline(table: pd.DataFrame) -> np.ndarray:
        anchor = table["anchor"]
        known = in_supported_range(anchor)
        due = add_working_days(anchor.where(known), within_working_days, closure_days=closed)
        # Before the working-day calendar begins the visit is long past either way.
        return np.where(known, whole_days(due), whole_days(anchor) + within_working_days * DAY)

    return _visited(spells, cp_visits, deadline, period, by, months)


def cla_visits_in_timescale(
    cla_episodes: pd.DataFrame,
    cla_visits: pd.DataFrame,
    period: str | pd.Period,
    *,
    by: Sequence[str] = (),
    months: int = 36,
) -> pd.DataFrame:
    """Share of looked after children whose visits were up to date in their placement.

    Denominator: children in a placement at the month's end whose first visit had fallen due.
    Numerator: those not overdue, where the first visit falls due a week after the placement
    starts and each later one six weeks after the one before; after the placement's first year
    three months where it is intended to last until the child is 18. Good is high. One row is a
    month's end.

    Parameters
    ----------
    cla_episodes : DataFrame
        One row a placement: ``child_id``, ``placement_start_date``, ``placement_end_date``,
        ``intended_to_18`` where held, the cut.
    cla_visits : DataFrame
        ``child_id``, ``visit_date``; ``as_at`` where given.
    period, by, months
        As in `cp_visits_in_timescale`.

    Returns
    -------
    DataFrame
        As in `cp_visits_in_timescale`. Where ``intended_to_18`` is missing, six weeks hold
        throughout and the note says so.

    Notes
    -----
    Care Planning, Placement and Case Review (England) Regulations 2010, regulation 28. DfE
    publishes no figure.

    Examples
    --------
    >>> care = pd.DataFrame({"child_id": ["a", "b"], "placement_start_date":
    ...     pd.to_datetime(["2021-05-03"] * 2), "placement_end_date": pd.to_datetime([None] * 2)})
    >>> visits = pd.DataFrame({"child_id": ["a", "b", "a"], "as_at": "2021-06-30",
    ...     "visit_date": pd.to_datetime(["2021-05-04", "2021-05-10", "2021-06-14"])})
    >>> cla_visits_in_timescale(care, visits, "2021-06")["value_pct"].tolist()[-1]
    50.0
    """
    lacking = lacking_columns(cla_episodes, ["child_id", "placement_start_date", *by])
    if not lacking:
        lacking = lacking_columns(cla_visits, ["child_id", "visit_date"])
    if not lacking:
        lacking = before_ends(
            cla_episodes, "placement_start_date", ["placement_end_date"], pd.Period(period, "M")
        )
    if lacking:
        return without_rate(period, by, lacking)
    spells = spells_from(
        cla_episodes, "placement_start_date", "placement_end_date", [*by, "intended_to_18"]
    )
    known = spells["intended_to_18"].notna().any()
    to_18 = spells["intended_to_18"].astype("boolean").fillna(False).to_numpy("bool")
    start = whole_days(spells["start"])

    def deadline(table: pd.DataFrame) -> np.ndarray:
        anchor, spell = whole_days(table["anchor"]), table["spell"].to_numpy()
        settled = to_18[spell] & (year_before(table["anchor"]) >= start[spell])
        later = np.where(settled, months_after(anchor, 3), anchor + 42 * DAY)
        return np.where(table["place"] == 0, anchor + 7 * DAY, later)

    table = _visited(spells, cla_visits, deadline, period, by, months)
    said = "column intended_to_18 missing: six weeks hold throughout"
    return with_note(table, "" if known else said)


def _visited(
    spells: pd.DataFrame,
    visits: pd.DataFrame,
    deadline: Callable[[pd.DataFrame], np.ndarray],
    period: str | pd.Period,
    by: Sequence[str],
    months: int,
) -> pd.DataFrame:
    """Children whose last visit has not run out, of those whose first had fallen due."""
    last, as_at = pd.Period(period, "M"), latest_as_at(visits)
    dates = visits["visit_date"].dropna()
    reach, start = held_to(dates, as_at, last), held_from(dates, as_at)
    seen = visits.loc[visits["visit_date"] <= reach, ["child_id", "visit_date"]]
    chain = events_in_spells(spells, seen["child_id"], seen["visit_date"], held_from=start)
    limit = deadline(chain)
    spell = chain["spell"].to_numpy()
    codes, groups = cut_groups(spells, by)
    shown = month_ends_held(spells, last, months, start)
    # A child counts from the day after the first deadline; a visit before it counts until then.
    begins = ~chain["spell"].duplicated().to_numpy()
    counted_from = (limit[begins] + DAY)[np.cumsum(begins) - 1]
    first, end = current_spans(chain, limit)
    # At the last month's end the extract may stop short: a deadline is judged up to that day.
    end = np.where(limit >= np.datetime64(reach, "D"), _open_end(chain), end)
    size = (shown, len(groups))
    up_to_date = open_at_month_ends(np.maximum(first, counted_from), end, codes[spell], *size)
    ended = whole_days(spells["end"])
    counted = open_at_month_ends(counted_from[begins], ended, codes, *size)
    table = rate_table(
        *(shown, groups, up_to_date, counted),
        open_past_deadline=counted - up_to_date,
        partial=unreached_months(shown, pd.Timestamp(reach)),
        none_note="no child had a visit due",
    )
    return with_note(table, without_ends(spells, ["end"], last))


def _open_end(chain: pd.DataFrame) -> np.ndarray:
    following = whole_days(chain["next"])
    return np.where(np.isnat(following), whole_days(chain["end"]), following)
