"""The account: what is told of it (1.19), and filters that choose it or not (1.1)."""

from datetime import timedelta, timezone

import pytest

from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.engine.ledger import Accepted
from mj_notebook.server.engine.phases import Phase
from mj_notebook.server.engine.task_record import TaskRecord
from mj_notebook.server.http.task_json import displays_of
from mj_notebook.server.tasks.registry import TaskState
from mj_notebook.server.tasks.server_task import ServerTask
from tests.server.conftest import Serve
from tests.server.wire import ACCOUNT, Json, Wire, refusal

ID = ACCOUNT["discordInstanceId"]
NONE_SUITS = refusal(3, "无可用的账号实例")


def test_the_account_is_told_without_what_is_secret(serve: Serve) -> None:
    """1.19: a list of one, the same alone, and nothing one could log in with."""
    wire = serve(secret="s3cret", core_size=4, queue_size=7)
    (account,) = wire.get("/mj/account/list")
    assert account == wire.get(f"/mj/account/{ID}/fetch")
    expected = {"id": ID, "channelId": ID, "enable": True, "coreSize": 4, "queueSize": 7}
    assert expected.items() <= account.items()
    assert account["properties"] == {}
    assert "userToken" not in account
    assert "s3cret" not in str(account)


def test_another_account_is_not_there(wire: Wire) -> None:
    """404 with the family's words."""
    answer = wire.ask("GET", "/mj/account/17/fetch")
    assert (answer.status_code, answer.json()) == (404, refusal(3, "账号不可用: 17"))


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        {},
        {"channelId": "", "instanceId": "", "modes": [], "remark": "", "remix": None},
        {"instanceId": ID, "channelId": int(ID)},
        {"modes": ["RELAX", "?"]},
        {"remark": "own account"},
        {"remix": False, "nijiRemix": False, "remixAutoConsidered": True},
        {"remix": "false", "modes": None, "novelty": {}},
    ],
)
def test_a_filter_that_fits_changes_nothing(wire: Wire, wanted: Json | None) -> None:
    """Empty values are none, numbers are ids, unknown keys are passed over."""
    assert wire.imagine(accountFilter=wanted)["code"] == 1


@pytest.mark.parametrize(
    "wanted",
    [
        {"instanceId": "17"},
        {"channelId": "17"},
        {"instanceId": ID, "channelId": "17"},
        {"modes": ["SLOW"]},
        {"remark": "somebody else's"},
        {"remix": True},
        {"nijiRemix": True},
    ],
)
def test_a_filter_that_fits_nobody_is_refused(wire: Wire, wanted: Json) -> None:
    """Code 3, for first submits, presses and uploads alike; nothing is accepted."""
    assert wire.imagine(accountFilter=wanted) == NONE_SUITS
    grid = wire.finished(wire.imagine())["id"]
    assert wire.press(grid, "U1", accountFilter=wanted) == NONE_SUITS
    body = {"base64Array": ["iVBORw0KGgo="], "filter": wanted}
    assert wire.post("/mj/submit/upload-discord-images", body) == NONE_SUITS
    assert len(wire.get("/mj/task/list")) == 1


def test_a_filter_for_remix_fits_an_account_in_remix_mode(serve: Serve) -> None:
    """And then one for an account without it does not."""
    wire = serve(remix=True)
    assert wire.imagine(accountFilter={"remix": True, "nijiRemix": True})["code"] == 1
    assert wire.imagine(accountFilter={"remix": False}) == NONE_SUITS


def test_the_speed_is_the_paths_then_the_filters_then_the_prompts(wire: Wire) -> None:
    """1.0: the first that says one."""
    body = {"prompt": "a kite --turbo", "accountFilter": {"modes": ["RELAX", "FAST"]}}
    replies = [
        wire.post("/mj-fast/mj/submit/imagine", body),
        wire.post("/mj/submit/imagine", body),
        wire.post("/mj/submit/imagine", {**body, "accountFilter": {}}),
    ]
    words = [wire.finished(reply)["properties"]["messageContent"] for reply in replies]
    assert [text.rpartition(" ")[2] for text in words] == ["(fast)", "(relaxed)", "(turbo)"]


@pytest.mark.parametrize(
    "wanted", ["x", [], {"modes": "FAST"}, {"remix": "perhaps"}, {"channelId": {}}]
)
def test_a_filter_of_another_type_is_named(wire: Wire, wanted: object) -> None:
    """400 with code 4, and the key."""
    answer = wire.ask("POST", "/mj/submit/imagine", json={"prompt": "a", "accountFilter": wanted})
    assert (answer.status_code, answer.json()["code"]) == (400, 4)
    assert answer.json()["description"].startswith("accountFilter")


def test_only_one_list_has_displays(wire: Wire) -> None:
    """1.16: list-by-ids says some things in words; the rest of each task is the same."""
    task_id = wire.imagine()["result"]
    wire.clock.advance(4)
    (shown,) = wire.post("/mj/task/list-by-ids", {"ids": [task_id]})
    displays = shown.pop("displays")
    assert wire.post("/mj/task/list-by-condition", {"ids": [task_id]}) == [shown]
    assert shown == wire.task(task_id)
    assert (displays["status"], displays["action"]) == ("执行中", "Imagine")
    assert displays["discordInstanceId"] == "demo"
    assert displays["finishTime"] is None


def test_times_are_displayed_as_people_read_them() -> None:
    """3.5: date and time to the second, where the machine is; a kind of two words is two words."""
    accepted = Accepted(id="1", at=1_747_972_390_000, kind="", action="SWAP_FACE", description="")
    phase = Phase(Status.CANCEL, 31, "31%", 1_747_972_391_999, 1_747_972_400_000)
    state = TaskState(ServerTask(TaskRecord(accepted)), phase)
    assert displays_of(state, timezone(timedelta(hours=8))) == {
        "submitTime": "2025-05-23 11:53:10",
        "startTime": "2025-05-23 11:53:11",
        "finishTime": "2025-05-23 11:53:20",
        "status": "已取消",
        "action": "Swap Face",
        "discordInstanceId": "demo",
    }
