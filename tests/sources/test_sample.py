"""Exampleshire: the same bytes for the same seed, plausible, consistent, and as planted."""

import hashlib
import json
import tomllib
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from analysis.methods.calendar import working_days_between
from analysis.sources.extracts import check_files
from analysis.sources.headers import heading_index, locate, matching
from analysis.sources.sample import write_sample
from analysis.sources.sample.case_management import case_records, open_cases
from analysis.sources.sample.children_flow import authorisation_dates
from analysis.sources.sample.draws import draw_bands
from analysis.sources.sample.effects import effects
from analysis.sources.sample.finance import budget_monitoring
from analysis.sources.sample.headings import HEADINGS, SHEETS, with_headings
from analysis.sources.sample.span import Span
from analysis.sources.sample.workforce import workforce_tables

SPAN = Span(48, pd.Period("2025-08", "M"))
PLANTED = effects(SPAN)


@pytest.fixture(scope="module")
def records():
    return case_records(1, 1.0, SPAN, PLANTED)


@pytest.fixture(scope="module")
def cases(records):
    return records.tables


@pytest.fixture(scope="module")
def workforce(records):
    return workforce_tables(1, 1.0, SPAN, PLANTED, open_cases(SPAN, records.journeys))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_sample(
        tmp_path_factory.mktemp("raw") / "exampleshire", months=26, size=0.1, seed=4
    )


@pytest.fixture(scope="module")
def read(written):
    return check_files([written])


def month(dates):
    return dates.dt.strftime("%Y-%m")


def bytes_of(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# Written files


@pytest.mark.parametrize("options", [{"months": 1}, {"size": 0.001}])
def test_the_shortest_and_the_smallest_sample_can_be_made_and_read(tmp_path, options):
    extracts = check_files([write_sample(tmp_path / "sample", **options)])
    assert not (extracts.problems["severity"] == "error").any()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path):
    first, again, other = (
        bytes_of(write_sample(tmp_path / name, months=14, size=0.02, seed=seed))
        for name, seed in (("a", 3), ("b", 3), ("c", 4))
    )
    assert first == again
    assert first["case_management.xlsx"] != other["case_management.xlsx"]
    assert "2025-07/kpi_return_2025-08-05.xlsx" in first


def test_every_file_says_that_it_is_synthetic(written):
    assert tomllib.loads((written / "authority.toml").read_text("utf-8"))["synthetic"] is True
    assert json.loads((written / "truth.json").read_text("utf-8"))["synthetic"] is True
    workbooks = sorted(written.rglob("*.xlsx"))
    assert len(workbooks) == 8
    for path in workbooks:
        with zipfile.ZipFile(path) as archive:
            assert b"Exampleshire (synthetic)" in archive.read("docProps/core.xml")
            assert b"Exampleshire (synthetic)" in archive.read("xl/worksheets/sheet1.xml")


def test_every_identifier_is_plainly_made_up(read, cases, workforce):
    for table in (*cases.values(), *workforce.values()):
        for column in table.columns.intersection(
            ["child_id", "person_id", "worker_id", "filled_by"]
        ):
            assert table[column].dropna().str.startswith("SYN").all()


def test_the_reader_takes_every_sheet_without_an_error(read):
    assert read.problems[read.problems["severity"] == "error"].empty
    contracts = {*HEADINGS, "cin_snapshot", "cp_snapshot", "cla_snapshot"}
    assert contracts <= set(read.tables)


def test_annex_a_is_pinned_away_from_the_events_that_case_management_holds(read):
    files = read.files.set_index("contract")["file"]
    for contract in ("contacts", "referrals", "assessments", "section47"):
        assert files[contract] == "case_management.xlsx"
    assert files["cla_snapshot"] == "annex_a.xlsx"


def test_the_extracts_are_dated_five_days_after_the_last_month(read):
    dates = read.files[read.files["as_at_basis"] == "authority.toml"]["as_at"]
    assert set(dates) == {"2025-09-05"}


def test_the_earlier_kpi_return_is_restated_by_the_later_one(read):
    changed = read.restatements
    assert (changed["contract"] == "kpi_return").all()
    assert set(changed["key"].str[:7]) == {"2025-06", "2025-07"}


