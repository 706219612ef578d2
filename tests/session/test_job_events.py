"""What comes once to a job: in order, once, and the same for whoever comes later."""

from collections.abc import Iterator
from typing import Any

import pytest

from mj_notebook.errors import MJError, TaskFailed
from mj_notebook.session.job_events import Moment
from mj_notebook.session.worker import Worker
from tests.support.many import finish, flush, running


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker of its own."""
    made = Worker()
    yield made
    made.stop()


@pytest.fixture
def job(worker: Worker) -> Any:
    """A job that is being drawn."""
    return running(worker, 1)[0]


def test_calls_come_once_and_in_their_order(job: Any) -> None:
    """What fails is logged, and keeps nobody else from being called; who is late is called now."""
    moment, called = Moment(job), list[object]()
    moment.call(lambda one: called.append(("first", one)))
    moment.call(lambda _: 1 / 0)
    moment.call(lambda _: called.append("third"))
    assert not called
    moment.come()
    moment.come(MJError("later"))
    moment.call(lambda _: called.append("late"))
    assert called == [("first", job), "third", "late"]
    moment.check()


def test_whoever_waits_is_told_the_same_error(job: Any) -> None:
    """Those who wait before it comes, those who wait after, and those who only look."""
    moment, error = Moment(job), TaskFailed("It failed.")
    before = moment.future
    assert moment.future is before
    assert not before.done()
    moment.come(error)
    assert before.exception(0) is error
    assert moment.future.exception(0) is error
    with pytest.raises(TaskFailed) as told:
        moment.check()
    assert told.value is error


def test_who_waits_for_nothing_costs_no_future(worker: Worker) -> None:
    """A thousand jobs are followed and ended without one; a wait afterwards needs none either."""
    jobs = running(worker, 3)
    for each in jobs:
        worker.post(finish, each)
    flush(worker)
    assert all(each.wait() is each for each in jobs)
    assert all(each.events.ended._future is None for each in jobs)
