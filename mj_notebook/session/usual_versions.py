"""With which version accounts draw where none is written, as far as this kernel saw it."""

import threading
from typing import NamedTuple

from mj_notebook.prompt.parse import Prompt, version_of
from mj_notebook.protocol.models import Task


class _Account(NamedTuple):
    server: str
    instance: str
    bot: str


class _News(NamedTuple):
    """The newest task of an account: what drew it, and what had been usual before."""

    task: str
    at: int
    version: str
    before: str


class UsualVersions:
    """
    What accounts draw with, so that another version than the usual one is news once, not each time.

    It may be asked from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: dict[_Account, _News] = {}

    def usual_for(self, server: str, prompt: str, task: Task) -> str:
        """
        Return what was known as usual before *task*, a finished one; "" for nothing.

        It is to be remembered with the job: of all but the newest task it may be another one later.
        """
        seen = version_of(Prompt.parse(task.final_prompt or ""), "")
        if not seen or version_of(Prompt.parse(prompt), ""):
            return ""
        properties = task.properties
        bot = task.bot_type or (properties and properties.bot_type) or ""
        account = _Account(server, (properties and properties.discord_instance_id) or "", bot)
        with self._lock:
            newest = self._newest.get(account) or _News("", 0, "", "")
            if newest.task == task.id:  # which another thread shows as well
                return newest.before
            if (finished := task.finish_time or 0) >= newest.at:
                self._newest[account] = _News(task.id, finished, seen, newest.version)
            return newest.version
