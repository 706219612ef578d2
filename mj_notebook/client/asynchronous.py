"""The client for event loops; its twin for threads is `sync`, where each method is explained."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self, TypeVar

import httpx

from mj_notebook.client.calls import Call, Calls, chunks
from mj_notebook.client.capabilities import Capabilities, Gap
from mj_notebook.client.deadline import SLOWEST, WHOLE
from mj_notebook.client.decompression import Unpacker, UnpackError
from mj_notebook.client.download import (
    AnswerTooLarge,
    Download,
    FileSink,
    MemorySink,
    Sink,
    embedded_picture,
)
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
class AsyncClient:
    """
    Asks one proxy, from one event loop.

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
        >>> async def states(task_ids):
        ...     async with mj.AsyncClient("http://127.0.0.1:8080") as client:
        ...         return [task.status for task in await client.fetch_many(task_ids)]
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
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
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
        self._auth = OriginBoundAuth(self._calls.endpoint, bearer=bearer)
        self._transport = transport
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open()
        self.has_list: bool | None = None
        self._list_failures = ListFailures()

    def _open(self) -> None:
        # Who must wait for a line waits here, not in the connection pool; see `MAX_CONNECTIONS`.
        self._gate = asyncio.Semaphore(MAX_CONNECTIONS)
        self._http = open_http(httpx.AsyncClient, self._calls.base, self._auth, self._transport)

    def _stay_in_loop(self) -> None:
        """Begin anew in another event loop: lines that one loop opened can't be used in another."""
        loop = asyncio.get_running_loop()
        if self._loop not in {None, loop} and not self._http.is_closed:
            self._open()  # the old ones ended with their loop, as after each `asyncio.run`
        self._loop = loop

    @property
    def capabilities(self) -> Capabilities:
        """What was learned of the proxy so far: what it does not offer, above all."""
        return self._calls.capabilities

    @property
    def alias(self) -> str:
        """How the proxy is called in sentences: host and port, or the name that was given."""
        return self._calls.endpoint.alias

    async def submit(self, request: Request, *, mode: Mode | None = None) -> SubmitReply:
        """
        Send *request*, once whatever happens.

        Raises:
            ServerUnreachable: No answer; its *sent* tells whether there may be a task.
            Refused: The proxy said no (as QueueFull, BannedPrompt or TaskUnknown when it is that).
        """
        return await self._run(self._calls.submit(request, mode=mode))

    async def upload(self, request: UploadPictures) -> list[str]:
        """Hand pictures over; return their addresses, which live about a day, in their order."""
        return await self._run(self._calls.upload(request))

    async def fetch(self, task_id: str) -> Task:
        """Return the latest snapshot of a task; raise `TaskUnknown` when there is none."""
        return await self._run(self._calls.fetch(task_id))

    async def fetch_many(self, ids: Sequence[str]) -> list[Task]:
        """Return the snapshots of *ids* in any order; those the proxy doesn't know are left out."""
        found: list[Task] = []
        for some in chunks(tuple(ids)):
            asked = self.has_list is not False
            try:
                listed = await self._run(self._calls.list_by_condition(some)) if asked else None
            except MJError as error:
                if not self._list_failures.can_go_round(error):
                    raise
                found += await self._fetch_each(some, OneByOne(error))
                continue
            found += await self._fetch_each(some, OneByOne()) if listed is None else listed
            # Remembered: a server without a list is not asked for one with each tick.
            self.has_list = listed is not None
            self._list_failures.clear()
        return found

    async def _fetch_each(self, ids: Sequence[str], each: OneByOne) -> list[Task]:
        left = list(ids)
        # One after another until the server tells of any: where it does not, all would fail.
        while left and not each.has_answered:
            await self._fetch_into(each, left.pop(0))
        await asyncio.gather(*(self._fetch_into(each, task_id) for task_id in left))
        return each.finish()

    async def _fetch_into(self, each: OneByOne, task_id: str) -> None:
        try:
            each.add(await self.fetch(task_id))
        except MJError as error:
            each.fail(error)

    async def list_by_ids(self, ids: Sequence[str]) -> list[Task]:
        """Return the snapshots of *ids*, with what a proxy's own pages show, in their replies."""
        return await self._run(self._calls.list_by_ids(ids))

    async def list_tasks(self) -> TaskList:
        """Return the proxy's latest tasks; raise `Unsupported` where it has no such list."""
        return await self._run(self._calls.list_tasks())

    async def queue(self) -> list[Task]:
        """Return the tasks that wait or run; raise `Unsupported` where it has no such list."""
        return await self._run(self._calls.queue())

    async def image_seed(self, task_id: str) -> str:
        """Return the seed of a finished picture; this may take a minute."""
        return await self._run(self._calls.image_seed(task_id))

    async def cancel(self, task_id: str) -> None:
        """Ask to cancel a task, or to close its window."""
        await self._run(self._calls.cancel(task_id))

    async def list_accounts(self) -> list[Account]:
        """Return the accounts the proxy draws with; raise `Unsupported` where it lists none."""
        return await self._run(self._calls.list_accounts())

    async def account(self, account_id: str) -> Account:
        """Return one account; raise `Refused` when there is none with this id."""
        return await self._run(self._calls.account(account_id))

    async def offers(self, gap: Gap) -> bool | None:
        """
        Look whether the proxy offers an endpoint or a prefix of paths; None where nothing tells.

        Nothing is drawn, and nothing is learned by it; `Capabilities.take_back` is who looks.
        """
        return await self._run(self._calls.look(gap))

    async def picture(self, url: str, *, limit: int = MOST_BYTES) -> bytes:
        """Return the bytes at *url*; the secret goes along to the proxy's own origin only."""
        if (content := embedded_picture(url, limit)) is not None:
            return content
        sink = MemorySink(limit)
        await self._run(self._calls.picture(url), sink)
        return sink.received

    async def download(
        self, url: str, to: str | os.PathLike[str], *, limit: int = MOST_BYTES
    ) -> Download:
        """Fetch a picture into the file *to*, in constant memory; nothing stays when it fails."""
        sink = FileSink(given_path(to), limit)
        if (content := embedded_picture(url, limit)) is not None:
            sink.write(content)
            return sink.finish()
        try:
            await self._run(self._calls.picture(url), sink)
        except BaseException:
            # A cancelled download leaves no half file either.
            sink.discard()
            raise
        return sink.finish()

    async def _run(self, call: Call[T], sink: Sink | None = None) -> T:
        steps, received = learning_steps(call, self._calls, self._pauses), None
        while True:
            try:
                step = steps.send(received)
            except StopIteration as end:
                value: T = end.value
                return value
            if isinstance(step, Sleep):
                await self._sleep(step.seconds)
                received = None
            else:
                received = await self._send(step, sink)

    async def _send(self, call: Call[Any], sink: Sink | None) -> Received:
        self._stay_in_loop()
        # What was being handled already when this was called is the caller's, and stays in the
        # traceback.
        outer = sys.exception()
        try:
            return await self._ask(call, sink)
        except BaseException as error:
            cut_frames(error, outer)
            raise

    async def _ask(self, call: Call[Any], sink: Sink | None) -> Received:
        try:
            options = request_options(call, self._timeouts)
            if call.pace is Pace.PICTURE:
                # Looking a name up blocks, for seconds where a name server is away.
                options |= pinned(await asyncio.to_thread(self._hosts.target, call.url))
            request = self._http.build_request(**options)
            async with self._gate:
                return await self._receive(request, sink, call)
        except TimeoutError:
            return no_response(httpx.ReadTimeout("The whole answer took too long."), call.url)
        except PictureHostRefused as error:
            return NoResponse(error, is_transient=False)
        except (AnswerTooLarge, UnpackError) as error:
            return not_taken(error, call)
        except (httpx.RequestError, httpx.InvalidURL) as error:
            return no_response(error, call.url, origin=self._calls.base.origin)
        except RuntimeError:  # it was closed before this was sent
            if not self._http.is_closed:
                raise
            return client_closed(call.url)

    async def _receive(
        self, request: httpx.Request, sink: Sink | None, call: Call[Any]
    ) -> Response:
        async with asyncio.timeout(WHOLE * timeout_of(call, self._timeouts)) as whole:
            response = await self._http.send(request, stream=True, **send_options(call))
            try:
                into = sink if sink and response.is_success else MemorySink()
                into.restart()
                unpacker = Unpacker(response.headers.get("content-encoding", ""))
                async for chunk in response.aiter_raw():
                    if call.pace is Pace.PICTURE and (end := whole.when()) is not None:
                        whole.reschedule(end + len(chunk) / SLOWEST)
                    for piece in unpacker.unpack(chunk):
                        into.write(piece)
                unpacker.finish()
            finally:
                await response.aclose()
        # Not the response's own address, which has a number in the place of the name.
        via = on_the_way(response)
        return Response(response.status_code, response.headers, into.received, call.url, via)

    async def close(self) -> None:
        """Close the connections."""
        self._stay_in_loop()
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<AsyncClient of {self.alias}>"
