"""A job: one task being followed by this kernel; the only thing here that changes."""

import contextlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from mj_notebook.errors import MJError, Refused, TaskFailed, Unsettled, Unsupported, UsageError
from mj_notebook.language import gettext, translated
from mj_notebook.prompt.findings import Finding
from mj_notebook.protocol.breakdown import breakdown_kind_of, breakdown_text_of
from mj_notebook.protocol.buttons import button_name, find_button
from mj_notebook.protocol.fallbacks import available_buttons
from mj_notebook.protocol.ignored_options import ignored_options, remark_of
from mj_notebook.protocol.models import Button, Task
from mj_notebook.protocol.requests import Request
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.session.interrupts import interruptible
from mj_notebook.session.job_events import JobEvents, Moment
from mj_notebook.session.job_facts import facts_of, load_pictures
from mj_notebook.session.job_lineage import parents_of, trail_of
from mj_notebook.session.job_pictures import JobPictures, count_tiles, tile_number
from mj_notebook.session.job_result import JobResult
from mj_notebook.session.submission import Submission
from mj_notebook.session.waiting import told_if_not_sent, waits_to_be_sent
from mj_notebook.session.worker import Worker
from mj_notebook.settings.argument_types import public
from mj_notebook.store.annotation_values import Annotation
from mj_notebook.store.columns import UNKNOWN
from mj_notebook.view.facts import Facts, is_left
from mj_notebook.view.window import OpenWindow, window_of

if TYPE_CHECKING:
    from PIL.Image import Image

    # The one circle of this room, named here and in the import contract: a job belongs to its
    # session, and what people do with a job is done there.
    from mj_notebook.session.breakdown import JobBreakdown
    from mj_notebook.session.session import Session
    from mj_notebook.store.annotations import Annotations, TaskKey
    from mj_notebook.store.deleting import Deletion


_FOR_PEOPLE = """
ablate accepted again answer breakdown buttons cancel children choose code content cost delete
dismiss error findings id image is_open is_replayed note notes parent parents press prompt rate
rating save seed server status subscribe tag tags task untag url wait window
"""
FOR_PEOPLE = tuple(_FOR_PEOPLE.split())
"""What `dir(job)` lists, and what completion offers: at most forty, in the alphabet's order."""


# What says it instead, of what a person may say.
_SETTERS = {
    "rating": "Call job.rate(4).",
    "rate": "Call job.rate(4).",
    "tags": 'Call job.tag("cover").',
    "tag": 'Call job.tag("cover").',
    "notes": 'Call job.note("…").',
    "note": 'Call job.note("…").',
}


