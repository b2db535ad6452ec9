"""What a cell, a sheet and a table of a workbook may be called and hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from analysis.reporting.numbers import is_missing

MOST_NAME = 31
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
NOT_IN_CELLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MOST_CELL = 32_000


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Names that a workbook takes: 31 characters, no forbidden signs, each once.

    Examples
    --------
    >>> sheet_names(["Contacts: 2020/21", "contacts 2020 21", "", "Notes"])
    ['Contacts 2020 21', 'contacts 2020 21 2', 'Table', 'Notes 2']
    """
    taken = {"cover", "contents", "notes", "history"}
    names = []
    for name in wanted:
        stem = " ".join(NOT_IN_NAMES.sub(" ", str(name)).split())[:MOST_NAME].strip() or "Table"
        chosen, count = stem, 1
        while chosen.lower() in taken:
            count += 1
            ending = f" {count}"
            chosen = stem[: MOST_NAME - len(ending)] + ending
        taken.add(chosen.lower())
        names.append(chosen)
    return names


def unique_headings(columns: Sequence[str]) -> list[str]:
    """Headings that differ from each other, as a marked-up table needs."""
    found: list[str] = []
    for column in columns:
        stem = plain_text(column) or "Column"
        heading, count = stem, 1
        while heading.lower() in [other.lower() for other in found]:
            count += 1
            heading = f"{stem} {count}"
        found.append(heading)
    return found


def cell_content(value: object) -> object:
    """What a cell holds: a number, or text; never nothing.

    Examples
    --------
    >>> [cell_content(value) for value in (None, True, 52.596, Markup("<b>[c]</b>"))]
    ['[x]', 'yes', 52.596, '[c]']
    """
    if type(value) is str:  # most cells: nothing else need be asked
        return plain_text(value) or "[x]"
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value == value else "[x]"  # NaT differs from itself
    if value is None or (isinstance(value, float) and is_missing(value)):
        return "[x]"
    return value if isinstance(value, int | float) else plain_text(value) or "[x]"


def plain_text(value: object) -> str:
    """A value as plain text: Markup without its marks, no control signs, not too long."""
    text = value.striptags() if isinstance(value, Markup) else str(value)
    if not text.isprintable():  # which no text is that holds one of these signs
        text = NOT_IN_CELLS.sub(" ", text)
    return text.strip()[:MOST_CELL]


def table_name(name: str) -> str:
    """A table's name in the workbook: letters, digits and underscores.

    Examples
    --------
    >>> table_name("Contacts 2020/21")
    'table_contacts_2020_21'
    """
    return "table_" + (re.sub(r"\W+", "_", name.lower(), flags=re.ASCII).strip("_") or "x")