@pytest.mark.parametrize("contract", sorted(HEADINGS))
def test_headings_are_those_of_the_contract(contract):
    every = with_headings(contract, pd.DataFrame(columns=list(HEADINGS[contract])))
    if contract == "workforce_monthly":
        every["Establishment FTE"] = None
    found = matching(locate([list(every.columns)], heading_index()), SHEETS[contract], "file")
    assert [one.contract.name for one in found] == [contract]
    assert set(HEADINGS[contract]) <= set(found[0].columns)


def test_annex_a_has_the_official_layout(written):
    book = openpyxl.load_workbook(written / "annex_a.xlsx", read_only=True)
    assert book.sheetnames == [f"List_{number}" for number in range(1, 12)]
    rows = [list(book[f"List_{n}"].iter_rows(max_row=3, values_only=True)) for n in range(1, 12)]
    assert rows[0][0][0] == "List 1: Contacts - Exampleshire (synthetic)"
    assert [len(found[1]) for found in rows] == [7, 8, 11, 12, 14, 14, 17, 34, 13, 16, 19]
    assert rows[0][1][:2] == ("Child Unique ID", "Gender")
    assert rows[0][2][1] in {"a) Male", "b) Female", "c) Not stated/recorded"}


def test_an_effect_planted_before_the_first_month_is_not_claimed(tmp_path):
    short = json.loads(
        (write_sample(tmp_path / "s", 3, size=0.02) / "truth.json").read_text("utf-8")
    )
    assert {effect["id"] for effect in short["effects"]} <= {"overspend"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"months": 0}, "months is 0"), ({"size": 0}, "size is 0"), ({"size": 90}, "at most 11"),
     ({"last_month": "soon"}, "last_month is 'soon'"), ({"last_month": "2040-01"}, "2030-06")],
)  # fmt: skip
def test_what_cannot_be_used_is_said(tmp_path, wrong, words):
    with pytest.raises(ValueError, match=words):
        write_sample(tmp_path / "x", **wrong)


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path):
    theirs = tmp_path / "council"
    theirs.mkdir()
    (theirs / "case_management.xlsx").write_bytes(b"theirs")
    with pytest.raises(FileExistsError, match="no part of a sample"):
        write_sample(theirs, months=2, size=0.01)
    assert (theirs / "case_management.xlsx").read_bytes() == b"theirs"


def test_a_sample_replaces_an_earlier_sample_whole(tmp_path):
    out = write_sample(tmp_path / "x", months=4, size=0.01, last_month="2024-03")
    assert (out / "2024-02").is_dir()
    write_sample(out, months=4, size=0.01, last_month="2024-05")
    assert sorted(p.name for p in out.iterdir() if p.is_dir()) == ["2024-04"]
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_size_scales_contacts_children_and_staff(cases):
    small = case_records(1, 0.25, SPAN, PLANTED).tables
    for name in ("contacts", "referrals", "cp_visits", "cla_visits"):
        assert len(small[name]) / len(cases[name]) == pytest.approx(0.25, rel=0.12)


# Calibration


def test_contacts_are_of_derbys_size_and_dip_in_august_and_december(cases):
    counts = month(cases["contacts"]["contact_date"]).value_counts().sort_index()
    assert len(counts) == 48
    assert counts.between(1_300, 2_800).all()
    assert 1_700 < counts.mean() < 2_200
    by_calendar_month = counts.groupby(counts.index.str[5:]).mean()
    assert by_calendar_month[["08", "12"]].max() < by_calendar_month.drop(["08", "12"]).mean()
    weekday = cases["contacts"]["contact_date"].dt.day_of_week.value_counts(normalize=True)
    assert weekday[[5, 6]].sum() < 0.16


def test_referrals_are_about_390_a_month_and_a_fifth_are_re_referrals(cases):
    referrals = cases["referrals"].sort_values(["child_id", "referral_date"])
    assert 340 < len(referrals) / 48 < 430
    since = referrals.groupby("child_id")["referral_date"].diff().dt.days
    last_years = referrals["referral_date"] >= "2022-09-01"
    assert 0.17 < (since[last_years] <= 365).mean() < 0.27


def test_siblings_come_on_the_same_day_and_children_come_back(cases):
    contacts = cases["contacts"].sort_values(["child_id", "contact_date"])
    since = contacts.groupby("child_id")["contact_date"].diff().dt.days
    again = since[contacts["contact_date"] >= "2022-09-01"] <= 365
    assert 0.4 < again.mean() < 0.7


