"""Runs every benchmark, or those named, and prints the table that README shows."""

import importlib.util
import os
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def rows_of(path: Path) -> list[dict]:
    """What one benchmark measured."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module.measure()


def machine() -> str:
    """The machine in words."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}"
    )


def main(names: list[str]) -> int:
    """Print one line a measurement; 1 where one is over its limit."""
    paths = [p for p in sorted(HERE.glob("bench_*.py")) if not names or p.stem[6:] in names]
    print(
        f"{machine()}\n\n| measurement | measured | at most | note |\n|---|---|---|---|", flush=True
    )
    over = 0
    for path in paths:
        for row in rows_of(path):
            over += row["ratio"] > row["limit"]
            print(
                f"| {row['name']} | {row['ratio']:.3g} | {row['limit']:g} | {row['note']} |",
                flush=True,
            )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
