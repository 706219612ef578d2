"""What is known of one job at one moment: the input of everything that is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mj_notebook.errors import MJError, WaitTimeout
from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.prompt.findings import Finding
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import TaskAction
from mj_notebook.store.annotation_values import Annotation

# One for all: most jobs have none, and facts are made anew with each change.
_NO_ANNOTATION = Annotation()


def is_left(task: Task | None, error: MJError | None) -> bool:
    """Tell whether a job with that *error* is no longer followed, while it may still be drawn."""
    return task is not None and not task.is_final and isinstance(error, WaitTimeout)


@dataclass(frozen=True, slots=True)
class Facts:
    """
    One job at one moment.

    Attributes:
        step: What was pressed to get here ("U2"), "" for a first job.
        custom_id: The same as the server names it.
        server: How the server is called: its alias, never an address with secrets.
        asked_at: When the person asked, epoch seconds.
        note: One sentence about the way ("the line is down, asking again in 4 s"), or "".
        is_answering: Whether an answer to its window is on its way, or waits to be sent.
        bot: The bot that was asked for, None for the proxy's own.
        thumbnail: The latest preview or the finished picture; it stays when a later one is missing.
        kind: DESCRIBE or SHORTEN when words were asked for; the task itself says it later.
        source: The picture that was sent to be described, as far as it is known here.
        saved: The file name under which the picture is kept, "" when it isn't.
        pressed: customIds of the buttons that were pressed here.
        refused: customIds of the buttons that the server does not take, each with its reason.
        lacking: What the server was learned not to offer: names of routes, customIds of buttons.
        place: Which of how many drawings of the same it is.
        prices: Credits of the buttons that cost some, by customId.
        waits_for: What must end before this is sent, as the last word of its trail; "" as a rule.
        children: What was pressed from here, oldest first.
        repeats: What asks for the same once more, oldest first.
    """

    prompt: str
    server: str
    asked_at: float
    step: str = ""
    is_demo: bool = False
    task: Task | None = None
    error: MJError | None = None
    ended_at: float | None = None
    queued: int | None = None
    note: str = ""
    is_answering: bool = False
    remarks: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    is_replayed: bool = False
    bot: str | None = None
    thumbnail: Thumbnail | None = None
    is_preview: bool = False
    kind: TaskAction | None = None
    source: Thumbnail | None = None
    saved: str = ""
    seed: str | None = None
    pressed: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()
    trail: tuple[str, ...] = ()
    queue_position: int | None = None
    typical_seconds: float | None = None
    children: tuple["Facts", ...] = ()
    repeats: tuple["Facts", ...] = ()
    custom_id: str = ""
    waits_for: str = ""
    moved_at: float | None = None
    place: tuple[int, int] = (1, 1)
    stands: bool = True
    prices: Mapping[str, float] = field(default_factory=dict)
    usual_version: str = ""
    annotation: Annotation = _NO_ANNOTATION
