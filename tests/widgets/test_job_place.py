"""The place of a job's panel: a static output alone, until somebody looks at it."""

from typing import Any

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
def _many(sent: Sent, grid: Job) -> None:
    """Let there be as many panels as a page makes at once."""
    del sent

    async def open_others() -> None:
        LIVE.close()  # those of earlier tests, and their page, which sends elsewhere
        shared().page.close()
        for number in range(AT_ONCE):
            LIVE.shown(f"another {number}", Another, Another)

    grid.worker.submit(open_others()).result(TIMEOUT)


def test_the_first_few_are_there_at_once(sent: Sent, grid: Job) -> None:
    """Who runs a cell again, or looks at one job, waits for no second answer."""
    del sent
    grid.worker.post(LIVE.close)  # those of earlier tests
    assert len(panels(open_panel(grid, "1a", may_sleep=True))) == 1


@pytest.mark.usefixtures("sent", "_many")
def test_where_a_page_does_not_see_all_outputs_it_is_there_at_once(grid: Job) -> None:
    """Colab has a page for each cell: nobody there would say that the static output is seen."""
    assert len(panels(open_panel(grid, "1a"))) == 1


@pytest.mark.usefixtures("_many")
def test_what_the_front_end_closed_is_not_among_the_many(sent: Sent, grid: Job) -> None:
    """After ``Widget.close_all()`` the next panels are the first ones again."""
    del sent
    for number in range(AT_ONCE):
        one = LIVE.get(f"another {number}")
        assert isinstance(one, Another)
        one.is_open = False
    assert len(panels(open_panel(grid, "1a", may_sleep=True))) == 1


@pytest.mark.usefixtures("_many")
def test_a_finished_job_costs_no_message_until_somebody_looks(sent: Sent, grid: Job) -> None:
    """Run All of pictures that are there already makes no widget for them, and no output."""
    page = shared().page
    sent.clear()
    for _ in range(2):
        assert open_panel(grid, "1a", may_sleep=True) is None
    assert sent == []
    tell(page, {"seen": "another"})
    (shown,) = _looked_at(grid, sent, 1)
    assert "mj-of-1a" in shown._dom_classes
    assert len(panels(shown)) == 1
    assert open_panel(grid, "1a", may_sleep=True) is None
    assert len(grid.events.subscribers) == 1
    # A page that was loaded again asks again.
    assert _looked_at(grid, sent, 2) == [shown, shown]


def _looked_at(grid: Job, sent: Sent, count: int) -> list[Any]:
    """Say that the static output is seen, and return what the page was told to put there."""
    tell(shared().page, {"seen": "1a"})
    settled(grid, lambda: len(_put_in(sent)) == count)
    return _put_in(sent)


def _put_in(sent: Sent) -> list[Any]:
    told = [data["content"] for kind, data in sent if kind == "comm_msg" and "content" in data]
    return [_instances[one["panel"]] for one in told if one.get("awake") == "1a"]


@pytest.mark.usefixtures("_many")
def test_what_goes_on_wakes_it(sent: Sent, rig: Rig, grid: Job) -> None:
    """A press from Python is seen at once, whoever looks."""
    open_panel(grid, "1a", may_sleep=True)
    grid.notify()
    settled(grid, lambda: True)
    assert _put_in(sent) == []
    child = grid.press("U2")
    settled(grid, lambda: bool(_put_in(sent)))
    (shown,) = _put_in(sent)
    settled(grid, lambda: len(panels(shown)) == 2)
    rig.finish(child)
    settled(grid, lambda: "mj-phase-done" in panels(shown)[1]._dom_classes)


@pytest.mark.usefixtures("_many")
def test_without_a_static_output_it_is_there_at_once(sent: Sent, grid: Job) -> None:
    """In a gallery or below a sweep nothing else would stand there; the same place wakes for it."""
    assert open_panel(grid, "1a", may_sleep=True) is None
    shown = open_panel(grid)
    assert _put_in(sent) == [shown]
    assert len(panels(shown)) == 1


@pytest.mark.usefixtures("sent", "_many")
def test_one_that_sleeps_is_closed_like_others(grid: Job) -> None:
    """It leaves neither a model nor a listener, and nobody's look wakes it any more."""
    page = shared().page
    before = set(_instances)
    open_panel(grid, "1a", may_sleep=True)
    assert len(grid.events.subscribers) == 1
    grid.worker.post(LIVE.close)
    settled(grid, lambda: len(LIVE) == 0)
    tell(page, {"seen": "1a"})
    settled(grid, lambda: True)
    assert set(_instances) == before
    assert len(grid.events.subscribers) == 0
