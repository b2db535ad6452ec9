"""Word cells: codes, yes and no, identifiers, texts, times, years, each from one raw cell."""

import datetime as dt
import re

from analysis.sources.privacy import Pseudonyms, personal_content, personal_label, safe_to_show
from analysis.sources.seen import MISSING, Seen, is_missing, number_as_text, shown
from analysis.sources.sheetscan import LONGEST_TEXT
from analysis.sources.wording import code_key, plain

NOT_SHOWN = "not shown"
_TOO_LONG = Seen(
    kind="error", message=f"longer than Excel allows ({LONGEST_TEXT:,} characters); shorten it"
)
ROUNDED = 10**15
"""Excel keeps 15 figures of a number; a longer one is another number than was entered."""
_SCIENTIFIC = re.compile(r"\d(?:\.\d+E\+?|E\+)\d+")


def see_code(raw: object, table: dict[str, str]) -> Seen:
    """The value that a table of codes gives for a cell; one of no table stays as it is."""
    text = _text_of(raw)
    value = table.get(code_key(text))
    if value is not None and text:
        return Seen(value)
    return MISSING if is_missing(raw) else Seen(words_to_keep(raw), "unmatched")


def words_to_keep(raw: object) -> str:
    """A cell that no code stands for as a table may hold it: nobody's name or number.

    Examples
    --------
    >>> words_to_keep(" Not  yet "), words_to_keep("Sarah Hazlett"), words_to_keep(4857773456.0)
    ('Not yet', 'not shown', 'not shown')
    """
    text = _text_of(raw)
    return text if safe_to_show(text) else NOT_SHOWN


def _text_of(raw: object) -> str:
    return number_as_text(raw) if isinstance(raw, float | int) else plain(str(raw))


def see_boolean(raw: object, table: dict[str, str]) -> Seen:
    """Yes or no; "unknown" is neither, and anything else is of no table."""
    seen = see_code("yes" if raw is True else "no" if raw is False else raw, table)
    if seen.kind or seen.value == "unknown":
        return Seen(None, seen.kind or "given")
    return Seen({"true": True, "false": False}[seen.value])


def see_identifier(raw: object, pseudonyms: Pseudonyms) -> Seen:
    """Keyed hash of a number that tells one person or case from another."""
    if isinstance(raw, bool | dt.date | dt.time | dt.timedelta):
        return Seen(kind="error", message="not an identifier; look for columns out of place")
    if isinstance(raw, float | int):
        if not float(raw).is_integer() or raw <= 0:
            return Seen(kind="error", message="a number with a fraction, zero or minus; correct it")
        if raw >= ROUNDED:
            words = "a number of more than 15 figures, which Excel rounds; export it as text"
            return Seen(kind="error", message=words)
        return Seen(pseudonyms.of(str(int(raw))))
    text = plain(raw).upper()
    if text.startswith(("=", "'")):
        text = _without_guards(text)
    if text in ("TRUE", "FALSE"):
        return Seen(kind="error", message="not an identifier; look for columns out of place")
    if "E" in text and _SCIENTIFIC.fullmatch(text):
        words = "a number in scientific notation, which Excel rounds; export it as text"
        return Seen(kind="error", message=words)
    if text.endswith(".0") and text[:-2].isdecimal():
        text = text[:-2]
    return Seen(pseudonyms.of(text)) if text else MISSING


def _without_guards(text: str) -> str:
    """A text without the signs that keep Excel from taking it for a number; "" where none is left.

    Examples
    --------
    >>> _without_guards('="00123"'), _without_guards("'00123")
    ('00123', '00123')
    """
    if text.startswith('="'):
        text = text[2:].removesuffix('"')
    text = text.removeprefix("'").strip()
    return "" if is_missing(text) else text


def see_text(raw: object) -> Seen:
    """A short text; a number in it that may be a person's is dropped."""
    if isinstance(raw, dt.datetime | dt.date):
        return Seen(raw.isoformat()[:10])
    text = _text_of(raw)
    if len(text) > LONGEST_TEXT:
        return _TOO_LONG
    if len(text) >= 5 and (found := personal_label(text)):
        return Seen(kind="error", message=f"{found}, it seems; it was dropped: take it out")
    return Seen(text)


def see_prose(raw: object) -> Seen:
    """A free text, dropped where it tells who a person is."""
    if not isinstance(raw, str):
        return see_text(raw)
    text = raw.strip()
    if len(text) > LONGEST_TEXT:
        return _TOO_LONG
    if found := personal_content(text):
        return Seen(
            kind="error",
            message=f"the text holds {found}; it was dropped: take it out of the extract",
        )
    return Seen(text)


def see_time(raw: object) -> Seen:
    """Time of day as HH:MM."""
    if isinstance(raw, float) and 0 <= raw < 1:
        minutes = round(raw * 24 * 60)
        return Seen(f"{minutes // 60:02d}:{minutes % 60:02d}")
    if isinstance(raw, dt.time | dt.datetime):
        return Seen(f"{raw.hour:02d}:{raw.minute:02d}")
    text = raw.strip() if isinstance(raw, str) else ""
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)(?::\d{2})?", text)
    if found and int(found[1]) < 24:
        return Seen(f"{int(found[1]):02d}:{found[2]}")
    return Seen(kind="error", message=f"{shown(raw)} is not a time; write it as HH:MM")


def see_financial_year(raw: object) -> Seen:
    """Financial year as 2025/26."""
    text = plain(str(raw)).upper().removeprefix("FY").strip()
    found = re.fullmatch(r"(?:20)?(\d{2}) ?[/\-] ?(?:20)?(\d{2})", text)
    if found and (int(found[1]) + 1) % 100 == int(found[2]):
        return Seen(f"20{found[1]}/{found[2]}")
    return Seen(kind="error", message=f"{shown(raw)} is not a financial year; write it as 2025/26")
