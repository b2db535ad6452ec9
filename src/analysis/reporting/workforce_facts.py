"""The agency page's facts: each measure's table added under its id, to be protected together."""

from __future__ import annotations

import pandas as pd

from analysis.measures import agency_assignments, caseloads, cover_need
from analysis.measures.agency import agency_level_before
from analysis.measures.workforce import caseload_dfe
from analysis.methods.spc import latest, xmr
from analysis.reporting import workforce_tables as tables
from analysis.reporting.icons import VARIATION, variation_key
from analysis.reporting.page import Page

BASELINE, FEWEST_FOR_BASELINE = 24, 30
SIGNALS = {"improvement": 1, "concern": -1, "common": 0}
BRIDGE = ("sickness", "maternity", "additional", "cover_needed", "other_cover")


def add_months(page: Page, rates: pd.DataFrame) -> None:
    """Add the months of agency use, and the newest month's people in and out."""
    source = tables.came_from(page, "agency")
    months = rates[rates["agency_headcount"].notna() | rates["agency_fte"].notna()]
    page.add(
        source,
        workforce_by_month=months,
        agency_fte_by_month=months,
        agency_rate_by_month=months,
    )
    newest = _newest(page, rates)
    page.add(source, agency_fte=_with_reason(newest, "agency_fte"))
    page.add(
        tables.came_from(page, "staff"),
        starters_in_12_months=_with_reason(newest, "starters_12_months_fte"),
        leavers_in_12_months=_with_reason(newest, "leavers_12_months_fte"),
    )


def _newest(page: Page, rates: pd.DataFrame) -> pd.DataFrame:
    """The period's row; where there is none, a row without figures."""
    found = tables.of_period(page, rates).drop(columns="month", errors="ignore")
    if found.empty:
        found = rates.drop(columns="month", errors="ignore").head(0).reindex([0])
        found["as_at"] = ""
    return found.tail(1)


def _with_reason(newest: pd.DataFrame, column: str) -> pd.DataFrame:
    """The row with a note where its figure is missing, and with none where it is there."""
    why = "Cannot be computed: the source does not give it by month."
    return newest.assign(note=newest[column].isna().map({True: why, False: ""}))


def add_cover(page: Page, steps: pd.DataFrame) -> None:
    """Add the cover bridge, and the agency workers by reason, length, job type and rate."""
    if steps.empty:
        return
    listed = page.table("agency")
    told = steps.assign(fte=steps["fte"].abs()).set_index("step", drop=False)
    worked = "{} − {} − {}".format(*(round(told.loc[step, "fte"], 1) for step in OPEN))
    left = steps[steps["step"] == "uncovered"].assign(worked=worked)
    running = agency_assignments.assignments_in_force(listed, page.period)
    page.add(
        "agency",
        cover_bridge=told.loc[list(BRIDGE)],
        cover_uncovered=left,
        agency_by_reason=tables.by_reason(page),
        agency_by_tenure=agency_assignments.agency_by_tenure(running),
        agency_above_cap=agency_assignments.agency_above_cap(running),
        agency_return=tables.return_fields(page),
    )
    cuts = {
        "agency_by_job_type": agency_assignments.agency_by_job_type(running),
        "agency_by_rate_band": agency_assignments.agency_by_rate_band(running),
    }
    # a cut with one row says of everybody what it says of one, and nothing else
    page.add("agency", **{name: table for name, table in cuts.items() if len(table) > 1})


OPEN = ("cover_needed", "agency_cover", "other_cover")


def _unless_begins_later(page: Page, whole: pd.DataFrame) -> pd.DataFrame:
    """The agency workers who hold cases: not known, so no 0, before their list begins."""
    if not tables.begins_later(page):
        return whole
    note = "cannot be computed: the list of agency workers begins after the period"
    return whole.assign(agency_caseholders_headcount=float("nan"), note=note)


def add_caseloads(page: Page, by_team: pd.DataFrame, staff: pd.DataFrame) -> None:
    """Add how cases are spread over the whole service, and each team's position."""
    if by_team.empty:
        page.add(tables.SUMMARY, caseload_dfe=caseload_dfe(staff, page.period))
        return
    whole = caseloads.caseload_distribution(tables.holders(page), tables.threshold(page))
    page.add(
        "staff",
        caseholders=whole,
        agency_caseholders=_unless_begins_later(page, whole),
        caseload_distribution=whole,
        caseload_top_tenth=whole,
        caseload_above_threshold=whole,
        caseload_dfe=whole.rename(columns={"mean_cases_per_fte": "caseload_dfe"}),
        team_caseholders=by_team,
        team_caseload=by_team,
        team_above_threshold=by_team,
        team_absent=by_team,
    )
    page.add("establishment", team_establishment=by_team, team_vacancies=by_team)
    if len(by_team) > 1:  # one team's agency workers are all of them
        page.add("agency", team_agency=by_team)


def add_roles(page: Page, by_role: pd.DataFrame) -> None:
    """Add each role's posts, vacancies and agency workers."""
    if by_role.empty:
        return
    page.add("establishment", role_establishment=by_role, role_vacancies=by_role)
    if len(by_role) > 1:
        page.add("agency", role_agency=by_role)


