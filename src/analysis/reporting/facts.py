"""Facts: every number a page shows, as one row that can be traced.

A measure returns a tidy table; its definition says which column is the value and how it is
computed; here both become facts. Charts, tables, sentences, the workbook and facts.json are
all made from facts, after disclosure control.
"""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

import pandas as pd
from markupsafe import Markup

from analysis.measures.definitions import Definition, definition
from analysis.methods.records import rows_of
from analysis.reporting.numbers import MINUS, is_missing, month_name, plain, shown_number

COLUMNS = (
    "id",
    "label",
    "value",
    "shown",
    "unit",
    "period",
    "numerator",
    "denominator",
    "lower",
    "upper",
    "source",
    "formula",
    "suppressed",
    "note",
)
TRACED = frozenset(
    {"note", "month", "first_month", "last_month", "as_at"}
    | {"source", "source_file", "source_sheet", "source_row"}
)
"""Columns that say of any measure when its figures are of, where they were read, and more."""

NOT_COMPUTED = "cannot be computed"


def slug(text: object) -> str:
    """A cut's part of a fact id: lower case words joined by underscores.

    Examples
    --------
    >>> slug("Police - Area 4"), slug(pd.Timestamp("2021-08-01"))
    ('police_area_4', '2021-08')
    """
    if isinstance(text, pd.Timestamp | pd.Period):
        return f"{text.year}-{text.month:02}"
    return re.sub(r"[^a-z0-9]+", "_", str(text).lower()).strip("_")


def source_of(table: pd.DataFrame) -> str:
    """Where a table's rows were read: file, sheet and Excel rows.

    Examples
    --------
    >>> source_of(pd.DataFrame({"source_file": "contacts.xlsx", "source_sheet": "Totals",
    ...                         "source_row": [2, 13]}))
    'contacts.xlsx, sheet Totals, rows 2 to 13'
    """
    if not {"source_file", "source_sheet", "source_row"} <= set(table.columns) or table.empty:
        return ""
    spans = table.groupby(["source_file", "source_sheet"], observed=True)["source_row"]
    first, last = spans.min().astype(int), spans.max().astype(int)
    return "; ".join(
        f"{file}, sheet {sheet}, " + (f"row {low}" if low == high else f"rows {low} to {high}")
        for (file, sheet), low, high in zip(first.index, first, last, strict=True)
    )


def facts_of(
    measure_id: str, table: pd.DataFrame, *, period: object = None, source: str = ""
) -> pd.DataFrame:
    """The facts of one measure: one a row of its table.

    Parameters
    ----------
    measure_id
        An id of the definitions. The id of a fact is the measure, then each cut, then the month
        where the table is a series.
    table
        What the measure's function returned. A row whose value is missing must say why in a
        column ``note``.
    period
        The month or the words that the figures are for, where no column of the table says it.
    source
        File, sheet and rows, where the table does not carry them.

    Returns
    -------
    pandas.DataFrame
        The columns of facts.json, values unrounded.

    Examples
    --------
    >>> growth = pd.DataFrame({"month": pd.to_datetime(["2021-03-01"]), "contacts": [2498],
    ...     "contacts_last_year": [1637], "change_pct": [52.596], "change_lower_pct": [43.0],
    ...     "change_upper_pct": [62.0], "note": [""]})
    >>> fact = facts_of("contacts_year_on_year", growth).iloc[0]
    >>> fact["id"], fact["shown"], fact["formula"]
    ('contacts_year_on_year.2021-03', '+52.6%', '(2,498 − 1,637) ÷ 1,637 × 100')
    """
    return facts_frame(fact_rows(measure_id, table, period=period, source=source))


def facts_frame(rows: list[dict]) -> pd.DataFrame:
    """A facts frame of rows: the columns of facts.json, as they are."""
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def fact_rows(
    measure_id: str, table: pd.DataFrame, *, period: object = None, source: str = ""
) -> list[dict]:
    """The facts of one measure as dicts; see :func:`facts_of`."""
    kind = definition(measure_id)
    used = [column for column in table if column in _columns_used(kind)]
    return [_fact(kind, row, period=period, source=source) for row in rows_of(table, used)]


@cache
def _columns_used(kind: Definition) -> frozenset[str]:
    """The columns of a measure's table that its facts are made from."""
    named = {kind.value, kind.numerator, kind.denominator, kind.lower, kind.upper}
    named |= {*kind.by, kind.label, kind.words, kind.units, *_fields(kind.formula)}
    return frozenset(named | TRACED)


@cache
def _fields(formula: str) -> tuple[str, ...]:
    """The columns that a formula names."""
    return tuple(name for _, name, _, _ in Formatter().parse(formula) if name)


