"""From the facts of a job to what is shown of it: words, rows of buttons, children; all values."""

from dataclasses import dataclass, replace

from mj_notebook.errors import BannedPrompt
from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.language import gettext, marked
from mj_notebook.prompt.drawn import drawn_otherwise
from mj_notebook.prompt.findings import Finding
from mj_notebook.prompt.parameters import DEMO_VERSION, parameter_table
from mj_notebook.prompt.parse import Prompt, aspect_of
from mj_notebook.protocol.breakdown import breakdown_text_of
from mj_notebook.protocol.buttons import shows_grid
from mj_notebook.protocol.models import MAX_BUTTONS, Task
from mj_notebook.protocol.server_words import failure_text
from mj_notebook.protocol.visible_text import visible
from mj_notebook.protocol.vocabulary import BotType, TaskAction
from mj_notebook.store.annotation_values import BETWEEN
from mj_notebook.view.breakdown import BreakdownView, breakdown_view
from mj_notebook.view.button_rows import ButtonRowView, rows_of
from mj_notebook.view.facts import Facts
from mj_notebook.view.findings import in_language, retold
from mj_notebook.view.status import (
    ENDED,
    Phase,
    details_of,
    kind_of,
    percent_of,
    phase_of,
    status_words,
)
from mj_notebook.view.units import stars

REPLAYED = marked("replayed · 0 credits")
# Words of a server, which stand in a badge and below a picture.
_LONGEST_ENGINE, _LONGEST_NOTE = 80, 400
AGAIN = "again"
"""How a repeat is headed."""


