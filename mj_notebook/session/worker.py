"""The one private thread and event loop that owns network, job state and widget writes.

Cells and widget callbacks only hand work over. The loop is of a private class, so that nesting can
be switched on for it without touching the kernel's loop; blocking calls (HTTP, disk, pictures) run
in a small pool beside it.
"""

import asyncio
import concurrent.futures
import contextlib
import inspect
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from importlib import import_module, metadata
from typing import Any, ParamSpec, TypeVar

from mj_notebook.errors import MJError, WaitTimeout
from mj_notebook.language import translated
from mj_notebook.session.daemon_pool import DaemonThreadPool, closed_error
from mj_notebook.session.interrupts import ResumeHint, hint_text, interruptible
from mj_notebook.settings.argument_types import checked

_P = ParamSpec("_P")
_T = TypeVar("_T")

# An interrupt reaches Python code only between two waits.
_SLICE = 0.2
# Seconds for what an idle machine does at once.
_MOMENT = 60.0
_POOL_THREADS = 6
_ACTION_THREADS = 4
# So many of them an end waits for the thread.
_MOST_SLICES = 10
# How often, and how many seconds, an ending worker waits for what it has cancelled.
_MOST_TURNS, _TURN = 20, 0.05


class _WorkerLoop(asyncio.SelectorEventLoop):
    """The loop's own class: `nest_asyncio` patches classes, and only this one may be patched."""


def _cancelled(resume_hint: str) -> asyncio.CancelledError:
    """
    Return the error of an awaiting that was cancelled, by an interrupt or by the caller's own code.

    It is of no class of ours: `asyncio.timeout` makes a TimeoutError of this very one alone.
    """
    words = translated("Stopped waiting; the task goes on.")
    error = asyncio.CancelledError(f"{words} {resume_hint}")
    vars(error)["_render_traceback_"] = lambda: [str(error)]
    return error


