"""Several extracts of one contract: the newest wins by key, and what it changes is told."""

import datetime as dt
from pathlib import Path

import corpus as k
import pytest

from analysis.sources.authority import Authority
from analysis.sources.dating import ExtractDate, date_in_name, extract_date
from analysis.sources.extracts import check_files, load_authority
from analysis.sources.stacking import last_day

SNAPSHOT = [
    "Child Unique ID",
    "Child Protection Plan Start Date",
    "Date of the Last Statutory Visit",
]


def _folder(tmp_path: Path, **files: list[list]) -> Path:
    folder = tmp_path / "raw" / "shire"
    for name, rows in files.items():
        (folder / name).mkdir(parents=True)
        k.write(folder / name / "extract.xlsx", {"contacts": rows})
    return tmp_path / "raw"


def _load(raw: Path, tmp_path: Path):
    return load_authority("shire", raw, tmp_path / "processed")


def test_a_record_in_two_extracts_counts_once_as_the_newest_says(tmp_path: Path) -> None:
    earlier, later = k.contacts(4), k.contacts(6)[2:]
    later[0] = [*later[0][:4], "Referral", later[0][5]]
    raw = _folder(tmp_path, **{"2024-04": [k.HEADINGS, *earlier], "2024-05": [k.HEADINGS, *later]})
    read = _load(raw, tmp_path)
    table = read.tables["contacts"]
    assert len(table) == 6
    assert table.groupby("as_at").size().to_dict() == {"2024-04": 2, "2024-05": 4}
    changes = read.restatements
    assert changes[["column", "earlier", "later"]].to_numpy().tolist() == [
        ["outcome", "no further action", "referral"]
    ]
    assert changes["earlier_as_at"].tolist() == ["2024-04"]
    said = read.problems["message"].tolist()
    assert any("rows of contacts (2) are in a newer extract, or a later" in words for words in said)


def test_beside_an_extract_without_numbers_child_and_day_stand_for_a_contact(
    tmp_path: Path,
) -> None:
    bare = [[*k.HEADINGS[1:]], *(row[1:] for row in k.contacts(4))]
    raw = _folder(tmp_path, **{"2024-04": [k.HEADINGS, *k.contacts(4)], "2024-05": bare})
    assert len(_load(raw, tmp_path).tables["contacts"]) == 4


def _poorer(tmp_path: Path, later: list[list], earlier: list[list] | None = None):
    """Contacts with outcomes in April, and what Annex A says of them in May."""
    files = {
        "2024-04": [k.HEADINGS, *(earlier or k.contacts(4))],
        "2024-05": [["Child Unique ID", "Date of Contact", "Contact Source"], *later],
    }
    return _load(_folder(tmp_path, **files), tmp_path)


def test_a_newer_extract_without_a_column_takes_nothing_away(tmp_path: Path) -> None:
    later = [[*row[1:3], "e) 2A: Schools"] for row in k.contacts(5)[2:]]
    read = _poorer(tmp_path, later)
    table = read.tables["contacts"].sort_values("contact_date")
    assert len(table) == 5
    assert table["outcome"].notna().tolist() == [True] * 4 + [False]
    assert table["contact_id"].notna().tolist() == [True] * 4 + [False]
    assert table["source"].tolist() == ["Police"] * 2 + ["Schools"] * 3
    assert table["as_at"].tolist() == ["2024-04"] * 2 + ["2024-05"] * 3
    assert set(read.restatements["column"]) == {"source"}
    assert len(read.restatements) == 2
    said = read.problems["message"]
    assert said.str.contains("it has no contact_id, outcome, team, so these were kept").any()


def test_a_blank_cell_of_a_newer_extract_is_a_restatement(tmp_path: Path) -> None:
    later = k.contacts(4)
    later[1][4] = None
    raw = _folder(tmp_path, **{"2024-04": [k.HEADINGS, *k.contacts(4)],
                               "2024-05": [k.HEADINGS, *later]})  # fmt: skip
    read = _load(raw, tmp_path)
    assert read.tables["contacts"]["outcome"].isna().sum() == 1
    assert read.restatements["column"].tolist() == ["outcome"]


def test_two_contacts_of_a_day_keep_each_its_own_outcome(tmp_path: Path) -> None:
    police, school = k.contacts(1)[0], [*k.contacts(1)[0]]
    school[0], school[3], school[4] = "C9", "e) 2A: Schools", "Referral"
    later = [[*school[1:3], school[3]], [*police[1:3], police[3]]]
    table = _poorer(tmp_path, later, [police, school]).tables["contacts"]
    outcome = dict(zip(table["source"], table["outcome"], strict=True))
    assert outcome == {"Police": "no further action", "Schools": "referral"}


