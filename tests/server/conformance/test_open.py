"""As the open proxy answers where it differs from plus."""

import pytest
from PIL import Image

from tests.server.conftest import Serve
from tests.server.pictures import bare, png, sent
from tests.server.wire import Json, Wire, refusal

FIELDS = [
    "id",
    "properties",
    "action",
    "status",
    "prompt",
    "promptEn",
    "description",
    "state",
    "submitTime",
    "startTime",
    "finishTime",
    "imageUrl",
    "progress",
    "failReason",
]
PICTURE = Image.new("RGB", (8, 8), "red")


@pytest.fixture
def wire(serve: Serve) -> Wire:
    """Return a line to an open proxy."""
    return serve(dialect="open")


def test_a_wrong_secret_and_an_unknown_task_get_nothing_at_all(serve: Serve) -> None:
    """7.2 and 1.13: 401 and 200, both empty."""
    wire = serve(dialect="open", secret="s3cret")
    wrong = wire.ask("GET", "/mj/task/list", headers={"mj-api-secret": "x"})
    assert (wrong.status_code, wrong.content, wrong.headers.get("content-type")) == (401, b"", None)
    unknown = wire.ask("GET", "/mj/task/1/fetch")
    assert (unknown.status_code, unknown.content) == (200, b"")


def test_a_task_has_nulls_and_no_buttons(wire: Wire) -> None:
    """3.1: every key, in its order, and none of the newer ones."""
    reply = wire.imagine(state="nb-1")
    assert reply["properties"] == {"discordInstanceId": "1118000000000000001"}
    task = wire.task(reply["result"])
    assert list(task) == FIELDS
    assert [task[key] for key in ("startTime", "finishTime", "imageUrl", "progress")] == [None] * 4
    assert task["state"] == "nb-1"
    done = wire.finished(reply)
    assert (done["status"], done["progress"], list(done)) == ("SUCCESS", "100%", FIELDS)
    assert done["properties"]["finalPrompt"] == "a red kite --v 7.0"
    assert not {"messageContent", "finalZhPrompt", "botType"} & set(done["properties"])
    assert done["properties"]["notifyHook"] is None
    assert [list(item) for item in wire.get("/mj/task/list")] == [FIELDS]


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("imagine", {"prompt": []}),
        ("imagine", {"prompt": "naked", "base64Array": "x"}),
        ("blend", {"base64Array": "x"}),
        ("describe", {"base64": {}}),
        ("change", {"taskId": [], "action": "REROLL"}),
        ("simple-change", {"content": []}),
    ],
)
def test_the_framework_reads_a_body_first(wire: Wire, route: str, body: Json) -> None:
    """What it can't make a record of is never looked at, be it blank or banned."""
    answer = wire.ask("POST", f"/mj/submit/{route}", json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "Bad Request")


def test_a_failure_has_no_progress(wire: Wire) -> None:
    """3.4: the empty string."""
    task = wire.finished(wire.imagine("a kite --ar 0:0"))
    assert (task["status"], task["progress"]) == ("FAILURE", "")
    assert task["failReason"]


@pytest.mark.parametrize(
    ("action", "index", "child"),
    [("UPSCALE", 2, "UPSCALE"), ("VARIATION", 3, "VARIATION"), ("REROLL", None, "REROLL")],
)
def test_changes_are_made_by_number(wire: Wire, action: str, index: int, child: str) -> None:
    """1.8 and 4.4: a grid drawn again is a REROLL here."""
    grid = wire.finished(wire.imagine())
    body = {"taskId": grid["id"], "action": action, "index": index or 1}
    reply = wire.post("/mj/submit/change", body)
    assert reply["code"] == 1
    assert wire.finished(reply)["action"] == child


def test_there_are_no_windows(serve: Serve) -> None:
    """2.2: code 21 never comes, in Remix mode or not."""
    wire = serve(dialect="open", remix=True)
    grid = wire.finished(wire.imagine())
    reply = wire.post("/mj/submit/simple-change", {"content": f"{grid['id']} V1"})
    assert reply["code"] == 1
    assert wire.finished(reply)["status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/mj/submit/blend", {"base64Array": [sent(PICTURE)] * 2, "dimensions": "WIDE"}),
        ("/mj/submit/blend", {"base64Array": [sent(PICTURE)] * 2, "dimensions": {"a": 1}}),
        ("/mj/submit/change", {"taskId": "1", "action": "ZOOM", "index": 1}),
        ("/mj/submit/imagine", {"prompt": ["a"]}),
        ("/mj/submit/imagine", [1]),
    ],
)
def test_what_its_framework_cant_read_is_told_by_the_framework(
    wire: Wire, path: str, body: object
) -> None:
    """1.3 and 7.2: HTTP 400 without a code."""
    answer = wire.ask("POST", path, json=body)
    assert answer.status_code == 400
    assert list(answer.json()) == ["timestamp", "status", "error", "path"]
    assert answer.json()["path"] == path


def test_pictures_must_be_data_urls(wire: Wire) -> None:
    """1.2 to 1.4: bare base64 is refused, and a describe knows no links."""
    raw = bare(png(PICTURE))
    wrong = refusal(4, "base64格式错误")
    assert wire.imagine(base64Array=[raw]) == wrong
    assert wire.post("/mj/submit/describe", {"base64": raw}) == wrong
    assert wire.post("/mj/submit/blend", {"base64Array": [sent(PICTURE), raw]}) == wrong
    linked = wire.post("/mj/submit/describe", {"link": "https://a.example/a.png"})
    assert linked == refusal(4, "base64不能为空")
    null = {"base64Array": [sent(PICTURE)] * 2, "dimensions": None}
    assert wire.post("/mj/submit/blend", null) == refusal(4, "dimensions参数错误")
    assert wire.imagine(base64Array=[sent(PICTURE)])["code"] == 1


def test_queued_and_full_are_told_as_by_plus(serve: Serve) -> None:
    """2.2: codes 22 and 23, with one id in the properties."""
    wire = serve(dialect="open", core_size=1, queue_size=2)
    replies = [wire.imagine() for _ in range(4)]
    assert [reply["code"] for reply in replies] == [1, 1, 22, 23]
    account = {"discordInstanceId": "1118000000000000001"}
    assert replies[2]["properties"] == {**account, "numberOfQueues": 1}
    assert (replies[3]["result"], replies[3]["properties"]) == (None, account)


def test_it_knows_one_bot(wire: Wire) -> None:
    """1.1: the bot's name is passed over."""
    task = wire.finished(wire.imagine(botType="NIJI_JOURNEY"))
    assert task["properties"]["finalPrompt"] == "a red kite --v 7.0"
