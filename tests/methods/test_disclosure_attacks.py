"""Published tables attacked by linear programming and by trying every filling."""

import pandas as pd
import pytest
from disclosure_attacks import (
    TEAMS,
    hierarchy,
    linked,
    one_way,
    outsider_view,
    random_counts,
    ranges_by_linear_programming,
    two_way,
    values_by_enumeration,
    with_margins,
)

from analysis.methods.disclosure import SMALL_COUNT, suppress_tables

KINDS = {"one-way": (one_way, 40), "two-way": (two_way, 25), "hierarchy": (hierarchy, 8),
         "linked": (linked, 8)}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_hidden_count_of_random_tables_can_be_narrowed_to_less_than_the_stated_width(kind):
    make, number = KINDS[kind]
    attacked = 0
    for seed in range(number):
        tables = make(seed)
        parents = TEAMS if kind == "hierarchy" else None
        view = outsider_view(tables, suppress_tables(tables, parents=parents), parents)
        truth, shown, _ = view
        small = [name for name, count in truth.items() if 1 <= count <= SMALL_COUNT]
        assert all(shown[name] is None for name in small)
        ranges = ranges_by_linear_programming(*view)
        assert set(ranges) == set(small)
        assert all(high - low >= 5 - 1e-6 for low, high in ranges.values()), (kind, seed)
        attacked += len(ranges)
    assert attacked > number


def test_a_large_sparse_table_withstands_the_attack():
    tables = {"large": with_margins(random_counts(7, 9, 6, zeros=0.3))}
    ranges = ranges_by_linear_programming(*outsider_view(tables, suppress_tables(tables)))
    assert len(ranges) > 15
    assert all(high - low >= 5 - 1e-6 for low, high in ranges.values())


def test_the_attack_does_find_counts_where_only_the_small_ones_are_hidden():
    found = 0
    for seed in range(10):
        tables = two_way(seed, (4, 4))
        naive = {
            name: table.astype(object).mask((table >= 1) & (table <= 5), "[c]")
            for name, table in tables.items()
        }
        ranges = ranges_by_linear_programming(*outsider_view(tables, naive))
        found += any(high - low < 1e-6 for low, high in ranges.values())
    assert found >= 8


def test_every_filling_of_small_tables_leaves_each_hidden_count_open():
    tried = 0
    for seed in range(40):
        tables = {"small": with_margins(random_counts(seed, 2, 2 + seed % 2, centre=1.3))}
        view = outsider_view(tables, suppress_tables(tables))
        hidden_body = [n for n, cell in view[1].items() if cell is None and len(n) == 2]
        if not 0 < len(hidden_body) <= 4 or max(view[0][n] for n in hidden_body) > 12:
            continue
        for name, values in values_by_enumeration(*view).items():
            assert view[0][name] in values
            assert max(values) - min(values) >= 5, (seed, name)
        tried += 1
    assert tried >= 10


@pytest.mark.parametrize(
    "body",
    [
        pd.DataFrame([[1, 1], [1, 1]]),
        pd.DataFrame([[1, 1, 1], [1, 1, 1], [1, 1, 1]]),
        pd.DataFrame([[0, 0], [0, 0]]),
        pd.DataFrame([[2, 30, 40], [20, 30, 40]]),
        pd.DataFrame([[4]]),
        pd.DataFrame([[3, 8, 40, 12]]),
        pd.DataFrame([[1], [2], [60]]),
        pd.DataFrame([[0, 12, 0], [7, 9, 30]]),
        pd.DataFrame([[1, 1, 4], [0, 0, 0]]),
    ],
    ids=["ones", "more ones", "zeros", "alone in row and column", "one cell", "one row",
         "one column", "a row that is one cell", "all in one row"],
)  # fmt: skip
def test_awkward_tables_are_published_safely(body):
    tables = {"awkward": with_margins(body.to_numpy())}
    view = outsider_view(tables, suppress_tables(tables))
    for low, high in ranges_by_linear_programming(*view).values():
        assert high - low >= 5 - 1e-6
