"""The demand notebook on made authorities: what it says, what it hides, what it cannot compute."""

import re

import nbformat
import numpy as np
import pandas as pd
import pytest

from analysis.measures.demand_conversion import conversion_on_last_year, converted_by_source
from analysis.measures.demand_flow import STEPS
from analysis.measures.demand_stages import ENDS, STAGES
from analysis.reporting import (
    demand_flow_page,
    demand_groups_page,
    demand_growth_page,
    demand_page,
    demand_year_page,
    forecast_page,
)
from analysis.reporting.page import Page
from analysis.running import work
from analysis.sources.authority import load_authority_profile
from analysis.sources.extracts import Extracts

ROOT = work.Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "01_demand_growth.ipynb"
EMPTY = pd.DataFrame()
LOG = ["contract", "key", "column", "earlier", "later"]


def run_notebook(folder, monkeypatch, tables, period, *, profile="", previous=None) -> Page:
    """Run the notebook's cells on tables that lie in a work folder, as the runner puts them."""
    place = folder / "raw" / "madeshire"
    place.mkdir(parents=True)
    (place / "authority.toml").write_text(f'name = "Madeshire"\n{profile}', encoding="utf-8")
    files = pd.DataFrame({"contract": list(tables), "as_at": "not given", "as_at_basis": ""})
    extracts = Extracts(
        authority=load_authority_profile(place),
        tables=tables,
        problems=EMPTY,
        files=files,
        missing_columns={},
        restatements=pd.DataFrame(columns=LOG, dtype="str"),
    )
    place_of_work = folder / "work"
    work.write_inputs(
        place_of_work, extracts, pd.Period(period, "M"), "public", previous or {}, "2026-01-05"
    )
    monkeypatch.setenv("ANALYSIS_WORK", str(place_of_work))
    names: dict = {}
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "01_demand_growth", "exec"), names)
    return names["page"]


def totals(counts, first="2020-01", **more) -> pd.DataFrame:
    months = pd.date_range(first, periods=len(counts), freq="MS")
    return pd.DataFrame({"month": months, "contacts": counts, **more}).assign(
        source_file="contacts.xlsx", source_sheet="Totals", source_row=range(2, len(counts) + 2)
    )


def records(per_month, first="2020-01", seed=1, sources=("Police", "Schools")) -> pd.DataFrame:
    """Contacts spread evenly over each month's days, half from each source."""
    rng = np.random.default_rng(seed)
    starts = pd.date_range(first, periods=len(per_month), freq="MS")
    days = [
        start + pd.to_timedelta(np.sort(rng.integers(0, start.days_in_month, count)), "D")
        for start, count in zip(starts, per_month, strict=True)
    ]
    days = np.concatenate([day.to_numpy() for day in days])
    return pd.DataFrame(
        {
            "contact_id": [str(n) for n in range(len(days))],
            "child_id": rng.integers(0, 4000, len(days)).astype(str),
            "contact_date": days.astype("datetime64[us]"),
            "source": rng.choice(sources, len(days)),
            "outcome": rng.choice(["referral", "early help", "information"], len(days)),
            "team": "Front Door",
            "as_at": f"{(starts[-1] + pd.offsets.MonthEnd(0)):%Y-%m-%d}",
        }
    ).assign(source_file="cms.xlsx", source_sheet="Contacts", source_row=range(2, len(days) + 2))


def words(block) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", str(block)).split())


def test_half_a_year_of_totals_has_no_growth_and_says_so(tmp_path, monkeypatch):
    tables = {"contacts_monthly": totals([400] * 6)}
    page = run_notebook(tmp_path, monkeypatch, tables, "2020-06")
    assert "no comparison with a year before" in page.headline_text
    assert "cannot be computed" in words(demand_year_page.period_sentence(page))
    assert page.fact("contacts_period_change")["period"] == "2020-06"
    card = demand_page.card(page)
    assert (card["unit"], card["state"]) == (
        "contacts, no months, against the year before",
        "Not tested",
    )
    message, _ = demand_page.summary(page)
    assert "no comparison" in message
    assert "A forecast needs 24 months of figures, 6 held" in words(forecast_page.fan(page))


def test_months_of_a_year_before_below_30_are_compared_in_total_and_not_one_by_one(
    tmp_path, monkeypatch
):
    tables = {"contacts_monthly": totals([20] * 12 + [100] * 12)}
    page = run_notebook(tmp_path, monkeypatch, tables, "2021-12")
    assert "1,200 contacts" in words(demand_year_page.period_sentence(page))
    said = words(demand_year_page.both_charts(page))
    assert "No month has a percentage: none is given on a count of a year before below 30." in said
    assert "can be set against" not in said


