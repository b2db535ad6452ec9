"""Putting a finished period in place: the old complete one or the new one, never a mixture.

Everything is made in OUT/.analysis/staging. A finished folder is moved to OUT/.analysis/new
(from then on it counts as complete), the period that stands is moved to OUT/.analysis/old, the
new one is moved in, the old one is deleted. All are renames on one drive. A run that is cut short
between them leaves a state that the next run recognises and finishes.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path

from analysis.running.parameters import LATEST, PERIOD, RELEASES, UsageError
from analysis.sources.inventory import sha256

STATE = ".analysis"
FAILED = ".failed"
MANIFEST = "manifest.json"
KINDS = {
    **dict.fromkeys(("authority", "name", "period", "release"), str),
    **dict.fromkeys(("notebooks", "inputs", "unusable_files"), list),
    **dict.fromkeys(("pages", "input_sums", "output_sums", "rows"), dict),
    **dict.fromkeys(("latest_period", "late_from"), str | None),
}
"""What a manifest holds, where it holds it; one that does not is damaged."""


def state_folder(out: Path) -> Path:
    """Where a tree of reports keeps what is not for readers."""
    return out / STATE


def check_tree(out: Path, release: str) -> None:
    """Refuse an OUT that cannot become, or stay, a tree of one release level.

    Raises
    ------
    UsageError
        When OUT is a file, holds something else, or holds reports of the other release level.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out}: is a file, a folder is needed")
    found = _marked(out)
    if found:
        if found != release:
            raise UsageError(
                f"--out {out}: holds {found} reports, a {release} one needs a folder of its own"
            )
        return
    others = [m.get("release") for m in manifests(out) if m.get("release") != release]
    if others:
        raise UsageError(f"--out {out}: holds {others[0]} reports, not {release} ones")
    if out.exists() and any(map(_is_somebodys, out.iterdir())) and not manifests(out):
        raise UsageError(f"--out {out}: holds files that are not reports; name an empty folder")


def _marked(out: Path) -> str:
    """The release level that a tree is marked with; empty without a mark that can be read."""
    marker = state_folder(out) / "release"
    found = marker.read_text(encoding="utf-8", errors="replace").strip() if marker.exists() else ""
    return found if found in RELEASES else ""


def _is_somebodys(path: Path) -> bool:
    """Whether a file or folder is neither ours nor a system's own note on the folder."""
    return not path.name.startswith(".") and path.name.lower() not in ("desktop.ini", "thumbs.db")


