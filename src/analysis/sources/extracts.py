"""Extracts: an authority's folder of spreadsheets -> tidy tables, and a list of problems."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.sources.authority import PROFILE, Authority, load_authority_profile
from analysis.sources.contracts import load_contracts
from analysis.sources.files import FileRead, read_file
from analysis.sources.inventory import authorities, extract_files, name_in, not_read
from analysis.sources.overlaps import overlaps
from analysis.sources.privacy import Pseudonyms, load_pseudonyms
from analysis.sources.problems import ExtractError, Problem, problems_table
from analysis.sources.restatements import NONE
from analysis.sources.stacking import Extract, Stack, last_day, newest_wins, stacking_key

DATA = Path(__file__).resolve().parents[3] / "data"  # the project's, wherever it is called from
FILES = ("file", "contract", "sheet", "rows", "sha256", "as_at", "as_at_basis")


@dataclass(frozen=True)
class Extracts:
    """All that an authority's extracts hold, and all that is wrong with them.

    Attributes
    ----------
    authority : Authority
    tables : mapping to DataFrame
        Tidy tables by contract, for the contracts that a file was found for.
    problems : DataFrame
        file, sheet, row (Excel's), column, severity ("error" or "warning"), message.
    files : DataFrame
        file, contract, sheet, rows, sha256, as_at, as_at_basis.
    missing_columns : dict
        Contract -> optional columns that no file of it has.
    restatements : DataFrame
        Cells that a newer extract changed.
    """

    authority: Authority
    tables: Mapping[str, pd.DataFrame]
    problems: pd.DataFrame
    files: pd.DataFrame
    missing_columns: dict[str, tuple[str, ...]]
    restatements: pd.DataFrame


def load_authority(
    name: str, raw: str | Path = DATA / "raw", processed: str | Path = DATA / "processed"
) -> Extracts:
    """Tidy tables of one authority, from its folder or from the cache.

    Parameters
    ----------
    name : str
        Name of the folder in ``raw``.
    raw, processed : path
        Where the extracts are, and where the cache is; the project's own by default, whatever
        the current folder is.

    Returns
    -------
    Extracts

    Raises
    ------
    ExtractError
        Where there is no such folder or its ``authority.toml`` cannot be used. What is wrong with
        a file is a row of ``problems`` instead.
    """
    folder = Path(raw) / name
    if not folder.is_dir():
        if not Path(raw).is_dir():
            raise ExtractError(f"{raw} is no folder; say with --raw where the extracts are")
        known = ", ".join(authorities(Path(raw))) or "none"
        raise ExtractError(f"there is no folder {folder}; the authorities in {raw} are: {known}")
    from analysis.sources.cache import cached_read

    authority = load_authority_profile(folder)
    pseudonyms = load_pseudonyms(Path(processed))
    reads = [
        cached_read(
            path,
            name_in(folder, path),
            authority,
            pseudonyms,
            Path(processed),
        )
        for path in extract_files(folder)
    ]
    return joined(authority, reads, [*_not_read(folder), *_pin_problems(authority, reads)])


def check_files(paths: Iterable[str | Path]) -> Extracts:
    """Read files and folders and keep nothing: what they hold and what is wrong with them.

    Parameters
    ----------
    paths : iterable of path
        Extracts, or folders of them. An ``authority.toml`` beside a file is heeded.
    """
    import secrets

    pseudonyms = Pseudonyms(secrets.token_bytes(32))
    reads: list[FileRead] = []
    more: list[Problem] = []
    authority = Authority(folder=Path(), name="")
    for path in map(Path, paths):
        folder = path if path.is_dir() else path.parent
        try:
            authority = load_authority_profile(folder)
        except ExtractError as error:
            more.append(Problem(PROFILE, str(error)))
        files = extract_files(path) if path.is_dir() else [path]
        own = [read_file(file, name_in(folder, file), authority, pseudonyms) for file in files]
        if path.is_dir():
            more += [*_not_read(folder), *_pin_problems(authority, own)]
        reads += own
    return joined(authority, reads, more)


def _not_read(folder: Path) -> list[Problem]:
    """A warning for each thing among the extracts that is no file to be read."""
    return [Problem(name, words, severity="warning") for name, words in not_read(folder).items()]


def joined(authority: Authority, reads: Sequence[FileRead], more: Sequence[Problem]) -> Extracts:
    """What files hold, contract by contract, and all their problems."""
    found: dict[str, list[Extract]] = {}
    rows: list[tuple] = []
    for read in reads:
        for held in read.tables:
            day = str(last_day(held.date.as_at) or "")
            found.setdefault(held.contract, []).append(Extract(day, held.table, held.absent))
            rows.append(
                (read.file, held.contract, held.sheet, len(held.table), read.sha256,
                 held.date.as_at, held.date.basis)
            )  # fmt: skip
    contracts = load_contracts()
    keys = {
        name: stacking_key(contracts[name], [one.table for one in found[name]]) for name in found
    }
    stacked = {
        name: newest_wins(contracts[name], found[name], keys[name])
        for name in contracts
        if name in found
    }
    changes = [stack.restatements for stack in stacked.values()]
    changed = [change for change in changes if len(change)] or changes[:1]
    problems = [problem for read in reads for problem in (*read.problems, *overlaps(read, keys))]
    return Extracts(
        authority=authority,
        tables={name: stack.table for name, stack in stacked.items()},
        problems=problems_table([*problems, *more, *_superseded(stacked)]),
        files=pd.DataFrame(rows, columns=list(FILES)),
        missing_columns={name: _missing(name, found[name]) for name in stacked},
        restatements=pd.concat(changed, ignore_index=True) if changed else NONE,
    )


def _superseded(stacked: Mapping[str, Stack]) -> Iterator[Problem]:
    """What of each file gave way to a newer extract, and what of it was kept."""
    for name, stack in stacked.items():
        for file, rows in stack.superseded.items():
            changed = stack.restatements[stack.restatements["earlier_file"] == file]
            words = (
                f"rows of {name} ({rows}) are in a newer extract, or a later sheet, too, which was "
                f"used; it changes {len(changed)} of their cells"
            )
            if file in stack.kept:
                words += f"; it has no {', '.join(stack.kept[file])}, so these were kept"
            if unpaired := stack.unpaired.get(file):
                words += (
                    f"; none of its rows is of the same child and day as {unpaired} of them, so "
                    "that nothing of them was kept: check these in the case management system"
                )
            yield Problem(file, words, severity="warning")


def _missing(name: str, extracts: Sequence[Extract]) -> tuple[str, ...]:
    everywhere = set.intersection(*(set(extract.absent) for extract in extracts))
    return tuple(f.name for f in load_contracts()[name].fields if f.name in everywhere)


def _pin_problems(authority: Authority, reads: Sequence[FileRead]) -> list[Problem]:
    """Files that authority.toml names and that are not in the folder."""
    names = {read.file for read in reads} | {Path(read.file).name for read in reads}
    return [
        Problem(
            PROFILE,
            f"[files] {contract} names {pin['file']}, which is not in the folder; "
            "put the file there or correct the name",
        )
        for contract, pin in authority.files.items()
        if isinstance(pin, dict) and pin.get("file") and pin["file"] not in names
    ]
