"""Folders for a process's own use, which do not outlive it for long.

A process removes its folder when it ends; one that was killed cannot, so the next to make a
folder in the same place does it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

from analysis.running.lock import is_alive, owner_of, process_of, this_process

RUNS, WORK, KERNELS = "run-", "analysis-work-", "analysis-kernel-"
OWNER, CHILD = "owner.json", "child.json"
NAMELESS_SECONDS = 600
STRANGE_SECONDS = 2 * 24 * 3600


def make_folder(prefix: str, base: Path | None = None) -> Path:
    """Make a folder for this process, and remove those that dead ones left beside it.

    Parameters
    ----------
    prefix
        How the names of such folders begin.
    base
        Where they lie; the system's place for passing files by default.
    """
    base = base or Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
    try:
        (folder / OWNER).write_text(json.dumps(this_process()), encoding="utf-8")
    except OSError:  # a full disk: a folder without an owner would stay for ever
        shutil.rmtree(folder, ignore_errors=True)
        raise
    clear_folders(prefix, base)
    return folder


def clear_folders(prefix: str, base: Path | None = None) -> None:
    """Remove the folders of this kind that dead processes left, and end what lived for them."""
    for other in (base or Path(tempfile.gettempdir())).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            if _is_left_behind(other):
                _end_child(other)
                shutil.rmtree(other, ignore_errors=True)


def note_child(folder: Path, pid: int) -> None:
    """Note a process that lives for its folder, and leads a group: it ends with the folder."""
    (folder / CHILD).write_text(json.dumps(process_of(pid)), encoding="utf-8")


def _end_child(folder: Path) -> None:
    """End the process noted in a folder, and its group, should it have outlived the owner.

    A kernel sees by itself that its worker is gone, but not in the middle of a long sum.
    """
    child = owner_of(folder / CHILD)
    if child.get("host") == socket.gethostname() and is_alive(child):
        end_group(child["pid"])


def end_group(pid: int) -> None:
    """Kill a process and its group; on Windows, where there are no groups, the process alone."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)  # which Windows takes for an end without appeal
        else:
            os.killpg(pid, signal.SIGKILL)


def _is_left_behind(folder: Path) -> bool:
    """Whether a folder's owner is dead, or died before it had put its name there.

    Of another machine's owner that cannot be told; no run takes two days. What another user put
    there is not ours to judge.
    """
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        return False
    age = time.time() - folder.stat().st_mtime
    owner = owner_of(folder / OWNER)
    if not owner:
        return age > NAMELESS_SECONDS
    strange = owner.get("host") != socket.gethostname()
    return not is_alive(owner) or (strange and age > STRANGE_SECONDS)
