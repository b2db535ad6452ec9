"""The start of an authority's run: its extracts read and laid out for its notebooks.

Of several authorities each is opened in a process of its own, so what is here takes and gives
only what can be sent there and back.
"""

from __future__ import annotations

import shutil
import traceback
from pathlib import Path

import numpy as np

from analysis.running import inputs, manifest, publish, work
from analysis.running.collector import look_now
from analysis.running.manifest import Request
from analysis.running.outcomes import MADE, says_disk_full
from analysis.running.parameters import LATEST
from analysis.running.periods import months_held
from analysis.running.run_authority import AuthorityRun, NotOpened
from analysis.running.suite import Result
from analysis.sources.authority import PROFILE, load_authority_profile
from analysis.sources.contracts import load_contracts
from analysis.sources.dating import extract_date
from analysis.sources.day_cells import AFTER
from analysis.sources.extracts import Extracts, joined, load_authority
from analysis.sources.files import read_file
from analysis.sources.privacy import Pseudonyms
from analysis.sources.problems import ROWS_NAMED, ExtractError

ATTEMPTS = 3
LOST_SHARE = 0.1


class Changed(Exception):
    """Raised when an authority's files were changed while they were being read."""


class CutShort(Exception):
    """Raised when extracts end earlier than those of the newest report: an export broke off."""


def try_to_open(request: Request, root: Path, authority: str) -> AuthorityRun | NotOpened:
    """Open an authority in a folder of its own; one that cannot be opened costs only itself."""
    folder = root / authority
    try:
        shutil.rmtree(folder, ignore_errors=True)  # of a reader that died
        folder.mkdir()
        return open_authority(request, authority, folder)
    except Exception as error:  # noqa: BLE001
        return NotOpened(authority, *why_not_opened(error))
    finally:
        look_now()


def why_not_opened(error: Exception) -> tuple[str, str]:
    """The outcome of an authority that could not be opened, and words for the analyst's log.

    An exception that is not our own is named by its kind and place: its text can hold data.
    """
    outcome = "extracts unreadable"
    if isinstance(error, work.NoCompleteMonth):
        return "no complete month", str(error)
    if isinstance(error, CutShort):
        return "extracts cut short", str(error)
    if isinstance(error, ExtractError | Changed | inputs.StillCopied):
        return outcome, str(error)
    if isinstance(error, OSError):
        place = Path(error.filename).name if error.filename else "a file"
        words = f"{place}: {error.strerror or type(error).__name__}"
        return ("disk full" if says_disk_full(str(error)) else outcome), words
    last = traceback.extract_tb(error.__traceback__)[-1]
    return outcome, f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"


def open_authority(request: Request, authority: str, folder: Path) -> AuthorityRun:
    """Read an authority's extracts and lay them out for its notebooks.

    Pages that would come out the same are taken over and not run again.

    Raises
    ------
    ExtractError, NoCompleteMonth, StillCopied, Changed, CutShort
        When there is nothing that a report could be made from.
    """
    extracts, sums = _read_at_rest(request, authority)
    period = _period(request, extracts)
    latest = work.last_complete_month(extracts.tables)
    newest = publish.newest_complete(request.out, authority)
    if request.period is None:
        _refuse_an_earlier_end(newest, period)
    previous = manifest.previous_report(request.out, authority, period)
    reading = {"unusable_files": unusable_files(extracts), "late_from": late_from(extracts)}
    run = AuthorityRun(
        request=request,
        authority=authority,
        name=extracts.authority.name,
        synthetic=bool(extracts.authority.synthetic),
        status=extracts.authority.status,
        period=period,
        latest=str(latest) if latest is not None else None,
        folder=folder,
        sums=sums,
        marks=manifest.fingerprints(request, sums, period, previous, manifest.reading_of(reading)),
        previous=previous,
        made_at=work.stated_time(),
        files=extracts.files.to_dict(orient="records"),
        rows={name: len(table) for name, table in sorted(extracts.tables.items())},
        problems=_problem_counts(extracts),
        lost=lost_inputs(publish.manifest_of(request.out, authority, period), extracts, sums),
        missed=missed_tables(newest, extracts, period),
        **reading,
    )
    before = _previous_facts(request.out, authority, previous)
    given = work.with_benchmarks(extracts, request.raw)
    work.write_inputs(
        folder, given, work.period_of(period, {}), request.release, before, run.made_at
    )
    if not request.force:
        _take_over_unchanged(run)
    return run


def _read_at_rest(request: Request, authority: str) -> tuple[Extracts, dict[str, str]]:
    """An authority's extracts and the sums of their files, read while none of them changed."""
    for _ in range(ATTEMPTS):
        inputs.wait_until_copied(inputs.input_files(request.raw, authority))
        sums = inputs.input_sums(request.raw, authority)
        extracts = load_authority(authority, raw=request.raw, processed=request.processed)
        if inputs.input_sums(request.raw, authority) == sums:
            return extracts, sums
    raise Changed(f"{authority}: a file changed while it was being read; run again")


def _period(request: Request, extracts: Extracts) -> str:
    """The month that the report ends with; where there is none, the files that may be why."""
    try:
        period = work.period_of(request.period or LATEST, extracts.tables)
        held = months_held(extracts.tables)
        if held and not held[0] <= period <= held[1]:
            raise work.NoCompleteMonth(
                f"the extracts hold contacts of {held[0]} to {held[1]}, not of {period}"
            )
        return str(period)
    except work.NoCompleteMonth as error:
        lost = unusable_files(extracts)
        if not lost:
            raise
        words = f"could not be used: {', '.join(lost)} (analysis check says why); {error}"
        raise work.NoCompleteMonth(words) from error


