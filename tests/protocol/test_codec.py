"""Tolerant reading: odd values become ours, and nothing but broken JSON raises."""

import json
from typing import Any

import pytest

from mj_notebook.protocol.codec import (
    read_reply,
    read_task,
    read_tasks,
)
from mj_notebook.protocol.forgiving_json import NotJSON
from mj_notebook.protocol.models import MAX_TEXT, Button, Task
from mj_notebook.protocol.vocabulary import Status
from tests.protocol.samples import REPLIES, reply_bytes, task_bytes


def _read(**values: Any) -> Task:
    task = read_task(json.dumps({"id": "1", "status": "SUCCESS", **values}).encode())
    assert task is not None
    return task


@pytest.mark.parametrize(
    ("values", "field", "expected"),
    [
        ({"id": 1747900000123456}, "id", "1747900000123456"),
        ({"id": 5.0}, "id", "5"),
        ({"status": None}, "status", Status.NOT_START),
        ({"status": ""}, "status", Status.NOT_START),
        ({"status": "finished"}, "status", Status.SUCCESS),
        ({"status": "FAILED"}, "status", Status.FAILURE),
        ({"status": "CANCELLED"}, "status", Status.CANCEL),
        ({"status": "RUNNING"}, "status", Status.IN_PROGRESS),
        ({"status": "DREAMING"}, "status", "DREAMING"),
        ({"status": {"odd": 1}}, "status", Status.NOT_START),
        ({"progress": 49}, "progress", "49"),
        ({"progress": None}, "progress", None),
        ({"submitTime": "1747900000120"}, "submit_time", 1747900000120),
        ({"submitTime": 1747900000120.0}, "submit_time", 1747900000120),
        ({"submitTime": "soon"}, "submit_time", None),
        ({"submitTime": ""}, "submit_time", None),
        ({"startTime": 0}, "start_time", 0),
        ({"imageUrl": ["x"]}, "image_url", None),
        ({"prompt": True}, "prompt", "true"),
        ({"properties": []}, "properties", None),
        ({"imageUrls": ["a", {"url": "b"}, None, {"thumbnail": "c"}]}, "image_urls", ("a", "b")),
        ({"imageUrls": "a"}, "image_urls", None),
        ({"videoUrls": [{"url": "v"}]}, "video_urls", ("v",)),
        ({"buttons": None}, "buttons", None),
        ({"buttons": "none"}, "buttons", None),
        ({"buttons": [None, 5, {}, {"label": "x"}]}, "buttons", ()),
        ({"seed": 636646138}, "seed", "636646138"),
        ({"imageWidth": "2048"}, "image_width", 2048),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else "",
)
def test_odd_values_become_ours(values: dict[str, Any], field: str, expected: object) -> None:
    """A value of a wrong kind is levelled, or left out when it makes no sense."""
    assert getattr(_read(**values), field) == expected


@pytest.mark.parametrize(
    ("progress", "percent"),
    [
        ("0%", 0),
        ("49%", 49),
        ("62.5 %", 62.5),
        ("49", 49),
        ("", None),
        (None, None),
        ("Waiting to start", None),
        ("fast", None),
        ("250%", 100),
        ("(31%) (fast)", 31),
    ],
)
def test_progress_is_read_from_the_servers_words(
    progress: str | None, percent: float | None
) -> None:
    """A percentage or a plain number counts; words leave the percentage unknown."""
    assert _read(progress=progress).percent == percent


def test_buttons_may_come_in_rows_and_in_the_chat_services_own_spelling() -> None:
    """Nested rows are flattened in order; a link without customId is dropped."""
    task = read_task(task_bytes("reseller_nested_buttons"))
    assert task is not None
    assert [button.label for button in task.buttons or ()] == ["U1", "U2", "U3", "U4", "", ""]
    assert (task.buttons or ())[4].emoji == "🔄"
    assert (task.buttons or ())[5] == Button(
        custom_id=(task.buttons or ())[5].custom_id, type=2, style=1
    )


def test_a_text_that_no_person_wrote_is_cut() -> None:
    """It says how long it was; an address, which may hold a picture, stays as it is."""
    long, address = "--ar 3:2 " * 100_000, f"data:image/png;base64,{'A' * 900_000}"
    record = {
        "id": "17",
        "status": "SUCCESS",
        "prompt": long,
        "imageUrl": address,
        "properties": {"finalPrompt": long},
        "buttons": [{"customId": long, "label": long}],
    }
    task = read_task(json.dumps(record).encode())
    assert task is not None
    cut = f"{long[:MAX_TEXT]} … (the first 50,000 of 900,000 signs)"
    assert (task.prompt, task.final_prompt, task.image_url) == (cut, cut, address)
    assert [(button.custom_id, button.label) for button in task.buttons or ()] == [(long, cut)]


def test_words_of_an_answer_that_no_person_wrote_are_cut() -> None:
    """What is looked for in them takes a moment, not half a minute."""
    long = "x y " * 100_000
    body = {"code": 24, "description": long, "properties": {"bannedWord": long}}
    reply = read_reply(json.dumps(body).encode())
    assert len(reply.description) < MAX_TEXT + 100
    assert len(reply.properties.banned_word or "") < MAX_TEXT + 100


def test_plain_rows_of_buttons_are_flattened() -> None:
    """One document types buttons as a list of lists."""
    rows = [[{"customId": "a"}, {"customId": "b"}], [{"customId": "c"}]]
    assert [button.custom_id for button in _read(buttons=rows).buttons or ()] == ["a", "b", "c"]


@pytest.mark.parametrize("body", [b"", b"  ", b"null", b"5", b"[1]", b"{}", b'{"code":3}'])
def test_what_is_no_task_reads_as_none(body: bytes) -> None:
    """Empty bodies and other JSON are no task, and no error either."""
    assert read_task(body) is None


@pytest.mark.parametrize(
    "body", [b"<html>", b"{", b"\xff\xfe", b"[" * 200_000], ids=["html", "half", "bytes", "deep"]
)
def test_only_broken_json_raises(body: bytes) -> None:
    """HTML, half an object, stray bytes and bottomless nesting are `NotJSON` for every reader."""
    for read in (read_task, read_tasks, read_reply):
        with pytest.raises(NotJSON):
            read(body)


def test_a_word_that_is_no_status_is_cut() -> None:
    """It is shown with each change, and a server may write anything there."""
    task = read_task(json.dumps({"id": "1", "status": "x" * 100_000}).encode())
    assert task is not None
    assert task.status == "x" * 60


def test_one_broken_letter_hides_no_other_task() -> None:
    """A task with bytes that are no text is read as well as it goes; the others are untouched."""
    body = b'[{"id":"1","status":"SUCCESS","prompt":"caf\xe9"},{"id":"2","status":"SUCCESS"}]'
    first, second = read_tasks(body)
    assert first.prompt == "caf�"
    assert second.id == "2"


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (b"[]", []),
        (b'{"content":[{"id":"1","status":""}],"totalElements":1}', ["1"]),
        (b'{"data":[{"id":"1","status":""}]}', ["1"]),
        (b'{"code":200,"data":[]}', []),
        (b'{"code":200,"data":{"records":[{"id":"1","status":""}],"total":1}}', ["1"]),
        (b'{"data":{"result":{"rows":[{"id":"1","status":""}]}}}', ["1"]),
        (b'{"result":{"code":1},"list":[{"id":"1","status":""}]}', ["1"]),
        (b'[{"id":"1","status":""},null,7,{"id":""}]', ["1"]),
    ],
)
def test_lists_may_be_pages_and_may_hold_rubbish(body: bytes, ids: list[str]) -> None:
    """A page object is read like a list; items that are no task are left out."""
    assert [task.id for task in read_tasks(body)] == ids


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"{}",
        b'{"data":5}',
        b'{"data":{"data":{"data":{"data":[]}}}}',
        b'{"code":4,"description":"no"}',
        b'{"id":"1","status":""}',
        # Cut off between two tasks: what was read of it is a part, and no list.
        b'[\n  {"id":"1","status":""},\n  {"id":"2","status":""},\n',
        b'[\n  {"id":"1","status":"",\n  "buttons":\n  []},\n  {"id":"2","prompt":"a\n[]',
    ],
)
def test_what_is_no_list_is_no_empty_list(body: bytes) -> None:
    """An empty list proves that a task is missing, and that it may be paid for again."""
    with pytest.raises(NotJSON):
        read_tasks(body)


