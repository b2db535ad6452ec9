"""What the pages for people say is true: examples run, sums add up, commands and files exist."""

import ast
import doctest
import operator
import re
import textwrap
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from analysis.measures.definitions import definition_from, load_definitions
from analysis.reporting.facts import facts_of
from analysis.running.cli import parser
from analysis.running.docs import GENERATED, write_docs
from analysis.sources.authority import load_authority_profile

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "METHODS.md", "GLOSSARY.md", "CONTRIBUTING.md", "CHANGELOG.md")
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}
NUMBER = r"[(]*\d+(?:,\d{3})*(?:\.\d+)?[)]*"
SUM = re.compile(rf"({NUMBER}(?: [−+×÷] {NUMBER})+) = ([+−]?\d+(?:,\d{{3}})*(?:\.\d+)?)")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def fences(name: str, language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", text_of(name), re.MULTILINE | re.DOTALL)


def value_of(node: ast.AST) -> float:
    """A sum of plain numbers, worked out without running anything."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp):
        return OPERATORS[type(node.op)](value_of(node.operand))
    return OPERATORS[type(node.op)](value_of(node.left), value_of(node.right))


def sums(text: str) -> list[tuple[str, str]]:
    """Sums of a page with what they are said to be: ``(2,498 − 1,637) ÷ 1,637 × 100 = 52.6``."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    found = SUM.findall(" ".join(prose.split()))
    return [(left, right) for left, right in found if left.count("(") == left.count(")")]


@pytest.mark.parametrize("name", PAGES)
def test_python_examples_of_the_pages_run_and_give_what_they_say(name):
    examples = "\n".join(fences(name, "pycon"))
    test = doctest.DocTestParser().get_doctest(examples, {}, name, name, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    said: list[str] = []
    runner.run(test, out=said.append)
    assert runner.failures == 0, "".join(said)


def test_methods_has_examples_to_run():
    assert len(fences("METHODS.md", "pycon")) >= 15


@pytest.mark.parametrize(("left", "right"), sums(text_of("METHODS.md")))
def test_sums_in_methods_add_up(left, right):
    shown = right.replace("−", "-").replace(",", "")
    decimals = len(shown.partition(".")[2])
    plain = left.replace(",", "").replace("−", "-").replace("×", "*").replace("÷", "/")
    exact = value_of(ast.parse(plain.strip(), mode="eval").body)
    assert abs(exact - float(shown)) <= 0.5 * 10**-decimals + 1e-9


def test_the_sums_are_found():
    assert len(sums(text_of("METHODS.md"))) >= 40
    assert sums("so (2 + 3) × 4 = 20 in all") == [("(2 + 3) × 4", "20")]


@pytest.mark.parametrize("name", PAGES)
def test_links_and_pictures_of_the_pages_are_there(name):
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text_of(name))
    local = [t for t in targets if not t.startswith(("http:", "https:", "mailto:"))]
    assert [t for t in local if not (ROOT / t).exists()] == []


def test_links_inside_methods_lead_to_headings():
    text = text_of("METHODS.md")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
    assert [a for a in re.findall(r"\]\(#([^)]+)\)", text) if a not in anchors] == []


@pytest.mark.parametrize("name", PAGES)
def test_commands_that_the_pages_name_exist(name):
    own = {"test", "lab", "bench"}
    known = set(parser()._subparsers._group_actions[0].choices) | own
    named = re.findall(r"(?:python3|py) run\.py ([a-z]+)", text_of(name))
    assert set(named) <= known


@pytest.mark.parametrize("name", PAGES)
def test_options_that_the_pages_name_exist(name):
    report = parser()._subparsers._group_actions[0].choices
    for line in re.findall(r"run\.py ((?:report|check|sample|docs)[^`\n]*)", text_of(name)):
        command, *rest = line.split()
        options = {word.split("=")[0] for word in rest if word.startswith("--")}
        assert options <= set(report[command]._option_string_actions), line


def test_every_notebook_is_in_the_readme():
    names = {path.stem for path in (ROOT / "notebooks").glob("0[1-9]_*.ipynb")}
    assert {
        name for name in names if f"notebooks/{name}.ipynb" not in text_of("README.md")
    } == set()


def test_every_room_is_in_the_readme():
    rooms = {p.name for p in (ROOT / "src" / "analysis").iterdir() if (p / "__init__.py").exists()}
    assert {room for room in rooms if f"`{room}`" not in text_of("README.md")} == set()


def test_the_definition_in_contributing_is_one_that_the_library_takes():
    name, entry = recipe_definition()
    assert definition_from(name, entry).id == name


def test_the_authority_in_contributing_is_one_that_the_reader_takes(tmp_path):
    page = next(page for page in fences("CONTRIBUTING.md", "toml") if "la_code" in page)
    (tmp_path / "authority.toml").write_text(page, encoding="utf-8")
    assert load_authority_profile(tmp_path).name == "Anyshire County Council"


def test_the_measure_in_contributing_computes_what_its_own_tests_and_example_say():
    namespace: dict = {}
    for source in fences("CONTRIBUTING.md", "python"):
        exec(textwrap.dedent(source), namespace)  # noqa: S102
    tests = [value for name, value in namespace.items() if name.startswith("test_")]
    for test in tests:
        test()
    measure = namespace[recipe_definition()[0]]
    examples = doctest.DocTestFinder().find(measure, globs=namespace)
    results = [doctest.DocTestRunner().run(example) for example in examples]
    assert len(tests) == 2
    assert sum(result.attempted for result in results) == 2
    assert sum(result.failed for result in results) == 0


def test_the_measure_in_contributing_becomes_facts(monkeypatch):
    name, entry = recipe_definition()
    monkeypatch.setitem(load_definitions(), name, definition_from(name, entry))
    namespace: dict = {}
    exec(textwrap.dedent(fences("CONTRIBUTING.md", "python")[0]), namespace)  # noqa: S102
    days = pd.DataFrame({"contact_date": pd.date_range("2021-08-01", "2021-08-31")})
    facts = facts_of(name, namespace[name](days, "2021-08"), period="2021-08", source="here")
    fact = facts.set_index("id").loc["contacts_at_weekends.2021-08"]
    assert (fact["shown"], fact["formula"]) == ("29.0%", "9 ÷ 31 × 100")


def recipe_definition() -> tuple[str, dict]:
    """The measure that CONTRIBUTING adds, by its name."""
    page = next(page for page in fences("CONTRIBUTING.md", "toml") if "decimals" in page)
    ((name, entry),) = tomllib.loads(textwrap.dedent(page)).items()
    return name, entry


@pytest.mark.parametrize("name", GENERATED)
def test_generated_pages_are_what_the_code_makes_of_them(name):
    assert text_of(name) == GENERATED[name](), f"{name} is stale: python3 run.py docs"


def test_a_stale_generated_page_is_named_and_fails_the_check(tmp_path, capsys):
    assert write_docs(tmp_path, check=True) == 1
    assert "data/raw/README.md" in capsys.readouterr().out
    assert write_docs(tmp_path, check=False) == 0
    assert write_docs(tmp_path, check=True) == 0
