"""As the new-api gateway before a plus proxy answers."""

import re

import pytest
from PIL import Image

from mj_notebook.server.config import Timing
from tests.server.conftest import Serve
from tests.server.pictures import sent
from tests.server.wire import Json, Wire

FIELDS = {
    "id",
    "action",
    "customId",
    "botType",
    "prompt",
    "promptEn",
    "description",
    "state",
    "submitTime",
    "startTime",
    "finishTime",
    "imageUrl",
    "videoUrl",
    "videoUrls",
    "status",
    "progress",
    "failReason",
    "buttons",
    "maskBase64",
    "properties",
}
TICK = 2.5
UPSCALE = "MJ::JOB::upsample::1::a"
NO_FACES = "sour_base64_and_target_base64_is_required"
PICTURE = sent(Image.new("RGB", (8, 8), "red"))


def error(text: str, code: int = 4) -> Json:
    """Return an error of the gateway itself."""
    return {"description": f"{text} ", "type": "upstream_error", "code": code}


@pytest.fixture
def wire(serve: Serve) -> Wire:
    """Return a line to a gateway that asks every 2.5 seconds what became of tasks."""
    return serve(dialect="new-api", timing=Timing(grid=10, single=2))


def done(wire: Wire, reply: Json) -> Json:
    """Let time pass until the gateway must have heard of the end."""
    wire.clock.advance(30)
    return wire.task(reply["result"])


def test_errors_have_two_shapes(serve: Serve) -> None:
    """7.4: that of another API before anything is relayed, its own after."""
    wire = serve(dialect="new-api", secret="s3cret")
    wrong = wire.ask("GET", "/mj/task/1/fetch", headers={"mj-api-secret": "x"})
    assert wrong.status_code == 401
    assert set(wrong.json()) == {"error"}
    assert wrong.json()["error"]["type"] == "new_api_error"
    told = wrong.json()["error"]["message"]
    assert f"(request id: {wrong.headers['x-oneapi-request-id']})" in told
    unknown = wire.ask("GET", "/mj/task/1/fetch")
    assert unknown.headers["x-oneapi-request-id"] != wrong.headers["x-oneapi-request-id"]
    assert (unknown.status_code, unknown.json()) == (400, error("task_no_found"))


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        ("/mj/submit/imagine", {}, "prompt_is_required"),
        ("/mj/submit/imagine", {"prompt": ""}, "prompt_is_required"),
        ("/mj/submit/action", {"taskId": "1", "customId": UPSCALE}, "task_not_found"),
        ("/mj/submit/change", {"taskId": "1", "action": "REROLL"}, "index_is_required"),
        ("/mj/submit/change", {"taskId": "1", "action": "REROLL", "index": 1}, "task_not_found"),
        ("/mj/submit/modal", {"taskId": "1", "prompt": "a"}, "task_not_found"),
        ("/mj/insight-face/swap", {"sourceBase64": PICTURE}, NO_FACES),
        ("/mj/task/list-by-condition", {"ids": [1]}, "do_request_failed"),
        ("/mj/task/list-by-condition", [1], "do_request_failed"),
    ],
)
def test_what_it_refuses_itself(wire: Wire, path: str, body: object, text: str) -> None:
    """7.4 and 1.8: HTTP 400, and a blank after the words."""
    answer = wire.ask("POST", path, json=body)
    assert (answer.status_code, answer.json()) == (400, error(text))


def test_what_the_proxy_behind_it_refuses_comes_as_it_is(wire: Wire) -> None:
    """2.1: under 200, in the words of plus."""
    answer = wire.ask("POST", "/mj/submit/describe", json={})
    assert (answer.status_code, answer.json()["description"]) == (200, "base64不能为空")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"prompt": "a", "base64Array": "x"}, "Invalid request, "),
        ({"prompt": "a", "base64Array": [1]}, "Invalid request, "),
        ({"prompt": "a", "notifyHook": {}}, "Invalid request, "),
        ({"prompt": "a", "index": "1"}, "Invalid request, "),
        ({"prompt": "a", "accountFilter": "x", "unknown": 1}, None),
    ],
)
def test_what_has_another_type_is_refused(wire: Wire, body: Json, words: str | None) -> None:
    """It reads a whole record before it looks at anything; what it does not know it hands on."""
    answer = wire.ask("POST", "/mj/submit/imagine", json=body)
    assert answer.status_code == (400 if words else 200)
    assert words is None or answer.json()["error"]["message"].startswith(words)


