"""The cost page: stated pressures, the budget, agency pay and placements, with their limits."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest

from analysis.reporting import agency_cost_page, budget_page, cost_page
from analysis.reporting import cost_facts as facts
from analysis.reporting.page import Page
from analysis.sources.extracts import load_authority

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "data" / "raw"


@cache
def extracts_of(authority):
    """An authority's extracts, read once for all tests here."""
    with TemporaryDirectory() as folder:
        return load_authority(authority, raw=RAW, processed=Path(folder))


def filled(authority, period, paid_weeks=52, **tables):
    """The page with its facts as the notebook makes them, some tables changed."""
    held = extracts_of(authority)
    extracts = replace(held, tables=held.tables | tables)
    month = pd.Period(period, "M")
    page = Page("04_cost_pressures", "Costs", extracts, month, "public", Path("unused"))
    position = facts.position_of(page)
    facts.add_pressures(page)
    facts.add_budget(page, position)
    facts.add_agency(page, position, paid_weeks)
    facts.add_placements(page, position)
    totals, rests_on = facts.relations(position)
    page.protect(totals=totals, derived_from=rests_on)
    return page, position


@pytest.fixture(scope="module")
def exampleshire():
    return filled("exampleshire", "2025-08")


@pytest.fixture(scope="module")
def derby():
    return filled("derby", "2021-08")[0]


@pytest.fixture(scope="module")
def planted():
    truth = json.loads((RAW / "exampleshire" / "truth.json").read_text(encoding="utf-8"))
    return next(e["observed"] for e in truth["effects"] if e["id"] == "overspend")


