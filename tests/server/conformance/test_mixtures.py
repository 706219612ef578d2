"""What is made of pictures that were sent along: blend, references, regions, faces, uploads."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.server.conftest import Serve
from tests.server.pictures import bare, halves, png, sent
from tests.server.wire import UNKNOWN, Json, Wire, refusal

RED, BLUE = (Image.new("RGB", (40, 40), tone) for tone in ("#d02020", "#2030d0"))
Colour = tuple[float, ...]


def shown(wire: Wire, task: Json) -> Image.Image:
    """Return the picture of a finished task."""
    assert task["status"] == "SUCCESS", task
    return Image.open(BytesIO(wire.picture(task))).convert("RGB")


def mean(image: Image.Image) -> Colour:
    """Return the colour of *image* seen from afar."""
    return tuple(ImageStat.Stat(image).mean)


def blend(wire: Wire, *pictures: Image.Image, **more: object) -> Json:
    """Submit a blend."""
    body = {"base64Array": [sent(picture) for picture in pictures], **more}
    reply: Json = wire.post("/mj/submit/blend", body)
    return reply


@pytest.mark.parametrize(
    ("dimensions", "ratio"),
    [("PORTRAIT", 2 / 3), ("SQUARE", 1), ("LANDSCAPE", 3 / 2), (None, 1)],
)
def test_a_blend_has_the_shape_that_was_asked_for(
    wire: Wire, dimensions: str | None, ratio: float
) -> None:
    """1.3: four pictures with set A; the command names the task and the number of pictures."""
    task = wire.finished(blend(wire, RED, BLUE, dimensions=dimensions))
    assert (task["action"], len(task["buttons"])) == ("BLEND", 9)
    assert task["description"] == f"/blend {task['id']} 2"
    image = shown(wire, task)
    assert image.width / image.height == pytest.approx(ratio, rel=0.06)


def test_a_blend_mixes_what_was_given(serve: Serve) -> None:
    """Red and blue make tiles that hold both, and no two tiles are alike."""
    wire = serve(picture_side=128)
    grid = shown(wire, wire.finished(blend(wire, RED, BLUE)))
    boxes = [(x, y, x + 64, y + 64) for y in (0, 64) for x in (0, 64)]
    tiles = [grid.crop(box) for box in boxes]
    for tile in tiles:
        red, green, blue = mean(tile)
        assert min(red, blue) > 40
        assert green < 70
    assert len({tile.tobytes() for tile in tiles}) == 4


def test_what_comes_of_a_blend_is_still_one(serve: Serve) -> None:
    """U is that tile; V mixes anew; zooming out keeps the tile in the middle."""
    wire = serve(picture_side=128)
    parent = wire.finished(blend(wire, RED, BLUE))
    grid = shown(wire, parent)
    single = wire.finished(wire.press(parent["id"], "U1"))
    assert shown(wire, single).tobytes() == grid.crop((0, 0, 64, 64)).tobytes()
    varied = shown(wire, wire.finished(wire.press(parent["id"], "V1")))
    assert varied.tobytes() != grid.tobytes()
    assert mean(varied)[1] < 70
    zoomed = shown(wire, wire.finished(wire.press(single["id"], "Zoom Out 2x")))
    middle = zoomed.crop((22, 22, 42, 42))
    kept = shown(wire, single).resize((32, 32)).crop((6, 6, 26, 26))
    assert max(mean(ImageChops.difference(middle, kept))) < 12


@pytest.mark.parametrize("count", [0, 1, 6])
def test_a_blend_takes_two_to_five(wire: Wire, count: int) -> None:
    """1.3: the sheet's text for fewer and more."""
    assert blend(wire, *[RED] * count) == refusal(4, "base64List参数错误")


def test_a_blend_takes_pictures_only(wire: Wire) -> None:
    """Base64 that holds none is refused at once."""
    body = {"base64Array": [sent(RED), bare(b"no picture")]}
    assert wire.post("/mj/submit/blend", body) == refusal(4, "base64格式错误")


def test_references_steer_the_colours(wire: Wire) -> None:
    """The same words and seed, nearer to red with a red picture and to blue with a blue one."""
    prompt = "a mountain --seed 7"
    given = [sent(RED), sent(BLUE)]
    red, blue = (
        mean(shown(wire, wire.finished(wire.imagine(prompt, base64Array=[one])))) for one in given
    )
    assert red[0] > blue[0] + 40
    assert blue[2] > red[2] + 40


