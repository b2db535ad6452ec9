"""How many workers a run starts: no more than have something to do."""

from analysis.running.pool import WORTH_A_WORKER_BYTES, useful_workers


def holding(raw, authority: str, size: int) -> str:
    """An authority whose one workbook has a size."""
    (raw / authority).mkdir()
    with (raw / authority / "extract.xlsx").open("wb") as book:
        book.truncate(size)
    return authority


def test_an_authority_of_ordinary_size_gets_one_worker_and_each_further_one_another(tmp_path):
    names = [holding(tmp_path, name, 9_000_000) for name in ("a", "b", "c")]
    assert [useful_workers(tmp_path, names[:n]) for n in (1, 2, 3)] == [1, 2, 3]


def test_large_extracts_get_further_workers(tmp_path):
    name = holding(tmp_path, "large", 2 * WORTH_A_WORKER_BYTES)
    assert useful_workers(tmp_path, [name]) == 3


def test_an_authority_whose_folder_has_gone_still_has_a_worker_to_fail_in(tmp_path):
    assert useful_workers(tmp_path, ["gone"]) == 1
