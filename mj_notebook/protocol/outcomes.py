"""What an answer means: the one place where a code with two meanings is decided."""

import re
from collections.abc import Callable
from functools import cache, lru_cache

from mj_notebook.protocol.causes import CAUSES, Cause
from mj_notebook.protocol.models import SubmitReply
from mj_notebook.protocol.vocabulary import Outcome, ReturnCode

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
LOST = "upstream-lost"
"""The cause of an answer by which a gateway lost what stands behind it."""
# Said of whatever went wrong at any point of the way, also after Discord had taken the request.
_BROKEN = frozenset({"discord-down", "discord-timeout", "upstream-timeout"})


# Each answer is looked at thrice on its way, and most servers say the same few sentences: without
# this a submit goes through ninety patterns. Few are kept, since words of servers may be long.
@lru_cache(maxsize=64)
def cause_of(
    words: str,
    *,
    status: int = 0,
    code: int | None = None,
    by_gateway: bool = False,
    by_filter: bool = False,
) -> Cause | None:
    """
    Return what is wrong at a server that says *words*, None when nobody knows them.

    Args:
        words: What it says: of an answer, or why a task failed; "" when it says nothing.
        status: The HTTP status; 0 for words that come without one.
        code: The return code.
        by_gateway: Whether a gateway stands before the proxy.
        by_filter: Whether the request chose among the proxy's accounts.
    """
    # The same sentence is written in several cases by several servers.
    said = words.lower()
    return next(
        (
            cause
            for cause in CAUSES
            if (not cause.statuses or status in cause.statuses)
            and (not cause.codes or code in cause.codes)
            and (by_gateway or not cause.by_gateway)
            and (by_filter or not cause.by_filter)
            and (_pattern(cause.words).search(said) if cause.words else bool(cause.statuses))
        ),
        None,
    )


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    each = (".*".join(map(re.escape, one.lower().split("…"))) for one in words)
    # "…" stands for what changes: names, numbers and ids inside of a sentence.
    return re.compile("|".join(each))


def outcome_of(reply: SubmitReply) -> Outcome:
    """Return what *reply* means; the code alone does not tell."""
    decide = _AMBIGUOUS_CODES.get(reply.code)
    if decide:
        return decide(reply)
    known = None if reply.code is None else _BY_CODE.get(reply.code)
    by_words = _by_words(reply)
    # Code 3 is said of the proxy's accounts as well as of the task.
    # Words that say "nobody knows" beat any code: sending again could pay twice.
    if by_words is Outcome.UNKNOWN or (known is Outcome.TASK_UNKNOWN and by_words):
        return by_words
    if known is not None or by_words is not None:
        return known or by_words or Outcome.UNKNOWN
    # In doubt unknown: then nothing is sent again before it is looked for.
    return Outcome.REFUSED if reply.code in _REFUSING_CODES else Outcome.UNKNOWN


def names_fault(text: str) -> bool:
    """Tell whether *text* says what is wrong with a request; that something broke is no such."""
    cause = cause_of(text)
    return cause is not None and cause.name not in _BROKEN


def says_broken(text: str) -> bool:
    """Tell whether *text* says that something broke down or took too long, at any point."""
    cause = cause_of(text)
    return cause is not None and cause.name in _BROKEN


def says_lost(text: str) -> bool:
    """Tell whether *text* says that a gateway does not know what became of a request behind it."""
    cause = cause_of(text)
    return cause is not None and cause.name == LOST


def _by_words(reply: SubmitReply) -> Outcome | None:
    """Return what the description tells where the code does not; None as a rule."""
    cause = cause_of(reply.description, code=reply.code)
    if cause is not None and cause.outcome is not None:
        return cause.outcome
    return Outcome.QUEUE_FULL if _is_about_queue(reply) else None


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


def _is_about_queue(reply: SubmitReply) -> bool:
    # Code 9 is "failed" everywhere; trueai has no 23 and says here that its queue is full.
    words = reply.description.lower()
    return reply.code == ReturnCode.FAILED and ("队列" in words or "queue" in words)
