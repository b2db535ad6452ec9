"""Where each fact of a page stands, so that asking for one does not search all the others."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

ENDS = (".lower", ".upper")


@dataclass(frozen=True)
class FactIndex:
    """A facts frame with its rows as dicts, and the places of each fact and each measure's facts.

    Examples
    --------
    >>> index = fact_index(pd.DataFrame({"id": ["contacts.2021-08", "contacts.2021-08.lower"]}))
    >>> index.of_measure, index.place
    ({'contacts': [0]}, {'contacts.2021-08': 0, 'contacts.2021-08.lower': 1})
    """

    facts: pd.DataFrame
    rows: list[dict]
    place: dict[str, int]
    of_measure: dict[str, list[int]]


def fact_index(facts: pd.DataFrame) -> FactIndex:
    """The index of a facts frame; the ends of an interval are not among their measure's facts."""
    rows = facts.to_dict(orient="records")
    place: dict[str, int] = {}
    of_measure: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        place.setdefault(row["id"], number)
        if not row["id"].endswith(ENDS):
            of_measure.setdefault(row["id"].split(".")[0], []).append(number)
    return FactIndex(facts, rows, place, of_measure)