def test_assessments_heap_before_the_deadline_as_englands_do(cases):
    ended = cases["assessments"].dropna(subset="authorised_date")
    ended = ended[ended["authorised_date"] < "2025-01-01"]
    days = working_days_between(ended["start_date"], ended["authorised_date"])
    bands = pd.cut(days, [-1, 0, 10, 20, 30, 40, 45, 50, 60, 999]).value_counts(normalize=True)
    england = [0.018, 0.1165, 0.1729, 0.1576, 0.2025, 0.1892, 0.058, 0.0429, 0.0424]
    assert bands.sort_index().to_numpy() == pytest.approx(england, abs=0.012)


def test_conferences_plans_and_care_are_in_the_citys_range(cases):
    enquiries, plans, care = cases["section47"], cases["cp_plans"], cases["cla_episodes"]
    held = enquiries.dropna(subset="icpc_date")
    days = working_days_between(held["strategy_date"], held["icpc_date"])
    assert 0.80 < (days <= 15).mean() < 0.90
    assert 1_200 < len(enquiries) / 4 < 1_700
    assert 25 < len(held) / 48 < 55
    periods = care.drop_duplicates(["child_id", "care_start_date"])
    for day in pd.date_range("2021-09-30", "2025-08-31", freq="QE"):
        on_plan = (plans["start_date"] <= day) & ~(plans["end_date"] <= day)
        in_care = (periods["care_start_date"] <= day) & ~(periods["care_end_date"] <= day)
        assert 230 < on_plan.sum() < 460
        assert 530 < in_care.sum() < 660
    assert 0.20 < (plans["previous_plans"] > 0).mean() < 0.33


@pytest.mark.parametrize(
    ("name", "happened", "low", "high"),
    [("cp_reviews", "held_date", 0.93, 0.99), ("cla_reviews", "held_date", 0.96, 1.0),
     ("cp_visits", "visit_date", 0.87, 0.93), ("cla_visits", "visit_date", 0.88, 0.95)],
)  # fmt: skip
def test_reviews_and_visits_are_mostly_in_time(cases, name, happened, low, high):
    known = cases[name].dropna(subset=happened)
    assert low < (known[happened] <= known["due_date"]).mean() < high


def test_the_pandemic_dip_is_there_when_the_months_cover_it():
    span = Span(24, pd.Period("2021-03", "M"))
    contacts = case_records(2, 0.3, span, effects(span)).tables["contacts"]
    counts = month(contacts["contact_date"]).value_counts()
    spring = ["2020-04", "2020-05"]
    assert counts[spring].sum() < 0.9 * counts[["2019-04", "2019-05"]].sum()


def test_the_last_weeks_miss_a_few_records_that_are_keyed_in_late(records):
    assert set(records.late) <= {str(month) for month in SPAN.periods[-6:]}
    assert 3 <= records.late["2025-08"] <= 60
    assert records.late["2025-08"] > records.late.get("2025-06", 0)


# Consistency


def test_nothing_is_known_that_came_after_the_extract(cases):
    as_at = pd.Timestamp("2025-09-05")
    for name, table in cases.items():
        for column in table.select_dtypes("datetime").columns.difference(["due_date"]):
            assert not (table[column] > as_at).any(), (name, column)


@pytest.mark.parametrize(
    ("name", "earlier", "later"),
    [("contacts", "contact_date", "decision_date"), ("referrals", "referral_date", "decision_date"),
     ("referrals", "decision_date", "closure_date"), ("assessments", "referral_date", "start_date"),
     ("assessments", "start_date", "authorised_date"), ("section47", "strategy_date", "icpc_date"),
     ("cp_plans", "start_date", "end_date"), ("cla_episodes", "care_start_date", "care_end_date"),
     ("cla_episodes", "care_start_date", "placement_start_date"),
     ("cla_episodes", "placement_start_date", "placement_end_date")],
)  # fmt: skip
def test_what_follows_does_not_come_first(cases, name, earlier, later):
    table = cases[name]
    assert not (table[later] < table[earlier]).any()


