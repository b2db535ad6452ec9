"""The end of an authority's run: pages, workbook, facts and manifest put in place together."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from analysis.running import inputs, manifest, publish
from analysis.running.interrupt import stop_if_asked
from analysis.running.lock import Lock
from analysis.running.outcomes import DISAGREE, MADE, NOT_RUN, reason_of
from analysis.running.parameters import LATEST
from analysis.running.results import as_json
from analysis.running.run_authority import AuthorityRun
from analysis.running.suite import Result
from analysis.running.work import stated_time


def publish_run(run: AuthorityRun, lock: Lock) -> None:
    """Put a finished run in place.

    A complete run replaces what stands. One that is not goes beside a complete period, or takes
    the place of nothing or of another incomplete one.
    """
    facts = joined_facts(run)
    folder = run.period
    out, authority = run.request.out, run.authority
    if not run.is_complete and publish.is_complete(out, authority, run.period):
        folder += publish.FAILED
    staging = publish.fresh_staging(out, authority, folder)
    _write_pages(run, staging)
    _write_text(staging / "facts.json", as_json(facts))
    _write_workbook(run, facts, staging / "tables.xlsx")
    own = manifest_of_run(run, facts) | {"output_sums": publish.output_sums(staging)}
    _write_text(staging / publish.MANIFEST, as_json(own))
    lock.check()
    stop_if_asked()
    publish.put_in_place(out, authority, folder)
    # the report stands; what goes wrong now is made good by the next run
    if run.is_complete:
        with contextlib.suppress(OSError):
            publish.remove_failed(out, authority, run.period)
    with contextlib.suppress(OSError):
        _keep_results(run)


def joined_facts(run: AuthorityRun) -> list[dict]:
    """The facts of all pages made, each once; a page whose value differs counts as failed."""
    found: dict[str, dict] = {}
    for notebook in run.request.notebooks:
        result = run.results[notebook.name]
        own = json.loads(result.saved["facts.json"]) if result.outcome == MADE else []
        clash = [fact["id"] for fact in own if found.get(fact["id"], fact) != fact]
        if clash:
            run.results[notebook.name] = Result(DISAGREE, f"fact {clash[0]}")
            continue
        found |= {fact["id"]: fact for fact in own}
    return list(found.values())


def _write_text(path: Path, text: str) -> None:
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _write_pages(run: AuthorityRun, staging: Path) -> None:
    from analysis.reporting.failure import reason_page

    for notebook in run.request.notebooks:
        result = run.results[notebook.name]
        html = result.html
        if result.outcome != MADE:
            html = reason_page(
                notebook.title,
                run.period,
                reason_of(result.outcome, result.detail),
                authority=run.name,
                release=run.request.release,
            )
        (staging / notebook.page).write_text(html, encoding="utf-8", newline="\n")


def _write_workbook(run: AuthorityRun, facts: list[dict], path: Path) -> None:
    from analysis.reporting.workbook import write_workbook

    made = [run.results[n.name] for n in run.request.notebooks]
    tables = [t for r in made if r.outcome == MADE for t in json.loads(r.saved["tables.json"])]
    status = f"{run.status}, {run.request.release} release".capitalize()
    write_workbook(tables, facts, path, title=f"{run.name}, {run.period}", status=status)


def manifest_of_run(run: AuthorityRun, facts: list[dict]) -> dict:
    """What the run says of itself."""
    return {
        "version": manifest.VERSION,
        "authority": run.authority,
        "name": run.name,
        "synthetic": run.synthetic,
        "period": run.period,
        "latest_period": run.latest,
        "release": run.request.release,
        "made": run.made_at,
        "complete": run.is_complete,
        "lost_inputs": run.lost,
        "inputs": run.files,
        "input_sums": run.sums,
        "rows": run.rows,
        "problems": run.problems,
        "unusable_files": run.unusable_files,
        "late_from": run.late_from or None,
        "code_sha256": inputs.code_sum(),
        "versions": inputs.versions(),
        "previous_report": run.previous or None,
        "facts": len(facts),
        "pages": {n.name: n.page for n in run.request.notebooks},
        "notebooks": [_entry(run, n.name, n.title) for n in run.request.notebooks],
    }


def _entry(run: AuthorityRun, name: str, title: str) -> dict:
    result = run.results[name]
    return {
        "notebook": name,
        "title": title,
        "outcome": result.outcome,
        "reason": None if result.outcome == MADE else reason_of(result.outcome, result.detail),
        "seconds": round(result.seconds, 2),
        "reused": name in run.reused,
        "parameters": run.request.parameters[name],
        "fingerprint": run.marks[name] if result.outcome == MADE else None,
    }


def _keep_results(run: AuthorityRun) -> None:
    """Keep each page and its results, for a run in which it would come out the same."""
    for notebook in run.request.notebooks:
        result = run.results[notebook.name]
        if result.outcome != MADE or notebook.name in run.reused:
            continue
        if notebook.is_summary and not run.is_complete:
            continue  # it says that a section could not be made, which the next run may well make
        path = manifest.kept_file(run.request.out, run.authority, run.period, notebook.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {
            "fingerprint": run.marks[notebook.name],
            "html": result.html,
            "saved": result.saved,
            "seconds": result.seconds,
        }
        publish.write_text(path, json.dumps(kept, ensure_ascii=False))


def publish_unreadable(request: manifest.Request, authority: str, outcome: str, lock: Lock) -> None:
    """Say beside an authority's reports that this run found nothing to make one from."""
    from analysis.reporting.failure import reason_page

    # a month that the extracts do not hold is a slip of the pen: it gets no line of its own
    is_slip = outcome == "no complete month"
    period = LATEST if is_slip or not request.period else request.period
    folder = period + publish.FAILED
    staging = publish.fresh_staging(request.out, authority, folder)
    words = reason_page(
        "Leader summary", period, reason_of(outcome), authority=authority, release=request.release
    )
    (staging / "index.html").write_text(words, encoding="utf-8", newline="\n")
    said = {
        "version": manifest.VERSION,
        "authority": authority,
        "name": _standing_name(request.out, authority),
        "period": period,
        "release": request.release,
        "made": stated_time(),
        "complete": False,
        "reason": reason_of(outcome),
        "notebooks": [
            {"notebook": n.name, "title": n.title, "outcome": NOT_RUN} for n in request.notebooks
        ],
    }
    _write_text(staging / publish.MANIFEST, as_json(said))
    lock.check()
    publish.put_in_place(request.out, authority, folder)


def _standing_name(out: Path, authority: str) -> str:
    """An authority's name as its last report has it, else the folder's."""
    for period in reversed(publish.periods(out, authority)):
        name = publish.manifest_of(out, authority, period).get("name")
        if name:
            return name
    return authority.replace("-", " ").replace("_", " ").title()
