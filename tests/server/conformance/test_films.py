"""Films: of pictures that were sent, of pictures that were drawn, and what goes on with them."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageSequence, ImageStat

from tests.server.conftest import Serve
from tests.server.pictures import halves, sent
from tests.server.wire import Json, Wire

START = halves("#d02020", "#2030d0", (90, 60))
# Small in tests: of a grid that is as large as the usual one, a film has 480 pixels.
SIDE = 256


@pytest.fixture
def wire(serve: Serve) -> Wire:
    """Return a line to a server whose films are large enough to be looked at."""
    return serve(picture_side=SIDE)


def film(wire: Wire, **body: object) -> Json:
    """Submit a film of the picture."""
    asked = {"prompt": "the wind rises", "image": sent(START), **body}
    reply: Json = wire.post("/mj/submit/video", asked)
    return reply


def frames(wire: Wire, task: Json, url: str = "") -> list[Image.Image]:
    """Return the frames of a finished film."""
    assert task["status"] == "SUCCESS", task
    answer = wire.ask("GET", url or task["imageUrl"], headers={})
    assert answer.headers["content-type"] == "image/webp"
    with Image.open(BytesIO(answer.content)) as image:
        assert image.info["loop"] == 0
        return [frame.convert("RGB") for frame in ImageSequence.Iterator(image)]


def apart(one: Image.Image, other: Image.Image) -> float:
    """Return how different two pictures are, seen from afar: 0 to 255."""
    small = [image.resize((24, 16), Image.Resampling.BOX) for image in (one, other)]
    return max(ImageStat.Stat(ImageChops.difference(*small)).mean)


def test_a_film_is_made_of_a_picture(wire: Wire) -> None:
    """1.11: the sheet's names and words; four of them, each with an address of its own."""
    task = wire.finished(film(wire, state="s"))
    assert (task["action"], task["description"], task["state"]) == (
        "VIDEO", "/video the wind rises", "s",
    )  # fmt: skip
    assert task["properties"]["finalPrompt"] == "the wind rises --video 1 --motion low"
    assert [button["label"] or button["emoji"] for button in task["buttons"]] == [
        "U1", "U2", "U3", "U4", "🔄",
    ]  # fmt: skip
    assert len(task["videoUrls"]) == 4
    assert task["videoUrl"] == task["videoUrls"][0]
    shown = frames(wire, task)
    assert shown[0].size == (task["imageWidth"], task["imageHeight"])
    alone = frames(wire, task, task["videoUrls"][2])
    assert len(alone) == len(shown)
    assert alone[0].size == shown[0].size
    assert apart(alone[0], START) < 8
