"""What is said of tasks that could not be taken up again, and of requests in doubt."""

from mj_notebook.errors import MJError
from mj_notebook.view.text import truncate
from mj_notebook.view.units import duration

# One paragraph a task, however long its prompt.
_LONGEST = 200


def not_resumed_text(task_id: str, prompt: str, error: MJError) -> str:
    """Say why a task of history does not go on."""
    return f"Task {task_id} does not go on ({truncate(prompt, _LONGEST)}): {error}"


def in_doubt_text(prompt: str, age: float, error: MJError) -> str:
    """Say of a request, sent *age* seconds ago, what is not known of it and what can be done."""
    return (
        f"In doubt, asked {duration(max(age, 1))} ago: {truncate(prompt, _LONGEST)}\n"
        f"  {error.args[0]}\n"
        "  Its cell does not send it again. Look once more with %mj resume, or at the proxy's own"
        " pages; --fresh draws it anew, which may pay for it twice."
    )
