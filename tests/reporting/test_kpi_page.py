"""The KPI page: each indicator by the law of its own data, and nothing claimed without a signal."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from analysis.reporting import kpi_board, kpi_charts_page, kpi_facts, kpi_grid, kpi_page
from analysis.reporting.kpi_control import CUMULATIVE, P_PRIME, RARE, TOO_FEW, U_PRIME, XMR
from analysis.reporting.page import MissingTable, Page
from analysis.reporting.page_parts import page_of
from analysis.sources.authority import Authority
from analysis.sources.extracts import Extracts

PERIOD = pd.Period("2025-08", "M")
AUTHORITY = Authority(folder=Path("north"), name="North")
CHANGES = pd.DataFrame(columns=["contract", "key", "column"])


def returned(code: str = "K1", **columns: object) -> pd.DataFrame:
    """A KPI return of one indicator, its last month being August 2025."""
    many = len(next(value for value in columns.values() if isinstance(value, list | np.ndarray)))
    table = pd.DataFrame(
        {"month": pd.date_range(end="2025-08-01", periods=many, freq="MS"), "kpi_code": code}
        | {"kpi_name": f"Indicator {code}", "direction": "high", "as_at": "2025-09-05"}
        | {"source_file": "kpi.xlsx", "source_sheet": "KPI", "source_row": range(2, many + 2)}
        | columns
    )
    wanted = [*table.columns, "numerator", "denominator", "value_pct", "target_pct", "status"]
    return table.reindex(columns=list(dict.fromkeys(wanted)))


def counted(shares: list[float], cases: int = 400, code: str = "K1", **more: object):
    """A return with counts: these shares of so many cases each month."""
    met = np.round(np.array(shares) * cases)
    return returned(code, numerator=met, denominator=np.full(len(met), float(cases)), **more)


def page_with(
    release: str = "public",
    authority: Authority = AUTHORITY,
    period: pd.Period = PERIOD,
    **tables: pd.DataFrame,
):
    """A page of an authority that holds these tables; its board and its charts."""
    files = pd.DataFrame(columns=["contract", "as_at"])
    extracts = Extracts(authority, tables, pd.DataFrame(), files, {}, CHANGES)
    page = Page("02_kpi_trends", "KPI trends", extracts, period, release, Path())
    board = kpi_board.kpi_months(page)
    return page, board, kpi_facts.add_indicators(page, board)


def steady(months: int = 36, level: float = 0.85, seed: int = 1) -> list[float]:
    return list(np.random.default_rng(seed).normal(level, 0.012, months))


STEP = steady(28) + steady(8, 0.70)


def whole_page(page: Page, controls: list) -> str:
    blocks = [
        kpi_page.headline(page),
        kpi_page.chance_sentence(page),
        kpi_grid.grid(page, kpi_grid.kpi_rows(page)),
        *kpi_page.with_signal(page, controls),
        *kpi_page.with_target_missed(page, controls),
        *kpi_page.pinned(page, controls),
        *kpi_page.others(page, controls),
        *kpi_page.rare(page, controls),
        *kpi_page.missing(page),
    ]
    return "\n".join(map(str, blocks))


def test_a_planted_fall_is_a_signal_of_concern_and_heads_the_page():
    page, _, controls = page_with(kpi_return=counted(STEP, target_pct=80.0))
    fact = page.fact("kpi_signal.k1")
    assert (fact["value"], fact["shown"]) == (-1, "Concern, low")
    assert controls[0].law == P_PRIME
    assert kpi_page.headline(page).striptags() == (
        "Indicator K1: a signal of concern; 1 target missed"
    )
    said = whole_page(page, controls)
    assert "Every month since January 2025 is a signal" in said
    assert "Limits by p′, given for the newest month." in said


def test_a_month_holds_its_counts_and_its_formula():
    page, _, _ = page_with(kpi_return=counted([0.5] * 14, cases=40))
    fact = page.fact("kpi_value.k1.2025-08")
    assert (fact["value"], fact["numerator"], fact["denominator"]) == (50.0, 20, 40)
    assert (fact["shown"], fact["formula"]) == ("50.0%", "20 ÷ 40 × 100")


def test_a_newest_month_of_no_cases_is_said_and_the_chart_is_drawn():
    met, cases = np.append(np.round(400 * np.array(STEP[1:])), 0.0), np.array([400.0] * 35 + [0.0])
    page, _, controls = page_with(kpi_return=returned(numerator=met, denominator=cases))
    assert "The newest value is of July 2025." in whole_page(page, controls)
    assert "".join(kpi_page.with_signal(page, controls)).count("<figure id=") == 1


def test_a_percentage_stated_of_no_cases_is_never_shown():
    met, cases = np.array([340.0] * 14 + [0.0]), np.array([400.0] * 14 + [0.0])
    table = returned(numerator=met, denominator=cases, value_pct=[85.0] * 14 + [100.0])
    page, _, _ = page_with(kpi_return=table)
    assert page.fact("kpi_value.k1.2025-08")["shown"] == "cannot be computed"
    assert page.fact("kpi_latest.k1")["period"] == "2025-07"
    # of no month at all: it is still a percentage and no count of nought
    page, _, _ = page_with(kpi_return=table.assign(numerator=0.0, denominator=0.0))
    assert page.fact("kpi_latest.k1")["shown"] == "cannot be computed"
    assert "Indicator K1: none in the month." in "".join(kpi_page.missing(page))


def test_percentages_alone_are_charted_by_xmr_in_a_public_release():
    values = np.round(100 * np.array(steady()), 1)
    page, _, controls = page_with(kpi_return=returned(value_pct=values))
    assert controls[0].law == XMR
    assert page.fact("kpi_latest.k1")["shown"] == f"{values[-1]:.1f}%"


def test_a_percentage_that_five_cases_could_give_is_hidden_where_counts_are_not_given():
    values = np.round(100 * np.array(steady()), 1)
    values[-1], values[-2] = 80.0, 100.0
    page, _, _ = page_with(kpi_return=returned(value_pct=values))
    assert page.fact("kpi_latest.k1")["shown"] == "[c]"
    assert page.fact("kpi_value.k1.2025-07")["shown"] == "100.0%"


def test_timeliness_on_fewer_than_six_cases_is_hidden_and_nothing_rests_on_it():
    cases = np.array([40.0] * 34 + [5.0, 40.0])
    made = []
    for hidden in (1.0, 5.0):
        met = np.array([30.0] * 34 + [hidden, 31.0])
        page, _, controls = page_with(kpi_return=returned(numerator=met, denominator=cases))
        assert page.fact("kpi_value.k1.2025-07")["shown"] == "[c]"
        made.append(page.facts.drop(columns="id").map(str).to_numpy().tolist())
        made.append(whole_page(page, controls))
    assert made[0] == made[2]
    assert made[1] == made[3]


def test_twelve_points_make_a_run_chart_and_thirteen_have_limits():
    page, _, controls = page_with(kpi_return=counted(steady(12), target_pct=99.0))
    assert (controls[0].law, controls[0].variation) == (TOO_FEW, "too_few")
    assert not page.facts["id"].str.startswith("kpi_limit").any()
    assert "Too few points" in whole_page(page, controls)
    assert page_with(kpi_return=counted(steady(13)))[2][0].law == P_PRIME


def test_a_year_to_date_return_is_taken_apart_into_the_months_it_was_made_of():
    met = np.random.default_rng(3).integers(60, 90, 36)
    months = pd.date_range(end="2025-08-01", periods=36, freq="MS")
    year = months.year - (months.month < 4)
    to_date = pd.Series(met).groupby(year).cumsum().astype(float)
    cases = pd.Series(np.full(36, 100)).groupby(year).cumsum().astype(float)
    table = returned(numerator=to_date.to_numpy(), denominator=cases.to_numpy())
    page, board, controls = page_with(kpi_return=table)
    # The first April that is held opens the first year that can be taken apart.
    assert board["numerator"].tolist()[7:] == met[7:].tolist()
    assert "year to date" in controls[0].said[0]
    assert controls[0].law == P_PRIME


def test_a_correction_below_the_month_before_leaves_that_month_out_of_a_year_to_date():
    met = np.random.default_rng(3).integers(60, 90, 36)
    year = np.repeat([0, 1, 2, 3], [7, 12, 12, 5])
    to_date = pd.Series(met).groupby(year).cumsum().astype(float)
    cases = pd.Series(np.full(36, 100)).groupby(year).cumsum().astype(float)
    to_date[25], cases[25] = to_date[24], cases[24]
    to_date[28], cases[28] = to_date[27] - 3, cases[27] - 3
    table = returned(numerator=to_date.to_numpy(), denominator=cases.to_numpy())
    board = page_with(kpi_return=table)[1]
    assert board.loc[[25, 28], ["value", "numerator", "denominator"]].isna().all(axis=None)
    assert np.isfinite(board["value"].drop(index=[*range(7), 25, 28])).all()


def test_a_return_of_later_months_alone_has_no_indicator_yet():
    early = pd.Period("2020-01", "M")
    _, board, controls = page_with(kpi_return=counted(steady(6)), period=early)
    assert (len(board), controls) == (0, [])


def test_a_rolling_figure_has_no_limits_and_the_page_says_why():
    monthly = pd.Series(np.random.default_rng(4).normal(80, 4, 60))
    rolling = monthly.rolling(12).mean().dropna().to_numpy()[-36:]
    page, _, controls = page_with(kpi_return=returned(value_pct=np.round(rolling, 2)))
    assert controls[0].law == CUMULATIVE
    assert page.fact("kpi_signal.k1")["note"].endswith("the figures are not of single months.")
    key = "Not tested. Too few points, too rare, no data, or figures not of single months"
    assert key in kpi_grid.grid(page, kpi_grid.kpi_rows(page)).striptags()
    assert "rolling 12-month" in controls[0].said[0]
    assert controls[0].chart["ucl"].isna().all()


def test_rare_counts_are_dated_events_without_limits():
    events = np.zeros(24)
    events[[3, 10]] = 1.0
    page, _, controls = page_with("internal", kpi_return=returned(numerator=events))
    assert controls[0].law == RARE
    assert kpi_grid.kpi_rows(page)[0]["variation"] == "too_rare"
    assert page.fact("kpi_signal.k1")["note"].startswith("Too rare for limits")
    (table,) = kpi_page.rare(page, controls)
    cells = [Markup(cell).striptags() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", table)]
    assert cells[3:] == ["December 2023", "1", "First held", "July 2024", "1", "7"]
    assert "kpi_limit_mean.k1" not in set(page.facts["id"])


def test_a_hidden_rare_event_is_never_said_not_to_have_been():
    events = np.zeros(24)
    events[[3, 10]] = 1.0
    page, _, controls = page_with(kpi_return=returned(numerator=events))
    (table,) = kpi_page.rare(page, controls)
    assert table.count("[c]") == 2
    assert "none recorded" not in table


def test_targets_are_judged_by_the_newest_month_alone_and_hidden_ones_are_counted_apart():
    hidden = counted(steady(35, seed=5), 40, code="hidden", target_pct=99.0)
    last = returned("hidden", numerator=[3.0], denominator=[4.0], target_pct=99.0)
    rows = [counted(steady(seed=6), code="missed", target_pct=95.0), hidden, last]
    hidden["month"] -= pd.DateOffset(months=1)
    page, _, controls = page_with(kpi_return=pd.concat(rows))
    assert page.fact("kpi_latest.hidden")["shown"] == "[c]"
    missed = page.fact("kpi_targets_missed")
    assert (missed["value"], missed["denominator"]) == (1, 1)
    assert page.fact("kpi_targets_hidden")["value"] == 1
    (table, *_) = kpi_page.others(page, controls)
    assert "Indicators without a chart" in table
    assert "meet their target" not in table
    in_grid = [row["code"] for row in kpi_grid.kpi_rows(page) if row["missed"]]
    assert in_grid == ["missed"]
    assert (
        kpi_page.headline(page)
        .striptags()
        .endswith("1 target missed; 1 target not judged as the newest month is hidden")
    )
    assert (
        kpi_page.card(page)["words"]
        .striptags()
        .endswith(
            "1 of those with a target missed it. Of 1 with a target the newest month is hidden."
        )
    )
    internal = page_with("internal", kpi_return=pd.concat(rows))[0]
    assert internal.fact("kpi_targets_missed")["value"] == 2
    assert "not judged" not in kpi_page.headline(internal)


def test_one_indicator_of_concern_is_one_indicator_on_the_leaders_tile():
    table = [counted(STEP, code="A"), counted(steady(), code="B")]
    page, _, _ = page_with(kpi_return=pd.concat(table))
    assert kpi_page.card(page)["unit"] == "indicator with a signal of concern"
    assert kpi_page.card(page)["words"].striptags() == "Indicator A."
    page, _, _ = page_with(kpi_return=table[1])
    assert kpi_page.card(page)["unit"] == "indicators with a signal of concern"


def test_limits_restart_only_where_the_log_says_and_its_reason_is_printed():
    values = steady(14, 0.60) + steady(22, 0.85)
    log = {"measure": "K1", "from": "2023-11", "reason": "A new provider began."}
    authority = replace(AUTHORITY, rebase=(log,))
    page, _, controls = page_with(authority=authority, kpi_return=counted(values, target_pct=99.0))
    assert controls[0].chart["segment"].tolist() == [1] * 14 + [2] * 22
    assert "Limits restart in November 2023, as declared: A new provider began." in whole_page(
        page, controls
    )
    assert page_with(kpi_return=counted(values))[2][0].chart["segment"].unique().tolist() == [1]


def test_the_target_in_force_judges_and_the_authoritys_list_goes_before_the_return():
    steps = [{"from": "2021-04", "value": 70}, {"from": "2025-04", "value": 95}]
    authority = replace(AUTHORITY, targets={"K1": steps})
    page, board, _ = page_with(authority=authority, kpi_return=counted(steady(), target_pct=60.0))
    assert board["target"].tolist() == [70.0] * 31 + [95.0] * 5
    assert page.fact("kpi_target.k1")["shown"] == "95% or more"
    assert page.fact("kpi_assurance.k1")["shown"] == "Consistently missed"


def test_the_grid_puts_concern_first_then_missed_targets_then_the_rest():
    table = pd.concat(
        [
            counted(steady(seed=5), code="usual"),
            counted(steady(seed=5), code="met", target_pct=60.0),
            counted(steady(8, seed=7), code="short"),
            counted(steady(8, seed=7), code="short and missed", target_pct=95.0),
            counted([*steady(35, seed=6), 0.84], code="missed now", target_pct=85.0),
            counted(steady(seed=6), code="always missed", target_pct=95.0),
            counted(STEP, code="falling"),
        ]
    )
    page, _, _ = page_with(kpi_return=table)
    rows = kpi_grid.kpi_rows(page)
    assert [row["code"] for row in rows] == [
        *("falling", "always_missed", "missed_now", "short_and_missed"),
        *("met", "usual", "short"),
    ]
    assert [row["missed"] for row in rows] == [False, True, True, True, False, False, False]


def test_a_pinned_indicator_has_a_chart_and_others_a_line():
    table = pd.concat([counted(steady(seed=5), code="A"), counted(steady(seed=6), code="B")])
    authority = replace(AUTHORITY, raw={"pinned": ["B"]})
    page, _, controls = page_with(authority=authority, kpi_return=table)
    figures = "".join(kpi_page.pinned(page, controls))
    assert 'id="fig-kpi-b"' in figures
    assert "fig-kpi-a" not in figures
    assert "Indicator A" in kpi_page.others(page, controls)[0]


def test_at_most_twenty_indicators_are_charted():
    table = pd.concat([counted(steady(seed=n), code=f"K{n}", target_pct=99.0) for n in range(23)])
    page, _, controls = page_with(kpi_return=table)
    charts = "".join(kpi_page.with_target_missed(page, controls))
    assert charts.count("<figure id=") == 20
    assert len(controls) == 23
    assert kpi_page.others(page, controls)[0].count("<tr>") == 1 + 3


def test_false_signals_to_expect_are_on_the_page_and_those_that_survive_are_marked():
    table = pd.concat([counted(steady(seed=n), code=f"K{n}") for n in range(20)])
    page, _, _ = page_with(kpi_return=pd.concat([table, counted(STEP, code="step")]))
    assert page.fact("kpi_signals_by_chance")["value"] == pytest.approx(21 * 0.016)
    assert page.fact("kpi_signal.step")["note"].startswith("Holds after allowing")
    assert "chance alone would raise about" in kpi_page.chance_sentence(page)


def visited(late: int) -> dict[str, pd.DataFrame]:
    """Plans of 31 children, each visited every week until August 2025; so many not in August."""
    read = {"as_at": "2025-08-31", "source_file": "a.xlsx", "source_sheet": "A", "source_row": 2}
    children = [f"c{number}" for number in range(31)]
    days = pd.date_range("2024-01-08", "2025-08-29", freq="7D")
    visits = [(child, day) for child in children[late:] for day in days]
    visits += [(child, day) for child in children[:late] for day in days[days < "2025-08-01"]]
    plans = pd.DataFrame({"child_id": children, "start_date": days[0], "end_date": pd.NaT} | read)
    plans["end_date"] = plans["end_date"].astype("datetime64[us]")
    ended = plans.head(1).assign(child_id="d0", end_date=days[1])
    plans = pd.concat([plans, ended], ignore_index=True)
    return {
        "cp_plans": plans,
        "cp_visits": pd.DataFrame(visits, columns=["child_id", "visit_date"]).assign(**read),
    }


def test_children_without_a_visit_in_time_are_counted_once_and_hidden_nowhere_else():
    code = "cp_visits_in_timescale"
    authority = replace(AUTHORITY, raw={"pinned": [code]})
    page, board, controls = page_with(authority=authority, **visited(late=3))
    latest = page.fact(f"kpi_latest.{code}")
    assert (latest["numerator"], latest["denominator"]) == (28, 31)
    assert board.set_index("kpi_code").loc[code, "open_past_deadline"].iloc[-1] == 3
    assert f"kpi_open.{code}" not in set(page.facts["id"])
    said = whole_page(page, controls)
    assert "fig-kpi-cp-visits-in-timescale" in said
    assert "Open, past deadline" not in said
    assert "in no month’s rate" not in said


def test_open_assessments_past_the_deadline_stand_beside_their_rate():
    starts = pd.date_range("2022-01-03", "2025-08-29", freq="B")
    ended = pd.Series(starts).where(np.arange(len(starts)) % 5 > 0)
    table = pd.DataFrame(
        {"start_date": starts - pd.Timedelta(days=30), "authorised_date": ended}
        | {"child_id": "a", "as_at": "2025-09-05", "source_file": "a.xlsx"}
        | {"source_sheet": "A", "source_row": 2}
    )
    authority = replace(AUTHORITY, raw={"pinned": ["assessments_in_45_working_days"]})
    page, _, controls = page_with(authority=authority, assessments=table)
    assert page.fact("kpi_open.assessments_in_45_working_days")["value"] > 5
    said = whole_page(page, controls)
    assert "Open, past deadline" in said
    assert "in no month’s rate until they end" in said


def test_records_go_before_the_return_and_the_two_are_reconciled():
    starts = pd.date_range("2022-01-03", "2025-08-29", freq="B")
    table = pd.DataFrame(
        {"start_date": starts - pd.Timedelta(days=30), "authorised_date": starts}
        | {"child_id": "a", "as_at": "2025-09-05", "source_file": "a.xlsx"}
        | {"source_sheet": "A", "source_row": 2}
    )
    code = "assessments_in_45_working_days"
    page, board, controls = page_with(
        assessments=table, kpi_return=returned(code, value_pct=np.full(36, 90.0))
    )
    assert set(board["contract"]) == {"assessments"}
    assert page.fact(f"kpi_latest.{code}")["shown"] == "100.0%"
    assert (
        "KPI return differs in 36 of 36 months that both give; for August 2025 it gives 90"
        in " ".join(controls[0].said)
    )


def test_a_rate_is_charted_by_its_own_law_and_neither_way_is_better():
    days = pd.date_range("2021-01-01", "2025-08-31", freq="6h")
    table = pd.DataFrame(
        {"child_id": "a", "referral_date": days.normalize(), "as_at": "2025-09-05"}
        | {"decision_date": days.normalize(), "source_file": "a.xlsx"}
        | {"source_sheet": "A", "source_row": 2}
    )
    authority = replace(AUTHORITY, raw={"population_0_17": {"2020": 60_000, "source": "ONS"}})
    page, _, controls = page_with(authority=authority, referrals=table)
    rate = next(c for c in controls if c.unit == "per 10,000")
    assert (rate.law, rate.direction) == (U_PRIME, "none")
    # 4 a day for 30 days and 1 on the last, on 60,000 children
    assert page.fact("kpi_latest.referrals_per_10000_in_month")["shown"] == "20.2"


def test_what_cannot_be_computed_names_the_extract_or_the_column():
    table = pd.DataFrame(
        {"start_date": pd.to_datetime(["2025-01-06"]), "authorised_date": pd.NaT}
        | {"source_file": "a.xlsx", "source_sheet": "A", "source_row": 2, "child_id": "a"}
    )
    page, _, _ = page_with(assessments=table)
    said = Markup("").join(kpi_page.missing(page)).striptags()
    assert "column authorised_date missing" in said
    assert kpi_page.headline(page).startswith("No indicator has enough months to be tested")
    assert (
        "Plans that are a child's second or later: no extract holds cp_plans."
        in Markup(said).unescape()
    )
    with pytest.raises(MissingTable, match="kpi_return"):
        page_with()


def test_the_leader_summary_has_the_same_grid_from_facts_alone():
    page, _, _ = page_with(kpi_return=counted(STEP, target_pct=80.0))
    bare = Page("06", "", page.extracts, PERIOD, "public", Path())
    bare.results = {"02_kpi_trends": page.result()}
    bare.take_results()
    bare.extracts = replace(page.extracts, tables={})
    assert kpi_grid.kpi_rows(bare) == kpi_grid.kpi_rows(page)
    message, blocks = kpi_page.summary(bare)
    assert message == kpi_page.headline(page)
    assert 'href="02_kpi_trends.html#fig-kpi-k1"' in blocks[0]
    assert kpi_page.card(bare)["variation"] == "concern_low"


def test_every_number_marked_on_the_page_is_its_fact():
    table = pd.concat([counted(STEP, target_pct=80.0), counted(steady(), 20, code="few")])
    page, _, controls = page_with(kpi_return=table)
    marked = re.findall(r'data-fact="([^"]+)"[^>]*>([^<]*)<', whole_page(page, controls))
    shown = dict(zip(page.facts["id"], page.facts["shown"], strict=True))
    assert len(marked) > 60
    assert [name for name, text in marked if shown[name] != text] == []


def test_managers_notes_are_quoted_beside_their_indicator():
    note = {"month": PERIOD.to_timestamp(), "measure_id": "K1", "text": "Two posts were <filled>."}
    notes = pd.DataFrame([note | {"role": "Head", "note_date": pd.Timestamp("2025-09-05")}])
    page, _, controls = page_with(kpi_return=counted(STEP), notes=notes)
    assert "“Two posts were &lt;filled&gt;.”" in "".join(kpi_page.with_signal(page, controls))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["high", "low", "none"]))
def test_no_sentence_calls_a_month_better_or_worse_without_a_signal(seed, direction):
    table = counted(steady(20, seed=seed), 60, direction=direction)
    page, _, controls = page_with(kpi_return=table)
    own = kpi_charts_page.facts_of_control(page.facts_by_id(), controls[0])
    said = kpi_charts_page.sentences_spc.spc_sentences(controls[0], own).striptags()
    state = controls[0].variation.partition("_")[0]
    assert ("improvement" in said) == (state == "improvement")
    assert ("of concern" in said) == (state == "concern")
    assert ("usual range" in said) == (state == "common")


def test_a_section_with_nothing_in_it_is_left_out_of_the_page():
    masthead = {"analysis": {"masthead": {"title": "A", "release": "public"}}}
    left_out = {"analysis": {"left_out": True}}
    cells = [
        {"cell_type": "code", "outputs": [{"metadata": masthead}]},
        {"cell_type": "markdown", "source": "## Rare\n\nProse."},
        {"cell_type": "code", "outputs": [{"metadata": left_out}]},
        {"cell_type": "markdown", "source": "## Kept"},
    ]
    page = page_of({"cells": cells})
    assert [section["title"] for section in page["sections"]] == ["Kept"]
    assert page["masthead"]["nav"][0] == ["#kept", "Kept"]