def test_a_finished_tasks_reply_does_not_keep_the_whole_answer_alive() -> None:
    """A final task is kept for long; its reply is a copy of its own few bytes."""
    body = b'[{"id":"1","status":"SUCCESS"},' + b'{"id":"2","status":"x"},' * 1000 + b"null]"
    task = read_tasks(body)[0]
    assert memoryview(task.reply).obj is not body
    assert bytes(task.reply) == b'{"id":"1","status":"SUCCESS"}'


@pytest.mark.parametrize(
    ("name", "results"),
    [
        ("accepted", ("1760000000123456",)),
        ("accepted_number", ("1320098173412546",)),
        ("accepted_many", ("1747900000000001", "1747900000000002")),
        ("uploaded", ("https://cdn.discordapp.com/attachments/1/2/a.jpg?ex=1&is=2&hm=3&",)),
        ("queue_full", ()),
        ("unknown_task_gateway", ()),
    ],
)
def test_results_are_levelled_to_strings(name: str, results: tuple[str, ...]) -> None:
    """A string, a number, "id1,id2", a list, null and nothing all become a tuple of strings."""
    assert read_reply(reply_bytes(name)).results == results


@pytest.mark.parametrize("name", REPLIES)
def test_every_recorded_reply_is_read_with_its_words(name: str) -> None:
    """Code and words are found in every shape; missing properties are empty ones."""
    reply = read_reply(reply_bytes(name))
    assert reply.code == REPLIES[name].get("code")
    assert reply.description
    assert reply.properties is not None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"description":" task_no_found "}', "task_no_found"),
        (b'{"message":"no"}', "no"),
        (b'{"error":{"message":"bad token","type":"x"}}', "bad token"),
        (b'{"error":"plain"}', "plain"),
        (b'{"detail":"gone"}', "gone"),
        (b'{"msg":"w"}', "w"),
        (b'"just text"', "just text"),
        (b'{"description":"","message":"second"}', "second"),
        (b'{"other":1}', ""),
        (b"[1]", ""),
    ],
)
def test_error_words_are_found_wherever_they_stand(body: bytes, words: str) -> None:
    """The family writes its errors under six names; the first that holds text counts."""
    assert read_reply(body).description == words


