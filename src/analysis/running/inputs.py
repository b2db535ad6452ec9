"""The files that a run reads, told apart by their content; nothing heavy is imported here.

An unchanged re-run reads no table at all: it compares these sums with those of the report that
stands.
"""

from __future__ import annotations

import functools
import hashlib
import time
from pathlib import Path

COPYING_SECONDS = 3
LOOK_AGAIN_SECONDS = 0.5
PATIENCE_SECONDS = 300
PARTS = (".part", ".tmp", ".crdownload", ".partial")
CODE = (".py", ".toml", ".j2", ".json", ".css", ".svg")


class StillCopied(Exception):
    """Raised when a file of an authority keeps changing for longer than a run waits."""


def input_files(raw: Path, authority: str) -> list[Path]:
    """The files of one authority, and those of raw itself that belong to all (benchmarks)."""
    own = [p for p in (raw / authority).rglob("*") if p.is_file() and _is_input(p)]
    shared = [p for p in raw.glob("*.xlsx") if p.is_file() and _is_input(p)]
    return sorted(own) + sorted(shared)


def _is_input(path: Path) -> bool:
    """Whether a file is somebody's extract, not an office program's lock or half a download."""
    return not path.name.startswith((".", "~$")) and path.suffix.lower() not in PARTS


def wait_until_copied(paths: list[Path]) -> None:
    """Wait while a file that was touched just now is still growing.

    Raises
    ------
    StillCopied
        When one still changes after five minutes; the message names it.
    """
    waited_until = time.monotonic() + PATIENCE_SECONDS
    fresh = [path for path in paths if path.exists() and _seconds_old(path) < COPYING_SECONDS]
    looks = {path: _look(path) for path in fresh}
    while fresh:
        time.sleep(LOOK_AGAIN_SECONDS)
        again = {path: _look(path) for path in fresh}
        fresh = [path for path in fresh if again[path] != looks[path]]
        looks = again
        if fresh and time.monotonic() > waited_until:
            raise StillCopied(f"{fresh[0].name} is still being copied; run again when it is there")


def _seconds_old(path: Path) -> float:
    return abs(time.time() - path.stat().st_mtime)


def _look(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return (-1, -1)
    return (stat.st_size, stat.st_mtime_ns)


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def input_sums(raw: Path, authority: str) -> dict[str, str]:
    """File name relative to the authority's folder (``../`` for shared ones) -> SHA-256."""
    folder = raw / authority
    sums = {}
    for path in input_files(raw, authority):
        own = folder in path.parents
        sums[path.relative_to(folder).as_posix() if own else f"../{path.name}"] = sha256(path)
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
    """Python's version and those of the libraries that the project asks for."""
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
