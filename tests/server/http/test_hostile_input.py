"""Everything bad at once, on one socket: each gets its error, and what was accepted before is done.

Real time and a real socket: what breaks a server breaks it below its endpoints.
"""

import contextlib
import json
import socket
import struct
import time
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from mj_notebook.server.config import Config, Timing
from mj_notebook.server.http.gate import MAX_BODY
from mj_notebook.server.runner import Runner
from tests.server.pictures import png, sent
from tests.server.wire import refusal
from tests.support.bombs import packed_zeros

SUBMITS = (
    *(f"/mj/submit/{name}" for name in ("imagine", "blend", "describe", "shorten", "action")),
    *(f"/mj/submit/{name}" for name in ("modal", "change", "simple-change")),
    "/mj/submit/upload-discord-images",
    "/mj/insight-face/swap",
)
BODIES = {
    "empty": b"",
    "cut": b'{"prompt":"a',
    "list": b"[]",
    "number": b"4",
    "null": b"null",
    "no utf-8": b'{"prompt":"\xff\xfe","base64":"\xc3\x28","taskId":"\xed\xa0\x80"}',
    "nul": b"\x00" * 100,
    "nan": b'{"index":NaN,"prompt":Infinity}',
    "deep list": b"[" * 200_000,
    "deep object": b'{"prompt":' + b'{"a":' * 100_000,
    "deep and whole": b'{"state":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "two bodies": b"{}{}",
    "html": b"<html>",
    "multipart": b"--x\r\ncontent-disposition: form-data\r\n\r\n1\r\n--x--",
}
WRONG_TYPES: tuple[Any, ...] = (True, [], {}, ["x"], {"a": {"b": []}}, [[]])
KEYS = {
    "imagine": "prompt",
    "blend": "base64Array",
    "describe": "base64",
    "shorten": "prompt",
    "action": "customId",
    "modal": "taskId",
    "change": "taskId",
    "simple-change": "content",
    "upload-discord-images": "base64Array",
    "swap": "sourceBase64",
}
IDS = (
    "1",
    "1760000000000000",
    "a%2Fb",
    "..%2F..%2Fetc%2Fpasswd",
    "%00",
    "%ff",
    "%25",
    "%E2%80%AE",
    "x" * 8000,
    "-1",
    "1%3Fprogress=1",
    "1;2",
    "%0d%0aset-cookie:a",
    "f" * 64,
)
RAW = {
    "no http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "other method": b"BREW /mj/submit/imagine HTTP/1.1\r\nhost: localhost\r\n\r\n",
    "no length": b"POST /mj/submit/imagine HTTP/1.1\r\nhost: localhost\r\n"
    b"content-length: x\r\n\r\n",
    "bad chunks": b"POST /mj/submit/imagine HTTP/1.1\r\nhost: localhost\r\n"
    b"transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "long head": b"GET /mj/task/list HTTP/1.1\r\nhost: localhost\r\nx: " + b"y" * 200_000,
    "half a body": b"POST /mj/submit/imagine HTTP/1.1\r\nhost: localhost\r\n"
    b"content-length: 100\r\n\r\n{",
    "odd path": b"GET /mj/task/\xff\xfe/fetch HTTP/1.1\r\nhost: localhost\r\n\r\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Target"]:
    """Return the one server all is thrown at, with a task accepted before."""
    folder = tmp_path_factory.mktemp("server")
    config = Config(
        folder=folder, picture_side=64, timing=Timing(grid=0.2, single=0.1), queue_size=1000
    )
    with Runner(config) as runner, httpx.Client(base_url=runner.base_url, timeout=60) as client:
        target = Target(runner, client, folder)
        yield target
        # Whatever was thrown: what was accepted before is there, done and can be looked at.
        tasks = {task["id"]: task for task in client.get("/mj/task/list").json()}
        assert tasks[target.kept]["status"] == "SUCCESS"
        assert client.get(tasks[target.kept]["imageUrl"]).content[:4] == b"\x89PNG"


