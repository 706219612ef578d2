"""
What was asked and had no effect, told by the record of the task.

Two servers drop options without a word (protocol/README.md §1.0, §1.1). Only the fields that they
write say who they are: the open proxy has no buttons in its tasks, and no other server than the
new-api gateway has masks in them (§3.1).
"""

from typing import NamedTuple

import msgspec

from mj_notebook.language import translated
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Request
from mj_notebook.protocol.vocabulary import BotType


class IgnoredOption(NamedTuple):
    """
    An option without effect.

    Attributes:
        written: The option as it is written in Python.
        why: What became of it, in one sentence.
    """

    written: str
    why: str


def ignored_options(
    task: Task | None, request: Request | None, mode: str | None
) -> tuple[IgnoredOption, ...]:
    """Return which options of *request* had no effect on the server that wrote *task*."""
    is_niji = getattr(request, "bot_type", None) == BotType.NIJI_JOURNEY
    has_filter = getattr(request, "account_filter", None) is not None
    if task is None or not (is_niji or has_filter or mode):
        return ()
    fields = _fields(task)
    found = []
    # By what the task lacks, as no server says its name; without a progress it is no task of any.
    if fields and "buttons" not in fields and "progress" in fields:
        if is_niji:
            why = translated(
                "the open midjourney-proxy, as which this server writes its tasks, knows one bot"
                " only; --niji in the prompt draws as niji does."
            )
            found.append(IgnoredOption('bot="niji"', why))
        if has_filter:
            why = translated(
                "the open midjourney-proxy, as which this server writes its tasks, chooses the"
                " account by itself."
            )
            found.append(IgnoredOption("accounts=…", why))
    # A gateway takes the prefix of the path as its own.
    if "maskBase64" in fields and mode:
        why = translated(
            "the new-api gateway, as which this server writes its tasks, takes the speed off before"
            " it asks the proxy behind it."
        )
        found.append(IgnoredOption(f'mode="{mode}"', why))
    return tuple(found)


def remark_of(option: IgnoredOption) -> str:
    """Return what is said of an *option* without effect."""
    return translated("{written} has no effect here: {why}", written=option.written, why=option.why)


def _fields(task: Task) -> frozenset[str]:
    try:
        return frozenset(msgspec.json.decode(task.reply, type=dict[str, msgspec.Raw]))
    except (msgspec.DecodeError, UnicodeDecodeError):  # nothing, or only what was made of it here
        return frozenset()
