"""A published report against its own figures, recomputed: what agrees, and by which habit.

The class of a difference is never read off one figure: each habit of shortening is tried on the
whole printed column (``methods.printed``), and the habit that reproduces the column decides.
"""

from decimal import Decimal

import pandas as pd

from analysis.methods.printed import printed_number, printed_rule, shortened

_CLASS_OF_RULE = {
    "rounded half up": "rounding",
    "rounded half to even": "rounding",
    "cut off": "cut off",
    "rounded up": "rounding",
}


def reconcile(published: pd.DataFrame, recomputed: pd.DataFrame) -> pd.DataFrame:
    """Each published figure beside the same figure recomputed, with the class of the difference.

    Figures of one measure (the text of ``item`` before its first dot) are one printed column.
    The classes: "agrees" (the printed figure is the recomputed one), "rounding" and "cut off"
    (that habit reproduces every figure of the column), "definition" (the figure under its first
    definition is not reproduced, but another definition reproduces the whole column), "cannot
    reproduce" (none does), "cannot be recomputed" (the source does not hold what it needs).

    Parameters
    ----------
    published : DataFrame
        One row a printed figure: ``item`` (a fact id), ``label``, ``printed`` (text as printed),
        and, where given, ``unit``, ``month``, ``paragraph``.
    recomputed : DataFrame
        One row a recomputed figure: ``id``, ``value`` (unrounded), ``note`` (why a value is
        missing) and, optionally, ``definition``: further rows of an id are its other
        definitions, in the order in which they are tried.

    Returns
    -------
    DataFrame
        One row a published figure, in its order: ``item``, ``label``, ``paragraph``, ``printed``,
        ``exact``, ``rounded``, ``cut``, ``difference`` (printed minus exact), ``class``, ``note``.

    Examples
    --------
    >>> published = pd.DataFrame({"item": ["growth.mar", "growth.apr", "posts"],
    ...     "label": ["March", "April", "Posts"], "printed": ["52%", "52%", "23"]})
    >>> recomputed = pd.DataFrame({"id": ["growth.mar", "growth.apr"], "value": [52.6, 52.98]})
    >>> reconcile(published, recomputed)[["item", "class"]].to_numpy().tolist()
    [['growth.mar', 'cut off'], ['growth.apr', 'cut off'], ['posts', 'cannot be recomputed']]
    """
    definitions = recomputed.reindex(columns=["id", "value", "note", "definition"])
    definitions = definitions.astype({"note": "str", "definition": "str"})
    definitions = definitions.assign(tried=definitions.groupby("id").cumcount())
    measure = published["item"].str.split(".").str[0]
    parts = [_column_reconciled(rows, definitions) for _, rows in published.groupby(measure)]
    if not parts:
        return published.reindex(columns=_RECONCILED)
    return pd.concat(parts).loc[published.index].reset_index(drop=True)


def claim_beside_growth(
    statements: pd.DataFrame, growth: pd.DataFrame, topic: str, value: str = "change_pct"
) -> pd.DataFrame:
    """What a report says of a growth, beside what its own figures show.

    The words stand beside the figures and are not called right or wrong: "consistent rise" is
    true of contacts that exceed those of a year before in every month, while the growth itself
    falls.

    Parameters
    ----------
    statements : DataFrame
        One row a quoted statement: ``statement_id``, ``topic``, ``text``, ``paragraph``.
    growth : DataFrame
        One row a month: ``month`` and the change on a year before, in per cent.
    topic : str
        The topic of the statements to show.
    value : str, default "change_pct"
        The column of ``growth`` that holds the change.

    Returns
    -------
    DataFrame
        One row a statement: ``statement_id``, ``text``, ``paragraph``, ``months``,
        ``months_above_year_before``, ``largest_change_pct``, ``largest_month``,
        ``last_change_pct``, ``last_month``, ``falls_after_largest`` (months since the largest in
        which the growth was below the month before), ``months_after_largest``, ``note``.

    Examples
    --------
    >>> said = pd.DataFrame({"statement_id": ["s1"], "topic": ["contacts"],
    ...                      "text": ["consistent rise"], "paragraph": ["4.7"]})
    >>> growth = pd.DataFrame({"month": pd.date_range("2021-03-01", periods=6, freq="MS"),
    ...                        "change_pct": [52.6, 53.0, 62.5, 32.4, 28.2, 26.1]})
    >>> row = claim_beside_growth(said, growth, "contacts").iloc[0]
    >>> print(row["months_above_year_before"], row["largest_change_pct"], row["last_change_pct"])
    6 62.5 26.1
    >>> print(row["falls_after_largest"], "of", row["months_after_largest"])
    3 of 3
    """
    said = statements.loc[statements["topic"] == topic].reindex(
        columns=["statement_id", "text", "paragraph"]
    )
    known = growth.loc[growth[value].notna()].sort_values("month").reset_index(drop=True)
    if known.empty:
        return said.assign(months=0, note="cannot be computed: no month has a year before it")
    top = known[value].idxmax()
    falls = known[value].diff().loc[top + 1 :] < 0
    return said.assign(
        months=len(known),
        months_above_year_before=int((known[value] > 0).sum()),
        largest_change_pct=known[value].max(),
        largest_month=known["month"].loc[top],
        last_change_pct=known[value].iloc[-1],
        last_month=known["month"].iloc[-1],
        falls_after_largest=int(falls.sum()),
        months_after_largest=len(falls),
        note="",
    ).reset_index(drop=True)


