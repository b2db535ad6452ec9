"""The oversight page: what a plan's dates say, what its measures show, and what is not given."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest

from analysis.reporting import findings_page, homes_page, oversight_page, practice_page
from analysis.reporting import oversight_facts as facts
from analysis.reporting.page import LEADER_SUMMARY, Page, masthead
from analysis.sources.extracts import load_authority

ROOT = Path(__file__).resolve().parents[2]


@cache
def extracts_of(authority):
    """An authority's extracts, read once for all tests here."""
    with TemporaryDirectory() as folder:
        return load_authority(authority, raw=ROOT / "data" / "raw", processed=Path(folder))


def opened(folder, authority, period, without=()):
    """A page on one authority's extracts, some of its tables left out."""
    held = extracts_of(authority)
    extracts = replace(
        held,
        tables={name: table for name, table in held.tables.items() if name not in without},
        authority=replace(held.authority, raw=dict(held.authority.raw)),
    )
    month = pd.Period(period, "M")
    return Page("05_practice_oversight", "Practice oversight", extracts, month, "public", folder)


def filled(page):
    """The page with its facts, as the notebook makes them; and its plan and charts."""
    plan = facts.plan_of(page)
    facts.add_plan(page, plan)
    facts.add_practice(page)
    facts.add_homes(page)
    facts.add_contact(page)
    months = facts.linked_months(page, plan)
    facts.add_linked(page, months)
    page.protect(totals=facts.totals(page))
    charts = facts.controls(page, months)
    facts.add_signals(page, plan, charts)
    return plan, charts


@pytest.fixture(scope="module")
def exampleshire(tmp_path_factory):
    page = opened(tmp_path_factory.mktemp("work"), "exampleshire", "2025-08")
    return page, *filled(page)


@pytest.fixture(scope="module")
def derby(tmp_path_factory):
    page = opened(tmp_path_factory.mktemp("work"), "derby", "2021-08")
    return page, *filled(page)


