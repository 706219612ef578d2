"""Real kernels that die in the middle of a cell: the same cell in the next one goes on."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.faults.scene import PROMPT, Gate, Kind, Scene
from tests.faults.table import Row
from tests.faults.test_kernels import JOINED, REPLAYED, is_picture, is_submit
from tests.kernel.harness import Kernel
from tests.kernel.lab import BEGIN, said, twin
from tests.support.relay import ConnectionFate
from tests.support.rig import SECRET

pytestmark = pytest.mark.kernel

CELL = "%%mj\na red kite over dunes"


@contextmanager
def kernel(scene: Scene) -> Iterator[Kernel]:
    """Start a kernel on the history of *scene*, with the extension loaded."""
    own = {"MJ_BASE_URL": scene.address, "MJ_API_SECRET": SECRET, "MJ_STORE": str(scene.store)}
    with ExitStack() as stack:
        made = stack.enter_context(Kernel(scene.folder, environment=own))
        assert made.run(BEGIN).status == "ok"
        yield made


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        pytest.param(is_submit, JOINED, id="before the answer"),
        pytest.param(is_picture, REPLAYED, id="while the picture comes"),
    ],
)
def test_a_notebook_is_killed(scene: Scene, row: Row, kind: Kind, sentence: str) -> None:
    """``%%mj`` in the next kernel shows the picture, says how it came to it, and sends nothing."""
    with kernel(scene) as first:
        gate = scene.house.relay.rule = Gate(kind, ConnectionFate.PASS)
        first.start(CELL)
        first.wait_for(lambda: gate.has_come)
        first.kill()
        gate.open()
    scene.wait_for(lambda: scene.tasks)
    with kernel(scene) as second:
        cell = second.run(CELL)
        assert cell.status == "ok", cell.error
        second.wait_for(lambda: "image/jpeg" in twin(second, cell))
        assert sentence in said(second, cell)
    row.submits, row.tasks, row.picture = scene.submits, scene.tasks, "whole"
    row.told = sentence
    assert (row.submits, row.tasks) == (1, 1)


def test_waiting_for_another_kernel_is_stopped(scene: Scene, row: Row) -> None:
    """Stop frees the cell and sends nothing; run again, it joins what the other kernel sent."""
    with kernel(scene) as second:
        with scene.stopped(is_submit):
            cell = second.start(f"%%mj\n{PROMPT}")
            lists = scene.house.relay.requests
            second.wait_for(lambda: any("/task/list" in asked.path for asked in lists))
            second.interrupt()
            second.wait(cell)
            assert cell.error is not None
            row.told = cell.error["evalue"]
            assert "Stopped before there was a task to show." in row.told
            assert scene.tasks == 0
        scene.wait_for(lambda: scene.tasks)
        again = second.run(f"%%mj\n{PROMPT}")
        assert again.status == "ok", again.error
        second.wait_for(lambda: "image/jpeg" in twin(second, again))
    row.submits, row.tasks, row.picture = scene.submits, scene.tasks, "whole"
    assert (row.submits, row.tasks) == (1, 1)