def test_a_forecast_that_no_past_month_could_try_is_shown_without_an_error(tmp_path, monkeypatch):
    tables = {"contacts_monthly": totals([400, 420] * 12, "2022-01")}
    page = run_notebook(tmp_path, monkeypatch, tables, "2023-12")
    assert "Too few months to try models on (0)" in words(forecast_page.trust(page))
    how = words(forecast_page.how(page))
    assert how.count("How this was computed") == 1
    assert "Contacts, forecast, January 2024" in how


def test_ranges_tried_from_one_past_month_are_not_said_to_have_held(tmp_path, monkeypatch):
    tables = {"contacts_monthly": totals([400, 420] * 12 + [410], "2022-01")}
    page = run_notebook(tmp_path, monkeypatch, tables, "2024-01")
    assert "Too few months to try models on (1)" in words(forecast_page.trust(page))
    assert "The ranges could not be tried" in words(forecast_page.trust(page))


def test_monthly_totals_say_once_that_sources_and_stages_are_not_held(tmp_path, monkeypatch):
    tables = {"contacts_monthly": totals([400, 420] * 12)}
    page = run_notebook(tmp_path, monkeypatch, tables, "2021-12")
    assert "without sources, outcomes or teams" in words(demand_groups_page.source_chart(page))
    assert demand_groups_page.group_table(page, "team") == ""
    assert "cannot be followed" in words(demand_flow_page.stages_table(page))
    assert demand_flow_page.conversion_table(page) == ""


def test_a_rise_in_every_month_is_consistent_and_steady_growth_shows_no_trend(
    tmp_path, monkeypatch
):
    tables = {"contacts_monthly": totals([1000] * 12 + [1500] * 12)}
    page = run_notebook(tmp_path, monkeypatch, tables, "2021-12")
    assert "The rise is consistent: in 12 of 12 months" in words(
        demand_growth_page.rise_sentence(page)
    )
    assert "no clear trend" in words(demand_growth_page.trend_sentence(page))


def test_one_month_above_the_year_before_is_above_it(tmp_path, monkeypatch):
    tables = {"contacts_monthly": totals([1000] * 12 + [1000] * 11 + [2000])}
    page = run_notebook(tmp_path, monkeypatch, tables, "2021-12")
    said = words(demand_growth_page.rise_sentence(page))
    assert said.startswith("Tested month by month, 1 of 12 months is above the year before and 0")


def test_growth_that_falls_month_by_month_is_called_slowing(tmp_path, monkeypatch):
    fading = [1000 + 50 * left for left in range(12, 0, -1)]
    tables = {"contacts_monthly": totals([1000] * 12 + fading)}
    page = run_notebook(tmp_path, monkeypatch, tables, "2021-12")
    assert words(demand_growth_page.trend_sentence(page)).startswith("Growth is slowing")


def test_a_level_year_is_neither_up_nor_down(tmp_path, monkeypatch):
    tables = {"contacts_monthly": totals([1000] * 24)}
    page = run_notebook(tmp_path, monkeypatch, tables, "2021-12")
    assert "no clear change" in page.headline_text
    assert "neither a consistent rise nor a consistent fall" in words(
        demand_growth_page.rise_sentence(page)
    )


def test_base_years_in_the_pandemic_are_marked(tmp_path, monkeypatch):
    tables = {"contacts_monthly": totals([1000] * 24)}
    page = run_notebook(tmp_path, monkeypatch, tables, "2021-12")
    table = words(demand_growth_page.base_table(page))
    assert "In the pandemic: March 2020 to July 2021" in table
    assert "No national correction" in table


def test_an_older_population_is_named_and_not_called_the_departments(tmp_path, monkeypatch):
    tables = {"contacts_monthly": totals([1000] * 24)}
    profile = '[population_0_17]\nsource = "Made"\n2020 = 50000\n'
    page = run_notebook(tmp_path, monkeypatch, tables, "2021-12", profile=profile)
    said = words(demand_growth_page.rate_sentence(page))
    assert said.endswith("aged 0 to 17 (population of mid-2021 not held: mid-2020 used).")


def test_a_month_held_in_part_is_counted_so_far_and_never_compared(tmp_path, monkeypatch):
    table = totals([1000] * 24, as_at="2021-12-10")
    page = run_notebook(tmp_path, monkeypatch, {"contacts_monthly": table}, "2021-12")
    assert page.fact("contacts_year_on_year.2021-12")["value"] is None
    notes = " ".join(words(note) for note in demand_year_page.caveats(page))
    assert "December 2021: 1,000 contacts so far" in notes
    assert "Dec" not in words(demand_year_page.this_year_and_last(page)).split("Source")[0]


