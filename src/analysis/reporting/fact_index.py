"""Where each fact of a page stands, so that asking for one does not search all the others."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.methods.records import rows_of

ENDS = (".lower", ".upper")


@dataclass(frozen=True)
class FactIndex:
    """The rows of a facts frame as dicts, each by its id, and the places of each measure's facts.

    Examples
    --------
    >>> index = fact_index(pd.DataFrame({"id": ["contacts.2021-08", "contacts.2021-08.lower"]}))
    >>> index.of_measure, index.by_id["contacts.2021-08"]
    ({'contacts': [0]}, {'id': 'contacts.2021-08'})
    """

    rows: list[dict]
    by_id: dict[str, dict]
    of_measure: dict[str, list[int]]


def fact_index(facts: pd.DataFrame) -> FactIndex:
    """The index of a facts frame; the ends of an interval are not among their measure's facts."""
    rows = rows_of(facts)
    of_measure: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        if not row["id"].endswith(ENDS):
            of_measure.setdefault(row["id"].split(".")[0], []).append(number)
    return FactIndex(rows, {row["id"]: row for row in rows}, of_measure)
