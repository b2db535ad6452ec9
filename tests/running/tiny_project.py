"""Tiny notebooks and small projects that the tests of the runner run for real."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.running import cli
from analysis.running.dispatch import Workers

FIXED_TIME = "1630454400"
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
from analysis.running.results import save_results
from analysis.running.work import open_inputs
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
    """Tiny notebooks and Derby's contacts in a folder of their own, run as a user would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "reports"
        self.raw = folder / "data" / "raw"
        (folder / "notebooks").mkdir(parents=True)
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

    def report(self, *arguments: str) -> tuple[int, str]:
        """Run ``analysis report`` in this process, its kernel kept warm: exit code and words."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = cli.main(["report", "--raw", str(self.raw), *arguments])
        return code, said.getvalue()

    def stands_and_a_run_says(self, words: str) -> None:
        """Check that a run fails with these words and leaves the published period as it is."""
        before = self.files()
        code, said = self.report()
        assert code == 1, said
        assert words in said, said
        assert self.files() == before

    def start(self, *arguments: str, stdout: int = subprocess.PIPE, **environment: str):
        """Start ``analysis report`` as a process of its own, in a group of its own."""
        start = str(self.start_script())
        return subprocess.Popen(
            [sys.executable, start, "report", "--raw", str(self.raw), *arguments],
            env={**os.environ, "SOURCE_DATE_EPOCH": FIXED_TIME, **environment},
            stdout=stdout,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def start_script(self) -> Path:
        """A script that is the command line, for this project."""
        script = (
            "import sys; from pathlib import Path; from analysis.running import cli\n"
            "if __name__ == '__main__':\n"
            f"    cli.ROOT = Path({str(self.folder)!r}); sys.exit(cli.main(sys.argv[1:]))\n"
        )
        path = self.folder / "start.py"
        path.write_text(script, encoding="utf-8")
        return path

    def files(self, authority: str = "derby", period: str = "2021-08") -> dict[str, bytes]:
        """The files of a published period, name -> bytes."""
        folder = self.out / authority / period
        return {p.name: p.read_bytes() for p in sorted(folder.glob("*"))}

    def manifest(self, authority: str = "derby", period: str = "2021-08") -> dict:
        """The manifest of a published period."""
        return json.loads(self.files(authority, period)["manifest.json"])

    def outcomes(self, period: str = "2021-08") -> dict[str, str]:
        """Notebook -> how it ended."""
        entries = self.manifest(period=period)["notebooks"]
        return {entry["notebook"]: entry["outcome"] for entry in entries}


@contextlib.contextmanager
def this_process(_options: object, _authorities: int):
    """Workers that are a thread of the test's own process: one warm kernel for all tests."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        yield Workers(executor, 1)
