"""Two tasks of the current history beside each other, and the jobs above one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.errors import UsageError
from mj_notebook.protocol.requests import Imagine
from mj_notebook.store.history import Store
from tests.store.listings import kites
from tests.support.rig import TIMEOUT, Rig


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Iterator[Path]:
    """Make a history of four tasks the current one; its server isn't there."""
    with Store(tmp_path / "mj") as store:
        kites(store)
    before = state.current_settings()
    mj.configure(store=tmp_path / "mj", base_url="http://127.0.0.1:9")
    yield tmp_path / "mj"
    state.close()
    state.configure(store=before.store, base_url=before.base_url)


@pytest.mark.usefixtures("folder")
def test_two_ids_are_compared_from_history_alone() -> None:
    """No session is opened: prompts asked, sent and observed, parameters, seed, mode, server."""
    found = {row["what"]: (row["a"], row["b"]) for row in mj.diff("1", "3").rows}
    assert found["asked"] == ("a red kite --ar 3:2 --s 250", "风筝 在沙丘上 --tile")
    assert found["sent"] == (None, "a kite on dunes")
    assert found["observed"] == ("a red kite --ar 3:2 --stylize 250 --v 7.0", None)
    assert found["--stylize"] == (250, None)
    assert found["--tile"] == (None, True)
    assert found["seed"] == (42, None)
    assert found["mode"] == ("fast", None)
    assert found["server"] == ("proxy.test", "proxy.test")
    assert state.opened_sessions() == []


@pytest.mark.usefixtures("folder")
def test_a_task_beside_itself_is_the_same() -> None:
    """The same id twice is no error."""
    assert mj.diff("1", "1").differing == ()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("strange", ["9", 7, None])
def test_what_is_no_task_is_named(strange: str) -> None:
    """One sentence, for unknown ids and for things that are none."""
    with pytest.raises(UsageError, match=r"no task"):
        mj.diff("1", strange)


def test_jobs_are_compared_and_tell_who_is_above(tmp_path: Path) -> None:
    """A job stands for its task, which is waited for; `parents` goes up, the nearest first."""
    with Rig(tmp_path) as rig:
        session = rig.open()
        before = state.current_settings()
        mj.configure(store=session.store.folder, base_url=rig.relay.base_url)
        try:
            grid = rig.finish(session.start(Imagine(prompt="a red kite --seed 7")))
            single = rig.finish(grid.press("U2"))
            near = rig.finish(single.press("vary_subtle"))
            assert near.parents == [single, grid]
            assert single.children == [near]
            assert grid.parents == []
            found = {row["what"]: row for row in mj.diff(grid, single).rows}
            sent = grid.press("U3")
            with ThreadPoolExecutor() as pool:
                asked = pool.submit(mj.diff, grid, sent)
                rig.finish(sent)
            compared = {row["what"]: row for row in asked.result(TIMEOUT).rows}
            assert asked.result().b == sent.id
            assert compared["observed"]["b"] is not None, "What it compares is known at the end."
            assert mj.lineage(grid.press("U4")).parents()[0]["task"] == grid.id
        finally:
            state.close()
            state.configure(store=before.store, base_url=before.base_url)
    assert found["button"]["b"] == "U2"
    assert found["seed"]["a"] == 7
    assert not found["server"]["differs"]
