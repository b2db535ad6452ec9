"""Authority: what is true for one authority, from ``authority.toml`` in its folder."""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.sources.contracts import load_codes, load_contracts
from analysis.sources.inventory import PROFILE
from analysis.sources.problems import ExtractError
from analysis.sources.profile_values import check_values

UNITS = {
    "gbp": 1.0, "gbp thousand": 1e3, "gbp million": 1e6, "£": 1.0, "£k": 1e3, "£m": 1e6, "£000": 1e3
}  # fmt: skip
SCALES = {"0-1": 100.0, "0-100": 1.0}
_PIN = {"file", "sheet"}


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
    "units": dict, "scales": dict, "fill_down": dict, "population": dict,
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
    try:
        if not path.exists():
            return Authority(folder=folder, name=fallback)
        if not path.is_file():
            raise ExtractError(
                f"{path} cannot be opened (it is no file); put a text file in its place"
            )
        page = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ExtractError(f"{path} cannot be opened ({error.strerror}); put it right") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ExtractError(f"{path} cannot be read as TOML: {error}; correct that line") from error
    except RecursionError as error:
        words = "holds tables or lists within each other by the hundred; it is damaged"
        raise ExtractError(f"{path} {words}") from error
    _check_types(path, page)
    _check_names(path, page)
    check_values(path, page)
    given = {key: value for key, value in page.items() if key in _TYPES and key != "extracts"}
    given["dates"] = {
        file: _iso(value) for file, value in (page.get("extracts") or page.get("dates", {})).items()
    }
    _check_dates(path, given["dates"])
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
    """Every contract and column that the page names must be one that exists, and be well said."""
    contracts = load_contracts()
    columns = {name: {f.name for f in contract.fields} for name, contract in contracts.items()}
    for key in ("files", "aliases", "fill_down"):
        for name, value in page.get(key, {}).items():
            if name not in contracts:
                raise ExtractError(
                    f"{path}: [{key}] names '{name}', which is no contract; "
                    f"the contracts are {', '.join(contracts)}"
                )
            _check_one(path, key, name, value, columns[name])
    for key, allowed in (("units", UNITS), ("scales", SCALES)):
        for name, value in page.get(key, {}).items():
            contract, _, column = name.partition(".")
            if column not in columns.get(contract, ()):
                raise ExtractError(
                    f"{path}: [{key}] names '{name}', which is no column; "
                    'write it as "contract.column"'
                )
            if str(value).casefold() not in allowed:
                raise ExtractError(
                    f"{path}: [{key}] {name} is {value!r}; it can be {', '.join(allowed)}"
                )
    for table, values in page.get("codes", {}).items():
        if table not in load_codes():
            raise ExtractError(
                f"{path}: [codes] names '{table}', which is no table of codes; "
                f"the tables are {', '.join(load_codes())}"
            )
        for value, spellings in values.items() if isinstance(values, dict) else [(table, values)]:
            _check_list(path, f"[codes.{table}] {value}", spellings)


def _check_one(path: Path, key: str, name: str, value: object, columns: set[str]) -> None:
    """What is said of one contract: a file, lists of headings by column, or a list of columns."""
    if key == "files":
        told = value.values() if isinstance(value, dict) and value.keys() <= _PIN else [value]
        if not all(isinstance(word, str) for word in told):
            words = f'[files] {name} must be a file, or {{file = "...", sheet = "..."}}'
            raise ExtractError(f"{path}: {words}, not {value!r}; correct it")
        return
    if key == "aliases" and not isinstance(value, dict):
        raise ExtractError(f"{path}: [aliases.{name}] must be a table of columns; correct it")
    for column in value if isinstance(value, list | dict) else [value]:
        if column not in columns:
            raise ExtractError(
                f"{path}: [{key}] {name} names '{column}', which is no column of it; "
                f"the columns are {', '.join(sorted(columns))}"
            )
        listed = value[column] if key == "aliases" else value
        _check_list(path, f"[{key}] {name}", listed)


def _check_list(path: Path, where: str, value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ExtractError(f'{path}: {where} must be a list, as ["..."], not {value!r}; correct it')


def _check_dates(path: Path, dates: Mapping[str, str]) -> None:
    for file, day in dates.items():
        if day != "not given" and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", day):
            try:
                dt.date.fromisoformat(day)
            except ValueError:
                raise ExtractError(
                    f'{path}: [extracts] "{file}" is {day!r}, which is no day; write it as '
                    '2021-08-31, or "2021-08"'
                ) from None