@pytest.mark.parametrize("label", ["Zoom Out 2x", "Zoom Out 1.5x"])
def test_a_steered_picture_is_widened_without_a_frame(serve: Serve, label: str) -> None:
    """What lies around it has its colours: inside and outside of its border are alike."""
    wire = serve(picture_side=256)
    grid = wire.finished(wire.imagine("a mountain lake --seed 7", base64Array=[sent(RED)]))
    parent = wire.finished(wire.press(grid["id"], "U1"))
    tile = shown(wire, wire.finished(wire.press(parent["id"], label))).crop((0, 0, 128, 128))
    edge = 32 if label == "Zoom Out 2x" else 21
    box = (edge, edge, 128 - edge, 128 - edge)
    kept = ImageChops.difference(
        tile.crop(box).resize((16, 16), Image.Resampling.BOX),
        shown(wire, parent).resize((16, 16), Image.Resampling.BOX),
    )
    assert max(mean(kept)) < 14
    outside = mean(tile.crop((edge, edge - 3, 128 - edge, edge)))
    inside = mean(tile.crop((edge, edge, 128 - edge, edge + 3)))
    assert max(abs(a - b) for a, b in zip(outside, inside, strict=True)) < 8


def region(wire: Wire, **answer: object) -> Json:
    """Press Vary (Region) on a fresh picture and answer its window."""
    parent = wire.single("a red kite over the sea --seed 7")
    reply = wire.press(parent, "Vary (Region)")
    assert reply["code"] == 21
    body = {"taskId": reply["result"], "prompt": "a snowy mountain at night", **answer}
    return {"parent": parent, "reply": wire.post("/mj/submit/modal", body)}


@pytest.mark.parametrize("form", [sent, lambda image: bare(png(image))], ids=["url", "bare"])
def test_a_region_changes_what_is_white(serve: Serve, form: object) -> None:
    """4.6: below, where the mask is black, each of the four is the parent; above it is another."""
    assert callable(form)
    wire = serve(picture_side=256)
    asked = region(wire, maskBase64=form(halves("white", "black", (55, 40))))
    before = shown(wire, wire.task(asked["parent"]))
    task = wire.finished(asked["reply"])
    assert (task["action"], len(task["buttons"])) == ("VARIATION", 9)
    grid = shown(wire, task)
    for left, top in ((0, 0), (128, 0), (0, 128), (128, 128)):
        difference = ImageChops.difference(grid.crop((left, top, left + 128, top + 128)), before)
        assert max(mean(difference.crop((0, 68, 128, 128)))) == 0
        assert max(mean(difference.crop((0, 0, 128, 60)))) > 5


@pytest.mark.parametrize("mask", ["no base64!", bare(b"no picture")])
def test_a_mask_that_is_no_picture_is_told(wire: Wire, mask: str) -> None:
    """Code 4, and the window stays open for a better answer."""
    asked = region(wire, maskBase64=mask)
    assert asked["reply"] == refusal(4, "base64格式错误")
    assert wire.get("/mj/task/list")[0]["status"] == "MODAL"


def swap(wire: Wire, **body: str) -> Json:
    """Submit a swap."""
    reply: Json = wire.post("/mj/insight-face/swap", body)
    return reply


def test_a_swap_puts_the_middle_of_one_into_the_other(wire: Wire) -> None:
    """1.12: the target's size and border, the source's middle in its middle, no buttons."""
    target = Image.new("RGB", (120, 90), "#2030d0")
    reply = swap(wire, sourceBase64=sent(RED), targetBase64=sent(target))
    task = wire.finished(reply)
    assert (task["action"], task["buttons"]) == ("SWAP_FACE", [])
    assert task["properties"]["botType"] == "INSIGHT_FACE"
    assert (task["imageWidth"], task["imageHeight"]) == (120, 90)
    image = shown(wire, task)
    assert image.size == (120, 90)
    assert image.getpixel((2, 2)) == (0x20, 0x30, 0xD0)
    red, _, blue = mean(image.crop((55, 36, 65, 46)))
    assert red > blue


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "人脸图片不能为空"),
        ({"sourceBase64": sent(RED)}, "目标图片不能为空"),
        ({"sourceBase64": sent(RED), "targetBase64": sent(RED)}, "人脸图片和目标图片不能相同"),
        ({"sourceBase64": sent(RED), "targetBase64": "x!"}, "base64格式错误"),
    ],
)
def test_a_swap_needs_two_pictures(wire: Wire, body: dict[str, str], text: str) -> None:
    """With the texts of the sheet."""
    assert swap(wire, **body) == refusal(4, text)


