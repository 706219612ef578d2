"""Servers that forget, mislead and dawdle: each spoils what it concerns, and nothing is lost."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mj_notebook.server.faults import read_fault
from tests.faults.scene import Scene
from tests.faults.table import Row
from tests.faults.test_kernels import REPLAYED, goes_on

LISTS = "list_by_condition"


@contextmanager
def with_faults(folder: Path, *specs: str) -> Iterator[Scene]:
    """Give a scene whose server has faults."""
    with Scene(folder, faults=tuple(map(read_fault, specs))) as scene:
        yield scene


def noted(scene: Scene, row: Row, told: dict[str, object]) -> None:
    """Write down what came of it."""
    row.submits, row.tasks = scene.submits, scene.tasks
    row.picture = str(told.get("picture", ""))[:5]
    row.told = str(told["said"] or told["note"] or "")


def test_the_history_is_removed_while_it_is_drawn(scene: Scene, row: Row) -> None:
    """What is known is written there again: the next kernel has the task and its picture."""
    with scene.stopped(lambda asked: asked.is_list) as child:
        shutil.rmtree(scene.store)
        scene.house.relay.rule.open()  # type: ignore[attr-defined]
        told = child.told()
    assert (told["said"], told["picture"]) == ("", "whole")
    goes_on(scene, row, REPLAYED)
    assert scene.submits == 1


def test_the_history_is_removed_before_the_answer_comes(scene: Scene, row: Row) -> None:
    """The request was written into the file that is gone, and its answer into the new one."""
    with scene.stopped(lambda asked: asked.is_submit) as child:
        shutil.rmtree(scene.store)
        scene.house.relay.rule.open()  # type: ignore[attr-defined]
        told = child.told()
    assert (told["said"], told["picture"]) == ("", "whole")
    assert any("removed or moved" in remark for remark in told["remarks"])
    goes_on(scene, row, REPLAYED)
    assert scene.submits == 1


def test_a_task_is_forgotten_before_it_is_told_of(tmp_path: Path, row: Row) -> None:
    """It was accepted, and nothing shows that it is not drawn: it is said, and not sent again."""
    with with_faults(tmp_path, "forget=0@imagine x1") as scene:
        for _ in range(2):
            told = scene.run()
            assert told["said"].startswith("WaitTimeout: The proxy accepted this as task ")
            assert "fresh=True draws it anew" in told["said"]
        noted(scene, row, told)
        assert scene.submits == 1


def test_the_address_of_a_picture_comes_late(tmp_path: Path, row: Row) -> None:
    """It is waited for, as long as is usual; the next kernel looks again, and takes it."""
    with with_faults(tmp_path, "late-address=1") as scene:
        told = scene.run()
        assert told["said"].startswith("PictureMissing: The server tells no address")
        scene.wait_for(lambda: all(task["imageUrl"] for task in scene.house.tasks()))
        goes_on(scene, row, REPLAYED)
        row.told = f"{told['said']} Later: {REPLAYED}"
        assert scene.submits == 1


def test_half_a_picture_comes_each_time(tmp_path: Path, row: Row) -> None:
    """It is not kept and not called whole; the task succeeded, and is not drawn again."""
    with with_faults(tmp_path, "half-picture") as scene:
        told = scene.run()
        assert told["status"] == "SUCCESS"
        assert told["said"].startswith("PictureMissing: The picture is broken")
        noted(scene, row, told)
        again = scene.run()
        assert again["said"].startswith("PictureMissing: ")
        assert (scene.submits, scene.tasks) == (1, 1)


@pytest.mark.parametrize("way", ["far-time", "endless-time", "deep", "surrogate", "newline", "nan"])
def test_a_list_is_poisoned(tmp_path: Path, row: Row, way: str) -> None:
    """The job ends all the same: what can't be read in the list is asked for alone."""
    row.fault = f"a list is poisoned ({way})"
    with with_faults(tmp_path, f"spoil={way}@{LISTS}") as scene:
        told = scene.run()
        assert (told["said"], told["picture"]) == ("", "whole")
        goes_on(scene, row, REPLAYED)
        assert scene.submits == 1


@pytest.mark.parametrize(
    "fault", [f"drip=1@{LISTS}", f"bomb=300@{LISTS}", f"limited=999999@{LISTS}"]
)
def test_a_list_can_not_be_had(tmp_path: Path, row: Row, fault: str) -> None:
    """Patience ends when the person's does, the process too, and the task goes on."""
    row.fault = f"lists: {fault.partition('@')[0]}"
    with with_faults(tmp_path, fault) as scene:
        scene.address = scene.house.runner.base_url  # the relay hands on whole answers only
        began = time.monotonic()
        told = scene.run("--patience", "2")
        took = time.monotonic() - began
        assert told["said"].startswith("WaitTimeout: Not finished after 2 s; the task goes on.")
        assert took < 20  # of which most is the start of the process
        noted(scene, row, told)
        row.submits = scene.tasks
        assert scene.tasks == 1


def test_a_window_is_told_of_after_its_answer(tmp_path: Path, row: Row) -> None:
    """A gateway lists it twice: it is no news, and the answer is sent and paid once."""
    with Scene(tmp_path, dialect="new-api") as scene:
        session = scene.house.open()
        from mj_notebook.protocol.requests import Imagine

        grid = session.start(Imagine(prompt="a red kite")).wait(20)
        single = grid.press("U2").wait(20)
        window = single.press("Custom Zoom").accepted(20)
        answered = window.answer("a red kite --zoom 1.5").wait(20)
        assert answered.status == "SUCCESS"
        answers = [one for one in scene.house.relay.requests if one.path.endswith("/modal")]
        assert len(answers) == 1
        row.submits, row.tasks, row.picture, row.told = scene.submits, 4, "whole", "(drawn)"


_ENDING = """
import sys, time, warnings
warnings.simplefilter("ignore")
import mj_notebook as mj
job = mj.imagine("a red kite").accepted(20)
time.sleep(1)  # so that a question or a picture is on its way
print(time.time(), flush=True)
"""


@pytest.mark.parametrize("fault", [f"drip=1@{LISTS}", f"late=60@{LISTS}", "slow-picture=60"])
def test_the_interpreter_ends_when_it_is_asked_to(tmp_path: Path, row: Row, fault: str) -> None:
    """Whatever a server does meanwhile: long before it answers, and the next kernel goes on."""
    row.fault = f"a script ends while the server dawdles: {fault.partition('@')[0]}"
    with with_faults(tmp_path, fault) as scene:
        scene.address = scene.house.runner.base_url
        environment = {**scene.environment, "PYTHONWARNINGS": "ignore"}
        ran = subprocess.run(
            [sys.executable, "-c", _ENDING],
            check=False,
            cwd=scene.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=100,
        )
        ended = time.time()
        assert ran.returncode == 0, ran.stderr
        # Who waited for the server would take 60 s; how many of the two that an exit may take a
        # busy machine adds is no fault of ours.
        assert ended - float(ran.stdout) < 15
        row.submits, row.tasks, row.told = 1, scene.tasks, "(nothing)"
        assert scene.tasks == 1
