"""The board of KPIs: every indicator an authority has, from its records and from its KPI return.

One long table, one row an indicator and month. An indicator that both give is shown from the
records; the return's figure is reconciled in words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from analysis.measures import (
    kpis,
    kpis_rates,
    kpis_recurrence,
    kpis_reviews,
    kpis_timeliness,
    kpis_visits,
)
from analysis.measures.definitions import definition
from analysis.methods.cumulative_series import YEAR_TO_DATE, cumulative_input, uncumulate
from analysis.methods.records import rows_of
from analysis.reporting.numbers import is_missing, month_name, plain
from analysis.reporting.page import Page

MONTHS = 36
RECORDS: dict[Callable, tuple[str, ...]] = {
    kpis_timeliness.contact_decisions_in_1_working_day: ("contacts",),
    kpis_timeliness.referral_decisions_in_1_working_day: ("referrals",),
    kpis_rates.referrals_per_10000_in_month: ("referrals",),
    kpis_recurrence.re_referrals_in_12_months: ("referrals",),
    kpis_timeliness.assessments_in_45_working_days: ("assessments",),
    kpis_timeliness.icpc_in_15_working_days: ("section47",),
    kpis_reviews.cp_reviews_in_timescale: ("cp_plans", "cp_reviews"),
    kpis_visits.cp_visits_in_timescale: ("cp_plans", "cp_visits"),
    kpis_recurrence.repeat_cp_plans: ("cp_plans",),
    kpis_reviews.cla_reviews_in_timescale: ("cla_episodes", "cla_reviews"),
    kpis_visits.cla_visits_in_timescale: ("cla_episodes", "cla_visits"),
    kpis_recurrence.cla_3_or_more_placements: ("cla_episodes",),
}
"""The indicators computed from records, and the extracts each needs, in the child's order."""

WITH_CLOSURE_DAYS = frozenset(
    {
        kpis_timeliness.contact_decisions_in_1_working_day,
        kpis_timeliness.referral_decisions_in_1_working_day,
        kpis_timeliness.assessments_in_45_working_days,
        kpis_timeliness.icpc_in_15_working_days,
        kpis_visits.cp_visits_in_timescale,
        kpis_reviews.cla_reviews_in_timescale,
    }
)
HISTORIES = frozenset(
    {"cp_reviews_in_timescale", "cla_reviews_in_timescale", "cla_3_or_more_placements"}
)
"""Indicators that count the same months of the same children at each month's end again."""

_WORKED_FROM = ("numerator", "denominator", "unit")

COLUMNS = (
    *("kpi_code", "kpi_name", "month", "value", "numerator", "denominator", "lower", "upper"),
    *("unit", "direction", "target", "open_past_deadline", "status", "complete", "note"),
    *("contract", "source", "worked", "series_note"),
)


def kpi_months(page: Page, codes: Collection[str] | None = None) -> pd.DataFrame:
    """Every indicator of the authority by month, the last 36 months to the period.

    Parameters
    ----------
    page
        The page, whose extracts hold any of the records or a KPI return.
    codes
        The indicators wanted, where not all are.

    Returns
    -------
    pandas.DataFrame
        One row an indicator and month: kpi_code, kpi_name, month; value in ``unit`` (%, count or
        per 10,000), numerator, denominator, lower, upper (95%); direction (high, low, none),
        target in force, open_past_deadline (cases), status, complete, note; contract and source
        that it was computed from, worked (the formula with its values), and series_note (what
        was done to the whole series, and how it agrees with the return).
    """
    records, returned = from_records(page, codes), from_return(page, codes)
    both = set(records["kpi_code"]) & set(returned["kpi_code"])
    said = {code: _reconciled(records, returned, code) for code in both}
    records["series_note"] = records["kpi_code"].map(said).astype("object").fillna("")
    board = _joined([records, returned[~returned["kpi_code"].isin(both)]])
    board["target"] = _targets_by_month(page, board).fillna(board["target"])
    board["worked"] = [_worked(row) for row in rows_of(board, _WORKED_FROM)]
    first = (page.period - MONTHS + 1).to_timestamp()
    return board[board["month"] >= first].reset_index(drop=True)


def from_records(page: Page, codes: Collection[str] | None = None) -> pd.DataFrame:
    """The indicators that the authority's records give, or those wanted of them."""
    tables, read = [pd.DataFrame(columns=list(COLUMNS))], {}
    for measure, contracts in RECORDS.items():
        wanted = codes is None or measure.__name__ in codes
        if not (wanted and page.has(*contracts)):
            continue
        options = (
            {"closure_days": page.authority.closure_days} if measure in WITH_CLOSURE_DAYS else {}
        )
        if measure is kpis_rates.referrals_per_10000_in_month:
            options = {"population": kpis_rates.population_by_year(page.authority.raw)}
        table = measure(*map(page.table, contracts), page.period, **options)
        tables.append(_as_board(table, measure.__name__))
        read[measure.__name__] = (contracts[0], "; ".join(map(page.source, contracts)))
    return _described(_stacked(tables), read)


