"""The past: what was asked and made, where a task came from, what it has cost; nothing is sent."""

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mj_notebook.api import state
from mj_notebook.api.spend import Spend
from mj_notebook.api.state import current_settings, current_store
from mj_notebook.errors import Refused, TaskFailed, UsageError
from mj_notebook.language import translated
from mj_notebook.prompt.keywords import PromptParameters
from mj_notebook.session.board import Board, BoardRow
from mj_notebook.session.deleting import delete_tasks, refuse_open
from mj_notebook.session.gallery import FIELDS, GROUP, LIKE, Gallery, Progress
from mj_notebook.session.history import History, Lineage, small_pictures
from mj_notebook.session.job import Job
from mj_notebook.session.request_options import only_known
from mj_notebook.settings.argument_types import checked, spelled_by, spelled_like
from mj_notebook.store.annotations import unknown_task
from mj_notebook.store.deleting import Deletion
from mj_notebook.store.history import Store
from mj_notebook.store.lineage import read_tasks
from mj_notebook.store.timespec import end_of, start_of

if TYPE_CHECKING:
    from mj_notebook.view.difference import Difference


@only_known
@checked
@spelled_by(PromptParameters)
def history(
    text: str | None = None,
    *,
    action: str | Iterable[str] | None = None,
    status: str | Iterable[str] | None = None,
    since: Any = None,
    until: Any = None,
    server: str | Iterable[str] | None = None,
    parent: Job | str | Iterable[Job | str] | None = None,
    mode: str | Iterable[str] | None = None,
    user: str | Iterable[str] | None = None,
    rating: int | None = None,
    tag: str | Iterable[str] | None = None,
    sort: str | None = None,
    limit: int | None = None,
    **parameters: Any,
) -> History:
    """
    Return what was asked and what came of it, the newest first; nothing is sent anywhere.

    Args:
        text: Words, or the beginnings of words, of prompts and notes.
        action: "imagine", "upscale", …: one or several.
        status: "done", "failed", …: one or several; "open" for what is not final, and alone
            "unknown" for requests of which nobody knows whether there is a task.
        since: "2026-01", "3 days", "today", a date or a datetime.
        until: The same; "2026-01" means to the end of January.
        server: Its name in history: host and port, or "demo".
        parent: The task whose buttons made them: a job, an id, or several.
        mode: "fast", "turbo" or "relax".
        user: Who asked, where several people have one history.
        rating: This rating or a better one; 0 for what has none.
        tag: A tag, or several of which one is enough.
        sort: A column or a parameter: "rating" (the best first), "seed", "stylize desc"; else
            the newest are first.
        limit: How many at most.
        **parameters: What the prompt said: ``v="7"``, ``s=[0, 250]``, ``raw=True``, ``seed=7``.

    Raises:
        UsageError: One of them makes no sense.

    Example:
        >>> mj.history(since="3 days", limit=20)
    """
    return History.of(current_store()).where(
        text=text,
        action=action,
        status=status,
        since=since,
        until=until,
        server=server,
        parent=_ids(parent),
        mode=mode,
        user=user,
        rating=rating,
        tag=tag,
        sort=sort,
        limit=limit,
        **parameters,
    )


@checked
def lineage(task: "Job | str | int") -> Lineage:
    """
    Return where a task came from and what was made of it, as history knows it.

    Args:
        task: A job, or a task id.

    Raises:
        UsageError: History does not know it.

    Example:
        >>> mj.lineage(job)
    """
    if isinstance(task, Job):
        # With its server, as two proxies may give the same id.
        return Lineage.of(current_store(), *_id_and_server(task))
    return Lineage.of(current_store(), state.task_id_of(task))


@checked
def spend(since: Any = None, *, until: Any = None, by: str = "day") -> Spend:
    """
    Return what was asked for, what was replayed instead, and what that has cost.

    Servers don't tell what a task has cost: it is counted by the table of costs that is set.

    Args:
        since: "2026-01", "3 days", "today", a date or a datetime.
        until: The same; "2026-01" means to the end of January.
        by: "day", "notebook" or "user".

    Raises:
        UsageError: One of them makes no sense.

    Example:
        >>> mj.spend(by="day")
    """
    # One moment for both ends, so that "today" can't begin after it has ended.
    settings, now = current_settings(), time.time()
    charges = current_store().charges.read(
        None if since is None else start_of(since, now=now),
        None if until is None else end_of(until, now=now),
    )
    return Spend.of(charges, by=by, costs=settings.costs, refunds=settings.refunds)


# -- what a person thinks of it, and what goes --


@checked
def undo() -> str:
    """
    Take back the last rating, tag or note that was given in this kernel, and say which it was.

    What was done to several at once is taken back for all of them.

    Raises:
        UsageError: There is none.

    Example:
        >>> job.rate(4)
        >>> mj.undo()
    """
    return current_store().annotations.undo()


@checked
def delete(tasks: Any, *, yes: bool = False) -> Deletion:
    """
    Delete tasks from history and from the disk, after one question; nothing brings them back.

    Pictures that other tasks have too stay, as does what you saved elsewhere. What the tasks have
    cost is still told by `spend`. Their cells draw anew when they are run again.

    Args:
        tasks: A job, a task id, several of these, or a history:
            ``mj.delete(mj.history(rating=1))``.
        yes: Ask nothing, as for a run without a person.

    Raises:
        UsageError: One of them is not finished or unknown, or nobody is there to be asked.

    Example:
        >>> mj.delete(job, yes=True)
    """
    store = current_store()
    return delete_tasks(store, _numbers_of(tasks, store), yes=yes)


