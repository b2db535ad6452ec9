"""Privacy: identifiers become keyed hashes, and free text that tells who a person is is found."""

import calendar
import functools
import hashlib
import os
import re
import secrets
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from analysis.sources.contracts import load_codes
from analysis.sources.problems import ExtractError

KEY_VARIABLE = "ANALYSIS_ID_KEY"
_KEY_FILE = "identifiers.key"
_KEY_LENGTH = 64

_TEN_FIGURES = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
_ANY_DATE = (
    r"(?:\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]+,? \d{4})"
)
_BIRTH = re.compile(
    rf"\b(?:d\.?\s?o\.?\s?b\.?|date of birth|born|birthday|b)\b[^;]{{0,25}}?{_ANY_DATE}",
    re.IGNORECASE,
)
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Master)\.? +(?:[A-Z]\.? *)*[A-Z][a-z]+")
_NAMED_AS = re.compile(r"\b(?:named|called|name is|name:|surname:?|forename:?)\s+[A-Z][a-z]+")
_SURNAME_FIRST = re.compile(r"\b[A-Z][a-z]+(?:['-][A-Z][a-z]+)*, ([A-Z][a-z]+)\b")
_WORD = re.compile(r"[A-Za-z]+")
_OTHERS = {
    "an e-mail address": re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.\w"),
    "a telephone number": re.compile(
        r"(?<![\d.,£])(?:\+44 ?|0)\d{2,4}[ -]?\d{3}[ -]?\d{3,4}(?!\d)"
    ),
    "a pupil number": re.compile(r"\b[A-HJ-NP-RT-Z]\d{12}\b"),
    "a child's number": re.compile(
        r"\b(?:child|case|client|person|pupil)(?: (?:id|no|number|ref))?[.:]? ?#?\d{5,}\b",
        re.IGNORECASE,
    ),
}
_PHRASE = re.compile(r"[A-Za-z']+(?:[ -][A-Za-z']+)*")
_CAPITALISED = re.compile(r"[A-Z]|[A-Z][A-Za-z']*[a-z]|[A-Z][A-Z']{4,}")
_SAFE_SHAPE = re.compile(r"[\w %£$<>\[\]():;,.&/'+#*?~-]{1,60}")
_LONG_FIGURES = re.compile(r"\d{6,}|\d(?:[ -]?\d){8,}")
_DAY = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}")


def nhs_number(figures: str) -> bool:
    """Whether ten figures pass the NHS number's check figure (modulus 11).

    Examples
    --------
    >>> nhs_number("9434765919"), nhs_number("9434765918")
    (True, False)
    """
    total = sum(int(f) * w for f, w in zip(figures[:9], range(10, 1, -1), strict=True))
    return (11 - total % 11) % 11 == int(figures[9])


def _names_a_person(text: str) -> bool:
    if _TITLED.search(text) or _NAMED_AS.search(text):
        return True
    if any(name.casefold() in first_names() for name in _SURNAME_FIRST.findall(text)):
        return True
    return any(_is_first_name(*pair) for pair in _pairs(_WORD.findall(text)))


def _pairs(words: list[str]) -> Iterator[tuple[str, str, str]]:
    """Each word with the one before and the one after it."""
    return zip(["", *words], words, [*words[1:], ""], strict=False)


def _is_first_name(before: str, word: str, after: str) -> bool:
    """Whether a word alone is somebody's first name: not "St James" and not "Victoria Street"."""
    name = word.casefold()
    if name not in first_names() or before.casefold() in ("st", "saint"):
        return False
    if word.islower():
        return name not in _words("also_words")
    return after.casefold() not in service_words()


def personal_label(text: str) -> str:
    """What in a short text, such as a team's name, tells who a person is; "" where nothing does.

    Examples
    --------
    >>> personal_label("Sarah Jones"), personal_label("Victoria House Team"), personal_label("0012")
    ('a name', '', '')
    """
    if text.isascii() and text.isdecimal() and len(text) != 10:
        return ""
    found = personal_content(text)
    words = {word.casefold() for word in _WORD.findall(text)}
    return "" if found == "a name" and words & service_words() else found


def has_unknown_words(text: str) -> bool:
    """Whether a text has a word that is none of the service's, of the calendar or of two letters.

    Examples
    --------
    >>> has_unknown_words("May be 8 Jan 2000"), has_unknown_words("Hazlett")
    (False, True)
    """
    words = (word.casefold() for word in _WORD.findall(text) if len(word) > 2)
    return any(word not in service_words() and word not in _calendar() for word in words)


@functools.cache
def _calendar() -> frozenset[str]:
    names = [*calendar.month_name, *calendar.month_abbr, *calendar.day_name, *calendar.day_abbr]
    return frozenset(name.casefold() for name in [*names, "sept", "tbc", "true", "false", "nil"])


def personal_content(text: str) -> str:
    """What in a free text tells who a person is, in words, or "" where nothing does.

    Examples
    --------
    >>> personal_content("Call about 943 476 5919"), personal_content("Seen by Sarah Jones")
    ('an NHS number', 'a name')
    >>> personal_content("Rotation of social work teams since 1 September 2021")
    ''
    """
    found = []
    if any(nhs_number(re.sub(r"\D", "", run)) for run in _TEN_FIGURES.findall(text)):
        found.append("an NHS number")
    if _BIRTH.search(text):
        found.append("a date of birth")
    if _POSTCODE.search(text):
        found.append("a postcode")
    found += [words for words, pattern in _OTHERS.items() if pattern.search(text)]
    if _names_a_person(text):
        found.append("a name")
    return " and ".join(found)


