"""What only a lab shows: tables that sort at a click. No exported page holds any of it."""

from __future__ import annotations

import importlib.util

import pandas as pd
from IPython.display import display


def show_table(table: pd.DataFrame) -> None:
    """Show a table in the lab: sorted by a click on a heading where itables is there.

    Its output carries no mark of a page, and the export shows marked outputs only, so a table
    that is looked at in the lab never reaches a reader.

    Parameters
    ----------
    table : DataFrame
        Any tidy table, or a result of a measure.
    """
    if importlib.util.find_spec("itables") is None:
        display(table)
        return
    from itables import show

    show(table, connected=False, maxBytes="1MB")
