"""Day cells: days, months and the day of an extract, each from one raw cell."""

import datetime as dt

from analysis.sources import dates
from analysis.sources.contracts import Field
from analysis.sources.seen import MISSING, Reading, Seen, is_missing, number_as_text, shown
from analysis.sources.wording import plain

AFTER = "lies after the day of the extract,"
FIRST_DAY, LAST_DAY = dt.date(1940, 1, 1), dt.date(2100, 1, 1)


def see_date(raw: object, what: Field, reading: Reading) -> Seen:
    """The day that a cell says, within the limits of its table."""
    if isinstance(raw, dt.time | dt.timedelta):
        return Seen(kind="error", message="a time without a day (Excel's day 0); enter the day")
    day, warning = _day_of(raw, reading.epoch)
    if day is None:
        hint = (
            "it looks month-first; "
            if isinstance(raw, str) and dates.is_month_first(plain(raw))
            else ""
        )
        return Seen(
            kind="error", message=f"{shown(raw)} is not a day; {hint}write it as DD/MM/YYYY"
        )
    seen = _limits(what, day, reading, raw)
    if warning and seen.kind == "":
        return Seen(day, "warning", warning + "; format the cells as dates DD/MM/YYYY")
    return seen


def see_month(raw: object, what: Field, reading: Reading) -> Seen:
    """The first day of the month that a cell says; any day of it stands for it."""
    if isinstance(raw, str) and (month := dates.month_from_text(plain(raw))):
        return _limits(what, month, reading, raw)
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        text = number_as_text(raw)
        if len(text) == 6 and (month := dates.month_from_text(text)):
            return _limits(what, month, reading, raw)
    seen = see_date(raw, what, reading)
    if seen.value is not None:
        return Seen(seen.value.replace(day=1), seen.kind, seen.message)
    return Seen(
        kind=seen.kind,
        message=seen.message.replace("not a day", "not a month").replace(
            "DD/MM/YYYY", "Mar-21 or 2021-03"
        ),
    )


def see_as_at(raw: object, what: Field, reading: Reading) -> Seen:
    """The day or month of an extract as ISO text, or "not given"."""
    if isinstance(raw, str) and plain(raw).casefold() == "not given":
        return Seen("not given")
    if is_missing(raw):
        return MISSING
    if isinstance(raw, str):
        text = plain(raw)
        day = dates.date_from_text(text)
        if day is None and (month := dates.month_from_text(text)):
            return Seen(f"{month:%Y-%m}")
    seen = see_date(raw, what, reading)
    return Seen(seen.value.isoformat() if seen.value else None, seen.kind, seen.message)


def _limits(what: Field, day: dt.date, reading: Reading, raw: object) -> Seen:
    if not FIRST_DAY <= day < LAST_DAY:
        return Seen(kind="error", message=f"{day.year} is no year of this table; correct the date")
    if what.past and reading.latest and day > reading.latest:
        return Seen(
            kind="error",
            message=f"{day.isoformat()} {AFTER} {reading.latest.isoformat()}; correct the date",
        )
    return Seen(day)


def _day_of(raw: object, epoch: dt.date) -> tuple[dt.date | None, str]:
    """Day of a cell, and the words of a warning where the form is read but not wished."""
    if isinstance(raw, dt.datetime):
        return raw.date(), ""
    if isinstance(raw, dt.date):
        return raw, ""
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        day = dates.date_from_serial(raw, epoch)
        if day:
            return day, f"the number {number_as_text(raw)} was read as Excel's day {day}"
        compact = dates.date_from_compact(number_as_text(raw))
        return compact, f"a number was read as the day {compact}" if compact else ""
    if isinstance(raw, str):
        text = plain(raw)
        if day := dates.date_from_text(text):
            return day, ""
        if day := dates.date_from_short_year(text):
            return day, f"'{text}' has two figures for the year; it was read as {day}"
        if day := dates.date_from_compact(text):
            return day, f"eight figures were read as the day {day}"
        if text.isdecimal() and (day := dates.date_from_serial(float(text), epoch)):
            return day, f"the number {text} was read as Excel's day {day}"
    return None, ""
