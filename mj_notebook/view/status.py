"""Where a job stands: its phase, the words for it, how far it is and how long it will take."""

from enum import StrEnum

from mj_notebook.errors import TaskFailed
from mj_notebook.language import gettext, marked
from mj_notebook.protocol.models import Task, seconds_between
from mj_notebook.protocol.vocabulary import Status, TaskAction
from mj_notebook.view import units
from mj_notebook.view.facts import Facts, is_left
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
    LEFT = "left"


ENDED = frozenset({Phase.DONE, Phase.FAILED, Phase.CANCELLED, Phase.LEFT})

_PHASES = {
    Status.NOT_START: Phase.QUEUED,
    Status.SUBMITTED: Phase.WAITING,
    Status.MODAL: Phase.WINDOW,
    Status.IN_PROGRESS: Phase.DRAWING,
    Status.SUCCESS: Phase.FETCHING,
    Status.FAILURE: Phase.FAILED,
    Status.CANCEL: Phase.CANCELLED,
}
# By text as well, as a server may send words that the enum does not have.
_STATUSES = {status.value: phase for status, phase in _PHASES.items()}


_KINDS = {TaskAction.DESCRIBE.value: "describe", TaskAction.SHORTEN.value: "shorten"}


def kind_of(facts: Facts) -> str:
    """Return "describe" or "shorten" for what tells words, "" for what draws."""
    action = facts.task.action if facts.task else None
    return _KINDS.get(action or facts.kind or "", "")


def phase_of(facts: Facts) -> Phase:
    """Tell where the job stands; a word the table doesn't know is still work under way."""
    task = facts.task
    # Before errors: a cancelled job has one too, and "failed" would be wrong.
    if task is not None and task.status == Status.CANCEL:
        return Phase.CANCELLED
    if facts.error is not None:
        return Phase.LEFT if is_left(task, facts.error) else Phase.FAILED
    if task is None:
        return Phase.PLANNED if facts.waits_for else Phase.SENDING
    phase = _STATUSES.get(task.status, Phase.WAITING)
    if phase is Phase.WINDOW and facts.is_answering:
        return Phase.SENDING
    # The server is done before the picture is here; only the end of the job is the end.
    return Phase.DONE if phase is Phase.FETCHING and facts.ended_at is not None else phase


_PLAIN_WORDS = {
    Phase.QUEUED: marked("queued"),
    Phase.DRAWING: marked("drawing"),
    Phase.DONE: marked("done"),
    Phase.FAILED: marked("failed"),
    Phase.CANCELLED: marked("cancelled"),
    Phase.LEFT: marked("left"),
    Phase.SENDING: marked("sending"),
    Phase.WAITING: marked("waiting for the first sketch"),
    Phase.WINDOW: marked("waiting for your answer"),
    Phase.FETCHING: marked("fetching the picture"),
}


# Words of history's own, and what it can't know: whether the picture is here as well.
_STORED = {Status.SUCCESS.value: Phase.DONE, "LOST": Phase.FAILED}


def stored_phase(status: str) -> Phase:
    """Tell where a task of history stood when it was last seen."""
    # A word that is not known is work under way, as everywhere: newer servers have more of them.
    return _STORED.get(status) or _STATUSES.get(status, Phase.WAITING)


def stored_words(status: str) -> str:
    """Say the same as the panel of the task would; a server's own word stays as it is."""
    if status == "UNKNOWN":  # a word of history's own: see `store.columns`
        return gettext("unknown, may be drawn")
    is_known = status in _STATUSES
    return gettext(_PLAIN_WORDS[stored_phase(status)]) if is_known else status.lower()


# What a press waits for, where the word for how it was asked for is no name of it.
_PARENTS = {
    "imagine": marked("the grid"),
    "blend": marked("the blend"),
    "again": marked("the new grid"),
}


# For what tells words: nothing is drawn.
_TEXT_TASK_WORDS = {
    Phase.WAITING: marked("waiting for the answer"),
    Phase.DRAWING: marked("reading"),
}


