"""How a notebook or an authority's run can end: a closed list, each with its words.

A page that could not be made says one of these sentences and nothing else: an exception's own
text can hold a child's or a worker's details.
"""

from __future__ import annotations

import re

MADE = "made"
NOT_RUN = "not run"
DISAGREE = "facts disagree"
MISSING = "extract missing"

REASONS = {
    MISSING: "An extract that this page needs is not among the authority’s files.",
    "extracts unreadable": "The authority’s extracts could not be read.",
    "extracts cut short": "The extracts end earlier than those of a report that stands.",
    "no complete month": "The extracts hold no complete month that a report could end with.",
    "cell failed": "A step of the calculation failed.",
    "stopped early": "The calculation stopped before its last step.",
    "timed out": "A step of the calculation took longer than it is allowed.",
    "out of memory": "The computer ran out of memory.",
    "disk full": "The computer’s disk is full.",
    "kernel died": "The calculation was ended by the computer before it finished.",
    "kernel did not start": "The program that does the calculation did not start.",
    "worker died": "The computer that did the calculation stopped before it finished.",
    "other code": "The computer that did the calculation has another version of this suite.",
    "page not made": "The page could not be drawn from its results.",
    "page failed its checks": "The finished page did not pass its checks.",
    DISAGREE: "Two pages gave different values for one figure.",
}

_BY_EXCEPTION = {
    "MissingTable": MISSING,
    "ExtractError": "extracts unreadable",
    "MemoryError": "out of memory",
    "_ArrayMemoryError": "out of memory",
    "ArrowMemoryError": "out of memory",
    "SystemExit": "stopped early",
}


def reason_of(outcome: str, detail: str = "") -> str:
    """The sentence that a page shows for an outcome; of a missing extract, which tables it is.

    Examples
    --------
    >>> reason_of("out of memory")
    'The computer ran out of memory.'
    >>> reason_of("extract missing", "... No extract of anyshire holds contacts. Put one into ...")
    'No extract of anyshire holds contacts.'
    """
    said = re.search(r"No extract of .+? holds [a-z0-9_ ]+\.", detail)
    return said[0] if said and outcome == MISSING else REASONS[outcome]


def says_disk_full(text: str) -> bool:
    """Whether an OSError's words name a full disk; pyarrow's give no number of their own.

    Examples
    --------
    >>> says_disk_full(str(OSError(28, "No space left on device")))
    True
    >>> says_disk_full("Error writing bytes to file. Detail: [errno 28] No space left on device")
    True
    """
    return "errno 28]" in text.lower()


def outcome_of_error(name: str, text: str) -> str:
    """The outcome of a cell that raised, from the exception's name; its text is only searched.

    Examples
    --------
    >>> outcome_of_error("MemoryError", ""), outcome_of_error("KeyError", "'A. Name'")
    ('out of memory', 'cell failed')
    """
    if name == "OSError" and says_disk_full(text):
        return "disk full"
    return _BY_EXCEPTION.get(name, "cell failed")


def judge(notebook: dict, name: str) -> tuple[str, str]:
    """Whether an executed notebook is whole, from its cells alone.

    Examples
    --------
    >>> judge({"cells": [{"cell_type": "code", "source": "1", "execution_count": None}]}, "01_a")
    ('stopped early', 'code cell 1 did not run')
    """
    if "failed" in notebook:
        outcome = outcome_of_error(notebook["failed"], notebook["text"])
        safe = notebook["failed"] in ("MissingTable", "UnknownFact", "ExtractError")
        words = f": {notebook['text']}" if safe else ""
        return outcome, f"{notebook['failed']} in code cell {notebook['count']}{words}"
    codes = [cell for cell in notebook["cells"] if counts(cell)]
    for number, cell in enumerate(codes, start=1):
        outputs = cell.get("outputs", [])
        errors = [o["ename"] for o in outputs if o["output_type"] == "error"]
        if errors:
            return outcome_of_error(errors[0], ""), f"{errors[0]} in code cell {number}"
        if not cell.get("execution_count"):
            return "stopped early", f"code cell {number} did not run"
        if (cell.get("metadata", {}).get("papermill") or {}).get("exception"):
            return "cell failed", f"code cell {number} failed without a word"
    marks = [
        output.get("metadata", {}).get("analysis", {}).get("sentinel")
        for output in (codes[-1].get("outputs", []) if codes else [])
    ]
    return (MADE, "") if name in marks else ("stopped early", "the last cell left no mark")


def counts(cell: dict) -> bool:
    """Whether a cell is one of the code cells that people number: not papermill's parameters."""
    injected = "injected-parameters" in cell.get("metadata", {}).get("tags", [])
    return cell["cell_type"] == "code" and bool(cell["source"].strip()) and not injected
