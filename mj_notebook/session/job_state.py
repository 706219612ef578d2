"""What is known of one job, how it changes, and who is told; changed on the worker thread only."""

import concurrent.futures
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, Self

from mj_notebook.errors import MJError
from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.protocol.fallbacks import offered_by
from mj_notebook.protocol.models import Button, Task
from mj_notebook.protocol.requests import Request
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.session.signals import Listeners
from mj_notebook.session.worker import Worker
from mj_notebook.view.window import OpenWindow, window_of

if TYPE_CHECKING:
    from mj_notebook.store.pictures import Picture


class Home(Protocol):
    """What a job's state asks of the session it belongs to."""

    worker: Worker

    def now(self) -> float:
        """Return the time, epoch seconds."""


class JobState:
    """
    The part of a job that changes; `Job` adds what a person does with it.

    Attributes:
        request: What was asked; None for a task taken over from elsewhere.
        tag: Our own name for the job; it travels as the request's ``state``, unless the person
            gave one.
        home: The name in history of the server that has the task.
        task: The latest snapshot, None until the server accepted.
        error: What ended the job, when it ended badly.
        tiles: The tiles that the server gave one by one, by their numbers.
        missing: Why there is no picture though the task succeeded.
        parent: The job whose button made this one.
        children: The jobs that this one's buttons made, oldest first.
        repeats: The jobs that ask for the same once more, oldest first.
        repeat_of: The first job of those, None when this is no repeat.
        siblings: The other jobs of the same press, where one press makes several tasks.
        key: What it asked for, as a name: the same key means the same picture.
        is_replayed: Whether it was found in history when it was asked for again.
        is_given_up: Whether the server took the wish to cancel it: the same asked for once more
            is another task, even before this one is seen to end.
        remarks: What the person should know of the way, such as a picture that was made smaller.
        before: How many tasks wait before this one now, as far as the server tells.
        usual: How many seconds such tasks are usually drawn, None when history knows none.
        is_called: Whether the server was asked to post its changes to this kernel.
    """

    def __init__(
        self,
        house: Home,
        *,
        prompt: str,
        tag: str,
        home: str,
        server: str,
        is_demo: bool,
        asked_at: float,
        request: Request | None = None,
        parent: "Self | None" = None,
        step: str = "",
        custom_id: str = "",
    ) -> None:
        self._house = house
        self.prompt, self.tag, self.home, self.request = prompt, tag, home, request
        self.server, self.is_demo, self.asked_at = server, is_demo, asked_at
        self.parent, self.step, self.custom_id = parent, step, custom_id
        self.children: list[Self] = []
        self.repeats: list[Self] = []
        self.repeat_of: Self | None = None
        self.siblings: tuple[Self, ...] = ()
        self.remarks: tuple[str, ...] = ()
        self.key = ""
        self.is_replayed = False
        self.is_given_up = False
        self.mode: Mode | None = None
        self.wants_previews = False
        self.is_called = False
        self.intent: int | None = None
        self.task: Task | None = None
        self.error: MJError | None = None
        self.ended_at: float | None = None
        self.queued: int | None = None
        self.before: int | None = None
        self.usual: float | None = None
        self.note = ""
        self.shot: Thumbnail | None = None
        self.is_preview = False
        self.picture: Picture | None = None
        self.tiles: dict[int, Picture] = {}
        self.missing: MJError | None = None
        self.known_seed: str | None = None
        self._listeners: Listeners[Any] = Listeners()
        self._telling = False
        self._accepted: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._ended: concurrent.futures.Future[None] = concurrent.futures.Future()

    @property
    def id(self) -> str | None:
        """The proxy's id of the task, None until it was accepted."""
        return (self.task.id or None) if self.task else None

    @property
    def is_unsent(self) -> bool:
        """Whether its window was opened from history, and the server knows nothing of it yet."""
        return self.is_open and self.task is not None and not self.task.id

    @property
    def status(self) -> str:
        """Where the task stands; NOT_START until the server accepted."""
        return self.task.status if self.task else Status.NOT_START

    @property
    def is_open(self) -> bool:
        """Whether the job has not ended yet."""
        return self.ended_at is None

    @property
    def is_wanted(self) -> bool:
        """Whether it is open, and nobody has given it up: what asks for the same joins it."""
        return self.is_open and not self.is_given_up

    @property
    def buttons(self) -> tuple[Button, ...]:
        """
        What the task offers next, in the server's order.

        A server without buttons takes U, V and a new grid by number; these are offered then.
        """
        return offered_by(self.task) if self.task else ()

    @property
    def window(self) -> OpenWindow | None:
        """What the server waits for before it draws; None when it waits for nothing."""
        return window_of(self.task, self.custom_id, self.prompt)

    def listen(self, listener: Callable[[Any], object]) -> Callable[[], None]:
        """
        Call *listener* with this job on each change; return what ends that.

        It runs on the worker thread and must not take long; it may call this package. What it
        prints or displays belongs to the cell that called this.
        """
        return self._listeners.add(listener)

    # -- changed by the session, on the worker thread ------------------------------------------

    def accept(self, task: Task, queued: int | None = None) -> None:
        """Take the first snapshot: the server has the task."""
        self.task, self.queued, self.before = task, queued, queued
        if not self._accepted.done():
            self._accepted.set_result(None)
        self.changed()

    def expect(self, seconds: float) -> None:
        """Take how long such tasks are usually drawn."""
        self.usual = seconds
        self.changed()

    def update(self, task: Task) -> None:
        """Take a later snapshot; one that is older than a final one is ignored."""
        known = self.task
        if known is not None and known.is_final and not task.is_final:
            return
        self.task, self.note = task, ""
        if self._listeners or self.above is not None:
            self.changed()

    def end(self, now: float, error: MJError | None = None, *, note: str = "") -> None:
        """Close the job: the listeners are told first, then whoever waits."""
        if self.ended_at is not None:
            return
        self.error, self.ended_at, self.note = error, now, note
        if self.is_watched:
            self.changed()
            self._house.worker.post(self._resolve)
        else:
            self._resolve()

    @property
    def is_watched(self) -> bool:
        """Whether anybody listens, here or above."""
        return bool(self._listeners) or (self.above is not None and self.above.is_watched)

    @property
    def above(self) -> "Self | None":
        """The job in whose panel this one is shown."""
        return self.parent or self.repeat_of

    def _resolve(self) -> None:
        for future in (self._accepted, self._ended):
            if future.done():
                continue
            if self.error is None:
                future.set_result(None)
            else:
                future.set_exception(self.error)

    def changed(self) -> None:
        """
        Tell the listeners of this job, and of the jobs above it, since they show it too.

        They are called in a turn of the loop of their own, once for all changes until then: a
        listener may wait for another job, which must not stop the follower.
        """
        if self._listeners and not self._telling:
            self._telling = True
            self._house.worker.post(self._tell)
        if self.above is not None:
            self.above.changed()

    def _tell(self) -> None:
        self._telling = False
        self._listeners.tell(self, of=f"task {self.id}")

    @property
    def worker(self) -> Worker:
        """The worker that owns this job; panels are written there."""
        return self._house.worker

    def now(self) -> float:
        """Return the session's time, epoch seconds."""
        return self._house.now()
