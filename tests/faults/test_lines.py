"""Lines that break and servers that go away: a task is looked for, never asked for twice."""

import pytest

from mj_notebook.server.config import Timing
from tests.faults.scene import ON_BOTH, Scene, first
from tests.faults.table import Row
from tests.faults.test_kernels import (
    FOUND,
    JOINED,
    REPLAYED,
    UNKNOWN,
    goes_on,
    is_picture,
    is_submit,
)
from tests.support.relay import ConnectionFate, SeenRequest

LOST = "It was not sent again, since it may be drawn already"


@ON_BOTH
def test_the_answer_is_lost_and_looked_for_at_once(scene: Scene, row: Row) -> None:
    """The proxy took it and the line broke: its list has the task, and the cell goes on."""
    scene.house.relay.rule = first(is_submit, ConnectionFate.LOSE)
    told = scene.run("--looking")
    assert (told["said"], told["picture"], told["remarks"]) == ("", "whole", [FOUND])
    goes_on(scene, row, REPLAYED)
    row.told = FOUND
    assert scene.submits == 1


@ON_BOTH
def test_the_answer_is_lost_and_the_kernel_ends(scene: Scene, row: Row) -> None:
    """The person is told that nobody knows; the next kernel finds the task."""
    scene.house.relay.rule = first(is_submit, ConnectionFate.LOSE)
    told = scene.run()
    assert LOST in told["said"]
    goes_on(scene, row, FOUND)
    assert scene.submits == 1


def test_the_line_breaks_before_the_server(scene: Scene, row: Row) -> None:
    """Whether it arrived can't be seen from here: it is looked for until that is certain."""
    scene.draw_one_before()
    scene.house.relay.rule = first(is_submit, ConnectionFate.CUT)
    assert LOST in scene.run()["said"]
    assert UNKNOWN in scene.run()["said"]
    assert scene.submits == 1
    scene.let_pass(100)
    goes_on(scene, row, "")
    row.told = f"{LOST}. Later: (drawn)"


def test_the_server_is_not_there(scene: Scene, row: Row) -> None:
    """What was never sent is asked for as soon as somebody answers, without a wait."""
    scene.address = scene.house.runner.base_url
    scene.house.runner.stop()
    told = scene.run()
    assert told["said"].startswith("ServerUnreachable: ")
    assert LOST not in told["said"]
    scene.house.start_server()
    goes_on(scene, row, "")
    row.told = told["said"]


def test_the_server_restarts_while_it_draws(scene: Scene, row: Row) -> None:
    """The person sees nothing but a pause."""
    with scene.stopped(lambda asked: asked.is_list) as child:
        scene.house.runner.stop()
        scene.house.relay.rule.open()  # type: ignore[attr-defined]
        scene.house.start_server()
        told = child.told()
    assert (told["said"], told["picture"]) == ("", "whole")
    goes_on(scene, row, REPLAYED)
    assert scene.submits == 1


def test_the_server_is_gone_for_good(scene: Scene, row: Row) -> None:
    """Waiting ends with the word that the task goes on; when the server is back, it does."""
    with scene.stopped(lambda asked: asked.is_list, options=("--patience", "2")) as child:
        scene.house.runner.stop()
        scene.house.relay.rule.open()  # type: ignore[attr-defined]
        told = child.told()
    assert told["said"].startswith("WaitTimeout: Not finished after 2 s; the task goes on.")
    assert "Asking again in" in told["note"]
    scene.house.start_server()
    goes_on(scene, row, JOINED)
    row.told = f"{told['said']} Later: {JOINED}"
    assert scene.submits == 1


@ON_BOTH
@pytest.mark.parametrize(
    ("told_before", "end"),
    [(1, "TaskUnknown: "), (0, "WaitTimeout: The proxy accepted this as task ")],
    ids=["after it told of it", "before it told of it"],
)
def test_the_server_forgot_the_task(scene: Scene, row: Row, told_before: int, end: str) -> None:
    """A proxy that lost its own history: lost is what it told of, the other may yet be drawn."""
    lists: list[SeenRequest] = []
    # What it forgets is still being drawn, however late a busy machine asks for it.
    scene.house._options["timing"] = Timing.of(3600)
    scene.house.restart_server()

    def next_list(asked: SeenRequest) -> bool:
        lists.extend([asked] if asked.is_list else [])
        return asked.is_list and len(lists) > told_before

    with scene.stopped(next_list) as child:
        scene.house.runner.stop()
        scene.house._options["folder"] = scene.folder / "another"
        scene.house.start_server()
        scene.house.relay.rule.open()  # type: ignore[attr-defined]
        told = child.told()
    assert told["said"].startswith(end)
    row.submits, row.tasks, row.told = scene.submits, scene.tasks, told["said"]
    assert (row.submits, row.tasks) == (1, 0)


def test_the_picture_never_comes_whole(scene: Scene, row: Row) -> None:
    """Its download breaks again and again: the task is there, and the next run fetches it."""
    scene.house.relay.rule = lambda asked: (
        ConnectionFate.CUT if is_picture(asked) else ConnectionFate.PASS
    )
    told = scene.run()
    assert told["status"] == "SUCCESS"
    assert told["said"].startswith("PictureMissing: The line to")
    assert told["note"]
    assert told["picture"].startswith("PictureMissing")
    scene.house.relay.rule = lambda _: ConnectionFate.PASS
    goes_on(scene, row, REPLAYED)
    row.told = told["note"]
    assert scene.submits == 1
