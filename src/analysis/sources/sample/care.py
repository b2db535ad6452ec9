"""Children in care: those who are in care at the start, how long care lasts, placements."""

import numpy as np
import pandas as pd

from analysis.methods.calendar import DAY
from analysis.sources.sample import calibration as known
from analysis.sources.sample.columns import ADULT
from analysis.sources.sample.draws import choose, draw_bands, stream
from analysis.sources.sample.families import Families
from analysis.sources.sample.span import Span

YEAR = 365
MOVES_FIRST_YEAR = 1.15
MOVES_A_LATER_YEAR = 0.36
LONG_TERM_TYPES = ("U1", "U4")


def care_lengths(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return lengths of periods of care in days."""
    return draw_bands(rng.random(count), known.CARE_DAYS)


def starting_care(seed: int, size: float, span: Span, known_families: Families) -> pd.DataFrame:
    """Return the children in care on the first day of the burn-in: child, start, end, closure.

    A period that is met under way is a long one: lengths are drawn in proportion to themselves.
    """
    rng = stream(seed, "care at the start")
    begin = span.burn_in_day
    born = known_families.children["born"].to_numpy().astype("datetime64[D]")
    age = (begin - born).astype("int64")
    eligible = np.flatnonzero((age > 30) & (age < 17.5 * YEAR))
    older = 0.35 + age[eligible] / (17.5 * YEAR)
    count = min(round(known.STARTING_CHILDREN_IN_CARE * size), len(eligible) // 2)
    child = np.sort(rng.choice(eligible, count, replace=False, p=older / older.sum()))
    pool = care_lengths(rng, 20_000)
    length = rng.choice(pool, count, p=pool / pool.sum())
    elapsed = np.floor(rng.random(count) * length).astype("int64")
    start = np.maximum(begin - elapsed, born[child] + DAY)
    adult = (born[child].astype("datetime64[M]") + ADULT).astype("datetime64[D]")
    end = np.minimum(begin - elapsed + length, adult)
    end = np.maximum(end, begin + DAY)
    return pd.DataFrame({"child": child, "care_start": start, "care_end": end, "closure": end})


def placements(seed: int, span: Span, periods: pd.DataFrame, born: np.ndarray) -> pd.DataFrame:
    """Return one row a placement of the periods of care that reach into the extracts.

    Parameters
    ----------
    seed, span
        As for the whole sample.
    periods : DataFrame
        One row a period of care: child, care_start, care_end.
    born : ndarray
        Date of birth of each period's child.

    Returns
    -------
    DataFrame
        period (row of periods), child, care_start, care_end, placement_start, placement_end,
        placement_type, placement_provider, legal_status, category_of_need, intended_to_18.
    """
    rng = stream(seed, "placements")
    start = periods["care_start"].to_numpy().astype("datetime64[D]")
    end = periods["care_end"].to_numpy().astype("datetime64[D]")
    length = (end - start).astype("int64")
    begins = _placement_starts(rng, length)
    period, offset = begins["period"].to_numpy(), begins["offset"].to_numpy()
    last = np.append(period[1:] != period[:-1], True)
    next_offset = np.append(offset[1:], 0)
    table = pd.DataFrame(
        {
            "period": period,
            "child": periods["child"].to_numpy()[period],
            "care_start": start[period],
            "care_end": end[period],
            "placement_start": start[period] + offset,
            "placement_end": np.where(last, end[period], start[period] + next_offset),
        }
    )
    return _placed(rng, table, born[period], length)


def _placement_starts(rng: np.random.Generator, length: np.ndarray) -> pd.DataFrame:
    """Return the day of each placement's start, counted from the start of care."""
    early = rng.poisson(MOVES_FIRST_YEAR * np.minimum(length, YEAR) / YEAR)
    later = rng.poisson(MOVES_A_LATER_YEAR * np.maximum(length - YEAR, 0) / YEAR)
    places = np.arange(len(length))
    early_at, later_at = np.repeat(places, early), np.repeat(places, later)
    early_day = rng.beta(1, 2, len(early_at)) * np.minimum(length[early_at], YEAR)
    later_day = YEAR + rng.random(len(later_at)) * (length[later_at] - YEAR)
    table = pd.DataFrame(
        {
            "period": np.concatenate([places, early_at, later_at]),
            "offset": np.concatenate([np.zeros(len(places)), early_day, later_day]).astype("int64"),
        }
    )
    table = table.drop_duplicates().sort_values(["period", "offset"])
    too_late = (table["offset"] > 0) & (table["offset"] >= length[table["period"].to_numpy()])
    return table[~too_late].reset_index(drop=True)


def _placed(
    rng: np.random.Generator, table: pd.DataFrame, born: np.ndarray, length: np.ndarray
) -> pd.DataFrame:
    """Return the placements with type, provider, legal status, need and permanence."""
    age = (table["placement_start"].to_numpy().astype("datetime64[D]") - born).astype(
        "int64"
    ) / YEAR
    band = np.digitize(age, [5, 16])
    kind = np.zeros(len(table), dtype="int64")
    for number in range(3):
        share = np.array([row[2 + number] for row in known.PLACEMENTS])
        drawn = rng.choice(len(share), len(table), p=share / share.sum())
        kind = np.where(band == number, drawn, kind)
    types = np.array([row[0] for row in known.PLACEMENTS])[kind]
    period = table["period"].to_numpy()
    return table.assign(
        placement_type=types,
        placement_provider=np.array([row[1] for row in known.PLACEMENTS])[kind],
        legal_status=_legal_statuses(rng, length, types, period),
        category_of_need=choose(rng, known.NEEDS, len(length))[period],
        intended_to_18=np.isin(types, LONG_TERM_TYPES) & (rng.random(len(table)) < 0.85),
    )


def _legal_statuses(
    rng: np.random.Generator, length: np.ndarray, types: np.ndarray, period: np.ndarray
) -> np.ndarray:
    """Return the legal status of each placement, by how long the period of care lasts."""
    drawn = rng.random(len(length))
    short = np.select([drawn < 0.55, drawn < 0.95], ["V2", "C1"], "L1")
    medium = np.select([drawn < 0.25, drawn < 0.80], ["V2", "C1"], "C2")
    long = np.select([drawn < 0.12, drawn < 0.20], ["V2", "C1"], "C2")
    status = np.select([length <= 60, length <= 365], [short, medium], long)[period]
    return np.where(np.char.startswith(types.astype(str), "A"), "E1", status)
