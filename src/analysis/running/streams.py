"""Where a run says things: an output that is closed, or takes no more, never ends the run."""

from __future__ import annotations

import contextlib
import os
import sys


def open_streams() -> None:
    """Give a process that was started without its three streams the system's empty ones.

    So starts ``pythonw``, and a shell after ``>&-``. Left free, their numbers would go to the
    next files to be opened, and what some library prints would land in one of them.
    """
    while (spare := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(spare, True)
    os.close(spare)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif hasattr(getattr(sys, name), "reconfigure"):
            getattr(sys, name).reconfigure(errors="backslashreplace")  # a name may not be ASCII


def say(line: str, *, wrong: bool = False) -> None:
    """Print a line, of what went wrong to stderr.

    Into a closed pipe or a log on a full disk nothing more is printed.
    """
    stream = sys.stderr if wrong else sys.stdout
    try:
        print(line, file=stream, flush=True)
    except OSError:
        with contextlib.suppress(OSError), open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
            os.dup2(nowhere.fileno(), stream.fileno())
