"""Annex A's lists with one row a child: in need, on plans, in care, care leavers, adoption."""

import numpy as np
import pandas as pd

from analysis.sources.sample import annex_a_codes as codes
from analysis.sources.sample import calibration as known
from analysis.sources.sample.annex_a_codes import CHILD_COLUMNS, YES_NO, with_team_and_worker
from analysis.sources.sample.case_management import CaseRecords
from analysis.sources.sample.draws import choose
from analysis.sources.sample.span import Span

DISABILITY = "Does the Child have a Disability"
CARE_LEAVERS = 230
ADOPTERS_WAITING = 6


def in_need(
    rng: np.random.Generator, records: CaseRecords, child: pd.DataFrame, span: Span,
    since: pd.Timestamp,
) -> pd.DataFrame:  # fmt: skip
    """Return list 6: one row a child in need in the window, with the first status that applies."""
    as_at = pd.Timestamp(span.as_at)
    cases = records.journeys
    began = cases["referral_date"].fillna(cases["care_start"])
    cases = cases.assign(began=began)[(began <= as_at) & (cases["closure"] >= since)]
    cases = cases[~cases["nfa"].eq(True)]
    cases = cases.sort_values(["began", "child"], kind="stable").drop_duplicates(
        "child", keep="last"
    )
    names = records.families.children["child_id"].to_numpy()[cases["child"].to_numpy()]
    status = _status(cases, as_at)
    need = choose(rng, known.NEEDS, len(cases))
    closed = cases["closure"].where(cases["closure"] <= as_at)
    seen = np.minimum(closed.fillna(as_at), as_at) - pd.to_timedelta(
        rng.integers(1, 28, len(cases)), "D"
    )
    reason = np.where(cases["in_need"].eq(True), "RC7 - Services ceased for any other reason, "
                      "including child no longer in need", "RC8 - Case closed after assessment, no "
                      "further action")  # fmt: skip
    table = _child(child, names).assign(
        **{
            "CIN Start Date": cases["began"].to_numpy(),
            "Primary Need Code": pd.Series(need).map(codes.NEED).to_numpy(),
            "Date Child Was Last Seen": np.maximum(seen, cases["began"]).to_numpy(),
            "CIN Closure Date": closed.to_numpy(),
            "Reason for Closure": np.where(closed.notna(), reason, None),
            "Case status": np.array(codes.STATUS)[status],
        }
    )
    teams = np.array(known.ASSESSMENT_TEAMS)[
        cases["child"].to_numpy() % len(known.ASSESSMENT_TEAMS)
    ]
    return with_team_and_worker(table, pd.DataFrame({"child_id": names, "team": teams}))


def _status(cases: pd.DataFrame, as_at: pd.Timestamp) -> np.ndarray:
    """Return the place of each case's status: looked after, plan, in need, assessment, closed."""

    def running(start: str, end: str) -> pd.Series:
        return (cases[start] <= as_at) & (cases[end] > as_at)

    still_open = cases["closure"] > as_at
    return np.select(
        [
            running("care_start", "care_end"),
            running("plan_start", "plan_end"),
            still_open & (cases["assessment_authorised"] <= as_at),
            still_open,
        ],
        [0, 1, 2, 3],
        4,
    )


def on_plans(
    rng: np.random.Generator, tables: dict, child: pd.DataFrame, since: pd.Timestamp
) -> pd.DataFrame:
    """Return list 7: the latest plan of each child on a plan in the window."""
    rows = tables["cp_plans"]
    rows = rows[~(rows["end_date"] < since)]
    rows = rows.sort_values(["start_date", "child_id"]).drop_duplicates("child_id", keep="last")
    visits = tables["cp_visits"].sort_values("visit_date").drop_duplicates("child_id", keep="last")
    last = rows[["child_id", "start_date"]].merge(visits, how="left", on="child_id")
    last["visit_date"] = last["visit_date"].fillna(last["start_date"])  # seen as the plan began
    last["seen_alone"] = last["seen_alone"].fillna("No")
    reviews = tables["cp_reviews"].groupby("child_id")["held_date"].max()
    protected = np.where(rng.random(len(rows)) < 0.04, "a) Yes", "b) No")
    table = _child(child, rows["child_id"].to_numpy()).assign(
        **{
            "Child Protection Plan Start Date": rows["start_date"].to_numpy(),
            "Initial Category of Abuse": rows["initial_category"].map(codes.ABUSE).to_numpy(),
            "Latest Category of Abuse": rows["latest_category"].map(codes.ABUSE).to_numpy(),
            "Date of the Last Statutory Visit": last["visit_date"].to_numpy(),
            "Was the Child Seen Alone?": last["seen_alone"].map(YES_NO).to_numpy(),
            "Date of latest review conference": reviews.reindex(rows["child_id"]).to_numpy(),
            "Child Protection Plan End Date": rows["end_date"].to_numpy(),
            "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six "
            "Months (Y/N)": protected,
            "Number of Previous Child Protection Plans": rows["previous_plans"].to_numpy(),
        }
    )
    return with_team_and_worker(table, rows)


