"""One run at a time in a folder: a lock file that names its owner and shows its age.

The file is made in a way that fails when it exists, on every system and on a shared drive. A
lock whose owner is gone is taken over: on the same machine at once, from another machine when it
has not been refreshed for ten minutes.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

REFRESH_SECONDS = 30
STALE_SECONDS = 600
READ_AGAIN_SECONDS = (0.2, 1, 3)
UNREADABLE_SECONDS = 10


class Locked(Exception):
    """Raised when another live run owns the folder; the message names it and its age."""


class LockLost(Exception):
    """Raised when a run finds that its own lock has been taken over."""


def this_process() -> dict:
    """Who runs here: process id, machine, and when the process started (ids are used again)."""
    return process_of(os.getpid())


def process_of(pid: int) -> dict:
    """A process of this machine, told apart from any other that has or had its number."""
    return {"pid": pid, "host": socket.gethostname(), "born": _born(pid)}


def is_alive(owner: dict) -> bool:
    """Whether a process of this machine still runs; one of another machine counts as alive."""
    import psutil

    if owner.get("host") != socket.gethostname():
        return True
    try:
        pid = int(owner["pid"])
        ended = psutil.Process(pid).status() == psutil.STATUS_ZOMBIE  # and nobody asked how yet
        return not ended and _born(pid) == owner.get("born")
    except psutil.AccessDenied:
        return True
    except (psutil.NoSuchProcess, KeyError, ValueError, TypeError, OverflowError):
        return False


def _born(pid: int) -> str:
    """Which start of the machine, and how long after it, a process began; else the time of day.

    The time of day is what Linux works out from a clock that may be set meanwhile.

    Raises
    ------
    psutil.NoSuchProcess
        When there is none of this number.
    """
    import psutil

    process = psutil.Process(pid)
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        return f"{boot} {after_name.split()[19]}"
    except (OSError, IndexError, ValueError):
        return str(round(process.create_time(), 1))


@contextlib.contextmanager
def locked(path: Path) -> Iterator[Lock]:
    """Own a lock file for the length of a block.

    Raises
    ------
    Locked
        When another live run owns it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = Lock(path)
    for _ in range(5):
        if lock.create():
            break
        _remove_if_stale(path)
    else:
        raise Locked(_spoken(path))
    lock.keep_fresh()
    try:
        yield lock
    finally:
        lock.release()


class Lock:
    """A lock file that this process owns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.owner = this_process() | {
            "token": uuid.uuid4().hex,
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._done = threading.Event()

    def create(self) -> bool:
        """Make the lock file; False where it is there already."""
        try:
            handle = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError:
            return False
        except PermissionError:
            if self.path.exists():  # Windows says so of a file that is being deleted
                return False
            raise
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(self.owner, file)
        except OSError:  # a full disk: an empty lock would stand in the next run's way
            self.path.unlink(missing_ok=True)
            raise
        return True

    def keep_fresh(self) -> None:
        """Touch the file now and then, so that other machines see that the owner lives."""

        def refresh() -> None:
            while not self._done.wait(REFRESH_SECONDS):
                with contextlib.suppress(OSError):
                    if self.is_own():
                        os.utime(self.path)

        threading.Thread(target=refresh, daemon=True).start()

    def is_own(self) -> bool:
        """Whether the lock file is still this process's; read again where a drive hiccups."""
        for pause in (*READ_AGAIN_SECONDS, 0):
            token = owner_of(self.path).get("token")
            if token or not self.path.exists():
                return token == self.owner["token"]
            time.sleep(pause)
        return False

    def check(self) -> None:
        """Stop before anything is put in place by a run that has lost its lock.

        Raises
        ------
        LockLost
            When the file is gone or another's.
        """
        if not self.is_own():
            raise LockLost(f"{self.path}: another run has taken over; nothing was put in place")

    def release(self) -> None:
        """Remove the lock file if it is still this process's."""
        self._done.set()
        with contextlib.suppress(OSError):
            if self.is_own():
                self.path.unlink()


def owner_of(path: Path) -> dict:
    """Who a file names; empty where it is gone or was cut short while being written."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _age_seconds(path: Path) -> float:
    """Seconds since a file was touched, by the clock of the drive that it is on."""
    probe = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    try:
        probe.touch()
        return probe.stat().st_mtime - path.stat().st_mtime
    except OSError:
        return 0.0
    finally:
        with contextlib.suppress(OSError):
            probe.unlink()


def is_stale(path: Path) -> bool:
    """Whether a lock's owner is gone."""
    owner = owner_of(path)
    if not owner:  # such a file is being written, for a moment; its time may be a set clock's
        return not path.exists() or abs(_age_seconds(path)) > UNREADABLE_SECONDS
    return not is_alive(owner) or (
        owner.get("host") != socket.gethostname() and _age_seconds(path) > STALE_SECONDS
    )


def _remove_if_stale(path: Path) -> None:
    """Take a stale lock away by renaming it, so that of two runs only one does."""
    before = owner_of(path)
    if not os.path.lexists(path) or not is_stale(path):
        time.sleep(0.05)
        return
    aside = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    try:
        path.rename(aside)
    except OSError:
        return
    if owner_of(aside) != before and not path.exists():
        aside.rename(path)  # another run took over in between: this is its lock
        return
    if aside.is_dir() and not aside.is_symlink():
        shutil.rmtree(aside, ignore_errors=True)
    else:
        aside.unlink(missing_ok=True)


def _spoken(path: Path) -> str:
    """One line about who holds a lock."""
    owner = owner_of(path)
    minutes = max(0, int((time.time() - path.stat().st_mtime) // 60)) if path.exists() else 0
    if path.exists() and is_stale(path):
        return f"{path}: was left by a run that has ended, and this user may not remove it"
    return (
        f"{path.parent.parent}: another run is writing here (process {owner.get('pid', '?')} on "
        f"{owner.get('host', '?')}, since {owner.get('since', '?')}, last seen {minutes} minutes "
        "ago); wait for it, or write to another folder with --out"
    )