def test_a_month_restated_since_the_previous_report_stands_beside_it(tmp_path, monkeypatch):
    before = [{"id": "contacts.2021-11", "value": 990}, {"id": "contacts.2021-10", "value": 1000}]
    page = run_notebook(
        tmp_path,
        monkeypatch,
        {"contacts_monthly": totals([1000] * 24)},
        "2021-12",
        previous={"period": "2021-11", "facts": before},
    )
    table = words(demand_growth_page.restated(page))
    assert "November 2021 990 1,000 +10" in table
    assert "October 2021" not in table


@pytest.fixture
def doubled_schools() -> dict[str, pd.DataFrame]:
    """Two years of records; in the second, schools send twice as many and police the same."""
    police = records([300] * 24, sources=("Police",))
    schools = records([300] * 12 + [600] * 12, seed=2, sources=("Schools",))
    return {"contacts": pd.concat([police, schools], ignore_index=True)}


def test_the_sources_differences_sum_to_the_total(tmp_path, monkeypatch, doubled_schools):
    page = run_notebook(tmp_path, monkeypatch, doubled_schools, "2021-12")
    parts = page.series("contacts_change_by_group")
    parts = parts[parts["id"].str.contains(".source.", regex=False)]
    assert parts["value"].sum() == page.fact("contacts_period_difference")["value"] == 3600
    assert "Schools changed most: +3,600" in words(demand_groups_page.source_message(page))


def test_a_planted_shift_of_the_mix_is_named_with_its_interval(
    tmp_path, monkeypatch, doubled_schools
):
    page = run_notebook(tmp_path, monkeypatch, doubled_schools, "2021-12")
    shift = page.fact("contacts_share_change_by_group.source.schools")
    assert shift["lower"] < 100 * (2 / 3 - 1 / 2) < shift["upper"]
    assert "Schools +16.7" in words(demand_groups_page.mix_message(page))


def test_a_source_of_few_contacts_is_hidden_and_not_given_away(tmp_path, monkeypatch):
    common = records([300] * 24, sources=("Police", "Schools", "Health"))
    rare = records([0] * 20 + [1] * 4, sources=("Housing",)).assign(as_at="2021-12-31")
    tables = {"contacts": pd.concat([common, rare], ignore_index=True)}
    page = run_notebook(tmp_path, monkeypatch, tables, "2021-12")
    hidden = page.fact("contacts_by_group.source.housing")
    assert hidden["suppressed"]
    assert page.fact("contacts_change_by_group.source.housing")["suppressed"]
    others = page.series("contacts_by_group")
    others = others[others["id"].str.contains(".source.", regex=False)]
    assert others["suppressed"].sum() >= 2  # or the total would give the one away
    table = words(demand_groups_page.group_table(page, "source"))
    assert "Housing 0 [c] [c]" in table or "Housing [c] [c] [c]" in table


def all_stages(rare: str) -> dict:
    """Two years of every stage; of the rare one a handful in the second."""
    contacts = records([300] * 24)
    tables = {name: contacts.rename(columns={"contact_date": STAGES[name]}) for name in STAGES}
    for name, ends in ENDS.items():
        tables[name] = tables[name].assign(**dict.fromkeys(ends, tables[name][STAGES[name]]))
    rows = tables[rare]
    second = rows[STAGES[rare]] >= "2021-01-01"
    return tables | {rare: pd.concat([rows[~second], rows[second].iloc[::900]])}


def test_a_hidden_stage_is_not_told_by_the_split_of_a_change(tmp_path, monkeypatch):
    page = run_notebook(tmp_path, monkeypatch, all_stages("cp_plans"), "2021-12")
    assert page.fact("demand_stages.cp_plans")["suppressed"]
    assert page.fact("demand_stage_children.cp_plans")["suppressed"]
    split = page.series("stage_change_by_driver")
    assert len(split) == len(STAGES) + 1
    assert split["suppressed"].all()


def test_a_scenario_tells_no_small_count(tmp_path, monkeypatch):
    page = run_notebook(tmp_path, monkeypatch, all_stages("referrals"), "2021-12")
    assert page.fact("demand_stages.referrals")["suppressed"]
    for measure in ("demand_today", "demand_in_scenario", "demand_scenario"):
        assert page.fact(f"{measure}.referrals")["suppressed"]
        assert not page.fact(f"{measure}.contacts")["suppressed"]


def test_records_without_later_stages_say_which_are_missing(tmp_path, monkeypatch):
    page = run_notebook(tmp_path, monkeypatch, {"contacts": records([300] * 24)}, "2021-12")
    assert "No records of referrals" in words(demand_flow_page.conversion_table(page))
    assert "no records of referrals" in words(demand_flow_page.stages_table(page))
    assert page.fact("demand_scenario.contacts")["value"] == pytest.approx(360)
    assert page.fact("demand_scenario.caseholders_fte")["value"] is None
    assert page.fact("demand_today.caseholders_fte")["label"] == "Today, full-time caseholders"
    notes = " ".join(page.series("stage_change_by_driver")["note"])
    assert "section 47 enquiries, protection plans begun, starts in care in both years" in notes
    assert "no records of protection plans begun" in page.fact("demand_stages.cp_plans")["note"]


