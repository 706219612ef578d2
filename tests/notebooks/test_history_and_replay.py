"""The notebook of history and replay, executed without a person, against a server that counts."""

import time
from collections.abc import Iterator

import pytest

from mj_notebook.server.config import Timing
from tests.notebooks.runner import Executed, execute
from tests.notebooks.test_quickstart import NOTEBOOKS, TASK
from tests.support.canary import files_with
from tests.support.rig import SECRET, Rig

pytestmark = pytest.mark.notebooks

NOTEBOOK = NOTEBOOKS / "03_history_and_replay.ipynb"
REPLAYED = "replayed · 0 credits"
# Two kites, U2, a fresh one, a second night, two of the batch, and a variation.
DRAWN = 8


@pytest.fixture(scope="module", name="rig")
def _rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Return a server that works in real time, and quickly."""
    folder = tmp_path_factory.mktemp("server")
    with Rig(folder, clock=time.time, timing=Timing.of(0.3), core_size=3) as made:
        yield made


@pytest.fixture(scope="module", name="executed")
def _executed(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """Run the notebook once for all tests of this module."""
    told = {"MJ_BASE_URL": rig.relay.base_url, "MJ_API_SECRET": SECRET}
    return execute(NOTEBOOK, tmp_path_factory.mktemp("history"), environment=told)


def texts(executed: Executed) -> str:
    """Return what the cells printed and showed, as text."""
    return "\n".join([executed.printed, *executed.shown("text/plain")])


def test_only_what_is_new_is_sent(executed: Executed, rig: Rig) -> None:
    """The server got one submit for each picture that was drawn, none for what was found again."""
    assert executed.errors == []
    assert rig.relay.submits == DRAWN
    assert len(rig.tasks()) == DRAWN


def test_the_same_cell_again_is_replayed(executed: Executed) -> None:
    """The second run of a cell shows the same task, and the file says what it cost."""
    first, again, fresh, *nights = (record["task"]["id"] for record in executed.shown(TASK))
    assert first == again != fresh
    assert len(nights) == 2
    assert "True · replayed: True" in executed.printed
    assert "[False, False]\n[True, True]" in executed.printed
    assert sum(REPLAYED in page for page in executed.shown("text/html")) == 2


def test_spend_and_batch_count_what_was_replayed(executed: Executed) -> None:
    """Five submits and four replays so far; the batch finds one of its three again."""
    text = texts(executed)
    assert "all                 5         4" in text
    assert "3 done, 1 of them found again" in text


def test_history_tells_all_of_it(executed: Executed) -> None:
    """Table, question, family, differences: each shows what the cells drew."""
    text, pages = texts(executed), " ".join(executed.shown("text/html"))
    assert "a paper kite in a storm --ar 3:2 · done" in text
    assert "above it: ['U2', 'the grid']" in text
    assert "What differs: seed." in text
    assert "<del" in pages
    assert "≠ --stylize: – → 500" in text
    assert f"{DRAWN} tasks about kites" in text


def test_files_and_bundle_hold_and_are_gone_again(executed: Executed) -> None:
    """The saved picture is the same task, every picture is whole, the bundle has all of it."""
    text = texts(executed)
    assert "the same task: True" in text
    assert "all are there and whole." in text
    assert f"study.zip: {DRAWN} tasks" in text
    assert not (executed.path.parent / "study-files").exists()


def test_it_holds_no_secret_and_no_folder(executed: Executed) -> None:
    """Neither the proxy's secret nor a path of the machine is anywhere in the file."""
    assert executed.find(SECRET) == []
    assert executed.find(str(executed.path.parent)) == []


def test_nothing_it_leaves_behind_holds_the_secret(executed: Executed) -> None:
    """Notebook, history, pictures, home: every file of the run is searched, databases too."""
    folder = executed.path.parent
    assert list(folder.rglob("*.sqlite*"))
    assert files_with(folder, SECRET) == []


def test_it_stays_small() -> None:
    """What is committed is below 1.5 MB."""
    assert NOTEBOOK.stat().st_size < 1_500_000
