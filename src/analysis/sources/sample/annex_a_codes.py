"""Annex A's titles, codes with their letters, and the columns that describe a child."""

import string

import numpy as np
import pandas as pd

from analysis.sources.sample import calibration as known

TITLES = {
    "List_1": "List 1: Contacts",
    "List_2": "List 2: Early Help",
    "List_3": "List 3: Referral",
    "List_4": "List 4: Assessments",
    "List_5": "List 5: Section 47 enquiries and Initial Child Protection Conferences",
    "List_6": "List 6: Children in Need",
    "List_7": "List 7: Child protection",
    "List_8": "List 8: Children in care",
    "List_9": "List 9: Care leavers",
    "List_10": "List 10: Adoption",
    "List_11": "List 11: Adopters",
}
SOURCE_LETTERS = dict(zip(known.SOURCES, string.ascii_lowercase, strict=False))
YES_NO = {"Yes": "a) Yes", "No": "b) No"}
ABUSE = {
    "Neglect": "a) Neglect",
    "Physical abuse": "b) Physical abuse",
    "Sexual abuse": "c) Sexual abuse",
    "Emotional abuse": "d) Emotional abuse",
    "Multiple/not recommended": "e) Multiple/not recommended",
}
NEED = {
    "N1": "N1 - Abuse or neglect",
    "N2": "N2 - Child’s disability",
    "N3": "N3 - Parental disability or illness",
    "N4": "N4 - Family in acute stress",
    "N5": "N5 - Family dysfunction",
    "N6": "N6 - Socially unacceptable behaviour",
    "N7": "N7 - Low income",
    "N8": "N8 - Absent parenting",
}
LEGAL = {
    "C1": "C1: ICO",
    "C2": "C2: FCO",
    "E1": "E1: Placement order",
    "V2": "V2: Single period under S20",
    "L1": "L1: Police protection LA accommodation",
}
PLACEMENT = {
    "U1": "a) U1: Foster placement - relatives - long term",
    "U3": "c) U3: Foster placement - relative - not FFA",
    "U4": "d) U4: Foster placement - long term",
    "U6": "f) U6: Foster placement - not FFA",
    "A6": "j) A6: Placed for adoption - order - not foster",
    "P1": "k) P1: Placed with parents",
    "H5": "n) H5: Residential accommodation",
    "K1": "o) K1: Secure Children’s Homes",
    "K2": "p) K2: Children’s Homes",
    "R2": "r) R2: NHS/Health Trust",
    "S1": "u) S1: Residential school",
}
PROVIDER = {
    "PR0": "a) PR0: Parents/Parental responsibility",
    "PR1": "b) PR1: Own provision",
    "PR2": "c) PR2: Other LA provision",
    "PR3": "d) PR3: Other public provision",
    "PR4": "e) PR4: Private provision",
}
PERMANENCE = (
    ("a) Return to family", 0.16), ("b) Adoption", 0.07), ("c) SGO/CAO", 0.10),
    ("d) Supported living in the community", 0.10), ("e) Long-term residential placement", 0.10),
    ("f) Long-term fostering", 0.44), ("g) other", 0.03),
)  # fmt: skip
STATUS = (
    "a) Looked after child", "b) Child Protection plan", "c) Child in need plan",
    "d) Open assessment", "e) Closed episode",
)  # fmt: skip
CHILD_COLUMNS = [
    "Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)",
]  # fmt: skip
WORKERS_A_TEAM = 12


def child_columns(children: pd.DataFrame, as_at: np.datetime64) -> pd.DataFrame:
    """Return each child's describing columns as Annex A has them, by child id."""
    born = children["born"].to_numpy().astype("datetime64[D]")
    birth, now = born.astype("datetime64[M]"), as_at.astype("datetime64[M]")
    months = (now - birth).astype("int64") - ((as_at - now) < (born - birth))
    age = np.where(born > as_at, -1, months // 12)
    letters = dict(
        zip((code for code, _ in known.ETHNICITIES), string.ascii_lowercase, strict=False)
    )
    coded = {code: f"{letter}) {code}" for code, letter in letters.items()} | {"NOBT": "s) NOBT"}
    gender = children["gender"].map({"Male": "a) Male", "Female": "b) Female"})
    disabled = np.where(children["disabled"], "a) Yes", "b) No")
    table = pd.DataFrame(
        {
            "Child Unique ID": children["child_id"],
            "Gender": gender.where(born <= as_at, "c) Not stated/recorded"),
            "Ethnicity": children["ethnicity"].map(coded),
            "Date of Birth": born,
            "Age of Child (Years)": age,
            "Does the Child have a Disability": disabled,
        }
    )
    return table.set_index("Child Unique ID", drop=False)


def with_team_and_worker(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return a list with the team and a worker who exists only here."""
    number = rows["child_id"].str[-4:].astype("int64") % WORKERS_A_TEAM + 1
    return table.assign(
        **{
            "Allocated Team": rows["team"].to_numpy(),
            "Allocated Worker": ("Synthetic worker " + number.astype(str)).to_numpy(),
        }
    )
