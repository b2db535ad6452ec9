"""Contacts: how many, about how many children, and how much a count of them varies by chance.

A contact is any approach to children's social care about one child. Contacts are not children:
one child may have several, and several children may be in one approach (one row each).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.methods.calendar import (
    SUPPORTED_FIRST,
    SUPPORTED_LAST,
    as_at_date,
    month_of,
    months_of_days,
    whole_days,
)
from analysis.methods.coverage import is_whole, latest_as_at, long_date, partial_months
from analysis.methods.intervals import (
    DEFAULT,
    Dispersion,
    cluster_dispersion,
    seasonal_dispersion,
    short_run_dispersion,
)
from analysis.methods.monthly import whole_months
from analysis.methods.rates import NOT_RECORDED, counts_by_month, cut_groups


def contacts_by_month(
    contacts: pd.DataFrame, period: str | pd.Period, *, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Count contacts by the month in which they were received.

    Each record of a contact about a child is counted once. One row is a month (and a value of
    the cut), from the first month held to the period.

    Parameters
    ----------
    contacts : DataFrame
        Either records (``contact_date``, and the columns of the cut) or monthly totals
        (``month``, ``contacts``); ``as_at`` where given.
    period : text "YYYY-MM" or Period
        Last month.
    by : columns to cut by, such as ``source``, ``outcome`` or ``team``
        Records without a value are counted as "not recorded".

    Returns
    -------
    DataFrame
        ``month``, the columns of the cut, ``contacts`` (missing where no contacts are held),
        ``complete`` (False for a month that the extract holds only in part: its count must not
        be compared with a whole month's) and ``note`` (empty, or what is wrong with the month).

    Raises
    ------
    ValueError
        The table is neither of the two.

    Notes
    -----
    No national definition of a contact exists; councils count differently. A month is whole
    where none of its working days lies after the extract's date, and where the records do not
    begin or end inside it.

    Examples
    --------
    >>> totals = pd.DataFrame({"month": pd.to_datetime(["2021-03-01", "2021-05-01"]),
    ...                        "contacts": [2498, 2462]})
    >>> table = contacts_by_month(totals, "2021-05")
    >>> table["contacts"].tolist(), table["note"].iloc[1]
    ([2498, <NA>, 2462], 'no contacts held for this month')
    """
    last = pd.Period(period, "M").to_timestamp()
    if "contact_date" in contacts:
        return _counted_records(contacts, last, list(by))
    if {"month", "contacts"} <= set(contacts.columns):
        return _checked_totals(contacts, last, list(by))
    raise ValueError(
        "contacts must have either contact_date (records) or month and contacts (totals); "
        f"the table has {sorted(contacts.columns)}"
    )


