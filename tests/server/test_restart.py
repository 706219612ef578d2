"""Servers that end and start again, and servers that share a journal."""

from collections.abc import Callable
from pathlib import Path

import httpx

from mj_notebook.server.config import Config, Timing
from tests.server.clock import Clock
from tests.server.conftest import SMALL, Serve
from tests.server.wire import Line, Wire


def test_a_restarted_server_goes_on_where_time_has_got_to(
    line: Callable[[Config], Line], clock: Clock, tmp_path: Path
) -> None:
    """Running, waiting, cancelled and windowed tasks are all as if it had never been away."""
    config = Config(folder=tmp_path, clock=clock, picture_side=SMALL)
    with Wire(line(config), clock) as before:
        grid = before.imagine("a red kite --seed 7")["result"]
        clock.advance(9)
        picture = before.picture(before.task(grid))
        single = before.press(grid, "U1")["result"]
        clock.advance(3)
        window = before.press(single, "Custom Zoom")["result"]
        waiting = [before.imagine(f"kite {n}")["result"] for n in range(5)]
        cancelled = waiting[0]
        before.post(f"/mj/task/{cancelled}/cancel", {})
        clock.advance(2)
        expected = [_placeless(task) for task in before.get("/mj/task/list")]
    with Wire(line(config), clock) as after:
        assert [_placeless(task) for task in after.get("/mj/task/list")] == expected
        clock.advance(4)
        assert after.task(waiting[1])["status"] == "IN_PROGRESS"
        assert after.picture(after.task(grid)) == picture
        assert after.post("/mj/submit/modal", {"taskId": window})["result"] == window
        clock.advance(100)
        assert {after.task(id_)["status"] for id_ in (*waiting[1:], window)} == {"SUCCESS"}
        assert after.task(cancelled)["status"] == "CANCEL"


def _placeless(task: dict[str, object]) -> dict[str, object]:
    """Return *task* without what depends on the port that the server happened to get."""
    address = httpx.URL(str(task["imageUrl"] or ""))
    return {**task, "imageUrl": address.raw_path}


def test_another_timing_does_not_change_what_has_happened(serve: Serve, tmp_path: Path) -> None:
    """How long a task takes, and with how many cores, is written down with it."""
    wire = serve(folder=tmp_path, core_size=1)
    ids = [wire.imagine(f"kite {n}")["result"] for n in range(3)]
    wire.clock.advance(100)
    ends = [wire.task(id_)["finishTime"] for id_ in ids]
    other = serve(folder=tmp_path, core_size=50, timing=Timing.of(1000))
    assert [other.task(id_)["finishTime"] for id_ in ids] == ends
    assert ends == [1_760_000_008_000, 1_760_000_016_000, 1_760_000_024_000]


def test_two_servers_on_one_journal_are_one(serve: Serve, tmp_path: Path) -> None:
    """Each knows at once what the other accepted, and they share cores and queue."""
    one, other = serve(folder=tmp_path), serve(folder=tmp_path)
    replies = [server.imagine() for _ in range(7) for server in (one, other)]
    assert [reply["code"] for reply in replies] == [1] * 4 + [22] * 9 + [23]
    ids = [reply["result"] for reply in replies[:13]]
    assert len(set(ids)) == 13
    assert [task["id"] for task in one.get("/mj/task/queue")] == ids
    assert [task["id"] for task in other.get("/mj/task/queue")] == ids
    one.post(f"/mj/task/{ids[12]}/cancel", {})
    assert other.task(ids[12])["status"] == "CANCEL"
    other.clock.advance(100)
    pressed = other.press(ids[0], "U1")
    assert one.finished(pressed)["description"] == f"/up {ids[0]} U1"


def test_references_are_kept_beside_the_journal(serve: Serve, tmp_path: Path) -> None:
    """Under the hash of their bytes, once, and not in the journal."""
    wire = serve(folder=tmp_path)
    for _ in range(2):
        wire.imagine(base64Array=["data:image/png;base64,iVBORw0KGgo="])
    (kept,) = (tmp_path / "references").iterdir()
    assert kept.read_bytes() == b"\x89PNG\r\n\x1a\n"
    journal = (tmp_path / "journal.jsonl").read_text()
    assert journal.count(kept.name) == 2
    assert "iVBOR" not in journal