def test_every_referral_follows_a_contact_of_the_child_decided_that_day(cases):
    led = cases["contacts"][cases["contacts"]["outcome"] == "Referral"]
    keys = set(zip(led["child_id"], led["decision_date"], strict=True))
    referrals = cases["referrals"][cases["referrals"]["referral_date"] >= "2021-09-15"]
    assert set(zip(referrals["child_id"], referrals["referral_date"], strict=True)) <= keys


def test_no_referral_is_made_while_the_childs_case_is_open(cases):
    referrals = cases["referrals"].sort_values(["child_id", "referral_date"])
    closed = referrals.groupby("child_id")["closure_date"].shift()
    followed = referrals.groupby("child_id").cumcount() > 0
    assert closed[followed].notna().all()
    assert (referrals.loc[followed, "referral_date"] > closed[followed]).all()


def test_every_plan_of_the_months_follows_its_conference(cases):
    led = cases["section47"][cases["section47"]["outcome_plan"] == "Yes"]
    keys = set(zip(led["child_id"], led["icpc_date"], strict=True))
    plans = cases["cp_plans"][cases["cp_plans"]["start_date"] >= "2022-01-01"]
    assert set(zip(plans["child_id"], plans["start_date"], strict=True)) <= keys


def test_visits_fall_within_the_childs_plan(cases):
    visits = cases["cp_visits"].reset_index().merge(cases["cp_plans"], on="child_id")
    within = visits["visit_date"] >= visits["start_date"]
    within &= ~(visits["visit_date"] >= visits["end_date"])
    assert set(visits.loc[within, "index"]) == set(cases["cp_visits"].index)


def test_placements_of_a_period_follow_one_another_without_a_gap(cases):
    care = cases["cla_episodes"].sort_values(
        ["child_id", "care_start_date", "placement_start_date"]
    )
    period = [care["child_id"], care["care_start_date"]]
    ended = care["placement_end_date"].groupby(period).shift()
    followed = care.groupby(["child_id", "care_start_date"]).cumcount() > 0
    assert (ended[followed] == care.loc[followed, "placement_start_date"]).all()


# Planted effects


def test_contacts_rise_by_the_planted_ratio(cases):
    counts = month(cases["contacts"]["contact_date"]).value_counts().sort_index()
    after = counts[counts.index >= str(PLANTED.rise_start)]
    before = counts.reindex([str(pd.Period(m, "M") - 12) for m in after.index])
    assert after.sum() / before.sum() == pytest.approx(PLANTED.contacts_ratio, abs=0.05)


def test_schools_gain_what_the_police_lose(cases):
    contacts = cases["contacts"]
    later = month(contacts["contact_date"]) >= str(PLANTED.mix_start)
    for label, change in (("2A: Schools", 0.062), ("6: Police", -0.078)):
        share = contacts["source"].eq(label).groupby(later).mean()
        assert share[True] - share[False] == pytest.approx(change, abs=0.012)


def test_assessments_in_time_step_down_in_the_planted_month(cases):
    ended = cases["assessments"].dropna(subset="authorised_date")
    in_time = pd.Series(
        working_days_between(ended["start_date"], ended["authorised_date"]) <= 45,
        index=ended.index,
    )
    share = 100 * in_time.groupby(month(ended["authorised_date"])).mean()
    before = share[share.index < str(PLANTED.step_start)]
    after = share[(share.index >= str(PLANTED.step_start)) & (share.index <= "2025-08")]
    assert before.mean() == pytest.approx(85.7, abs=1.5)
    assert after.mean() == pytest.approx(73.5, abs=3)
    assert after.max() < before.mean() - 1.5


def test_an_assessment_that_ends_before_the_step_keeps_its_date():
    start = np.full(1_000, np.datetime64("2025-01-01"))
    draws = np.linspace(0, 0.999, 1_000)
    never = authorisation_dates(draws, start, np.datetime64("2030-01-01"))
    stepped = authorisation_dates(draws, start, np.datetime64("2025-02-14"))
    early = never < np.datetime64("2025-02-14")
    assert (stepped[early] == never[early]).all()
    assert (stepped[~early] >= never[~early]).all()
    assert (stepped[~early] > never[~early]).any()


