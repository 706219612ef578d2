"""How long tasks usually take, by what history remembers of the same kind."""

import contextlib
import statistics
from typing import TYPE_CHECKING

from mj_notebook.errors import StoreError
from mj_notebook.job_state import JobState
from mj_notebook.protocol.buttons import find
from mj_notebook.protocol.requests import Change
from mj_notebook.protocol.vocabulary import TaskAction

if TYPE_CHECKING:
    from mj_notebook.protocol.vocabulary import Mode
    from mj_notebook.store.history import Store

_FEWEST = 3  # one or two may have been odd
_ACTIONS = {
    "Imagine": TaskAction.IMAGINE,
    "Blend": TaskAction.BLEND,
    "Describe": TaskAction.DESCRIBE,
    "Shorten": TaskAction.SHORTEN,
    "SwapFace": TaskAction.SWAP_FACE,
    "Video": TaskAction.VIDEO,
    "Edits": TaskAction.EDIT,
}


class Usual:
    """Remembers how long each kind of task takes, until `forget` says that history knows more."""

    def __init__(self, store: "Store") -> None:
        self._store = store
        self._known: dict[tuple[str, str, Mode | None], float | None] = {}

    def seconds(self, job: JobState) -> float | None:
        """Return for how many seconds tasks like *job* are drawn; blocking, as history is asked."""
        action = _action(job)
        if not action:
            return None
        kind = (job.home, action, job.mode)
        with contextlib.suppress(KeyError):  # the worker may forget it between two lines
            return self._known[kind]
        usual = self._known[kind] = self._ask(*kind)
        return usual

    def forget(self) -> None:
        """Ask history anew, as tasks have ended since."""
        self._known.clear()

    def _ask(self, home: str, action: str, mode: "Mode | None") -> float | None:
        with contextlib.suppress(StoreError):  # an estimate is worth no error
            durations = self._store.durations(home, action, mode)
            if len(durations) >= _FEWEST:
                return statistics.median(durations)
        return None


def _action(job: JobState) -> str:
    """Return the kind of the task, also before the server has told it."""
    if job.task is not None and job.task.action:
        return job.task.action
    press = find(job.custom_id) if job.custom_id else None
    if press is not None:
        return press.kind.action
    if isinstance(job.request, Change):
        return job.request.action
    return _ACTIONS.get(type(job.request).__name__, "")
