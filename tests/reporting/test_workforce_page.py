"""The agency page on small lists made by hand: what it says, hides, and says it cannot compute."""

from pathlib import Path

import nbformat
import pandas as pd
import pytest

from analysis.reporting import workforce_page
from analysis.running.work import read_inputs, write_inputs
from analysis.sources.authority import load_authority_profile
from analysis.sources.extracts import Extracts

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "03_agency_reliance.ipynb"
PROFILE = 'name = "Shire"\nla_code = ""\nstatus = "final"\nsynthetic = true\n'
PERIOD = pd.Period("2025-08", "M")
TEAMS = ("North", "South", "East")


def posts() -> pd.DataFrame:
    """Sixty posts of 1 FTE, twenty a team."""
    return pd.DataFrame(
        {"post_id": [f"p{n}" for n in range(60)], "budgeted_fte": 1.0}
        | {"team": [TEAMS[n % 3] for n in range(60)], "role": "Social worker"}
    )


def staff() -> pd.DataFrame:
    """Fifty employees of 1 FTE with cases, since long ago: ten posts are vacant."""
    people = range(50)
    return pd.DataFrame(
        {
            "person_id": [f"s{n}" for n in people],
            "post_id": [f"p{n}" for n in people],
            "team": [TEAMS[n % 3] for n in people],
            "role": "Social worker",
            "fte": 1.0,
            "contract": "permanent",
            "start_date": pd.Timestamp("2015-01-01"),
            "end_date": pd.NaT,
            "newly_qualified": False,
            "programme": None,
            "programme_end_date": pd.NaT,
            "cases": [10 + n % 10 for n in people],
        }
    )


def agency(surge: int = 12) -> pd.DataFrame:
    """Eight or nine workers in turn, and from December 2024 a surge for sickness."""
    since = pd.Timestamp("2020-01-01")
    starts = [(since, pd.NaT, "vacancy")] * 6 + [(since, pd.NaT, "maternity")] * 2
    months = pd.period_range("2022-09", "2025-08", freq="M")
    starts += [(m.start_time, m.end_time.normalize(), "vacancy") for m in months[::2]]
    starts += [(pd.Timestamp("2024-12-02"), pd.NaT, "sickness")] * surge
    table = pd.DataFrame(starts, columns=["start_date", "end_date", "reason"])
    count = len(table)
    return table.assign(
        worker_id=[f"a{n}" for n in range(count)],
        team=[TEAMS[n % 3] for n in range(count)],
        role="Social worker",
        posts_covered=1.0,
        fte=1.0,
        job_type="Social worker",
        hourly_rate_gbp=[38.0 if n % 2 else 42.0 for n in range(count)],
        cap_hourly_gbp=40.0,
        weekly_hours=37.0,
        project_team=False,
        cases=12,
    )


def absence(away: int = 8) -> pd.DataFrame:
    """People away sick since January 2025."""
    return pd.DataFrame(
        {
            "person_id": [f"s{n}" for n in range(away)],
            "team": [TEAMS[n % 3] for n in range(away)],
            "start_date": pd.Timestamp("2025-01-06"),
            "end_date": pd.NaT,
            "absence_type": "sickness",
            "days_lost_working_days": 160.0,
            "fte": 1.0,
        }
    )


class Made:
    """A page after its notebook has run, and everything that it displayed."""

    def __init__(self, page, html: str):
        self.page, self.html = page, html

    def fact(self, name: str) -> dict:
        return self.page.fact(name)


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Run the notebook's own cells on tables, in this process."""

    def run(tables: dict[str, pd.DataFrame], release: str = "public", profile: str = "") -> Made:
        folder = tmp_path / "raw" / "shire"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "authority.toml").write_text(PROFILE + profile, encoding="utf-8")
        extracts = Extracts(
            authority=load_authority_profile(folder),
            tables={name: _sourced(name, table) for name, table in tables.items()},
            problems=pd.DataFrame({"severity": []}),
            files=pd.DataFrame({"contract": [], "as_at": [], "as_at_basis": []}, dtype="str"),
            missing_columns={},
            restatements=pd.DataFrame(),
        )
        work = tmp_path / "work"
        write_inputs(work, extracts, PERIOD, release, {}, "2025-09-05T00:00:00")
        assert set(read_inputs(work).extracts.tables) == set(tables)
        monkeypatch.setenv("ANALYSIS_WORK", str(work))
        said = []
        monkeypatch.setattr(
            "analysis.reporting.page.display", lambda thing, metadata=None: said.append(thing.data)
        )
        names: dict = {}
        for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
            if cell.cell_type == "code":
                exec(cell.source, names)
        return Made(names["page"], " ".join(said))

    return run


