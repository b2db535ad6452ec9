"""One notebook's page: its facts after disclosure control, its blocks, its headline.

A notebook opens a page, adds measures' tables, protects them, and then shows sentences, charts
and tables made from the facts that come back. What a page shows is displayed with a mark in the
output's metadata; the export renders marked outputs only, so a stray print never reaches a
reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
from IPython.display import HTML, display
from markupsafe import Markup, escape

from analysis.methods.calendar import as_at_date
from analysis.reporting.fact_index import FactIndex, fact_index
from analysis.reporting.fact_table import workbook_tables
from analysis.reporting.facts import COLUMNS, bounds_of, fact_rows, facts_frame, source_of
from analysis.reporting.numbers import date_words, month_name
from analysis.reporting.page_needs import ONE_OF
from analysis.reporting.protection import protected

LEADER_SUMMARY = "06_leader_summary"


class MissingTable(Exception):
    """Raised when a page needs a table that no extract of the authority holds."""


class UnknownFact(Exception):
    """Raised when a page asks for a fact that its measures did not make."""


@dataclass
class Page:
    """What one notebook shows and saves.

    ``extracts`` holds the authority's tidy tables; ``facts`` is empty until :meth:`protect`;
    everything shown afterwards is made from it.
    """

    notebook: str
    title: str
    extracts: object
    period: pd.Period
    release: str
    work: Path
    results: Mapping[str, dict] = field(default_factory=dict)
    previous: dict = field(default_factory=dict)
    generated: str = ""
    contracts: set[str] = field(default_factory=set)
    raw_facts: list[dict] = field(default_factory=list)
    facts: pd.DataFrame | None = None
    taken: set[str] = field(default_factory=set)
    headline_text: str = ""
    _sources: dict[str, str] = field(default_factory=dict, repr=False)
    _made: tuple = field(default_factory=lambda: (None, {}), repr=False)

    @property
    def authority(self):
        """The authority that the page is about, as its authority.toml says."""
        return self.extracts.authority

    @property
    def place(self) -> str:
        """The authority's name as charts say it."""
        return self.authority.raw.get("short_name", self.authority.name)

    def caveats(self, measure_id: str) -> list[str]:
        """What the authority's own authority.toml says of a measure."""
        said = self.authority.raw.get("caveats", [])
        return [item["text"] for item in said if item.get("measure") == measure_id]

    def first_of(self, *contracts: str) -> str:
        """The first of these contracts that the authority's extracts hold; else the last."""
        held = [name for name in contracts if self.has(name)]
        return held[0] if held else contracts[-1]

    def has(self, *contracts: str) -> bool:
        """Whether the authority's extracts hold rows of each of these contracts."""
        found = [self.extracts.tables.get(name) for name in contracts]
        return all(table is not None and not table.empty for table in found)

    def table(self, contract: str) -> pd.DataFrame:
        """A tidy table of the authority, by the name of its contract.

        Raises
        ------
        MissingTable
            When no extract holds it; the message says what to put where.
        """
        if not self.has(contract):
            needed = ONE_OF.get(self.notebook, ())
            tables = " or ".join(needed if contract in needed else (contract,))
            raise MissingTable(
                f"No extract of {self.authority.folder.name} holds {tables}. Put one into its "
                "folder under data/raw; data/raw/README.md lists the headings it needs."
            )
        return self.extracts.tables[contract]

    def source(self, contract: str) -> str:
        """Where a table of the authority was read: file, sheet and rows."""
        if contract not in self._sources:
            self._sources[contract] = source_of(self.table(contract))
        return self._sources[contract]

    def add(self, contract: str, **tables: pd.DataFrame) -> None:
        """Turn measures' tables into facts, each named by its measure id.

        ``contract`` names the table that the measures were computed from; it is the source that
        each fact names where the measure does not carry its own.
        """
        self.contracts.add(contract)
        source = self.source(contract) if self.has(contract) else ""
        for name, table in tables.items():
            self.raw_facts += fact_rows(name, table, period=str(self.period), source=source)

    def protect(
        self, totals: pd.DataFrame | None = None, derived_from: pd.DataFrame | None = None
    ) -> None:
        """Apply disclosure control once, to every fact together, before anything is shown.

        ``totals`` (total_id, part_id) and ``derived_from`` (id, source_id) say which facts give
        others away.
        """
        facts = facts_frame(self.raw_facts)
        repeated = facts["id"][facts["id"].duplicated()].tolist()
        if repeated:
            raise ValueError(f"{self.notebook}: two facts have one id: {', '.join(repeated[:5])}")
        facts = protected(
            facts,
            release=self.release,
            already_published=self.authority.already_published,
            totals=totals,
            derived_from=derived_from,
            previous=self.published_before,
        )
        held = [] if self.facts is None else [self.facts]
        self.facts = pd.concat([*held, facts, bounds_of(facts)], ignore_index=True)
        self.raw_facts = []

    @cached_property
    def published_before(self) -> pd.DataFrame:
        """The facts of the previous report, as they were published."""
        return pd.DataFrame(self.previous.get("facts", []), columns=list(COLUMNS))

    def take_results(self) -> None:
        """Take over the facts that the other notebooks saved, for a page that only reports them."""
        saved = [pd.DataFrame(result["facts"]) for result in self.results.values()]
        facts = pd.concat([pd.DataFrame(columns=list(COLUMNS)), *saved], ignore_index=True)
        facts = facts.astype(object).where(facts.notna(), None)
        self.facts = facts.drop_duplicates("id", ignore_index=True)
        self.taken = set(self.facts["id"])

    def once(self, name: str, make: Callable[[], object]) -> object:
        """What a page needs more than once: made once, until more facts are protected."""
        if self._made[0] is not self.facts:
            self._made = (self.facts, {})
        found = self._made[1]
        if name not in found:
            found[name] = make()
        return found[name]

    def series(self, measure_id: str) -> pd.DataFrame:
        """The facts of one measure, in the order its table had, ends of intervals left out."""
        return self.facts.iloc[self.index.of_measure.get(measure_id, [])]

    def records(self, measure_id: str) -> list[dict]:
        """The facts of one measure as dicts, in the order of :meth:`series`."""
        index = self.index
        return [dict(index.rows[place]) for place in index.of_measure.get(measure_id, [])]

    @property
    def index(self) -> FactIndex:
        """Where each fact stands."""
        return self.once("index", lambda: fact_index(self.facts))

    def facts_by_id(self) -> dict[str, dict]:
        """The facts that may be shown, by their ids, in their order."""
        return self.index.by_id

    def fact(self, fact_id: str) -> dict:
        """One fact by its id.

        Raises
        ------
        UnknownFact
            When the page has no such fact; the message lists those of the same measure.
        """
        known = self.facts_by_id()
        if fact_id not in known:
            near = [name for name in known if name.startswith(fact_id.split(".")[0])]
            raise UnknownFact(f"no fact {fact_id!r}; of this measure there are {near}")
        return dict(known[fact_id])

    def ends(self, fact_id: str) -> tuple[dict, dict] | None:
        """The two ends of a fact's interval, None where it has none."""
        ids = [f"{fact_id}.lower", f"{fact_id}.upper"]
        held = all(end in self.facts_by_id() for end in ids)
        return (self.fact(ids[0]), self.fact(ids[1])) if held else None

    def headline(self, sentence: Markup) -> None:
        """Set the one message of the page, made from facts; it becomes the page's heading."""
        self.headline_text = str(escape(sentence))
        display(
            HTML(f"<h1>{self.headline_text}</h1>"),
            metadata={"analysis": {"headline": self.headline_text}},
        )

    def message(self, sentence: Markup) -> None:
        """Set the message of the section at hand; it stands beside the section's heading."""
        html = str(escape(sentence))
        if html:
            display(HTML(f"<h3>{html}</h3>"), metadata={"analysis": {"message": html}})

    def show_or_leave_out(self, *blocks: Markup) -> None:
        """Show the blocks of a section; with none, leave the section at hand out of the page."""
        if any(blocks):
            self.show(*blocks)
        else:
            display(HTML(""), metadata={"analysis": {"left_out": True}})

    def show(self, *blocks: Markup) -> None:
        """Show blocks of the page, sentences, figures, tables: one output, each on its lines."""
        body = "\n".join(str(escape(block)) for block in blocks if block)
        if body:
            display(HTML(body), metadata={"analysis": {"block": True}})

    def say(self, *sentences: Markup) -> None:
        """Show sentences as one paragraph."""
        body = Markup(" ").join(escape(sentence) for sentence in sentences if sentence)
        if body:
            self.show(Markup("<p>{}</p>").format(body))

    def result(self) -> dict:
        """What is saved for the leader summary, facts.json and the workbook."""
        return {
            "notebook": self.notebook,
            "title": self.title,
            "headline": self.headline_text,
            "facts": self.index.rows,
            "tables": workbook_tables(self.facts[~self.facts["id"].isin(self.taken)]),
        }


