"""Waiting: stopped at once by an interrupt, never at the price of the task; queues all run."""

import threading
import time

import pytest

from tests.kernel.harness import Kernel
from tests.kernel.lab import Lab, said, twin
from tests.kernel.records import Cell
from tests.support.relay import ConnectionFate, SeenRequest

pytestmark = pytest.mark.kernel

SOON = 8.0
"""Seconds after which an interrupted cell must be over, on a busy machine."""


def interrupted(kernel: Kernel, cell: Cell) -> str:
    """Interrupt a running cell, and return what its error output says."""
    began = time.monotonic()
    kernel.interrupt()
    kernel.wait(cell)
    assert time.monotonic() - began < SOON
    assert cell.status == "error"
    assert cell.error is not None
    assert 1 <= len(cell.error["traceback"]) <= 2
    return "\n".join(cell.error["traceback"])


def goes_on(lab: Lab, kernel: Kernel) -> None:
    """Check that the last job was neither ended nor repeated by what happened to its waiting."""
    submits = lab.house.relay.submits
    assert kernel.run("print(_mj.is_open)").stdout == "True\n"
    lab.house.clock.advance(60)
    cell = kernel.run("print(_mj.wait(20).status)")
    assert cell.stdout == "SUCCESS\n", cell.error
    assert lab.house.relay.submits == submits


TELL_WHEN_WAITING = """
import sys, threading
def is_waiting(frame):
    while frame and not frame.f_code.co_filename.endswith("mj_notebook/session/worker.py"):
        frame = frame.f_back
    return frame is not None
def tell_when_waiting():
    main = threading.main_thread().ident
    def look():
        while not is_waiting(sys._current_frames()[main]):
            time.sleep(0.01)
        print("waiting", flush=True)
    threading.Thread(target=look).start()
async def wait(job):
    return await job
"""


@pytest.mark.parametrize(
    "code",
    [
        "tell_when_waiting()\n_mj.wait()",
        "asyncio.get_running_loop().call_soon(print, 'waiting')\nawait _mj",
        "asyncio.get_running_loop().call_soon(print, 'waiting')\nawait wait(_mj)",
    ],
    ids=["wait", "await", "await in a function"],
)
def test_an_interrupt_stops_the_waiting_alone(lab: Lab, drawing: Kernel, code: str) -> None:
    """Stop ends the cell at once with one sentence on how to go on; the task goes on."""
    drawing.run(TELL_WHEN_WAITING)
    drawing.run("%%mj --quiet\na kite to be patient with")
    cell = drawing.start(code)
    drawing.wait_for(lambda: cell.stdout)
    shown = interrupted(drawing, cell)
    assert "the task goes on" in shown
    assert ".wait()" in shown
    goes_on(lab, drawing)


def test_an_interrupt_stops_a_cell_that_draws_and_waits(lab: Lab, drawing: Kernel) -> None:
    """`%%mj --wait` that is stopped keeps its outputs, its job and its task."""
    cell = drawing.start("%%mj --wait\na kite to be patient with")
    drawing.wait_for(lambda: len(cell.displays) == 2)
    shown = interrupted(drawing, cell)
    assert "the task goes on" in shown
    goes_on(lab, drawing)
    drawing.wait_for(lambda: "image/jpeg" in twin(drawing, cell))


def test_an_interrupt_while_sending_sends_nothing_again(lab: Lab, drawing: Kernel) -> None:
    """A server that is slow to accept: stop frees the cell, and the one submit still counts."""
    arrived, go_on = threading.Event(), threading.Event()

    def hold(asked: SeenRequest) -> ConnectionFate:
        if asked.is_submit:
            arrived.set()
            go_on.wait(20)
        return ConnectionFate.PASS

    before = lab.house.relay.submits
    lab.house.relay.rule = hold
    cell = drawing.start("%%mj\na kite that is slow to start")
    drawing.wait_for(lambda: arrived.is_set() and cell.displays)
    shown = interrupted(drawing, cell)
    lab.rest()
    go_on.set()
    assert "Stopped waiting" in shown
    # Time that passes before the server has the task would not finish it.
    assert drawing.run("_mj.accepted(20);").status == "ok"
    goes_on(lab, drawing)
    assert lab.house.relay.submits == before + 1


