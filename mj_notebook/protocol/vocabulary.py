"""The words of the API: actions, statuses, return codes, bots, dimensions, speeds.

Sets that servers extend (actions, statuses) are read into plain strings when a word is unknown;
nothing here raises on a new word.
"""

from enum import IntEnum, StrEnum

DEMO = "demo"
"""The demo server's name in history: its port changes, its tasks are the same."""


class TaskAction(StrEnum):
    """The kind of a task; an open set, so compare and show, but never require membership."""

    IMAGINE = "IMAGINE"
    UPSCALE = "UPSCALE"
    VARIATION = "VARIATION"
    REROLL = "REROLL"
    ZOOM = "ZOOM"
    PAN = "PAN"
    BLEND = "BLEND"
    DESCRIBE = "DESCRIBE"
    SHORTEN = "SHORTEN"
    SWAP_FACE = "SWAP_FACE"
    VIDEO = "VIDEO"
    EDIT = "EDIT"
    RETEXTURE = "RETEXTURE"
    UPLOAD = "UPLOAD"


class Status(StrEnum):
    """Where a task stands."""

    NOT_START = "NOT_START"
    SUBMITTED = "SUBMITTED"
    MODAL = "MODAL"
    IN_PROGRESS = "IN_PROGRESS"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCEL = "CANCEL"


# A tuple, not a set: the hash of an enum member is a Python call, a comparison is not, and this is
# asked for each of a thousand tasks each second.
FINAL = (Status.SUCCESS, Status.FAILURE, Status.CANCEL)

# Words of other gateways of the family for the same seven states.
_STATUS_ALIASES = {
    "": Status.NOT_START,
    "PENDING": Status.NOT_START,
    "RUNNING": Status.IN_PROGRESS,
    "FINISHED": Status.SUCCESS,
    "FAILED": Status.FAILURE,
    "CANCELLED": Status.CANCEL,
    "CANCELED": Status.CANCEL,
}
# Read in any case, as servers write them so.
_STATUSES: dict[str, Status] = {status.value: status for status in Status} | _STATUS_ALIASES


def status_of(word: str | None) -> str:
    """Return the `Status` a server's *word* means, or the word itself when it is unknown."""
    text = (word or "").strip()
    return _STATUSES.get(text.upper(), text)


# Words for an end that are only believed when the record has what belongs to it.
ENDING_WORDS = {
    **dict.fromkeys(
        ("COMPLETED", "COMPLETE", "SUCCEED", "SUCCEEDED", "FINISH", "DONE", "OK"), Status.SUCCESS
    ),
    **dict.fromkeys(
        ("ERROR", "FAIL", "TIMEOUT", "TIME_OUT", "TIMED_OUT", "EXPIRED", "ABORTED", "REJECTED"),
        Status.FAILURE,
    ),
}


def is_final(status: str) -> bool:
    """Tell whether a task in *status* will never change again."""
    return status in FINAL


class ReturnCode(IntEnum):
    """The number in the answer to a submit; see `outcomes` for what it means together."""

    ERROR = -1
    ACCEPTED = 1
    NOT_FOUND = 3
    INVALID = 4
    FAILED = 9
    WINDOW = 21
    QUEUED = 22
    QUEUE_FULL = 23
    BANNED = 24
    OVERLOADED = 30


class BotType(StrEnum):
    """Which bot draws."""

    MID_JOURNEY = "MID_JOURNEY"
    NIJI_JOURNEY = "NIJI_JOURNEY"


# What people type for them.
BOT_WORDS = {
    "mj": BotType.MID_JOURNEY,
    "midjourney": BotType.MID_JOURNEY,
    "mid_journey": BotType.MID_JOURNEY,
    "niji": BotType.NIJI_JOURNEY,
    "niji_journey": BotType.NIJI_JOURNEY,
}


class Dimensions(StrEnum):
    """The shape of a blend."""

    PORTRAIT = "PORTRAIT"
    SQUARE = "SQUARE"
    LANDSCAPE = "LANDSCAPE"


class Mode(StrEnum):
    """The speed asked for through the path."""

    FAST = "fast"
    TURBO = "turbo"
    RELAX = "relax"


class ImageMode(StrEnum):
    """How a gateway hands out picture addresses, asked for through the path."""

    RELAY = "relay"
    ORIGIN = "origin"
    PROXY = "proxy"


class Outcome(StrEnum):
    """
    What a server did with what was asked.

    Attributes:
        ACCEPTED: There is a task (it may have to queue); its id is in the reply's results.
        WINDOW: There is a task that waits for an answer (its status is MODAL).
        EXISTED: The very task was there already; its id is in the results.
        QUEUE_FULL: Nothing happened; there may be room later.
        BANNED: Nothing happened; the prompt holds a banned word.
        TASK_UNKNOWN: Nothing happened; the task that was named is not known.
        UNAUTHORIZED: Nothing happened; who asks is not let in.
        NO_CREDIT: Nothing happened; who asks has nothing left to pay with.
        UNAVAILABLE: Nothing happened; nobody is there to draw, which passes.
        UNSUPPORTED: Nothing happened; this server does not do that at all.
        REFUSED: Nothing happened, for another reason.
        UNKNOWN: The reply alone does not tell whether there is a task.
    """

    ACCEPTED = "accepted"
    WINDOW = "window"
    EXISTED = "existed"
    QUEUE_FULL = "queue_full"
    BANNED = "banned"
    TASK_UNKNOWN = "task_unknown"
    UNAUTHORIZED = "unauthorized"
    NO_CREDIT = "no_credit"
    UNAVAILABLE = "unavailable"
    UNSUPPORTED = "unsupported"
    REFUSED = "refused"
    UNKNOWN = "unknown"
