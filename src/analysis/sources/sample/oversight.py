"""Oversight: findings, actions, children's homes, supervision, audits, modes, managers' notes."""

import numpy as np
import pandas as pd

from analysis.methods.calendar import DAY
from analysis.sources.sample import workforce_calibration as terms
from analysis.sources.sample.draws import stream
from analysis.sources.sample.effects import Effects
from analysis.sources.sample.span import Span

GRADES = (
    ("Outstanding", 0.08),
    ("Good", 0.55),
    ("Requires improvement", 0.32),
    ("Inadequate", 0.05),
)
INSPECTION = "Focused visit letter (synthetic)"
# Finding: kind, text.
FINDINGS = (
    ("strength", "Senior leaders know the service well and act on what the data tell them."),
    ("strength", "Most children in care live in placements that meet their needs."),
    ("strength", "Children are visited regularly and their social workers know them."),
    ("strength", "Staff describe managers as visible and supportive."),
    ("development", "The timeliness of assessments varies between teams."),
    ("development", "Supervision records do not always show why decisions were made."),
    ("development", "Return home interviews are not offered to every child in time."),
    ("development", "Placement sufficiency for children with complex needs."),
)
# Action: finding, text, owner, due and original due in days from the last day, status, closed,
# evidence, measure, decision.
ACTIONS = (
    (5, "Weekly review of assessments open beyond 35 working days", "Head of Assessment", 45, 45,
     "On track", None, None, "assessments_in_45_working_days", None),
    (5, "Second duty rota for the Assessment teams", "Head of Assessment", -20, -80,
     "In progress", None, None, "assessments_in_45_working_days",
     "Whether to fund two temporary posts until March"),
    (5, "Practice guide on proportionate assessment", "Principal Social Worker", -150, -150,
     "Complete", -160, "Guide issued and training attended by 84 practitioners",
     "assessments_in_45_working_days", None),
    (6, "Supervision template with a decision rationale", "Principal Social Worker", -200, -200,
     "Complete", -190, "Audit of 30 records: 26 show a rationale",
     "supervision_by_month", None),
    (6, "Quarterly audit of supervision records", "Head of Quality Assurance", 60, 60,
     "On track", None, None, "supervision_by_month", None),
    (6, "Coaching for first-line managers", "Head of Workforce", 120, 30,
     "In progress", None, None, None, None),
    (7, "Single offer of return home interviews with the commissioned provider",
     "Head of Early Help", -45, -45, "In progress", None, None, "RHI_72", None),
    (7, "Daily report of missing episodes to team managers", "Head of Performance", -250, -250,
     "Complete", -240, None, "RHI_72", None),
    (8, "Open a second short-break home", "Head of Provision", 210, 90, "In progress", None, None,
     None, "Capital bid for the second home"),
    (8, "Recruit 25 fostering households", "Head of Fostering", 200, 200, "On track", None, None,
     None, None),
    (8, "Regional framework for residential placements", "Head of Commissioning", -10, -10,
     "In progress", None, None, "budget_variance", None),
    (8, "Review of all placements costing over GBP 6,000 a week", "Head of Commissioning", -100,
     -100, "Complete", -95, "31 placements reviewed; 6 step-down plans agreed",
     "budget_variance", None),
)  # fmt: skip
HOMES = (
    (
        "Home 1 (synthetic)",
        "Residential, emotional and behavioural needs",
        4,
        "Open",
        12,
        12,
        "Yes",
    ),
    (
        "Home 2 (synthetic)",
        "Residential, emotional and behavioural needs",
        4,
        "Open",
        12,
        11,
        "Yes",
    ),
    ("Home 3 (synthetic)", "Residential, long term", 5, "Open", 12, 12, "Yes"),
    ("Home 4 (synthetic)", "Short breaks for disabled children", 6, "Open", 12, 10, "No"),
)


