"""
Every quirk of the family (protocol/README.md §10) has a sample, read into the same records.

Those that only show on the way through HTTP are in the client's table of the same name.
"""

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from mj_notebook.protocol.buttons import parse_custom_id, shows_grid
from mj_notebook.protocol.codec import read_reply, read_task, read_tasks
from mj_notebook.protocol.forgiving_json import NotJSON
from mj_notebook.protocol.models import Button, ReplyProperties, SubmitReply, Task, is_older
from mj_notebook.protocol.outcomes import outcome_of
from mj_notebook.protocol.request_bodies import read_ids, read_request
from mj_notebook.protocol.requests import Action, Imagine, Modal, write_request
from mj_notebook.protocol.vocabulary import BotType, Outcome, Status
from tests.protocol.samples import QUIRKS

GRID = "MJ::JOB::upsample::1::6f1f0d3c-8f1b-4c52-9a2e-0b9d5a1c7e11"
EMPTY = ReplyProperties()
TAKEN, FULL = Outcome.ACCEPTED, Outcome.QUEUE_FULL


class Quirk(NamedTuple):
    """What is read from each body of a sample, and what it must be."""

    read: Callable[[bytes], Any]
    means: Sequence[Any]


def _task(body: bytes) -> Task:
    task = read_task(body)
    assert task is not None
    return task


def of_task(*names: str) -> Callable[[bytes], Any]:
    """Read one or more attributes of a task."""

    def read(body: bytes) -> Any:
        values = tuple(getattr(_task(body), name) for name in names)
        return values if len(names) > 1 else values[0]

    return read


def of_reply(take: Callable[[SubmitReply], Any]) -> Callable[[bytes], Any]:
    """Read something of the answer to a submit."""
    return lambda body: take(read_reply(body))


def buttons(body: bytes) -> list[Button] | None:
    """Read a task's buttons."""
    found = _task(body).buttons
    return None if found is None else list(found)


def state_of_either(body: bytes) -> object:
    """Read the answer to a submit, or the task that shows what was left out of it."""
    task = read_task(body)
    return task.status if task else outcome_of(read_reply(body))


def meanings(body: bytes) -> list[tuple[str, bool]]:
    """Read which button each is, and whether it goes back as it came."""
    found = []
    for button in _task(body).buttons or ():
        press = parse_custom_id(button.custom_id)
        sent = json.loads(write_request(Action(task_id="1", custom_id=button.custom_id)))
        found.append((press.kind.key if press else "", sent["customId"] == button.custom_id))
    return found


def place_in_queue(body: bytes) -> object:
    """Read the number in an answer, or what waits before a task in the queue."""
    try:
        tasks = read_tasks(body)
    except NotJSON:  # it is a reply, and no list
        return read_reply(body).properties.number_of_queues
    return [task.id for task in tasks if (task.submit_time or 0) < 3]


