"""Exampleshire: a synthetic authority's extracts, for trying, teaching and measuring.

Nobody in it exists. It resembles a city of Derby's size in the published bands, and holds planted
effects that ``truth.json`` lists, so that a report made from it can be marked.
"""

import json
import shutil
from pathlib import Path

import pandas as pd

from analysis.sources.inventory import PROFILE
from analysis.sources.sample.annex_a_workbook import annex_a_lists, list_titles
from analysis.sources.sample.case_management import CaseRecords, case_records, open_cases
from analysis.sources.sample.effects import Effects, effects
from analysis.sources.sample.finance import budget_monitoring
from analysis.sources.sample.headings import SHEETS, with_headings
from analysis.sources.sample.kpi_return import (
    FEWEST_ACROSS,
    earlier_return,
    kpi_return,
    percentages_across,
)
from analysis.sources.sample.oversight import managers_notes, oversight_tables
from analysis.sources.sample.profile import FILES, NAME, authority_toml
from analysis.sources.sample.span import Span
from analysis.sources.sample.truth import planted_truth
from analysis.sources.sample.workforce import workforce_tables
from analysis.sources.sample.xlsx_writing import write_workbook

TRUTH = "truth.json"
WORKBOOKS = {
    "case_management.xlsx": (
        "contacts", "referrals", "assessments", "section47", "cp_plans", "cp_reviews", "cp_visits",
        "cla_episodes", "cla_reviews", "cla_visits",
    ),
    "workforce.xlsx": ("establishment", "staff", "agency", "absence", "workforce_monthly"),
    "budget_monitoring.xlsx": ("budget_monitoring",),
    "oversight.xlsx": (
        "findings", "actions", "homes", "home_visits", "supervision", "audits", "contact_modes",
    ),
    "notes.xlsx": ("notes",),
}  # fmt: skip


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
    FileExistsError
        If the folder holds anything but an earlier sample, which would be lost.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     made = write_sample(Path(folder) / "exampleshire", months=2, size=0.01)
    ...     json.loads((made / "truth.json").read_text(encoding="utf-8"))["as_at"]
    '2025-09-05'
    """
    span, out = _span(months, size, last_month), Path(out)
    _check_replaceable(out)
    planted = effects(span)
    records = case_records(seed, size, span, planted)
    tables = _other_tables(seed, size, span, planted, records)
    # Made beside its place and moved there whole: a run cut short leaves no half of a sample.
    made = out.with_name(f".{out.name}.part")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    _write_workbooks(made, records.tables | tables)
    _write_kpi_returns(made, seed, size, span, planted)
    lists = annex_a_lists(seed, size, span, records)
    write_workbook(made / "annex_a.xlsx", lists, title=NAME, titles=list_titles(NAME))
    settings = {"seed": seed, "size": size, "months": months}
    truth = planted_truth(span, planted, records, tables, settings)
    _write_text(made / TRUTH, json.dumps(truth, indent=2, ensure_ascii=False) + "\n")
    _write_text(made / PROFILE, authority_toml(span, planted, size))
    if out.exists():
        shutil.rmtree(out)
    return made.rename(out)


def _check_replaceable(out: Path) -> None:
    """Refuse a folder that holds anything but an earlier sample."""
    files = [path for path in out.rglob("*") if path.is_file()] if out.is_dir() else []
    foreign = [
        path
        for path in files
        if path.name not in (*FILES, PROFILE, TRUTH) and not path.name.startswith("kpi_return_")
    ]
    sample = (out / TRUTH).exists() and f'name = "{NAME}"' in _text(out / PROFILE)
    if out.is_file() or foreign or (files and not sample):
        found = f" (such as {(foreign or files)[0].name})" if files else ""
        raise FileExistsError(
            f"{out} holds files that are no part of a sample{found}; give a folder that does not "
            "exist, or one that a sample was written to"
        )


def _text(path: Path) -> str:
    """Return a text file's text, or nothing where it is absent."""
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


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


def _write_workbooks(out: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Write every workbook but the KPI returns and Annex A."""
    for file, names in WORKBOOKS.items():
        _write(out / file, {name: tables[name] for name in names})


def _write(path: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Write tables to a workbook, each under its sheet's name and the council's headings."""
    sheets = {SHEETS[name]: with_headings(name, table) for name, table in tables.items()}
    write_workbook(path, sheets, title=NAME)


def _write_kpi_returns(out: Path, seed: int, size: float, span: Span, planted: Effects) -> None:
    """Write this month's return, long and with months across, and the one a month before."""
    sheets = {"KPI return": with_headings("kpi_return", kpi_return(seed, size, span, planted))}
    if span.months >= FEWEST_ACROSS:
        across = percentages_across(seed, span)
        sheets["KPI percentages"] = with_headings("kpi_return", across)
    write_workbook(out / "kpi_return.xlsx", sheets, title=NAME)
    if span.months > 1:
        folder = out / str(span.month(1))
        folder.mkdir(exist_ok=True)
        before = {"kpi_return": earlier_return(seed, size, span, planted)}
        _write(folder / f"kpi_return_{span.month(0)}-05.xlsx", before)


def _write_text(path: Path, text: str) -> None:
    """Write text with the same line ends on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")
