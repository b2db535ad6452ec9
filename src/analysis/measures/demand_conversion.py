"""Conversion over a year against the year before, of the months that could be followed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods.intervals import wilson

_MONTHS = 12
_COUNTS = ["followed", "converted"]


def conversion_on_last_year(conversion: pd.DataFrame) -> pd.DataFrame:
    """Set each step's conversion over its latest 12 months beside that of the 12 before them.

    A month is used where all its events could be followed for all of the step's days, so a step
    of 365 days is judged on older months than one of 30. One row is a step.

    Parameters
    ----------
    conversion : DataFrame
        Result of `conversion_by_month` without a cut: ``step``, ``month``, ``events``,
        ``followed``, ``converted``, ``within_days``, ``note``.

    Returns
    -------
    DataFrame
        ``step``, ``first_month``, ``last_month``, ``followed``, ``converted``,
        ``conversion_pct``, ``lower_pct``, ``upper_pct`` (Wilson 95%); the same counts and share
        with ``_last_year``; ``change_points`` with ``change_lower_points`` and
        ``change_upper_points`` (Newcombe 95%), ``dispersion``, ``within_days`` and ``note``.

    Notes
    -----
    Brothers and sisters, and a child's several contacts, go on together. Both intervals count
    each step's events for as many as their months' own scatter within the two years bears out
    (the Pearson statistic over its 22 degrees of freedom, never below 1).

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, method 10.

    Examples
    --------
    >>> months = pd.DataFrame({"step": "contact to referral",
    ...     "month": pd.date_range("2020-01-01", periods=24, freq="MS"), "events": 100,
    ...     "followed": 100, "converted": [20] * 12 + [25] * 12, "within_days": 30, "note": ""})
    >>> row = conversion_on_last_year(months).iloc[0]
    >>> [float(row[name]) for name in ("conversion_last_year_pct", "conversion_pct")]
    [20.0, 25.0]
    """
    rows = [_one_step(step, table) for step, table in conversion.groupby("step", sort=False)]
    table = pd.DataFrame(rows).astype(dict.fromkeys(_counts_of_both(), "Int64"))
    for side, bounds in (("", ["lower_pct", "upper_pct"]), ("_last_year", ["low", "high"])):
        followed, converted = table[f"followed{side}"], table[f"converted{side}"]
        share = 100 * converted.astype("Float64") / followed.mask(followed == 0)
        table[f"conversion{side}_pct"] = share.astype("float64")
        worth = table["dispersion"].to_numpy()
        table[bounds] = wilson(_less(converted, worth), _less(followed, worth)).to_numpy()
    return _with_change(table).drop(columns=["low", "high"])


def converted_by_source(conversion: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contacts and those followed by a referral, by source, of 12 months and the 12 before.

    The months are those that `conversion_on_last_year` uses of the first step. One row is a
    source.

    Parameters
    ----------
    conversion : DataFrame
        Result of `conversion_by_month` of one step, cut by ``source``.

    Returns
    -------
    tuple of two DataFrames
        This year and the year before, each ``source``, ``contacts``, ``referrals``; both empty
        where 24 months could not be followed.

    Examples
    --------
    >>> months = pd.DataFrame({"source": "police",
    ...     "month": pd.date_range("2020-01-01", periods=24, freq="MS"), "events": 100,
    ...     "followed": 100, "converted": [20] * 12 + [25] * 12, "note": ""})
    >>> now, before = converted_by_source(months)
    >>> now["referrals"].item(), before["referrals"].item()
    (300, 240)
    """
    if "source" not in conversion:
        empty = pd.DataFrame({"source": [], "contacts": [], "referrals": []})
        return empty, empty
    months = conversion.groupby("month")[["events", "followed"]].sum()
    whole = months.index[(months["events"] > 0) & (months["events"] == months["followed"])]
    spans = _spans(whole)
    if spans is None:
        return converted_by_source(pd.DataFrame())
    now, before = (
        conversion[conversion["month"].isin(span)]
        .groupby("source", as_index=False)[_COUNTS]
        .sum()
        .set_axis(["source", "contacts", "referrals"], axis=1)
        for span in spans
    )
    return now, before


def _one_step(step: str, table: pd.DataFrame) -> dict:
    row = {"step": step, "first_month": pd.NaT, "last_month": pd.NaT, "note": ""}
    row |= dict.fromkeys(_counts_of_both(), pd.NA) | {"dispersion": 1.0}
    row |= {"within_days": table["within_days"].max()}
    whole = table[(table["events"] > 0) & (table["followed"] == table["events"])]
    spans = _spans(pd.DatetimeIndex(whole["month"]))
    if spans is None:
        said = table["note"].iloc[0] if table["events"].isna().all() else ""
        return row | {"note": said or _too_few(pd.DatetimeIndex(whole["month"]))}
    counts = whole[_COUNTS].to_numpy("float64")
    years = [counts[whole["month"].isin(span)] for span in spans]
    row["dispersion"] = max(1.0, sum(map(_pearson, years)) / (2 * _MONTHS - 2))
    row |= {"first_month": spans[0][0], "last_month": spans[0][-1]}
    sums = np.concatenate([year.sum(axis=0) for year in years])
    return row | {name: int(n) for name, n in zip(_counts_of_both(), sums, strict=True)}


def _pearson(year: np.ndarray) -> float:
    """Pearson's statistic of the months' shares around the year's; followed, then converted."""
    followed, converted = year.T
    share = converted.sum() / followed.sum()
    if share in (0, 1):
        return 0.0
    return float(((converted - share * followed) ** 2 / (share * (1 - share) * followed)).sum())


def _less(counts: pd.Series, dispersion: np.ndarray) -> pd.Series:
    return counts.astype("Float64") / dispersion


def _counts_of_both() -> list[str]:
    return [*_COUNTS, *(f"{name}_last_year" for name in _COUNTS)]


def _spans(whole: pd.DatetimeIndex) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex] | None:
    """The 12 months to the latest whole one and the 12 before them; None unless all are whole."""
    if not len(whole):
        return None
    months = pd.date_range(end=whole.max(), periods=2 * _MONTHS, freq="MS")
    if not months.isin(whole).all():
        return None
    return months[_MONTHS:], months[:_MONTHS]


def _too_few(whole: pd.DatetimeIndex) -> str:
    """Why there is no comparison: how many of the 24 months to the latest whole one are whole."""
    recent = whole[whole > whole.max() - pd.DateOffset(months=2 * _MONTHS)]
    had = f"of the {2 * _MONTHS} to the latest such month, {len(recent)} had them"
    return (
        f"cannot be computed: {2 * _MONTHS} months in a row with events that could be followed "
        f"are needed; {had if len(recent) else 'no month had them'}"
    )


def _with_change(table: pd.DataFrame) -> pd.DataFrame:
    now, before = table["conversion_pct"], table["conversion_last_year_pct"]
    change = now - before
    down = np.sqrt((now - table["lower_pct"]) ** 2 + (table["high"] - before) ** 2)
    up = np.sqrt((table["upper_pct"] - now) ** 2 + (before - table["low"]) ** 2)
    return table.assign(
        change_points=change,
        change_lower_points=change - down,
        change_upper_points=change + up,
    )
