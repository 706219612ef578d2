"""Recorded tasks of every server of the family, read and written again."""

import json

import msgspec
import pytest

from mj_notebook.protocol.codec import read_task, read_tasks
from mj_notebook.protocol.models import task_record, write_task
from mj_notebook.protocol.vocabulary import Status
from tests.protocol.samples import TASKS, task_bytes, task_values

PLUS = [name for name in TASKS if name.startswith("plus_")]


@pytest.mark.parametrize("name", TASKS)
def test_every_recorded_task_is_read(name: str) -> None:
    """Whatever server wrote it, id and status are found and the reply is kept untouched."""
    task = read_task(task_bytes(name))
    assert task is not None
    assert task.id == str(task_values(name)["id"])
    assert task.status in set(Status)
    assert bytes(task.reply) == task_bytes(name)


@pytest.mark.parametrize("name", TASKS)
def test_what_is_written_reads_as_the_same_task(name: str) -> None:
    """Writing a task and reading it again changes nothing but the kept reply."""
    task = read_task(task_bytes(name))
    assert task is not None
    again = read_task(write_task(task))
    assert again is not None
    empty = msgspec.Raw(b"")
    assert msgspec.structs.replace(again, reply=empty) == msgspec.structs.replace(task, reply=empty)


@pytest.mark.parametrize("name", PLUS)
def test_plus_tasks_are_written_as_they_came(name: str) -> None:
    """Every key of a plus task, nulls included, stands in what we write, in the same order."""
    task = read_task(task_bytes(name))
    assert task is not None
    written = json.loads(write_task(task))
    came = task_values(name)
    known = {key for key, value in came["properties"].items() if value is not None}
    assert list(written) == list(came)
    assert {**written, "properties": None} == {**came, "properties": None}
    assert written["properties"] == {key: came["properties"][key] for key in known}


def test_a_list_holds_each_task_with_its_own_reply() -> None:
    """A list is read task by task, in its order, and each keeps only its own JSON."""
    one, two = read_task(task_bytes("plus_modal")), read_task(task_bytes("trueai_success"))
    assert one is not None
    assert two is not None
    listed = read_tasks(
        b"[" + task_bytes("plus_modal") + b"," + task_bytes("trueai_success") + b"]"
    )
    assert [task.id for task in listed] == [one.id, two.id]
    assert json.loads(bytes(listed[1].reply)) == task_values("trueai_success")
    written = b"[" + write_task(one) + b"," + write_task(two) + b"]"
    assert [task.id for task in read_tasks(written)] == [one.id, two.id]


def test_plain_values_have_the_wires_spelling() -> None:
    """The task JSON that outputs carry is camelCase and holds no reply."""
    task = read_task(task_bytes("plus_imagine_success"))
    assert task is not None
    record = task_record(task)
    assert record["imageWidth"] == 2048
    assert record["buttons"][0]["customId"].startswith("MJ::JOB::upsample::1::")
    assert not [key for key in record if "reply" in key]


def test_what_only_some_servers_send_is_kept() -> None:
    """Tiles, seed, bot and parent survive reading; a client's address does not become a field."""
    task = read_task(task_bytes("trueai_success"))
    assert task is not None
    assert len(task.image_urls or ()) == 4
    assert (task.image_urls or ("",))[0].endswith("/0_0.png")
    assert task.seed == "1234567890"
    assert task.bot_type == "MID_JOURNEY"
    assert task.final_prompt == "a red kite --v 7.0"
    assert "clientIp" not in task_record(task)


def test_a_gateway_before_its_first_look_is_a_task_that_has_not_started() -> None:
    """Status "", times 0 and progress "0%" mean that nothing is known yet."""
    task = read_task(task_bytes("gateway_before_first_tick"))
    assert task is not None
    assert task.status == Status.NOT_START
    assert not task.is_final
    assert task.percent == 0
    assert task.buttons is None


def test_progress_says_nothing_about_the_end() -> None:
    """A gateway's failed task has progress "100%"; only its status makes it final."""
    failed = read_task(task_bytes("gateway_failure"))
    assert failed is not None
    assert failed.percent == 100
    assert failed.is_final
    assert not failed.succeeded


def test_the_original_has_no_buttons_and_says_so_by_silence() -> None:
    """No buttons key is None (ask another way), an empty list is "none offered"."""
    original, failed = (
        read_task(task_bytes("original_imagine_success")),
        read_task(task_bytes("plus_failure")),
    )
    assert original is not None
    assert failed is not None
    assert original.buttons is None
    assert failed.buttons == ()