def test_a_stage_that_is_not_held_leaves_the_lags_of_the_others(tmp_path, monkeypatch):
    contacts = records([100] * 24)
    contacts, begun, discussed = (
        contacts.rename(columns={"contact_date": date})
        for date in ("contact_date", "start_date", "strategy_date")
    )
    tables = {"contacts": contacts, "assessments": begun, "section47": discussed}
    page = run_notebook(tmp_path, monkeypatch, tables, "2021-12")
    assert page.fact("conversion_lag.assessment_to_section_47_enquiry.1")["value"] is not None
    assert "Assessment to section 47 enquiry" in words(demand_flow_page.lag_table(page))


def test_half_a_year_of_records_is_not_called_monthly_totals(tmp_path, monkeypatch):
    page = run_notebook(tmp_path, monkeypatch, {"contacts": records([100] * 6)}, "2020-06")
    said = words(demand_flow_page.stages_table(page))
    assert said == "Cannot be computed [x]. Held from January 2020 only."


def test_a_period_before_the_first_contact_is_a_page_that_says_so(tmp_path, monkeypatch):
    contacts = records([100] * 6)
    dates = {step.earlier: step.earlier_date for step in STEPS}
    dates |= {step.later: step.later_date for step in STEPS}
    tables = {name: contacts.rename(columns={"contact_date": date}) for name, date in dates.items()}
    page = run_notebook(tmp_path, monkeypatch, tables, "2019-01")
    assert "no comparison with a year before" in page.headline_text


def test_records_with_a_blank_source_say_so(tmp_path, monkeypatch):
    table = records([300] * 24).assign(source=None)
    table["source"] = table["source"].astype("str").mask(lambda s: s.notna())
    page = run_notebook(tmp_path, monkeypatch, {"contacts": table}, "2021-12")
    assert "no column source" in words(demand_groups_page.source_chart(page))


def conversion(converted, events=100, step="contact to referral") -> pd.DataFrame:
    months = pd.date_range("2020-01-01", periods=len(converted), freq="MS")
    return pd.DataFrame(
        {"step": step, "month": months, "events": events, "followed": events}
        | {"converted": converted, "within_days": 30, "note": ""}
    )


def test_conversion_is_set_on_the_year_before_over_months_that_were_followed():
    waiting = conversion([20] * 12 + [30] * 13)
    waiting.loc[24, ["followed", "converted"]] = [40, 12]
    row = conversion_on_last_year(waiting).iloc[0]
    assert (row["first_month"], row["last_month"]) == (
        pd.Timestamp("2021-01-01"),
        pd.Timestamp("2021-12-01"),
    )
    assert (row["conversion_pct"], row["conversion_last_year_pct"]) == (30, 20)
    assert row["change_lower_points"] == pytest.approx(6.5452, abs=1e-3)  # Newcombe, by hand


def test_months_that_scatter_widen_the_interval_of_conversion():
    steady = conversion_on_last_year(conversion([20] * 24)).iloc[0]
    swinging = conversion_on_last_year(conversion([5, 35] * 12)).iloc[0]
    assert swinging["dispersion"] > 10 > steady["dispersion"] == 1
    width = [row["change_upper_points"] - row["change_lower_points"] for row in (steady, swinging)]
    assert width[1] > 3 * width[0]


def test_under_two_years_that_could_be_followed_there_is_no_comparison():
    needed = "cannot be computed: 24 months in a row with events that could be followed are needed"
    row = conversion_on_last_year(conversion([20])).iloc[0]
    assert row["note"] == f"{needed}; of the 24 to the latest such month, 1 had them"
    assert pd.isna(row["conversion_pct"])


def test_a_month_without_events_leaves_23_of_24_and_not_all_that_are_held():
    holed = conversion([20] * 33).drop(index=20)
    row = conversion_on_last_year(holed).iloc[0]
    assert row["note"].endswith("are needed; of the 24 to the latest such month, 23 had them")
    none = conversion_on_last_year(holed.assign(followed=0, converted=0)).iloc[0]
    assert none["note"].endswith("are needed; no month had them")


def test_contacts_by_source_cover_the_same_months_as_the_conversion():
    both = pd.concat(
        [
            conversion([20] * 24).assign(source="police"),
            conversion([40] * 24).assign(source="schools"),
        ]
    )
    now, before = converted_by_source(both)
    assert now["contacts"].tolist() == before["contacts"].tolist() == [1200, 1200]
    assert now["referrals"].tolist() == [240, 480]
