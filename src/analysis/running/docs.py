"""``analysis docs``: the pages that are made from the code itself, written or compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analysis.measures.definitions_page import measures_page
from analysis.sources.contracts_page import contracts_page

GENERATED: dict[str, Callable[[], str]] = {
    "data/raw/README.md": contracts_page,
    "docs/measures.md": measures_page,
}


def write_docs(root: Path, *, check: bool) -> int:
    """Write each generated page that differs, or with ``check`` only name it.

    Returns
    -------
    int
        1 where a page is stale and was only to be checked, else 0.
    """
    stale = [name for name, text in GENERATED.items() if _standing(root / name) != text()]
    for name in stale:
        if check:
            print(f"{name} is not what the code makes of it; run: python3 run.py docs")
        else:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(GENERATED[name](), encoding="utf-8", newline="\n")
            print(f"{name} written")
    return 1 if check and stale else 0


def _standing(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
