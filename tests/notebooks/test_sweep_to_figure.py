"""The notebook of sweeps and figures, executed without a person, against a server that counts."""

import time
from collections.abc import Iterator

import pytest

from mj_notebook.server.config import Timing
from tests.notebooks.runner import Executed, execute
from tests.notebooks.test_quickstart import NOTEBOOKS
from tests.support.rig import SECRET, Rig

pytestmark = pytest.mark.notebooks

NOTEBOOK = NOTEBOOKS / "05_sweep_to_figure.ipynb"
# Twelve cells, the sunrise, a refused one and its other words, four of another value.
SUBMITS, DRAWN = 19, 18


@pytest.fixture(scope="module", name="rig")
def _rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Return a server that works in real time, and quickly."""
    folder = tmp_path_factory.mktemp("server")
    with Rig(folder, clock=time.time, timing=Timing.of(0.3), core_size=3) as made:
        yield made


@pytest.fixture(scope="module", name="executed")
def _executed(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """Run the notebook once for all tests of this module."""
    told = {"MJ_BASE_URL": rig.relay.base_url, "MJ_API_SECRET": SECRET}
    return execute(NOTEBOOK, tmp_path_factory.mktemp("sweep"), environment=told)


def test_each_cell_is_paid_once(executed: Executed, rig: Rig) -> None:
    """One submit for each new cell, none for what is found again, planned or sampled."""
    assert executed.errors == []
    assert (rig.relay.submits, len(rig.tasks())) == (SUBMITS, DRAWN)
    assert "12 of 12 done · 12 credits" in executed.printed
    assert "16 of 16 done · 12 found again · 4 credits" in executed.printed


def test_plan_grid_and_figures_stay_in_the_file(executed: Executed) -> None:
    """The plan without pictures, the grids with theirs, two figures."""
    plan, grid, *_ = executed.shown("text/html")
    assert "12 cells · 12 new for 12 credits. Nothing was sent" in plan
    assert (plan.count("<img"), grid.count("<img")) == (0, 12)
    assert len(executed.shown("image/png")) == 2
    assert "foxes.pdf" in executed.printed
    assert "(edited)" in "".join(executed.shown("text/plain"))
