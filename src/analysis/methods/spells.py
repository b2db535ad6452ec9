"""Events that must follow one another inside a spell: which came late, and when all is in time.

A spell is open from its start up to, and not on, its end (NaT: still open). Its events are
reviews or visits; each sets the deadline of the next.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.methods.calendar import DAY, NO_DAY, months_ending, whole_days
from analysis.methods.coverage import long_date
from analysis.methods.recurrence import months_after


def spells_from(
    table: pd.DataFrame, start: str, end: str, kept: Sequence[str] = ()
) -> pd.DataFrame:
    """One row a person and start, numbered from 0: ``id``, the kept columns, ``start``, ``end``.

    Rows without a person or a start are left out; of several rows of one spell the last stands.

    Examples
    --------
    >>> table = pd.DataFrame({"child_id": ["a", "a"], "began": pd.to_datetime(["2021-03-01"] * 2)})
    >>> spells_from(table, "began", "ended")["id"].tolist()
    ['a']
    """
    ended = table[end] if end in table else pd.Series(pd.NaT, table.index, dtype="datetime64[us]")
    spells = table.reindex(columns=["child_id", *kept]).assign(start=table[start], end=ended)
    spells = spells.dropna(subset=["child_id", "start"]).rename(columns={"child_id": "id"})
    return spells.drop_duplicates(["id", "start"], keep="last", ignore_index=True)


def month_ends_held(
    spells: pd.DataFrame, last: pd.Period, months: int, held_from: pd.Timestamp
) -> pd.DatetimeIndex:
    """Months whose ends can be counted: as far back as ended spells and events are held.

    An extract of open spells says nothing of those that had ended before it was first taken: where
    none has ended, only the last month's end is known.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> spells = pd.DataFrame({"end": day(["2021-02-10", None])})
    >>> len(month_ends_held(spells, pd.Period("2021-04", "M"), 36, pd.Timestamp("2020-01-01")))
    3
    """
    ends = spells["end"].dropna()
    ends = ends[ends <= last.end_time]
    first = max(held_from, ends.min()) if len(ends) else last.to_timestamp()
    return months_ending(last, max(1, min(months, (last - pd.Period(first, "M")).n + 1)))


def unreached_months(months: pd.DatetimeIndex, reach: pd.Timestamp) -> dict[pd.Timestamp, str]:
    """Months whose end lies after the last day known, with the reason in words.

    Examples
    --------
    >>> unreached_months(pd.DatetimeIndex(["2021-08-01"]), pd.Timestamp("2021-08-17")).popitem()[1]
    'partial: known up to 17 August 2021'
    """
    unreached = months[months + pd.offsets.MonthEnd(0) > reach]
    return dict.fromkeys(unreached, f"partial: known up to {long_date(reach)}")


def events_in_spells(
    spells: pd.DataFrame, ids: pd.Series, dates: pd.Series, *, held_from: pd.Timestamp
) -> pd.DataFrame:
    """Each spell's start and events in order, each with the event after it.

    Where a spell began before events are held, its first events cannot be seen: the day from
    which they are held stands for them, with ``place`` 2 as for any later event.

    Parameters
    ----------
    spells : DataFrame
        One row a spell: ``id``, ``start``, ``end``; its index is its number.
    ids, dates : Series
        The events; those outside the spells of their person are left out.
    held_from : Timestamp
        Date from which events are held.

    Returns
    -------
    DataFrame
        One row a spell's anchor: ``spell``, ``anchor``, ``place`` (0 the start, 1 the first
        event ...), ``next`` (date of the event after it; NaT: none), ``end``.

    Examples
    --------
    >>> day = lambda *texts: pd.Series(pd.to_datetime(list(texts)))
    >>> spells = pd.DataFrame({"id": ["a"], "start": day("2021-01-01"), "end": day(None)})
    >>> table = events_in_spells(spells, pd.Series(["a"]), day("2021-02-01"),
    ...                          held_from=pd.Timestamp("2020-01-01"))
    >>> table["place"].tolist(), table["next"].notna().tolist()
    ([0, 1], [True, False])
    """
    start, end = whole_days(spells["start"]), whole_days(spells["end"])
    first = np.maximum(start, np.datetime64(held_from, "D"))
    its, day = _own_events(spells["id"], ids, dates)
    inside = (day >= first[its]) & ~(day >= end[its])
    spell = np.concatenate([spells.index, its[inside]]).astype("int64")
    anchor = np.concatenate([first, day[inside]]).astype("datetime64[s]")
    order = np.lexsort((anchor, spell))  # of one day, the spell's start stays before its events
    spell, anchor = spell[order], anchor[order]
    before, following = _in_turn(spell, anchor)
    return pd.DataFrame(
        {
            "spell": spell,
            "anchor": anchor,
            "place": before + np.where((start < first)[spell], 2, 0),
            "next": following,
            "end": end[spell].astype("datetime64[s]"),
        }
    )


def _own_events(
    owners: pd.Series, ids: pd.Series, dates: pd.Series
) -> tuple[np.ndarray, np.ndarray]:
    """Each spell with each event of its person: the number of the spell, and the event's day.

    People are numbered and their spells put side by side, so that an event finds the first of its
    person's spells by their number, and takes each of them in turn.
    """
    person = pd.factorize(pd.concat([owners, ids], ignore_index=True))[0]
    own, theirs, day = person[: len(owners)], person[len(owners) :], whole_days(dates)
    order = np.argsort(own, kind="stable")
    first, beyond = (np.searchsorted(own[order], theirs, side) for side in ("left", "right"))
    spells = np.where((theirs >= 0) & ~np.isnat(day), beyond - first, 0)
    event = np.repeat(np.arange(len(theirs)), spells)
    turn = np.arange(len(event)) - np.repeat(np.cumsum(spells) - spells, spells)
    return order[first[event] + turn], day[event]


def _in_turn(spell: np.ndarray, anchor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of rows in order of spell and day: how many of the spell come before each, and the next."""
    begins = np.diff(spell, prepend=-1) != 0
    row = np.arange(len(spell))
    before = row - row[begins][np.cumsum(begins) - 1]
    following = np.append(anchor[1:], NO_DAY)[: len(spell)]
    following[np.append(begins[1:], True)[: len(spell)]] = NO_DAY
    return before, following


