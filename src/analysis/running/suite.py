"""One notebook of one authority: run by papermill, made a page by nbconvert, checked.

Only this module and the engine know these two. What either says about success is not believed: a
page counts only if every code cell ran, none failed, the notebook's last mark is there and the page
passes its checks.
"""

from __future__ import annotations

import functools
import io
import itertools
import json
import logging
import shutil
import sys
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from analysis.running import inputs
from analysis.running.collector import look_now, look_seldom
from analysis.running.folders import WORK, make_folder
from analysis.running.outcomes import MADE, counts, judge, says_disk_full

# jsonschema takes a checker of addresses where one is installed; its grammar takes 1.4 seconds to
# compile and notebooks hold no such addresses. Without it jsonschema goes on as it is meant to.
sys.modules.setdefault("rfc3987_syntax", None)

SAVED = ("facts.json", "tables.json", "page.json")
RETRIED = ("kernel died", "kernel did not start")


@dataclass(frozen=True)
class Task:
    """One notebook to run for one authority.

    ``work`` is the run's work folder for that authority. Where a worker may not see it, ``parcel``
    holds a copy of it, and the folder is made anew beside the worker.
    """

    authority: str
    period: str
    notebook: str
    source: str
    is_summary: bool
    parameters: dict
    work: str
    code: str
    parcel: bytes | None = None


@dataclass(frozen=True)
class Result:
    """How a task ended: the page and what the notebook saved, or why there is none.

    ``detail`` is for the analyst's log and holds no value of any record.
    """

    outcome: str
    detail: str = ""
    html: str = ""
    saved: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


_ONE_THREAD = ThreadPoolExecutor(max_workers=1)


def run_task(task: Task) -> Result:
    """Run a task in this process's warm kernel; whatever goes wrong becomes an outcome.

    All tasks of a process take turns in one thread, which the kernel's channels belong to.
    """
    return _ONE_THREAD.submit(_run_task, task).result()


def warm_up() -> None:
    """Start this process's kernel, and load what draws pages, ahead of its first task."""

    def start() -> None:
        look_seldom()
        from analysis.running import engine

        engine.warm_kernel()
        _exporter()
        look_seldom()

    _ONE_THREAD.submit(start).result()


def _run_task(task: Task) -> Result:
    if task.parcel is not None and task.code != inputs.worker_sum():
        return Result(
            "other code", "the worker's src/analysis or its libraries differ from the driver's"
        )
    start = time.monotonic()
    try:
        result = _attempted(task)
    except (OSError, zipfile.BadZipFile) as error:
        result = Result(*outcome_of(error))
    look_now()
    return Result(
        result.outcome, result.detail, result.html, result.saved, time.monotonic() - start
    )


def _attempted(task: Task) -> Result:
    """Run the notebook, a second time where its kernel died; beside us what was sent is unpacked.

    Raises
    ------
    OSError, BadZipFile
        When what was sent cannot be laid out here.
    """
    work = Path(task.work) if task.parcel is None else make_folder(WORK)
    try:
        if task.parcel is not None:
            unpack(task.parcel, work)
        result = _attempt(task, work)
        return _attempt(task, work) if result.outcome in RETRIED else result
    finally:
        if task.parcel is not None:
            shutil.rmtree(work, ignore_errors=True)


def _attempt(task: Task, work: Path) -> Result:
    """Run the notebook once; after anything but a whole page the kernel is not used again."""
    from analysis.running import engine

    shutil.rmtree(work / "results" / task.notebook, ignore_errors=True)
    try:
        result = _page(task, work)
    except Exception as error:  # noqa: BLE001
        result = Result(*outcome_of(error))
    if result.outcome != MADE or not engine.clear_kernel():
        engine.drop_kernel()
    return result


def outcome_of(error: Exception) -> tuple[str, str]:
    """The outcome of an exception of the tools, and its kind for the log."""
    kind = type(error).__name__
    if kind == "DeadKernelError":
        return "kernel died", kind
    if kind == "KernelNotStarted":
        return "kernel did not start", str(error)[:200]
    if kind in ("CellTimeoutError", "TimeoutError", "Empty"):
        return "timed out", kind
    if isinstance(error, MemoryError):
        return "out of memory", kind
    if isinstance(error, OSError | zipfile.BadZipFile):
        return ("disk full" if says_disk_full(str(error)) else "page not made"), kind
    return "cell failed", kind