def contact_children_by_month(contacts: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Count the children whom a month's contacts are about, and the child-days.

    A child is counted once a month however many contacts there were; a child-day is a child on
    a day with at least one contact. One row is a month.

    Parameters
    ----------
    contacts : DataFrame
        Records: ``child_id``, ``contact_date``; ``as_at`` where given.
    period : text "YYYY-MM" or Period

    Returns
    -------
    DataFrame
        ``month``, ``contacts``, ``children``, ``child_days``, ``contacts_per_child``,
        ``complete``, ``note``. From monthly totals children cannot be counted: the note says so.

    Examples
    --------
    >>> records = pd.DataFrame({"child_id": ["a", "a", "b"], "contact_date":
    ...     pd.to_datetime(["2021-03-01", "2021-03-01", "2021-03-31"])})
    >>> contact_children_by_month(records, "2021-03")[["contacts", "children", "child_days"]]
       contacts  children  child_days
    0         3         2           2
    """
    table = contacts_by_month(contacts, period)
    if "child_id" not in contacts or "contact_date" not in contacts:
        children = pd.array([pd.NA] * len(table), "Int64")
        return _with_children(table, children, children).assign(
            note="cannot be computed: column child_id missing (monthly totals only)"
        )
    days = whole_days(contacts["contact_date"])
    held = ~np.isnat(days) & contacts["child_id"].notna().to_numpy()
    child = pd.factorize(contacts["child_id"])[0][held].astype("int64")
    days = days[held]
    # Sorted by child, then day: a child-day is a new key, a child in a month a new child or month.
    keys = np.sort(child << 20 | days.astype("int64"))
    keys = keys[np.diff(keys, prepend=-1) != 0]
    months = months_of_days((keys & 0xFFFFF).astype("datetime64[D]"))
    by_month = keys >> 20 << 20 | months.astype("int64")
    new = np.diff(by_month, prepend=-1) != 0
    return _with_children(table, _per_month(table, months[new]), _per_month(table, months))


def contacts_restated(monthly: pd.DataFrame, monthly_before: pd.DataFrame) -> pd.DataFrame:
    """Set months as they are counted now beside what the last extract said of them.

    Records are entered late and removed later, so counts of past months move. One row is a
    month that both extracts held whole and that has changed.

    Parameters
    ----------
    monthly, monthly_before : DataFrame
        Results of `contacts_by_month`, from this extract and from the one before.

    Returns
    -------
    DataFrame
        ``month``, ``contacts``, ``contacts_before``, ``difference``, ``note``.

    Examples
    --------
    >>> def held(count):
    ...     return contacts_by_month(pd.DataFrame({
    ...         "month": pd.to_datetime(["2021-03-01"]), "contacts": [count]}), "2021-03")
    >>> contacts_restated(held(2498), held(2490))["difference"].tolist()
    [8]
    """
    whole = [table[table["complete"].fillna(False)] for table in (monthly, monthly_before)]
    both = whole[0][["month", "contacts"]].merge(
        whole[1][["month", "contacts"]], on="month", suffixes=("", "_before")
    )
    both["difference"] = both["contacts"] - both["contacts_before"]
    both["note"] = "restated since the last extract"
    return both[both["difference"].fillna(0) != 0].reset_index(drop=True)


def contacts_dispersion(contacts: pd.DataFrame, period: str | pd.Period) -> Dispersion:
    """How much more contacts vary than independent events would, and how that is known.

    Parameters
    ----------
    contacts : DataFrame
        Records or monthly totals, as `contacts_by_month` takes them.
    period : text "YYYY-MM" or Period

    Returns
    -------
    Dispersion
        ``value``, ``degrees_of_freedom`` and ``basis``: from month to month variation with 22
        whole months or more; else from records (the larger of weekly variation, which holds
        groups of siblings, and the same child's repeats in a month); else a stated default.

    Examples
    --------
    >>> totals = pd.DataFrame({"month": pd.to_datetime(["2021-03-01"]), "contacts": [2498]})
    >>> contacts_dispersion(totals, "2021-03").basis
    'stated default of 3'
    """
    monthly = contacts_by_month(contacts, period)
    found = seasonal_dispersion(whole_months(monthly, "contacts", period))
    if found is not None or "contact_date" not in contacts:
        return found or DEFAULT
    days = whole_days(contacts["contact_date"])
    end = pd.Period(period, "M").end_time.to_datetime64().astype("datetime64[D]")
    held = ~np.isnat(days) & (days <= end)
    weeks = (days[held].astype("int64") + 3) // 7  # weeks from Monday
    if not len(weeks):
        return DEFAULT
    found = short_run_dispersion(np.bincount(weeks - weeks.min())[1:-1])
    if found is None:
        return DEFAULT
    child = pd.factorize(contacts["child_id"])[0][held].astype("int64")
    months = months_of_days(days[held]).astype("int64")
    repeats = cluster_dispersion(np.unique(child << 20 | months, return_counts=True)[1])
    if repeats > found.value:
        return Dispersion(repeats, np.inf, "repeat contacts of the same child in a month")
    return found


def _counted_records(contacts: pd.DataFrame, last: pd.Timestamp, by: list[str]) -> pd.DataFrame:
    lacking = [column for column in by if column not in contacts or contacts[column].isna().all()]
    cut = [column for column in by if column not in lacking]
    days = whole_days(contacts["contact_date"])
    usable = (days >= np.datetime64(SUPPORTED_FIRST)) & (days <= np.datetime64(SUPPORTED_LAST))
    unusable = int((~usable).sum())
    keys = contacts[cut]
    if unusable:
        keys, days = keys[usable], days[usable]
    first, edges = partial_months(days, latest_as_at(contacts))
    months = pd.date_range(min(first, last), last, freq="MS", unit="us", name="month")
    counted = _counts(keys, days, months, edges)
    for column in lacking:
        counted.insert(1, column, NOT_RECORDED)
    if lacking:
        counted["contacts"] = pd.array([pd.NA] * len(counted), "Int64")
        counted["complete"] = False
        counted["note"] = f"cannot be computed: column {', '.join(lacking)} missing"
    if unusable:
        said = f"records without a usable date, not counted: {unusable:,}"
        at_end = counted["month"] == last
        counted.loc[at_end, "note"] = counted.loc[at_end, "note"].map(
            lambda note: f"{note}; {said}" if note else said
        )
    return counted


def _counts(
    keys: pd.DataFrame,
    days: np.ndarray,
    months: pd.DatetimeIndex,
    edges: Mapping[pd.Timestamp, str],
) -> pd.DataFrame:
    """Counts on the whole grid of months and values of the cut; a value unseen in a month is 0."""
    codes, groups = cut_groups(keys, list(keys))
    counted = counts_by_month(days, codes, months, len(groups))
    seen = np.flatnonzero(counted.any(axis=0)) if len(groups.columns) else np.array([0])
    held = counted.any(axis=1)
    whole = held & ~months.isin(list(edges))
    notes = [edges.get(month, "") for month in months]
    note = np.where(held, np.array(notes, object), "no contacts held for this month")
    group, each = np.tile(seen, len(months)), len(seen)
    contacts = pd.array(counted[:, seen].ravel(), "Int64")
    contacts[np.repeat(~held, each)] = pd.NA
    return pd.DataFrame(
        {
            "month": np.repeat(months, each),
            **{name: column.array.take(group) for name, column in groups.items()},
            "contacts": contacts,
            "complete": pd.array(np.repeat(whole, each), "boolean"),
            "note": pd.array(np.repeat(note, each), "str"),
        }
    )


def _per_month(table: pd.DataFrame, months: np.ndarray) -> pd.array:
    """How many of the months fall on each row's month; missing where none does."""
    rows = table["month"].to_numpy("datetime64[M]").astype("int64")
    if not len(rows):
        return pd.array([], "Int64")
    at = months.astype("int64") - rows[0]
    counted = np.bincount(at[(at >= 0) & (at < len(rows))], minlength=len(rows))
    return pd.array(counted, "Int64")


def _with_children(table: pd.DataFrame, children: pd.array, child_days: pd.array) -> pd.DataFrame:
    table = table.assign(children=children, child_days=child_days)
    held = table["contacts"].notna()
    table[["children", "child_days"]] = table[["children", "child_days"]].where(held)
    table["contacts_per_child"] = (table["contacts"] / table["children"]).astype("Float64")
    return table[
        ["month", "contacts", "children", "child_days", "contacts_per_child", "complete", "note"]
    ]


def _checked_totals(contacts: pd.DataFrame, last: pd.Timestamp, by: list[str]) -> pd.DataFrame:
    rows = contacts[["month", "contacts"]].assign(month=month_of(contacts["month"]))
    as_at = contacts["as_at"] if "as_at" in contacts else pd.Series("not given", contacts.index)
    rows["as_at"] = as_at.map({text: as_at_date(text) for text in as_at.unique()})
    rows = rows[rows["month"].notna() & (rows["month"] <= last)]
    table = pd.DataFrame([_one_month(month, held) for month, held in rows.groupby("month")])
    if not len(table):
        table = pd.DataFrame({"month": [last], "contacts": [pd.NA], "note": [""]})
    months = pd.date_range(table["month"].min(), last, freq="MS", unit="us", name="month")
    table = table.set_index("month").reindex(months).reset_index()
    table["contacts"] = table["contacts"].astype("Int64")
    absent = table["contacts"].isna() & table["note"].fillna("").eq("")
    table["note"] = table["note"].astype("str").mask(absent, "no contacts held for this month")
    partial = table["note"].str.startswith("partial")
    table["complete"] = (table["contacts"].notna() & ~partial).astype("boolean")
    for column in reversed(by):
        table.insert(1, column, NOT_RECORDED)
    if by:
        table["contacts"] = pd.array([pd.NA] * len(table), "Int64")
        table["complete"] = False
        table["note"] = f"cannot be computed: column {', '.join(by)} missing (monthly totals only)"
    return table[["month", *by, "contacts", "complete", "note"]]


def _one_month(month: pd.Timestamp, held: pd.DataFrame) -> dict:
    """One month's total; the newest extract counts, and rows that disagree give no count."""
    newest = held[held["as_at"] == held["as_at"].max()] if held["as_at"].notna().any() else held
    counts = newest["contacts"].dropna().unique()
    row = {"month": month, "contacts": counts[0] if len(counts) == 1 else pd.NA, "note": ""}
    month_end = month + pd.offsets.MonthEnd(0)
    as_at = newest["as_at"].iloc[0]
    if len(counts) > 1:
        said = " and ".join(f"{count:,.0f}" for count in counts)
        row["note"] = f"given {len(newest)} times with different counts ({said}): not used"
    elif not is_whole(month_end, as_at):
        row["note"] = f"partial: the extract is dated {long_date(as_at)}"
    elif len(newest) > 1:
        row["note"] = f"given {len(newest)} times with the same count: counted once"
    elif len(counts) and counts[0] == 0:
        row["note"] = "given as 0 contacts: check the extract"
    return row
