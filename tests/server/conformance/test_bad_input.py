"""Bad input gets a JSON error and no 5xx, and nothing is lost."""

import random
from typing import Any

import pytest
from PIL import Image

from tests.server.pictures import sent
from tests.server.wire import Wire

SUBMITS = ("/mj/submit/imagine", "/mj/submit/action", "/mj/submit/modal")
OTHERS = (
    *(
        f"/mj/submit/{name}"
        for name in ("blend", "describe", "shorten", "change", "simple-change", "video", "edits")
    ),
    "/mj/submit/upload-discord-images",
    "/mj/insight-face/swap",
)


@pytest.mark.parametrize("path", [*SUBMITS, *OTHERS, "/mj/task/list-by-condition"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"prompt":',
        b"null",
        b"[]",
        b'"text"',
        b"42",
        b"\xff\xfe",
        b'{"a":1}x',
        b"[" * 100_000,
        b'{"prompt":"\\ud800"}',
    ],
    ids=["empty", "open", "cut", "null", "list", "text", "number", "bytes", "tail", "deep", "half"],
)
def test_what_is_no_json_object_is_told(wire: Wire, path: str, body: bytes) -> None:
    """400 with code 4 and a sentence."""
    answer = wire.ask("POST", path, content=body)
    assert answer.status_code == 400
    assert answer.json()["code"] == 4
    assert answer.json()["description"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (SUBMITS[0], {"prompt": ["a"]}),
        (SUBMITS[0], {"prompt": {"a": 1}}),
        (SUBMITS[0], {"prompt": True}),
        (SUBMITS[0], {"prompt": "a", "base64Array": "x"}),
        (SUBMITS[0], {"prompt": "a", "base64Array": [["x"]]}),
        (SUBMITS[0], {"prompt": "a", "state": {}}),
        (SUBMITS[0], {"prompt": "a", "accountFilter": "x"}),
        (SUBMITS[1], {"taskId": [], "customId": "x"}),
        (SUBMITS[1], {"taskId": "1", "customId": "x", "chooseSameChannel": "maybe"}),
        (SUBMITS[2], {"taskId": "1", "prompt": 1, "maskBase64": []}),
        ("/mj/task/list-by-condition", {"ids": "1"}),
        ("/mj/task/list-by-condition", {"ids": [{}]}),
    ],
)
def test_a_value_of_another_type_is_named(wire: Wire, path: str, body: dict[str, Any]) -> None:
    """400 with code 4, and the description says which key."""
    answer = wire.ask("POST", path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 4)
    assert any(key in answer.json()["description"] for key in body)


def test_unknown_keys_and_nulls_are_passed_over(wire: Wire) -> None:
    """Real clients send much that means nothing here."""
    body: dict[str, Any] = {
        "base64Array": None,
        "botType": None,
        "state": None,
        "mystery": {"a": [1]},
    }
    assert wire.imagine(notifyHook="", accountFilter={"modes": []}, **body)["code"] == 1


@pytest.mark.parametrize("picture", ["no base64!", "data:image/png;base64,", "data:x,abcd", "a"])
def test_a_broken_picture_is_told(wire: Wire, picture: str) -> None:
    """Code 4 with the sheet's text, after the banned words were looked for."""
    assert wire.imagine(base64Array=[picture])["description"] == "base64格式错误"
    assert wire.imagine("a nude", base64Array=[picture])["code"] == 24


@pytest.mark.parametrize("picture", ["data:image/png;base64,iVBORw0KGgo=", "iVBORw0KGgo="])
def test_pictures_come_as_data_urls_or_bare(wire: Wire, picture: str) -> None:
    """Both forms are sent by clients."""
    assert wire.imagine(base64Array=[picture])["code"] == 1


@pytest.mark.parametrize("body", [b"{}", b"null"])
def test_a_get_with_a_body_is_a_get(wire: Wire, body: bytes) -> None:
    """A gateway and a Node client of the family send one."""
    task_id = wire.imagine()["result"]
    answer = wire.ask("GET", f"/mj/task/{task_id}/fetch", content=body)
    assert answer.json()["id"] == task_id


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/submit/imagine", 404),
        ("GET", "/mj/submit/nothing", 404),
        ("GET", "/mj/submit/imagine", 405),
        ("PUT", "/mj/submit/imagine", 405),
        ("GET", "/mj-slow/mj/task/list", 404),
        ("OPTIONS", "/mj/task/list", 405),
    ],
)
def test_what_is_not_there_is_told_as_by_the_family(
    wire: Wire, method: str, path: str, status: int
) -> None:
    """7.2: timestamp, status, error and path, and no code."""
    answer = wire.ask(method, path)
    assert answer.status_code == status
    assert list(answer.json()) == ["timestamp", "status", "error", "path"]
    assert answer.json()["status"] == status


def test_junk_never_breaks_the_server(wire: Wire) -> None:
    """Whatever stands in a body or a path: an answer below 500, and tasks stay as they were."""
    chance = random.Random(1)
    kept = wire.imagine()["result"]
    keys = (
        *("prompt", "taskId", "customId", "base64Array", "botType", "state", "ids", "maskBase64"),
        *("base64", "link", "dimensions", "action", "index", "content", "notifyHook"),
        *("sourceBase64", "targetBase64"),
    )
    values: tuple[Any, ...] = (
        *("", "x", "--ar 0:0 --v --seed -1 --zoom x", "\x00\u202e", "💥" * 500, kept, int(kept)),
        *("MJ::JOB::upsample::1::", "MJ::::", "::", "MJ::CustomZoom::", "--ar 99999:1", "a" * 9000),
        *("MJ::Job::PicReader::1", "http://[", "file:///etc/passwd", "SQUARE", "UPSCALE", "1 U1"),
        *(sent(Image.new("RGB", (3, 900))), "R0lGODlhAQABAAAAACw="),
        *(None, True, -1, 1e300, 2**70, [], [None], [[]], {}, {"a": {}}, ["x"], [kept]),
    )
    for _ in range(300):
        body = {key: chance.choice(values) for key in chance.sample(keys, 8)}
        answer = wire.ask(
            "POST", chance.choice([*SUBMITS, *OTHERS, "/mj/task/list-by-ids"]), json=body
        )
        assert answer.status_code < 500, body
        answer.json()
    for path in (
        "%00",
        "..%2f..",
        "x" * 3000,
        "%ff",
        "💥",
        "1?progress=-1",
        "1?progress=%00",
        f"1?progress={'9' * 5000}",
    ):
        for ending in ("", "/fetch", "/image-seed"):
            start = "/mj/task/" if ending else "/mj/image/"
            assert wire.ask("GET", start + path + ending).status_code < 500
    wire.clock.advance(1000)
    tasks = wire.get("/mj/task/list")
    assert {task["status"] for task in tasks} <= {"SUCCESS", "FAILURE"}
    drawn = {task["prompt"]: task for task in tasks if task["status"] == "SUCCESS"}
    assert all(wire.picture(task) for task in drawn.values() if task["imageUrl"])
    assert wire.task(kept)["status"] == "SUCCESS"
