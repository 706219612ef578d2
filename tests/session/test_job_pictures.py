"""The pictures of a job: the whole, its tiles, and the words when there is none."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.session.job import Job
from tests.support.rig import Rig


def test_a_grid_has_four_tiles(grid: Job) -> None:
    """`job.image` is the whole picture and `job[1]` to `job[4]` are its quarters."""
    assert grid.image.size == (64, 64)
    tiles = [grid[number] for number in (1, 2, 3, 4)]
    assert [tile.size for tile in tiles] == [(32, 32)] * 4
    assert tiles[3].tobytes() == grid.image.crop((32, 32, 64, 64)).tobytes()


@pytest.mark.parametrize("number", [0, 5, -1, "U1", None, slice(1, 2)], ids=repr)
def test_other_tiles_are_refused_with_the_offer(grid: Job, number: object) -> None:
    """What is no tile is one sentence that says which there are."""
    with pytest.raises(UsageError, match=r"Take job\[1 to 4\]"):
        grid[number]  # type: ignore[index]


def test_a_single_picture_has_only_number_one(rig: Rig, grid: Job) -> None:
    """An upscaled picture is its own first tile and has no second."""
    single = rig.finish(grid.press("U2"))
    assert single[1].tobytes() == single.image.tobytes()
    with pytest.raises(UsageError, match=r"Take job\[1\]"):
        single[2]


def test_before_the_end_there_is_no_picture(job: Job) -> None:
    """Asking for the picture too early says to wait."""
    with pytest.raises(UsageError, match="no picture yet") as caught:
        _ = job.image
    assert "wait()" in caught.value.hint


def test_iterating_over_a_job_ends(grid: Job) -> None:
    """A `for` loop over a job fails at once instead of going on for ever."""
    with pytest.raises(UsageError, match="1 to 4"):
        list(grid)  # type: ignore[call-overload]
