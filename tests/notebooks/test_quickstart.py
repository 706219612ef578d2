"""The committed notebook, executed without a person: what it leaves behind."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from tests.notebooks.runner import Executed, execute

pytestmark = pytest.mark.notebooks

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
QUICKSTART = NOTEBOOKS / "01_first_picture.ipynb"
TASK = "application/vnd.mj-notebook.task.v1+json"
# The demo server asks for a random secret; a proxy's would come from here.
CANARY = "canary-5f0c1d"


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """Run the quickstart once for all tests of this module."""
    return execute(
        QUICKSTART,
        tmp_path_factory.mktemp("quickstart"),
        environment={"MJ_DEMO_SECONDS": "1", "MJ_DEMO_SIZE": "2048", "MJ_API_SECRET": CANARY},
    )


def test_it_shows_the_grid_and_the_tile_as_jpeg(executed: Executed) -> None:
    """The grid and the upscaled tile are in the file, as pictures that open."""
    pictures = [Image.open(io.BytesIO(content)) for content in executed.shown("image/jpeg")]
    assert len(pictures) >= 2
    assert all(picture.width / picture.height == pytest.approx(1.5, 0.02) for picture in pictures)
    assert all("data:image/jpeg;base64," in page for page in executed.shown("text/html"))


def test_it_keeps_the_tasks_as_records(executed: Executed) -> None:
    """Each job's task stands beside its picture, finished, with what was asked."""
    records = executed.shown(TASK)
    assert len(records) == 2
    text = json.dumps(records)
    assert text.count('"status": "SUCCESS"') >= 2
    assert "a red kite over dunes at dawn --ar 3:2 --seed 7" in text


def test_a_tile_is_a_pillow_image(executed: Executed) -> None:
    """The last cell shows a tile as Pillow shows images."""
    (tile,) = executed.shown("image/png")
    assert Image.open(io.BytesIO(tile)).size == (624, 416)


def test_it_holds_no_secret_and_no_folder(executed: Executed) -> None:
    """Neither the secret nor a path of the machine is anywhere in the file."""
    assert executed.find(CANARY) == []
    assert executed.find(str(executed.path.parent)) == []
    assert executed.find("127.0.0.1") == []


def test_it_needs_no_widgets(executed: Executed) -> None:
    """A run without a person leaves pictures, no widget that nobody can open."""
    assert executed.widgets == {}
    assert executed.shown("application/vnd.jupyter.widget-view+json") == []


def test_it_stays_small(executed: Executed) -> None:
    """A job costs at most 0.3 MB of the file."""
    for page in executed.shown("text/html"):
        assert len(page) < 300_000
    assert executed.size < 1_000_000


def test_a_web_page_of_it_has_the_pictures(executed: Executed) -> None:
    """Converted by nbconvert, the page shows grid and tile, and no raw markup."""
    page = executed.to_html()
    assert page.count("mj-static") >= 2
    assert "&lt;figure" not in page


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_committed_outputs_are_whole(path: Path) -> None:
    """What is committed was run: every cell in order, no error, a picture or a table in it."""
    cells = [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert all(output["output_type"] != "error" for output in outputs)
    # A job's picture is an output of its own; the pictures of a grid stand in its table.
    shown = [output.get("data", {}) for output in outputs]
    tables = ("".join(data.get("text/html", "")) for data in shown)
    has_picture = any("image/jpeg" in data for data in shown)
    has_picture = has_picture or any("data:image/jpeg" in table for table in tables)
    # A notebook of clients is about what they did, not about what was drawn.
    assert has_picture or any("text/markdown" in data for data in shown)
