"""The web application: routes to the desk, tasks to JSON, paintings to pictures."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mj_notebook._version import __version__
from mj_notebook.protocol.media import PNG, media_of
from mj_notebook.protocol.models import write_account, write_accounts
from mj_notebook.protocol.request_bodies import WrongBody, read_ids
from mj_notebook.protocol.routes import ROUTES
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server import openapi
from mj_notebook.server.accounts import DemoAccount, NoAccount
from mj_notebook.server.config import Config
from mj_notebook.server.desk import Desk
from mj_notebook.server.dialects import PLUS, dialect_of
from mj_notebook.server.displays import with_displays
from mj_notebook.server.edge import spoken
from mj_notebook.server.exchange import base_url, json_response, replied
from mj_notebook.server.gate import Gate, error_page
from mj_notebook.server.journal import FileJournal, MemoryJournal
from mj_notebook.server.notifier import Notifier
from mj_notebook.server.paintings import Paintings
from mj_notebook.server.phases import FIRST_PREVIEW, PROGRESS
from mj_notebook.server.references import References
from mj_notebook.server.register import Register, Standing
from mj_notebook.server.replies import (
    FAILED,
    NO_ACCOUNT,
    UNKNOWN_404,
    refusal,
    unknown_account,
)
from mj_notebook.server.shots import Given, film_of
from mj_notebook.server.spoiled import spoiled
from mj_notebook.server.submissions import Submissions
from mj_notebook.server.trouble import Trouble
from mj_notebook.server.written import RetoldTasks, WrittenTasks

Endpoint = Callable[[Request], Awaitable[Response]]

# From here on a picture will be asked for within seconds.
_PAINT_AHEAD_FROM = 46


def create_app(config: Config) -> Starlette:
    """
    Return the embedded server as an ASGI application.

    It holds threads and files: call `Counter.close`, at ``app.state.counter``, when it is not
    needed any more.
    """
    dialect = dialect_of(config.dialect)
    counter = Counter(config)
    routes = [
        Route(
            route.path,
            counter.troubled(route, counter.noticed(counter.endpoints[route.name])),
            methods=[route.method],
        )
        for route in ROUTES
        if route.name in counter.endpoints and route.name not in dialect.lacks
    ]
    routes.append(Route(openapi.PATH, counter.document, methods=["GET"]))
    gate = Middleware(Gate, config=config, dialect=dialect)
    app = Starlette(
        routes=routes,
        middleware=[gate] if dialect is PLUS else spoken(gate, config, dialect),
        exception_handlers={
            HTTPException: _http_error,
            WrongBody: _wrong_body,
            NoAccount: _no_account,
            OSError: _broken,
        },
    )
    app.router.redirect_slashes = False
    app.state.account = counter.account
    app.state.counter = counter
    return app


class Counter:
    """Where requests are taken and answers handed out."""

    def __init__(self, config: Config) -> None:
        self._config = config
        folder = config.folder
        journal = FileJournal(folder, config.now()) if folder else MemoryJournal()
        self._register = Register(config, journal)
        self._desk = Desk(self._register)
        self._references = References(folder)
        self._paintings = Paintings(config.picture_side, folder, references=self._references)
        self._written = WrittenTasks(config.picture_side)
        form = dialect_of(config.dialect).task
        told = RetoldTasks(config, form) if form else self._written
        self._notifier = Notifier(self._register, told, config.hook_hosts)
        self._now = config.now
        self.troubled = Trouble(config).around
        has_windows = "modal" not in dialect_of(config.dialect).lacks
        remix = config.remix and has_windows
        self.account = DemoAccount(config.core_size, config.queue_size, remix)
        submissions = Submissions(self._register, self._references, self._paintings, remix=remix)
        self.endpoints: dict[str, Endpoint] = {
            "imagine": submissions.imagine,
            "blend": submissions.blend,
            "describe": submissions.describe,
            "shorten": submissions.shorten,
            "action": submissions.action,
            "modal": submissions.modal,
            "change": submissions.change,
            "simple_change": submissions.simple_change,
            "upload": submissions.upload,
            "swap_face": submissions.swap_face,
            "video": submissions.video,
            "edits": submissions.edits,
            "fetch": self.fetch,
            "image_seed": self.image_seed,
            "cancel": self.cancel,
            "list_by_condition": self.some_tasks,
            "list_by_ids": self.displayed_tasks,
            "task_list": self.all_tasks,
            "task_queue": self.queue,
            "image": self.handed_out,
            "account_list": self.accounts,
            "account": self.one_account,
            "health": self.health,
        }

    def close(self) -> None:
        """Stop painting and let go of the journal."""
        self._notifier.close()
        self._paintings.close()
        self._register.close()

    def resume(self, base_url: str) -> None:
        """Go on with callbacks of an earlier server; call it in the loop, once it can be asked."""
        self._notifier.wake(base_url)

    def noticed(self, endpoint: Endpoint) -> Endpoint:
        """Return *endpoint*, after which callbacks of new tasks begin."""

        async def answered(request: Request) -> Response:
            response = await endpoint(request)
            self._notifier.wake(base_url(request))
            return response

        return answered

    async def cancel(self, request: Request) -> Response:
        """Cancel a task."""
        return replied(self._desk.cancel(request.path_params["id"]))

    async def image_seed(self, request: Request) -> Response:
        """Tell a seed."""
        return replied(self._desk.seed(request.path_params["id"]))

    async def fetch(self, request: Request) -> Response:
        """Show one task."""
        task = self._register.standing(request.path_params["id"])
        if task is None:
            return replied(UNKNOWN_404)
        self._paint_ahead(task)
        return json_response(self._written.one(task, base_url(request)))

    async def some_tasks(self, request: Request) -> Response:
        """Show the tasks that were asked for."""
        return self._shown(request, self._register.standings(read_ids(await request.body())))

    async def displayed_tasks(self, request: Request) -> Response:
        """Show the tasks that were asked for, with words for a page."""
        tasks = self._register.standings(read_ids(await request.body()))
        base = base_url(request)
        written = [with_displays(self._written.one(task, base), task) for task in tasks]
        return json_response(b"[" + b",".join(written) + b"]")

    async def accounts(self, request: Request) -> Response:
        """Show the accounts: there is one."""
        del request
        return json_response(write_accounts([self.account.record]))

    async def one_account(self, request: Request) -> Response:
        """Show an account."""
        record = self.account.record
        if request.path_params["id"] != record.id:
            return replied(unknown_account(request.path_params["id"]))
        return json_response(write_account(record))

    async def all_tasks(self, request: Request) -> Response:
        """Show all tasks, the newest first."""
        return self._shown(request, self._register.everything())

    async def queue(self, request: Request) -> Response:
        """Show what waits or runs."""
        return self._shown(request, self._register.queue())

    async def handed_out(self, request: Request) -> Response:
        """Hand out a picture; a finished one with what is wrong with it on purpose."""
        picture = await self.image(request)
        task = self._register.standing(request.path_params["id"])
        if task is None or "progress" in request.query_params:
            return picture
        return spoiled(picture, task, self._now())

    async def image(self, request: Request) -> Response:
        """Hand out a picture: the finished one, or how far it has come."""
        task = self._register.standing(request.path_params["id"])
        shown = _percent_shown(task, request.query_params.get("progress")) if task else None
        if task is None and self._references.has(request.path_params["id"]):
            return _picture(await self._paintings.picture(Given(request.path_params["id"])))
        shot = task.work.shot if task else None
        if shot is None or shown is None:
            return json_response(b'{"error":"midjourney_task_not_found"}', 404)
        if shown == 100:
            wanted = film_of(shot, request.query_params.get("film"))
            content = await self._paintings.picture(wanted)
        else:
            content = await self._paintings.preview(shot, shown)
        return _picture(content)

    async def health(self, request: Request) -> Response:
        """Say that the server is there."""
        del request
        return json_response(
            f'{{"status":"UP","server":"mj-notebook","version":"{__version__}"}}'.encode()
        )

    async def document(self, request: Request) -> Response:
        """Hand out the description of this server."""
        del request
        has_secret = bool(self._config.secret)
        dialect = dialect_of(self._config.dialect)
        return json_response(openapi.document(dialect, self.endpoints, has_secret=has_secret))

    def _shown(self, request: Request, tasks: list[Standing]) -> Response:
        for task in tasks:
            self._paint_ahead(task)
        return json_response(self._written.many(tasks, base_url(request)))

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


def _picture(content: bytes) -> Response:
    headers = {"cache-control": "public, max-age=86400"}
    return Response(content, media_type=(media_of(content) or PNG).mime, headers=headers)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    page = error_page(error.status_code, request.scope["path"])
    page.headers.update(error.headers or {})
    return page


async def _wrong_body(request: Request, error: Exception) -> Response:
    del request
    return replied(refusal(str(error), status=400))


async def _no_account(request: Request, error: Exception) -> Response:
    del request, error
    return replied(NO_ACCOUNT)


async def _broken(request: Request, error: Exception) -> Response:
    """Answer when the journal can't be written: nothing was accepted."""
    del request, error
    return replied(FAILED)
