"""A job: one task being followed by this kernel; the only thing here that changes."""

import functools
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, overload

from mj_notebook.errors import MJError, TaskFailed, Unsettled, UsageError
from mj_notebook.language import translated
from mj_notebook.prompt.findings import Finding
from mj_notebook.protocol.fallbacks import available_buttons
from mj_notebook.protocol.ignored_options import ignored_options, remark_of
from mj_notebook.protocol.models import Button, Task
from mj_notebook.protocol.requests import Request
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.session.job_acts import JobActs
from mj_notebook.session.job_annotation import JobAnnotation
from mj_notebook.session.job_events import JobEvents
from mj_notebook.session.job_facts import facts_of, load_pictures
from mj_notebook.session.job_lineage import parents_of, trail_of
from mj_notebook.session.job_pictures import JobPictures, count_tiles
from mj_notebook.session.job_result import JobResult
from mj_notebook.session.submission import Submission
from mj_notebook.session.worker import Worker
from mj_notebook.settings.argument_types import public
from mj_notebook.store.annotation_values import Annotation
from mj_notebook.store.columns import UNKNOWN
from mj_notebook.view.facts import Facts, is_left
from mj_notebook.view.window import OpenWindow, WindowAnswer, window_of

if TYPE_CHECKING:
    from PIL.Image import Image

    # The one circle of this room, named here and in the import contract: a job belongs to its
    # session, and what people do with a job is done there.
    from mj_notebook.session.breakdown import JobBreakdown
    from mj_notebook.session.session import Session

_FOR_PEOPLE = """
ablate accepted again answer breakdown buttons cancel children choose code content cost delete
dismiss error findings id image is_open is_replayed note notes parent parents press prompt rate
rating save seed server status subscribe tag tags task untag url wait window
"""
FOR_PEOPLE = tuple(_FOR_PEOPLE.split())
"""What `dir(job)` lists, and what completion offers: at most forty, in the alphabet's order."""
# What says it instead, of what a person may say.
_SETTERS = {
    **dict.fromkeys(("rating", "rate"), "Call job.rate(4)."),
    **dict.fromkeys(("tags", "tag"), 'Call job.tag("cover").'),
    **dict.fromkeys(("notes", "note"), 'Call job.note("…").'),
}

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Part = TypeVar("_Part")


def _given_by(
    part: Callable[["Job"], _Part], method: Callable[Concatenate[_Part, _P], _R]
) -> Callable[Concatenate["Job", _P], _R]:
    """Give a job the *method* of a *part* of it, with what that takes and says of itself."""

    @functools.wraps(method)
    def call(job: "Job", /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        return method(part(job), *args, **kwargs)

    return call


# The others are the session's, some of them called a thousand times a second.
@functools.partial(public, names=FOR_PEOPLE)
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
        held: Why the answer to its window is not sent now, "" as a rule.
        moved_at: When it was last seen to make a step, epoch seconds.
        parent: The job whose button made this one.
        children: The jobs that this one's buttons made, oldest first.
        repeats: The jobs that ask for the same once more, oldest first.
        repeat_of: The first job of those, None when this is no repeat.
        siblings: The other jobs of the same press, where one press makes several tasks.
        fingerprint: What it asked for, as a name: the same one means the same picture.
        is_fresh: Whether another one was wanted, though the same may have been drawn already.
        is_replayed: Whether it was found in history when it was asked for again.
        is_cancelling: Whether the wish to cancel it was taken: the same asked for once more is
            another task, even before this one is seen to end.
        remarks: What the person should know of the way, such as a picture that was made smaller.
        findings: What lint found in the prompt.
        has_callback: Whether the server was asked to post its changes to this kernel.
        intent: The number of its request in history, None when none was written here.
        answering: The answer to its window that is on the way, None as a rule.
        is_chosen: Whether it was chosen of several that ask for the same.
        is_answered: Whether the server took an answer to its window from here.
        waits_for_room: Whether it is sent again by itself where the server's queue is full.
        is_withdrawn: Whether it was wanted no more before the server had it.
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
        self.step = self.custom_id = self.planned = self.trouble = self.held = ""
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
        self.wants_previews = self.is_answered = False
        self.answering: WindowAnswer | None = None
        self.is_deleted = self.waits_for_room = self.is_withdrawn = False
        self.intent: int | None = None
        self.task: Task | None = None
        self.error: MJError | None = None
        self.ended_at: float | None = None
        self.moved_at: float | None = None
        self.queued: int | None = None
        self.queue_position: int | None = None
        self.typical_seconds: float | None = None
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
        """
        Whether what asks for the same joins it: it is open, and nobody has given it up.

        A press whose window was answered is another one by that: the next opens a window anew.
        """
        return self.is_open and not (self.is_cancelling or self.is_answered)

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
        if self.is_cancelling:
            return None
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

    wait = _given_by(JobResult, JobResult.wait)
    accepted = _given_by(JobResult, JobResult.accepted)
    answered = _given_by(JobResult, JobResult.answered)

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

    press = _given_by(JobActs, JobActs.press)
    button = _given_by(JobActs, JobActs.button)
    answer = _given_by(JobActs, JobActs.answer)
    dismiss = _given_by(JobActs, JobActs.dismiss)
    cancel = _given_by(JobActs, JobActs.cancel)
    seed = _given_by(JobActs, JobActs.seed)
    again = _given_by(JobActs, JobActs.again)
    choose = _given_by(JobActs, JobActs.choose)
    code = _given_by(JobActs, JobActs.code)
    ablate = _given_by(JobActs, JobActs.ablate)
    delete = _given_by(JobActs, JobActs.delete)

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

    read_annotation = _given_by(JobAnnotation, JobAnnotation.read)
    rate = _given_by(JobAnnotation, JobAnnotation.rate)
    tag = _given_by(JobAnnotation, JobAnnotation.tag)
    untag = _given_by(JobAnnotation, JobAnnotation.untag)
    note = _given_by(JobAnnotation, JobAnnotation.note)
    take_back = _given_by(JobAnnotation, JobAnnotation.take_back)

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

    content = _given_by(JobResult, JobResult.content)
    save = _given_by(JobResult, JobResult.save)

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
        is_step = known is None or known.progress != task.progress or known.status != task.status
        moved_at = self.session.now() if is_step else self.moved_at
        # Past `__setattr__`, which looks at each name: this is done some thousand times a second.
        self.__dict__.update(task=task, trouble=self.held, moved_at=moved_at)
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
