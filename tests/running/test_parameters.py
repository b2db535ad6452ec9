"""What a notebook may be told is read from its own cell, and anything else is refused."""

import json

import pytest

from analysis.running.parameters import (
    Parameter,
    UsageError,
    declared_parameters,
    notebook_parameters,
    notebooks_in,
    typed,
)


def test_names_types_defaults_and_help_are_read(project):
    found = notebooks_in(project.folder / "notebooks")[0].parameters
    assert list(found) == ["authority", "period", "release", "raw", "months"]
    assert (found["months"].type, found["months"].default) == ("int", 12)
    assert found["months"].help == "how many months are shown"


def test_a_default_with_an_equals_sign_is_read():
    assert declared_parameters('s: str = "a=b"  # text', "n")["s"].default == "a=b"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("str", "01", "01"),
        ("str", "null", "null"),
        ("int", "-3", -3),
        ("float", "1e3", 1000.0),
        ("bool", "Yes", True),
        ("bool", "false", False),
        ("list[str]", "['a', 'b']", ["a", "b"]),
    ],
)
def test_a_value_is_read_as_the_declared_type(kind, text, value):
    parameter = declared_parameters(f"p: {kind} = None", "n")["p"]
    assert typed(parameter, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [("int", "1.5"), ("int", ""), ("float", "x"), ("bool", "1"), ("list[str]", "{'a': 1}"),
     ("list[str]", "__import__('os')")],
)  # fmt: skip
def test_a_value_of_another_type_is_refused_and_both_are_named(kind, text):
    parameter = declared_parameters(f"p: {kind} = None", "n")["p"]
    with pytest.raises(UsageError, match="--param p="):
        typed(parameter, text)


@pytest.mark.parametrize("given", ["months", "month=1", "period=2021-08", "=3"])
def test_a_wrong_param_is_refused(project, given):
    with pytest.raises(UsageError, match="--param"):
        notebook_parameters(notebooks_in(project.folder / "notebooks"), [given])


def test_a_notebook_whose_parameters_cell_is_not_tagged_is_refused(project):
    path = project.folder / "notebooks" / "01_tiny.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["cells"][1]["metadata"] = {}
    path.write_text(json.dumps(book), encoding="utf-8")
    with pytest.raises(UsageError, match="0 cells are tagged parameters"):
        notebooks_in(project.folder / "notebooks")


def test_a_file_that_is_no_notebook_is_refused(project):
    (project.folder / "notebooks" / "02_bad.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match="02_bad.ipynb: not a notebook"):
        notebooks_in(project.folder / "notebooks")


def test_a_second_leader_summary_is_refused(project):
    project.add("07_team_leader_summary")
    with pytest.raises(UsageError, match="rename the others"):
        notebooks_in(project.folder / "notebooks")


def test_a_parameters_cell_that_does_not_end_is_refused():
    with pytest.raises(UsageError, match="cannot be read"):
        declared_parameters("months: int = (", "01_tiny.ipynb")


@pytest.mark.parametrize("text", ["nan", "inf", "-inf"])
def test_a_number_that_is_none_is_refused(text):
    with pytest.raises(UsageError, match="is not float"):
        typed(Parameter("change_pct", "float", 10.0, ""), text)
