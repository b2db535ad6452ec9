"""A published report beside its own figures, recomputed: what the pages say of it."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.measures.reconciliation import reconcile
from analysis.methods.printed import printed_rule
from analysis.reporting import sentences
from analysis.reporting.blocks import note, two_columns
from analysis.reporting.page import Page
from analysis.reporting.statements import quoted_statements
from analysis.reporting.tables import html_table, value_cell

HABIT = "printed_rule"
CARRIED = ("kpi_first_printed", "kpi_second_printed")  # printed figures, not recomputed ones


def reconciled(page: Page) -> pd.DataFrame:
    """Each published figure beside the page's fact of the same id; empty where none is held.

    The counts of the printed column that each habit of shortening reproduces become facts.
    """
    if not page.has("published"):
        return pd.DataFrame()
    carried = page.facts["id"].str.startswith(CARRIED)
    recomputed = page.facts.loc[~carried, ["id", "value", "note"]]
    found = reconcile(page.table("published"), recomputed)
    column = found[found["exact"].notna()]
    if len(column):
        page.add("published", printed_rule=printed_rule(column["printed"], column["exact"]))
        page.protect()
    return found


def habit_sentence(page: Page) -> Markup:
    """Which habit of shortening reproduces the printed column, and which does not."""
    if page.series(HABIT).empty:
        return Markup("")
    cut, rounded = (page.fact(f"{HABIT}.{name}") for name in ("cut_off", "rounded_half_up"))
    return sentences.text(
        "Cutting off what stands after the point reproduces {cut} of {all} printed figures; "
        "rounding reproduces {rounded}. This report shows one decimal, rounded half up.",
        cut=cut,
        rounded=rounded,
        all=str(int(cut["denominator"])),
    )


def reconciliation_table(
    page: Page, reconciled: pd.DataFrame, *, number: int | None = None
) -> Markup:
    """Printed against recomputed, with the class of each difference."""
    if reconciled.empty:
        return note("No published report is held for this authority, so nothing is reconciled.")
    known = set(page.facts["id"])
    rows = [
        {
            "Item": Markup('<span data-text="definition">{}</span>').format(row["label"]),
            "Where": Markup('<span data-text="definition">{}</span>').format(row["paragraph"]),
            "Printed": Markup('<span data-text="definition">{}</span>').format(row["printed"]),
            "Recomputed": value_cell(page.fact(row["item"]))
            if row["item"] in known and pd.notna(row["exact"])
            else Markup('<span class="sym">[x]</span>'),
            "Class": row["class"],
            "How it was found": Markup('<span data-text="definition">{}</span>').format(
                row["note"][:1].upper() + row["note"][1:]
            ),
        }
        for row in reconciled.to_dict(orient="records")
    ]
    return html_table(
        rows,
        table_id="t-reconciliation",
        caption="Printed in the published report, and recomputed",
        note="A class is found by a test over the whole printed column, never from one figure.",
        number=number,
        numeric=["Printed", "Recomputed"],
        classes=["stack"],
    )


def claim_and_growth(page: Page) -> Markup:
    """What the report says of growth, beside what its own months show."""
    months = page.records("contacts_year_on_year")
    usable = [fact for fact in months if sentences.is_usable(fact)]
    if not page.has("statements") or len(usable) < 2:
        return Markup("")
    said = quoted_statements(
        page.table("statements"), "demand", source=page.authority.already_published
    )
    top = max(usable, key=lambda fact: fact["value"])
    shown = sentences.text(
        "Its own months: above the year before in {above} of {all}; the change on the year was "
        "{top} in {top_month} and {last} in {last_month}.",
        above=str(sum(fact["value"] > 0 for fact in usable)),
        all=str(len(usable)),
        top=top,
        top_month=sentences.month_name(top["period"]),
        last=usable[-1],
        last_month=sentences.month_name(usable[-1]["period"]),
    )
    return two_columns(said, Markup("<p>{}</p>").format(shown))