def test_numbers_of_properties_are_levelled() -> None:
    """Strings for numbers in a reply's properties don't lose the reply."""
    reply = read_reply(b'{"code":"22","result":"1","properties":{"numberOfQueues":"3"}}')
    assert (reply.code, reply.properties.number_of_queues) == (22, 3)


def test_a_list_tells_how_many_of_it_could_not_be_read() -> None:
    """Such a list proves of no task that it is missing."""
    whole = read_tasks(b'[{"id":"1","status":"SUCCESS"},{"id":"2","status":"SUCCESS"}]')
    assert (len(whole), whole.left_out) == (2, 0)
    partly = read_tasks(b'[{"id":"1","status":"SUCCESS"},7,{"status":"SUCCESS"},null]')
    assert ([task.id for task in partly], partly.left_out) == (["1"], 3)


@pytest.mark.parametrize(
    "page",
    [
        b'{"list":[{"id":"1","status":""}],"total":40}',
        b'{"list":[{"id":"1","status":""}],"pagination":{"total":40}}',
        b'{"data":{"records":[{"id":"1","status":""}],"total":40}}',
        b'{"data":{"records":[{"id":"1","status":""}]},"count":40}',
    ],
)
def test_a_page_tells_how_many_stand_on_others(page: bytes) -> None:
    """Wherever the number stands, a page proves of no task that it is missing."""
    found = read_tasks(page)
    assert (len(found), found.left_out) == (1, 39)


def test_a_number_beyond_reason_is_none_and_the_others_stay() -> None:
    """A column of history must hold it: no time is better than a wrong one, on either side of 0."""
    first, second = read_tasks(
        b'[{"id":"1","status":"SUCCESS","submitTime":9007199254740993,"imageWidth":2048,"prompt":"a"},'
        b'{"id":"2","status":"SUCCESS","startTime":-1e40,"finishTime":9007199254740992}]'
    )
    assert (first.submit_time, first.image_width, first.prompt) == (None, 2048, "a")
    assert (second.start_time, second.finish_time) == (None, 2**53)
