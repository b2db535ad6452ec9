"""Days are in words on pages and ISO in files."""

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

ROOT = Path(__file__).resolve().parents[2]
MARKUP = re.compile(r"<(style|svg|script)\b.*?</\1>|<[^>]+>", re.DOTALL)
ISO = re.compile(r"\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b")
SLASHED = re.compile(r"\b\d{1,2}/\d{1,2}/(?:\d\d|\d{4})\b")
MONTH = re.compile(r"\b(?:19|20)\d\d-\d\d")


@pytest.fixture(scope="module")
def words(derby_report) -> dict[str, str]:
    """What a reader of each page sees."""
    pages = sorted(derby_report.glob("*.html"))
    return {page.name: MARKUP.sub(" ", page.read_text(encoding="utf-8")) for page in pages}


def test_pages_write_days_and_months_in_words(words):
    assert len(words) >= 6
    for name, text in words.items():
        seen = [m for m in ISO.findall(text) if not re.fullmatch(r"\d{4}-\d\d", m) or is_month(m)]
        assert seen == [], name
        assert SLASHED.findall(text) == [], name
    assert "August 2021" in words["index.html"]


def is_month(text: str) -> bool:
    """Whether 2020-21 could be a month at all; as 2020-21 it is a financial year."""
    return 1 <= int(text[-2:]) <= 12


def test_files_write_months_and_days_in_iso(derby_report):
    facts = json.loads((derby_report / "facts.json").read_text(encoding="utf-8"))
    periods = {fact["period"] for fact in facts}
    dated = {period for period in periods if re.search(r"\d{4}", period)}
    assert "2021-08" in dated
    assert [period for period in dated if not MONTH.match(period)] == []
    assert [period for period in periods if SLASHED.search(period)] == []


def test_the_workbook_has_no_day_with_slashes(derby_report):
    book = load_workbook(derby_report / "tables.xlsx", read_only=True)
    cells = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row]
    book.close()
    assert [cell for cell in cells if SLASHED.search(cell)] == []
