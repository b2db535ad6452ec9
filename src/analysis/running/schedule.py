"""``analysis schedule``: lines for the schedulers of Linux, macOS and Windows."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path, PureWindowsPath

HOUR = 6


def schedule_lines(root: Path) -> str:
    """Lines that run the reports at 6 each morning; cron mails only where something failed."""
    parts = [
        ("# cron: add with crontab -e (tested)", cron_line(root)),
        ("# systemd: two files in ~/.config/systemd/user (syntax tested)", systemd_units(root)),
        ("# Windows Task Scheduler: in a command prompt (not tried)", windows_line(root)),
    ]
    return "\n\n".join(f"{title}\n{lines}" for title, lines in parts)


def command(root: Path) -> list[str]:
    """The command that a scheduler starts: this Python and run.py, both by their full paths."""
    python = getattr(sys, "_base_executable", None) or sys.executable
    return [python, str(root / "run.py"), "report", "--keep", "36"]


def cron_line(root: Path) -> str:
    """A line for crontab: output is kept, and mailed by cron only where the run failed."""
    run = " ".join(shlex.quote(part) for part in command(root))
    # cron reads % as the end of the line
    line = f"""0 {HOUR} * * * out=$({run} 2>&1) || printf '%s\\n' "$out\""""
    return line.replace("%", r"\%")


def systemd_units(root: Path) -> str:
    """A service and its timer, each below a comment with its file name."""
    start = " ".join(_systemd_quoted(part) for part in command(root))
    return f"""# safeguarding-reports.service
[Unit]
Description=Children's services performance reports

[Service]
Type=oneshot
ExecStart={start}
KillMode=control-group

# safeguarding-reports.timer
[Unit]
Description=Children's services performance reports each morning

[Timer]
OnCalendar=*-*-* {HOUR:02}:00:00
Persistent=true

[Install]
WantedBy=timers.target

# then: systemctl --user enable --now safeguarding-reports.timer
# and, to run while you are not logged in: loginctl enable-linger"""


def _systemd_quoted(part: str) -> str:
    """A word of a systemd command line: % and $ doubled, quoted where it holds a space.

    Examples
    --------
    >>> _systemd_quoted("/home/a b/100%/run.py")
    '"/home/a b/100%%/run.py"'
    """
    word = part.replace("\\", "\\\\").replace("%", "%%").replace("$", "$$").replace('"', '\\"')
    return f'"{word}"' if " " in word else word


def windows_line(root: Path) -> str:
    """A schtasks command; Windows wants the inner quotation marks escaped."""
    run = " ".join(f'\\"{PureWindowsPath(part)}\\"' if "\\" in part or "/" in part else part
                   for part in command(root))  # fmt: skip
    return f'schtasks /Create /SC DAILY /ST {HOUR:02}:00 /TN "Safeguarding reports" /TR "{run}"'
