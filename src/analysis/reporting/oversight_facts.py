"""The oversight page's facts: the plan, what its measures show, supervision, homes, contact."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.measures import costs, homes, oversight, practice_quality
from analysis.measures.definitions import definition
from analysis.reporting import kpi_board
from analysis.reporting.facts import slug
from analysis.reporting.icons import VARIATION
from analysis.reporting.kpi_control import Control, controls_of
from analysis.reporting.numbers import date_words, is_missing, shown_number
from analysis.reporting.page import Page

SIGNALS = {"improvement": 1, "concern": -1, "common": 0}
PRACTICE = {
    "supervision_by_month": "supervision",
    "audit_grades_by_month": "audits",
}
NO_MEASURE = "none"
MODES = "contact_by_mode_in_years"


def plan_of(page: Page) -> pd.DataFrame:
    """Each finding with its actions at the end of the period; empty where there is neither."""
    tables = page.extracts.tables
    findings, actions = (tables.get(name, pd.DataFrame()) for name in ("findings", "actions"))
    if len(actions):
        actions = actions.assign(action_id=told_apart(actions["action_id"]))
    return oversight.improvement_plan(findings, actions, page.period)


def told_apart(names: pd.Series) -> pd.Series:
    """Names of which none is another's in a fact's id: the second A1 is A1 (2).

    Examples
    --------
    >>> told_apart(pd.Series(["A1", "B", "a1."])).tolist()
    ['A1', 'B', 'a1. (2)']
    """
    times = names.groupby(names.map(slug)).cumcount() + 1
    return names.where(times == 1, names + " (" + times.astype("str") + ")")


def add_plan(page: Page, plan: pd.DataFrame) -> None:
    """Add the plan's counts, how each action stands, and the decisions that it asks."""
    counts = oversight.plan_counts(plan)
    page.add("actions" if page.has("actions") else "findings", plan_counts=counts)
    actions = _actions(plan)
    if actions.empty:
        return
    words = [state_words(row) for row in actions.to_dict("records")]
    overdue = actions["days_overdue"].fillna(0.0).mask(actions["overdue"].isna())
    page.add("actions", action_state=actions.assign(words=words, days_overdue=overdue))
    asked = actions[actions["decision_needed"].notna() & ~actions["closed"].astype(bool)]
    page.add("actions", decision_asked=asked.assign(number=1.0, note=""))
    window = page.authority.raw.get("next_inspection")
    if window:
        page.add("actions", due_before_inspection=oversight.due_before_inspection(plan, window))


def _actions(plan: pd.DataFrame) -> pd.DataFrame:
    """The plan's actions; the source of their findings is not theirs."""
    return plan.dropna(subset=["action_id"]).drop(columns=["source", "paragraph"])


def state_words(action: dict) -> str:
    """How an action stands, by its dates alone.

    Examples
    --------
    >>> day = pd.Timestamp("2025-08-11")
    >>> state_words({"closed": False, "overdue": True, "days_overdue": 20.0, "due_date": day,
    ...              "days_slipped": 60.0, "closed_date": pd.NaT})
    'Overdue by 20 days; due date moved back 60 days'
    """
    if action["closed"]:
        day = action["closed_date"]
        return "Closed, no date given" if pd.isna(day) else f"Closed {date_words(str(day)[:10])}"
    slipped = action["days_slipped"]
    moved = "" if is_missing(slipped) else f"; due date moved back {_days(slipped)}"
    if pd.isna(action["due_date"]):
        return "No due date"
    if action["overdue"]:
        return f"Overdue by {_days(action['days_overdue'])}{moved}"
    return f"Due {date_words(str(action['due_date'])[:10])}{moved}"


def _days(number: float) -> str:
    return f"{int(number)} day{'s' * (int(number) != 1)}"


def add_practice(page: Page) -> None:
    """Add supervision and audit grades by month, and supervision by team."""
    for measure_id, rows in _practice_tables(page).items():
        page.add(PRACTICE[measure_id], **{measure_id: rows})
    if page.has("supervision"):
        teams = practice_quality.supervision_by_team(page.table("supervision"), page.period)
        page.add("supervision", supervision_by_team=teams)
    if page.has("audits"):
        grades = practice_quality.audit_grades(_last_year(page, "audits"))
        page.add("audits", audit_grades=grades.assign(note=""))


