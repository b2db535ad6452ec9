"""How a heading, a code or a word is set beside another: letter case, spaces and quotes set aside.

Two texts are the same when their keys are equal. Keys never match by part of a word.
"""

import re
import unicodedata

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00b4": "'"})
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^a-z0-9%£&]+")
_LETTER_PREFIX = re.compile(r"^[a-z]{1,2}\)\s*")
_CODE_SEPARATORS = re.compile(r"[\s:;,_()\-]+")


def plain(text: str) -> str:
    r"""Text without invisible signs, with plain spaces, quotes and dashes.

    Examples
    --------
    >>> plain("  Locality\u00a04\u200b  Duty\nTeam ")
    'Locality 4 Duty Team'
    """
    if text.isascii():
        return " ".join(text.split())
    text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_QUOTES)
    return _SPACES.sub(" ", _DASHES.sub("-", text)).strip()


def heading_key(text: str) -> str:
    """Key by which a column heading is compared with field names and aliases.

    Examples
    --------
    >>> heading_key("Child's Legal_Status ") == heading_key("child’s legal status:")
    True
    """
    folded = plain(text).casefold().replace("'", "")
    return _NOT_WORD.sub(" ", folded).strip()


def code_key(text: str) -> str:
    """Key by which a cell is compared with a table of codes; a letter prefix is set aside.

    Examples
    --------
    >>> code_key("q) 6: Police")
    '6 police'
    >>> code_key("Police - Area 4")
    'police area 4'
    """
    folded = _LETTER_PREFIX.sub("", plain(text).casefold()).replace("'", "")
    return _CODE_SEPARATORS.sub(" ", folded).strip()