def _sourced(name: str, table: pd.DataFrame) -> pd.DataFrame:
    rows = range(2, 2 + len(table))
    sourced = table.assign(source_file="workforce.xlsx", source_sheet=name, source_row=list(rows))
    return sourced if name == "workforce_monthly" else sourced.assign(as_at="2025-09-05")


def lists(**changed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    whole = {"establishment": posts(), "staff": staff(), "agency": agency(), "absence": absence()}
    return whole | changed


def test_people_posts_and_vacancies_are_worked_from_start_and_end_dates(make):
    made = make(lists())
    assert [made.fact(name)["value"] for name in ("agency_workers", "in_post", "vacancies")] == [
        20, 50, 10,
    ]  # fmt: skip
    assert made.fact("agency_rate_dfe")["shown"] == "28.6%"  # 20 ÷ (20 + 50)


def test_a_surge_is_a_signal_of_concern_and_its_start_and_earlier_level_are_found(make):
    made = make(lists())
    assert made.fact("agency_signal.fte")["value"] == -1
    assert made.fact("agency_run")["value"] == 9
    assert made.fact("agency_level_before")["value"] == 8
    assert "since December 2024" in made.html
    assert made.page.headline_text.startswith("Agency use is unusually high")
    assert workforce_page.card(made.page)["variation"] == "concern_high"


def test_without_a_surge_agency_use_is_within_its_usual_variation(make):
    made = make(lists(agency=agency(surge=0)))
    assert made.fact("agency_signal.fte")["value"] == 0
    assert made.page.headline_text.startswith("Agency use is within its usual variation")


def test_the_cover_bridge_adds_up(make):
    made = make(lists(), release="internal")
    needed = made.fact("cover_bridge.cover_needed")["value"]
    parts = ["vacancies", "cover_bridge.sickness", "cover_bridge.maternity"]
    assert needed == sum(made.fact(name)["value"] for name in parts) == 18
    assert made.fact("cover_uncovered")["value"] == needed - 20


def test_few_people_away_are_hidden_in_public_and_cannot_be_worked_out(make):
    made = make(lists(absence=absence(away=3)))
    assert made.fact("cover_bridge.sickness")["shown"] == "[c]"
    held = {"cover_bridge.cover_needed", "cover_bridge.additional", "cover_bridge.maternity"}
    assert any(made.fact(name)["suppressed"] for name in held)
    assert made.fact("team_absent.north")["suppressed"]
    assert "No bar is drawn after a hidden amount" in made.html
    inside = make(lists(absence=absence(away=3)), release="internal")
    assert "No bar is drawn" not in inside.html
    assert inside.fact("cover_bridge.sickness")["value"] == 3


def test_assignments_above_the_cap_are_counted_with_their_base(make):
    share = make(lists()).fact("agency_above_cap")
    assert (share["numerator"], share["denominator"]) == (10, 20)


def test_caseloads_need_the_authority_s_own_threshold(make):
    without = make(lists()).fact("caseload_above_threshold")
    assert without["value"] is None
    assert "threshold" in without["note"]
    whole = make(lists(), profile="caseload_threshold = 15\n")
    assert whole.fact("caseload_above_threshold")["numerator"] == 20  # 16 to 19, five of each
    assert whole.fact("caseload_distribution")["value"] == 12.5


def test_students_are_too_few_to_show_month_by_month_but_an_internal_page_shows_them(make):
    learners = (
        staff()
        .tail(3)
        .assign(
            person_id=["x1", "x2", "x3"],
            post_id=None,
            programme="step up",
            programme_end_date=pd.Timestamp("2026-03-31"),
            cases=0,
        )
    )
    with_learners = pd.concat([staff(), learners], ignore_index=True)
    public = make(lists(staff=with_learners))
    assert public.page.series("agency_need")["suppressed"].all()
    assert "hidden in a public release" in public.html
    inside = make(lists(staff=with_learners), release="internal")
    assert inside.page.series("agency_need")["value"].notna().all()
    assert {"low", "central", "high"} == {
        name.split(".")[1] for name in inside.page.series("agency_need")["id"]
    }


def test_a_missing_reason_is_said(make):
    made = make(lists(agency=agency().assign(reason=None)), release="internal")
    assert made.fact("agency_by_reason.not_given")["value"] == 20
    assert "A reason is not recorded for" in made.html


def test_a_figure_that_is_given_is_not_said_to_be_missing(make):
    made = make(lists(), release="internal")
    given = [made.fact(f"{name}_in_12_months") for name in ("starters", "leavers")]
    given.append(made.fact("agency_fte"))
    assert all(fact["value"] is not None and fact["note"] == "" for fact in given)


def test_a_figure_that_the_months_lack_says_so(make):
    tables = lists()
    del tables["agency"]
    made = make(tables, release="internal")
    assert made.fact("agency_fte")["value"] is None
    assert "does not give it by month" in made.fact("agency_fte")["note"]


def test_months_that_are_held_and_hidden_are_not_said_to_be_missing(make):
    made = make(lists(agency=agency(surge=0).head(3)))
    assert made.page.series("agency_fte_by_month")["suppressed"].all()
    assert "hidden [c] to protect people" in made.html
    assert "do not hold them" not in made.html
    assert "months of it are held" not in made.html


def test_a_hidden_newest_month_gives_no_word_of_variation(make):
    steady = agency(surge=0).head(8)
    leaving = steady.assign(end_date=[pd.NaT] * 4 + [pd.Timestamp("2025-08-15")] * 4)
    made = make(lists(agency=leaving))
    assert made.page.series("agency_fte_by_month")["value"].notna().sum() == 35
    assert made.fact("agency_signal.fte")["value"] is None
    assert made.fact("agency_signal.fte")["label"].endswith("says, full-time equivalents")
    assert "usual variation:" not in made.html
    assert "The newest month is hidden [c] to protect people" in made.html


def test_a_list_of_agency_workers_that_begins_late_gives_no_zeros_before(make):
    late = agency(surge=0).head(8).assign(start_date=pd.Timestamp("2025-05-01"))
    made = make(lists(agency=late), release="internal")
    assert len(made.page.series("agency_fte_by_month")) == 4
    assert "Too few months for limits" in made.html


def test_a_list_of_agency_workers_that_begins_after_the_period_gives_no_bridge(make):
    late = agency(surge=0).head(8).assign(start_date=pd.Timestamp("2025-09-01"))
    made = make(lists(agency=late), release="internal")
    assert "cover_uncovered" not in set(made.page.facts["id"])
    assert "The list of agency workers begins after August 2025" in made.html
    assert "No list of agency workers" not in made.html
    assert "has a recorded reason" not in made.html


def test_few_colleagues_in_odd_rows_are_hidden_and_months_are_not(make):
    odd = agency().assign(posts_covered=[1.5] * 2 + [1.0] * (len(agency()) - 2))
    tables = lists(agency=odd, staff=staff().assign(fte=[1.4] * 7 + [1.0] * 43))
    shown = {fact["id"]: fact["shown"] for fact in _odd_rows(make(tables))}
    assert shown == {
        "workforce_oddities.staff.fte_is_above_1": "7",
        "workforce_oddities.agency.worker_over_more_than_one_post": "[c]",
    }
    inside = {fact["id"]: fact["shown"] for fact in _odd_rows(make(tables, release="internal"))}
    assert inside["workforce_oddities.agency.worker_over_more_than_one_post"] == "2"


def test_odd_months_are_not_people_and_are_shown(make):
    made = make(lists(agency=agency().assign(reason="vacancy")))
    more = "month_oddities.more_agency_fte_covers_vacancies_than_there_are"
    assert [fact["shown"] for fact in made.page.records("month_oddities")] == ["9"]
    assert f'data-fact="{more}"' in made.html


def _odd_rows(made) -> list[dict]:
    return made.page.records("workforce_oddities")


def test_with_a_monthly_summary_alone_the_page_is_made_and_says_what_it_lacks(make):
    months = pd.period_range("2023-09", "2025-08", freq="M")
    summary = pd.DataFrame(
        {
            "as_at": [f"{month.end_time:%Y-%m-%d}" for month in months],
            "establishment_fte": 60.0,
            "inpost_fte": 50.0,
            "agency_headcount": [9.0 + n % 2 for n in range(24)],
            "agency_fte": [8.5 + n % 2 for n in range(24)],
        }
    )
    made = make({"workforce_monthly": summary})
    assert made.fact("agency_signal.fte")["value"] == 0
    assert "No list of agency workers with reasons" in made.html
    assert "No staff list with cases" in made.html


def test_without_a_list_of_absence_the_need_for_cover_is_not_made_up(make):
    tables = lists()
    del tables["absence"]
    made = make(tables)
    assert made.fact("cover_bridge.cover_needed")["value"] is None
    assert made.fact("agency_workers")["value"] == 20
