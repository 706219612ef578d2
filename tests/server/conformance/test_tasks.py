"""Tasks as they are fetched: states, fields, lists (A2, A3, A11)."""

from tests.server.conftest import SMALL
from tests.server.wire import Wire, refusal

TASK_KEYS = [
    "id",
    "properties",
    "action",
    "status",
    "prompt",
    "promptEn",
    "description",
    "submitTime",
    "startTime",
    "finishTime",
    "progress",
    "imageUrl",
    "imageHeight",
    "imageWidth",
    "failReason",
    "state",
    "buttons",
]


def test_a_task_goes_through_all_its_states(wire: Wire) -> None:
    """A2: waiting, submitted, seven percentages, done; and nothing else on the way."""
    task_id = wire.imagine(state="nb-42")["result"]
    seen = []
    for _ in range(100):
        task = wire.task(task_id)
        step = (task["status"], task["progress"])
        if step not in seen:
            seen.append(step)
        wire.clock.advance(0.1)
    running = [("IN_PROGRESS", f"{n}%") for n in (0, 15, 31, 46, 62, 78, 93)]
    assert seen == [("NOT_START", None), ("SUBMITTED", "0%"), *running, ("SUCCESS", "100%")]


def test_a_new_task_has_every_key_and_nulls(wire: Wire) -> None:
    """A2: before it starts, what isn't known is null and there are no buttons."""
    task = wire.task(wire.imagine(" a red kite ", state="nb-42")["result"])
    assert list(task) == TASK_KEYS
    assert task["prompt"] == task["promptEn"] == "a red kite"
    assert task["description"] == "/imagine a red kite"
    assert task["state"] == "nb-42"
    assert task["submitTime"] == 1_760_000_000_000
    unknown = ("startTime", "finishTime", "progress", "imageUrl", "imageWidth", "failReason")
    assert [task[key] for key in unknown] == [None] * 6
    assert task["buttons"] == []


def test_a_running_task_tells_its_final_prompt_and_a_preview(wire: Wire) -> None:
    """A2: the final prompt comes with progress, previews from 15 % and each at its own address."""
    task_id = wire.imagine()["result"]
    addresses = {}
    for _ in range(80):
        wire.clock.advance(0.1)
        task = wire.task(task_id)
        addresses[task["progress"]] = task["imageUrl"]
        if task["status"] == "IN_PROGRESS":
            assert task["properties"]["finalPrompt"] == "a red kite --v 7.0"
            assert task["properties"]["progressMessageId"].isdigit()
            assert task["startTime"] > task["submitTime"]
    without = [progress for progress, address in addresses.items() if address is None]
    assert without == [None, "0%"]
    assert len(set(addresses.values())) == len(addresses) - 1


def test_a_finished_grid_is_complete(wire: Wire) -> None:
    """A2: times, sizes, the bot's message, and the nine buttons of a grid."""
    task = wire.finished(wire.imagine())
    properties = task["properties"]
    message = "**a red kite --v 7.0** - <@1118000000000000001> (fast)"
    assert task["finishTime"] > task["startTime"] >= task["submitTime"]
    assert (task["imageWidth"], task["imageHeight"]) == (SMALL, SMALL)
    assert properties["messageContent"] == message
    assert properties["flags"] == 0
    assert len(properties["messageId"]) == 19
    assert [button["label"] for button in task["buttons"]] == [
        *("U1", "U2", "U3", "U4"),
        "",
        *("V1", "V2", "V3", "V4"),
    ]
    assert task["buttons"][1] == {
        "customId": f"MJ::JOB::upsample::2::{properties['messageHash']}",
        "emoji": "",
        "label": "U2",
        "type": 2,
        "style": 2,
    }


