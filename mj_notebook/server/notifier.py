"""The notifier: tells each change of a task to the address its request named (sheet 6)."""

import asyncio
import logging
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from mj_notebook.protocol.vocabulary import FINAL, Status
from mj_notebook.server.phases import Phase
from mj_notebook.server.register import Register, Standing
from mj_notebook.server.written import WrittenTasks

EVERYWHERE = "*"
_WORKERS = 10
_TIMEOUT = 5.0
_INTERVAL = 0.1
_ORDER: dict[str, int] = {
    Status.SUBMITTED: 1, Status.IN_PROGRESS: 3, Status.FAILURE: 4, Status.SUCCESS: 5,
    Status.CANCEL: 5,
}  # fmt: skip
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
    """Return a number that only grows as a task goes on; 0 while there is nothing to tell."""
    share = (phase.percent or 0) / 100 if phase.status == Status.IN_PROGRESS else 0
    return _ORDER.get(phase.status, 0) + share


class Notifier:
    """
    Follows the tasks with a hook, in the server's loop; ten threads post.

    A task's changes are posted one after the other, so they arrive in order; those that come
    while one is on its way are told by the newest of them. One server posts nothing twice; a
    server that goes on with another's journal tells first where each task stands, so an end that
    nobody was told is told then.
    """

    def __init__(self, register: Register, written: WrittenTasks, hosts: frozenset[str]) -> None:
        self._register = register
        self._written = written
        self._hosts = hosts
        self._open: dict[str, str] = {}
        self._told: dict[str, float] = {}
        self._under_way: dict[str, Future[None]] = {}
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="mj-notifier")
        self._following: asyncio.Task[None] | None = None
        self._is_closed = False

    def wake(self, base_url: str) -> None:
        """Take in the tasks that were accepted since, and follow them while there are any."""
        self._open.update(dict.fromkeys(self._register.newly_hooked(), base_url))
        if self._is_closed:
            return
        if self._open and (self._following is None or self._following.done()):
            self._following = asyncio.get_running_loop().create_task(self._follow())

    def close(self) -> None:
        """Stop; what is on its way arrives, nothing more is told."""
        self._is_closed = True
        self._open.clear()
        if self._following:
            self._following.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _follow(self) -> None:
        while self._open:
            try:
                for task in self._register.standings(tuple(self._open)):
                    self._tell(task)
            except OSError as error:
                # A full disk is no reason to leave all the others without their callbacks.
                _log.warning("The journal can't be used: %s", error)
            await asyncio.sleep(_INTERVAL)

    def _tell(self, task: Standing) -> None:
        work, phase = task
        id_, hook, order = work.id, work.accepted.hook or "", order_of(phase)
        before = self._under_way.get(id_)
        if before and not before.done():
            return
        if order <= self._told.get(id_, 0):
            if phase.status in FINAL:
                self._forget(id_)
                self._register.told(id_)
            return
        if not may_call(hook, self._hosts):
            _log.warning("A callback to another host is not allowed: %s", urlsplit(hook).hostname)
            self._forget(id_)
            return
        body = self._written.one(task, self._open[id_])
        self._told[id_] = order
        self._under_way[id_] = self._pool.submit(_post, hook, body)

    def _forget(self, id_: str) -> None:
        for kept in (self._open, self._told, self._under_way):
            kept.pop(id_, None)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it could lead where calling isn't allowed."""

    def redirect_request(self, *_: Any) -> None:
        """Return nothing to go on with."""


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def _post(url: str, body: bytes) -> None:
    """Post *body*; who doesn't listen has missed it, there is no second time."""
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at in `may_call`
        url, body, {"content-type": "application/json"}, method="POST"
    )
    try:
        with _OPENER.open(request, timeout=_TIMEOUT):
            pass
    except (URLError, OSError, ValueError) as error:
        _log.warning("A callback did not arrive: %s", error)
