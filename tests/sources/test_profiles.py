"""authority.toml: aliases, codes, units, scales, pins and fills, and what is wrong in it."""

import datetime as dt
from pathlib import Path

import corpus as k
import pytest

from analysis.sources.authority import load_authority_profile
from analysis.sources.contracts_page import contracts_page
from analysis.sources.extracts import authorities, check_files, load_authority
from analysis.sources.problems import ExtractError

KPI = ["Month", "KPI code", "Value"]


def _profile(folder: Path, text: str) -> None:
    (folder / "authority.toml").write_text(text, encoding="utf-8")


def test_an_authoritys_own_headings_and_codes_are_heeded(tmp_path: Path) -> None:
    _profile(
        tmp_path,
        '[aliases.contacts]\ncontact_date = ["Rec\'d on"]\n[codes.source]\nPolice = ["Met"]',
    )
    rows = [[*r[:3], "Met", *r[4:]] for r in k.contacts()]
    k.write(tmp_path / "a.xlsx", {"x": [[*k.HEADINGS[:2], "Rec'd on", *k.HEADINGS[3:]], *rows]})
    read = check_files([tmp_path])
    assert read.problems.empty
    assert set(read.tables["contacts"]["source"]) == {"Police"}


def test_units_and_scales_are_declared_not_guessed(tmp_path: Path) -> None:
    _profile(tmp_path, '[units]\n"pressures.pressure_gbp" = "GBP million"\n'
                       '[scales]\n"kpi_return.value_pct" = "0-1"\n')  # fmt: skip
    k.write(tmp_path / "a.xlsx", {
        "pressures": [["Item", "Pressure"], ["Agency", 0.566]],
        "kpi": [KPI, *[[f"{m:02d}/2024", "A", 0.9] for m in range(1, 5)]],
    })  # fmt: skip
    read = check_files([tmp_path])
    assert read.tables["pressures"]["pressure_gbp"].tolist() == [566_000.0]
    assert read.tables["kpi_return"]["value_pct"].tolist() == [90.0] * 4


def test_a_pin_decides_between_two_contracts(tmp_path: Path) -> None:
    _profile(tmp_path, '[files]\ncla_visits = {file = "v.xlsx", sheet = "Sheet1"}\n')
    k.write(
        tmp_path / "v.xlsx", {"Sheet1": [["Child ID", "Date of visit"], [1, dt.date(2024, 1, 1)]]}
    )
    assert list(check_files([tmp_path]).tables) == ["cla_visits"]


def test_a_pin_to_a_sheet_that_is_not_there_lists_the_sheets(tmp_path: Path) -> None:
    _profile(tmp_path, '[files]\ncontacts = {file = "contacts.xlsx", sheet = "Contcts"}\n')
    k.good(tmp_path)
    said = check_files([tmp_path]).problems["message"]
    assert said.str.contains("the sheets are 'contacts'", regex=False).any()


def test_merged_labels_are_filled_down_where_the_profile_says_so(tmp_path: Path) -> None:
    _profile(tmp_path, '[fill_down]\nsupervision = ["team"]\n')
    rows = [["Month", "Team", "Due", "Held"], ["Mar-24", "North", 5, 4], ["Apr-24", None, 6, 6]]
    k.write(tmp_path / "a.xlsx", {"supervision": rows})
    assert check_files([tmp_path]).tables["supervision"]["team"].tolist() == ["North", "North"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "cannot be read as TOML"),
        ("closure_days = 5", "closure_days must be a list"),
        ("[aliases.contcts]\na = []", "which is no contract"),
        ('[units]\n"pressures.amount" = "GBP"', "which is no column"),
    ],
)
def test_a_wrong_profile_is_an_error_that_names_it(tmp_path: Path, text: str, words: str) -> None:
    _profile(tmp_path, text)
    with pytest.raises(ExtractError, match=words):
        load_authority_profile(tmp_path)


def test_an_unknown_authority_is_answered_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "raw" / "shire").mkdir(parents=True)
    assert authorities(tmp_path / "raw") == ["shire"]
    with pytest.raises(ExtractError, match="are: shire"):
        load_authority("shrie", tmp_path / "raw", tmp_path / "processed")


def test_a_suppressed_month_is_kept_and_its_symbol_stands_beside_it(tmp_path: Path) -> None:
    rows = [["Month", "Contacts"], ["Mar-24", 5], ["Apr-24", "<5"], ["May-24", None], ["Total", 5]]
    k.write(tmp_path / "a.xlsx", {"contacts_monthly": rows})
    read = check_files([tmp_path])
    table = read.tables["contacts_monthly"]
    assert table["contacts_symbol"].tolist()[1] == "<5"
    assert table["source_row"].tolist() == [2, 3]
    assert set(read.problems["row"]) == {4, 5}


def test_the_page_of_contracts_names_every_table_and_every_required_column() -> None:
    page = contracts_page()
    assert "| `child_id` | number (hashed on reading, never shown) | yes |" in page
    assert page.count("### ") >= 25
