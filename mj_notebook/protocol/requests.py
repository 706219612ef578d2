"""Requests: one frozen record for each thing that can be asked for.

The attribute names are ours; the wire's spelling is made by ``rename="camel"`` and stands nowhere
else. Writing is strict: only what was set is sent.
"""

import functools
import re
from typing import Any

import msgspec

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.language.sentences import plain, refuse_half
from mj_notebook.protocol.models import NamesChecked
from mj_notebook.protocol.vocabulary import BotType, Dimensions, TaskAction


class _Meant(NamesChecked):
    """Lets a record take what a person means by each value, and refuse what can't be meant."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make a record."""
        kinds = _kinds(self)
        meant = {name: _meant(name, one, kinds.get(name, Any)) for name, one in kwargs.items()}
        return super().__call__(*args, **meant)


@functools.cache
def _kinds(record: type[msgspec.Struct]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(record)}


def _meant(name: str, value: object, kind: Any) -> object:
    given = list(map(plain, value)) if isinstance(value, list | tuple) else plain(value)
    try:
        meant: object = msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise UsageError(
            translated("{name} can't be {value!r}.", name=name, value=value),
            hint=translated("It was read so: {error}.", error=error),
        ) from None
    if isinstance(meant, str):
        refuse_half(name, meant)
    return meant


class AccountFilter(
    msgspec.Struct,
    metaclass=_Meant,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
):
    """
    Which of a proxy's accounts may take the task; gateways may ignore it.

    Example:
        >>> relaxed = mj.AccountFilter(modes=("RELAX",))
        >>> mj.imagine("a red kite", accounts=relaxed)
    """

    channel_id: str | None = None
    instance_id: str | None = None
    modes: tuple[str, ...] = ()
    remark: str | None = None
    remix: bool | None = None
    remix_auto_considered: bool | None = None
    niji_remix: bool | None = None


class Request(
    msgspec.Struct,
    metaclass=_Meant,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
):
    """
    What every submit may carry.

    Attributes:
        state: An opaque word the server echoes in the task; the session puts its tag here
            so that a task can be found when the answer to its submit was lost.
        notify_hook: Where the server should post each change.
        account_filter: Which accounts may take it.
    """

    state: str | None = None
    notify_hook: str | None = None
    account_filter: AccountFilter | None = None


class Imagine(Request, frozen=True, kw_only=True):
    """
    Draw a grid of four; *base64_array* holds reference pictures as data URLs.

    Example:
        >>> asked = mj.Imagine(prompt="a red kite --ar 3:2")
        >>> mj.current_session().start(asked)
    """

    prompt: str
    bot_type: BotType | None = None
    base64_array: tuple[str, ...] = ()


class Blend(Request, frozen=True, kw_only=True):
    """
    Mix two to five pictures (data URLs) into a grid of four.

    Example:
        >>> mj.Blend(base64_array=("data:image/png;base64,…", "data:image/png;base64,…"))
    """

    base64_array: tuple[str, ...]
    dimensions: Dimensions | None = None
    bot_type: BotType | None = None


class Describe(Request, frozen=True, kw_only=True):
    """
    Ask for four prompts that would make a picture.

    Attributes:
        base64: The picture as a data URL.
        link: Where the picture is instead; only some servers fetch it.
        language: "zh" for an answer in Chinese, where the server translates.

    Example:
        >>> mj.Describe(base64="data:image/png;base64,…", language="zh")
    """

    base64: str | None = None
    link: str | None = None
    language: str | None = None
    bot_type: BotType | None = None


class Shorten(Request, frozen=True, kw_only=True):
    """
    Ask which words of a prompt matter, and for shorter prompts.

    Example:
        >>> mj.Shorten(prompt="a red kite, high over endless dunes, at dawn")
    """

    prompt: str
    bot_type: BotType | None = None


class Action(Request, frozen=True, kw_only=True):
    """
    Press a button of a finished task; *custom_id* goes back exactly as the server gave it.

    Attributes:
        choose_same_channel: Whether another account of the same channel may take it.
        enable_remix: Whether one server is to open the window of Remix mode, whatever it does else.

    Example:
        >>> reroll = job.task.buttons[4]
        >>> mj.Action(task_id=job.id, custom_id=reroll.custom_id)
    """

    task_id: str
    custom_id: str
    choose_same_channel: bool = False
    enable_remix: bool = False


class Modal(Request, frozen=True, kw_only=True):
    """
    Answer a window; *task_id* is the id that came with return code 21.

    Example:
        >>> mj.Modal(task_id="1760000000123456", prompt="a red kite --zoom 1.8")
    """

    task_id: str
    prompt: str
    mask_base64: str | None = None


class Change(Request, frozen=True, kw_only=True):
    """
    Ask for U, V or a new grid by number: the way of servers that give no buttons.

    Attributes:
        action: UPSCALE, VARIATION or REROLL.
        index: The picture's number, 1 to 4; a gateway wants one for REROLL too, so that has one.

    Example:
        >>> mj.Change(task_id=job.id, action="UPSCALE", index=2)
    """

    task_id: str
    action: str
    index: int | None = None

    def __post_init__(self) -> None:
        if self.action == TaskAction.REROLL and not self.index:
            msgspec.structs.force_setattr(self, "index", 1)


