"""Calls: what is asked of a proxy, and how each answer is read; pure, shared by both clients."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from mj_notebook.client.address import (
    Base,
    host_of,
    picture_address,
    read_base,
    rehosted,
    route_path,
    with_modes,
)
from mj_notebook.client.answers import Answer, Place
from mj_notebook.client.judging import no_id, task_unknown, trouble
from mj_notebook.errors import MJError, NotAProxy, Refused, SettingsError
from mj_notebook.protocol.media import media_of
from mj_notebook.protocol.models import SubmitReply, Task
from mj_notebook.protocol.outcomes import Outcome, outcome_of
from mj_notebook.protocol.reading import NotJSON, read_task, read_tasks
from mj_notebook.protocol.requests import Request, TaskIds, write_ids, write_request
from mj_notebook.protocol.routes import ROUTE, ROUTE_OF_REQUEST, Pace, Route
from mj_notebook.protocol.vocabulary import ImageMode, Mode, ReturnCode
from mj_notebook.settings import Secret

T = TypeVar("T")

# More ids than this in one question make an answer of several megabytes.
CHUNK = 2000
_TAKEN = frozenset({Outcome.ACCEPTED, Outcome.WINDOW, Outcome.EXISTED})


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """
    One thing to ask, as a value.

    Attributes:
        method: The HTTP method.
        url: The whole address.
        pace: How long the answer may take.
        read: Makes the value of the answer, or raises the error it means.
        body: JSON, or None.
        repeatable: Whether asking twice changes nothing; a submit never is.
        instead: Where to ask when *url* gives nothing good.
    """

    method: str
    url: str
    pace: Pace
    read: Callable[[Answer], T]
    body: bytes | None = None
    repeatable: bool = False
    instead: str | None = None


class Calls:
    """Everything that can be asked of one proxy."""

    def __init__(
        self,
        base_url: str,
        *,
        secret: Secret | None = None,
        mode: Mode | None = None,
        image_mode: ImageMode | None = None,
        alias: str = "",
    ) -> None:
        self.base = with_modes(read_base(base_url), mode, image_mode)
        called = alias or self.base.origin.partition("://")[2]
        self.place = Place(called, self.base.origin, _sendable(secret or Secret("")))

    def submit(self, request: Request, *, mode: Mode | None = None) -> Call[SubmitReply]:
        """Submit *request*, at another speed than usual when *mode* is given."""
        task_id = getattr(request, "task_id", "")
        return self._call(
            ROUTE_OF_REQUEST[type(request)],
            partial(_read_submit, self.place, task_id),
            body=write_request(request),
            base=with_modes(self.base, mode),
        )

    def fetch(self, task_id: str) -> Call[Task]:
        """Ask for the latest snapshot of one task."""
        return self._call(
            ROUTE["fetch"], partial(_read_fetched, self.place, task_id), task_id, repeatable=True
        )

    def list_by_condition(self, ids: Sequence[str]) -> Call[list[Task] | None]:
        """Ask for many tasks at once; the value is None when the proxy has no such list."""
        return self._call(
            ROUTE["list_by_condition"],
            partial(_read_list, self.place),
            body=write_ids(TaskIds(ids=tuple(ids))),
            repeatable=True,
        )

    def image_seed(self, task_id: str) -> Call[str]:
        """Ask for the seed of a finished picture."""
        return self._call(ROUTE["image_seed"], partial(_read_seed, self.place, task_id), task_id)

    def cancel(self, task_id: str) -> Call[None]:
        """Ask to cancel a task, or to close its window."""
        return self._call(ROUTE["cancel"], partial(_read_cancelled, self.place, task_id), task_id)

    def picture(self, url: str) -> Call[None]:
        """Ask for a picture; its bytes go to an intake, the answer's body is their beginning."""
        whole = picture_address(url, self.base)
        return Call(
            "GET",
            whole,
            Pace.PICTURE,
            partial(_check_picture, self.place),
            repeatable=True,
            instead=rehosted(whole, self.base),
        )

    def _call(
        self,
        route: Route,
        read: Callable[[Answer], T],
        task_id: str = "",
        *,
        body: bytes | None = None,
        base: Base | None = None,
        repeatable: bool = False,
    ) -> Call[T]:
        url = f"{base or self.base}{route_path(route.path, task_id)}"
        return Call(route.method, url, route.pace, read, body, repeatable)


