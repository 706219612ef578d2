"""What completion takes from the notebook: names, files, the latest tasks and their buttons."""

import contextlib
import itertools
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from mj_notebook.errors import MJError
from mj_notebook.language import gettext
from mj_notebook.prompt.lint_case import Place
from mj_notebook.prompt.parameters import DEMO_VERSION, ParameterTable
from mj_notebook.prompt.rules import RuleBook, rule_book, shipped_rules
from mj_notebook.prompt.suggestions import Suggestion
from mj_notebook.protocol.actions import action_of
from mj_notebook.protocol.button_sets import grid_buttons
from mj_notebook.protocol.buttons import GRID_ACTIONS, accessible_name, caption, parse_custom_id
from mj_notebook.protocol.fallbacks import available_buttons
from mj_notebook.protocol.visible_text import one_line
from mj_notebook.protocol.vocabulary import BotType
from mj_notebook.settings.readers import read_settings
from mj_notebook.settings.settings import Settings

if TYPE_CHECKING:
    from mj_notebook.protocol.models import Button
    from mj_notebook.session.job import Job

# A folder may hold more than anybody would read.
_MOST_FILES = 2000
# A list to choose from by eye; ids from long ago are found in history.
_MOST_TASKS = 30
# IPython's own, which nobody means as values of a prompt.
_SHELL_NAMES = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})
_ITEM = re.compile(r"(?P<name>[^\W\d]\w*)(?:\[(?P<number>-?\d+)\])?")
_KEY = re.compile(r"(?P<name>[^\W\d][\w.]*)\[(?P<quote>['\"]?)(?P<begun>[^\]'\"]*)$")
_PATH = re.compile(r"(?P<name>[^\W\d][\w.]*)\.(?P<begun>\w*)$")


class Offered(NamedTuple):
    """What can take the place of *token*, which ends at the cursor."""

    token: str
    offers: Sequence[Suggestion] = ()


