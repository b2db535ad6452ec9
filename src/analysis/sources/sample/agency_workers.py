"""Agency workers: a steady number who mostly cover vacancies, and a planted surge."""

import numpy as np
import pandas as pd

from analysis.methods.calendar import DAY
from analysis.sources.sample import workforce_calibration as terms
from analysis.sources.sample.columns import NEVER
from analysis.sources.sample.draws import choose, stream
from analysis.sources.sample.effects import Effects
from analysis.sources.sample.span import Span

ABOVE_CAP = 0.22
HANDOVER_DAYS = 28


def agency_workers(
    seed: int, size: float, span: Span, planted: Effects, vacant: pd.DataFrame
) -> pd.DataFrame:
    """Return one row an assignment, in the agency contract's columns.

    Parameters
    ----------
    seed, size, span, planted
        As for the whole sample.
    vacant : DataFrame
        Spells in which a post is vacant: post_id, team, role, start, end.
    """
    rng = stream(seed, "agency")
    rows = _steady(rng, size, span, vacant) + _surge(rng, size, planted)
    columns = ["post_id", "team", "role", "start_date", "end_date", "reason"]
    table = pd.DataFrame(rows, columns=columns)
    table = table[table["end_date"] >= pd.Timestamp(span.first_day)].reset_index(drop=True)
    end = table["end_date"].to_numpy().astype("datetime64[D]")
    table["end_date"] = np.where(end > span.as_at, NEVER, end)
    return _with_terms(rng, table)


def _steady(rng: np.random.Generator, size: float, span: Span, vacant: pd.DataFrame) -> list[tuple]:
    """Return back-to-back assignments that keep a steady number of workers.

    Cover for a vacancy ends soon after the post is filled; where no post is vacant the worker
    covers an absence.
    """
    filled = vacant["end"].to_numpy().astype("datetime64[D]")
    free_from = vacant["start"].to_numpy().astype("datetime64[D]")
    rows = []
    for _ in range(max(round(terms.AGENCY_BASE * size), 2)):
        begins = span.first_day - int(rng.integers(0, 200)) * DAY
        while begins <= span.as_at:
            ends = begins + int(rng.integers(*terms.AGENCY_DAYS)) * DAY
            reason = choose(rng, terms.BASE_REASONS, 1)[0]
            found = np.flatnonzero((free_from <= begins) & ~(filled <= begins))
            if reason == "vacancy" and len(found):
                at = int(found[rng.integers(len(found))])
                ends = np.fmin(ends, np.maximum(filled[at], begins) + HANDOVER_DAYS * DAY)
                free_from[at] = ends
                post = tuple(vacant.iloc[at][["post_id", "team", "role"]])
            else:
                reason = "sickness" if reason == "vacancy" else reason
                post = _no_post(rng)
            rows.append((*post, begins, ends, reason))
            begins = ends + int(rng.integers(1, 15)) * DAY
    return rows


def surge_reasons(size: float) -> list[str]:
    """Return the reason of each planted agency worker, in proportion to the size."""
    number = max(round(len(terms.SURGE_REASONS) * size), 1)
    return [terms.SURGE_REASONS[at % len(terms.SURGE_REASONS)] for at in range(number)]


def _surge(rng: np.random.Generator, size: float, planted: Effects) -> list[tuple]:
    """Return the planted assignments, which go on beyond the last day."""
    begin = np.datetime64(str(planted.surge_start), "D")
    return [
        (*_no_post(rng), begin + (1 + number % 5 * 3) * DAY, begin + 700 * DAY, reason)
        for number, reason in enumerate(surge_reasons(size))
    ]


def _no_post(rng: np.random.Generator) -> tuple[None, str, str]:
    """Return cover that stands for no post: a team and the role of a social worker."""
    teams = list(terms.TEAMS)
    return None, teams[int(rng.integers(len(teams)))], "Social worker"


def _with_terms(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    """Return assignments with FTE, posts covered, hourly rate, cap and employee's equivalent."""
    count = len(table)
    charge, cap, equivalent = np.array([terms.AGENCY_GBP[role] for role in table["role"]]).T
    over = rng.random(count) < ABOVE_CAP
    rate = np.where(over, cap * (1 + rng.uniform(0.01, 0.12, count)),
                    np.minimum(charge * rng.uniform(0.92, 1.03, count), cap))  # fmt: skip
    fte = choose(rng, ((1.0, 0.88), (0.8, 0.08), (0.6, 0.04)), count)
    table = table.assign(
        worker_id=[f"SYN-A{number:05d}" for number in range(1, count + 1)],
        fte=fte,
        posts_covered=np.where(rng.random(count) < 0.06, 1.5, 1.0),
        job_type=table["role"].replace({"Independent reviewing officer": "IRO or CP chair"}),
        hourly_rate_gbp=np.round(rate, 2),
        cap_hourly_gbp=cap,
        employee_equivalent_hourly_gbp=equivalent,
        weekly_hours=np.round(fte * terms.WEEKLY_HOURS, 1),
        project_team="No",
    )
    return table.sort_values(["start_date", "worker_id"], kind="stable", ignore_index=True)
