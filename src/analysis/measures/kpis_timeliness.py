"""Decisions, assessments and conferences within their working days, from records.

Each rate stands beside the open cases that are already past their deadline: they are in no
completed month's denominator, and a rate can rise while they pile up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.methods.calendar import (
    DAY,
    NO_DAY,
    add_working_days,
    in_supported_range,
    months_ending,
    whole_days,
    working_days_between,
)
from analysis.methods.coverage import held_to, latest_as_at, partial_months
from analysis.methods.rates import (
    counts_by_month,
    cut_groups,
    lacking_columns,
    open_at_month_ends,
    rate_table,
    with_note,
    without_rate,
)


def referral_decisions_in_1_working_day(
    referrals: pd.DataFrame,
    period: str | pd.Period,
    *,
    by: Sequence[str] = (),
    start_day: str = "excluded",
    closure_days: Iterable[Any] = (),
) -> pd.DataFrame:
    """Share of referrals decided on within one working day of receipt.

    Denominator: referrals received in the month, those that led to no further action included,
    except those still undecided and not yet due. Numerator: decided on by the end of the next
    working day. Good is high. One row is a month of receipt (and a value of the cut).

    Parameters
    ----------
    referrals : DataFrame
        ``referral_date``, ``decision_date``, the columns of the cut; ``as_at`` where given.
    period : text "YYYY-MM" or Period
    by : columns to cut by
    start_day : {"excluded", "counted", "rolled"}
        As in `working_days_between`; "rolled" treats a weekend's receipt as Monday's.
    closure_days : dates

    Returns
    -------
    DataFrame
        ``month``, the cut, ``numerator``, ``denominator``, ``value_pct``, ``lower_pct``,
        ``upper_pct``, ``open_past_deadline`` (undecided and past it at the month's end),
        ``complete``, ``note``.

    Notes
    -----
    Working Together to Safeguard Children gives one working day. "24 working hours", which some
    councils count, is another measure. DfE publishes no figure.

    Examples
    --------
    Received on Thursday before Easter 2021 and decided on Tuesday after it: one working day.

    >>> referrals = pd.DataFrame({"referral_date": pd.to_datetime(["2021-04-01"]),
    ...                           "decision_date": pd.to_datetime(["2021-04-06"])})
    >>> referral_decisions_in_1_working_day(referrals, "2021-04")["value_pct"].tolist()
    [100.0]
    """
    return _decisions(referrals, "referral_date", period, by, start_day, closure_days)


def contact_decisions_in_1_working_day(
    contacts: pd.DataFrame,
    period: str | pd.Period,
    *,
    by: Sequence[str] = (),
    start_day: str = "excluded",
    closure_days: Iterable[Any] = (),
) -> pd.DataFrame:
    """Share of contacts decided on within one working day of receipt.

    As `referral_decisions_in_1_working_day`, of contacts: ``contact_date``, ``decision_date``.
    The day of receipt counts whatever the hour; "rolled" moves a day not worked to the next.

    Parameters
    ----------
    contacts, period, by, start_day, closure_days
        As in `referral_decisions_in_1_working_day`.

    Returns
    -------
    DataFrame
        As in `referral_decisions_in_1_working_day`.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_date": pd.to_datetime(["2021-04-11"]),
    ...                          "decision_date": pd.to_datetime(["2021-04-13"])})
    >>> contact_decisions_in_1_working_day(contacts, "2021-04")["value_pct"].item()
    0.0
    >>> contact_decisions_in_1_working_day(contacts, "2021-04",
    ...                                    start_day="rolled")["value_pct"].item()
    100.0
    """
    return _decisions(contacts, "contact_date", period, by, start_day, closure_days)


def assessments_in_45_working_days(
    assessments: pd.DataFrame,
    period: str | pd.Period,
    *,
    by: Sequence[str] = (),
    anchor: str = "start_date",
    start_day: str = "excluded",
    closure_days: Iterable[Any] = (),
) -> pd.DataFrame:
    """Share of assessments authorised in the month that took 45 working days or fewer.

    Denominator: assessments authorised in the month. Numerator: authorised within 45 working
    days of the anchor. Good is high. One row is a month of authorisation.

    Parameters
    ----------
    assessments : DataFrame
        The anchor, ``authorised_date`` (blank: open), the cut; ``as_at`` where given.
    period : text "YYYY-MM" or Period
    by : columns to cut by
    anchor : {"start_date", "referral_date"}
        The children in need census counts from the assessment's start; Working Together, and
        the text of DfE's interactive tool, from the referral.
    start_day, closure_days
        As in `working_days_between`.

    Returns
    -------
    DataFrame
        As in `referral_decisions_in_1_working_day`; ``open_past_deadline`` are assessments not
        authorised by the month's end and past 45 working days then.

    Notes
    -----
    DfE: percentage of assessments completed within 45 working days; England 2024-25 is
    555,820 of 648,830, 85.7%.

    Examples
    --------
    >>> assessments = pd.DataFrame({"start_date": pd.to_datetime(["2021-03-01", "2021-03-01"]),
    ...     "authorised_date": pd.to_datetime(["2021-05-06", "2021-05-07"])})
    >>> assessments_in_45_working_days(assessments, "2021-05")[["numerator", "denominator"]]
       numerator  denominator
    0          1            2
    """
    return _completed(
        *(assessments, anchor, "authorised_date", 45),
        *(period, by, start_day, closure_days, "no assessment authorised in the month"),
    )


def icpc_in_15_working_days(
    section47: pd.DataFrame,
    period: str | pd.Period,
    *,
    by: Sequence[str] = (),
    start_day: str = "excluded",
    closure_days: Iterable[Any] = (),
) -> pd.DataFrame:
    """Share of initial child protection conferences held within 15 working days.

    Denominator: conferences held in the month, without those for children who transferred in.
    Numerator: held within 15 working days of the strategy discussion that began the section 47
    enquiry. Good is high. One row is a month of the conference.

    Parameters
    ----------
    section47 : DataFrame
        ``strategy_date``, ``icpc_date``, ``icpc_unnecessary`` and ``transfer_in`` where held.
    period, by, start_day, closure_days
        As in `assessments_in_45_working_days`.

    Returns
    -------
    DataFrame
        As in `referral_decisions_in_1_working_day`; ``open_past_deadline`` are enquiries without
        a conference, not marked as needing none, and past 15 working days at the month's end.

    Notes
    -----
    DfE: initial child protection conferences held within 15 working days of the strategy
    discussion; England 2022-23 is 78.4%.

    Examples
    --------
    Strategy discussion on Thursday before Easter 2026; the fifteenth working day is 27 April.

    >>> enquiries = pd.DataFrame({"strategy_date": pd.to_datetime(["2026-04-02"] * 2),
    ...                           "icpc_date": pd.to_datetime(["2026-04-27", "2026-04-28"])})
    >>> icpc_in_15_working_days(enquiries, "2026-04")["value_pct"].item()
    50.0
    """
    kept, transferred = section47, 0
    if "transfer_in" in section47:
        transfer = section47["transfer_in"].astype("boolean").fillna(False).astype("bool")
        kept, transferred = section47[~transfer], int(transfer.sum())
    if "icpc_unnecessary" in kept and "icpc_date" in kept:
        unnecessary = kept["icpc_unnecessary"].astype("boolean").fillna(False).astype("bool")
        kept = kept[~(unnecessary & kept["icpc_date"].isna())]
    table = _completed(
        *(kept, "strategy_date", "icpc_date", 15),
        *(period, by, start_day, closure_days, "no conference held in the month"),
    )
    said = f"{transferred:,} enquiries of children who transferred in are left out"
    return with_note(table, said if transferred else "")


def _decisions(
    table: pd.DataFrame,
    received: str,
    period: str | pd.Period,
    by: Sequence[str],
    start_day: str,
    closure_days: Iterable[Any],
) -> pd.DataFrame:
    """Rate by month of receipt: undecided cases count against it once they are due."""
    lacking = lacking_columns(table, [received, "decision_date", *by])
    if lacking:
        return without_rate(period, by, lacking)
    last, as_at = pd.Period(period, "M"), latest_as_at(table)
    used, said = _in_order(table, received, "decision_date", last, by)
    if not len(used):
        return with_note(without_rate(period, by, "no dated rows up to the period"), said)
    reach = np.datetime64(held_to(used[received], as_at), "D")  # decisions of the days after too
    due = _deadlines(used[received], 1, start_day, closure_days)
    decided = whole_days(used["decision_date"])
    decided = np.where(decided <= reach, decided, NO_DAY)
    within = decided <= due
    judged = within | (due < reach) | ~np.isnat(decided)
    day = whole_days(used[received])
    months, (codes, groups) = _months(day, last), cut_groups(used, by)
    size = len(groups)
    table = rate_table(
        months,
        groups,
        counts_by_month(day[within], codes[within], months, size),
        counts_by_month(day[judged], codes[judged], months, size),
        open_past_deadline=_overdue(due, decided, reach, codes, months, size),
        partial=partial_months(used[received], as_at)[1],
        none_note="none received in the month",
    )
    undue = int((~judged).sum())
    table = with_note(table, f"{undue:,} undecided and not yet due are left out" if undue else "")
    return with_note(table, said)


def _completed(
    table: pd.DataFrame,
    start: str,
    end: str,
    days: int,
    period: str | pd.Period,
    by: Sequence[str],
    start_day: str,
    closure_days: Iterable[Any],
    none_note: str,
) -> pd.DataFrame:
    """Rate by month of completion, with the open cases past their deadline beside it."""
    lacking = lacking_columns(table, [start, end, *by])
    if lacking:
        return without_rate(period, by, lacking)
    last, as_at = pd.Period(period, "M"), latest_as_at(table)
    used, said = _in_order(table, start, end, last, by)
    ended = used[end].dropna()
    if not len(ended):
        return with_note(without_rate(period, by, "no completed rows up to the period"), said)
    reach = np.datetime64(held_to(ended, as_at, last), "D")
    closed = tuple(closure_days)
    taken = working_days_between(used[start], used[end], start_day=start_day, closure_days=closed)
    within = (taken <= days).fillna(False).to_numpy("bool")
    day = whole_days(used[end])
    months, (codes, groups) = _months(day, last), cut_groups(used, by)
    size = len(groups)
    due = _deadlines(used[start], days, start_day, closed)
    table = rate_table(
        months,
        groups,
        counts_by_month(day[within], codes[within], months, size),
        counts_by_month(day, codes, months, size),
        open_past_deadline=_overdue(due, day, reach, codes, months, size),
        partial=partial_months(ended, as_at)[1],
        none_note=none_note,
    )
    return with_note(table, said)


def _in_order(
    table: pd.DataFrame, start: str, end: str, last: pd.Period, by: Sequence[str]
) -> tuple[pd.DataFrame, str]:
    """Rows begun by the period whose dates can be used, and how many of the others there are.

    Only the dates and the cut are kept: a table may have many columns and a hundred thousand rows.
    """
    table = table[list(dict.fromkeys([start, end, *by]))]
    begun, ended = table[start].to_numpy(), table[end].to_numpy()
    dated = ~np.isnat(begun)
    for column in (start, end):
        dated &= in_supported_range(table[column]).to_numpy()
    backwards = ended < begun
    used = table[dated & ~backwards & (begun <= last.end_time.to_datetime64())]
    told = []
    if (~dated).any():
        told.append(f"rows without usable dates, left out: {int((~dated).sum()):,}")
    if backwards.any():
        told.append(f"rows that end before they begin, left out: {int(backwards.sum()):,}")
    return used, "; ".join(told)


def _deadlines(
    start: pd.Series, days: int, start_day: str, closure_days: Iterable[Any]
) -> np.ndarray:
    return whole_days(add_working_days(start, days, start_day=start_day, closure_days=closure_days))


def _months(day: np.ndarray, last: pd.Period) -> pd.DatetimeIndex:
    first = pd.Period(pd.Timestamp(day[~np.isnat(day)].min()), "M")
    return months_ending(last, max(1, (last - first).n + 1))


def _overdue(
    due: np.ndarray,
    ended: np.ndarray,
    reach: np.datetime64,
    codes: np.ndarray,
    months: pd.DatetimeIndex,
    groups: int,
) -> np.ndarray:
    """Open cases past their deadline at each month's end, as far as the extract reaches."""
    late = due < reach
    return open_at_month_ends(due[late] + DAY, ended[late], codes[late], months, groups)
