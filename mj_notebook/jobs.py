"""A job: one task being followed by this kernel; the only thing here that changes."""

import concurrent.futures
import logging
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, Protocol

from mj_notebook.errors import MJError, TaskFailed, UsageError
from mj_notebook.protocol.buttons import caption, find, shows_grid, spoken
from mj_notebook.protocol.models import Button, Task
from mj_notebook.protocol.requests import Request
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.view.facts import Facts, Shot
from mj_notebook.worker import Worker

if TYPE_CHECKING:
    from PIL.Image import Image

    from mj_notebook.store.pictures import Picture

Listener = Callable[["Job"], object]
_log = logging.getLogger("mj_notebook")


class House(Protocol):
    """What a job asks of the session it belongs to."""

    worker: Worker

    def press(self, job: "Job", button: Button, *, repeat: bool = False) -> "Job":
        """Press *button* of *job*."""

    def answer(self, job: "Job", prompt: str, mask: str | None) -> "Job":
        """Answer the window of *job*."""

    def cancel(self, job: "Job") -> None:
        """Ask the server to cancel *job*."""

    def seed(self, job: "Job") -> str:
        """Ask the server for the seed of *job*."""

    def content(self, picture: "Picture") -> bytes:
        """Return the bytes of an archived picture."""

    def now(self) -> float:
        """Return the time, epoch seconds."""


