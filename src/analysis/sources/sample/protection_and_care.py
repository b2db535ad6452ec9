"""The tables of children on plans and in care: plans, placements, their reviews and visits."""

import numpy as np
import pandas as pd

from analysis.sources.sample import calibration as known
from analysis.sources.sample.care import placements
from analysis.sources.sample.columns import known_by, numbered, team_of, whole_days, yes_no
from analysis.sources.sample.draws import choose, stream
from analysis.sources.sample.families import Families
from analysis.sources.sample.reviews_and_visits import (
    care_reviews,
    care_visits,
    plan_reviews,
    plan_visits,
)
from analysis.sources.sample.span import Span


def protection_tables(
    seed: int, cases: pd.DataFrame, span: Span, names: np.ndarray
) -> dict[str, pd.DataFrame]:
    """Return the tables of child protection plans, their reviews and visits."""
    rng = stream(seed, "plans")
    plans = cases[cases["plan_start"].notna()].sort_values(["plan_start", "child"], kind="stable")
    earlier = plans.groupby("child").cumcount().to_numpy()
    before = np.where(
        rng.random(len(plans)) < known.PREVIOUS_PLAN, rng.integers(1, 3, len(plans)), 0
    )
    first = choose(rng, known.ABUSE, len(plans))
    latest = np.where(rng.random(len(plans)) < 0.12, choose(rng, known.ABUSE, len(plans)), first)
    plans = plans.assign(previous=earlier + before, first=first, latest=latest)
    reach = (whole_days(plans["plan_end"]) >= span.first_day) & (
        whole_days(plans["plan_start"]) <= span.as_at
    )
    plans = plans[reach].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "plan_id": numbered("SYNP", len(plans)),
            "child_id": names[plans["child"].to_numpy()],
            "start_date": whole_days(plans["plan_start"]),
            "end_date": known_by(plans["plan_end"], span.as_at),
            "previous_plans": plans["previous"].to_numpy(),
            "initial_category": plans["first"].to_numpy(),
            "latest_category": plans["latest"].to_numpy(),
            "team": team_of(known.LOCALITY_TEAMS, plans),
        }
    )
    visits = plan_visits(seed, span, plans)
    visits["seen_alone"] = yes_no(visits["seen_alone"].to_numpy(dtype=bool))
    return {
        "cp_plans": table,
        "cp_reviews": _reviews(plan_reviews(seed, span, plans), span, names, known.LOCALITY_TEAMS),
        "cp_visits": _visits(visits, span, names, known.LOCALITY_TEAMS),
    }


def care_tables(
    seed: int, cases: pd.DataFrame, span: Span, known_families: Families
) -> dict[str, pd.DataFrame]:
    """Return the tables of children in care: placements, reviews and visits."""
    start, end = whole_days(cases["care_start"]), whole_days(cases["care_end"])
    periods = cases[(end >= span.first_day) & (start <= span.as_at)]
    periods = periods.sort_values(["care_start", "child"], kind="stable").reset_index(drop=True)
    names = known_families.children["child_id"].to_numpy()
    born = whole_days(known_families.children["born"])[periods["child"].to_numpy()]
    placed = placements(seed, span, periods, born)
    placed = placed[whole_days(placed["placement_start"]) <= span.as_at].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "child_id": names[placed["child"].to_numpy()],
            "care_start_date": whole_days(placed["care_start"]),
            "care_end_date": known_by(placed["care_end"], span.as_at),
            "placement_start_date": whole_days(placed["placement_start"]),
            "placement_end_date": known_by(placed["placement_end"], span.as_at),
            "placement_type": placed["placement_type"].to_numpy(),
            "placement_provider": placed["placement_provider"].to_numpy(),
            "legal_status": placed["legal_status"].to_numpy(),
            "category_of_need": placed["category_of_need"].to_numpy(),
            "intended_to_18": yes_no(placed["intended_to_18"].to_numpy(dtype=bool)),
            "team": team_of(known.CARE_TEAMS, placed),
        }
    )
    reviews = _reviews(care_reviews(seed, span, periods), span, names, known.CARE_TEAMS)
    visits = _visits(care_visits(seed, span, placed), span, names, known.CARE_TEAMS)
    return {"cla_episodes": table, "cla_reviews": reviews, "cla_visits": visits}


def _reviews(
    events: pd.DataFrame, span: Span, names: np.ndarray, teams: tuple[str, ...]
) -> pd.DataFrame:
    """Return reviews held in the months, and those still to be held."""
    held = whole_days(events["held"])
    rows = events[np.isnat(held) | (held >= span.first_day)]
    table = pd.DataFrame(
        {
            "child_id": names[rows["child"].to_numpy(dtype="int64")],
            "due_date": whole_days(rows["due"]),
            "held_date": whole_days(rows["held"]),
            "mode": rows["mode"].to_numpy(),
            "team": team_of(teams, rows),
        }
    )
    return table.sort_values(["due_date", "child_id"], kind="stable", ignore_index=True)


def _visits(
    events: pd.DataFrame, span: Span, names: np.ndarray, teams: tuple[str, ...]
) -> pd.DataFrame:
    """Return visits made in the months."""
    rows = events[whole_days(events["held"]) >= span.first_day]
    columns = {
        "child_id": names[rows["child"].to_numpy(dtype="int64")],
        "visit_date": whole_days(rows["held"]),
        "due_date": whole_days(rows["due"]),
        "mode": rows["mode"].to_numpy(),
        "team": team_of(teams, rows),
    }
    if "seen_alone" in rows:
        columns["seen_alone"] = rows["seen_alone"].to_numpy()
    table = pd.DataFrame(columns)
    return table.sort_values(["visit_date", "child_id"], kind="stable", ignore_index=True)