QUIRK: dict[str, Quirk] = {
    "q1": Quirk(
        of_reply(lambda reply: reply.results),
        [
            ("1760000000123456",),
            ("1320098173412546",),
            ("https://h/a?b=1,2", "https://h/c"),
            ("17", "18"),
            (),
            (),
            (),
        ],
    ),
    "q2": Quirk(of_reply(lambda reply: reply.properties), [EMPTY] * 3),
    "q9": Quirk(of_reply(outcome_of), [Outcome.WINDOW, Outcome.WINDOW, Outcome.EXISTED]),
    "q10": Quirk(state_of_either, [TAKEN, Status.MODAL]),
    "q11": Quirk(of_reply(outcome_of), [FULL] * 5),
    "q12": Quirk(
        of_task("status"),
        [
            Status.NOT_START,
            Status.NOT_START,
            Status.MODAL,
            Status.CANCEL,
            "DREAMING",
            Status.FAILURE,
            Status.NOT_START,
            Status.IN_PROGRESS,
            Status.SUCCESS,
        ],
    ),
    "q13": Quirk(
        of_task("is_final", "succeeded", "fail_reason"),
        [(True, False, "可能包含敏感词"), (True, False, "任务超时"), (True, True, "")],
    ),
    "q14": Quirk(of_task("percent"), [None, None, None, 49, 49, 49, 31]),
    "q15": Quirk(of_task("start_time", "finish_time"), [(0, 0), (1747900001420, None)]),
    "q16": Quirk(
        buttons,
        [
            None,
            None,
            [],
            [Button(GRID, label="U1"), Button("MJ::BOOKMARK::h")],
            [Button("MJ::JOB::reroll::0::h::SOLO", emoji="🔄")],
        ],
    ),
    "q17": Quirk(
        of_task("image_url"),
        [
            None,
            "",
            "https://cdn.discordapp.com/attachments/1/2/h_grid_0.webp?ex=1&is=2&hm=3&",
            "https://g/mj/image/17?rand=1747900000",
        ],
    ),
    "q19": Quirk(
        of_task("image_urls", "video_urls", "video_url"),
        [
            (("https://h/0.png", "https://h/1.png"), None, None),
            (("https://h/0.png",), None, None),
            (None, ("https://h/0.mp4",), "https://h/0.mp4"),
            (None, ("https://h/0.mp4",), None),
        ],
    ),
    "q20": Quirk(lambda body: shows_grid(_task(body)), [True] * 5),
    "q21": Quirk(of_reply(outcome_of), [TAKEN] * 3),
    "q22": Quirk(
        of_task("id", "succeeded"),
        [("1747900000123", True), ("1747900000123456", True), ("1320098173412546123", True)],
    ),
    "q26": Quirk(
        lambda body: write_request(read_request(Modal, body)),
        [b'{"taskId":"17","prompt":"a red kite"}'],
    ),
    "q32": Quirk(
        of_task("status", "prompt", "fail_reason"),
        [(Status.FAILURE, "a  red  kite —ar 3:2", "任务超时")],
    ),
    "q33": Quirk(of_task("prompt", "final_prompt"), [("a red kite --fast", "a red kite --v 7.0")]),
    "q34": Quirk(meanings, [[("imagine_short", True), ("imagine_short", True), ("upscale", True)]]),
    "q35": Quirk(
        lambda body: write_request(read_request(Modal, body)),
        [b'{"taskId":"17","prompt":"a red kite --zoom 1.5"}'],
    ),
    "q36": Quirk(
        lambda body: read_request(Imagine, body),
        [Imagine(prompt="a red kite", notify_hook="", state="", bot_type=BotType.MID_JOURNEY)],
    ),
    "q37": Quirk(
        lambda body: read_request(Action, body),
        [
            Action(
                task_id="17",
                custom_id="MJ::CustomZoom::h",
                state="midjourney-proxy-admin",
                choose_same_channel=True,
            )
        ],
    ),
    "q38": Quirk(
        lambda body: [json.loads(bytes(t.reply))["displays"]["status"] for t in read_tasks(body)],
        [["执行中"]],
    ),
    "q41": Quirk(place_in_queue, [3, ["15", "16"]]),
    "q43": Quirk(read_ids, [("1747900000123456", "18")]),
    "q44": Quirk(
        of_task("status", "description", "state", "prompt", "action", "buttons"),
        [(Status.NOT_START, "提交成功", "", "a red kite", "UPSCALE", None)],
    ),
}


@pytest.mark.parametrize("quirk", QUIRK)
def test_each_quirk_is_read_into_the_same_records(quirk: str) -> None:
    """Whatever a server makes of it, a sample means what the sheet says."""
    bodies = [body for _, body in QUIRKS[quirk]]
    assert [QUIRK[quirk].read(body) for body in bodies] == list(QUIRK[quirk].means)


def test_snapshots_that_come_twice_or_late_are_known() -> None:
    """Nothing is older than itself; less progress, and anything after the end, is."""
    tasks = [_task(body) for _, body in QUIRKS["q31"]]
    assert [is_older(task, known) for known, task in pairwise(tasks)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    assert not any(is_older(task, task) for task in tasks)


def _named(status: str) -> Task:
    return _task(json.dumps({"id": "1", "status": status}).encode())


@pytest.mark.parametrize(
    ("known", "status"), [("MODAL", ""), ("", "MODAL"), ("DREAMING", "IN_PROGRESS")]
)
def test_what_can_not_be_told_is_not_older(known: str, status: str) -> None:
    """A window may be learned of late, and waiting follows it; new words have no order."""
    later, earlier = _named(status), _named(known)
    assert not is_older(later, earlier)
