"""The suite against a plain loop of papermill and nbconvert over the same notebooks.

Exampleshire, cold: no cache, no report. CPU is that of all processes, kernels included.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
START = """
import sys
from pathlib import Path
from analysis.running import cli
if __name__ == "__main__":
    cli.ROOT = Path(sys.argv[1])
    sys.exit(cli.main(["report", "--raw", str(cli.ROOT / "data" / "raw"), *sys.argv[2:]]))
"""
FURTHER, MANY = 3, 20
CONTACTS = {10_000: 0.106, 100_000: 1.06, 1_000_000: 10.6}
"""Contacts, nearly, and the size of the sample that holds so many."""


def measure() -> list[dict]:
    """CPU and wall of a cold run, of an unchanged one, of each further authority; memory; growth."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        samples = [made(base / f"seed{seed}", seed=seed) for seed in range(1, FURTHER + 2)]
        loop_cpu, loop_wall = timed(lambda: run_loop(project(base / "loop", samples[:1])))
        one = project(base / "one", samples[:1])
        cpu, wall = timed(lambda: run_suite(one))
        _, again_wall = timed(lambda: run_suite(one))
        two = timed(lambda: run_suite(project(base / "two", samples[:2])))
        several = timed(lambda: run_suite(project(base / "several", samples)))
        small = made(base / "small", size=0.1)
        few = peak_megabytes(project(base / "few", [small] * FURTHER))
        many = peak_megabytes(project(base / "many", [small] * MANY))
        growth, said = growth_with_contacts(base)
    # two authorities or more start the same workers
    further = [
        (all_of - of_two) / (FURTHER - 1) for all_of, of_two in zip(several, two, strict=True)
    ]
    return [
        row("cold run, CPU, share of the loop's", cpu / loop_cpu, 0.25,
            f"{cpu:.1f} s against {loop_cpu:.1f} s"),
        row("cold run, wall, 2 jobs, share of the loop's", wall / loop_wall, 0.20,
            f"{wall:.1f} s against {loop_wall:.1f} s"),
        row("unchanged re-run, seconds", again_wall, 1.5, "nothing is run"),
        row("each further authority, CPU, share of the loop's", further[0] / loop_cpu, 1 / 8,
            f"{further[0]:.1f} s each, of other children and contacts"),
        row("each further authority, wall, 2 jobs, share of the loop's", further[1] / loop_wall,
            1 / 8, f"{further[1]:.1f} s each"),
        row(f"peak memory, {MANY} authorities to {FURTHER}", many / few, 1.15,
            f"{many:.0f} MB to {few:.0f} MB, driver, readers, workers and kernels"),
        row("CPU a contact, 100,000 to 1,000,000 against 10,000 to 100,000", growth, 1.2, said),
    ]  # fmt: skip


def made(folder: Path, **options) -> Path:
    """A synthetic authority's extracts, in a folder of the name that the notebooks expect."""
    from analysis.sources.sample import write_sample

    return write_sample(folder / "exampleshire", **options)


def growth_with_contacts(base: Path) -> tuple[float, str]:
    """CPU of a further contact among a million, over that of one among a hundred thousand."""
    seconds = {}
    for contacts, size in CONTACTS.items():
        sample = made(base / f"{contacts}", size=size)
        seconds[contacts], _ = timed(lambda s=sample: run_suite(project(s.parent / "run", [s])))
    few, some, many = CONTACTS
    first = (seconds[some] - seconds[few]) / (some - few)
    then = (seconds[many] - seconds[some]) / (many - some)
    return then / first, ", ".join(f"{n:,}: {s:.1f} s" for n, s in seconds.items())


def row(name: str, ratio: float, limit: float, note: str) -> dict:
    """One line of the table."""
    return {"name": name, "ratio": ratio, "limit": limit, "note": note}


def project(folder: Path, samples: list[Path]) -> Path:
    """A folder with our notebooks and an authority for each sample."""
    notebooks = ROOT.joinpath("notebooks").glob("[0-9][0-9]_*.ipynb")
    (folder / "notebooks").mkdir(parents=True)
    for path in notebooks:
        shutil.copy(path, folder / "notebooks")
    for number, sample in enumerate(samples):
        shutil.copytree(sample, folder / "data" / "raw" / f"exampleshire{number or ''}")
    (folder / "data" / "processed").mkdir()
    (folder / "start.py").write_text(START, encoding="utf-8")
    old = time.time() - 60  # as files are that nobody is still copying
    for path in folder.rglob("*.xlsx"):
        os.utime(path, (old, old))
    return folder


def timed(run) -> tuple[float, float]:
    """CPU and wall seconds of what a function starts and waits for."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def run_loop(folder: Path) -> None:
    """Papermill, then nbconvert, for each notebook in turn, as a shell script would."""
    for path in sorted(folder.glob("notebooks/0[1-9]_*.ipynb")):
        done = folder / "executed" / path.name
        done.parent.mkdir(exist_ok=True)
        papermill = ["papermill", str(path), str(done), "-p", "authority", "exampleshire",
                     "--cwd", str(path.parent), "--kernel", "python3"]  # fmt: skip
        convert = ["jupyter", "nbconvert", "--to", "html", "--no-input", str(done)]
        for name, *rest in (papermill, convert):
            command = shutil.which(name, path=Path(sys.executable).parent)
            subprocess.run([command, *rest], capture_output=True, check=True)


def run_suite(folder: Path) -> None:
    """The suite's own command, two jobs; a run that failed is no measurement."""
    subprocess.run(command(folder), capture_output=True, check=True)


def command(folder: Path) -> list[str]:
    """How a run is started."""
    return [sys.executable, str(folder / "start.py"), str(folder), "--jobs", "2"]


def peak_megabytes(folder: Path) -> float:
    """The most memory that a run and all its processes hold at once, in megabytes."""
    run = subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0
    while run.poll() is None:
        peak = max(peak, _held(run.pid))
        time.sleep(0.2)
    return peak / 1e6


def _held(pid: int) -> int:
    total = 0
    try:
        parent = psutil.Process(pid)
        for process in [parent, *parent.children(recursive=True)]:
            total += process.memory_full_info().uss
    except psutil.Error:
        return 0
    return total


if __name__ == "__main__":
    for line in measure():
        print(line)
