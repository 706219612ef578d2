"""The past: what was asked and made, where a task came from, what it has cost; nothing is sent."""

import time
from collections.abc import Iterable
from typing import Any

from mj_notebook.browsing import History, Lineage
from mj_notebook.current import current_settings, current_store
from mj_notebook.errors import UsageError
from mj_notebook.jobs import Job
from mj_notebook.spending import Spend
from mj_notebook.store.timespec import begin_of, end_of


def history(
    text: str | None = None,
    *,
    action: str | Iterable[str] | None = None,
    status: str | Iterable[str] | None = None,
    since: Any = None,
    until: Any = None,
    server: str | Iterable[str] | None = None,
    parent: str | Iterable[str] | None = None,
    mode: str | Iterable[str] | None = None,
    rating: int | None = None,
    limit: int | None = None,
) -> History:
    """
    Return what was asked and what came of it, the newest first; nothing is sent anywhere.

    Args:
        text: Words, or the beginnings of words, of prompts and notes.
        action: "imagine", "upscale", …: one or several.
        status: "success", "failure", …: one or several; "open" for what is not final.
        since: "2026-01", "3 days", "today", a date or a datetime.
        until: The same; "2026-01" means to the end of January.
        server: Its name in history: host and port, or "demo".
        parent: The task whose buttons made them.
        mode: "fast", "turbo" or "relax".
        rating: This rating or a better one.
        limit: How many at most.

    Raises:
        UsageError: One of them makes no sense.
    """
    return History.of(current_store()).where(
        text=text, action=action, status=status, since=since, until=until, server=server,
        parent=parent, mode=mode, rating=rating, limit=limit,
    )  # fmt: skip


def lineage(task: Job | str) -> Lineage:
    """
    Return where a task came from and what was made of it, as history knows it.

    Args:
        task: A job, or a task id.

    Raises:
        UsageError: History does not know it.
    """
    if isinstance(task, Job):
        if task.id is None:
            raise UsageError("The task is not accepted yet.", hint="Try again in a moment.")
        return Lineage.of(current_store(), task.id, task.home)
    return Lineage.of(current_store(), str(task))


def spend(since: Any = None, *, until: Any = None, by: str = "day") -> Spend:
    """
    Return what was asked for, what was replayed instead, and what that has cost.

    Servers don't tell what a task has cost: it is counted by the table of costs that is set.

    Args:
        since: "2026-01", "3 days", "today", a date or a datetime.
        until: The same; "2026-01" means to the end of January.
        by: "day" or "notebook".

    Raises:
        UsageError: One of them makes no sense.
    """
    settings, now = current_settings(), time.time()
    charges = current_store().charges(
        None if since is None else begin_of(since, now=now),
        None if until is None else end_of(until, now=now),
    )
    return Spend.of(charges, by=by, costs=settings.costs, refunds=settings.refunds)
