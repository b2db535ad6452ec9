"""How a notebook or an authority's run can end: a closed list, each with its words.

A page that could not be made says one of these sentences and nothing else: an exception's own
text can hold a child's or a worker's details.
"""

from __future__ import annotations

MADE = "made"
NOT_RUN = "not run"

REASONS = {
    "extract missing": "An extract that this page needs is not among the authority’s files.",
    "extracts unreadable": "The authority’s extracts could not be read.",
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
    "facts disagree": "Two pages gave different values for one figure.",
    "not published": "The finished pages could not be put in place.",
}

_BY_EXCEPTION = {
    "MissingTable": "extract missing",
    "ExtractError": "extracts unreadable",
    "MemoryError": "out of memory",
    "_ArrayMemoryError": "out of memory",
    "ArrowMemoryError": "out of memory",
    "SystemExit": "stopped early",
}


def reason_of(outcome: str) -> str:
    """The sentence that a page shows for an outcome.

    Examples
    --------
    >>> reason_of("out of memory")
    'The computer ran out of memory.'
    """
    return REASONS[outcome]


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
