"""Asking an engine over HTTP: times, sizes, cancelling, and each failure as one sentence."""

import asyncio
import base64
import binascii
import contextlib
import json
import ssl
import unicodedata
from collections.abc import Awaitable, Callable
from functools import cached_property
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from PIL import Image

from mj_notebook.errors import SettingsError
from mj_notebook.language import translated
from mj_notebook.server.backends.backend import NOBODY, DrawCancelled, DrawFailed, Watcher
from mj_notebook.server.backends.decoding import open_picture
from mj_notebook.server.config import LOOPBACK, BackendChoice

_Result = TypeVar("_Result")

# Seconds. An engine that loads its model first, or draws without a graphics card, ends late.
DRAW_TIMEOUT = 1800.0
_CONNECT_TIMEOUT = 5.0
_QUESTION_TIMEOUT = 10.0
# Seconds between two looks whether somebody has cancelled.
_LOOK = 0.1
# A picture of 4096 × 4096 as PNG in base64 has less.
_MOST_BYTES = 96 * 2**20
_MOST_WORDS = 200
# Seconds between two looks at a job.
_FIRST_LOOK, _LONGEST_LOOK = 0.02, 0.6
# A refusal for want of room has drawn nothing, so it may be repeated; so may a line that never
# came to be. Anything else was perhaps drawn, and paid for.
_LONGEST_PAUSE = 20.0


class HttpEngine:
    """
    What all backends have that ask one engine by HTTP; see `Backend`.

    Args:
        choice: Where it is, and what it asks for.
        headers: What each request carries; by itself the secret as most engines want it.
        timeout: Seconds that one picture may take, with all that is asked for it.
        pauses: Seconds to wait before what was refused for want of room is asked again.
    """

    engine: str

    def __init__(
        self,
        choice: BackendChoice,
        *,
        headers: dict[str, str] | None = None,
        timeout: float = DRAW_TIMEOUT,
        pauses: tuple[float, ...] = (1.0, 3.0, 9.0),
    ) -> None:
        self.model = choice.model
        self.base_url = _checked(choice.address)
        self._secret = choice.secret
        if headers is None:
            secret = choice.secret.reveal()
            headers = {"authorization": f"Bearer {secret}"} if secret else {}
        # As it is: what is packed could be unpacked to anything before its size is looked at.
        self._headers = {"accept-encoding": "identity", **headers}
        self._timeout, self.pauses = timeout, pauses

    def close(self) -> None:
        """Do nothing: each request has a line of its own."""

    def run(
        self,
        talk: Callable[["Asking"], Awaitable[_Result]],
        watcher: Watcher = NOBODY,
    ) -> _Result:
        """
        Carry out *talk* in a loop of this thread, and break it off once nobody wants it.

        *talk* is cancelled then, and may still tell the engine to stop.

        Raises:
            DrawFailed: One sentence that says what went wrong.
            DrawCancelled: It was broken off.
        """
        # Not asyncio.run, which a notebook's nested loops may have replaced.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            return runner.run(self._run(talk, watcher))

    @cached_property
    def _trust(self) -> ssl.SSLContext | bool:
        """Which certificates are good; read once, since that takes longer than many a talk."""
        return False if self.base_url.startswith("http:") else httpx.create_ssl_context()

    async def _run(
        self, talk: Callable[["Asking"], Awaitable[_Result]], watcher: Watcher
    ) -> _Result:
        host = urlsplit(self.base_url).hostname or ""
        async with httpx.AsyncClient(
            base_url=self.base_url,
            headers=self._headers,
            # Longer than a drawing may take: whoever is late is then cancelled here, and the engine
            # told to stop, instead of its line alone being closed.
            timeout=httpx.Timeout(self._timeout + _QUESTION_TIMEOUT, connect=_CONNECT_TIMEOUT),
            # A proxy of the environment leads to nothing on this machine.
            trust_env=host not in LOOPBACK,
            verify=self._trust,
        ) as client:
            work = asyncio.ensure_future(talk(Asking(self, client)))
            ends = asyncio.get_running_loop().time() + self._timeout
            while not work.done():
                await asyncio.wait({work}, timeout=_LOOK)
                is_late = asyncio.get_running_loop().time() > ends
                if not work.done() and (is_late or watcher.is_cancelled()):
                    # The talk tells the engine to stop before it ends.
                    work.cancel()
                    with contextlib.suppress(asyncio.CancelledError, DrawFailed):
                        await work
                    if is_late:
                        raise self.failed(
                            f"{self.engine} had not drawn it after {self._timeout:g} seconds, and"
                            " is waited for no longer."
                        )
                    raise DrawCancelled
            return work.result()

    def failed(self, what: str) -> DrawFailed:
        """Return the failure that *what* tells of this engine; never with the secret in it."""
        text = what.replace(self._secret.reveal(), "…") if self._secret else what
        return DrawFailed(text)


