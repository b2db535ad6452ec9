"""Reviews and visits: when each was due, when it happened, face to face or not."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.methods.calendar import DAY
from analysis.sources.sample import calibration as known
from analysis.sources.sample.care import LONG_TERM_TYPES
from analysis.sources.sample.columns import NEVER, whole_days
from analysis.sources.sample.draws import stream
from analysis.sources.sample.span import Span, add_working_days

YEAR = 365
Step = Callable[[int, np.ndarray, np.ndarray], np.ndarray]


def events_due(
    start: np.ndarray, end: np.ndarray, last_day: np.datetime64, due: Step, held: Step
) -> pd.DataFrame:
    """Return one row an event, each due some time after the one before.

    Parameters
    ----------
    start, end : ndarray of datetime64[D]
        When each case starts and ends; nothing is held on or after the end.
    last_day : datetime64
        The last day known: an event that falls due while a case is open but is not held by
        then stands with a missing held date.
    due : callable (number, rows, previous dates) -> dates due
        The rule for the event of that number, counted from nought.
    held : callable (number, rows, dates due) -> dates held

    Returns
    -------
    DataFrame
        case (row of start), number, due, held, in case order.
    """
    rows = np.flatnonzero(start < end)
    previous = start[rows]
    parts = []
    number = 0
    while len(rows):
        due_on = due(number, rows, previous)
        held_on = held(number, rows, due_on)
        known_by = np.minimum(end[rows], last_day + DAY)
        happened = held_on < known_by
        waiting = ~happened & (end[rows] > last_day) & (previous <= last_day)
        keep = happened | waiting
        parts.append(
            pd.DataFrame(
                {
                    "case": rows[keep],
                    "number": number,
                    "due": due_on[keep],
                    "held": np.where(happened, held_on, NEVER)[keep],
                }
            )
        )
        rows, previous = rows[happened], held_on[happened]
        number += 1
    if not parts:
        return pd.DataFrame({"case": [], "number": [], "due": [], "held": []})
    return pd.concat(parts).sort_values(["case", "number"], kind="stable", ignore_index=True)


def plan_reviews(seed: int, span: Span, plans: pd.DataFrame) -> pd.DataFrame:
    """Return review conferences of plans: the first within 3 months, then within 6 months."""
    rng = stream(seed, "plan reviews")

    def due(number: int, rows: np.ndarray, previous: np.ndarray) -> np.ndarray:
        return previous + (91 if number == 0 else 182) * DAY

    start, end = whole_days(plans["plan_start"]), whole_days(plans["plan_end"])
    held = _held(rng, known.REVIEW_ON_TIME, early=18, late=30)
    return _with_modes(rng, events_due(start, end, span.last_day, due, held), plans)


def care_reviews(seed: int, span: Span, periods: pd.DataFrame) -> pd.DataFrame:
    """Return reviews of children in care: within 20 working days, 3 months, then 6 months."""
    rng = stream(seed, "care reviews")

    def due(number: int, rows: np.ndarray, previous: np.ndarray) -> np.ndarray:
        if number == 0:
            return add_working_days(previous, 20)
        return previous + (91 if number == 1 else 182) * DAY

    start, end = whole_days(periods["care_start"]), whole_days(periods["care_end"])
    held = _held(rng, known.CARE_REVIEW_ON_TIME, early=10, late=35)
    return _with_modes(rng, events_due(start, end, span.last_day, due, held), periods)


def plan_visits(seed: int, span: Span, plans: pd.DataFrame) -> pd.DataFrame:
    """Return visits to children on plans, due within ten working days of the one before."""
    rng = stream(seed, "plan visits")

    def due(number: int, rows: np.ndarray, previous: np.ndarray) -> np.ndarray:
        return add_working_days(previous, known.CP_VISIT_WORKING_DAYS)

    def held(number: int, rows: np.ndarray, due_on: np.ndarray) -> np.ndarray:
        on_time = rng.random(len(rows)) < known.CP_VISIT_ON_TIME
        early, late = rng.integers(-4, 1, len(rows)), rng.integers(1, 9, len(rows))
        return add_working_days(due_on, np.where(on_time, early, late))

    start, end = whole_days(plans["plan_start"]), whole_days(plans["plan_end"])
    visits = events_due(start, end, span.last_day, due, held).dropna(subset="held")
    visits["seen_alone"] = rng.random(len(visits)) < 0.74
    return _with_modes(rng, visits, plans)


def care_visits(seed: int, span: Span, placed: pd.DataFrame) -> pd.DataFrame:
    """Return visits to children in care: in the first week, then every six weeks.

    A placement meant to last to 18 may go to three months after its first year.
    """
    rng = stream(seed, "care visits")
    recent = placed[whole_days(placed["placement_end"]) >= span.first_day - 60 * DAY].reset_index(
        drop=True
    )
    begun = whole_days(recent["placement_start"])
    start = np.maximum(begun, span.first_day - 60 * DAY)
    new = begun >= span.first_day - 60 * DAY
    settled = recent["intended_to_18"].to_numpy() & recent["placement_type"].isin(LONG_TERM_TYPES)

    def due(number: int, rows: np.ndarray, previous: np.ndarray) -> np.ndarray:
        later_years = (previous - begun[rows]).astype("int64") > YEAR
        usual = np.where(settled[rows] & later_years, 91, 42)
        return previous + np.where(new[rows] & (number == 0), 7, usual)

    held = _held(rng, known.CARE_VISIT_ON_TIME, early=9, late=24)
    visits = events_due(start, whole_days(recent["placement_end"]), span.last_day, due, held)
    return _with_modes(rng, visits.dropna(subset="held"), recent)


def _held(rng: np.random.Generator, on_time: float, *, early: int, late: int) -> Step:
    """Return the rule for when an event due is held: on working days, mostly just before."""

    def held(number: int, rows: np.ndarray, due_on: np.ndarray) -> np.ndarray:
        back = np.minimum(rng.integers(0, early, len(rows)), 5 if number == 0 else early)
        on = due_on - back
        weekend = np.maximum((on.astype("int64") + 3) % 7 - 4, 0)
        on = on - np.where(weekend > 0, weekend + rng.integers(0, 4, len(rows)), 0)
        after = add_working_days(due_on + rng.integers(1, late, len(rows)), 0)
        return np.where(rng.random(len(rows)) < on_time, on, after)

    return held


def _with_modes(
    rng: np.random.Generator, events: pd.DataFrame, cases: pd.DataFrame
) -> pd.DataFrame:
    """Return events with their child and how they were held: less virtual as years pass."""
    at = events["case"].to_numpy(dtype="int64")
    day = events["held"].fillna(events["due"]).to_numpy().astype("datetime64[D]")
    years = (day - np.datetime64("2020-04-01")).astype("int64") / YEAR
    virtual = np.select([years < 0, years < 1], [0.02, 0.62], 0.10 * np.exp(-0.5 * years) + 0.02)
    draw = rng.random(len(events))
    mode = np.select([draw < virtual, draw < virtual + 0.06], ["Virtual", "Hybrid"], "Face to face")
    mode = np.where(events["held"].isna(), None, mode)
    return events.assign(child=cases["child"].to_numpy()[at], mode=mode)
