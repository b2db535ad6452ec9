"""run.py: what it refuses, when it sets up again, what it hands over."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run_py(tmp_path, monkeypatch):
    """run.py in a folder of its own, pip and venv replaced by a note of each call."""
    spec = importlib.util.spec_from_file_location("run_py", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path / "a folder"
    folder.mkdir()
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (folder / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", folder)
    monkeypatch.setattr(module, "VENV", folder / ".venv")
    module.calls = []

    def call(command, trouble):
        module.calls.append([word for word in command if not word.startswith("--")])
        if command[2] == "venv":
            module.venv_python().parent.mkdir(parents=True)
            module.venv_python().touch()

    monkeypatch.setattr(module, "call", call)
    return module


def test_a_first_call_sets_up_and_a_second_does_nothing(run_py):
    run_py.set_up(dev=False)
    assert [command[2] for command in run_py.calls] == ["venv", "pip", "pip"]
    run_py.calls.clear()
    run_py.set_up(dev=False)
    assert run_py.calls == []


def test_the_development_lock_is_added_to_what_is_there(run_py):
    run_py.set_up(dev=False)
    run_py.calls.clear()
    run_py.set_up(dev=True)
    assert [command[-1].endswith("requirements-dev.lock") for command in run_py.calls] == [True]


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_set_up_that_was_cut_short_is_made_again(run_py, monkeypatch, step):
    whole = run_py.call

    def cut_short(command, trouble):
        if len(run_py.calls) == step:
            raise KeyboardInterrupt
        whole(command, trouble)

    monkeypatch.setattr(run_py, "call", cut_short)
    with pytest.raises(KeyboardInterrupt):
        run_py.set_up(dev=False)
    monkeypatch.setattr(run_py, "call", whole)
    run_py.calls.clear()
    run_py.set_up(dev=False)
    assert len(run_py.calls) == 3
    assert not (run_py.ROOT / ".venv-being-made").exists()


def test_a_changed_lock_is_set_up_again(run_py):
    run_py.set_up(dev=False)
    run_py.calls.clear()
    (run_py.ROOT / "requirements.lock").write_text("changed", encoding="utf-8")
    run_py.set_up(dev=False)
    assert len(run_py.calls) == 3


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 15, 0)])
def test_another_python_is_refused_with_its_remedy(run_py, monkeypatch, capsys, version):
    monkeypatch.setattr(sys, "version_info", version)
    assert run_py.main(["report"]) == 1
    said = capsys.readouterr().err.splitlines()
    seen = ".".join(map(str, version))
    assert len(said) == 1
    assert f"this is Python {seen}; install one of 3.11 to 3.14" in said[0]


def test_a_python_without_venv_is_refused_with_its_remedy(run_py, monkeypatch, capsys):
    monkeypatch.setattr(run_py.importlib.util, "find_spec", lambda name: None)
    assert run_py.main(["report"]) == 1
    assert "install python3-venv" in capsys.readouterr().err


def test_commands_are_handed_over_with_their_arguments(run_py):
    python = str(run_py.venv_python())
    line = run_py.command_line(["report", "--authority", "derby"])
    assert line == [python, "-m", "analysis", "report", "--authority", "derby"]
    assert run_py.command_line(["test", "-x"])[-1] == "-x"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows waits for the command instead")
@pytest.mark.parametrize("name", ["report", "check", "test", "lab", "bench"])
def test_every_command_is_handed_over_without_arguments_too(run_py, monkeypatch, name):
    def becomes(_path, command, _environment):
        raise SystemExit(command)

    monkeypatch.setattr(run_py.os, "execve", becomes)
    monkeypatch.chdir(run_py.ROOT)
    with pytest.raises(SystemExit) as became:
        run_py.hand_over(run_py.command_line([name]))
    assert became.value.code == run_py.command_line([name])


def test_it_imports_the_standard_library_only():
    import ast

    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    names = {
        a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names
    }
    names |= {n.module.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names
