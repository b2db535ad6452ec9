"""Pre-flight: what a file is, by its bytes, and whether it may be given to a parser at all.

The extension is only a hint: what a file is stands in its first bytes. A parser's failure can be
caught; a parser that takes all memory cannot. So whatever could do that is refused here.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path

from analysis.sources.archives import scan_archive
from analysis.sources.binary import OLE, scan_ole
from analysis.sources.inventory import TEXT_SUFFIXES, is_cut, name_in, passed_over, sha256
from analysis.sources.problems import Problem
from analysis.sources.sheetscan import SheetScan, far_away

FRESH_SECONDS = 10

_OTHERS = {
    b"%PDF": "a PDF; ask for the workbook it was printed from",
    b"\x89PNG": "a picture; ask for the workbook it shows",
    b"\xff\xd8\xff": "a picture; ask for the workbook it shows",
    b"Rar!": "an archive; unpack it",
    b"7z\xbc\xaf": "an archive; unpack it",
    b"\x1f\x8b": "a compressed file; unpack it",
    b"{\\rtf": "a text document; ask for a workbook or .csv",
    b"PAR1": "a parquet file; export it as .csv",
}


@dataclass
class Inspection:
    """What a file is, and what was seen in its bytes.

    ``kind`` is xlsx, xlsb, ods, xls or text; ``scans`` holds what is to be known of each sheet,
    by its name; ``date_1904`` says that its days are counted from 1904.
    """

    kind: str = ""
    sha256: str = ""
    problems: list[Problem] = field(default_factory=list)
    scans: dict[str, SheetScan] = field(default_factory=dict)
    date_1904: bool = False

    @property
    def readable(self) -> bool:
        """Whether the file may be given to a parser."""
        return bool(self.kind)


def inspect(path: Path, file: str) -> Inspection:
    """Kind of a file and what its bytes forbid; nothing here opens it with a parser.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        Name under which problems are reported.
    """
    if said := passed_over(path.name):
        return Inspection(problems=[Problem(file, said, severity="warning")])
    if not path.is_file():
        return Inspection(problems=[Problem(file, "there is no such file; check the name")])
    if name_in(path.parent, path) != path.name:  # Excel's readers could not open it
        return Inspection(problems=[Problem(file, "has a name that is no text; rename it")])
    try:
        if _growing(path):
            return Inspection(
                problems=[Problem(file, "is still being written; wait until it is whole")]
            )
        found = Inspection(sha256=sha256(path))
        kind, problems = _kind(path, file, found)
    except (OSError, MemoryError) as error:
        words = error.strerror if isinstance(error, OSError) else "too big for this machine"
        return Inspection(problems=[Problem(file, f"cannot be read ({words}); copy it again")])
    found.problems.extend(problems)
    refused = any(problem.severity == "error" for problem in problems)
    found.kind = "" if refused else kind
    return found


def _growing(path: Path) -> bool:
    """Whether a file written moments ago changes while one looks at it."""
    before = path.stat()
    if not 0 <= time.time() - before.st_mtime < FRESH_SECONDS or not is_cut(path):
        return False
    for _ in range(3):
        time.sleep(0.4)
        after = path.stat()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            return True
    return False


def _kind(path: Path, file: str, found: Inspection) -> tuple[str, list[Problem]]:
    with path.open("rb") as opened:
        head = opened.read(4096)
    if not head:
        return "", [Problem(file, "is empty (0 bytes); export it again")]
    suffix = path.suffix.casefold()
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _archive(path, file, found, suffix)
    if head.startswith(OLE):
        return _ole(path, file, found, suffix)
    if head.startswith((b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00")):
        return "", [Problem(file, "a workbook of Excel 5 or earlier; save it as .xlsx")]
    for magic, words in _OTHERS.items():
        if head.startswith(magic):
            return "", [Problem(file, f"is not a spreadsheet but {words}")]
    return _text(head, file, suffix)


def _archive(path: Path, file: str, found: Inspection, suffix: str) -> tuple[str, list[Problem]]:
    archive = scan_archive(path)
    found.scans = archive.sheets
    found.date_1904 = archive.date_1904
    problems = [Problem(file, words) for words in archive.refusals]
    problems += [Problem(file, words, severity="warning") for words in archive.warnings]
    for name, scan in archive.sheets.items():
        if scan.refusal:
            words = f"the sheet {scan.refusal}; nothing of the file was read"
            problems.append(Problem(file, words, sheet=name))
            continue
        if scan.hidden_rows:
            words = f"hidden rows ({scan.hidden_rows}) were read like the others; unhide to check"
            problems.append(Problem(file, words, sheet=name, severity="warning"))
        if scan.unnoted:
            words = (
                f"cells ({scan.unnoted:,}) with an error, or a formula that was never "
                "calculated, could not be named one by one; they were read as blanks: correct the "
                "formulas, and save the workbook in Excel"
            )
            problems.append(Problem(file, words, sheet=name, severity="warning"))
    real = {"xlsx": {".xlsx", ".xlsm", ".xltx", ".xltm"}, "xlsb": {".xlsb"}, "ods": {".ods"}}
    if archive.kind and suffix not in real[archive.kind]:
        words = f"is named {suffix} and is really an .{archive.kind} workbook; it was read as that"
        problems.append(Problem(file, words, severity="warning"))
    return archive.kind, problems


def _ole(path: Path, file: str, found: Inspection, suffix: str) -> tuple[str, list[Problem]]:
    scan = scan_ole(path.read_bytes())
    if scan.encrypted:
        return "", [Problem(file, "is protected by a password; save it without one")]
    if scan.damaged:
        return "", [Problem(file, f"{scan.damaged}; copy or export it again")]
    if not {"Workbook", "Book"} & set(scan.streams):
        return "", [Problem(file, "is no workbook but another Office document; export .xlsx")]
    problems = []
    for at, (rows, columns, values) in enumerate(scan.boxes):
        if columns > 256 or far_away(rows, columns, values):
            words = (
                f"sheet {at + 1} has a cell so far away (row {rows}, column {columns}) that "
                "it cannot be read; delete the empty rows and columns and save as .xlsx"
            )
            problems.append(Problem(file, words))
    if suffix != ".xls":
        words = f"is named {suffix} and is really an old .xls workbook; it was read as that"
        problems.append(Problem(file, words, severity="warning"))
    found.date_1904 = scan.date_1904
    found.scans = {f"#{at}": SheetScan(errors=errors) for at, errors in enumerate(scan.errors)}
    return "xls", problems


def _text(head: bytes, file: str, suffix: str) -> tuple[str, list[Problem]]:
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:400].replace(b"\x00", b"").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<body", b"<div")):
        return "", [
            Problem(file, f"is a web page saved as {suffix}; open it in Excel and save it as .xlsx")
        ]
    if start.startswith(b"<?xml") or start.startswith(b"<workbook"):
        kind = "an XML spreadsheet of 2003" if b"office:spreadsheet" in head.lower() else "XML"
        return "", [
            Problem(file, f"is {kind} saved as {suffix}; open it in Excel and save it as .xlsx")
        ]
    if start.startswith((b"mime-version", b"from:")):
        return "", [Problem(file, f"is a web archive saved as {suffix}; save it as .xlsx")]
    if suffix in TEXT_SUFFIXES:
        return "text", []
    if _is_text(head):
        form = "tab-separated text" if b"\t" in head else "text"
        return "", [
            Problem(
                file,
                f"is {form} named {suffix}; rename it to .csv, or open it in "
                "Excel and save it as .xlsx",
            )
        ]
    return "", [
        Problem(
            file,
            "is no spreadsheet: its first bytes are of no known kind; "
            "it is damaged or still being copied",
        )
    ]


def _is_text(head: bytes) -> bool:
    return sum(byte < 9 or 13 < byte < 32 for byte in head.replace(b"\x00", b"")) == 0
