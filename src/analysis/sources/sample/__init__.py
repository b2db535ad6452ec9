"""Exampleshire: a synthetic authority's extracts, for trying, teaching and measuring.

Nobody in it exists. It resembles a city of Derby's size in the published bands, and holds planted
effects that ``truth.json`` lists, so that a report made from it can be marked.
"""

import json
from pathlib import Path

import pandas as pd

from analysis.sources.sample.annex_a_workbook import annex_a_lists, list_titles
from analysis.sources.sample.case_management import CaseRecords, case_records, open_cases
from analysis.sources.sample.effects import Effects, effects
from analysis.sources.sample.finance import budget_monitoring
from analysis.sources.sample.headings import SHEETS, with_headings
from analysis.sources.sample.kpi_return import earlier_return, kpi_return, percentages_across
from analysis.sources.sample.oversight import managers_notes, oversight_tables
from analysis.sources.sample.profile import NAME, authority_toml
from analysis.sources.sample.span import Span
from analysis.sources.sample.truth import planted_truth
from analysis.sources.sample.workforce import workforce_tables
from analysis.sources.sample.xlsx_writing import write_workbook

WORKFORCE = ("establishment", "staff", "agency", "absence", "workforce_monthly")
OVERSIGHT = (
    "findings", "actions", "homes", "home_visits", "supervision", "audits", "contact_modes",
)  # fmt: skip


def write_sample(
    out: Path, months: int = 48, seed: int = 1, size: float = 1.0, last_month: str = "2025-08"
) -> Path:
    """Write a synthetic authority's extracts: the same bytes for the same arguments.

    Parameters
    ----------
    out : Path
        Folder to write into, such as data/raw/exampleshire; made where it is absent.
    months : int
        Months of records, 1 or more. An effect planted before the first month is not in truth.json.
    seed : int
        Same seed, same files.
    size : float
        1.0 is a city of Derby's size: about 95,000 contacts in 48 months. Children, staff and money
        grow in proportion; 10 gives about a million contacts.
    last_month : str
        The last month of the records, YYYY-MM; extracts are taken five days after it.

    Returns
    -------
    Path
        The folder: authority.toml, case_management.xlsx, kpi_return.xlsx, workforce.xlsx,
        budget_monitoring.xlsx, oversight.xlsx, notes.xlsx, annex_a.xlsx, the KPI return of the
        month before, and truth.json.

    Raises
    ------
    ValueError
        If months, size or last_month cannot be used, or a table does not fit a worksheet.
    """
    span, out = _span(months, size, last_month), Path(out)
    planted = effects(span)
    records = case_records(seed, size, span, planted)
    tables = _other_tables(seed, size, span, planted, records)
    out.mkdir(parents=True, exist_ok=True)
    _write(out / "case_management.xlsx", records.tables)
    _write(out / "workforce.xlsx", {name: tables[name] for name in WORKFORCE})
    _write(out / "budget_monitoring.xlsx", {"budget_monitoring": tables["budget_monitoring"]})
    _write(out / "oversight.xlsx", {name: tables[name] for name in OVERSIGHT})
    _write(out / "notes.xlsx", {"notes": tables["notes"]})
    _write_kpi_returns(out, seed, size, span, planted)
    lists = annex_a_lists(seed, size, span, records)
    write_workbook(out / "annex_a.xlsx", lists, title=NAME, titles=list_titles(NAME))
    settings = {"seed": seed, "size": size, "months": months}
    truth = planted_truth(span, planted, records, tables, settings)
    _write_text(out / "truth.json", json.dumps(truth, indent=2, ensure_ascii=False) + "\n")
    _write_text(out / "authority.toml", authority_toml(span, planted, size))
    return out


def _span(months: int, size: float, last_month: str) -> Span:
    """Return the months asked for, or say what cannot be used."""
    if months < 1:
        raise ValueError(f"months is {months}; it must be 1 or more")
    if not 0 < size <= 11:
        raise ValueError(
            f"size is {size}; it must be above 0 and at most 11 (about 1.05 million contacts)"
        )
    try:
        last = pd.Period(last_month, "M")
    except ValueError as error:
        raise ValueError(f"last_month is {last_month!r}; it must be a month as 2025-08") from error
    span = Span(months, last)
    if span.first_month < pd.Period("2013-01", "M") or last > pd.Period("2030-06", "M"):
        raise ValueError(
            f"{span.first_month} to {last} is not between 2013-01 and 2030-06, for which England's "
            "bank holidays are known; ask for fewer months or another last month"
        )
    return span


def _other_tables(
    seed: int, size: float, span: Span, planted: Effects, records: CaseRecords
) -> dict[str, pd.DataFrame]:
    """Return every table that is not case management, by contract."""
    workforce = workforce_tables(seed, size, span, planted, open_cases(span, records.journeys))
    budget = budget_monitoring(
        seed, span, planted, workforce["staff"], workforce["agency"], records.tables["cla_episodes"]
    )
    return {
        **workforce,
        "budget_monitoring": budget,
        **oversight_tables(seed, size, span, records.tables),
        "notes": managers_notes(span, planted),
        "kpi_return": kpi_return(seed, size, span, planted),
    }


def _write(path: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Write tables to a workbook, each under its sheet's name and the council's headings."""
    sheets = {SHEETS[name]: with_headings(name, table) for name, table in tables.items()}
    write_workbook(path, sheets, title=NAME)


def _write_kpi_returns(out: Path, seed: int, size: float, span: Span, planted: Effects) -> None:
    """Write this month's return, long and with months across, and the one a month before."""
    across = with_headings("kpi_return", percentages_across(seed, span))
    now = with_headings("kpi_return", kpi_return(seed, size, span, planted))
    write_workbook(
        out / "kpi_return.xlsx", {"KPI return": now, "KPI percentages": across}, title=NAME
    )
    if span.months > 1:
        folder = out / str(span.month(1))
        folder.mkdir(exist_ok=True)
        before = {"kpi_return": earlier_return(seed, size, span, planted)}
        _write(folder / f"kpi_return_{span.month(0)}-05.xlsx", before)


def _write_text(path: Path, text: str) -> None:
    """Write text with the same line ends on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")
