"""Edits: pictures changed by words (1.10)."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.server.conftest import Serve
from tests.server.pictures import bare, halves, png, sent
from tests.server.wire import Json, Wire, refusal

PICTURE = halves("#d0b090", "#403020", (90, 60))
MASK = halves("white", "black", (55, 36))


def edit(wire: Wire, **body: object) -> Json:
    """Submit a change of the picture."""
    asked = {"prompt": "a snowy mountain", "image": sent(PICTURE), **body}
    reply: Json = wire.post("/mj/submit/edits", asked)
    return reply


def tiles(wire: Wire, task: Json) -> list[Image.Image]:
    """Return the four pictures of a finished change."""
    assert task["status"] == "SUCCESS", task
    grid = Image.open(BytesIO(wire.picture(task))).convert("RGB")
    width, height = grid.width // 2, grid.height // 2
    places = [(x, y) for y in (0, height) for x in (0, width)]
    return [grid.crop((x, y, x + width, y + height)) for x, y in places]


def apart(one: Image.Image, other: Image.Image) -> float:
    """Return how different two pictures are: 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_a_change_makes_four_of_the_pictures_shape(wire: Wire) -> None:
    """1.10 and set A; what is picked of them offers nothing more (set H)."""
    task = wire.finished(edit(wire, state="s"))
    assert (task["action"], task["description"]) == ("EDIT", "/edit a snowy mountain")
    assert (task["state"], len(task["buttons"])) == ("s", 9)
    assert task["imageWidth"] / task["imageHeight"] == pytest.approx(1.5, rel=0.06)
    picked = wire.finished(wire.press(task["id"], "U4"))
    assert (picked["status"], picked["buttons"]) == ("SUCCESS", [])
    varied = wire.finished(wire.press(task["id"], "V1"))
    assert wire.picture(varied) != wire.picture(task)


@pytest.mark.parametrize("form", [sent, lambda image: bare(png(image))], ids=["url", "bare"])
def test_only_what_is_white_is_changed(serve: Serve, form: object) -> None:
    """Below, where the mask is black, each of the four is the picture itself."""
    assert callable(form)
    wire = serve(picture_side=256)
    for tile in tiles(wire, wire.finished(edit(wire, maskBase64=form(MASK)))):
        before = PICTURE.resize(tile.size, Image.Resampling.BICUBIC)
        half = tile.height // 2
        below = (0, half + 4, tile.width - 24, tile.height)
        assert apart(tile.crop(below), before.crop(below)) < 1
        assert apart(tile.crop((0, 0, tile.width, half)), before.crop((0, 0, tile.width, half))) > 8


def test_without_a_mask_all_is_changed_and_still_known(serve: Serve) -> None:
    """Each of the four in its own way; light stays above dark in the picture's own parts."""
    wire = serve(picture_side=256)
    shown = tiles(wire, wire.finished(edit(wire)))
    before = PICTURE.resize(shown[0].size, Image.Resampling.BICUBIC)
    for place, tile in enumerate(shown):
        assert apart(tile, before) > 8
        assert all(apart(tile, other) > 4 for other in shown[place + 1 :])


def test_a_picture_of_this_server_is_changed_by_its_link(wire: Wire) -> None:
    """A link instead of base64; another server's fails as the bot says."""
    url = wire.task(wire.single())["imageUrl"]
    assert wire.finished(edit(wire, image=url))["status"] == "SUCCESS"
    task = wire.finished(edit(wire, image="https://example.org/a.png"))
    assert task["failReason"].startswith("[Invalid link!] ")


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        ({"prompt": ""}, refusal(4, "image或prompt不能为空")),
        ({"image": None}, refusal(4, "image或prompt不能为空")),
        ({"image": "no base64!"}, refusal(4, "base64格式错误")),
        ({"image": bare(b"no picture")}, refusal(4, "base64格式错误")),
        ({"maskBase64": "no base64!"}, refusal(4, "base64格式错误")),
    ],
)
def test_a_change_needs_words_and_a_picture(wire: Wire, body: Json, reply: Json) -> None:
    """The texts of the sheet."""
    assert edit(wire, **body) == reply


def test_changes_are_banned_as_pictures_are(wire: Wire) -> None:
    """Code 24."""
    assert edit(wire, prompt="a nude")["code"] == 24
