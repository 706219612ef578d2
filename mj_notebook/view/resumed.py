"""What is said of tasks that could not be taken up again, and of requests in doubt."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mj_notebook.errors import MJError
from mj_notebook.language import translated
from mj_notebook.store.derived_columns import caption_of
from mj_notebook.view.text import truncate
from mj_notebook.view.units import duration

if TYPE_CHECKING:
    from mj_notebook.store.records import StoredRequest, StoredTask

# One paragraph a task, however long its prompt.
_LONGEST = 200


def left_texts(
    failed: "Iterable[tuple[StoredTask, MJError]]",
    in_doubt: "Iterable[tuple[StoredRequest, MJError]]",
    now: float,
) -> list[str]:
    """Say of each task or request that does not go on why, and what can be done."""
    return [
        *(
            translated(
                "Task {task_id} does not go on ({prompt}): {error}",
                task_id=one.task.id,
                prompt=_asked(one.custom_id, one.prompt or one.task.prompt),
                error=error,
            )
            for one, error in failed
        ),
        *(
            translated(
                "In doubt, asked {ago} ago: {prompt}",
                ago=duration(max(now - one.asked_at, 1)),
                prompt=_asked(one.custom_id, one.prompt),
            )
            + f"\n  {error.args[0]}\n"
            f"  {error.hint}"
            for one, error in in_doubt
        ),
    ]


def _asked(custom_id: str | None, prompt: str | None) -> str:
    """Say what was asked: its prompt, and the button that was pressed there."""
    words, button = truncate(prompt or "", _LONGEST), caption_of(custom_id)
    if button is None:
        return words
    return translated("{button} of “{prompt}”", button=button, prompt=words)
