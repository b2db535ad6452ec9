"""Delimited text (.csv): its encoding, its delimiter, its rows, and where it is cut or broken."""

import csv
import io
import re
from collections import Counter
from pathlib import Path

from analysis.sources.contracts import load_contracts
from analysis.sources.problems import Problem, rows_in_words
from analysis.sources.sheetscan import LAST_COLUMN
from analysis.sources.wording import heading_key
from analysis.sources.workbooks import RawSheet

DELIMITERS = (",", ";", "\t", "|")
_FIELD_LIMIT = 1 << 20
_FIRST_LINE = re.compile(r"[\r\n]*[^\r\n]*")


def read_delimited(path: Path, file: str) -> tuple[list[RawSheet], list[Problem]]:
    """The one sheet of a text file, rows numbered by the line that each starts in.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        Name under which problems are reported.
    """
    content = path.read_bytes().removesuffix(b"\x1a")  # the end mark of old systems
    text, problems = decoded(content, file)
    if text is None:
        return [], problems
    delimiter, text, skipped = _delimiter(text)
    cells = _FIRST_LINE.match(text)[0].count(delimiter) + 1
    if cells > LAST_COLUMN:
        words = (
            f"line {skipped + 1} has {cells:,} cells, more than the {LAST_COLUMN:,} columns of a "
            "sheet of Excel; it is damaged or no table: export it again"
        )
        return [], [*problems, Problem(file, words, row=skipped + 1)]
    rows, numbers, broken = _parsed(text, delimiter, file)
    problems += broken
    if not rows:
        return [], [*problems, Problem(file, "holds no rows; export it again")]
    problems += _shape(rows, numbers, text, file)
    return [RawSheet("", rows, row_numbers=[n + skipped for n in numbers])], problems


