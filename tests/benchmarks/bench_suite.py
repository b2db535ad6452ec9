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
from collections.abc import Callable
from pathlib import Path
from statistics import median

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
FURTHER = 7
"""Authorities of which each further one's share is taken: one alone would drown in noise."""
FEW, MANY = 3, 20
ROUNDS = 3
"""How often each is measured: of some machines the speed changes by a third within minutes."""
CONTACTS = {10_000: 0.106, 100_000: 1.06, 1_000_000: 10.6}
"""Contacts, nearly, and the size of the sample that holds so many."""


def measure() -> list[dict]:
    """CPU and wall of a cold run, of an unchanged one, of each further authority; memory; growth."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        samples = [made(base / f"seed{seed}", seed=seed) for seed in range(1, FURTHER + 3)]
        # two authorities or more start the same workers
        held = {"loop": samples[:1], "one": samples[:1], "two": samples[:2], "several": samples}
        rounds = timed_rounds(base, held)
        _, again_wall = timed(lambda: run_suite(base / "one-0"))
        small = made(base / "small", size=0.1)
        few = peak_megabytes(project(base / "few", [small] * FEW))
        many = peak_megabytes(project(base / "many", [small] * MANY))
        growth, said = growth_with_contacts(base)
    return [
        share("cold run, CPU, share of the loop's", rounds["cpu"], 0.25, cold),
        share("cold run, wall, 2 jobs, share of the loop's", rounds["wall"], 0.20, cold),
        row("unchanged re-run, seconds", again_wall, 1.5, "nothing is run"),
        share("each further authority, CPU, share of the loop's", rounds["cpu"], 1 / 8, further),
        share("each further authority, wall, 2 jobs, share of the loop's", rounds["wall"], 1 / 8,
              further),
        row(f"peak memory, {MANY} authorities to {FEW}", many / few, 1.15,
            f"{many:.0f} MB to {few:.0f} MB, driver, readers, workers and kernels"),
        row("CPU a contact, 100,000 to 1,000,000 against 10,000 to 100,000", growth, 1.2, said),
    ]  # fmt: skip


def timed_rounds(base: Path, held: dict) -> dict[str, list[dict]]:
    """Seconds of cold runs over authorities, by round and by their names; "loop" is the loop's.

    Each round goes through all of them, so that a slow spell of the machine meets them alike.
    """
    rounds: dict = {"cpu": [], "wall": []}
    for number in range(ROUNDS):
        taken = {}
        for name, samples in held.items():
            folder = project(base / f"{name}-{number}", samples)
            run = run_loop if name == "loop" else run_suite
            taken[name] = timed(lambda run=run, folder=folder: run(folder))
        for at, kind in enumerate(rounds):
            rounds[kind].append({name: seconds[at] for name, seconds in taken.items()})
    return rounds


def cold(seconds: dict[str, float]) -> float:
    """Seconds of a run of one authority."""
    return seconds["one"]


def further(seconds: dict[str, float]) -> float:
    """Seconds of each authority after the second, of other children and contacts."""
    return (seconds["several"] - seconds["two"]) / FURTHER


def share(name: str, rounds: list[dict[str, float]], limit: float, part: Callable) -> dict:
    """A line for a part of a run as a share of the loop, the middle one of all rounds."""
    shares = [part(seconds) / seconds["loop"] for seconds in rounds]
    ours, loop = median(map(part, rounds)), median(seconds["loop"] for seconds in rounds)
    said = f"{ours:.1f} s against {loop:.1f} s; rounds: {', '.join(f'{s:.3f}' for s in shares)}"
    return row(name, median(shares), limit, said)


def made(folder: Path, **options) -> Path:
    """A synthetic authority's extracts, in a folder of the name that the notebooks expect."""
    from analysis.sources.sample import write_sample

    return write_sample(folder / "exampleshire", **options)


def growth_with_contacts(base: Path) -> tuple[float, str]:
    """CPU of a further contact among a million, over that of one among a hundred thousand.

    Of each size the least of all rounds: what the smaller ones differ by is less than the noise.
    """
    held = {n: [made(base / f"of-{n}", size=size)] for n, size in CONTACTS.items()}
    rounds = timed_rounds(base, held)["cpu"]
    seconds = {n: min(taken[n] for taken in rounds) for n in CONTACTS}
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
