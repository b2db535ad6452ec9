"""Sentences say only what facts carry: random facts in, every number and word checked."""

import re

import hypothesis.strategies as st
import pandas as pd
from hypothesis import given, settings
from markupsafe import Markup

from analysis.reporting import sentences
from analysis.reporting.facts import facts_of
from analysis.reporting.numbers import MINUS
from analysis.reporting.protection import protected

CAUSES = re.compile(r"\b(because|due to|owing to|as a result|caused|thanks to|led to)\b", re.I)
CLAIMS = re.compile(r"\b(improv\w*|worsen\w*|better|worse|rose|fell|strong\w*)\b", re.I)


def year_on_year(now: int, before: int, lower: float, upper: float) -> pd.DataFrame:
    """One period's change, as the measure returns it."""
    change = (now - before) / before * 100
    return pd.DataFrame(
        {
            "first_month": pd.to_datetime(["2021-03-01"]),
            "last_month": pd.to_datetime(["2021-08-01"]),
            "contacts": [now],
            "contacts_last_year": [before],
            "change_pct": [change],
            "change_lower_pct": [min(lower, change)],
            "change_upper_pct": [max(upper, change)],
            "note": [""],
        }
    )


def the_facts(table: pd.DataFrame, release: str = "public") -> dict[str, dict]:
    names = ("contacts_period_change", "contacts_in_period", "contacts_in_period_last_year")
    frame = pd.concat([facts_of(name, table) for name in names], ignore_index=True)
    shown = protected(frame, release=release)
    return {fact["id"]: fact for fact in shown.to_dict(orient="records")}


def sentence(facts: dict[str, dict]) -> Markup:
    change = facts["contacts_period_change"]
    ends = (
        dict(change, id="contacts_period_change.lower", shown=f"{change['lower']}"),
        dict(change, id="contacts_period_change.upper", shown=f"{change['upper']}"),
    )
    return sentences.change_on_last_year(
        change, facts["contacts_in_period"], facts["contacts_in_period_last_year"], ends
    )


counts = st.integers(min_value=30, max_value=5000)
ends = st.floats(min_value=-99, max_value=300, allow_nan=False)


@settings(max_examples=40, deadline=None)
@given(counts, counts, ends, ends)
def test_every_number_in_a_sentence_is_a_fact(now, before, lower, upper):
    said = sentence(the_facts(year_on_year(now, before, lower, upper)))
    bare = re.sub(r'<span data-fact="[^"]+">[^<]*</span>', "", said)
    bare = bare.replace("95% interval", "").replace("March to August 2021", "")
    assert re.findall(r"\d", bare) == []


@settings(max_examples=40, deadline=None)
@given(counts, counts, ends, ends)
def test_the_word_for_a_change_has_the_sign_of_the_change(now, before, lower, upper):
    facts = the_facts(year_on_year(now, before, lower, upper))
    change = facts["contacts_period_change"]
    said = sentence(facts)
    if "Up on the year" in said:
        assert change["lower"] > 0
        assert change["shown"].startswith("+")
    elif "Down on the year" in said:
        assert change["upper"] < 0
        assert change["shown"].startswith(MINUS)
    else:
        assert change["lower"] <= 0 <= change["upper"] or change["shown"][0] not in "+" + MINUS


@settings(max_examples=40, deadline=None)
@given(counts, counts, ends, ends)
def test_no_sentence_claims_a_cause_or_a_verdict(now, before, lower, upper):
    said = sentence(the_facts(year_on_year(now, before, lower, upper))).striptags()
    assert not CAUSES.search(said)
    assert not CLAIMS.search(said)


def test_a_change_whose_interval_includes_zero_is_no_change():
    assert "No clear change" in sentence(the_facts(year_on_year(105, 100, -8, 20)))


def test_a_hidden_fact_is_never_spelt_out():
    workers = pd.DataFrame({"agency_headcount": [3.0], "as_at": ["2021-05"], "note": [""]})
    fact = protected(facts_of("agency_workers", workers), release="public").iloc[0].to_dict()
    said = sentences.unusable(fact)
    assert "[c]" in said
    assert "3" not in said.striptags()


def test_what_cannot_be_computed_is_said_with_its_reason():
    table = pd.DataFrame(
        {
            "agency_rate_dfe_pct": [None],
            "as_at": ["not given"],
            "note": ["cannot be computed: column inpost_fte missing"],
        }
    )
    fact = facts_of("agency_rate_dfe", table).iloc[0].to_dict()
    assert fact["value"] is None
    assert "column inpost_fte missing" in sentences.unusable(fact)


def test_text_from_a_source_is_escaped():
    said = sentences.text("{label} is hostile", label="<script>alert(1)</script>")
    assert "<script>" not in said


def test_the_range_needs_two_months():
    assert sentences.fastest_and_slowest([]) == ""
