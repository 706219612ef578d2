"""Jobs come back from files: the same one, or one made from what the file tells."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook import current
from mj_notebook.restoring import from_file
from mj_notebook.session import Session

from .house import SECRET, House


@pytest.fixture
def here(session: Session) -> Iterator[Session]:
    """Make the session of the house the current one."""
    before = current._session
    current.use(session)
    yield session
    with current._lock:
        current._session = before


def test_a_saved_picture_brings_the_same_job_back(
    house: House, here: Session, tmp_path: Path
) -> None:
    """When this kernel knows the task, the file leads to the very same job."""
    job = house.drawn(here)
    saved = job.save(tmp_path / "kite.png")
    assert from_file(saved) is job
    assert SECRET.encode() not in saved.read_bytes()


def test_history_that_knows_nothing_learns_from_the_file(
    house: House, here: Session, tmp_path: Path
) -> None:
    """Without history the job is made from the file, picture and all, and can be pressed."""
    job = house.drawn(here)
    saved = job.save(tmp_path / "kite.png")
    elsewhere = house.open(store=tmp_path / "new")
    current.use(elsewhere)
    questions = len(house.relay.asked)
    again = from_file(saved)
    assert again is not job
    assert (again.id, again.prompt) == (job.id, job.prompt)
    assert again.content() == job.content()
    assert len(house.relay.asked) == questions
    assert house.finish(again.press("U2")).image.size == (32, 32)
    assert elsewhere.store.task(str(job.id)) is not None
