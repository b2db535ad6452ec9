"""A papermill engine that keeps one real kernel warm in a process and clears it in between.

The kernel is a process of its own: what a notebook does to it, the process that drives it
survives. After a notebook that failed in any way the kernel is not used again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

from analysis.running.folders import KERNELS, end_group, make_folder, note_child
from analysis.running.threads import ONE_THREAD

# papermill would load pyarrow, and numpy with it, for notebooks that lie on Hadoop
_HIDDEN = sys.modules.setdefault("pyarrow.fs", None) is None
from papermill.clientwrap import PapermillNotebookClient  # noqa: E402
from papermill.engines import Engine, papermill_engines  # noqa: E402

if _HIDDEN:
    del sys.modules["pyarrow.fs"]

NAME = "warm"
START_SECONDS = 120
CELL_SECONDS = 900
LONGEST_SOCKET_PATH = 80
STATE = "from analysis.running import kernel_state"
OPTIONS = [
    "--quiet",
    "--HistoryManager.enabled=False",
    "--IPKernelApp.outstream_class=analysis.running.kernel_streams.QuietStream",
]


class KernelNotStarted(Exception):
    """Raised when no kernel could be started."""


class ThisPython(KernelSpecManager):
    """The one kernel that a run uses: this very Python, whatever kernels a machine lists."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The start command of a kernel; its name makes no difference."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="Python 3", language="python")


@dataclass
class Kernel:
    """A running kernel, the channels to it and the folder with its sockets."""

    manager: AsyncKernelManager
    client: object
    folder: Path
    process: subprocess.Popen


_WARM: list[Kernel] = []
_STARTING: list[tuple[AsyncKernelManager, Path]] = []


def start_kernel() -> Kernel:
    """Start a kernel and have it import what notebooks need; it is ready when this returns.

    Raises
    ------
    KernelNotStarted
        When it dies or does not answer in time.
    """
    folder = make_folder(KERNELS)
    manager = AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=ThisPython(),
        transport=_transport(folder),
        connection_file=str(folder / "kernel.json"),
    )
    client = None
    _STARTING.append((manager, folder))
    try:
        run_sync(manager.start_kernel)(
            env=_environment(folder),
            cwd=str(folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            extra_arguments=OPTIONS,
        )
        note_child(folder, manager.provisioner.process.pid)
        client = manager.client()
        client.start_channels()
        run_sync(client.wait_for_ready)(timeout=START_SECONDS)
        client.allow_stdin = False
        kernel = Kernel(manager, client, folder, manager.provisioner.process)
        run_in(kernel, f"{STATE}; kernel_state.begin()")
    except Exception as error:
        _end(getattr(manager.provisioner, "process", None), folder)
        _close(manager, client)
        raise KernelNotStarted(type(error).__name__) from error
    finally:
        _STARTING.remove((manager, folder))
    return kernel


def _transport(folder: Path) -> str:
    """Sockets in a folder where the system has them: two kernels never want one port."""
    sockets = sys.platform != "win32" and len(str(folder)) < LONGEST_SOCKET_PATH
    return "ipc" if sockets else "tcp"


def _environment(folder: Path) -> dict[str, str]:
    """The kernel's environment: figures without a screen, no one's own start-up files.

    At an empty SOURCE_DATE_EPOCH a kernel hangs before it answers.
    """
    theirs = {name: value for name, value in os.environ.items() if name != "PYTHONSTARTUP"}
    if not theirs.get("SOURCE_DATE_EPOCH"):
        theirs.pop("SOURCE_DATE_EPOCH", None)
    own = {"MPLBACKEND": "agg", "PYTHONHASHSEED": "0", "IPYTHONDIR": str(folder)}
    return {**theirs, **own, **ONE_THREAD, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def run_in(kernel: Kernel, code: str) -> None:
    """Run code of our own in a kernel, outside any notebook.

    Raises
    ------
    KernelNotStarted
        When the code fails: the kernel is not fit for a notebook.
    """
    cell = new_code_cell(code)
    client = NotebookClient(new_notebook(cells=[cell]), km=kernel.manager, timeout=START_SECONDS)
    client.kc = kernel.client
    try:
        client.execute_cell(cell, 0)
    except CellExecutionError as error:
        raise KernelNotStarted(f"{error.ename} before the notebook") from error


def warm_kernel() -> Kernel:
    """The kernel of this process; a new one where there is none or it has died."""
    if _WARM and not run_sync(_WARM[0].manager.is_alive)():
        drop_kernel()
    if not _WARM:
        _WARM.append(start_kernel())
    return _WARM[0]


def enter_kernel(work: Path) -> None:
    """Have the warm kernel find the next notebook's inputs in ``work``."""
    run_in(warm_kernel(), f"{STATE}; kernel_state.enter({str(work)!r})")


def clear_kernel() -> bool:
    """Clear the warm kernel of what a notebook left in it; whether that went well."""
    try:
        run_in(_WARM[0], f"{STATE}; kernel_state.clear()")
    except Exception:  # noqa: BLE001  (the page is made; the next one gets a new kernel)
        return False
    return True


def drop_kernel() -> None:
    """End the kernel of this process at once, one that is starting too, and all they started."""
    dropped = [(kernel.manager, kernel.client) for kernel in _WARM]
    end_kernel()
    for manager, client in dropped:
        _close(manager, client)


def end_kernel() -> None:
    """End the kernel as ``drop_kernel`` does, for a process that ends too: channels stay open.

    They belong to the thread that runs notebooks, and any thread may call this.
    """
    while _WARM:
        kernel = _WARM.pop()
        _end(kernel.process, kernel.folder)
    for manager, folder in list(_STARTING):
        _end(getattr(manager.provisioner, "process", None), folder)


def _end(process: subprocess.Popen | None, folder: Path) -> None:
    """Kill a kernel's process group and remove its folder.

    Of a kernel that has died the group may live on: what its notebook had started.
    """
    if process is not None:
        end_group(process.pid)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
    shutil.rmtree(folder, ignore_errors=True)


def _close(manager: AsyncKernelManager, client: object | None) -> None:
    """Close the channels to a kernel that has ended, each and here.

    Left to the collector, which may come to the sockets' context first, they would have it wait
    for them without end.
    """
    with contextlib.suppress(Exception):
        if client is not None:
            client.stop_channels()
    with contextlib.suppress(Exception):
        if client is not None:
            client.context.destroy(linger=0)
    with contextlib.suppress(Exception):
        run_sync(manager.cleanup_resources)()


class WarmEngine(Engine):
    """Papermill's way to run a notebook, in the kernel that is warm."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, execution_timeout=CELL_SECONDS, on_cell=None, **_ignored
    ) -> None:
        """Run the notebook's cells one after another, each within the time-out."""
        kernel = warm_kernel()
        client = PapermillNotebookClient(
            nb_man,
            km=kernel.manager,
            timeout=execution_timeout,
            startup_timeout=START_SECONDS,
            kernel_name=kernel_name,
            on_cell_start=on_cell,
            record_timing=False,  # of each cell, which no page shows
        )
        client.kc = kernel.client
        client.execute()


papermill_engines.register(NAME, WarmEngine)
atexit.register(end_kernel)
