"""Sets the suite up on first use and runs it: python3 run.py report, python3 run.py test.

Standard library only. It makes .venv from requirements.lock, installs the project into it, and
hands every command over to ``python -m analysis``; ``test``, ``lab`` and ``bench`` are its own.
A set-up that failed or was interrupted has no stamp and is made again.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 14)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCKS = {"base": "requirements.lock", "dev": "requirements-dev.lock"}
NEEDS_DEV = ("test", "lab", "bench")
SETUP_SECONDS = 3600
USAGE = """usage: python3 run.py COMMAND ...
  report      make the reports that changed          check       read and validate extracts
  sample      write a synthetic authority's extracts benchmarks  refresh data/raw/benchmarks.xlsx
  schedule    print lines for cron, systemd, Windows docs        write the pages that are generated
  test        run the tests                          lab         open the notebooks in JupyterLab
  bench       run the benchmarks
"""


class CannotSetUp(Exception):
    """Raised when this Python cannot set the suite up; one line with its remedy."""


def main(arguments: list) -> int:
    """Set up what the command needs and run it; its exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0 if arguments else 2
    scheduled = any(a.split("=")[0] == "--scheduler" for a in arguments)
    try:
        check_python()
        set_up(dev=arguments[0] in NEEDS_DEV or scheduled)
    except CannotSetUp as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"run.py: the set-up cannot write to {VENV}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("run.py: interrupted; the set-up is made again next time", file=sys.stderr)
        return 130
    return hand_over(command_line(arguments))


def check_python() -> None:
    """Refuse a Python that the locks were not made for, or one that cannot make a .venv."""
    spoken = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        seen = ".".join(str(part) for part in sys.version_info[:3])
        raise CannotSetUp(
            f"this is Python {seen}; install one of {spoken} and start run.py with it"
        )
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise CannotSetUp(
                f"this Python has no {module} module; on Debian or Ubuntu install python3-venv, "
                "elsewhere install Python from python.org"
            )


def set_up(*, dev: bool) -> None:
    """Make .venv, or what of it is missing; a second call finds its stamps and does nothing."""
    parts = ["base", "dev"] if dev else ["base"]
    if all(is_stamped(part) for part in parts):
        return
    with one_at_a_time():
        if not is_stamped("base"):
            make_base()
        if dev and not is_stamped("dev"):
            print("Adding what tests, the lab and benchmarks need (once) ...", flush=True)
            install_lock("dev")


def make_base() -> None:
    """Make .venv anew, with the locked libraries and the project itself."""
    print("Setting up .venv from requirements.lock (once, a few minutes) ...", flush=True)
    if VENV.exists():
        shutil.rmtree(VENV)
    # not the Python of .venv itself, which a scheduler may have started
    python = getattr(sys, "_base_executable", None) or sys.executable
    call([python, "-m", "venv", str(VENV)], "a .venv could not be made")
    install_lock("base", then=install_project)


def install_lock(part: str, then=None) -> None:
    """Install one lock, every file checked against its hash; the stamp is written last."""
    lock = str(ROOT / LOCKS[part])
    pip(["install", "--require-hashes", "-r", lock], f"{LOCKS[part]} could not be installed")
    if then is not None:
        then()
    stamp(part).write_text(stamp_text(part), encoding="utf-8")


def install_project() -> None:
    """Install the project itself: a second step, for pip refuses it in hash mode."""
    pip(
        ["install", "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
        "the project could not be installed into .venv",
    )
    compile_project()


def compile_project() -> None:
    """Compile the project's modules, as pip does for libraries alone; without it all is slower.

    Where Python is told to write nothing beside its modules, every process of a run would do it.
    """
    with contextlib.suppress(OSError):
        command = [str(venv_python()), "-m", "compileall", "-qq", str(ROOT / "src")]
        subprocess.run(command, check=False)


def pip(arguments: list, trouble: str) -> None:
    """Run the pip of .venv."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    call([str(venv_python()), "-m", "pip", *arguments, *quiet], trouble)


def call(command: list, trouble: str) -> None:
    """Run a step of the set-up; where it fails, say in one line what could not be done."""
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        raise CannotSetUp(f"{trouble} (the lines above say why); put it right and run again")


def venv_python() -> Path:
    """The Python of .venv."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stamp(part: str) -> Path:
    """The file that says that a part of the set-up was finished."""
    return VENV / f"finished-{part}"


def stamp_text(part: str) -> str:
    """What a finished part was made from: Python, the place, the locks and the project file."""
    names = ["pyproject.toml", LOCKS["base"]] + ([LOCKS["dev"]] if part == "dev" else [])
    total = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for name in names:
        total.update((ROOT / name).read_bytes())
    return total.hexdigest()


def is_stamped(part: str) -> bool:
    """Whether a part of the set-up was finished, from these very files."""
    try:
        found = stamp(part).read_text(encoding="utf-8")
    except OSError:
        return False
    return found == stamp_text(part) and venv_python().exists()


@contextlib.contextmanager
def one_at_a_time():
    """Let one process at a time set up; another waits for it, or takes over from a dead one."""
    path = ROOT / ".venv-being-made"
    waits = False
    while True:
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
            break
        except FileExistsError:
            if is_abandoned(path):
                path.unlink(missing_ok=True)
            elif not waits:
                print(f"Another process sets up; waiting (if none does, delete {path})", flush=True)
                waits = True
            time.sleep(0.5)
    try:
        os.write(handle, str(os.getpid()).encode())
        os.close(handle)
        yield
    finally:
        path.unlink(missing_ok=True)


def is_abandoned(path: Path) -> bool:
    """Whether the process that was setting up is gone."""
    with contextlib.suppress(OSError, ValueError):
        if time.time() - path.stat().st_mtime > SETUP_SECONDS:
            return True
        if os.name == "nt":
            return False
        text = path.read_text(encoding="utf-8")
        if not text:
            return time.time() - path.stat().st_mtime > 5
        try:
            os.kill(int(text), 0)
        except ProcessLookupError:
            return True
    return False


def command_line(arguments: list) -> list:
    """The command that does the work, run by the Python of .venv."""
    python, name, rest = str(venv_python()), arguments[0], arguments[1:]
    if name == "test":
        place = ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
        return [python, "-m", "pytest", *place, "-n", "2", "--dist", "loadfile", *rest]
    if name == "lab":
        folder = str(ROOT / "notebooks")
        quiet = "--LabApp.news_url=None"  # the lab asks for nothing outside
        return [python, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", quiet, *rest]
    if name == "bench":
        return [python, str(ROOT / "tests" / "benchmarks"), *rest]
    return [python, "-m", "analysis", *arguments]


def hand_over(command: list) -> int:
    """Become the command where the system can, else wait for it; its exit code."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    if command[1].endswith("benchmarks") or command[2] in ("pytest", "jupyterlab"):
        os.chdir(ROOT)
    if os.name != "nt":
        if sys.stdout is not None:  # as after >&-
            sys.stdout.flush()
        os.execve(command[0], command, environment)
    with subprocess.Popen(command, env=environment) as child:
        while True:
            with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C reaches the child by itself
                return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