@dataclass(frozen=True, slots=True)
class TaskView:
    """
    One job at one moment, as it is shown everywhere.

    Attributes:
        words: The same in words; they change only when something happened.
        details: What else the line says while it runs: time passed, time left.
        percent: 0-100, or None when nobody knows; never a made-up number.
        prompt: What was asked, whole; the picture's alternative text.
        text: The prompt without pictures and parameters; "" where the breakdown is of this text.
        trail: The way here in short words, from the first job on.
        banned: The word of the prompt that the server will not draw.
        badges: Short remarks on where the picture comes from, for instance which engine drew it.
        place: Which of several drawings of the same it is; "" for an only one.
        can_choose: Whether another of these is shown when the same is asked for again.
        reason: Why there is no picture, with the server's own words in quotes.
        is_grid: Whether the finished picture is a grid of four.
        will_be_grid: The same, told before it is finished.
        kind: "describe" or "shorten" for what tells words, "" for what draws.
        lacking: The names of what the server was learned not to offer.
        children: What was pressed from here, newest first.
        repeats: What asks for the same once more, newest first.
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
    trail: tuple[str, ...] = ()
    banned: str = ""
    badges: tuple[str, ...] = ()
    place: str = ""
    drawings: int = 1
    can_choose: bool = False
    reason: str = ""
    hint: str = ""
    note: str = ""
    remarks: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    rows: tuple[ButtonRowView, ...] = ()
    thumbnail: Thumbnail | None = None
    size: tuple[int, int] | None = None
    aspect: tuple[int, int] = (1, 1)
    is_grid: bool = False
    will_be_grid: bool = False
    is_demo: bool = False
    is_replayed: bool = False
    task_id: str = ""
    seed: str = ""
    file: str = ""
    kind: str = ""
    breakdown: BreakdownView | None = None
    source: Thumbnail | None = None
    lacking: frozenset[str] = frozenset()
    children: tuple["TaskView", ...] = ()
    repeats: tuple["TaskView", ...] = ()

    @property
    def is_ended(self) -> bool:
        """Whether nothing will change any more by itself."""
        return self.phase in ENDED


def task_view(facts: Facts, now: float) -> TaskView:
    """Work out how the job looks at *now* (epoch seconds)."""
    phase = phase_of(facts)
    task = facts.task
    kind = kind_of(facts)
    # Nobody writes a prompt to describe a picture; servers put their answer in its place.
    asked = "" if kind == "describe" else facts.prompt
    prompt = Prompt.parse(asked)
    said = breakdown_text_of(task)
    breakdown = breakdown_view(said) if said else None
    is_told = breakdown is not None and breakdown.analysed.split() == prompt.text.split()
    reason, remedy = _failure(facts, phase)
    return TaskView(
        phase=phase,
        words=status_words(facts, phase),
        details=details_of(facts, phase, now),
        percent=percent_of(task, phase),
        prompt=asked,
        # The tinted words are the prompt already; it is not written twice.
        text="" if is_told else prompt.text,
        pictures=tuple(map(_name_of_address, prompt.images)),
        chips=tuple(map(str, prompt.parameters)),
        step=facts.step,
        trail=facts.trail,
        banned=(facts.error.word or "") if isinstance(facts.error, BannedPrompt) else "",
        server=facts.server,
        badges=_badges(facts),
        place=_place(facts),
        drawings=facts.place[1],
        # There is something to choose only among several finished ones, and not for the chosen.
        can_choose=phase is Phase.DONE and facts.place[1] > 1 and not facts.stands,
        # A demo server with an engine behind it draws real pictures: the badge names the engine
        # then.
        is_demo=facts.is_demo and not _engine(task),
        is_replayed=facts.is_replayed,
        reason=reason,
        hint=remedy,
        note=facts.note,
        remarks=(
            *_noted(facts),
            *facts.remarks,
            *_notes(task),
            *_drawn_otherwise(facts),
            *_left_out(task),
        ),
        findings=in_language(facts.findings),
        rows=rows_of(task, facts.pressed, facts.refused, facts.lacking, facts.prices),
        lacking=facts.lacking,
        thumbnail=facts.thumbnail,
        size=_size(facts),
        aspect=aspect_of(prompt),
        is_grid=task is not None and task.succeeded and shows_grid(task),
        will_be_grid=_will_be_grid(facts),
        task_id=task.id if task else "",
        seed=facts.seed or "",
        file=facts.saved,
        kind=kind,
        breakdown=breakdown,
        source=_source(facts) if kind == "describe" else None,
        # The newest first: it is what the person just pressed, and the oldest may be a screen away.
        children=tuple(task_view(child, now) for child in reversed(facts.children)),
        repeats=tuple(
            replace(task_view(each, now), step=AGAIN) for each in reversed(facts.repeats)
        ),
    )


def _source(facts: Facts) -> Thumbnail | None:
    # A preview is as large as it was served: it is nothing to keep in a file.
    return facts.source if facts.is_preview else facts.thumbnail or facts.source


def _badges(facts: Facts) -> tuple[str, ...]:
    replayed = gettext(REPLAYED) if facts.is_replayed else ""
    drawn_by = _engine(facts.task) or (gettext("demo server") if facts.is_demo else "")
    thought = (stars(facts.annotation.rating), BETWEEN.join(facts.annotation.tags))
    return tuple(badge for badge in (_place(facts), replayed, drawn_by, *thought) if badge)


def _engine(task: Task | None) -> str:
    """Return what drew it; a line that a server may make of any length."""
    return ((task and task.engine) or "")[:_LONGEST_ENGINE]


def _notes(task: Task | None) -> tuple[str, ...]:
    said = task.properties.engine_notes if task and task.properties else None
    return (said[:_LONGEST_NOTE],) if said else ()


def _noted(facts: Facts) -> tuple[str, ...]:
    notes = visible(facts.annotation.notes)
    return (gettext("Note: {text}").format(text=notes),) if notes else ()


def _drawn_otherwise(facts: Facts) -> tuple[str, ...]:
    """Say what the server drew otherwise than asked, as far as it tells."""
    task = facts.task
    # Until then the server may not have told what it draws.
    if task is None or not task.succeeded or not facts.prompt or kind_of(facts):
        return ()
    # What was asked for first: servers tell the bot in different places, or not at all.
    bot = facts.bot or task.bot_type or (task.properties and task.properties.bot_type)
    usual = DEMO_VERSION if facts.is_demo else ""
    if bot == BotType.NIJI_JOURNEY:
        usual = f"niji {parameter_table().default_niji}"
    # What the account was seen to draw with beats what is usual.
    usual = facts.usual_version or usual
    observed, sent = task.final_prompt or "", task.prompt_en or ""
    line = drawn_otherwise(facts.prompt, observed, usual, sent, retold)
    return (visible(line),) if line else ()


def _place(facts: Facts) -> str:
    """Say which of several drawings of the same it is, and which of them Run All shows."""
    number, count = facts.place
    if count < 2:
        return ""
    stands = facts.stands
    words = gettext("{n} of {count}, shown by Run All") if stands else gettext("{n} of {count}")
    return words.format(n=number, count=count)


def _failure(facts: Facts, phase: Phase) -> tuple[str, str]:
    """Return why there is no picture and what to do next."""
    error = facts.error
    if phase is Phase.CANCELLED:
        return ("", error.hint if error else "")
    if phase not in (Phase.FAILED, Phase.LEFT):
        return ("", "")
    if error is not None:
        # The error of ours before the server's word: it has what to do next.
        return (str(error.args[0]), error.hint)
    return failure_text(visible((facts.task.fail_reason or "").strip()) if facts.task else "")


def _size(facts: Facts) -> tuple[int, int] | None:
    shot = facts.thumbnail
    # A preview's pixels are not the picture's.
    if shot is None or facts.is_preview or not (shot.width and shot.height):
        return None
    return (shot.width, shot.height)


# What gives one picture; everything else that is drawn starts as a grid of four.
_SINGLES = {TaskAction.UPSCALE, TaskAction.SWAP_FACE, TaskAction.DESCRIBE, TaskAction.SHORTEN}


def _will_be_grid(facts: Facts) -> bool:
    action = facts.task.action if facts.task else None
    return action not in _SINGLES if action else not facts.step


# Its end tells more than its beginning, and the row stays one line.
_LONGEST_NAME = 32


def _name_of_address(address: str) -> str:
    """Return a picture's file name; the rest of an address is long and may hold signatures."""
    path = address.partition("://")[2].split("?")[0].split("#")[0]
    name = path.rstrip("/").rpartition("/")[2] or path
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"


def _left_out(task: Task | None) -> tuple[str, ...]:
    """Say that a server offers more buttons than are read: what is shown is not all."""
    if task is None or len(task.buttons or ()) < MAX_BUTTONS:
        return ()
    words = gettext("The server offers more buttons; the first {count} are here.")
    return (words.format(count=MAX_BUTTONS),)
