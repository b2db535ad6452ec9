"""From an executed notebook to a page: what is shown, what is left out, where it stands."""

from pathlib import Path

import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import analysis.reporting
from analysis.reporting.page_checks import POLICY, check_page
from analysis.reporting.page_parts import PageError, page_of
from analysis.reporting.page_tree import read_tree

TEMPLATES = Path(analysis.reporting.__file__).parent / "template"
MASTHEAD = {
    "title": "Demand growth, August 2021: Derby",
    "page_title": "Demand growth",
    "organisation": "Derby City Council",
    "status_html_safe_text": "Children&#39;s <b>figures</b>",
    "rows": [["Data as at", "31 August 2021"]],
    "release": "public",
}


def told(**words):
    return new_output("display_data", data={"text/plain": ""}, metadata={"analysis": words})


def shown(html):
    return new_output(
        "display_data", data={"text/html": html}, metadata={"analysis": {"block": True}}
    )


def notebook(*cells, **masthead):
    first = new_code_cell("authority = 1", outputs=[told(masthead=MASTHEAD | masthead)])
    made = new_notebook(cells=[first, *cells])
    for place, cell in enumerate(made.cells):
        cell["id"] = f"c{place}"
    return made


def export(*cells, **masthead):
    exporter = HTMLExporter(extra_template_basedirs=[str(TEMPLATES)], template_name="analysis_page")
    return exporter.from_notebook_node(notebook(*cells, **masthead))[0]


REPORT = (
    new_markdown_cell("# Demand\n\nIs demand growing?"),
    new_markdown_cell("## By month\n\nA **contact**.\n\n### Base\n\nThe lockdown."),
    new_code_cell(
        "print(1)",
        outputs=[shown("<p>A block</p>"), told(headline='Up by <span data-fact="a">41%</span>')],
    ),
    new_code_cell("2", metadata={"tags": ["headlines"]}, outputs=[shown("<p>Cards</p>")]),
    new_markdown_cell("## By month"),
)
FACTS = [{"id": "a", "shown": "41%", "value": 41.3, "suppressed": False}]


def test_a_page_of_a_plain_notebook_has_no_problem():
    assert check_page(export(*REPORT), FACTS) == []


def test_the_policy_is_the_first_element_of_the_head():
    head = read_tree(export(*REPORT))[0].find("head")[0]
    assert head.children()[0].attributes["content"] == POLICY


def test_the_headline_is_the_one_h1_and_cards_stand_directly_under_it():
    root = read_tree(export(*REPORT))[0]
    first = root.find("section")[0]
    assert [part.tag for part in first.children()] == ["h1", "p", "div"]
    assert [part.text() for part in first.children()] == [
        "Up by 41%",
        "Cards",
        "Is demand growing?",
    ]


def test_without_a_headline_the_title_of_the_notebook_is_the_heading():
    root = read_tree(export(new_markdown_cell("# Demand <i>"), new_markdown_cell("## A")))[0]
    assert [part.text() for part in root.find("h1")] == ["Demand <i>"]


def test_sections_have_ids_of_their_own_and_are_named_by_their_headings():
    sections = read_tree(export(*REPORT))[0].find("section")
    assert [part.attributes["id"] for part in sections] == ["headlines", "by-month", "by-month-2"]
    assert sections[1].attributes["aria-labelledby"] == "h-by-month"


def test_a_message_stands_with_the_heading_of_its_section():
    cells = (new_markdown_cell("## Demand"), new_code_cell("1", outputs=[told(message="All up")]))
    heading = read_tree(export(*cells))[0].find("h2")[0]
    assert heading.text() == "Demand: All up"


def test_prose_is_marked_as_definition_and_code_never_shown():
    root = read_tree(export(*REPORT))[0]
    prose = [p.text() for p in root.walk() if p.attributes.get("data-text") == "definition"]
    assert prose == ["Is demand growing?", "A contact.", "The lockdown."]
    assert "print(1)" not in root.text()


@pytest.mark.parametrize(
    "output",
    [
        new_output("stream", text="stray"),
        new_output("error", ename="ValueError", evalue="stray", traceback=["stray"]),
        new_output("execute_result", data={"text/html": "<b>stray</b>"}, execution_count=1),
        new_output(
            "display_data", data={"text/html": "stray"}, metadata={"analysis": {"block": "yes"}}
        ),
        new_output("display_data", data={"image/png": "stray"}, metadata={}),
    ],
)
def test_an_output_that_is_not_marked_stays_out(output):
    assert "stray" not in export(*REPORT, new_code_cell("3", outputs=[output]))


def test_the_same_notebook_gives_the_same_bytes():
    assert export(*REPORT) == export(*REPORT)


def test_words_of_the_masthead_are_escaped_once():
    hostile = "<img src=x> & '"
    page = export(*REPORT, organisation=hostile, page_title=hostile, title=hostile, subject=hostile)
    root = read_tree(page)[0]
    assert not root.find("img")
    assert root.find("title")[0].text() == hostile
    status = next(p for p in root.find("div") if p.attributes.get("class") == "status")
    assert status.text() == "Children's <b>figures</b>"


def test_an_internal_page_says_so_in_title_on_the_page_and_on_paper():
    page = export(*REPORT, release="internal")
    root = read_tree(page)[0]
    assert root.find("title")[0].text().startswith("Internal, official-sensitive")
    assert "not for publication" in root.find("header")[0].text()
    assert "@top-right" in root.find("style")[0].text()
    assert "official-sensitive" not in export(*REPORT)


def test_a_heading_inside_a_code_fence_is_text():
    page = export(new_markdown_cell("## A\n\n```\n## not a heading\n```"))
    assert [part.text() for part in read_tree(page)[0].find("h2")] == ["A"]


def test_contents_are_the_sections_unless_the_masthead_gives_them():
    links = read_tree(export(*REPORT))[0].find("nav")[0].find("a")
    assert [link.attributes["href"] for link in links] == ["#by-month", "#by-month-2"]
    links = read_tree(export(*REPORT, nav=[["index.html", "Summary"]]))[0].find("nav")[0].find("a")
    assert [link.text() for link in links] == ["Summary"]


def test_a_notebook_without_a_masthead_makes_no_page():
    with pytest.raises(PageError, match="first code cell must show it"):
        page_of(new_notebook(cells=[new_markdown_cell("# A")]))


def test_a_release_that_is_neither_public_nor_internal_makes_no_page():
    with pytest.raises(PageError, match="'draft'; allowed are public and internal"):
        page_of(notebook(release="draft"))
