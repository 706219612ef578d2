"""Requests: one frozen record for each thing that can be asked for.

The attribute names are ours; the wire's spelling is made by ``rename="camel"`` and stands nowhere
else. Writing is strict: only what was set is sent.
"""

import msgspec

from mj_notebook.protocol.vocabulary import BotType


class AccountFilter(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Which of a proxy's accounts may take the task; gateways may ignore it."""

    channel_id: str | None = None
    instance_id: str | None = None
    modes: tuple[str, ...] = ()
    remark: str | None = None
    remix: bool | None = None
    remix_auto_considered: bool | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
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
    """Draw a grid of four; *base64_array* holds reference pictures as data URLs."""

    prompt: str
    bot_type: BotType | None = None
    base64_array: tuple[str, ...] = ()


class Action(Request, frozen=True, kw_only=True):
    """Press a button of a finished task; *custom_id* goes back exactly as the server gave it."""

    task_id: str
    custom_id: str
    choose_same_channel: bool = False


class Modal(Request, frozen=True, kw_only=True):
    """Answer a window; *task_id* is the id that came with return code 21."""

    task_id: str
    prompt: str
    mask_base64: str | None = None


def write_request(request: Request) -> bytes:
    """Encode *request* as the JSON body of its submit (compact: a gateway edits the raw bytes)."""
    return msgspec.json.encode(request)


def request_record(request: Request) -> dict[str, object]:
    """Return *request* as plain values in the wire's spelling, for the store."""
    record: dict[str, object] = msgspec.to_builtins(request)
    return record


class TaskIds(msgspec.Struct, frozen=True):
    """Which tasks a list-by-condition is about; always strings, some servers refuse numbers."""

    ids: tuple[str, ...]


def write_ids(ids: TaskIds) -> bytes:
    """Encode *ids* as the JSON body of a list-by-condition."""
    return msgspec.json.encode(ids)
