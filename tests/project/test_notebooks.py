"""Notebooks stay thin, clean and parameterised alike."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
FIRST_FOUR = {"authority": "str", "period": "str", "release": "str", "raw": "str"}
LONGEST_CELL = 12


def read(path: Path):
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def parameter_cells(path: Path) -> list:
    return [cell for cell in code_cells(path) if "parameters" in cell.metadata.get("tags", [])]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request) -> Path:
    return request.param


def test_the_suite_has_its_notebooks():
    names = {path.stem for path in NOTEBOOKS}
    assert {"00_template", "01_demand_growth", "06_leader_summary"} <= names


def test_notebook_is_valid(notebook):
    nbformat.validate(read(notebook))


def test_no_outputs_or_execution_counts_are_saved(notebook):
    assert [i for i, c in enumerate(code_cells(notebook)) if c.outputs or c.execution_count] == []


def test_kernelspec_is_the_one_every_machine_has(notebook):
    assert read(notebook).metadata.kernelspec.name == "python3"


def test_one_cell_holds_annotated_and_commented_parameters(notebook):
    cells = parameter_cells(notebook)
    assert len(cells) == 1
    tree = ast.parse(cells[0].source)
    found = {node.target.id: ast.unparse(node.annotation) for node in tree.body}
    assert {name: found.get(name) for name in FIRST_FOUR} == FIRST_FOUR
    assert re.search(r'^raw: str = "\.\./data/raw"', cells[0].source, re.MULTILINE)
    assert all("#" in line for line in cells[0].source.splitlines() if line.strip())


def test_cells_are_short(notebook):
    long = [c.source for c in code_cells(notebook) if len(c.source.splitlines()) > LONGEST_CELL]
    assert long == []


def test_notebook_only_calls_the_library(notebook):
    for cell in code_cells(notebook):
        tree = ast.parse(cell.source)
        banned = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.ListComp)
        kinds = [type(n).__name__ for n in ast.walk(tree) if isinstance(n, banned)]
        assert kinds == [], cell.source
        words = re.findall(r"groupby|read_\w+|plt\.|Path\(|open\(", cell.source)
        assert words == [], cell.source


def test_no_finding_is_typed_as_prose(notebook):
    """Markdown may hold definitions, never a figure with a unit that a run would compute."""
    for cell in read(notebook).cells:
        if cell.cell_type == "markdown":
            prose = cell.source.replace("95%", "")  # the level of every interval is no finding
            assert re.findall(r"\d+(?:\.\d+)?%|£\d|\d,\d{3}", prose) == [], cell.source


def test_with_the_code_deleted_the_page_still_reads_as_a_report(notebook):
    prose = [cell.source for cell in read(notebook).cells if cell.cell_type == "markdown"]
    assert prose[0].startswith("# ")
    assert sum(len(text.split()) for text in prose) >= 60
