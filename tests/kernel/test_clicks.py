"""Clicks: all handled, whatever the kernel does meanwhile; impatience costs nothing."""

from collections.abc import Iterator

import pytest

from tests.kernel.harness import Kernel
from tests.kernel.lab import Lab, button, each_shell, find_button, said, shown, visible
from tests.kernel.records import Cell
from tests.support.relay import ConnectionFate, submit_reply

pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module")
def nested(lab: Lab) -> Kernel:
    """Return a kernel whose person has called `nest_asyncio.apply()` before."""
    return lab.start(
        begin="import nest_asyncio\nnest_asyncio.apply()\n%load_ext mj_notebook\n"
        "import asyncio, time, mj_notebook as mj\n"
        "mj.configure(pacing=type(mj.current_settings().pacing)((), 0.05, 0.05));"
    )


@pytest.fixture
def grid(lab: Lab, drawing: Kernel) -> Iterator[Cell]:
    """Return the cell of a finished grid; what was pressed below it is drawn to its end."""
    yield lab.drawn(drawing, "a kite to press")
    lab.house.clock.advance(60)


@each_shell
@pytest.mark.parametrize(
    "code",
    ["time.sleep(0.8)", "await asyncio.sleep(0.8)"],
    ids=["while a cell sleeps", "while a cell awaits"],
)
def test_a_click_while_a_cell_runs_is_handled(
    lab: Lab, drawing: Kernel, grid: Cell, code: str, *, on_subshell: bool
) -> None:
    """U2 makes its child at the latest when the cell is over, once, below its parent."""
    before = len(lab.actions())
    shell = drawing.create_subshell() if on_subshell else None
    pressed = button(drawing, grid, "U2")
    busy = drawing.start(f"print('begun', flush=True)\n{code}")
    drawing.wait_for(lambda: busy.stdout)
    click = drawing.click(pressed.id, subshell=shell)
    drawing.wait(busy)
    drawing.wait_for(lambda: "U2: queued" in said(drawing, grid))
    lab.until(drawing, lambda: "U2: done" in said(drawing, grid))
    assert busy.status == "ok"
    assert visible(click) == []
    assert [task["description"][-2:] for task in lab.actions()[: len(lab.actions()) - before]] == [
        "U2"
    ]


@each_shell
def test_three_impatient_clicks_are_one_submit(
    lab: Lab, drawing: Kernel, grid: Cell, *, on_subshell: bool
) -> None:
    """A person who clicks a dead-looking button three times pays once."""
    before = lab.house.relay.submits
    shell = drawing.create_subshell() if on_subshell else None
    pressed = button(drawing, grid, "V1")
    busy = drawing.start("print('begun', flush=True)\ntime.sleep(0.4)")
    drawing.wait_for(lambda: busy.stdout)
    clicks = [drawing.click(pressed.id, subshell=shell) for _ in range(3)]
    for request in (busy, *clicks):
        drawing.wait(request)
    drawing.wait_for(lambda: "V1: queued" in said(drawing, grid))
    lab.until(drawing, lambda: "V1: done" in said(drawing, grid))
    assert lab.house.relay.submits == before + 1
    assert drawing.run("print(len(_mj.children))").stdout == "1\n"


def test_a_click_and_a_cell_that_press_the_same_are_one_submit(
    lab: Lab, drawing: Kernel, grid: Cell
) -> None:
    """The panel and Python are two ways to the same button."""
    before = lab.house.relay.submits
    pressed = button(drawing, grid, "U3")
    cell = drawing.start("_mj.press('U3').accepted()")
    drawing.click(pressed.id)
    drawing.wait(cell)
    lab.until(drawing, lambda: "U3: done" in said(drawing, grid))
    assert cell.status == "ok"
    assert lab.house.relay.submits == before + 1


def test_a_child_has_a_panel_of_its_own_below(lab: Lab, drawing: Kernel, grid: Cell) -> None:
    """What was pressed appears below its parent with its own buttons, which work as well."""
    drawing.click(button(drawing, grid, "U4").id)
    drawing.wait_for(lambda: "U4: queued" in said(drawing, grid))
    zoom = lab.until(drawing, find_button(drawing, grid, "🔍 Zoom Out 2x"))
    drawing.click(zoom.id)
    drawing.wait_for(lambda: "Zoom Out 2x: queued" in said(drawing, grid))
    lab.until(drawing, lambda: said(drawing, grid).count("done in") == 3)
    assert [task["action"] for task in lab.actions()[:2]] == ["ZOOM", "UPSCALE"]


def test_a_refused_press_is_said_in_the_panel(lab: Lab, drawing: Kernel, grid: Cell) -> None:
    """Nobody sees what a callback prints or raises; the panel itself says what went wrong."""
    lab.house.relay.rule = lambda asked: (
        submit_reply(4, "not today") if asked.is_submit else ConnectionFate.PASS
    )
    click = drawing.wait(drawing.click(button(drawing, grid, "U1").id))
    drawing.wait_for(lambda: "not accepted" in shown(drawing, grid))
    drawing.wait_for(lambda: "not today" in shown(drawing, grid))
    lab.rest()
    assert visible(click) == []
    drawing.click(button(drawing, grid, "U1").id)
    drawing.wait_for(lambda: "U1: queued" in said(drawing, grid))


def test_cancel_ends_a_running_task(lab: Lab, drawing: Kernel) -> None:
    """The panel's Cancel asks the server; twin and panel show a cancelled task."""
    cell = drawing.run("%%mj\na kite to cancel")
    drawing.click(button(drawing, cell, "Cancel").id)
    drawing.wait_for(lambda: "cancelled" in said(drawing, cell))
    assert lab.house.tasks()[0]["status"] == "CANCEL"


def test_clicks_while_a_cell_waits_for_a_picture_are_handled(
    lab: Lab, drawing: Kernel, grid: Cell
) -> None:
    """`%%mj --wait` neither loses nor doubles a click on another panel."""
    before = lab.house.relay.submits
    waiting = drawing.start("%%mj --wait\na kite that is waited for")
    drawing.wait_for(lambda: waiting.displays)
    clicks = [drawing.click(button(drawing, grid, name).id) for name in ("U1", "V2")]
    queued = drawing.start("print('queued')")
    lab.flow()
    for request in (waiting, queued, *clicks):
        drawing.wait(request)
    drawing.wait_for(lambda: said(drawing, grid).count("done in") == 3)
    lab.rest()
    assert (waiting.status, queued.stdout) == ("ok", "queued\n")
    assert lab.house.relay.submits == before + 3


def test_nothing_is_lost_after_nest_asyncio(lab: Lab, nested: Kernel) -> None:
    """With the person's own `nest_asyncio.apply()` clicks and queued cells all come through."""
    grid = lab.drawn(nested, "a nested kite")
    before = lab.house.relay.submits
    names = ("U1", "U2")
    waiting = nested.start("%%mj --wait\na kite that is waited for")
    nested.wait_for(lambda: waiting.displays)
    clicks = [nested.click(button(nested, grid, name).id) for name in names]
    queued = [nested.start("print(1)"), nested.start("await asyncio.sleep(0.1); print(2)")]
    lab.flow()
    for request in (waiting, *queued, *clicks):
        nested.wait(request)
    nested.wait_for(lambda: said(nested, grid).count("done in") == 3)
    lab.rest()
    assert [waiting.status, *(cell.stdout for cell in queued)] == ["ok", "1\n", "2\n"]
    assert lab.house.relay.submits == before + 3
