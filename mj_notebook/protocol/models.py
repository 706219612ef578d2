"""Wire records of what servers answer: `Task`, `Button`, `SubmitReply`.

They are frozen values. Attribute names are ours; the wire's spelling is made by
``rename="camel"``. How untidy answers become these records is told in `codec`. Holding only
plain values they can't be part of a cycle, so the garbage collector is told to leave them alone
(``gc=False``): a poll makes thousands.
"""

import inspect
import re
from collections.abc import Iterable
from typing import Annotated, Any

import msgspec

from mj_notebook.language.misfits import misfit
from mj_notebook.protocol.visible_text import one_line
from mj_notebook.protocol.vocabulary import FINAL, Status

# Anywhere in the text: some servers write words around it.
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
# Without its sign only if nothing stands beside it: "3 before you" is no percentage.
_PLAIN_NUMBER = re.compile(r"\s*(\d{1,3}(?:\.\d+)?)\s*")

_REPLY_KEY = "(untouched reply)"


MAX_RESULTS = 20
"""Tasks that one answer to a submit may make; the most that is known of are four."""
MAX_BUTTONS = 100
"""Buttons that a task may offer; the most that is known of are twenty."""
MAX_TEXT = 50_000
"""Signs of a text of a task; the longest prompts have a few thousand."""


LARGEST = 2**53
"""Neither JavaScript nor a column of history holds a larger number; no time or size is so large."""
# One beyond it does not fit, and goes the slow way, as all that is odd.
_Whole = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]


class NamesChecked(msgspec.StructMeta):
    """Lets a record's constructor say in our words what it can't be called with."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make a record."""
        try:
            return super().__call__(*args, **kwargs)
        except TypeError:
            error = misfit(self.__name__, inspect.signature(self), args, kwargs)
            if error is None:
                raise
        raise error


