"""Annex A: Ofsted's eleven lists as a council sends them before an inspection.

Layout, headings and codes are those of the official template of August 2019: a title in row 1,
headings in row 2, codes with their letter. Six months; one row a child from list 6 on. The same
children as in the case management extract.
"""

import numpy as np
import pandas as pd

from analysis.sources.sample import annex_a_children as children_lists
from analysis.sources.sample.annex_a_codes import (
    CHILD_COLUMNS,
    SOURCE_LETTERS,
    TITLES,
    YES_NO,
    child_columns,
    with_team_and_worker,
)
from analysis.sources.sample.case_management import CaseRecords
from analysis.sources.sample.draws import stream
from analysis.sources.sample.span import Span

WINDOW_MONTHS = 6
YEAR = pd.Timedelta(days=365)


def annex_a_lists(
    seed: int, size: float, span: Span, records: CaseRecords
) -> dict[str, pd.DataFrame]:
    """Return the sheets List_1 to List_11.

    Parameters
    ----------
    seed, size, span
        As for the whole sample.
    records : CaseRecords
        The children and the case management tables.
    """
    rng = stream(seed, "annex a")
    since = (span.last_month - (WINDOW_MONTHS - 1)).to_timestamp()
    child = child_columns(records.families.children, span.as_at)
    tables = records.tables
    lists = {
        "List_1": _contacts(tables, child, since),
        "List_2": _early_help(rng, tables, child, since),
        "List_3": _referrals(tables, child, since),
        "List_4": _assessments(tables, child, since),
        "List_5": _section47(tables, child, since),
        "List_6": children_lists.in_need(rng, records, child, span, since),
        "List_7": children_lists.on_plans(rng, tables, child, since),
        "List_8": children_lists.in_care(rng, tables, child, span, since),
        "List_9": children_lists.care_leavers(rng, size, child, span),
        "List_10": children_lists.adoption(rng, tables, child),
    }
    lists["List_11"] = children_lists.adopters(rng, len(lists["List_10"]), span)
    return lists


def list_titles(name: str) -> dict[str, str]:
    """Return the line above each list's headings, which says that the data are synthetic."""
    return {sheet: f"{title} - {name}" for sheet, title in TITLES.items()}


def _with_children(events: pd.DataFrame, child: pd.DataFrame, *, disability: bool) -> pd.DataFrame:
    """Return events with the columns that each list begins with."""
    found = child.loc[events["child_id"], CHILD_COLUMNS].reset_index(drop=True)
    if disability:
        yes_no = child.loc[events["child_id"], "Does the Child have a Disability"]
        found["Does the Child have a Disability"] = yes_no.to_numpy()
    return found


def _earlier_in_year(events: pd.DataFrame, column: str) -> np.ndarray:
    """Return for each child's latest event how many came in the 12 months before it.

    Annex A repeats that number on each of the child's rows.
    """
    latest = events.groupby("child_id")[column].transform("max")
    before = (events[column] < latest) & (events[column] >= latest - YEAR)
    return before.groupby(events["child_id"]).transform("sum").to_numpy()


def _contacts(tables: dict, child: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Return list 1."""
    rows = tables["contacts"]
    rows = rows[rows["contact_date"] >= since]
    return _with_children(rows, child, disability=False).assign(
        **{
            "Date of Contact": rows["contact_date"].to_numpy(),
            "Contact Source": _sources(rows["source"]),
        }
    )


def _sources(sources: pd.Series) -> np.ndarray:
    """Return sources with the letter that Annex A puts before them."""
    letters = sources.str.split(":").str[0].map(SOURCE_LETTERS)
    return (letters + ") " + sources).to_numpy()


def _early_help(
    rng: np.random.Generator, tables: dict, child: pd.DataFrame, since: pd.Timestamp
) -> pd.DataFrame:
    """Return list 2: an early help assessment for some of the contacts that went to early help."""
    rows = tables["contacts"]
    rows = rows[(rows["outcome"] == "Early help") & (rows["contact_date"] >= since)]
    rows = rows[rng.random(len(rows)) < 0.45]
    start = rows["contact_date"].to_numpy() + pd.to_timedelta(rng.integers(2, 15, len(rows)), "D")
    end = start + pd.to_timedelta(rng.integers(14, 70, len(rows)), "D")
    latest = tables["contacts"]["contact_date"].max()
    table = _with_children(rows, child, disability=False).assign(
        **{
            "Assessment start date": start,
            "Assessment completion date": pd.Series(end).where(end <= latest).to_numpy(),
            "Organisation completing assessment": rng.choice(
                ["Early help team", "School", "Health visiting service"], len(rows)
            ),
        }
    )
    return table[table["Assessment start date"] <= latest].reset_index(drop=True)


def _referrals(tables: dict, child: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Return list 3."""
    every = tables["referrals"].assign(
        earlier=_earlier_in_year(tables["referrals"], "referral_date")
    )
    rows = every[every["referral_date"] >= since]
    table = _with_children(rows, child, disability=False).assign(
        **{
            "Date of referral": rows["referral_date"].to_numpy(),
            "Referral Source": _sources(rows["source"]),
            "Referral NFA?": rows["nfa"].map(YES_NO).to_numpy(),
            "Number of Referrals in Last 12 Months": rows["earlier"].to_numpy(),
        }
    )
    return with_team_and_worker(table, rows)


def _assessments(tables: dict, child: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Return list 4: those of the window and those still open."""
    rows = tables["assessments"]
    rows = rows[(rows["start_date"] >= since) | ~(rows["authorised_date"] < since)]
    needs = rows["outcome"].map(
        {
            "Requires social care support": "a) Yes",
            "No further action": "b) No",
            "Early help": "b) No",
        }
    )
    table = _with_children(rows, child, disability=True).assign(
        **{
            "Continuous Assessment Start Date": rows["start_date"].to_numpy(),
            "Child Seen During Continuous Assessment": rows["child_seen"]
            .map(YES_NO).fillna("c) Unknown").to_numpy(),
            "Continuous Assessment Date of Authorisation": rows["authorised_date"].to_numpy(),
            "Was the child assessed as requiring LA children’s social care "
            "support": needs.to_numpy(),
        }
    )  # fmt: skip
    return with_team_and_worker(table, rows)


def _section47(tables: dict, child: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Return list 5."""
    every = tables["section47"]
    conferences = every[every["icpc_date"].notna()]
    every = every.assign(earlier=_earlier_in_year(every, "strategy_date"))
    icpcs = pd.Series(_earlier_in_year(conferences, "icpc_date"), index=conferences["child_id"])
    icpcs = icpcs.groupby(level=0).max()
    rows = every[every["strategy_date"] >= since]
    table = _with_children(rows, child, disability=True).assign(
        **{
            "Strategy discussion initiating Section 47 Enquiry Start Date": rows["strategy_date"]
            .to_numpy(),
            "Was an Initial Child Protection Conference deemed unnecessary?": rows[
                "icpc_unnecessary"].map(YES_NO).to_numpy(),
            "Date of Initial Child Protection Conference": rows["icpc_date"].to_numpy(),
            "Did the Initial Child Protection Conference Result in a Child Protection Plan": rows[
                "outcome_plan"].map(YES_NO).to_numpy(),
            "Number of Section 47 Enquiries in the last 12 months": rows["earlier"].to_numpy(),
            "Number of ICPCs in the last 12 months": rows["child_id"].map(icpcs).fillna(0)
            .astype("int64").to_numpy(),
        }
    )  # fmt: skip
    return with_team_and_worker(table, rows)
