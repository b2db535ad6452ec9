"""The optional facts of the demand page: what each extract that an authority holds adds to it.

The notebook computes contacts and their growth itself; these add what rests on records, on later
stages or on the workforce, where they are held. What is not held leaves facts that say so.
"""

from __future__ import annotations

import pandas as pd

from analysis.measures import (
    demand,
    demand_base,
    demand_conversion,
    demand_drivers,
    demand_flow,
    demand_forecast,
    demand_growth,
    demand_repeats,
    demand_stages,
    demand_trend,
)
from analysis.measures.caseloads import caseholders
from analysis.measures.kpis_rates import population_by_year
from analysis.measures.kpis_recurrence import re_referrals_in_12_months
from analysis.methods.intervals import Dispersion
from analysis.reporting.numbers import is_missing, shown_number
from analysis.reporting.page import Page

CUTS = ("source", "outcome", "team")
RECENT_MONTHS = 24
LAST_STAGE = "cla_episodes"
STAGE_NAMES = {
    "contacts": "Contacts",
    "referrals": "Referrals",
    "assessments": "Assessments",
    "section47": "Section 47 enquiries",
    "cp_plans": "Protection plans begun",
    "cla_episodes": "Starts in care",
}
PANDEMIC_REMARK = "in the pandemic: March 2020 to July 2021"
SCENARIO_SIDES = {"today": ("count", "FTE"), "scenario": ("count", "FTE")}
SCENARIO_SIDES |= {"extra": ("change", "FTE change")}


def add_longer_views(
    page: Page, source: str, months: pd.DataFrame, growth: pd.DataFrame, spread: Dispersion
) -> None:
    """Add the financial year, 12 months, earlier base years, the rate and the tests of growth."""
    since_april = demand_growth.contacts_year_to_date(months, page.period, dispersion=spread)
    page.add(source, contacts_year_to_date=since_april, contacts_since_april=since_april)
    page.add(source, contacts_since_april_last_year=since_april)
    year = demand_growth.contacts_rolling_12_months(months, page.period, dispersion=spread)
    page.add(source, contacts_rolling_12_months=year, contacts_in_12_months=year)
    page.add(source, contacts_in_12_months_last_year=year)
    bases = demand_base.contacts_by_base_year(months, page.period, dispersion=spread)
    page.add(source, contacts_by_base_year=bases, contacts_in_base_year=_with_base_words(bases))
    people = population_by_year(page.authority.raw) or page.authority.population
    known = {int(year): float(count) for year, count in people.items() if str(year).isdigit()}
    rate = demand_base.contacts_per_10000(months, page.period, known).tail(1)
    page.add(source, contacts_per_10000=rate)
    rise = demand_trend.contacts_consistent_rise(growth)
    page.add(source, contacts_consistent_rise=rise, contacts_months_lower=rise)
    page.add(source, contacts_months_compared=rise)
    page.add(source, contacts_growth_trend=demand_trend.contacts_growth_trend(growth))


def _with_base_words(bases: pd.DataFrame) -> pd.DataFrame:
    """Each base with its months in words, and a remark where the pandemic touches it."""
    named = bases["base"].where(
        bases["base"].str.startswith("mean") | bases["base_months"].eq(""),
        bases["base"] + ": " + bases["base_months"],
    )
    remark = bases["note"].mask(bases["pandemic"] & bases["note"].eq(""), PANDEMIC_REMARK)
    return bases.assign(base_words=_capital(named), note=remark)


def add_children(page: Page) -> None:
    """Add the children and child-days behind the contacts, from records."""
    if not page.has("contacts"):
        return
    table = demand.contact_children_by_month(page.table("contacts"), page.period).tail(13)
    page.add("contacts", contact_children_by_month=table, contact_child_days=table)
    page.add("contacts", contacts_per_child=table)


def earlier_counts(page: Page) -> pd.DataFrame:
    """Contacts by month as the previous report, or an earlier extract of the same, gave them."""
    said = pd.DataFrame(page.previous.get("facts", []), columns=["id", "value"])
    said = said[said["id"].astype("str").str.fullmatch(r"contacts\.\d{4}-\d{2}")]
    found = pd.DataFrame({"month": said["id"].str[9:], "contacts": said["value"]})
    if found.empty:
        log = page.extracts.restatements
        log = log[(log["contract"] == "contacts_monthly") & (log["column"] == "contacts")]
        found = pd.DataFrame({"month": log["key"].str[:10], "contacts": log["earlier"]})
    found = found.assign(
        month=pd.to_datetime(found["month"]),
        contacts=pd.to_numeric(found["contacts"], errors="coerce").astype("Int64"),
        complete=True,
    )
    return found.drop_duplicates("month", ignore_index=True)


def add_restated(page: Page, source: str, months: pd.DataFrame) -> None:
    """Add the months whose count has changed since it was last given."""
    table = demand.contacts_restated(months, earlier_counts(page))
    page.add(source, contacts_restated=table, contacts_before_restated=table)


