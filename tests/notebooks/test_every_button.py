"""The notebook of all buttons, executed without a person: each button did what it says."""

import io
import json

import pytest
from PIL import Image

from tests.notebooks.runner import Executed, execute
from tests.notebooks.test_quickstart import CANARY, NOTEBOOKS, TASK

pytestmark = pytest.mark.notebooks

# What is pressed or asked for besides the first grid, as the last cell lists it.
STEPS = (
    "U2",
    "V3",
    "🔄",
    "⤢ Upscale (Subtle)",
    "⤢ Upscale (Creative)",
    "🪄 Vary (Subtle)",
    "🪄 Vary (Strong)",
    "🔍 Zoom Out 2x",
    "🔍 Zoom Out 1.5x",
    "🔍 Custom Zoom",
    "⬅️",
    "⬆️",
    "↔️ Make Square",
    "🖌️ Vary (Region)",
)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """Run the notebook once for all tests of this module."""
    return execute(
        NOTEBOOKS / "02_every_button.ipynb",
        tmp_path_factory.mktemp("buttons"),
        # One cell cancels what it has just asked for: on a busy machine that takes a moment.
        environment={"MJ_DEMO_SECONDS": "1", "MJ_API_SECRET": CANARY},
    )


def printed(executed: Executed) -> str:
    """Return what the cells printed."""
    outputs = [
        output
        for cell in executed.notebook["cells"]
        if cell["cell_type"] == "code"
        for output in cell["outputs"]
    ]
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream")


def test_every_button_made_its_task(executed: Executed) -> None:
    """All presses are in the family of the first grid, each done."""
    text = printed(executed)
    for step in STEPS:
        assert f"{step}: done in" in text, step


def test_the_rows_of_pictures_open(executed: Executed) -> None:
    """Each comparison is a picture in the file: before and after beside each other."""
    pictures = [Image.open(io.BytesIO(content)) for content in executed.shown("image/jpeg")]
    rows = [picture for picture in pictures if picture.height == 240]
    assert len(rows) >= 11
    assert sum(row.width > 2 * row.height for row in rows) >= 9


def test_what_was_asked_twice_is_replayed(executed: Executed) -> None:
    """The second press of the same button costs nothing, and the file says so."""
    pages = " ".join(executed.shown("text/html"))
    assert "replayed · 0 credits" in pages


def test_describe_and_shorten_tell_their_words(executed: Executed) -> None:
    """Cards and weights stand in the file as text, without a kernel."""
    pages = " ".join(executed.shown("text/html"))
    assert "a red kite over dunes at dawn" in pages
    assert "kite" in json.dumps(executed.shown(TASK))
    assert pages.count("<ol") + pages.count("<table") >= 2


def test_a_cancelled_task_is_told(executed: Executed) -> None:
    """The last task was given up, and waiting for it says so."""
    assert "The task was cancelled." in printed(executed)


def test_it_holds_no_secret_and_no_folder(executed: Executed) -> None:
    """Neither the secret nor a path of the machine is anywhere in the file."""
    assert executed.find(CANARY) == []
    assert executed.find(str(executed.path.parent)) == []
