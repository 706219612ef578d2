"""
The notifier: posts each change of a task to the address that its request named.

That is the callback, or hook, of protocol/README.md §6.
"""

import asyncio
import logging
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from mj_notebook.protocol.vocabulary import FINAL, Status
from mj_notebook.server.engine.phases import Phase
from mj_notebook.server.tasks.registry import TaskRegistry, TaskState

EVERYWHERE = "*"
"""Stands for every host among those that may be called."""

# The size of the open proxy's pool (protocol/README.md §6).
_WORKERS = 10
# Seconds; a listener that takes longer must not keep a thread from the others.
_TIMEOUT = 5.0
# Seconds between two polls of the registry; a phase of a grid is longer.
_INTERVAL = 0.1
# The numbers of trueai's statuses, between which progress adds a fraction (protocol/README.md §6).
_ORDER: dict[str, int] = {
    Status.SUBMITTED: 1,
    Status.IN_PROGRESS: 3,
    Status.FAILURE: 4,
    Status.SUCCESS: 5,
    Status.CANCEL: 5,
}
_log = logging.getLogger("mj_notebook.server")


def may_call(url: str, hosts: frozenset[str]) -> bool:
    """Tell whether *url* leads to one of *hosts*: no request may send this server anywhere."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return is_web and (EVERYWHERE in hosts or parts.hostname in hosts)


def order_of(phase: Phase) -> float:
    """Return a number that only grows as a task goes on; 0 while there is nothing to post."""
    share = (phase.percent or 0) / 100 if phase.status == Status.IN_PROGRESS else 0
    return _ORDER.get(phase.status, 0) + share


class Notifier:
    """
    Watches the tasks with a hook, in the server's loop; ten threads post.

    A task's changes are posted one after the other, so they arrive in order; of those that come
    while one is on its way, only the newest is posted. One server posts nothing twice; a server
    that goes on with another's journal posts first where each task stands, so an end that nobody
    was notified of is posted then. Only the statuses and percentages in *repeated* are posted
    twice. *write* returns the JSON of a task for who reaches the server at an address.
    """

    def __init__(
        self,
        registry: TaskRegistry,
        write: Callable[[TaskState, str], bytes],
        hosts: frozenset[str],
        *,
        repeated: frozenset[tuple[Status, int]] = frozenset(),
    ) -> None:
        self._registry = registry
        self._repeated = repeated
        self._write = write
        self._hosts = hosts
        # By the task's id: the address of this server, the last order posted, the post under way.
        self._watched: dict[str, str] = {}
        self._posted: dict[str, float] = {}
        self._posting: dict[str, Future[None]] = {}
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="mj-notifier")
        self._watching: asyncio.Task[None] | None = None
        self._is_closed = False

    def watch_new(self, base_url: str) -> None:
        """Watch the tasks that were accepted since the last call, while there are any to watch."""
        self._watched.update(dict.fromkeys(self._registry.pop_new_hooked(), base_url))
        # A request that was under way while the server stopped must not start the loop again.
        if self._is_closed:
            return
        if self._watched and (self._watching is None or self._watching.done()):
            self._watching = asyncio.get_running_loop().create_task(self._watch())

    def close(self) -> None:
        """Stop; what is on its way arrives, nothing more is posted."""
        self._is_closed = True
        self._watched.clear()
        if self._watching:
            self._watching.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _watch(self) -> None:
        while self._watched:
            try:
                for state in self._registry.find_all(tuple(self._watched)):
                    self._notify(state)
            except OSError as error:
                # A full disk is no reason to leave all the others without their callbacks.
                _log.warning("The journal can't be used: %s", error)
            await asyncio.sleep(_INTERVAL)

    def _notify(self, state: TaskState) -> None:
        task, phase = state
        id_, hook, order = task.id, task.accepted.hook or "", order_of(phase)
        before = self._posting.get(id_)
        # One at a time: with two under way, the newer could arrive first.
        if before and not before.done():
            return
        if order <= self._posted.get(id_, 0):
            # The post has ended by now, so the end has been posted, heard or not.
            if phase.status in FINAL:
                self._unwatch(id_)
                self._registry.mark_notified(id_)
            return
        if not may_call(hook, self._hosts):
            host = urlsplit(hook).hostname
            if host:
                _log.warning("A callback to another host is not allowed: %s", host)
            else:
                _log.warning("A notifyHook names no host, so nothing can be called.")
            self._unwatch(id_)
            return
        body = self._write(state, self._watched[id_])
        # Before the post: it counts as posted whether it arrives or not, for there is no second.
        self._posted[id_] = order
        times = 2 if (phase.status, phase.percent) in self._repeated else 1
        self._posting[id_] = self._pool.submit(_post, hook, body, times)

    def _unwatch(self, id_: str) -> None:
        for by_id in (self._watched, self._posted, self._posting):
            by_id.pop(id_, None)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it could lead where calling isn't allowed."""

    def redirect_request(self, *_: Any) -> None:
        """Return nothing to go on with."""


# No proxy of the environment either: what may be called is decided by `may_call` alone.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def _post(url: str, body: bytes, times: int) -> None:
    """Post *body*: as in the family, there is no second try for a listener that is away."""
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at in `may_call`
        url, body, {"content-type": "application/json"}, method="POST"
    )
    for _ in range(times):
        try:
            with _OPENER.open(request, timeout=_TIMEOUT):
                pass
        except (URLError, OSError, ValueError) as error:
            _log.warning("A callback did not arrive: %s", error)
