"""The place of a job's panel: a static output alone, until somebody looks at it."""

import pytest
from ipywidgets.widgets.widget import _instances

from mj_notebook.session.job import Job
from mj_notebook.widgets.job_place import AT_ONCE, open_panel
from mj_notebook.widgets.live_widgets import LIVE
from mj_notebook.widgets.shared import shared
from tests.support.rig import TIMEOUT, Rig
from tests.widgets.test_job_panel import panels, settled
from tests.widgets.wire import Sent, tell


class Another:
    """A panel of another job, which is open and has nothing more to tell."""

    is_open = is_idle = True

    def close(self) -> None:
        """Nothing is left of it."""


@pytest.fixture
def _many(grid: Job) -> None:
    """Let there be as many panels as a page makes at once."""

    async def open_others() -> None:
        LIVE.close()  # those of earlier tests
        for number in range(AT_ONCE):
            LIVE.shown(f"another {number}", Another, Another)

    grid.worker.submit(open_others()).result(TIMEOUT)


def test_the_first_few_are_there_at_once(sent: Sent, grid: Job) -> None:
    """Who runs a cell again, or looks at one job, waits for no second answer."""
    del sent
    grid.worker.post(LIVE.close)  # those of earlier tests
    assert len(panels(open_panel(grid, "1a"))) == 1


@pytest.mark.usefixtures("_many")
def test_what_the_front_end_closed_is_not_among_the_many(sent: Sent, grid: Job) -> None:
    """After ``Widget.close_all()`` the next panels are the first ones again."""
    del sent
    for number in range(AT_ONCE):
        one = LIVE.get(f"another {number}")
        assert isinstance(one, Another)
        one.is_open = False
    assert len(panels(open_panel(grid, "1a"))) == 1


@pytest.mark.usefixtures("_many")
def test_a_finished_job_costs_one_message_until_somebody_looks(sent: Sent, grid: Job) -> None:
    """Run All of pictures that are there already makes a box for each, and no button."""
    page = shared().page
    sent.clear()
    shown = open_panel(grid, "1a")
    assert open_panel(grid, "1a") is shown
    assert [kind for kind, _ in sent] == ["comm_open"]
    assert len(str(sent)) < 600
    assert panels(shown) == []
    for key in ("another", "1a", "1a"):
        tell(page, {"seen": key})
    settled(grid, lambda: len(panels(shown)) == 1)
    assert "mj-of-1a" in shown._dom_classes
    assert open_panel(grid, "1a") is shown
    assert len(grid.events.subscribers) == 1


@pytest.mark.usefixtures("_many")
def test_what_goes_on_wakes_it(sent: Sent, rig: Rig, grid: Job) -> None:
    """A press from Python is seen at once, whoever looks."""
    del sent
    shown = open_panel(grid, "1a")
    grid.notify()
    settled(grid, lambda: True)
    assert panels(shown) == []
    child = grid.press("U2")
    settled(grid, lambda: len(panels(shown)) == 2)
    rig.finish(child)
    settled(grid, lambda: "mj-phase-done" in panels(shown)[1]._dom_classes)


@pytest.mark.usefixtures("_many")
def test_without_a_static_output_it_is_there_at_once(sent: Sent, grid: Job) -> None:
    """In a gallery or below a sweep nothing else would stand there; the same place wakes for it."""
    del sent
    shown = open_panel(grid, "1a")
    assert open_panel(grid) is shown
    assert len(panels(shown)) == 1


@pytest.mark.usefixtures("sent", "_many")
def test_one_that_sleeps_is_closed_like_others(grid: Job) -> None:
    """It leaves neither a model nor a listener, and nobody's look wakes it any more."""
    page, before = shared().page, set(_instances)
    shown = open_panel(grid, "1a")
    grid.worker.post(LIVE.close)
    settled(grid, lambda: shown.comm is None)
    tell(page, {"seen": "1a"})
    settled(grid, lambda: True)
    assert set(_instances) == before
    assert len(grid.events.subscribers) == 0
