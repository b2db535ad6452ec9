"""The habit by which a printed column was shortened is found from the whole column."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.printed import printed_number, printed_rule, shortened

CONTACTS_2020 = [1637, 1476, 1515, 2043, 1884, 1626]
CONTACTS_2021 = [2498, 2258, 2462, 2704, 2415, 2050]
PRINTED = pd.Series(["52%", "52%", "62%", "32%", "28%", "26%"])
EXACT = pd.Series([(b - a) / a * 100 for a, b in zip(CONTACTS_2020, CONTACTS_2021, strict=True)])


def fits(table, rule):
    return table.set_index("rule")["fits"][rule]


def test_the_paper_cuts_its_percentages():
    rules = printed_rule(PRINTED, EXACT)
    assert fits(rules, "cut off") == 6
    assert fits(rules, "rounded half up") == 3
    assert rules.loc[rules["fits_all"], "rule"].tolist() == ["cut off"]


@pytest.mark.parametrize(
    ("text", "number", "step"),
    [
        ("52%", 52, 1),
        ("91.2%", Decimal("91.2"), Decimal("0.1")),
        ("£0.829m", 829_000, 1_000),
        ("1,637", 1637, 1),
        ("133 FTE", 133, 1),
        ("seven", 7, 1),
        ("\N{MINUS SIGN}3", -3, 1),
    ],
)
def test_a_printed_number_keeps_its_precision(text, number, step):
    assert printed_number(text) == (number, step)


def test_a_text_that_is_not_one_number_is_refused():
    with pytest.raises(ValueError, match="not one number"):
        printed_number("52 to 62%")


def test_halves_tell_the_two_roundings_apart():
    rules = printed_rule(pd.Series(["52", "54"]), pd.Series([52.5, 53.5]))
    assert fits(rules, "rounded half to even") == 2
    assert fits(rules, "rounded half up") == 1


def test_missing_figures_are_not_counted():
    rules = printed_rule(pd.Series(["52", "9"]), pd.Series([52.9, None]))
    assert rules["figures"].tolist() == [1, 1, 1, 1]


def test_no_figure_fits_nothing():
    assert not printed_rule(pd.Series(["52"]), pd.Series([None]))["fits_all"].any()


def test_an_exact_figure_spoiled_by_arithmetic_is_not_cut_below_itself():
    assert shortened(52.99999999999999, Decimal(1), "cut off") == 53


@given(
    st.lists(st.floats(-500, 500, allow_nan=False), min_size=1, max_size=12),
    st.sampled_from(["rounded half up", "rounded half to even", "cut off", "rounded up"]),
    st.sampled_from([0, 1, 2]),
)
def test_the_habit_that_printed_a_column_always_fits_all_of_it(values, rule, decimals):
    step = Decimal(1).scaleb(-decimals)
    printed = pd.Series([f"{shortened(value, step, rule):.{decimals}f}" for value in values])
    rules = printed_rule(printed, pd.Series(values))
    assert fits(rules, rule) == len(values)