def test_of_two_contacts_of_a_day_none_is_given_the_outcome_of_the_other(tmp_path: Path) -> None:
    police, school = k.contacts(1)[0], [*k.contacts(1)[0]]
    school[0], school[3] = "C9", "e) 2A: Schools"
    later = [[*police[1:3], "m) 4: Housing"], [*police[1:3], police[3]]]
    read = _poorer(tmp_path, later, [police, school])
    table = read.tables["contacts"].set_index("source")
    assert table.loc["Housing", "outcome"] is None or table["outcome"].isna()["Housing"]
    assert table.loc["Police", "outcome"] == "no further action"
    assert (
        read.problems["message"]
        .str.contains("none of its rows is of the same child and day as 1 of them")
        .any()
    )


def test_a_cell_restated_twice_is_told_twice(tmp_path: Path) -> None:
    files = {}
    for month, outcome in (("04", "Information"), ("05", "Early help"), ("06", "Referral")):
        row = k.contacts(1)[0]
        row[4] = outcome
        files[f"2024-{month}"] = [k.HEADINGS, row]
    changes = _load(_folder(tmp_path, **files), tmp_path).restatements
    assert changes[["earlier", "later"]].to_numpy().tolist() == [
        ["information", "early help"], ["early help", "referral"]
    ]  # fmt: skip


def test_a_change_is_told_against_the_last_extract_that_has_the_column(tmp_path: Path) -> None:
    row = k.contacts(1)[0]
    later = [*row[:4], "Referral", row[5]]
    files = {"2024-04": [k.HEADINGS, row], "2024-05": [k.HEADINGS[:4], row[:4]],
             "2024-06": [k.HEADINGS, later]}  # fmt: skip
    changes = _load(_folder(tmp_path, **files), tmp_path).restatements
    assert changes[["earlier", "later", "earlier_as_at", "later_as_at"]].to_numpy().tolist() == [
        ["no further action", "referral", "2024-04", "2024-06"]
    ]


def test_snapshots_of_two_days_are_both_kept(tmp_path: Path) -> None:
    rows = [SNAPSHOT, [1, dt.date(2024, 1, 5), dt.date(2024, 3, 1)]]
    raw = _folder(tmp_path, **{"2024-04": rows, "2024-05": rows})
    assert len(_load(raw, tmp_path).tables["cp_snapshot"]) == 2


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("contacts 2021-08-31", "2021-08-31"),
        ("contacts_20210831", "2021-08-31"),
        ("31.08.2021 contacts", "2021-08-31"),
        ("Contacts 31 August 2021", "2021-08-31"),
        ("2021-08", "2021-08"),
        ("contacts_Sept2021", "2021-09"),
        ("kpi return v2", ""),
        ("P5 2021-22", ""),
    ],
)
def test_the_day_in_a_name(name: str, day: str) -> None:
    assert date_in_name(name) == day


def test_what_the_profile_says_goes_before_the_name(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "Shire", dates={"contacts 2021-08-31.xlsx": "2021-09-02"})
    found = extract_date("contacts 2021-08-31.xlsx", authority)
    assert found == ExtractDate("2021-09-02", "authority.toml")


def test_without_a_day_the_latest_event_is_taken_and_said_to_be_inferred(tmp_path: Path) -> None:
    (tmp_path / "raw" / "shire").mkdir(parents=True)
    k.good(tmp_path / "raw" / "shire")
    files = _load(tmp_path / "raw", tmp_path).files
    assert files[["as_at", "as_at_basis"]].to_numpy().tolist() == [["2024-04-22", "inferred"]]


def test_a_month_stands_for_its_last_day() -> None:
    assert last_day("2024-02") == dt.date(2024, 2, 29)
    assert last_day("2024-13") is None


@pytest.mark.parametrize("with_days", [False, True])
def test_a_table_of_months_stands_at_its_latest_month(tmp_path: Path, with_days: bool) -> None:
    (tmp_path / "raw" / "shire").mkdir(parents=True)
    months = [["Month", "Contacts"], [dt.date(2024, 7, 1), 50], [dt.date(2024, 8, 1), 60]]
    days = {"contacts": [k.HEADINGS, *k.contacts()]} if with_days else {}
    k.write(tmp_path / "raw" / "shire" / "a.xlsx", {"by month": months, **days})
    read = _load(tmp_path / "raw", tmp_path)
    assert set(read.tables["contacts_monthly"]["as_at"]) == {"2024-08"}
    if with_days:
        assert set(read.tables["contacts"]["as_at"]) == {"2024-04-22"}


SUPERVISION = ["Month", "Supervisions due", "Supervisions held"]


def _sheets(tmp_path: Path, **sheets: list[list]):
    named = {name.replace("_", "-"): rows for name, rows in sheets.items()}
    return check_files([k.write(tmp_path / "supervision.xlsx", named)])


