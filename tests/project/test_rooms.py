"""The five rooms import only downwards, so data takes one way through the library."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "analysis"
MAY_IMPORT = {
    "methods": set(),
    "sources": {"methods"},
    "measures": {"methods"},
    "reporting": {"measures", "methods"},
    "running": {"sources", "methods", "measures", "reporting"},
}
WRITERS = ("running/", "reporting/workbook.py", "sources/cache.py", "sources/sample")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> list[str]:
    """Every analysis module that a file imports, wherever in the file."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path.name} uses a relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in found if name.startswith("analysis.")]


def wrong_imports(path: Path) -> list[str]:
    parts = path.relative_to(PACKAGE).parts
    room = parts[0]
    if room not in MAY_IMPORT:
        return []
    return [
        f"analysis.{'.'.join(parts)[:-3]} imports {name}"
        for name in imported(path)
        if name.split(".")[1] != room and name.split(".")[1] not in MAY_IMPORT[room]
    ]


def measures_imported(path: Path) -> list[str]:
    """Other measure modules that a measure imports; definitions are not a measure."""
    own = path.stem
    names = [name.split(".")[2] for name in imported(path) if name.split(".")[1] == "measures"]
    return [f"{own} imports {name}" for name in names if name not in {own, "definitions"}]


def test_there_are_modules_to_walk():
    assert len(modules()) > 10


def test_no_module_imports_from_a_room_above_its_own():
    assert [wrong for path in modules() for wrong in wrong_imports(path)] == []


def test_no_measure_imports_another_measure():
    paths = [path for path in modules() if path.parent.name == "measures"]
    assert [wrong for path in paths for wrong in measures_imported(path)] == []


def test_an_upward_import_would_be_named_with_both_modules(tmp_path, monkeypatch):
    room = tmp_path / "methods"
    room.mkdir()
    (room / "spc.py").write_text("from analysis.sources import extracts\n", encoding="utf-8")
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    assert wrong_imports(room / "spc.py") == [
        "analysis.methods.spc imports analysis.sources.extracts"
    ]


def test_no_module_is_a_drawer_for_odds_and_ends():
    drawers = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert [str(path) for path in modules() if path.stem in drawers] == []
