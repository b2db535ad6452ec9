"""Speed of reading extracts, as ratios of CPU time within one run."""

import gc
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROWS = 100_000
_NAMES = [
    "contact_id",
    "child_id",
    "contact_date",
    "contact_time",
    "source",
    "outcome",
    "decision_date",
    "team",
    "ward_code",
    "amount_1",
    "amount_2",
    "amount_3",
    "amount_4",
    "count_1",
    "count_2",
    "count_3",
    "note_1",
    "note_2",
    "entered_on",
    "flag",
]
_STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="14" '
    'applyNumberFormat="1"/></cellXfs></styleSheet>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def big_workbook(path: Path, rows: int = ROWS) -> Path:
    """A contacts extract of ``rows`` rows and 20 columns, as Excel writes one."""
    draw = random.Random(1)
    texts: dict[str, int] = {}

    def text(value: str) -> str:
        return f't="s"><v>{texts.setdefault(value, len(texts))}</v>'

    def day(low: int = 43_000) -> str:
        return f's="1"><v>{low + draw.randrange(2_000)}</v>'

    def line(number: int) -> list[str]:
        return [
            text(f"{number:07d}"), text(f"{draw.randrange(rows // 2):07d}"), day(),
            f"><v>{draw.randrange(1440) / 1440}</v>",
            text(draw.choice(("q) 6: Police", "e) 2A: Schools", "m) 4: Housing"))),
            text(draw.choice(("No further action", "Information", "Early help", "Referral"))),
            day(), text(f"Locality {draw.randrange(12)}"), text(f"E0500{draw.randrange(20)}"),
            *(f"><v>{draw.random() * 1000}</v>" for _ in range(4)),
            *(f"><v>{draw.randrange(100_000)}</v>" for _ in range(3)),
            *(text(f"some text value {draw.randrange(50)}") for _ in range(2)),
            day(), f't="b"><v>{draw.randrange(2)}</v>',
        ]  # fmt: skip

    letters = [chr(65 + n) for n in range(20)]
    lines = [[text(name) for name in _NAMES], *(line(n) for n in range(rows))]
    sheet = "".join(
        f'<row r="{at}">'
        + "".join(f'<c r="{a}{at}" {c}</c>' for a, c in zip(letters, cells, strict=True))
        + "</row>"
        for at, cells in enumerate(lines, start=1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}"><sheets>'
        '<sheet name="contacts" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_RELS}/styles" Target="styles.xml"/><Relationship '
        f'Id="rId3" Type="{_RELS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">'
        + "".join(f"<si><t>{value}</t></si>" for value in texts)
        + "</sst>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData>'
        "</worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return path


def _cpu(work) -> float:
    gc.collect()
    start = time.process_time()
    result = work()
    spent = time.process_time() - start
    del result
    return spent


_PEAK = """
import resource, sys
{code}
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
_BARE = "import pandas as pd; t = pd.read_excel(sys.argv[1], engine='calamine')"
_OURS = (
    "from analysis.sources.extracts import load_authority; "
    "e = load_authority('x', sys.argv[2], sys.argv[3])"
)


def _peak(code: str, *arguments: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _PEAK.format(code=code), *arguments],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)


def measure(rows: int = ROWS, rounds: int = 3) -> list[dict]:
    """Ratios of the first read, the cached read and the peak memory, and their limits."""
    import pandas as pd

    from analysis.sources.extracts import load_authority

    with tempfile.TemporaryDirectory() as folder:
        raw, processed = Path(folder) / "raw", Path(folder) / "processed"
        (raw / "x").mkdir(parents=True)
        path = big_workbook(raw / "x" / "contacts.xlsx", rows)
        cpu: dict[str, list[float]] = {"bare": [], "first": [], "cached": []}
        for number in range(rounds):
            kept = processed / str(number)
            cpu["bare"].append(_cpu(lambda: pd.read_excel(path, engine="calamine")))
            cpu["first"].append(_cpu(lambda kept=kept: load_authority("x", raw, kept)))
            cpu["cached"].append(_cpu(lambda kept=kept: load_authority("x", raw, kept)))
        slow = _cpu(lambda: pd.read_excel(path, engine="openpyxl"))
        bare, first, cached = (min(cpu[name]) for name in ("bare", "first", "cached"))
        peaks = [
            _peak(code, str(path), str(raw), str(processed / name))
            for code, name in ((_BARE, "a"), (_OURS, "b"))
        ]
    note = f"{rows:,} rows of 20 columns, least of {rounds} rounds"
    return [
        {"name": "typed read, CPU of bare calamine", "ratio": first / bare, "limit": 1.5,
         "note": note},
        {"name": "typed read, CPU of openpyxl", "ratio": first / slow, "limit": 1 / 6,
         "note": note},
        {"name": "cached read, CPU of the first", "ratio": cached / first, "limit": 1 / 25,
         "note": note},
        {"name": "typed read, peak memory of bare calamine", "ratio": peaks[1] / peaks[0],
         "limit": 1.5, "note": "peak of the whole process"},
    ]  # fmt: skip


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    for result in measure(count):
        print(f"{result['name']}: {result['ratio']:.3f} (limit {result['limit']:.3f})")
