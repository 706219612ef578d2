"""The register: what is known now, and what is added to it."""

import errno
from dataclasses import replace

import pytest

from mj_notebook.server.config import Config
from mj_notebook.server.engine.ledger import Accepted, Entry
from mj_notebook.server.tasks.journal import Journal
from mj_notebook.server.tasks.registry import TaskRegistry
from tests.server.clock import Clock

DRAFT = Accepted(
    id="", at=0, kind="imagine", action="IMAGINE", description="", prompt="a", mode="fast"
)


class FullDisk(Journal):
    """A journal that can't be written once its disk is full."""

    is_full = False

    def write(self, entry: Entry) -> None:
        """Fail when the disk is full."""
        del entry
        if self.is_full:
            raise OSError(errno.ENOSPC, "full")


def test_what_could_not_be_written_has_not_happened(clock: Clock) -> None:
    """A task exists when its line does, and not before."""
    journal = FullDisk()
    registry = TaskRegistry(Config(clock=clock), journal)
    kept = registry.accept(DRAFT)
    journal.is_full = True
    with pytest.raises(OSError, match="full"):
        registry.accept(DRAFT)
    with pytest.raises(OSError, match="full"):
        registry.cancel(kept.id)
    assert [state.task.id for state in registry.all()] == [kept.id]
    assert registry.all()[0].phase.status == "NOT_START"


def test_ids_are_sixteen_digits_and_unique(clock: Clock) -> None:
    """Milliseconds and three more, also for many in one millisecond and at the dawn of time."""
    for start in (clock.seconds, 0.0):
        registry = TaskRegistry(Config(clock=lambda now=start: now, core_size=400), Journal())  # type: ignore[misc]
        ids = {registry.accept(DRAFT).id for _ in range(300)}
        assert len(ids) == 300
        assert {len(id_) for id_ in ids} == {16}
        assert all(id_.isdigit() for id_ in ids)


@pytest.mark.parametrize(("queue", "accepted"), [(0, 2), (1, 3), (10, 12)])
def test_a_queue_takes_as_many_as_it_is_told(clock: Clock, queue: int, accepted: int) -> None:
    """Two cores, and places behind them; those who run take no place."""
    registry = TaskRegistry(Config(clock=clock, core_size=2, queue_size=queue), Journal())
    places = [registry.accept(DRAFT) for _ in range(20)]
    assert [place.is_refused for place in places].count(False) == accepted
    clock.advance(8)
    assert not registry.accept(DRAFT).is_refused


def test_what_is_derived_of_a_task_is_derived_once(clock: Clock) -> None:
    """Until its record changes: clients ask for a thousand tasks each second."""
    registry = TaskRegistry(Config(clock=clock), Journal())
    grid = registry.accept(DRAFT).id
    clock.advance(60)
    picked = registry.accept(replace(DRAFT, kind="upscale", parent=grid)).id
    before, parent = (state.task for state in registry.find_all((picked, grid)))
    assert registry.all()[0].task is before
    assert before.parent is parent
    registry.cancel(picked)
    after = registry.all()[0].task
    assert after is not before
    assert after.parent is parent
