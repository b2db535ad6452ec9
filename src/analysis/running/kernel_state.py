"""What the warm kernel does of its own around each notebook; this runs inside the kernel.

A notebook's names go, and what lives in modules is put back: the environment, the folder, the
figure style, the table options, numpy's way with errors and the warning filters.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pkgutil
import random
import sys
import warnings
from types import ModuleType

from analysis.running.collector import look_seldom

CHART_OPTIONS = {
    "plotting.backend": "matplotlib",
    "plotting.matplotlib.register_converters": "auto",
}
NUMPY_ERRORS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}

_FIRST: dict = {}


def begin() -> None:
    """Import and look up what notebooks need, and note the process as it is then.

    It happens while the driver still reads the extracts; a notebook would wait for it.
    """
    look_seldom()  # modules come by the thousand and none goes
    with contextlib.suppress(Exception):
        import pyarrow.parquet  # noqa: F401
        import statsmodels.tsa.forecasting.theta
        import statsmodels.tsa.holtwinters  # noqa: F401

        import analysis.running.notebook  # noqa: F401
        from analysis.measures.definitions import load_definitions
        from analysis.methods.calendar import bank_holidays

        for part in ("methods", "measures", "reporting"):
            _import_all(f"analysis.{part}")
        bank_holidays()
        load_definitions()
    _FIRST.update(
        environment=dict(os.environ),
        path=list(sys.path),
        filters=warnings.filters[:],
        modules=dict(sys.modules),
        folder=os.getcwd(),  # noqa: PTH109
    )
    look_seldom()


def _import_all(name: str) -> None:
    """Import every module of a package."""
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(module.name)


def enter(work: str) -> None:
    """Let the next notebook find its inputs in ``work``, and count its cells from one."""
    from IPython import get_ipython

    get_ipython().execution_count = 1
    os.environ["ANALYSIS_WORK"] = work
    os.chdir(work)
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)


def clear() -> None:
    """Put the process back as it was when it started, but for the modules it has imported.

    The kernel leaves the work folder, which the driver removes: on Windows a folder that a
    process stands in cannot be removed, elsewhere the process would stand nowhere.
    """
    from IPython import get_ipython

    os.chdir(_FIRST["folder"])
    os.environ.clear()
    os.environ.update(_FIRST["environment"])
    sys.path[:] = _FIRST["path"]
    sys.modules.update(_FIRST["modules"])
    warnings.filters[:] = _FIRST["filters"]
    _clear_libraries()
    get_ipython().reset(new_session=False)
    # what is left are modules: looked at once, and not again after each of the next notebooks
    gc.collect()
    gc.freeze()


def _clear_libraries() -> None:
    """Put back the options of the libraries that have been imported, and only those."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcdefaults()
    if "numpy" in sys.modules:
        sys.modules["numpy"].seterr(**NUMPY_ERRORS)
    if "pandas" in sys.modules:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _reset_options(sys.modules["pandas"])


def _reset_options(pandas: ModuleType) -> None:
    """Reset every option of pandas; those of its charts, where a notebook has changed them.

    To reset these loads matplotlib, which no page is drawn with.
    """
    pandas.reset_option("^(?!plotting)")
    for option, default in CHART_OPTIONS.items():
        if pandas.get_option(option) != default:
            pandas.reset_option(option)
