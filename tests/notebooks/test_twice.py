"""A whole notebook, run again: what was drawn is shown, what was changed is drawn, and no more."""

import json
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from mj_notebook.server.config import Timing
from tests.kernel.isolation import isolated_environment
from tests.notebooks.conftest import WriteNotebook
from tests.notebooks.runner import execute
from tests.support.postgres import PostgresServer
from tests.support.rig import PLANTED_SECRET, SECRET, Rig

pytestmark = pytest.mark.notebooks

REPLAYED = "replayed · 0 credits"
BEGIN = """%load_ext mj_notebook
import dataclasses
import mj_notebook as mj
pacing = mj.current_settings().pacing
mj.configure(pacing=dataclasses.replace(pacing, first=(), then=0.05, slowest=0.05));"""
KITES = [f"%%mj\na red kite of {number} meters --ar 3:2 --seed {number}" for number in range(6)]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """Return a server that works in real time, and quickly."""
    with Rig(tmp_path / "house", clock=time.time, timing=Timing.of(0.3), core_size=6) as made:
        yield made


def environment(rig: Rig) -> dict[str, str]:
    """Return what leads a kernel to the server."""
    return {"MJ_BASE_URL": rig.relay.base_url, "MJ_API_SECRET": SECRET}


@pytest.fixture(params=["file", "postgres"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Return what leads a kernel to a history: its own file, or a team's database."""
    if request.param == "file":
        return {}
    server: PostgresServer = request.getfixturevalue("postgres")
    return {
        "MJ_STORE": str(server.emptied()),
        "MJ_STORE_PASSWORD": PLANTED_SECRET,
        "MJ_PICTURES": f"file://{tmp_path / 'shared'}",
    }


def test_a_notebook_that_is_run_again_costs_nothing(
    rig: Rig, write_notebook: WriteNotebook, tmp_path: Path, history: dict[str, str]
) -> None:
    """Six cells are six submits, then none; with one prompt edited, one."""

    def run(notebook: Path) -> tuple[int, int, int]:
        before = rig.relay.submits
        executed = execute(notebook, tmp_path, environment=environment(rig) | history)
        assert executed.errors == []
        shown = len(executed.shown("image/jpeg"))
        replayed = sum(REPLAYED in text for text in executed.shown("text/plain"))
        return rig.relay.submits - before, shown, replayed

    notebook = write_notebook([BEGIN, *KITES])
    assert run(notebook) == (6, 6, 0)
    assert run(notebook) == (0, 6, 6)
    content = json.loads(notebook.read_text())
    content["cells"][5]["source"] = "%%mj\na blue kite --ar 3:2"
    notebook.write_text(json.dumps(content))
    assert run(notebook) == (1, 6, 5)
    assert len(rig.tasks()) == 7


def test_papermill_pays_for_what_a_parameter_changes(
    rig: Rig, write_notebook: WriteNotebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cells that use a parameter are drawn for each of its values once; the others once."""
    notebook = write_notebook(
        [
            "seed = 1",
            BEGIN,
            "%%mj\na red kite over dunes --seed {{seed}}",
            "%%mj\na red kite at sea --seed {{seed}}",
            "%%mj\na red kite at rest",
        ]
    )
    content = json.loads(notebook.read_text())
    content["cells"][0]["metadata"] = {"tags": ["parameters"]}
    notebook.write_text(json.dumps(content))

    for name, value in isolated_environment(tmp_path, environment(rig)).items():
        monkeypatch.setenv(name, value)

    def run(seed: int) -> int:
        before = rig.relay.submits
        import_module("papermill").execute_notebook(
            str(notebook),
            str(notebook.parent / "out.ipynb"),
            {"seed": seed},
            cwd=str(notebook.parent),
            kernel_name="python3",
            progress_bar=False,
        )
        out = json.loads((notebook.parent / "out.ipynb").read_text())
        outputs = [output for cell in out["cells"] for output in cell["outputs"]]
        assert sum("image/jpeg" in output.get("data", {}) for output in outputs) == 3
        return rig.relay.submits - before

    assert [run(seed) for seed in (1, 2, 1)] == [3, 2, 0]
