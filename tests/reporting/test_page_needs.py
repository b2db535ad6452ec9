"""What a page cannot do without is one fact: pages, `check` and the failure page agree on it."""

from pathlib import Path

from analysis.reporting import kpi_board, workforce_tables
from analysis.reporting.page_needs import ONE_OF
from analysis.running.advice import advice
from analysis.running.outcomes import MISSING, REASONS, reason_of
from analysis.sources.contracts import load_contracts

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def test_what_is_needed_names_notebooks_and_tables_that_there_are():
    assert all((NOTEBOOKS / f"{name}.ipynb").exists() for name in ONE_OF)
    assert {table for tables in ONE_OF.values() for table in tables} <= set(load_contracts())


def test_any_table_that_gives_an_indicator_or_a_workforce_figure_is_enough():
    records = {contracts[0] for contracts in kpi_board.RECORDS.values()}
    assert set(ONE_OF["02_kpi_trends"]) == records | {"kpi_return", "kpi_pairs"}
    workforce = {*workforce_tables.LISTS, workforce_tables.SUMMARY}
    assert set(ONE_OF["03_agency_reliance"]) == workforce


def test_check_says_which_pages_cannot_be_made_of_what_is_held():
    held = [{"file": "a.xlsx", "contract": "contacts_monthly", "sheet": "", "rows": 12}]
    said = advice("anyshire", held, [])
    assert "01_demand_growth" not in said
    assert "02_kpi_trends is not made, and the run then fails, without kpi_return or" in said
    assert "03_agency_reliance is not made" in said


def test_a_reason_of_nothing_but_names_of_tables_is_shown():
    words = "MissingTable in code cell 2: No extract of anyshire holds staff or agency. Put one"
    assert reason_of(MISSING, words) == "No extract of anyshire holds staff or agency."
    spaced = words.replace("anyshire", "St Helens")
    assert reason_of(MISSING, spaced) == "No extract of St Helens holds staff or agency."
    assert reason_of(MISSING, "No extract of anyshire holds A. Name's file.") == REASONS[MISSING]
    assert reason_of("cell failed", words) == REASONS["cell failed"]
