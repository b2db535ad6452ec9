"""The page that lists every measure, made from the definitions themselves."""

from __future__ import annotations

import tomllib

from analysis.measures.definitions import FOLDER, Definition, load_definitions

SUBJECTS = {
    "core": "Demand", "demand": "Demand", "kpis": "Practice", "kpi": "Practice",
    "workforce": "Workforce and agency", "costs": "Costs", "oversight": "Practice oversight",
    "reconciliation": "Printed against recomputed",
}  # fmt: skip

BETTER = {"high": "higher", "low": "lower", "none": "neither"}

_HEAD = """# Measures

Every measure that the pages show, made from `src/analysis/measures/definitions`;
`python3 run.py docs` writes it again. [METHODS.md](../METHODS.md) works the formulas through.

*Better* says which way is good: only then may a page call a signal an improvement or a concern.
*Counts* decides disclosure control: small counts of people are hidden, things are not. *Cut by*
names the columns that split the measure; `month` makes it a series. Names in braces are columns of
the table that the measure's function returns.
"""

_COLUMNS = """| measure | unit | better | counts | cut by | formula | definition |
|---|---|---|---|---|---|---|"""


def measures_page() -> str:
    """Text of ``docs/measures.md``: one table a subject, one row a measure.

    Examples
    --------
    >>> "## Workforce and agency" in measures_page()
    True
    """
    parts = [_HEAD]
    for subject, ids in _by_subject().items():
        rows = [_row(load_definitions()[name]) for name in sorted(ids)]
        parts.append("\n".join([f"## {subject}\n", _COLUMNS, *rows, ""]))
    return "\n".join(parts)


def _by_subject() -> dict[str, set[str]]:
    """Subject -> ids of its measures, by the file that defines them."""
    found: dict[str, set[str]] = {subject: set() for subject in SUBJECTS.values()}
    for path in sorted(FOLDER.glob("definitions/*.toml")):
        subject = SUBJECTS.get(path.stem.split("_")[0], path.stem.replace("_", " ").capitalize())
        ids = tomllib.loads(path.read_text(encoding="utf-8"))
        found.setdefault(subject, set()).update(ids)
    return {subject: ids for subject, ids in found.items() if ids}


def _row(one: Definition) -> str:
    formula = f"`{one.formula}`" if one.formula else ""
    said = f"{one.definition} *{one.caveat}*" if one.caveat else one.definition
    cells = [
        f"{one.title} (`{one.id}`)", one.unit, BETTER[one.direction], one.counts,
        ", ".join(one.by), formula, said,
    ]  # fmt: skip
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
