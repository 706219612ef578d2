"""What tests of several floors share."""

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from mj_notebook.api import state
from mj_notebook.language import speak
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.support.loop_guard import GUARD
from tests.support.postgres import PostgresServer
from tests.support.rig import TIMEOUT, Rig

# A change is judged by examples that are the same each time, since a new one would fail
# whatever change happens to meet it; `.ci/nightly` looks for new ones.
hypothesis.settings.register_profile("kept", max_examples=100, derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", max_examples=2000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("MJ_TEST_EXAMPLES", "kept"))

# A shell lets what it starts behind an `&` ignore interrupts, and some tests send them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Take ten thousand tests out of what each collection of garbage looks through."""
    # Each took a second or more of everything in this process, in whatever test it came.
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_blocks_on_the_loop() -> Iterator[None]:
    """Fail each test in which a worker's loop stood still, or read a file or a history."""
    GUARD.taken()  # what workers of an earlier test did while they ended
    yield
    found = GUARD.taken()
    assert not found, f"On the worker's loop: {found[0]}"


pytest_plugins = ["tests.support.selection"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Return a PostgreSQL, which all tests of one run share; it is started by the first."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def chinese() -> Iterator[None]:
    """Speak Chinese while a test runs."""
    speak("zh")
    yield
    speak("en")


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """Return a server and what it takes to talk to it."""
    with Rig(tmp_path) as made:
        yield made


@pytest.fixture
def session(rig: Rig) -> Session:
    """Return a session of the rig."""
    return rig.open()


@pytest.fixture
def new_kernel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Begin as a new kernel does, with nothing set but the folder; end without a trace."""
    for name in [name for name in os.environ if name.startswith("MJ_")]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MJ_STORE", str(tmp_path / "history"))
    monkeypatch.setenv("MJ_DEMO_SIZE", "64")  # 2048 pixels would be painted by the test itself
    monkeypatch.chdir(tmp_path)
    state.close()  # what a test without this fixture has opened
    state._state.settings = None
    yield
    state.close()
    state._state.settings = None


@pytest.fixture
def job(session: Session) -> Job:
    """Return a job that was accepted and is still open."""
    return session.start(Imagine(prompt="a red kite")).accepted(TIMEOUT)


@pytest.fixture
def grid(rig: Rig, session: Session) -> Job:
    """Return a finished grid."""
    return rig.drawn(session)
