"""Derby's 2021 paper through the suite's own runner: the figures, the pages, the failures."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"\d")


def analysis(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    """Run the command line as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "analysis", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def report(derby_report) -> Path:
    return derby_report


@pytest.fixture(scope="module")
def facts(report) -> dict[str, dict]:
    entries = json.loads((report / "facts.json").read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in entries}


@pytest.mark.parametrize(
    ("month", "value", "text"),
    [
        ("2021-03", 52.596, "+52.6%"),
        ("2021-04", 52.981, "+53.0%"),
        ("2021-05", 62.508, "+62.5%"),
        ("2021-06", 32.354, "+32.4%"),
        ("2021-07", 28.185, "+28.2%"),
        ("2021-08", 26.076, "+26.1%"),
    ],
)
def test_each_month_s_growth_is_the_papers_to_the_decimal(facts, month, value, text):
    fact = facts[f"contacts_year_on_year.{month}"]
    assert fact["value"] == pytest.approx(value, abs=0.0005)
    assert fact["shown"] == text


def test_growth_of_the_period_is_total_on_total(facts):
    fact = facts["contacts_period_change"]
    assert (fact["numerator"], fact["denominator"]) == (14387, 10181)
    assert fact["value"] == pytest.approx(41.312, abs=0.0005)
    assert fact["shown"] == "+41.3%"


@pytest.mark.parametrize(
    ("fact_id", "value", "text"),
    [
        ("agency_workers", 22, "22"),
        ("agency_posts_covered", 23, "23"),
        ("agency_workers_earlier", 13, "13"),
        ("agency_workers_change", 9, "+9"),
        ("establishment", 133, "133"),
        ("agency_posts_share_of_establishment", 17.293, "17.3%"),
        ("agency_workers_per_100_establishment_fte", 16.541, "16.5"),
        ("staffing_pressure", 829_000, "£0.829m"),
        ("agency_pressure", 566_000, "£0.566m"),
        ("other_pressure", 263_000, "£0.263m"),
        ("agency_pressure_share", 68.275, "68.3%"),
        ("agency_pressure_per_worker", 25_727.27, "£25.7k"),
        ("agency_pressure_per_post", 24_608.70, "£24.6k"),
        ("newly_qualified", 20, "20"),
        ("newly_qualified_completed", 7, "7"),
        ("apprentices", 3, "3"),
        ("apprentices_planned", 2, "2"),
        ("step_up_students", 4, "4"),
        ("printed_rule.cut_off", 6, "6"),
        ("printed_rule.rounded_half_up", 3, "3"),
        ("kpi_pairs_difference.kpi_1", -0.1, "−0.1"),
        ("kpi_pairs_difference.kpi_6", 2.5, "+2.5"),
        ("contacts_change_per_working_day.2021-03", 45.96, "+46.0%"),
        ("contacts_period_change_per_working_day", 40.20, "+40.2%"),
    ],
)
def test_the_papers_other_figures(facts, fact_id, value, text):
    assert facts[fact_id]["value"] == pytest.approx(value, rel=1e-3)
    assert facts[fact_id]["shown"] == text


def test_the_departments_agency_rate_is_not_made_up(facts):
    fact = facts["agency_rate_dfe"]
    assert fact["value"] is None
    assert "inpost_fte" in fact["note"]


def test_facts_hold_every_key_and_no_nan(report):
    text = (report / "facts.json").read_text(encoding="utf-8")
    keys = [
        "id", "label", "value", "shown", "unit", "period", "numerator", "denominator", "lower",
        "upper", "source", "formula", "suppressed", "note",
    ]  # fmt: skip
    assert all(list(entry) == keys for entry in json.loads(text))
    assert "NaN" not in text


def test_every_computed_fact_names_its_file_and_sheet(facts):
    lost = [
        name
        for name, fact in facts.items()
        if fact["value"] is not None and ".xlsx, sheet " not in fact["source"]
    ]
    assert lost == []


class Shown(HTMLParser):
    """Collects the text of a page outside facts and definitions, where no result may stand."""

    VOID = frozenset({"meta", "br", "img", "input", "link", "use", "hr", "path", "rect", "circle"})

    def __init__(self):
        super().__init__()
        self.open: list[bool] = []
        self.bare: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in self.VOID:
            return
        names = {name for name, _ in attrs}
        exempt = tag in {"style", "title", "desc"} or bool(names & {"data-fact", "data-text"})
        exempt = exempt or (tag == "text" and ("class", "ax") in attrs)  # the scale of a chart
        self.open.append(exempt or (bool(self.open) and self.open[-1]))

    def handle_endtag(self, tag):
        if tag not in self.VOID and self.open:
            self.open.pop()

    def handle_data(self, data):
        if not (self.open and self.open[-1]):
            self.bare.append(data)