def add_groups(page: Page, spread: Dispersion) -> None:
    """Add contacts by source, outcome and team, this year against last."""
    if not page.has("contacts"):
        return
    for cut in CUTS:
        by = demand.contacts_by_month(page.table("contacts"), page.period, by=[cut])
        table = demand_drivers.contacts_change_by_source(
            by, page.period, source=cut, dispersion=spread
        )
        table = table.rename(columns={cut: "name"}).assign(
            cut=cut,
            name=_capital(table[cut].astype("str")),
            all_contacts=table["contacts"].sum(),
            all_contacts_last_year=table["contacts_last_year"].sum(),
        )
        page.add("contacts", **dict.fromkeys(GROUP_MEASURES, table))


def _capital(words: pd.Series) -> pd.Series:
    """Words with a capital at the start, and nothing else changed."""
    return words.str[:1].str.upper() + words.str[1:]


GROUP_MEASURES = (
    "contacts_by_group",
    "contacts_by_group_last_year",
    "contacts_change_by_group",
    "contacts_contribution_by_group",
    "contacts_share_by_group",
    "contacts_share_last_year_by_group",
    "contacts_share_change_by_group",
)
STAGES_BEFORE = "demand_stages_last_year"
WORKED_FROM = dict.fromkeys(GROUP_MEASURES[2:], GROUP_MEASURES[:2]) | {
    "conversion_on_last_year": ("conversion_converted", "conversion_followed"),
    "demand_stage_children": ("demand_stages",),
    "demand_today": ("demand_stages",),
    "demand_in_scenario": ("demand_today",),
    "demand_scenario": ("demand_today",),
}
"""The counts that measures by group, step, stage or item are worked from, for the same cut."""


def group_totals(page: Page) -> pd.DataFrame:
    """Which facts by source, outcome or team sum to which total, for disclosure control."""
    ids = _ids(page)
    rows = [
        {"total_id": total, "part_id": part, "breakdown": part.split(".")[1]}
        for total, measure in (
            ("contacts_in_period", "contacts_by_group"),
            ("contacts_in_period_last_year", "contacts_by_group_last_year"),
        )
        for part in ids
        if part.startswith(f"{measure}.")
    ]
    return pd.DataFrame(rows, columns=["total_id", "part_id", "breakdown"])


def worked_from(page: Page) -> pd.DataFrame:
    """Which facts are worked from which counts: by group, of each step, and of each stage.

    A split of a change tells every stage on the way, and so rests on all of them.
    """
    ids = _ids(page)
    stages = [name for name in ids if name.split(".")[0] in ("demand_stages", STAGES_BEFORE)]
    rows = [
        (name, f"{count}.{name.split('.', 1)[1]}")
        for name in ids
        for count in WORKED_FROM.get(name.split(".")[0], ())
    ]
    rows += [
        (name, stage)
        for name in ids
        if name.startswith("stage_change_by_driver.")
        for stage in stages
    ]
    rows += [
        (name, f"contacts_followed_by_referral{year}")
        for name in ids
        if name.startswith("referrals_change_by_driver.")
        for year in ("", "_last_year")
    ]
    return pd.DataFrame(rows, columns=["id", "source_id"])


def _ids(page: Page) -> list[str]:
    return [fact["id"] for fact in page.raw_facts]


def add_flow(page: Page) -> None:
    """Add conversions, lags, stages, repeats and re-referrals, where later stages are held."""
    if not page.has("contacts"):
        return
    tables = page.extracts.tables
    followed = _followed(page)
    monthly = demand_flow.conversion_by_month(tables, page.period, followed=followed)
    monthly["note"] = _named(monthly["note"])
    if monthly.empty:  # no event as early as the period
        return
    step = monthly[monthly["step"] == demand_flow.STEPS[0].name]
    page.add("contacts", conversion_by_month=step.tail(RECENT_MONTHS))
    years = demand_conversion.conversion_on_last_year(monthly)
    within = years["within_days"].map("{:.0f}".format)
    years = years.assign(step_words=_capital(years["step"]) + ", within " + within + " days")
    page.add("contacts", conversion_on_last_year=years, conversion_a_year_before=years)
    page.add("contacts", conversion_change=years, conversion_converted=years)
    page.add("contacts", conversion_followed=years)
    lag = demand_flow.conversion_lag(tables, page.period, followed=followed)
    lag["note"] = _named(lag["note"])
    page.add("contacts", conversion_lag=lag[lag["days"].isin([1, 7, 30, 90, 365])])
    repeats = demand_repeats.repeat_contacts_by_month(page.table("contacts"), page.period)
    page.add("contacts", repeat_contacts_by_month=repeats.tail(RECENT_MONTHS))
    if page.has("referrals"):
        again = re_referrals_in_12_months(page.table("referrals"), page.period)
        page.add("referrals", re_referrals_in_12_months=again.tail(RECENT_MONTHS))


def _followed(page: Page) -> dict[str, demand_flow.FollowedEvents]:
    """The events of each step, followed once for all that is said of them."""
    return page.once(
        "followed", lambda: demand_flow.followed_events(page.extracts.tables, page.period)
    )


