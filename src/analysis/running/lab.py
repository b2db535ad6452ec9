"""What only a lab shows: tables that sort at a click. No exported page holds any of it."""

from __future__ import annotations

import functools
import importlib.util

import pandas as pd
from IPython.display import display


def show_table(table: pd.DataFrame) -> None:
    """Show a table in the lab, sorted by a click on a heading where itables is installed.

    Nothing is asked of the network. The output carries no mark of a page, and the export takes
    marked outputs only, so a table that is looked at here never reaches a reader.

    Parameters
    ----------
    table : DataFrame
        Any tidy table, or what a measure returns.
    """
    if importlib.util.find_spec("itables") is None:
        display(table)
        return
    from itables import show

    _load_once()
    show(table, allow_html=False)


@functools.cache
def _load_once() -> None:
    """Put the script that sorts into the notebook, once a session, from the installed package."""
    from itables import init_notebook_mode

    init_notebook_mode(all_interactive=False, connected=False)