def in_care(
    rng: np.random.Generator, tables: dict, child: pd.DataFrame, span: Span, since: pd.Timestamp
) -> pd.DataFrame:
    """Return list 8: the latest period and placement of each child in care in the window."""
    rows = tables["cla_episodes"]
    rows = rows[~(rows["care_end_date"] < since)]
    rows = rows.sort_values(["placement_start_date", "child_id"])
    rows = rows.drop_duplicates("child_id", keep="last").reset_index(drop=True)
    alone = "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)"
    again = (
        "Is this a second or subsequent period of being a Looked After Child within the last 12 "
        "months (Y/N)"
    )
    table = _child(child, rows["child_id"].to_numpy(), {alone: _some(rng, 0.04, len(rows))})
    table = table.assign(
        **{
            "Date Started to be Looked After": rows["care_start_date"],
            "Child's Category of Need": rows["category_of_need"].map(codes.NEED),
            again: _some(rng, 0.03, len(rows)),
            "Start date of current legal status": rows["care_start_date"],
            "Child's Legal Status": rows["legal_status"].map(codes.LEGAL),
        },
        **_care_contacts(rng, tables, rows, pd.Timestamp(span.as_at)),
        **_placement_columns(rng, tables, rows, pd.Timestamp(span.as_at)),
        **_missing_columns(rng, len(rows)),
    )
    return with_team_and_worker(table, rows)


def _some(rng: np.random.Generator, share: float, count: int) -> np.ndarray:
    """Return Yes for a share of rows drawn at random."""
    return np.where(rng.random(count) < share, "a) Yes", "b) No")


def _care_contacts(
    rng: np.random.Generator, tables: dict, rows: pd.DataFrame, as_at: pd.Timestamp
) -> dict:
    """Return the columns of list 8 on reviews, visits, permanence and health."""
    ids = rows["child_id"]
    visits = tables["cla_visits"].groupby("child_id")["visit_date"].max()
    reviews = tables["cla_reviews"].groupby("child_id")["held_date"].max()

    def ago(most: int) -> pd.Series:
        return as_at - pd.to_timedelta(rng.integers(5, most, len(rows)), "D")

    return {
        "Date of Latest Statutory Review": reviews.reindex(ids).set_axis(ids.index),
        "Date of Last Social Work Visit": (
            visits.reindex(ids).set_axis(ids.index).fillna(rows["care_start_date"])
        ),
        "What is the permanence plan for this child?": choose(rng, codes.PERMANENCE, len(rows)),
        "Date of Last IRO Visit / Contact to the Child": ago(120),
        "Date of Last Health Assessment": ago(380),
        "Date of Last Dental Check": ago(400),
    }


def _placement_columns(
    rng: np.random.Generator, tables: dict, rows: pd.DataFrame, as_at: pd.Timestamp
) -> dict:
    """Return the columns of list 8 on placements and the end of care."""
    every = tables["cla_episodes"]
    recent = every[~(every["placement_end_date"] < as_at - pd.Timedelta(days=365))]
    placements = rows["child_id"].map(recent.groupby("child_id").size()).fillna(1).astype("int64")
    home = "e) E4A: Returned home to live with parents or relatives - part of planning"
    return {
        "Number of Placements in the Last 12 months": placements,
        "Date Ceased to be Looked After ": rows["care_end_date"],
        "Reason Ceased to be Looked After": np.where(rows["care_end_date"].notna(), home, None),
        "Start Date of Most Recent Placement": rows["placement_start_date"],
        "Placement Type": rows["placement_type"].map(codes.PLACEMENT),
        "Placement Provider": rows["placement_provider"].map(codes.PROVIDER),
        "Placement postcode": None,
        "URN of Placement": None,
        "Placement Location": np.where(rng.random(len(rows)) < 0.62, "a) In", "b) Out"),
        "LA of Placement": "Synthetic",
    }


def _missing_columns(rng: np.random.Generator, count: int) -> dict:
    """Return the columns of list 8 on missing episodes and return interviews."""
    missing = np.where(rng.random(count) < 0.07, rng.integers(1, 6, count), 0)
    episodes = (
        "Number of Episodes the Child has been ‘{}’ from their Placement in the last 12 months"
    )
    offered = "Was the child offered a Return Interview after their last missing episode (Y/N)?"
    accepted = "Did the child accept a Return Interview after their last missing episode (Y/N)?"
    return {
        episodes.format("Missing"): missing,
        episodes.format("Absent"): 0,
        offered: np.where(missing > 0, _some(rng, 0.9, count), None),
        accepted: np.where(missing > 0, _some(rng, 0.6, count), None),
    }


