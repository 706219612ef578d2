"""The new-api gateway as it was seen running (protocol/README.md §16.5), on the raw wire."""

import re

import httpx
import pytest
from PIL import Image

from mj_notebook.server.config import Timing
from mj_notebook.server.faults import read_fault
from mj_notebook.server.http.dialects import NEW_API
from tests.server.conformance.rows import shows
from tests.server.conftest import Serve
from tests.server.pictures import sent
from tests.server.wire import Json, Wire

PICTURE = sent(Image.new("RGB", (8, 8), "red"))
IMAGINE = "/mj/submit/imagine"
WRITTEN = "application/json; charset=utf-8"
TICK = 2.5


@pytest.fixture
def wire(serve: Serve) -> Wire:
    """Return a line to a gateway that asks every 2.5 seconds what became of tasks."""
    return serve(dialect="new-api", timing=Timing(grid=10, single=2))


def done(wire: Wire, reply: Json) -> Json:
    """Let time pass until the gateway must have heard of the end."""
    wire.clock.advance(60)
    return wire.task(reply["result"])


def openai(answer: httpx.Response, status: int, words: str) -> None:
    """Check that *answer* is an error in the shape of the other API."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == WRITTEN
    error = answer.json()["error"]
    assert (error["type"], error["code"]) == ("new_api_error", "")
    assert re.fullmatch(
        rf"{re.escape(words)} \(request id: \d{{20}}[0-9a-f]{{8}}\)", error["message"]
    )


def upstream(answer: httpx.Response, words: str) -> None:
    """Check that *answer* says that the server behind is lost."""
    told = {"description": f"{words} ", "type": "upstream_error", "code": 5}
    assert (answer.status_code, answer.json()) == (400, told)
    assert answer.headers["content-type"] == WRITTEN


@shows("new-api", "after code 21")
def test_a_window_has_two_rows_once_it_is_answered(wire: Wire) -> None:
    """Nothing until the tick, then MODAL; a second answer is taken as well, and charged."""
    single = done(wire, wire.press(done(wire, wire.imagine())["id"], "U1"))
    window = wire.press(single["id"], "Custom Zoom")
    assert window["code"] == 21
    assert wire.task(window["result"])["status"] == ""
    wire.clock.advance(TICK)
    assert wire.task(window["result"])["status"] == "MODAL"
    body = {"taskId": window["result"], "prompt": "a blue kite --zoom 1.5"}
    wire.clock.advance(TICK)
    first = wire.post("/mj/submit/modal", body)
    wire.clock.advance(2 * TICK)
    again = wire.ask("POST", "/mj/submit/modal", json=body)
    assert (again.status_code, again.json()["code"]) == (200, 1)
    assert first["result"] == again.json()["result"] == window["result"]
    rows = wire.post("/mj/task/list-by-condition", {"ids": [window["result"]]})
    assert [(row["action"], row["status"]) for row in rows] == [
        ("MODAL", "IN_PROGRESS"),
        ("CUSTOM_ZOOM", "MODAL"),
    ]
    assert re.fullmatch(r"\d+%", rows[0]["progress"])


@shows("new-api", "upstream's queue full")
def test_a_full_queue_is_told_as_it_is(serve: Serve) -> None:
    """200 and 23, with the type of all that it hands on."""
    wire = serve(dialect="new-api", core_size=1, queue_size=1)
    *_, answer = (wire.ask("POST", IMAGINE, json={"prompt": "a kite"}) for _ in range(4))
    assert (answer.status_code, answer.json()["code"], answer.json()["result"]) == (200, 23, None)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@shows("new-api", "upstream drops the line, loses, is late, sends HTML")
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("drop", "do_request_failed"),
        ("lose", "do_request_failed"),
        ("html=502", "unmarshal_response_body_failed"),
        ("spoil=empty-response-body", "empty_response_body"),
        ("spoil=read-response-body-failed", "read_response_body_failed"),
        ("spoil=insert-midjourney-task-failed", "insert_midjourney_task_failed"),
    ],
)
def test_what_goes_wrong_behind_it(serve: Serve, fault: str, words: str) -> None:
    """HTTP 400 and code 5; the server behind it may be drawing all the same."""
    wire = serve(dialect="new-api", faults=(read_fault(fault),))
    upstream(wire.ask("POST", IMAGINE, json={"prompt": "a kite"}), words)


@shows("new-api", "busy")
def test_busy(serve: Serve) -> None:
    """Nobody is told how long to wait."""
    wire = serve(dialect="new-api", faults_on_request=True)
    headers = {"mj-fault": "busy=7"}
    answer = wire.ask("POST", IMAGINE, json={"prompt": "a kite"}, headers=headers)
    assert (answer.status_code, list(answer.json())) == (429, ["description", "type", "code"])
    assert "retry-after" not in answer.headers
    assert (answer.json()["type"], answer.json()["code"]) == ("upstream_error", 30)
    words = " 当前分组负载已饱和，请稍后再试，或升级账户以提升服务质量。"
    assert answer.json()["description"].endswith(words)
    limited = wire.ask("GET", "/mj/task/1/fetch", headers={"mj-fault": "limited=7"})
    assert (limited.status_code, limited.content) == (429, b"")
    assert "retry-after" not in limited.headers


@shows("new-api", "busy")
def test_nobody_looks_around_for_long(wire: Wire) -> None:
    """Sixty pages, then nothing for some minutes; what is there goes on."""
    answers = [wire.ask("GET", f"/{number}") for number in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {200}
    assert (answers[60].status_code, answers[60].content) == (429, b"")
    assert wire.imagine()["code"] == 1
    wire.clock.advance(180)
    assert wire.ask("GET", "/1").status_code == 200


@shows("new-api", "submits' content type")
def test_submits_are_answered_as_text(wire: Wire) -> None:
    """What it writes itself is JSON."""
    text, json = "text/plain; charset=utf-8", "application/json"
    reply = wire.ask("POST", IMAGINE, json={"prompt": "a kite"})
    assert reply.headers["content-type"] == text
    swap = wire.ask("POST", "/mj/insight-face/swap", json=dict.fromkeys(SWAPPED, PICTURE))
    assert swap.headers["content-type"] == text
    fetched = wire.ask("GET", f"/mj/task/{reply.json()['result']}/fetch")
    assert fetched.headers["content-type"] == json
    assert wire.ask("POST", IMAGINE, json={}).headers["content-type"] == WRITTEN
    wire.clock.advance(60)
    seed = wire.ask("GET", f"/mj/task/{reply.json()['result']}/image-seed")
    assert seed.headers["content-type"] == text


SWAPPED = ("sourceBase64", "targetBase64")


@shows("new-api", "no token")
def test_a_token_that_is_not_there_and_a_wrong_one(serve: Serve) -> None:
    """With the number of the request behind the words."""
    wire = serve(dialect="new-api", secret="s3cret")
    path = "/mj/task/1/fetch"
    openai(wire.ask("GET", path, headers={}), 401, "未提供令牌")
    openai(wire.ask("GET", path, headers={"authorization": "Bearer x"}), 401, "无效的令牌")


@shows("new-api", "malformed, array or empty body; number as prompt; no customId; `upsample::x`")
@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        (IMAGINE, b"{", None),
        (IMAGINE, b"[1]", None),
        (IMAGINE, b"", None),
        (IMAGINE, b'{"prompt":7}', None),
        ("/mj/submit/action", b'{"taskId":"1"}', "custom_id_is_required"),
        (
            "/mj/submit/action",
            b'{"taskId":"1","customId":"MJ::JOB::upsample::x::a"}',
            "index_parse_failed",
        ),
    ],
)
def test_bodies_that_it_cant_make_out(
    wire: Wire, path: str, body: bytes, words: str | None
) -> None:
    """Told before anything is handed on."""
    headers = {"content-type": "application/json"}
    answer = wire.ask("POST", path, content=body, headers=headers)
    if words:
        openai(answer, 400, f"Invalid request, {words}")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("Invalid request, ")


@shows("new-api", "unknown button; customId without `::`")
def test_buttons_that_it_does_not_know(wire: Wire) -> None:
    """Repeated; one without parts makes it stumble."""
    path = "/mj/submit/action"
    answer = wire.ask("POST", path, json={"taskId": "1", "customId": "MJ::BOOKMARK::a"})
    openai(answer, 400, "Invalid request, unknown_action:MJ::BOOKMARK::a")
    for short in ("x", "MJ", "MJ::JOB::upsample", "MJ::JOB"):
        answer = wire.ask("POST", path, json={"taskId": "1", "customId": short})
        assert (answer.status_code, answer.json()["error"]["type"]) == (500, "new_api_panic")


@shows("new-api", "change, simple-change")
def test_changes(wire: Wire) -> None:
    """By the action it finds who draws; what names no task is refused behind it."""
    grid = done(wire, wire.imagine())["id"]
    nobody = "当前分组 default 下对于模型 mj_ 无可用渠道"
    path = "/mj/submit/change"
    openai(wire.ask("POST", path, json={"taskId": grid, "index": 1}), 503, nobody)
    line = {"content": f"{grid} U1"}
    openai(wire.ask("POST", "/mj/submit/simple-change", json=line), 503, nobody)
    nameless = wire.ask("POST", path, json={"action": "UPSCALE", "index": 1})
    told = (nameless.status_code, nameless.json()["code"], nameless.json()["description"])
    assert told == (200, 4, "taskId不能为空")
    whole = {"taskId": grid, "action": "UPSCALE", "index": 1}
    assert wire.post(path, whole)["code"] == 1


@shows("new-api", "refused swap")
def test_a_swap_that_is_refused_has_an_empty_result(wire: Wire) -> None:
    """Others have null."""
    swap = wire.post("/mj/insight-face/swap", dict.fromkeys(SWAPPED, PICTURE))
    assert (swap["code"], swap["result"]) == (4, "")
    assert wire.post("/mj/submit/describe", {})["result"] is None


@shows("new-api", "tasks")
def test_a_task_is_told_from_its_own_table(wire: Wire) -> None:
    """The state comes with the first tick; words and prompt are of the submit."""
    reply = wire.imagine("a kite", state="nb-1", base64Array=[PICTURE])
    first = wire.task(reply["result"])
    assert (first["state"], first["description"], first["prompt"]) == ("", "提交成功", "a kite")
    wire.clock.advance(TICK)
    second = wire.task(reply["result"])
    assert (second["state"], second["prompt"]) == ("nb-1", "a kite")
    assert second["promptEn"].endswith(" a kite")
    assert second["promptEn"] != "a kite"
    failed = done(wire, wire.imagine("a kite --ar 0:0"))
    assert (failed["status"], failed["progress"], failed["buttons"]) == ("FAILURE", "100%", [])


@shows("new-api", "tasks")
def test_a_window_is_told_from_its_own_table(wire: Wire) -> None:
    """No progress and no buttons; and the parent's prompt, whatever it was answered with."""
    single = done(wire, wire.press(done(wire, wire.imagine("a kite"))["id"], "U1"))
    window = wire.press(single["id"], "Custom Zoom")
    wire.clock.advance(TICK)
    task = wire.task(window["result"])
    assert (task["status"], task["progress"], task["buttons"]) == ("MODAL", "", [])
    assert task["description"] == window["description"] == "Waiting for window confirm"
    body = {"taskId": task["id"], "prompt": "a blue kite --zoom 1.5"}
    answered = done(wire, wire.post("/mj/submit/modal", body))
    assert (answered["status"], answered["prompt"]) == ("SUCCESS", "a kite")
    assert answered["properties"]["finalPrompt"].startswith("a blue kite")