def test_uploaded_pictures_can_be_seen_and_used(wire: Wire) -> None:
    """1.9: one link for each, in order; links before a prompt or to describe are understood."""
    body = {"base64Array": [sent(RED), sent(BLUE)]}
    reply = wire.post("/mj/submit/upload-discord-images", body)
    assert (reply["code"], reply["description"], len(reply["result"])) == (1, "success", 2)
    answer = wire.ask("GET", reply["result"][1], headers={})
    assert (answer.content, answer.headers["content-type"]) == (png(BLUE), "image/png")
    grid = wire.finished(wire.imagine(f"{reply['result'][1]} a mountain"))
    red, _, blue = mean(shown(wire, grid))
    assert blue > red + 40
    told = wire.finished(wire.post("/mj/submit/describe", {"link": reply["result"][0]}))
    assert "red" in told["promptEn"]


@pytest.mark.parametrize(
    ("pictures", "text"),
    [([], "base64 参数错误"), ([bare(b"x")], "base64格式错误")],
)
def test_an_upload_needs_pictures(wire: Wire, pictures: list[str], text: str) -> None:
    """With the texts of the sheet."""
    body = {"base64Array": pictures}
    assert wire.post("/mj/submit/upload-discord-images", body) == refusal(4, text)


def test_a_picture_tells_its_prompt_when_it_is_described(wire: Wire) -> None:
    """What this server painted carries its words, as Midjourney's own downloads do."""
    content = wire.picture(wire.task(wire.single("a red kite")))
    told = wire.finished(wire.post("/mj/submit/describe", {"base64": bare(content)}))
    assert told["promptEn"].startswith("1️⃣ a red kite, ")


CHANGES = [("UPSCALE", 2, "U2"), ("VARIATION", 3, "V3"), ("REROLL", None, "R")]


@pytest.mark.parametrize(("action", "index", "name"), CHANGES)
def test_changes_by_number_are_presses(
    wire: Wire, action: str, index: int | None, name: str
) -> None:
    """1.8: in both forms, whatever the case; a reroll needs no index."""
    grid = wire.finished(wire.imagine())["id"]
    body = {"taskId": grid, "action": action, "index": index}
    line = {"content": f"{grid} {name.lower()}"}
    for path, asked in (("change", body), ("simple-change", line)):
        task = wire.finished(wire.post(f"/mj/submit/{path}", asked))
        assert (task["description"], task["status"]) == (f"/up {grid} {name}", "SUCCESS")


def test_a_change_is_judged_in_the_order_of_the_sheet(wire: Wire) -> None:
    """The id, the action, then the task, its status and its kind."""
    path, picture = "/mj/submit/change", wire.single()
    running = wire.imagine()["result"]
    asked: list[tuple[Json, Json]] = [
        ({"action": "x"}, refusal(4, "taskId不能为空")),
        ({"taskId": "1", "action": "ZOOM", "index": 1}, refusal(4, "action参数错误")),
        ({"taskId": "1", "action": "UPSCALE"}, refusal(4, "action参数错误")),
        ({"taskId": "1", "action": "UPSCALE", "index": 5}, refusal(4, "action参数错误")),
        ({"taskId": "1", "action": "UPSCALE", "index": 1}, UNKNOWN),
        ({"taskId": running, "action": "UPSCALE", "index": 1}, refusal(4, "关联任务状态错误")),
        (
            {"taskId": picture, "action": "UPSCALE", "index": 1},
            refusal(4, "关联任务不允许执行变化"),
        ),
    ]
    assert [wire.post(path, body) for body, _ in asked] == [reply for _, reply in asked]


@pytest.mark.parametrize("content", ["", "1", "1 U5", "1 X1", "1  U1", "U1", "1 U1 x"])
def test_a_line_that_means_nothing_is_told(wire: Wire, content: str) -> None:
    """Two words with one space, and nothing else."""
    reply = wire.post("/mj/submit/simple-change", {"content": content})
    assert reply == refusal(4, "content参数错误")
