"""What to ask instead, where a server refuses what others take (protocol/README.md §14 R14)."""

from collections.abc import Sequence

from mj_notebook.protocol.breakdown import breakdown_text_of, numbered_prompt
from mj_notebook.protocol.button_sets import grid_buttons
from mj_notebook.protocol.buttons import ONE_PROMPT, parse_custom_id, shows_grid
from mj_notebook.protocol.models import Button, Task
from mj_notebook.protocol.requests import Action, Change, Imagine
from mj_notebook.protocol.vocabulary import BOT_WORDS, TaskAction

_ALL_LINES = "imagine_all"
# Keycaps have one digit.
_MAX_LINES = 9
_CHANGES = {
    "upscale": TaskAction.UPSCALE,
    "variation": TaskAction.VARIATION,
    "reroll": TaskAction.REROLL,
}


def available_buttons(task: Task) -> tuple[Button, ...]:
    """
    Return the buttons of *task*; below a grid of a server that knows none, those of every grid.

    An empty list is such a server's word that there are none; null is no word at all.
    """
    if task.buttons is not None:
        return task.buttons
    return grid_buttons(task.id) if shows_grid(task) else ()


def imagine_fallbacks(action: Action, task: Task) -> tuple[Imagine, ...]:
    """Return what draws the same as a number button below a describe or a shorten."""
    # Servers differ in where they put the words (protocol/README.md §5).
    text = task.final_prompt or task.prompt_en or task.prompt or ""
    prompts = (numbered_prompt(text, number) for number in _numbers(action))
    return tuple(_imagine(prompt, action, task) for prompt in prompts if prompt)


def imagine_of(task: Task, number: int) -> Imagine:
    """Return what draws prompt *number* of a finished describe or shorten."""
    said = breakdown_text_of(task)
    prompt = numbered_prompt(said.text, number) if said else None
    if not prompt:
        raise ValueError(f"there is no prompt {number}")
    return imagine_like(task, prompt)


def imagine_like(task: Task, prompt: str) -> Imagine:
    """Return what draws *prompt* with the bot of *task*."""
    return _imagine(prompt, Action(task_id=task.id, custom_id=""), task)


def prompt_of(custom_id: str, task: Task | None) -> str:
    """Return what the number button *custom_id* of *task* imagines; "" for other buttons."""
    if task is None:
        return ""
    found = imagine_fallbacks(Action(task_id=task.id, custom_id=custom_id), task)
    # "Imagine all" draws several: none of them is the prompt of the button.
    return found[0].prompt if len(found) == 1 else ""


def change_fallback(action: Action) -> Change | None:
    """Return what U, V or reroll is for servers without buttons; None for other buttons."""
    press = parse_custom_id(action.custom_id)
    known = _CHANGES.get(press.kind.key) if press else None
    if press is None or known is None:
        return None
    return Change(
        task_id=action.task_id,
        action=known,
        index=press.number,
        # The same tag and the same callback: the answer is followed like that of the press.
        state=action.state,
        notify_hook=action.notify_hook,
        account_filter=action.account_filter,
    )


def _numbers(action: Action) -> Sequence[int]:
    press = parse_custom_id(action.custom_id)
    if press and press.kind.key == _ALL_LINES:
        return range(1, _MAX_LINES + 1)
    return [press.number] if press and press.kind.key in ONE_PROMPT else []


def _imagine(prompt: str, action: Action, task: Task) -> Imagine:
    # By the bot that was asked for words: the same words draw otherwise with another one.
    bot = task.bot_type or (task.properties.bot_type if task.properties else None) or ""
    return Imagine(
        prompt=prompt,
        bot_type=BOT_WORDS.get(bot.lower()),
        state=action.state,
        notify_hook=action.notify_hook,
        account_filter=action.account_filter,
    )
