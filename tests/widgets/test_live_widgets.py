"""The live widgets of a kernel: one for each thing that is shown, and a limited number of them."""

from collections.abc import Hashable

import pytest
from ipywidgets.widgets.widget import _instances

from mj_notebook.session.board import Board
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.widgets.board import open_board
from mj_notebook.widgets.job_place import open_panel
from mj_notebook.widgets.live_widgets import LIVE, LiveWidgets
from tests.support.many import flush
from tests.support.rig import Rig
from tests.widgets.wire import Sent


class Shown:
    """Something live, as a test needs it."""

    def __init__(self, *, is_idle: bool = True) -> None:
        self.is_idle, self.is_open = is_idle, True

    def close(self) -> None:
        """Be gone."""
        self.is_open = False


def test_what_is_shown_once_more_gets_the_widget_it_has() -> None:
    """One for each thing; a new one only where the front end has closed it."""
    live = LiveWidgets(most=3)
    first = live.shown("kite", Shown, Shown)
    assert live.shown("kite", Shown, Shown) is first
    first.close()
    second = live.shown("kite", Shown, Shown)
    assert second is not first
    assert len(live) == 1


def test_the_idle_ones_that_were_shown_long_ago_are_closed() -> None:
    """What still has something to tell stays, however old; so does what was shown just now."""
    live = LiveWidgets(most=3)
    running = live.shown("running", lambda: Shown(is_idle=False), Shown)
    idle = [live.shown(number, Shown, Shown) for number in range(3)]
    live.shown(1, Shown, Shown)
    live.shown("new", Shown, Shown)
    assert running.is_open
    assert [one.is_open for one in idle] == [False, True, False]
    assert len(live) == 3


def test_more_than_the_limit_stay_while_all_run() -> None:
    """A hundred open jobs and one more are a hundred and one panels."""
    live = LiveWidgets(most=2)
    shown = [live.shown(n, lambda: Shown(is_idle=False), Shown) for n in range(4)]
    assert all(one.is_open for one in shown)
    for one in shown:
        one.is_idle = True
    live.shown("new", Shown, Shown)
    assert len(live) == 2


def test_each_is_looked_at_once_or_twice_when_another_is_shown() -> None:
    """Of hundreds that go on, one more does not ask each as often as there are others."""
    looks = list[Hashable]()

    class Watched:
        is_idle = False

        @property
        def is_open(self) -> bool:
            """Whether it is there; each question is noted."""
            looks.append(self)
            return True

        def close(self) -> None:
            """Be gone."""

    live = LiveWidgets(most=2)
    for number in range(50):
        live.shown(number, Watched, Watched)
    looks.clear()
    live.shown("new", Watched, Watched)
    assert len(looks) <= 2 * 51


def test_the_end_closes_all() -> None:
    """Nothing is left to be closed a second time."""
    live = LiveWidgets()
    shown = [live.shown(number, Shown, Shown) for number in range(3)]
    live.close()
    assert not any(one.is_open for one in shown)
    assert len(live) == 0


@pytest.mark.usefixtures("sent")
def test_a_job_displayed_five_times_is_one_panel_and_one_listener(grid: Job) -> None:
    """Each display is a view of the same models: a change is sent once, not five times."""
    first = open_panel(grid)
    before = len(_instances)
    assert all(open_panel(grid) is first for _ in range(4))
    assert len(_instances) == before
    assert len(grid.events.subscribers) == 1


def test_closing_takes_models_and_listeners_away(
    sent: Sent, rig: Rig, session: Session, grid: Job
) -> None:
    """Panels and boards leave neither a model in the kernel nor a subscriber of their jobs."""
    del sent
    open_panel(grid)
    LIVE.close()
    before = set(_instances)
    other = rig.drawn(session, "another kite")
    board = Board([grid, other], worker=session.worker)
    for _ in range(3):
        open_panel(other)
        open_board(board)
    board.close()
    session.worker.post(LIVE.close)
    flush(session.worker)
    assert set(_instances) <= before
    assert [len(job.events.subscribers) for job in (grid, other)] == [0, 0]
