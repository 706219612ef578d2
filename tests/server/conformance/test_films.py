"""Films: of pictures that were sent, of pictures that were drawn, and what goes on with them."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageSequence, ImageStat

from tests.server.conftest import Serve
from tests.server.pictures import halves, sent
from tests.server.wire import UNKNOWN, Json, Wire, refusal

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
        "VIDEO",
        "/video the wind rises",
        "s",
    )
    assert task["properties"]["finalPrompt"] == "the wind rises --video 1 --motion low"
    assert [button["label"] or button["emoji"] for button in task["buttons"]] == [
        "U1",
        "U2",
        "U3",
        "U4",
        "🔄",
    ]
    assert len(task["videoUrls"]) == 4
    assert task["videoUrl"] == task["videoUrls"][0]["url"]
    shown = frames(wire, task)
    assert shown[0].size == (task["imageWidth"], task["imageHeight"])
    alone = frames(wire, task, task["videoUrls"][2]["url"])
    assert len(alone) == len(shown)
    assert alone[0].size == shown[0].size
    assert apart(alone[0], START) < 8


@pytest.mark.parametrize(("count", "size"), [(1, (1, 1)), (2, (1, 2)), (4, (1, 1))])
def test_so_many_films_as_were_asked_for(wire: Wire, count: int, size: tuple[int, int]) -> None:
    """1.11 and set G: batchSize is in the prompt, in the buttons and in the addresses."""
    task = wire.finished(film(wire, batchSize=count, image=sent(Image.new("RGB", (60, 60)))))
    assert task["properties"]["finalPrompt"].endswith(f"--motion low --bs {count}")
    assert (len(task["buttons"]), len(task["videoUrls"])) == (count + 1, count)
    width, height = frames(wire, task)[0].size
    assert width * size[0] == height * size[1]


def test_high_motion_moves_farther_than_low(wire: Wire) -> None:
    """And all four move differently."""
    ends = {}
    for motion in ("low", "high"):
        task = wire.finished(film(wire, motion=motion))
        ends[motion] = [frames(wire, task, film["url"])[-1] for film in task["videoUrls"]]
    for low, high in zip(ends["low"], ends["high"], strict=True):
        assert 0.5 < apart(low, START) < apart(high, START)
    for place, one in enumerate(ends["high"]):
        assert all(one.tobytes() != other.tobytes() for other in ends["high"][place + 1 :])


def test_a_loop_ends_as_it_begins(wire: Wire) -> None:
    """And is somewhere else in between."""
    task = wire.finished(film(wire, loop=True, motion="high", batchSize=1))
    assert "--end loop" in task["properties"]["finalPrompt"]
    shown = frames(wire, task)
    assert apart(shown[0], shown[-1]) < 1.5
    assert apart(shown[0], shown[len(shown) // 2]) > 2


def test_a_film_leads_to_the_end_that_was_given(wire: Wire) -> None:
    """It begins as the one picture, ends as the other, and gets there step by step."""
    end = halves("#f0e020", "#10a030", (90, 60))
    task = wire.finished(film(wire, endImage=sent(end), batchSize=1))
    shown = frames(wire, task)
    assert apart(shown[0], START) < 8
    assert apart(shown[-1], end) < 8
    assert apart(shown[len(shown) // 2], START) > 20
    assert apart(shown[len(shown) // 2], end) > 20


def test_a_film_can_be_gone_on_with(wire: Wire) -> None:
    """By the button of one film, or by action, index and taskId; it begins with the one before."""
    films = wire.finished(film(wire, motion="high"))
    picked = wire.finished(wire.press(films["id"], "U3"))
    assert picked["action"] == "UPSCALE"
    before = frames(wire, picked)
    assert [
        apart(*pair)
        for pair in zip(before, frames(wire, films, films["videoUrls"][2]["url"]), strict=True)
    ] == [0] * len(before)
    asked = film(wire, image=None, action="extend", taskId=films["id"], index=2, batchSize=1)
    for reply in (wire.press(picked["id"], "Extend (Low motion)"), asked):
        longer = wire.finished(reply)
        assert longer["action"] == "VIDEO"
        shown = frames(wire, longer, longer["videoUrls"][0]["url"])
        assert len(shown) == 2 * len(before)
        assert all(apart(*pair) < 1 for pair in zip(shown, before, strict=False))
        assert apart(shown[len(before)], before[-1]) < 4


def test_the_longest_film_offers_no_more(wire: Wire) -> None:
    """Five after each other; a submit that wants more fails and says why."""
    picked = wire.finished(wire.press(wire.finished(film(wire))["id"], "U1"))
    for _ in range(4):
        longer = wire.finished(wire.press(picked["id"], "Extend (Low motion)"))
        picked = wire.finished(wire.press(longer["id"], "U1"))
    assert picked["buttons"] == []
    task = wire.finished(film(wire, image=None, action="extend", taskId=picked["id"]))
    assert (task["status"], "extended" in task["failReason"]) == ("FAILURE", True)


def test_a_picture_is_animated_by_its_button(wire: Wire) -> None:
    """4.4: four films that begin with that very picture; more of them are drawn by 🔄."""
    single = wire.task(wire.single("a red kite over the sea --ar 3:2"))
    picture = Image.open(BytesIO(wire.picture(single))).convert("RGB")
    task = wire.finished(wire.press(single["id"], "Animate (High motion)"))
    assert (task["action"], len(task["videoUrls"])) == ("VIDEO", 4)
    assert task["properties"]["finalPrompt"].endswith("--video 1 --motion high")
    assert apart(frames(wire, task, task["videoUrls"][0]["url"])[0], picture) < 9
    again = wire.finished(wire.press(task["id"], "🔄"))
    assert (again["action"], len(again["videoUrls"])) == ("VIDEO", 4)
    assert wire.picture(again) != wire.picture(task)


def test_a_film_starts_with_any_picture_of_this_server(wire: Wire) -> None:
    """A link instead of base64, in its key or before the prompt."""
    single = wire.task(wire.single("a red kite over the sea"))
    url = single["imageUrl"]
    for body in ({"image": url}, {"image": None, "prompt": f"{url} the wind rises"}):
        task = wire.finished(film(wire, batchSize=1, **body))
        picture = Image.open(BytesIO(wire.picture(single))).convert("RGB")
        assert apart(frames(wire, task)[0], picture) < 9


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        ({"prompt": " "}, refusal(4, "Prompt 不能为空")),
        ({"image": "no base64!"}, refusal(4, "base64格式错误")),
        ({"endImage": "no base64!"}, refusal(4, "base64格式错误")),
        ({"motion": "wild"}, refusal(4, "参数错误")),
        ({"batchSize": 3}, refusal(4, "参数错误")),
        ({"videoType": "vid_9"}, refusal(4, "参数错误")),
        ({"taskId": "1"}, refusal(4, "任务类型错误")),
        ({"taskId": "1", "action": "extend"}, UNKNOWN),
    ],
)
def test_a_film_is_judged_in_the_order_of_the_sheet(wire: Wire, body: Json, reply: Json) -> None:
    """1.11: its texts; an unknown task is told with 404."""
    assert film(wire, **body) == reply
    asked = {"prompt": "p", "taskId": "1", "action": "extend"}
    assert wire.ask("POST", "/mj/submit/video", json=asked).status_code == 404


def test_only_films_that_are_there_can_be_gone_on_with(wire: Wire) -> None:
    """Not what still runs, not a picture, not the fifth of four."""
    films = film(wire)["result"]
    asked = {"image": None, "action": "extend", "taskId": films}
    assert film(wire, **asked) == refusal(4, "关联任务状态错误")
    wire.finished({"result": films})
    assert film(wire, **asked, index=4) == refusal(4, "参数错误")
    assert film(wire, **{**asked, "taskId": wire.single()}) == refusal(4, "任务类型错误")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"image": None}, "No start frame provided"),
        ({"image": "https://example.org/a.png"}, "[Invalid link!] "),
        ({"endImage": "https://example.org/a.png"}, "[Invalid link!] "),
        ({"prompt": "wind --bs 3"}, "[Invalid parameter] "),
        ({"prompt": "wind --motion wild"}, "[Invalid parameter] "),
    ],
)
def test_what_the_bot_objects_to_fails(wire: Wire, body: Json, words: str) -> None:
    """Accepted, and FAILURE with its words; no picture, no addresses, no buttons."""
    task = wire.finished(film(wire, **body))
    assert (task["status"], task["imageUrl"], task["buttons"]) == ("FAILURE", None, [])
    assert "videoUrls" not in task
    assert task["failReason"].startswith(words)


def test_films_are_banned_as_pictures_are(wire: Wire) -> None:
    """Code 24."""
    assert film(wire, prompt="a nude")["code"] == 24


def test_a_film_is_previewed_by_its_first_frame(wire: Wire) -> None:
    """A still picture while the film is made, as for everything else."""
    for count in (1, 2, 4):
        id_ = film(wire, batchSize=count)["result"]
        wire.clock.advance(5)
        with Image.open(BytesIO(wire.picture(wire.task(id_)))) as preview:
            assert (preview.format, getattr(preview, "n_frames", 1)) == ("WEBP", 1)
        wire.finished({"result": id_})
