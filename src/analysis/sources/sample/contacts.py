"""Contacts: incidents in families by day and source, and the children each one names."""

import numpy as np
import pandas as pd

from analysis.methods.calendar import DAY
from analysis.sources.sample import calibration as known
from analysis.sources.sample.draws import choose, stream
from analysis.sources.sample.effects import Effects
from analysis.sources.sample.families import Families, of_age
from analysis.sources.sample.span import Span, add_working_days, bank_holidays, month_start

ROWS_AN_INCIDENT = 1.3  # fewer than are named, so that some incidents can be left out
NOT_A_REFERRAL = (("no further action", 0.52), ("information", 0.27), ("early help", 0.21))


def contacts(seed: int, size: float, span: Span, planted: Effects, known_families: Families):
    """Return every contact from the burn-in on, one row a child in an incident.

    Columns: incident, child, contact_date, contact_time, source, outcome, decision_date. The
    outcome "referral" is a candidate: children whose case is open keep theirs.
    """
    rng = stream(seed, "contacts")
    days = np.arange(span.burn_in_day, span.last_day + DAY)
    expected = contacts_expected(days, planted, rng) * size
    incidents = _incidents(rng, days, expected / ROWS_AN_INCIDENT)
    incidents["family"] = _families_of(rng, incidents["date"].to_numpy(), known_families.weight)
    rows = _children_named(rng, incidents, known_families)
    rows = _thinned(rng, rows, expected.sum(), len(incidents))
    incidents["risk"] = known_families.risk[incidents["family"].to_numpy()]
    return _decided(rng, rows, incidents)


def contacts_expected(days: np.ndarray, planted: Effects, rng: np.random.Generator) -> np.ndarray:
    """Return the contacts expected on each day (rows) from each source (columns)."""
    codes = np.array(list(known.SOURCES))
    level = _source_levels(days, codes, planted) * _weekday_levels(days, codes)
    level[np.isin(days, bank_holidays())] *= np.where(
        np.isin(codes, known.ROUND_THE_CLOCK), 0.8, known.BANK_HOLIDAY
    )
    away = school_holidays(days)
    level[np.ix_(away, np.isin(codes, known.EDUCATION))] *= known.SCHOOL_HOLIDAY
    months = month_start(days)
    labels = months.astype("datetime64[M]").astype(str)
    unique, at = np.unique(labels, return_inverse=True)
    swing = np.exp(rng.normal(0, known.MONTHLY_SWING, len(unique)))
    swing *= [known.PANDEMIC.get(month, 1.0) for month in unique]
    swing *= np.where(unique >= str(planted.rise_start), planted.contacts_ratio, 1.0)
    swing_of_day = swing[at] * rng.gamma(known.DAILY_SHAPE, 1 / known.DAILY_SHAPE, len(days))
    return level * swing_of_day[:, None] * known.CONTACTS_A_MONTH * 12 / 365.25


def _source_levels(days: np.ndarray, codes: np.ndarray, planted: Effects) -> np.ndarray:
    """Return each source's share of a day's contacts, before and after the planted shift."""
    share = np.array([known.SOURCES[code][1] for code in codes])
    shift = np.zeros(len(codes))
    shift[codes == "2A"] = planted.education_share_points
    shift[codes == "6"] = -planted.education_share_points
    after = month_start(days) >= np.datetime64(str(planted.mix_start), "D")
    return share + np.outer(after, shift)


