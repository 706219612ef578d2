"""As trueai-org's proxy answers where it differs from plus."""

import pytest
from PIL import Image

from tests.server.conftest import Serve
from tests.server.pictures import sent
from tests.server.wire import UNKNOWN, Json, Wire, refusal

PICTURE = sent(Image.new("RGB", (8, 8), "red"))


@pytest.fixture
def wire(serve: Serve) -> Wire:
    """Return a line to such a proxy."""
    return serve(dialect="trueai")


def test_a_wrong_secret_is_told_in_plain_text(serve: Serve) -> None:
    """7.3: and a Bearer is a wrong secret, which wins over the right header."""
    wire = serve(dialect="trueai", secret="s3cret")
    headers = {"authorization": "Bearer s3cret", "mj-api-secret": "s3cret"}
    answer = wire.ask("GET", "/mj/task/list", headers=headers)
    assert (answer.status_code, answer.text) == (401, "Authorization header missing.")
    assert answer.headers["content-type"].startswith("text/plain")
    listed = wire.ask("GET", "/mj/task/list")
    assert listed.headers["content-type"] == "application/json; charset=utf-8"


def test_unknown_tasks_are_told_in_four_ways(wire: Wire) -> None:
    """1.6, 1.7, 1.13 to 1.15: 204, 404 with code 3, and a cancel that never complains."""
    fetched = wire.ask("GET", "/mj/task/1/fetch")
    assert (fetched.status_code, fetched.content) == (204, b"")
    press = {"taskId": "1", "customId": "MJ::JOB::upsample::1::a"}
    for answer in (
        wire.ask("POST", "/mj/submit/action", json=press),
        wire.ask("POST", "/mj/submit/modal", json={"taskId": "1", "prompt": "a"}),
        wire.ask("GET", "/mj/task/1/image-seed"),
    ):
        assert (answer.status_code, answer.json()) == (404, UNKNOWN)
    cancelled = wire.ask("POST", "/mj/task/1/cancel")
    assert (cancelled.status_code, cancelled.content) == (200, b"")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/mj/submit/blend", {"base64Array": [PICTURE] * 2, "dimensions": "WIDE"}),
        ("/mj/submit/imagine", {"prompt": {"a": 1}}),
        ("/mj/submit/action", [1]),
        ("/mj/task/list-by-condition", {"ids": "1"}),
    ],
)
def test_what_cant_be_read_is_an_error_under_200(wire: Wire, path: str, body: object) -> None:
    """7.3: success is false, code is -1, and the words are in message."""
    answer = wire.ask("POST", path, json=body)
    assert answer.status_code == 200
    assert list(answer.json()) == ["success", "code", "message", "timestamp"]
    assert (answer.json()["success"], answer.json()["code"]) == (False, -1)
    assert answer.json()["message"]


def test_a_state_may_have_255_letters(wire: Wire) -> None:
    """7.3: an imagine says so in a reply, all others throw."""
    long = "x" * 256
    text = "State参数过长，最大255字符"
    assert wire.imagine(state=long) == refusal(4, text)
    assert wire.imagine(state=long[1:])["code"] == 1
    thrown = wire.post("/mj/submit/shorten", {"prompt": "a kite", "state": long})
    assert (thrown["success"], thrown["message"]) == (False, text)


def test_a_full_queue_is_code_9(serve: Serve) -> None:
    """2.2: 23 is never said here."""
    wire = serve(dialect="trueai", core_size=1, queue_size=1)
    assert [wire.imagine()["code"] for _ in range(3)] == [1, 1, 9]
    assert wire.imagine() == refusal(9, "提交失败，队列已满，请稍后重试")


def test_a_task_has_many_more_fields(wire: Wire) -> None:
    """3.1: the parent's id, the bot, whether it is over; and buttons as plus has them."""
    grid = wire.finished(wire.imagine())
    assert (grid["isCompleted"], grid["parentId"], grid["failReason"]) == (True, None, "")
    assert grid["botType"] == "MID_JOURNEY"
    assert len(grid["buttons"]) == 9
    assert grid["properties"]["finalPrompt"] == "a red kite --v 7.0"
    single = wire.finished(wire.press(grid["id"], "U1"))
    assert (single["action"], single["parentId"]) == ("UPSCALE", grid["id"])
    large = wire.finished(wire.press(single["id"], "Upscale (Subtle)"))
    assert large["action"] == "UPSCALE_HD"


def test_a_cancelled_task_has_failed(wire: Wire) -> None:
    """1.15: CANCEL is never seen; the reason says what happened."""
    task_id = wire.imagine()["result"]
    answer = wire.ask("POST", f"/mj/task/{task_id}/cancel")
    assert (answer.status_code, answer.content) == (200, b"")
    task = wire.task(task_id)
    told = (task["status"], task["failReason"], task["progress"], task["isCompleted"])
    assert told == ("FAILURE", "取消任务", "", True)
    assert wire.ask("POST", f"/mj/task/{task_id}/cancel").status_code == 200


def test_windows_open_with_its_own_offers(wire: Wire) -> None:
    """2.5 and 5.1: none for a region, and a described line keeps its number."""
    single = wire.single()
    zoom = wire.press(single, "Custom Zoom")
    assert (zoom["code"], zoom["description"]) == (21, "Waiting for window confirm")
    assert zoom["properties"]["finalPrompt"] == "a red kite --v 7.0"
    assert wire.press(single, "Vary (Region)")["properties"]["finalPrompt"] == ""
    described = wire.finished(wire.post("/mj/submit/describe", {"base64": PICTURE}))
    line = wire.press(described["id"], "2️⃣")
    assert line["code"] == 21
    assert line["properties"]["finalPrompt"].startswith("2️⃣ ")


def test_some_buttons_are_refused(wire: Wire) -> None:
    """4.4: those of a shorten, and the heart."""
    shortened = wire.finished(wire.post("/mj/submit/shorten", {"prompt": "a red kite in the sky"}))
    wrong = refusal(4, "未知的 Action 类型")
    for label in ("1️⃣", "Show Details"):
        assert wire.press(shortened["id"], label) == wrong
    assert wire.press(wire.single(), "❤️") == wrong


def test_its_words_for_missing_pictures(wire: Wire) -> None:
    """1.3 and 1.4."""
    blend: Json = {"base64Array": [PICTURE]}
    assert wire.post("/mj/submit/blend", blend) == refusal(4, "图片参数错误，2~5张图片")
    assert wire.post("/mj/submit/describe", {}) == refusal(4, "base64或link不能为空")


def test_its_list_has_the_newest_hundred(serve: Serve) -> None:
    """1.16."""
    wire = serve(dialect="trueai", core_size=200)
    for _ in range(103):
        wire.imagine()
    tasks = wire.get("/mj/task/list")
    assert len(tasks) == 100
    assert tasks[0]["id"] > tasks[-1]["id"]


def test_a_bare_404_for_what_isnt_there(wire: Wire) -> None:
    """The framework says nothing about paths it doesn't know."""
    for method, path in (("GET", "/mj/task/queue"), ("POST", "/mj/submit/change"), ("GET", "/x")):
        answer = wire.ask(method, path, json={})
        assert (answer.status_code, answer.content) == (404, b"")
