"""Tiny notebooks and small projects that the tests of the runner run for real."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parents[2]

PARAMETERS = """\
authority: str = "derby"  # the authority's folder
period: str = "latest"  # the month that the report ends with
release: str = "public"  # public or internal
raw: str = "../data/raw"  # where the extracts are
months: int = 12  # how many months are shown
"""
SAVE = """\
from IPython.display import HTML, display
from analysis.running.work import open_inputs, save_results
inputs = open_inputs(authority, period, release, raw)
total = int(inputs.extracts.tables["contacts_monthly"]["contacts"].sum())
fact = dict(id="{name}.total", label="Total", value=total, shown=f"{{total:,}}", unit="count",
            period=str(inputs.period), numerator=None, denominator=None, lower=None, upper=None,
            source="contacts.xlsx", formula="", suppressed=False, note="")
save_results(inputs.work, "{name}", {{"title": "{title}", "facts": [fact], "tables": []}})
top = dict(title="{title}", release=release, organisation="Derby", subject="", status="")
display(HTML("x"), metadata={{"analysis": {{"masthead": top}}}})
shown = f'<p>Contacts: <span data-fact="{name}.total">{{total:,}}</span></p>'
display(HTML(shown), metadata={{"analysis": {{"block": True}}}})
"""
MARK = 'display(HTML("end"), metadata={{"analysis": {{"sentinel": "{name}"}}}})'


def tiny_notebook(name: str, *extra: str, title: str = "A tiny page"):
    """A notebook that counts contacts, with cells of the test's own before its last."""
    cells = [
        new_markdown_cell(f"# {title}\n\n## Contacts\n\nWhy contacts matter."),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(SAVE.format(name=name, title=title)),
        *[new_code_cell(code) for code in extra],
        new_code_cell(MARK.format(name=name)),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return new_notebook(cells=cells)


class Project:
    """A copy of the library with tiny notebooks and Derby's contacts, run as a user would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "reports"
        copied = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / "src", folder / "src", ignore=copied)
        (folder / "notebooks").mkdir()
        self.raw = folder / "data" / "raw"
        (folder / "data" / "processed").mkdir(parents=True)
        self.add_authority("derby")

    def add_authority(self, name: str) -> None:
        """Add an authority with Derby's contacts under a name of its own."""
        (self.raw / name).mkdir(parents=True)
        source = ROOT / "data" / "raw" / "derby"
        shutil.copyfile(source / "contacts.xlsx", self.raw / name / "contacts.xlsx")
        profile = f'name = "{name.title()} Council"\nstatus = "final"\nsynthetic = false\n'
        (self.raw / name / "authority.toml").write_text(profile, encoding="utf-8")

    def add(self, name: str, *extra: str) -> None:
        """Add or replace a notebook."""
        nbformat.write(tiny_notebook(name, *extra), self.folder / "notebooks" / f"{name}.ipynb")

    def environment(self) -> dict:
        """The environment of a run: this library, a fixed time."""
        own = {"PYTHONPATH": str(self.folder / "src"), "SOURCE_DATE_EPOCH": "1630454400"}
        return {**os.environ, **own}

    def start(self, *arguments: str) -> subprocess.Popen:
        """Start ``analysis report`` and do not wait."""
        return subprocess.Popen(
            [sys.executable, "-m", "analysis", "report", "--raw", str(self.raw), *arguments],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def report(self, *arguments: str) -> tuple[int, str]:
        """Run ``analysis report``: its exit code and what it printed."""
        run = self.start("--jobs", "2", *arguments)
        said, _ = run.communicate(timeout=300)
        return run.returncode, said

    def files(self, authority: str = "derby", period: str = "2021-08") -> dict[str, bytes]:
        """The files of a published period, name -> bytes."""
        folder = self.out / authority / period
        return {p.name: p.read_bytes() for p in sorted(folder.glob("*"))}


@pytest.fixture
def project(tmp_path) -> Project:
    """A project with one notebook and a summary."""
    made = Project(tmp_path / "a project")
    made.add("01_tiny")
    made.add("06_leader_summary")
    return made
