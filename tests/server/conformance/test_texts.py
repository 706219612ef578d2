"""Describe and shorten: what they tell, and what can be drawn from it (5, A6, A7)."""

import pytest

from mj_notebook.protocol.breakdown import TokenMark, read_breakdown, read_description
from tests.server.conftest import Serve
from tests.server.pictures import bare, halves, png, sent
from tests.server.wire import Json, Wire, refusal

PICTURE = halves("red", "blue")
LABELS = ["1️⃣", "2️⃣", "3️⃣", "4️⃣"]


def described(wire: Wire) -> Json:
    """Return a finished describe of a picture, red above and blue below."""
    return wire.finished(wire.post("/mj/submit/describe", {"base64": sent(PICTURE)}))


def shortened(wire: Wire) -> Json:
    """Return a finished shorten."""
    prompt = "a very beautiful red kite over the sea --ar 3:2"
    return wire.finished(wire.post("/mj/submit/shorten", {"prompt": prompt}))


def names(task: Json) -> list[str]:
    """Return what stands on the buttons of *task*."""
    return [button["emoji"] + button["label"] for button in task["buttons"]]


def test_a_describe_tells_four_prompts(wire: Wire) -> None:
    """5.1: four numbered lines with the shape, their Chinese twins, the picture, and set E."""
    task = described(wire)
    told = read_description(task["properties"]["finalPrompt"])
    twin = read_description(task["properties"]["finalZhPrompt"])
    assert told
    assert twin
    assert [item.number for item in told.items] == [1, 2, 3, 4]
    assert all(item.aspect == "3:2" and "red" in item.text for item in told.items)
    assert all("红色" in item.text for item in twin.items)
    assert (task["action"], task["status"]) == ("DESCRIBE", "SUCCESS")
    assert task["description"] == f"/describe {task['id']}.png"
    assert task["prompt"] == task["promptEn"] == task["properties"]["finalPrompt"]
    assert task["imageWidth"] is None
    assert "messageHash" not in task["properties"]
    assert names(task) == [*LABELS, "🔄", "🎉Imagine all"]
    assert wire.picture(task) == png(PICTURE)


@pytest.mark.parametrize("language", ["zh", "zh_cn", "zh-CN", "ZH"])
def test_a_description_comes_in_chinese_where_that_is_asked_for(wire: Wire, language: str) -> None:
    """1.4: the result is the translated text, and its buttons imagine what can be read there."""
    body = {"base64": sent(PICTURE), "language": language}
    task = wire.finished(wire.post("/mj/submit/describe", body))
    told = task["properties"]["finalPrompt"]
    assert told == task["properties"]["finalZhPrompt"] == task["prompt"]
    assert "红色" in told
    assert "red" in task["promptEn"]
    items = read_description(told)
    assert items
    assert wire.press(task["id"], "2️⃣")["properties"]["finalPrompt"] == items.items[1].prompt
    again = wire.finished(wire.press(task["id"], "🔄"))
    assert "红色" in again["prompt"] != task["prompt"]


def test_a_picture_of_this_server_is_described_by_its_link(wire: Wire) -> None:
    """It tells the prompt it was drawn from; so does a film."""
    picture = wire.task(wire.single("a red kite over the sea"))
    film = wire.finished(wire.press(picture["id"], "Animate (Low motion)"))
    for shown in (picture, film):
        body = {"link": shown["imageUrl"]}
        told = wire.finished(wire.post("/mj/submit/describe", body))
        assert told["prompt"].startswith("1️⃣ a red kite over the sea, ")


def test_a_link_that_leads_elsewhere_fails_as_the_bot_says(wire: Wire) -> None:
    """3.6: this server asks no other one; the task is accepted, fails, and costs no picture."""
    unfinished = wire.press(wire.single(), "Custom Zoom")["result"]
    for link in ("https://example.org/a.png", f"http://127.0.0.1/mj/image/{unfinished}"):
        reply = wire.post("/mj/submit/describe", {"link": link})
        assert reply["code"] == 1
        task = wire.finished(reply)
        assert (task["status"], task["imageUrl"], task["buttons"]) == ("FAILURE", None, [])
        assert task["failReason"].startswith("[Invalid link!] ")


def test_a_described_line_is_imagined_after_a_window(wire: Wire) -> None:
    """A6: 21 with that line, then a grid under the same id; what was written there is drawn."""
    task = described(wire)
    told = read_description(task["prompt"])
    assert told
    for words in ({}, {"prompt": "a blue boat"}):
        reply = wire.press(task["id"], "2️⃣")
        offered = reply["properties"]["finalPrompt"]
        assert (reply["code"], offered) == (21, told.items[1].prompt)
        grid = wire.finished(wire.post("/mj/submit/modal", {"taskId": reply["result"], **words}))
        assert (grid["id"], grid["action"]) == (reply["result"], "IMAGINE")
        assert grid["prompt"] == words.get("prompt", offered)
        assert len(grid["buttons"]) == 9


def test_describing_again_says_it_differently(wire: Wire) -> None:
    """Another four lines about the same picture."""
    first = described(wire)
    second = wire.finished(wire.press(first["id"], "🔄"))
    assert second["action"] == "DESCRIBE"
    assert second["prompt"] != first["prompt"]
    assert wire.picture(second) == wire.picture(first)


