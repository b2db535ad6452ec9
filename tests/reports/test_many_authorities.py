"""Authorities that share a run, a worker and a kernel share nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.sources.sample import write_sample

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("anyshire", "derby", "zedshire")


@pytest.fixture(scope="module")
def raw(tmp_path_factory) -> Path:
    """Two small synthetic authorities and, between them, one that holds other tables."""
    folder = tmp_path_factory.mktemp("raw")
    write_sample(folder / "anyshire", seed=5, size=0.1)
    write_sample(folder / "zedshire", seed=6, size=0.1)
    shutil.copytree(ROOT / "data" / "raw" / "derby", folder / "derby")
    return folder


def report(raw: Path, out: Path, *names: str) -> dict[str, bytes]:
    """Every file that a run of these authorities publishes, in one worker and one kernel."""
    chosen = [part for name in names for part in ("--authority", name)]
    options = ["--raw", str(raw), "--out", str(out), "--jobs", "1", "--force", *chosen]
    run = subprocess.run(
        [sys.executable, "-m", "analysis", "report", *options],
        cwd=ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1756684800"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    paths = [path for name in names for path in sorted((out / name).glob("2*/*"))]
    assert len(paths) >= 9 * len(names)
    timed = "manifest.json"
    return {str(p.relative_to(out)): p.read_bytes() for p in paths if p.name != timed}


def test_a_report_is_the_same_whichever_authorities_were_made_before_it(raw, tmp_path):
    alone = {}
    for name in NAMES:
        alone |= report(raw, tmp_path / "alone", name)
    together = report(raw, tmp_path / "together", *NAMES)
    assert together.keys() == alone.keys()
    assert [name for name in alone if together[name] != alone[name]] == []