class Asking:
    """What is asked of an engine in one talk."""

    def __init__(self, engine: HttpEngine, client: httpx.AsyncClient) -> None:
        self._engine, self._client = engine, client
        self._name, self._failed = engine.engine, engine.failed

    async def get(self, path: str, **options: Any) -> Any:
        """Return the JSON at *path*; a question, which draws nothing."""
        return await self._json("GET", path, timeout=_QUESTION_TIMEOUT, **options)

    async def post(self, path: str, **options: Any) -> Any:
        """Return the JSON that answers; sent again only when nothing can have been drawn."""
        return await self._json("POST", path, **options)

    async def tell(self, path: str, **options: Any) -> Any:
        """Post what draws nothing, and wait no longer for an answer than for that of a question."""
        return await self._json("POST", path, timeout=_QUESTION_TIMEOUT, **options)

    async def carry_out(
        self,
        path: str,
        body: object,
        key: str,
        follow: Callable[[str], Awaitable[_Result]],
        stop: Callable[[str], Awaitable[object]],
    ) -> _Result:
        """
        Submit a job, and follow it to its end; one that is cancelled is stopped at the engine.

        Args:
            path: Where jobs are submitted.
            body: The job.
            key: Under which the answer has the job's name.
            follow: Returns what came of the job of that name.
            stop: Tells the engine to stop it.
        """
        submitting = asyncio.ensure_future(self.post(path, json=body))
        try:
            job = text_of(await asyncio.shield(submitting), key)
            if not job:
                raise self._failed(f"{self._name} accepted a job and gave it no name.")
            return await follow(job)
        except asyncio.CancelledError:
            with contextlib.suppress(DrawFailed):
                # On its way it may have arrived: only then has it a name to be stopped by.
                job = text_of(await submitting, key)
                if job:
                    await stop(job)
            raise

    async def content(self, path: str, **options: Any) -> bytes:
        """Return the bytes at *path*."""
        return (await self._answer("GET", path, **options))[1]

    async def linked(self, url: str) -> bytes:
        """
        Return the picture at an address that the engine has named.

        Of another server it is fetched by https alone, and without the engine's secret: nothing
        on this network can be read by an address that an engine makes up.
        """
        own, other = urlsplit(self._engine.base_url), urlsplit(url)
        if (other.scheme, other.netloc) == (own.scheme, own.netloc):
            return await self.content(url)
        if other.scheme != "https" or not other.hostname:
            raise self._failed(
                f"{self._name} names an address for its picture that is not fetched: only"
                " https, or its own."
            )
        async with httpx.AsyncClient(timeout=_QUESTION_TIMEOUT) as client:
            return await Asking(self._engine, client).content(url)

    async def _json(self, method: str, path: str, **options: Any) -> Any:
        response, content = await self._answer(method, path, **options)
        try:
            return json.loads(content) if content else {}
        except (ValueError, RecursionError):
            raise self._unreadable(response, content) from None

    async def _answer(self, method: str, path: str, **options: Any) -> tuple[httpx.Response, bytes]:
        for pause in (*self._engine.pauses, None):
            try:
                response, content = await self._once(method, path, **options)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                raise self._failed(
                    f"Nothing answers at {self._engine.base_url}: start {self._name} there, or"
                    " set the backend's address to where it is."
                ) from None
            except httpx.TimeoutException:
                raise self._failed(f"{self._name} did not answer in time.") from None
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                broke = f"The line to {self._name} broke ({type(error).__name__}); ask again."
                raise self._failed(broke) from None
            if response.status_code == 429 and pause is not None:
                await asyncio.sleep(_asked_pause(response, pause))
                continue
            if response.status_code >= 400:
                raise self._refused(response, content)
            return response, content
        raise AssertionError  # the last try returns or raises

    async def _once(self, method: str, path: str, **options: Any) -> tuple[httpx.Response, bytes]:
        async with self._client.stream(method, path, **options) as response:
            content = bytearray()
            async for part in response.aiter_bytes():
                content += part
                if len(content) > _MOST_BYTES:
                    raise self._failed(
                        f"{self._name} sent more than {_MOST_BYTES // 2**20} MB, which no"
                        " picture has."
                    )
            return response, bytes(content)

    def _refused(self, response: httpx.Response, content: bytes) -> DrawFailed:
        name, status = self._name, response.status_code
        if status == 429:
            return self._failed(f"{name} has no room now (HTTP 429); ask again later.")
        if status in {401, 403}:
            return self._failed(
                f"{name} lets nobody in without the right key (HTTP {status}); set"
                " MJ_BACKEND_SECRET."
            )
        try:
            words = _words_of(json.loads(content))
        except (ValueError, RecursionError):
            words = ""
        if words:
            return self._failed(f"{name} refused (HTTP {status}): {words}")
        if status == 404:
            return self._failed(
                f"What answers at {self._engine.base_url} is not {name} (HTTP 404); look at"
                " the backend's address."
            )
        return self._failed(f"{name} failed (HTTP {status}) and gave no reason.")

    def _unreadable(self, response: httpx.Response, content: bytes) -> DrawFailed:
        if content.lstrip()[:1] == b"<" or "html" in response.headers.get("content-type", ""):
            return self._failed(
                f"What answers at {self._engine.base_url} is not {self._name}: it sent a page."
            )
        return self._failed(f"{self._name} sent something that can't be read.")

    def picture(self, content: object) -> Image.Image:
        """Return the picture in *content*: bytes, base64, or a data URL."""
        image = open_picture(_bytes_of(content))
        if image is None:
            raise self._failed(f"{self._name} sent no picture, or half of one.")
        return image


