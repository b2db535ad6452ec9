"""What the figures rest on: the files read, what was wrong in them, and how the run was made."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from markupsafe import Markup

from analysis.methods.records import rows_of
from analysis.reporting import sentences
from analysis.reporting.facts import slug
from analysis.reporting.numbers import date_words, month_name
from analysis.reporting.page import Page
from analysis.reporting.tables import html_table, value_cell

ROWS, ERRORS, WARNINGS = "extract_rows", "extract_errors", "extract_warnings"
MOST_PROBLEMS = 12


def add_quality(page: Page) -> None:
    """Add the facts of the files read: rows used, errors and warnings by sheet."""
    files, problems = page.extracts.files, page.extracts.problems
    place = files["file"].astype(str) + ", sheet " + files["sheet"].astype(str)
    places = list(zip(files["file"], files["sheet"], strict=True))
    counted = Counter(
        zip(problems["file"], problems["sheet"].fillna(""), problems["severity"], strict=True)
    )
    table = pd.DataFrame(
        {
            "place": place,
            "rows": files["rows"],
            "as_at": files["as_at"],
            "source": place,
            "errors": [counted[file, sheet or "", "error"] for file, sheet in places],
            "warnings": [counted[file, sheet or "", "warning"] for file, sheet in places],
            "note": "",
        }
    ).drop_duplicates("place")
    page.add("", extract_rows=table, extract_errors=table, extract_warnings=table)
    page.protect()


def quality_message(page: Page) -> Markup:
    """How usable the extracts are, in words."""
    problems = page.extracts.problems
    errors = int((problems["severity"] == "error").sum())
    if errors:
        return Markup("Some rows could not be used; the table says where")
    if len(problems):
        return Markup("All extracts were read; there are cautions")
    return Markup("All extracts were read without problems")


def sources_table(page: Page, *, number: int | None = None) -> Markup:
    """The files that the report was made from: rows, date, problems and fingerprint."""
    rows = [
        {
            "File and sheet": Markup('<span data-text="definition">{}, {}</span>').format(
                row["file"], row["sheet"] or "the only sheet"
            ),
            "Holds": Markup('<span data-text="definition">{}</span>').format(
                str(row["contract"]).replace("_", " ")
            ),
            "Rows": value_cell(page.fact(f"{ROWS}.{_name(row)}")),
            "As at": date_words(row["as_at"]),
            "Errors": value_cell(page.fact(f"{ERRORS}.{_name(row)}")),
            "Warnings": value_cell(page.fact(f"{WARNINGS}.{_name(row)}")),
            "Fingerprint": Markup('<code data-text="definition">{}</code>').format(
                row["sha256"][:12]
            ),
        }
        for row in page.extracts.files.to_dict(orient="records")
    ]
    return html_table(
        rows,
        table_id="t-sources",
        caption="What the report was made from",
        note="The fingerprint is the start of the file’s sha256.",
        number=number,
        numeric=["Rows", "Errors", "Warnings"],
        classes=["stack"],
    )


def _name(row: dict) -> str:
    return slug(f"{row['file']}, sheet {row['sheet']}")


def problems_table(page: Page, *, number: int | None = None) -> Markup:
    """The problems found in the extracts, errors first; the rest are in the check."""
    problems = page.extracts.problems.sort_values("severity", kind="stable")
    if problems.empty:
        return Markup("")
    rows = [
        {
            "Where": _where(row),
            "Severity": row["severity"],
            "What was seen and what to do": Markup('<span data-text="definition">{}</span>').format(
                row["message"]
            ),
        }
        for row in problems.head(MOST_PROBLEMS).to_dict(orient="records")
    ]
    more = len(problems) - len(rows)
    note = "The check command lists all of them." if more > 0 else ""
    return html_table(
        rows,
        table_id="t-problems",
        caption="Problems in the extracts",
        note=note,
        number=number,
        classes=["stack"],
    )


def _where(row: dict) -> Markup:
    parts = [row["file"], row["sheet"], row["column"]]
    place = ", ".join(str(part) for part in parts if part and not pd.isna(part))
    at = "" if pd.isna(row["row"]) else f", row {int(row['row'])}"
    return Markup('<span data-text="definition">{}{}</span>').format(place, at)


def not_computed_list(page: Page) -> Markup:
    """What could not be computed, each with what is missing.

    A state (no target, not tested, no measure) is no figure that is missing: its page says it.
    """
    monthly = page.facts["id"].str.contains(r"\.\d{4}-\d{2}")
    facts = page.facts[~monthly & (page.facts["unit"] != "state")]
    said = [sentences.not_computed_sentence(fact) for fact in rows_of(facts)]
    lines = [Markup("<li>{}</li>").format(line) for line in said if line]
    return Markup("<ul>{}</ul>").format(Markup("").join(lines)) if lines else Markup("")


def run_details(page: Page) -> Markup:
    """How the run was made: its parameters and its stated time."""
    rows = [
        ("Authority", page.authority.name),
        ("Period", month_name(page.period)),
        ("Release", page.release),
        ("Made", date_words(page.generated[:10]) if page.generated else "by hand"),
    ]
    return Markup('<dl class="defs" data-text="definition">{}</dl>').format(
        Markup("").join(
            Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, text) for name, text in rows
        )
    )