class Target:
    """A server, and what it accepted before anything was thrown."""

    def __init__(self, runner: Runner, client: httpx.Client, folder: Path) -> None:
        self.runner, self.client, self.folder = runner, client, folder
        self.kept = str(self.post("/mj/submit/imagine", {"prompt": "a kite"}).json()["result"])

    def post(self, path: str, body: object) -> httpx.Response:
        """Post JSON."""
        return self.client.post(path, json=body)

    def finished(self, path: str, body: object) -> dict[str, Any]:
        """Submit, and return the task when it is over."""
        reply = self.post(path, body).json()
        assert reply["code"] in {1, 22}, reply
        deadline = time.monotonic() + 60
        while True:
            task: dict[str, Any] = self.client.get(f"/mj/task/{reply['result']}/fetch").json()
            if task["finishTime"]:
                return task
            assert time.monotonic() < deadline
            time.sleep(0.02)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_request(server: Target, body: bytes) -> None:
    """400 with code 4 and a sentence; what only looks odd is judged like any request."""
    for path in (*SUBMITS, "/mj/task/list-by-condition", "/mj/task/list-by-ids"):
        answer = server.client.post(path, content=body)
        assert answer.status_code in {200, 400}, path
        if answer.status_code == 400 or path.startswith("/mj/submit"):
            assert answer.json()["code"] in {3, 4}, path
            assert answer.json()["description"]


@pytest.mark.parametrize("path", SUBMITS)
def test_a_value_of_a_wrong_type(server: Target, path: str) -> None:
    """400 with code 4, or what an empty value is told."""
    key = KEYS[path.rpartition("/")[2]]
    for value in WRONG_TYPES:
        answer = server.post(path, {key: value})
        assert answer.json()["code"] == 4, value
        assert answer.json()["result"] is None


def test_a_body_of_40_megabytes(server: Target) -> None:
    """413, declared or not; up to the limit it is read."""
    body = b'{"prompt":"' + b"a" * 40_000_000 + b'"}'
    assert server.client.post("/mj/submit/imagine", content=body).status_code == 413
    pieces = (body[start : start + 2**20] for start in range(0, len(body), 2**20))
    answer = server.client.post("/mj/submit/imagine", content=pieces)
    assert (answer.status_code, answer.json()["code"]) == (413, 4)
    fits = {"base64Array": ["data:image/png;base64," + "A" * (MAX_BODY - 1000)]}
    assert server.post("/mj/submit/blend", fits).json() == refusal(4, "base64List参数错误")


@pytest.mark.parametrize("id_", IDS, ids=[id_[:12] for id_ in IDS])
def test_an_id_that_nobody_has(server: Target, id_: str) -> None:
    """404 with JSON under every address, in the words for a task, a picture, or a path."""
    paths = [f"/mj/task/{id_}/{what}" for what in ("fetch", "image-seed")]
    for path in (*paths, f"/mj/image/{id_}", f"/mj/account/{id_}/fetch"):
        answer = server.client.get(path)
        assert answer.status_code == 404, path
        assert answer.json()
    assert server.client.post(f"/mj/task/{id_}/cancel").status_code == 404
    for path in ("/mj/submit/action", "/mj/submit/modal"):
        reply = server.post(path, {"taskId": id_, "customId": "MJ::JOB::upsample::1::x"}).json()
        assert reply == refusal(3, "关联任务不存在或已失效")
    assert server.post("/mj/task/list-by-condition", {"ids": [id_]}).json() == []


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that unpacks to *width* times *height* black pixels."""
    rows = (1 + width // 8) * height
    return file_of(width, height, chunk(b"IDAT", packed_zeros(rows // 1_000_000 + 1)))


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return one chunk of a PNG."""
    head = struct.pack(">I", len(content)) + kind
    return head + content + struct.pack(">I", zlib.crc32(kind + content))


