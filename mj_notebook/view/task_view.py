"""From the facts of a job to what is shown of it: words, rows of buttons, children; all values."""

from dataclasses import dataclass
from enum import StrEnum

from mj_notebook.prompt.text import Parameter, aspect_of, read_prompt
from mj_notebook.protocol.buttons import Row, caption, find, row_of, shows_grid, spoken
from mj_notebook.protocol.models import Button, Task
from mj_notebook.protocol.vocabulary import Status, TaskAction
from mj_notebook.view import words
from mj_notebook.view.facts import Facts, Shot


class Phase(StrEnum):
    """Where a job stands, in the eyes of the person who waits."""

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


@dataclass(frozen=True, slots=True)
class ButtonView:
    """
    A button as it is drawn.

    Attributes:
        tile: The number of the tile it is about, 0 when it is about the whole picture.
    """

    custom_id: str
    caption: str
    spoken: str
    pressed: bool = False
    tile: int = 0


@dataclass(frozen=True, slots=True)
class RowView:
    """Buttons that do alike, in the server's order, and the short word for what they do."""

    name: str
    word: str
    buttons: tuple[ButtonView, ...]


@dataclass(frozen=True, slots=True)
class TaskView:
    """
    One job at one moment, as it is shown everywhere.

    Attributes:
        phase: Where it stands.
        words: The same in words; they change only when something happened.
        details: What else the line says while it runs: time passed, time left.
        percent: 0-100, or None when nobody knows; never a made-up number.
        prompt: What was asked, whole; the picture's alternative text.
        text: The prompt without pictures and parameters.
        pictures: The names of the pictures in the prompt.
        chips: The parameters as written.
        step: The button that led here ("U2"), "" for a first job.
        badges: Short remarks on where the picture comes from.
        reason: Why there is no picture, with the server's own words in quotes.
        remedy: What to do next.
        note: One sentence about the way.
        size: Pixels of the finished picture, None when unknown.
        aspect: Its shape as asked for.
        is_grid: Whether the finished picture is a grid of four.
        will_be_grid: The same, told before it is finished.
        children: What was pressed from here, newest first.
    """

    phase: Phase
    words: str
    prompt: str
    text: str
    server: str
    details: tuple[str, ...] = ()
    percent: float | None = None
    pictures: tuple[str, ...] = ()
    chips: tuple[str, ...] = ()
    step: str = ""
    badges: tuple[str, ...] = ()
    reason: str = ""
    remedy: str = ""
    note: str = ""
    rows: tuple[RowView, ...] = ()
    shot: Shot | None = None
    size: tuple[int, int] | None = None
    aspect: tuple[int, int] = (1, 1)
    is_grid: bool = False
    will_be_grid: bool = False
    is_demo: bool = False
    task_id: str = ""
    seed: str = ""
    file: str = ""
    children: tuple["TaskView", ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more by itself."""
        return self.phase in ENDED


def task_view(facts: Facts, now: float) -> TaskView:
    """Work out how the job looks at *now* (epoch seconds)."""
    prompt = read_prompt(facts.prompt)
    phase = phase_of(facts)
    task = facts.task
    reason, remedy = _failure(facts, phase)
    return TaskView(
        phase=phase,
        words=_words(facts, phase),
        details=_details(facts, phase, now),
        percent=_percent(task, phase),
        prompt=facts.prompt,
        text=prompt.words,
        pictures=tuple(map(_name_of_address, prompt.images)),
        chips=tuple(map(_chip, prompt.parameters)),
        step=facts.step,
        server=facts.server,
        badges=("demo server",) if facts.is_demo else (),
        is_demo=facts.is_demo,
        reason=reason,
        remedy=remedy,
        note=facts.note,
        rows=_rows(task, facts.pressed),
        shot=facts.shot,
        size=_size(facts),
        aspect=aspect_of(prompt),
        is_grid=task is not None and task.succeeded and shows_grid(task),
        will_be_grid=_will_be_grid(facts),
        task_id=task.id if task else "",
        seed=facts.seed or "",
        file=facts.saved,
        children=tuple(task_view(child, now) for child in reversed(facts.children)),
    )


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


def phase_of(facts: Facts) -> Phase:
    """Tell where the job stands; a word the table doesn't know is still work under way."""
    task = facts.task
    if task is not None and task.status == Status.CANCEL:
        return Phase.CANCELLED
    if facts.error is not None:
        return Phase.FAILED
    if task is None:
        return Phase.SENDING
    phase = _STATUSES.get(task.status, Phase.WAITING)
    # The server is done before the picture is here; only the end of the job is the end.
    return Phase.DONE if phase is Phase.FETCHING and facts.ended_at is not None else phase


_PLAIN_WORDS = {
    Phase.SENDING: "sending",
    Phase.WAITING: "waiting for the first sketch",
    Phase.WINDOW: "waiting for your answer",
    Phase.FETCHING: "fetching the picture",
}


def _words(facts: Facts, phase: Phase) -> str:
    task = facts.task
    if phase in ENDED:
        return _ending(facts, phase)
    if phase is Phase.QUEUED:
        before = facts.queued or 0
        return f"queued, {before} before you" if before else "queued"
    if phase is Phase.WAITING and task and task.status not in _STATUSES:
        return f"the server says “{task.status}”"
    if phase is Phase.DRAWING:
        said = (task.progress or "").strip() if task and task.percent is None else ""
        return f"drawing, “{said}”" if said else "drawing"
    return _PLAIN_WORDS[phase]


def _ending(facts: Facts, phase: Phase) -> str:
    took = _took(facts)
    if phase is Phase.DONE:
        return "done" if took is None else f"done in {words.duration(took)}"
    said = "cancelled" if phase is Phase.CANCELLED else "failed"
    if phase is Phase.FAILED and facts.task is None:
        return "not accepted"
    return said if took is None else f"{said} after {words.duration(took)}"


_EARLIEST_MS = 10**11  # smaller numbers are seconds, or nothing


def _span(earlier: int | None, later: int | None) -> float | None:
    """Return the seconds between two of the server's own times, where both make sense."""
    if not earlier or not later or earlier < _EARLIEST_MS or later < earlier:
        return None
    return (later - earlier) / 1000


def _took(facts: Facts) -> float | None:
    # The server's own times first: a job taken up again after hours was not drawn for hours.
    task = facts.task
    span = _span(task.submit_time, task.finish_time) if task else None
    if span is not None:
        return span
    if facts.ended_at is None or facts.ended_at < facts.asked_at:
        return None
    return facts.ended_at - facts.asked_at


def _details(facts: Facts, phase: Phase, now: float) -> tuple[str, ...]:
    if phase in ENDED:
        return ()
    elapsed = now - facts.asked_at
    said = [words.duration(elapsed)] if elapsed >= 1 else []
    left = _seconds_left(facts, phase, elapsed)
    return (*said, words.about_left(left)) if left is not None else tuple(said)


_SOONEST_PERCENT, _SOONEST_SECONDS, _LONGEST_LEFT = 10, 3, 1800


def _seconds_left(facts: Facts, phase: Phase, elapsed: float) -> float | None:
    """Estimate from percent and the time spent drawing; None where that would be a guess."""
    task = facts.task
    percent = task.percent if task and phase is Phase.DRAWING else None
    if task is None or percent is None or not _SOONEST_PERCENT <= percent < 100:
        return None
    waited = _span(task.submit_time, task.start_time)
    if waited is None and facts.queued:
        return None  # who can tell how much of the time was spent in the queue
    drawing = elapsed - (waited or 0)
    left = drawing * (100 - percent) / percent
    return left if drawing >= _SOONEST_SECONDS and left <= _LONGEST_LEFT else None


def _percent(task: Task | None, phase: Phase) -> float | None:
    if phase is Phase.DONE:
        return 100.0
    return task.percent if task and phase is Phase.DRAWING else None


def _failure(facts: Facts, phase: Phase) -> tuple[str, str]:
    """Return why there is no picture and what to do next."""
    error = facts.error
    if phase is Phase.CANCELLED:
        return ("", error.hint if error else "")
    if phase is not Phase.FAILED:
        return ("", "")
    if error is not None:
        return (str(error.args[0]), error.hint)
    said = (facts.task.fail_reason or "").strip() if facts.task else ""
    return (f"The proxy failed the task: “{said}”." if said else "The proxy failed the task.", "")


def _rows(task: Task | None, pressed: frozenset[str]) -> tuple[RowView, ...]:
    """Group the task's buttons by what they do; rows and buttons keep the server's order."""
    if task is None or not task.buttons:
        return ()
    grid = shows_grid(task)
    rows: dict[Row, list[ButtonView]] = {}
    for button in task.buttons:
        rows.setdefault(row_of(button), []).append(
            _button_view(button, pressed=button.custom_id in pressed, grid=grid)
        )
    return tuple(RowView(row.name, row.word, tuple(found)) for row, found in rows.items())


_OF_ONE_TILE = {"upscale", "variation"}


def _button_view(button: Button, *, pressed: bool, grid: bool) -> ButtonView:
    press = find(button.custom_id)
    tile = press.number if grid and press and press.kind.key in _OF_ONE_TILE else 0
    return ButtonView(button.custom_id, caption(button), spoken(button), pressed, tile)


def _size(facts: Facts) -> tuple[int, int] | None:
    shot = facts.shot
    if shot is None or facts.is_preview or not (shot.width and shot.height):
        return None
    return (shot.width, shot.height)


# What gives one picture; everything else that is drawn starts as a grid of four.
_SINGLES = {TaskAction.UPSCALE, TaskAction.SWAP_FACE, TaskAction.DESCRIBE, TaskAction.SHORTEN}


def _will_be_grid(facts: Facts) -> bool:
    action = facts.task.action if facts.task else None
    return action not in _SINGLES if action else not facts.step


def _chip(parameter: Parameter) -> str:
    return str(parameter)


_LONGEST_NAME = 32


def _name_of_address(address: str) -> str:
    """Return a picture's file name; the rest of an address is long and may hold signatures."""
    path = address.partition("://")[2].split("?")[0].split("#")[0]
    name = path.rstrip("/").rpartition("/")[2] or path
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"