def plain(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", str(markup)).split())


def everything(page, position):
    """All that the page shows, as text."""
    blocks = [
        cost_page.headline(page), cost_page.pressure_sentence(page), cost_page.pressure_chart(page),
        cost_page.pressure_table(page), cost_page.how_pressure_was_computed(page),
        cost_page.limits_of_pressure(page), *budget_page.budget_sentences(page, position),
        budget_page.variance_chart(page), *budget_page.line_tables(page),
        budget_page.how_budget_was_computed(page), agency_cost_page.agency_sentence(page),
        agency_cost_page.agency_table(page), agency_cost_page.bridge_chart(page),
        agency_cost_page.change_chart(page), agency_cost_page.ledger_sentence(page),
        agency_cost_page.how_agency_was_computed(page), budget_page.placements_chart(page),
        budget_page.placements_table(page), agency_cost_page.sensitivity_table(page),
    ]  # fmt: skip
    return " ".join(map(str, blocks))


def test_the_planted_overspend_is_recovered_to_the_penny(exampleshire, planted):
    page, _ = exampleshire
    found = {
        "variance_gbp": "budget_variance",
        "agency_variance_gbp": "line_variance.agency",
        "residential_variance_gbp": "placement_spend.residential_children_s_homes",
    }
    for name, fact_id in found.items():
        assert page.fact(fact_id)["value"] == pytest.approx(planted[name], abs=0.005)


def test_an_overspend_is_positive_and_printed_so(exampleshire):
    page, _ = exampleshire
    assert plain(cost_page.headline(page)) == (
        "Forecast overspend of +£3.25m ( +8.2% of budget), −£0.72m on the forecast before"
    )


def test_movement_is_from_the_forecast_before_and_names_no_report(exampleshire):
    page, position = exampleshire
    words = plain(everything(page, position) + str(cost_page.card(page)["words"]))
    assert "On the forecast before" in words
    assert "Movement on the forecast before" in words
    assert "last report" not in words


def test_an_underspend_is_negative_and_called_so():
    table = extracts_of("exampleshire").tables["budget_monitoring"]
    less = table.assign(forecast_outturn_gbp=table["annual_budget_gbp"] - 1000.0)
    page, _ = filled("exampleshire", "2025-08", budget_monitoring=less)
    assert plain(cost_page.headline(page)).startswith("Forecast underspend of −£0.03m")


def test_kinds_of_spend_and_services_each_add_up_to_the_variance(exampleshire):
    page, _ = exampleshire
    lines = page.series("line_variance").set_index("id")["value"].astype(float)
    services = lines.index.str.contains("service_")
    whole = lines["line_variance.all"]
    assert lines[services].sum() == pytest.approx(whole, abs=0.005)
    assert lines[~services].drop("line_variance.all").sum() == pytest.approx(whole, abs=0.005)


def test_hours_jobs_and_rates_add_to_the_change_in_agency_pay_to_the_penny(exampleshire):
    page, _ = exampleshire
    pence = {
        fact["id"].split(".")[1]: round(fact["value"] * 100)
        for fact in page.series("cost_change_part").to_dict("records")
    }
    steps = pence["volume"] + pence["mix"] + pence["price"]
    assert pence["before"] + steps == pence["after"]


def test_a_list_that_begins_in_the_year_before_gives_no_rise_in_agency_pay(exampleshire):
    agency = extracts_of("exampleshire").tables["agency"]
    for first, known in (("2024-04-30", True), ("2024-05-01", False)):
        late = agency.assign(start_date=agency["start_date"].clip(lower=pd.Timestamp(first)))
        page, position = filled("exampleshire", "2025-08", agency=late)
        assert (len(page.series("cost_change_part")) > 0) == known
        said = plain(everything(page, position))
        assert ("begins after April of the year before" in said) != known
        assert ("The largest step in agency pay" in said) == known


def test_gross_employees_and_premium_stand_apart_and_agree(exampleshire):
    page, _ = exampleshire
    for gross, employees, premium in (
        ("agency_gross_to_date", "agency_equivalent_to_date", "agency_premium_to_date"),
        ("full_year_agency", "full_year_equivalent", "full_year_premium"),
    ):
        values = [page.fact(name)["value"] for name in (gross, employees, premium)]
        assert values[0] - values[1] == pytest.approx(values[2])


def test_the_ledger_differs_from_the_agency_weeks_by_unpaid_weeks_and_the_page_says_it(
    exampleshire,
):
    page, _ = exampleshire
    # The sample pays agency workers for 46 of 52 weeks, each line give or take half a per cent.
    assert page.fact("agency_paid_weeks")["value"] == pytest.approx(46, abs=0.3)
    said = plain(agency_cost_page.ledger_sentence(page))
    assert "a difference of −£66k ( −11.4% )" in said
    assert "weeks of leave between them are counted" in said


def test_a_full_year_at_the_paid_weeks_costs_in_proportion(exampleshire):
    page, _ = filled("exampleshire", "2025-08", paid_weeks=46)
    most = exampleshire[0].fact("full_year_agency")["value"]
    assert page.fact("full_year_agency")["value"] == pytest.approx(most * 46 / 52)


def test_salaries_over_budget_leave_no_underspend_to_net(exampleshire):
    page, _ = exampleshire
    assert "no underspend on vacant posts is left" in plain(agency_cost_page.bridge_sentence(page))


def test_a_vacancy_underspend_is_netted_and_shown():
    table = extracts_of("exampleshire").tables["budget_monitoring"]
    salaried = table["category"].astype("str").eq("salaried")
    lower = table["forecast_outturn_gbp"].where(~salaried, table["annual_budget_gbp"] - 20_000)
    page, _ = filled(
        "exampleshire", "2025-08", budget_monitoring=table.assign(forecast_outturn_gbp=lower)
    )
    said = plain(agency_cost_page.bridge_sentence(page))
    assert said.startswith("Salaries are −£120k against budget, the underspend on vacant posts")
    assert "The net is +£335k" in said


def test_money_behind_few_children_is_hidden_and_cannot_be_worked_out():
    table = extracts_of("exampleshire").tables["budget_monitoring"]
    few = table["placement_type"].eq("Own children's homes")
    changed = table.assign(children=table["children"].mask(few, 3))
    page, position = filled("exampleshire", "2025-08", budget_monitoring=changed)
    for measure_id in facts.PLACEMENTS:
        own = page.series(measure_id).set_index("id")["shown"]
        assert own[f"{measure_id}.own_children_s_homes"] == "[c]", measure_id
        assert (own == "[c]").sum() >= 2, measure_id
    assert "1,561" not in everything(page, position)


def test_charts_of_money_name_the_unit_of_their_labels(exampleshire):
    page, _ = exampleshire
    for chart in (budget_page.variance_chart(page), budget_page.placements_chart(page)):
        assert "£ thousand" in plain(chart)
        assert "million" not in plain(chart)


def test_forecast_of_a_type_without_a_number_of_children_reads_as_words():
    table = extracts_of("exampleshire").tables["budget_monitoring"]
    none = table.assign(children=table["children"].mask(table["children"].notna()))
    page, _ = filled("exampleshire", "2025-08", budget_monitoring=none)
    working = page.fact("placement_forecast.all")["formula"]
    assert working.endswith("; children placed: not given")


def test_derby_s_pressure_is_never_called_gross_or_premium(derby):
    page = derby
    text = plain(everything(page, pd.DataFrame())).lower()
    assert "£0.829m" in text
    assert "68.3%" in text
    assert "premium" not in text
    assert "gross" not in text
    assert "what they cost above employees, is not in the source" in text
    assert "hold no budget monitoring" in text


def test_an_authority_with_pressures_and_a_budget_shows_both():
    stated = extracts_of("derby").tables["pressures"]
    page, position = filled("exampleshire", "2025-08", pressures=stated)
    text = plain(everything(page, position))
    assert "£0.829m" in text
    assert "Forecast overspend" in text


def test_the_closing_period_is_named_and_counts_twelve_months():
    page, position = filled("exampleshire", "2025-03")
    assert budget_page.period_words(position) == "the closing period (P13) of 2024/25"
    assert page.fact("run_rate_gap")["value"] == pytest.approx(0, abs=0.5)


def test_without_any_money_the_page_says_so():
    held = extracts_of("derby")
    bare = Page(
        "04_cost_pressures", "Costs", replace(held, tables={}), pd.Period("2021-08"), "public", ROOT
    )
    bare.facts = pd.DataFrame(columns=["id", "label", "value", "shown", "suppressed", "note"])
    assert "No budget monitoring" in plain(cost_page.headline(bare))
    assert cost_page.card(bare)["state"] == "Not computed"


def test_summary_and_card_need_facts_alone(exampleshire, derby):
    for page in (exampleshire[0], derby):
        short = Page(
            "06_leader_summary", "x", replace(page.extracts, tables={}), page.period, "public", ROOT
        )
        short.results = {"04_cost_pressures": page.result()}
        short.take_results()
        message, blocks = cost_page.summary(short)
        assert plain(message) == plain(cost_page.headline(page))
        assert cost_page.card(short)["value"]
        assert any("04_cost_pressures.html" in str(block) for block in blocks)