class Job:
    """
    One task being followed by this kernel.

    It is made by a session and changed only on the session's worker thread; everything here may
    be read from any thread.

    Attributes:
        request: What was asked; None for a task taken over from elsewhere.
        tag: Our own name for the job; it travels as the request's ``state``, unless the person
            gave one.
        home: The name in history of the server that has the task.
        task: The latest snapshot, None until the server accepted.
        error: What ended the job, when it ended badly.
        missing: Why there is no picture though the task succeeded.
        parent: The job whose button made this one.
        children: The jobs that this one's buttons made, oldest first.
    """

    def __init__(
        self,
        house: House,
        *,
        prompt: str,
        tag: str,
        home: str,
        server: str,
        is_demo: bool,
        asked_at: float,
        request: Request | None = None,
        parent: "Job | None" = None,
        step: str = "",
        custom_id: str = "",
    ) -> None:
        self._house = house
        self.prompt, self.tag, self.home, self.request = prompt, tag, home, request
        self.server, self.is_demo, self.asked_at = server, is_demo, asked_at
        self.parent, self.step, self.custom_id = parent, step, custom_id
        self.children: list[Job] = []
        self.mode: Mode | None = None
        self.wants_previews = False
        self.intent: int | None = None
        self.task: Task | None = None
        self.error: MJError | None = None
        self.ended_at: float | None = None
        self.queued: int | None = None
        self.note = ""
        self.shot: Shot | None = None
        self.is_preview = False
        self.picture: Picture | None = None
        self.missing: MJError | None = None
        self.known_seed: str | None = None
        self._listeners: list[Listener] = []
        self._telling = False
        self._accepted: concurrent.futures.Future[Job] = concurrent.futures.Future()
        self._ended: concurrent.futures.Future[Job] = concurrent.futures.Future()

    # -- what a person reads -------------------------------------------------------------------

    @property
    def id(self) -> str | None:
        """The proxy's id of the task, None until it was accepted."""
        return self.task.id if self.task else None

    @property
    def status(self) -> str:
        """Where the task stands; NOT_START until the server accepted."""
        return self.task.status if self.task else Status.NOT_START

    @property
    def is_open(self) -> bool:
        """Whether the job has not ended yet."""
        return self.ended_at is None

    @property
    def buttons(self) -> tuple[Button, ...]:
        """What the task offers next, in the server's order."""
        return (self.task.buttons or ()) if self.task else ()

    @property
    def image(self) -> "Image":
        """
        The picture at full size.

        Raises:
            MJError: There is no picture (yet); the sentence says why.
        """
        from mj_notebook.view import pictures  # Pillow loads on first use

        return pictures.open_picture(self._content())

    def __getitem__(self, number: int) -> "Image":
        """Return tile 1–4 of a grid at full size; a single picture has only number 1."""
        from mj_notebook.view import pictures

        grid = self.task is not None and shows_grid(self.task)
        last = 4 if grid else 1
        if not isinstance(number, int) or not 1 <= number <= last:
            offered = "1 to 4" if grid else "1"
            raise UsageError(f"There is no picture {number!r}.", hint=f"Take job[{offered}].")
        return pictures.tile(self.image, number) if grid else self.image

    def _content(self) -> bytes:
        if self.picture is None:
            if reason := self.error or self.missing:
                raise reason
            if not self.is_open:
                raise UsageError("This task has no picture.", hint="Read what it gave in job.task.")
            raise UsageError("There is no picture yet.", hint="Call job.wait() first.")
        return self._house.content(self.picture)

    # -- waiting -------------------------------------------------------------------------------

    def wait(self, timeout: float | None = None) -> "Job":
        """
        Wait until the job ended and its picture is kept.

        Args:
            timeout: Seconds; None waits as long as it takes.

        Raises:
            TaskFailed: The task failed or was cancelled.
            WaitTimeout: The time is over, or the person interrupted; the task goes on.
        """
        going_on = f"Go on with {self._call}.wait()."
        return self._house.worker.wait(self._ended, timeout=timeout, going_on=going_on)

    def accepted(self, timeout: float | None = None) -> "Job":
        """Wait until the server accepted the task; raise what it said when it did not."""
        going_on = f"It is still being sent; go on with {self._call}.wait()."
        return self._house.worker.wait(self._accepted, timeout=timeout, going_on=going_on)

    def __await__(self) -> Generator[Any, None, "Job"]:
        going_on = f"Go on with {self._call}.wait()."
        return self._house.worker.wait_async(
            self._ended, timeout=None, going_on=going_on
        ).__await__()

    @property
    def _call(self) -> str:
        return f'mj.job("{self.id}")' if self.id else "job"

    # -- acting --------------------------------------------------------------------------------

    def press(self, name: str, *, repeat: bool = False) -> "Job":
        """
        Press a button and return the job it makes.

        Args:
            name: What is written on it ("U2", "Zoom Out 2x"), its emoji, our word for it
                ("zoom_out_2x") or its customId.
            repeat: Make another one even while the same press is still under way.

        Raises:
            UsageError: The task has no such button; the sentence lists those it has.
        """
        return self._house.press(self, self.button(name), repeat=repeat)

    def button(self, name: str) -> Button:
        """Return the button called *name*; see `press` for the ways to call it."""
        wanted = name.strip().lower()
        meant = [button for button in self.buttons if wanted in _names(button)]
        if len({button.custom_id for button in meant}) > 1:
            which = ", ".join(map(caption, meant))
            raise UsageError(f"{name!r} could mean several buttons.", hint=f"Say which: {which}.")
        if meant:
            return meant[0]
        offered = ", ".join(caption(button) for button in self.buttons)
        if not offered:
            state = "is not finished" if self.is_open else "offers no buttons"
            raise UsageError(f"There is no button {name!r}: the task {state}.", hint="")
        raise UsageError(f"There is no button {name!r}.", hint=f"This task offers: {offered}.")

    def answer(self, prompt: str, *, mask: str | None = None) -> "Job":
        """
        Answer the window the server opened before drawing; the same task goes on.

        Args:
            prompt: The whole prompt with its parameters; it is never sent empty.
            mask: For a region, a picture as data URL: white is repainted, black stays.
        """
        if not prompt.strip():
            raise UsageError("The window needs a prompt.", hint="Give the whole prompt.")
        if self.status != Status.MODAL:
            raise UsageError("This task has no window open.", hint="Only a waiting task has one.")
        return self._house.answer(self, prompt, mask)

    def cancel(self) -> None:
        """Ask the server to cancel the task (a window is dismissed the same way)."""
        if self.is_open:
            self._house.cancel(self)

    def seed(self) -> str:
        """Ask the server for the seed of the picture; this may take up to a minute."""
        if self.known_seed is None:
            self.known_seed = self._house.seed(self)
        return self.known_seed

    def listen(self, listener: Listener) -> Callable[[], None]:
        """
        Call *listener* with this job on each change; return what ends that.

        It runs on the worker thread and must not take long; it may call this package.
        """
        self._listeners.append(listener)

        def forget() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return forget

    # -- changed by the session, on the worker thread ------------------------------------------

    def accept(self, task: Task, queued: int | None = None) -> None:
        """Take the first snapshot: the server has the task."""
        self.task, self.queued = task, queued
        if not self._accepted.done():
            self._accepted.set_result(self)
        self.changed()

    def update(self, task: Task) -> None:
        """Take a later snapshot; one that is older than a final one is ignored."""
        if self.task is not None and self.task.is_final and not task.is_final:
            return
        self.task, self.note = task, ""
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
        return bool(self._listeners) or (self.parent is not None and self.parent.is_watched)

    def _resolve(self) -> None:
        for future in (self._accepted, self._ended):
            if future.done():
                continue
            if self.error is None:
                future.set_result(self)
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
        if self.parent is not None:
            self.parent.changed()

    def _tell(self) -> None:
        self._telling = False
        for listener in tuple(self._listeners):
            try:
                listener(self)
            except Exception:  # noqa: BLE001, RUF100 - a person's own code ends nothing of ours
                _log.exception("A listener of task %s failed.", self.id)

    # -- showing -------------------------------------------------------------------------------

    @property
    def worker(self) -> Worker:
        """The worker that owns this job; panels are written there."""
        return self._house.worker

    def now(self) -> float:
        """Return the session's time, epoch seconds."""
        return self._house.now()

    def facts(self) -> Facts:
        """Return what is known now, as one value."""
        return Facts(
            prompt=self.prompt,
            server=self.server,
            asked_at=self.asked_at,
            step=self.step,
            is_demo=self.is_demo,
            task=self.task,
            error=self.error,
            ended_at=self.ended_at,
            queued=self.queued,
            note=self.note,
            shot=self.shot,
            is_preview=self.is_preview,
            saved=self.picture.path.name if self.picture else "",
            seed=self.known_seed or (self.task.seed if self.task else None),
            pressed=frozenset(child.custom_id for child in self.children),
            children=tuple(child.facts() for child in self.children),
        )

    def __repr__(self) -> str:
        from mj_notebook.view.lines import plain_text  # loads on first use

        return plain_text(self.facts(), self.now())

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from mj_notebook.view.twin import twin_bundle  # loads on first use

        return twin_bundle(self.facts(), self.now())


def _names(button: Button) -> set[str]:
    """Return all the ways to call *button*, in lower case."""
    names = {button.custom_id, button.label, button.emoji, caption(button), spoken(button)}
    press = find(button.custom_id)
    if press:
        key, number = press.kind.key, press.number
        # Without its number "upscale" would silently mean the first of four.
        names |= {f"{key}_{number}", f"{key} {number}"} if "{i}" in press.kind.pattern else {key}
    return {name.strip().lower() for name in names if name.strip()}


def failure_of(task: Task) -> TaskFailed:
    """Return the error that says why *task* ended badly, in the server's own words."""
    if task.status == Status.CANCEL:
        return TaskFailed("The task was cancelled.", hint="Run the cell again to draw.", task=task)
    reason = (task.fail_reason or "").strip()
    said = f"The proxy failed the task: “{reason}”." if reason else "The proxy failed the task."
    return TaskFailed(said, hint="It gave no picture; change the prompt or try again.", task=task)