class Sources:
    """What one notebook knows; nothing is opened, sent or waited for, but history may be read."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    # -- rules, and where prompts are drawn --

    @property
    def table(self) -> ParameterTable:
        """The parameters by the rules that are set, or by the usual ones where those are none."""
        return self._book().table

    def _book(self) -> RuleBook:
        with contextlib.suppress(MJError):
            # Wrong rules are told when a cell runs; completion never breaks a person's typing.
            return rule_book(_settings().rules)
        return shipped_rules()

    def place(self, *, is_niji: bool) -> Place:
        """Return where a prompt of this notebook is drawn."""
        settings = _settings()
        is_demo = settings.is_demo and settings.offline is None
        return Place(
            is_niji=is_niji or settings.bot is BotType.NIJI_JOURNEY,
            default_version=DEMO_VERSION if is_demo else "",
        )

    # -- Python names --

    def names(self, begun: str) -> Offered:
        """Return the names of the notebook that can stand in ``{{ }}``; nothing is evaluated."""
        if key := _KEY.search(begun):
            value = self._value(key["name"])
            keys = [one for one in value if isinstance(one, str)] if type(value) is dict else []
            return _named(key["begun"], keys, lambda one: value[one])
        if path := _PATH.search(begun):
            value = self._value(path["name"])
            known = [one for one in dir(value) if not callable(getattr(type(value), one, None))]
            return _named(path["begun"], known, lambda one: getattr(type(value), one, None))
        names = [name for name in self._names if name not in _SHELL_NAMES]
        return _named(begun.strip(), names, lambda one: self._names[one])

    def _value(self, path: str) -> Any:
        """Return what *path* names; an attribute is looked at only where it is no property."""
        first, *rest = path.split(".")
        value = self._names.get(first)
        for name in rest:
            value = vars(value).get(name) if hasattr(value, "__dict__") else None
        return value

    # -- files --

    def files(self, begun: str, endings: Sequence[str]) -> list[Suggestion]:
        """Return folders, and the files with one of *endings*, whose path begins so."""
        quote = begun[:1] if begun[:1] in "'\"" else ""
        written = begun[len(quote) :]
        folder, prefix = os.path.split(written)
        found = []
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            # RuntimeError: ``~name`` of nobody; ValueError: a name with a zero byte.
            where = Path(folder).expanduser() if folder else Path()
            with os.scandir(where) as entries:
                listed = list(itertools.islice(entries, _MOST_FILES))
            for entry in sorted(listed, key=lambda one: one.name.lower()):
                hidden = entry.name.startswith(".") and not prefix.startswith(".")
                if hidden or not entry.name.lower().startswith(prefix.lower()):
                    continue
                is_folder = entry.is_dir()
                ending = entry.name.rpartition(".")[2].lower()
                if is_folder or not endings or ending in endings:
                    text = written[: len(written) - len(prefix)] + entry.name + "/" * is_folder
                    found.append(
                        Suggestion(
                            _quoted(text, quote), "folder" if is_folder else f"{ending} file"
                        )
                    )
        return found

    # -- tasks and their buttons --

    def tasks(self) -> list[Suggestion]:
        """Return the ids of the latest tasks, newest first, with their words."""
        with contextlib.suppress(MJError, OSError):
            # A history that can't be read is no reason to break a person's typing.
            from mj_notebook.api.state import current_store  # history is read on first use

            return [
                Suggestion(one.task.id, one.prompt or one.task.prompt or one.kind or "task")
                for one in current_store().latest(_MOST_TASKS)
            ]
        return []

    def buttons(self, name: str) -> list[Suggestion] | None:
        """
        Return the buttons of the job *name*, of the last one for ""; None where it is no job.

        Those of a grid are known before it is drawn.
        """
        job = self._job(name or "_mj")
        if job is None:
            return None
        task = job.task
        if task is None or job.awaits_end:
            action = (task and task.action) or (job.request and action_of(job.request))
            return [_button(one) for one in grid_buttons("")] if action in GRID_ACTIONS else []
        return [_button(one) for one in available_buttons(task)]

    def is_package(self, name: str) -> bool:
        """Tell whether *name* is this package."""
        value = self._names.get(name)
        return isinstance(value, ModuleType) and value.__name__ == "mj_notebook"

    def _job(self, name: str) -> "Job | None":
        jobs = sys.modules.get("mj_notebook.session.job")
        found = _ITEM.fullmatch(name)
        if jobs is None or found is None:
            return None  # none was made yet
        value = self._names.get(found["name"])
        if found["number"] is not None:
            items = value if isinstance(value, list | tuple) else ()
            at = int(found["number"])
            value = items[at] if -len(items) <= at < len(items) else None
        return value if isinstance(value, jobs.Job) else None


def _settings() -> Settings:
    """Return what is set, without loading what is set with."""
    state = sys.modules.get("mj_notebook.api.state")
    if state is None:  # nothing was configured yet
        return read_settings(os.environ)[0]
    settings: Settings = state.settings_with_faults()[0]
    return settings


def _named(begun: str, names: Sequence[str], value: Any) -> Offered:
    """Return those of *names* that begin so and are values, with their types."""
    offers = []
    for name in sorted(names, key=str.lower):
        hidden = name.startswith("_") and not begun.startswith("_")
        if not hidden and name.startswith(begun):
            one = value(name)
            if not (isinstance(one, ModuleType | type) or callable(one)):
                kind = "" if isinstance(one, property) else type(one).__name__
                offers.append(Suggestion(name, kind or "value"))
    return Offered(begun, offers)


def _quoted(path: str, quote: str) -> str:
    """Return *path* as one word of a line."""
    quote = quote or ('"' if " " in path else "")
    return f"{quote}{path}" if path.endswith("/") else f"{quote}{path}{quote}"


def _button(button: "Button") -> Suggestion:
    """Return how *button* is called in a press: by the words on it, or by ours."""
    press = parse_custom_id(button.custom_id)
    key = press.kind.key if press and "{i}" not in press.kind.pattern else ""
    words = (one_line(button.label), key, button.custom_id)
    plain = (one for one in words if one and not set(one) & set("'\"\\\n"))
    return Suggestion(next(plain, caption(button)), accessible_name(button, gettext))
