"""What counts as a made page: every way in which the tools report success wrongly."""

import json
import shutil
import sys

import pandas as pd
import psutil
import pytest
from tiny_project import ROOT, tiny_notebook

from analysis.running import engine, inputs, suite
from analysis.running.suite import Task, run_task, saved_results
from analysis.running.work import write_inputs
from analysis.sources.extracts import load_authority


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    extracts = load_authority("derby", ROOT / "data" / "raw", folder / "processed")
    write_inputs(folder, extracts, pd.Period("2021-08", "M"), "public", {}, "2021-09-01T00:00:00")
    return folder


def task(work, *cells: str, parcel: bytes | None = None, name: str = "01_tiny", **changes) -> Task:
    said = {"authority": "derby", "period": "2021-08", "release": "public"}
    source = json.dumps(tiny_notebook(name, *cells) | changes)
    return Task(
        "derby", "2021-08", name, source, False, said, str(work), inputs.worker_sum(), parcel
    )


def test_a_whole_notebook_becomes_a_page_and_saved_results(work):
    result = run_task(task(work))
    assert result.outcome == "made", result.detail
    assert 'data-fact="01_tiny.total"' in result.html
    assert set(result.saved) == {"facts.json", "tables.json", "page.json"}


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        ("1 / 0", "cell failed"),
        ("raise MemoryError", "out of memory"),
        ("raise OSError(28, 'No space left on device')", "disk full"),
        ("import sys; sys.exit(0)", "stopped early"),
        ("import sys; sys.exit(2)", "stopped early"),
        ("import os; os._exit(0)", "kernel died"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "kernel died"),
        ("!kill -9 $PPID", "kernel died"),
        ("%no_such_magic", "cell failed"),
        ("this is no Python", "cell failed"),
        ("raise KeyboardInterrupt", "cell failed"),
    ],
)
def test_a_cell_that_goes_wrong_is_never_a_made_page(work, cell, outcome):
    result = run_task(task(work, cell))
    assert (result.outcome, result.html, result.saved) == (outcome, "", {})


def test_what_a_cell_prints_is_that_cells_output_and_comes_whole(work):
    cells = (
        "print('one', end='')",
        "import sys; print('two', file=sys.stderr); sys.stderr.flush(); print('three')",
        "2 + 2",
        "!echo five",
    )
    executed = suite.run_notebook(tiny_notebook("01_tiny", *cells), {}, work)
    engine.clear_kernel()
    said = [
        "".join(output.get("text", "") for output in cell["outputs"])
        for cell in executed["cells"]
        if cell["cell_type"] == "code"
    ]
    printed = [said[at].split() for at, text in enumerate(said) if text]
    assert printed == [["one"], ["two", "three"], ["five"]]


def test_the_kernel_after_a_death_is_a_new_one_and_the_next_notebook_runs(work):
    assert run_task(task(work, "import os; os._exit(1)")).outcome == "kernel died"
    assert run_task(task(work)).outcome == "made"


def test_of_a_dropped_kernel_no_channel_is_left_for_the_collector_to_wait_for():
    kernel = engine.warm_kernel()
    engine.drop_kernel()
    assert kernel.manager.context.closed
    assert kernel.client.context.closed
    assert kernel.process.poll() is not None


def test_a_notebook_opens_while_what_another_saved_is_being_put_in_place(work, tmp_path):
    copy = shutil.copytree(work, tmp_path / "copy")
    half = copy / "results" / "02_other"
    half.mkdir(parents=True)
    (half / "page.json").write_text("{", encoding="utf-8")
    result = run_task(task(copy))
    assert result.outcome == "made", result.detail


def test_a_failing_cell_is_numbered_as_in_the_notebook_however_long_the_kernel_has_run(work):
    for _ in range(2):
        result = run_task(task(work, "1 + 1", "1 / 0"))
        assert result.detail == "ZeroDivisionError in code cell 4"
        assert run_task(task(work)).outcome == "made"


def test_a_cell_that_is_allowed_to_fail_still_fails_the_page(work):
    notebook = tiny_notebook("01_tiny", "1 / 0")
    notebook.cells[3].metadata["tags"] = ["raises-exception"]
    assert run_task(task(work, cells=notebook.cells)).outcome == "cell failed"


def test_without_the_last_mark_a_page_does_not_count(work):
    notebook = tiny_notebook("01_tiny")
    del notebook.cells[-1]
    result = run_task(task(work, cells=notebook.cells))
    assert (result.outcome, result.detail) == ("stopped early", "the last cell left no mark")


def test_another_notebooks_mark_does_not_count(work):
    notebook = tiny_notebook("02_other")
    assert run_task(task(work, cells=notebook.cells)).outcome == "stopped early"


def test_a_page_that_fails_its_checks_is_not_made(work):
    shown = "display(HTML('<p data-fact=\"01_tiny.total\">1</p>'), "
    result = run_task(task(work, shown + "metadata={'analysis': {'block': True}})"))
    assert result.outcome == "page failed its checks"
    assert result.detail == "what the page shows for '01_tiny.total' is not what facts.json says"


