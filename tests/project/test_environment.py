"""pyproject.toml, the two locks and environment.yml say the same things."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def lines_of(name: str) -> list[str]:
    return (ROOT / name).read_text(encoding="utf-8").splitlines()


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name)[0]).lower()


def locked(name: str) -> dict[str, set[str]]:
    """Package name -> the versions a lock holds (more than one where Pythons differ)."""
    found: dict[str, set[str]] = {}
    for line in lines_of(name):
        match = re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line)
        if match:
            found.setdefault(normal(match[1]), set()).add(match[2])
    return found


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_every_dependency_is_locked():
    wanted = {normal(entry) for entry in project()["dependencies"]}
    assert wanted <= set(locked("requirements.lock"))


def test_every_development_dependency_is_locked():
    wanted = {normal(entry) for entry in project()["optional-dependencies"]["dev"]}
    assert wanted <= set(locked("requirements-dev.lock"))


def test_the_development_lock_agrees_with_the_first():
    base, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: dev.get(name) for name in base} == base


def test_every_locked_package_has_hashes():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        bare = [line for line in text.splitlines() if "==" in line and "--hash=sha256:" not in line]
        assert bare == [], name


def test_locks_name_no_address():
    for name in ("requirements.lock", "requirements-dev.lock", "tests/browser/package-lock.json"):
        assert not re.search(r"https?:|--index-url|\"resolved\"", "\n".join(lines_of(name))), name


def test_setuptools_is_in_the_lock_because_the_second_step_builds_without_isolation():
    assert "setuptools" in locked("requirements.lock")


def test_environment_yml_takes_python_and_pip_from_conda_and_the_rest_from_the_lock():
    entries = [line.strip() for line in lines_of("environment.yml") if line.strip().startswith("-")]
    python = project()["requires-python"]
    assert entries == [
        "- conda-forge",
        f"- python {python}",
        "- pip",
        "- pip:",
        "- -r requirements.lock",
    ]


def test_run_py_accepts_the_same_pythons_as_pyproject():
    namespace: dict = {"__name__": "run_py_under_test", "__file__": str(ROOT / "run.py")}
    exec(compile((ROOT / "run.py").read_text(encoding="utf-8"), "run.py", "exec"), namespace)  # noqa: S102
    oldest, newest = namespace["OLDEST"], namespace["NEWEST"]
    spoken = f">={oldest[0]}.{oldest[1]},<{newest[0]}.{newest[1] + 1}"
    assert project()["requires-python"] == spoken