def add_drivers(page: Page, spread: Dispersion) -> None:
    """Add the stages of both years and what the changes are made of."""
    if not page.has("contacts"):
        return
    tables = page.extracts.tables
    stages, before = _stages(page), _stages_at(tables, page.period - 12)
    page.add("contacts", demand_stages=stages, demand_stage_children=stages)
    page.add("contacts", demand_stages_last_year=before)
    drivers = demand_drivers.stage_change_by_driver(stages, before, LAST_STAGE)
    drivers = drivers.assign(driver_name=_driver_names(drivers), note=_named(drivers["note"]))
    page.add("contacts", stage_change_by_driver=drivers)
    by_source = demand_flow.conversion_by_month(
        tables, page.period, steps=demand_flow.STEPS[:1], by=["source"], followed=_followed(page)
    )
    now, last = demand_conversion.converted_by_source(by_source)
    if not len(now):
        return
    change = demand_drivers.referrals_change_by_driver(now, last, dispersion=spread)
    change = change.assign(driver=_capital(change["driver"]))
    page.add("contacts", referrals_change_by_driver=change)
    for name, side in (("", now), ("_last_year", last)):
        total = pd.DataFrame({"effect": [side["referrals"].sum()], "note": ""})
        page.add("contacts", **{f"contacts_followed_by_referral{name}": total})


def _stages(page: Page) -> pd.DataFrame:
    """The stages over the 12 months to the page's period."""
    return page.once("stages", lambda: _stages_at(page.extracts.tables, page.period))


def _stages_at(tables: dict, period: pd.Period) -> pd.DataFrame:
    table = demand_stages.demand_stages(tables, period)
    # A count that is not held over all the months must not stand beside whole ones.
    part = table["note"].str.startswith("held")
    table["note"] = table["note"].mask(part, "cannot be computed: " + table["note"])
    table[["events", "children"]] = table[["events", "children"]].mask(part)
    return table.assign(stage_name=table["stage"].map(STAGE_NAMES), note=_named(table["note"]))


def _named(notes: pd.Series) -> pd.Series:
    """Notes that name the stages as the page does, not as the extracts' tables."""
    for table, words in STAGE_NAMES.items():
        notes = notes.str.replace(rf"\b{table}\b", words.lower(), regex=True)
    return notes


def _driver_names(drivers: pd.DataFrame) -> pd.Series:
    names = [
        " per ".join(STAGE_NAMES[part].lower() for part in driver.split(" per "))
        for driver in drivers["driver"]
    ]
    return _capital(pd.Series(names, index=drivers.index))


def add_forecast(page: Page, source: str, months: pd.DataFrame) -> None:
    """Add the 12 months ahead with their ranges, and how such forecasts have done."""
    aside = _set_aside(page, months)
    ahead = demand_forecast.contacts_forecast(months, page.period, **aside)
    page.add(source, contacts_forecast=ahead)
    trial = demand_forecast.contacts_forecast_backtest(months, page.period, **aside)
    if not len(trial):
        return
    page.add(source, contacts_forecast_low_80=ahead, contacts_forecast_high_80=ahead)
    page.add(source, contacts_forecast_backtest=trial, contacts_forecast_origins=trial)
    page.add(source, contacts_forecast_coverage_80=trial, contacts_forecast_coverage_95=trial)


def _set_aside(page: Page, months: pd.DataFrame) -> dict:
    """Pandemic months, and the declared months from which contacts are counted in another way."""
    held = months.loc[demand_base.pandemic_months(months["month"]), "month"]
    changes = [*page.authority.rebase, *page.authority.definition_changes]
    declared = [pd.Timestamp(item["from"]) for item in changes if item.get("measure") == "contacts"]
    return {"excluded": held, "breaks": declared}


def add_scenario(page: Page, change_pct: float) -> None:
    """Add what a change in contacts would mean for work, at today's conversions and caseload."""
    if not page.has("contacts"):
        return
    holders = caseholders(
        *(page.extracts.tables.get(name, pd.DataFrame()) for name in ("staff", "agency")),
        page.period,
    )
    table = demand_stages.demand_scenario(
        _stages(page),
        cases=holders["cases"].sum(min_count=1),
        caseholders_fte=holders["fte"].sum(min_count=1),
        change_pct=change_pct,
    )
    table = table.assign(**{f"{side}_words": _item_words(table, side) for side in SCENARIO_SIDES})
    table["item_name"] = table["item"].replace({"caseholders_fte": "full-time caseholders"})
    page.add("contacts", demand_today=table, demand_in_scenario=table, demand_scenario=table)


def _item_words(table: pd.DataFrame, side: str) -> list[str]:
    """Numbers of a scenario as they are shown: full-time equivalents with one decimal."""
    counted, measured = SCENARIO_SIDES[side]
    return [
        ""
        if is_missing(value)
        else shown_number(value, measured, 1)
        if item.endswith("_fte")
        else shown_number(value, counted, 0)
        for item, value in zip(table["item"], table[side], strict=True)
    ]
