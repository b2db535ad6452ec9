"""truth.json: every planted effect, as planted and as it came out in the tables."""

import pandas as pd

from analysis.sources.sample.agency_workers import surge_reasons
from analysis.sources.sample.calibration import ASSESSMENT_DAYS, ASSESSMENT_DAYS_AFTER
from analysis.sources.sample.case_management import CaseRecords
from analysis.sources.sample.effects import Effects
from analysis.sources.sample.profile import NAME
from analysis.sources.sample.span import Span, working_days_between


def planted_truth(
    span: Span, planted: Effects, records: CaseRecords, tables: dict[str, pd.DataFrame],
    settings: dict,
) -> dict:  # fmt: skip
    """Return what was planted, what came of it, and what is still to be keyed in.

    Parameters
    ----------
    span, planted
        The months and the effects.
    records : CaseRecords
        The case management tables.
    tables : dict of DataFrame
        Every other table by contract.
    settings : dict
        Seed, size and months, repeated in the file.
    """
    every = [
        _contacts_rise(planted, records.tables["contacts"]),
        _source_mix(planted, records.tables["contacts"]),
        _assessment_step(planted, records.tables["assessments"]),
        _agency_surge(planted, tables["workforce_monthly"], settings["size"]),
        _overspend(planted, tables["budget_monitoring"]),
        _declared_step(planted, tables["kpi_return"]),
    ]
    return {
        "authority": NAME,
        "synthetic": True,
        **settings,
        "first_month": str(span.first_month),
        "last_month": str(span.last_month),
        "as_at": str(span.as_at),
        "effects": [e for e in every if e["starts"] > str(span.first_month)],
        "late_entry": {
            "what": "contacts received but not keyed in by the extract, by month received",
            "contacts": records.late,
        },
        "rows": {name: len(table) for name, table in (records.tables | tables).items()},
    }


def _effect(name: str, table: str, starts: object, planted: dict, observed: dict, why: str) -> dict:
    """Return one effect as the file holds it."""
    return {
        "id": name, "table": table, "starts": str(starts), "planted": planted,
        "observed": {
            key: None if pd.isna(value) else round(float(value), 4)
            for key, value in observed.items()
        },
        "reason": why,
    }  # fmt: skip


def _months(dates: pd.Series) -> pd.Series:
    """Return dates as text YYYY-MM."""
    return dates.dt.strftime("%Y-%m")


def _contacts_rise(planted: Effects, contacts: pd.DataFrame) -> dict:
    """Return the rise in contacts, observed on the same months of the year before."""
    counts = _months(contacts["contact_date"]).value_counts().sort_index()
    after = counts[counts.index >= str(planted.rise_start)]
    before = counts.reindex([str(pd.Period(month, "M") - 12) for month in after.index])
    held = before.notna().to_numpy()
    ratio = after[held].sum() / before[held].sum() if held.any() else None
    return _effect(
        "contacts_rise", "contacts", planted.rise_start, {"ratio": planted.contacts_ratio},
        {"ratio_on_the_year_before": ratio},
        "every source rises alike and conversions stay as they were",
    )  # fmt: skip


def _source_mix(planted: Effects, contacts: pd.DataFrame) -> dict:
    """Return the shift from police to schools, observed in whole years where there are any."""
    later = _months(contacts["contact_date"]) >= str(planted.mix_start)
    points = 100 * planted.education_share_points
    share = {
        f"{name}_share_pct_{when}": 100 * contacts.loc[rows, "source"].eq(label).mean()
        for name, label in (("schools", "2A: Schools"), ("police", "6: Police"))
        for when, rows in (("before", ~later), ("after", later))
    }
    return _effect(
        "source_mix_shift", "contacts", planted.mix_start,
        {"schools_share_points_on_term_days": points, "police_share_points": -points}, share,
        "schools send more and police fewer contacts; the total is unchanged",
    )  # fmt: skip


def share_in_time(bands: tuple[tuple[int, int, float], ...], limit: int) -> float:
    """Return the share of a table of bands that lies within a number of working days, in %."""
    total = sum(share for *_, share in bands)
    return 100 * sum(share for _, high, share in bands if high <= limit) / total


def _assessment_step(planted: Effects, assessments: pd.DataFrame) -> dict:
    """Return the fall in assessments authorised within 45 working days of their start."""
    ended = assessments.dropna(subset="authorised_date")
    start, end = (ended[name].to_numpy().astype("datetime64[D]") for name in
                  ("start_date", "authorised_date"))  # fmt: skip
    in_time = pd.Series(working_days_between(start, end) <= 45)
    later = (_months(ended["authorised_date"]) >= str(planted.step_start)).to_numpy()
    return _effect(
        "assessments_in_45_working_days", "assessments", planted.step_start,
        {"before_pct": round(share_in_time(ASSESSMENT_DAYS, 45), 2),
         "after_pct": round(share_in_time(ASSESSMENT_DAYS_AFTER, 45), 2)},
        {"before_pct": 100 * in_time[~later].mean(), "after_pct": 100 * in_time[later].mean()},
        "assessments that end from this month on take longer",
    )  # fmt: skip


def _agency_surge(planted: Effects, monthly: pd.DataFrame, size: float) -> dict:
    """Return the surge of agency workers, with the reasons that they cover."""
    month = _months(pd.to_datetime(monthly["as_at"]))
    workers = monthly["agency_headcount"]
    reasons = pd.Series(surge_reasons(size)).value_counts()
    return _effect(
        "agency_surge", "agency", planted.surge_start,
        {"workers": int(reasons.sum()),
         "reasons": {name: int(count) for name, count in reasons.items()}},
        {"mean_headcount_before": workers[month < str(planted.surge_start)].mean(),
         "mean_headcount_after": workers[month >= str(planted.surge_start)].mean()},
        "cover for long-term sickness and maternity leave that begin in the same weeks",
    )  # fmt: skip


def _overspend(planted: Effects, budget: pd.DataFrame) -> dict:
    """Return the overspend of the last financial year, observed at its latest period."""
    year = f"{planted.overspend_year}/{(planted.overspend_year + 1) % 100:02d}"
    rows = budget[budget["financial_year"] == year]
    rows = rows[rows["period_no"] == rows["period_no"].max()]
    variance = rows["forecast_outturn_gbp"] - rows["annual_budget_gbp"]
    residential = rows["placement_type"].eq("Residential children's homes")
    return _effect(
        "overspend", "budget_monitoring", f"{planted.overspend_year}-04",
        {"residential_price_ratio": planted.residential_price_ratio,
         "agency": "the surge, which the budget did not hold"},
        {"variance_gbp": variance.sum(),
         "agency_variance_gbp": variance[rows["category"].eq("agency")].sum(),
         "residential_variance_gbp": variance[residential].sum()},
        "external residential prices rise in April beyond the budgeted rise; the agency surge",
    )  # fmt: skip


def _declared_step(planted: Effects, kpis: pd.DataFrame) -> dict:
    """Return the improvement of one KPI that the rebase log declares."""
    rows = kpis[kpis["kpi_code"] == planted.declared_kpi]
    later = _months(rows["month"]) >= str(planted.declared_start)
    share = {
        when: 100 * part["numerator"].sum() / max(part["denominator"].sum(), 1)
        for when, part in (("before_pct", rows[~later]), ("after_pct", rows[later]))
    }
    return _effect(
        "declared_step", "kpi_return", planted.declared_start,
        {"kpi_code": planted.declared_kpi, "fall_before_points": planted.declared_points}, share,
        "a new provider; declared in the rebase log of authority.toml",
    )  # fmt: skip