def _practice_tables(page: Page) -> dict[str, pd.DataFrame]:
    """Supervision and audits by month, the last three years to the period."""
    return page.once("practice", lambda: _practice_by_month(page))


def _practice_by_month(page: Page) -> dict[str, pd.DataFrame]:
    first = (page.period - kpi_board.MONTHS + 1).to_timestamp()
    found = {}
    for measure_id, contract in PRACTICE.items():
        if page.has(contract):
            rows = getattr(practice_quality, measure_id)(page.table(contract))
            found[measure_id] = rows[rows["month"].between(first, page.period.to_timestamp())]
    return {name: rows for name, rows in found.items() if len(rows)}


def _last_year(page: Page, contract: str) -> pd.DataFrame:
    table = page.table(contract)
    months = pd.to_datetime(table["month"]).dt.to_period("M")
    return table[months.between(page.period - 11, page.period)]


def add_homes(page: Page) -> None:
    """Add the homes by provision, Regulation 44 visits and the visits of leaders and members."""
    if page.has("homes"):
        listed = homes.homes_at(page.table("homes"), page.period)
        by_provision = homes.homes_by_provision(listed)
        risk = by_provision.assign(note="")
        page.add("homes", homes_by_provision=by_provision.assign(note=""), home_places=by_provision)
        page.add("homes", homes_risk_assessed=risk)
        visits = homes.regulation_44(listed)
        visits = visits.assign(
            homes_with_a_missed_visit=visits["homes_with_a_missed_visit"].where(
                visits["due"].notna()
            )
        )
        page.add("homes", regulation_44=visits, regulation_44_missed=visits)
        page.add("homes", homes_with_a_missed_visit=visits)
    if page.has("home_visits"):
        visits = homes.visits_to_homes(page.table("home_visits"), page.period)
        page.add("home_visits", visits_to_homes=visits.rename(columns={"last_month": "month"}))


def add_contact(page: Page) -> None:
    """Add how visits and meetings were held, year by year, where the extract counts them."""
    if not page.has("contact_modes"):
        return
    table = homes.contact_by_mode_in_years(page.table("contact_modes"), page.period)
    if table.empty:
        return
    page.add("contact_modes", contact_by_mode_in_years=table)
    page.add("contact_modes", contact_in_years=table.drop_duplicates(["month", "activity"]))


def totals(page: Page) -> pd.DataFrame:
    """Which facts are sums of others: teams of the service, modes of an activity's year."""
    pairs = []
    for name in (fact["id"] for fact in page.raw_facts):
        measure, *cuts = name.split(".")
        if measure == "supervision_by_team" and cuts != ["all"]:
            pairs.append((f"{measure}.all", name))
        elif measure == MODES:
            pairs.append((f"contact_in_years.{cuts[0]}.{cuts[1]}", name))
    return pd.DataFrame(pairs, columns=["total_id", "part_id"])


def linked_months(page: Page, plan: pd.DataFrame) -> pd.DataFrame:
    """The months of each measure that the plan names or this page shows, as the board has them.

    One row a measure and month, in the columns of ``kpi_board.kpi_months``; a measure that no
    extract gives has none.
    """
    own = [_as_board(page, name, rows) for name, rows in _practice_tables(page).items()]
    codes = set(plan["linked_measure"].dropna()) - set(PRACTICE)
    # the return is asked for first: a table is read when it is asked for, and records are large
    held = page.has("kpi_return") or any(
        page.has(*contracts) for contracts in kpi_board.RECORDS.values()
    )
    if codes and held:
        own.append(kpi_board.kpi_months(page, codes))
    empty = pd.DataFrame(columns=list(kpi_board.COLUMNS))
    months = pd.concat([t for t in own if len(t)] or [empty], ignore_index=True)
    return months.assign(month=pd.to_datetime(months["month"]))


