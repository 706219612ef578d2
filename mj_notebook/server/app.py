"""The web application: routes to the desk, tasks to JSON, paintings to pictures."""

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mj_notebook._version import __version__
from mj_notebook.protocol import requests
from mj_notebook.protocol.bodies import WrongBody, read_ids, read_request
from mj_notebook.protocol.media import PNG, media_of
from mj_notebook.protocol.requests import Action, Describe, Imagine, Modal, Shorten
from mj_notebook.protocol.routes import ROUTES
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.analyst import look_at
from mj_notebook.server.config import Config
from mj_notebook.server.desk import Desk
from mj_notebook.server.gate import MODE_KEY, Gate, error_page
from mj_notebook.server.journal import FileJournal, MemoryJournal
from mj_notebook.server.paintings import Paintings
from mj_notebook.server.phases import FIRST_PREVIEW, PROGRESS
from mj_notebook.server.presses import Presses
from mj_notebook.server.references import References
from mj_notebook.server.register import Register, Standing
from mj_notebook.server.replies import FAILED, UNKNOWN_404, Reply, refusal
from mj_notebook.server.sights import Sight
from mj_notebook.server.written import WrittenTasks

# Names, addresses and a port; anything else would be repeated to others as part of an address.
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[\da-fA-F:.]+\](:\d+)?", re.ASCII)
Endpoint = Callable[[Request], Awaitable[Response]]

_Asked = TypeVar("_Asked", bound=requests.Request)

# Longer bodies are read in a thread, so that others are answered meanwhile.
_LONG_BODY = 2**20
# From here on a picture will be asked for within seconds.
_PAINT_AHEAD_FROM = 46


def create_app(config: Config) -> Starlette:
    """
    Return the embedded server as an ASGI application.

    It holds threads and files: call `Counter.close`, at ``app.state.counter``, when it is not
    needed any more.
    """
    counter = Counter(config)
    routes = [
        Route(route.path, counter.endpoints[route.name], methods=[route.method])
        for route in ROUTES
        if route.name in counter.endpoints
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Gate, config=config)],
        exception_handlers={
            HTTPException: _http_error,
            WrongBody: _wrong_body,
            OSError: _broken,
        },
    )
    app.router.redirect_slashes = False
    app.state.counter = counter
    return app


