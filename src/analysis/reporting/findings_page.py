"""What inspectors found, and what the source says of it: quoted, with paragraph and date."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.reporting import sentences
from analysis.reporting.numbers import date_words
from analysis.reporting.page import Page
from analysis.reporting.statements import quoted_statements
from analysis.reporting.tables import html_table

COUNTS = "plan_counts"


def count(page: Page, state: str) -> dict:
    """The number of findings or actions in one state, as a fact."""
    return page.fact(f"{COUNTS}.{state}")


def findings_sentence(page: Page) -> Markup:
    """How many strengths and areas for development there are, or that none are held."""
    strengths, areas = count(page, "strengths"), count(page, "areas_for_development")
    if not sentences.is_usable(strengths, areas):
        return Markup(
            "No extract of findings is held, so strengths and areas for development cannot be "
            "counted."
        )
    return sentences.text(
        "Inspectors named {strengths} strengths and {areas} areas for development.",
        strengths=strengths,
        areas=areas,
    )


def findings_tables(page: Page, plan: pd.DataFrame) -> list[Markup]:
    """Areas for development, then strengths, each quoted with source, paragraph and date."""
    if not page.has("findings"):
        return []
    told = plan.dropna(subset=["finding"]).drop_duplicates("finding_id")
    kinds = (("development", "Areas for development"), ("strength", "Strengths"))
    tables = [
        _findings_table(page, told[told["kind"] == kind], kind, title) for kind, title in kinds
    ]
    return [table for table in tables if table]


def _findings_table(page: Page, rows: pd.DataFrame, kind: str, title: str) -> Markup:
    given = page.table("findings").drop_duplicates("finding_id")
    as_at = dict(zip(given["finding_id"], given["as_at"], strict=True))
    lines = [
        {
            "Finding": quoted(row["finding"]),
            "Source": as_given(row["source"]),
            "Paragraph": as_given(row["paragraph"]),
            "Date": as_given(_day_found(row["finding_date"], as_at[row["finding_id"]])),
        }
        for row in rows.to_dict("records")
    ]
    return html_table(
        lines,
        table_id=f"t-{kind}",
        caption=title,
        note="Quoted from the source.",
        numeric=[],
        classes=["stack"],
    )


def _day_found(day: pd.Timestamp, as_at: object) -> str:
    """The date of a finding in words; only its month where that is all the source gives."""
    if pd.isna(day):
        return "not given"
    is_month = str(as_at) == f"{day:%Y-%m}"
    return date_words(f"{day:%Y-%m}" if is_month else f"{day:%Y-%m-%d}")


def quoted(text: object) -> Markup:
    """A text of the source in quotation marks."""
    return Markup('<span data-text="definition">“{}”</span>').format(str(text).rstrip("."))


def as_given(text: object, missing: str = "Not given") -> Markup:
    """A text of an extract as it stands, or that there is none."""
    blank = pd.isna(text) or not str(text).strip()
    return Markup('<span data-text="definition">{}</span>').format(missing if blank else text)


def said(page: Page, *topics: str) -> list[Markup]:
    """What the source says of these topics, quoted."""
    if not page.has("statements"):
        return []
    source = page.authority.already_published
    return [quoted_statements(page.table("statements"), topic, source=source) for topic in topics]
