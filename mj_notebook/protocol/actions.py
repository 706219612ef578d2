"""Which kind of task a request makes."""

from mj_notebook.protocol.buttons import parse_custom_id
from mj_notebook.protocol.requests import (
    Action,
    Blend,
    Change,
    Describe,
    Edits,
    Imagine,
    Request,
    Shorten,
    SimpleChange,
    SwapFace,
    UploadPictures,
    Video,
)
from mj_notebook.protocol.vocabulary import TaskAction

_ACTIONS: dict[type[Request], TaskAction] = {
    Imagine: TaskAction.IMAGINE,
    Blend: TaskAction.BLEND,
    Describe: TaskAction.DESCRIBE,
    Shorten: TaskAction.SHORTEN,
    SwapFace: TaskAction.SWAP_FACE,
    Video: TaskAction.VIDEO,
    Edits: TaskAction.EDIT,
    UploadPictures: TaskAction.UPLOAD,
}


_BY_NAME = {kind.__name__: action for kind, action in _ACTIONS.items()}


def action_named(kind: str | None, custom_id: str | None = None) -> str | None:
    """Return the kind of task that a request called *kind*, or the button *custom_id*, makes."""
    press = parse_custom_id(custom_id) if custom_id else None
    return press.kind.action if press else _BY_NAME.get(kind or "")


def action_of(request: Request) -> str | None:
    """Return the kind of the task that *request* makes; None when only the server knows."""
    if isinstance(request, SimpleChange):
        # A line that means nothing stays what it is: the server says what is wrong with it.
        request = request.change or request
    if isinstance(request, Change):
        return request.action
    if isinstance(request, Action):
        return action_named(None, request.custom_id)
    return _ACTIONS.get(type(request))
