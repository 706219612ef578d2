"""The web application: the parts of the server put together, and its routes."""

import uuid
from collections.abc import Awaitable, Callable

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mj_notebook._version import __version__
from mj_notebook.protocol.models import write_account, write_accounts
from mj_notebook.protocol.request_bodies import InvalidBody
from mj_notebook.server.backends.backend import Backend
from mj_notebook.server.backends.choosing import open_backend
from mj_notebook.server.backends.render_cache import RenderCache
from mj_notebook.server.backends.uploads import UploadStore
from mj_notebook.server.config import Config
from mj_notebook.server.engine.accounts import DemoAccount, NoAccount
from mj_notebook.server.http import openapi
from mj_notebook.server.http.dialect_middleware import RequestNumbers, dialect_middleware
from mj_notebook.server.http.dialects import PLUS, dialect_of
from mj_notebook.server.http.fault_injection import FaultInjector
from mj_notebook.server.http.gate import Gate
from mj_notebook.server.http.messages import base_url, error_page, json_response, reply_response
from mj_notebook.server.http.notifier import Notifier
from mj_notebook.server.http.submit_endpoints import SubmitEndpoints
from mj_notebook.server.http.task_endpoints import TaskEndpoints
from mj_notebook.server.http.task_json import TaskJson
from mj_notebook.server.tasks.drawing import Drawings
from mj_notebook.server.tasks.journal import Drawer, FileJournal, Journal
from mj_notebook.server.tasks.registry import TaskRegistry, TaskState
from mj_notebook.server.tasks.replies import FAILED, NO_ACCOUNT, refusal, unknown_account

Endpoint = Callable[[Request], Awaitable[Response]]

# For pages of other origins. No credentials: the secret is a header that a page must be given, not
# a cookie.
_LOCAL_PAGES = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"


def _pages(config: Config) -> list[Middleware]:
    """Return what lets pages of other origins in: all, those of this machine, or none."""
    if not (config.is_open or config.takes_local_pages):
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=["*"] if config.is_open else [],
            allow_origin_regex=None if config.is_open else _LOCAL_PAGES,
            allow_methods=["GET", "POST", "OPTIONS"],
            # Whichever a page asks for, as the servers do (protocol/README.md §16.2).
            allow_headers=["*"],
            expose_headers=["*"],
            # Chrome asks for it before a public page may reach a local address.
            allow_private_network=config.is_open,
            # A day, so that polling doesn't double every request.
            max_age=86_400,
        )
    ]


def create_app(config: Config) -> Starlette:
    """
    Return the embedded server as an ASGI application.

    It holds threads and files: call `Server.close`, at ``app.state.server``, when it is not needed
    any more.
    """
    dialect = dialect_of(config.dialect)
    server = Server(config)
    faults = FaultInjector(config, dialect, server.forget)
    routes = [
        Route(
            route.path,
            faults.wrap(route, server.with_callbacks(server.endpoints[route.name])),
            methods=[route.method],
        )
        for route in dialect.routes
    ]
    if dialect.has_document:
        # Without faults and callbacks: a document is no part of the protocol.
        routes.append(Route(openapi.PATH, server.document, methods=["GET"]))
    gate = Middleware(Gate, config=config, dialect=dialect)
    gates = [gate] if dialect is PLUS else dialect_middleware(gate, config, dialect)
    header = dialect.number_header
    numbers = [Middleware(RequestNumbers, header=header)] if header else []
    app = Starlette(
        routes=routes,
        # Outside of all else: errors must carry the headers too, or a page could not read them.
        middleware=[*numbers, *(_pages(config) if dialect.lets_pages_ask else ()), *gates],
        exception_handlers={
            HTTPException: _http_error,
            InvalidBody: _wrong_body,
            NoAccount: _no_account,
            # The disk is full or gone: the journal comes first, so nothing has happened.
            OSError: _failed,
        },
    )
    # No server of the family redirects: another path is 404, with or without a slash at its end.
    app.router.redirect_slashes = False
    # Where `read_submit` finds it, which is given nothing but the request.
    app.state.account = server.account
    app.state.server = server
    return app


