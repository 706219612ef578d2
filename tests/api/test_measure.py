"""Measures of what the demo server drew, and pictures that look alike."""

from typing import Any

import pytest

import mj_notebook as mj
from mj_notebook.errors import UsageError
from tests.support.rig import TIMEOUT, Rig


@pytest.fixture
def kites(proxy: Rig) -> list[mj.Job]:
    """Return two grids of one prompt, and one of another."""
    del proxy
    asked = ("a red kite --seed 1", "a red kite --seed 2", "a paper ship --seed 1")
    return [job.wait(TIMEOUT) for job in [mj.imagine(prompt) for prompt in asked]]


def test_history_is_measured_and_is_a_table(
    kites: list[mj.Job], capsys: pytest.CaptureFixture[str]
) -> None:
    """A row for each picture, a column for each measure; a second time nothing is measured."""
    measured = mj.measure()
    frame = measured.to_pandas()
    assert (measured.new, len(frame)) == (3, 3)
    assert set(frame.columns) >= {"task", "prompt", "hash", "sharpness", "palette"}
    assert frame["brightness"].between(0, 1).all()
    some = mj.measure(kites[:1], measures="contrast")
    assert (some.new, list(some.to_records()[0])[-1]) == (0, "contrast")
    assert mj.measure(mj.history("ship"), progress=False).new == 0
    assert "Traceback" not in capsys.readouterr().out


def test_what_looks_alike_is_found(kites: list[mj.Job]) -> None:
    """The likest first, never itself; a distance of all bits finds everything."""
    found = mj.similar(kites[0], distance=64)
    assert {record["task"] for record in found} == {job.id for job in kites[1:]}
    assert len(mj.similar(str(kites[0].id), distance=0)) == 0


def test_a_gallery_shows_what_looks_alike(kites: list[mj.Job]) -> None:
    """Itself first, among all that is asked for besides; what is no task is refused."""
    kites[1].rate(4)
    for like in (kites[0], str(kites[0].id)):
        found = mj.gallery(like=like).found
        assert found.history[0]["task"] == kites[0].id
    assert len(mj.gallery(like=kites[0], rating=5).found) == 0
    refused: tuple[tuple[Any, str], ...] = (
        (5.5, "5.5 is no task"),
        ("17", "picture of the task '17'"),
    )
    for like, why in refused:
        with pytest.raises(UsageError, match=why):
            mj.gallery(like=like)


def test_what_can_not_be_measured_is_refused(kites: list[mj.Job]) -> None:
    """No executor, no measure, no picture: one sentence each."""
    with pytest.raises(UsageError, match="no executor"):
        mj.measure(executor=5)
    with pytest.raises(UsageError, match="names no measures"):
        mj.measure(measures=5)
    with pytest.raises(UsageError, match="no measure 'taste'"):
        mj.measure(measures=["taste"])
    with pytest.raises(UsageError, match="names none"):
        mj.measure(measures=[])
    for distance in (-1, 65):
        with pytest.raises(UsageError, match=f"distance={distance} is none"):
            mj.similar(kites[0], distance=distance)
    mj.current_session().store.pictures.path_of(mj.history()[2]["sha256"]).unlink()
    with pytest.raises(UsageError, match="can't be measured: its file is gone"):
        mj.similar(kites[0])
    with pytest.raises(UsageError, match="no picture of the task '17'"):
        mj.similar("17")
    with pytest.raises(UsageError, match="pictures"):
        mj.measure(5)
    assert not any(job.is_open for job in kites)