async def until_next_look(looks: int) -> None:
    """Wait before a job is looked at again: soon at first, for some engines take a second."""
    await asyncio.sleep(min(_LONGEST_LOOK, _FIRST_LOOK * 2**looks))


def as_png(image: Image.Image) -> bytes:
    """Return *image* as PNG with Pillow's own packing: what is sent far should be small."""
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def as_base64(image: Image.Image) -> str:
    """Return *image* as PNG in base64."""
    return base64.b64encode(as_png(image)).decode()


def first_of(listed: object) -> object:
    """Return the first of a list, None for whatever else an engine may have sent."""
    return listed[0] if isinstance(listed, list) and listed else None


def value_of(record: object, *names: str) -> Any:
    """Return what stands under *names*, one in the other, None where it does not."""
    for name in names:
        record = record.get(name) if isinstance(record, dict) else None
    return record


def text_of(record: object, *names: str) -> str:
    """Return the text under *names*, cleaned and cut, "" where there is none."""
    value = value_of(record, *names)
    return cleaned(value) if isinstance(value, str | int | float) else ""


def cleaned(text: object) -> str:
    """Return *text* of an engine as one line without signs that do things to a page."""
    words = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in str(text))
    line = " ".join(words.split())
    return line if len(line) <= _MOST_WORDS else f"{line[:_MOST_WORDS]}…"


def _words_of(content: object) -> str:
    """Return why an engine refused, out of all the places where the engines say it."""
    found = []
    for names in (
        *(("error", "message"), ("error", "details"), ("error",)),
        *(("errors",), ("detail",), ("message",)),
    ):
        value = value_of(content, *names)
        if isinstance(value, list):
            value = "; ".join(filter(None, (text_of(one, "msg") for one in value)))
        if isinstance(value, str) and value.strip():
            found.append(value.strip())
    found += _node_errors(value_of(content, "node_errors"))
    return cleaned(": ".join(dict.fromkeys(found)))


def _node_errors(nodes: object) -> list[str]:
    """Return what ComfyUI says of single nodes: a model that is not there stands nowhere else."""
    found = []
    for node in nodes.values() if isinstance(nodes, dict) else ():
        errors = value_of(node, "errors")
        for error in errors if isinstance(errors, list) else ():
            words = (text_of(error, "message"), text_of(error, "details"))
            said = ", ".join(word for word in words if word)
            found.append(f"{text_of(node, 'class_type') or 'a node'}, {said}" if said else "")
    return [one for one in found if one]


def _bytes_of(content: object) -> bytes | None:
    if isinstance(content, bytes):
        return content
    if not isinstance(content, str):
        return None
    _, comma, packed = content.partition(",")
    try:
        return base64.b64decode(packed if comma else content, validate=True)
    except (binascii.Error, ValueError):
        return None


def _asked_pause(response: httpx.Response, usual: float) -> float:
    """Return how long the engine asks to wait, within reason."""
    try:
        return min(_LONGEST_PAUSE, max(0.0, float(response.headers.get("retry-after", ""))))
    except ValueError:
        return usual


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_good = False
    if not is_good:
        raise SettingsError(
            translated("The backend's address is none."),
            hint=translated("Write it like http://127.0.0.1:7860."),
        )
    if parts.username or parts.password:
        raise SettingsError(
            translated("The backend's address holds a name or a password, which would be shown."),
            hint=translated("Set MJ_BACKEND_SECRET instead."),
        )
    return url.rstrip("/")
