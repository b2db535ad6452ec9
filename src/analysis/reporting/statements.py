"""What a source says in words, shown as a quotation with its paragraph and never as a finding."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.reporting.numbers import date_words


def quoted_statements(statements: pd.DataFrame, topic: str, *, source: str) -> Markup:
    """The statements of one topic as quotations.

    Parameters
    ----------
    statements
        One row a statement: ``topic``, ``text``, ``paragraph``, ``as_at``.
    topic
        Which of them are shown.
    source
        The document that they are quoted from.

    Examples
    --------
    >>> said = pd.DataFrame({"topic": ["demand"], "text": ["a rise"], "paragraph": ["4.8"],
    ...                      "as_at": ["not given"]})
    >>> print(quoted_statements(said, "demand", source="Committee report, 2021"))
    <figure class="quote"><blockquote data-text="definition">“a rise”</blockquote>...
    """
    own = statements[statements["topic"] == topic]
    return Markup("").join(
        Markup(
            '<figure class="quote"><blockquote data-text="definition">“{}”</blockquote>'
            '<figcaption data-text="definition">{}, paragraph {}</figcaption></figure>'
        ).format(row["text"], source or "The source", row["paragraph"])
        for row in own.to_dict(orient="records")
    )


def dated(fact: dict) -> str:
    """The date of a fact as it stands in a sentence.

    Examples
    --------
    >>> dated({"period": "2021-05"}), dated({"period": "2021-05-31"})
    ('in May 2021', 'on 31 May 2021')
    >>> dated({"period": "not given"})
    'at a date not given in the source'
    """
    words = date_words(str(fact["period"]))
    return (
        "at a date not given in the source"
        if words.startswith("date not")
        else f"{_before(words)} {words}"
    )


def _before(words: str) -> str:
    return "on" if words[0].isdigit() else "in"
