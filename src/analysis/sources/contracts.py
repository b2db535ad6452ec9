"""Contracts: what each extract holds, declared once in ``contracts/*.toml``.

A contract names the columns of one table: type, unit, limits, whether it is required, and the
headings under which councils' systems hand it over. Every reader of an extract goes by them, and
the page in ``data/raw`` is made from them.
"""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from analysis.sources.wording import code_key, heading_key

_CODE = re.compile(r"[a-z]{1,3}\d{1,2}[a-z]?|\d{1,2}[a-z]?")


@dataclass(frozen=True)
class Field:
    """One column: its type and unit, its limits, and the headings it goes by.

    ``past`` marks a day that cannot lie after the day of the extract.
    """

    name: str
    type: str
    unit: str = ""
    required: bool = False
    aliases: tuple[str, ...] = ()
    codes: str = ""
    minimum: float | None = None
    maximum: float | None = None
    past: bool = False
    description: str = ""

    @property
    def personal(self) -> bool:
        """Whether the column tells one person from another, so that no value is ever shown."""
        return self.type == "identifier"

    @functools.cached_property
    def headings(self) -> tuple[str, ...]:
        """Keys of all headings under which the column is accepted."""
        return tuple(dict.fromkeys(heading_key(text) for text in (self.name, *self.aliases)))


@dataclass(frozen=True)
class Contract:
    """One table: what a row is, its columns, and the columns that tell one row from another.

    ``either`` names columns of which one must be there, ``either_blank`` says that a row may have
    none of them filled (a child too new to have had a visit); ``minimum_fields`` how many columns a
    sheet must have to be taken for this table; ``totals`` is ``rows`` where a row called
    "Total" is a row like any other; ``unique`` says that no two rows may share a key;
    ``order`` holds pairs of days of which the second cannot lie before the first.
    """

    name: str
    title: str
    group: str
    row: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    event: str = ""
    either: tuple[str, ...] = ()
    either_blank: bool = False
    sheets: tuple[str, ...] = ()
    minimum_fields: int = 1
    totals: str = "drop"
    unique: bool = False
    order: tuple[tuple[str, str], ...] = ()

    def field(self, name: str) -> Field:
        """The column of that name."""
        return next(field for field in self.fields if field.name == name)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every sheet must have."""
        return tuple(field.name for field in self.fields if field.required)


_AS_AT = Field(
    name="as_at",
    type="as_at",
    aliases=("as at", "as at date", "extract date", "position at"),
    description="date or month that the row stands at; the extract's own date where it is absent",
)


def _contract(name: str, declared: Mapping) -> Contract:
    rest = {key: tuple(v) if isinstance(v, list) else v for key, v in declared.items()}
    fields = [
        Field(**{key: tuple(v) if isinstance(v, list) else v for key, v in field.items()})
        for field in rest.pop("fields")
    ]
    if not any(field.name == "as_at" for field in fields):
        fields.append(_AS_AT)
    return Contract(name=name, fields=tuple(fields), **rest)


@functools.cache
def _declared() -> dict[str, dict]:
    folder = resources.files("analysis.sources") / "contracts"
    pages = sorted(
        (page for page in folder.iterdir() if page.name.endswith(".toml")), key=lambda p: p.name
    )
    return {page.name: tomllib.loads(page.read_text(encoding="utf-8")) for page in pages}


@functools.cache
def load_contracts() -> dict[str, Contract]:
    """All contracts by name, in the order of their pages.

    Examples
    --------
    >>> load_contracts()["contacts"].required
    ('child_id', 'contact_date')
    """
    return {
        name: _contract(name, declared)
        for page, tables in _declared().items()
        if page != "codes.toml"
        for name, declared in tables.items()
    }


@functools.cache
def load_codes() -> dict[str, dict[str, str]]:
    """All code tables: the key of an accepted spelling -> the value it stands for.

    Examples
    --------
    >>> load_codes()["source"]["6 police"]
    'Police'
    """
    tables = {}
    for name, declared in _declared()["codes.toml"].items():
        accepted = {}
        for value, aliases in declared["values"].items():
            accepted |= spellings(value, aliases, combine=declared.get("combine", False))
        tables[name] = accepted
    return tables


def spellings(value: str, aliases: list[str], *, combine: bool = False) -> dict[str, str]:
    """Keys under which a value is accepted: itself, its aliases, and code with label.

    Examples
    --------
    >>> spellings("Police", ["6"], combine=True)
    {'police': 'Police', '6': 'Police', '6 police': 'Police'}
    """
    keys = list(dict.fromkeys(code_key(text) for text in (value, *aliases)))
    if combine:
        codes = [key for key in keys if _CODE.fullmatch(key)]
        labels = [key for key in keys if key not in codes]
        keys += [f"{code} {label}" for code in codes for label in labels]
    return dict.fromkeys(keys, value)


def __getattr__(name: str) -> dict[str, Contract]:
    if name == "CONTRACTS":
        return load_contracts()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