def _numbers_of(tasks: Any, store: Store) -> list[int]:
    if isinstance(tasks, History):
        # What a file tells was never in this history; a task of the same id here is another one.
        if tasks.store is None:
            raise UsageError(
                translated("A history read from a file can't be deleted from."),
                hint=translated("Delete the file."),
            )
        return tasks.numbers
    listed = [tasks] if isinstance(tasks, Job | str) or not isinstance(tasks, Iterable) else tasks
    return [_number_of(one, store) for one in listed]


def _number_of(task: Any, store: Store) -> int:
    if isinstance(task, Job):
        refuse_open(task)
    task_id, server = _task_and_server(task)
    # Only an id was given: history says whose it is, as long as one server alone has it.
    server = server or store.queries.home_of(task_id)
    number = store.queries.number_of(server, task_id) if server else None
    if number is None:
        raise unknown_task((server or "", task_id))
    return number


# -- several at once --


@checked
def board(
    rows: Iterable[BoardRow] | Job = (), *, labels: Sequence[str] | None = None, title: str = ""
) -> Board:
    """
    Show many jobs in one place: as the value of a cell it is one live grid.

    Args:
        rows: Jobs, or one; more can be added later with ``board.put(job)``.
        labels: What they are called, by default what was asked.
        title: What it is about.

    Raises:
        UsageError: One of the rows is no job, or there are not as many labels.

    Example:
        >>> mj.board([job])
    """
    # A job is iterable as well, picture by picture.
    rows = [rows] if isinstance(rows, Job) else rows
    return Board(rows, worker=state.current_worker(), labels=labels, title=title)


@only_known
@spelled_like(history)
@checked
def gallery(
    text: str | None = None,
    *,
    group: str | None = None,
    like: "Job | str | None" = None,
    **wanted: Any,
) -> Gallery:
    """
    Show history as pictures: as the value of a cell it can be filtered, compared and opened.

    Args:
        text: Words, or the beginnings of words, of prompts and notes.
        group: What stands together: "prompt", a column or a parameter.
        like: A job or a task id: only what looks nearly like its picture, the likest first.
        **wanted: As for `history`: *action*, *status*, *since*, *until*, *server*, *parent*,
            *mode*, *user*, *rating*, *tag*, *sort*, *limit* and parameters of the prompt.

    Raises:
        UsageError: One of them makes no sense.

    Example:
        >>> mj.gallery("kite", group="prompt")
    """
    wanted = {"text": text, **wanted}
    # What is one word can be changed in the gallery; the rest holds for all that is asked there.
    if isinstance(rating := wanted.get("rating"), int) and not isinstance(rating, bool):
        wanted["rating"] = str(rating)
    # Only words: the gallery's fields hold text, and a list could not be shown in one.
    asked = {name: wanted.pop(name) for name in FIELDS if isinstance(wanted.get(name), str)}
    asked[GROUP] = group or ""
    if like is not None:
        if isinstance(like, Job):
            # Its picture is what is compared: it must be there first.
            like.wait()
        asked[LIKE] = " ".join(filter(None, _task_and_server(like)))
    made = Gallery(
        history(**wanted),
        asked,
        worker=state.current_worker(),
        find_job=state.job,
        find_similar=_near_duplicates,
    )
    made.find(made.filters)  # what makes no sense is told now
    return made


def _near_duplicates(
    among: History, task: str, server: str | None, progress: Progress | None
) -> History:
    from mj_notebook.api.measure import near_duplicates  # looks for measures with the first one

    return near_duplicates(among, task, server, progress=progress)


@checked
def diff(a: "Job | str | int", b: "Job | str | int") -> "Difference":
    """
    Put two tasks beside each other: what was asked, sent and observed, and what differs.

    Nothing is sent anywhere: history tells it, with the seed when it was asked for once. What
    a job still draws is waited for.

    Args:
        a: A job, or a task id.
        b: The other one.

    Raises:
        UsageError: One of them is no task that history knows.

    Example:
        >>> mj.diff(job, job.press("V1").wait())
    """
    from mj_notebook.view.difference import difference_of

    for job in (a, b):
        if isinstance(job, Job):
            with suppress(Refused, TaskFailed):  # how it failed is compared as well
                job.wait()
    # After the waiting, as settings may have changed meanwhile.
    store = state.current_store()
    (one, other), names = read_tasks(store.queries, map(_task_and_server, (a, b)))
    small = small_pictures(store, (one, other))
    pictures = (small.get(one["sha256"] or ""), small.get(other["sha256"] or ""))
    return replace(difference_of(one, other, names), pictures=pictures)


def _task_and_server(task: Job | str | int) -> tuple[str, str | None]:
    """Return the id of a task, and its server where that is known."""
    return _id_and_server(task) if isinstance(task, Job) else (state.task_id_of(task), None)


def _ids(parents: Any) -> Any:
    """Return *parents* with jobs as their ids; whatever else it is, filters look at it."""
    if isinstance(parents, Job):
        return _id_and_server(parents)[0]
    if parents is None or isinstance(parents, str) or not isinstance(parents, Iterable):
        return parents
    return [_ids(one) for one in parents]


def _id_and_server(job: Job) -> tuple[str, str]:
    """Return the id of *job*'s task, once the server has given it one, and its server."""
    return job.id or str(job.accepted().id), job.server