# One space, as the servers want it.
_SIMPLE = re.compile(r"(?P<task_id>\S+) (?:(?P<letter>[UV])(?P<index>[1-4])|R)", re.IGNORECASE)
_LETTERS = {"U": TaskAction.UPSCALE, "V": TaskAction.VARIATION, "": TaskAction.REROLL}


class SimpleChange(Request, frozen=True, kw_only=True):
    """
    Ask for the same in one line: "1760000000123456 U2".

    Example:
        >>> mj.SimpleChange(content=f"{job.id} U2")
    """

    content: str

    @property
    def task_id(self) -> str:
        """The task whose picture is changed."""
        return self.content.partition(" ")[0]

    @property
    def change(self) -> Change | None:
        """The change it means (one gateway knows only that form), None when it means none."""
        found = _SIMPLE.fullmatch(self.content.strip())
        if found is None:
            return None
        return Change(
            task_id=found["task_id"],
            action=_LETTERS[(found["letter"] or "").upper()],
            index=int(found["index"] or 1),
            state=self.state,
            notify_hook=self.notify_hook,
            account_filter=self.account_filter,
        )


class UploadPictures(Request, frozen=True, kw_only=True):
    """
    Hand pictures (data URLs) over to be used as links; the answer's results are the links.

    Attributes:
        filter: What *account_filter* is called here by all servers but one; both are always sent.

    Example:
        >>> mj.UploadPictures(base64_array=("data:image/png;base64,…",))
    """

    base64_array: tuple[str, ...]
    filter: AccountFilter | None = None

    def __post_init__(self) -> None:
        chosen = self.filter or self.account_filter
        # The record is frozen for others; here it is still being made.
        msgspec.structs.force_setattr(self, "filter", chosen)
        msgspec.structs.force_setattr(self, "account_filter", chosen)


class SwapFace(Request, frozen=True, kw_only=True):
    """
    Put the face of the source picture onto the target picture; both are data URLs.

    Example:
        >>> face, group = "data:image/png;base64,…", "data:image/jpeg;base64,…"
        >>> mj.SwapFace(source_base64=face, target_base64=group)
    """

    source_base64: str
    target_base64: str


class Video(Request, frozen=True, kw_only=True):
    """
    Make a short film from a picture, or go on with one.

    Attributes:
        image: The first frame: an address, or a data URL.
        end_image: The last frame.
        motion: "low" or "high".
        loop: Whether it ends as it begins.
        action: "extend" to go on with *index* (0 to 3) of the task *task_id*.
        video_type: "vid_1.1_i2v_480" or "vid_1.1_i2v_720".
        batch_size: How many films: 1, 2 or 4.
        mode: The speed, for gateways that want it here: "FAST", "RELAX" or "TURBO".

    Example:
        >>> mj.Video(prompt="it soars", image="https://example.com/kite.png", motion="low")
    """

    prompt: str
    image: str | None = None
    end_image: str | None = None
    motion: str | None = None
    loop: bool = False
    action: str | None = None
    index: int | None = None
    task_id: str | None = None
    video_type: str | None = None
    batch_size: int | None = None
    mode: str | None = None


class Edits(Request, frozen=True, kw_only=True):
    """
    Change a picture (an address, or a data URL) by words; a white mask says where.

    Example:
        >>> mj.Edits(prompt="a blue kite", image="https://example.com/kite.png")
    """

    prompt: str
    image: str
    mask_base64: str | None = None


def write_request(request: Request) -> bytes:
    """Encode *request* as the JSON body of its submit (compact: a gateway edits the raw bytes)."""
    return msgspec.json.encode(request)


def request_record(request: Request) -> dict[str, object]:
    """Return *request* as plain values in the wire's spelling, for the store."""
    record: dict[str, object] = msgspec.to_builtins(request)
    return record


KINDS: dict[str, type[Request]] = {
    kind.__name__: kind
    for kind in (
        *(Imagine, Blend, Describe, Shorten, Action, Modal, Change, SimpleChange),
        *(UploadPictures, SwapFace, Video, Edits),
    )
}
"""Each kind of request by the name that the store has for it."""


def read_record(kind: str, record: object) -> Request | None:
    """Read what `request_record` gave of a request of *kind*; None when it is no such thing."""
    known = KINDS.get(kind)
    if known is None:
        return None
    try:
        # What history kept may be of an older version, or from a bundle that anybody wrote.
        return msgspec.convert(record, known)
    except (msgspec.ValidationError, RecursionError):
        return None


class TaskIds(msgspec.Struct, frozen=True):
    """Which tasks a list-by-condition is about; always strings, some servers refuse numbers."""

    ids: tuple[str, ...]


def write_ids(ids: TaskIds) -> bytes:
    """Encode *ids* as the JSON body of a list-by-condition."""
    return msgspec.json.encode(ids)
