"""Authority: what is true for one authority, from ``authority.toml`` in its folder."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.sources.contracts import load_contracts
from analysis.sources.problems import ExtractError

PROFILE = "authority.toml"


@dataclass(frozen=True)
class Authority:
    """One authority: its names, its working calendar, and how its extracts are to be read.

    ``files`` pins a contract to a file and a sheet, ``dates`` gives the day of an extract by its
    file, ``aliases`` and ``codes`` are its own headings and spellings, ``units`` and ``scales``
    what its figures are counted in. ``raw`` is the whole page, for what only one reader needs.
    """

    folder: Path
    name: str
    la_code: str = ""
    status: str = "provisional"
    synthetic: bool = False
    already_published: str = ""
    targets: dict = field(default_factory=dict)
    closure_days: tuple[dt.date, ...] = ()
    rebase: tuple = ()
    definition_changes: tuple = ()
    files: dict = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    aliases: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    scales: dict = field(default_factory=dict)
    fill_down: dict = field(default_factory=dict)
    population: dict = field(default_factory=dict)
    raw: dict = field(default_factory=dict)


_TYPES: dict[str, type | tuple] = {
    "name": str, "la_code": str, "status": str, "synthetic": bool, "already_published": str,
    "targets": dict, "closure_days": list, "rebase": list, "definition_changes": list,
    "files": dict, "dates": dict, "extracts": dict, "aliases": dict, "codes": dict,
    "units": dict, "scales": dict, "fill_down": dict, "population": (dict, int),
}  # fmt: skip


def load_authority_profile(folder: Path) -> Authority:
    """Profile of the authority whose extracts lie in ``folder``; its name alone where none is.

    Parameters
    ----------
    folder : Path
        The authority's folder, with or without ``authority.toml``.

    Returns
    -------
    Authority

    Raises
    ------
    ExtractError
        Where ``authority.toml`` is there and cannot be used; the words name the line or the key.
    """
    folder = Path(folder)
    path = folder / PROFILE
    fallback = folder.name.replace("-", " ").replace("_", " ").title()
    if not path.exists():
        return Authority(folder=folder, name=fallback)
    try:
        page = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ExtractError(f"{path} cannot be read as TOML: {error}; correct that line") from error
    _check_types(path, page)
    _check_names(path, page)
    given = {key: value for key, value in page.items() if key in _TYPES and key != "extracts"}
    given["dates"] = {
        file: _iso(value) for file, value in (page.get("extracts") or page.get("dates", {})).items()
    }
    for key in ("closure_days", "rebase", "definition_changes"):
        given[key] = tuple(given.get(key, ()))
    given.setdefault("name", fallback)
    return Authority(folder=folder, raw=page, **given)


def _iso(value: object) -> str:
    return value.isoformat()[:10] if isinstance(value, dt.date) else str(value)


def _check_types(path: Path, page: Mapping) -> None:
    for key, wanted in _TYPES.items():
        if key in page and not isinstance(page[key], wanted):
            word = getattr(wanted, "__name__", "table")
            raise ExtractError(f"{path}: {key} must be a {word}, not {page[key]!r}; correct it")


def _check_names(path: Path, page: Mapping) -> None:
    """Every contract and column that the page names must be one that exists."""
    contracts = load_contracts()
    for key in ("files", "aliases", "fill_down"):
        for name in page.get(key, {}):
            if name not in contracts:
                raise ExtractError(
                    f"{path}: [{key}] names '{name}', which is no contract; "
                    f"the contracts are {', '.join(contracts)}"
                )
    for key in ("units", "scales"):
        for name in page.get(key, {}):
            contract, _, column = name.partition(".")
            columns = [f.name for f in contracts[contract].fields] if contract in contracts else []
            if column not in columns:
                raise ExtractError(
                    f"{path}: [{key}] names '{name}', which is no column; "
                    'write it as "contract.column"'
                )
