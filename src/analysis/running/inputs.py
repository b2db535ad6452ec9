"""What a page depends on: extracts, code, libraries, each by a sum; nothing heavy is imported here.

An unchanged re-run reads no table at all: it compares these sums with those of the report that
stands.
"""

from __future__ import annotations

import functools
import hashlib
import sys
import time
from pathlib import Path

from analysis.sources.inventory import input_files, is_opened, is_whole_workbook, name_in, sha256

COPYING_SECONDS = 3
LOOK_AGAIN_SECONDS = 0.5
PATIENCE_SECONDS = 300
CODE = (".py", ".toml", ".j2", ".json", ".css", ".svg")


class StillCopied(Exception):
    """Raised when a file of an authority keeps changing for longer than a run waits."""


def wait_until_copied(paths: list[Path]) -> None:
    """Wait for each file that was touched just now until it has stood still for three seconds.

    A workbook shows by its end that it is whole; any other file only by standing still.

    Raises
    ------
    StillCopied
        When one still changes after five minutes; the message names it.
    """
    patience = time.monotonic() + PATIENCE_SECONDS
    read = [path for path in paths if is_opened(path.name)]
    fresh = {path: (_look(path), time.monotonic()) for path in read if _is_fresh(path)}
    while fresh:
        time.sleep(LOOK_AGAIN_SECONDS)
        now = time.monotonic()
        for path, (look, since) in list(fresh.items()):
            again = _look(path)
            if again != look:
                fresh[path] = (again, now)
            elif now - since >= COPYING_SECONDS or _is_whole(path):
                del fresh[path]
        if fresh and now > patience:
            name = next(iter(fresh)).name
            raise StillCopied(f"{name} is still being copied; run again when it is there")


def _is_fresh(path: Path) -> bool:
    """Whether a file was touched just now and may not be all there."""
    try:
        seconds_old = abs(time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        return False
    return seconds_old < COPYING_SECONDS and not _is_whole(path)


def _is_whole(path: Path) -> bool:
    try:
        return is_whole_workbook(path)
    except OSError:  # gone, or not ours to read: who reads it says so
        return False


def _look(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return (-1, -1)
    return (stat.st_size, stat.st_mtime_ns)


def input_sums(raw: Path, authority: str) -> dict[str, str]:
    """File name relative to the authority's folder (``../`` for shared ones) -> SHA-256."""
    folder = raw / authority
    sums = {}
    for path in input_files(raw, authority):
        own = folder in path.parents
        sums[name_in(folder, path) if own else f"../{path.name}"] = (
            sha256(path) if is_opened(path.name) else "passed over"
        )
    return sums


@functools.cache
def code_sum() -> str:
    """The SHA-256 of the library's own files."""
    package = Path(__file__).resolve().parents[1]
    total = hashlib.sha256()
    for path in sorted(p for p in package.rglob("*") if p.suffix in CODE and p.is_file()):
        total.update(path.relative_to(package).as_posix().encode() + b"\0")
        total.update(path.read_bytes())
    return total.hexdigest()


@functools.cache
def versions() -> dict[str, str]:
    """Python's version and those of the libraries that the project asks for, as a manifest says."""
    import platform
    import re
    from importlib import metadata

    wanted = metadata.requires("safeguarding-performance-notebooks") or []
    names = {re.split(r"[\[<>=!~; ]", w)[0] for w in wanted if "extra ==" not in w}
    found = {"python": platform.python_version()}
    for name in sorted(names):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


@functools.cache
def environment_sum() -> str:
    """The SHA-256 of Python's version and of every installed distribution's name and version."""
    import platform

    folders = [Path(folder) for folder in sys.path]
    installed = {p.name for f in folders for p in [*f.glob("*.dist-info"), *f.glob("*.egg-info")]}
    said = [platform.python_version(), *sorted(installed)]
    return hashlib.sha256("\n".join(said).encode("utf-8")).hexdigest()


def worker_sum() -> str:
    """What a worker must have in common with the driver: the library and what it stands on."""
    return hashlib.sha256(f"{code_sum()}{sorted(versions().items())}".encode()).hexdigest()