def _refuse_an_earlier_end(newest: dict, period: str) -> None:
    """Refuse to report on an earlier month than the newest report could, unless it is asked for."""
    before = newest.get("latest_period")
    if isinstance(before, str) and period < before:
        raise CutShort(
            f"the extracts end with {period}, those of the report of {newest['period']} with "
            f"{before}; put the whole extracts back, name --period {period}, or, where they are "
            f"right, delete the folder of {newest['period']}"
        )


def missed_tables(newest: dict, extracts: Extracts, period: str) -> list[str]:
    """Tables that the newest complete report of an earlier month had and that nothing holds now."""
    if not newest or newest["period"] >= period:
        return []
    return sorted({entry["contract"] for entry in newest["inputs"]} - set(extracts.tables))


def _problem_counts(extracts: Extracts) -> dict[str, int]:
    counts = extracts.problems["severity"].value_counts()
    return {kind: int(counts.get(kind, 0)) for kind in ("error", "warning")}


def lost_inputs(standing: dict, extracts: Extracts, sums: dict[str, str]) -> list[str]:
    """What the complete report that stands was made from and that can no longer be read.

    A report made without it would look whole and be wrong, so it does not replace the other.
    """
    if not standing.get("complete"):
        return []
    now = set(extracts.files["contract"])
    contracts = {entry["contract"] for entry in standing.get("inputs", [])}
    files = {entry["file"] for entry in standing.get("inputs", [])}
    profile = [PROFILE] if PROFILE in standing.get("input_sums", {}) and PROFILE not in sums else []
    unusable = [file for file in unusable_files(extracts) if file in files]
    rows = lost_rows(standing, extracts, sums)
    return list(dict.fromkeys([*profile, *sorted(contracts - now), *unusable, *rows]))


def lost_rows(standing: dict, extracts: Extracts, sums: dict[str, str]) -> list[str]:
    """Files that have gone with over a tenth of a table's rows, and events that have gone so.

    Corrections take single rows away; an export that broke off, or of fewer years, takes many. A
    list of who or what is there now may well grow shorter, and so may a table whose files are all
    as they were: then it is the rules of reading that have changed.
    """
    then = {(entry["contract"], entry["file"]) for entry in standing.get("inputs", [])}
    now = set(zip(extracts.files["contract"], extracts.files["file"], strict=True))
    before = standing.get("input_sums", {})
    touched = {contract for contract, file in then if sums.get(file) != before.get(file)}
    lost = []
    for name in sorted(touched & set(extracts.tables)):
        had = standing.get("rows", {}).get(name, 0)
        fewer = had - len(extracts.tables[name])
        if fewer <= max(1, LOST_SHARE * had):
            continue
        gone = sorted({file for contract, file in then - now if contract == name})
        if gone and not any(contract == name for contract, _ in now - then):
            lost += gone
        elif load_contracts()[name].event:
            lost.append(f"{fewer:,} of {had:,} rows of {name}")
    return lost


def unusable_files(extracts: Extracts) -> list[str]:
    """Files with an error and without any table that was made from them."""
    errors = extracts.problems["severity"] == "error"
    return sorted(set(extracts.problems.loc[errors, "file"]) - set(extracts.files["file"]))


def unusable_of(folder: Path, files: list[str]) -> list[str]:
    """Which of an authority's files, by their names in its folder, cannot be used as they are."""
    authority = load_authority_profile(folder)
    nobody = Pseudonyms(b"not kept")
    tried = [name for name in files if name != PROFILE]  # what it names is in the files' sums
    reads = [read_file(folder / name, name, authority, nobody) for name in tried]
    still = unusable_files(joined(authority, reads, []))
    return [name for name in files if name == PROFILE or name in still]


def late_from(extracts: Extracts) -> str:
    """The first day on which a row counts that lies after the day of its extract; else nothing.

    An extract that names no day stands at the day on which it is read.
    """
    late = extracts.problems[extracts.problems["message"].str.contains(AFTER, regex=False)]
    undated = [not extract_date(file, extracts.authority).as_at for file in late["file"]]
    late = late[np.array(undated, dtype=bool)]
    if late.empty:
        return ""
    if late.groupby(["file", "sheet", "column"]).size().max() >= ROWS_NAMED:
        return manifest.tomorrow()  # the days of the rows that are not named are not known
    return late["message"].str.extract(r"(\d{4}-\d{2}-\d{2}) " + AFTER)[0].min()


def _previous_facts(out: Path, authority: str, previous: dict) -> dict:
    if not previous:
        return {}
    facts = publish.facts_of(out, authority, previous["period"])
    return {"period": previous["period"], "facts": facts or []}


def _take_over_unchanged(run: AuthorityRun) -> None:
    """Count notebooks as made whose page and results are kept and would come out the same."""
    for notebook in run.request.notebooks:
        kept = manifest.kept_results(
            run.request, run.authority, run.period, notebook.name, run.marks[notebook.name]
        )
        if kept:
            run.started.add(notebook.name)
            run.reused.add(notebook.name)
            result = Result(MADE, "", kept["html"], kept["saved"], kept["seconds"])
            run.take(notebook.name, result)
