"""The worker: one thread, one loop, waits that can be stopped."""

import asyncio
import concurrent.futures
import contextlib
import contextvars
import sys
import threading
from collections.abc import Awaitable, Iterator
from typing import Any

import pytest

from mj_notebook.errors import MJError, WaitTimeout
from mj_notebook.session.worker import Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Give a worker and stop it afterwards."""
    made = Worker()
    yield made
    made.stop()


def test_no_thread_before_the_first_work() -> None:
    """A worker that was never used has started nothing."""
    before = {*threading.enumerate()}
    Worker()
    assert {*threading.enumerate()} <= before


def test_work_runs_on_the_one_thread(worker: Worker) -> None:
    """Everything handed over runs on the same thread, which is not the caller's."""

    async def where() -> int:
        return threading.get_ident()

    threads = {worker.submit(where()).result(5) for _ in range(5)}
    assert len(threads) == 1
    assert threads != {threading.get_ident()}


def test_work_carries_the_context_of_the_caller(worker: Worker) -> None:
    """A coroutine sees the context variables of the cell that handed it over."""
    cell = contextvars.ContextVar("cell", default="none")
    cell.set("cell 3")

    async def read() -> str:
        return cell.get()

    assert worker.submit(read()).result(5) == "cell 3"


def test_waiting_ends_with_the_time(worker: Worker) -> None:
    """A wait that takes too long says so, says how to go on, and is a TimeoutError."""
    never: concurrent.futures.Future[None] = concurrent.futures.Future()
    with pytest.raises(WaitTimeout, match=r"job\.wait") as caught:
        worker.wait(never, timeout=0.05, resume_hint="Go on with job.wait().")
    assert isinstance(caught.value, TimeoutError)
    assert not never.cancelled()
    with pytest.raises(WaitTimeout, match="as it is then"):
        worker.wait(never, timeout=0.05, resume_hint=lambda: "as it is then")


def test_a_cancelled_await_leaves_the_work_alone(worker: Worker) -> None:
    """Cancelling an await says how to go on and cancels nothing else."""
    never: concurrent.futures.Future[None] = concurrent.futures.Future()

    async def waits() -> None:
        await worker.wait_async(never, timeout=None, resume_hint="Later.")

    async def cancelled() -> None:
        waiting = asyncio.ensure_future(waits())
        await asyncio.sleep(0)
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError, match=r"goes on\. Later\."):
        asyncio.run(cancelled())
    assert not never.cancelled()


def test_a_limit_of_asyncio_is_one_of_waiting_too(worker: Worker) -> None:
    """``asyncio.timeout`` and ``wait_for`` end in the TimeoutError that they promise."""
    never: concurrent.futures.Future[None] = concurrent.futures.Future()

    async def waits() -> None:
        await worker.wait_async(never, timeout=None, resume_hint="Later.")

    async def within() -> None:
        async with asyncio.timeout(0.05):
            await waits()

    for limited in (within(), asyncio.wait_for(waits(), 0.05)):
        with pytest.raises(TimeoutError):
            asyncio.run(_awaited(limited))
    assert not never.cancelled()


async def _awaited(what: Awaitable[None]) -> None:
    await what


def test_a_hook_may_wait_on_the_workers_own_thread(worker: Worker) -> None:
    """A hook that runs on the loop may call what waits: the loop goes on meanwhile."""
    finished: concurrent.futures.Future[str] = concurrent.futures.Future()

    def hook() -> None:
        worker.post(finished.set_result, "drawn")
        answer.set_result(worker.wait(finished, timeout=5, resume_hint=""))

    answer: concurrent.futures.Future[str] = concurrent.futures.Future()
    worker.post(hook)
    assert answer.result(10) == "drawn"


