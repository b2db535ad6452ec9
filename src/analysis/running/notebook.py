"""Opening and saving a notebook's page: the same call under the runner and by hand in a lab.

Under the runner the tidy tables lie in the run's work folder; by hand they are read from the
extracts, through the cache, and results go to data/processed.
"""

from __future__ import annotations

from IPython.display import HTML, display

from analysis.reporting.page import Page, masthead
from analysis.reporting.page_parts import style_sheet
from analysis.running.results import save_results
from analysis.running.work import open_inputs


def open_page(
    notebook: str, title: str, authority: str, period: str, release: str, raw: str
) -> Page:
    """Open a notebook's page on one authority's tidy tables.

    Parameters
    ----------
    notebook
        The notebook's own name, such as ``01_demand_growth``.
    title
        The page's title in words.
    authority, period, release, raw
        The notebook's parameters, as they stand.

    Returns
    -------
    Page
        With ``table(contract)`` for any tidy table.
    """
    inputs = open_inputs(authority, period, release, raw)
    page = Page(
        notebook=notebook,
        title=title,
        extracts=inputs.extracts,
        period=inputs.period,
        release=inputs.release,
        work=inputs.work,
        results=inputs.results,
        previous=inputs.previous,
        generated=inputs.generated,
    )
    display(HTML(lab_style()), metadata={"analysis": {"lab_style": True}})
    return page


def save_page(page: Page) -> None:
    """Save the page's facts and tables for the leader summary, and mark the page as whole.

    What stands at the top of the page is said last, when the page knows what it was made from.
    """
    save_results(page.work, page.notebook, page.result())
    display(
        HTML(f"<!-- top of {page.notebook} -->"),
        metadata={"analysis": {"masthead": masthead(page)}},
    )
    display(
        HTML(f"<!-- {page.notebook} is complete -->"),
        metadata={"analysis": {"sentinel": page.notebook}},
    )


def lab_style() -> str:
    """The pages' style, kept to a notebook's outputs so that it does not dress the lab itself."""
    sheet = style_sheet().replace(":root", "&")
    return f"<style>.jp-RenderedHTML{{{sheet}}}</style>"