def mark_tree(out: Path, release: str) -> None:
    """Mark OUT as a tree of one release level."""
    marker = state_folder(out) / "release"
    if not _marked(out):
        marker.parent.mkdir(parents=True, exist_ok=True)
        write_text(marker, release + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new one, never half of it."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:  # a full disk: half a file would keep the room that the next one needs
        part.unlink(missing_ok=True)
        raise
    part.replace(path)


def fresh_staging(out: Path, authority: str, folder: str) -> Path:
    """An empty folder to make one period in."""
    staging = state_folder(out) / "staging" / authority / folder
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    return staging


def clear_staging(out: Path, authority: str) -> None:
    """Take away what was begun of an authority's period and could not be finished."""
    shutil.rmtree(state_folder(out) / "staging" / authority, ignore_errors=True)


def put_in_place(out: Path, authority: str, folder: str) -> None:
    """Swap the staged folder in, by two renames."""
    staging = state_folder(out) / "staging" / authority / folder
    for path in [*staging.rglob("*"), staging]:
        _to_disk(path)
    new = state_folder(out) / "new" / authority / folder
    new.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(new, ignore_errors=True)
    staging.rename(new)
    _finish_swap(out, authority, folder)


def _to_disk(path: Path) -> None:
    """Have the system write a file or, where it can, a folder to the disk itself."""
    with contextlib.suppress(OSError):  # Windows opens no folders, and needs no such call
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _finish_swap(out: Path, authority: str, folder: str) -> None:
    """From any point of a swap to its end: what is in new goes in, else what is in old stays."""
    here = out / authority / folder
    new = state_folder(out) / "new" / authority / folder
    old = state_folder(out) / "old" / authority / folder
    if new.exists():
        if here.exists():
            old.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(old, ignore_errors=True)
            here.rename(old)
        here.parent.mkdir(parents=True, exist_ok=True)
        new.rename(here)
        _to_disk(here.parent)
    elif old.exists() and not here.exists():
        old.rename(here)
    shutil.rmtree(old, ignore_errors=True)


def recover(out: Path) -> list[str]:
    """Finish or roll back every swap that an earlier run left; those that cannot be, yet.

    Call it with the lock of the tree held.
    """
    state = state_folder(out)
    cut_short = {
        (path.parent.name, path.name)
        for kind in ("new", "old")
        for path in state.glob(f"{kind}/*/*")
    }
    stuck = []
    for authority, folder in sorted(cut_short):
        try:
            _finish_swap(out, authority, folder)
        except OSError:  # a page is open in Windows, say; the others are not kept from theirs
            stuck.append(f"{authority} {folder}")
    for kind in ("staging", "gone"):
        shutil.rmtree(state / kind, ignore_errors=True)
    for half in state.glob("kept/*/*/.*.part"):
        half.unlink(missing_ok=True)
    return stuck


def remove(out: Path, authority: str, folder: str) -> None:
    """Take a folder out of the tree by one rename, then delete it."""
    here = out / authority / folder
    if not here.exists():
        return
    gone = state_folder(out) / "gone" / authority / folder
    gone.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(gone, ignore_errors=True)
    here.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def remove_failed(out: Path, authority: str, folder: str) -> None:
    """Take away the attempts that a finished period leaves behind: its own and a nameless one."""
    remove(out, authority, folder + FAILED)
    remove(out, authority, LATEST + FAILED)


def keep_newest(out: Path, authority: str, number: int) -> list[str]:
    """Remove what is older than an authority's newest complete periods; the periods removed."""
    found = periods(out, authority)
    complete = [period for period in found if is_complete(out, authority, period)]
    older = [period for period in found if period < complete[-number]] if complete[number:] else []
    for period in older:
        remove(out, authority, period)
        remove(out, authority, period + FAILED)
        shutil.rmtree(state_folder(out) / "kept" / authority / period, ignore_errors=True)
    return older


def periods(out: Path, authority: str) -> list[str]:
    """An authority's published periods, oldest first."""
    found = (out / authority).glob(f"*/{MANIFEST}")
    return sorted(p.parent.name for p in found if PERIOD.fullmatch(p.parent.name))


def manifest_of(out: Path, authority: str, folder: str) -> dict:
    """The manifest of a published folder; empty where there is none that can be read."""
    try:
        text = (out / authority / folder / MANIFEST).read_text(encoding="utf-8")
        found = json.loads(text)
    except (OSError, ValueError):
        return {}
    return found if _is_sound(found) else {}


def _is_sound(found: object) -> bool:
    """Whether what was read is a manifest, each part of its kind; a damaged one is as none."""
    if not isinstance(found, dict):
        return False
    if not all(isinstance(found[name], kind) for name, kind in KINDS.items() if name in found):
        return False
    period = found.get("period", LATEST)
    return (period == LATEST or bool(PERIOD.fullmatch(period))) and all(
        isinstance(entry, dict) and key in entry
        for part, key in (("notebooks", "notebook"), ("inputs", "contract"), ("inputs", "file"))
        for entry in found.get(part, [])
    )


def output_sums(folder: Path) -> dict[str, str]:
    """The sums of what a period's folder holds beside its manifest: file name -> SHA-256."""
    files = sorted(path for path in folder.iterdir() if path.name != MANIFEST)
    return {path.name: sha256(path) for path in files}


def is_as_made(folder: Path, made: dict[str, str]) -> bool:
    """Whether each file of a period is there as it was made: nothing lost, cut short or edited.

    ``made`` are the sums that its manifest holds.
    """
    try:
        return bool(made) and all(sha256(folder / name) == sums for name, sums in made.items())
    except OSError:
        return False


def is_complete(out: Path, authority: str, period: str) -> bool:
    """Whether a period stands and every page of it was made."""
    return bool(manifest_of(out, authority, period).get("complete"))


def newest_complete(out: Path, authority: str) -> dict:
    """The manifest of an authority's newest complete period; empty where there is none."""
    found = (manifest_of(out, authority, period) for period in reversed(periods(out, authority)))
    return next((one for one in found if one.get("complete") and "inputs" in one), {})


def previous_period(out: Path, authority: str, period: str | None) -> str | None:
    """The latest complete period before one whose facts can be read: the previous report."""
    if period is None:
        return None
    earlier = [p for p in periods(out, authority) if p < period and is_complete(out, authority, p)]
    return next((p for p in reversed(earlier) if facts_of(out, authority, p) is not None), None)


def facts_of(out: Path, authority: str, period: str) -> list[dict] | None:
    """The facts of a published period; None where they are lost or damaged."""
    try:
        text = (out / authority / period / "facts.json").read_text(encoding="utf-8")
        facts = json.loads(text)
    except (OSError, ValueError):
        return None
    whole = isinstance(facts, list) and all(
        isinstance(fact, dict) and isinstance(fact.get("id"), str) for fact in facts
    )
    return facts if whole else None


def manifests(out: Path) -> list[dict]:
    """Every manifest of a tree, with the folder that it was found in."""
    found = []
    for path in sorted(out.glob(f"*/*/{MANIFEST}")):
        if path.parent.parent.name == STATE:
            continue
        manifest = manifest_of(out, path.parent.parent.name, path.parent.name)
        if set(manifest) >= {"authority", "name", "period", "release"}:  # else somebody else's
            found.append(manifest | {"folder": f"{path.parent.parent.name}/{path.parent.name}"})
    return found


def write_contents(out: Path) -> None:
    """Write the list of all reports, from their manifests; unchanged, it is left alone."""
    from analysis.reporting.contents import contents_page

    page = contents_page(manifests(out))
    path = out / "index.html"
    if not path.exists() or path.read_bytes() != page.encode("utf-8"):
        write_text(path, page)
