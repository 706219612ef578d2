"""Overviews: several jobs at once: a board of jobs, a gallery of history, two that differ."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from mj_notebook import current, past
from mj_notebook.boards import Board, Row
from mj_notebook.errors import UsageError
from mj_notebook.galleries import FIELDS, Gallery
from mj_notebook.jobs import Job
from mj_notebook.store.lineage import read_tasks

if TYPE_CHECKING:
    from mj_notebook.view.difference import Difference


def board(
    rows: Iterable[Row] = (), *, labels: Sequence[str] | None = None, title: str = ""
) -> Board:
    """
    Show many jobs in one place: as the value of a cell it is one live grid.

    Args:
        rows: Jobs; more can be added later with ``board.put(job)``.
        labels: What they are called, by default what was asked.
        title: What it is about.

    Raises:
        UsageError: One of the rows is no job, or there are not as many labels.
    """
    if isinstance(rows, str) or not isinstance(rows, Iterable):
        raise UsageError(f"{rows!r} is no list of jobs.", hint="Write mj.board([job, …]).")
    return Board(rows, worker=current.current_worker(), labels=labels, title=title)


def gallery(text: str | None = None, **wanted: Any) -> Gallery:
    """
    Show history as pictures: as the value of a cell it can be filtered, compared and opened.

    Args:
        text: Words, or the beginnings of words, of prompts and notes.
        **wanted: As for `history`: ``action="upscale"``, ``since="3 days"``, ….

    Raises:
        UsageError: One of them makes no sense.
    """
    wanted = {"text": text, **wanted}
    # What is one word can be changed in the gallery; the rest holds for all that is asked there.
    asked = {name: wanted.pop(name) for name in FIELDS if isinstance(wanted.get(name), str)}
    made = Gallery(
        past.history(**wanted), asked, worker=current.current_worker(), find_job=current.job
    )
    made.find(made.asked)  # what makes no sense is told now
    return made


def diff(a: Job | str, b: Job | str) -> "Difference":
    """
    Put two tasks beside each other: what was asked, sent and observed, and what differs.

    Nothing is sent anywhere: history tells it, with the seed when it was asked for once.

    Args:
        a: A job, or a task id.
        b: The other one.

    Raises:
        UsageError: One of them is no task that history knows.
    """
    from mj_notebook.view.difference import difference_of

    (one, other), names = read_tasks(current.current_store().reading, map(_place, (a, b)))
    return difference_of(one, other, names)


def _place(task: Job | str) -> tuple[str, str | None]:
    """Return the id of a task, and its server where that is known."""
    if isinstance(task, str):
        return task, None
    if not isinstance(task, Job):
        raise UsageError(f"{task!r} is no task.", hint="Write mj.diff(job, other), or their ids.")
    if task.id is None:
        raise UsageError("The task is not accepted yet.", hint="Try again in a moment.")
    return task.id, task.home