_RECONCILED = [
    "item", "label", "paragraph", "printed", "exact", "rounded", "cut", "difference", "class",
    "note",
]  # fmt: skip


def _column_reconciled(rows: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Reconcile the figures of one printed column under its first definition that fits."""
    found = definitions[definitions["id"].isin(rows["item"])]
    first = _under(rows, found[found["tried"] == 0])
    best = _classed(first)
    if (best["class"] != "cannot reproduce").all():
        return best
    for tried in range(1, int(found["tried"].max()) + 1):
        other = _classed(_under(rows, found[found["tried"] == tried]))
        if other["class"].isin(["agrees", "rounding", "cut off"]).all():
            name = other["definition"].fillna("another definition")
            return other.assign(**{"class": "definition", "note": name + ": " + other["note"]})
    return best


def _under(rows: pd.DataFrame, definition: pd.DataFrame) -> pd.DataFrame:
    """Put the recomputed figures of one definition beside the printed ones."""
    by_id = definition.drop_duplicates("id").set_index("id")
    return rows.reindex(columns=["item", "label", "paragraph", "printed"]).assign(
        exact=rows["item"].map(by_id["value"]).astype("float64"),
        definition=rows["item"].map(by_id["definition"]).astype("str"),
        note=rows["item"].map(by_id["note"]).astype("str").fillna(""),
    )


def _classed(column: pd.DataFrame) -> pd.DataFrame:
    """Shorten each figure, and class the differences by the habit that fits all of them."""
    habits = printed_rule(column["printed"], column["exact"])
    fitting = habits.loc[habits["fits_all"], "rule"].tolist()
    evidence = _tally(habits, fitting)
    classed = []
    for row in column.itertuples():
        number, step = printed_number(row.printed)
        known = pd.notna(row.exact)
        kind, note = (
            _class_of(row.exact, number, fitting, evidence) if known else _unknown(row.note)
        )
        classed.append(
            {
                "rounded": float(shortened(row.exact, step, "rounded half up")) if known else None,
                "cut": float(shortened(row.exact, step, "cut off")) if known else None,
                "difference": float(number - Decimal(repr(row.exact))) if known else None,
                "class": kind,
                "note": note,
            }
        )
    found = pd.DataFrame(classed, index=column.index)
    numbers = ["rounded", "cut", "difference"]
    found[numbers] = found[numbers].astype("float64")
    return column.drop(columns="note").join(found)[[*_RECONCILED, "definition"]]


def _class_of(exact: float, number: Decimal, fitting: list[str], evidence: str) -> tuple[str, str]:
    """Class one difference, given the habits that reproduce its whole column."""
    if Decimal(repr(round(exact, 9))) == number:
        return "agrees", "printed and recomputed are the same number"
    if fitting:
        return _CLASS_OF_RULE[fitting[0]], evidence
    return "cannot reproduce", f"no habit fits the whole column: {evidence}"


def _unknown(note: str) -> tuple[str, str]:
    """Class a figure that the source does not let anyone recompute."""
    return "cannot be recomputed", note or "the source does not hold the figures it is made of"


def _tally(habits: pd.DataFrame, fitting: list[str]) -> str:
    """Say how many figures the habits reproduce: the fitting one first, then the usual two."""
    named = list(dict.fromkeys([*fitting[:1], "cut off", "rounded half up"]))
    fits = habits.set_index("rule")
    return ", ".join(
        f"{rule} fits {fits['fits'][rule]} of {fits['figures'][rule]}" for rule in named
    )
