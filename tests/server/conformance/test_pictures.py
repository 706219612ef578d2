"""Pictures: formats, sizes, previews, and what they show."""

from io import BytesIO

import pytest
from PIL import Image

from tests.server.conftest import Serve
from tests.server.wire import Wire


def test_pictures_have_the_sizes_that_tasks_tell(wire: Wire) -> None:
    """PNG at the end, WEBP before, in the shape of --ar, without the secret."""
    task_id = wire.imagine("a red kite --ar 16:9")["result"]
    wire.clock.advance(5)
    preview = Image.open(BytesIO(wire.picture(wire.task(task_id))))
    task = wire.finished({"result": task_id})
    picture = Image.open(BytesIO(wire.picture(task)))
    assert (preview.format, picture.format) == ("WEBP", "PNG")
    assert picture.size == (task["imageWidth"], task["imageHeight"])
    assert picture.width / picture.height == pytest.approx(16 / 9, rel=0.05)


def test_a_picture_is_there_as_far_as_it_has_come(wire: Wire) -> None:
    """Nothing before the first percentages; then the preview, also without a percentage."""
    task_id = wire.imagine()["result"]
    assert wire.ask("GET", f"/mj/image/{task_id}").status_code == 404
    wire.clock.advance(5)
    for question in ("", "?progress=15", "?progress=93", "?progress=x", "?rand=1"):
        answer = wire.ask("GET", f"/mj/image/{task_id}{question}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert wire.ask("GET", "/mj/image/1").json() == {"error": "midjourney_task_not_found"}


def test_upscaled_is_that_very_tile(serve: Serve) -> None:
    """U4 shows what the lower right quarter of the grid shows."""
    wire = serve(picture_side=256)
    grid = wire.finished(wire.imagine("a red kite over the sea --seed 7"))
    upscaled = wire.finished(wire.press(grid["id"], "U4"))
    whole = Image.open(BytesIO(wire.picture(grid)))
    tile = Image.open(BytesIO(wire.picture(upscaled)))
    assert tile.tobytes() == whole.crop((128, 128, 256, 256)).tobytes()


def test_the_same_prompt_and_seed_paint_the_same(wire: Wire) -> None:
    """--seed is respected; without it every drawing is another."""
    first, second, third = (
        wire.picture(wire.finished(wire.imagine(prompt)))
        for prompt in ("a red kite --seed 7", "a red kite --seed 7", "a red kite")
    )
    assert first == second != third
