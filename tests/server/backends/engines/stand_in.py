"""What all stand-ins share: a socket, pictures out of words and seeds, and what can go wrong."""

import base64
import hashlib
import json
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from PIL import Image, ImageChops, ImageDraw

from mj_notebook.server.config import BackendChoice

Json = dict[str, Any]
SECRET = "engine-secret-4711"
# An engine decodes a picture from its own space: what is not masked comes back a little changed.
_DRIFT = 3


class Asked(NamedTuple):
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        """The body, read as JSON."""
        found: Json = json.loads(self.body or b"{}")
        return found

    @property
    def form(self) -> dict[str, list[bytes]]:
        """The parts of a form, by their names."""
        head = f"content-type: {self.headers['content-type']}\r\n\r\n".encode()
        parts: dict[str, list[bytes]] = {}
        for part in BytesParser(policy=HTTP).parsebytes(head + self.body).iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            parts.setdefault(name, []).append(content)
        return parts


class Answer(NamedTuple):
    """What is sent back."""

    content: bytes
    status: int = 200
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


def as_json(content: object, status: int = 200, **headers: str) -> Answer:
    """Return *content* as JSON."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(json.dumps(content).encode(), status, headers=named)


def fresh(prompt: str, seed: int, size: tuple[int, int]) -> Image.Image:
    """Return the picture of words and a seed: a colour of the words, stripes of the seed."""
    digest = hashlib.sha256(f"{prompt} {seed}".encode()).digest()
    words = hashlib.sha256(prompt.encode()).digest()
    image = Image.new("RGB", size, (words[0], words[1], words[2]))
    draw = ImageDraw.Draw(image)
    for place in range(8):
        left = digest[place] * size[0] // 256
        colour = (digest[8 + place], digest[16 + place], digest[place])
        draw.rectangle((left, 0, left + max(1, size[0] // 16), size[1]), fill=colour)
    return image


def changed(
    start: Image.Image, new: Image.Image, strength: float, mask: Image.Image | None
) -> Image.Image:
    """Return *start* moved towards *new*, in the mask more than elsewhere, as engines do."""
    start = start.convert("RGB").resize(new.size)
    moved = Image.blend(start, new, strength)
    if mask is None:
        return moved
    drifted = ImageChops.add(start, Image.new("RGB", new.size, (_DRIFT, 0, 0)))
    return Image.composite(moved, drifted, mask.convert("L").resize(new.size))


def png(image: Image.Image) -> bytes:
    """Return *image* as PNG."""
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def packed(content: bytes) -> str:
    """Return *content* in base64."""
    return base64.b64encode(content).decode()


def opened(text: str | bytes) -> Image.Image:
    """Return the picture in base64, a data URL, or bytes."""
    if isinstance(text, str):
        text = base64.b64decode(text.rpartition(",")[2])
    return Image.open(BytesIO(text))


class StandIn:
    """
    A server that stands in for an engine; subclasses speak its API.

    Attributes:
        asked: The requests so far.
        fault: What is wrong with each drawing from now on: `429`, `500`, `html`, `garbage`,
            `half`, `size`, `none`, `slow`, or "".
        faults_left: How many drawings it is wrong with; None for all.
        is_stopped: Set once the engine was told to stop.
        begun: Set once a drawing has begun.
    """

    name = ""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.fault = ""
        self.faults_left: int | None = None
        self.is_stopped = threading.Event()
        self.begun = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def choice(self, **more: Any) -> BackendChoice:
        """Return the choice of this engine."""
        return BackendChoice(name=self.name, url=self.url, **more)

    def answer(self, asked: Asked) -> Answer:
        """Return what the engine answers."""
        raise NotImplementedError

    def taken_fault(self) -> str:
        """Return what goes wrong with the drawing that begins now."""
        self.begun.set()
        if self.faults_left is not None:
            if not self.faults_left:
                return ""
            self.faults_left -= 1
        return self.fault

    def spoiled(self, content: bytes, fault: str) -> bytes:
        """Return the bytes of a picture with what is wrong with them."""
        if fault == "half":
            return content[: len(content) // 2]
        if fault == "size":
            image = opened(content)
            return png(image.convert("RGB").resize((image.width // 2, image.height // 2)))
        return content

    def plain_fault(self, fault: str) -> Answer | None:
        """Return the answer of faults that look alike everywhere."""
        if fault == "html":
            return Answer(b"<!doctype html><title>Login</title>", kind="text/html")
        if fault == "garbage":
            return Answer(b'{"images": [')
        if fault == "slow":
            self.is_stopped.wait(20)
        return None

    def drawings(self, path: str) -> list[Asked]:
        """Return the requests to *path*."""
        return [one for one in self.asked if one.path == path]

    def close(self) -> None:
        """Hang up."""
        self.is_stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer a question."""
            self._answer()

        def do_POST(self) -> None:
            """Answer a request to do something."""
            self._answer()

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            asked = Asked(self.command, parts.path, query, headers, body)
            stand_in.asked.append(asked)
            answer = stand_in.answer(asked)
            try:
                self.send_response(answer.status)
                self.send_header("content-type", answer.kind)
                self.send_header("content-length", str(len(answer.content)))
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.content)
            except OSError:
                self.close_connection = True  # who asked has gone

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
