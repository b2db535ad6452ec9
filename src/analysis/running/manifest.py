"""What a run says of itself: what it read, with what, how it went. No paths, users, environment."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from analysis.running import inputs, publish
from analysis.running.parameters import Notebook
from analysis.running.suite import SAVED

VERSION = 1


@dataclass(frozen=True)
class Request:
    """What a run is asked for, the same for every authority of it."""

    raw: Path
    out: Path
    processed: Path
    period: str | None
    release: str
    notebooks: list[Notebook]
    parameters: dict[str, dict]
    force: bool = False
    keep: int | None = None
    authorities: list[str] = field(default_factory=list)


def file_sum(path: Path) -> str:
    """A file's SHA-256, empty where there is no file."""
    return inputs.sha256(path) if path.exists() else ""


def previous_report(out: Path, authority: str, period: str) -> dict:
    """The previous report's period and the sum of its facts; empty where there is none."""
    before = publish.previous_period(out, authority, period)
    if before is None:
        return {}
    return {"period": before, "sha256": file_sum(out / authority / before / "facts.json")}


def fingerprints(
    request: Request, sums: dict[str, str], period: str, previous: dict, reading: dict
) -> dict:
    """Notebook name -> the sum of all that its page depends on.

    ``reading`` is what the same files can come to on another day: see :func:`reading_of`. The
    leader summary depends on every other notebook's.
    """
    same = {
        "inputs": sums,
        "code": inputs.code_sum(),
        "environment": inputs.environment_sum(),
        "reading": reading,
        "period": period,
        "release": request.release,
        "previous": previous,
    }
    found: dict[str, str] = {}
    for notebook in request.notebooks:
        own = {
            "notebook": notebook.source,
            "parameters": request.parameters[notebook.name],
            "others": dict(found) if notebook.is_summary else {},
        }
        text = json.dumps(same | own, sort_keys=True, default=str)
        found[notebook.name] = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return found


def reading_of(found: dict) -> dict:
    """What the same files come to on this day, as far as their sums do not say.

    A file that cannot be used may be readable another time. Rows that lie after the day of an
    undated extract count from ``late_from``.
    """
    late = found.get("late_from") or ""
    has_come = bool(late) and today() >= late
    return {"unusable_files": found.get("unusable_files", []), "late_rows_have_come": has_come}


def today() -> str:
    """The day of the run."""
    return dt.date.today().isoformat()


def tomorrow() -> str:
    """The day after that of the run."""
    return (dt.date.today() + dt.timedelta(days=1)).isoformat()


def known_period(request: Request, authority: str, sums: dict[str, str]) -> str | None:
    """The period of a run, as far as it can be told without reading a table.

    The last complete month of the same files, read by the same code on a day that makes no
    difference, is what it was.
    """
    if request.period is not None:
        return request.period
    for period in publish.periods(request.out, authority):
        manifest = publish.manifest_of(request.out, authority, period)
        same_files = manifest.get("input_sums") == sums
        as_late = not reading_of(manifest)["late_rows_have_come"]
        if same_files and as_late and manifest.get("code_sha256") == inputs.code_sum():
            latest = manifest.get("latest_period")
            newest = publish.newest_complete(request.out, authority).get("latest_period")
            # extracts that end earlier than the newest report's are read, and then refused
            return None if latest and newest and latest < newest else latest
    return None


def unchanged_period(
    request: Request, authority: str, unusable_now: Callable[[list[str]], list[str]]
) -> str | None:
    """The period of an authority's report where it stands complete and would come out the same.

    ``unusable_now`` tells which of the files named cannot be used.
    """
    if request.force:
        return None
    sums = inputs.input_sums(request.raw, authority)
    period = known_period(request, authority, sums)
    if period is None:
        return None
    manifest = publish.manifest_of(request.out, authority, period)
    if not manifest.get("complete") or manifest.get("input_sums") != sums:
        return None
    previous = previous_report(request.out, authority, period)
    if not previous:  # removed since, as --keep does: the comparison with it stands
        previous = manifest.get("previous_report") or {}
    unusable = manifest.get("unusable_files", [])
    found = manifest | {"unusable_files": unusable_now(unusable) if unusable else []}
    now = fingerprints(request, sums, period, previous, reading_of(found))
    then = {one["notebook"]: one.get("fingerprint") for one in manifest.get("notebooks", [])}
    folder, made = request.out / authority / period, manifest.get("output_sums", {})
    return period if now == then and publish.is_as_made(folder, made) else None


def kept_results(request: Request, authority: str, period: str, name: str, mark: str) -> dict:
    """What an unchanged notebook made the last time: its page and its results, else empty."""
    try:
        text = kept_file(request.out, authority, period, name).read_text(encoding="utf-8")
        kept = json.loads(text)
    except (OSError, ValueError):
        return {}
    return kept if _is_kept(kept) and kept["fingerprint"] == mark else {}


def _is_kept(kept: object) -> bool:
    """Whether what was read is what an unchanged notebook made, each part of its kind."""
    kinds = {"fingerprint": str, "html": str, "saved": dict, "seconds": (int, float)}
    if not isinstance(kept, dict):
        return False
    whole = all(isinstance(kept.get(name), kind) for name, kind in kinds.items())
    return whole and all(isinstance(kept["saved"].get(name), str) for name in SAVED)


def kept_file(out: Path, authority: str, period: str, name: str) -> Path:
    """Where a notebook's last page and results are kept."""
    return publish.state_folder(out) / "kept" / authority / period / f"{name}.json"
