"""A job and its panel together: what a click does, and what a change shows."""

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import ipywidgets
import pytest
from ipywidgets.widgets.widget import _instances

from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.job import Job
from mj_notebook.session.job_lineage import stands
from mj_notebook.session.session import Session
from mj_notebook.widgets.job_panel import JobPanel
from mj_notebook.widgets.job_place import open_panel
from mj_notebook.widgets.shared import shared
from tests.support.holding import holding, is_submit, is_task_list
from tests.support.relay import CannedResponse, ConnectionFate, SeenRequest
from tests.support.rig import QUICK, TIMEOUT, Rig, until
from tests.widgets.wire import Sent


@pytest.fixture
def grid(sent: Sent, rig: Rig, session: Session) -> Job:
    """Return a finished grid, in a house whose widgets are watched."""
    del sent
    return rig.drawn(session)


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

    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        if job.worker.submit(look()).result(TIMEOUT):
            return
        job.worker.submit(job.worker.run_blocking(lambda: None)).result(TIMEOUT)
    assert holds()


def test_a_press_is_shown_at_once(sent: Sent, rig: Rig, grid: Job) -> None:
    """A child's panel stands there before the server has answered; the button is marked."""
    shown = open_panel(grid)
    (panel,) = panels(shown)
    sent.clear()
    click(panel, "U2")
    settled(grid, lambda: len(panels(shown)) == 2)
    # Its models, their box, what stands in the panel around it: nothing is said of it twice.
    before = [kind for kind, data in sent if "mj-children" in str(data)]
    assert before == ["comm_open"]
    nested = next(k for k, (_, data) in enumerate(sent) if "mj-children" in str(data))
    assert [kind for kind, _ in sent[:nested]] == ["comm_open"] * 7
    child = panels(shown)[1]
    assert re.search("sending|queued", text(child))
    assert "imagine</span> ▸ <strong" in text(child)
    rig.finish(grid.children[0])
    settled(grid, lambda: "mj-phase-done" in child._dom_classes)


