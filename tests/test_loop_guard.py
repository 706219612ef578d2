"""The guard of the worker's loop: it finds what blocks, and nothing else."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from mj_notebook.session.worker import Worker
from mj_notebook.store.history import Store
from tests.support.loop_guard import GUARD


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Give a worker and stop it afterwards."""
    made = Worker()
    yield made
    made.stop()


def found_after(worker: Worker, call: Callable[[], object]) -> str:
    """Run *call* on the loop to its end, and return what the guard says of it."""
    worker.post(call)
    done = threading.Event()
    worker.post(done.set)
    assert done.wait(20)
    return "\n".join(GUARD.taken())


@pytest.mark.parametrize("by", ["lock", "sleep"])
def test_a_loop_that_waits_is_found(worker: Worker, by: str) -> None:
    """A loop that waits for a lock, or sleeps, stands still, and the guard says where."""
    lock = threading.Lock()
    lock.acquire()
    # Only time ends it: who waited for the loop here would need what the guard is to find.
    threading.Timer(0.7, lock.release).start()
    wait: Callable[[], object] = lock.acquire if by == "lock" else partial(time.sleep, 0.7)
    assert "stood still" in found_after(worker, wait)


def test_a_file_and_a_history_are_found_however_quick(worker: Worker, tmp_path: Path) -> None:
    """No clock decides about them, so a fast disk hides none."""
    file = tmp_path / "picture.png"
    file.write_bytes(b"picture")
    with Store(tmp_path / "history") as store:
        assert "a file was opened" in found_after(worker, file.read_bytes)
        assert "a statement ran" in found_after(worker, store.latest)
        assert found_after(worker, lambda: None) == ""


def test_code_that_loads_for_the_first_time_is_no_file(worker: Worker, tmp_path: Path) -> None:
    """Rooms load on first use, and a Python that never ran them keeps them compiled then."""
    code = tmp_path / "room.py"
    code.write_text("size = 1")
    assert found_after(worker, partial(SourceFileLoader("room", str(code)).get_code, "room")) == ""
    assert list(tmp_path.glob("__pycache__/room.*.pyc"))


def test_who_computes_does_not_stand_still(worker: Worker) -> None:
    """A loop that is busy, or has no processor, is slow; that is another fault than waiting."""
    assert found_after(worker, partial(sum, range(30_000_000))) == ""


def test_what_a_test_runs_there_is_a_persons_hook(worker: Worker, tmp_path: Path) -> None:
    """Listeners of a person's own may use the whole API, and read files."""
    file = tmp_path / "note.dat"
    file.write_bytes(b"note")
    assert found_after(worker, lambda: file.read_bytes()) == ""  # noqa: PLW0108 - a frame of ours
