"""Absence: short and long sickness, maternity and other leave, and the planted rise."""

import numpy as np
import pandas as pd

from analysis.methods.calendar import DAY
from analysis.sources.sample import workforce_calibration as terms
from analysis.sources.sample.agency_workers import surge_reasons
from analysis.sources.sample.columns import NEVER, whole_days
from analysis.sources.sample.draws import stream
from analysis.sources.sample.effects import Effects
from analysis.sources.sample.span import Span, working_days_between

KINDS = (
    ("sickness", terms.SHORT_SPELLS_A_YEAR, (1, 9)),
    ("sickness", terms.LONG_SPELLS_A_YEAR, terms.LONG_SPELL_DAYS),
    ("maternity", terms.MATERNITY_A_YEAR, terms.MATERNITY_DAYS),
    ("other", 0.12, (1, 5)),
)


def absence_spells(
    seed: int, size: float, span: Span, planted: Effects, staff: pd.DataFrame
) -> pd.DataFrame:
    """Return one row a spell of absence: short and long sickness, maternity, the planted rise."""
    rng = stream(seed, "absence")
    people = staff.dropna(subset="post_id").reset_index(drop=True)
    begin = np.maximum(whole_days(people["start_date"]), span.first_day - 365 * DAY)
    end = np.minimum(np.where(np.isnat(whole_days(people["end_date"])), span.as_at,
                              whole_days(people["end_date"])), span.as_at)  # fmt: skip
    years = np.maximum((end - begin).astype("int64"), 0) / 365.25
    parts = [_spells(rng, years, begin, kind, rate, length) for kind, rate, length in KINDS]
    parts.append(_surge_spells(size, span, planted, people))
    spells = pd.concat(parts, ignore_index=True)
    at = spells["row"].to_numpy()
    first = spells["start"].to_numpy().astype("datetime64[D]")
    last = np.minimum(first + (spells["days"].to_numpy() - 1) * DAY, end[at])
    open_now = first + (spells["days"].to_numpy() - 1) * DAY > span.as_at
    fte = people["fte"].to_numpy()[at]
    table = pd.DataFrame(
        {
            "person_id": people["person_id"].to_numpy()[at],
            "team": people["team"].to_numpy()[at],
            "start_date": first,
            "end_date": np.where(open_now, NEVER, last),
            "absence_type": spells["kind"].to_numpy(),
            "days_lost_working_days": np.round(working_days_between(first - DAY, last) * fte, 1),
            "fte": fte,
        }
    )
    known = (first <= end[at]) & ~(table["end_date"] < pd.Timestamp(span.first_day)).to_numpy()
    table = _without_overlaps(table[known])
    return table.sort_values(["start_date", "person_id"], kind="stable", ignore_index=True)


def _without_overlaps(spells: pd.DataFrame) -> pd.DataFrame:
    """Return spells of absence without those that start inside an earlier one of the person."""
    order = {"maternity": 0, "sickness": 1, "other": 2}
    spells = spells.assign(rank=spells["absence_type"].map(order))
    spells = spells.sort_values(["person_id", "start_date", "rank"], kind="stable")
    until = spells["end_date"].fillna(pd.Timestamp.max.normalize())
    until = until.groupby(spells["person_id"]).cummax()
    earlier = until.groupby(spells["person_id"]).shift()
    return spells[~(spells["start_date"] <= earlier)].drop(columns="rank")


def _spells(
    rng: np.random.Generator, years: np.ndarray, begin: np.ndarray, kind: str, rate: float,
    length: tuple[int, int],
) -> pd.DataFrame:  # fmt: skip
    """Return spells of one kind: row of the person, start, length in days."""
    row = np.repeat(np.arange(len(years)), rng.poisson(rate * years))
    start = begin[row] + (rng.random(len(row)) * years[row] * 365.25).astype("int64")
    days = rng.integers(length[0], length[1] + 1, len(row))
    return pd.DataFrame({"row": row, "start": start, "days": days, "kind": kind})


def _surge_spells(size: float, span: Span, planted: Effects, people: pd.DataFrame) -> pd.DataFrame:
    """Return the long absences that the planted agency workers cover."""
    reasons = [reason for reason in surge_reasons(size) if reason != "additional"]
    stays = people["end_date"].isna() & (people["role"] == "Social worker")
    stays &= people["start_date"] < pd.Timestamp(span.first_day)
    rows = np.flatnonzero(stays)[:: max(stays.sum() // len(reasons), 1)][: len(reasons)]
    start = np.datetime64(str(planted.surge_start), "D") + (np.arange(len(rows)) % 7 * 5 - 10) * DAY
    days = int((span.as_at - start.min()).astype("int64")) + 60
    table = pd.DataFrame({"row": rows, "start": start, "days": days, "kind": reasons[: len(rows)]})
    return table[table["start"] >= pd.Timestamp(span.first_day)]
