"""Blocks of a page that are neither chart nor table: cards, workings, logs, quotations."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from analysis.methods.disclosure_rules import HIDDEN_NOTE
from analysis.reporting.icons import assurance_icon, variation_icon
from analysis.reporting.numbers import date_words, is_missing, plain


def cards(headlines: Sequence[dict]) -> Markup:
    """The headlines of a page, side by side: subject, number, unit, state, words, link.

    Parameters
    ----------
    headlines
        Dicts of ``subject``, ``value`` (Markup of a fact), ``unit``, ``words``; and optionally
        ``variation`` or ``assurance`` (a key of the icons), ``state`` (words with no icon),
        ``href`` and ``link`` (where it goes and what it says), ``how`` (the workings, Markup).

    Examples
    --------
    >>> print(cards([{"subject": "Demand", "value": "+41.3%", "unit": "contacts", "words": "Up."}]))
    <div class="cards"><div class="card"><h2>Demand</h2><p class="big">+41.3%</p>...
    """
    return Markup('<div class="cards">{}</div>').format(Markup("").join(map(_card, headlines)))


def _card(headline: dict) -> Markup:
    """One headline. Each part has its row, so that the parts of all cards stand level."""
    state = headline.get("state", "")
    if headline.get("variation"):
        state = variation_icon(headline["variation"])
    elif headline.get("assurance"):
        state = assurance_icon(headline["assurance"])
    link = ""
    if headline.get("href"):
        link = Markup(' <a href="{}">{}</a>').format(
            headline["href"], headline.get("link") or f"See {headline['subject'].lower()}"
        )
    return Markup(
        '<div class="card"><h2>{}</h2><p class="big">{}</p><p class="unit">{}</p>'
        '<div class="state">{}</div><div class="words"><p>{}{}</p>{}</div></div>'
    ).format(
        headline["subject"],
        headline["value"],
        headline["unit"],
        state,
        headline["words"],
        link,
        headline.get("how", ""),
    )


def how_computed(fact: dict, definition: object = None) -> Markup:
    """How one number was computed, with the actual values, folded under a line.

    Parameters
    ----------
    fact
        A fact: label, shown, formula, value, numerator, denominator, source, note, suppressed.
    definition
        The measure's entry of the definitions, for its text and the source of the definition.

    Examples
    --------
    >>> print(how_computed({"id": "a", "label": "Change", "shown": "+52.6%", "value": 52.596,
    ...     "formula": "(2,498 − 1,637) ÷ 1,637 × 100", "numerator": 2498, "denominator": 1637,
    ...     "source": "contacts.xlsx, sheet Totals", "note": "", "suppressed": False}))
    <details class="how"><summary>How this was computed: Change, <span data-fact="a">+52.6%...
    """
    parts = [_working(fact), *_definition(definition)]
    if fact.get("source"):
        parts.append(Markup("<p>Source: {}.</p>").format(str(fact["source"]).rstrip(".")))
    return Markup(
        '<details class="how"><summary>How this was computed: {}, '
        '<span data-fact="{}">{}</span></summary>{}</details>'
    ).format(fact["label"], fact["id"], fact["shown"], Markup("").join(parts))


def _working(fact: dict) -> Markup:
    """The formula with its values; or, where there is no number, why."""
    if fact.get("suppressed"):
        return Markup("<p>{}</p>").format(fact["note"] or HIDDEN_NOTE)
    if is_missing(fact["value"]) or not fact.get("formula"):
        return Markup("<p>{}</p>").format(fact.get("note") or "Read from the source as it stands.")
    parts = [
        Markup(
            '<p class="f" data-text="definition">{} = {}, shown as '
            '<span data-fact="{}">{}</span></p>'
        ).format(fact["formula"], plain(fact["value"]), fact["id"], fact["shown"])
    ]
    divided = (("Numerator", "numerator"), ("Denominator", "denominator"))
    amounts = [
        f"{name}: {plain(fact[key])}"
        for name, key in divided
        if "÷" in fact["formula"] and not is_missing(fact.get(key))
    ]
    if amounts:
        parts.append(Markup('<p data-text="definition">{}.</p>').format("; ".join(amounts)))
    parts.append(Markup("<p>Worked on unrounded figures; rounded once, half up, to be shown.</p>"))
    if fact.get("note"):
        parts.append(Markup("<p>{}</p>").format(fact["note"]))
    return Markup("").join(parts)


def _definition(definition: object) -> list[Markup]:
    if definition is None:
        return []
    words = [getattr(definition, name, "") for name in ("definition", "source", "caveat")]
    return [Markup('<p data-text="definition">{}</p>').format(text) for text in words if text]


def change_log(entries: Sequence[tuple[str, Sequence[object]]]) -> Markup:
    """What has changed since the last report: a heading and its lines; an empty one says None.

    Examples
    --------
    >>> print(change_log([("Signals ended", [])]))
    <dl class="log"><div><dt>Signals ended</dt><dd>None.</dd></div></dl>
    """
    rows = [
        Markup("<div><dt>{}</dt>{}</div>").format(
            name, Markup("").join(Markup("<dd>{}</dd>").format(line) for line in lines or ["None."])
        )
        for name, lines in entries
    ]
    return Markup('<dl class="log">{}</dl>').format(Markup("").join(rows))


def decisions(asked: Sequence[dict]) -> Markup:
    """Decisions asked of leaders: dicts of ``text`` and optionally ``owner``, ``by``, ``href``.

    Examples
    --------
    >>> print(decisions([]))
    <p>None recorded.</p>
    """
    if not asked:
        return Markup("<p>None recorded.</p>")
    rows = [
        Markup("<li>{}{}{}</li>").format(
            item["text"],
            Markup(' <a href="{}">See {}</a>').format(item["href"], item["link"])
            if item.get("href")
            else "",
            _by(item),
        )
        for item in asked
    ]
    return Markup('<ol class="ask">{}</ol>').format(Markup("").join(rows))


def _by(item: dict) -> Markup:
    """Who owns it and when it is due, on a line of its own."""
    parts = []
    if item.get("owner"):
        parts.append(f"Owner: {item['owner']}")
    if item.get("by"):
        parts.append(f"due {date_words(item['by'])}")
    if not parts:
        return Markup("")
    text = ", ".join(parts)
    return Markup(' <span class="note by">{}</span>').format(text[:1].upper() + text[1:])


def note(text: object) -> Markup:
    """A remark in small type: a caveat, a base, a limit of the data."""
    return Markup('<p class="note">{}</p>').format(text)


def quote(text: object, role: object, date: object) -> Markup:
    """A manager's own words, with who said them and when.

    Examples
    --------
    >>> print(quote("Two posts were filled.", "Head of Service", "2021-08-31"))
    <figure class="quote"><blockquote>“Two posts were filled.”</blockquote>...
    """
    return Markup(
        '<figure class="quote"><blockquote>“{}”</blockquote>'
        "<figcaption>{}, {}</figcaption></figure>"
    ).format(text, role, date_words(str(date)[:10]))


def not_computed(sentence: object) -> Markup:
    """What cannot be computed, and which column or month is missing, in words.

    Examples
    --------
    >>> print(not_computed("There is no column outcome."))
    <p class="absent"><strong>Cannot be computed [x].</strong> There is no column outcome.</p>
    """
    return Markup('<p class="absent"><strong>Cannot be computed [x].</strong> {}</p>').format(
        sentence
    )


def side_by_side(*blocks: Markup) -> Markup:
    """Two half figures, or a figure and a table, next to each other on a wide page."""
    return Markup('<div class="figs">{}</div>').format(Markup("").join(blocks))


def two_columns(first: Markup, second: Markup) -> Markup:
    """A wide column and a narrow one: what has changed, and what is asked."""
    return Markup('<div class="two"><div>{}</div><div>{}</div></div>').format(first, second)
