"""XmR charts of many series at once, by the calculation of one, without a loop over series."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis.methods.spc_inputs import check_keys, numbers_of, target_by_point
from analysis.methods.spc_points import Points, lay_out, verdict_columns, words, xmr_columns
from analysis.methods.spc_rules import IMPROVEMENTS


def xmr_many(
    table: pd.DataFrame,
    *,
    key: str,
    date: str,
    value: str,
    improvement: str | Mapping = "increase",
    target: float | str | Mapping | None = None,
    rules: str = "making-data-count",
    screen_outliers: bool = True,
    fix_after: int | None = None,
    rebase: Iterable | Mapping = (),
) -> pd.DataFrame:
    """XmR charts of many series in a long table, by the calculation of `xmr`.

    Parameters
    ----------
    table
        One row a point, in any order, with the columns that `key`, `date` and `value` name.
    key, date, value
        Columns that hold the name of the series, the date and the value.
    improvement
        One direction for all, or a direction by key.
    target
        A number for all, a target by key, or the column that holds each point's target.
    rules, screen_outliers, fix_after
        As in `xmr`, for all series.
    rebase
        Dates for all series, or dates by key.

    Returns
    -------
    pandas.DataFrame
        One row a point in order of key and date: the key and date columns, the columns of `xmr`,
        and the improvement and target of each point, which `latest_many` reads.

    Raises
    ------
    ValueError
        As in `xmr`; and for a point without a key, or a choice for a key that is not there.

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=3, freq="MS")
    >>> returns = pd.DataFrame(
    ...     {"kpi": ["A"] * 3 + ["B"] * 3, "month": list(months) * 2, "pct": [1, 2, 3, 9, 8, 7.0]}
    ... )
    >>> charts = xmr_many(returns, key="kpi", date="month", value="pct")
    >>> charts.groupby("kpi")["mean"].first().to_dict()
    {'A': 2.0, 'B': 8.0}
    """
    points = lay_out(
        table[date],
        table[key],
        improvement=improvement,
        rules=rules,
        fix_after=fix_after,
        rebase=rebase,
    )
    columns = xmr_columns(
        numbers_of(table[value], value)[points.order],
        points,
        rules=rules,
        screen_outliers=screen_outliers,
        fix_after=fix_after,
    )
    charts = pd.DataFrame(
        {
            key: table[key].array[points.order].copy(),
            date: table[date].array[points.order].copy(),
            **columns,
            "improvement": words(("neutral", "increase", "decrease"), points.improving % 3),
            "target": _targets(target, table, points),
        },
        copy=False,
    )
    charts.attrs = {"key": key, "date": date, "rules": rules}
    return charts


def _targets(target: object, table: pd.DataFrame, points: Points) -> np.ndarray:
    if isinstance(target, str):
        return numbers_of(table[target], target)[points.order]
    if isinstance(target, (Mapping, pd.Series)):
        given = pd.Series(dict(target), dtype=float)
        check_keys(given.index, points.keys, "target")
        return numbers_of(given.reindex(points.keys), "targets")[points.series]
    return target_by_point(target, points.dates)


def latest_many(charts: pd.DataFrame) -> pd.DataFrame:
    """Verdict on the newest point of each series that `xmr_many` charted.

    Parameters
    ----------
    charts
        The table of `xmr_many`.

    Returns
    -------
    pandas.DataFrame
        One row a series, indexed by key, with what `latest` gives but the note.

    Raises
    ------
    ValueError
        A table that has lost the attrs that `xmr_many` gave it.

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=3, freq="MS")
    >>> returns = pd.DataFrame({"kpi": "A", "month": months, "pct": [70, 71, 72.0]})
    >>> charts = xmr_many(returns, key="kpi", date="month", value="pct", target=90)
    >>> latest_many(charts).loc["A", ["variation", "assurance"]].tolist()
    ['common', 'fail']
    """
    if "key" not in charts.attrs:
        raise ValueError("The table has lost what xmr_many noted in its attrs; chart it again.")
    key, date, rules = (charts.attrs[name] for name in ("key", "date", "rules"))
    names = charts[key].array
    changes = np.asarray(names[1:] != names[:-1], dtype=bool)
    series = np.cumsum(np.append(False, changes))[: len(names)]
    last = np.append(np.flatnonzero(changes), len(names) - 1)[: len(names)]
    index = pd.Index(names.take(last), name=key)
    if not index.is_unique:
        raise ValueError(f"The charts are not in order of {key} and {date}; sort them by both.")
    directions = charts["improvement"].array.take(last)
    improving = np.array(directions.map(IMPROVEMENTS), dtype=np.int8)
    target = charts["target"].to_numpy()[last]
    columns = verdict_columns(charts, series, improving, target, rules=rules)
    verdicts = pd.DataFrame(columns)
    verdicts["date"] = charts[date].array.take(verdicts.pop("row"))
    return verdicts.set_index(index)
