"""The client for threads; its twin for event loops is `asynchronous`."""

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Self, TypeVar

import httpx

from mj_notebook.client.calls import Call, Calls, chunks
from mj_notebook.client.capabilities import Capabilities, Gap
from mj_notebook.client.deadline import Deadline
from mj_notebook.client.decompression import Unpacker, UnpackError
from mj_notebook.client.disconnect import OpenConnections
from mj_notebook.client.download import (
    AnswerTooLarge,
    Download,
    FileSink,
    MemorySink,
    Sink,
    embedded_picture,
)
from mj_notebook.client.gate import Gate
from mj_notebook.client.learning import learning_steps
from mj_notebook.client.one_by_one import ListFailures, OneByOne
from mj_notebook.client.picture_hosts import PictureHostRefused, PictureHosts, look_up
from mj_notebook.client.proxied import on_the_way
from mj_notebook.client.responses import Response
from mj_notebook.client.retry import PAUSES, NoResponse, Received, Sleep
from mj_notebook.client.transport import (
    MAX_CONNECTIONS,
    TIMEOUTS,
    OriginBoundAuth,
    open_http,
    pinned,
    request_options,
    send_options,
    timeout_of,
)
from mj_notebook.client.transport_errors import client_closed, cut_frames, no_response, not_taken
from mj_notebook.errors import MJError
from mj_notebook.protocol.codec import TaskList
from mj_notebook.protocol.media import MOST_BYTES
from mj_notebook.protocol.models import Account, SubmitReply, Task
from mj_notebook.protocol.requests import Request, UploadPictures
from mj_notebook.protocol.routes import Pace
from mj_notebook.protocol.vocabulary import ImageMode, Mode
from mj_notebook.settings.argument_types import public
from mj_notebook.settings.paths import given_path
from mj_notebook.settings.readers import mode_of
from mj_notebook.settings.settings import Secret

T = TypeVar("T")