def _page(task: Task, work: Path) -> Result:
    notebook = run_notebook(
        json.loads(task.source), task.parameters, work, _cell_marker(work, task.notebook)
    )
    outcome, detail = judge(notebook, task.notebook)
    if outcome != MADE:
        return Result(outcome, detail)
    saved = saved_results(work, task.notebook)
    if len(saved) != len(SAVED):
        return Result("stopped early", "the notebook saved no results")
    try:
        html = page_html(notebook)
    except Exception as error:  # noqa: BLE001
        return Result("page not made", type(error).__name__)
    from analysis.reporting.page_checks import check_page

    faults = check_page(html, _facts_of_page(task, work, saved))
    if faults:
        return Result("page failed its checks", "; ".join(faults[:5]))
    return Result(MADE, "", html, saved)


def _facts_of_page(task: Task, work: Path, saved: dict[str, str]) -> list[dict]:
    """The facts that a page may show: the notebook's own, and the others' for the summary."""
    facts = json.loads(saved["facts.json"])
    if task.is_summary:
        paths = sorted((work / "results").glob("*/facts.json"))
        for path in (p for p in paths if p.parent.name != task.notebook):
            facts += json.loads(path.read_text(encoding="utf-8"))
    return facts


def run_notebook(
    source: dict, parameters: dict, work: Path, on_cell: Callable | None = None, seconds: int = 0
) -> dict:
    """Execute a notebook with papermill in the warm kernel; the executed notebook.

    A cell that raises ends the execution and is an output like any other: ``judge`` reads it.

    Raises
    ------
    Exception
        What the tools raise when the kernel dies, does not start or takes too long.
    """
    import nbformat
    import papermill.execute
    from papermill.exceptions import PapermillExecutionError

    from analysis.running import engine

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    notebook = nbformat.from_dict(source)
    notebook.metadata["kernelspec"] = {
        "name": "python3", "language": "python", "display_name": "Python 3",
    }  # fmt: skip
    engine.enter_kernel(work)
    try:
        return papermill.execute.execute_notebook(
            notebook,
            None,
            parameters=parameters,
            engine_name=engine.NAME,
            kernel_name="python3",
            progress_bar=False,
            execution_timeout=seconds or engine.CELL_SECONDS,
            on_cell=on_cell,
        )
    except PapermillExecutionError as error:
        # papermill's own cell of parameters, the second, is not in the notebook that people see
        number = max(1, error.exec_count - 1)
        return {"failed": error.ename, "text": str(error.evalue), "count": number}


def _cell_marker(work: Path, notebook: str) -> Callable | None:
    """What notes the cell in hand in the small file of the driver's bar; None without a bar."""
    note = work / f"{notebook}.cell"
    if not note.exists():
        return None

    numbers = itertools.count(1)

    def mark(cell: dict, cell_index: int) -> None:  # noqa: ARG001  (named by who calls)
        if counts(cell):
            note.write_text(str(next(numbers)), encoding="utf-8")

    return mark


def page_html(notebook: dict) -> str:
    """The page of an executed notebook, by nbconvert and the suite's own template."""
    from nbconvert.exporters.templateexporter import TemplateExporter

    # HTMLExporter would read the page back into a tree to mend what only its own templates lack
    html, _ = TemplateExporter.from_notebook_node(_exporter(), notebook)
    return html


@functools.cache
def _exporter() -> object:
    """The exporter of this process, which compiles the template once."""
    from nbconvert.exporters.html import HTMLExporter

    import analysis.reporting

    templates = Path(analysis.reporting.__file__).parent / "template"
    return HTMLExporter(
        extra_template_basedirs=[str(templates)],
        template_name="analysis_page",
        default_preprocessors=[],  # the template names the one it needs
        optimistic_validation=True,  # papermill's notebook is valid: not again after each step
    )


def saved_results(work: Path, notebook: str) -> dict[str, str]:
    """What a notebook saved, file name -> text."""
    folder = work / "results" / notebook
    present = [name for name in SAVED if (folder / name).exists()]
    return {name: (folder / name).read_text(encoding="utf-8") for name in present}


def parcel_of(work: Path) -> bytes:
    """A copy of a work folder that can be sent to a worker on another machine."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as parcel:
        for path in sorted(p for p in work.rglob("*") if p.is_file()):
            parcel.write(path, path.relative_to(work).as_posix())
    return held.getvalue()


def unpack(parcel: bytes, work: Path) -> None:
    """Make a work folder from a copy."""
    with zipfile.ZipFile(io.BytesIO(parcel)) as held:
        held.extractall(work)
