"""Calls: what is asked of a proxy, and how each answer is read; pure, shared by both clients."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from mj_notebook.client import decoders
from mj_notebook.client.address import (
    BaseAddress,
    mirrored_address,
    parse_base_url,
    picture_address,
    prefix_of,
    relayed_address,
    route_path,
    with_modes,
    without_modes,
)
from mj_notebook.client.capabilities import Capabilities, Gap, GapKind
from mj_notebook.client.error_mapping import no_id_error
from mj_notebook.client.responses import Endpoint, Response
from mj_notebook.errors import SettingsError
from mj_notebook.language import translated
from mj_notebook.protocol.codec import TaskList
from mj_notebook.protocol.models import Account, SubmitReply, Task
from mj_notebook.protocol.requests import Request, TaskIds, UploadPictures, write_ids, write_request
from mj_notebook.protocol.routes import ROUTE, ROUTE_OF_REQUEST, Pace, Route
from mj_notebook.protocol.task_ids import is_id
from mj_notebook.protocol.vocabulary import ImageMode, Mode
from mj_notebook.settings.readers import secret_of
from mj_notebook.settings.settings import Secret

T = TypeVar("T")

# No server has a task of that name; asking for it draws nothing, and needs the secret.
PROBE_TASK_ID = "0"

# More ids than this in one question make an answer of several megabytes.
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """
    One thing to ask, as a value.

    Attributes:
        pace: How long the answer may take.
        read: Makes the value of the answer, or raises the error it means.
        repeatable: Whether asking twice changes nothing; a submit never is.
        fallback_url: Where to ask when *url* gives nothing good.
        route: The name of the route, "" for pictures.
        prefix: The part of the path that asks for a speed or a picture mode.
        is_signed: Whether the secret goes along.
    """

    method: str
    url: str
    pace: Pace
    read: Callable[[Response], T]
    body: bytes | None = None
    repeatable: bool = False
    fallback_url: str | None = None
    route: str = ""
    prefix: str = ""
    is_signed: bool = True


class Calls:
    """Everything that can be asked of one proxy."""

    def __init__(
        self,
        base_url: str,
        *,
        secret: Secret | str | None = None,
        mode: Mode | None = None,
        image_mode: ImageMode | None = None,
        image_base: str | None = None,
        alias: str = "",
        capabilities: Capabilities | None = None,
    ) -> None:
        self._image_base = image_base
        self.capabilities = capabilities or Capabilities()
        self.base = with_modes(parse_base_url(base_url), mode, image_mode)
        host = self.base.origin.partition("://")[2]
        given, held_back = _check_sendable(secret or ""), ""
        if not given.belongs_to(host):
            # The last place before it leaves: whoever hands it over, it goes nowhere else.
            given, held_back = Secret(""), given.host
        self.endpoint = Endpoint(alias or host, self.base.origin, given, held_back)

    def submit(self, request: Request, *, mode: Mode | None = None) -> Call[SubmitReply]:
        """Submit *request*, at another speed than usual when *mode* is given."""
        # For the words of an error: they name the task that is not known.
        task_id = getattr(request, "task_id", None) or ""
        return self._call(
            ROUTE_OF_REQUEST[type(request)],
            partial(
                decoders.decode_submit,
                self.endpoint,
                task_id,
                by_filter=_chooses_account(request),
            ),
            body=write_request(request),
            # The speed of one submit, whatever is usual for the rest.
            base=with_modes(self.base, mode),
        )

    def upload(self, request: UploadPictures) -> Call[list[str]]:
        """Hand pictures over; the value is their addresses."""
        return self._call(
            ROUTE["upload"],
            partial(decoders.decode_upload, self.endpoint, by_filter=_chooses_account(request)),
            body=write_request(request),
        )

    def fetch(self, task_id: str) -> Call[Task]:
        """Ask for the latest snapshot of one task."""
        return self._call(
            ROUTE["fetch"],
            partial(decoders.decode_task, self.endpoint, task_id),
            task_id,
            repeatable=True,
        )

    def list_by_condition(self, ids: Sequence[str]) -> Call[list[Task] | None]:
        """Ask for many tasks at once; the value is None when the proxy has no such list."""
        return self._call(
            ROUTE["list_by_condition"],
            partial(decoders.decode_task_list, self.endpoint),
            body=write_ids(TaskIds(ids=tuple(ids))),
            repeatable=True,
        )

    def list_by_ids(self, ids: Sequence[str]) -> Call[list[Task]]:
        """Ask for many tasks with what a proxy's own pages show of them besides."""
        return self._call(
            ROUTE["list_by_ids"],
            partial(decoders.decode_required_list, self.endpoint),
            body=write_ids(TaskIds(ids=tuple(ids))),
            repeatable=True,
        )

    def list_tasks(self) -> Call[TaskList]:
        """Ask for all tasks."""
        return self._call(
            ROUTE["task_list"],
            partial(decoders.decode_required_list, self.endpoint),
            repeatable=True,
        )

    def queue(self) -> Call[list[Task]]:
        """Ask for the tasks that wait or run."""
        return self._call(
            ROUTE["task_queue"],
            partial(decoders.decode_required_list, self.endpoint),
            repeatable=True,
        )

    def image_seed(self, task_id: str) -> Call[str]:
        """Ask for the seed of a finished picture."""
        return self._call(
            ROUTE["image_seed"], partial(decoders.decode_seed, self.endpoint, task_id), task_id
        )

    def cancel(self, task_id: str) -> Call[None]:
        """Ask to cancel a task, or to close its window."""
        return self._call(
            ROUTE["cancel"], partial(decoders.decode_cancel, self.endpoint, task_id), task_id
        )

    def list_accounts(self) -> Call[list[Account]]:
        """Ask which accounts the proxy draws with."""
        return self._call(
            ROUTE["account_list"], partial(decoders.decode_accounts, self.endpoint), repeatable=True
        )

    def account(self, account_id: str) -> Call[Account]:
        """Ask for one account."""
        read = partial(decoders.decode_account, self.endpoint, account_id)
        return self._call(ROUTE["account"], read, account_id, repeatable=True)

    def probe(self, prefix: str = "", *, is_signed: bool = True) -> Call[bool]:
        """Ask below *prefix* for a task that can't be: even a no tells a proxy."""
        url = f"{without_modes(self.base)}{prefix}{route_path(ROUTE['fetch'].path, PROBE_TASK_ID)}"
        read = partial(decoders.decode_probe, self.endpoint, PROBE_TASK_ID)
        return Call("GET", url, Pace.FETCH, read, is_signed=is_signed)

    def look(self, gap: Gap) -> Call[bool | None]:
        """Ask harmlessly whether *gap* is one: by reading, which draws nothing, whatever it is."""
        is_prefix = gap.kind is GapKind.PREFIX
        route = ROUTE["fetch" if is_prefix else gap.name]
        where = f"{without_modes(self.base)}{gap.name if is_prefix else ''}"
        read = partial(decoders.decode_look, self.endpoint, route.method)
        url = f"{where}{route_path(route.path, PROBE_TASK_ID)}"
        return Call("GET", url, Pace.FETCH, read)

    def picture(self, url: str) -> Call[None]:
        """Ask for a picture; its bytes go to an intake, the answer's body is their beginning."""
        whole = mirrored_address(picture_address(url, self.base), self._image_base)
        return Call(
            "GET",
            whole,
            Pace.PICTURE,
            partial(decoders.check_picture, self.endpoint),
            repeatable=True,
            # Where a picture's own host can't be reached, the proxy may hand it on.
            fallback_url=relayed_address(whole, self.base),
        )

    def _call(
        self,
        route: Route,
        read: Callable[[Response], T],
        task_id: str = "",
        *,
        body: bytes | None = None,
        base: BaseAddress | None = None,
        repeatable: bool = False,
    ) -> Call[T]:
        # Refused before it is sent: such an id would ask for something else.
        if "{id}" in route.path and not is_id(task_id):
            raise no_id_error(self.endpoint, task_id)
        where = base or self.base

        # A server may quote the request, with its head, in an error that is shown in an output.
        def read_without_secret(response: Response) -> T:
            # Each answer tells anew: behind one address a gateway may come and go.
            self.capabilities.is_gateway = response.by_gateway
            # Not kept under another name either: a verbose traceback shows each one of a frame.
            response = self.endpoint.without_secret(response)
            return read(response)

        return Call(
            route.method,
            f"{where}{route_path(route.path, task_id)}",
            route.pace,
            read_without_secret,
            body,
            repeatable,
            route=route.name,
            prefix=prefix_of(where),
        )


def _chooses_account(request: Request) -> bool:
    return getattr(request, "account_filter", None) is not None


def _check_sendable(given: Secret | str) -> Secret:
    """Refuse what no header can hold, before a library complains with the secret in its words."""
    if not isinstance(given, Secret | str):
        raise SettingsError(
            translated("The secret is no text."), hint=translated("Give it as a string.")
        )
    secret = secret_of(given) if isinstance(given, str) else given
    # The one look at it outside of sending, and it goes into no sentence.
    text = secret.reveal()
    if text.isascii() and text.isprintable() and " " not in text:
        return secret
    raise SettingsError(
        translated("The secret holds a space, a line break or a letter that can't be sent."),
        hint=translated("Copy it again, without what stands around it."),
    )


def chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    """Cut *ids* into questions of a sensible length."""
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
