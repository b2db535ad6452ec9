"""What follows a contact: referral, assessment, section 47 enquiry, conference, plan, closure.

Siblings of one incident go through together, as they do in practice. A journey is drawn for
every contact that could become a referral; those of children whose case is open are dropped.
"""

import numpy as np
import pandas as pd

from analysis.methods.calendar import DAY
from analysis.sources.sample import calibration as known
from analysis.sources.sample.care import care_lengths, starting_care
from analysis.sources.sample.columns import ADULT, NEVER, whole_days
from analysis.sources.sample.draws import choose, draw_bands, stream
from analysis.sources.sample.effects import Effects
from analysis.sources.sample.families import Families
from analysis.sources.sample.span import Span, add_working_days


def journeys(
    seed: int, size: float, span: Span, planted: Effects, all_contacts: pd.DataFrame,
    known_families: Families,
) -> pd.DataFrame:  # fmt: skip
    """Return one row a child's accepted referral, with the dates of all that follows.

    Children already in care when the journeys begin stand first, without a referral.

    Columns: child, incident, contact_row, source, nfa, in_need and the dates referral_date,
    decision_date, assessment_start, assessment_authorised, strategy_date, icpc_date, plan_start,
    plan_end, care_start, care_end and closure, missing where a step was not reached.
    """
    candidates = all_contacts[all_contacts["outcome"] == "referral"]
    incident, at = np.unique(candidates["incident"].to_numpy(), return_inverse=True)
    begun = np.empty(len(incident), dtype="datetime64[D]")
    begun[at] = candidates["decision_date"].to_numpy().astype("datetime64[D]")
    drawn = _drawn(stream(seed, "journeys"), begun, np.datetime64(str(planted.step_start), "D"))
    rows = drawn.iloc[at].reset_index(drop=True)
    rows["child"] = candidates["child"].to_numpy()
    rows["incident"] = candidates["incident"].to_numpy()
    rows["source"] = candidates["source"].to_numpy()
    rows["contact_row"] = candidates.index.to_numpy()
    rows = _within_childhood(rows, known_families)
    before = starting_care(seed, size, span, known_families)
    open_until = np.full(len(known_families.children), np.datetime64("1900-01-01", "D"))
    open_until[before["child"].to_numpy()] = whole_days(before["closure"])
    return pd.concat([before, _accepted(rows, open_until)], ignore_index=True)


def _drawn(rng: np.random.Generator, begun: np.ndarray, step: np.datetime64) -> pd.DataFrame:
    """Return one drawn journey for each incident."""
    count = len(begun)
    decided = add_working_days(begun, choose(rng, known.REFERRAL_DECISION_WORKING_DAYS, count))
    nfa = rng.random(count) < known.REFERRAL_NFA
    start = np.where(rng.random(count) < 0.93, begun, add_working_days(begun, 1))
    authorised = authorisation_dates(rng.random(count), start, step)
    enquiry = ~nfa & (rng.random(count) < known.SECTION_47)
    strategy = add_working_days(begun, draw_bands(rng.random(count), known.STRATEGY_WORKING_DAYS))
    conference = enquiry & (rng.random(count) < known.CONFERENCE)
    held = add_working_days(strategy, draw_bands(rng.random(count), known.CONFERENCE_DAYS))
    plan = conference & (rng.random(count) < known.CONFERENCE_TO_PLAN)
    plan_end = held + draw_bands(rng.random(count), known.PLAN_DAYS)
    in_need = ~nfa & (plan | (rng.random(count) < known.IN_NEED_AFTER_ASSESSMENT))
    care_chance = np.where(enquiry, known.CARE_AFTER_SECTION_47, known.CARE_AFTER_ASSESSMENT)
    care = ~nfa & (rng.random(count) < care_chance)
    care_start = np.where(enquiry, strategy, start) + rng.integers(1, 150, count)
    care_end = care_start + care_lengths(rng, count)
    table = pd.DataFrame(
        {
            "referral_date": begun,
            "decision_date": decided,
            "nfa": nfa,
            "in_need": in_need,
            "assessment_start": np.where(nfa, NEVER, start),
            "assessment_authorised": np.where(nfa, NEVER, authorised),
            "strategy_date": np.where(enquiry, strategy, NEVER),
            "icpc_date": np.where(conference, held, NEVER),
            "plan_start": np.where(plan, held, NEVER),
            "plan_end": np.where(plan, plan_end, NEVER),
            "care_start": np.where(care, care_start, NEVER),
            "care_end": np.where(care, care_end, NEVER),
        }
    )
    return table.assign(closure=_closures(rng, table))