class Button(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """What a finished task offers next; `custom_id` names it and is sent back untouched."""

    custom_id: str
    emoji: str = ""
    label: str = ""
    type: int = 2
    style: int = 2

    def __repr__(self) -> str:
        """Name it by what stands on it; the long name is for servers."""
        said = " ".join(filter(None, (self.emoji, self.label))) or self.custom_id
        return f"<Button {one_line(said)}>"


class TaskProperties(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False
):
    """
    The known keys of a task's ``properties`` (protocol/README.md §3.5).

    Attributes:
        engine: What drew it and with which model; only the embedded server says so.
        engine_notes: What else is to be known of the drawing; the same.
    """

    final_prompt: str | None = None
    final_zh_prompt: str | None = None
    message_id: str | None = None
    message_hash: str | None = None
    message_content: str | None = None
    progress_message_id: str | None = None
    referenced_message_id: str | None = None
    notify_hook: str | None = None
    nonce: str | None = None
    flags: int | None = None
    discord_instance_id: str | None = None
    discord_channel_id: str | None = None
    bot_type: str | None = None
    engine: str | None = None
    engine_notes: str | None = None


EARLIEST_MS = 10**11
"""What a server's times are at least: smaller numbers are seconds, or nothing."""


def seconds_between(earlier: int | None, later: int | None) -> float | None:
    """Return the seconds between two of a server's times, None where they make no sense."""
    if not earlier or not later or earlier < EARLIEST_MS or later < earlier:
        return None
    return (later - earlier) / 1000


class Task(
    msgspec.Struct,
    metaclass=NamesChecked,
    frozen=True,
    kw_only=True,
    rename="camel",
    gc=False,
    repr_omit_defaults=True,
):
    """
    The proxy's record of work: one immutable snapshot.

    Attributes:
        status: A `Status`, or the server's own word when it is not one of the seven.
        submit_time: Epoch milliseconds; 0 and None both mean "not yet" on some servers.
        progress: The server's own words; `percent` reads them.
        image_url: A preview while the task runs, the picture once it succeeded.
        image_urls: The four tiles, from servers that hand them out one by one.
        reply: The untouched JSON of this task as the server sent it.

    Example:
        >>> task = job.task
        >>> task.status, task.percent
    """

    id: str
    properties: TaskProperties | None = None
    action: str | None = None
    status: str = ""
    prompt: str | None = None
    prompt_en: str | None = None
    description: str | None = None
    submit_time: _Whole | None = None
    start_time: _Whole | None = None
    finish_time: _Whole | None = None
    progress: str | None = None
    image_url: str | None = None
    image_height: _Whole | None = None
    image_width: _Whole | None = None
    fail_reason: str | None = None
    state: str | None = None
    buttons: tuple[Button, ...] | None = None
    # Not of the core: kept when a server sends them, never written by `write_task`.
    parent_id: str | None = None
    prompt_full: str | None = None
    seed: str | None = None
    bot_type: str | None = None
    image_urls: tuple[str, ...] | None = None
    video_url: str | None = None
    video_urls: tuple[str, ...] | None = None
    # Whatever a server might send under this name is overwritten by the reader.
    reply: msgspec.Raw = msgspec.field(default=msgspec.Raw(b""), name=_REPLY_KEY)

    @property
    def is_final(self) -> bool:
        """Whether this task will never change again; progress says nothing about it."""
        return self.status in FINAL

    @property
    def succeeded(self) -> bool:
        """Whether the task ended well."""
        return self.status == Status.SUCCESS

    @property
    def drawing_seconds(self) -> float | None:
        """
        For how many seconds it was drawn, by the server's own times; None where they don't tell.

        Neither the queue counts, nor the person who answers a window.
        """
        return seconds_between(self.start_time, self.finish_time)

    @property
    def percent(self) -> float | None:
        """The progress as 0–100, or None when the server gives words or nothing."""
        text = self.progress or ""
        found = _PERCENT.search(text) or _PLAIN_NUMBER.fullmatch(text)
        # A server may count on, and a bar has an end.
        return min(100.0, float(found.group(1))) if found else None

    @property
    def engine(self) -> str | None:
        """What drew it and with which model, where the server says so."""
        return self.properties.engine if self.properties else None

    @property
    def final_prompt(self) -> str | None:
        """The prompt as the server finally used it, with the parameters it added."""
        told = self.properties.final_prompt if self.properties else None
        return told or self.prompt_full


class Account(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False
):
    """
    An account that a proxy draws with (protocol/README.md §1.19).

    Some servers send what it logs in with; that is never read, so it can't get anywhere.

    Attributes:
        id: What an account filter calls its instance.
        enable: Whether it takes tasks.
        core_size: How many tasks run at once on it.
        queue_size: How many more may wait for it.
        mode: The speed it is set to.
        remix_auto_submit: Whether it answers the windows of Remix mode by itself.
    """

    id: str
    name: str | None = None
    guild_id: str | None = None
    channel_id: str | None = None
    enable: bool | None = None
    core_size: int | None = None
    queue_size: int | None = None
    timeout_minutes: int | None = None
    remark: str | None = None
    mode: str | None = None
    remix_auto_submit: bool | None = None


class ReplyProperties(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True
):
    """The known keys of ``properties`` in the answer to a submit (protocol/README.md §2.5)."""

    final_prompt: str | None = None
    remix: bool | None = None
    number_of_queues: int | None = None
    discord_instance_id: str | None = None
    discord_channel_id: str | None = None
    prompt_en: str | None = None
    banned_word: str | None = None
    status: str | None = None
    image_url: str | None = None


class SubmitReply(msgspec.Struct, frozen=True, kw_only=True):
    """
    The answer to a submit, with all spellings of *result* and of the error text levelled.

    Attributes:
        code: The return code, or None when the answer had none (gateways, web servers).
        description: The server's own words.
        results: Task ids (one as a rule, several for "imagine all") or addresses for an upload.
        is_error: Whether its form says that it is an error, as some without a code do.
        left_out: How many results more it named than are taken (`MAX_RESULTS`).
    """

    code: int | None
    description: str
    results: tuple[str, ...] = ()
    properties: ReplyProperties = ReplyProperties()
    is_error: bool = False
    left_out: int = 0


_EXTRAS = {"parent_id", "prompt_full", "seed", "bot_type", "image_urls", "video_url", "video_urls"}
_WIRE_NAMES = tuple((info.name, info.encode_name) for info in msgspec.structs.fields(Task))
SOMETIMES = frozenset(wire for name, wire in _WIRE_NAMES if name in _EXTRAS)
"""What a task has in some answers only, in the wire's spelling."""


def _wire(task: Task) -> dict[str, Any]:
    """Return every core key, nulls explicit, and the extras that are set; never the reply."""
    written = {
        wire: value
        for name, wire in _WIRE_NAMES
        if (value := getattr(task, name)) is not None or name not in _EXTRAS
        # The reply holds all of this already, as the server wrote it.
        if name != "reply"
    }
    if task.video_urls is not None:
        # Objects, as a gateway reads them: of plain texts it drops a channel's whole answer
        # (protocol/README.md §16.5).
        written["videoUrls"] = [{"url": address} for address in task.video_urls]
    return written


def write_task(task: Task) -> bytes:
    """Encode *task* as the plus proxy does: every core key, nulls explicit, compact."""
    return msgspec.json.encode(_wire(task))


def task_record(task: Task) -> dict[str, Any]:
    """Return *task* as plain values in the wire's spelling."""
    record: dict[str, Any] = msgspec.to_builtins(_wire(task))
    return record


def write_account(account: Account) -> bytes:
    """Encode *account* as the open proxy does, but for what it logs in with."""
    record: dict[str, Any] = msgspec.to_builtins(account)
    return msgspec.json.encode({**record, "properties": {}})


def write_accounts(accounts: Iterable[Account]) -> bytes:
    """Encode several accounts as one JSON array."""
    return b"[" + b",".join(map(write_account, accounts)) + b"]"


def write_reply(
    code: int,
    description: str,
    result: str | list[str] | None = None,
    properties: ReplyProperties | None = None,
) -> bytes:
    """Encode the answer to a submit: always the four keys."""
    return msgspec.json.encode(
        {
            "code": code,
            "description": description,
            "result": result,
            "properties": properties or ReplyProperties(),
        }
    )


# -- which of two snapshots is older: servers repeat and mix them (protocol/README.md §6) --

# A window may follow what looked like waiting (a gateway learns of it late), and waiting follows
# an answered window: neither is older than the other.
_RANKS: dict[str, int] = {Status.NOT_START: 0, Status.MODAL: 0, Status.SUBMITTED: 1}
_FINAL_RANK = 3
_OTHER_RANK = 2
# Python 3.11 looks a member up by a call, and this is asked of each task each second.
_MODAL = Status.MODAL


def is_older(task: Task, known: Task) -> bool:
    """Tell whether *task* says what was so before *known*; the same said twice is not older."""
    ranks = _rank(task), _rank(known)
    if ranks[0] != ranks[1] or ranks[0] != _OTHER_RANK:
        return ranks[0] < ranks[1]
    now, before = task.percent, known.percent
    # Only by percent: words of a progress have no order.
    return now is not None and before is not None and now < before


def latest_of(tasks: Iterable[Task]) -> list[Task]:
    """
    Return one snapshot a task, of several the one that is further on.

    A gateway lists a task twice after its window was answered (protocol/README.md §6).
    """
    found: dict[str, Task] = {}
    for task in tasks:
        known = found.get(task.id)
        # Of two that are equal the later one, as the server listed it last.
        if known is None or not is_older(task, known):
            found[task.id] = task
    return list(found.values())


def as_news(task: Task, known: Task | None, *, is_answered: bool) -> Task | None:
    """
    Return what *task* says after *known*, None when that is no news.

    An open window outranks an empty status, which a gateway has until it has asked the server
    behind it; once the window was answered, that it is open is no news, and one that makes
    progress is being drawn.
    """
    if task.status == _MODAL:
        # A gateway says MODAL until its next tick, while the picture grows already.
        if task.percent:
            return msgspec.structs.replace(task, status=Status.IN_PROGRESS)
        return None if is_answered else _with_offer(task, known)
    was_open = known is not None and known.status == _MODAL
    return None if was_open and not is_answered and task.status == Status.NOT_START else task


def _with_offer(task: Task, known: Task | None) -> Task:
    """Keep the words that a window was opened with: the answer says them, later snapshots don't."""
    if known is None or known.status != _MODAL or task.final_prompt or not known.final_prompt:
        return task
    told = task.properties or TaskProperties()
    properties = msgspec.structs.replace(told, final_prompt=known.final_prompt)
    return msgspec.structs.replace(task, properties=properties)


def _rank(task: Task) -> int:
    return _FINAL_RANK if task.is_final else _RANKS.get(task.status, _OTHER_RANK)
