"""Days and months as people write them: explicit forms only, day before month.

Nothing here asks a library to guess: a guess takes 03/04/2024 for 4 March in silence.
"""

import calendar
import datetime as dt
import re

EXCEL_EPOCH = dt.date(1899, 12, 30)
EPOCH_1904 = dt.date(1904, 1, 1)
"""Day 0 of a workbook that counts its days from 1904, as Excel on a Mac once did."""
SERIAL_FIRST, SERIAL_LAST = 20_000, 60_000

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?"
_DAY_FIRST = re.compile(rf"(\d{{1,2}})([/.\-])(\d{{1,2}})\2(\d{{4}}){_TIME}")
_SHORT_YEAR = re.compile(rf"(\d{{1,2}})([/.\-])(\d{{1,2}})\2(\d{{2}}){_TIME}")
_ISO = re.compile(rf"(\d{{4}})([/\-])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_NAMED = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[ \-]([A-Za-z]{{3,9}})\.?,?[ \-](\d{{4}}){_TIME}")
_MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})\.?[ \-/']*(\d{4}|\d{2})")
_MONTH_ISO = re.compile(r"(\d{4})[\-/ ]?(\d{2})")
_MONTH_SLASH = re.compile(r"(\d{1,2})[/\-](\d{4})")

_MONTHS = {name.casefold(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.casefold(): n for n, name in enumerate(calendar.month_abbr) if name}
_MONTHS |= {"sept": 9, "june": 6, "july": 7}


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def date_from_text(text: str) -> dt.date | None:
    """Day that a text says, or None where it says none.

    Read are 31/08/2021 (day first; also with dots or dashes), 2021-08-31, 31 August 2021 and
    31-Aug-2021, with or without a time of day.

    Examples
    --------
    >>> date_from_text("03/04/2024"), date_from_text("2024-04-03 09:15")
    (datetime.date(2024, 4, 3), datetime.date(2024, 4, 3))
    >>> date_from_text("31/02/2024") is None
    True
    """
    if found := _DAY_FIRST.fullmatch(text):
        return _day(int(found[4]), int(found[3]), int(found[1]))
    if found := _ISO.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := _NAMED.fullmatch(text):
        month = _MONTHS.get(found[2].casefold())
        return _day(int(found[3]), month, int(found[1])) if month else None
    return None


def date_from_short_year(text: str) -> dt.date | None:
    """Day of a text with two figures for the year, taken as 20yy: 03/04/21.

    Examples
    --------
    >>> date_from_short_year("03/04/21")
    datetime.date(2021, 4, 3)
    """
    found = _SHORT_YEAR.fullmatch(text)
    return _day(2000 + int(found[4]), int(found[3]), int(found[1])) if found else None


def date_from_compact(text: str) -> dt.date | None:
    """Day of eight figures, year first: 20210831."""
    found = _COMPACT.fullmatch(text)
    return _day(int(found[1]), int(found[2]), int(found[3])) if found else None


def is_slashed(text: str) -> bool:
    """Whether a text is two figures, two figures and a year: day first or month first."""
    return _slashed(text) is not None


def is_month_first(text: str) -> bool:
    """Whether a text is a day only when the month is read first: 04/25/2024 or 4/25/24.

    Examples
    --------
    >>> is_month_first("04/25/2024"), is_month_first("4/25/24"), is_month_first("03/04/2024")
    (True, True, False)
    """
    first, second, year = _slashed(text) or (0, 0, 0)
    return second > 12 and _day(year, first, second) is not None


def is_day_first(text: str) -> bool:
    """Whether a text is a day only when the day is read first: 25/04/2024 or 25/4/24."""
    first, second, year = _slashed(text) or (0, 0, 0)
    return first > 12 and _day(year, second, first) is not None


def _slashed(text: str) -> tuple[int, int, int] | None:
    """First figures, second figures and year of a text; two figures for the year are 20yy."""
    found = _DAY_FIRST.fullmatch(text) or _SHORT_YEAR.fullmatch(text)
    if not found:
        return None
    century = 2000 if len(found[4]) == 2 else 0
    return int(found[1]), int(found[3]), century + int(found[4])


def date_from_serial(number: float, epoch: dt.date = EXCEL_EPOCH) -> dt.date | None:
    """Day of Excel's count of days since ``epoch``, over a century long; None for other numbers.

    Examples
    --------
    >>> date_from_serial(44439.0), date_from_serial(42977.0, EPOCH_1904)
    (datetime.date(2021, 8, 31), datetime.date(2021, 8, 31))
    """
    if not SERIAL_FIRST <= number <= SERIAL_LAST:
        return None
    return epoch + dt.timedelta(days=int(number))


def month_from_text(text: str) -> dt.date | None:
    """First day of the month that a text says, or None where it says none.

    Examples
    --------
    >>> month_from_text("Mar-21"), month_from_text("Sept 2021"), month_from_text("2021-03")
    (datetime.date(2021, 3, 1), datetime.date(2021, 9, 1), datetime.date(2021, 3, 1))
    """
    if found := _MONTH_NAMED.fullmatch(text):
        month = _MONTHS.get(found[1].casefold())
        year = int(found[2]) + (2000 if len(found[2]) == 2 else 0)
        return _day(year, month, 1) if month else None
    if found := _MONTH_ISO.fullmatch(text):
        return _day(int(found[1]), int(found[2]), 1)
    if found := _MONTH_SLASH.fullmatch(text):
        return _day(int(found[2]), int(found[1]), 1)
    day = date_from_text(text)
    return day.replace(day=1) if day else None
