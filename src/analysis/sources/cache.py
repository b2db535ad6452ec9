"""The cache: what a file held, kept until the file, a contract, the code or the key changes.

Each entry is a folder named by all that its contents depend on; it comes into place whole or not at
all. It holds hashed identifiers only, as the tables themselves do.
"""

import dataclasses
import datetime as dt
import functools
import hashlib
import json
import secrets
import shutil
from importlib import resources
from pathlib import Path

from analysis.sources.authority import PROFILE, Authority
from analysis.sources.dating import ExtractDate, extract_date
from analysis.sources.day_cells import AFTER
from analysis.sources.files import FileRead, Held, read_file
from analysis.sources.inventory import passed_over, sha256
from analysis.sources.privacy import Pseudonyms
from analysis.sources.problems import Problem

_FOLDER = "extracts"
_INDEX = "entry.json"


@functools.cache
def code_version() -> str:
    """Hash of the code and the contracts that reading goes by."""
    digest = hashlib.sha256()
    room = resources.files("analysis.sources")
    for folder in (room, room / "contracts"):
        for page in sorted(folder.iterdir(), key=lambda page: page.name):
            if page.name.endswith((".py", ".toml")):
                digest.update(page.name.encode() + page.read_bytes())
    return digest.hexdigest()


def cached_read(
    path: Path,
    file: str,
    authority: Authority,
    pseudonyms: Pseudonyms,
    processed: Path,
) -> FileRead:
    """What a file holds, from the cache where nothing has changed.

    Parameters
    ----------
    path, file
        The file, and the name under which it is reported.
    authority, pseudonyms
        As for ``read_file``.
    processed : Path
        Where the cache is.
    """
    if passed_over(path.name) or not path.is_file():
        return read_file(path, file, authority, pseudonyms)
    try:
        content = sha256(path)
    except OSError:
        return read_file(path, file, authority, pseudonyms)
    latest = extract_date(file, authority).latest
    entry = Path(processed) / _FOLDER / _name(content, file, authority, pseudonyms)
    damage: list[Problem] = []
    if entry.is_dir():
        try:
            if found := _load(entry, latest):
                return found
        except (OSError, ValueError, KeyError, TypeError):
            words = "its copy in the cache was damaged; it was read again"
            damage = [Problem(file, words, severity="warning")]
        shutil.rmtree(entry, ignore_errors=True)
    read = read_file(path, file, authority, pseudonyms)
    if read.sha256 == content and read.tables:  # what could not be used is looked at again
        _save(entry, read, latest)
    return dataclasses.replace(read, problems=[*damage, *read.problems])


def _name(content: str, file: str, authority: Authority, pseudonyms: Pseudonyms) -> str:
    """Name of an entry: a hash of everything that its contents depend on."""
    profile = authority.folder / PROFILE
    declared = sha256(profile) if profile.is_file() else ""
    parts = (content, file, declared, pseudonyms.fingerprint, code_version())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _save(entry: Path, read: FileRead, latest: dt.date) -> None:
    half = entry.with_name(f"{entry.name}.{secrets.token_hex(4)}")
    try:
        half.mkdir(parents=True)
        kept = []
        for number, held in enumerate(read.tables):
            part = half / f"{number}.parquet"
            # nobody asks the file for its statistics: it is read whole
            held.table.to_parquet(part, index=False, compression="lz4", write_statistics=False)
            date = dataclasses.asdict(held.date)
            kept.append([held.contract, held.sheet, part.name, sha256(part), date, held.absent])
        page = {
            "file": read.file,
            "sha256": read.sha256,
            "latest": latest.isoformat(),
            "problems": [dataclasses.asdict(problem) for problem in read.problems],
            "tables": kept,
        }
        (half / _INDEX).write_text(json.dumps(page), encoding="utf-8")
        half.rename(entry)
    except OSError:
        # a full disk, or another process that was first: the table in hand is as good
        shutil.rmtree(half, ignore_errors=True)


def _load(entry: Path, latest: dt.date) -> FileRead | None:
    """An entry, or None where a day that lay in the future when it was made may have come."""
    from pyarrow.parquet import ParquetFile

    page = json.loads((entry / _INDEX).read_text(encoding="utf-8"))
    if page["latest"] != latest.isoformat() and any(
        AFTER in problem["message"] for problem in page["problems"]
    ):
        return None
    tables = []
    for contract, sheet, part, digest, date, absent in page["tables"]:
        if sha256(entry / part) != digest:
            raise ValueError("a part is not what was written")
        # threads cost more than they give at this size, and so does looking for a dataset's parts
        with ParquetFile(entry / part) as opened:
            table = opened.read(use_threads=False).to_pandas(use_threads=False)
        tables.append(Held(contract, sheet, table, ExtractDate(**date), tuple(absent)))
    return FileRead(
        file=page["file"],
        sha256=page["sha256"],
        problems=[Problem(**problem) for problem in page["problems"]],
        tables=tables,
    )
