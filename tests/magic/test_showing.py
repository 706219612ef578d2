"""What a job displays: the twin for the file, the panel for the person, lines for a terminal."""

import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.magic.front_end import FrontEnd
from mj_notebook.magic.showing import Displays, key_of, wait_shown
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.widgets.job_place import AT_ONCE, open_panel
from mj_notebook.widgets.live_widgets import LIVE
from tests.magic.shells import WIDGET, Shell
from tests.support.rig import TIMEOUT, Rig, until


@pytest.fixture
def showing(shell: Shell) -> Displays:
    """Return the displays of a shell."""
    return Displays(shell.real)


@pytest.fixture
def job(session: Session) -> Job:
    """Return a job that was accepted and is still open."""
    return session.start(Imagine(prompt="a red kite")).accepted(TIMEOUT)


@pytest.mark.parametrize(
    ("front_end", "static", "panels"),
    [
        (FrontEnd.JUPYTER, False, 1),
        (FrontEnd.JUPYTER, True, 0),
        (FrontEnd.HEADLESS, False, 0),
    ],
    ids=["live", "static", "without a person"],
)
def test_the_panel_is_for_live_front_ends(
    shell: Shell, showing: Displays, job: Job, front_end: FrontEnd, *, static: bool, panels: int
) -> None:
    """The twin is always there, in an output of its own; the panel only where it can live."""
    showing.show(job, front_end, static=static)
    twin, *live = shell.displayed
    assert "mj-static" in twin["text/html"]
    assert WIDGET not in twin
    assert [WIDGET in bundle for bundle in live] == [True] * panels


def test_a_panel_knows_its_twin_by_a_key(shell: Shell, showing: Displays, job: Job) -> None:
    """The page finds and hides it by that, whatever front end; what has no panel has no key."""
    showing.show(job, FrontEnd.JUPYTER)
    key = key_of(job)
    assert f'data-mj-twin="{key}"' in shell.displayed[0]["text/html"]
    assert f"mj-of-{key}" in open_panel(job)._dom_classes
    showing.show(job, FrontEnd.JUPYTER, static=True)
    assert "data-mj-twin" not in shell.displayed[-1]["text/html"]