def test_a_timeout_ends_the_cell(lab: Lab, drawing: Kernel) -> None:
    """--timeout is an error output that says how to go on."""
    cell = drawing.run("%%mj --wait --timeout 0.2\na kite for later")
    assert cell.error is not None
    assert cell.error["ename"] == "WaitTimeout"
    assert "the task goes on" in cell.error["evalue"]
    goes_on(lab, drawing)


def test_queued_cells_all_run(lab: Lab, drawing: Kernel) -> None:
    """Cells sent at once run in order, also behind one that waits for its picture."""
    lab.flow()
    cells = [
        drawing.start("%%mj --wait\na kite in a queue"),
        drawing.start("%%mj\nanother kite in a queue"),
        drawing.start("print(_mj.prompt)"),
    ]
    for cell in cells:
        drawing.wait(cell)
    drawing.wait_for(lambda: "image/jpeg" in twin(drawing, cells[1]))
    lab.rest()
    assert [cell.status for cell in cells] == ["ok", "ok", "ok"]
    assert "image/jpeg" in twin(drawing, cells[0])
    assert cells[2].stdout == "another kite in a queue\n"


def test_many_cells_at_once_are_as_many_tasks(lab: Lab, drawing: Kernel) -> None:
    """Run All: eight cells, eight tasks, eight pictures, each in its own output."""
    before = lab.house.relay.submits
    cells = [drawing.start(f"%%mj --static\nkite {number} of eight") for number in range(8)]
    drawing.wait(cells[-1])
    assert [cell.status for cell in cells] == ["ok"] * 8
    lab.house.clock.advance(90)
    for number, cell in enumerate(cells):
        drawing.wait_for(lambda cell=cell: "image/jpeg" in twin(drawing, cell))  # type: ignore[misc]
        assert f"kite {number} of eight" in said(drawing, cell)
    assert lab.house.relay.submits == before + 8


def test_a_listener_may_wait_for_what_it_presses(lab: Lab, drawing: Kernel) -> None:
    """A person's hook that upscales and waits works in a kernel, and other jobs go on meanwhile."""
    drawing.run("%%mj --quiet --out hooked\na kite with a hook")
    drawing.run(
        "got = []\n"
        "def hook(job):\n"
        "    if not job.is_open and not job.children:\n"
        "        got.append(job.press('U1').wait(20))\n"
        "hooked.subscribe(hook);"
    )
    other = drawing.run("%%mj --static\na kite beside it")
    lab.flow()
    done = drawing.run("while not got: time.sleep(0.02)\nprint(got[0].step, got[0].status)")
    drawing.wait_for(lambda: "image/jpeg" in twin(drawing, other))
    lab.rest()
    assert done.stdout == "U1 SUCCESS\n"
    assert drawing.run("print(1 + 1)").stdout == "2\n"
    assert drawing.run("await asyncio.sleep(0.01); print('awaited')").stdout == "awaited\n"


def test_a_hook_may_display_a_job(lab: Lab, drawing: Kernel) -> None:
    """A hook runs where panels are made: what it displays is the twin, and nothing stands still."""
    drawing.run("%%mj --quiet --out hooked\na kite that shows itself")
    drawing.run("hooked.subscribe(lambda job: job.is_open or display(job));")
    lab.house.clock.advance(60)
    cell = drawing.run("print(hooked.wait(20).status)")
    assert cell.stdout == "SUCCESS\n"
    drawing.wait_for(lambda: any("a kite that shows itself" in str(m) for m in drawing.messages))
    assert lab.drawn(drawing, "a kite after it").status == "ok"


@pytest.mark.parametrize("wish", ["seed", "cancel"])
def test_an_interrupt_of_a_wish_is_one_sentence(lab: Lab, drawing: Kernel, wish: str) -> None:
    """What asks the server directly can be stopped too, without a trace."""
    drawing.run("%%mj --quiet\na kite with a slow server")
    if wish == "seed":
        lab.house.clock.advance(60)
        drawing.run("_mj.wait(20);")
    arrived, go_on = threading.Event(), threading.Event()

    def hold(asked: SeenRequest) -> ConnectionFate:
        if asked.path.endswith(("/image-seed", "/cancel")):
            arrived.set()
            go_on.wait(20)
        return ConnectionFate.PASS

    lab.house.relay.rule = hold
    cell = drawing.start(f"_mj.{wish}()")
    drawing.wait_for(arrived.is_set)
    shown = interrupted(drawing, cell)
    go_on.set()
    lab.rest()
    assert "Stopped waiting" in shown
