"""The lines that are printed work where they are meant to."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.running import schedule


def project_with(folder: Path, code: int) -> Path:
    """A folder whose run.py says a line and ends with a code."""
    folder.mkdir(parents=True)
    (folder / "run.py").write_text(
        f"print('last line'); raise SystemExit({code})", encoding="utf-8"
    )
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="cron is not on Windows")
@pytest.mark.parametrize(("code", "said"), [(0, ""), (1, "last line\n")])
def test_the_cron_line_is_quiet_on_success_and_speaks_on_failure(tmp_path, code, said):
    line = schedule.cron_line(project_with(tmp_path / "a folder, 100%", code))
    hour, command = line.split(" * * * ")
    assert hour == "0 6"
    command = command.replace(r"\%", "%")  # cron hands it to the shell like this
    run = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert run.stdout == said


def test_no_bare_percent_sign_ends_the_cron_line_early(tmp_path):
    line = schedule.cron_line(tmp_path / "100%")
    assert "%" not in line.replace(r"\%", "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_accepts_the_units(tmp_path):
    project = project_with(tmp_path / "a folder", 0)
    service, timer = schedule.systemd_units(project).split("# safeguarding-reports.timer\n")
    (tmp_path / "safeguarding-reports.service").write_text(service, encoding="utf-8")
    (tmp_path / "safeguarding-reports.timer").write_text(timer, encoding="utf-8")
    verify = ["systemd-analyze", "verify", *map(str, tmp_path.glob("safeguarding*"))]
    run = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert "safeguarding" not in run.stderr


def test_windows_is_marked_as_not_tried(tmp_path):
    said = schedule.schedule_lines(tmp_path)
    assert "(not tried)\nschtasks /Create" in said
