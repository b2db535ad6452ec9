"""The case management extract: one table an event, as at the day the extract was taken.

What happens after that day is not known to it, and a few records of the last weeks are still to
be keyed in: the truth file says how many.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.methods.calendar import DAY
from analysis.sources.sample import calibration as known
from analysis.sources.sample.children_flow import journeys
from analysis.sources.sample.columns import NEVER, known_by, numbered, team_of, whole_days, yes_no
from analysis.sources.sample.contacts import contacts
from analysis.sources.sample.draws import choose, stream
from analysis.sources.sample.effects import Effects
from analysis.sources.sample.families import Families, families
from analysis.sources.sample.protection_and_care import care_tables, protection_tables
from analysis.sources.sample.span import Span, month_ends

SOURCE_LABELS = {code: f"{code}: {of[0].split(':')[0]}" for code, of in known.SOURCES.items()} | {
    **{code: f"{code}: Health services" for code in known.SOURCES if code.startswith("3")},
    **{code: f"{code}: LA services" for code in known.SOURCES if code.startswith("5")},
}
OUTCOME_LABELS = {
    "no further action": "No further action",
    "information": "Advice and information",
    "early help": "Early help",
    "referral": "Referral",
}
CLOSURES = (
    ("RC7 - Services ceased for any other reason", 0.86),
    ("RC5 - Transferred to services of another local authority", 0.05),
    ("RC4 - Special guardianship order", 0.03),
    ("RC3 - Child arrangements order", 0.03),
    ("RC1 - Adopted", 0.02),
    ("RC6 - Transferred to adult social care services", 0.01),
)
CLOSED_AFTER_ASSESSMENT = (
    ("RC8 - Case closed after assessment, no further action", 0.6),
    ("RC9 - Case closed after assessment, referred to early help", 0.4),
)


@dataclass(frozen=True)
class CaseRecords:
    """The children, their journeys and the tables of the case management extract, by contract."""

    families: Families
    journeys: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    late: dict[str, int]


def case_records(seed: int, size: float, span: Span, planted: Effects) -> CaseRecords:
    """Return every case management table of the sample, in its contract's columns.

    Parameters
    ----------
    seed : int
        Same seed, same tables.
    size : float
        1.0 is a city of Derby's size.
    span : Span
        The months.
    planted : Effects
        The planted effects.

    Returns
    -------
    CaseRecords
        tables has contacts, referrals, assessments, section47, cp_plans, cp_reviews, cp_visits,
        cla_episodes, cla_reviews and cla_visits; late counts the contacts of each month that
        are not keyed in yet.
    """
    known_families = families(seed, size, span)
    every_contact = contacts(seed, size, span, planted, known_families)
    every_journey = journeys(seed, size, span, planted, every_contact, known_families)
    keyed, late = _keyed_in(seed, span, every_contact, every_journey)
    every_journey = every_journey[~every_journey["contact_row"].isin(keyed.index[~keyed["keyed"]])]
    every_journey = every_journey.reset_index(drop=True)
    names = known_families.children["child_id"].to_numpy()
    tables = {
        "contacts": _contacts(keyed, span, names),
        "referrals": _referrals(seed, every_journey, span, names),
        "assessments": _assessments(seed, every_journey, span, names),
        "section47": _section47(seed, every_journey, span, names),
        **protection_tables(seed, every_journey, span, names),
        **care_tables(seed, every_journey, span, known_families),
    }
    return CaseRecords(known_families, every_journey, tables, late)


def open_cases(span: Span, cases: pd.DataFrame) -> pd.Series:
    """Return the cases open at the end of each month, by month."""
    began = np.fmin(whole_days(cases["referral_date"]), whole_days(cases["care_start"]))
    began, closed = np.sort(began), np.sort(whole_days(cases["closure"]))
    ends = month_ends(span.periods)
    count = np.searchsorted(began, ends, "right") - np.searchsorted(closed, ends, "right")
    return pd.Series(count, index=span.periods)


def _keyed_in(
    seed: int, span: Span, every_contact: pd.DataFrame, every_journey: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return contacts with whether they are keyed in by the extract, and those that are not."""
    rng = stream(seed, "late entry")
    lag = rng.exponential(known.LATE_ENTRY_DAYS, len(every_contact)).astype("int64")
    lag = np.where(rng.random(len(every_contact)) < known.LATE_ENTRY, lag, 0)
    date = whole_days(every_contact["contact_date"])
    keyed = date + lag <= span.as_at
    accepted = every_contact.index.isin(every_journey["contact_row"])
    refused = (every_contact["outcome"] == "referral").to_numpy() & ~accepted
    table = every_contact.assign(keyed=keyed)
    table.loc[refused, "outcome"] = "information"  # the case is open: passed to its worker
    waiting = (
        pd.Series(date[~keyed].astype("datetime64[M]").astype(str)).value_counts().sort_index()
    )
    return table, {str(month): int(count) for month, count in waiting.items()}