def test_a_body_that_is_not_called_json_is_not_read(wire: Wire) -> None:
    """So it lacks everything, as far as it is looked at."""
    sent = {"content": b'{"prompt":"a kite"}', "headers": {"content-type": "text/plain"}}
    answer = wire.ask("POST", "/mj/submit/imagine", **sent)
    assert (answer.status_code, answer.json()) == (400, error("prompt_is_required"))
    assert wire.ask("POST", "/mj/submit/describe", **sent).json()["code"] == 4


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_only_its_routes_want_a_secret(serve: Serve, secret: str) -> None:
    """Everything else is its web page, for anybody."""
    wire = serve(dialect="new-api", secret="s3cret")
    headers = {"mj-api-secret": secret} if secret else {}
    assert wire.ask("GET", "/mj/task/list", headers=headers).status_code == 200
    assert wire.ask("GET", "/mj/submit/imagine", headers=headers).status_code == 200
    assert wire.ask("POST", "/mj/submit/imagine", headers=headers).status_code == 401


def test_each_answer_is_signed(wire: Wire) -> None:
    """Pages and pictures too; only the router sends elsewhere before anything has a number."""
    task = done(wire, wire.imagine())
    paths = ("/", "/mj/task/1/fetch", f"/mj/image/{task['id']}", "/mj/image/1", "/health")
    signed = [wire.ask("GET", path).headers.get("x-oneapi-request-id") for path in paths]
    assert len({*signed} - {None}) == len(paths)
    elsewhere = wire.ask("GET", "/mj/task/1/fetch/", follow_redirects=False)
    assert "x-oneapi-request-id" not in elsewhere.headers


@pytest.mark.parametrize("label", ["1️⃣", "🔄", "🎉"])
def test_buttons_of_a_describe_are_refused(wire: Wire, label: str) -> None:
    """4.4: only what the gateway has a price for."""
    described = done(wire, wire.post("/mj/submit/describe", {"base64": PICTURE}))
    body = {
        "taskId": described["id"],
        "customId": next(b["customId"] for b in described["buttons"] if b["emoji"] == label),
    }
    answer = wire.ask("POST", "/mj/submit/action", json=body)
    assert answer.status_code == 400
    told = f"Invalid request, unknown_action:{body['customId']} (request id: "
    assert answer.json()["error"]["message"].startswith(told)


@pytest.mark.parametrize(
    "custom_id",
    [
        "MJ::BOOKMARK::a",
        "MJ::JOB::animate_high::1::a::SOLO",
        "MJ::Job::PromptAnalyzer::1",
    ],
)
def test_more_buttons_it_refuses(wire: Wire, custom_id: str) -> None:
    """4.4."""
    answer = wire.ask("POST", "/mj/submit/action", json={"taskId": "1", "customId": custom_id})
    assert (answer.status_code, set(answer.json())) == (400, {"error"})


def test_a_task_is_told_as_of_the_last_tick(wire: Wire) -> None:
    """3.4 and 9: status is "" at first, and every change is heard of late."""
    task_id = wire.imagine(state="nb-1")["result"]
    first = wire.task(task_id)
    assert set(first) == FIELDS
    assert (first["status"], first["progress"], first["startTime"]) == ("", "0%", 0)
    assert (first["buttons"], first["properties"], first["imageUrl"]) == (None, None, "")
    assert [first[key] for key in ("state", "customId", "botType", "maskBase64")] == [""] * 4
    assert first["description"] == "提交成功"
    wire.clock.advance(TICK - 0.1)
    assert wire.task(task_id)["status"] == ""
    wire.clock.advance(0.1)
    heard = wire.task(task_id)
    assert heard["status"] == "IN_PROGRESS"
    wire.clock.advance(TICK - 0.1)
    assert wire.task(task_id)["progress"] == heard["progress"]


def test_a_finished_task(wire: Wire) -> None:
    """3.1 and 3.7: buttons, two texts, and an address that changes until it is finished."""
    reply = wire.imagine()
    wire.clock.advance(2 * TICK)
    running = [wire.task(reply["result"])["imageUrl"] for _ in range(2)]
    address = f"http://[^/]+/mj/image/{reply['result']}"
    assert all(re.fullmatch(rf"{address}\?rand=\d+", url) for url in running)
    assert running[0] != running[1]
    assert wire.ask("GET", running[1], headers={}).headers["content-type"].startswith("image/")
    task = done(wire, reply)
    assert (task["status"], task["progress"]) == ("SUCCESS", "100%")
    assert re.fullmatch(address, task["imageUrl"])
    assert task["properties"] == {"finalPrompt": "a red kite --v 7.0", "finalZhPrompt": ""}
    assert len(task["buttons"]) == 9
    listed = wire.post("/mj/task/list-by-condition", {"ids": [task["id"], "1"]})
    assert listed == [task]