def from_return(page: Page, codes: Collection[str] | None = None) -> pd.DataFrame:
    """The indicators of the authority's KPI return; year-to-date figures taken apart by month."""
    if not page.has("kpi_return"):
        return pd.DataFrame(columns=list(COLUMNS))
    given = page.table("kpi_return")
    if codes is not None:
        given = given[given["kpi_code"].isin(codes)]
    table = kpis.kpi_values(given, page.period)
    if table.empty:  # none of those wanted, or none as early as the period
        return pd.DataFrame(columns=list(COLUMNS))
    table = table.rename(
        columns={"value_pct": "value", "lower_pct": "lower", "upper_pct": "upper"}
    ).rename(columns={"target_pct": "target"})
    counted = table.groupby("kpi_code")["value"].transform("count").eq(0)
    counted &= table["numerator"].notna() & table["denominator"].isna()
    table["unit"] = np.where(counted, "count", "%")
    table["value"] = table["value"].mask(counted, table["numerator"].astype("float64"))
    table["note"] = table["note"].mask(counted, "")
    names = table["kpi_name"].fillna(table["kpi_code"])
    table = table.assign(kpi_name=names, contract="kpi_return", source=page.source("kpi_return"))
    board = _stacked([table])
    for _, rows in table.groupby("kpi_code", sort=False):
        if cumulative_input(rows["value"].set_axis(rows["month"]), rows).kind == YEAR_TO_DATE:
            apart = _taken_apart(rows)
            board.loc[apart.index, apart.columns] = apart
    return board


def not_held(page: Page) -> list[tuple[str, tuple[str, ...]]]:
    """Indicators that cannot be computed for want of an extract: their titles and what is missing.

    Indicators that the return gives instead are left out.
    """
    returned = set(page.table("kpi_return")["kpi_code"]) if page.has("kpi_return") else set()
    return [
        (definition(measure.__name__).title, tuple(c for c in contracts if not page.has(c)))
        for measure, contracts in RECORDS.items()
        if not page.has(*contracts) and measure.__name__ not in returned
    ]


def _as_board(table: pd.DataFrame, code: str) -> pd.DataFrame:
    """One measure's table with its numbers in the columns of the board."""
    kind = definition(code)
    names = {kind.value: "value", kind.lower: "lower", kind.upper: "upper"}
    return table.set_axis([names.get(name, name) for name in table], axis=1).assign(kpi_code=code)


def _described(board: pd.DataFrame, read: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """The board with what each indicator is, and the contract and source that it was read from."""
    words = [
        (kind.id, kind.title, kind.unit, kind.direction, *read[kind.id])
        for kind in map(definition, read)
    ]
    names = ["kpi_code", "kpi_name", "unit", "direction", "contract", "source"]
    by_code = pd.DataFrame(words, columns=names, dtype="str").set_index("kpi_code")
    for name in by_code:
        board[name] = board["kpi_code"].map(by_code[name])
    return board


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True)


def _stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The tables in the columns of the board, each column of its own kind."""
    table = _joined(tables).reindex(columns=list(COLUMNS))
    for name in ("value", "numerator", "denominator", "lower", "upper", "target"):
        table[name] = table[name].astype("Float64").astype("float64")
    table["month"] = pd.to_datetime(table["month"])
    for name in ("note", "series_note", "status"):
        table[name] = table[name].astype("str").replace("nan", "").fillna("")
    return table


def _taken_apart(rows: pd.DataFrame) -> pd.DataFrame:
    """A year-to-date series by month, in the columns that this changes, and said to be."""
    values = rows["value"].set_axis(rows["month"])
    counts = rows.set_index("month")[["numerator", "denominator"]].astype("Float64")
    if counts.notna().all(axis=None):
        apart = counts.apply(lambda side: uncumulate(side.astype(float), measure="count"))
        # a correction can take more from a month than it had: then nothing is known of that month
        apart = apart.where((apart >= 0).all(axis=1) & (apart["denominator"] > 0))
        value = 100 * apart["numerator"] / apart["denominator"]
        how = "The return gives the year to date; months are worked from its counts."
    else:
        measure = "count" if rows["unit"].eq("count").all() else "percentage"
        apart = counts * np.nan
        value = uncumulate(values, measure=measure)
        how = "The return gives the year to date; months are worked as if they had equal cases."
    return pd.DataFrame(
        {
            "value": value.to_numpy("float64"),
            "numerator": apart["numerator"].to_numpy("float64"),
            "denominator": apart["denominator"].to_numpy("float64"),
            **{"lower": np.nan, "upper": np.nan},
            "series_note": how,
        },
        index=rows.index,
    )


def _targets_by_month(page: Page, board: pd.DataFrame) -> pd.Series:
    """The target in force in each row's month, from the authority's own list."""
    codes, months = board["kpi_code"].to_numpy(dtype=object), board["month"].to_numpy()
    found = np.full(len(board), np.nan)
    for code, steps in page.authority.targets.items():
        for step in sorted(steps, key=lambda item: str(item["from"])):
            start = np.datetime64(str(step["from"])[:7], "M")
            found[(codes == code) & (months >= start)] = float(step["value"])
    return pd.Series(found, board.index)


def _reconciled(records: pd.DataFrame, returned: pd.DataFrame, code: str) -> str:
    """How the return's newest figure of an indicator agrees with the records."""
    pair = records[records["kpi_code"] == code].merge(
        returned[returned["kpi_code"] == code], on="month", suffixes=("", "_returned")
    )
    pair = pair.dropna(subset=["value", "value_returned"])
    if pair.empty:
        return "The KPI return names it too, for no month that both give; shown from records."
    apart = (pair["value"] - pair["value_returned"]).abs()
    month, newest = month_name(pair["month"].iloc[-1]), round(pair["value_returned"].iloc[-1], 1)
    if apart.max() < 0.05 + 1e-9:
        return f"The KPI return gives the same in every month that both give ({len(pair)})."
    return (
        f"Shown from records. The KPI return differs in {(apart >= 0.05).sum()} of {len(pair)} "
        f"months that both give; for {month} it gives {plain(newest)}."
    )


def _worked(row: dict) -> str:
    """A row's own formula: its counts where they are given, else nothing."""
    if is_missing(row["denominator"]) or is_missing(row["numerator"]):
        return "As returned"
    times = {"%": " × 100", "per 10,000": " × 10,000"}[row["unit"]]
    return f"{plain(row['numerator'])} ÷ {plain(row['denominator'])}{times}"
