"""KPIs as an authority returns them, and pairs of percentages whose periods are not given.

The KPIs computed from records are in kpis_timeliness, kpis_reviews, kpis_visits and
kpis_recurrence; all give one row a month with the same columns.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods.calendar import as_at_date, month_of
from analysis.methods.intervals import wilson

# A percentage given to one decimal place can lie this far from its own counts, and no further.
_ROUNDING_POINTS = 0.05 + 1e-9


def kpi_values(kpi_return: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """KPIs of an authority's own return, recomputed where their counts are given.

    Where numerator and denominator are given the percentage is theirs, and of none there is no
    percentage; else the percentage given stands, without an interval. One row is a KPI and a
    month, from the KPI's first month to the period; a month that is not given has a row that
    says so.

    Parameters
    ----------
    kpi_return : DataFrame
        ``month``, ``kpi_code``, and of ``kpi_name``, ``numerator``, ``denominator``,
        ``value_pct``, ``target_pct``, ``direction``, ``status``, ``as_at`` those held.
    period : text "YYYY-MM" or Period

    Returns
    -------
    DataFrame
        ``kpi_code``, ``kpi_name``, ``month``, ``numerator``, ``denominator``, ``value_pct``,
        ``lower_pct``, ``upper_pct`` (Wilson 95%), ``target_pct``, ``direction``, ``status``,
        ``complete``, ``note``.

    Examples
    --------
    >>> given = pd.DataFrame({"month": pd.to_datetime(["2025-03-01"]), "kpi_code": ["ASM_45"],
    ...     "numerator": [555820], "denominator": [648830], "value_pct": [85.7]})
    >>> kpi_values(given, "2025-03")["value_pct"].round(2).item()
    85.66
    """
    last = pd.Period(period, "M").to_timestamp()
    given = kpi_return.reindex(columns=[*_GIVEN, "as_at"])
    given = given.assign(month=month_of(given["month"])).dropna(subset=["month", "kpi_code"])
    given = given[given["month"] <= last]
    table = _with_absent_months(_newest(given), last)
    counts = ["numerator", "denominator"]
    table[counts] = table[counts].astype("Int64")
    possible = (table["numerator"] <= table["denominator"]) & (table["numerator"] >= 0)
    wrong = table[counts].notna().all(axis=1) & ~possible.fillna(False)
    table["note"] = _join_notes(table["note"], wrong, "numerator above its denominator: not used")
    table.loc[wrong, [*counts, "value_pct"]] = pd.NA
    none = table["denominator"].eq(0).fillna(False).to_numpy("bool")
    table["note"] = _join_notes(table["note"], none, "cannot be computed: none in the month")
    table.loc[none, "value_pct"] = np.nan
    denominator = table["denominator"].mask(none)
    computed = (100 * table["numerator"] / denominator).to_numpy("float64", na_value=np.nan)
    stated = table["value_pct"].to_numpy("float64", na_value=np.nan)
    apart = np.abs(computed - stated) > _ROUNDING_POINTS
    table["note"] = _join_notes(
        table["note"], apart, "the percentage given is not that of its counts"
    )
    impossible = np.isnan(computed) & ((stated < 0) | (stated > 100))
    table["note"] = _join_notes(
        table["note"], impossible, "a percentage outside 0 to 100: not used"
    )
    table["value_pct"] = np.where(
        np.isnan(computed), np.where(impossible, np.nan, stated), computed
    )
    table = table.join(wilson(table["numerator"], table["denominator"]))
    silent = table["value_pct"].isna() & table["note"].eq("")
    table["note"] = _join_notes(table["note"], silent, "no value given for this month")
    table["complete"] = table["value_pct"].notna().astype("boolean")
    return table[_SHOWN]


def kpi_pairs_difference(kpi_pairs: pd.DataFrame) -> pd.DataFrame:
    """Second printed percentage minus the first, of KPIs printed in pairs.

    The paper prints two percentages a KPI and says of neither when it was: the difference is in
    percentage points and is not called a change. One row is a KPI.

    Parameters
    ----------
    kpi_pairs : DataFrame
        ``kpi_code``, ``kpi_name``, ``first_printed_pct``, ``second_printed_pct``; ``paragraph``
        where held.

    Returns
    -------
    DataFrame
        ``kpi_code``, ``kpi_name``, ``first_printed_pct``, ``second_printed_pct``,
        ``difference_points``, ``paragraph``, ``note``.

    Examples
    --------
    >>> pairs = pd.DataFrame({"kpi_code": ["kpi_1"], "kpi_name": ["KPI 1"],
    ...                       "first_printed_pct": [91.2], "second_printed_pct": [91.1]})
    >>> kpi_pairs_difference(pairs)["difference_points"].tolist()
    [-0.1]
    """
    named = ["kpi_code", "kpi_name", "first_printed_pct", "second_printed_pct"]
    table = kpi_pairs.reindex(columns=[*named, "paragraph"]).reset_index(drop=True)
    difference = table["second_printed_pct"] - table["first_printed_pct"]
    # Both are printed to a decimal place or two; more would be the computer's own digits.
    table.insert(4, "difference_points", difference.round(6))
    missing = table["difference_points"].isna()
    said = "periods and denominators not given in the source"
    table["note"] = np.where(missing, "cannot be computed: one of the pair is missing", said)
    return table


_GIVEN = [
    *("kpi_code", "kpi_name", "month", "numerator", "denominator", "value_pct"),
    *("target_pct", "direction", "status"),
]
_SHOWN = [
    *("kpi_code", "kpi_name", "month", "numerator", "denominator", "value_pct"),
    *("lower_pct", "upper_pct", "target_pct", "direction", "status", "complete", "note"),
]


def _newest(given: pd.DataFrame) -> pd.DataFrame:
    """One row a KPI and month: the newest extract's; rows that disagree give no value."""
    dates = {text: as_at_date(text) for text in given["as_at"].unique()}
    given = given.assign(as_at=given["as_at"].map(dates).astype("datetime64[us]"))
    given = given.sort_values(["kpi_code", "month", "as_at"], na_position="first", kind="stable")
    keys = ["kpi_code", "month"]
    if not given.duplicated(keys).any():
        return given.assign(note="").drop(columns="as_at").reset_index(drop=True)
    newest = given.groupby(keys)["as_at"].transform("max")
    given = given[given["as_at"].eq(newest) | newest.isna()]
    numbers = ["numerator", "denominator", "value_pct"]
    distinct = given.drop_duplicates([*keys, *numbers])
    disagree = distinct.duplicated(keys, keep=False)
    several = given.duplicated(keys, keep=False).reindex(distinct.index)
    note = np.select(
        [disagree, several],
        ["given twice with different values: not used", "given twice with the same values"],
        "",
    )
    table = distinct.assign(note=note)
    table.loc[disagree, numbers] = np.nan
    return table.drop_duplicates(keys).drop(columns="as_at").reset_index(drop=True)


def _with_absent_months(table: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Every month from a KPI's first to the last; what a KPI is does not lapse with a month."""
    if not len(table):
        return table
    firsts = table.groupby("kpi_code", sort=False)["month"].min()
    months = [
        (code, month)
        for code, first in firsts.items()
        for month in pd.date_range(first, last, freq="MS")
    ]
    grid = pd.DataFrame(months, columns=["kpi_code", "month"])
    grid["month"] = grid["month"].astype(table["month"].dtype)
    table = grid.merge(table, on=["kpi_code", "month"], how="left")
    lasting = ["kpi_name", "target_pct", "direction"]
    filled = table.groupby("kpi_code", sort=False)[lasting].ffill()
    absent = table["note"].isna()
    table.loc[absent, lasting] = filled[absent]
    table["note"] = table["note"].astype("str").fillna("not given for this month")
    return table


def _join_notes(notes: pd.Series, where: pd.Series | np.ndarray, text: str) -> pd.Series:
    where = np.asarray(where, "bool")
    if not where.any():
        return notes
    added = notes.where(notes.eq(""), notes + "; ") + text
    return notes.mask(where, added)
