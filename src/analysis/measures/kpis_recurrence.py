"""Re-referrals, repeat child protection plans, and children who move placement often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.methods.calendar import months_ending, whole_days
from analysis.methods.coverage import (
    held_from,
    latest_as_at,
    partial_months,
    starts_held_from,
    without_ends,
)
from analysis.methods.rates import (
    counts_by_month,
    cut_groups,
    lacking_columns,
    rate_table,
    with_note,
    without_rate,
)
from analysis.methods.recurrence import previous_date, year_before

# Placed for adoption with the current foster carer (consent; placement order): no move.
_SAME_CARER = ("A3", "A5")
# Agreed series of short breaks.
_SHORT_BREAKS = ("V3", "V4")
_SPAN = ("care_start_date", "care_end_date", "placement_start_date")


def re_referrals_in_12_months(
    referrals: pd.DataFrame, period: str | pd.Period, *, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Share of referrals within 12 months of an earlier referral of the same child.

    Denominator: referrals received in the month. Numerator: those whose child has a referral on
    an earlier day, at most 12 calendar months before (the same day of the year before counts).
    Two referrals on one day do not repeat each other. Good is low. One row is a month.

    Parameters
    ----------
    referrals : DataFrame
        ``child_id``, ``referral_date``, the cut; ``as_at`` where given.
    period : text "YYYY-MM" or Period
    by : columns to cut by

    Returns
    -------
    DataFrame
        ``month``, the cut, ``numerator``, ``denominator``, ``value_pct``, ``lower_pct``,
        ``upper_pct``, ``open_past_deadline`` (missing: there is no deadline), ``complete``,
        ``note``. A month whose 12 months before are not held has no rate, and the note says so.

    Notes
    -----
    DfE: percentage of referrals within 12 months of a previous referral; England 2024-25 is
    22.6%. A contact about an open case is no referral; rows are taken as the extract has them.

    Examples
    --------
    >>> referrals = pd.DataFrame({"child_id": ["a", "b", "a"], "referral_date":
    ...     pd.to_datetime(["2020-03-02", "2021-03-01", "2021-03-02"])})
    >>> re_referrals_in_12_months(referrals, "2021-03")["value_pct"].tolist()[-1]
    50.0
    """
    lacking = lacking_columns(referrals, ["child_id", "referral_date", *by])
    if lacking:
        return without_rate(period, by, lacking)
    last = pd.Period(period, "M")
    day = whole_days(referrals["referral_date"])
    before = previous_date(referrals["child_id"], referrals["referral_date"])
    repeated = before >= year_before(day)
    dates, as_at = referrals["referral_date"].dropna(), latest_as_at(referrals)
    table = _events(referrals, day, repeated, last, by, partial_months(dates, as_at)[1])
    first = held_from(dates, as_at)
    short = table["month"] < first + pd.DateOffset(years=1)
    table.loc[short, ["value_pct", "lower_pct", "upper_pct"]] = np.nan
    table.loc[short, ["numerator"]] = pd.NA
    table.loc[short, "note"] = (
        f"cannot be computed: the 12 months before are not held (from {first:%B %Y})"
    )
    return table


