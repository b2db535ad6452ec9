"""From contact to care: conversions, lags, repeats, drivers and scenarios."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measures.demand import contacts_by_month, contacts_dispersion
from analysis.measures.demand_drivers import (
    contacts_change_by_source,
    referrals_change_by_driver,
    stage_change_by_driver,
)
from analysis.measures.demand_flow import STEPS, conversion_by_month, conversion_lag
from analysis.measures.demand_forecast import contacts_forecast, contacts_forecast_backtest
from analysis.measures.demand_repeats import repeat_contacts_by_month
from analysis.measures.demand_stages import demand_scenario, demand_stages


def events(column, rows, **more):
    table = pd.DataFrame(rows, columns=["child_id", column])
    table[column] = pd.to_datetime(table[column])
    return table.assign(**more)


def made_authority(seed=0, rate=0.25, days=700):
    """Contacts of which a planted share is followed by a referral after 0 to 9 days."""
    rng = np.random.default_rng(seed)
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.sort(rng.integers(0, days, 20_000)), "D")
    contacts = pd.DataFrame({"child_id": np.arange(20_000).astype(str), "contact_date": day})
    referred = contacts[rng.random(20_000) < rate]
    referrals = pd.DataFrame(
        {
            "child_id": referred["child_id"],
            "referral_date": referred["contact_date"]
            + pd.to_timedelta(rng.integers(0, 10, len(referred)), "D"),
        }
    )
    as_at = f"{pd.Timestamp('2020-01-01') + pd.Timedelta(days=days - 1):%Y-%m-%d}"
    referrals = referrals[referrals["referral_date"] <= as_at]
    return {"contacts": contacts.assign(as_at=as_at), "referrals": referrals.assign(as_at=as_at)}


def test_a_planted_conversion_is_recovered_in_every_month_that_could_be_followed():
    table = conversion_by_month(made_authority(), "2021-11", steps=STEPS[:1])
    followed = table[table["followed"] == table["events"]]
    inside = (followed["lower_pct"] <= 25) & (followed["upper_pct"] >= 25)
    assert len(followed) == 22  # January 2020 to October 2021
    assert inside.mean() >= 0.85
    assert followed["median_lag_days"].between(4, 5).all()


def test_months_that_cannot_be_followed_yet_have_no_percentage():
    row = conversion_by_month(made_authority(), "2021-11", steps=STEPS[:1]).iloc[-1]
    assert (row["followed"], row["converted"]) == (0, 0)
    assert np.isnan(row["conversion_pct"])
    assert row["note"] == "cannot be computed: not yet followed for 30 days"


def test_a_month_followed_in_part_has_counts_and_no_percentage():
    row = conversion_by_month(made_authority(), "2021-10", steps=STEPS[:1]).iloc[-1]
    assert 0 < row["followed"] < row["events"]  # contacts of 1 October have their 30 days
    assert row[["conversion_pct", "lower_pct", "upper_pct"]].isna().all()
    assert row["note"] == "cannot be computed: part of the month could not be followed for 30 days"


def test_the_lag_curve_with_censoring_is_that_of_full_follow_up():
    late = conversion_lag(made_authority(), "2021-11", steps=STEPS[:1]).set_index("days")
    assert late.loc[30, "converted_pct"] == pytest.approx(25, abs=1)
    assert late.loc[1, "converted_pct"] == pytest.approx(5, abs=1)


def test_the_days_of_the_lag_curve_stay_whole_where_a_step_is_missing():
    table = conversion_lag(made_authority(), "2021-11", steps=STEPS[:2])
    assert [str(day) for day in table["days"][:3]] == ["1", "7", "14"]
    assert table["note"].iloc[-1] == "cannot be computed: no records of assessments"


def test_a_later_event_before_the_earlier_one_does_not_count():
    tables = {
        "contacts": events("contact_date", [("a", "2021-03-02"), ("b", "2021-03-02")]),
        "referrals": events(
            "referral_date", [("a", "2021-03-01"), ("b", "2021-03-02")], as_at="2021-08"
        ),
    }
    assert conversion_by_month(tables, "2021-08", steps=STEPS[:1])["converted"].tolist() == [1]


def test_the_last_day_of_a_step_counts_and_the_next_does_not():
    tables = {
        "contacts": events("contact_date", [("a", "2021-03-01"), ("b", "2021-03-01")]),
        "referrals": events(
            "referral_date",
            [("z", "2021-01-04"), ("a", "2021-03-31"), ("b", "2021-04-01")],
            as_at="2021-08",
        ),
    }
    assert conversion_by_month(tables, "2021-08", steps=STEPS[:1])["converted"].tolist() == [1]


def test_a_missing_table_is_said_for_each_step():
    table = conversion_by_month(made_authority(), "2021-11")
    assert table.loc[table["step"].eq(STEPS[1].name), "note"].tolist() == [
        "cannot be computed: no records of assessments"
    ]
    assert table["step"].nunique() == len(STEPS)
    assert table["within_days"].notna().all()  # the step's name on a page says its days


def test_months_before_the_next_stage_is_held_say_so():
    tables = made_authority()
    tables["referrals"] = tables["referrals"][tables["referrals"]["referral_date"] >= "2021-01-01"]
    table = conversion_by_month(tables, "2021-11", steps=STEPS[:1]).set_index("month")
    before = table[:"2020-12-01"]
    assert before["note"].eq("cannot be computed: the next stage is not held so far back").all()
    assert table.loc["2021-01-01", "note"] == ""


def test_conversions_by_source_sum_to_the_whole():
    tables = made_authority()
    tables["contacts"]["source"] = np.where(np.arange(20_000) % 3, "police", None)
    cut = conversion_by_month(tables, "2021-11", steps=STEPS[:1], by=["source"])
    whole = conversion_by_month(tables, "2021-11", steps=STEPS[:1])
    assert set(cut["source"]) == {"police", "not recorded"}
    assert cut.groupby("month")["converted"].sum().tolist() == whole["converted"].tolist()


def test_repeat_contacts_at_the_edges_of_12_months_and_on_one_day():
    held = events(
        "contact_date",
        [
            ("x", "2020-03-02"),
            ("a", "2020-03-10"),  # repeated to the day a year on
            ("b", "2020-03-09"),  # a day too early
            ("c", "2021-03-10"),
            ("c", "2021-03-10"),  # twice on one day: neither repeats the other
            ("a", "2021-03-10"),
            ("b", "2021-03-10"),
        ],
    )
    row = repeat_contacts_by_month(held, "2021-03").iloc[-1]
    assert (row["contacts"], row["repeat_contacts"]) == (4, 1)


def test_repeats_need_12_months_of_history():
    table = repeat_contacts_by_month(made_authority()["contacts"], "2021-11")
    short = table["month"] < pd.Timestamp("2021-01-01")
    assert table.loc[short, "repeat_pct"].isna().all()
    assert table.loc[short, "note"].str.startswith("cannot be computed").all()
    assert table.loc[~short, "repeat_pct"].notna().all()


def test_stages_say_what_is_missing_and_what_is_short():
    tables = made_authority()
    tables["referrals"] = tables["referrals"][tables["referrals"]["referral_date"] > "2021-03-01"]
    table = demand_stages(tables, "2021-11").set_index("stage")
    assert table.loc["referrals", "note"] == "held from March 2021 only"
    assert table.loc["assessments", "note"] == "cannot be computed: no records of assessments"
    assert pd.isna(table.loc["referrals", "per_100_of_stage_before"])


def test_placements_of_one_care_period_are_one_start():
    care = events("care_start_date", [("a", "2021-03-01")] * 3, as_at="2021-11")
    care["care_end_date"] = pd.to_datetime([None, None, "2021-03-22"])
    table = demand_stages({"cla_episodes": care}, "2021-11").set_index("stage")
    assert table.loc["cla_episodes", "events"] == 1


def test_of_an_extract_of_open_plans_only_its_own_months_starts_are_known():
    starts = [("a", "2021-02-01"), ("b", "2021-10-04"), ("c", "2021-11-02")]
    plans = events("start_date", starts, as_at="2021-11-30").assign(end_date=pd.NaT)
    care = events("care_start_date", [("a", "2021-03-01")], as_at="2021-11-30")
    enquiries = events("strategy_date", [("b", "2021-09-20"), ("c", "2021-11-01")])
    tables = {"section47": enquiries, "cp_plans": plans, "cla_episodes": care}
    none = "no end date up to November 2021 is held, so earlier months are not known"

    row = demand_stages(tables, "2021-11").set_index("stage").loc["cp_plans"]
    assert (row["events"], row["note"]) == (1, f"held from November 2021 only; {none}")

    to_plan = conversion_by_month(tables, "2021-11", steps=STEPS[3:4]).iloc[0]
    assert to_plan["note"] == "cannot be computed: the next stage is not held so far back"
    to_care = conversion_by_month(tables, "2021-11", steps=STEPS[4:])
    assert to_care["events"].tolist() == [1]
    assert to_care["note"].item().endswith(none)
    earlier = conversion_by_month(tables, "2021-08", steps=STEPS[4:])
    assert earlier["note"].item().startswith("cannot be computed: no end date up to August 2021")
    short = demand_stages(tables, "2021-08").set_index("stage").loc["cp_plans"]
    assert pd.isna(short["events"])
    assert short["note"] == "cannot be computed: held from November 2021 only"


def test_a_scenario_without_todays_number_says_so():
    stages = demand_stages(made_authority(), "2021-10")
    table = demand_scenario(stages, cases=float("nan"), caseholders_fte=100).set_index("item")
    assert table.loc["caseholders_fte", "extra"] == 10
    assert table.loc["cases", "note"] == "cannot be computed: today's number is not held"


def two_years(counts):
    rows = [
        (pd.Timestamp(year, 3, 1), source, count)
        for source, pair in counts.items()
        for year, count in zip((2020, 2021), pair, strict=True)
    ]
    return pd.DataFrame(rows, columns=["month", "source", "contacts"]).assign(complete=True)


@settings(deadline=None)
@given(
    st.dictionaries(st.text("abc", min_size=1), st.tuples(*[st.integers(0, 500)] * 2), min_size=1)
)
def test_contributions_of_sources_sum_to_the_totals_change(counts):
    before, now = (sum(pair[year] for pair in counts.values()) for year in (0, 1))
    table = contacts_change_by_source(two_years(counts), "2021-03")
    assert table["difference"].sum() == now - before
    if before >= 30:
        total = 100 * (now - before) / before
        assert table["contribution_points"].sum() == pytest.approx(total, abs=1e-9)


def test_a_changed_source_list_is_said():
    table = contacts_change_by_source(
        two_years({"police": (100, 120), "MASH": (0, 60), "A&E": (50, 0)}), "2021-03"
    ).set_index("source")
    assert table["listed"].to_dict() == {
        "MASH": "this year only",
        "police": "both years",
        "A&E": "last year only",
    }
    assert table.loc["MASH", "note"] == "the source list changed: listed this year only"


def test_planted_shifts_of_mix_lie_in_their_intervals():
    rng = np.random.default_rng(2)
    inside = []
    for _ in range(300):
        mean = np.array([[600, 900], [800, 700], [300, 300]])
        counts = rng.poisson(mean)
        table = contacts_change_by_source(
            two_years(dict(zip("abc", counts.tolist(), strict=True))),
            "2021-03",
            dispersion=contacts_dispersion(two_years({"a": (1, 1)}), "2021-03"),
        ).set_index("source")
        inside.append(
            table.loc["a", "contribution_lower_points"]
            <= 100 * 300 / 1700
            <= table.loc["a", "contribution_upper_points"]
        )
    assert np.mean(inside) >= 0.95  # the stated default is wider than Poisson


SOURCES = st.lists(
    st.tuples(*[st.integers(0, 300)] * 2, *[st.floats(0, 1)] * 2), min_size=1, max_size=5
)


@settings(deadline=None)
@given(SOURCES)
def test_volume_mix_and_conversion_sum_to_the_change_exactly(rows):
    def year(place):
        contacts = [row[place] for row in rows]
        referrals = [round(row[place] * row[place + 2]) for row in rows]
        names = [f"s{n}" for n in range(len(rows))]
        return pd.DataFrame({"source": names, "contacts": contacts, "referrals": referrals})

    before, now = year(0), year(1)
    effect = referrals_change_by_driver(now, before).set_index("driver")["effect"]
    change = now["referrals"].sum() - before["referrals"].sum()
    assert effect["total"] == pytest.approx(change, abs=1e-6)
    assert effect.drop("total").sum() == pytest.approx(change, abs=1e-6)


def test_a_pure_change_of_conversion_is_all_conversion():
    one = pd.DataFrame({"source": ["a", "b"], "contacts": [100, 200], "referrals": [20, 40]})
    two = one.assign(referrals=[40, 80])
    effect = referrals_change_by_driver(two, one).set_index("driver")["effect"]
    assert effect.round(9).tolist() == [0, 0, 60, 60]


def test_a_source_of_one_year_only_is_mix_and_not_conversion():
    one = pd.DataFrame({"source": ["a"], "contacts": [100], "referrals": [50]})
    two = pd.DataFrame({"source": ["a", "b"], "contacts": [50, 50], "referrals": [25, 10]})
    table = referrals_change_by_driver(two, one).set_index("driver")
    assert table["effect"].round(9).tolist() == [0, -15, 0, -15]
    assert table["note"].eq("sources listed in one year only: 1").all()


@settings(deadline=None)
@given(*[st.lists(st.integers(1, 5000), min_size=3, max_size=3)] * 2)
def test_stage_drivers_sum_to_the_change_exactly(before, now):
    def stages(counts):
        names = ["contacts", "referrals", "assessments"]
        return pd.DataFrame({"stage": names, "events": counts, "note": ""})

    effect = stage_change_by_driver(stages(now), stages(before), "assessments")["effect"]
    assert effect[:-1].sum() == pytest.approx(now[-1] - before[-1], abs=1e-6)


def test_the_forecast_of_a_short_history_is_words():
    months = contacts_by_month(made_authority()["contacts"], "2021-11")
    table = contacts_forecast(months, "2021-11")
    assert table["note"].tolist() == [
        "cannot be computed: a forecast needs 24 months of figures, 23 held"
    ]
    assert len(contacts_forecast_backtest(months, "2021-11")) == 0
