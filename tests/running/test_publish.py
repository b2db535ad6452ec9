"""The swap: cut short at any step, the next run finds the old period whole or the new one."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest

from analysis.running import publish
from analysis.running.parameters import UsageError

PLACE = ("derby", "2021-08")


def stage(out: Path, text: str) -> None:
    """Make a whole period of two files that must agree."""
    staging = publish.fresh_staging(out, *PLACE)
    (staging / "index.html").write_text(text, encoding="utf-8")
    said = {"authority": "derby", "name": "Derby", "period": "2021-08", "release": "public"}
    manifest = said | {"complete": True, "text": text}
    (staging / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def standing(out: Path) -> str | None:
    """What the published period says, None where none stands; a mixture is an error."""
    folder = out.joinpath(*PLACE)
    if not folder.exists():
        return None
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert publish.manifest_of(out, *PLACE)["text"] == text
    return text


class Killed(BaseException):
    """Stands for a process that ends here."""


def cut_short(monkeypatch, step: int) -> None:
    """Let the process end before the given call that changes a folder."""
    calls = iter(range(1000))

    def counted(call):
        def wrapped(*arguments, **named):
            if next(calls) == step:
                raise Killed
            return call(*arguments, **named)

        return wrapped

    monkeypatch.setattr(Path, "rename", counted(Path.rename))
    monkeypatch.setattr(publish.shutil, "rmtree", counted(shutil.rmtree))


@pytest.mark.parametrize("step", range(10))
@pytest.mark.parametrize("before", ["old", None])
def test_a_swap_cut_short_at_any_step_leaves_the_old_or_the_new(tmp_path, step, before):
    if before:
        stage(tmp_path, before)
        publish.put_in_place(tmp_path, *PLACE)
    stage(tmp_path, "new")
    with pytest.MonkeyPatch.context() as patch:
        cut_short(patch, step)
        try:
            publish.put_in_place(tmp_path, *PLACE)
            ended = True
        except Killed:
            ended = False
    publish.recover(tmp_path)
    assert standing(tmp_path) == "new" if ended else standing(tmp_path) in (before, "new")
    assert list(publish.state_folder(tmp_path).glob("[nos]*/*/*")) == []


@pytest.mark.parametrize("first", range(6))
@pytest.mark.parametrize("second", range(6))
def test_a_recovery_that_is_itself_cut_short_is_finished_by_the_next(tmp_path, first, second):
    stage(tmp_path, "old")
    publish.put_in_place(tmp_path, *PLACE)
    stage(tmp_path, "new")
    for step, act in (
        (first, lambda: publish.put_in_place(tmp_path, *PLACE)),
        (second, lambda: publish.recover(tmp_path)),
    ):
        with pytest.MonkeyPatch.context() as patch:
            cut_short(patch, step)
            with contextlib.suppress(Killed):
                act()
    publish.recover(tmp_path)
    assert standing(tmp_path) in ("old", "new")


@pytest.mark.parametrize("step", range(4))
def test_a_removal_cut_short_leaves_the_period_whole_or_gone(tmp_path, step):
    stage(tmp_path, "old")
    publish.put_in_place(tmp_path, *PLACE)
    with pytest.MonkeyPatch.context() as patch:
        cut_short(patch, step)
        with contextlib.suppress(Killed):
            publish.remove(tmp_path, *PLACE)
    publish.recover(tmp_path)
    assert standing(tmp_path) in ("old", None)


def test_a_full_disk_while_staging_leaves_what_stands(tmp_path, monkeypatch):
    stage(tmp_path, "old")
    publish.put_in_place(tmp_path, *PLACE)
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "")))
    with pytest.raises(OSError, match="28"):
        stage(tmp_path, "new")
    publish.recover(tmp_path)
    assert standing(tmp_path) == "old"


def test_a_tree_whose_marker_is_lost_still_knows_its_level(tmp_path):
    publish.mark_tree(tmp_path, "public")
    stage(tmp_path, "old")
    publish.put_in_place(tmp_path, *PLACE)
    (publish.state_folder(tmp_path) / "release").unlink()
    with pytest.raises(UsageError, match="holds public reports"):
        publish.check_tree(tmp_path, "internal")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "reports").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file"):
        publish.check_tree(tmp_path / "reports", "public")


def test_a_swap_that_cannot_be_finished_yet_keeps_no_other_from_it(tmp_path, monkeypatch):
    for authority in ("derby", "york"):
        stage(tmp_path, "old")
        publish.put_in_place(tmp_path, *PLACE)
        stage(tmp_path, "new")
        with monkeypatch.context() as cut, contextlib.suppress(Killed):
            cut_short(cut, 2)
            publish.put_in_place(tmp_path, *PLACE)
        if authority == "derby":  # its state is york's from here on
            for kind in ("new", "old"):
                kept = publish.state_folder(tmp_path) / kind / "derby"
                if kept.exists():
                    kept.rename(kept.with_name("york"))
    real = publish._finish_swap

    def finish_swap(out, authority, folder):
        if authority == "derby":
            raise PermissionError(13, "open elsewhere")
        real(out, authority, folder)

    monkeypatch.setattr(publish, "_finish_swap", finish_swap)
    assert publish.recover(tmp_path) == ["derby 2021-08"]
    assert (tmp_path / "york" / "2021-08" / "index.html").read_text(encoding="utf-8") == "new"
    monkeypatch.setattr(publish, "_finish_swap", real)
    assert publish.recover(tmp_path) == []
    assert standing(tmp_path) == "new"
