"""Cancelling: what is left of a task, wherever it stood (1.15)."""

from tests.server.conftest import Serve
from tests.server.wire import Wire


def test_what_waits_is_cancelled_without_a_trace_of_work(serve: Serve) -> None:
    """1.15: no start, no progress, no picture, no reason; and its place in the queue is free."""
    wire = serve(core_size=1, queue_size=1)
    wire.imagine()
    waiting = wire.imagine()["result"]
    assert wire.imagine()["code"] == 23
    assert wire.ask("POST", f"/mj/task/{waiting}/cancel").json()["result"] == waiting
    task = wire.task(waiting)
    assert (task["status"], task["finishTime"]) == ("CANCEL", 1_760_000_000_000)
    unknown = ("startTime", "progress", "imageUrl", "failReason", "imageWidth")
    assert [task[key] for key in unknown] == [None] * 5
    assert wire.imagine()["code"] == 1


def test_what_ran_keeps_its_preview_when_it_is_cancelled(wire: Wire) -> None:
    """1.15: the last preview can still be seen; there are no buttons and no reason."""
    task_id = wire.imagine()["result"]
    wire.clock.advance(4)
    before = wire.task(task_id)
    wire.post(f"/mj/task/{task_id}/cancel", {})
    wire.clock.advance(100)
    after = wire.task(task_id)
    kept = ("imageUrl", "startTime", "progress", "failReason", "buttons", "prompt")
    assert [after[key] for key in kept] == [before[key] for key in kept]
    assert wire.picture(after)[8:12] == b"WEBP"
    assert wire.get("/mj/task/queue") == []
