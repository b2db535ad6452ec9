"""Ofsted's Annex A: what in its lists these reports know of and do not use.

Lists 1, 3, 4 and 5 are contacts, referrals, assessments and section 47 enquiries; 6, 7 and 8 are
snapshots. Their headings are aliases in the contracts. Annex A holds six months and no outcome of
a contact, no decision time and only the last visit and review: what needs more cannot be computed
from it, and the missing columns say so.
"""

import re
from collections.abc import Sequence

import pandas as pd

from analysis.sources.contracts import load_contracts
from analysis.sources.problems import Problem
from analysis.sources.stacking import WINDOW, last_day
from analysis.sources.wording import heading_key, plain
from analysis.sources.workbooks import RawSheet

_LIST_NAME = re.compile(r"list[ _]?(?:[1-9]|1[01])\b.*", re.IGNORECASE)

_NOT_USED = frozenset(
    heading_key(text)
    for text in (
        "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)", "Age", "Allocated Worker",
        "Worker", "Number of Referrals in Last 12 Months", "Does the Child have a Disability",
        "Disability", "Number of Section 47 Enquiries in the last 12 months",
        "Number of ICPCs in the last 12 months",
        "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months"
        " (Y/N)",
        "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)",
        "Start date of current legal status", "Date of Last IRO Visit / Contact to the Child",
        "Reason Ceased to be Looked After", "Placement postcode", "URN of Placement",
        "Placement Location", "LA of Placement",
        "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months",
        "Was the child offered a Return Interview after their last missing episode (Y/N)?",
        "Did the child accept a Return Interview after their last missing episode (Y/N)?",
    )
)  # fmt: skip

_OTHER_LISTS = {
    heading_key(heading): name
    for heading, name in (
        ("Organisation completing assessment", "list 2, early help"),
        ("Eligibility Category", "list 9, care leavers"),
        ("Date the Child Entered Care", "list 10, adoption"),
        ("Individual adopter identifier", "list 11, adopters"),
    )
}

_OPEN_CASES = frozenset(
    heading_key(text)
    for text in (
        "Continuous Assessment Start Date",
        "Strategy discussion initiating Section 47 Enquiry Start Date",
    )
)
MONTHS_HELD = 6

_WHOSE = frozenset({"child unique id", "individual adopter identifier"})


def list_not_used(sheet: RawSheet) -> str:
    """Which list of Annex A a sheet holds that these reports do not use, or "".

    Examples
    --------
    >>> headings = ["Child Unique ID", "Organisation completing assessment"]
    >>> list_not_used(RawSheet("List_2", [headings]))
    'list 2, early help'
    """
    for row in sheet.rows[:30]:
        keys = {heading_key(cell) for cell in row if isinstance(cell, str)}
        others = [name for key, name in _OTHER_LISTS.items() if key in keys]
        if others and keys & _WHOSE:
            return others[0]
    return ""


def is_known_list(sheet: RawSheet) -> bool:
    """Whether a sheet goes by the name of one of Annex A's eleven lists.

    Examples
    --------
    >>> is_known_list(RawSheet("List_10", [])), is_known_list(RawSheet("Listing", []))
    (True, False)
    """
    return bool(_LIST_NAME.fullmatch(plain(sheet.name).replace("_", " ")))


def unused_headings(headings: Sequence) -> list[str]:
    """Of headings that stand for no column, those that Annex A does not explain.

    Examples
    --------
    >>> unused_headings(["Gender", "Ward"])
    ['Ward']
    """
    return [
        cell
        for cell in headings
        if isinstance(cell, str) and heading_key(cell) and heading_key(cell) not in _NOT_USED
    ]


def holds_open_cases(sheet: RawSheet) -> bool:
    """Whether a sheet is list 4 or 5: what began or was open in the six months before its day.

    Examples
    --------
    >>> headings = ["Child Unique ID", "Continuous Assessment Start Date"]
    >>> holds_open_cases(RawSheet("List_4", [headings]))
    True
    """
    return any(
        "child unique id" in keys and keys & _OPEN_CASES
        for row in sheet.rows[:30]
        if (keys := {heading_key(cell) for cell in row if isinstance(cell, str)})
    )


def window_start(as_at: str) -> pd.Timestamp:
    """First day of the six months that an Annex A list of that day holds; NaT without a day.

    Examples
    --------
    >>> window_start("2021-08"), window_start("2020-09-16")
    (Timestamp('2021-03-01 00:00:00'), Timestamp('2020-03-17 00:00:00'))
    """
    day = last_day(as_at)
    if day is None:
        return pd.NaT
    return pd.Timestamp(day) + pd.Timedelta(days=1) - pd.DateOffset(months=MONTHS_HELD)


def windowed(
    contract: str, table: pd.DataFrame, as_at: str, file: str, sheet: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Table of list 4 or 5 with the first day of its six months, and a word on what is older.

    Of cases that began before that day only those still open then are in the list: a month before
    it is not held whole.

    Parameters
    ----------
    contract : str
        assessments or section47.
    table : DataFrame
        Its tidy table.
    as_at, file, sheet : str
        Day of the extract, and where the table is from.
    """
    begins = load_contracts()[contract].event
    first = window_start(as_at)
    windowed = table.assign(**{WINDOW: pd.Series(first, table.index, dtype="datetime64[us]")})
    older = table[begins] < first
    if not older.any():
        return windowed, []
    words = (
        f"{older.sum()} of {len(older)} rows began before {first:%Y-%m-%d}, the first day of the "
        f"six months that Annex A holds (to {as_at}): of such cases only those still open are "
        "here, so that the months before are not whole; take them from the case management system"
    )
    row = int(table.loc[older, "source_row"].iloc[0])
    return windowed, [Problem(file, words, sheet, row, begins, "warning")]