def test_all_lines_are_imagined_at_once(wire: Wire) -> None:
    """4.6: four tasks without windows, their ids joined by commas, the state with a number."""
    task = described(wire)
    told = read_description(task["prompt"])
    assert told
    reply = wire.press(task["id"], "Imagine all", state="s")
    ids = reply["result"].split(",")
    assert (reply["code"], reply["description"], len(ids)) == (1, "成功", 4)
    grids = [wire.finished({"result": id_}) for id_ in ids]
    assert [grid["prompt"] for grid in grids] == [item.prompt for item in told.items]
    assert [grid["state"] for grid in grids] == ["s::1", "s::2", "s::3", "s::4"]
    assert {(grid["action"], grid["status"], len(grid["buttons"])) for grid in grids} == {
        ("IMAGINE", "SUCCESS", 9)
    }


def test_as_many_lines_are_imagined_as_there_is_room_for(serve: Serve) -> None:
    """One core and one place: two of four; then nothing more, and the queue says it is full."""
    wire = serve(core_size=1, queue_size=1)
    task = described(wire)
    reply = wire.press(task["id"], "Imagine all")
    assert (reply["code"], len(reply["result"].split(","))) == (1, 2)
    assert wire.press(task["id"], "Imagine all")["code"] == 23


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "base64不能为空"),
        ({"base64": ""}, "base64不能为空"),
        ({"base64": "no picture!"}, "base64格式错误"),
        ({"base64": bare(b"no picture either")}, "base64格式错误"),
        ({"link": "no link"}, "链接格式错误"),
    ],
)
def test_a_describe_needs_a_picture(wire: Wire, body: Json, text: str) -> None:
    """1.4: the texts of the sheet, also for what only looks like a picture."""
    assert wire.post("/mj/submit/describe", body) == refusal(4, text)


def test_a_described_picture_may_come_bare(wire: Wire) -> None:
    """As base64 without a head."""
    assert wire.post("/mj/submit/describe", {"base64": bare(png(PICTURE))})["code"] == 1


def test_a_shorten_marks_words_and_offers_shorter_prompts(wire: Wire) -> None:
    """5.2: important and dropped words, five prompts, the twin's headings, and set F."""
    task = shortened(wire)
    told = read_breakdown(task["properties"]["finalPrompt"])
    assert told
    marks = {token.text: token.mark for token in told.tokens}
    assert (marks["kite"], marks["very"]) == (TokenMark.KEPT, TokenMark.DROPPED)
    assert len(told.options) == 5
    assert task["properties"]["finalZhPrompt"].startswith("## 重要词汇\n")
    assert (task["action"], task["imageUrl"]) == ("SHORTEN", None)
    assert names(task) == [*LABELS, "5️⃣", "Show Details"]
    assert wire.ask("GET", f"/mj/image/{task['id']}").status_code == 404


def test_details_are_weights_and_bars(wire: Wire) -> None:
    """A7: a second SHORTEN with numbers, bars from the heaviest on, and no strikes."""
    task = wire.finished(wire.press(shortened(wire)["id"], "Show Details"))
    told = read_breakdown(task["properties"]["finalPrompt"])
    assert told
    assert task["action"] == "SHORTEN"
    assert (told.bars[0].text, told.bars[0].filled) == ("kite", 10)
    assert {token.mark for token in told.tokens} == {TokenMark.KEPT, TokenMark.NEUTRAL}
    assert names(task) == [*LABELS, "5️⃣"]


def test_a_shorter_prompt_is_imagined_after_a_window(wire: Wire) -> None:
    """21 with that prompt, then a grid."""
    reply = wire.press(shortened(wire)["id"], "5️⃣")
    assert (reply["code"], reply["properties"]["finalPrompt"]) == (21, "kite sea")
    grid = wire.finished(wire.post("/mj/submit/modal", {"taskId": reply["result"]}))
    assert (grid["action"], grid["properties"]["finalPrompt"]) == ("IMAGINE", "kite sea --v 7.0")


def test_the_answer_comes_at_the_end_and_a_text_with_the_first_progress(wire: Wire) -> None:
    """A client of the family stays blank for good without a text, and needs not be told it all."""
    task_id = wire.post("/mj/submit/shorten", {"prompt": "a red kite"})["result"]
    while wire.task(task_id)["progress"] is None:
        wire.clock.advance(0.1)
    properties = wire.task(task_id)["properties"]
    assert (properties["finalPrompt"], properties["finalZhPrompt"]) == ("", "")
    wire.clock.advance(100)
    done = wire.task(task_id)["properties"]
    assert done["finalPrompt"].startswith("## Important tokens\n")
    assert done["finalZhPrompt"]
    assert "messageContent" not in done


def test_what_only_tells_has_no_seed(wire: Wire) -> None:
    """1.14: 400 and code 4."""
    for task in (described(wire), shortened(wire)):
        answer = wire.ask("GET", f"/mj/task/{task['id']}/image-seed")
        assert (answer.status_code, answer.json()["code"]) == (400, 4)


def test_a_shorten_needs_words(wire: Wire) -> None:
    """And none that are banned."""
    assert wire.post("/mj/submit/shorten", {"prompt": " "}) == refusal(4, "prompt不能为空")
    assert wire.post("/mj/submit/shorten", {"prompt": "a nude"})["code"] == 24
