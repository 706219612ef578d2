"""
The entries of the ledger: what was accepted, answered and cancelled, in the order it happened.

Everything the server knows follows from these records and the time. Each is one line of the
journal; a line of a kind or with a key that this version doesn't know is passed over, so an older
server can read a newer journal.
"""

import json
from dataclasses import asdict, dataclass

import msgspec

from mj_notebook.protocol.callback_url import redact_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """
    A submit that got an id.

    Attributes:
        at: Epoch milliseconds, as everywhere in the ledger.
        kind: "imagine", "blend", …, or the key of the button that was pressed.
        number: Which picture of the parent, 1 to 4.
        duration: How long it holds a core. Written down, so that a server with another timing
            doesn't change what has happened.
        fail_reason: Why it will end badly; "" for a task that ends well.
        has_window: Whether it waits for an answer first (status MODAL).
        pictures: The pictures given with it, by the hash of their bytes.
        image_features: What was measured in the picture that it describes, as text.
        width: Of the picture that is made, where it follows one that was sent along.
        faults: What goes wrong with it on purpose, as specs.
        added: Parameters that other keys of the request stand for, written as behind a prompt.
        language: "zh" for a text that was asked for in Chinese.
        engine: What draws it, where that takes as long as it takes; "" for what the time alone
            decides.
        drawer: Which server sees to that.
    """

    id: str
    at: int
    kind: str
    action: str
    description: str
    prompt: str = ""
    parent: str = ""
    number: int = 1
    duration: int = 0
    fail_reason: str = ""
    has_window: bool = False
    pictures: tuple[str, ...] = ()
    image_features: str = ""
    width: int = 0
    height: int = 0
    added: str = ""
    language: str = ""
    bot: str = ""
    mode: str = ""
    state: str | None = None
    hook: str | None = None
    faults: tuple[str, ...] = ()
    engine: str = ""
    drawer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A window that was answered; the task goes on under the same id."""

    id: str
    at: int
    prompt: str
    duration: int = 0
    fail_reason: str = ""
    mask: str = ""
    faults: tuple[str, ...] = ()
    drawer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """A task that was cancelled."""

    id: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """
    An engine has ended a task, well or badly.

    Attributes:
        pictures: What it drew, by the hash of the bytes: four of a grid, or one.
        width: Of each picture.
        fail_reason: Why there are none; "" where there are.
        notes: What was told of the drawing, a sentence each.
    """

    id: str
    at: int
    pictures: tuple[str, ...] = ()
    width: int = 0
    height: int = 0
    fail_reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """The end of a task was posted to its hook; after a restart it need not be again."""

    id: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resized:
    """From now on so many tasks run at once."""

    at: int
    cores: int


Entry = Accepted | Answered | Cancelled | Drawn | Notified | Resized

# The names stand in journals: they stay when a class is renamed.
_KINDS: dict[str, type[Entry]] = {
    "accepted": Accepted,
    "answered": Answered,
    "cancelled": Cancelled,
    "drawn": Drawn,
    "notified": Notified,
    "resized": Resized,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def write_entry(entry: Entry) -> str:
    """
    Return *entry* as one line, without the line's end.

    The callback address of a notebook is a secret that dies with its kernel: it is not written.
    """
    record = {"entry": _NAMES[type(entry)], **asdict(entry)}
    return redact_tokens(json.dumps(record, ensure_ascii=False, separators=(",", ":")))


def read_entry(line: bytes | str) -> Entry | None:
    """Return the entry of one line, or None for a line that holds none."""
    try:
        record = json.loads(line)
        return msgspec.convert(record, _KINDS[record["entry"]])
    # Anything may stand in the file: a torn write, a disk error, JSON of another shape, nesting
    # that is too deep to be read.
    except (ValueError, TypeError, KeyError, RecursionError, msgspec.ValidationError):
        return None
