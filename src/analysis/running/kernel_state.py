"""What the warm kernel does of its own between two notebooks; this runs inside the kernel.

Names are cleared by the engine; what lives in modules is put back here: the environment, the
folder, the figure style, the table options and the warning filters.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import warnings

_FIRST: dict = {}


def import_ahead() -> None:
    """Import what every notebook needs, while the driver still reads the extracts."""
    with contextlib.suppress(Exception):
        import pyarrow.parquet  # noqa: F401

        import analysis.reporting.page
        import analysis.running.notebook  # noqa: F401


def clear(work: str) -> None:
    """Put the process back as it was when it started, with ``work`` as its work folder."""
    if not _FIRST:
        _FIRST.update(
            environment=dict(os.environ), path=list(sys.path), filters=warnings.filters[:]
        )
    os.environ.clear()
    os.environ.update(_FIRST["environment"], ANALYSIS_WORK=work)
    sys.path[:] = _FIRST["path"]
    warnings.filters[:] = _FIRST["filters"]
    os.chdir(work)
    random.seed(0)
    _clear_libraries()


def _clear_libraries() -> None:
    """Put back the options of the libraries that have been imported, and only those."""
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcdefaults()
    if "pandas" in sys.modules:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sys.modules["pandas"].reset_option("all")
