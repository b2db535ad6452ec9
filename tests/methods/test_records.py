"""Rows of a table as plain dicts: the values that pandas itself gives, by column."""

import numpy as np
import pandas as pd

from analysis.methods.records import rows_of


def test_rows_are_those_that_pandas_gives():
    table = pd.DataFrame(
        {
            "month": pd.to_datetime(["2021-03-01", None]),
            "team": ["North", None],
            "cases": pd.array([3, None], "Int64"),
            "share_pct": [52.5, np.nan],
            "mixed": pd.Series([np.float64(1.5), np.int64(2)], dtype=object),
            "whole": pd.array([True, None], "boolean"),
        }
    )
    first, second = rows_of(table)
    assert first == table.to_dict(orient="records")[0]
    assert [type(first[name]) for name in ("cases", "mixed", "whole")] == [int, float, bool]
    assert type(second["mixed"]) is int
    assert (second["cases"], second["whole"]) == (None, None)
    assert second["month"] is pd.NaT and pd.isna(second["team"]) and pd.isna(second["share_pct"])


def test_only_the_columns_asked_for_are_taken():
    table = pd.DataFrame({"a": [1], "b": ["x"], "c": [2.0]})
    assert rows_of(table, ("c", "a")) == [{"c": 2.0, "a": 1}]
    assert rows_of(table.iloc[:0]) == []
