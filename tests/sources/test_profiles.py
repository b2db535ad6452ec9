"""authority.toml: aliases, codes, units, scales, pins and fills, and what is wrong in it."""

import datetime as dt
import os
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('closure_days = ["24 December"]', "closure_days holds '24 December'; write it as a day"),
        ('next_inspection = "soon"', "next_inspection is 'soon'; write it as a day"),
        ('caseload_threshold = "many"', "caseload_threshold is 'many'; write it as a number"),
        ("[population_0_17]\n2020 = -5", "[population_0_17] 2020 is -5; write it as a number"),
        ('[[rebase]]\nmeasure = "contacts"', "[[rebase]] from is None; write it as a month"),
        ('[[rebase]]\nmeasure = "a"\nfrom = "20240401"', "from is '20240401'; write it as a month"),
        ('[[rebase]]\nmeasure = "a"\nfrom = "Sept"', "[[rebase]] from is 'Sept'; write it as a"),
        ('rebase = ["contacts"]', "rebase is ['contacts']; write it as [[rebase]] with measure"),
        ('[[caveats]]\nmeasure = "a"\ntext = 5', "[[caveats]] text is 5; write it as a text"),
        ("[population]\n2020 = inf", "[population] 2020 is inf; write it as a number of children"),
        ("population = 50000", "population must be a dict"),
        ('name = " "', "name is ' '; write it as one line of text"),
        ('status = "final\\u0000"', "write it as one line of text"),
        ("population_0_17 = 59044", "population_0_17 is 59044; write it as [population_0_17] with"),
        ("[targets]\na = 90", "[targets] a is 90; write it as [{from = "),
        ('[targets]\na = [{from = "2021-09", value = "90%"}]', "write it as [{from = "),
        ("x = " + "[" * 5000, "lists within each other by the hundred"),
    ],
)
def test_a_value_that_a_page_would_stumble_over_is_named(tmp_path, text, words):
    _profile(tmp_path, text)
    with pytest.raises(ExtractError, match=r"authority\.toml") as error:
        load_authority_profile(tmp_path)
    assert words in str(error.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_a_pipe_in_place_of_the_profile_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "authority.toml")
    with pytest.raises(ExtractError, match="it is no file"):
        load_authority_profile(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_what_lies_among_the_extracts_and_is_no_file_is_named(tmp_path):
    k.good(tmp_path)
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "lost.xlsx").symlink_to(tmp_path / "nowhere.xlsx")
    (tmp_path / "elsewhere").symlink_to(tmp_path.parent, target_is_directory=True)
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "2021-08").mkdir()
    read = check_files([tmp_path])
    assert dict(zip(read.problems["file"], read.problems["message"], strict=True)) == {
        "elsewhere": "a link to a folder, which is not followed; it was passed over",
        "folder.xlsx": "a folder with the name of a spreadsheet; what lies in it was read",
        "lost.xlsx": "a link that leads nowhere; it was passed over",
        "pipe.xlsx": "no file but a pipe or the like; it was passed over",
    }
    assert set(read.problems["severity"]) == {"warning"}


def test_check_names_a_file_that_the_profile_names_and_that_is_not_there(tmp_path):
    _profile(tmp_path, '[files]\nreferrals = {file = "referals.xlsx"}\n')
    k.good(tmp_path)
    said = check_files([tmp_path]).problems["message"]
    assert said.str.contains("names referals.xlsx, which is not in the folder").any()


@pytest.mark.skipif(os.name == "nt", reason="Windows' names are text")
def test_a_file_whose_name_is_no_text_is_named_with_question_marks(tmp_path):
    k.good(tmp_path)
    (tmp_path / "contacts.xlsx").rename(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.xlsx"))
    said = check_files([tmp_path]).problems
    assert said[["file", "message"]].to_numpy().tolist() == [
        ["caf?.xlsx", "has a name that is no text; rename it"]
    ]


def test_a_paragraph_and_a_date_alone_make_no_workforce_summary(tmp_path):
    k.write(tmp_path / "finance.xlsx", {"x": [["Period", "Itm", "Paragraph"], ["2021-08", 1, "3"]]})
    assert not check_files([tmp_path]).tables


def test_values_as_councils_write_them_are_taken(tmp_path):
    _profile(
        tmp_path,
        """
        next_inspection = ""
        caseload_threshold = "18"
        closure_days = [2021-12-24, "2021-12-31"]
        rebase = [{from = "soon"}, {measure = "contacts", from = 2021-09-01}]
        [population_0_17]
        source = "a text"
        2020 = "61000"
        [targets]
        a = [{from = "2021-09", value = "90"}, {from = "2022-04-01", value = 95.5}]
        """,
    )
    assert load_authority_profile(tmp_path).targets["a"][1]["value"] == 95.5
