"""The cache: the same answer, rebuilt when anything that it depends on changes."""

from pathlib import Path

import corpus as k
import pandas as pd
import pytest

from analysis.sources import cache, files
from analysis.sources.extracts import load_authority


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "raw" / "shire").mkdir(parents=True)
    k.good(tmp_path / "raw" / "shire")
    return tmp_path / "raw", tmp_path / "processed"


def _entries(processed: Path) -> list[Path]:
    return sorted((processed / "extracts").iterdir())


def test_the_second_read_is_the_first_read(folders: tuple[Path, Path]) -> None:
    first, second = load_authority("shire", *folders), load_authority("shire", *folders)
    pd.testing.assert_frame_equal(first.tables["contacts"], second.tables["contacts"])
    pd.testing.assert_frame_equal(first.problems, second.problems)
    pd.testing.assert_frame_equal(first.files, second.files)
    assert first.missing_columns == second.missing_columns
    assert len(_entries(folders[1])) == 1


def test_the_second_read_opens_no_workbook(folders: tuple[Path, Path], monkeypatch) -> None:
    load_authority("shire", *folders)
    monkeypatch.setattr(cache, "read_file", None)
    assert len(load_authority("shire", *folders).tables["contacts"]) == 8


@pytest.mark.parametrize("harm", ["0.parquet", "entry.json"])
def test_a_damaged_entry_is_rebuilt_with_a_warning(folders: tuple[Path, Path], harm: str) -> None:
    load_authority("shire", *folders)
    (_entries(folders[1])[0] / harm).write_bytes(b"PAR1 and no more")
    read = load_authority("shire", *folders)
    assert len(read.tables["contacts"]) == 8
    assert any("cache was damaged" in words for words in read.problems["message"])
    assert load_authority("shire", *folders).problems.empty


def test_a_changed_file_profile_or_key_is_read_anew(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [load_authority("shire", *folders).tables["contacts"]["child_id"][0]]
    (folders[0] / "shire" / "authority.toml").write_text('name = "Shire"\n', encoding="utf-8")
    load_authority("shire", *folders)
    monkeypatch.setenv("ANALYSIS_ID_KEY", "another key")
    ids.append(load_authority("shire", *folders).tables["contacts"]["child_id"][0])
    assert len(_entries(folders[1])) == 3
    assert ids[0] != ids[1]


def test_the_cache_holds_no_identifier(folders: tuple[Path, Path]) -> None:
    load_authority("shire", *folders)
    for path in folders[1].rglob("*"):
        if path.is_file():
            assert b"765432" not in path.read_bytes()


def test_the_key_file_is_made_once_and_is_its_owners_only(folders: tuple[Path, Path]) -> None:
    load_authority("shire", *folders)
    key = folders[1] / "identifiers.key"
    first = key.read_bytes()
    load_authority("shire", *folders)
    assert key.read_bytes() == first
    assert key.stat().st_mode & 0o077 == 0 or key.drive


def test_a_file_touched_while_it_was_read_is_not_kept_as_unusable(folders, monkeypatch):
    with monkeypatch.context() as patch:
        stamps = iter(range(10))
        patch.setattr(files, "_stamp", lambda _: (next(stamps), 0))
        assert "contacts" not in load_authority("shire", *folders).tables
    assert len(load_authority("shire", *folders).tables["contacts"]) == 8
