"""Callbacks: each change once, in order, and only to hosts that are allowed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.config import LOOPBACK, Config
from mj_notebook.server.engine.phases import Phase
from mj_notebook.server.http.notifier import may_call, order_of
from tests.server.clock import Clock
from tests.server.conftest import SMALL
from tests.server.receiver import Receiver, wait_until
from tests.server.wire import OnSocket, Wire


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return something that listens."""
    made = Receiver()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def wire(clock: Clock) -> Iterator[Wire]:
    """Return a line to a server with a loop that runs between requests."""
    line = OnSocket(Config(picture_side=SMALL, clock=clock))
    with Wire(line, clock) as made:
        yield made


def test_each_change_is_told_once_and_in_order(wire: Wire, receiver: Receiver) -> None:
    """The whole task as a fetch shows it, although the receiver answers 500."""
    task_id = wire.imagine(notifyHook=receiver.url)["result"]
    for count, seconds in enumerate((0.5, 3, 3, 10), 1):
        wire.clock.advance(seconds)
        receiver.wait_for(count)
    statuses = [task["status"] for task in receiver.tasks]
    assert statuses == ["SUBMITTED", "IN_PROGRESS", "IN_PROGRESS", "SUCCESS"]
    assert receiver.tasks[-1] == wire.task(task_id)
    time.sleep(0.25)
    assert len(receiver.tasks) == 4


@pytest.mark.parametrize("dialect", ["open", "trueai"])
def test_a_callback_is_in_the_dialect_of_the_server(
    clock: Clock, receiver: Receiver, dialect: str
) -> None:
    """What comes is exactly what a fetch gives."""
    line = OnSocket(Config(picture_side=SMALL, clock=clock, dialect=dialect))
    with Wire(line, clock) as wire:
        task_id = wire.imagine(notifyHook=receiver.url)["result"]
        wire.clock.advance(30)
        receiver.wait_for(1)
        assert receiver.tasks == [wire.task(task_id)]
    assert ("buttons" in receiver.tasks[0]) == (dialect == "trueai")


@contextmanager
def restarted(clock: Clock, folder: Path) -> Iterator[Wire]:
    """Give a line to a server that goes on with the journal in *folder*; it has ended after."""
    line = OnSocket(Config(picture_side=SMALL, clock=clock, folder=folder))
    with Wire(line, clock) as wire:
        yield wire
        line.runner.stop()


def test_callbacks_go_on_after_a_restart(clock: Clock, receiver: Receiver, tmp_path: Path) -> None:
    """Nobody needs to ask the new server for that, and pictures are where it is now."""
    with restarted(clock, tmp_path) as before:
        task_id = before.imagine(notifyHook=receiver.url)["result"]
        clock.advance(0.5)
        receiver.wait_for(1)
    with restarted(clock, tmp_path) as after:
        receiver.wait_for(2)
        clock.advance(10)
        receiver.wait_for(3)
        assert receiver.tasks[-1] == after.task(task_id)
    statuses = [task["status"] for task in receiver.tasks]
    assert statuses == ["SUBMITTED", "SUBMITTED", "SUCCESS"]


def test_an_end_that_nobody_was_told_is_told_once(
    clock: Clock, receiver: Receiver, tmp_path: Path
) -> None:
    """By the next server, and not by the one after it."""
    with restarted(clock, tmp_path) as before:
        task_id = before.imagine(notifyHook=receiver.url)["result"]
    clock.advance(60)
    with restarted(clock, tmp_path):
        receiver.wait_for(1)
        told = '"entry":"notified"'
        wait_until(lambda: told in (tmp_path / "journal.jsonl").read_text())
    with restarted(clock, tmp_path) as third:
        third.imagine(notifyHook=receiver.url)
        clock.advance(60)
        receiver.wait_for(2)
    assert [task["id"] for task in receiver.tasks].count(task_id) == 1


def test_what_ended_long_ago_is_no_news(clock: Clock, receiver: Receiver, tmp_path: Path) -> None:
    """After an hour the end of a task is not told any more."""
    with restarted(clock, tmp_path) as before:
        old = before.imagine(notifyHook=receiver.url)["result"]
    clock.advance(3700)
    with restarted(clock, tmp_path) as after:
        new = after.imagine(notifyHook=receiver.url)["result"]
        clock.advance(60)
        receiver.wait_for(1)
    assert old not in {task["id"] for task in receiver.tasks} == {new}


def test_a_task_without_a_hook_is_told_to_nobody(wire: Wire, receiver: Receiver) -> None:
    """An empty address is none."""
    wire.imagine(notifyHook="")
    hooked = wire.imagine(notifyHook=receiver.url)["result"]
    wire.clock.advance(30)
    receiver.wait_for(1)
    assert {task["id"] for task in receiver.tasks} == {hooked}


@pytest.mark.parametrize(
    ("url", "hosts", "may"),
    [
        ("http://127.0.0.1:8000/x", LOOPBACK, True),
        ("http://localhost/", LOOPBACK, True),
        ("http://[::1]:1/", LOOPBACK, True),
        ("https://example.com/", LOOPBACK, False),
        ("http://127.0.0.1@example.com/", LOOPBACK, False),
        ("https://example.com/", frozenset({"*"}), True),
        ("https://example.com/", frozenset({"example.com"}), True),
        ("ftp://127.0.0.1/", frozenset({"*"}), False),
        ("file:///etc/passwd", frozenset({"*"}), False),
        ("http://[", LOOPBACK, False),
        ("nonsense", LOOPBACK, False),
    ],
)
def test_callbacks_go_where_they_may(url: str, hosts: frozenset[str], *, may: bool) -> None:
    """By the name of the host, whatever else stands in the address."""
    assert may_call(url, hosts) is may


def test_a_task_only_goes_on() -> None:
    """Statuses and percentages have one order; before the start there is nothing to tell."""
    phases = [
        Phase(Status.NOT_START),
        Phase(Status.SUBMITTED, 0),
        Phase(Status.IN_PROGRESS, 0),
        Phase(Status.IN_PROGRESS, 93),
        Phase(Status.SUCCESS),
    ]
    orders = [order_of(phase) for phase in phases]
    assert orders[0] == order_of(Phase(Status.MODAL)) == 0
    assert orders == sorted(set(orders))