def test_a_panel_that_waits_for_a_look_has_no_output(
    shell: Shell,
    showing: Displays,
    rig: Rig,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The twin says so to the page, in the file too; it needs no rule for what is lost."""
    job = rig.drawn(session)
    lab = {"metadata": {"deletedCells": [], "cellId": "1"}, "content": {}}
    monkeypatch.setattr(shell.real, "kernel", object(), raising=False)
    monkeypatch.setattr(shell.real, "get_parent", lambda: lab, raising=False)
    for number in range(AT_ONCE):
        showing.show(session.start(Imagine(prompt=f"kite {number}")), FrontEnd.JUPYTER)
    before = len(shell.displayed)
    showing.show(job, FrontEnd.JUPYTER)
    (twin,) = shell.displayed[before:]
    assert f'<div data-mj-twin="{key_of(job)}" data-mj-asleep="">' in twin["text/html"]
    assert "<style>" not in twin["text/html"]


def test_some_cells_hold_the_rule_for_lost_panels(
    shell: Shell, showing: Displays, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first four and each 32nd do, and the same when they are run again: one is enough."""
    asked: dict[str, object] = {}
    monkeypatch.setattr(shell.real, "kernel", object(), raising=False)
    monkeypatch.setattr(shell.real, "get_parent", lambda: {"metadata": asked}, raising=False)
    ruled = []
    for number in (*range(34), 0, 9, 32, None):
        asked["cellId"] = None if number is None else f"cell {number}"
        made = Displays(shell.real)
        made._ruled = showing._ruled
        made.show(job, FrontEnd.JUPYTER)
        twin = shell.displayed[-2]["text/html"]
        ruled.append("<style>" in twin)
    assert ruled == [*(n < 4 or n == 32 for n in range(34)), True, False, True, True]


def test_what_is_prepared_is_what_is_shown(shell: Shell, showing: Displays, job: Job) -> None:
    """
    A page builds the panel while the answer is awaited; what is not shown is known no more.

    What a cell shows stays, though another that joined the job is refused.
    """
    before = len(LIVE)
    for front_end, static in ((FrontEnd.JUPYTER, True), (FrontEnd.HEADLESS, False)):
        showing.prepare(job, front_end, static=static)
    showing.prepare(job, FrontEnd.JUPYTER)
    assert showing._building is not None
    showing._building.result(TIMEOUT)
    assert len(LIVE) == before + 1
    showing.discard(job)
    job.worker.run(_turn())
    assert len(LIVE) == before
    showing.prepare(job, FrontEnd.JUPYTER)
    prepared = open_panel(job, key_of(job))
    showing.show(job, FrontEnd.JUPYTER)
    showing.prepare(job, FrontEnd.JUPYTER)
    showing._building.result(TIMEOUT)
    showing.discard(job)
    job.worker.run(_turn())
    assert len(LIVE) == before + 1
    assert shell.displayed[-1][WIDGET]["model_id"] == prepared.model_id


async def _turn() -> None:
    """Run on the worker, after all that was handed over before."""


def test_colab_is_asked_to_show_widgets_of_others(
    shell: Shell, showing: Displays, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There panels stay empty otherwise."""
    asked: list[int] = []
    output = SimpleNamespace(enable_custom_widget_manager=lambda: asked.append(1))
    monkeypatch.setitem(sys.modules, "google.colab", SimpleNamespace(output=output))
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    showing.show(job, FrontEnd.JUPYTER)
    assert asked
    assert WIDGET in shell.displayed[-1]


def test_the_twin_ends_with_the_picture(
    shell: Shell, showing: Displays, rig: Rig, job: Job
) -> None:
    """The first output has no picture yet; the last update of the same output has it."""
    showing.show(job, FrontEnd.HEADLESS)
    rig.finish(job)
    (first,) = shell.outputs[:1]
    last = shell.outputs[-1]
    assert "image/jpeg" not in first["data"]
    assert "image/jpeg" in last["data"]
    assert last["update"]
    assert last["transient"] == first["transient"]
    assert last["data"]["text/plain"] == repr(job)


def test_percentages_are_not_written_to_the_file(
    shell: Shell, showing: Displays, rig: Rig, job: Job
) -> None:
    """The twin changes with the status alone: a job's outputs are few, however long it takes."""
    showing.show(job, FrontEnd.HEADLESS)
    for _ in range(4):
        rig.clock.advance(2)
        known = job.task.progress if job.task else None
        until(job, lambda changed, known=known: changed.task.progress != known)  # type: ignore[misc]
    rig.finish(job)
    said = [bundle["text/plain"].split(" · ")[0] for bundle in shell.updates]
    assert len(said) <= 4, said


def test_beside_a_panel_what_is_under_way_is_written_together(
    shell: Shell, showing: Displays, rig: Rig, session: Session
) -> None:
    """A press is told of by its panel; its picture goes to the page again once, and at the end."""
    grid = rig.drawn(session)
    showing.show(grid, FrontEnd.JUPYTER)
    child = grid.press("U2").accepted(TIMEOUT)

    async def move_up() -> None:
        for place in (3, 2, 1):
            child.queue_position = place
            child.notify()

    child.worker.run(move_up())
    rig.finish(child)
    assert len(shell.updates) <= 3  # a slow machine may end the pause before the end
    assert "U2: done" in shell.updates[-1]["text/plain"]


def test_a_finished_job_is_shown_at_once(
    shell: Shell, showing: Displays, rig: Rig, session: Session
) -> None:
    """A job that has ended needs one output and no update."""
    showing.show(rig.drawn(session), FrontEnd.HEADLESS)
    (only,) = shell.outputs
    assert "image/jpeg" in only["data"]


def test_the_twin_shows_what_was_pressed(
    shell: Shell, showing: Displays, rig: Rig, session: Session
) -> None:
    """Children are written below their parent, in the parent's own output."""
    grid = rig.drawn(session)
    showing.show(grid, FrontEnd.HEADLESS)
    rig.finish(grid.press("U2"))
    assert "U2: done" in shell.outputs[-1]["data"]["text/plain"]
    assert len(shell.displayed) == 1


def test_the_same_job_shown_five_times_is_one_subscription(
    shell: Shell, showing: Displays, rig: Rig, job: Job
) -> None:
    """All outputs share one display id, so that one update reaches each of them."""
    for _ in range(5):
        showing.show(job, FrontEnd.HEADLESS)
    assert len(shell.displayed) == 5
    assert len(job.events.subscribers) == 1
    rig.finish(job)
    assert len({one["transient"]["display_id"] for one in shell.outputs}) == 1
    assert "image/jpeg" in shell.outputs[-1]["data"]


def test_as_a_value_a_job_is_shown_once_per_execution(
    shell: Shell, showing: Displays, rig: Rig, job: Job
) -> None:
    """The magic shows the job, and the cell's value is the same job: it is shown once."""
    showing.show(job, FrontEnd.HEADLESS)
    showing.as_value(job, FrontEnd.HEADLESS)
    assert len(shell.displayed) == 1
    shell.real.execution_count += 1
    rig.finish(job)
    showing.as_value(job, FrontEnd.HEADLESS)
    assert len(shell.displayed) == 2


def test_without_a_person_the_value_of_a_cell_is_complete(
    shell: Shell, showing: Displays, rig: Rig, job: Job
) -> None:
    """Such a run ends before its outputs do: whatever shows a job waits for it, but no window."""
    child = job.press("Custom Zoom")
    with ThreadPoolExecutor() as pool:
        shown = pool.submit(showing.as_value, job, FrontEnd.HEADLESS)
        rig.finish(job)
        shown.result(TIMEOUT)
    assert "image/jpeg" in shell.outputs[-1]["data"]
    with pytest.raises(UsageError):
        child.wait(TIMEOUT)
    window = rig.finish(job.press("U2")).press("Custom Zoom")
    wait_shown(window)
    assert window.window is not None


def test_a_failed_value_is_shown_and_raises_nothing(showing: Displays, job: Job) -> None:
    """What went wrong stands in the output; it is raised where the result is needed."""
    job.cancel()
    showing.as_value(job, FrontEnd.HEADLESS)
    assert not job.is_open


def test_what_is_displayed_holds_no_address_of_the_proxy(
    shell: Shell, showing: Displays, rig: Rig, job: Job
) -> None:
    """A saved notebook is handed on: it names the server, and holds no address to ask."""
    showing.show(job, FrontEnd.JUPYTER)
    rig.finish(job)
    assert not [one for one in shell.outputs if rig.relay.base_url in str(one["data"])]
