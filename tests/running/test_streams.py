"""A run whose output nobody can read any more goes on to its end."""

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.running.streams import say

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")


@pytest.mark.parametrize("output", [">&-", ">&- 2>&- <&-", ">/dev/full"])
def test_without_an_output_the_report_is_made_and_the_exit_code_says_so(project, output):
    if "full" in output and sys.platform != "linux":
        pytest.skip("/dev/full is Linux's own")
    start = project.start_script()
    command = [sys.executable, str(start), "report", "--raw", str(project.raw)]
    done = subprocess.run(["sh", "-c", f'exec "$@" {output}', "sh", *command], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert project.manifest()["complete"]


def test_a_name_that_the_output_cannot_spell_is_written_otherwise(project):
    project.add_authority("ynys môn")
    run = project.start("--authority", "ynys môn", PYTHONIOENCODING="ascii")
    said, _ = run.communicate(timeout=60)
    assert (run.returncode, said) == (0, "Reports done. Made: ynys m\\xf4n 2021-08.\n")


def test_a_line_for_a_closed_pipe_is_dropped_and_so_are_later_ones():
    code = "from analysis.running.streams import say; input(); say('one'); say('two'); print('3')"
    run = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    run.stdout.close()
    _, said = run.communicate(b"\n")
    assert (run.returncode, said) == (0, b"")


def test_a_line_is_printed_at_once(capfd):
    say("Reports done.")
    assert capfd.readouterr().out == "Reports done.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(("arguments", "code"), [("report --period x", 2), ("schedule", 0)])
def test_a_log_on_a_full_disk_changes_no_exit_code(project, arguments, code):
    start = project.start_script()
    shell = f'exec "$@" {arguments} >/dev/full 2>&1'
    done = subprocess.run(["sh", "-c", shell, "sh", sys.executable, str(start)], check=False)
    assert done.returncode == code