def _contacts(keyed: pd.DataFrame, span: Span, names: np.ndarray) -> pd.DataFrame:
    """Return the contacts table."""
    date = whole_days(keyed["contact_date"])
    rows = keyed[keyed["keyed"].to_numpy() & (date >= span.first_day)]
    decided = whole_days(rows["decision_date"])
    pending = decided > span.as_at
    outcome = rows["outcome"].map(OUTCOME_LABELS).to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "contact_id": numbered("SYNC", len(rows)),
            "child_id": names[rows["child"].to_numpy()],
            "contact_date": whole_days(rows["contact_date"]),
            "contact_time": rows["contact_time"].to_numpy(),
            "source": rows["source"].map(SOURCE_LABELS).to_numpy(),
            "outcome": np.where(pending, None, outcome),
            "decision_date": np.where(pending, NEVER, decided),
            "team": known.FRONT_DOOR,
        }
    )


def _referrals(seed: int, cases: pd.DataFrame, span: Span, names: np.ndarray) -> pd.DataFrame:
    """Return the referrals table."""
    rng = stream(seed, "closures")
    date = whole_days(cases["referral_date"])
    rows = cases[(date >= span.first_day) & (date <= span.last_day)]
    in_need = rows["in_need"].to_numpy(dtype=bool)
    nfa = rows["nfa"].to_numpy(dtype=bool)
    reason = np.where(
        in_need | rows["strategy_date"].notna() | rows["care_start"].notna(),
        choose(rng, CLOSURES, len(rows)),
        choose(rng, CLOSED_AFTER_ASSESSMENT, len(rows)),
    )
    closed = known_by(rows["closure"], span.as_at)
    reason = np.where(np.isnat(closed) | nfa, None, reason)
    pending = whole_days(rows["decision_date"]) > span.as_at
    return pd.DataFrame(
        {
            "referral_id": numbered("SYNR", len(rows)),
            "child_id": names[rows["child"].to_numpy()],
            "referral_date": whole_days(rows["referral_date"]),
            "source": rows["source"].map(SOURCE_LABELS).to_numpy(),
            "nfa": np.where(pending, None, yes_no(nfa)),
            "decision_date": known_by(rows["decision_date"], span.as_at),
            "closure_date": closed,
            "closure_reason": reason,
            "team": team_of(known.ASSESSMENT_TEAMS, rows),
        }
    )


def _assessments(seed: int, cases: pd.DataFrame, span: Span, names: np.ndarray) -> pd.DataFrame:
    """Return the assessments table, with those that started before the months and ended in them."""
    rng = stream(seed, "assessment outcomes")
    start, authorised = (
        whole_days(cases["assessment_start"]),
        whole_days(cases["assessment_authorised"]),
    )
    rows = cases[(start <= span.last_day) & (authorised >= span.first_day)]
    authorised = known_by(rows["assessment_authorised"], span.as_at)
    ended = ~np.isnat(authorised)
    in_need = rows["in_need"].to_numpy(dtype=bool)
    declined = choose(rng, (("No further action", 0.6), ("Early help", 0.4)), len(rows))
    outcome = np.where(in_need, "Requires social care support", declined)
    return pd.DataFrame(
        {
            "assessment_id": numbered("SYNA", len(rows)),
            "child_id": names[rows["child"].to_numpy()],
            "referral_date": whole_days(rows["referral_date"]),
            "start_date": whole_days(rows["assessment_start"]),
            "authorised_date": authorised,
            "child_seen": np.where(ended, yes_no(rng.random(len(rows)) < 0.965), None),
            "outcome": np.where(ended, outcome, None),
            "team": team_of(known.ASSESSMENT_TEAMS, rows),
        }
    )


def _section47(seed: int, cases: pd.DataFrame, span: Span, names: np.ndarray) -> pd.DataFrame:
    """Return the section 47 table, in order of the strategy discussion."""
    rng = stream(seed, "conferences")
    date = whole_days(cases["strategy_date"])
    rows = cases[(date >= span.first_day) & (date <= span.last_day)]
    rows = rows.sort_values(["strategy_date", "contact_row"], kind="stable")
    conference = rows["icpc_date"].notna().to_numpy()
    held = known_by(rows["icpc_date"], span.as_at)
    concluded = ~conference & (whole_days(rows["strategy_date"]) + 15 * DAY <= span.as_at)
    unnecessary = np.where(concluded, "Yes", np.where(np.isnat(held), None, "No"))
    led_to_plan = yes_no(rows["plan_start"].notna().to_numpy())
    return pd.DataFrame(
        {
            "enquiry_id": numbered("SYNE", len(rows)),
            "child_id": names[rows["child"].to_numpy()],
            "strategy_date": whole_days(rows["strategy_date"]),
            "icpc_unnecessary": unnecessary,
            "icpc_date": held,
            "outcome_plan": np.where(np.isnat(held), None, led_to_plan),
            "transfer_in": np.where(np.isnat(held), None, yes_no(rng.random(len(rows)) < 0.015)),
            "team": team_of(known.ASSESSMENT_TEAMS, rows),
        }
    )
