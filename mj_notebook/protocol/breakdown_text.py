"""Where a finished describe or shorten holds its words: servers differ in the key (sheet 5)."""

from typing import NamedTuple

from mj_notebook.protocol.breakdown import read_breakdown
from mj_notebook.protocol.buttons import find
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Action, Describe, Request, Shorten
from mj_notebook.protocol.vocabulary import TaskAction


class Said(NamedTuple):
    """
    What a server said about a picture or a prompt, as it was sent.

    Attributes:
        kind: DESCRIBE or SHORTEN.
        text: The words, whether or not they follow the grammar.
        chinese: The same in Chinese; "" when the server gives none, or only repeats itself.
    """

    kind: TaskAction
    text: str
    chinese: str = ""


def kind_asked_by(request: Request | None) -> TaskAction | None:
    """Tell whether *request* asks for words, and for which; None for what draws."""
    if isinstance(request, Describe):
        return TaskAction.DESCRIBE
    if isinstance(request, Shorten):
        return TaskAction.SHORTEN
    press = find(request.custom_id) if isinstance(request, Action) else None
    return _KINDS.get(press.kind.action) if press else None


def said_by(task: Task | None) -> Said | None:
    """Return what *task* said; None while it runs, when it failed, and for what draws."""
    if task is None or not task.succeeded:
        return None
    kind = _KINDS.get(task.action or "")
    text = _text(task, kind) if kind else ""
    if kind is None or not text.strip():
        return None
    chinese = (task.properties.final_zh_prompt if task.properties else None) or ""
    return Said(kind, text, "" if chinese.strip() == text.strip() else chinese)


_KINDS = {kind.value: kind for kind in (TaskAction.DESCRIBE, TaskAction.SHORTEN)}


def _text(task: Task, kind: TaskAction) -> str:
    if task.final_prompt and task.final_prompt.strip():
        return task.final_prompt
    if kind is TaskAction.DESCRIBE:
        return task.prompt_en or task.prompt or ""
    # The prompt of a shorten is what was asked; its words may also stand in the description.
    description = task.description or ""
    return description if read_breakdown(description) else ""
