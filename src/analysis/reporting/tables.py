"""Tables of a page: a real caption, headers with a scope, every cell escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup, escape

from analysis.reporting.numbers import is_missing, plain

NOT_AVAILABLE = "[x]"
SYMBOL = re.compile(r"\[[a-z]{1,3}\]")
AMOUNT = r"[+−]?£?\d[\d,.]*(?:%|m|k)?"
NUMERIC = re.compile(rf"{AMOUNT}(?: (?:to|of) {AMOUNT})?|\[[a-z]{{1,3}}\](?: of {AMOUNT})?")
TABLE_ROLES = {"table": "table", "head": "rowgroup", "row": "row", "body": "rowgroup"}


def cell(value: object) -> Markup:
    """A cell's content: text escaped, Markup kept, numbers written out, a blank as ``[x]``.

    Examples
    --------
    >>> cell("<b>"), cell(1637), cell(None)
    (Markup('&lt;b&gt;'), Markup('1,637'), Markup('<span class="sym">[x]</span>'))
    """
    if isinstance(value, Markup):
        return value
    if isinstance(value, str) and value.strip():
        text = value
    elif (
        value is None
        or isinstance(value, str)
        or (pd.api.types.is_scalar(value) and pd.isna(value))
    ):
        text = NOT_AVAILABLE
    else:
        text = (
            plain(value)
            if isinstance(value, int | float) and not isinstance(value, bool)
            else str(value)
        )
    return Markup('<span class="sym">%s</span>') % text if SYMBOL.fullmatch(text) else escape(text)


def value_cell(fact: dict | pd.Series) -> Markup:
    """A fact's text for a cell, with its id: ``[c]`` where hidden, ``[x]`` where there is none.

    Examples
    --------
    >>> value_cell({"id": "contacts.2021-08", "shown": "2,050", "value": 2050})
    Markup('<span data-fact="contacts.2021-08">2,050</span>')
    >>> value_cell({"id": "a", "shown": "cannot be computed", "value": None})
    Markup('<span class="sym">[x]</span>')
    """
    text = str(fact["shown"])
    if is_missing(fact["value"]) and not SYMBOL.fullmatch(text):
        return cell(None)
    if not fact.get("id"):
        return cell(text)
    symbol = Markup(' class="sym"') if SYMBOL.fullmatch(text) else ""
    return Markup('<span%s data-fact="%s">%s</span>') % (symbol, fact["id"], text)


def html_table(
    table: Sequence[dict] | pd.DataFrame,
    *,
    table_id: str,
    caption: object,
    note: object = "",
    number: int | None = None,
    row_header: str | None = None,
    numeric: Sequence[str] | None = None,
    total_row: bool = False,
    classes: Sequence[str] = (),
) -> Markup:
    """A table as HTML, in a region that scrolls by keyboard where the table is wide.

    Parameters
    ----------
    table
        Rows as dicts of heading and cell (text, Markup or number), or a frame of plain values:
        pandas makes plain text of Markup. No cell stays blank: nothing is written as ``[x]``.
    table_id
        The caption's id, unique on the page.
    caption, note
        What the table holds; and one line under it, such as how a total was worked.
    number
        The table's number on the page, if it has one.
    row_header
        The column that names the row; the first by default.
    numeric
        Columns set to the right; by default those that hold numbers only.
    total_row
        Whether the last row is a total.
    classes
        ``long`` for many months, ``stack`` for a table of words that becomes a list on a phone.

    Examples
    --------
    >>> rows = [{"Month": "March", "2021": "2,498"}]
    >>> print(html_table(rows, table_id="t-contacts", caption="Contacts"))
    <div class="scroll" role="region" tabindex="0" aria-labelledby="t-contacts"><table>
    <caption id="t-contacts"><b>Contacts</b></caption>
    <thead><tr><th scope="col">Month</th><th scope="col" class="n">2021</th></tr></thead>
    <tbody>
    <tr><th scope="row">March</th><td class="n">2,498</td></tr>
    </tbody></table></div>
    """
    records = table.to_dict(orient="records") if isinstance(table, pd.DataFrame) else list(table)
    if not records:
        return Markup('<p class="note" id="{}">{}: none recorded.</p>').format(table_id, caption)
    names = list(records[0])
    rows = [{name: cell(row.get(name)) for name in names} for row in records]
    header = row_header or names[0]
    right = set(numeric_columns(rows) if numeric is None else numeric) - {header}
    roles = TABLE_ROLES if "stack" in classes else {}
    heads = [_head(name, name in right, bool(roles)) for name in names]
    tags = {name: _cell_tags(name, header, name in right, bool(roles)) for name in names}
    openings = [_row_tag(bool(roles), total=False)] * len(rows)
    if total_row:
        openings[-1] = _row_tag(bool(roles), total=True)
    lines = [_row(opening, row, tags) for opening, row in zip(openings, rows, strict=True)]
    return Markup(
        '<div class="scroll" role="region" tabindex="0" aria-labelledby="{id}"><table{cls}{role}>\n'
        "{caption}\n<thead{group}><tr{row}>{heads}</tr></thead>\n<tbody{group}>\n{rows}\n"
        "</tbody></table></div>"
    ).format(
        id=table_id,
        cls=Markup(' class="{}"').format(" ".join(classes)) if classes else "",
        role=_role(roles.get("table")),
        group=_role(roles.get("body")),
        row=_role(roles.get("row")),
        caption=caption_html(table_id, caption, note, number),
        heads=Markup("").join(heads),
        rows=Markup("\n").join(lines),
    )


def caption_html(table_id: str, caption: object, note: object, number: int | None) -> Markup:
    """A caption: the number, what the table holds, and a note on its own line."""
    numbered = (
        Markup('<span class="no">Table {}.</span> ').format(number) if number is not None else ""
    )
    after = Markup(" <span>{}</span>").format(note) if note else ""
    return Markup('<caption id="{}"><b>{}{}</b>{}</caption>').format(
        table_id, numbered, caption, after
    )


def numeric_columns(rows: Sequence[dict]) -> list[str]:
    """The columns whose cells hold numbers and symbols only.

    Examples
    --------
    >>> numeric_columns([{"Month": "May", "Change": "+8.2%", "n": "[c] of 37"}])
    ['Change', 'n']
    """
    return [
        name
        for name in rows[0]
        if all(NUMERIC.fullmatch(Markup(row[name]).striptags()) for row in rows)
    ]


def _role(role: str | None) -> Markup:
    return Markup(' role="{}"').format(role) if role else Markup("")


def _head(name: object, right: bool, roles: bool) -> Markup:
    align = Markup(' class="n"') if right else ""
    return Markup('<th scope="col"{}{}>{}</th>').format(
        _role("columnheader" if roles else None), align, name
    )


def _cell_tags(name: object, header: str, right: bool, roles: bool) -> tuple[Markup, Markup]:
    """What stands before and after a column's cells, which name it where rows become lists."""
    if name == header:
        role = _role("rowheader" if roles else None)
        return Markup('<th scope="row"{}>').format(role), Markup("</th>")
    opening = Markup("<td{}{}{}>").format(
        _role("cell" if roles else None),
        Markup(' class="n"') if right else "",
        Markup(' data-h="{}"').format(name) if roles else "",
    )
    if roles:
        return opening + Markup("<span>"), Markup("</span></td>")
    return opening, Markup("</td>")


def _row_tag(roles: bool, *, total: bool) -> Markup:
    return Markup("<tr{}{}>").format(
        _role("row" if roles else None), Markup(' class="tot"') if total else ""
    )


def _row(opening: Markup, row: dict[str, Markup], tags: dict) -> Markup:
    """One row: its cells, each between the tags of its column; all are markup already."""
    parts = [part for name, value in row.items() for part in (tags[name][0], value, tags[name][1])]
    return Markup("".join([opening, *parts, "</tr>"]))