@shows("new-api", "tasks")
def test_a_queued_task_is_told_in_the_words_of_the_submit(serve: Serve) -> None:
    """Though its code was another."""
    wire = serve(dialect="new-api", core_size=1)
    replies = [wire.imagine() for _ in range(3)]
    assert replies[2]["description"] == "排队中，前面还有1个任务"
    assert wire.task(replies[2]["result"])["description"] == replies[2]["description"]


@shows("new-api", "`videoUrls`")
def test_films_are_objects(wire: Wire) -> None:
    """Of texts it makes nothing at all."""
    body = {"prompt": "a kite", "image": PICTURE, "batchSize": 2}
    film = done(wire, wire.post("/mj/submit/video", body))
    assert [list(one) for one in film["videoUrls"]] == [["url"], ["url"]]
    assert film["videoUrl"] == film["videoUrls"][0]["url"]


@shows("new-api", "token used up by its own submit, or limited to models")
def test_a_token_may_be_used_up_by_a_submit(serve: Serve) -> None:
    """On demand: the submit is taken, and each look at it refused."""
    wire = serve(dialect="new-api", faults=(read_fault("denied=401:该令牌额度已用尽@fetch"),))
    task_id = wire.imagine()["result"]
    openai(wire.ask("GET", f"/mj/task/{task_id}/fetch"), 401, "该令牌额度已用尽")
    wire = serve(dialect="new-api", faults=(read_fault("denied=403:该令牌无权访问模型@fetch"),))
    openai(wire.ask("GET", "/mj/task/1/fetch"), 403, "该令牌无权访问模型")


@shows("new-api", "prefixes")
def test_speeds_are_not_handed_on(wire: Wire) -> None:
    """A turbo takes as long as any other; another word and a slash at the end lead elsewhere."""
    body = {"prompt": "a kite"}
    turbo = wire.ask("POST", "/mj-turbo/mj/submit/imagine", json=body).json()["result"]
    wire.clock.advance(9)
    assert wire.task(turbo)["status"] == "IN_PROGRESS"
    assert wire.ask("POST", "/fast/mj/submit/imagine", json=body).status_code == 404
    slash = wire.ask("GET", f"/mj/task/{turbo}/fetch/", follow_redirects=False)
    assert (slash.status_code, slash.headers["location"]) == (301, f"/mj/task/{turbo}/fetch")
    far = NEW_API.redirect("POST", "//far.example/mj/submit/imagine/")
    assert far
    assert (far.status, far.location) == (307, "/far.example/mj/submit/imagine")