MONTHS = "January February March April May June July August September October November December"
ORDINARY = re.compile(
    r"Table \d+\.|Figure \d+\.|95% interval\w*|\b(?:\d{1,2} )?(?:" + "|".join(MONTHS.split()) + r")"
    r" \d{4}\b|\b20\d\d\b|counts of 1 to 5 people|Guidelines 2\.2"
)


@pytest.mark.parametrize("page", ["index", "01_demand_growth", "02_kpi_trends"])
def test_percentages_and_pounds_stand_only_in_facts(report, page):
    reader = Shown()
    reader.feed((report / f"{page}.html").read_text(encoding="utf-8"))
    text = ORDINARY.sub("", " ".join(reader.bare))
    assert re.findall(r"£\s?\d|\d+\.\d+%|\b\d,\d{3}\b", text) == []


def test_each_page_says_what_it_is_and_makes_no_claim_of_change_without_a_test(report):
    for path in report.glob("*.html"):
        text = re.sub(
            r"<style>.*?</style>|<[^>]+>", " ", path.read_text(encoding="utf-8"), flags=re.S
        )
        assert "Derby" in text
        assert re.findall(r"\b(improved|worsened|deteriorated|premium)\b", text) == [], path.name


def test_the_consistent_rise_stands_beside_the_growth_that_falls(report):
    page = (report / "index.html").read_text(encoding="utf-8")
    assert "consistent rise" in page
    assert "contacts_year_on_year.2021-05" in page


def test_the_pandemic_may_have_moved_the_base_and_is_not_said_to_have(report):
    demand = (report / "01_demand_growth.html").read_text(encoding="utf-8")
    assert "so growth on it may overstate growth on an ordinary year" in demand
    assert "overstates" not in demand


def test_a_broken_workbook_is_named_and_the_earlier_report_stays(tmp_path):
    raw, out = tmp_path / "raw", tmp_path / "out"
    shutil.copytree(ROOT / "data" / "raw" / "derby", raw / "derby")
    options = ("--raw", str(raw), "--out", str(out), "--period", "2021-08")
    assert analysis("report", *options).returncode == 0
    before = {p.name: p.read_bytes() for p in (out / "derby" / "2021-08").iterdir()}
    workbook = raw / "derby" / "contacts.xlsx"
    workbook.write_bytes(workbook.read_bytes()[:2000])
    run = analysis("report", *options)
    assert run.returncode == 1
    assert "contacts.xlsx" in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert {p.name: p.read_bytes() for p in (out / "derby" / "2021-08").iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--param", "colour=red"], "colour"),
        (["--period", "August"], "August"),
        (["--authority", "atlantis"], "atlantis"),
        (["--raw", "no/such/folder"], "folder"),
        (["--release", "secret"], "secret"),
    ],
)
def test_wrong_usage_is_answered_in_one_line_before_anything_runs(tmp_path, arguments, words):
    out = tmp_path / "out"
    run = analysis("report", "--out", str(out), *arguments)
    assert run.returncode == 2
    said = (run.stdout + run.stderr).strip().splitlines()
    assert words in said[-1]
    assert not out.exists() or not list(out.glob("*/*/index.html"))


def test_the_next_months_report_says_what_has_changed_since(tmp_path):
    raw, out = tmp_path / "raw", tmp_path / "out"
    shutil.copytree(ROOT / "data" / "raw" / "derby", raw / "derby")
    options = ("--raw", str(raw), "--out", str(out))
    assert analysis("report", *options, "--period", "2021-07").returncode == 0
    workbook = openpyxl.load_workbook(raw / "derby" / "contacts.xlsx")
    sheet = workbook["contacts_monthly"]
    july = next(row for row in sheet.iter_rows(min_row=2) if row[1].value == 2415)
    july[1].value = 2424  # nine contacts were entered late
    workbook.save(raw / "derby" / "contacts.xlsx")
    run = analysis("report", *options, "--period", "2021-08")
    assert run.returncode == 0, run.stdout + run.stderr
    page = (out / "derby" / "2021-08" / "index.html").read_text(encoding="utf-8")
    assert "Compared with the report to July 2021" in page
    assert 'data-fact="previous_report.contacts.2021-07">2,415</span> as published' in page
    assert 'data-fact="contacts.2021-07">2,424</span> now' in page