def safe_to_show(text: str) -> bool:
    """Whether a cell that could not be read may be quoted in a message.

    Not safe are long runs of figures, anything that names a person, a word beside a day, and two or
    more capitalised words, initials among them, that no word of the service ends: they may be
    somebody's name.

    Examples
    --------
    >>> safe_to_show("Police - Area 4"), safe_to_show("Dustin Hazlett"), safe_to_show("9434765919")
    (True, False, False)
    >>> safe_to_show("Hazlett-12/03/2015"), safe_to_show("Police 12/03/2015")
    (False, True)
    >>> safe_to_show("Dustin Hazlett, Police"), safe_to_show("Derby City Hospital")
    (False, True)
    """
    if not _plainly_safe(text):
        return False
    words = _strangers(text)
    return len(words) < 2 or all(len(word) == 1 for word in words)


def safe_heading(text: str) -> bool:
    """Whether a heading may be quoted: one word of the service says that it is no name.

    Examples
    --------
    >>> safe_heading("Child Ethnic Origin"), safe_heading("Dustin Hazlett")
    (True, False)
    """
    capitalised = re.findall(r"\b[A-Z][a-z]+\b", text)
    words = {word.casefold() for word in re.findall(r"[A-Za-z']{2,}", text)}
    return _plainly_safe(text) and (len(capitalised) < 2 or bool(words & _nobodys_words()))


def _plainly_safe(text: str) -> bool:
    """Whether a short text has no long figures, no first name, and no surname beside a day."""
    if not _SAFE_SHAPE.fullmatch(text) or _LONG_FIGURES.search(text) or personal_content(text):
        return False
    if _DAY.search(text) and has_unknown_words(text):  # a surname and the day of somebody's birth
        return False
    return not any(word.casefold() in first_names() for word in re.findall(r"[A-Za-z']{2,}", text))


def _strangers(text: str) -> list[str]:
    """Capitalised words that may be a name: no word of the service or of an office.

    Such a word takes those right before it for its own: "Derby City Hospital", not "Health visitor
    Dustin Hazlett". A letter right after it is a label, as in "Team A".
    """
    known = _nobodys_words()
    found: list[str] = []
    for phrase in _PHRASE.findall(text):
        run: list[str] = []
        before = ""
        for word in re.split("[ -]", phrase):
            if word.casefold().replace("'", "") in known:
                run = []
            elif not _CAPITALISED.fullmatch(word):
                found, run = found + run, []
            elif len(word) > 1 or before.casefold() not in known:
                run.append(word)
            before = word
        found += run
    return found


@functools.cache
def _words(kind: str) -> frozenset[str]:
    page = resources.files("analysis.sources") / "words.toml"
    return frozenset(tomllib.loads(page.read_text(encoding="utf-8"))[kind].split())


def first_names() -> frozenset[str]:
    """First names by which a name in a free text is known."""
    return _words("first_names")


@functools.cache
def _nobodys_words() -> frozenset[str]:
    """Words of the service and of offices: a capital does not make a name of them."""
    return service_words() | _words("offices")


@functools.cache
def service_words() -> frozenset[str]:
    """Words of the service, those of the tables of codes among them: they are nobody's name."""
    known = {word for table in load_codes().values() for key in table for word in key.split()}
    return frozenset(known | _words("service"))


class Pseudonyms:
    """Keyed hashes of identifiers: the same number gives the same text, and no way leads back."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hashlib.blake2b(
            key=hashlib.blake2b(key, digest_size=32).digest(), digest_size=8
        )
        self.fingerprint = self.of("fingerprint of the key")

    def of(self, identifier: str) -> str:
        """Keyed hash of one identifier.

        Examples
        --------
        >>> Pseudonyms(b"key").of("1001") == Pseudonyms(b"key").of("1001")
        True
        """
        digest = self._keyed.copy()
        digest.update(identifier.encode())
        return digest.hexdigest()


def load_pseudonyms(processed: Path) -> Pseudonyms:
    """Hashing with the key of ``ANALYSIS_ID_KEY``, else of a file made once, for its owner only."""
    if given := os.environ.get(KEY_VARIABLE):
        return Pseudonyms(given.encode())
    path = Path(processed) / _KEY_FILE
    if path.exists() and not path.is_file():
        raise ExtractError(f"{path} is no file; move it away, and a new key is made")
    if not path.exists():
        _make_key(path)
    key = path.read_bytes().strip()
    if len(key) < _KEY_LENGTH:
        raise ExtractError(
            f"{path} holds no key for hashing identifiers; delete it, and a new one is made "
            "(hashes then differ from earlier ones)"
        )
    return Pseudonyms(key)


def _make_key(path: Path) -> None:
    """Make the key whole before it has its name, so that no other process reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    mode = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with os.fdopen(os.open(half, mode, 0o600), "w", encoding="ascii") as made:
            made.write(secrets.token_hex(_KEY_LENGTH // 2))
    except OSError:  # a full disk
        half.unlink(missing_ok=True)
        raise
    try:
        os.link(half, path)
    except FileExistsError:
        pass  # another process was first: its key is the one to use
    except OSError:  # a file system without links
        half.replace(path)
        return
    half.unlink()