class Server:
    """The parts of a server, and the endpoints that ask them."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._dialect = dialect = dialect_of(config.dialect)
        # First: nothing is open yet when there is no such backend.
        self._backend = open_backend(config.backend)
        folder = config.folder
        journal = FileJournal(folder, config.now()) if folder else Journal()
        drawer = _drawer(self._backend)
        if drawer:
            journal.be_alive(drawer.name)
        policy = dialect.policy
        self._registry = TaskRegistry(
            config, journal, dialect.polls_per_grid, policy=policy, drawer=drawer
        )
        uploads = UploadStore(folder, read=policy.read_picture)
        self._drawings = Drawings(
            self._registry, self._backend, uploads, config.picture_side, config.core_size
        )
        # One cache for everything, so that a link to a picture and a task share its bytes.
        self._renders = RenderCache(config.picture_side, folder, uploads=uploads)
        self._task_json = TaskJson(config.picture_side, policy.picture_path)
        self._notifier = Notifier(
            self._registry,
            self._callback_json,
            config.hook_hosts,
            repeated=dialect.repeated_callbacks,
        )
        # Where windows can't be answered, nothing may wait in one.
        remix = config.remix and "modal" not in dialect.missing_routes
        self.account = DemoAccount(config.core_size, config.queue_size, remix)
        submits = SubmitEndpoints(
            self._registry, uploads, self._renders, remix=remix, policy=policy
        )
        tasks = TaskEndpoints(
            self._registry,
            uploads,
            self._renders,
            self._task_json,
            config.now,
            doubles_windows=dialect.doubles_windows,
        )
        self.endpoints: dict[str, Endpoint] = {
            **submits.by_route,
            **tasks.by_route,
            "account_list": self.account_list,
            "account": self.one_account,
            "health": self.health,
        }

    def close(self) -> None:
        """Stop rendering and posting, and close the journal."""
        self._notifier.close()
        self._drawings.close()
        self._renders.close()
        self._registry.close()

    def forget(self) -> None:
        """Know no task any more."""
        self._registry.forget()

    def resume(self, base_url: str) -> None:
        """Go on with callbacks of an earlier server; call it in the loop, once it can be asked."""
        self._notifier.watch_new(base_url)

    def _callback_json(self, state: TaskState, base_url: str) -> bytes:
        """Return a task as callbacks tell it; answers pass a middleware that does the same."""
        content = self._task_json.one(state, base_url)
        if self._dialect.task_format is None:
            return content
        task = self._dialect.write_task(msgspec.json.decode(content), self._config)
        return msgspec.json.encode(task)

    def with_callbacks(self, endpoint: Endpoint) -> Endpoint:
        """Return *endpoint*, after which callbacks of new tasks begin."""

        async def answered(request: Request) -> Response:
            response = await endpoint(request)
            # The request's own address for this server is the one its client can reach.
            self._notifier.watch_new(base_url(request))
            self._drawings.watch_new()
            return response

        return answered

    async def account_list(self, request: Request) -> Response:
        """Return the accounts: there is one."""
        del request
        return json_response(write_accounts([self.account.record]))

    async def one_account(self, request: Request) -> Response:
        """Return an account."""
        record = self.account.record
        if request.path_params["id"] != record.id:
            return reply_response(unknown_account(request.path_params["id"]))
        return json_response(write_account(record))

    async def health(self, request: Request) -> Response:
        """Say that the server is there."""
        del request
        return json_response(
            f'{{"status":"UP","server":"mj-notebook","version":"{__version__}"}}'.encode()
        )

    async def document(self, request: Request) -> Response:
        """Return the OpenAPI document of this server."""
        del request
        has_secret = bool(self._config.secret)
        return json_response(openapi.document(self._dialect, has_secret=has_secret))


def _drawer(backend: Backend) -> Drawer | None:
    """Return what the journal has to know of an engine; None where the time decides all."""
    can = backend.capabilities()
    if can.follows_clock:
        return None
    engine = " · ".join(filter(None, (backend.engine, backend.model)))
    return Drawer(uuid.uuid4().hex, engine, can)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    page = error_page(error.status_code, request.scope["path"])
    page.headers.update(error.headers or {})
    return page


async def _wrong_body(request: Request, error: Exception) -> Response:
    del request
    return reply_response(refusal(str(error), status=400))


async def _no_account(request: Request, error: Exception) -> Response:
    del request, error
    return reply_response(NO_ACCOUNT)


async def _failed(request: Request, error: Exception) -> Response:
    """Answer when the journal can't be written: nothing was accepted."""
    del request, error
    return reply_response(FAILED)
