"""The engine: everything from the entries and the time, and nothing from anywhere else."""

from typing import Any

from mj_notebook.server.engine.engine import Engine
from mj_notebook.server.engine.ledger import Accepted, Answered, Cancelled, Entry, Resized

KINDS = {"imagine", "custom_zoom", "upscale"}


def accepted(number: int, at: int = 0, **more: Any) -> Accepted:
    """Return the entry of an imagine that takes a second."""
    facts = {"kind": "imagine", "action": "IMAGINE", "description": "", "prompt": "a kite"}
    return Accepted(
        id=f"{number:016d}", at=at, **{"duration": 1000, "mode": "fast", **facts, **more}
    )


def engine(*entries: Entry) -> Engine:
    """Return an engine that was told *entries*."""
    folded = Engine(KINDS)
    for entry in entries:
        folded.apply(entry)
    return folded


def status(folded: Engine, number: int, now: int) -> str:
    """Return the status of a task."""
    record = folded.record(f"{number:016d}")
    assert record is not None
    return folded.phase(record, now).status


def story() -> list[Entry]:
    """Return a ledger in which everything happens."""
    window = accepted(5, 200, kind="custom_zoom", has_window=True, parent=f"{1:016d}")
    return [
        *(accepted(number, number) for number in range(1, 5)),
        window,
        Cancelled(id=f"{2:016d}", at=300),
        Answered(id=window.id, at=400, prompt="b", duration=500),
        Resized(at=500, cores=1),
        accepted(6, 600),
    ]


def test_the_same_entries_tell_the_same_story() -> None:
    """Whenever and however often somebody asks, and whoever folds them."""
    one, other = engine(*story()), Engine(KINDS)
    for entry in story():
        other.apply(entry)
        for now in (0, 10_000, 500):
            [other.phase(record, now) for record in other.records()]
    for now in range(0, 6000, 50):
        assert [one.phase(record, now) for record in one.records()] == [
            other.phase(record, now) for record in other.records()
        ]


def test_time_alone_moves_a_task() -> None:
    """No entry is needed between acceptance and end."""
    folded = engine(accepted(1))
    assert [status(folded, 1, now) for now in (0, 60, 500, 1000)] == [
        "NOT_START",
        "SUBMITTED",
        "IN_PROGRESS",
        "SUCCESS",
    ]


def test_a_window_waits_for_ever_and_then_queues() -> None:
    """It takes no core before it is answered, and runs from then on."""
    window = accepted(1, has_window=True)
    folded = engine(window)
    assert status(folded, 1, 10**12) == "MODAL"
    assert folded.load(10**12) == (0, 0)
    folded.apply(Answered(id=window.id, at=5000, prompt="b", duration=1000))
    assert [status(folded, 1, now) for now in (4999, 5000, 6000)] == [
        "MODAL",
        "NOT_START",
        "SUCCESS",
    ]


def test_a_cancelled_task_never_changes_again() -> None:
    """Neither by time nor by a second cancelling or a late answer."""
    window = accepted(1, has_window=True)
    folded = engine(window, Cancelled(id=window.id, at=10), Cancelled(id=window.id, at=20))
    folded.apply(Answered(id=window.id, at=30, prompt="b", duration=1000))
    record = folded.record(window.id)
    assert record is not None
    assert [folded.phase(record, now).finish_time for now in (9, 10, 5000)] == [None, 10, 10]
    assert folded.load(40) == (0, 0)


def test_cancelling_lets_the_next_one_start() -> None:
    """Its core is free from that moment."""
    folded = engine(Resized(at=0, cores=1), accepted(1), accepted(2))
    folded.apply(Cancelled(id=f"{1:016d}", at=500))
    assert status(folded, 2, 560) == "SUBMITTED"
    assert status(folded, 2, 1500) == "SUCCESS"


def test_entries_that_make_no_sense_are_passed_over() -> None:
    """Unknown ids, an id twice, an answer to what has no window."""
    folded = engine(accepted(1), accepted(1, 700, prompt="other"))
    for entry in (Cancelled(id="x", at=1), Answered(id="x", at=1, prompt="")):
        folded.apply(entry)
    folded.apply(Answered(id=f"{1:016d}", at=1, prompt="late"))
    record = folded.record(f"{1:016d}")
    assert record is not None
    assert record.prompt == "a kite"
    assert status(folded, 1, 1000) == "SUCCESS"


def test_tasks_of_a_newer_server_are_passed_over() -> None:
    """A kind this version can't paint, or one whose parent it doesn't know, is no task here."""
    folded = engine(accepted(1, kind="hologram"), accepted(2, kind="upscale", parent="x"))
    assert list(folded.records()) == []
    assert folded.load(10) == (0, 0)
