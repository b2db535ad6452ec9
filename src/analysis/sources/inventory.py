"""Inventory: which files of a folder are read, told by their names and ends; nothing is parsed.

Reading goes by it, and so do a run's question whether anything changed and its wait for a file that
is still being copied. It imports nothing heavy: an unchanged run loads no table.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".tab"})
BOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".xltx", ".xltm"})
PROFILE = "authority.toml"
BENCHMARKS = "benchmarks.xlsx"

_IGNORED = frozenset({".toml", ".md", ".json", ".py", ".ini", ".yml", ".yaml", ".key"})
_LOCKS = ("~$", ".~lock.")
_HALF_WRITTEN = (".tmp", ".part", ".crdownload", ".partial", ".download")
_COMPANION = "._"  # what macOS lays beside each file on a drive that is not its own
_BOOK_START, _BOOK_END = b"PK\x03\x04", b"PK\x05\x06"
_END_BYTES = 66_000


def authorities(raw: Path) -> list[str]:
    """Names of the authorities' folders in ``raw``: all but hidden ones and those with a "_"."""
    return sorted(p.name for p in raw.iterdir() if p.is_dir() and not p.name.startswith((".", "_")))


def extract_files(folder: Path) -> list[Path]:
    """Files of a folder and its subfolders that may be extracts, lock files among them."""
    return sorted(
        path
        for path in _within(folder)
        if path.is_file() and path.suffix.casefold() not in _IGNORED and path.name != ".DS_Store"
    )


def _within(folder: Path) -> Iterator[Path]:
    """All that lies in a folder and its subfolders, but in those that nobody is to read."""
    for path in folder.rglob("*"):
        if not any(part.startswith((".git", "_")) for part in path.relative_to(folder).parts):
            yield path


def name_in(folder: Path, path: Path) -> str:
    """A file's name within a folder; what a name holds that is no text becomes "?"."""
    return path.relative_to(folder).as_posix().encode("utf-8", "replace").decode("utf-8")


def not_read(folder: Path) -> dict[str, str]:
    """What lies among the extracts and is no file that can be read: name -> what it is."""
    said = {name_in(folder, path): _why_not_read(path) for path in sorted(_within(folder))}
    return {name: words for name, words in said.items() if words}


def _why_not_read(path: Path) -> str:
    is_named_so = path.suffix.casefold() in TEXT_SUFFIXES | BOOK_SUFFIXES
    if path.is_file():
        return ""
    if path.is_dir():
        if path.is_symlink():
            return "a link to a folder, which is not followed; it was passed over"
        if not os.access(path, os.R_OK | os.X_OK):
            return "a folder that this user may not read; it was passed over"
        words = "a folder with the name of a spreadsheet; what lies in it was read"
        return words if is_named_so else ""
    if path.is_symlink():
        return "a link that leads nowhere; it was passed over"
    return "no file but a pipe or the like; it was passed over"


def input_files(raw: Path, authority: str) -> list[Path]:
    """All that an authority's report is made from: extracts, profile, published benchmarks.

    Locks and half-written files come and go while nothing changes; they are left out.
    """
    folder = raw / authority
    extracts = [path for path in extract_files(folder) if not comes_and_goes(path.name)]
    return extracts + [p for p in (folder / PROFILE, raw / BENCHMARKS) if p.is_file()]


def comes_and_goes(name: str) -> bool:
    """Whether a file is a lock, half a download or a system's own note, by its name."""
    suffix = Path(name).suffix.casefold()
    is_note = name.startswith(".") and suffix not in TEXT_SUFFIXES | BOOK_SUFFIXES
    return is_note or name.startswith(_LOCKS) or name.casefold().endswith(_HALF_WRITTEN)


def is_opened(name: str) -> bool:
    """Whether anything of a file beyond its name goes into a report."""
    return name in (PROFILE, BENCHMARKS) or not passed_over(name)


def passed_over(name: str) -> str:
    """Why a file is no extract by its name alone, or ""."""
    if name.startswith(_LOCKS):
        owner = name.removeprefix("~$").removeprefix(".~lock.").rstrip("#")
        return (
            f"a lock file: someone has {owner} open; it was passed over, "
            "and what they have not saved is not in the extract"
        )
    if name.casefold().endswith(_HALF_WRITTEN):
        return "a file that is still being written or downloaded; it was passed over"
    if name.startswith(_COMPANION):
        return "macOS's companion of a file, which holds none of its rows; it was passed over"
    if Path(name).suffix.casefold() not in TEXT_SUFFIXES | BOOK_SUFFIXES:
        return "no spreadsheet by its name (.xlsx, .xlsm, .xls, .ods, .csv); it was passed over"
    return ""


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def is_whole_workbook(path: Path) -> bool:
    """Whether a file is a workbook with the end that its beginning promises."""
    start, end = _ends(path)
    return start == _BOOK_START and _BOOK_END in end


def is_cut(path: Path) -> bool:
    """Whether a file is empty, or a workbook that lacks its end."""
    start, end = _ends(path)
    return not start or (start == _BOOK_START and _BOOK_END not in end)


def _ends(path: Path) -> tuple[bytes, bytes]:
    """A file's first four bytes, and its last that hold a workbook's list of parts."""
    with path.open("rb") as opened:
        start = opened.read(4)
        opened.seek(max(0, path.stat().st_size - _END_BYTES))
        return start, opened.read()
