"""Where demand goes: from contact to referral, assessment, enquiry, plan and care.

A step counts an earlier event as followed up where the same child has the later event on the
day itself or within the step's days. Several contacts before one referral are each followed up
by it. Only events that both extracts let us follow for the whole of those days are judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.measures.definitions import ENDS
from analysis.methods.calendar import NO_DAY, months_of_days, whole_days
from analysis.methods.coverage import held_to, latest_as_at, starts_held_from, without_ends
from analysis.methods.intervals import wilson_bounds
from analysis.methods.rates import cut_groups, with_note
from analysis.methods.recurrence import next_date

# Days after which the lag table reads its curve.
LAG_DAYS = (1, 7, 14, 30, 45, 60, 90, 180, 365)


@dataclass(frozen=True)
class Step:
    """One step of the pathway: two tables with their dates, and the days between them."""

    name: str
    earlier: str
    earlier_date: str
    later: str
    later_date: str
    within_days: int


# The days are local conventions, not DfE's: long enough for the statutory process (15 working
# days from strategy discussion to conference, for one) and stated on the page.
STEPS = (
    Step("contact to referral", "contacts", "contact_date", "referrals", "referral_date", 30),
    Step("referral to assessment", "referrals", "referral_date", "assessments", "start_date", 30),
    Step(
        "assessment to section 47 enquiry",
        *("assessments", "start_date", "section47", "strategy_date", 90),
    ),
    Step(
        "section 47 enquiry to protection plan",
        *("section47", "strategy_date", "cp_plans", "start_date", 60),
    ),
    Step(
        "protection plan to care",
        *("cp_plans", "start_date", "cla_episodes", "care_start_date", 365),
    ),
)


class FollowedEvents(NamedTuple):
    """The earlier events of a step, in the order of their table, one entry an event.

    ``day``; ``lag`` in days to the later event (-1: none came); ``followed_days`` for which it
    could be followed; ``held`` (from its day on earlier events are), ``before`` both kinds of
    events are held, and ``seen``: on a day on which both are.
    """

    day: np.ndarray
    lag: np.ndarray
    followed_days: np.ndarray
    held: np.ndarray
    before: np.ndarray
    seen: np.ndarray

    def of(self, rows: np.ndarray) -> FollowedEvents:
        """Some of the events."""
        return FollowedEvents(*(column[rows] for column in self))


def followed_events(
    tables: Mapping[str, pd.DataFrame],
    period: str | pd.Period,
    *,
    steps: Sequence[Step] = STEPS,
) -> dict[str, FollowedEvents]:
    """Follow each step's earlier events to the same child's first later one, by the step's name.

    Conversions, their cuts and lags all rest on it, and it is most of their work.

    Parameters
    ----------
    tables, period, steps
        As in `conversion_by_month`. A step whose table is missing is left out.

    Examples
    --------
    >>> day = lambda text: pd.to_datetime([text])
    >>> tables = {"contacts": pd.DataFrame({"child_id": "a", "contact_date": day("2021-03-01")}),
    ...           "referrals": pd.DataFrame({"child_id": "a", "referral_date": day("2021-03-04")})}
    >>> followed_events(tables, "2021-08")["contact to referral"].lag.tolist()
    [3]
    """
    last = pd.Period(period, "M")
    return {
        step.name: _followed(tables[step.earlier], tables[step.later], last, step)
        for step in steps
        if not _missing(tables, step)
    }


def conversion_by_month(
    tables: Mapping[str, pd.DataFrame],
    period: str | pd.Period,
    *,
    steps: Sequence[Step] = STEPS,
    by: Sequence[str] = (),
    followed: Mapping[str, FollowedEvents] | None = None,
) -> pd.DataFrame:
    """Share of each month's events that the same child's next stage follows within the days.

    One row is a step and a month of the earlier event (and a value of the cut).

    Parameters
    ----------
    tables : mapping of table name to DataFrame
        ``contacts``, ``referrals``, ``assessments``, ``section47``, ``cp_plans``,
        ``cla_episodes``: ``child_id`` and the stage's date; ``as_at`` where given.
    period : text "YYYY-MM" or Period
    steps : steps to compute
    by : columns of the earlier table, such as ``source``
    followed : results of `followed_events` for the same tables and period, where they are held

    Returns
    -------
    DataFrame
        ``step``, the cut, ``month``, ``events``, ``followed`` (events that could be followed
        for all the days: the denominator), ``converted``, ``conversion_pct``, ``lower_pct``,
        ``upper_pct`` (Wilson 95%), ``median_lag_days`` (of those converted), ``within_days``,
        ``note``. A month that could be followed only in part has counts and no percentage. A
        step whose table is missing is one row with a note.

    Examples
    --------
    >>> day = lambda text: pd.to_datetime([text])
    >>> tables = {"contacts": pd.DataFrame({"child_id": "a", "contact_date": day("2021-03-01")}),
    ...           "referrals": pd.DataFrame({"child_id": "a", "referral_date": day("2021-03-04"),
    ...                                      "as_at": "2021-08-31"})}
    >>> row = conversion_by_month(tables, "2021-08", steps=STEPS[:1]).iloc[0]
    >>> int(row["converted"]), float(row["median_lag_days"])
    (1, 3.0)
    """
    last = pd.Period(period, "M")
    if followed is None:
        followed = followed_events(tables, last, steps=steps)
    return pd.concat(
        [_one_step(tables, last, step, list(by), followed) for step in steps], ignore_index=True
    )


def conversion_lag(
    tables: Mapping[str, pd.DataFrame],
    period: str | pd.Period,
    *,
    steps: Sequence[Step] = STEPS,
    months: int = 24,
    followed: Mapping[str, FollowedEvents] | None = None,
) -> pd.DataFrame:
    """How long the next stage takes, with events still being followed counted while they are.

    The Kaplan–Meier estimate of the share followed up within so many days, over the events of
    the months to the period. Most events are never followed up, so the share does not tend to
    100. One row is a step and a number of days.

    Parameters
    ----------
    tables, period, steps, followed
        As in `conversion_by_month`.
    months : int
        Months of events to use.

    Returns
    -------
    DataFrame
        ``step``, ``days``, ``events``, ``still_followed`` (events followed at least so long
        without the later event), ``converted_pct``, ``note``.

    Examples
    --------
    >>> day = lambda text: pd.to_datetime([text])
    >>> tables = {"contacts": pd.DataFrame({"child_id": "a", "contact_date": day("2021-03-01")}),
    ...           "referrals": pd.DataFrame({"child_id": "a", "referral_date": day("2021-03-04"),
    ...                                      "as_at": "2021-08-31"})}
    >>> conversion_lag(tables, "2021-08", steps=STEPS[:1])["converted_pct"].tolist()[:2]
    [0.0, 100.0]
    """
    last = pd.Period(period, "M")
    if followed is None:
        followed = followed_events(tables, last, steps=steps)
    since = np.datetime64((last - months + 1).to_timestamp(), "D")
    rows = []
    for step in steps:
        if step.name in followed:
            events = followed[step.name]
            used = events.seen & (events.day >= since)
            curve = _lag_curve(events.lag[used], events.followed_days[used])
            rows.append(curve.assign(step=step.name))
        else:
            rows.append(pd.DataFrame([{"step": step.name, "note": _missing(tables, step)}]))
    table = pd.concat(rows, ignore_index=True)
    counts = ["days", "events", "still_followed"]
    # A missing step has no counts; the others' must stay whole numbers, as ids are made of days.
    table = table.reindex(columns=["step", *counts, "converted_pct", "note"])
    return table.astype(dict.fromkeys(counts, "Int64"))


def _missing(tables: Mapping[str, pd.DataFrame], step: Step) -> str:
    sides = ((step.earlier, step.earlier_date), (step.later, step.later_date))
    lacking = [name for name, date in sides if not _usable(tables.get(name), date)]
    return f"cannot be computed: no records of {' and '.join(lacking)}" if lacking else ""


def _usable(table: pd.DataFrame | None, date: str) -> bool:
    return table is not None and {"child_id", date} <= set(table.columns) and len(table) > 0


def _held_from(table: pd.DataFrame, stage: str, date: str) -> np.datetime64:
    first = starts_held_from(table, date, ENDS.get(stage, []), latest_as_at(table))
    return np.datetime64(first, "D")


def _followed(
    earlier: pd.DataFrame, later: pd.DataFrame, last: pd.Period, step: Step
) -> FollowedEvents:
    dates = later[step.later_date]
    day = whole_days(earlier[step.earlier_date])
    found = next_date(earlier["child_id"], earlier[step.earlier_date], later["child_id"], dates)
    reach = np.datetime64(held_to(dates, latest_as_at(later), last), "D")
    held_from = _held_from(earlier, step.earlier, step.earlier_date)
    start = max(held_from, _held_from(later, step.later, step.later_date))
    found = np.where(found <= reach, found, NO_DAY)
    return FollowedEvents(
        day=day,
        lag=np.where(np.isnat(found), -1, (found - day).astype("int64")),
        followed_days=(reach - day).astype("int64"),
        held=day >= held_from,
        before=day < start,
        seen=(day >= start) & (day <= reach),
    )


def _one_step(
    tables: Mapping[str, pd.DataFrame],
    last: pd.Period,
    step: Step,
    by: list[str],
    followed: Mapping[str, FollowedEvents],
) -> pd.DataFrame:
    columns = ["step", *by, "month", "events", "followed", "converted", "conversion_pct"]
    columns += ["lower_pct", "upper_pct", "median_lag_days", "within_days", "note"]
    missing, unended = _missing(tables, step), ""
    lacking = [c for c in by if c not in tables.get(step.earlier, pd.DataFrame())]
    if not missing and lacking:
        missing = f"cannot be computed: column {', '.join(lacking)} missing"
    if not missing:
        events = followed[step.name]
        used = events.held & (events.day <= np.datetime64(last.end_time, "D"))
        unended = without_ends(tables[step.earlier], ENDS.get(step.earlier, []), last)
        if unended and not used.any():
            missing = f"cannot be computed: {unended}"
    if missing:
        row = {"step": step.name, "month": last.to_timestamp(), "note": missing}
        row["within_days"] = step.within_days
        return pd.DataFrame([row]).reindex(columns=columns)
    table = _summed(events.of(used), step.within_days, tables[step.earlier].loc[used, by])
    table["note"] = np.select(
        [
            (table["followed"] == 0) & (table["before"] > 0),
            table["followed"] == 0,
            table["followed"] < table["events"],
        ],
        [
            "cannot be computed: the next stage is not held so far back",
            f"cannot be computed: not yet followed for {step.within_days} days",
            "cannot be computed: part of the month could not be followed "
            f"for {step.within_days} days",
        ],
        "",
    )
    share = ["conversion_pct", "lower_pct", "upper_pct"]
    # The share of a month's first days is not the month's: the next report would revise it.
    table[share] = table[share].mask(table["followed"] < table["events"])
    table = with_note(table, unended)
    return table.assign(step=step.name, within_days=step.within_days)[columns]


def _summed(events: FollowedEvents, within_days: int, keys: pd.DataFrame) -> pd.DataFrame:
    """Events, those followed and those converted, by the cut and month; only where there are any.

    A cell is a value of the cut and a month, and has a number, so that each count is one pass.
    """
    codes, groups = cut_groups(keys, list(keys))
    month = months_of_days(events.day).astype("int64")
    place, months = pd.factorize(month, sort=True)
    cell, size = codes * len(months) + place, len(groups) * len(months)
    lag = events.lag
    followed = events.seen & (events.followed_days >= within_days)
    converted = followed & (lag >= 0) & (lag <= within_days)
    marked = {"followed": followed, "converted": converted, "before": events.before}
    events_in = np.bincount(cell, minlength=size)
    kept = np.flatnonzero(events_in)
    counts = {name: np.bincount(cell[rows], minlength=size)[kept] for name, rows in marked.items()}
    group, month = np.divmod(kept, max(len(months), 1))
    cases = np.where(counts["followed"] > 0, counts["followed"], np.nan)
    lower, upper = wilson_bounds(counts["converted"].astype("float64"), cases)
    lags = pd.Series(lag[converted]).groupby(cell[converted]).median()
    return pd.DataFrame(
        {
            **{name: column.array.take(group) for name, column in groups.items()},
            "month": months[month].astype("datetime64[M]").astype("datetime64[us]"),
            "events": events_in[kept],
            **counts,
            "median_lag_days": lags.reindex(kept).to_numpy(),
            "conversion_pct": 100 * counts["converted"] / cases,
            "lower_pct": lower,
            "upper_pct": upper,
        }
    )


def _lag_curve(lag: np.ndarray, limit: np.ndarray) -> pd.DataFrame:
    """Kaplan–Meier by whole days: at each day, those converted over those still followed."""
    longest = max(LAG_DAYS)
    time = np.minimum(np.where(lag >= 0, lag, limit), longest + 1)
    ended = np.bincount(time, minlength=longest + 2)
    converted = np.bincount(time[(lag >= 0) & (lag <= longest)], minlength=longest + 2)
    at_risk = len(time) - np.concatenate([[0], np.cumsum(ended)[:-1]])
    remaining = np.cumprod(1 - converted / np.maximum(at_risk, 1))
    days = np.array(LAG_DAYS)
    still = at_risk[days + 1]
    enough = (at_risk[days] > 0) | (remaining[days] == 0)
    table = pd.DataFrame({"days": days, "events": len(time), "still_followed": still})
    table["converted_pct"] = np.where(enough, 100 * (1 - remaining[days]), np.nan)
    table["note"] = np.where(enough, "", "cannot be computed: no event followed so long")
    return table