def oversight_tables(
    seed: int, size: float, span: Span, cases: dict[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return findings, actions, homes, home_visits, supervision, audits and contact_modes.

    Parameters
    ----------
    seed, size, span
        As for the whole sample.
    cases : dict of DataFrame
        The case management tables: how visits and reviews were held is counted from them.
    """
    return {
        "findings": _findings(span),
        "actions": _actions(span),
        "homes": pd.DataFrame(
            HOMES,
            columns=["home_id", "provision", "places", "status", "regulation_44_due",
                     "regulation_44_held", "risk_assessed"],
        ).assign(homes=1),
        "home_visits": _home_visits(seed, span),
        "supervision": _supervision(seed, size, span),
        "audits": _audits(seed, size, span),
        "contact_modes": _contact_modes(span, cases),
    }  # fmt: skip


def _findings(span: Span) -> pd.DataFrame:
    """Return the findings of the last focused visit."""
    table = pd.DataFrame(FINDINGS, columns=["kind", "finding"])
    table.insert(0, "finding_id", [f"F{number}" for number in range(1, len(table) + 1)])
    return table.assign(finding_date=pd.Timestamp(span.last_day - 320 * DAY), source=INSPECTION)


def _actions(span: Span) -> pd.DataFrame:
    """Return the improvement plan's actions, with days counted from the last day."""
    columns = ["finding", "action", "owner_role", "due", "original", "status", "closed",
               "evidence", "linked_measure", "decision_needed"]  # fmt: skip
    table = pd.DataFrame(ACTIONS, columns=columns)
    last = pd.Timestamp(span.last_day)
    return pd.DataFrame(
        {
            "action_id": [f"A{number:02d}" for number in range(1, len(table) + 1)],
            "finding_id": "F" + table["finding"].astype(str),
            "action": table["action"],
            "owner_role": table["owner_role"],
            "due_date": last + pd.to_timedelta(table["due"], unit="D"),
            "original_due_date": last + pd.to_timedelta(table["original"], unit="D"),
            "status": table["status"],
            "closed_date": last + pd.to_timedelta(table["closed"], unit="D"),
            "evidence": table["evidence"],
            "linked_measure": table["linked_measure"],
            "decision_needed": table["decision_needed"],
        }
    )


def _home_visits(seed: int, span: Span) -> pd.DataFrame:
    """Return visits of independent visitors, leaders and members to each home in the last year."""
    rng = stream(seed, "home visits")
    rows = []
    roles = {"Independent visitor": 0.95, "Senior leader": 0.4, "Elected member": 0.25}
    for home, *_ in HOMES:
        for month in span.periods[-12:].to_timestamp():
            for role, chance in roles.items():
                rows.append((home, month, role, int(rng.random() < chance)))
    return pd.DataFrame(rows, columns=["home_id", "visit_month", "visitor_role", "visits"])


def _by_team_and_month(size: float, span: Span) -> pd.DataFrame:
    """Return one row a team and month with the people in the team."""
    teams = {team: sum(counts) for team, counts in terms.TEAMS.items()}
    table = pd.DataFrame({"team": list(teams), "people": list(teams.values())})
    table["people"] = np.maximum(np.round(table["people"] * size), 2).astype("int64")
    months = pd.DataFrame({"month": span.periods.to_timestamp()})
    return months.merge(table, how="cross")


def _supervision(seed: int, size: float, span: Span) -> pd.DataFrame:
    """Return supervision sessions due and held by team and month."""
    rng = stream(seed, "supervision")
    table = _by_team_and_month(size, span)
    due = np.maximum(table["people"] - rng.integers(0, 2, len(table)), 1)
    held = rng.binomial(due, 0.9)
    return pd.DataFrame({"month": table["month"], "team": table["team"], "due": due, "held": held})


def _audits(seed: int, size: float, span: Span) -> pd.DataFrame:
    """Return case audits by team, month and grade given."""
    rng = stream(seed, "audits")
    table = _by_team_and_month(size, span)
    number = np.maximum(np.round(table["people"] * 0.28), 2).astype("int64")
    counts = rng.multinomial(number, [share for _, share in GRADES])
    wide = pd.DataFrame(counts, columns=[grade for grade, _ in GRADES])
    long = pd.concat([table[["month", "team"]], wide], axis=1).melt(
        ["month", "team"], var_name="grade", value_name="audits"
    )
    long = long[long["audits"] > 0]
    return long.sort_values(["month", "team", "grade"], kind="stable", ignore_index=True)


def _contact_modes(span: Span, cases: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return how visits and reviews were held by month, counted from the case tables."""
    activities = {
        "Child protection visits": ("cp_visits", "visit_date"),
        "Visits to children in care": ("cla_visits", "visit_date"),
        "Review conferences": ("cp_reviews", "held_date"),
        "Reviews of children in care": ("cla_reviews", "held_date"),
    }
    parts = []
    for activity, (name, column) in activities.items():
        happened = cases[name].dropna(subset=column)
        month = happened[column].to_numpy().astype("datetime64[M]").astype("datetime64[D]")
        counted = happened.groupby([month, "mode"]).size().rename("number").reset_index()
        counted = counted.rename(columns={counted.columns[0]: "month"})
        parts.append(counted.assign(activity=activity))
    table = pd.concat(parts, ignore_index=True)
    return table[["month", "activity", "mode", "number"]]


def managers_notes(span: Span, planted: Effects) -> pd.DataFrame:
    """Return managers' words on the last two periods; who wrote them is a role, not a name."""
    written = pd.Timestamp(span.as_at)
    last, before = (month.to_timestamp() for month in (span.last_month, span.month(1)))
    surge, rise = (month.strftime("%B %Y") for month in (planted.surge_start, planted.rise_start))
    notes = (
        (last, "contacts_year_on_year", f"A new referral form went live in {rise}; schools tell us "
         "that it is quicker to use.", "Head of Front Door"),
        (last, "assessments_in_45_working_days", "Two experienced managers left the assessment "
         "service in the winter; their successors have started.", "Head of Assessment"),
        (last, "agency_workers", f"Cover for long-term sickness and maternity leave has been in "
         f"place since {surge}. End dates are reviewed each month.", "Head of Workforce"),
        (last, "budget_variance", "The April contract round raised residential prices. A "
         "regional framework is being negotiated.", "Head of Finance"),
        (before, "contacts_year_on_year", "The rise is seen in most sources and is not explained "
         "by one partner.", "Head of Front Door"),
    )  # fmt: skip
    table = pd.DataFrame(notes, columns=["month", "measure_id", "text", "role"])
    return table.assign(note_date=written)