def test_the_surge_brings_nine_agency_workers_with_their_reasons(workforce):
    agency = workforce["agency"]
    begun = agency["start_date"].between("2024-12-02", "2024-12-14") & agency["end_date"].isna()
    surge = agency[begun & agency["post_id"].isna()]
    assert surge["reason"].value_counts()[["sickness", "maternity"]].tolist() >= [4, 4]
    monthly = workforce["workforce_monthly"].set_index(month(pd.to_datetime(
        workforce["workforce_monthly"]["as_at"])))["agency_headcount"]  # fmt: skip
    rise = monthly["2025-01":].mean() - monthly["2024-01":"2024-11"].mean()
    assert rise == pytest.approx(9, abs=3)


def test_the_absences_that_the_surge_covers_are_there(workforce):
    absence = workforce["absence"]
    long = absence[absence["start_date"].between("2024-11-15", "2024-12-31")]
    still = long[long["end_date"].isna()]
    assert still["absence_type"].isin(["sickness", "maternity"]).sum() >= 7


def test_the_overspend_is_residential_prices_and_agency(cases, workforce):
    budget = budget_monitoring(
        1, SPAN, PLANTED, workforce["staff"], workforce["agency"], cases["cla_episodes"]
    )
    latest = budget[(budget["financial_year"] == "2025/26") & (budget["period_no"] == 5)]
    over = latest["forecast_outturn_gbp"] - latest["annual_budget_gbp"]
    residential = latest["placement_type"].eq("Residential children's homes")
    assert over[residential].sum() > 1_000_000
    assert over[latest["category"].eq("agency")].sum() > 250_000
    assert over.sum() > 1_500_000


# Workforce and money


def test_the_monthly_summary_is_counted_from_the_lists(workforce):
    staff, last = workforce["staff"], workforce["workforce_monthly"].iloc[-1]
    day = pd.Timestamp("2025-08-31")
    here = staff[staff["post_id"].notna() & (staff["start_date"] <= day)]
    here = here[~(here["end_date"] <= day)]
    assert last["inpost_fte"] == pytest.approx(here["fte"].sum())
    assert last["vacancies_fte"] == pytest.approx(last["establishment_fte"] - last["inpost_fte"])
    assert 135 < last["inpost_fte"] < 225


def test_agency_reliance_stays_in_the_citys_range(workforce):
    monthly = workforce["workforce_monthly"]
    rate = monthly["agency_fte"] / (monthly["agency_fte"] + monthly["inpost_fte"])
    assert rate.between(0.03, 0.15).all()
    assert workforce["agency"]["hourly_rate_gbp"].gt(workforce["agency"]["cap_hourly_gbp"]).any()


def test_nobody_is_absent_twice_at_once(workforce):
    spells = workforce["absence"].sort_values(["person_id", "start_date"])
    ended = spells.groupby("person_id")["end_date"].shift()
    followed = spells.groupby("person_id").cumcount() > 0
    assert (spells.loc[followed, "start_date"] > ended[followed]).all()


def test_cases_held_add_up_to_the_cases_open(records, workforce):
    held = workforce["staff"]["cases"].sum() + workforce["agency"]["cases"].sum()
    assert held == open_cases(SPAN, records.journeys).iloc[-1]


def test_budget_lines_have_closed_years_of_thirteen_periods_and_virements_that_cancel(
    cases, workforce
):
    budget = budget_monitoring(
        1, SPAN, PLANTED, workforce["staff"], workforce["agency"], cases["cla_episodes"]
    )
    periods = budget.groupby("financial_year")["period_no"].agg(["min", "max"])
    assert periods["max"].to_dict() == {"2023/24": 13, "2024/25": 13, "2025/26": 5}
    assert budget.groupby(["financial_year", "period_no"])["virement_gbp"].sum().eq(0).all()
    line = budget[(budget["cost_centre"] == "CS1020") & (budget["category"] == "salaried")]
    year = line[line["financial_year"] == "2024/25"].sort_values("period_no")
    assert year["actual_to_date_gbp"].is_monotonic_increasing
    assert year["forecast_outturn_gbp"].iloc[-1] == year["actual_to_date_gbp"].iloc[-1]


# Draws


def test_a_draw_reads_a_table_of_bands():
    bands = ((0, 0, 0.5), (1, 10, 0.5))
    assert draw_bands(np.array([0.0, 0.49, 0.5, 0.999]), bands).tolist() == [0, 0, 1, 10]