def test_sheets_by_team_without_a_column_of_the_team_are_an_error(tmp_path: Path) -> None:
    north = [SUPERVISION, ["Apr-24", 10, 9], ["May-24", 12, 12]]
    south = [SUPERVISION, ["Apr-24", 20, 11], ["May-24", 12, 12]]
    west = [SUPERVISION, ["Apr-24", 30, 30]]
    said = _sheets(tmp_path, North=north, South=south, West=west).problems
    errors = said[said["severity"] == "error"]
    assert errors[["sheet", "row", "column"]].to_numpy().tolist() == [
        ["North", 2, "month"],
        ["South", 2, "month"],
    ]
    assert errors["message"].iloc[0] == (
        "sheets North and South both have month 2024-04 and differ (row 2 of North); only one "
        "sheet's were used: add a column that tells them apart, such as team"
    )


def test_what_two_sheets_of_a_file_say_of_a_child_is_named_without_the_child(
    tmp_path: Path,
) -> None:
    north, south = k.contacts(3), k.contacts(3)
    south[1][4] = "Referral"
    sheets = {name: [k.HEADINGS, *rows] for name, rows in (("North", north), ("South", south))}
    said = _sheets(tmp_path, **sheets).problems
    errors = said[said["severity"] == "error"]
    assert errors[["sheet", "row"]].to_numpy().tolist() == [["North", 3]]
    assert not said["message"].str.contains(k.CHILD[:6]).any()


@pytest.mark.parametrize("names", [("Apr_24", "May_24"), ("2022_23", "2023_24"), ("Q1", "Q2")])
def test_sheets_by_month_or_year_are_extracts_like_any_other(
    names: tuple[str, str], tmp_path: Path
) -> None:
    sheets = ([SUPERVISION, ["Apr-24", 10, 9]], [SUPERVISION, ["Apr-24", 10, 10]])
    read = _sheets(tmp_path, **dict(zip(names, sheets, strict=True)))
    assert set(read.problems["severity"]) == {"warning"}
    assert read.tables["supervision"]["held"].tolist() == [10]


@pytest.mark.parametrize("names", [("North_2025_26", "South_2025_26"), ("Apr_24 A", "Apr_24 B")])
def test_sheets_of_one_period_are_told_apart_by_nothing(names: tuple, tmp_path: Path) -> None:
    sheets = ([SUPERVISION, ["Apr-24", 10, 9]], [SUPERVISION, ["Apr-24", 10, 10]])
    said = _sheets(tmp_path, **dict(zip(names, sheets, strict=True))).problems
    assert "error" in set(said["severity"])


def test_one_figure_shown_to_more_decimals_is_no_other(tmp_path: Path) -> None:
    head = ["Month", "KPI code", "Value"]
    data, chart = [head, ["Apr-24", "A1", 100 / 3]], [head, ["Apr-24", "A1", 33.33333333]]
    said = _sheets(tmp_path, Data=data, Chart=chart).problems
    assert set(said["severity"]) == {"warning"}


def test_sheets_are_compared_by_what_tells_records_apart_in_all_files(tmp_path: Path) -> None:
    head = ["Contact ID", "Child ID", "Contact date", "Source"]
    days = [dt.date(2025, 3, 1), dt.date(2025, 4, 1)]
    mash = [head, ["c1", "11", days[1], "Police"]]
    help_ = [head, ["c2", "11", days[1], "GP"]]
    both = k.write(tmp_path / "b_2025-08-31.xlsx", {"MASH": mash, "EH": help_})
    assert "error" not in set(check_files([both]).problems["severity"])
    older = [head[1:], ["12", days[0], "Police"]]
    old = k.write(tmp_path / "a_2025-03-31.xlsx", {"List": older})
    said = check_files([old, both]).problems
    assert said.loc[said["severity"] == "error", "sheet"].tolist() == ["MASH"]


def test_each_list_of_homes_stays_whole(tmp_path: Path) -> None:
    head = ["Home", "Provision", "Places"]
    lists = {
        "homes_2025-03-31.xlsx": [head, ["H1", "mainstream", 4], ["H9", "mainstream", 3]],
        "homes_2025-08-31.xlsx": [head, ["H1", "mainstream", 5]],
    }
    read = check_files([k.write(tmp_path / name, {"Homes": rows}) for name, rows in lists.items()])
    homes = read.tables["homes"]
    assert sorted(zip(homes["as_at"], homes["home_id"], homes["places"], strict=True)) == [
        ("2025-03-31", "H1", 4), ("2025-03-31", "H9", 3), ("2025-08-31", "H1", 5)
    ]  # fmt: skip


def test_sheets_that_repeat_each_other_or_their_teams_do_no_harm(tmp_path: Path) -> None:
    rows = [SUPERVISION, ["Apr-24", 10, 9]]
    read = _sheets(tmp_path, North=rows, South=rows)
    assert set(read.problems["severity"]) == {"warning"}
    own = [[*SUPERVISION, "Team"], ["Apr-24", 10, 9, "North"]]
    other = [[*SUPERVISION, "Team"], ["Apr-24", 20, 11, "South"]]
    read = _sheets(tmp_path, North=own, South=other)
    assert read.problems.empty and len(read.tables["supervision"]) == 2