def repeat_cp_plans(
    cp_plans: pd.DataFrame, period: str | pd.Period, *, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Share of child protection plans that are a child's second or later plan, ever.

    Denominator: plans starting in the month. Numerator: plans of children with any plan before,
    however long ago. Good is low. One row is a month.

    Parameters
    ----------
    cp_plans : DataFrame
        ``child_id``, ``start_date``, ``previous_plans`` (count), the cut.
    period : text "YYYY-MM" or Period
    by : columns to cut by

    Returns
    -------
    DataFrame
        As in `re_referrals_in_12_months`, from the month of the first plan that is held as
        ended: of plans that began before, only those that lasted are held. Where none has
        ended, only the extract's last whole month counts, and the note says so. A plan without
        ``previous_plans`` is left out and counted in the note.

    Notes
    -----
    DfE: children who became the subject of a plan for a second or subsequent time; England
    2024-25 is 24.5%. ``previous_plans`` counts this authority's own, the old register included.

    Examples
    --------
    >>> plans = pd.DataFrame({"child_id": ["a", "b"], "previous_plans": [0, 2],
    ...                       "start_date": pd.to_datetime(["2021-03-01", "2021-03-02"])})
    >>> repeat_cp_plans(plans, "2021-03")["value_pct"].item()
    50.0
    """
    lacking = lacking_columns(cp_plans, ["start_date", "previous_plans", *by])
    if lacking:
        return without_rate(period, by, lacking)
    known = cp_plans["previous_plans"].notna()
    as_at = latest_as_at(cp_plans)
    first = starts_held_from(cp_plans, "start_date", ["end_date"], as_at)
    recent = cp_plans["start_date"] >= first
    used, known = cp_plans[known & recent], known[recent]
    last = pd.Period(period, "M")
    unended = without_ends(cp_plans, ["end_date"], last)
    if not len(used):
        why = _no_plans(first, len(known))
        return without_rate(period, by, f"{why}; {unended}" if unended else why)
    repeated = (used["previous_plans"].astype("float64") > 0).to_numpy()
    partial = partial_months(used["start_date"], as_at)[1]
    day = whole_days(used["start_date"])
    table = with_note(_events(used, day, repeated, last, by, partial), unended)
    unknown = int((~known).sum())
    said = f"plans without the number of previous plans, left out: {unknown:,}"
    return with_note(table, said if unknown else "")


def cla_3_or_more_placements(
    cla_episodes: pd.DataFrame,
    period: str | pd.Period,
    *,
    by: Sequence[str] = (),
    months: int = 36,
) -> pd.DataFrame:
    """Share of looked after children with three or more placements in the 12 months before.

    Denominator: children looked after at the month's end, without those in an agreed series of
    short breaks. Numerator: those with three or more placements of 24 hours or more that were
    open at any time in the 12 months to that day; the one open when they began counts. Adoption
    by the current foster carer is no new placement. Good is low. One row is a month's end.

    Parameters
    ----------
    cla_episodes : DataFrame
        One row a placement: ``child_id``, ``care_start_date``, ``care_end_date``,
        ``placement_start_date``, ``placement_end_date``; ``placement_type`` and
        ``legal_status`` where held; the cut (of the child's latest placement).
    period : text "YYYY-MM" or Period
    by : columns to cut by
    months : int
        Months' ends to give at most; fewer where ended placements are not held 12 months back.

    Returns
    -------
    DataFrame
        As in `re_referrals_in_12_months`. Where no placement has ended, earlier placements are
        not known: there is no rate, and the note says so.

    Notes
    -----
    DfE: children looked after at 31 March with three or more placements during the year; England
    2024-25 is 10%. In March this is DfE's measure.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> care = pd.DataFrame({"child_id": ["a", "a", "a", "b"],
    ...     "care_start_date": day(["2020-05-01"] * 3 + ["2020-05-01"]),
    ...     "care_end_date": day([None] * 4),
    ...     "placement_start_date": day(["2020-05-01", "2020-06-01", "2020-09-01", "2020-05-01"]),
    ...     "placement_end_date": day(["2020-06-01", "2020-09-01", None, None])})
    >>> cla_3_or_more_placements(care, "2021-03", months=1)["value_pct"].item()
    50.0
    """
    needed = ["child_id", "care_start_date", "placement_start_date", *by]
    lacking = lacking_columns(cla_episodes, needed)
    if lacking:
        return without_rate(period, by, lacking)
    last = pd.Period(period, "M")
    care = _long_term(cla_episodes)
    shown = _month_ends(care, last, months)
    codes, groups = cut_groups(care, by)
    group = _group_at_month_end(care, codes, shown)
    moves = _placements_in_year(_placements(care), shown, len(group[0]))
    often = [own[(own >= 0) & (number >= 3)] for own, number in zip(group, moves, strict=True)]
    numerator = np.array([np.bincount(own, minlength=len(groups)) for own in often])
    denominator = np.array([np.bincount(own[own >= 0], minlength=len(groups)) for own in group])
    table = rate_table(shown, groups, numerator, denominator, none_note="no child looked after")
    unended = without_ends(care, ["placement_end_date"], last)
    if unended:  # where only open placements are held, no child would have more than one
        table[["value_pct", "lower_pct", "upper_pct"]] = np.nan
        table["numerator"] = pd.array([pd.NA] * len(table), "Int64")
        table["note"] = f"cannot be computed: {unended}"
    return table


def _no_plans(first: pd.Timestamp, unknown: int) -> str:
    """Why no plan can be counted: none begins where they are held whole, or none has its count.

    Examples
    --------
    >>> _no_plans(pd.Timestamp("2025-08-01"), 0)
    'no plan begins in or after August 2025, from when plans are held whole'
    """
    begins = f"begins in or after {first:%B %Y}, from when plans are held whole"
    if unknown:
        return f"no plan that {begins}, has the number of previous plans"
    return f"no plan {begins}"


def _events(
    table: pd.DataFrame,
    day: np.ndarray,
    marked: np.ndarray,
    last: pd.Period,
    by: Sequence[str],
    partial: dict[pd.Timestamp, str],
) -> pd.DataFrame:
    first = pd.Period(pd.Timestamp(day[~np.isnat(day)].min()), "M")
    months = months_ending(last, max(1, (last - first).n + 1))
    codes, groups = cut_groups(table, by)
    counted = counts_by_month(day, codes, months, len(groups))
    found = counts_by_month(day[marked], codes[marked], months, len(groups))
    return rate_table(months, groups, found, counted, partial=partial)


def _long_term(cla_episodes: pd.DataFrame) -> pd.DataFrame:
    """Placements outside series of short breaks, the end columns present."""
    care = cla_episodes
    if "legal_status" in care:
        care = care[~care["legal_status"].astype("str").str[:2].isin(_SHORT_BREAKS)]
    care = care.dropna(subset=["child_id", "care_start_date"])
    missing = [name for name in ("care_end_date", "placement_end_date") if name not in care]
    care = care.assign(**{name: pd.Series(pd.NaT, care.index) for name in missing})
    care["child"] = pd.factorize(care["child_id"])[0]
    return care.sort_values("placement_start_date", kind="stable", ignore_index=True)


def _placements(care: pd.DataFrame) -> pd.DataFrame:
    """Placements of 24 hours or more, each once; adoption by the same carer is no new one."""
    kept = ~(care["placement_end_date"] <= care["placement_start_date"])
    if "placement_type" in care:
        kept &= ~care["placement_type"].astype("str").str[:2].isin(_SAME_CARER)
    columns = ["child", "placement_start_date", "placement_end_date"]
    return care.loc[kept, columns].drop_duplicates(columns[:2], keep="last")


def _month_ends(care: pd.DataFrame, last: pd.Period, months: int) -> pd.DatetimeIndex:
    """Months whose 12 months before are held: ended placements show how far back records go."""
    ends = care["placement_end_date"].dropna()
    if not len(ends):
        return months_ending(last, 1)
    whole = (last - pd.Period(ends.min(), "M")).n - 11
    return months_ending(last, max(1, min(months, whole)))


def _group_at_month_end(
    care: pd.DataFrame, codes: np.ndarray, months: pd.DatetimeIndex
) -> list[np.ndarray]:
    """For each month the group of each child looked after on its last day; -1 of any other.

    A child's group is that of the latest placement, which stands last in the table.
    """
    child, children = care["child"].to_numpy(), care["child_id"].nunique()
    begun, ended, placed = (care[name].to_numpy("datetime64[us]") for name in _SPAN)
    found = []
    for end in _last_days(months):
        present = (begun <= end) & ~(ended <= end) & (placed <= end)
        group = np.full(children, -1)
        group[child[present]] = codes[present]
        found.append(group)
    return found


def _placements_in_year(
    placements: pd.DataFrame, months: pd.DatetimeIndex, children: int
) -> list[np.ndarray]:
    """For each month the placements that each child had in the 12 months to its last day."""
    child = placements["child"].to_numpy()
    first = placements["placement_start_date"].to_numpy("datetime64[us]")
    last = placements["placement_end_date"].to_numpy("datetime64[us]")
    year_starts = (months - pd.DateOffset(months=11)).to_numpy("datetime64[us]")
    return [
        np.bincount(child[(first <= end) & ~(last < start)], minlength=children)
        for start, end in zip(year_starts, _last_days(months), strict=True)
    ]


def _last_days(months: pd.DatetimeIndex) -> np.ndarray:
    return (months + pd.offsets.MonthEnd(0)).to_numpy("datetime64[us]")