def masthead(page: Page) -> dict:
    """What stands at the top of a page: whose figures, of when, with which standing."""
    authority = page.authority
    subject = f"{page.title}, {month_name(page.period)}"
    status = []
    if authority.synthetic:
        status.append("This authority does not exist and no figure is real.")
    if page.release == "public" and authority.already_published:
        status.append(
            f"Public release of figures already published: {authority.already_published}."
        )
    elif page.release == "public":
        status.append("Public release: counts of 1 to 5 people are shown as [c].")
    return {
        "title": f"{subject}: {authority.name}",
        "page_title": subject,
        "organisation": f"{authority.name}, children’s services",
        "subject": "",
        "status_html_safe_text": " ".join(status),
        "rows": _dates(page),
        "release": page.release,
        "synthetic": bool(authority.synthetic),
        "footer": [],
        "ways_out": _ways_out(page),
    }


def _ways_out(page: Page) -> list[list[str]]:
    """Links from the summary to all reports, and from every other page to the summary.

    The summary names those pages, too, that it has no section of: notebooks of the council's own.
    """
    if page.notebook == LEADER_SUMMARY:
        from analysis.reporting.summary import PAGES  # it imports this module

        own = {name: saved["title"] for name, saved in page.results.items() if name not in PAGES}
        links = [[f"{name}.html", title] for name, title in own.items() if name != LEADER_SUMMARY]
        return [*links, ["../../index.html", "All reports"]]
    return [["index.html", "Leader summary"]]


