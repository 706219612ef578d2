"""What history's columns hold of a task or a request beside what it says outright; pure."""

import json
from functools import lru_cache
from typing import Any, NamedTuple

from mj_notebook.prompt.drawn import drawn_otherwise
from mj_notebook.prompt.parameters import DEMO_VERSION, long_name
from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.buttons import button_of, caption, parse_custom_id, shows_grid
from mj_notebook.protocol.models import Button, Task
from mj_notebook.protocol.vocabulary import DEMO, TaskAction

# Their finished prompt is a text about prompts, not the prompt that was drawn.
_TEXT_ACTIONS = (TaskAction.DESCRIBE, TaskAction.SHORTEN)


class DerivedColumns(NamedTuple):
    """
    The columns worked out from a snapshot.

    Attributes:
        parameters: A JSON object of what the server used, long names; None when no prompt is told.
        tiles: How many pictures the one picture shows: 4, 1, or 0 for none.
    """

    prompt_en: str | None
    final_prompt: str | None
    parameters: str | None
    seed: int | None
    fail_reason: str | None
    tiles: int


def derive_columns(task: Task) -> DerivedColumns:
    """Work the columns out."""
    talks = task.action in _TEXT_ACTIONS
    texts = (
        task.prompt if task.action != TaskAction.DESCRIBE else None,
        None if talks else task.final_prompt,
    )
    return DerivedColumns(
        task.prompt_en or None,
        task.final_prompt or None,
        parameters_of(*texts),
        whole_seed(task.seed),
        task.fail_reason or None,
        _tiles(task),
    )


def task_row(server: str, task: Task) -> tuple[Any, ...]:
    """Return the values of `statements.SAVE` for a snapshot."""
    return (
        server,
        task.id,
        task.parent_id,
        task.action,
        str(task.status),
        task.is_final,
        task.prompt,
        task.submit_time,
        task.start_time,
        task.finish_time,
        task.submit_time / 1000 if task.submit_time else None,
        *derive_columns(task),
        drawn_of(server, task.action, task.prompt, task.final_prompt, task.prompt_en)
        if task.succeeded
        else None,
    )


def drawn_of(
    server: str,
    action: str | None,
    asked: str | None,
    observed: str | None,
    sent: str | None = None,
) -> str | None:
    """Return what the server drew otherwise than asked, in a line; None where it is as asked."""
    # Most are as asked, to the letter: then nothing needs to be read.
    is_as_asked = (observed or asked) == asked == (sent or asked)
    if not asked or is_as_asked or action in _TEXT_ACTIONS:
        return None
    usual = DEMO_VERSION if server == DEMO else ""
    return drawn_otherwise(asked, observed or "", usual, sent or "") or None


@lru_cache(maxsize=512)
def parameters_of(*texts: str | None) -> str | None:
    """
    Return the parameters of all *texts* as a JSON object; a later text overrides.

    The server's finished prompt comes last: it holds what was added or filled in on the way.
    """
    told = [text for text in texts if text]
    if not told:
        return None
    merged: dict[str, str] = {}
    for text in told:
        if "-" in text or "—" in text or "–" in text:
            merged.update(_values(Prompt.parse(text)))
    return json.dumps(merged, ensure_ascii=False, separators=(",", ":"))


def _values(prompt: Prompt) -> dict[str, str]:
    return {long_name(name): value for name, value in prompt.parameters}


def whole_seed(text: str | None) -> int | None:
    """Return a seed as the number it is, None for anything else."""
    if not text:
        return None
    stripped = text.strip()
    whole = stripped.isascii() and stripped.isdigit() and len(stripped) <= 10
    # Seeds are 32 bits; what is larger is an id or a date that a server put in their place.
    return int(stripped) if whole and int(stripped) < 2**32 else None


def caption_of(custom_id: str | None) -> str | None:
    """Return what stands on the button *custom_id*, None when none was pressed."""
    if not custom_id:
        return None
    press = parse_custom_id(custom_id)
    if press is None:
        return caption(Button(custom_id))
    return caption(button_of(press.kind, press.uuid, press.number))


def _tiles(task: Task) -> int:
    if not task.succeeded or not task.image_url or task.action in _TEXT_ACTIONS:
        return 0
    return 4 if shows_grid(task) else 1
