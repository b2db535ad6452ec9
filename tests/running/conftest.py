"""A small project for each test, and one warm kernel for all of them."""

import signal

import pytest
from tiny_project import FIXED_TIME, Project, this_process

from analysis.running import cli, engine


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    """A project with one notebook and a summary."""
    made = Project(tmp_path / "a project")
    made.add("01_tiny")
    made.add("06_leader_summary")
    monkeypatch.setattr(cli, "ROOT", made.folder)
    monkeypatch.setattr(cli, "_workers", this_process)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", FIXED_TIME)
    return made


@pytest.fixture(scope="session", autouse=True)
def runs_heed_ctrl_c():
    """A shell that starts the tests in the background has them, and what they start, ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def no_kernel_is_left():
    """The kernel of this process ends with the tests."""
    yield
    engine.drop_kernel()
