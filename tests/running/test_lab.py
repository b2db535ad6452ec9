"""What the lab alone shows, and the two lines to any tidy table."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from IPython.utils.capture import capture_output

from analysis.running import lab

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("folder", ["notebooks", "tests"])
def test_any_tidy_table_is_two_lines_away_from_any_folder(folder):
    lines = (
        "from analysis.sources.extracts import load_authority\n"
        "contacts = load_authority('derby').tables['contacts_monthly']\n"
        "print(len(contacts), int(contacts['contacts'].sum()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", lines],
        cwd=ROOT / folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert run.stdout.split() == ["12", "24568"], run.stderr
    assert not (ROOT / folder / "data").exists()


def test_without_itables_a_table_is_shown_as_it_is(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with capture_output() as shown:
        lab.show_table(pd.DataFrame({"contacts": [1637]}))
    assert "1637" in shown.stdout


def test_no_module_of_the_report_knows_the_tables_of_the_lab():
    package = ROOT / "src" / "analysis"
    users = [p for p in package.rglob("*.py") if "itables" in p.read_text(encoding="utf-8")]
    assert [path.name for path in users] == ["lab.py"]
