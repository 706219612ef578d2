"""A backend of another package: found by its entry point, and drawn with."""

import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

import mj_notebook as mj
from mj_notebook.errors import SettingsError
from mj_notebook.server.backends.backend import DrawBrief
from mj_notebook.server.backends.choosing import backend_names, open_backend
from mj_notebook.server.backends.painter import Brief
from mj_notebook.server.backends.painter_backend import PainterBackend
from mj_notebook.server.config import BackendChoice, Config
from tests.images.making import picture_url
from tests.server.clock import Clock
from tests.server.wire import Json, OnSocket, Wire
from tests.support.eventually import eventually
from tests.support.plugins import install_backend

SIDE = 128
BRIEF = DrawBrief(scene=Brief("a red kite over dunes", 7), index=0, size=(SIDE, SIDE), seed=7)


@pytest.fixture
def neural(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BackendChoice:
    """Return the choice of the plug-in, which is installed for this test."""
    target = "tests.plugins.neural:NeuralBackend"
    folder = install_backend(tmp_path / "site", "neural", target)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    return BackendChoice(name="neural")


def test_a_plug_in_is_known_by_its_name(neural: BackendChoice) -> None:
    """It stands among those that can be chosen, and opens like them."""
    assert neural.name in backend_names()
    assert "style transfer network" in open_backend(neural).identify()


def test_a_network_draws(neural: BackendChoice) -> None:
    """Not what the painter painted; the same seed the same, another seed another picture."""
    backend = open_backend(neural)
    drawn = backend.draw(BRIEF)
    assert drawn.size == BRIEF.size
    assert drawn.tobytes() == backend.draw(BRIEF).tobytes()
    painted = PainterBackend().draw(BRIEF)
    changed = ImageChops.difference(drawn, painted).convert("L")
    assert sum(changed.histogram()[16:]) > drawn.width * drawn.height / 2
    other = DrawBrief(scene=BRIEF.scene, index=0, size=BRIEF.size, seed=8)
    assert backend.draw(other).tobytes() != drawn.tobytes()


def test_a_network_changes_a_picture_by_a_strength(neural: BackendChoice) -> None:
    """Half of it is half way."""
    backend, start = open_backend(neural), Image.new("RGB", (128, 128), "teal")
    half = backend.draw(replace(BRIEF, start=start, strength=0.5))
    whole = backend.draw(replace(BRIEF, start=start, strength=1.0))
    assert half.tobytes() != whole.tobytes() != start.tobytes()


def test_a_server_has_a_network_draw(neural: BackendChoice) -> None:
    """A grid, one of its pictures, and a region of that: what is not masked stays to the pixel."""
    clock = Clock()
    config = Config(backend=neural, picture_side=SIDE, clock=clock)
    with Wire(OnSocket(config), clock) as wire:
        grid = _ended(wire, wire.imagine())
        assert grid["properties"]["engine"] == "Neural styles · multistyle26"
        pressed = wire.press(grid["id"], "U1")
        clock.advance(10)
        single = wire.task(pressed["result"])
        before = _picture(wire, single)
        assert before.tobytes() == _picture(wire, grid).crop((0, 0, *before.size)).tobytes()
        window = wire.press(single["id"], "Vary (Region)")
        mask = Image.new("RGB", before.size)
        mask.paste("white", (before.width // 2, 0, *before.size))
        answer = {"taskId": window["result"], "prompt": "a blue fish"}
        body = {**answer, "maskBase64": picture_url(mask)}
        varied = _picture(wire, _ended(wire, wire.post("/mj/submit/modal", body)))
    kept, new = ((0, 0, before.width // 2, before.height), (before.width // 2, 0, *before.size))
    assert varied.crop(kept).tobytes() == before.crop(kept).tobytes()
    assert varied.crop(new).tobytes() != before.crop(new).tobytes()


def _ended(wire: Wire, reply: Json) -> Json:
    task = eventually(lambda: wire.task(reply["result"]), lambda task: bool(task["finishTime"]))
    assert task["status"] == "SUCCESS", task["failReason"]
    return task


def _picture(wire: Wire, task: Json) -> Image.Image:
    image = Image.open(BytesIO(wire.picture(task))).convert("RGB")
    assert max(ImageStat.Stat(image).stddev) > 10
    return image


def test_a_plug_in_that_can_not_be_loaded_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name, with what went wrong, and what to do."""
    folder = install_backend(tmp_path / "site", "broken", "tests.plugins.nowhere:Nothing")
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    with pytest.raises(SettingsError, match="can't be loaded") as caught:
        open_backend(BackendChoice(name="broken"))
    assert "Install its package anew" in caught.value.hint


@pytest.mark.usefixtures("new_kernel")
def test_a_setting_takes_its_name(neural: BackendChoice) -> None:
    """As that of any other."""
    assert mj.configure(backend=neural.name).drawn_by == "neural"