def care_leavers(
    rng: np.random.Generator, size: float, child: pd.DataFrame, span: Span
) -> pd.DataFrame:
    """Return list 9: young people of 17 to 21 who have been in care."""
    of_age = child[child["Age of Child (Years)"].between(17, 21)]
    chosen = of_age.iloc[:: max(len(of_age) // max(round(CARE_LEAVERS * size), 1), 1)]
    count = len(chosen)
    active = ["F1: Full time in higher education", "F2: Full time in education other than higher",
              "F3: Full time in training or employment", "G5: Not in education, employment or "
              "training - other"]  # fmt: skip
    table = _child(child, chosen["Child Unique ID"].to_numpy()).assign(
        **{
            "Allocated Team": "Leaving Care",
            "Allocated Worker": "Synthetic worker 1",
            "Eligibility Category": np.where(
                chosen["Age of Child (Years)"] < 18, "a) Relevant child", "b) Former relevant child"
            ),
            "LA In Touch ": np.where(rng.random(count) < 0.95, "a) Yes", "b) No"),
            "Type of Accommodation": rng.choice(
                ["B: Parents/relatives", "E: Supported lodgings", "U: Independent living"], count
            ),
            "Suitability of Accommodation": np.where(
                rng.random(count) < 0.9, "a) Suitable", "b) Unsuitable"
            ),
            "Activity Status": rng.choice(active, count, p=[0.06, 0.20, 0.30, 0.44]),
        }
    )
    return table.reset_index(drop=True)


def adoption(rng: np.random.Generator, tables: dict, child: pd.DataFrame) -> pd.DataFrame:
    """Return list 10: children placed for adoption and not yet adopted, or lately so."""
    rows = tables["cla_episodes"]
    rows = rows[(rows["placement_type"] == "A6") & rows["care_end_date"].isna()]
    rows = rows.drop_duplicates("child_id", keep="last").reset_index(drop=True)
    start, placed = rows["care_start_date"], rows["placement_start_date"]
    share = (placed - start).dt.days
    about = [start + pd.to_timedelta((share * part).round(), "D") for part in (0.4, 0.55, 0.85)]
    table = _child(child, rows["child_id"].to_numpy())
    table.insert(1, "Family identifier", [f"SYNF{n:05d}" for n in range(1, len(rows) + 1)])
    return table.assign(
        **{
            "Date the Child Entered Care": start,
            "Date of Decision that Child Should be Placed for Adoption": about[0],
            "Date of Placement Order": about[1],
            "Date of Matching Child and Prospective Adopters": about[2],
            "Date Placed for Adoption": placed,
            "Date of Adoption Order ": pd.NaT,
            "Date of Decision that Child Should No Longer be Placed for Adoption": pd.NaT,
            "Reason Why Child No Longer Placed for Adoption": None,
            "Date the child was placed for fostering in FFA or concurrent planning "
            "placement": pd.NaT,
        }
    )


def adopters(rng: np.random.Generator, children: int, span: Span) -> pd.DataFrame:
    """Return list 11: adopters of the children of list 10, and some who wait."""
    count = children + ADOPTERS_WAITING
    number = np.arange(1, count + 1)
    enquiry = pd.Timestamp(span.as_at) - pd.to_timedelta(rng.integers(420, 900, count), "D")
    stages = {name: enquiry + pd.Timedelta(days=days) for name, days in (
        ("Date Stage 1 started", 20), ("Date Stage 1 ended", 80), ("Date Stage 2 started", 90),
        ("Date Stage 2 ended", 200), ("Date application submitted", 205),
        ("Date application approved", 230))}  # fmt: skip
    matched = pd.Series(enquiry + pd.Timedelta(days=330)).where(number <= children)
    return pd.DataFrame(
        {
            "Individual adopter identifier": [f"SYNAD{n:04d}" for n in number],
            "Family identifier": [f"SYNF{n:05d}" for n in number],
            "Gender": np.where(rng.random(count) < 0.5, "a) Male", "b) Female"),
            "Ethnicity": "a) WBRI",
            "Disability": "b) No",
            "Is the (prospective) adopter fostering for adoption?": "b) No",
            "Date enquiry received": enquiry,
            **stages,
            "Date adopter matched with child(ren)": matched,
            "Date child/children placed with adopter(s)": matched + pd.Timedelta(days=30),
            "No. of children placed": np.where(number <= children, 1, 0),
            "Date of Adoption Order": pd.NaT,
            "Date of leaving adoption process": pd.NaT,
            "Reason for leaving adoption process": None,
        }
    )


def _child(
    child: pd.DataFrame, ids: np.ndarray, before_disability: dict | None = None
) -> pd.DataFrame:
    """Return the columns that describe each child, disability last."""
    found = child.loc[ids]
    table = found[CHILD_COLUMNS].reset_index(drop=True)
    return table.assign(**(before_disability or {}), **{DISABILITY: found[DISABILITY].to_numpy()})