@public
class Job:
    """
    One task being followed by this kernel.

    It is made by a session and changed only on the session's worker thread; everything here may
    be read from any thread.

    Attributes:
        prompt: What was asked, in the words of the person.
        request: What was sent; None for a task taken over from elsewhere.
        name: Our own name for the job; it travels as the request's ``state``, unless the person
            gave one.
        server: The name in history of the server that has the task.
        task: The latest snapshot, None until the server accepted.
        error: What ended the job, when it ended badly.
        trouble: What goes wrong on the way just now, "" as a rule; the next news takes it away.
        moved_at: When it was last seen to make a step, epoch seconds.
        parent: The job whose button made this one.
        children: The jobs that this one's buttons made, oldest first.
        repeats: The jobs that ask for the same once more, oldest first.
        repeat_of: The first job of those, None when this is no repeat.
        siblings: The other jobs of the same press, where one press makes several tasks.
        fingerprint: What it asked for, as a name: the same one means the same picture.
        is_fresh: Whether another one was wanted, though the same may have been drawn already.
        is_replayed: Whether it was found in history when it was asked for again.
        is_cancelling: Whether the server took the wish to cancel it: the same asked for once more
            is another task, even before this one is seen to end.
        remarks: What the person should know of the way, such as a picture that was made smaller.
        findings: What lint found in the prompt.
        has_callback: Whether the server was asked to post its changes to this kernel.
        intent: The number of its request in history, None when none was written here.
        is_answering: Whether an answer to its window is on the way.
        is_chosen: Whether it was chosen of several that ask for the same.
        is_answered: Whether the server took an answer to its window from here.
        waits_for_room: Whether it is sent again by itself where the server's queue is full.
        planned: The button of `parent` that will be pressed when that has ended; "" as a rule.
        is_deleted: Whether it was deleted from history; its pictures went with it.

    Example:
        >>> kite = mj.imagine("a red kite over dunes").wait()
        >>> kite.press("U2").image.size
    """

    def __init__(
        self,
        session: "Session",
        *,
        prompt: str,
        name: str,
        server: str,
        server_label: str,
        is_demo: bool,
        asked_at: float,
        submission: Submission | None = None,
        parent: "Job | None" = None,
    ) -> None:
        self.session = session
        self.prompt, self.name, self.asked_at = prompt, name, asked_at
        self.server, self.server_label, self.is_demo = server, server_label, is_demo
        self.request: Request | None = None
        self.mode: Mode | None = None
        self.step = self.custom_id = self.planned = ""
        self.remarks: tuple[str, ...] = ()
        self.findings: tuple[Finding, ...] = ()
        self.is_fresh = False
        self.references: Mapping[str, str] = {}
        if submission is not None:
            self.set_submission(submission)
        self.parent = parent
        self.children: list[Job] = []
        self.repeats: list[Job] = []
        self.repeat_of: Job | None = None
        self.siblings: tuple[Job, ...] = ()
        self.fingerprint = ""
        self.is_replayed = self.is_cancelling = self.has_callback = self.is_chosen = False
        self.annotation = Annotation()
        self.is_deleted = False
        self.wants_previews = self.is_answering = self.is_answered = False
        self.waits_for_room = False
        self.intent: int | None = None
        self.task: Task | None = None
        self.error: MJError | None = None
        self.ended_at: float | None = None
        self.moved_at: float | None = None
        self.queued: int | None = None
        self.queue_position: int | None = None
        self.typical_seconds: float | None = None
        self.trouble = ""
        self._usual_version: str | None = None
        self.known_seed: str | None = None
        self.pictures = JobPictures(session.store.pictures)
        self.events = JobEvents(self)
        self.result = JobResult(self)
        self._is_made = True

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse what a person sets: nothing would come of it, or the job would tell a lie."""
        known = self.__dict__
        if name not in known and "_is_made" in known and name[:1] != "_":
            told = isinstance(getattr(type(self), name, None), property)
            raise UsageError(
                translated("job.{name} is found out here, and can't be set.", name=name)
                if told
                else translated("A job has nothing called {name!r} that could be set.", name=name),
                hint=_SETTERS.get(
                    name, translated("Keep what else you know in a variable of your own.")
                ),
            )
        # Straight: a thousand jobs that are watched are set some thousand times a second.
        known[name] = value

    def __dir__(self) -> list[str]:
        """List what people use; the rest is for the session that the job belongs to."""
        return [*(name for name in super().__dir__() if name.startswith("__")), *FOR_PEOPLE]

    def set_submission(self, submission: Submission) -> None:
        """Take over what is asked; what was only planned is known from now on."""
        self.step, self.custom_id = submission.step, submission.button
        self.mode, self.remarks = submission.mode, submission.remarks
        self.findings, self.references = submission.findings, submission.references
        self.is_fresh = submission.fresh
        # Last: who looks for a press goes by the planned name until there is a request.
        self.request = submission.request

    # -- where it stands -----------------------------------------------------------------------

    @property
    def url(self) -> str | None:
        """Where the server has the picture, for about a day; None as long as it tells nothing."""
        return self.task.image_url if self.task else None

    @property
    def cost(self) -> float:
        """The credits that it took, by `Settings.costs`; 0 for what was replayed, or is a demo."""
        if self.is_replayed or self.is_demo or self.id is None:
            return 0.0
        settings = self.session.settings
        is_refunded = settings.refunds and isinstance(self.error, TaskFailed)
        action = self.task.action if self.task else None
        return 0.0 if is_refunded else settings.costs.of(action, self.mode)

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
        """
        Where the task stands; NOT_START until the server accepted.

        Where there is none it is FAILURE, and UNKNOWN where nobody knows: `error` says why.
        """
        if self.task is not None:
            return self.task.status
        if self.error is None:
            return Status.NOT_START
        return UNKNOWN if isinstance(self.error, Unsettled) else Status.FAILURE

    @property
    def is_open(self) -> bool:
        """Whether the job has not ended yet."""
        return self.ended_at is None

    @property
    def is_left(self) -> bool:
        """Whether it is no longer followed, while its task may still be drawn."""
        return is_left(self.task, self.error)

    @property
    def is_joinable(self) -> bool:
        """Whether it is open, and nobody has given it up: what asks for the same joins it."""
        return self.is_open and not self.is_cancelling

    @property
    def buttons(self) -> tuple[Button, ...]:
        """
        What the task offers next, in the server's order; waits until that is known.

        A server without buttons takes U, V and a new grid by number; these are offered then.

        Raises:
            TaskFailed: It failed, so it offers nothing.
        """
        if self.awaits_end or self.task is None or self.is_left:
            self.result.require_end()
        return available_buttons(self.task) if self.task else ()

    @property
    def awaits_end(self) -> bool:
        """Whether the server has not ended the task yet: what it will offer is not known."""
        return self.is_open and not (self.task is not None and self.task.is_final)

    @property
    def usual_version(self) -> str:
        """What its account is known to draw with where no version is written; "" for nothing."""
        if self.task is None or not self.task.succeeded:
            return ""
        if self._usual_version is None:
            versions = self.session.usual_versions
            self._usual_version = versions.usual_for(self.server, self.prompt, self.task)
        return self._usual_version

    @property
    def window(self) -> OpenWindow | None:
        """What the server waits for before it draws; None when it waits for nothing."""
        return window_of(self.task, self.custom_id, self.prompt)

    @property
    def parents(self) -> "list[Job]":
        """The jobs whose buttons led here, the nearest first; `children` are those below."""
        return parents_of(self)

    @property
    def trail(self) -> tuple[str, ...]:
        """The way here in short words, such as ``("imagine", "U2", "region")``."""
        return trail_of(self)

    def facts(self) -> Facts:
        """
        Return what is known now, as one value.

        Pictures that were released are read again, but not on the worker's loop, which reads no
        files: there `load_pictures` was called before, as it is for whoever is notified.
        """
        if not self.worker.is_current_thread:
            load_pictures(self)
        return facts_of(self)

    # -- waiting -------------------------------------------------------------------------------

    def wait(self, timeout: float | None = None, *, pictures: bool = True) -> "Job":
        """
        Wait until the job ended and its picture is kept.

        Args:
            timeout: Seconds; None waits as long as it takes.
            pictures: Whether the picture must be there; without it the task may just be done.

        Raises:
            TaskFailed: The task failed or was cancelled.
            PictureMissing: The task succeeded, and its picture could not be had.
            WaitTimeout: The time is over, or the person interrupted; the task goes on.
        """
        self.result.wait(timeout, pictures=pictures)
        return self

    def accepted(self, timeout: float | None = None) -> "Job":
        """Wait until the server accepted the task; raise what it said when it did not."""
        self._await(self.events.accepted, timeout)
        return self

    def answered(self) -> None:
        """Wait until the server has the task, refused it, or has no room for it yet."""
        self._await(self.events.answered, None)

    def _await(self, moment: Moment, timeout: float | None) -> None:
        with told_if_not_sent(self):
            self.worker.wait(moment.future, timeout=timeout, resume_hint=self._sending)

    def _sending(self) -> str:
        if waits_to_be_sent(self):
            return self.result.going_on()
        return translated(
            "It is still being sent; go on with {expression}.wait().", expression=self.expression
        )

    def __await__(self) -> Generator[Any, None, "Job"]:
        return self.result.awaited().__await__()

    @property
    def expression(self) -> str:
        """The expression that gives this job in a cell, for sentences."""
        return f'mj.job("{self.id}")' if self.id else "job"

    def subscribe(self, listener: Callable[["Job"], object]) -> Callable[[], None]:
        """
        Call *listener* with this job on each change; return what ends that.

        It runs on the worker thread and must not take long; it may call this package. What it
        prints or displays belongs to the cell that called this.
        """
        return self.events.subscribers.subscribe(listener)

    # -- acting: the session does it -------------------------------------------------------------

    def press(self, name: str | int, *, repeat: bool = False, same_channel: bool = False) -> "Job":
        """
        Press a button and return the job it makes, at once.

        On a job that has not ended, the new one waits for it and is sent then; where it fails,
        nothing is sent. Where one press makes several tasks, the job is the first, and has the
        others as siblings.

        Args:
            name: What is written on it ("U2", "Zoom Out 2x"), its emoji, our word for it
                ("zoom_out_2x"), its customId, or a number: one of four pictures, or of the prompts
                that a describe or a shorten gave.
            repeat: Make another one even while the same press is still under way.
            same_channel: Let another account of the proxy on the same channel take it.

        Raises:
            UsageError: The task has no such button; the sentence lists those it has.
        """
        actions = self.acting.actions
        return actions.press(
            self, self._button_name(name), repeat=repeat, same_channel=same_channel
        )

    def button(self, name: str | int) -> Button:
        """Return the button called *name*, as far as is known; see `press` for its names."""
        offered = available_buttons(self.task) if self.task else ()
        called = self._button_name(name)
        return find_button(offered, called, is_open=self.awaits_end, translate=gettext)

    def _button_name(self, name: object) -> str:
        asked = breakdown_kind_of(self.request)
        return button_name(name, tells_words=bool(asked or breakdown_text_of(self.task)))

    def answer(
        self,
        prompt: str | None = None,
        *,
        mask: object = None,
        zoom: float | None = None,
        ar: str | None = None,
        force: bool = False,
    ) -> "Job":
        """
        Answer the window the server opened before drawing; the same task goes on.

        Where the button that opens it was not sent yet, the answer follows it by itself.

        Args:
            prompt: The whole prompt with its parameters; None takes the one the window offers.
            mask: For Vary (Region), what to repaint: white is repainted, black stays. A picture
                in any form, or boxes ``(left, top, right, bottom)`` in pixels or in parts of 1.
            zoom: For Custom Zoom, how far out: 1 to 2.
            ar: For Custom Zoom, another shape: "16:9".
            force: Send it although errors are found in its words.

        Raises:
            PromptError: Its words have errors; nothing was sent.
            UsageError: It is no answer to this window; nothing was sent.
        """
        from mj_notebook.view.window import WindowAnswer  # light, and only for answers

        answer = WindowAnswer(prompt, mask=mask, zoom=zoom, ar=ar, force=force)
        with interruptible(
            translated("It may have been sent: look at the job before you answer again.")
        ):
            return self.acting.actions.answer(self, answer)

    def dismiss(self) -> None:
        """Close the window without drawing; the server lets go of the task, which costs nothing."""
        if self.window is None:
            raise UsageError(
                translated("This task has no window open."),
                hint=translated("Only a waiting task has one."),
            )
        try:
            self.cancel()
        except Unsupported:
            raise Unsupported(
                translated(
                    "{server_label} can't close a window: it does not offer cancelling.",
                    server_label=self.server_label,
                ),
                hint=translated("Leave it open: it costs nothing as long as it is not answered."),
            ) from None

    def cancel(self) -> bool:
        """
        Ask the server to cancel the task (a window is dismissed the same way).

        Returns:
            Whether there was anything to cancel: False where the task is over. One that is no
            longer followed may still be drawn, and is cancelled.
        """
        with interruptible(translated("It may have been cancelled: look at the job in a moment.")):
            if self.task is None and self.acting.actions.withdraw(self):
                return True
            is_being_sent = self.is_open and self.task is None
            if is_being_sent and not self.worker.is_current_thread:
                with suppress(Refused):  # then there is nothing to cancel
                    self.accepted()
            if isinstance(self.error, Unsettled):
                raise self.error  # nobody has its id, and it may be drawn
            if not self.is_open and not self.is_left:
                return False
            self.acting.actions.cancel(self)
            return True

    def seed(self) -> str:
        """
        Ask the server for the seed of the picture; this may take up to a minute.

        Raises:
            UsageError: It was answered in words, which have none.
        """
        if self.known_seed is None:
            self.result.require_end()
            if breakdown_text_of(self.task):
                raise UsageError(
                    translated("What is answered in words has no seed."),
                    hint=translated("Ask a job that drew a picture."),
                )
            with interruptible(translated("Ask for the seed again when you want it.")):
                self.known_seed = self.acting.actions.seed(self)
            self.worker.post(self.notify)
        return self.known_seed

    def again(self) -> "Job":
        """
        Ask for the same once more, and return the job of it; this is drawn and paid anew.

        Raises:
            UsageError: It isn't known how this was asked for, or its pictures are not kept.
        """
        if self.parent is not None and self.custom_id:
            return self.parent.press(self.custom_id, repeat=True)
        return self.acting.actions.again(self)

    def choose(self) -> "Job":
        """
        Let this picture stand for what was asked: running its cell again shows it, for free.

        Of several (`again`, ``--fresh``) the first one stands for it until another is chosen.

        Raises:
            TaskFailed: It failed, so there is nothing to choose.
        """
        self.wait()
        self.acting.actions.choose(self)
        return self

    def code(self) -> str:
        """Return Python that takes the same steps, from the first prompt to this picture."""
        return self.acting.actions.code(self)

    @property
    def acting(self) -> "Session":
        """The session that acts for this job: its own, until that gave way to another one."""
        self.session = self.session.successor_or_self()
        return self.session

    @property
    def breakdown(self) -> "JobBreakdown | None":
        """What a describe or a shorten said; waits for it. None for what draws."""
        self.result.require_end()
        return self.acting.actions.breakdown(self)

    def ablate(self, seed: int | None = None) -> "list[Job]":
        """
        Draw the prompt that was shortened here and each shorter one, all with one seed.

        Args:
            seed: None takes the prompt's own, or 7.

        Raises:
            UsageError: No prompt was shortened here, or *seed* is none; nothing was sent.
        """
        self.result.require_end()
        return self.acting.actions.ablate(self, seed)

    # -- what a person thinks of it --------------------------------------------------------------

    @property
    def rating(self) -> int | None:
        """The rating that was given, 1 to 5; None without one."""
        return self.read_annotation().rating

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that were given, in the order of the alphabet."""
        return self.read_annotation().tags

    @property
    def notes(self) -> str:
        """The note that was written, "" without one."""
        return self.read_annotation().notes

    def read_annotation(self) -> Annotation:
        """Return its rating, tags and notes as history has them, where other kernels write too."""
        key = (self.server, self.id or "")
        if key[1] and not self.worker.is_current_thread:  # where nothing is read from the disk
            with contextlib.suppress(MJError):  # of a session that was closed: what is known
                annotations = self.acting.store.annotations
                found = annotations.of([key])
                if found.get(key, self.annotation) != self.annotation:
                    self.annotation = found[key]
                    annotations.log.notify(found)
        return self.annotation

    def rate(self, rating: int) -> "Job":
        """
        Rate it from 1 to 5, 0 takes the rating away; history keeps it, `mj.undo` takes it back.

        Raises:
            UsageError: It is no rating.
        """
        return self._annotated(lambda notes, key: notes.rate([key], rating))

    def tag(self, tag: str) -> "Job":
        """
        Add a tag, as in ``job.tag("cover")``: ``mj.history(tag="cover")`` finds it.

        Raises:
            UsageError: It is none.
        """
        return self._annotated(lambda notes, key: notes.tag([key], tag))

    def untag(self, tag: str) -> "Job":
        """Take a tag off."""
        return self._annotated(lambda notes, key: notes.untag([key], tag))

    def note(self, text: str) -> "Job":
        """Write a note, in place of the one before; "" takes it away. Its words can be searched."""
        return self._annotated(lambda notes, key: notes.note([key], text))

    def take_back(self) -> str:
        """Take back the last rating, tag or note in the history of this job; see `mj.undo`."""
        return self.acting.store.annotations.undo()

    def _annotated(self, change: "Callable[[Annotations, TaskKey], None]") -> "Job":
        task_id = self.id or str(self.accepted().id)
        change(self.acting.store.annotations, (self.server, task_id))
        return self

    def delete(self, *, yes: bool = False) -> "Deletion":
        """
        Delete it from history and from the disk, after a question; see `mj.delete`.

        Args:
            yes: Ask nothing, as for a run without a person.
        """
        return self.acting.actions.delete(self, yes=yes)

    # -- pictures ------------------------------------------------------------------------------

    @property
    def image(self) -> "Image":
        """
        The picture at full size; waits for it.

        Raises:
            MJError: There is no picture; the sentence says why.
        """
        return self.result.served().opened()

    def __bool__(self) -> bool:
        """A job is something, however many pictures it has; this never waits."""
        return True

    def __len__(self) -> int:
        """How many pictures there are: four for a grid, else one; none of words. Waits for them."""
        self.result.require_end()
        return count_tiles(self.task)

    def __iter__(self) -> "Iterator[Image]":
        """Yield the pictures one by one, at full size."""
        return (self.result.tile(number) for number in range(1, len(self) + 1))

    @overload
    def __getitem__(self, number: int) -> "Image": ...
    @overload
    def __getitem__(self, number: slice) -> "list[Image]": ...
    def __getitem__(self, number: int | slice) -> "Image | list[Image]":
        """
        Return tile 1–4 of a grid at full size; waits for it.

        A single picture has only number 1; -1 is the last one. Slices count from 1 as well:
        ``job[1:3]`` is the upper half.

        Raises:
            NoSuchPicture: There is none of that number, which is an IndexError as well.
        """
        if isinstance(number, slice):
            return [self.result.tile(one) for one in range(len(self) + 1)[number] if one]
        self.result.require_end()
        return self.result.tile(number)

    def content(self) -> bytes:
        """
        Return the bytes of the picture, as the server gave them; waits for it.

        Raises:
            MJError: There is no picture; the sentence says why.
        """
        return self.result.served().content

    def save(
        self, path: str | Path | None = None, number: int | None = None, *, strip: bool = False
    ) -> Path:
        """
        Save the picture as a file of its own, and return where it is.

        No other file is ever overwritten; where the picture is saved already, it stays as it is.
        Beside the pixels the file tells prompt, seed, task and parents, and ``mj.from_file``
        brings the job back.

        Args:
            path: A file or a folder; None makes a good name in the notebook's folder. The ending
                ".jpg", ".png" or ".webp" decides the format.
            number: Tile 1 to 4 of a grid; None saves the whole picture as the server gave it.
            strip: Save the pixels alone: nothing in the file tells where they come from.

        Raises:
            UsageError: There is another file of that name, no picture *number*, it is broken, or
                the secret stands in what it would tell.
            MJError: There is no picture (yet), or it can't be written there.
        """
        self.result.require_end()
        tile = None if number is None else tile_number(number, self.task)
        return self.pictures.save(
            self.result.served(tile),
            self.facts(),
            path=path,
            number=tile,
            parents=tuple(above.id for above in self.parents if above.id),
            strip=strip,
            secret=self.session.settings.secret,
        )

    # -- changed by the session, on the worker thread ------------------------------------------

    def accept(self, task: Task, queued: int | None = None) -> None:
        """Set the first snapshot: the server has the task."""
        self.task, self.queued, self.queue_position = task, queued, queued
        self.moved_at, self.trouble = self.now(), ""
        self.events.accept()

    def set_typical_seconds(self, seconds: float) -> None:
        """Set how long such tasks are usually drawn."""
        self.typical_seconds = seconds
        self.notify()

    def update(self, task: Task) -> None:
        """Set a later snapshot; one that is older than a final one is ignored."""
        known = self.task
        if known is not None and known.is_final and not task.is_final:
            return
        if known is None or known.progress != task.progress or known.status != task.status:
            self.moved_at = self.session.now()
        # Past `__setattr__`, which looks at each name: this is done some thousand times a second.
        self.__dict__.update(task=task, trouble="")
        if self.request is not None or self.mode:
            for option in ignored_options(task, self.request, self.mode):
                if (told := remark_of(option)) not in self.remarks:
                    self.remarks += (told,)
        self.events.notify()

    def end(self, now: float, error: MJError | None = None, *, note: str = "") -> None:
        """Close the job: the subscribers are notified first, then whoever waits."""
        if self.ended_at is not None:
            return
        self.error, self.ended_at, self.trouble = error, now, note
        self.events.end()

    def reopen(self) -> None:
        """Go on with a job that has ended: its picture is fetched again, or its task was found."""
        self.error, self.ended_at, self.trouble = None, None, ""
        self.events.reopen()

    def notify(self) -> None:
        """Notify the subscribers of this job and of those above it; see `JobEvents.notify`."""
        self.events.notify()

    @property
    def worker(self) -> Worker:
        """The worker that owns this job; panels are written there."""
        return self.session.worker

    def now(self) -> float:
        """Return the session's time, epoch seconds."""
        return self.session.now()

    # -- showing -------------------------------------------------------------------------------

    def __copy__(self) -> "Job":
        """A copy is the job itself: there is one of each task in a kernel."""
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> "Job":
        """As `__copy__`."""
        return self

    def __repr__(self) -> str:
        from mj_notebook.view.text import plain_text  # loads on first use

        return plain_text(self.facts(), self.now())

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from mj_notebook.view.twin import twin_bundle  # loads on first use

        return twin_bundle(self.facts(), self.now())
