"""Child protection and looked after reviews in timescale, child by child, at each month's end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from analysis.methods.recurrence import months_after
from analysis.methods.spells import (
    events_in_spells,
    late_spans,
    month_ends_held,
    remembered_spans,
    spells_from,
    unreached_months,
)

# Months for which a looked after child's late review tells.
_YEAR = 12


def cp_reviews_in_timescale(
    cp_plans: pd.DataFrame,
    cp_reviews: pd.DataFrame,
    period: str | pd.Period,
    *,
    by: Sequence[str] = (),
    months: int = 36,
) -> pd.DataFrame:
    """Share of children on a plan for three months or more whose every review was in time.

    Denominator: children on a plan at the month's end who had then been on it for at least
    three months. Numerator: those whose first review was held within three months of the
    plan's start and each later one within six months of the one before, none being overdue.
    Good is high. One row is a month's end.

    Parameters
    ----------
    cp_plans : DataFrame
        ``child_id``, ``start_date``, ``end_date``, the cut; ``as_at`` where given.
    cp_reviews : DataFrame
        ``child_id``, ``held_date``; ``as_at`` where given.
    period : text "YYYY-MM" or Period
    by : columns of `cp_plans`
    months : int
        Months' ends to give at most; fewer where ended plans are not held so far back.

    Returns
    -------
    DataFrame
        ``month``, the cut, ``numerator``, ``denominator``, ``value_pct``, ``lower_pct``,
        ``upper_pct``, ``open_past_deadline`` (children with a review overdue at the month's
        end), ``complete``, ``note``.

    Notes
    -----
    DfE counts the year to 31 March; this counts every review since the plan began, at each
    month's end. Reviews before the review extract begins cannot be seen and are taken as held.

    Examples
    --------
    >>> plans = pd.DataFrame({"child_id": ["a", "b"], "as_at": "2021-08-31",
    ...     "start_date": pd.to_datetime(["2021-01-04"] * 2),
    ...     "end_date": pd.to_datetime([None, None])})
    >>> reviews = pd.DataFrame({"child_id": ["z", "a", "b"], "as_at": "2021-08-31",
    ...     "held_date": pd.to_datetime(["2020-12-01", "2021-04-04", "2021-04-05"])})
    >>> cp_reviews_in_timescale(plans, reviews, "2021-08")["value_pct"].tolist()[-1]
    50.0
    """
    lacking = lacking_columns(cp_plans, ["child_id", "start_date", *by])
    if not lacking:
        lacking = lacking_columns(cp_reviews, ["child_id", "held_date"])
    if not lacking:
        lacking = before_ends(cp_plans, "start_date", ["end_date"], pd.Period(period, "M"))
    if lacking:
        return without_rate(period, by, lacking)
    spells = spells_from(cp_plans, "start_date", "end_date", by)
    due = months_after(whole_days(spells["start"]), 3)

    def deadline(table: pd.DataFrame) -> np.ndarray:
        anchor = whole_days(table["anchor"])
        return np.where(table["place"] == 0, months_after(anchor, 3), months_after(anchor, 6))

    return _reviewed(spells, cp_reviews, due, deadline, period, by, months, None)


def cla_reviews_in_timescale(
    cla_episodes: pd.DataFrame,
    cla_reviews: pd.DataFrame,
    period: str | pd.Period,
    *,
    by: Sequence[str] = (),
    months: int = 36,
    closure_days: Iterable[Any] = (),
) -> pd.DataFrame:
    """Share of looked after children whose every review of the last 12 months was in time.

    Denominator: children looked after at the month's end whose first review had fallen due.
    Numerator: those whose first review was held within 20 working days of entering care, the
    second within three months of the first, and each later one within six months of the one
    before, of those that fell due in the 12 months to that day, none being overdue. Good is
    high. One row is a month's end.

    Parameters
    ----------
    cla_episodes : DataFrame
        One row a placement: ``child_id``, ``care_start_date``, ``care_end_date``, the cut.
    cla_reviews : DataFrame
        ``child_id``, ``held_date``; ``as_at`` where given.
    period, by, months
        As in `cp_reviews_in_timescale`.
    closure_days : dates

    Returns
    -------
    DataFrame
        As in `cp_reviews_in_timescale`.

    Notes
    -----
    Care Planning, Placement and Case Review (England) Regulations 2010, regulation 33. DfE
    publishes no figure. Over the whole of a long care period one late review would tell for
    years, and the rate would fall as the extract grew longer: hence the 12 months.

    Examples
    --------
    Into care on 1 March 2021; the twentieth working day is 29 March.

    >>> care = pd.DataFrame({"child_id": ["a", "b"], "care_start_date":
    ...     pd.to_datetime(["2021-03-01"] * 2), "care_end_date": pd.to_datetime([None, None])})
    >>> reviews = pd.DataFrame({"child_id": ["z", "a", "b"], "as_at": "2021-04-30",
    ...     "held_date": pd.to_datetime(["2021-01-04", "2021-03-29", "2021-03-30"])})
    >>> cla_reviews_in_timescale(care, reviews, "2021-04")["value_pct"].tolist()[-1]
    50.0
    """
    lacking = lacking_columns(cla_episodes, ["child_id", "care_start_date", *by])
    if not lacking:
        lacking = lacking_columns(cla_reviews, ["child_id", "held_date"])
    if not lacking:
        lacking = before_ends(
            cla_episodes, "care_start_date", ["care_end_date"], pd.Period(period, "M")
        )
    if lacking:
        return without_rate(period, by, lacking)
    spells = spells_from(cla_episodes, "care_start_date", "care_end_date", by)
    closed = tuple(closure_days)

    def first_due(start: pd.Series) -> np.ndarray:
        known = in_supported_range(start)
        due = add_working_days(start.where(known), 20, closure_days=closed)
        # Before the working-day calendar begins the first review is long past either way.
        return np.where(known, whole_days(due), whole_days(start) + 28 * DAY)

    def deadline(table: pd.DataFrame) -> np.ndarray:
        anchor, place = whole_days(table["anchor"]), table["place"].to_numpy()
        later = np.where(place == 1, months_after(anchor, 3), months_after(anchor, 6))
        return np.where(place == 0, first_due(table["anchor"]), later)

    due = first_due(spells["start"])
    return _reviewed(spells, cla_reviews, due, deadline, period, by, months, _YEAR)


def _reviewed(
    spells: pd.DataFrame,
    reviews: pd.DataFrame,
    due: np.ndarray,
    deadline: Any,
    period: str | pd.Period,
    by: Sequence[str],
    months: int,
    memory: int | None,
) -> pd.DataFrame:
    """Children whose first review fell due, less those with any review late or overdue."""
    last, as_at = pd.Period(period, "M"), latest_as_at(reviews)
    held = reviews["held_date"].dropna()
    reach = np.datetime64(held_to(held, as_at, last), "D")
    start = held_from(held, as_at)
    held = reviews.loc[reviews["held_date"] <= pd.Timestamp(reach), ["child_id", "held_date"]]
    chain = events_in_spells(spells, held["child_id"], held["held_date"], held_from=start)
    limit = deadline(chain)
    late = late_spans(chain, limit, last=reach)
    codes, groups = cut_groups(spells, by)
    shown = month_ends_held(spells, last, months, start)
    end = whole_days(spells["end"])
    size = (shown, len(groups))
    counted = open_at_month_ends(due + DAY, end, codes, *size)
    spell = late["spell"].to_numpy("int64")
    since, until = remembered_spans(late, end, memory)
    breached = open_at_month_ends(np.maximum(since, due[spell] + DAY), until, codes[spell], *size)
    place = chain["spell"].to_numpy()
    following = whole_days(chain["next"])
    stop = np.where(np.isnat(following), whole_days(chain["end"]), following)
    open_late = limit < reach
    waiting = open_at_month_ends(
        limit[open_late] + DAY, stop[open_late], codes[place[open_late]], *size
    )
    partial = unreached_months(shown, pd.Timestamp(reach))
    table = rate_table(
        *(shown, groups, counted - breached, counted),
        open_past_deadline=waiting,
        partial=partial,
        none_note="no child had a review due",
    )
    unseen = int((whole_days(spells["start"]) < np.datetime64(start, "D")).sum())
    said = f"{unseen:,} began before reviews are held; earlier reviews are taken as in time"
    table = with_note(table, said if unseen else "")
    return with_note(table, without_ends(spells, ["end"], last))
