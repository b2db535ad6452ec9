"""What several tests stand on: Exampleshire's extracts, and Derby's real report."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_sessionstart(session):
    """Make Exampleshire where it is absent, once, as a first report does."""
    folder = ROOT / "data" / "raw" / "exampleshire"
    if hasattr(session.config, "workerinput") or folder.exists():
        return
    from analysis.sources.sample import write_sample

    write_sample(folder)


@pytest.fixture(scope="session")
def derby_report(tmp_path_factory) -> Path:
    """The folder of Derby's report for August 2021, made once in a session as a user makes it."""
    out = tmp_path_factory.mktemp("reports")
    command = ["report", "--authority", "derby", "--period", "2021-08", "--out", str(out)]
    run = subprocess.run(
        [sys.executable, "-m", "analysis", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return out / "derby" / "2021-08"
