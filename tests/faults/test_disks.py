"""Disks that are full, forbidden or damaged, and clocks that jump."""

import os
import re
import time
from pathlib import Path

import pytest

from mj_notebook.store.history import Store
from tests.faults.scene import ON_BOTH, Scene
from tests.faults.table import Row
from tests.faults.test_kernels import FOUND, REPLAYED, goes_on, is_submit
from tests.store.making import SERVER, task

NO_ROOM = "there is no room on the disk"


def pictures(scene: Scene) -> list[Path]:
    """Return the files of the kept pictures."""
    return list(scene.store.rglob("pictures/??/*.png"))


def names_no_folder(scene: Scene, sentence: str) -> bool:
    """Tell whether a sentence keeps to itself where the person's folders are."""
    return str(scene.folder) not in sentence


def test_the_disk_is_full_before_anything_is_sent(scene: Scene, row: Row) -> None:
    """What can't be written down is not sent: the error says why, and nothing is paid."""
    told = scene.run("--room", "1")
    assert told["said"].startswith("StoreError: ")
    assert "it may be full" in told["said"]
    assert names_no_folder(scene, told["said"])
    assert scene.submits == 0
    goes_on(scene, row, "")
    row.told = told["said"]


@pytest.fixture
def big(tmp_path: Path) -> "Scene":
    """Return a scene whose pictures are larger than its history."""
    return Scene(tmp_path, picture_side=1024)


def test_the_disk_is_full_when_the_picture_comes(big: Scene, row: Row) -> None:
    """The picture is shown all the same, with a word; the next kernel keeps it."""
    with big as scene:
        told = scene.run("--room", "600000")
        assert (told["status"], told["said"], told["is_shown"]) == ("SUCCESS", "", True)
        assert NO_ROOM in told["note"]
        assert names_no_folder(scene, told["note"])
        assert not list(scene.store.rglob("*.part"))
        goes_on(scene, row, REPLAYED)
        row.told = told["note"]
        assert scene.submits == 1


def test_the_history_can_not_be_written(scene: Scene, row: Row) -> None:
    """A folder one may only read: nothing is sent."""
    scene.run()
    row.lost = scene.lost  # before its task is taken out below
    row_before = scene.submits
    for path in (scene.store, *scene.store.iterdir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        with scene.history() as history:
            history.execute("DELETE FROM tasks") if os.getuid() == 0 else None
        told = scene.run("--no-root")
    finally:
        for path in (scene.store, *scene.store.iterdir()):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert told["said"].startswith("StoreError: ")
    assert names_no_folder(scene, told["said"])
    assert scene.submits == row_before
    row.submits, row.tasks, row.told = scene.submits, scene.tasks, told["said"]


def test_the_history_is_cut_in_half(scene: Scene, row: Row) -> None:
    """It is set aside, and what can be read of it taken over: the picture is not paid again."""
    scene.run()
    path = scene.store / "history.sqlite3"
    with Store(scene.store) as store:
        for begin in range(0, 1000, 10):
            store.save_tasks([(SERVER, task(str(begin + number))) for number in range(10)])
    for beside in scene.store.glob("history.sqlite3-*"):
        beside.unlink()
    half = path.stat().st_size // 2
    os.truncate(path, half)
    told = goes_on(scene, row, REPLAYED)
    (row.told,) = told["warned"]
    assert "set aside as history.sqlite3.damaged-1" in row.told
    assert re.search(r"what could be read of it: \d\d+ tasks\.", row.told)
    assert (scene.store / "history.sqlite3.damaged-1").stat().st_size == half
    assert scene.submits == 1


@ON_BOTH
def test_a_picture_is_damaged(scene: Scene, row: Row) -> None:
    """A file that no longer holds what it held is set aside, and the picture fetched again."""
    scene.run()
    (path,) = pictures(scene)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    goes_on(scene, row, REPLAYED)
    (path,) = pictures(scene)
    assert path.read_bytes() == content
    assert scene.submits == 1


def test_a_picture_is_gone(scene: Scene, row: Row) -> None:
    """A file somebody deleted is fetched again."""
    scene.run()
    pictures(scene)[0].unlink()
    goes_on(scene, row, REPLAYED)
    assert scene.submits == 1


@ON_BOTH
@pytest.mark.parametrize("seconds", [-3600, 3600], ids=["back", "forward"])
def test_the_clock_is_set(scene: Scene, row: Row, seconds: float) -> None:
    """A kernel died before the answer, and then the clock jumped an hour: the task is found."""
    scene.killed_at(is_submit)
    scene.wait_for(lambda: scene.tasks)
    scene.let_pass(seconds)
    goes_on(scene, row, FOUND)
    assert scene.submits == 1


def test_half_a_download_does_not_stay_for_ever(scene: Scene, row: Row) -> None:
    """What a killed kernel left half written is removed a day later."""
    scene.start("--die", "os.rename:incoming:1").dies()
    (left,) = scene.store.rglob("*.part")
    goes_on(scene, row, REPLAYED)
    assert left.exists()  # another kernel may be writing it
    os.utime(left, (time.time() - 90_000,) * 2)
    goes_on(scene, row, REPLAYED)
    assert not left.exists()