def test_save_says_where(grid: Job, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Save writes the file, and the panel tells its name and folder."""
    monkeypatch.chdir(rig.folder)
    (panel,) = panels(open_panel(grid))
    click(panel, "Save")
    settled(grid, lambda: "Saved as a-red-kite-" in text(panel))
    assert str(rig.folder) in text(panel)


def test_code_is_shown_and_hidden(grid: Job) -> None:
    """Code shows the steps, and hides them when it is clicked once more."""
    (panel,) = panels(open_panel(grid))
    click(panel, "Code")
    settled(grid, lambda: "mj.imagine(" in text(panel))
    click(panel, "Code")
    settled(grid, lambda: "mj.imagine(" not in text(panel))


def test_draw_again_is_one_panel_below(rig: Rig, grid: Job) -> None:
    """A double click asks once more, once; the new panel stands below the first one."""
    shown = open_panel(grid)
    for _ in range(2):
        click(panels(shown)[0], "Draw again (2 of 2)")
    settled(grid, lambda: len(shown.children) == 2)
    rig.finish(grid.repeats[0])
    settled(grid, lambda: "mj-phase-done" in shown.children[1]._dom_classes)
    assert len(rig.tasks()) == 2
    until(grid, lambda job: len(job.repeats) == 1)


def test_another_of_the_same_can_be_used_instead(rig: Rig, grid: Job) -> None:
    """Each says which of how many it is; "Use this one" lets it stand for what was asked."""
    shown = open_panel(grid)
    other = rig.finish(grid.again())
    settled(grid, lambda: len(shown.children) == 2 and "2 of 2" in text(shown.children[1]))
    assert "1 of 2, shown by Run All" in text(shown.children[0])
    click(shown.children[1], "Use this one")
    settled(grid, lambda: "2 of 2, shown by Run All" in text(shown.children[1]))
    assert stands(other)
    settled(grid, lambda: "shown by Run All" not in text(shown.children[0]))


def test_the_whole_picture_travels_when_it_is_opened(sent: Sent, grid: Job) -> None:
    """The stored bytes are sent when the page asks for them, and not before."""
    open_panel(grid)
    assert not any(data.get("method") == "custom" for _, data in sent)
    page = shared().page
    page._handle_msg(
        {"content": {"data": {"method": "custom", "content": {"open": grid.name}}}, "buffers": []}
    )
    settled(grid, lambda: any(data.get("method") == "custom" for _, data in sent))
    (given,) = [data["content"] for _, data in sent if data.get("method") == "custom"]
    assert given == {"picture": grid.name, "mime": "image/png"}


def test_the_keys_of_a_page_rate_the_job(sent: Sent, grid: Job) -> None:
    """What came of it is said there, and stands in the panel; null takes it back."""
    shown = open_panel(grid)
    page = shared().page
    for value, said in ((4, "rated 4"), (None, "Took back the rating 4."), (9, "9 is no rating.")):
        sent.clear()
        content = {"rate": grid.name, "value": value}
        page._handle_msg(
            {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        )
        settled(grid, lambda: any(data.get("method") == "custom" for _, data in sent))
        told = [data["content"]["rated"] for _, data in sent if data.get("method") == "custom"]
        assert told[0].startswith(said)
        if value == 4:
            settled(grid, lambda: "★★★★☆" in text(shown.children[0]))
    assert grid.rating is None


def test_an_idle_panel_sends_nothing(sent: Sent, grid: Job) -> None:
    """A finished job's panel costs nothing while nothing happens."""
    open_panel(grid)
    sent.clear()
    for _ in range(3):
        grid.notify()
        settled(grid, lambda: True)
    assert sent == []


def test_a_click_that_must_wait_freezes_no_panel(sent: Sent, rig: Rig) -> None:
    """
    A cell's press waits for another kernel, and a click on the same button joins it.

    Other panels go on meanwhile, and all of it is one task at the server.
    """
    del sent
    session = rig.open(replay=True, pacing=replace(QUICK, joining=TIMEOUT))
    grid = rig.drawn(session)
    other = session.start(Imagine(prompt="another kite")).accepted(TIMEOUT)
    (clicked,), (ticking,) = panels(open_panel(grid)), panels(open_panel(other))
    with ThreadPoolExecutor(1) as cell, holding(rig, is_submit) as submitting:
        rig.open(replay=True).job(grid.id or "").press("U2")
        assert submitting.wait(TIMEOUT)
        press = cell.submit(grid.press, "U2")
        until_asked(rig, is_task_list)
        click(clicked, "U2")
        rig.finish(other)
        settled(other, lambda: "mj-phase-done" in ticking._dom_classes)
        assert not press.done()
    rig.finish(press.result(TIMEOUT))
    settled(grid, lambda: len(clicked.children[-1].children) == 1)
    assert len(grid.children) == 1
    assert len(rig.tasks()) == 3


def test_a_click_with_a_lost_request_freezes_no_panel(sent: Sent, rig: Rig) -> None:
    """The server's list of tasks, where a lost request is looked for, is not read on the loop."""
    del sent
    session = rig.open(replay=True)
    grid = rig.drawn(session)
    rig.relay.rule = lambda asked: ConnectionFate.LOSE if asked.is_submit else ConnectionFate.PASS
    lost = until(grid.press("U2"), lambda job: not job.is_open)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    (panel,) = panels(open_panel(grid))[:1]
    with holding(rig, is_task_list) as listing:
        click(panel, "U2")
        assert listing.wait(TIMEOUT)
        settled(grid, lambda: True)
        assert not lost.is_open
    until(lost, lambda job: job.is_open)
    rig.finish(lost)
    assert grid.children == [lost]
    assert len(rig.tasks()) == 2


def test_an_old_picture_is_read_beside_the_loop(rig: Rig, grid: Job) -> None:
    """A panel of a job whose small picture was let go shows it, and the loop reads no file."""
    grid.pictures.release()
    (panel,) = panels(open_panel(grid))
    assert "<img" in text(panel)
    grid.pictures.release()
    child = grid.press("U2")  # the click of a person who scrolled far up
    settled(grid, lambda: len(panels(panel)) == 2)
    rig.finish(child)
    assert "<img" in text(panel)


def count(top: Any, name: str) -> int:
    """Return how many boxes with the class *name* stand in what is displayed."""
    below = sum(count(child, name) for child in getattr(top, "children", ()))
    return below + (name in _classes(top))


def test_a_window_stands_in_one_panel(rig: Rig, grid: Job) -> None:
    """It opens where it was asked for; another panel of the same job tells so, and can fetch it."""
    single = rig.finish(grid.press("U2"))
    whole, alone = open_panel(grid), open_panel(single)
    click(panels(alone)[0], "🔍 Custom Zoom")
    settled(grid, lambda: count(alone, "mj-window") == 1 and count(whole, "mj-elsewhere") == 1)
    assert (count(whole, "mj-window"), count(alone, "mj-elsewhere")) == (0, 0)
    told = next(part for part in panels(whole)[2].children if "mj-elsewhere" in _classes(part))
    told.children[1].click()
    settled(grid, lambda: count(whole, "mj-window") == 1 and count(alone, "mj-elsewhere") == 1)
    assert (count(alone, "mj-window"), count(whole, "mj-elsewhere")) == (0, 0)
    single.children[0].dismiss()
    settled(grid, lambda: count(whole, "mj-window") + count(alone, "mj-elsewhere") == 0)


def test_what_lint_stops_can_be_drawn_anyway(rig: Rig, grid: Job) -> None:
    """The form offers it only then, says why, and sends the answer as it stands there."""
    single = rig.finish(grid.press("U2"))
    shown = open_panel(single)
    click(panels(shown)[0], "🔍 Custom Zoom")
    settled(single, lambda: count(shown, "mj-window") == 1)
    form = found(shown, "mj-window")
    words = next(part for part in form.children if "mj-field" in _classes(part))
    ends = found(form, "mj-window-ends")
    captions = [part.description for part in ends.children]
    assert captions == ["Draw", "Dismiss"]
    assert words.continuous_update  # what is typed is told before the slider's answer comes
    words.value = "a red kite --ar 16x9"
    ends.children[0].click()
    settled(single, lambda: len(ends.children) == 3)
    settled(single, lambda: any("16x9" in text(panel) for panel in panels(shown)))
    assert ends.children[1].description == "Draw anyway"
    settled(single, lambda: not ends.children[1].disabled)
    ends.children[1].click()
    until(single.children[0], lambda job: job.prompt.startswith("a red kite --ar 16x9"))


def test_a_form_whose_answer_waits_for_room_is_put_by(rig: Rig, grid: Job) -> None:
    """Nothing can be drawn with it then; where the answer is never sent, it is as it was left."""
    single = rig.finish(grid.press("U2"))
    codes = [b"23"]
    rig.relay.rule = lambda asked: (
        CannedResponse(200, b'{"code":%s,"description":"no"}' % codes[-1])
        if asked.path.endswith("/modal")
        else ConnectionFate.PASS
    )
    shown = open_panel(single)
    click(panels(shown)[0], "🔍 Custom Zoom")
    settled(single, lambda: count(shown, "mj-window") == 1)
    form = found(shown, "mj-window")
    found(form, "mj-window-ends").children[0].click()
    settled(single, lambda: count(shown, "mj-window") == 0)
    codes.append(b"4")
    settled(single, lambda: found(shown, "mj-window") is form)


def found(top: Any, name: str) -> Any:
    """Return the first box with the class *name* in what is displayed."""
    if name in _classes(top):
        return top
    below = (found(child, name) for child in getattr(top, "children", ()))
    return next(filter(None, below), None)


def test_closing_leaves_no_widget_and_no_listener(sent: Sent, rig: Rig, grid: Job) -> None:
    """With its children, its window and its code a panel takes all of its models away."""
    del sent
    single = rig.finish(grid.press("U2"))
    shared()  # the one sheet and script of all panels stay
    before = set(_instances)
    panel = grid.worker.submit(_open(grid)).result(TIMEOUT)
    click(panels(panel.stack())[1], "Code")
    click(panels(panel.stack())[1], "🖌️ Vary (Region)")
    settled(grid, lambda: single.children and single.children[0].window is not None)
    settled(grid, lambda: any("mj-window" in _classes(one) for one in _instances.values()))
    assert len(single.events.subscribers) == 1
    grid.worker.submit(_closed(panel)).result(TIMEOUT)
    left = [one for key, one in _instances.items() if key not in before]
    assert not left, left
    assert [len(one.events.subscribers) for one in (grid, single, *single.children)] == [0, 0, 0]


async def _open(job: Job) -> JobPanel:
    return JobPanel(job)


async def _closed(panel: JobPanel) -> None:
    panel.close()


def _classes(widget: Any) -> tuple[str, ...]:
    return tuple(getattr(widget, "_dom_classes", ()))


def until_asked(rig: Rig, wanted: Callable[[SeenRequest], bool]) -> None:
    """Wait until the server was asked for something."""
    turn = threading.Event()
    while not rig.relay.count(wanted):
        turn.wait(0.005)