def test_an_upscale_is_one_quick_picture(wire: Wire) -> None:
    """A3: no percentages, its own hash, the parent's words, half the sides, set B."""
    parent = wire.finished(wire.imagine())
    reply = wire.press(parent["id"], "U2", chooseSameChannel=True)
    assert reply["code"] == 1
    wire.clock.advance(1)
    assert (running := wire.task(reply["result"]))["status"] == "SUBMITTED"
    assert (running["action"], running["progress"]) == ("UPSCALE", "0%")
    child = wire.finished(reply)
    assert child["description"] == f"/up {parent['id']} U2"
    assert child["prompt"] == "a red kite"
    assert child["properties"]["messageHash"] != parent["properties"]["messageHash"]
    assert child["properties"]["referencedMessageId"] == parent["properties"]["messageId"]
    assert " - Image #2 <@" in child["properties"]["messageContent"]
    assert (child["imageWidth"], child["imageHeight"]) == (SMALL // 2, SMALL // 2)
    labels = [button["label"] for button in child["buttons"]]
    assert labels[:5] == [
        "Upscale (Subtle)",
        "Upscale (Creative)",
        "Vary (Subtle)",
        "Vary (Strong)",
        "Vary (Region)",
    ]
    assert len(labels) == 15


def test_cancelling_ends_a_task_where_it_is(wire: Wire) -> None:
    """A11: CANCEL with the progress it had; a task that is over can't be cancelled."""
    task_id = wire.imagine()["result"]
    wire.clock.advance(4)
    before = wire.task(task_id)
    assert wire.post(f"/mj/task/{task_id}/cancel", {})["code"] == 1
    after = wire.task(task_id)
    assert after["status"] == "CANCEL"
    assert after["progress"] == before["progress"] == "46%"
    assert (after["buttons"], after["finishTime"]) == ([], 1_760_000_004_000)
    again = wire.post(f"/mj/task/{task_id}/cancel", {})
    assert again == refusal(4, "关联任务状态错误")


def test_cancelling_dismisses_a_window(wire: Wire) -> None:
    """A11: a task in MODAL becomes CANCEL without progress, and can't be answered any more."""
    window = wire.press(wire.single(), "Custom Zoom")["result"]
    wire.post(f"/mj/task/{window}/cancel", {})
    assert (wire.task(window)["status"], wire.task(window)["progress"]) == ("CANCEL", None)
    answer = wire.post("/mj/submit/modal", {"taskId": window, "prompt": "x"})
    assert answer == refusal(4, "关联任务状态错误")


def test_a_seed_is_digits_and_stays(wire: Wire) -> None:
    """A11: a string of digits, the prompt's own where it has one, shared by a grid and its U."""
    grid = wire.finished(wire.imagine("a red kite --seed 42"))
    assert wire.get(f"/mj/task/{grid['id']}/image-seed") == {
        "code": 1,
        "description": "成功",
        "result": "42",
        "properties": {},
    }
    other = wire.finished(wire.imagine())
    upscaled = wire.finished(wire.press(other["id"], "U1"))
    seeds = [wire.get(f"/mj/task/{task['id']}/image-seed")["result"] for task in (other, upscaled)]
    assert seeds[0] == seeds[1]
    assert 0 <= int(seeds[0]) < 2**32


def test_a_seed_needs_a_finished_picture(wire: Wire) -> None:
    """Before SUCCESS there is nothing to ask the bot about."""
    answer = wire.ask("GET", f"/mj/task/{wire.imagine()['result']}/image-seed")
    assert (answer.status_code, answer.json()) == (400, refusal(4, "关联任务状态错误"))


def test_lists_hold_what_was_asked_for(wire: Wire) -> None:
    """Ids may be numbers and repeat; unknown ones are absent, and no ids mean none."""
    ids = [wire.imagine(f"kite {n}")["result"] for n in range(3)]
    for path in ("/mj/task/list-by-condition", "/mj/task/list-by-ids"):
        body = {"ids": [int(ids[0]), ids[2], ids[2], "1"]}
        assert [task["id"] for task in wire.ask("POST", path, json=body).json()] == [ids[0], ids[2]]
        assert wire.post(path, {"ids": None}) == wire.post(path, {}) == []


def test_all_tasks_come_newest_first_and_the_queue_oldest_first(wire: Wire) -> None:
    """The list has every task; the queue has those that wait or run."""
    done = wire.finished(wire.imagine())["id"]
    ids = [wire.imagine(f"kite {n}")["result"] for n in range(2)]
    assert [task["id"] for task in wire.get("/mj/task/list")] == [*reversed(ids), done]
    assert [task["id"] for task in wire.get("/mj/task/queue")] == ids


def test_niji_has_its_own_version(wire: Wire) -> None:
    """The bot decides the version that is added, in all the words for it."""
    for word in ("NIJI_JOURNEY", "niji"):
        task = wire.finished(wire.imagine("a fox", botType=word))
        assert task["properties"]["botType"] == "NIJI_JOURNEY"
        assert task["properties"]["finalPrompt"] == "a fox --niji 7"
