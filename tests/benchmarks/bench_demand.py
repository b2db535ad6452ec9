"""CPU of demand measures on a million contacts against the bare groupby or merge under each."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.measures.demand import contacts_by_month
from analysis.measures.demand_flow import STEPS, conversion_by_month
from analysis.measures.demand_repeats import repeat_contacts_by_month
from analysis.measures.kpis_recurrence import re_referrals_in_12_months

ROWS, CHILDREN, DAYS = 1_000_000, 300_000, 1_461
PERIOD, AS_AT = "2021-12", "2021-12-31"
LIMIT = 3.0


def made_contacts() -> pd.DataFrame:
    """Four years of contacts with hashed identifiers, as the reader gives them."""
    rng = np.random.default_rng(11)
    child = np.char.add("child", rng.integers(0, CHILDREN, ROWS).astype(str))
    day = pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, DAYS, ROWS), unit="D")
    source = rng.choice(["Police", "Schools", "Health", "Housing", "Individual"], ROWS)
    return pd.DataFrame(
        {
            "child_id": pd.Series(child.astype(object), dtype="str"),
            "contact_date": pd.Series(day).astype("datetime64[us]"),
            "source": pd.Series(source.astype(object), dtype="str"),
            "as_at": pd.Series(AS_AT, index=range(ROWS), dtype="str"),
        }
    )


def cpu(work: Callable[[], object], times: int = 3) -> float:
    """Least CPU seconds of a few runs."""
    seconds = []
    for _ in range(times):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def by_month(table: pd.DataFrame) -> pd.Series:
    return table.groupby(table["contact_date"].dt.to_period("M")).size()


def by_month_and_source(table: pd.DataFrame) -> pd.Series:
    return table.groupby([table["contact_date"].dt.to_period("M"), "source"]).size()


def previous_of_child(table: pd.DataFrame, date: str) -> pd.Series:
    ordered = table[["child_id", date]].sort_values(date)
    return ordered.groupby("child_id")[date].shift()


def next_of_child(contacts: pd.DataFrame, referrals: pd.DataFrame) -> pd.DataFrame:
    return contacts[["child_id", "contact_date"]].merge(
        referrals[["child_id", "referral_date"]], on="child_id", how="left"
    )


def measure() -> list[dict]:
    """One row a measure: CPU over that of the bare pandas it rests on, in one run."""
    contacts = made_contacts()
    referrals = contacts.rename(columns={"contact_date": "referral_date"})
    fewer = referrals.sample(frac=0.2, random_state=1)
    tables = {"contacts": contacts, "referrals": fewer}
    contacts_by_month(contacts[:1000], PERIOD)  # bank holidays are read once a process
    pairs = {
        "contacts by month": (
            lambda: contacts_by_month(contacts, PERIOD),
            lambda: by_month(contacts),
        ),
        "contacts by month and source": (
            lambda: contacts_by_month(contacts, PERIOD, by=["source"]),
            lambda: by_month_and_source(contacts),
        ),
        "repeat contacts": (
            lambda: repeat_contacts_by_month(contacts, PERIOD),
            lambda: previous_of_child(contacts, "contact_date"),
        ),
        "conversion and its lag": (
            lambda: conversion_by_month(tables, PERIOD, steps=STEPS[:1]),
            lambda: next_of_child(contacts, fewer),
        ),
        "re-referrals": (
            lambda: re_referrals_in_12_months(referrals, PERIOD),
            lambda: previous_of_child(referrals, "referral_date"),
        ),
    }
    rows = []
    for name, (ours, bare) in pairs.items():
        seconds, base = cpu(ours), cpu(bare)
        note = f"{ROWS:,} rows: {seconds:.2f} s against {base:.2f} s of CPU"
        rows.append({"name": name, "ratio": seconds / base, "limit": LIMIT, "note": note})
    return rows


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']}: {row['ratio']:.2f} (at most {row['limit']:g}; {row['note']})")
