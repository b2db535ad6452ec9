"""The checks of a page: a good page passes, and each fault is found and named."""

import pytest

from analysis.reporting.page_checks import POLICY, check_page

FACTS = [
    {"id": "a", "shown": "+41.3%", "value": 41.312, "suppressed": False},
    {"id": "b", "shown": "[c]", "value": None, "suppressed": True},
]
PAGE = f"""<!DOCTYPE html>
<html lang="en-GB"><head>
<meta http-equiv="Content-Security-Policy" content="{POLICY}"><meta charset="utf-8">
<title>Demand</title><style>p{{color:red}}</style></head><body>
<a class="skip" href="#top">Skip</a><header><nav aria-label="Contents"><a href="#s">S</a></nav>
</header><main id="top"><h1>Up by <span data-fact="a">+41.3%</span></h1>
<section id="s"><h2>Section</h2>
<figure><figcaption><h3>Figure 1. A message</h3></figcaption>
<svg role="img" aria-labelledby="t d"><title id="t">Name</title><desc id="d">One. Two 4.5.</desc>
<text data-fact="b">[c]</text></svg></figure>
<table><caption>Numbers</caption><tr><th scope="col">M</th></tr><tr><td>1</td></tr></table>
<a href="https://www.gov.uk/x" rel="noopener">Source</a> <a href="../index.html">All</a>
</section></main><footer>F</footer></body></html>"""


def test_a_good_page_has_no_problem():
    assert check_page(PAGE, FACTS) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("<!DOCTYPE html>", "", "does not begin"),
        ("en-GB", "en", "lang"),
        (POLICY, POLICY + "; script-src 'self'", "Content-Security-Policy"),
        ("<head>\n", '<head><meta charset="x">', "Content-Security-Policy"),
        ("<title>Demand</title>", "", "no title"),
        ('<meta charset="utf-8">', '<meta http-equiv="refresh" content="1">', "reloads"),
        ("<footer>F</footer>", "<script>1</script><footer></footer>", "script element"),
        ("<footer>F", "<footer><iframe></iframe>", "iframe"),
        ("<h2>", '<h2 onclick="x()">', "attribute onclick"),
        ("<footer>F", '<footer><img alt="x" src="https://x.org/a.png">', "loads src"),
        ("<footer>F", '<footer><img alt="x" src="a.png">', "loads src"),
        ("p{color:red}", "p{background:url(a.png)}", "style sheet loads"),
        ("p{color:red}", '@import "a.css";', "style sheet loads"),
        ("<h2>", '<h2 style="background:url(//x.org)">', "style of h2"),
        ("https://www.gov.uk/x", "https://example.com/x", "host that is not allowed"),
        ("https://www.gov.uk/x", "http://www.gov.uk/x", "neither on the page"),
        ("https://www.gov.uk/x", "java\nscript:alert(1)", "neither on the page"),
        ("https://www.gov.uk/x", "/etc/passwd", "neither on the page"),
        ("https://www.gov.uk/x", "https://gov.uk.evil.org", "host that is not allowed"),
        (' rel="noopener"', "", "noopener"),
        (">Source<", "><", "no words"),
        ("<h2>Section</h2>", "<h1>Section</h1>", "2 h1 elements"),
        ("<h2>Section</h2>", "", "skips a level"),
        ("<h2>Section</h2>", "<h2></h2>", "heading is empty"),
        ("A message", "word " * 16, "more than 15 words"),
        ('id="s"', 'id="t"', "given 2 times"),
        ('href="#s"', 'href="#gone"', "'#gone'"),
        ('aria-labelledby="t d"', 'aria-labelledby="t x"', "named by the id 'x'"),
        ('role="img" ', "", "role=img"),
        ("One. Two 4.5.", "One. Two. Three.", "more than two sentences"),
        ('<title id="t">Name</title>', '<title id="t"></title>', "title and a description"),
        ("<caption>Numbers</caption>", "", "no caption"),
        (' scope="col"', "", "no scope"),
        ('<th scope="col">M', '<th scope="col">', "header of the table"),
        ("<td>1</td>", "<td></td>", "empty cell"),
        ("<td>1</td>", '<td colspan="2">1</td>', "merged cells"),
        (
            "+41.3%</span>",
            "+41.4%</span>",
            "shows for 'a' is not what facts.json says",
        ),
        ('data-fact="a"', 'data-fact="z"', "not in facts.json"),
        ("[c]</text>", "3</text>", "is not what facts.json says"),
        ("<main", "<main></main><main", "2 main elements"),
        ("</section>", "", "not closed"),
        ('aria-label="Contents"', "", "navigation"),
        ('<a class="skip" href="#top">Skip</a>', '<a href="index.html">S</a>', "skip link"),
        ("<footer>F", "<footer>Traceback (most recent call last)", "Traceback"),
        ("<footer>F", "<footer>/home/jsmith/raw", "/home/"),
        ("<footer>F", "<footer>C:\\Users\\jsmith", "tells of the machine"),
    ],
)
def test_a_fault_is_found_and_named(old, new, problem):
    assert old in PAGE
    problems = check_page(PAGE.replace(old, new, 1), FACTS)
    assert any(problem in found for found in problems), problems


def test_a_page_too_heavy_is_refused():
    problems = check_page(PAGE.replace("F</footer>", "x" * 500_001 + "</footer>"), FACTS)
    assert any("allowed are 500,000" in found for found in problems)


def test_a_hidden_fact_that_carries_a_number_is_refused():
    for change in ({"value": 3}, {"numerator": 3}, {"shown": "3"}):
        problems = check_page(PAGE, [FACTS[0], FACTS[1] | change])
        assert any("hidden fact 'b'" in found for found in problems)