def test_a_cell_that_takes_too_long_is_ended_with_its_kernel(work, monkeypatch):
    monkeypatch.setattr(engine, "CELL_SECONDS", 1)
    assert run_task(task(work, "import time; time.sleep(60)")).outcome == "timed out"
    assert engine._WARM == []


def test_an_exceptions_text_stays_out_of_the_log(work):
    result = run_task(task(work, "raise ValueError('A Child, 1 May 2010')"))
    assert "Child" not in result.detail


def test_the_kernel_is_kept_warm_and_cleared_in_between(work):
    leave = "import os, numpy, pandas; left = 1; os.environ['LEFT'] = '1'; os.chdir('/')\n"
    leave += "import sys; numpy.seterr(all='raise'); sys.modules['decimal'] = None\n"
    leave += "pandas.set_option('display.precision', 2); first = os.getpid()\n"
    leave += "open(inputs.work / 'pid', 'w').write(str(os.getpid()))"
    assert run_task(task(work, leave)).outcome == "made"
    look = "import os, pandas; assert 'left' not in globals() and 'LEFT' not in os.environ\n"
    look += "assert pandas.get_option('display.precision') == 6\n"
    look += "import decimal, numpy; assert set(numpy.geterr().values()) == {'warn', 'ignore'}\n"
    look += "assert os.getcwd() == os.path.realpath(inputs.work)\n"
    look += "assert open(inputs.work / 'pid').read() == str(os.getpid())"
    result = run_task(task(work, look))
    assert result.outcome == "made", result.detail


def test_chart_options_are_put_back_and_load_matplotlib_only_where_it_was_used(work):
    engine.drop_kernel()
    assert run_task(task(work)).outcome == "made"
    option = "pandas, sys; name = 'plotting.matplotlib.register_converters'\n"
    change = f"import {option}assert 'matplotlib' not in sys.modules\n"
    change += "pandas.set_option(name, False)"
    result = run_task(task(work, change))
    assert result.outcome == "made", result.detail
    result = run_task(task(work, f"import {option}assert pandas.get_option(name) == 'auto'"))
    assert result.outcome == "made", result.detail


def test_the_kernel_outlives_the_folder_of_its_last_notebook(work, tmp_path):
    gone = shutil.copytree(work, tmp_path / "gone")
    assert run_task(task(gone)).outcome == "made"
    kernel = engine.warm_kernel().manager.provisioner.process.pid
    assert not psutil.Process(kernel).cwd().endswith("gone")
    shutil.rmtree(gone)
    assert run_task(task(work)).outcome == "made"
    assert engine.warm_kernel().manager.provisioner.process.pid == kernel


def test_a_kernel_that_cannot_be_cleared_is_not_used_again(work):
    spoil = "import os; from analysis.running import kernel_state\nkernel_state._FIRST.clear()"
    assert run_task(task(work, spoil)).outcome == "made"
    assert engine._WARM == []


def test_a_notebook_saved_under_another_kernels_name_still_runs(work):
    metadata = {"kernelspec": {"name": "my-env", "display_name": "Mine", "language": "R"}}
    assert run_task(task(work, metadata=metadata)).outcome == "made"


def test_the_same_inputs_make_the_same_page_byte_for_byte(work):
    first = run_task(task(work)).html
    engine.drop_kernel()
    assert run_task(task(work)).html == first


def test_a_parcel_runs_in_a_folder_of_its_own(work):
    parcel = suite.parcel_of(work)
    before = saved_results(work, "09_far")
    result = run_task(task("/no/such/folder", parcel=parcel, name="09_far"))
    assert result.outcome == "made", result.detail
    assert saved_results(work, "09_far") == before == {}


def test_a_worker_with_other_code_says_so(work):
    sent = task(work, parcel=b"")
    other = Task(**{**vars(sent), "code": "other"})
    assert run_task(other).outcome == "other code"


def test_a_parcel_that_cannot_be_unpacked_is_an_outcome(work):
    assert run_task(task(work, parcel=b"no parcel")).outcome == "page not made"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups")
def test_what_a_dead_kernel_had_started_ends_with_it(work):
    start = "import os, subprocess\nchild = subprocess.Popen(['sleep', '600'])\n"
    start += "open(inputs.work / 'child', 'w').write(str(child.pid)); os._exit(0)"
    assert run_task(task(work, start)).outcome == "kernel died"
    child = int((work / "child").read_text(encoding="utf-8"))
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie"


def test_a_kernel_starts_without_what_would_hang_it_or_is_somebodys_own(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "own.py"))
    given = engine._environment(tmp_path)
    assert not {"SOURCE_DATE_EPOCH", "PYTHONSTARTUP"} & set(given)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1630454400")
    assert engine._environment(tmp_path)["SOURCE_DATE_EPOCH"] == "1630454400"
