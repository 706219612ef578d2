"""What the answer to a submit means: the one place where a code with two meanings is decided."""

from collections.abc import Callable
from enum import StrEnum

from mj_notebook.protocol.models import SubmitReply, Task
from mj_notebook.protocol.translations import quote
from mj_notebook.protocol.visible_text import visible
from mj_notebook.protocol.vocabulary import ReturnCode


class Outcome(StrEnum):
    """
    What a server did with a submit.

    Attributes:
        ACCEPTED: There is a task (it may have to queue); its id is in the reply's results.
        WINDOW: There is a task that waits for an answer (its status is MODAL).
        EXISTED: The very task was there already; its id is in the results.
        QUEUE_FULL: Nothing happened; there may be room later.
        BANNED: Nothing happened; the prompt holds a banned word.
        TASK_UNKNOWN: Nothing happened; the task that was named is not known.
        REFUSED: Nothing happened, for a reason that only the server's words tell.
        UNKNOWN: The reply alone does not tell whether there is a task.
    """

    ACCEPTED = "accepted"
    WINDOW = "window"
    EXISTED = "existed"
    QUEUE_FULL = "queue_full"
    BANNED = "banned"
    TASK_UNKNOWN = "task_unknown"
    REFUSED = "refused"
    UNKNOWN = "unknown"


ACCEPTING = frozenset({Outcome.ACCEPTED, Outcome.WINDOW, Outcome.EXISTED})
"""There is a task."""


_BY_CODE: dict[int, Outcome] = {
    ReturnCode.ACCEPTED: Outcome.ACCEPTED,
    ReturnCode.QUEUED: Outcome.ACCEPTED,
    ReturnCode.QUEUE_FULL: Outcome.QUEUE_FULL,
    ReturnCode.OVERLOADED: Outcome.QUEUE_FULL,
    ReturnCode.BANNED: Outcome.BANNED,
    ReturnCode.NOT_FOUND: Outcome.TASK_UNKNOWN,
}
# What is said with these was never taken, whatever the words are (protocol/README.md §2.2).
_REFUSING_CODES = frozenset({ReturnCode.INVALID, ReturnCode.FAILED, ReturnCode.ERROR})
# A gateway asked the server behind it and got no answer that it could read: that may be drawing
# (protocol/README.md §7.4). Under code 5 as a rule, under 4 or without a code in some.
_LOST_WORDS = (
    "do_request_failed",
    "do request failed",
    # empty_…, and read_…, unmarshal_…, close_…, copy_…_failed
    "response_body",
    "bad_response",
    "bad response",
    "insert_midjourney_task_failed",
)
# Descriptions are display text as a rule. These few are the only sign there is; the first one fits.
_WORDS: tuple[tuple[Outcome, tuple[str, ...]], ...] = (
    (Outcome.UNKNOWN, _LOST_WORDS),
    # Said under code 3 as well, but of the proxy's accounts, not of the task.
    (Outcome.REFUSED, ("无可用的账号", "账号不可用")),
    # A full queue under codes 9, 4 and -1 (§2.2, §7.3).
    (
        Outcome.QUEUE_FULL,
        ("队列已满", "队列数已达上限", "并发数已达上限", "queue is full", "queue full"),
    ),
    # An unknown task under code 4 (§1.13).
    (Outcome.TASK_UNKNOWN, ("task_no_found", "task_not_found", "关联任务不存在", "任务不存在")),
    # A gateway has nobody to ask, or no room, so nothing was sent on (§7.4).
    (Outcome.REFUSED, ("无可用渠道", "no available channel", "负载已饱和")),
)


def outcome_of(reply: SubmitReply) -> Outcome:
    """Return what *reply* means; the code alone does not tell."""
    decide = _AMBIGUOUS_CODES.get(reply.code)
    if decide:
        return decide(reply)
    known = None if reply.code is None else _BY_CODE.get(reply.code)
    by_words = _by_words(reply)
    if by_words is Outcome.UNKNOWN or (
        known is Outcome.TASK_UNKNOWN and by_words is Outcome.REFUSED
    ):
        return by_words
    if known is not None or by_words is not None:
        return known or by_words or Outcome.UNKNOWN
    return Outcome.REFUSED if reply.code in _REFUSING_CODES else Outcome.UNKNOWN


def failure_words(task: Task) -> str:
    """Say that the proxy failed a task, and why in its own words where it gave any."""
    reason = visible((task.fail_reason or "").strip())
    return (
        f"The proxy failed the task: {quote(reason)}." if reason else "The proxy failed the task."
    )


def says_lost(text: str) -> bool:
    """Tell whether *text* says that a gateway does not know what became of a request behind it."""
    return any(word in text.lower() for word in _LOST_WORDS)


def _by_words(reply: SubmitReply) -> Outcome | None:
    """Return what the description tells where the code does not; None as a rule."""
    words = reply.description.lower()
    found = (outcome for outcome, known in _WORDS if any(word in words for word in known))
    about_queue = Outcome.QUEUE_FULL if _is_about_queue(reply.code, words) else None
    return next(found, about_queue)


def _outcome_of_21(reply: SubmitReply) -> Outcome:
    """
    Tell "a window waits" from "this task existed already".

    The constant kept its old name (EXISTED) while plus and trueai gave it a new meaning. Only the
    old one carries the existing task's status or picture, only the new one a prompt to edit.
    """
    found = reply.properties
    if found.final_prompt is not None or found.remix is not None:
        return Outcome.WINDOW
    return Outcome.EXISTED if found.status or found.image_url else Outcome.WINDOW


def _outcome_of_0(reply: SubmitReply) -> Outcome:
    """
    Tell a literal reader of one document from another kind of proxy.

    Only the samples of that document have code 0, beside a result; the other kind says "done" with
    it, and has its task's id under another name.
    """
    return Outcome.ACCEPTED if reply.results else Outcome.UNKNOWN


_AMBIGUOUS_CODES: dict[int | None, Callable[[SubmitReply], Outcome]] = {
    ReturnCode.WINDOW: _outcome_of_21,
    0: _outcome_of_0,
}


def _is_about_queue(code: int | None, words: str) -> bool:
    # Code 9 is "failed" everywhere; trueai has no 23 and says here that its queue is full.
    return code == ReturnCode.FAILED and ("队列" in words or "queue" in words)
