"""The notebook of all buttons, drawn by a neural network: a plug-in behind the embedded server."""

import io
import json
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.notebooks.runner import Executed, execute
from tests.notebooks.test_every_button import STEPS, printed
from tests.notebooks.test_quickstart import NOTEBOOKS, TASK
from tests.support.plugins import install_backend

# A hundred pictures of a megapixel are drawn, one after the other on a machine with one core.
pytestmark = [pytest.mark.notebooks, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """Run the notebook once for all tests of this module."""
    target = "tests.plugins.neural:NeuralBackend"
    folder = install_backend(tmp_path_factory.mktemp("site"), "neural", target)
    found = os.environ.get("PYTHONPATH", "")
    return execute(
        NOTEBOOKS / "02_every_button.ipynb",
        tmp_path_factory.mktemp("neural"),
        timeout=300,
        environment={
            "MJ_BACKEND": "neural",
            "PYTHONPATH": os.pathsep.join(filter(None, (str(folder), str(ROOT), found))),
        },
    )


def test_every_button_works_with_a_network(executed: Executed) -> None:
    """The same cells, the same buttons; each task is done, and says what drew it."""
    assert executed.errors == []
    text = printed(executed)
    for step in STEPS:
        assert f"{step}: done in" in text, step
    engines = {
        task["task"]["properties"].get("engine")
        for bundle in executed.shown(TASK)
        for task in (json.loads(bundle) if isinstance(bundle, str) else bundle,)
        if task.get("task") and task["task"].get("action") == "IMAGINE"
    }
    assert engines == {"Neural styles · multistyle26"}


def test_the_pictures_are_pictures(executed: Executed) -> None:
    """Each has many colours, and no two are the same."""
    images = [
        Image.open(io.BytesIO(content)).convert("RGB").resize((96, 96))
        for kind in ("image/png", "image/jpeg")
        for content in executed.shown(kind)
    ]
    assert len(images) >= 11
    for image in images:
        assert max(ImageStat.Stat(image).stddev) > 10
    first = images[0]
    assert any(ImageChops.difference(first, other).getbbox() for other in images[1:])