class Counter:
    """Where requests are taken and answers handed out."""

    def __init__(self, config: Config) -> None:
        folder = config.folder
        journal = FileJournal(folder, config.now()) if folder else MemoryJournal()
        self._register = Register(config, journal)
        self._desk = Desk(self._register)
        self._presses = Presses(self._register)
        self._references = References(folder)
        self._paintings = Paintings(config.picture_side, folder, references=self._references)
        self._written = WrittenTasks(config.picture_side)
        self.endpoints: dict[str, Endpoint] = {
            "imagine": self.imagine,
            "describe": self.describe,
            "shorten": self.shorten,
            "action": self.action,
            "modal": self.modal,
            "fetch": self.fetch,
            "image_seed": self.image_seed,
            "cancel": self.cancel,
            "list_by_condition": self.some_tasks,
            "list_by_ids": self.some_tasks,
            "task_list": self.all_tasks,
            "task_queue": self.queue,
            "image": self.image,
            "health": self.health,
        }

    def close(self) -> None:
        """Stop painting and let go of the journal."""
        self._paintings.close()
        self._register.close()

    async def imagine(self, request: Request) -> Response:
        """Take an imagine."""
        asked = await _asked(Imagine, request)
        pictures = await self._kept(asked.base64_array)
        return _replied(self._desk.imagine(asked, request.scope[MODE_KEY], pictures))

    async def describe(self, request: Request) -> Response:
        """Take a describe, and look at its picture."""
        asked = await _asked(Describe, request)
        pictures = await self._kept((asked.base64,) if asked.base64 else ())
        sight = await run_in_threadpool(self._look_at, pictures)
        return _replied(self._desk.describe(asked, request.scope[MODE_KEY], pictures, sight))

    async def shorten(self, request: Request) -> Response:
        """Take a shorten."""
        asked = await _asked(Shorten, request)
        return _replied(self._desk.shorten(asked, request.scope[MODE_KEY]))

    async def action(self, request: Request) -> Response:
        """Take the press of a button."""
        asked = await _asked(Action, request)
        return _replied(self._presses.action(asked, request.scope[MODE_KEY]))

    async def modal(self, request: Request) -> Response:
        """Take the answer to a window."""
        asked = await _asked(Modal, request)
        pictures = await self._kept((asked.mask_base64,) if asked.mask_base64 else ())
        return _replied(self._presses.modal(asked, pictures))

    async def cancel(self, request: Request) -> Response:
        """Cancel a task."""
        return _replied(self._desk.cancel(request.path_params["id"]))

    async def image_seed(self, request: Request) -> Response:
        """Tell a seed."""
        return _replied(self._desk.seed(request.path_params["id"]))

    async def fetch(self, request: Request) -> Response:
        """Show one task."""
        task = self._register.standing(request.path_params["id"])
        if task is None:
            return _replied(UNKNOWN_404)
        self._paint_ahead(task)
        return _json(self._written.one(task, _base_url(request)))

    async def some_tasks(self, request: Request) -> Response:
        """Show the tasks that were asked for."""
        return self._shown(request, self._register.standings(read_ids(await request.body())))

    async def all_tasks(self, request: Request) -> Response:
        """Show all tasks, the newest first."""
        return self._shown(request, self._register.everything())

    async def queue(self, request: Request) -> Response:
        """Show what waits or runs."""
        return self._shown(request, self._register.queue())

    async def image(self, request: Request) -> Response:
        """Hand out a picture: the finished one, or how far it has come."""
        task = self._register.standing(request.path_params["id"])
        shown = _percent_shown(task, request.query_params.get("progress")) if task else None
        shot = task.work.shot if task else None
        if shot is None or shown is None:
            return _json(b'{"error":"midjourney_task_not_found"}', 404)
        if shown == 100:
            content = await self._paintings.picture(shot)
        else:
            content = await self._paintings.preview(shot, shown)
        headers = {"cache-control": "public, max-age=86400"}
        return Response(content, media_type=(media_of(content) or PNG).mime, headers=headers)

    async def health(self, request: Request) -> Response:
        """Say that the server is there."""
        del request
        return _json(f'{{"status":"UP","server":"mj-notebook","version":"{__version__}"}}'.encode())

    async def _kept(self, pictures: tuple[str, ...]) -> tuple[str, ...] | None:
        return await run_in_threadpool(self._references.keep, pictures) if pictures else ()

    def _look_at(self, pictures: tuple[str, ...] | None) -> Sight | None:
        return look_at(self._references.get(pictures[0])) if pictures else None

    def _shown(self, request: Request, tasks: list[Standing]) -> Response:
        for task in tasks:
            self._paint_ahead(task)
        return _json(self._written.many(tasks, _base_url(request)))

    def _paint_ahead(self, task: Standing) -> None:
        """Begin the picture of a task whose end is near, so that it is there with SUCCESS."""
        percent = task.phase.percent or 0
        if task.phase.status == Status.IN_PROGRESS and percent >= _PAINT_AHEAD_FROM:
            shot = task.work.shot
            if shot is not None:
                self._paintings.ahead(shot)


def _percent_shown(task: Standing, asked: str | None) -> int | None:
    """Return how far the picture is shown; None when there is nothing to see (yet)."""
    reached = task.phase.percent or 0
    wanted = int(asked) if asked and asked.isascii() and asked.isdigit() else 100
    if task.phase.status == Status.SUCCESS and not asked:
        return 100
    steps = [step for step in PROGRESS if FIRST_PREVIEW <= step <= min(reached, wanted)]
    return max(steps, default=None)


async def _asked(kind: type[_Asked], request: Request) -> _Asked:
    body = await request.body()
    if len(body) > _LONG_BODY:
        return await run_in_threadpool(read_request, kind, body)
    return read_request(kind, body)


def _base_url(request: Request) -> str:
    """Return the address under which this client reaches the server."""
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        name, port = request.scope.get("server") or ("127.0.0.1", None)
        host = f"{name}:{port}" if port else name
    return f"{request.scope['scheme']}://{host}"


def _json(body: bytes, status: int = 200) -> Response:
    return Response(body, status, media_type="application/json")


def _replied(reply: Reply) -> Response:
    return _json(reply.body, reply.status)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    page = error_page(error.status_code, request.scope["path"])
    page.headers.update(error.headers or {})
    return page


async def _wrong_body(request: Request, error: Exception) -> Response:
    del request
    return _replied(refusal(str(error), status=400))


async def _broken(request: Request, error: Exception) -> Response:
    """Answer when the journal can't be written: nothing was accepted."""
    del request, error
    return _replied(FAILED)