def _sendable(secret: Secret) -> Secret:
    """Refuse what no header can hold, before a library complains with the secret in its words."""
    text = secret.reveal()
    if text.isascii() and text.isprintable() and " " not in text:
        return secret
    raise SettingsError(
        "The secret holds a space, a line break or a letter that can't be sent.",
        hint="Copy it again, without what stands around it.",
    )


def chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    """Cut *ids* into questions of a sensible length."""
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]


def _read_submit(place: Place, task_id: str, answer: Answer) -> SubmitReply:
    reply = answer.reply
    # The body counts, not the HTTP status: servers send accepted replies with odd ones.
    if reply is None or outcome_of(reply) not in _TAKEN:
        raise trouble(answer, place, task_id=task_id)
    if not reply.results:
        raise no_id(reply, place)
    return reply


def _read_fetched(place: Place, task_id: str, answer: Answer) -> Task:
    if answer.status in {200, 204} and not answer.body.strip():
        raise task_unknown(answer, place, task_id)
    try:
        task = read_task(answer.body)
    except NotJSON:
        task = None
    if task is not None and answer.status < 300:
        return task
    # An empty or coded 404 speaks of the task; a page or a web framework's own speaks of the path.
    if answer.status == 404 and _speaks_of_task(answer):
        raise task_unknown(answer, place, task_id)
    raise trouble(answer, place, task_id=task_id)


def _speaks_of_task(answer: Answer) -> bool:
    reply = answer.reply
    return not answer.body.strip() or (reply is not None and reply.code is not None)


def _read_list(place: Place, answer: Answer) -> list[Task] | None:
    if answer.status in {404, 405}:
        return None
    if answer.status < 300 and not answer.is_page:
        if not answer.body.strip():
            return None
        try:
            tasks = read_tasks(answer.body)
        except NotJSON:
            raise trouble(answer, place) from None
        # An error object holds no tasks; an empty list is a good answer.
        if tasks or answer.body.lstrip()[:1] == b"[" or answer.reply is None:
            return tasks
    raise trouble(answer, place)


def _read_seed(place: Place, task_id: str, answer: Answer) -> str:
    reply = answer.reply
    if reply is None or reply.code != ReturnCode.ACCEPTED:
        raise trouble(answer, place, task_id=task_id)
    if not reply.results:
        raise Refused(
            f"{place.alias} knows no seed of task {task_id}.",
            hint="Some proxies need a private channel set up for it.",
            code=reply.code,
            status=answer.status,
        )
    return reply.results[0]


def _read_cancelled(place: Place, task_id: str, answer: Answer) -> None:
    reply = answer.reply
    done = reply is None or reply.code in {None, ReturnCode.ACCEPTED}
    if not (done and answer.status < 300 and not answer.is_page):
        raise trouble(answer, place, task_id=task_id)


def _check_picture(place: Place, answer: Answer) -> None:
    host = host_of(answer.url)
    if answer.status in {404, 410}:
        raise Refused(
            f"The picture is no longer at {host} (HTTP {answer.status}).",
            hint="Such addresses live about a day; fetch the task again for a new one.",
            status=answer.status,
        )
    if not 200 <= answer.status < 300:
        raise _no_picture(answer, place, host)
    if answer.is_page or (media_of(answer.body) is None and _is_text(answer)):
        raise NotAProxy(
            f"{host} sent {'a web page' if answer.is_page else 'text'} instead of the picture.",
            hint="Open the picture's address in a browser; it may want you to log in.",
        )
    if not answer.body:
        raise Refused(f"{host} sent an empty picture.", hint="Fetch it again in a moment.")


def _no_picture(answer: Answer, place: Place, host: str) -> MJError:
    if answer.url.startswith(place.origin):
        return trouble(answer, place)
    said = place.words(answer)
    return Refused(
        f"{host} does not hand out the picture (HTTP {answer.status})"
        f"{f': “{said}”' if said else ''}.",
        hint="Its address may be out of date; fetch the task again.",
        status=answer.status,
    )


def _is_text(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "")
    return kind.startswith("text/") or "json" in kind
