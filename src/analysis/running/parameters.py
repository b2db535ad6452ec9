"""What each notebook may be told, read from its own parameters cell and checked before a run.

A parameter is declared in the one cell tagged ``parameters``: name, annotation, default, and a
comment that is its help text. Papermill alone would run on with the default after a misspelt
name, a wrong type or an untagged cell, so everything is checked here, before anything runs.
"""

from __future__ import annotations

import ast
import io
import json
import math
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

from analysis.sources.inventory import authorities

GIVEN_BY_THE_RUN = ("authority", "period", "release", "raw")
PERIOD = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
LATEST = "latest"
RELEASES = ("public", "internal")
TRUE_WORDS = {"true": True, "yes": True, "false": False, "no": False}


class UsageError(Exception):
    """Raised when a run is asked for something that it cannot do; one line, exit code 2."""


@dataclass(frozen=True)
class Parameter:
    """One declared parameter of a notebook."""

    name: str
    type: str
    default: object
    help: str


@dataclass(frozen=True)
class Notebook:
    """One notebook of the suite: its text, its title and what it may be told."""

    name: str
    source: str
    title: str
    parameters: dict[str, Parameter]

    @property
    def page(self) -> str:
        """The file name of its page: the leader summary is the front page of its folder."""
        return "index.html" if self.is_summary else f"{self.name}.html"

    @property
    def is_summary(self) -> bool:
        """Whether it is the leader summary, which runs last and reads the others' results."""
        return self.name.endswith("_leader_summary")


def notebooks_in(folder: Path) -> list[Notebook]:
    """Every notebook of the suite, in order; the template is not one of them.

    Raises
    ------
    UsageError
        When the folder holds none, two leader summaries, or one whose parameters cell cannot be
        read.
    """
    paths = [p for p in sorted(folder.glob("[0-9][0-9]_*.ipynb")) if p.stem != "00_template"]
    if not paths:
        raise UsageError(f"no notebooks found: {folder} holds no file like 01_name.ipynb")
    found = [read_notebook(path) for path in paths]
    summaries = [f"{notebook.name}.ipynb" for notebook in found if notebook.is_summary]
    if len(summaries) > 1:
        raise UsageError(
            f"{' and '.join(summaries)}: one notebook may be the leader summary; rename the others"
        )
    return found


def read_notebook(path: Path) -> Notebook:
    """A notebook's name, title and declared parameters.

    Raises
    ------
    UsageError
        When the file is not a notebook, or not exactly one cell declares parameters.
    """
    try:
        source = path.read_text(encoding="utf-8")
        cells = json.loads(source)["cells"]
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{path.name}: not a notebook that can be read") from error
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise UsageError(
            f"{path.name}: {len(tagged)} cells are tagged parameters, exactly one must be"
        )
    declared = declared_parameters("".join(tagged[0]["source"]), path.name)
    return Notebook(path.stem, source, _title(cells, path.stem), declared)


def _title(cells: list[dict], name: str) -> str:
    """The notebook's first heading, else its name as words."""
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    heading = re.search(r"^# +(.+)$", text, re.MULTILINE)
    return heading[1].strip() if heading else name[3:].replace("_", " ").capitalize()


def declared_parameters(source: str, where: str) -> dict[str, Parameter]:
    """The parameters that a cell declares.

    Examples
    --------
    >>> cell = 'months: int = 24  # months shown in the charts'
    >>> declared_parameters(cell, "01_demand_growth.ipynb")["months"]
    Parameter(name='months', type='int', default=24, help='months shown in the charts')
    """
    found = {}
    try:
        comments = _comments(source)
        for node in ast.parse(source).body:
            if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
                raise UsageError(f"{where}: line {node.lineno} of the parameters is not name: type")
            name = node.target.id
            default = ast.literal_eval(node.value) if node.value else None
            found[name] = Parameter(
                name, ast.unparse(node.annotation), default, comments.get(node.end_lineno, "")
            )
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        raise UsageError(f"{where}: the parameters cell cannot be read") from error
    return found