def file_of(width: int, height: int, *chunks: bytes) -> bytes:
    """Return a PNG of one bit a pixel with these chunks."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def as_sent(content: bytes) -> str:
    """Return *content* as clients send it."""
    return "data:image/png;base64," + b64encode(content).decode()


SMALL_PNG = png(Image.new("RGB", (8, 8), "red"))
LONG_TEXT = chunk(b"zTXt", b"Description\0\0" + packed_zeros(300))
PICTURES = {
    "text": b"this is no picture",
    "html": b"<html><body>",
    "cut": SMALL_PNG[:40],
    "only a head": SMALL_PNG[:8],
    "script": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n",
    "bitmap of a plotter": b"P6 2 2 255\n" + bytes(12),
    "vectors": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "bomb": bomb(30_000, 30_000),
    "huge head": file_of(2**31 - 1, 2**31 - 1, chunk(b"IDAT", zlib.compress(b"\0"))),
    "no size": file_of(0, 0, chunk(b"IDAT", zlib.compress(b"\0"))),
    "long text": file_of(8, 8, LONG_TEXT, chunk(b"IDAT", zlib.compress(bytes(16)))),
}


@pytest.mark.parametrize("content", PICTURES.values(), ids=PICTURES)
def test_a_picture_that_is_none(server: Target, content: bytes) -> None:
    """Where a picture is worked with: code 4 and the family's words, and soon."""
    begun = time.monotonic()
    bad, good = as_sent(content), sent(Image.new("RGB", (30, 30), "red"))
    for path, body in {
        "/mj/submit/blend": {"base64Array": [good, bad]},
        "/mj/submit/describe": {"base64": bad},
        "/mj/submit/upload-discord-images": {"base64Array": [bad]},
        "/mj/insight-face/swap": {"sourceBase64": bad, "targetBase64": good},
    }.items():
        assert server.post(path, body).json() == refusal(4, "base64格式错误"), path
    assert time.monotonic() - begun < 10


def test_a_mask_that_is_no_picture(server: Target) -> None:
    """The window stays open after each, and can still be answered with a right one."""
    grid = server.finished("/mj/submit/imagine", {"prompt": "a kite"})
    upscale = {"taskId": grid["id"], "customId": grid["buttons"][0]["customId"]}
    single = server.finished("/mj/submit/action", upscale)
    region = next(b["customId"] for b in single["buttons"] if b["label"] == "Vary (Region)")
    window = server.post("/mj/submit/action", {"taskId": single["id"], "customId": region}).json()
    body = {"taskId": window["result"], "prompt": "a boat"}
    for name, content in PICTURES.items():
        bad = {**body, "maskBase64": as_sent(content)}
        assert server.post("/mj/submit/modal", bad).json() == refusal(4, "base64格式错误"), name
    mask = sent(Image.new("L", (32, 32), "white"))
    task = server.finished("/mj/submit/modal", {**body, "maskBase64": mask})
    assert task["status"] == "SUCCESS"
    assert server.client.get(task["imageUrl"]).status_code == 200


@pytest.mark.parametrize("content", PICTURES.values(), ids=PICTURES)
def test_a_reference_that_is_no_picture(server: Target, content: bytes) -> None:
    """The open proxy looks only at the form; the task ends, and its picture can be had."""
    body = {"prompt": "a kite", "base64Array": [as_sent(content)]}
    task = server.finished("/mj/submit/imagine", body)
    assert task["status"] == "SUCCESS"
    assert server.client.get(task["imageUrl"]).content[:4] == b"\x89PNG"


@pytest.mark.parametrize("words", RAW.values(), ids=RAW)
def test_what_is_hardly_http(server: Target, words: bytes) -> None:
    """It is answered or hung up on, and the next one is served."""
    told = b""
    with (
        socket.create_connection(("127.0.0.1", server.runner.port), timeout=5) as line,
        # The server may hang up while the rest is still on its way.
        contextlib.suppress(OSError),
    ):
        line.sendall(words)
        line.shutdown(socket.SHUT_WR)
        while piece := line.recv(65_536):
            told += piece
    assert told[:9] in {b"", b"HTTP/1.1 "}
    assert b" 500 " not in told[:20]
    assert server.client.get("/health").status_code == 200


def test_nobody_reads_the_answer(server: Target) -> None:
    """A hundred clients ask and go away at once; each of their tasks is there."""
    before = len(server.client.get("/mj/task/list").json())
    body = json.dumps({"prompt": "a kite"}).encode()
    head = b"POST /mj/submit/imagine HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n"
    for _ in range(100):
        with socket.create_connection(("127.0.0.1", server.runner.port)) as line:
            line.sendall(head % len(body) + body)
    deadline = time.monotonic() + 10
    while len(server.client.get("/mj/task/list").json()) < before + 100:
        assert time.monotonic() < deadline
        time.sleep(0.02)