def status_words(facts: Facts, phase: Phase) -> str:
    """Say where the job stands; the words change only when something happened."""
    task = facts.task
    if phase in ENDED:
        return _ending(facts, phase)
    if phase is Phase.QUEUED:
        before = facts.queue_position or 0
        words = gettext("queued, {count} before you") if before else gettext(_PLAIN_WORDS[phase])
        return words.format(count=before)
    # The server's word is shown, since what it means is for the person to guess.
    if phase is Phase.WAITING and task and task.status not in _STATUSES:
        return gettext("the server says “{status}”").format(status=task.status)
    if phase is Phase.DRAWING:
        # Some servers write words where others write a percentage.
        said = (task.progress or "").strip() if task and task.percent is None else ""
        doing = gettext((_TEXT_TASK_WORDS if kind_of(facts) else _PLAIN_WORDS)[phase])
        return gettext("{doing}, “{said}”").format(doing=doing, said=said) if said else doing
    if phase is Phase.PLANNED:
        parent = gettext(_PARENTS.get(facts.waits_for, facts.waits_for))
        return gettext("waits for {parent}").format(parent=parent)
    told = _TEXT_TASK_WORDS.get(phase) if kind_of(facts) else None
    # Only what will be sent again has anything to tell before the server has it.
    if phase is Phase.SENDING and facts.note:
        told = marked("waits to be sent")
    return gettext(told or _PLAIN_WORDS[phase])


def _ending(facts: Facts, phase: Phase) -> str:
    took = facts.task.drawing_seconds if facts.task else None
    if phase is Phase.DONE:
        return done_words(took)
    said = gettext(_PLAIN_WORDS[phase])
    if phase is Phase.FAILED and facts.task is None:
        # Only what waited for another job ends so without having been sent.
        is_ours = isinstance(facts.error, TaskFailed)
        return gettext("not sent") if is_ours else gettext("not accepted")
    if took is None:
        return said
    return gettext("{ended} after {time}").format(ended=said, time=units.duration(took))


def done_words(took: float | None) -> str:
    """Say that something is done, and for how many seconds it was drawn where that is known."""
    if took is None:
        return gettext(_PLAIN_WORDS[Phase.DONE])
    return gettext("done in {time}").format(time=units.duration(took))


def details_of(facts: Facts, phase: Phase, now: float) -> tuple[str, ...]:
    """Say how long it has run and will still run, or what is expected of the person."""
    if phase in ENDED:
        return ()
    # While it waits for a person no time is told: nothing runs, and nothing is late.
    window = window_of(facts.task, facts.custom_id, facts.prompt)
    if window is not None and facts.task is not None and phase is Phase.WINDOW:
        # One that was opened from history has no id until its answer is sent.
        name = f'mj.job("{facts.task.id}")' if facts.task.id else "job"
        return (gettext("answer it with {code}").format(code=f"{name}{window.answer_code}"),)
    elapsed = now - facts.asked_at
    said = [units.duration(elapsed)] if elapsed >= 1 else []
    # In place of an estimate, which would grow while nothing moves.
    if (still := _standstill(facts, phase, now)) is not None:
        return (*said, gettext("nothing new for {time}").format(time=units.duration(still)))
    left = _seconds_left(facts, phase, elapsed)
    return (*said, units.time_left(left)) if left is not None else tuple(said)


# Pictures grow by steps that are seconds apart; after a minute without one something hangs.
_STANDSTILL = 60.0


def _standstill(facts: Facts, phase: Phase, now: float) -> float | None:
    """Return for how long nothing has moved of what is drawn, None where that is nothing odd."""
    if phase not in (Phase.WAITING, Phase.DRAWING) or facts.moved_at is None:
        return None
    still = now - facts.moved_at
    return still if still >= _STANDSTILL else None


_ESTIMATED = frozenset({Phase.QUEUED, Phase.WAITING, Phase.DRAWING})
# Below these an estimate jumps with each answer; above half an hour it is no help to anybody.
_SOONEST_PERCENT, _SOONEST_SECONDS, _LONGEST_LEFT = 10, 3, 1800


def _seconds_left(facts: Facts, phase: Phase, elapsed: float) -> float | None:
    """Estimate from percent, else from what is usual; None where that would be a guess."""
    task = facts.task
    if task is None or phase not in _ESTIMATED:
        return None
    waited = seconds_between(task.submit_time, task.start_time)
    if waited is None and facts.queued:
        return None  # who can tell how much of the time was spent in the queue
    # The queue went its own pace; only what was drawn tells how fast drawing is.
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
    # In the queue some servers send "0%": that is no progress.
    return task.percent if task and phase is Phase.DRAWING else None
