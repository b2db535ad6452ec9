"""A page with every block and chart on it, hostile words in every field, made by nbconvert."""

from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import analysis.reporting
from analysis.methods.spc import xmr
from analysis.reporting import blocks, charts
from analysis.reporting.facts import COLUMNS, shown
from analysis.reporting.icons import ASSURANCE, VARIATION
from analysis.reporting.measure_grid import by_concern, measure_grid
from analysis.reporting.tables import html_table, value_cell

TEMPLATES = Path(analysis.reporting.__file__).parent / "template"
HOSTILE = "<img src=x onerror=alert(1)> \"'& $x$ {{7*7}} \x07"
MONTHS = pd.period_range("2022-09", "2025-08", freq="M")
SOURCE = "Source: contacts.xlsx, as at 5 September 2025."


def fact(fact_id, value, text, **rest):
    """One fact; what is not given is empty."""
    nothing = dict.fromkeys(COLUMNS, "") | dict.fromkeys(
        ("numerator", "denominator", "lower", "upper")
    )
    base = {"id": fact_id, "label": f"{fact_id} {HOSTILE}", "value": value, "shown": text}
    return nothing | base | {"suppressed": text == "[c]", "source": HOSTILE} | rest


def series(name, values, unit="%"):
    """Facts of the last months; None is hidden."""
    months = MONTHS[-len(values) :]
    return pd.DataFrame(
        [
            fact(f"{name}.{month}", None, "[c]", period=str(month))
            if value is None
            else fact(f"{name}.{month}", value, f"{value:,.1f}{unit}", period=str(month))
            for month, value in zip(months, values, strict=True)
        ],
        dtype=object,
    )


def marked(*html):
    """Outputs that a page shows."""
    return [
        new_output(
            "display_data", data={"text/html": str(part)}, metadata={"analysis": {"block": True}}
        )
        for part in html
    ]


def told(**words):
    """An output that carries a word for the page in its metadata."""
    return new_output("display_data", data={"text/plain": ""}, metadata={"analysis": words})


def page_html(cells, *, release="public", **masthead):
    """The page of a notebook with these cells after its masthead."""
    first = {
        "title": f"Trial {HOSTILE}",
        "page_title": HOSTILE,
        "organisation": HOSTILE,
        "subject": HOSTILE,
        "status_html_safe_text": "Counts of 1 to 5 are shown as [c].",
        "rows": [["Data as at", "31 August 2025"], [HOSTILE, HOSTILE]],
        "release": release,
        "synthetic": True,
    }
    notebook = new_notebook(
        cells=[
            new_code_cell("secret = 1", outputs=[told(masthead=first | masthead)]),
            *cells,
        ]
    )
    for place, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{place}"
    nbformat.validate(notebook)
    exporter = HTMLExporter(extra_template_basedirs=[str(TEMPLATES)], template_name="analysis_page")
    return exporter.from_notebook_node(notebook)[0]


def trial_page(release="public"):
    """The page and the facts that it shows."""
    rng = np.random.default_rng(7)
    facts = []

    def known(frame):
        facts.extend(frame[list(COLUMNS)].to_dict(orient="records"))
        return frame

    noise = rng.normal(84, 2, 36).round(1).tolist()
    falling = known(series("visits", [*noise[:34], 71.0, 70.2]))
    gaps = known(
        series(
            "reviews",
            [None if place in (9, 10, 20) else value for place, value in enumerate(noise)],
        )
    )
    short = known(series("supervision", noise[:9]))
    counts = known(series("contacts", rng.normal(1500, 60, 36).round().tolist(), unit=""))
    ahead = _forecast()
    known(ahead)
    changes = known(_changes())
    parts = known(_parts())
    total = facts[-1]
    cells = [
        new_markdown_cell(f"# Trial\n\nWhat is asked? {HOSTILE.replace('<', '&lt;')}"),
        new_code_cell("1", outputs=[told(headline="Demand is up by " + str(shown(total)))]),
        new_code_cell("2", metadata={"tags": ["headlines"]}, outputs=marked(_cards(total))),
        new_markdown_cell("## Measures\n\nWords, `code` and a [link](https://www.gov.uk/)."),
        new_code_cell("3", outputs=[told(message="Two measures give concern"), *marked(_grid())]),
        new_markdown_cell("## Trends\n\n### How to read"),
        new_code_cell(
            "4",
            outputs=marked(
                *(
                    _process(figure_id, facts_of, rebase)
                    for figure_id, facts_of, rebase in (
                        ("falling", falling, []),
                        ("gaps", gaps, ["2024-04-01"]),
                        ("short", short, []),
                    )
                )
            ),
        ),
        new_markdown_cell("## Comparison"),
        new_code_cell("5", outputs=marked(*_comparisons(counts, ahead, changes, parts, gaps))),
        new_markdown_cell("## Words"),
        new_code_cell("6", outputs=[*marked(*_words(total)), *_strays()]),
    ]
    return page_html(cells, release=release), facts


def _strays():
    """What must not reach a page."""
    return [
        new_output("stream", text="Traceback stray"),
        new_output("execute_result", data={"text/html": "<b>stray</b>"}, execution_count=1),
        new_output("error", ename="ValueError", evalue="stray", traceback=["stray"]),
    ]


