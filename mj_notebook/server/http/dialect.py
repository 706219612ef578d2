"""What a server of the family does otherwise than plus, as one table; `dialects` has them all."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from mj_notebook.protocol.routes import (
    BEARER_HEADER,
    PAGE_ROUTES,
    PREFIX,
    ROUTES,
    SECRET_HEADER,
    Route,
)
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.server.config import Config
from mj_notebook.server.http.error_formats import ErrorContext, ErrorFormat, Json, RawAnswer
from mj_notebook.server.http.task_formats import FormatContext, SubmitRow, TaskFormat
from mj_notebook.server.http.validation import Check
from mj_notebook.server.tasks.policy import PICTURE_PATH, PLUS_POLICY, ServerPolicy

Headers = Mapping[str, str]
ReplyFormat = Callable[[Json, Json], RawAnswer]
"""From a reply of plus, and the body it answers, to the answer."""

_GUARDED = re.compile(rf"/mj/(?!{PICTURE_PATH.removeprefix('/mj/')})")
_SLASHES = re.compile(r"/{2,}")
BEARER = re.compile(r"bearer\s+", re.IGNORECASE)
"""What may stand before a key."""


def _secrets_of_plus(headers: Headers) -> Iterable[str]:
    """Return what may be the secret: mj-api-secret, Authorization bare, and as Bearer."""
    raw = headers.get(BEARER_HEADER, "")
    return headers.get(SECRET_HEADER, ""), raw, BEARER.sub("", raw)


@cache
def _paths() -> tuple[tuple[Route, re.Pattern[str]], ...]:
    # Here: the command line names the dialects, and needs no web server for it.
    from starlette.routing import compile_path

    return tuple((route, compile_path(route.path)[0]) for route in (*ROUTES, *PAGE_ROUTES))


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """
    One server of the family, described by what is otherwise than in plus.

    Attributes:
        policy: What it does otherwise than plus, whatever it says about that.
        prefix: What may stand before the path of a route.
        guarded: The paths that need the secret; pictures are for whoever has the address.
        guards_routes: Whether only those of them need it where there is anything.
        refused_head: How it refuses HEAD where GET is answered, but for pictures; None if it
            answers HEAD, too.
        merges_slashes: Whether several slashes in a path are one.
        web_limit: How often paths that it hasn't got may be asked for, in how many milliseconds.
        number_header: The header in which it writes the number of the request on each answer.
        lets_pages_ask: Whether pages of other origins may be let in.
        read_secrets: What in the headers of a request may be the secret.
        unread_type: How it refuses a body that has the wrong type, None for a right one.
        checks: What it checks before anything else, by the name of the route.
        checks_json_only: Whether it sees an empty body where the type is not JSON's.
        errors_by_status: How it writes an error about a request as such, by the status of plus.
        errors_by_route: The same where one route differs, by its name and the status of plus.
        unknown_task_errors: How it writes that it knows no such task, by the name of the route.
        errors_by_text: How it writes an error that plus puts into those words, by the name of the
            route and the words.
        reply_formats: How it writes replies, by their return code.
        relayed_faults: How it tells that what goes wrong with a submit does so behind it.
        empty_results: The routes whose replies have "" for a result of null.
        keeps_rows: Whether it has a table of its own of what was submitted, and in what words.
        task_format: How it writes a task; None as plus does.
        finish: What it makes of an answer, given the name of the route and the request.
        is_chunked: Whether its answers tell no length.
        repeated_callbacks: Statuses and percentages that its callbacks tell twice.
        polls_per_grid: How often it asks another server what became of the tasks, for each grid
            that is drawn meanwhile; 0 if it draws itself.
        doubles_windows: Whether its lists go on telling the window of a task that was answered.
    """

    name: str
    missing_routes: frozenset[str] = frozenset()
    policy: ServerPolicy = PLUS_POLICY
    prefix: re.Pattern[str] = PREFIX
    guarded: re.Pattern[str] = _GUARDED
    guards_routes: bool = False
    refused_head: ErrorFormat | None = None
    merges_slashes: bool = False
    redirect: Callable[[str, str], RawAnswer | None] = lambda *_: None
    web_limit: tuple[int, int] | None = None
    hidden_headers: frozenset[str] = frozenset()
    number_header: str = ""
    lets_pages_ask: bool = True
    has_document: bool = True
    read_secrets: Callable[[Headers], Iterable[str]] = _secrets_of_plus
    ignored_keys: frozenset[str] = frozenset()
    unread_type: Callable[[ErrorContext], RawAnswer | None] = lambda _: None
    checks: Mapping[str, tuple[Check, ...]] = field(default_factory=dict)
    checks_json_only: bool = False
    errors_by_status: Mapping[int, ErrorFormat] = field(default_factory=dict)
    errors_by_route: Mapping[tuple[str, int], ErrorFormat] = field(default_factory=dict)
    unknown_task_errors: Mapping[str, ErrorFormat] = field(default_factory=dict)
    errors_by_text: Mapping[tuple[str, str], ErrorFormat] = field(default_factory=dict)
    reply_formats: Mapping[int, ReplyFormat] = field(default_factory=dict)
    relayed_faults: Mapping[str, ErrorFormat] = field(default_factory=dict)
    empty_results: frozenset[str] = frozenset()
    keeps_rows: bool = False
    omitted_properties: frozenset[str] = frozenset()
    task_format: TaskFormat | None = None
    account_format: Callable[[Json], Json] | None = None
    finish: Callable[[RawAnswer, str, ErrorContext], RawAnswer] = lambda answer, *_: answer
    is_chunked: bool = False
    repeated_callbacks: frozenset[tuple[Status, int]] = frozenset()
    max_listed: int | None = None
    polls_per_grid: int = 0
    doubles_windows: bool = False

    def plain(self, path: str) -> tuple[str, Mode | None]:
        """Return the path of a route, and the speed that the prefix before it asked for."""
        path = _SLASHES.sub("/", path) if self.merges_slashes else path
        found = self.prefix.match(path)
        word = found.groupdict().get("mode") if found else None
        plain = (path[found.end() :] if found else path).rstrip("/") or "/"
        return self._picture_path(plain), Mode(word) if word else None

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes that it has."""
        every = (*ROUTES, *PAGE_ROUTES)
        return tuple(route for route in every if route.name not in self.missing_routes)

    def route_name(self, method: str, path: str) -> str:
        """Return the name of the route that a request asks for; "" if there is none."""
        # Starlette answers HEAD on every route for GET.
        wanted = "GET" if method == "HEAD" else method
        found = (
            one.name for one, pattern in _paths() if one.method == wanted and pattern.match(path)
        )
        return next((name for name in found if name not in self.missing_routes), "")

    def is_guarded(self, method: str, path: str) -> bool:
        """Tell whether a request needs the secret."""
        is_there = not self.guards_routes or bool(self.route_name(method, path))
        return is_there and self.guarded.match(path) is not None

    def error_format(
        self, route: str, status: int, text: str = "", *, is_unknown: bool
    ) -> ErrorFormat | None:
        """
        Return how it writes an error, if it writes it otherwise than plus.

        Args:
            route: The name of the route that was asked for.
            status: The status of plus.
            text: The words of plus.
            is_unknown: Whether the error is that there is no such task.
        """
        if is_unknown:
            return self.unknown_task_errors.get(route)
        # A seed that there isn't is a reply; every other 400 is a body that can't be read.
        is_reply = route == "image_seed" and status == 400
        return (
            self.errors_by_text.get((route, text))
            or self.errors_by_route.get((route, status))
            or (None if is_reply else self.errors_by_status.get(status))
        )

    def write_task(
        self, task: Json, config: Config, rows: Mapping[str, SubmitRow] = MappingProxyType({})
    ) -> Json:
        """Return *task*, as plus writes it, in this dialect's format; *rows* are what it keeps."""
        if self.task_format is None:
            return task
        visible_until = config.visible_until(self.polls_per_grid)
        return self.task_format.write(
            task, FormatContext(visible_until, config.server_address, rows)
        )

    def _picture_path(self, path: str) -> str:
        """Return *path* as plus has it, if it is a picture's; nothing is at the path of plus."""
        own = self.policy.picture_path
        if path.startswith(own):
            return f"{PICTURE_PATH}{path.removeprefix(own)}"
        return PICTURE_PATH if path.startswith(PICTURE_PATH) else path