def _weekday_levels(days: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the weekday pattern of each source, an average of one over the week."""
    weekday = (days.astype("int64") + 3) % 7  # 1 January 1970 was a Thursday
    office = np.array(known.OFFICE_WEEK) * 7 / sum(known.OFFICE_WEEK)
    always = np.array(known.OPEN_WEEK) * 7 / sum(known.OPEN_WEEK)
    open_all_week = np.isin(codes, known.ROUND_THE_CLOCK)
    return np.where(open_all_week, always[weekday][:, None], office[weekday][:, None])


def school_holidays(days: np.ndarray) -> np.ndarray:
    """Return whether schools are closed on each day, by the usual English pattern."""
    from dateutil.easter import easter

    years = days.astype("datetime64[Y]").astype("int64") + 1970
    sundays = {year: np.datetime64(easter(int(year)), "D") for year in np.unique(years)}
    from_easter = (days - np.array([sundays[year] for year in years])).astype("int64")
    month = days.astype("datetime64[M]").astype("int64") % 12 + 1
    day = (days - days.astype("datetime64[M]")).astype("int64") + 1
    summer = ((month == 7) & (day >= 23)) | (month == 8) | ((month == 9) & (day <= 2))
    christmas = ((month == 12) & (day >= 20)) | ((month == 1) & (day <= 3))
    half_term = (
        ((month == 10) & (day >= 25))
        | ((month == 2) & (day >= 13) & (day <= 19))
        | ((month == 5) & (day >= 26))
    )
    return summer | christmas | half_term | ((from_easter >= -8) & (from_easter <= 7))


def _incidents(rng: np.random.Generator, days: np.ndarray, expected: np.ndarray) -> pd.DataFrame:
    """Return one row an incident, in date order: date and source."""
    counts = rng.poisson(expected)
    date = np.repeat(days, counts.sum(axis=1))
    source = np.repeat(np.tile(np.arange(counts.shape[1]), len(days)), counts.ravel())
    return pd.DataFrame({"date": date, "source": np.array(list(known.SOURCES))[source]})


def _families_of(rng: np.random.Generator, dates: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return each incident's family: by its weight, or the family of an earlier incident."""
    share = np.cumsum(weight) / weight.sum()
    family = np.searchsorted(share, rng.random(len(dates)))
    leads = np.arange(len(dates))
    repeats = np.flatnonzero(rng.random(len(dates)) < known.REPEAT_INCIDENTS)
    lag = rng.geometric(1 / known.REPEAT_LAG_DAYS, len(repeats))
    start = np.searchsorted(dates, dates[repeats] - lag, side="left")
    stop = np.searchsorted(dates, dates[repeats] - lag, side="right")
    found = stop > start
    pick = start + np.floor(rng.random(len(repeats)) * (stop - start)).astype("int64")
    leads[repeats[found]] = pick[found]
    while (leads[leads] != leads).any():
        leads = leads[leads]
    return family[leads]


def _children_named(
    rng: np.random.Generator, incidents: pd.DataFrame, known_families: Families
) -> pd.DataFrame:
    """Return one row a child named in an incident: at least one where any is of age."""
    family = incidents["family"].to_numpy()
    number = known_families.number[family]
    incident = np.repeat(np.arange(len(incidents)), number)
    within = np.arange(len(incident)) - np.repeat(np.cumsum(number) - number, number)
    child = known_families.first[family][incident] + within
    born = known_families.children["born"].to_numpy().astype("datetime64[D]")[child]
    date = incidents["date"].to_numpy().astype("datetime64[D]")[incident]
    eligible = of_age(born, date)
    incident, child = incident[eligible], child[eligible]
    named = rng.random(len(incident)) < known.SIBLING_INCLUDED
    order = rng.random(len(incident))
    lowest = np.full(len(incidents), np.inf)
    np.minimum.at(lowest, incident, order)
    named |= order == lowest[incident]
    return pd.DataFrame({"incident": incident[named], "child": child[named]})


def _thinned(
    rng: np.random.Generator, rows: pd.DataFrame, expected: float, incidents: int
) -> pd.DataFrame:
    """Return the rows of incidents kept at random so that the expected number remains."""
    kept = rng.random(incidents) < expected / len(rows)
    return rows[kept[rows["incident"].to_numpy()]].reset_index(drop=True)


def _decided(rng: np.random.Generator, rows: pd.DataFrame, incidents: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with date, time, source, outcome and decision date of their incident."""
    count = len(incidents)
    source = incidents["source"].to_numpy()
    date = incidents["date"].to_numpy().astype("datetime64[D]")
    chance = pd.Series(source).map({code: of[2] for code, of in known.SOURCES.items()}).to_numpy()
    outcome = choose(rng, NOT_A_REFERRAL, count).astype(object)
    outcome[rng.random(count) < chance * incidents["risk"].to_numpy()] = "referral"
    waited = choose(rng, known.CONTACT_DECISION_WORKING_DAYS, count)
    at = rows["incident"].to_numpy()
    return rows.assign(
        contact_date=date[at],
        contact_time=_times(rng, source)[at],
        source=source[at],
        outcome=outcome[at],
        decision_date=add_working_days(date, waited)[at],
    )


def _times(rng: np.random.Generator, source: np.ndarray) -> np.ndarray:
    """Return times of receipt as text: office hours, or round the clock with a late peak."""
    office = 8 * 60 + 30 + rng.beta(2, 2.2, len(source)) * 570
    always = (6 * 60 + rng.beta(2.4, 1.8, len(source)) * 1440) % 1440
    minutes = np.where(np.isin(source, known.ROUND_THE_CLOCK), always, office).astype("int64")
    clock = np.array(
        [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in range(60)], object
    )
    return clock[minutes]