def _dates(page: Page) -> list[list[str]]:
    """When the data and the page are from, and how final the figures are."""
    files = page.extracts.files
    own = files["contract"].isin(page.contracts)
    used = files if page.notebook == LEADER_SUMMARY else files[own]
    rows = [
        ["Period", month_name(page.period)],
        ["Data as at", _capital(date_words(_newest_date(page, used)))],
        ["Made", date_words(page.generated[:10]) if page.generated else ""],
        ["Status", str(authority.status).capitalize() if (authority := page.authority) else ""],
    ]
    return [row for row in rows if row[1]]


def _newest_date(page: Page, files: pd.DataFrame) -> str:
    """The newest date of the files, "not given" where there is none.

    Of a sheet that dates its rows one by one, rows after the period are not counted on the page,
    unless it has no others: a list that stands later is then used.
    """
    row_by_row = files["as_at_basis"] == "column"
    dates = set(files.loc[~row_by_row, "as_at"])
    for contract in files.loc[row_by_row, "contract"].unique():
        given = set(page.extracts.tables[contract]["as_at"].unique()) - {"not given"}
        in_time = {text for text in given if as_at_date(text) <= page.period.end_time}
        dates |= in_time or given
    return max(dates - {"not given"}, key=as_at_date, default="not given")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
