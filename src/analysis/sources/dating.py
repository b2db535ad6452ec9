"""Dating: the day of an extract, from what says it, and where each row is from."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.sources.authority import PROFILE, Authority
from analysis.sources.contracts import load_contracts
from analysis.sources.dates import date_from_text, month_from_text
from analysis.sources.stacking import last_day
from analysis.sources.wording import plain

_NAME_DATES = (
    r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)",
    r"(?<!\d)(20\d{6})(?!\d)",
    r"(?<!\d)(\d{1,2}-\d{1,2}-\d{4})(?!\d)",
    r"(?<![\dA-Za-z])(\d{1,2} [A-Za-z]{3,9} \d{4})(?!\d)",
)
_NAME_MONTHS = (
    r"(?<!\d)(20\d{2}-(?:0[1-9]|1[0-2]))(?!\d)",
    r"([A-Za-z]{3,9}[ -]?20\d{2})(?!\d)",
    r"(?<!\d)(20\d{2}(?:0[1-9]|1[0-2]))(?!\d)",
)


@dataclass(frozen=True)
class ExtractDate:
    """Day or month that an extract stands at, and what says so; "" where nothing does."""

    as_at: str = ""
    basis: str = ""

    @property
    def latest(self) -> dt.date:
        """Day after which none of its events can lie: its own, else today."""
        return last_day(self.as_at) or dt.date.today()


def date_in_name(name: str) -> str:
    """Day or month that a file's or folder's name holds, or "".

    Examples
    --------
    >>> date_in_name("Annex A 31.08.2021 final"), date_in_name("contacts_Aug-2021")
    ('2021-08-31', '2021-08')
    """
    text = re.sub(r"[_.]", " ", plain(name))
    dashed = re.sub(r"(?<=\d)[ ](?=\d)", "-", text)
    for pattern in _NAME_DATES:
        for found in re.findall(pattern, dashed):
            compact = f"{found[:4]}-{found[4:6]}-{found[6:]}" if found.isdigit() else found
            if day := date_from_text(compact):
                return day.isoformat()
    for pattern in _NAME_MONTHS:
        for found in re.findall(pattern, dashed):
            if month := month_from_text(found):
                return f"{month:%Y-%m}"
    return ""


def extract_date(file: str, authority: Authority) -> ExtractDate:
    """Day of an extract from ``authority.toml``, else from its name or folder; never its clock.

    Parameters
    ----------
    file : str
        Name of the file within the authority's folder.
    authority : Authority
        Its profile.
    """
    path = Path(file)
    for key in (file, path.name, path.stem):
        if key in authority.dates:
            return ExtractDate(authority.dates[key], PROFILE)
    for part in (path.stem, *reversed(path.parts[:-1])):
        if found := date_in_name(part):
            return ExtractDate(found, "file name")
    return ExtractDate()


def inferred_date(contract: str, tables: Sequence[tuple[str, pd.DataFrame]]) -> ExtractDate:
    """Latest event in a file's tables, for one of them.

    A table of months stands at its latest month, which is whole: never at that month's first day,
    nor at a day on which other sheets of the file end.

    Parameters
    ----------
    contract : str
        Contract of the table.
    tables : sequence of (str, DataFrame)
        Contract and tidy table of all the file's tables.
    """
    contracts = load_contracts()
    latest: dict[str, list[pd.Timestamp]] = {"date": [], "month": []}
    for name, table in tables:
        event = contracts[name].event
        if event and event in table and not pd.isna(last := table[event].max()):
            latest[contracts[name].field(event).type].append(last)
    event = contracts[contract].event
    monthly = bool(event) and contracts[contract].field(event).type == "month"
    if latest["date"] and not (monthly and latest["month"]):
        return ExtractDate(f"{max(latest['date']):%Y-%m-%d}", "inferred")
    if latest["month"]:
        return ExtractDate(f"{max(latest['month']):%Y-%m}", "inferred")
    return ExtractDate("not given", "not given")


def with_source(
    table: pd.DataFrame, file: str, sheet: str, date: ExtractDate
) -> tuple[pd.DataFrame, ExtractDate]:
    """Table with the columns that say where each row is from, and the day of the whole."""
    rows = len(table)
    own = table["as_at"].notna()
    given = (
        table["as_at"].fillna(date.as_at).astype("str")
        if own.any()
        else pd.Series(pd.array([date.as_at], dtype="str").repeat(rows), index=table.index)
    )
    zeros = np.zeros(rows, dtype=np.int8)
    sourced = table.assign(
        as_at=given,
        source_file=pd.Categorical.from_codes(zeros, [file]),
        source_sheet=pd.Categorical.from_codes(zeros, [sheet]),
    )
    if not own.any():
        return sourced, date
    known = given[given != "not given"]
    return sourced, ExtractDate(known.max() if len(known) else "not given", "column")