def _fact(kind: Definition, row: dict, *, period: object, source: str) -> dict:
    """One row of a measure's table as a fact."""
    value = _number(row, kind.value)
    cuts = [row[column] for column in kind.by]
    words = [row[kind.label]] if kind.label else cuts
    note = str(row.get("note") or "")
    if value is None and not note:
        note = "Cannot be computed: the source does not give it."
    unit = (kind.units and row.get(kind.units)) or kind.unit
    shown = NOT_COMPUTED if value is None else _words(kind, row) or _shown(kind, value, unit)
    return {
        "id": ".".join([kind.id, *[slug(cut) for cut in cuts]]),
        "label": _label(kind, words),
        "value": value,
        "shown": shown,
        "unit": unit,
        "period": _period_text(row, period),
        "numerator": _number(row, kind.numerator),
        "denominator": _number(row, kind.denominator),
        "lower": _number(row, kind.lower),
        "upper": _number(row, kind.upper),
        "source": _row_source(row) or source,
        "formula": "" if value is None else _formula(kind, row),
        "suppressed": False,
        "note": note,
    }


def _row_source(row: dict) -> str:
    """Where one row was read, where the measure carries it along."""
    if row.get("source"):
        return str(row["source"])
    if is_missing(row.get("source_row")):
        return ""
    return f"{row['source_file']}, sheet {row['source_sheet']}, row {int(row['source_row'])}"


def _words(kind: Definition, row: dict) -> str:
    """What a row shows instead of its number, where its definition names a column of words."""
    return str(row.get(kind.words) or "") if kind.words else ""


def _shown(kind: Definition, value: float, unit: str) -> str:
    return shown_number(value, unit, kind.decimals, kind.scale)


def _number(row: dict, column: str) -> float | int | None:
    """The value of a column, None where there is none; whole numbers stay whole."""
    value = row.get(column) if column else None
    if is_missing(value):
        return None
    number = float(value)
    return int(number) if number.is_integer() and not isinstance(value, float) else number


def _label(kind: Definition, cuts: list) -> str:
    words = [
        month_name(cut) if isinstance(cut, pd.Timestamp | pd.Period) else str(cut) for cut in cuts
    ]
    return ", ".join([kind.title, *words])


def _period_text(row: dict, period: object) -> str:
    """The period of a fact: its own months or month, the row's as_at, or the run's words."""
    ends = [row.get(end) for end in ("first_month", "last_month")]
    if not pd.isna(ends).any():
        return " to ".join(slug(pd.Timestamp(end)) for end in ends)
    if "month" in row and not pd.isna(row["month"]):
        return slug(pd.Timestamp(row["month"]))
    if row.get("as_at"):
        return str(row["as_at"])
    return "" if period is None else str(period)


def _formula(kind: Definition, row: dict) -> str:
    """The formula with its values; a minus stands before the pound."""
    values = {name: plain(row[name]) for name in _fields(kind.formula) if name in row}
    return kind.formula.format_map(values).replace(f"£{MINUS}", f"{MINUS}£")


def bounds_of(facts: pd.DataFrame) -> pd.DataFrame:
    """The two ends of each fact's interval as facts of their own, so that a page can show them.

    Examples
    --------
    >>> from analysis.reporting.facts import facts_of
    >>> growth = pd.DataFrame({"month": pd.to_datetime(["2021-03-01"]), "contacts": [2498],
    ...     "contacts_last_year": [1637], "change_pct": [52.596], "change_lower_pct": [43.0],
    ...     "change_upper_pct": [62.0], "note": [""]})
    >>> bounds_of(facts_of("contacts_year_on_year", growth))[["id", "shown"]].values.tolist()
    [['contacts_year_on_year.2021-03.lower', '+43.0%'],
     ['contacts_year_on_year.2021-03.upper', '+62.0%']]
    """
    ends = []
    for fact in rows_of(facts):
        kind = definition(fact["id"].split(".")[0])
        for end, word in (("lower", "lower"), ("upper", "upper")):
            if fact[end] is None or fact["suppressed"]:
                continue
            ends.append(
                fact
                | {"id": f"{fact['id']}.{end}", "value": fact[end]}
                | {"shown": _shown(kind, fact[end], fact["unit"])}
                | {
                    "label": f"{fact['label']}, {word} end of the 95% interval",
                    "lower": None,
                    "upper": None,
                    "formula": "",
                    "note": "95% interval",
                }
            )
    return facts_frame(ends)


def shown(fact: dict | pd.Series) -> Markup:
    """A fact's text as it stands on a page, carrying its id.

    Examples
    --------
    >>> shown({"id": "contacts.2021-08", "shown": "2,050"})
    Markup('<span data-fact="contacts.2021-08">2,050</span>')
    """
    return Markup('<span data-fact="%s">%s</span>') % (fact["id"], fact["shown"])
