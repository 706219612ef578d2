"""Kernels that die, at every step of a picture: the next one goes on, and nothing is paid twice."""

from typing import Any

import pytest

from tests.faults.scene import ON_BOTH, Scene
from tests.faults.table import Row
from tests.support.relay import ConnectionFate, SeenRequest

JOINED = "The same was being drawn already; this is that task."
FOUND = "The answer to this request was lost; its task was found by its tag."
REPLAYED = "replayed · 0 credits"
UNKNOWN = "It is not known whether this was accepted: the request may still be on its way."


def is_submit(asked: SeenRequest) -> bool:
    """Tell whether a request asks for work."""
    return asked.is_submit


def is_picture(asked: SeenRequest) -> bool:
    """Tell whether a request asks for the finished picture."""
    return asked.is_picture


def goes_on(scene: Scene, row: Row, sentence: str) -> dict[str, Any]:
    """Run the same cell in the next kernel: the picture is there, and one task was paid for."""
    told = scene.run()
    row.submits, row.tasks, row.picture = scene.submits, scene.tasks, told.get("picture", "")
    said = [told["said"], told["note"], *told["remarks"], told["shown"]]
    row.told = next((one for one in said if sentence in one), " | ".join(filter(None, said)))
    assert sentence in row.told
    if sentence == REPLAYED:
        row.told = sentence
    assert (told["status"], told["picture"], row.tasks) == ("SUCCESS", "whole", 1)
    return told


def test_killed_before_the_history_is_open(scene: Scene, row: Row) -> None:
    """Nothing was asked yet: the next kernel asks."""
    scene.start("--die", "sqlite3.connect::1").dies()
    assert scene.submits == 0
    goes_on(scene, row, "")
    assert scene.submits == 1


@ON_BOTH
@pytest.mark.parametrize("place", ["before it was sent", "before it arrived"])
def test_killed_after_writing_it_down(scene: Scene, row: Row, place: str) -> None:
    """Asked at once, one clear sentence; after a minute and a half the proxy's list decides."""
    scene.draw_one_before()
    if place == "before it was sent":
        scene.start("--die", "socket.connect::1").dies()
    else:
        scene.killed_at(is_submit, ConnectionFate.CUT)
    sent = scene.submits
    told = scene.run()
    assert told["said"].startswith(f"Unsettled: {UNKNOWN}")
    assert "mj.resume()" in told["said"]
    assert "fresh=True" in told["said"]
    assert scene.submits == sent
    scene.let_pass(100)
    goes_on(scene, row, "")
    row.told = f"at once: {UNKNOWN} Later: (drawn)"
    assert scene.submits == sent + 1


@ON_BOTH
def test_killed_before_the_answer(scene: Scene, row: Row) -> None:
    """The server has the task, the kernel never heard of it: its tag leads to it."""
    scene.killed_at(is_submit)
    scene.wait_for(lambda: scene.tasks)
    goes_on(scene, row, JOINED)
    assert scene.submits == 1


@ON_BOTH
def test_killed_before_the_id_is_written(scene: Scene, row: Row) -> None:
    """The answer came, but the history could not be written before the end."""
    with scene.stopped(is_submit) as child, scene.locked():
        scene.house.relay.rule.open()  # type: ignore[attr-defined]
        scene.wait_for(lambda: scene.house.relay.answered)
        child.kill()
    goes_on(scene, row, JOINED)
    assert scene.submits == 1


@ON_BOTH
def test_killed_while_it_is_drawn(scene: Scene, row: Row) -> None:
    """The task is known and runs: the next kernel goes on with it."""
    scene.killed_at(lambda asked: asked.is_list)
    goes_on(scene, row, JOINED)
    assert scene.submits == 1


@ON_BOTH
def test_killed_while_the_picture_comes(scene: Scene, row: Row) -> None:
    """The task is finished and its picture on the way: the next kernel fetches it again."""
    scene.killed_at(is_picture)
    goes_on(scene, row, REPLAYED)
    assert scene.submits == 1


def test_killed_while_the_picture_is_written(scene: Scene, row: Row) -> None:
    """What was half written is never taken for a picture, and does not stay for ever."""
    scene.start("--die", "os.rename:incoming:1").dies()
    assert len(list(scene.store.rglob("*.part"))) == 1
    goes_on(scene, row, REPLAYED)
    assert scene.submits == 1


@ON_BOTH
def test_killed_before_the_picture_is_noted(scene: Scene, row: Row) -> None:
    """The file is there, but the history does not know: it is fetched again, kept once."""
    with scene.stopped(is_picture) as child, scene.locked():
        scene.house.relay.rule.open()  # type: ignore[attr-defined]
        scene.wait_for(lambda: list(scene.store.rglob("pictures/??/*.*")))
        child.kill()
    goes_on(scene, row, REPLAYED)
    assert len(list(scene.store.rglob("pictures/??/*.*"))) == 1
    assert scene.submits == 1


@ON_BOTH
def test_two_kernels_ask_for_the_same(scene: Scene, row: Row) -> None:
    """The second waits for the first one's answer, and then they share the task."""
    with scene.stopped(is_submit) as first:
        second = scene.start()
        scene.wait_for(
            lambda: any("/task/list" in asked.path for asked in scene.house.relay.requests)
        )
        scene.house.relay.rule.open()  # type: ignore[attr-defined]
        told = [first.told(), second.told()]
    assert told[0]["id"] == told[1]["id"]
    assert [one["picture"] for one in told] == ["whole", "whole"]
    assert JOINED in told[1]["remarks"]
    assert scene.submits == 1
    goes_on(scene, row, REPLAYED)
    row.told = JOINED


@ON_BOTH
def test_four_kernels_start_together(scene: Scene, row: Row) -> None:
    """Whoever is first asks; nobody else does."""
    children = [scene.start() for _ in range(4)]
    told = [child.told() for child in children]
    assert [one["said"] for one in told] == [""] * 4
    assert len({one["id"] for one in told}) == 1
    assert scene.submits == 1
    goes_on(scene, row, REPLAYED)
