"""A page in a real browser: quiet, reachable, readable at each width, in the dark and on paper."""

import os
import shutil
import warnings
from pathlib import Path

import pytest
from trial_page import trial_page

FOLDER = Path(__file__).parent
PROJECT = FOLDER.parents[1]
AXE = next(
    (
        path
        for folder in (PROJECT, FOLDER)
        if (path := folder / "node_modules" / "axe-core" / "axe.min.js").is_file()
    ),
    None,
)
BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))),
    None,
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWS = [
    (320, "light"),
    (320, "dark"),
    (768, "light"),
    (1280, "light"),
    (1280, "dark"),
    (1600, "light"),
]


def skip_loudly(reason):
    """Skip, and say so where the summary of a run cannot hide it; fail where it must be there."""
    if os.environ.get("ANALYSIS_REQUIRE_BROWSER"):
        pytest.fail(reason)
    warnings.warn(f"BROWSER TESTS WERE SKIPPED: {reason}", stacklevel=2)
    pytest.skip(f"BROWSER TESTS WERE SKIPPED: {reason}")


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        skip_loudly("no chromium on this machine")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def pages(folder, derby_report):
    """A page of each release with every part there is, and Derby's real pages, as files."""
    found = {path.stem: path for path in sorted(derby_report.glob("*.html"))}
    for release in ("public", "internal"):
        found[release] = folder / f"{release}.html"
        found[release].write_text(trial_page(release)[0], encoding="utf-8")
    return found


@pytest.fixture
def opened(browser, pages):
    """Open the page at a width and colour scheme, network off; note all it says and asks for."""
    contexts = []

    def open_page(width=1280, scheme="light", release="public"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(pages[release].as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark"), (1600, "light")])
@pytest.mark.parametrize("name", ["index", "01_demand_growth", "03_agency_reliance"])
def test_derbys_pages_are_quiet_and_accessible(opened, name, width, scheme):
    page = opened(width, scheme, release=name)
    page.wait_for_timeout(50)
    assert page.said == []
    assert len(page.asked) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe_faults(page) == []


def axe_faults(page):
    """What axe finds wrong with a page, all its folded parts open."""
    if AXE is None:
        skip_loudly("axe-core is not installed; npm ci in tests/browser installs it")
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{fault['impact']}: {fault['id']}: {node['html'][:160]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_a_page_is_quiet_asks_for_nothing_and_never_scrolls_sideways(opened, width, scheme):
    page = opened(width, scheme)
    page.wait_for_timeout(50)
    assert page.said == []
    assert len(page.asked) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "light"), (1280, "dark")])
def test_axe_finds_no_fault(opened, width, scheme):
    assert axe_faults(opened(width, scheme)) == []


def test_each_chart_shows_one_drawing_whose_text_is_at_least_12_pixels(opened):
    for width in (320, 1280):
        page = opened(width)
        shown = page.evaluate(
            """[...document.querySelectorAll('figure .plot')].map(plot => {
                const drawn = [...plot.querySelectorAll('svg')].filter(
                    svg => getComputedStyle(svg).display !== 'none');
                const scale = drawn[0].getBoundingClientRect().width
                    / drawn[0].viewBox.baseVal.width;
                return [drawn.length, Math.min(...[...drawn[0].querySelectorAll('text')].map(
                    text => parseFloat(getComputedStyle(text).fontSize) * scale))];
            })"""
        )
        assert [count for count, _ in shown] == [1] * len(shown)
        assert min(size for _, size in shown) >= (11 if width == 320 else 12)


def test_the_first_tab_reaches_the_skip_link_and_it_leads_to_the_headlines(opened):
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "headlines"


def test_every_stop_of_the_tab_key_is_visible_and_named(opened):
    page = opened()
    stops = page.evaluate(
        """[...document.querySelectorAll('a[href], summary, [tabindex="0"]')].filter(
            part => part.checkVisibility()).length"""
    )
    assert stops > 20
    for _ in range(stops):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """(() => {const at = document.activeElement, style = getComputedStyle(at);
            return [style.outlineStyle, at.innerText.trim().length,
                    at.getBoundingClientRect().width]})()"""
        )
        assert found[0] != "none"
        assert found[1] > 0
        assert found[2] > 0


def test_a_page_stays_readable_with_wider_text_spacing_and_at_twice_the_size(opened):
    page = opened(640)
    page.add_style_tag(
        content="*{letter-spacing:.12em!important;word-spacing:.16em!important;"
        "line-height:1.5!important}p{margin-bottom:2em!important}"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_paper_holds_what_is_folded_on_the_screen(opened, tmp_path):
    page = opened(688)
    page.emulate_media(media="print")
    hidden = page.evaluate(
        """[...document.querySelectorAll('details > :not(summary)')].filter(
            part => part.getBoundingClientRect().height === 0).length"""
    )
    assert hidden == 0
    path = tmp_path / "page.pdf"
    page.pdf(path=path, prefer_css_page_size=True, tagged=True)
    assert path.read_bytes().startswith(b"%PDF")


def test_an_internal_page_is_marked_in_its_title_and_on_screen_and_paper(opened):
    page = opened(release="internal")
    assert page.title().startswith("Internal, official-sensitive")
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        assert "official-sensitive" in page.locator(".status").inner_text()
        assert page.locator(".status").is_visible()


def test_no_text_of_a_chart_runs_out_of_its_drawing(opened):
    for width in (320, 1280):
        page = opened(width)
        out = page.evaluate(
            """[...document.querySelectorAll('figure .plot svg')].flatMap(svg => {
                const box = svg.getBoundingClientRect();
                return [...svg.querySelectorAll('text')].map(text => {
                    const at = text.getBoundingClientRect();
                    return [at.left - box.left, at.right - box.right, text.textContent];
                }).filter(([left, right]) => left < -10 || right > 14).map(part => part.join(' '));
            })"""
        )
        assert out == []
