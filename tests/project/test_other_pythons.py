"""Other Pythons that the project allows: where one is found, it compiles and starts the code."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPILE = """
import pathlib, sys
for folder in sys.argv[1:]:
    for path in sorted(pathlib.Path(folder).rglob("*.py")):
        compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
"""
START = "import run; run.check_python(); print(run.main(['--help']))"


def allowed() -> list[str]:
    """Versions that pyproject.toml allows: 3.11, 3.12 and so on."""
    page = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    low, high = map(int, re.findall(r"3\.(\d+)", page["project"]["requires-python"]))
    return [f"3.{minor}" for minor in range(low, high)]


def interpreter(version: str) -> str | None:
    """A Python of this version: on the path, or kept by pyenv."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    places = [shutil.which(f"python{version}"), *sorted(kept.glob(f"{version}.*/bin/python"))]
    for place in filter(None, map(str, filter(None, places))):
        asked = [place, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        said = subprocess.run(asked, capture_output=True, text=True, check=False)
        if said.stdout.strip() == version:
            return place
    return None


def run(version: str, *arguments: str) -> subprocess.CompletedProcess:
    found = interpreter(version)
    if found is None:
        pytest.skip(f"no Python {version} on this machine")
    command = [found, "-I", "-B", "-W", "error", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("version", allowed())
def test_every_module_compiles_without_a_warning(version):
    folders = [str(ROOT / name) for name in ("src", "tests/methods", "tests/project")]
    done = run(version, "-c", COMPILE, *folders)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("version", allowed())
def test_run_py_starts(version):
    done = run(version, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {START}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: python3 run.py")


def test_the_python_of_the_tests_is_an_allowed_one():
    assert "{}.{}".format(*sys.version_info[:2]) in allowed()
