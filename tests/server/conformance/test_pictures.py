"""Pictures: formats, sizes, previews, and what they show."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.server.conftest import Serve
from tests.server.wire import Wire

BOX = Image.Resampling.BOX


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
    for question in (
        "",
        "?progress=15",
        "?progress=93",
        "?progress=x",
        f"?progress={'9' * 5000}",
        "?rand=1",
    ):
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


@pytest.mark.parametrize(
    ("label", "box"),
    [
        ("Zoom Out 2x", (0.25, 0.25, 0.75, 0.75)),
        ("Zoom Out 1.5x", (1 / 6, 1 / 6, 5 / 6, 5 / 6)),
        ("⬅️", (1 / 3, 0, 1, 1)),
        ("➡️", (0, 0, 2 / 3, 1)),
        ("⬆️", (0, 1 / 3, 1, 1)),
        ("⬇️", (0, 0, 1, 2 / 3)),
    ],
)
def test_a_wider_picture_holds_the_one_before(
    serve: Serve, label: str, box: tuple[float, ...]
) -> None:
    """Zoom and pan keep the picture where it belongs, and paint around it."""
    wire = serve(picture_side=256)
    parent = wire.task(wire.single("a red kite over the sea --seed 7"))
    child = wire.finished(wire.press(parent["id"], label))
    grid = Image.open(BytesIO(wire.picture(child))).convert("RGB")
    width, height = grid.width / 2, grid.height / 2
    left, top, right, bottom = (part * (width, height)[n % 2] for n, part in enumerate(box))
    inside = (round(left), round(top), round(right), round(bottom))
    before = Image.open(BytesIO(wire.picture(parent))).convert("RGB")
    size = (24, 24)
    # Seen from afar, so that the grain and the demo mark don't count.
    kept = grid.crop((0, 0, int(width), int(height))).crop(inside).resize(size, BOX)
    difference = ImageChops.difference(kept, before.resize(size, BOX))
    assert sum(ImageStat.Stat(difference).mean) / 3 < 12
