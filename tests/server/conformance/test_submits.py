"""Submits and what they are answered (A1, A4, A8 to A10)."""

import pytest

from tests.server.wire import ACCOUNT, UNKNOWN, Wire, refusal


def test_an_imagine_is_accepted_with_the_four_keys(wire: Wire) -> None:
    """A1: code 1, the text, an id of 16 digits and the account."""
    reply = wire.imagine(botType="MID_JOURNEY", base64Array=[], notifyHook="", state="nb-42")
    assert list(reply) == ["code", "description", "result", "properties"]
    assert (reply["code"], reply["description"]) == (1, "提交成功")
    assert reply["properties"] == ACCOUNT
    assert reply["result"].isdigit()
    assert len(reply["result"]) == 16


@pytest.mark.parametrize(
    ("label", "action"), [("🔄", "IMAGINE"), ("V3", "VARIATION")], ids=["reroll", "variation"]
)
def test_a_grid_gives_more_grids(wire: Wire, label: str, action: str) -> None:
    """Reroll and V make four other pictures, of the parent's kind and as variations."""
    parent = wire.finished(wire.imagine())
    child = wire.finished(wire.press(parent["id"], label))
    assert (child["action"], child["status"]) == (action, "SUCCESS")
    assert len(child["buttons"]) == 9
    assert wire.picture(child) != wire.picture(parent)


def test_the_queue_answers_1_22_and_23(wire: Wire) -> None:
    """A8: three run, one waits unnoticed, nine hear how many are before them, none more fits."""
    replies = [wire.imagine(f"kite {n}") for n in range(14)]
    assert [reply["code"] for reply in replies] == [1] * 4 + [22] * 9 + [23]
    waiting = [reply["properties"].get("numberOfQueues") for reply in replies]
    assert waiting == [None] * 4 + list(range(1, 10)) + [None]
    assert replies[4]["description"] == "排队中，前面还有1个任务"
    assert replies[13] == {
        "code": 23,
        "description": "队列已满，请稍后尝试",
        "result": None,
        "properties": {"discordInstanceId": ACCOUNT["discordInstanceId"]},
    }
    assert len(wire.get("/mj/task/list")) == 13


def test_a_banned_word_is_named(wire: Wire) -> None:
    """A9: code 24 with the prompt and the word, and no id."""
    assert wire.imagine("a Blood  Bath at sea --ar 2:1") == {
        "code": 24,
        "description": "可能包含敏感词",
        "result": None,
        "properties": {"promptEn": "a Blood  Bath at sea --ar 2:1", "bannedWord": "Blood  Bath"},
    }


@pytest.mark.parametrize("prompt", ["", "  \n", None], ids=["empty", "blank", "null"])
def test_a_prompt_must_not_be_empty(wire: Wire, prompt: str | None) -> None:
    """A10: code 4 and the sheet's text."""
    assert wire.post("/mj/submit/imagine", {"prompt": prompt}) == refusal(4, "prompt不能为空")


def test_unknown_tasks_are_told_as_such(wire: Wire) -> None:
    """A10, 13.11: code 3 from the submits, and 404 where the address names the task."""
    action = {"taskId": "1760000000123456", "customId": "MJ::JOB::upsample::2::x"}
    assert wire.post("/mj/submit/action", action) == UNKNOWN
    assert wire.post("/mj/submit/modal", action) == UNKNOWN
    for method, path in (("GET", "fetch"), ("GET", "image-seed"), ("POST", "cancel")):
        answer = wire.ask(method, f"/mj/task/1760000000123456/{path}")
        assert (answer.status_code, answer.json()) == (404, UNKNOWN)
    assert wire.post("/mj/task/list-by-condition", {"ids": ["1760000000123456"]}) == []


def test_an_action_is_judged_in_the_order_of_the_sheet(wire: Wire) -> None:
    """Missing arguments, then the task, then its status, then the button."""
    task_id = wire.imagine()["result"]
    path = "/mj/submit/action"
    assert wire.post(path, {"taskId": task_id}) == refusal(4, "参数错误")
    assert wire.post(path, {"customId": "x"}) == refusal(4, "参数错误")
    running = wire.post(path, {"taskId": task_id, "customId": "nonsense"})
    assert running == refusal(4, "关联任务状态错误")
    wire.clock.advance(10)
    for custom_id in ("nonsense", "MJ::JOB::upsample::5::x", "MJ::JOB::pan_left::1::x::SOLO"):
        body = {"taskId": task_id, "customId": custom_id}
        assert wire.post(path, body) == refusal(4, "未知的 Action 类型")


def test_a_liked_picture_stays_the_only_one(wire: Wire) -> None:
    """2.2: pressing ❤️ is answered with the picture's own id, and no task is made."""
    picture = wire.single()
    before = wire.get("/mj/task/list")
    reply = wire.press(picture, "❤️")
    assert (reply["code"], reply["description"], reply["result"]) == (1, "成功", picture)
    assert wire.get("/mj/task/list") == before


def test_json_is_compact_and_utf8(wire: Wire) -> None:
    """Gateways of the family edit the raw bytes: no space after a colon (§2.4)."""
    answer = wire.ask("POST", "/mj/submit/imagine", json={"prompt": "风筝"})
    assert answer.content.startswith('{"code":1,"description":"提交成功"'.encode())
    assert answer.headers["content-type"] == "application/json"
    fetched = wire.ask("GET", f"/mj/task/{answer.json()['result']}/fetch").content
    assert '"prompt":"风筝"'.encode() in fetched


@pytest.mark.parametrize(
    ("prefix", "word"),
    [
        ("", "fast"),
        ("/mj-fast", "fast"),
        ("/mj-turbo", "turbo"),
        ("/mj-relax", "relaxed"),
        ("/mj-relay", "fast"),
        ("/mj-turbo-proxy", "turbo"),
        ("/mj-relax-origin", "relaxed"),
    ],
)
def test_every_prefix_leads_to_the_same_server(wire: Wire, prefix: str, word: str) -> None:
    """1.0: a prefix asks for a speed and changes nothing else; a trailing slash is tolerated."""
    reply = wire.post(f"{prefix}/mj/submit/imagine/", {"prompt": "a red kite"})
    task = wire.finished(reply)
    assert wire.get(f"{prefix}/mj/task/{task['id']}/fetch") == task
    assert task["properties"]["messageContent"].endswith(f" ({word})")


def test_speed_changes_how_long_it_takes(wire: Wire) -> None:
    """Turbo is quicker and relax slower, asked for by path or in the prompt."""
    replies = {
        "turbo": wire.post("/mj-turbo/mj/submit/imagine", {"prompt": "a --relax"}),
        "fast": wire.imagine("a"),
        "relax": wire.imagine("a --relax"),
    }
    tasks = {word: wire.finished(reply) for word, reply in replies.items()}
    took = {word: task["finishTime"] - task["submitTime"] for word, task in tasks.items()}
    assert took == {"turbo": 4800, "fast": 8000, "relax": 16000}