class Worker:
    """One daemon thread with its own event loop, started on first use."""

    def __init__(self) -> None:
        # Two cells' first use starts one thread, not two.
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: _WorkerLoop | None = None
        self._nested = False
        self._stopped = False
        # A forked child has this object but none of its threads: nothing here would ever end.
        self._process = os.getpid()
        self._pool = DaemonThreadPool(max_workers=_POOL_THREADS, thread_name_prefix="mj-pool")
        self._turn = asyncio.Lock()  # first come, first served
        # What a click asks for may wait for another kernel: it must not keep others from the pool.
        self._actions = DaemonThreadPool(
            max_workers=_ACTION_THREADS, thread_name_prefix="mj-action"
        )

    def _require_running(self) -> None:
        if self._process != os.getpid():
            raise MJError(
                translated(
                    "This belongs to the process that this one was forked from, and does nothing"
                    " here."
                ),
                hint=translated(
                    "Ask anew in this process: mj.imagine(…), or mj.job(…) with the task's id."
                ),
            )
        if self._stopped:
            raise closed_error()

    @property
    def pool(self) -> DaemonThreadPool:
        """The threads for blocking calls; raises when this worker was stopped."""
        self._require_running()
        return self._pool

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The private loop, its thread started on first use; raises when it was stopped."""
        self._require_running()
        if self._loop is None:
            with self._lock:
                if self._loop is None:
                    self._start()
        assert self._loop is not None
        return self._loop

    def _start(self) -> None:
        loop = _WorkerLoop()
        self._thread = threading.Thread(
            # A daemon: an interpreter that ends must not wait for tasks that take minutes. They go
            # on at the server, and history knows them.
            target=self._serve,
            args=(loop,),
            name="mj-worker",
            daemon=True,
        )
        self._thread.start()
        self._loop = loop

    @property
    def is_current_thread(self) -> bool:
        """Whether the caller is on the worker's own thread."""
        return threading.current_thread() is self._thread

    def post(self, call: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> None:
        """Hand *call* over and return at once; callers never learn how it went."""
        # Not asked for before: another thread may stop it in between.
        with contextlib.suppress(MJError):
            loop = self.loop
            # From the loop's own thread no one needs waking, which costs a system call.
            hand_over = loop.call_soon if self.is_current_thread else loop.call_soon_threadsafe
            hand_over(lambda: call(*args, **kwargs))

    def post_later(
        self, seconds: float, call: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs
    ) -> None:
        """Hand *call* over as `post` does, in so many seconds; for the loop's own thread."""
        with contextlib.suppress(MJError):
            self.loop.call_later(seconds, lambda: self.post(call, *args, **kwargs))

    def submit(self, coroutine: Coroutine[Any, Any, _T]) -> "concurrent.futures.Future[_T]":
        """Run *coroutine* on the loop; its outputs belong to the cell that called."""
        try:
            loop = self.loop
        except MJError:
            # Never begun, it would warn when it is thrown away.
            coroutine.close()
            raise
        # From here on it is the loop's: an interrupt must not close what may already run there.
        return asyncio.run_coroutine_threadsafe(coroutine, loop)

    def run(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        """Run *coroutine*, which takes a moment, on the loop and wait for it; raises as `wait`."""
        hint = translated("The machine is busy; run the cell again.")
        return self.wait(self.submit(coroutine), timeout=_MOMENT, resume_hint=hint)

    async def run_blocking(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run the blocking *call* in the pool and await it on the loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, lambda: call(*args, **kwargs))

    async def run_in_turn(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run the blocking *call* when all have ended that were handed over in turn before it."""
        # Two keys in a second are two calls in two threads: the later one would win by chance.
        async with self._turn:
            return await self.run_blocking(call, *args, **kwargs)

    async def run_action(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run what a person's click asks for, which may wait long, and await it on the loop."""
        self._require_running()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._actions, lambda: call(*args, **kwargs))

    def wait(
        self,
        future: "concurrent.futures.Future[_T]",
        *,
        timeout: float | None,
        resume_hint: ResumeHint,
    ) -> _T:
        """
        Wait for *future* from any thread, in slices so that an interrupt stops the waiting.

        Args:
            future: What is awaited; it goes on whatever happens to the waiting.
            timeout: Seconds, None for no limit.
            resume_hint: The sentence that says how to take up the waiting again.

        Raises:
            WaitTimeout: The time is over.
            WaitInterrupted: The person interrupted the waiting.
            MJError: The worker was stopped: nobody is left who could end the waiting.
        """
        if future.done():
            return future.result()
        if self.is_current_thread:
            return self._wait_nested(future, timeout, resume_hint)
        with interruptible(resume_hint):
            for pause in _slices(timeout):
                try:
                    return future.result(pause)
                except TimeoutError:
                    if future.done():  # it was the work itself that ended so
                        return future.result()
                self._require_running()
        raise _timeout_error(timeout, hint_text(resume_hint))

    async def wait_async(
        self,
        future: "concurrent.futures.Future[_T]",
        *,
        timeout: float | None,
        resume_hint: ResumeHint,
    ) -> _T:
        """Await *future* on the caller's own loop; a cancelled await says how to go on."""
        awaited = asyncio.wrap_future(future)
        try:
            for pause in _slices(timeout):
                # The tick lets an interrupt of the cell come through; a bare await would not.
                done, _ = await asyncio.wait({awaited}, timeout=pause)
                if done:
                    return awaited.result()
                self._require_running()
        except asyncio.CancelledError:
            raise _cancelled(hint_text(resume_hint)) from None
        raise _timeout_error(timeout, hint_text(resume_hint))

    def _wait_nested(
        self,
        future: "concurrent.futures.Future[_T]",
        timeout: float | None,
        resume_hint: ResumeHint,
    ) -> _T:
        """Wait on the worker's own thread: a hook that runs here called the synchronous API."""
        self._allow_nesting()
        return self.loop.run_until_complete(
            self.wait_async(future, timeout=timeout, resume_hint=resume_hint)
        )

    def _allow_nesting(self) -> None:
        if not self._nested:
            nest(self.loop)
            self._nested = True

    def _serve(self, loop: _WorkerLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            while True:
                try:
                    loop.run_forever()
                    break
                except IndexError:
                    # The turn in which nesting was first allowed had counted its callbacks before,
                    # and ends so when nested turns have run some of them. None of them is lost,
                    # but an order to stop that came meanwhile is forgotten.
                    if self._stopped:
                        loop.call_soon(loop.stop)
            loop.run_until_complete(_cancel_all())
        finally:
            loop.close()

    def finish(self, seconds: float) -> None:
        """Give what is under way a moment to end: the answer to a submit is worth writing down."""
        self._pool.wait_until_idle(seconds)

    def stop(self) -> None:
        """End the thread and the pool; work still under way is left to the server."""
        self._stopped = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._actions.shutdown(wait=False, cancel_futures=True)
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop is gone already
            loop.call_soon_threadsafe(loop.stop)
        if not self.is_current_thread:
            # In slices: a machine that stands still for seconds uses up only one of them.
            for _ in range(_MOST_SLICES):
                thread.join(_SLICE)
                if not thread.is_alive():
                    break


async def _cancel_all() -> None:
    """Cancel what is still under way, so that nothing is destroyed while pending."""
    for _ in range(_MOST_TURNS):
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        if not tasks:
            return
        for task in tasks:
            task.cancel()
        # Once more for what went on regardless: other people's code may swallow a cancelling.
        await asyncio.wait(tasks, timeout=_TURN)


_LONGEST = 1e9
"""Seconds: thirty years are as good as no end."""


def _slices(timeout: float | None) -> Iterator[float]:
    if timeout is None:
        while True:
            yield _SLICE
    left = max(0.0, min(timeout, _LONGEST))  # a whole number may be beyond what a float holds
    while left > 0:
        yield min(_SLICE, left)
        left -= _SLICE


def _timeout_error(timeout: float | None, resume_hint: str) -> WaitTimeout:
    return WaitTimeout(
        translated("Not finished after {timeout:g} s; the task goes on.", timeout=timeout),
        hint=resume_hint,
    )


# -- nested event loops --

# On these kernels the original patch loses clicks and queued cells without a word; the fork's
# fix of it came with 1.7.3. Measured, not read.
_KERNEL_THAT_LOSES = (7, 1)
_FORK_THAT_HOLDS = (1, 7, 3)
_FORK, _ORIGINAL = "nest_asyncio2", "nest_asyncio"

Version = Callable[[str], str | None]


def nest(loop: asyncio.AbstractEventLoop) -> None:
    """
    Let *loop*, one of our own, be run again while it runs.

    The patch is made to the class of *loop*; ``asyncio``'s own names are replaced as well.
    """
    try:
        patch = import_module(_ORIGINAL)
    except ImportError as error:
        raise MJError(
            translated(
                "A hook asked for something that must be waited for, which needs nest-asyncio."
            ),
            hint=translated("Install nest-asyncio, or wait outside the hook."),
        ) from error
    _apply(patch, loop)


def _apply(patch: Any, loop: asyncio.AbstractEventLoop | None = None) -> None:
    """Apply *patch*; the ``asyncio.run`` that it puts in place takes what Python's own takes."""
    plain: Any = asyncio.run
    patch.apply(loop)
    nested: Any = asyncio.run
    takes = inspect.signature(nested).parameters
    if nested is plain or "loop_factory" in takes:
        return

    # nest-asyncio's knows no `loop_factory`, which came with Python 3.12: Dask starts with it.
    def run(main: Coroutine[Any, Any, _T], **options: Any) -> _T:
        made: _T = (plain if "loop_factory" in options else nested)(main, **options)
        return made

    asyncio.run = run


@checked
def allow_nested_loops() -> str:
    """
    Let your own code call ``asyncio.run`` in a cell; this package never needs it.

    Returns:
        The name of the package that was applied to the running loop.

    Raises:
        MJError: With what is installed here, clicks and cells would get lost; nothing is changed.

    Example:
        >>> mj.allow_nested_loops()
    """
    name = nesting_package_for(installed_version)
    _apply(import_module(name))
    return name


def nesting_package_for(version: Version) -> str:
    """Return the package that nests loops without losing anything, given what is installed."""
    fork, kernel = _numbers(version("nest-asyncio2")), _numbers(version("ipykernel"))
    if fork >= _FORK_THAT_HOLDS:
        return _FORK
    if kernel >= _KERNEL_THAT_LOSES:
        raise MJError(
            translated("Nested loops would lose clicks and cells with this kernel."),
            hint=translated("Install nest-asyncio2 1.7.3 or newer first, or use await instead."),
        )
    if not version("nest-asyncio"):
        raise MJError(
            translated("Nested loops need nest-asyncio."), hint=translated("Install it first.")
        )
    return _ORIGINAL


def installed_version(package: str) -> str | None:
    """Return the version of an installed *package*, None when it isn't."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str | None) -> tuple[int, ...]:
    parts = (version or "").split(".")
    return tuple(int(part) for part in parts[:3] if part.isdigit())
