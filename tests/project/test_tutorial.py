"""The tutorial runs from top to bottom as an analyst runs it, and its command makes a report."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "notebooks" / "tutorial.ipynb"
LONGEST_CELL = 12


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder of notebooks with the tutorial alone, so that the project's own stays clean."""
    folder = tmp_path_factory.mktemp("project") / "notebooks"
    folder.mkdir()
    shutil.copyfile(TUTORIAL, folder / TUTORIAL.name)
    return folder


@pytest.fixture(scope="module")
def ran(place):
    """The tutorial with its outputs."""
    notebook = nbformat.read(place / TUTORIAL.name, as_version=4)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(place)}}
    )
    return client.execute()


def code(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook) -> list:
    return [output for cell in code(notebook) for output in cell.outputs]


def printed(notebook) -> str:
    return "".join(o.text for o in outputs(notebook) if o.output_type == "stream")


def test_tutorial_is_clean_and_short():
    notebook = nbformat.read(TUTORIAL, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [i for i, c in enumerate(code(notebook)) if c.outputs or c.execution_count] == []
    assert [c.source for c in code(notebook) if len(c.source.splitlines()) > LONGEST_CELL] == []


def test_tutorial_has_one_cell_of_annotated_and_commented_parameters():
    cells = [c for c in code(nbformat.read(TUTORIAL, as_version=4)) if c.metadata.get("tags")]
    assert [c.metadata.tags for c in cells] == [["parameters"]]
    lines = cells[0].source.splitlines()
    assert [line for line in lines if not re.match(r"\w+: str = \"[^\"]+\"  # \w", line)] == []


def test_the_runner_passes_the_tutorial_by():
    assert not re.match(r"\d\d_", TUTORIAL.name)


def test_tutorial_runs_and_its_spreadsheets_are_recognised_once_their_headings_are_taught(ran):
    said = printed(ran)
    assert "no table was found" in said
    assert "row 42, column contact_date: '31/04/2022' is not a day" in said
    assert "contacts: 9,000 rows from newshire/Contacts export.xlsx" in said
    assert "0 errors, 0 warnings" in said


def test_tutorial_shows_its_charts_and_its_own_measure_as_facts(ran):
    shown = "".join(
        output.data.get("text/html", "")
        for output in outputs(ran)
        if output.output_type == "display_data" and "analysis" in output.metadata
    )
    assert shown.count("<figure") == 2
    assert 'data-fact="contacts.2024-09"' in shown
    assert 'data-fact="contacts_from_police.2024-09"' in shown


def test_tables_that_sort_carry_no_mark_of_a_page(ran):
    tables = [o for o in outputs(ran) if "itables" in str(o.get("data", {}).get("text/html", ""))]
    assert len(tables) >= 5
    assert [output for output in tables if "analysis" in output.metadata] == []


def test_the_analysts_picture_is_drawn_and_carries_no_mark_of_a_page(ran):
    pictures = [output for output in outputs(ran) if "image/png" in output.get("data", {})]
    assert len(pictures) == 1
    assert "analysis" not in pictures[0].metadata


def test_the_command_of_the_tutorial_makes_the_whole_report(ran, place):
    command = printed(ran).split("python3 run.py report")[-1].splitlines()[0].split()
    inside = place.parent
    words = [str(inside / word) if "/" in word else word for word in command]
    run = subprocess.run(
        [sys.executable, "-m", "analysis", "report", *words],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    page = place / "scratch/tutorial/reports/newshire/2024-09/index.html"
    assert "Newshire Council" in page.read_text(encoding="utf-8")
