"""trueai-org's proxy as its source of 2026-11 has it (protocol/README.md §16.6)."""

import re

import pytest
from PIL import Image

from tests.server.conformance.rows import shows
from tests.server.conftest import Serve
from tests.server.pictures import sent
from tests.server.wire import Wire, refusal

PICTURE = sent(Image.new("RGB", (8, 8), "red"))
NO_REMIX = refusal(4, "当前账号不支持 remix，请开启 remix 功能")


@pytest.fixture
def wire(serve: Serve) -> Wire:
    """Return a line to such a proxy."""
    return serve(dialect="trueai")


@shows("trueai", "banned words")
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/mj/submit/imagine", {"prompt": "a nude"}),
        ("/mj/submit/shorten", {"prompt": "a nude"}),
        ("/mj/submit/edits", {"prompt": "a nude", "image": PICTURE}),
        ("/mj/submit/video", {"prompt": "a nude", "image": PICTURE}),
    ],
)
def test_a_banned_word_lets_the_task_fail(wire: Wire, path: str, body: object) -> None:
    """The submit is taken."""
    answer = wire.ask("POST", path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (200, 1)
    task = wire.finished(answer.json())
    assert (task["status"], task["failReason"]) == ("FAILURE", "可能包含敏感词")


@shows("trueai", "enableRemix")
def test_a_press_may_ask_for_the_window(serve: Serve) -> None:
    """With remix off it is refused; else there is a window, which is not asked for elsewhere."""
    wire = serve(dialect="trueai")
    grid = wire.finished(wire.imagine())["id"]
    assert wire.press(grid, "V1", enableRemix=True) == NO_REMIX
    assert wire.press(grid, "🔄", enableRemix=True) == NO_REMIX
    assert wire.press(grid, "V1", enableRemix=False)["code"] == 1
    assert wire.press(grid, "U1", enableRemix=True)["code"] == 1
    with_remix = serve(dialect="trueai", remix=True)
    grid = with_remix.finished(with_remix.imagine())["id"]
    assert with_remix.press(grid, "V1", enableRemix=True)["code"] == 21
    plus = serve()
    grid = plus.finished(plus.imagine())["id"]
    assert plus.press(grid, "V1", enableRemix=True)["code"] == 1


@shows("trueai", "descriptions")
def test_descriptions_of_texts(wire: Wire) -> None:
    """A describe names no picture; a shorten's becomes its answer."""
    described = wire.finished(wire.post("/mj/submit/describe", {"base64": PICTURE}))
    assert described["description"] == "/describe"
    reply = wire.post("/mj/submit/shorten", {"prompt": "a red kite"})
    assert wire.task(reply["result"])["description"] == "/shorten a red kite"
    done = wire.finished(reply)
    assert done["description"] == done["properties"]["finalPrompt"]


@shows("trueai", "displays")
def test_every_answer_has_words_for_pages(wire: Wire) -> None:
    """With the names of status and action, not with words in Chinese."""
    task = wire.finished(wire.imagine())
    listed = wire.post("/mj/task/list-by-ids", {"ids": [task["id"]]})[0]
    for told in (task, listed, wire.get("/mj/task/list")[0]):
        shown = told["displays"]
        assert (shown["status"], shown["action"]) == ("SUCCESS", "IMAGINE")
        moments = [shown[key] for key in ("submitTime", "startTime", "finishTime")]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text) for text in moments)
        assert shown["discordInstanceId"] == task["instanceId"]


@shows("trueai", "jobId, messageHash, version")
def test_jobs_have_ids_and_versions(wire: Wire) -> None:
    """A describe is a job as well."""
    drawn = wire.finished(wire.imagine())
    assert drawn["jobId"] == drawn["properties"]["messageHash"]
    assert drawn["version"] == "v 7.0"
    assert re.fullmatch(r"\d+\.\d\d s", drawn["useTime"])
    niji = wire.finished(wire.imagine(botType="NIJI_JOURNEY"))
    assert niji["version"] == "niji 7"
    described = wire.finished(wire.post("/mj/submit/describe", {"base64": PICTURE}))
    assert described["jobId"] == described["properties"]["messageHash"]
    assert re.fullmatch(r"[0-9a-f-]{36}", described["jobId"])


@shows("trueai", "edit and retexture")
@pytest.mark.parametrize(
    ("path", "action"), [("edit", "EDIT"), ("edits", "EDIT"), ("retexture", "RETEXTURE")]
)
def test_two_more_ways_to_change_a_picture(wire: Wire, path: str, action: str) -> None:
    """One of them has two names."""
    body = {"prompt": "a blue sky", "image": PICTURE}
    task = wire.finished(wire.post(f"/mj/submit/{path}", body))
    assert (task["status"], task["action"]) == ("SUCCESS", action)
    assert task["description"] == f"/{action.lower()} a blue sky"
    nothing = wire.post(f"/mj/submit/{path}", {"prompt": "a blue sky"})
    assert nothing == refusal(4, "image或prompt不能为空")