@public
class Client:
    """
    Asks one proxy; may be used from several threads at once.

    Args:
        base_url: The proxy's address.
        secret: What it asks for.
        bearer: Also send the secret as ``Authorization: Bearer``.
        mode: The usual speed: "fast", "turbo" or "relax".
        image_mode: How a gateway is to hand out the addresses of pictures.
        image_hosts: Hosts and networks that pictures may come from besides public ones.
        image_base: A mirror for pictures of Discord's network.
        alias: What the server is called in sentences, by default its host and port.
        capabilities: What is known of the server already; it is added to.
        timeouts: Seconds that each kind of question may take.
        pauses: Seconds before a question is repeated, one each; a submit never is.
        transport: What connects, for tests.
        sleep: What waits, for tests.

    Attributes:
        has_list: Whether the proxy answers for many tasks at once; None until it was asked.

    Example:
        >>> with mj.Client("http://127.0.0.1:8080", secret="secret") as client:
        ...     client.has_list
    """

    def __init__(
        self,
        base_url: str,
        *,
        secret: "Secret | str | None" = None,  # read where no sentence repeats it
        bearer: bool = False,
        mode: Mode | str | None = None,
        image_mode: ImageMode | None = None,
        image_hosts: Sequence[str] = (),
        image_base: str | None = None,
        alias: str = "",
        capabilities: Capabilities | None = None,
        timeouts: Mapping[Pace, float] = TIMEOUTS,
        pauses: Sequence[float] = PAUSES,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._calls = Calls(
            base_url,
            secret=secret,
            mode=mode_of(mode),
            image_mode=image_mode,
            image_base=image_base,
            alias=alias,
            capabilities=capabilities,
        )
        # A transport that is given connects as it likes, and looks no names up.
        self._hosts = PictureHosts(self._calls.base, image_hosts, None if transport else look_up)
        self._timeouts, self._pauses, self._sleep = timeouts, pauses, sleep
        self._gate, self._deadline = Gate(MAX_CONNECTIONS), Deadline()
        self._connections = OpenConnections(self._deadline.bind)
        auth = OriginBoundAuth(self._calls.endpoint, bearer=bearer)
        self._open_http = partial(open_http, httpx.Client, self._calls.base, auth, transport)
        self._http, self._process = self._open_http(), os.getpid()
        self.has_list: bool | None = None
        self._list_failures = ListFailures()

    @property
    def capabilities(self) -> Capabilities:
        """What was learned of the proxy so far: what it does not offer, above all."""
        return self._calls.capabilities

    @property
    def alias(self) -> str:
        """How the proxy is called in sentences: host and port, or the name that was given."""
        return self._calls.endpoint.alias

    def submit(self, request: Request, *, mode: Mode | None = None) -> SubmitReply:
        """
        Send *request*, once whatever happens.

        Raises:
            ServerUnreachable: No answer; its *sent* tells whether there may be a task.
            Refused: The proxy said no (as QueueFull, BannedPrompt or TaskUnknown when it is that).
        """
        return self._run(self._calls.submit(request, mode=mode))

    def upload(self, request: UploadPictures) -> list[str]:
        """Hand pictures over; return their addresses, which live about a day, in their order."""
        return self._run(self._calls.upload(request))

    def fetch(self, task_id: str) -> Task:
        """Return the latest snapshot of a task; raise `TaskUnknown` when there is none."""
        return self._run(self._calls.fetch(task_id))

    def fetch_many(self, ids: Sequence[str]) -> list[Task]:
        """Return the snapshots of *ids* in any order; those the proxy doesn't know are left out."""
        found: list[Task] = []
        for some in chunks(tuple(ids)):
            # Unknown yet is asked as well: the answer tells whether the proxy has a list.
            asked = self.has_list is not False
            try:
                listed = self._run(self._calls.list_by_condition(some)) if asked else None
            except MJError as error:
                if not self._list_failures.can_go_round(error):
                    raise
                found += self._fetch_each(some, OneByOne(error))
                continue
            found += self._fetch_each(some, OneByOne()) if listed is None else listed
            self.has_list = listed is not None
            self._list_failures.clear()
        return found

    def _fetch_each(self, ids: Sequence[str], each: OneByOne) -> list[Task]:
        for task_id in ids:
            try:
                each.add(self.fetch(task_id))
            except MJError as error:
                each.fail(error)
        return each.finish()

    def list_by_ids(self, ids: Sequence[str]) -> list[Task]:
        """Return the snapshots of *ids*, with what a proxy's own pages show, in their replies."""
        return self._run(self._calls.list_by_ids(ids))

    def list_tasks(self) -> TaskList:
        """Return the proxy's latest tasks; raise `Unsupported` where it has no such list."""
        return self._run(self._calls.list_tasks())

    def queue(self) -> list[Task]:
        """Return the tasks that wait or run; raise `Unsupported` where it has no such list."""
        return self._run(self._calls.queue())

    def image_seed(self, task_id: str) -> str:
        """Return the seed of a finished picture; this may take a minute."""
        return self._run(self._calls.image_seed(task_id))

    def cancel(self, task_id: str) -> None:
        """Ask to cancel a task, or to close its window."""
        self._run(self._calls.cancel(task_id))

    def list_accounts(self) -> list[Account]:
        """Return the accounts the proxy draws with; raise `Unsupported` where it lists none."""
        return self._run(self._calls.list_accounts())

    def account(self, account_id: str) -> Account:
        """Return one account; raise `Refused` when there is none with this id."""
        return self._run(self._calls.account(account_id))

    def offers(self, gap: Gap) -> bool | None:
        """
        Look whether the proxy offers an endpoint or a prefix of paths; None where nothing tells.

        Nothing is drawn, and nothing is learned by it; `Capabilities.take_back` is who looks.
        """
        return self._run(self._calls.look(gap))

    def picture(self, url: str, *, limit: int = MOST_BYTES) -> bytes:
        """Return the bytes at *url*; the secret goes along to the proxy's own origin only."""
        if (content := embedded_picture(url, limit)) is not None:
            return content
        sink = MemorySink(limit)
        self._run(self._calls.picture(url), sink)
        return sink.received

    def download(
        self, url: str, to: str | os.PathLike[str], *, limit: int = MOST_BYTES
    ) -> Download:
        """Fetch a picture into the file *to*, in constant memory; nothing stays when it fails."""
        sink = FileSink(given_path(to), limit)
        if (content := embedded_picture(url, limit)) is not None:
            sink.write(content)
            return sink.finish()
        try:
            self._run(self._calls.picture(url), sink)
        except BaseException:
            # An interrupt leaves no half file either.
            sink.discard()
            raise
        return sink.finish()

    def _run(self, call: Call[T], sink: Sink | None = None) -> T:
        steps, received = learning_steps(call, self._calls, self._pauses), None
        while True:
            try:
                step = steps.send(received)
            except StopIteration as end:
                value: T = end.value
                return value
            if isinstance(step, Sleep):
                self._sleep(step.seconds)
                received = None
            else:
                received = self._send(step, sink)

    def _send(self, call: Call[Any], sink: Sink | None) -> Received:
        if self._process != os.getpid():  # on its parent's lines, a forked child mixes up answers
            self._gate = Gate(MAX_CONNECTIONS)
            self._connections = OpenConnections(self._deadline.bind)
            self._http, self._process = self._open_http(), os.getpid()
        outer = sys.exception()
        try:
            return self._ask(call, sink)
        except BaseException as error:
            if not isinstance(error, MJError) and not self._http.is_closed:
                # A signal that broke in may have left a lock of the library locked.
                self._http = self._open_http()
            cut_frames(error, outer)
            raise

    def _ask(self, call: Call[Any], sink: Sink | None) -> Received:
        http = self._http
        try:
            options = request_options(call, self._timeouts)
            if call.pace is Pace.PICTURE:
                options |= pinned(self._hosts.target(call.url))
            request = http.build_request(**options)
            request.extensions["trace"] = self._connections.trace
            with self._gate:
                if self._connections.is_closed:
                    return client_closed(call.url)
                return self._receive(http, request, sink, call)
        except PictureHostRefused as error:
            return NoResponse(error, is_transient=False)
        except (AnswerTooLarge, UnpackError) as error:
            return not_taken(error, call)
        except (httpx.RequestError, httpx.InvalidURL) as error:
            received = no_response(error, call.url, origin=self._calls.base.origin)
            # Through a client that was closed meanwhile, asking again is no use.
            return received._replace(
                is_transient=received.is_transient and not self._connections.is_closed
            )
        except RuntimeError:  # it was closed before this was sent
            if not http.is_closed:
                raise
            return client_closed(call.url)

    def _receive(
        self, http: httpx.Client, request: httpx.Request, sink: Sink | None, call: Call[Any]
    ) -> Response:
        self._deadline.begin(call.pace, timeout_of(call, self._timeouts))
        response = http.send(request, stream=True, **send_options(call))
        try:
            # An error comes in words, and must not end as the beginning of a picture's file.
            into = sink if sink and response.is_success else MemorySink()
            into.restart()
            unpacker = Unpacker(response.headers.get("content-encoding", ""))
            # Raw, and unpacked by us in bounded pieces: the library would hold a packed bomb whole.
            for chunk in response.iter_raw():
                self._deadline.extend(len(chunk))
                for piece in unpacker.unpack(chunk):
                    into.write(piece)
            # Only now is it known that all came.
            unpacker.finish()
        finally:
            response.close()
        # Not the response's own address, which has a number in the place of the name.
        via = on_the_way(response)
        return Response(response.status_code, response.headers, into.received, call.url, via)

    def close(self) -> None:
        """Close the connections; requests under way end with the error of a line that broke."""
        if (
            self._process != os.getpid()
        ):  # hung up in a forked child, they would break in its parent
            return
        self._connections.abort_all()
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client of {self.alias}>"