def test_pictures_may_be_said_to_be_elsewhere(serve: Serve) -> None:
    """Q18: the address it was told is its own is wrong more often than not."""
    wire = serve(dialect="new-api", server_address="http://localhost:3000")
    task = done(wire, wire.imagine())
    assert task["imageUrl"] == f"http://localhost:3000/mj/image/{task['id']}"


def test_a_failure_is_at_100_percent(wire: Wire) -> None:
    """3.4: only the status tells."""
    task = done(wire, wire.imagine("a kite --ar 0:0"))
    assert (task["status"], task["progress"], task["buttons"]) == ("FAILURE", "100%", [])
    assert task["failReason"]


def test_a_parent_must_have_succeeded_in_its_own_table(wire: Wire) -> None:
    """16.3: it hears of the end up to a tick late."""
    reply = wire.imagine()
    press = {"taskId": reply["result"], "customId": UPSCALE}
    wire.clock.advance(10.1)
    assert wire.task(reply["result"])["status"] == "SUCCESS"
    late = wire.imagine()
    wire.clock.advance(12.3)
    assert wire.task(late["result"])["status"] == "IN_PROGRESS"
    answer = wire.ask("POST", "/mj/submit/action", json={**press, "taskId": late["result"]})
    assert (answer.status_code, answer.json()) == (400, error("task_status_not_success"))
    wire.clock.advance(TICK)
    assert wire.post("/mj/submit/action", {**press, "taskId": late["result"]})["code"] == 1


def test_most_windows_look_like_tasks(serve: Serve) -> None:
    """2.4: 21 is seen for a custom zoom and a region; else only the status MODAL tells."""
    wire = serve(dialect="new-api", remix=True)
    grid = done(wire, wire.imagine())
    again = wire.press(grid["id"], "🔄")
    assert again["code"] == 1
    assert wire.task(again["result"])["status"] == ""
    wire.clock.advance(10)
    assert wire.task(again["result"])["status"] == "MODAL"
    answered = wire.post("/mj/submit/modal", {"taskId": again["result"], "prompt": "a blue kite"})
    assert (answered["code"], answered["result"]) == (1, again["result"])
    redrawn = done(wire, answered)
    assert (redrawn["status"], redrawn["action"]) == ("SUCCESS", "REROLL")
    single = done(wire, wire.press(grid["id"], "U1"))
    for label, action in (("Custom Zoom", "CUSTOM_ZOOM"), ("Vary (Region)", "INPAINT")):
        window = wire.press(single["id"], label)
        assert window["code"] == 21
        assert done(wire, window)["action"] == action


def test_codes_are_compact_and_queues_are_hidden(serve: Serve) -> None:
    """2.4 and 16.5: 22 is 1; no room is told as the server behind it tells it."""
    wire = serve(dialect="new-api", core_size=1, queue_size=2)
    answers = [wire.ask("POST", "/mj/submit/imagine", json={"prompt": "a kite"}) for _ in range(4)]
    assert [answer.json()["code"] for answer in answers] == [1, 1, 1, 23]
    assert b'"code":1,' in answers[2].content
    assert answers[3].status_code == 200


def test_hooks_are_dropped(wire: Wire) -> None:
    """6: no callback comes through a gateway."""
    reply = wire.imagine(notifyHook="http://127.0.0.1:9/", accountFilter="what plus could not read")
    assert reply["code"] == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/mj/task/list"),
        ("POST", "/mj/task/1/cancel"),
        ("GET", "/"),
        ("PUT", "/mj/submit/imagine"),
    ],
)
def test_every_other_path_is_its_web_page(wire: Wire, method: str, path: str) -> None:
    """Q6: HTML under 200, whatever was asked for."""
    answer = wire.ask(method, path)
    assert answer.status_code == 200
    assert answer.text.startswith("<!doctype html>")


def test_an_answered_window_stands_in_the_list_as_well(wire: Wire) -> None:
    """Two rows with one id: the window as it was, and what is drawn; no buttons in the first."""
    grid = wire.imagine()["result"]
    wire.clock.advance(60)
    single = wire.press(grid, "U1")["result"]
    wire.clock.advance(60)
    window = wire.press(single, "Custom Zoom")["result"]
    wire.post("/mj/submit/modal", {"taskId": window, "prompt": "a red kite --zoom 1.5"})
    rows = wire.post("/mj/task/list-by-condition", {"ids": [window]})
    assert [row["id"] for row in rows] == [window, window]
    wire.clock.advance(120)
    rows = wire.post("/mj/task/list-by-condition", {"ids": [window]})
    assert sorted(row["status"] for row in rows) == ["MODAL", "SUCCESS"]