def _as_board(page: Page, measure_id: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Supervision or audits by month in the columns of the indicators' board."""
    kind, contract = definition(measure_id), PRACTICE[measure_id]
    names = {kind.value: "value", kind.numerator: "numerator", kind.denominator: "denominator"}
    board = rows.rename(columns=names).assign(
        kpi_code=measure_id,
        kpi_name=kind.title,
        unit=kind.unit,
        direction=kind.direction,
        contract=contract,
        source=page.source(contract),
        series_note="",
        status="",
    )
    board = board.reindex(columns=list(kpi_board.COLUMNS))
    return board.astype({"target": "float64", "lower": "float64", "upper": "float64"})


def add_linked(page: Page, months: pd.DataFrame) -> None:
    """Add the months of the measures that the plan names, to be protected before they are read."""
    named = months[~months["kpi_code"].isin(PRACTICE)]
    label = named["kpi_name"] + ", " + named["month"].dt.strftime("%B %Y") if len(named) else ""
    for contract, rows in named.assign(label=label).groupby("contract", sort=False):
        page.add(contract, linked_month=rows)
    newest = [rows[rows["value"].notna()] for _, rows in months.groupby("kpi_code", sort=False)]
    for rows in newest:
        if len(rows):
            row = rows.tail(1).assign(note="", words=_count_words(rows.iloc[-1]))
            page.add(rows["contract"].iloc[-1], linked_measure=row)
    _add_budget(page)


def _count_words(row: pd.Series) -> str:
    """A count's text; percentages and rates are written by the definition."""
    return shown_number(row["value"], "count", 0) if row["unit"] == "count" else ""


def _add_budget(page: Page) -> None:
    """Add the budget's variance as a measure that a plan may name: one figure, not tested."""
    if not page.has("budget_monitoring"):
        return
    position = costs.budget_position(page.table("budget_monitoring"), page.period)
    row = costs.budget_variance(position).rename(columns={"variance_gbp": "value"})
    kind = definition("budget_variance")
    amount = row["value"].iloc[0]
    words = "" if is_missing(amount) else shown_number(amount, kind.unit, kind.decimals, kind.scale)
    row = row.assign(kpi_code="budget_variance", kpi_name=kind.title, unit=kind.unit, words=words)
    page.add("budget_monitoring", linked_measure=row.assign(worked="Forecast minus budget"))


def controls(page: Page, months: pd.DataFrame) -> dict[str, Control]:
    """The chart of each measure, made from its protected months, by the measure's id."""
    shown = []
    for code in months["kpi_code"].unique():
        if code in PRACTICE:
            own = page.series(code)
            shown.append(own.assign(id="chart." + code + "." + own["id"].str.split(".").str[1]))
        else:
            own = page.series("linked_month")
            shown.append(own[own["id"].str.split(".").str[1] == slug(code)])
    if not shown:
        return {}
    found = controls_of(months, pd.concat(shown, ignore_index=True), page.authority.rebase)
    own = {code: page.series(code) for code in PRACTICE}
    return {c.code: replace(c, facts=own[c.code]) if c.code in own else c for c in found}


def add_signals(page: Page, plan: pd.DataFrame, charts: dict[str, Control]) -> None:
    """Add limits of supervision and audits, and what the measure of each action shows."""
    for code, contract in PRACTICE.items():
        if code in charts and charts[code].tested:
            page.add(contract, practice_limit=_limits(charts[code]))
    actions = _actions(plan)
    named = actions["linked_measure"].fillna("").str.strip()
    known = set(page.series("linked_measure")["id"].str.split(".").str[1])
    rows = [_signal(charts.get(code), code, known) for code in named]
    if rows:
        table = pd.DataFrame(rows, index=actions.index)
        page.add("actions", action_measure=actions.drop(columns="note").join(table))
    if page.raw_facts:
        page.protect()


def _limits(control: Control) -> pd.DataFrame:
    """Mean and limits of the newest month of one chart."""
    levels = ("mean", "lcl", "ucl")
    return pd.DataFrame(
        {
            "measure": control.code,
            "level": levels,
            "value": [float(control.verdict[level]) for level in levels],
            "month": control.months["month"].iloc[-1],
            "note": "",
        }
    )


def _signal(control: Control | None, code: str, known: set[str]) -> dict:
    """One action's measure: its signal and the word for it, or why there is none."""
    if not code:
        note = "No measure is attached."
        return {"kpi_code": NO_MEASURE, "signal": None, "words": "", "note": note}
    if control is None or not control.tested:
        words = VARIATION["not_tested" if control is None else control.variation][1]
        note = words if slug(code) in known else "Not linked: no extract gives this measure."
        return {"kpi_code": code, "signal": None, "words": words, "note": f"{note.rstrip('.')}."}
    signal = {"neutral_high": 2, "neutral_low": -2}.get(control.variation)
    if signal is None:
        signal = SIGNALS[control.verdict["variation"]]
    words = VARIATION[control.variation][1]
    return {"kpi_code": code, "signal": float(signal), "words": words, "note": ""}