def _comments(source: str) -> dict[int, str]:
    """Line number -> the comment on that line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def typed(parameter: Parameter, text: str) -> object:
    """A value given as text, in the type that the notebook declares.

    Raises
    ------
    UsageError
        When the text does not read as that type; the message says both.

    Examples
    --------
    >>> typed(Parameter("months", "int", 24, ""), "36")
    36
    >>> typed(Parameter("months", "int", 24, ""), "three")
    Traceback (most recent call last):
    ...
    analysis.running.parameters.UsageError: --param months='three' is not int (default 24)
    """
    kind = parameter.type
    try:
        if kind == "str":
            return text
        if kind in ("int", "float"):
            number = {"int": int, "float": float}[kind](text)
            if math.isfinite(number):
                return number
        if kind == "bool":
            return TRUE_WORDS[text.lower()]
        value = ast.literal_eval(text)
        if type(value).__name__ == re.split(r"[\[ |]", kind)[0]:
            return value
    except (ValueError, KeyError, SyntaxError, OverflowError):
        pass
    raise UsageError(
        f"--param {parameter.name}={text!r} is not {kind} (default {parameter.default!r})"
    )


def notebook_parameters(notebooks: list[Notebook], given: list[str]) -> dict[str, dict]:
    """Notebook name -> the values of its own parameters, from NAME=VALUE texts.

    A value goes to each notebook that declares its name.

    Raises
    ------
    UsageError
        When a text has no "=", a name is the run's own or no notebook declares it, or a value
        is of the wrong type.
    """
    values: dict[str, dict] = {notebook.name: {} for notebook in notebooks}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            raise UsageError(f"--param {text!r} is not NAME=VALUE")
        if name in GIVEN_BY_THE_RUN:
            raise UsageError(f"--param {name}: this one is given as --{name}")
        takers = [n for n in notebooks if name in n.parameters]
        if not takers:
            raise UsageError(f"--param {name}: no notebook declares it; {_allowed(notebooks)}")
        for notebook in takers:
            values[notebook.name][name] = typed(notebook.parameters[name], value)
    return values


def parameters_help(notebooks: list[Notebook]) -> str:
    """One line a parameter: its name, type and default, and what its comment says of it.

    Examples
    --------
    >>> months = Parameter("months", "int", 24, "months shown in the charts")
    >>> print(parameters_help([Notebook("01_demand", "", "Demand", {"months": months})]))
      months=24 (int): months shown in the charts
    """
    own = {name: p for n in notebooks for name, p in n.parameters.items()}
    return "\n".join(
        f"  {name}={p.default} ({p.type}): {p.help}"
        for name, p in sorted(own.items())
        if name not in GIVEN_BY_THE_RUN
    )


def _allowed(notebooks: list[Notebook]) -> str:
    names = sorted({p for n in notebooks for p in n.parameters} - set(GIVEN_BY_THE_RUN))
    return f"allowed are {', '.join(names)}" if names else "they declare none of their own"


def checked_period(text: str | None) -> str | None:
    """A period as YYYY-MM, None where the run is to find it.

    Raises
    ------
    UsageError
        When the text is not a month.

    Examples
    --------
    >>> checked_period("2021-08")
    '2021-08'
    >>> checked_period("2021-13")
    Traceback (most recent call last):
    ...
    analysis.running.parameters.UsageError: --period '2021-13' is not a month; write it as YYYY-MM
    """
    if text is None or PERIOD.fullmatch(text):
        return text
    raise UsageError(f"--period {text!r} is not a month; write it as YYYY-MM")


def checked_authorities(names: list[str], raw: Path) -> list[str]:
    """The authorities of a run: those named, else every folder of raw.

    Raises
    ------
    UsageError
        When raw is no folder or holds no authority, or a name is not one of its folders.
    """
    if not raw.is_dir():
        raise UsageError(f"--raw {raw}: no such folder")
    present = authorities(raw)
    if not present:
        raise UsageError(f"--raw {raw}: holds no authority's folder")
    if "index.html" in present:
        raise UsageError(f"--raw {raw}: index.html is the list of all reports; rename that folder")
    unknown = [name for name in names if name not in present]
    if unknown:
        raise UsageError(f"--authority {unknown[0]!r} is unknown; {raw} holds {', '.join(present)}")
    return list(dict.fromkeys(names)) or present
