"""Facts carry what a reader needs to trace a number."""

import pandas as pd
import pytest

from analysis.measures.definitions import definition, definition_from, load_definitions
from analysis.reporting.facts import COLUMNS, NOT_COMPUTED, bounds_of, facts_of, shown, slug
from analysis.reporting.numbers import shown_number


@pytest.fixture
def growth() -> pd.DataFrame:
    """Two months of contacts against the year before; the second cannot be computed."""
    return pd.DataFrame(
        {
            "month": pd.to_datetime(["2021-03-01", "2021-04-01"]),
            "contacts": [2498, None],
            "contacts_last_year": [1637, 1476],
            "change_pct": [52.596, None],
            "change_lower_pct": [37.0, None],
            "change_upper_pct": [70.0, None],
            "note": ["", "no contacts held for this month"],
        }
    )


def test_facts_have_exactly_the_columns_of_facts_json(growth):
    assert list(facts_of("contacts_year_on_year", growth).columns) == list(COLUMNS)


def test_the_id_is_the_measure_then_the_month(growth):
    ids = facts_of("contacts_year_on_year", growth)["id"].tolist()
    assert ids == ["contacts_year_on_year.2021-03", "contacts_year_on_year.2021-04"]


def test_values_stay_unrounded_and_the_text_is_rounded(growth):
    fact = facts_of("contacts_year_on_year", growth).iloc[0]
    assert (fact["value"], fact["shown"]) == (52.596, "+52.6%")


def test_a_missing_value_is_words_and_null_never_zero(growth):
    fact = facts_of("contacts_year_on_year", growth).iloc[1]
    assert fact["value"] is None
    assert fact["shown"] == NOT_COMPUTED
    assert fact["note"] == "no contacts held for this month"
    assert fact["formula"] == ""


def test_a_span_without_months_falls_back_to_the_month_and_then_to_the_reports_period(growth):
    spanless = growth.assign(first_month=pd.NaT, last_month=pd.NaT)
    total = facts_of("contacts_period_change", spanless, period="2021-08")
    assert total["period"].tolist() == ["2021-03", "2021-04"]
    without = facts_of("contacts_period_change", spanless.drop(columns="month"), period="2021-08")
    assert without["period"].tolist() == ["2021-08", "2021-08"]


def test_the_formula_holds_the_actual_values(growth):
    fact = facts_of("contacts_year_on_year", growth).iloc[0]
    assert fact["formula"] == "(2,498 − 1,637) ÷ 1,637 × 100"


def test_the_ends_of_an_interval_are_facts_of_their_own(growth):
    ends = bounds_of(facts_of("contacts_year_on_year", growth))
    assert ends["shown"].tolist() == ["+37.0%", "+70.0%"]


def test_a_fact_on_a_page_is_escaped():
    assert "<b>" not in shown({"id": '"><b>', "shown": "<b>1</b>"})


def test_a_cut_becomes_words_that_fit_an_id():
    assert slug("Health services / A&E") == "health_services_a_e"


@pytest.mark.parametrize(
    ("value", "text"),
    [(52.65, "+52.7%"), (-0.04, "0.0%"), (-3.25, "−3.3%"), (0.05, "+0.1%")],
)
def test_numbers_are_rounded_half_up_with_their_sign(value, text):
    assert shown_number(value, "% change", 1) == text


def test_the_minus_of_money_stands_before_the_pound():
    row = {"variance_gbp": [-1171.88], "annual_budget_gbp": [5000.0], "variance_pct": [-23.4]}
    fact = facts_of("budget_variance_pct", pd.DataFrame(row)).iloc[0]
    assert fact["formula"] == "−£1,171.88 ÷ £5,000 × 100"


def test_every_definition_names_the_columns_of_its_formula():
    for kind in load_definitions().values():
        assert kind.title
        assert kind.definition.endswith(".")
        assert kind.direction in {"high", "low", "none"}


def test_an_unknown_key_in_a_definition_is_named():
    entry = {"title": "A", "unit": "count", "colour": "red"}
    with pytest.raises(ValueError, match=r"\[a\]: unknown keys \['colour'\]"):
        definition_from("a", entry)


def test_an_unknown_measure_says_where_definitions_live():
    with pytest.raises(KeyError, match="measures/definitions/"):
        definition("no_such_measure")
