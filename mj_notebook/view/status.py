"""Where a job stands: its phase, the words for it, how far it is and how long it will take."""

from enum import StrEnum

from mj_notebook.errors import TaskFailed
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status, TaskAction
from mj_notebook.view import units
from mj_notebook.view.facts import Facts
from mj_notebook.view.window import window_of


class Phase(StrEnum):
    """Where a job stands, in the eyes of the person who waits."""

    PLANNED = "planned"
    SENDING = "sending"
    QUEUED = "queued"
    WAITING = "waiting"
    WINDOW = "window"
    DRAWING = "drawing"
    FETCHING = "fetching"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({Phase.DONE, Phase.FAILED, Phase.CANCELLED})

_PHASES = {
    Status.NOT_START: Phase.QUEUED,
    Status.SUBMITTED: Phase.WAITING,
    Status.MODAL: Phase.WINDOW,
    Status.IN_PROGRESS: Phase.DRAWING,
    Status.SUCCESS: Phase.FETCHING,
    Status.FAILURE: Phase.FAILED,
    Status.CANCEL: Phase.CANCELLED,
}
_STATUSES = {status.value: phase for status, phase in _PHASES.items()}


_KINDS = {TaskAction.DESCRIBE.value: "describe", TaskAction.SHORTEN.value: "shorten"}


def kind_of(facts: Facts) -> str:
    """Return "describe" or "shorten" for what tells words, "" for what draws."""
    action = facts.task.action if facts.task else None
    return _KINDS.get(action or facts.kind or "", "")


def phase_of(facts: Facts) -> Phase:
    """Tell where the job stands; a word the table doesn't know is still work under way."""
    task = facts.task
    if task is not None and task.status == Status.CANCEL:
        return Phase.CANCELLED
    if facts.error is not None:
        return Phase.FAILED
    if task is None:
        return Phase.PLANNED if facts.waits_for else Phase.SENDING
    phase = _STATUSES.get(task.status, Phase.WAITING)
    # The server is done before the picture is here; only the end of the job is the end.
    return Phase.DONE if phase is Phase.FETCHING and facts.ended_at is not None else phase


_PLAIN_WORDS = {
    Phase.SENDING: "sending",
    Phase.WAITING: "waiting for the first sketch",
    Phase.WINDOW: "waiting for your answer",
    Phase.FETCHING: "fetching the picture",
}


# What a press waits for, where the word for how it was asked for is no name of it.
_PARENTS = {"imagine": "the grid", "blend": "the blend", "again": "the new grid"}


# For what tells words: nothing is drawn.
_TEXT_TASK_WORDS = {Phase.WAITING: "waiting for the answer", Phase.DRAWING: "reading"}


def status_words(facts: Facts, phase: Phase) -> str:
    """Say where the job stands; the words change only when something happened."""
    task = facts.task
    if phase in ENDED:
        return _ending(facts, phase)
    if phase is Phase.QUEUED:
        before = facts.queue_position or 0
        return f"queued, {before} before you" if before else "queued"
    if phase is Phase.WAITING and task and task.status not in _STATUSES:
        return f"the server says “{task.status}”"
    if phase is Phase.DRAWING:
        said = (task.progress or "").strip() if task and task.percent is None else ""
        doing = _TEXT_TASK_WORDS[phase] if kind_of(facts) else "drawing"
        return f"{doing}, “{said}”" if said else doing
    if phase is Phase.PLANNED:
        return f"waits for {_PARENTS.get(facts.waits_for, facts.waits_for)}"
    told = _TEXT_TASK_WORDS.get(phase) if kind_of(facts) else None
    return told or _PLAIN_WORDS[phase]


def _ending(facts: Facts, phase: Phase) -> str:
    took = _elapsed(facts)
    if phase is Phase.DONE:
        return "done" if took is None else f"done in {units.duration(took)}"
    said = "cancelled" if phase is Phase.CANCELLED else "failed"
    if phase is Phase.FAILED and facts.task is None:
        # Only what waited for another job ends so without having been sent.
        return "not sent" if isinstance(facts.error, TaskFailed) else "not accepted"
    return said if took is None else f"{said} after {units.duration(took)}"


_EARLIEST_MS = 10**11  # smaller numbers are seconds, or nothing


def _span(earlier: int | None, later: int | None) -> float | None:
    """Return the seconds between two of the server's own times, where both make sense."""
    if not earlier or not later or earlier < _EARLIEST_MS or later < earlier:
        return None
    return (later - earlier) / 1000


def _elapsed(facts: Facts) -> float | None:
    # The server's own times first: a job taken up again after hours was not drawn for hours.
    task = facts.task
    span = _span(task.submit_time, task.finish_time) if task else None
    if span is not None:
        return span
    if facts.ended_at is None or facts.ended_at < facts.asked_at:
        return None
    return facts.ended_at - facts.asked_at


def details_of(facts: Facts, phase: Phase, now: float) -> tuple[str, ...]:
    """Say how long it has run and will still run, or what is expected of the person."""
    if phase in ENDED:
        return ()
    window = window_of(facts.task, facts.custom_id, facts.prompt)
    if window is not None and facts.task is not None:
        # One that was opened from history has no id until its answer is sent.
        name = f'mj.job("{facts.task.id}")' if facts.task.id else "job"
        return (f"answer it with {name}{window.answer_code}",)
    elapsed = now - facts.asked_at
    said = [units.duration(elapsed)] if elapsed >= 1 else []
    left = _seconds_left(facts, phase, elapsed)
    return (*said, units.time_left(left)) if left is not None else tuple(said)


_ESTIMATED = frozenset({Phase.QUEUED, Phase.WAITING, Phase.DRAWING})
_SOONEST_PERCENT, _SOONEST_SECONDS, _LONGEST_LEFT = 10, 3, 1800


def _seconds_left(facts: Facts, phase: Phase, elapsed: float) -> float | None:
    """Estimate from percent, else from what is usual; None where that would be a guess."""
    task = facts.task
    if task is None or phase not in _ESTIMATED:
        return None
    waited = _span(task.submit_time, task.start_time)
    if waited is None and facts.queued:
        return None  # who can tell how much of the time was spent in the queue
    drawing = elapsed - (waited or 0)
    percent = task.percent if phase is Phase.DRAWING else None
    if percent is not None and _SOONEST_PERCENT <= percent < 100:
        left = drawing * (100 - percent) / percent
        if drawing >= _SOONEST_SECONDS and left <= _LONGEST_LEFT:
            return left
    left = facts.typical_seconds - drawing if facts.typical_seconds else 0
    # When the usual time is over, nobody knows any more.
    return left if _SOONEST_SECONDS <= left <= _LONGEST_LEFT else None


def percent_of(task: Task | None, phase: Phase) -> float | None:
    """Return how far it is, 0-100; None where the server does not say."""
    if phase is Phase.DONE:
        return 100.0
    return task.percent if task and phase is Phase.DRAWING else None