def late_spans(table: pd.DataFrame, deadline: np.ndarray, *, last: np.datetime64) -> pd.DataFrame:
    """Deadlines that passed inside their spell without the event they asked for.

    Parameters
    ----------
    table : DataFrame
        From `events_in_spells`.
    deadline : array of datetime64[D]
        Last day in time for each row's next event.
    last : day up to which events are known

    Returns
    -------
    DataFrame
        ``spell``, ``missed`` (the deadline), ``until`` (when the event came; NaT: not yet), in
        order of date.

    Examples
    --------
    >>> table = pd.DataFrame({"spell": [0], "next": pd.to_datetime(["2021-05-01"]),
    ...                       "end": pd.to_datetime([None])})
    >>> late_spans(table, np.array(["2021-04-01"], "datetime64[D]"),
    ...            last=np.datetime64("2021-08-31"))["spell"].tolist()
    [0]
    """
    following, end = whole_days(table["next"]), whole_days(table["end"])
    missed = (deadline < last) & ~(following <= deadline) & ~(end <= deadline + DAY)
    late = {"spell": table["spell"], "missed": deadline, "until": following}
    return pd.DataFrame(late)[missed].sort_values(["spell", "missed"], ignore_index=True)


def remembered_spans(
    late: pd.DataFrame, ends: np.ndarray, months: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Days on which a missed deadline of the last months still tells, spell by spell.

    Parameters
    ----------
    late : DataFrame
        From `late_spans`.
    ends : array of datetime64[D]
        End of each spell, by its number.
    months : int, optional
        For how long a missed deadline tells after it; while the event is still to come, and
        without a number always, to the spell's end.

    Returns
    -------
    first, end : arrays of datetime64[D]
        Spans that do not overlap inside a spell; NaT: open.

    Examples
    --------
    >>> day = lambda text: pd.to_datetime([text])
    >>> late = pd.DataFrame({"spell": [0], "missed": day("2021-03-31"), "until": day("2021-04-09")})
    >>> first, end = remembered_spans(late, np.array(["NaT"], "datetime64[D]"), 12)
    >>> str(first[0]), str(end[0])
    ('2021-04-01', '2022-04-01')
    """
    first, until = whole_days(late["missed"]) + DAY, whole_days(late["until"])
    end = np.full(len(late), NO_DAY)
    if months is not None:
        end = np.where(np.isnat(until), end, np.maximum(months_after(first, months), until))
    following = whole_days(late.groupby("spell")["missed"].shift(-1)) + DAY
    return first, np.fmin(np.fmin(end, following), ends[late["spell"].to_numpy("int64")])


def current_spans(table: pd.DataFrame, deadline: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Days from each event up to its deadline, cut short by the next event: up to date there.

    Parameters
    ----------
    table : DataFrame
        From `events_in_spells`.
    deadline : array of datetime64[D]

    Returns
    -------
    first, end : arrays of datetime64[D]
        Spans that do not overlap inside a spell.

    Examples
    --------
    >>> day = lambda text: pd.to_datetime([text])
    >>> table = pd.DataFrame({"anchor": day("2021-03-01"), "next": day("2021-03-09"),
    ...                       "end": day(None)})
    >>> first, end = current_spans(table, np.array(["2021-03-15"], "datetime64[D]"))
    >>> str(end[0])
    '2021-03-09'
    """
    end = deadline + DAY
    for stop in (whole_days(table["next"]), whole_days(table["end"])):
        end = np.where(np.isnat(stop), end, np.minimum(end, stop))
    return whole_days(table["anchor"]), end