def test_no_call_is_lost_when_a_hook_waits(worker: Worker) -> None:
    """The turn that was under way had counted what the nested ones ran; all of it runs, once."""
    ran: list[int] = []
    answers: list[str] = []
    all_answered = threading.Event()

    def hook() -> None:
        for number in range(5):
            worker.post(ran.append, number)
        answers.append(worker.wait(_ready(), timeout=5, resume_hint=""))
        if len(answers) == 3:
            all_answered.set()

    async def both() -> None:
        for number in range(5, 10):
            worker.post(ran.append, number)
        for _ in range(3):
            worker.post(hook)
        for number in range(10, 15):
            worker.post(ran.append, number)
        await asyncio.sleep(0.1)

    worker.submit(both()).result(10)
    assert all_answered.wait(10)
    worker.submit(asyncio.sleep(0)).result(10)
    assert answers == ["now"] * 3
    assert sorted(ran) == sorted([*range(5), *range(5), *range(5), *range(5, 15)])
    thread = worker._thread
    assert thread is not None
    worker.stop()
    assert not thread.is_alive()


def test_nesting_touches_only_the_private_loop(worker: Worker) -> None:
    """Stock event loops keep their class as it was, also after a nested wait."""
    before = hasattr(asyncio.SelectorEventLoop, "_nest_patched")  # another package may have
    done: concurrent.futures.Future[str] = concurrent.futures.Future()
    worker.post(lambda: done.set_result(worker.wait(_ready(), timeout=5, resume_hint="")))
    done.result(10)
    assert hasattr(asyncio.SelectorEventLoop, "_nest_patched") is before


def test_nesting_leaves_asyncio_run_what_python_takes(worker: Worker) -> None:
    """After a nested wait too: a factory of loops where Python has it, and nothing unknown."""
    done: concurrent.futures.Future[str] = concurrent.futures.Future()
    worker.post(lambda: done.set_result(worker.wait(_ready(), timeout=5, resume_hint="")))
    done.result(10)
    run: Any = asyncio.run

    async def three() -> int:
        return 3

    assert run(three()) == 3
    if sys.version_info >= (3, 12):
        assert run(three(), loop_factory=asyncio.new_event_loop) == 3
    unused = three()
    with pytest.raises(TypeError):
        run(unused, nonsense=1)
    unused.close()


def _ready() -> concurrent.futures.Future[str]:
    future: concurrent.futures.Future[str] = concurrent.futures.Future()
    threading.Timer(0.01, future.set_result, ("now",)).start()
    return future


def test_a_stopped_worker_takes_no_more_work() -> None:
    """After the end new work is refused with one sentence, and a second end is nothing."""
    worker = Worker()
    worker.post(lambda: None)
    worker.stop()
    worker.stop()
    worker.post(lambda: pytest.fail("it ran"))


def test_what_was_to_come_later_is_dropped_by_a_stopped_worker() -> None:
    """A panel that looks again each second ends quietly with its session."""
    worker = Worker()
    ran: list[int] = []
    reports: list[object] = []

    async def later() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: reports.append(context))
        worker.post_later(0, ran.append, 1)
        worker._stopped = True
        worker.post_later(0, ran.append, 2)
        await asyncio.sleep(0.01)

    worker.submit(later()).result(10)
    worker.stop()
    assert (ran, reports) == ([], [])


def test_a_worker_stopped_before_its_start_never_starts() -> None:
    """A worker that was stopped unused refuses to start."""
    worker = Worker()
    worker.stop()
    with pytest.raises(MJError, match="closed"):
        _ = worker.loop


def test_a_worker_ends_though_somebody_does_not_hear(worker: Worker) -> None:
    """Work that swallows its first cancelling is cancelled again: the thread ends all the same."""
    deaf = threading.Event()

    async def hear_nothing() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            deaf.set()
            await asyncio.sleep(600)
        await asyncio.sleep(600)

    worker.submit(hear_nothing())
    assert deaf.wait(5)
    thread = worker._thread
    assert thread is not None
    worker.stop()
    thread.join(5)
    assert not thread.is_alive()
