"""Which row of a table describes the position at the end of a period.

A table of positions has one row a date. Its ``as_at`` is text, because a source may date a figure
to the day (``"2021-08-31"``), to the month (``"2021-05"``, read as the month's last day) or not
at all (``"not given"``). The functions here choose among such rows by one rule, so that every
measure that reads the same table speaks of the same moment.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.methods.calendar import as_at_date

NOT_GIVEN = "not given"
PROVENANCE = ("source_file", "source_sheet", "source_row", "paragraph")


def as_at_dates(as_at: pd.Series) -> pd.Series:
    """Dates of ``as_at`` texts: a month means its last day, "not given" is missing.

    Parameters
    ----------
    as_at : Series of str
        ``"YYYY-MM-DD"``, ``"YYYY-MM"`` or ``"not given"``.

    Returns
    -------
    Series of datetime64

    Raises
    ------
    ValueError
        If a text is none of the three.

    Examples
    --------
    >>> as_at_dates(pd.Series(["2021-08-31", "2021-05", "not given"])).dt.date.tolist()
    [datetime.date(2021, 8, 31), datetime.date(2021, 5, 31), NaT]
    """
    dates = [as_at_date(text) for text in as_at]
    return pd.Series(dates, index=as_at.index, dtype="datetime64[us]")


def position(
    table: pd.DataFrame,
    period: str | pd.Period,
    needs: Sequence[str],
    *,
    snapshot: str | None = None,
) -> pd.DataFrame:
    """Choose the one row that gives the position at the end of a period.

    The row is the latest dated row not after the period's end in which every column of ``needs``
    has a value. A row dated "not given" is used only where no dated row qualifies, and the note
    then says so. Where ``snapshot`` names a column, a row without a value in it is a point of
    comparison (an earlier figure quoted beside the position) and does not qualify as the
    position, unless no row of the table holds that column at all.

    Parameters
    ----------
    table : DataFrame
        One row a date, with ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".
    needs : sequence of str
        The columns that the measure needs.
    snapshot : str, optional
        The column that marks a full description of the service, e.g. ``"establishment_fte"``.

    Returns
    -------
    DataFrame
        Always one row: the columns of ``needs``, ``as_at``, ``note`` and, where the table has
        them, ``source_file``, ``source_sheet``, ``source_row`` and ``paragraph``. Where no row
        qualifies the needed columns are missing and ``note`` says why.

    Examples
    --------
    The paper's position is undated; May 2021 is only a point of comparison.

    >>> table = pd.DataFrame({"as_at": ["2021-05", "not given"], "agency_headcount": [13.0, 22.0],
    ...                       "establishment_fte": [None, 133.0]})
    >>> row = position(table, "2021-08", ["agency_headcount"], snapshot="establishment_fte")
    >>> print(row.to_string(index=False))
     agency_headcount     as_at                         note
                 22.0 not given date not given in the source
    >>> position(table, "2021-08", ["agency_fte"])["note"].item()
    'cannot be computed: column agency_fte missing'
    """
    source = [name for name in PROVENANCE if name in table.columns]
    marks = [snapshot] if snapshot in table.columns else []
    rows = table.reindex(columns=list(dict.fromkeys([*needs, "as_at", *source, *marks])))
    has_all = np.logical_and.reduce([rows[name].notna().to_numpy() for name in needs])
    for mark in marks:
        marked = rows[mark].notna().to_numpy()
        has_all = has_all & marked if marked.any() else has_all
    dates = as_at_dates(rows["as_at"]).to_numpy()
    end = pd.Period(period, "M").end_time.normalize()
    kept = [*needs, "as_at", "note", *source]
    dated = np.flatnonzero(has_all & (dates <= end.to_datetime64()))
    undated = np.flatnonzero(has_all & np.isnat(dates))
    if len(dated):
        place, note = dated[dates[dated] == dates[dated].max()][-1], ""
    elif len(undated):
        place, note = undated[-1], "date not given in the source"
    else:
        return _no_position(rows, needs, dates, end, kept)
    return rows.iloc[[place]].assign(note=note)[kept].reset_index(drop=True)


def rows_of_position(table: pd.DataFrame, period: str | pd.Period) -> pd.DataFrame:
    """Keep the rows of the latest date not after the period's end, of a table with many a date.

    Undated rows are kept only where no dated row qualifies.

    Parameters
    ----------
    table : DataFrame
        Several rows a date, with ``as_at``.
    period : str or Period
        The month that the report ends with, "YYYY-MM".

    Returns
    -------
    DataFrame
        The rows of one date, with ``note`` ("date not given in the source" for undated rows).
        Empty where the table has no row up to the period's end.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["old", "new", "later"],
    ...                       "as_at": ["2021-05", "2021-07", "2021-10"]})
    >>> rows_of_position(table, "2021-08")["item"].tolist()
    ['new']
    """
    if "as_at" not in table.columns:
        return table.assign(as_at=NOT_GIVEN, note="date not given in the source")
    dates = as_at_dates(table["as_at"])
    dated = dates[dates <= pd.Period(period, "M").end_time.normalize()]
    if len(dated):
        return table.loc[dated.index[dated == dated.max()]].assign(note="")
    return table.loc[dates.isna()].assign(note="date not given in the source")


def with_note(table: pd.DataFrame, where: pd.Series | bool, text: str) -> pd.DataFrame:
    """Add a remark to the ``note`` of the rows that it concerns.

    Parameters
    ----------
    table : DataFrame
        With ``note``.
    where : boolean Series or bool
        The rows concerned, or one answer for all.
    text : str
        The remark; it follows an earlier one after a semicolon.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> table = pd.DataFrame({"base": [13, 40], "note": ["undated", "undated"]})
    >>> with_note(table, table["base"] < 30, "small base")["note"].tolist()
    ['undated; small base', 'undated']
    """
    concerned = where if isinstance(where, pd.Series) else pd.Series(where, index=table.index)
    concerned = concerned.fillna(False).astype(bool)
    if not concerned.any():
        return table
    joined = (table["note"] + "; " + text).str.removeprefix("; ")
    return table.assign(note=table["note"].mask(concerned, joined))


def _no_position(
    rows: pd.DataFrame, needs: Sequence[str], dates: np.ndarray, end: pd.Timestamp, kept: list[str]
) -> pd.DataFrame:
    """Write the one row that says why no position can be given."""
    usable = rows[np.isnat(dates) | (dates <= end.to_datetime64())]
    absent = [name for name in needs if usable[name].isna().all()]
    if not len(rows):
        why = "the table has no rows"
    elif not len(usable):
        why = f"no row is dated up to {end:%Y-%m}"
    elif absent:
        why = f"{'column' if len(absent) == 1 else 'columns'} {' and '.join(absent)} missing"
    else:
        why = f"no single row holds {' and '.join(needs)}"
    empty = {name: pd.Series([float("nan")]) for name in needs}
    said = pd.DataFrame({**empty, "as_at": [""], "note": [f"cannot be computed: {why}"]})
    return said.reindex(columns=kept)
