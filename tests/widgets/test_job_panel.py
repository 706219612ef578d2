"""A job and its panel together: what a click does, and what a change shows."""

import re
import time
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest

from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.widgets.job_panel import open_panel
from mj_notebook.widgets.shared import shared
from tests.support.house import PATIENCE, House, until
from tests.widgets.wire import Sent


@pytest.fixture
def grid(sent: Sent, house: House, session: Session) -> Job:
    """Return a finished grid, in a house whose widgets are watched."""
    del sent
    return house.drawn(session)


def panels(shown: Any) -> list[Any]:
    """Return all panels in what is displayed, from above."""
    found = [shown] if "mj-panel" in getattr(shown, "_dom_classes", ()) else []
    return found + [each for child in getattr(shown, "children", ()) for each in panels(child)]


def click(panel: Any, caption: str) -> None:
    """Click one of the panel's own buttons."""
    offer = next(part for part in panel.children if "mj-offer" in part._dom_classes)
    next(part for part in offer.children if getattr(part, "description", "") == caption).click()


def text(panel: Any) -> str:
    """Return the markup of the panel's own pieces."""
    pieces = (part for part in panel.children if isinstance(part, ipywidgets.HTML))
    return " ".join(piece.value for piece in pieces)


def settled(job: Job, holds: Callable[[], object]) -> None:
    """Wait until the worker, which writes all widgets, has made *holds* true."""

    async def look() -> bool:
        return bool(holds())

    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if job.worker.submit(look()).result(PATIENCE):
            return
        job.worker.submit(job.worker.run_blocking(lambda: None)).result(PATIENCE)
    assert holds()


def test_a_press_is_shown_at_once(house: House, grid: Job) -> None:
    """A child's panel stands there before the server has answered; the button is marked."""
    shown = open_panel(grid)
    (panel,) = panels(shown)
    click(panel, "U2")
    settled(grid, lambda: len(panels(shown)) == 2)
    child = panels(shown)[1]
    assert re.search("sending|queued", text(child))
    assert "imagine</span> ▸ <strong" in text(child)
    house.finish(grid.children[0])
    settled(grid, lambda: "mj-phase-done" in child._dom_classes)


def test_save_says_where(grid: Job, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Save writes the file, and the panel tells its name and folder."""
    monkeypatch.chdir(house.folder)
    (panel,) = panels(open_panel(grid))
    click(panel, "Save")
    settled(grid, lambda: "Saved as a-red-kite-" in text(panel))
    assert str(house.folder) in text(panel)


def test_code_is_shown_and_hidden(grid: Job) -> None:
    """Code shows the steps, and hides them when it is clicked once more."""
    (panel,) = panels(open_panel(grid))
    click(panel, "Code")
    settled(grid, lambda: "mj.imagine(" in text(panel))
    click(panel, "Code")
    settled(grid, lambda: "mj.imagine(" not in text(panel))


def test_draw_again_is_one_panel_below(house: House, grid: Job) -> None:
    """A double click asks once more, once; the new panel stands below the first one."""
    shown = open_panel(grid)
    for _ in range(2):
        click(panels(shown)[0], "Draw again")
    settled(grid, lambda: len(shown.children) == 2)
    house.finish(grid.repeats[0])
    settled(grid, lambda: "mj-phase-done" in shown.children[1]._dom_classes)
    assert len(house.tasks()) == 2
    until(grid, lambda job: len(job.repeats) == 1)


def test_the_whole_picture_travels_when_it_is_opened(sent: Sent, grid: Job) -> None:
    """The stored bytes are sent when the page asks for them, and not before."""
    open_panel(grid)
    assert not any(data.get("method") == "custom" for _, data in sent)
    page = shared().page
    page._handle_msg(
        {"content": {"data": {"method": "custom", "content": {"open": grid.tag}}}, "buffers": []}
    )
    settled(grid, lambda: any(data.get("method") == "custom" for _, data in sent))
    (given,) = [data["content"] for _, data in sent if data.get("method") == "custom"]
    assert given == {"picture": grid.tag, "mime": "image/png"}


def test_an_idle_panel_sends_nothing(sent: Sent, grid: Job) -> None:
    """A finished job's panel costs nothing while nothing happens."""
    open_panel(grid)
    sent.clear()
    for _ in range(3):
        grid.changed()
        settled(grid, lambda: True)
    assert sent == []