def decoded(content: bytes, file: str) -> tuple[str | None, list[Problem]]:
    """Text of a file, by its byte order mark, else UTF-8, else Windows-1252 with a warning."""
    marks = (
        (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
    )  # fmt: skip
    for mark, encoding in marks:
        if content.startswith(mark):
            try:
                return content.decode(encoding), []
            except UnicodeDecodeError:
                words = f"begins as {encoding.upper()} and is not; export it again as UTF-8"
                return None, [Problem(file, words)]
    if b"\x00" in content:
        for encoding in ("utf-16-le", "utf-16-be"):
            text = content.decode(encoding, "replace") if len(content) % 2 == 0 else ""
            if text and sum(map(text.count, ",;\t\n")) and text[:200].isascii():
                words = "UTF-16 without its mark; it was read as that: export it as UTF-8"
                return text, [Problem(file, words, severity="warning")]
        line = content[: content.index(b"\x00")].count(b"\n") + 1
        return content.replace(b"\x00", b"").decode("utf-8", "replace"), [
            Problem(
                file,
                f"line {line} holds a NUL character, which no text has; it was left out: the file "
                "may be damaged, export it again",
                row=line,
            )
        ]
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return None, [
            Problem(file, f"line {line} is of no known encoding; export it as UTF-8", row=line)
        ]
    words = f"line {line} is not UTF-8; the file was read as Windows-1252: export it as UTF-8"
    return text, [Problem(file, words, row=line, severity="warning")]


def _delimiter(text: str) -> tuple[str, str, int]:
    """Delimiter of a text, its text without a ``sep=`` line, and how many lines that took."""
    first, _, rest = text.partition("\n")
    if heading_key(first[:4]) == "sep" and len(first.strip().strip('"')) == 5:
        return first.strip().strip('"')[-1], rest, 1
    if first.strip().casefold() == "sep=" or first.startswith("sep=\t"):
        return "\t", rest, 1
    known = {key for c in load_contracts().values() for f in c.fields for key in f.headings}
    lines = [line for line in text[:20_000].splitlines()[:30] if line.strip()]

    def headings(delimiter: str) -> tuple[int, int]:
        split = [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
        hits = max((sum(heading_key(c) in known for c in cells) for cells in split), default=0)
        return hits, Counter(len(cells) for cells in split).most_common(1)[0][0] if split else 0

    return max(DELIMITERS, key=headings), text, 0


def _parsed(text: str, delimiter: str, file: str) -> tuple[list[list], list[int], list[Problem]]:
    """Rows and the line that each starts in; an open quote does not swallow what follows it."""
    csv.field_size_limit(_FIELD_LIMIT)
    rows, numbers, problems = [], [], []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    try:
        for row in reader:
            if row:
                rows.append(row)
                numbers.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        words = f"line {start} cannot be read ({error}); it and what follows were read line by line"
        problems.append(Problem(file, f"{words}: correct it", row=start))
    swallowed = _swallowing(rows, [*numbers, start], text, delimiter)
    if swallowed is not None or problems:
        at = numbers[swallowed] if swallowed is not None else start
        if swallowed is not None:
            words = (
                f"line {at} opens a quotation mark that is never closed; its lines were read one "
                "by one: correct the quotation mark"
            )
            problems.append(Problem(file, words, row=at))
        keep = swallowed if swallowed is not None else len(rows)
        rows, numbers = rows[:keep], numbers[:keep]
        for offset, line in enumerate(text.splitlines()[at - 1 :]):
            rows.append([cell.strip('"') for cell in line.split(delimiter)])
            numbers.append(at + offset)
    return rows, numbers, problems


def _swallowing(rows: list[list], starts: list[int], text: str, delimiter: str) -> int | None:
    """Position of the first row that an open quote begins in, where one swallows what follows it.

    It runs over several lines, to the end or into the next quoted cell. A quoted text of several
    lines ends at its own quotation mark, and an inch sign (5'10") swallows nothing. ``starts`` are
    the lines in which the rows begin, and the one after the last.
    """
    if text.count('"') % 2 == 0:
        return None
    lines = list(io.StringIO(text, newline=""))
    for position, row in enumerate(rows):
        own = lines[starts[position] - 1 : starts[position + 1] - 1]
        if any("\n" in cell for cell in row) and not _well_quoted(own, delimiter):
            return position
    return None


def _well_quoted(lines: list[str], delimiter: str) -> bool:
    """Whether each quoted cell ends in a quotation mark, with nothing but a delimiter after it."""
    try:
        return bool(list(csv.reader(lines, delimiter=delimiter, strict=True)))
    except csv.Error:
        return False


def _shape(rows: list[list], numbers: list[int], text: str, file: str) -> list[Problem]:
    """Rows with more or fewer cells than the headings, evened out, and a file cut in mid row."""
    problems = []
    filled = [at for at, row in enumerate(rows) if any(cell.strip() for cell in row)]
    widths = Counter(len(rows[at]) for at in filled)
    usual = widths.most_common(1)[0][0] if widths else 0
    header = max((at for at in filled[:30] if len(rows[at]) >= 2), key=lambda at: -at, default=None)
    width = max(usual, len(rows[header]) if header is not None else 0)
    after = [at for at in filled if header is not None and at > header]
    cut = bool(after) and not text.endswith(("\n", "\r")) and len(rows[after[-1]]) < usual
    if cut:
        at = after.pop()
        words = (
            f"line {numbers[at]} is cut in the middle and the file has no end; the line was left "
            "out: export the file again"
        )
        problems.append(Problem(file, words, row=numbers[at]))
        del rows[at:], numbers[at:]
    long = [at for at in after if any(cell.strip() for cell in rows[at][width:])]
    if long:
        lines = [numbers[at] for at in long]
        words = (
            f"{rows_in_words(lines)}: more cells than headings, perhaps a comma inside a text "
            "without quotation marks; not read: correct the line"
        )
        problems.append(Problem(file, words, row=lines[0]))
    short = [at for at in after if 1 < len(rows[at]) < usual]
    if short:
        lines = [numbers[at] for at in short]
        words = f"{rows_in_words(lines)}: fewer cells than the others; the last were taken as blank"
        problems.append(Problem(file, words, row=lines[0], severity="warning"))
    gone = set(long)
    kept = [
        (row[:width] + [""] * (width - len(row)), n)
        for at, (row, n) in enumerate(zip(rows, numbers, strict=True))
        if at not in gone
    ]
    rows[:] = [row for row, _ in kept]
    numbers[:] = [n for _, n in kept]
    return problems