def add_need(
    page: Page, entries: pd.DataFrame, assumptions: pd.DataFrame, need: pd.DataFrame
) -> None:
    """Add the programmes that end, the assumptions and the agency need of the months ahead."""
    dated = entries[entries["month"].notna()]
    page.add(tables.came_from(page, "staff"), pipeline_entries=dated)
    if "month" not in need:  # an assumption is missing, which the page says
        return
    learning = dated[dated["programme"].isin(["apprentice", "step up"])]
    total = learning["headcount"].sum()
    long = assumptions.melt(
        id_vars=["assumption", "unit", "basis"],
        value_vars=list(cover_need.SCENARIOS),
        var_name="scenario",
    ).assign(note=lambda rows: rows["basis"])
    page.add(
        "staff",
        pipeline_total=pd.DataFrame({"headcount": [float(total)], "note": [""]}),
        need_assumption=long,
        agency_need=need,
        agency_need_end=need[need["month"] == need["month"].max()],
    )


def add_oddities(page: Page, staff: pd.DataFrame) -> pd.DataFrame:
    """Add how many rows of each list are odd, and how; the table comes back too."""
    found = tables.oddities(page, staff)
    for name, rows in found.groupby("list", sort=False):
        if name == "months":
            page.add(tables.came_from(page, "staff"), month_oddities=rows)
        else:
            page.add(name, workforce_oddities=rows)
    return found


def add_signals(page: Page) -> dict[str, pd.DataFrame]:
    """Chart the protected months, and add their limits and what the newest month says.

    The charts are made from what may be shown, so nothing hidden can be worked out from them;
    what they add is protected in its turn.
    """
    names = {"fte": "agency_fte_by_month", "rate": "agency_rate_by_month"}
    made = {name: chart_of(page, measure) for name, measure in names.items()}
    source = tables.came_from(page, "agency")
    signals = pd.DataFrame([_signal(name, chart) for name, chart in made.items()])
    signals["series_name"] = signals["series"].replace({"fte": "full-time equivalents"})
    page.add(source, agency_signal=signals)
    for name, chart in made.items():
        page.add(source, **{f"agency_{name}_limit": _limits(chart)})
    _add_run(page, source, made["fte"])
    page.protect()
    return made


def chart_of(page: Page, measure: str) -> pd.DataFrame:
    """The chart of one of the page's monthly measures, from figures that may be shown.

    Where there are months enough the first 24 set the limits, so that a long rise does not
    become its own yardstick.
    """
    months = page.series(measure)
    index = pd.DatetimeIndex([pd.Period(text, "M").to_timestamp() for text in months["period"]])
    values = pd.Series(months["value"].astype(float).to_numpy(), index)
    fixed = BASELINE if values.notna().sum() >= FEWEST_FOR_BASELINE else None
    return xmr(values, improvement="decrease", fix_after=fixed)


def _signal(name: str, chart: pd.DataFrame) -> dict:
    """What the newest month says, with the sign's words; nothing where it may not be shown."""
    verdict = latest(chart)
    if len(chart) and chart["value"].isna().iloc[-1]:
        note = "The newest month may not be shown or is not given, so it is not tested."
        return {"series": name, "signal": None, "words": "", "rule": "none", "note": note}
    key = variation_key(verdict) if len(chart) else "no_data"
    tested = key not in ("too_few", "no_data")
    return {
        "series": name,
        "signal": SIGNALS[verdict["variation"]] if tested else None,
        "words": VARIATION[key][1],
        "rule": verdict["rule"],
        "note": str(verdict["note"]) if tested else VARIATION[key][1],
    }


def _limits(chart: pd.DataFrame) -> pd.DataFrame:
    """Mean and limits of the newest stretch; none where there are too few points."""
    verdict = latest(chart)
    if not verdict["limits_shown"] or pd.isna(verdict["ucl"]):
        return pd.DataFrame({"limit": [], "value": [], "note": []})
    values = {"mean": verdict["mean"], "lower": verdict["lcl"], "upper": verdict["ucl"]}
    return pd.DataFrame({"limit": list(values), "value": list(values.values()), "note": ""})


def _add_run(page: Page, source: str, chart: pd.DataFrame) -> None:
    """Add for how many months agency use has been a signal of concern, and the level before."""
    beyond, signal = chart["value"] > chart["ucl"], chart["variation"].eq("concern")
    counted = beyond if len(chart) and beyond.iloc[-1] else signal  # a shift starts in the noise
    run = int(counted[::-1].cumprod().sum())
    if not run or not latest(chart)["limits_shown"]:
        return
    since = chart.index[-run]
    months = pd.DataFrame({"months": [run], "since": [since], "note": [""]})
    heads = page.series("workforce_by_month")
    before = pd.DataFrame(
        {"month": pd.to_datetime(heads["period"]), "agency_headcount": heads["value"]}
    )
    page.add(source, agency_run=months, agency_level_before=agency_level_before(before, since))


def add_back_at(page: Page, need: pd.DataFrame, level: dict | None) -> None:
    """Add when the agency need would be back at a level, in each scenario."""
    if "month" not in need or level is None:
        return
    back = cover_need.agency_back_at(need, float(level["value"]))
    back["words"] = [
        f"{month:%B %Y}" if pd.notna(month) else "" for month in pd.to_datetime(back["month"])
    ]
    page.add("staff", agency_back_at=back.drop(columns="month"))
    page.protect()