def _closures(rng: np.random.Generator, drawn: pd.DataFrame) -> np.ndarray:
    """Return when each case closes: after the last of its steps, and some months of need."""
    in_need = drawn["in_need"].to_numpy()
    need = 20 + rng.gamma(1.4, known.IN_NEED_DAYS / 1.4, len(drawn)).astype("int64")
    no_need = rng.integers(0, 15, len(drawn))
    last = np.fmax(
        whole_days(drawn["decision_date"]),
        whole_days(drawn["assessment_authorised"]) + np.where(in_need, need, no_need) * DAY,
    )
    for step, more in (("strategy_date", 15), ("icpc_date", 10), ("plan_end", 60), ("care_end", 0)):
        last = np.fmax(last, whole_days(drawn[step]) + more * DAY)
    return last


def authorisation_dates(draws: np.ndarray, start: np.ndarray, step: np.datetime64) -> np.ndarray:
    """Return when assessments end: by the usual bands, and by slower ones from the step on.

    The same draw is read in both tables and the slower one never gives an earlier day, so an
    assessment that would have ended before the step keeps its date and every assessment that
    ends from the step on follows the slower table: the share in time falls at once.
    """
    usual = add_working_days(start, draw_bands(draws, known.ASSESSMENT_DAYS))
    slower = add_working_days(start, draw_bands(draws, known.ASSESSMENT_DAYS_AFTER))
    return np.where(usual >= step, np.maximum(slower, usual), usual)


def _within_childhood(rows: pd.DataFrame, known_families: Families) -> pd.DataFrame:
    """Return journeys cut at the eighteenth birthday, without care before birth."""
    born = known_families.children["born"].to_numpy().astype("datetime64[D]")
    born = born[rows["child"].to_numpy()]
    adult = (born.astype("datetime64[M]") + ADULT).astype("datetime64[D]")
    rows = rows.copy()
    rows["closure"] = np.maximum(
        np.minimum(whole_days(rows["closure"]), adult), whole_days(rows["decision_date"])
    )
    closure = whole_days(rows["closure"])
    care_start = np.maximum(whole_days(rows["care_start"]), born)
    rows["care_start"] = np.where(care_start < closure, care_start, NEVER)
    care = rows["care_start"].notna().to_numpy()
    care_end = np.maximum(np.minimum(whole_days(rows["care_end"]), closure), care_start + DAY)
    rows["care_end"] = np.where(care, care_end, NEVER)
    plan = (rows["plan_start"].notna() & (rows["plan_start"] < rows["closure"])).to_numpy()
    rows["plan_start"] = np.where(plan, whole_days(rows["plan_start"]), NEVER)
    ends = np.where(
        care & plan, np.maximum(care_start, whole_days(rows["plan_start"]) + 14 * DAY), closure
    )
    rows["plan_end"] = np.where(
        plan, np.minimum(np.minimum(whole_days(rows["plan_end"]), ends), closure), NEVER
    )
    return rows


def _accepted(rows: pd.DataFrame, open_until: np.ndarray) -> pd.DataFrame:
    """Return the journeys that start when the child has no open case, taken in date order."""
    rows = rows.sort_values(["child", "referral_date", "contact_row"], kind="stable")
    child = rows["child"].to_numpy()
    begun, closure = whole_days(rows["referral_date"]), whole_days(rows["closure"])
    taken = np.zeros(len(rows), dtype=bool)
    left = np.arange(len(rows))
    while len(left):
        left = left[~taken[left] & (begun[left] > open_until[child[left]])]
        first = left[np.unique(child[left], return_index=True)[1]]
        taken[first] = True
        open_until[child[first]] = closure[first]
    return rows[taken].sort_values(["referral_date", "contact_row"], kind="stable")
