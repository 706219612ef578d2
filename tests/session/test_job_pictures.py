"""The pictures of a job: the whole, its tiles, and the words when there is none."""

import copy
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from mj_notebook.errors import UsageError
from mj_notebook.session.job import Job
from tests.support.rig import TIMEOUT, Rig


def test_a_grid_has_four_tiles(grid: Job) -> None:
    """`job.image` is the whole picture and `job[1]` to `job[4]` are its quarters."""
    assert grid.image.size == (64, 64)
    tiles = [grid[number] for number in (1, 2, 3, 4)]
    assert [tile.size for tile in tiles] == [(32, 32)] * 4
    assert grid[np.int64(-2)] == grid[np.uint8(3)] == tiles[2]  # type: ignore[call-overload]
    assert tiles[3].tobytes() == grid.image.crop((32, 32, 64, 64)).tobytes()


@pytest.mark.parametrize("number", [0, 5, -5, True, "U1", None], ids=repr)
def test_other_tiles_are_refused_with_the_offer(grid: Job, number: object) -> None:
    """What is no tile is one sentence that says which there are."""
    with pytest.raises(UsageError, match=r"Take job\[1\] to job\[4\]") as caught:
        grid[number]  # type: ignore[call-overload]
    assert isinstance(caught.value, IndexError)


def test_a_single_picture_has_only_number_one(rig: Rig, grid: Job) -> None:
    """An upscaled picture is its own first tile and has no second."""
    single = rig.finish(grid.press("U2"))
    assert single[1].tobytes() == single.image.tobytes()
    with pytest.raises(UsageError, match=r"Take job\[1\]"):
        single[2]


@pytest.mark.parametrize(
    "ask",
    [
        lambda job: job.image.size,
        lambda job: job[2].size,
        lambda job: job[-1].size,
        lambda job: len(job[1:3]),
        len,
        lambda job: len(list(job)),
        lambda job: len(job.content()),
        lambda job: len(job.buttons),
        lambda job: job.seed(),
        lambda job: job.breakdown,
    ],
    ids=["image", "tile", "last", "slice", "len", "list", "content", "buttons", "seed", "words"],
)
def test_what_needs_the_result_waits_for_it(
    rig: Rig, job: Job, ask: Callable[[Job], object]
) -> None:
    """Asked of a running job, it gives what it gives of a finished one."""
    with ThreadPoolExecutor() as pool:
        early = pool.submit(ask, job)
        rig.finish(job)
        assert early.result(TIMEOUT) == ask(job)


def test_saving_a_running_job_waits_for_its_picture(rig: Rig, job: Job, tmp_path: Path) -> None:
    """The file is that of the finished picture."""
    with ThreadPoolExecutor() as pool:
        early = pool.submit(job.save, tmp_path / "early.png")
        rig.finish(job)
        assert early.result(TIMEOUT).stat().st_size > 0


def test_a_hook_can_not_wait_and_is_told_so(rig: Rig, job: Job) -> None:
    """On the worker's own thread waiting would never end."""
    told: Future[str] = Future()

    def look(changed: Job) -> None:
        try:
            _ = changed.image
        except UsageError as error:
            if not told.done():
                told.set_result(str(error))

    job.subscribe(look)
    job.worker.post(job.notify)
    assert "not finished" in told.result(TIMEOUT)
    rig.finish(job)


def test_a_job_is_a_sequence_of_its_pictures(rig: Rig, grid: Job) -> None:
    """Its length, loops, the last one and slices are those of its tiles, counted from 1."""
    fourth, upper = grid[4].tobytes(), [grid[1].tobytes(), grid[2].tobytes()]
    assert len(grid) == 4
    assert [tile.tobytes() for tile in grid][3] == fourth == grid[-1].tobytes()
    assert [tile.tobytes() for tile in grid[1:3]] == [tile.tobytes() for tile in grid[:3]] == upper
    single = rig.finish(grid.press("U2"))
    assert (len(single), len(list(single))) == (1, 1)


def test_a_job_is_true_and_its_copy_is_itself(job: Job) -> None:
    """Neither asks for the end: an open job is something, and there is one of each task."""
    assert job
    assert copy.copy(job) is job
    assert copy.deepcopy([job])[0] is job
    assert job.is_open
