"""What has changed since the previous report: signals new and ended, figures revised or lost."""

from __future__ import annotations

import re

import pandas as pd
from markupsafe import Markup

from analysis.reporting import sentences
from analysis.reporting.blocks import change_log
from analysis.reporting.facts import COLUMNS, NOT_COMPUTED
from analysis.reporting.numbers import month_name
from analysis.reporting.page import Page

SIGNAL = "kpi_signal"
BEFORE = "previous_report"
MONTH = re.compile(r"\.\d{4}-\d{2}$")
MOST_LINES = 8


def previous_facts(page: Page) -> pd.DataFrame:
    """The facts of the previous report, under ids of their own; empty where there is none."""
    facts = pd.DataFrame(page.previous.get("facts", []), columns=list(COLUMNS), dtype=object)
    return facts[~facts["id"].str.startswith(f"{BEFORE}.")]


def changed_facts(page: Page) -> pd.DataFrame:
    """Facts that both reports hold with different text: id, the fact now, the fact before."""
    return page.once("changed facts", lambda: _changed_facts(page))


def _changed_facts(page: Page) -> pd.DataFrame:
    both = page.facts.merge(previous_facts(page), on="id", suffixes=("", "_before"))
    return both[both["shown"] != both["shown_before"]]


def add_previous(page: Page) -> None:
    """Add what the previous report showed of revised figures, so that both can stand on the page.

    They were published already, so they need no disclosure control of their own.
    """
    revised = _revised(page)
    before = previous_facts(page)
    kept = before[before["id"].isin(revised["id"])]
    kept = kept.assign(
        id=BEFORE + "." + kept["id"], label=kept["label"] + ", in the previous report"
    )
    page.facts = pd.concat([page.facts, kept], ignore_index=True)
    page.taken |= set(kept["id"])  # last month's figures are not this month's tables


def _revised(page: Page) -> pd.DataFrame:
    """Months up to the previous report that both reports give, with different figures."""
    changed = changed_facts(page)
    if changed.empty:
        return changed
    known = changed["id"].str[-len("YYYY-MM") :] <= page.previous["period"]  # no forecast
    usable = changed["value"].notna() & changed["value_before"].notna()
    ends = changed["id"].str.endswith((".lower", ".upper"))
    monthly = changed["id"].str.contains(MONTH)
    counted = changed["unit"].isin(["count", "%", "FTE"])
    return changed[usable & monthly & counted & known & ~ends]


def log(page: Page) -> Markup:
    """The change log of the leader summary; its first line says which report is compared."""
    if not page.previous:
        return Markup(
            "<p>This is the first report that is held; there is none to compare with.</p>"
        )
    since = Markup("<p>Compared with the report to {}.</p>").format(
        month_name(page.previous["period"])
    )
    lost, found = _lost(page), _found(page)
    return since + change_log(
        [
            ("New signals", _signals(page, new=True)),
            ("Signals ended", _signals(page, new=False)),
            ("Revised [r]", _shortened([_revision(page, row) for row in _rows(_revised(page))])),
            ("No longer computed", _shortened(lost)),
            ("Computed again", _shortened(found)),
        ]
    )


def _rows(table: pd.DataFrame) -> list[dict]:
    return table.to_dict(orient="records")


def _shortened(lines: list[Markup]) -> list[Markup]:
    """At most eight lines, with how many more there are."""
    more = len(lines) - MOST_LINES
    return lines if more <= 0 else [*lines[:MOST_LINES], Markup("and {} more").format(more)]


def _signals(page: Page, *, new: bool) -> list[Markup]:
    """Measures whose latest month has a signal now and had none before, or the reverse."""
    changed = changed_facts(page)
    own = changed[changed["id"].str.startswith(f"{SIGNAL}.")]
    now, before = own["value"].fillna(0) != 0, own["value_before"].fillna(0) != 0
    rows = own[now & ~before] if new else own[~now & before]
    return [
        Markup("{}: {}").format(
            row["label"],
            sentences.shown(row) if new else f"was {row['shown_before'].lower()}",
        )
        for row in _rows(rows)
    ]


def _revision(page: Page, row: dict) -> Markup:
    before = page.fact(f"{BEFORE}.{row['id']}")
    return sentences.text(
        "{label}: {before} as published, {now} now",
        label=row["label"],
        before=before,
        now={"id": row["id"], "shown": row["shown"]},
    )


def _lost(page: Page) -> list[Markup]:
    changed = changed_facts(page)
    gone = changed[(changed["shown"] == NOT_COMPUTED) & (changed["shown_before"] != NOT_COMPUTED)]
    return [_why(row) for row in _rows(_without_months(gone))]


def _found(page: Page) -> list[Markup]:
    changed = changed_facts(page)
    back = changed[(changed["shown"] != NOT_COMPUTED) & (changed["shown_before"] == NOT_COMPUTED)]
    return [Markup("{}").format(row["label"]) for row in _rows(_without_months(back))]


def _without_months(table: pd.DataFrame) -> pd.DataFrame:
    """Facts that are no month of a series: a month that had to wait was never computed before."""
    return table[~table["id"].str.contains(MONTH)]


def _why(row: dict) -> Markup:
    return Markup('{}: <span data-text="definition">{}</span>').format(row["label"], row["note"])
