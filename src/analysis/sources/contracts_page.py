"""The page in ``data/raw`` that tells an analyst what may be put there, made from the contracts."""

from itertools import groupby

from analysis.sources.contracts import Contract, Field, load_contracts

_TYPES = {
    "identifier": "number (hashed on reading, never shown)", "date": "day", "month": "month",
    "time": "time, HH:MM", "boolean": "yes or no", "integer": "whole number", "number": "number",
    "percent": "per cent, 0 to 100", "money": "pounds", "code": "word of a list", "text": "text",
    "prose": "free text, scanned for personal data", "financial_year": "year, as 2025/26",
    "period_no": "P1 to P13", "as_at": "day or month",
}  # fmt: skip

_HEAD = """# What goes in this folder

One folder for each authority, with its spreadsheets as the systems export them. This page is made
from the contracts in `src/analysis/sources/contracts`; `python3 run.py docs` writes it again.

- **Files** may have any name: .xlsx, .xlsm, .xls, .ods or .csv. A sheet is known by its headings;
  letter case, spaces, underscores and punctuation do not matter, and title rows above the headings
  are passed over. Where the headings fit two tables, the sheet's name decides.
- **Ofsted's Annex A** is used as it is: lists 1 and 3 to 8. Lists 4 and 5 hold six months and what
  was still open then; `window_start` beside their rows says from which day on they are whole.
- **Several extracts** of one table may lie side by side or in folders named by month (2025-04): the
  newest one wins, and what it changes is reported. A column that it does not have takes nothing
  away: the outcomes of a case management extract stay beside a newer Annex A. An extract's day is
  what `authority.toml` says, else what the file's or folder's name says, else the latest event in
  it.
- **Days** are DD/MM/YYYY, ISO or real dates; months are Mar-21, Sept 2021 or 2021-03.
- **Percentages** are 0 to 100, or have a per cent sign or Excel's per cent format; a column from 0
  to 1 must be declared under [scales].
- **KPI returns** may have a row for each KPI and month, or the months across the top, with
  numerator and denominator beside or below them.
- **Money** is in pounds unless the heading says otherwise, such as "Forecast (£000)".
- **Suppressed figures** (c, [c], low, x, z, u, <5) are kept apart from blanks.
- Only the columns below enter a table. Children's and workers' numbers are hashed.
- `python3 run.py check` says what is wrong, by file, sheet, row and column.

An authority's own headings, spellings, units and days go into `authority.toml` in its folder:

    name = "Exampleshire County Council"
    la_code = "E10000000"
    [aliases.contacts]
    contact_date = ["Rec'd on"]
    [codes.source]
    Police = ["Constabulary"]
    [files]
    kpi_return = {file = "kpis.xlsx", sheet = "Return"}
    [extracts]
    "contacts.xlsx" = 2025-04-30
    [units]
    "budget_monitoring.forecast_outturn_gbp" = "GBP thousand"
    [scales]
    "kpi_return.value_pct" = "0-1"
    [fill_down]
    supervision = ["team"]
"""


def _field_row(field: Field, contract: Contract) -> str:
    kind = _TYPES[field.type]
    unit = f", {field.unit}" if field.unit and field.type == "number" else ""
    wanted = "yes" if field.required else "one of these" if field.name in contract.either else ""
    headings = "; ".join(field.aliases[:4])
    return f"| `{field.name}` | {kind}{unit} | {wanted} | {field.description} | {headings} |"


def _section(contract: Contract) -> str:
    rows = "\n".join(_field_row(field, contract) for field in contract.fields)
    return (
        f"### {contract.title} (`{contract.name}`)\n\nOne row is {contract.row}.\n\n"
        "| column | holds | required | what it is | also read under |\n|---|---|---|---|---|\n"
        f"{rows}\n"
    )


def contracts_page() -> str:
    """Text of ``data/raw/README.md``: all tables, their columns and the headings they go by.

    Examples
    --------
    >>> "### Contacts (`contacts`)" in contracts_page()
    True
    """
    parts = [_HEAD]
    ordered = sorted(load_contracts().values(), key=lambda contract: contract.group)
    for group, contracts in groupby(ordered, key=lambda contract: contract.group):
        parts.append(f"## {group}\n")
        parts.extend(_section(contract) for contract in contracts)
    return "\n".join(parts)