def plain(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", str(markup)).split())


def test_the_paper_s_findings_are_quoted_with_paragraph_and_month(derby):
    page, plan, _ = derby
    areas, strengths = map(plain, findings_page.findings_tables(page, plan))
    assert "“Life-story work and understanding family history (chronologies)”" in areas
    assert areas.count("4.6 July 2021") == 4
    assert strengths.count("4.5 July 2021") == 10


def test_a_paper_without_actions_is_not_said_to_have_done_nothing(derby):
    page, _, _ = derby
    assert "lists no actions" in plain(oversight_page.headline(page))
    said = plain(oversight_page.plan_sentence(page))
    assert "does not mean that none was taken" in said
    assert "0 " not in said
    assert page.fact("plan_counts.overdue")["value"] is None


def test_without_findings_and_actions_nothing_is_counted_and_it_is_said(tmp_path):
    page = opened(tmp_path, "exampleshire", "2025-08", without=("findings", "actions"))
    plan, _ = filled(page)
    said = [
        findings_page.findings_sentence(page),
        *findings_page.findings_tables(page, plan),
        oversight_page.headline(page),
        oversight_page.plan_sentence(page),
        *map(str, oversight_page.card(page).values()),
    ]
    words = plain(" ".join(said))
    assert "No extract of findings is held" in words
    assert "No list of actions is held" in words
    assert "0 " not in words
    assert "[x] no findings or actions are held" in words
    assert "The source" not in words


def test_the_paper_s_homes_are_four_and_what_is_not_given_is_said(derby):
    page, _, _ = derby
    assert page.fact("homes_by_provision.all")["shown"] == "4"
    assert page.fact("homes_risk_assessed.all")["shown"] == "4"
    assert "not given" in plain(homes_page.homes_message(page))
    visits = plain(homes_page.visits_table(page))
    assert "At least one; the number is not given August 2021" in visits
    assert "after the period and not counted" in visits
    assert visits.count("September 2021.") == 1


def data_as_at(page):
    return dict(masthead(page)["rows"])["Data as at"]


def test_rows_dated_after_the_period_that_no_table_counts_do_not_date_the_page(tmp_path):
    for notebook in ("05_practice_oversight", LEADER_SUMMARY):
        page = opened(tmp_path, "derby", "2021-08")
        page.notebook = notebook
        page.contracts |= {"findings", "homes", "home_visits"}
        assert data_as_at(page) == "August 2021"


def test_a_list_that_is_used_although_it_stands_later_dates_the_page(tmp_path):
    page = opened(tmp_path, "derby", "2021-08")
    page.contracts.add("home_visits")
    visits = page.table("home_visits")
    page.extracts.tables["home_visits"] = visits[visits["as_at"] == "2021-09"]
    assert data_as_at(page) == "September 2021"
    page = opened(tmp_path, "exampleshire", "2025-08")
    page.contracts.add("homes")
    assert data_as_at(page) == "5 September 2025"


def test_homes_of_several_dates_are_those_of_the_period(tmp_path):
    page = opened(tmp_path, "exampleshire", "2025-08")
    later = page.table("homes")
    then = later.assign(as_at="2025-08-31", regulation_44_held=later["regulation_44_due"])
    page.extracts.tables["homes"] = pd.concat([then, later], ignore_index=True)
    filled(page)
    assert page.fact("homes_by_provision.all")["value"] == len(then)
    missed = page.fact("regulation_44_missed")
    assert (missed["value"], missed["period"]) == (0, "2025-08-31")
    assert "after the period" not in plain(homes_page.homes_table(page))


def test_a_list_of_homes_later_than_the_period_says_its_date(exampleshire, derby):
    page, _, _ = exampleshire
    said = "The list of homes stands at 5 September 2025, after the period’s end"
    assert said in plain(homes_page.homes_table(page))
    assert "list of homes stands" not in plain(homes_page.homes_table(derby[0]))


def test_modes_that_are_stated_and_not_counted_stay_words(derby):
    page, _, _ = derby
    assert "stated, not counted" in plain(homes_page.modes_message(page))
    assert "virtual contact by exception only" in plain(homes_page.modes_table(page))
    assert page.series("contact_by_mode_in_years").empty


def test_a_report_without_supervision_says_that_it_cannot_be_computed(derby):
    page, _, charts = derby
    said = plain(practice_page.practice_chart(page, "supervision_by_month", charts.get("x")))
    assert "Cannot be computed" in said


def test_a_page_keeps_nothing_of_the_page_before_it(tmp_path):
    for authority, period, held in (("exampleshire", "2025-08", True), ("derby", "2021-08", False)):
        page = opened(tmp_path, authority, period)
        facts.add_practice(page)
        made = {fact["id"].split(".")[0] for fact in page.raw_facts}
        assert ("supervision_by_month" in made) == held


def test_the_headline_counts_what_is_overdue_by_date(exampleshire):
    page, _, _ = exampleshire
    assert plain(oversight_page.headline(page)) == (
        "3 of 8 open actions are overdue; 3 of 12 have no measure"
    )


def test_state_comes_from_dates_and_never_from_the_recorded_status(tmp_path):
    page = opened(tmp_path, "exampleshire", "2025-08")
    actions = page.table("actions")
    late = actions["action_id"] == "A07"
    page.extracts.tables["actions"] = actions.assign(
        status=actions["status"].mask(late, "On track, nearly done")
    )
    plan = facts.plan_of(page)
    row = plan[plan["action_id"] == "A07"].iloc[0]
    assert facts.state_words(row.to_dict()) == "Overdue by 45 days"


def test_each_action_shows_the_signal_of_its_own_measure(exampleshire):
    page, _, charts = exampleshire
    assert charts["assessments_in_45_working_days"].variation == "concern_low"
    assert page.fact("action_measure.a01.assessments_in_45_working_days")["shown"] == "Concern, low"
    cell = plain(oversight_page.measure_cell(page, "A01"))
    newest = page.fact("linked_measure.assessments_in_45_working_days")
    month = page.fact("linked_month.assessments_in_45_working_days.2025-08")
    assert newest["shown"] == month["shown"]
    assert newest["shown"] in cell


def test_an_action_without_a_measure_says_so_and_shows_no_sign(exampleshire):
    page, _, _ = exampleshire
    assert plain(oversight_page.measure_cell(page, "A06")) == "No measure is attached"


def test_a_measure_that_no_extract_gives_is_not_linked(tmp_path):
    page = opened(tmp_path, "exampleshire", "2025-08", without=["kpi_return"])
    plan, _ = filled(page)
    assert "Not linked" in plain(oversight_page.measure_cell(page, "A07"))
    assert len(oversight_page.plan_tables(page, plan)) == 4


def test_a_measure_of_one_figure_is_not_tested(exampleshire):
    page, _, _ = exampleshire
    cell = plain(oversight_page.measure_cell(page, "A11"))
    assert cell.startswith("Not tested")
    assert "+£3.25m" in cell


def test_decisions_name_the_role_that_asks(exampleshire):
    page, _, _ = exampleshire
    said = plain(oversight_page.decisions_asked(page))
    assert "Whether to fund two temporary posts until March" in said
    assert "Owner: Head of Provision" in said


def test_a_team_s_few_missed_sessions_are_hidden_and_cannot_be_worked_out(tmp_path):
    page = opened(tmp_path, "exampleshire", "2025-08")
    table = page.table("supervision")
    one = table["team"] == "Front Door"
    changed = table.assign(held=table["held"].mask(one, table["due"]))
    changed.loc[table[one].index[-1], "held"] -= 2
    page.extracts.tables["supervision"] = changed
    filled(page)
    teams = page.series("supervision_by_team").set_index("id")
    assert teams.loc["supervision_by_team.front_door", "shown"] == "[c]"
    assert teams["suppressed"].sum() >= 2


def test_summary_and_card_need_facts_alone(exampleshire, derby):
    for page, _, _ in (exampleshire, derby):
        bare = Page("06_leader_summary", "x", page.extracts, page.period, "public", page.work)
        bare.results = {"05_practice_oversight": page.result()}
        bare.take_results()
        bare.extracts = None
        message, blocks = oversight_page.summary(bare)
        assert plain(message) == plain(oversight_page.headline(page))
        assert oversight_page.card(bare)["value"]
        assert any("05_practice_oversight.html" in str(block) for block in blocks)


def test_open_actions_are_set_against_the_next_inspection_where_its_date_is_given(tmp_path):
    page = opened(tmp_path, "exampleshire", "2025-08")
    page.authority.raw["next_inspection"] = "2025-11-01"
    filled(page)
    said = plain(oversight_page.window_sentence(page))
    assert "from 1 November 2025: 5 open actions are due before it, 3 after it" in said
