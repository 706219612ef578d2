"""What a person thinks of tasks: ratings, tags and notes; each change can be taken back."""

import threading
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.protocol.visible_text import one_line
from mj_notebook.store.annotation_values import (
    Annotation,
    read_note,
    read_rating,
    read_tag,
    read_tags,
    with_tag,
    without_tag,
)
from mj_notebook.store.connection import HistoryDatabase

TaskKey = tuple[str, str]
"""A task by the name of its server and its id."""

# Each holds what was there before of all tasks that were changed at once, which may be thousands;
# nobody takes back more by hand.
_MOST_UNDONE = 500


Changed = Mapping[TaskKey, Annotation | None]
"""What is thought of tasks now; None of one that was deleted."""

Listener = Callable[[Changed], object]
_Value = int | str | None


class _Change(NamedTuple):
    """What was in a column before it was changed, and what that was called."""

    column: str
    before: Mapping[TaskKey, _Value]
    said: str


class ChangeLog:
    """
    What this process changed in one history, for whoever shows it and for taking it back.

    All that have one history open share it, however often that is open.
    """

    def __init__(self) -> None:
        self.changes: deque[_Change] = deque(maxlen=_MOST_UNDONE)
        self._listeners: dict[int, Listener] = {}
        # Only the table of listeners is guarded: they are called outside of it, since one may end
        # itself, or write the next change.
        self._lock = threading.Lock()
        self._number = 0

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call *listener* with what was changed, on the thread that did; return what ends that."""
        with self._lock:
            self._number += 1
            number = self._number
            self._listeners[number] = listener
        return lambda: self._forget(number)

    def _forget(self, number: int) -> None:
        with self._lock:
            self._listeners.pop(number, None)

    def notify(self, changed: Changed) -> None:
        """Tell of what was changed."""
        with self._lock:
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener(changed)


# Weak, so that the log goes with the last history that has the folder open: a kernel may open a
# thousand histories after each other, as tests and batches do.
_LOGS: "weakref.WeakValueDictionary[Path, ChangeLog]" = weakref.WeakValueDictionary()
# Two threads that open one history at once must get one log, or one would not see the other.
_LOGS_LOCK = threading.Lock()


def change_log(folder: Path) -> ChangeLog:
    """Return the log of the history in *folder*."""
    with _LOGS_LOCK:
        log = _LOGS.get(folder)
        if log is None:
            log = _LOGS[folder] = ChangeLog()
        return log


class Annotations:
    """
    Rates, tags and notes the tasks of a history; callable from any thread.

    What is done at once is taken back at once. Each raises `UsageError` when history does not know
    one of the tasks; nothing is changed then.
    """

    def __init__(self, database: HistoryDatabase, folder: Path) -> None:
        self._database = database
        self.log = change_log(folder)

    def rate(self, tasks: Sequence[TaskKey], rating: int) -> None:
        """Rate *tasks* from 1 to 5; 0 takes the rating away."""
        value = read_rating(rating) or None
        self._change("rating", tasks, lambda _: value, f"the rating {rating}")

    def tag(self, tasks: Sequence[TaskKey], tag: str) -> None:
        """Add a tag to *tasks*."""
        word = read_tag(tag)
        self._change("tags", tasks, lambda old: with_tag(old, word), f"the tag {word!r}")

    def untag(self, tasks: Sequence[TaskKey], tag: str) -> None:
        """Take a tag off *tasks*."""
        word = read_tag(tag)
        self._change(
            "tags", tasks, lambda old: without_tag(old, word), f"taking off the tag {word!r}"
        )

    def note(self, tasks: Sequence[TaskKey], text: str) -> None:
        """Write a note to *tasks*, in place of the one before; "" takes it away."""
        value = read_note(text) or None
        self._change("notes", tasks, lambda _: value, "the note")

    def undo(self) -> str:
        """Take back the last change that this process made, and say which it was."""
        count = 0
        while not count:  # of what was deleted meanwhile nothing is left to take back
            try:
                # Taken out before it is written: two who take back at once take back two changes,
                # not one twice.
                change = self.log.changes.pop()
            except IndexError:
                raise UsageError(
                    translated("Nothing was rated, tagged or noted here that could be taken back."),
                    hint=translated("It is kept as long as the kernel runs."),
                ) from None
            count = self._take_back(change)
        return (
            translated("Took back {what} of {count} tasks.", what=change.said, count=count)
            if count > 1
            else translated("Took back {what}.", what=change.said)
        )

    def _take_back(self, change: _Change) -> int:
        """Write what was there before *change*, and return of how many tasks."""
        try:
            before = change.before
            return len(self._write(change.column, before, lambda _, key: before[key]))
        except BaseException:
            # A busy history took nothing back, so the change must still be there for the next try.
            self.log.changes.append(change)
            raise

    def of(self, tasks: Sequence[TaskKey]) -> dict[TaskKey, Annotation]:
        """Return what is thought of *tasks*, of those that history knows."""
        found = {}
        for key in tasks:
            for rating, tags, notes in self._database.read(_READ, key):
                found[key] = Annotation(rating, read_tags(tags), notes or "")
        return found

    def tags(self) -> list[str]:
        """Return all tags of history, in the order of the alphabet."""
        rows = self._database.read("SELECT DISTINCT tags FROM tasks WHERE tags IS NOT NULL")
        return sorted({tag for (tags,) in rows for tag in read_tags(tags)})

    def _change(
        self, column: str, tasks: Sequence[TaskKey], new: Callable[[_Value], _Value], said: str
    ) -> None:
        keys = dict.fromkeys(tasks)
        before = self._write(column, keys, lambda old, _: new(old), must_know=True)
        self.log.changes.append(_Change(column, before, said))

    def _write(
        self,
        column: str,
        keys: Mapping[TaskKey, object],
        new: Callable[[_Value, TaskKey], _Value],
        *,
        must_know: bool = False,
    ) -> dict[TaskKey, _Value]:
        """Set *column* of tasks at once, as kernels share it, and return what was there."""
        before: dict[TaskKey, _Value] = {}
        with self._database.transaction() as connection:
            for key in keys:
                row = connection.execute(_ONE[column], key).fetchone()
                if row is not None:
                    before[key] = row[0]
                elif must_know:
                    raise unknown_task(key)
            connection.executemany(
                _SET[column], [(new(old, key), *key) for key, old in before.items()]
            )
        self.log.notify(self.of(list(before)))
        return before


_COLUMNS = ("rating", "tags", "notes")
_WHICH = "WHERE server = ? AND task_id = ?"
_READ = f"SELECT {', '.join(_COLUMNS)} FROM tasks {_WHICH}"  # noqa: S608 - our own words
_ONE = {name: f"SELECT {name} FROM tasks {_WHICH}" for name in _COLUMNS}  # noqa: S608
# Notes are among the words that are searched.
_SET = {
    name: f"UPDATE tasks SET {name} = ?{', is_indexed = FALSE' if name == 'notes' else ''} {_WHICH}"  # noqa: S608
    for name in _COLUMNS
}


def unknown_task(key: TaskKey) -> UsageError:
    """Return the error for a task that history does not know."""
    return UsageError(
        translated("History does not know the task {one_line!r}.", one_line=one_line(key[1])[:40]),
        hint=translated(
            "mj.job(id) brings it in from the proxy; mj.history() lists what is there."
        ),
    )
