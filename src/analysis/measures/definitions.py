"""What each measure is: read from ``definitions/``, the one home of titles, units and rules.

A definition is true for every authority. What is true of one authority stands in its
``authority.toml``; what is true of one run is a parameter.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent

DIRECTIONS = ("high", "low", "none")
COUNTS = ("people", "events", "things", "money")
ENDS = {"cp_plans": ["end_date"], "cla_episodes": ["care_end_date"]}
"""The columns that say when something ended, by the tables of what lasts."""


@dataclass(frozen=True)
class Definition:
    """One measure: what it counts, how it is computed and how it is shown.

    ``value``, ``numerator``, ``denominator``, ``lower`` and ``upper`` name columns of the table
    that the measure's function returns; ``by`` names the columns that cut it (``month`` makes a
    series), ``label`` a column with the cut's name in words. ``words`` names a column with the text
    to show instead of the number, ``units`` one with each row's own unit. ``formula`` is a template
    over the same columns, filled with the actual values.
    """

    id: str
    title: str
    unit: str
    decimals: int
    direction: str
    counts: str
    definition: str
    source: str
    value: str = "value"
    numerator: str = ""
    denominator: str = ""
    lower: str = ""
    upper: str = ""
    by: tuple[str, ...] = ()
    label: str = ""
    words: str = ""
    units: str = ""
    formula: str = ""
    why: str = ""
    caveat: str = ""
    scale: str = ""
    whole: bool = True
    benchmark: str = ""
    dfe: str = ""
    exclusions: str = ""


def definition_from(measure_id: str, entry: dict) -> Definition:
    """One definition from its TOML table.

    Raises
    ------
    ValueError
        When a key is unknown or missing, or a direction or what it counts is not of the closed
        list; the message names the measure and what is allowed.
    """
    known = {field.name for field in fields(Definition)} - {"id"}
    unknown = sorted(set(entry) - known)
    needed = ("title", "unit", "decimals", "direction", "counts", "definition", "source")
    missing = [key for key in needed if key not in entry]
    if unknown or missing:
        raise ValueError(
            f"definitions [{measure_id}]: unknown keys {unknown}, missing keys {missing}; "
            f"allowed are {sorted(known)}"
        )
    for key, allowed in (("direction", DIRECTIONS), ("counts", COUNTS)):
        if entry[key] not in allowed:
            raise ValueError(
                f"definitions [{measure_id}]: {key} is {entry[key]!r}; allowed are {allowed}"
            )
    by = entry.get("by", [])
    return Definition(id=measure_id, **{**entry, "by": tuple([by] if isinstance(by, str) else by)})


@cache
def load_definitions() -> dict[str, Definition]:
    """Every measure's definition by its id.

    Examples
    --------
    >>> load_definitions()["contacts"].unit
    'count'
    """
    entries: dict[str, dict] = {}
    for path in sorted(FOLDER.glob("definitions/*.toml")):
        own = tomllib.loads(path.read_text(encoding="utf-8"))
        twice = sorted(set(own) & set(entries))
        if twice:
            raise ValueError(f"definitions/{path.name} defines again: {', '.join(twice)}")
        entries |= own
    return {name: definition_from(name, entry) for name, entry in entries.items()}


def definition(measure_id: str) -> Definition:
    """The definition of one measure.

    Raises
    ------
    KeyError
        When no measure has that id; the message says where definitions live.
    """
    found = load_definitions().get(measure_id)
    if found is None:
        raise KeyError(f"no measure {measure_id!r} in src/analysis/measures/definitions/")
    return found
