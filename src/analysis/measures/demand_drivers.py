"""What a change is made of: sources, volume, mix and conversion; the parts sum exactly.

A decomposition is arithmetic. It says which part moved with the total, not what caused it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.methods.calendar import months_ending
from analysis.methods.intervals import DEFAULT, Dispersion, t_quantile
from analysis.methods.monthly import MINIMUM_BASE, months_before

BOTH_YEARS, THIS_YEAR_ONLY, LAST_YEAR_ONLY = "both years", "this year only", "last year only"


def contacts_change_by_source(
    by_source: pd.DataFrame,
    period: str | pd.Period,
    *,
    source: str = "source",
    dispersion: Dispersion = DEFAULT,
) -> pd.DataFrame:
    """Split the change in contacts on the same months a year before by source.

    Over the months among the 12 to the period that are held whole in both years. A source's
    contribution is its own change over last year's total; contributions sum to the total's
    change. One row is a source, largest contribution first.

    Parameters
    ----------
    by_source : DataFrame
        Result of `contacts_by_month` cut by one column.
    period : text "YYYY-MM" or Period
    source : str
        The column of the cut (``source``, ``outcome``, ``team``).
    dispersion : Dispersion
        From `contacts_dispersion`.

    Returns
    -------
    DataFrame
        ``month`` (the period's), the source, ``contacts``, ``contacts_last_year``,
        ``difference``, ``contribution_points`` with ``contribution_lower_points`` and
        ``contribution_upper_points``, ``share_pct``, ``share_last_year_pct``,
        ``share_change_points`` with lower and upper, ``listed`` ("both years", "this year only",
        "last year only"), ``note``. Intervals are 95%, over-dispersed, by the delta method.

    Raises
    ------
    ValueError
        The table has no such column.

    Notes
    -----
    A source that is listed in one year only has most often been renamed, split or merged, so
    its row is a change of the list before it is a change of demand; the note says so.

    Examples
    --------
    >>> table = pd.DataFrame({"month": pd.to_datetime(["2020-03-01", "2021-03-01"] * 2),
    ...     "source": ["police"] * 2 + ["schools"] * 2, "contacts": [100, 180, 100, 120],
    ...     "complete": True})
    >>> contacts_change_by_source(table, "2021-03")["contribution_points"].tolist()
    [40.0, 10.0]
    """
    if source not in by_source:
        raise ValueError(f"the table has no column {source!r}: cut contacts_by_month by it")
    now, before = _two_years(by_source, period, source)
    table = pd.DataFrame({"contacts": now, "contacts_last_year": before}).fillna(0)
    table = table[table.sum(axis=1) > 0]
    a, b = (table[name].to_numpy("float64") for name in ("contacts_last_year", "contacts"))
    table["difference"] = b - a
    spread = t_quantile(0.95, dispersion.degrees_of_freedom) * np.sqrt(dispersion.value)
    table = table.assign(**_contributions(a, b, spread), **_shares(a, b, spread))
    table["listed"] = np.select([a == 0, b == 0], [THIS_YEAR_ONLY, LAST_YEAR_ONLY], BOTH_YEARS)
    table["note"] = np.where(
        table["listed"] == BOTH_YEARS,
        "",
        "the source list changed: listed " + table["listed"].astype("str"),
    )
    if a.sum() < MINIMUM_BASE:
        measured = [name for name in table if name.endswith(("_points", "_pct"))]
        table[measured] = np.nan
        table["note"] = f"no percentage: the base is {a.sum():,.0f}, below {MINIMUM_BASE}"
    table = table.astype(dict.fromkeys(("contacts", "contacts_last_year", "difference"), "Int64"))
    table.insert(0, "month", pd.Period(period, "M").to_timestamp())
    return table.sort_values("difference", ascending=False, kind="stable").reset_index()


def referrals_change_by_driver(
    now: pd.DataFrame, before: pd.DataFrame, *, dispersion: Dispersion = DEFAULT
) -> pd.DataFrame:
    """Split the change in referrals that follow contacts into volume, mix and conversion.

    Volume: more contacts at last year's and this year's mean mix and conversion. Mix: contacts
    moved to sources that convert more, or less. Conversion: the same source converts more, or
    less. Each takes the mean of the two years for what it holds fixed, so the three sum to the
    change exactly and the order of years does not matter. One row is a driver, then the total.

    Parameters
    ----------
    now, before : DataFrame
        One row a source: ``source``, ``contacts``, ``referrals`` (those contacts that were
        followed by a referral), as `conversion_by_month` gives them, summed over months.
    dispersion : Dispersion

    Returns
    -------
    DataFrame
        ``driver`` (volume, mix of sources, conversion within sources, total), ``effect``,
        ``effect_lower``, ``effect_upper`` (95%), ``contribution_points`` (of last year's
        referrals), ``note``.

    Examples
    --------
    >>> one = pd.DataFrame({"source": ["police"], "contacts": [100], "referrals": [20]})
    >>> two = pd.DataFrame({"source": ["police"], "contacts": [150], "referrals": [45]})
    >>> referrals_change_by_driver(two, one)["effect"].round(1).tolist()
    [12.5, 0.0, 12.5, 25.0]
    """
    sides = [table.set_index("source")[["contacts", "referrals"]] for table in (before, now)]
    both = pd.concat(sides, axis=1, keys=["before", "now"])
    cells = both.fillna(0).to_numpy("float64").T  # contacts, referrals; before, then now
    counts = np.array([cells[1], cells[0] - cells[1], cells[3], cells[2] - cells[3]])
    effects = _drivers(counts)
    spread = t_quantile(0.95, dispersion.degrees_of_freedom) * _delta_error(
        _drivers, counts, dispersion.value
    )
    base = counts[0].sum()
    table = pd.DataFrame(
        {
            "driver": ["volume", "mix of sources", "conversion within sources", "total"],
            "effect": effects,
            "effect_lower": effects - spread,
            "effect_upper": effects + spread,
            "contribution_points": 100 * effects / base if base >= MINIMUM_BASE else np.nan,
        }
    )
    changed = both.isna().any(axis=1).sum()
    note = f"sources listed in one year only: {changed}" if changed else ""
    return table.assign(note=note)


def stage_change_by_driver(
    stages: pd.DataFrame, stages_before: pd.DataFrame, stage: str
) -> pd.DataFrame:
    """Split a later stage's change into more contacts and more of each stage per stage before.

    The stage's count is contacts × referrals per contact × assessments per referral × ...; each
    factor's effect is the logarithmic mean of the two counts times the logarithm of the factor's
    ratio. The effects sum to the change exactly. One row is a factor, then the total.

    Parameters
    ----------
    stages, stages_before : DataFrame
        Results of `demand_stages` for the two periods.
    stage : str
        A stage after contacts, such as ``assessments``.

    Returns
    -------
    DataFrame
        ``driver``, ``before``, ``now`` (counts for contacts and the total, ratios between),
        ``effect``, ``note``. A stage without a count, or with 0, has no decomposition.

    References
    ----------
    Ang (2005), Energy Policy 33 (logarithmic mean Divisia index).

    Examples
    --------
    >>> def counted(*events):
    ...     return pd.DataFrame({"stage": ["contacts", "referrals"], "events": events, "note": ""})
    >>> table = stage_change_by_driver(counted(1200, 240), counted(1000, 250), "referrals")
    >>> table["effect"].round(1).tolist()
    [44.7, -54.7, -10.0]
    """
    order = stages["stage"].tolist()
    path = order[: order.index(stage) + 1]
    one, two = (
        table.set_index("stage")["events"].reindex(path).astype("Float64").to_numpy(na_value=np.nan)
        for table in (stages_before, stages)
    )
    drivers = [path[0], *(f"{b} per {a}" for a, b in zip(path[:-1], path[1:], strict=True)), stage]
    lacking = [name for name, x, y in zip(path, one, two, strict=True) if not (x > 0 and y > 0)]
    if lacking:
        note = f"cannot be computed: no count of {', '.join(lacking)} in both years"
        return pd.DataFrame({"driver": drivers, "note": note}).reindex(
            columns=["driver", "before", "now", "effect", "note"]
        )
    ratios = [np.r_[x[0], x[1:] / x[:-1]] for x in (one, two)]
    effects = _log_mean(one[-1], two[-1]) * np.log(ratios[1] / ratios[0])
    said = [*stages["note"], *stages_before["note"]]
    return pd.DataFrame(
        {
            "driver": drivers,
            "before": np.r_[ratios[0], one[-1]],
            "now": np.r_[ratios[1], two[-1]],
            "effect": np.r_[effects, two[-1] - one[-1]],
            "note": "a stage is not held over all the months" if any(said) else "",
        }
    )


def _two_years(
    by_source: pd.DataFrame, period: str | pd.Period, source: str
) -> tuple[pd.Series, pd.Series]:
    """Contacts of each source over the months held whole in both years, now and before."""
    whole = by_source[by_source["complete"].fillna(False).astype("bool")]
    months = months_ending(period, 12)
    held = pd.DatetimeIndex(whole["month"].unique())
    months = months[months.isin(held) & months_before(months, 12).isin(held)]
    return tuple(
        whole[whole["month"].isin(side)].groupby(source)["contacts"].sum().astype("float64")
        for side in (months, months_before(months, 12))
    )


def _contributions(a: np.ndarray, b: np.ndarray, spread: float) -> dict[str, np.ndarray]:
    """Points of the total's change that each source brings, with the delta method's error."""
    total = a.sum() or np.nan
    c = (b - a) / total
    error = np.sqrt(b + (1 + c) ** 2 * a + c**2 * (total - a)) / total
    return _with_bounds("contribution", c, spread * error)


def _shares(a: np.ndarray, b: np.ndarray, spread: float) -> dict[str, np.ndarray]:
    p, q = a / (a.sum() or np.nan), b / (b.sum() or np.nan)
    error = np.sqrt(p * (1 - p) / (a.sum() or np.nan) + q * (1 - q) / (b.sum() or np.nan))
    shares = {"share_pct": 100 * q, "share_last_year_pct": 100 * p}
    return shares | _with_bounds("share_change", q - p, spread * error)


def _with_bounds(name: str, value: np.ndarray, half: np.ndarray) -> dict[str, np.ndarray]:
    return {
        f"{name}_points": 100 * value,
        f"{name}_lower_points": 100 * (value - half),
        f"{name}_upper_points": 100 * (value + half),
    }


def _drivers(counts: np.ndarray) -> np.ndarray:
    """Volume, mix, conversion and total from counts of converted and not, before and now."""
    converted = counts[[0, 2]]
    contacts = converted + counts[[1, 3]]
    total = contacts.sum(axis=1)
    mix = contacts / np.maximum(total, 1e-12)[:, None]
    # A source without contacts in one year has that year's conversion from the other: its
    # coming or going is then mix, not conversion.
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = converted / contacts
    rate = np.where(np.isnan(rate), rate[::-1], rate)
    rate = np.nan_to_num(rate)
    mean_rate, mean_mix = rate.mean(axis=0), mix.mean(axis=0)
    volume = (total[1] - total[0]) * (mean_mix * mean_rate).sum()
    mixed = total.mean() * ((mix[1] - mix[0]) * mean_rate).sum()
    conversion = (contacts.mean(axis=0) * (rate[1] - rate[0])).sum()
    return np.array([volume, mixed, conversion, volume + mixed + conversion])


def _delta_error(
    effects: Callable[[np.ndarray], np.ndarray], counts: np.ndarray, dispersion: float
) -> np.ndarray:
    """Standard errors by central differences, each count varying on its own."""
    variance = np.zeros(len(effects(counts)))
    for place in np.ndindex(counts.shape):
        step = min(0.5, counts[place] / 2)
        if not step:
            continue
        up, down = counts.copy(), counts.copy()
        up[place] += step
        down[place] -= step
        variance += dispersion * counts[place] * ((effects(up) - effects(down)) / (2 * step)) ** 2
    return np.sqrt(variance)


def _log_mean(one: float, two: float) -> float:
    return one if one == two else (two - one) / np.log(two / one)
