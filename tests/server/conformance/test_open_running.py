"""The open proxy as it was seen running (protocol/README.md §16.4), row by row, on the raw wire."""

import base64
import json
from typing import Any

import httpx
import pytest
from PIL import Image

from mj_notebook.server.config import Config, Timing
from mj_notebook.server.faults import read_fault
from tests.server.clock import Clock
from tests.server.conformance.rows import shows
from tests.server.conftest import SMALL, Serve
from tests.server.pictures import sent
from tests.server.receiver import Receiver
from tests.server.wire import InProcess, Json, OnSocket, Wire, refusal

PICTURE = sent(Image.new("RGB", (8, 8), "red"))
OTHER = sent(Image.new("RGB", (8, 8), "blue"))
SPRING = ["timestamp", "status", "error", "path"]
IMAGINE = "/mj/submit/imagine"


@pytest.fixture
def wire(serve: Serve) -> Wire:
    """Return a line to an open proxy."""
    return serve(dialect="open", timing=Timing(grid=10, single=4))


def submitted(wire: Wire, name: str, body: object) -> Json:
    """Return the answer to a submit that must be one."""
    answer = wire.ask("POST", f"/mj/submit/{name}", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    reply: Json = answer.json()
    assert set(reply) == {"code", "description", "result", "properties"}
    return reply


def spring(answer: httpx.Response, status: int, path: str) -> None:
    """Check that *answer* is an error of the framework."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == SPRING
    assert (answer.json()["status"], answer.json()["path"]) == (status, path)


def change(wire: Wire, task_id: str, **body: object) -> httpx.Response:
    """Ask for a change."""
    return wire.ask("POST", "/mj/submit/change", json={"taskId": task_id, **body})


def grid(wire: Wire) -> str:
    """Return the id of a finished grid."""
    return str(wire.finished(wire.imagine())["id"])


@shows("open", "imagine with pictures")
def test_links_stand_in_front_of_the_prompt(wire: Wire) -> None:
    """Once its turn has come; the bot's message has them short."""
    reply = wire.imagine("a red kite", base64Array=[PICTURE, OTHER])
    first = wire.task(reply["result"])
    assert [first[key] for key in ("prompt", "promptEn")] == ["a red kite"] * 2
    assert first["description"] == "/imagine a red kite"
    done = wire.finished(reply)
    *links, words = done["prompt"].split(" ", 2)
    assert words == "a red kite"
    assert [wire.ask("GET", link, headers={}).status_code for link in links] == [200, 200]
    assert done["promptEn"] == done["prompt"]
    assert done["description"] == f"/imagine {done['prompt']}"
    short = done["properties"]["finalPrompt"].split(" ", 2)
    assert all(link.startswith("<https://s.mj.run/") and link.endswith(">") for link in short[:2])
    assert short[0] != short[1]
    assert short[2] == "a red kite --v 7.0"


@shows("open", "blend")
def test_the_prompt_of_a_blend_comes_with_the_first_message(wire: Wire) -> None:
    """Null before, then links with the shape."""
    reply = submitted(wire, "blend", {"base64Array": [PICTURE, OTHER], "dimensions": "PORTRAIT"})
    before = wire.task(reply["result"])
    assert (before["prompt"], before["promptEn"]) == (None, None)
    wire.clock.advance(2)
    begun = wire.task(reply["result"])
    assert begun["status"] == "IN_PROGRESS"
    assert begun["prompt"].count("<https://s.mj.run/") == 2
    assert "--ar 2:3" in begun["prompt"]
    assert begun["prompt"] == begun["promptEn"] == begun["properties"]["finalPrompt"]
    assert wire.finished(reply)["prompt"] == begun["prompt"]


@shows("open", "describe, running")
def test_a_describe_says_nothing_until_it_has_succeeded(wire: Wire) -> None:
    """0 %, then everything; it has no hash, and says so."""
    reply = submitted(wire, "describe", {"base64": PICTURE})
    seen = set()
    while (task := wire.task(reply["result"]))["status"] != "SUCCESS":
        assert (task["prompt"], task["promptEn"]) == (None, None)
        assert "finalPrompt" not in task["properties"]
        seen.add((task["status"], task["progress"]))
        wire.clock.advance(0.2)
    assert seen == {("NOT_START", None), ("SUBMITTED", "0%")}
    assert task["properties"]["messageHash"] is None
    assert task["prompt"] == task["promptEn"] == task["properties"]["finalPrompt"]


@shows("open", "messageHash")
def test_the_hash_is_null_until_there_is_a_preview(wire: Wire) -> None:
    """Not there at all before the first progress."""
    reply = wire.imagine()
    hashes: dict[str, Any] = {}
    while (task := wire.task(reply["result"]))["status"] != "SUCCESS":
        has_hash = "messageHash" in task["properties"]
        hashes[f"{task['status']} {task['progress']}"] = (
            task["properties"]["messageHash"] if has_hash else "absent"
        )
        wire.clock.advance(0.1)
    assert hashes["NOT_START None"] == hashes["SUBMITTED 0%"] == "absent"
    assert hashes["IN_PROGRESS 0%"] is None
    assert hashes["IN_PROGRESS 15%"] == task["properties"]["messageHash"]


@shows("open", "U, V, reroll before drawing")
@pytest.mark.parametrize(("action", "index"), [("UPSCALE", 1), ("VARIATION", 2), ("REROLL", 1)])
def test_a_change_has_its_parents_words_from_the_start(wire: Wire, action: str, index: int) -> None:
    """And the message it was pressed at."""
    parent = wire.task(grid(wire))
    reply = change(wire, parent["id"], action=action, index=index).json()
    properties = wire.task(reply["result"])["properties"]
    assert properties["finalPrompt"] == parent["properties"]["finalPrompt"]
    assert properties["progressMessageId"] == parent["properties"]["messageId"]


@shows("open", "U, V, reroll before drawing")
def test_picking_a_picture_is_in_progress_for_a_while(wire: Wire) -> None:
    """At 0 %."""
    reply = change(wire, grid(wire), action="UPSCALE", index=1).json()
    seen = []
    while (task := wire.task(reply["result"]))["status"] != "SUCCESS":
        if (step := (task["status"], task["progress"])) not in seen:
            seen.append(step)
        wire.clock.advance(0.1)
    assert seen == [("NOT_START", None), ("SUBMITTED", "0%"), ("IN_PROGRESS", "0%")]


@shows("open", "order of checks")
def test_words_are_looked_at_before_pictures(wire: Wire) -> None:
    """A blank prompt first, then a banned word, of several the one that its list has first."""
    broken = {"base64Array": ["!"]}
    for body in ({"prompt": " "}, {}, {"prompt": None}):
        assert submitted(wire, "imagine", {**body, **broken}) == refusal(4, "prompt不能为空")
    told = submitted(wire, "imagine", {"prompt": "naked and nude", **broken})
    assert (told["code"], told["description"]) == (24, "可能包含敏感词")
    assert told["properties"] == {"promptEn": "naked and nude", "bannedWord": "nude"}
    assert submitted(wire, "imagine", {"prompt": "a kite", **broken}) == refusal(
        4, "base64格式错误"
    )


@shows("open", "base64Array")
def test_what_stands_for_a_picture(wire: Wire) -> None:
    """An empty text is wrong, a null makes it stumble, any data URL is taken."""
    assert wire.imagine(base64Array=[""]) == refusal(4, "base64格式错误")
    body = {"prompt": "a kite", "base64Array": [None]}
    spring(wire.ask("POST", IMAGINE, json=body), 500, IMAGINE)
    text = f"data:text/plain;base64,{base64.b64encode(b'hello').decode()}"
    for taken in (text, "data:image/png,hello"):
        assert wire.imagine(base64Array=[taken])["code"] == 1
        both = {"base64Array": [PICTURE, taken]}
        assert submitted(wire, "blend", both)["code"] in {1, 22}


@shows("open", "blend's body")
def test_the_body_of_a_blend(wire: Wire) -> None:
    """An empty word is no shape; the pictures are counted before a shape is missed."""
    path = "/mj/submit/blend"
    spring(wire.ask("POST", path, json={"base64Array": [PICTURE], "dimensions": ""}), 400, path)
    for more in ({}, {"dimensions": None}):
        one = submitted(wire, "blend", {"base64Array": [PICTURE], **more})
        assert one == refusal(4, "base64List参数错误")


@shows("open", "change")
def test_what_a_change_stumbles_over(wire: Wire) -> None:
    """No action, no number; a number that no picture has is the bot's business."""
    task_id, path = grid(wire), "/mj/submit/change"
    spring(change(wire, task_id), 500, path)
    spring(change(wire, task_id, action="UPSCALE"), 500, path)
    spring(change(wire, task_id, action="VARIATION"), 500, path)
    assert change(wire, task_id, action="IMAGINE", index=1).json() == refusal(4, "action参数错误")
    spring(change(wire, task_id, action="ZOOM", index=1), 400, path)
    assert change(wire, "", index=1).json() == refusal(4, "taskId不能为空")
    seventh = change(wire, task_id, action="UPSCALE", index=7).json()
    assert seventh["code"] == 1
    failed = wire.finished(seventh)
    assert (failed["status"], failed["description"]) == ("FAILURE", f"/up {task_id} U7")
    assert change(wire, task_id, action="REROLL").json()["code"] == 1


@shows("open", "simple-change")
def test_lines_of_changes(wire: Wire) -> None:
    """Of a number one digit is read, and of nothing after the blank nothing."""
    task_id, path = grid(wire), "/mj/submit/simple-change"
    reply = submitted(wire, "simple-change", {"content": f"{task_id} U12"})
    assert reply["code"] == 1
    assert wire.task(reply["result"])["description"] == f"/up {task_id} U1"
    spring(wire.ask("POST", path, json={"content": f"{task_id} "}), 500, path)
    wrong = submitted(wire, "simple-change", {"content": f"{task_id} X1"})
    assert wrong == refusal(4, "content参数错误")


@shows("open", "content types")
def test_only_what_is_called_json_is_read(wire: Wire) -> None:
    """Else 415; with another charset, or another kind of JSON, it is read."""
    body = json.dumps({"prompt": "a kite"}).encode()
    form = "application/x-www-form-urlencoded"
    for sent_as in ({"content-type": "text/plain"}, {}, {"content-type": form}):
        spring(wire.ask("POST", IMAGINE, content=body, headers=sent_as), 415, IMAGINE)
    for media in ("application/json;charset=UTF-8", "application/vnd.x+json"):
        answer = wire.ask("POST", IMAGINE, content=body, headers={"content-type": media})
        assert answer.json()["code"] == 1


@shows("open", "content types")
def test_only_json_is_answered(wire: Wire) -> None:
    """Else 406, when all has been done: nothing for XML, a page for HTML."""
    for accept, media in (("application/xml", None), ("text/html", "text/html;charset=UTF-8")):
        answer = wire.ask("POST", IMAGINE, json={"prompt": "a kite"}, headers={"accept": accept})
        assert (answer.status_code, answer.headers.get("content-type")) == (406, media)
        assert bool(answer.content) == bool(media)
    assert len(wire.get("/mj/task/list")) == 2
    browser = {"accept": "text/html,application/xml;q=0.9,*/*;q=0.8"}
    assert wire.ask("GET", "/mj/task/list", headers=browser).status_code == 200


@shows("open", "paths")
def test_who_may_ask_for_which_path(serve: Serve) -> None:
    """Its own three parts need the secret, even for OPTIONS; the rest is not found."""
    wire = serve(dialect="open", secret="s3cret", is_open=True)
    asked = {"origin": "https://a.example", "access-control-request-method": "POST"}
    preflight = wire.ask("OPTIONS", IMAGINE, headers=asked)
    assert (preflight.status_code, preflight.content) == (401, b"")
    assert not [name for name in preflight.headers if name.startswith("access-control")]
    spring(wire.ask("GET", "/mj/nothing", headers={}), 404, "/mj/nothing")
    for outside in ("/nothing", "/", "/health", "/openapi.json"):
        page = wire.ask("GET", outside, headers={})
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html;charset=utf-8")
        assert page.text.startswith("<!doctype html>")
    documents = wire.ask("GET", "/mj", headers={})
    assert (documents.status_code, documents.headers["location"]) == (302, "/mj/doc.html")
    spring(wire.ask("GET", "/mj/image/1", headers={}), 404, "/mj/image/1")


@shows("open", "paths")
def test_several_slashes_are_one(wire: Wire) -> None:
    """And one at the end is none."""
    task_id = wire.imagine()["result"]
    for path in (f"/mj//task/{task_id}/fetch", f"/mj/task/{task_id}/fetch/"):
        answer = wire.ask("GET", path)
        assert (answer.status_code, answer.json()["id"]) == (200, task_id)


@shows("open", "account")
def test_an_account_tells_what_it_logs_in_with(wire: Wire) -> None:
    """Not here: there is no login; but the keys are there, in their order."""
    keys = ["id", "properties", "guildId", "channelId", "userToken", "userAgent", "enable"]
    keys += ["coreSize", "queueSize", "timeoutMinutes"]
    (account,) = wire.get("/mj/account/list")
    assert list(account) == keys
    assert account["userToken"] == "***"
    assert account["userAgent"].startswith("Mozilla/5.0")
    assert wire.get(f"/mj/account/{account['id']}/fetch") == account


@shows("open", "timeout")
def test_what_takes_too_long_is_given_up(serve: Serve) -> None:
    """After the account's minutes."""
    wire = serve(dialect="open", faults=(read_fault("hang=46"),))
    task_id = wire.imagine()["result"]
    wire.clock.advance(299)
    assert wire.task(task_id)["status"] == "IN_PROGRESS"
    wire.clock.advance(5)
    task = wire.task(task_id)
    assert (task["status"], task["failReason"], task["progress"]) == ("FAILURE", "任务超时", "")
    assert task["finishTime"] - task["startTime"] == 300_000


@shows("open", "callbacks")
def test_the_first_progress_is_called_back_twice(clock: Clock) -> None:
    """Of a picked picture too; the answers themselves tell no length."""
    config = Config(dialect="open", clock=clock, picture_side=SMALL)
    with Wire(OnSocket(config), clock) as wire, Receiver() as receiver:
        first = wire.ask("POST", IMAGINE, json={"prompt": "a kite", "notifyHook": receiver.url})
        assert first.headers["transfer-encoding"] == "chunked"
        assert "content-length" not in first.headers
        for seconds, count in ((0.5, 1), (0.6, 3), (100, 4)):
            clock.advance(seconds)
            receiver.wait_for(count)
        change(wire, first.json()["result"], action="UPSCALE", index=1, notifyHook=receiver.url)
        for seconds, count in ((1, 6), (100, 7)):
            clock.advance(seconds)
            receiver.wait_for(count)
        told = [(task["status"], task["progress"]) for task in receiver.tasks]
    begun, done = ("IN_PROGRESS", "0%"), ("SUCCESS", "100%")
    assert told == [("SUBMITTED", "0%"), begun, begun, done, begun, begun, done]


@shows("open", "V and reroll of one grid at once")
def test_a_reroll_takes_the_picture_of_a_variation() -> None:
    """On demand: what runs beside it waits at 93 % for its timeout."""

    def at_once(*faults: str) -> tuple[Json, Json, bytes, bytes]:
        """Return V and the new grid, and the pictures of both, of a server with *faults*."""
        clock = Clock()
        given = tuple(map(read_fault, faults))
        config = Config(dialect="open", clock=clock, picture_side=SMALL, faults=given)
        with Wire(InProcess(config), clock) as wire:
            parent = grid(wire)
            asked = [
                change(wire, parent, action=action, index=1).json()["result"]
                for action in ("VARIATION", "REROLL")
            ]
            clock.advance(100)
            shown = [wire.task(id_) for id_ in asked]
            one, other = (wire.picture(task) for task in shown)
            clock.advance(300)
            return wire.task(asked[0]), shown[0], one, other

    _, variation, one, other = at_once()
    assert (variation["status"], one != other) == ("SUCCESS", True)
    later, variation, _, taken = at_once("mix-up")
    assert (variation["status"], variation["progress"]) == ("IN_PROGRESS", "93%")
    assert taken == one
    assert later["failReason"] == "任务超时"


@shows("open", "account dies (Discord closes with 4004)")
def test_an_account_dies_with_a_task(serve: Serve) -> None:
    """On demand: it stays where it is for ever, and no queue has it."""
    wire = serve(dialect="open", faults=(read_fault("orphan=62"),))
    task_id = wire.imagine()["result"]
    wire.clock.advance(1000)
    task = wire.task(task_id)
    assert (task["status"], task["progress"]) == ("IN_PROGRESS", "62%")
    assert wire.get("/mj/task/queue") == []


@shows("open", "restart, memory store")
def test_a_server_begins_anew_without_a_memory(serve: Serve) -> None:
    """On demand: nobody knows the tasks, and the account has to be connected first."""
    wire = serve(dialect="open", faults_on_request=True)
    task_id = wire.imagine()["result"]
    first = wire.ask("GET", f"/mj/task/{task_id}/fetch", headers={"mj-fault": "restart"})
    assert (first.status_code, first.content) == (200, b"")
    assert wire.get("/mj/task/list") == []
    headers = {b"mj-fault": "refuse=3:无可用的账号实例".encode()}
    answer = wire.ask("POST", IMAGINE, json={"prompt": "a kite"}, headers=headers)
    assert answer.json() == refusal(3, "无可用的账号实例")
    later = wire.imagine()
    assert (later["code"], wire.task(later["result"])["id"]) == (1, later["result"])