def _forecast():
    months = pd.period_range("2025-09", "2026-02", freq="M")
    return pd.DataFrame(
        [
            fact(f"forecast.{month}", 1500.0 + place, f"{1500 + place:,}", period=str(month))
            | {
                f"{end}_{level}": 1500 + sign * place * level / 4
                for end, sign in (("lower", -1), ("upper", 1))
                for level in (80, 95)
            }
            for place, month in enumerate(months)
        ],
        dtype=object,
    )


def _changes():
    rows = [(5.0, -2.0, 12.0), (8.0, 3.0, 13.0), (None, None, None), (-4.0, -9.0, -1.0)]
    return pd.DataFrame(
        [
            fact(
                f"change.{month}",
                value,
                "[c]" if value is None else f"{value:+.1f}%",
                lower=low,
                upper=high,
                period=str(month),
            )
            for month, (value, low, high) in zip(MONTHS[-4:], rows, strict=True)
        ],
        dtype=object,
    )


def _parts():
    rows = [("a", 18.4, "part"), ("b", -6.2, "usual"), ("c", None, "part"), ("d", 10.0, "total")]
    return pd.DataFrame(
        [
            fact(
                f"part.{name}",
                value,
                "[c]" if value is None else f"{value:.1f}",
                formula="18.4 − 6.2",
                numerator=18.4,
            )
            | {"tone": tone}
            for name, value, tone in rows
        ],
        dtype=object,
    )


def _cards(total):
    keys = ["concern_low", "improvement_high", "neutral_high", "forecast"]
    return blocks.cards(
        [
            {
                "subject": f"Subject {place}",
                "value": shown(total),
                "unit": "full-time equivalents",
                "variation": key,
                "words": HOSTILE,
                "href": "#measures",
                "link": f"See {key}",
                "how": blocks.how_computed(total),
            }
            for place, key in enumerate(keys)
        ]
    )


def _grid():
    states = [(one, list(ASSURANCE)[place % len(ASSURANCE)]) for place, one in enumerate(VARIATION)]
    rows = [
        {
            "name": f"Measure {place} {HOSTILE}",
            "href": "#trends",
            "caution": HOSTILE,
            "latest": "[c]",
            "previous": "80.0%",
            "variation": one,
            "assurance": other,
            "sparkline": charts.sparkline([80.0, 82.0, None, 79.0, 81.0 + place], one),
            "target": "85% or more",
            "benchmark": None,
            "based_on": "223 of 291",
        }
        for place, (one, other) in enumerate(states)
    ]
    return measure_grid(
        by_concern(rows), table_id="t-grid", caption=HOSTILE, note=HOSTILE, number=1
    )


def _process(figure_id, facts, rebase):
    months = pd.PeriodIndex(facts["period"], freq="M").to_timestamp()
    chart = xmr(pd.Series(facts["value"].astype(float).to_numpy(), months), rebase=rebase)
    return charts.spc_chart(
        chart,
        facts,
        figure_id=figure_id,
        title=f"A message about {figure_id}",
        subtitle=f"On time, per cent, {figure_id} {HOSTILE}",
        source=HOSTILE,
        target=85.0,
        number=1,
        breaks=[(month[:7], HOSTILE) for month in rebase],
        say=Markup("<p>Words beside.</p>"),
    )


def _comparisons(counts, ahead, changes, parts, gaps):
    pair = charts.paired_columns(
        counts.iloc[-6:],
        counts.iloc[:24],
        figure_id="pair",
        title="Contacts rose",
        subtitle="Contacts each month",
        source=SOURCE,
        labels=("2024", "2025"),
        number=4,
    )
    change = charts.change_intervals(
        changes,
        figure_id="change",
        title="One change is not told from none",
        subtitle="Change on the year before, per cent",
        source=SOURCE,
        number=5,
        total=changes.iloc[1].to_dict() | {"id": "change.2025-06"},
        total_name=HOSTILE,
    )
    bar = {"subtitle": "Full-time equivalents", "source": SOURCE, "unit": " FTE"}
    return [
        blocks.side_by_side(pair, change),
        charts.fan_chart(
            counts,
            ahead,
            figure_id="fan",
            title="Contacts are forecast to stay",
            subtitle="Contacts each month",
            source=SOURCE,
            adjusted=counts,
            number=6,
        ),
        charts.waterfall(parts, figure_id="fall", title="Parts make up the whole", number=7, **bar),
        charts.bars(parts, figure_id="bars", title="Amounts differ", number=8, **bar),
        charts.lines(
            [("One " + HOSTILE[:9], counts.iloc[-24:]), ("Two", gaps.iloc[-24:])],
            figure_id="lines",
            title="Two lines",
            subtitle="Cases",
            source=SOURCE,
        ),
    ]


def _words(total):
    row = {"Finding": HOSTILE, "Action": "Weekly review", "Number": value_cell(total)}
    return [
        html_table([row], table_id="t-words", caption=HOSTILE, classes=["stack"], number=2),
        html_table(
            [{"Month": "March", HOSTILE: 1637}, {"Month": "All", HOSTILE: None}],
            table_id="t-plain",
            caption="Plain",
            total_row=True,
        ),
        blocks.two_columns(
            blocks.change_log([("New signal", [HOSTILE]), ("Signals ended", [])]),
            blocks.decisions([{"text": HOSTILE, "owner": "Head of Service", "by": "2025-09-30"}]),
        ),
        blocks.note(HOSTILE),
        blocks.quote(HOSTILE, "Head of Service", "2025-08-31"),
        blocks.not_computed(HOSTILE),
    ]
