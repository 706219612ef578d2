"""The receiver on a real socket: what proxies post arrives, and junk does no harm."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from mj_notebook.errors import MJError, UsageError
from mj_notebook.protocol.models import Task
from mj_notebook.session.webhook.addresses import Bind
from mj_notebook.session.webhook.connection import MAX_BODY, MAX_HEAD
from mj_notebook.session.webhook.receiver import WebhookReceiver
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Secret
from tests.session.webhook.posting import (
    PATIENCE,
    exchange,
    line_to,
    nobody_answers,
    post,
    said,
    until,
)

Open = Callable[..., WebhookReceiver]
HALF_POST = b"POST %(path)s HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"
HOME = Bind("127.0.0.1", 0)
TASK = {"id": "17", "status": "IN_PROGRESS", "progress": "40%"}


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Return a worker of its own."""
    made = Worker()
    yield made
    made.stop()


class Ears:
    """Takes what a receiver hears; *is_open* holds it up."""

    def __init__(self) -> None:
        self.heard: list[Task] = []
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def hear(self, task: Task) -> bool:
        """Take a task; each id is news once."""
        await self.is_open.wait()
        is_news = task.id not in {known.id for known in self.heard}
        self.heard.append(task)
        return is_news


@pytest.fixture
def ears() -> Ears:
    """Return what hears."""
    return Ears()


@pytest.fixture
def receiver(worker: Worker, ears: Ears) -> Iterator[WebhookReceiver]:
    """Return a receiver."""
    made = WebhookReceiver(worker, HOME, deliver=ears.hear)
    yield made
    made.stop()


def works(receiver: WebhookReceiver, ears: Ears) -> bool:
    """Tell whether a task still arrives."""
    before = len(ears.heard)
    assert post(receiver.url, TASK) == 200
    until(lambda: len(ears.heard) > before)
    return True


# -- what proxies send -----------------------------------------------------------------------------


def test_a_task_arrives(receiver: WebhookReceiver, ears: Ears) -> None:
    """Read as tolerantly as an answer: null, numbers as strings, strings as numbers."""
    body = {"id": 17, "status": "IN_PROGRESS", "progress": None, "submitTime": "5", "buttons": None}
    assert post(receiver.url, body) == 200
    until(lambda: receiver.received == 1)
    assert [(task.id, task.submit_time) for task in ears.heard] == [("17", 5)]
    assert receiver.ignored == 0


def test_what_is_no_news_is_counted(receiver: WebhookReceiver) -> None:
    """So that a person can see that callbacks come, and that they say nothing."""
    for _ in range(3):
        assert post(receiver.url, TASK) == 200
    until(lambda: (receiver.received, receiver.ignored) == (3, 2))


def test_a_body_may_come_in_chunks(receiver: WebhookReceiver, ears: Ears) -> None:
    """With a size before each, and fields after the last."""
    path = urlsplit(receiver.url).path
    request = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        '6;x=y\r\n{"id":\r\n1b\r\n"17","status":"SUBMITTED"} \r\n0\r\nchecksum: 5\r\n\r\n'
    )
    assert exchange(receiver.url, request.encode()).startswith(b"HTTP/1.1 200 ")
    until(lambda: ears.heard)
    assert ears.heard[0].id == "17"


def test_a_sender_that_waits_for_a_word_gets_it(receiver: WebhookReceiver, ears: Ears) -> None:
    """Some libraries ask before they send a body."""
    path = urlsplit(receiver.url).path
    body = b'{"id":"17","status":"SUBMITTED"}'
    with line_to(receiver.url) as line:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 100 ")
        line.sendall(body)
        assert said(line).startswith(b"HTTP/1.1 200 ")
    until(lambda: ears.heard)


def test_the_answer_comes_before_any_work(
    worker: Worker, receiver: WebhookReceiver, ears: Ears
) -> None:
    """However slow the taking in is; all that was posted meanwhile is taken in afterwards."""
    worker.post(ears.is_open.clear)
    for number in range(20):
        assert post(receiver.url, {**TASK, "id": str(number)}) == 200
    assert not ears.heard
    worker.post(ears.is_open.set)
    until(lambda: len(ears.heard) == 20)
    assert [task.id for task in ears.heard] == [str(number) for number in range(20)]


def test_more_than_can_be_kept_is_answered_and_left_out(
    worker: Worker, receiver: WebhookReceiver, ears: Ears
) -> None:
    """Memory has a limit; what is left out is polled."""
    worker.post(ears.is_open.clear)
    for number in range(210):
        assert post(receiver.url, {**TASK, "id": str(number)}) == 200
    worker.post(ears.is_open.set)
    until(lambda: len(ears.heard) == 201)  # one was being heard when the others queued
    assert works(receiver, ears)
    assert [task.id for task in ears.heard] == [*map(str, range(201)), "17"]


def test_large_posts_are_kept_by_their_bytes(
    worker: Worker, receiver: WebhookReceiver, ears: Ears
) -> None:
    """Two hundred of the largest would be half a gigabyte."""
    worker.post(ears.is_open.clear)
    for number in range(20):
        assert post(receiver.url, {**TASK, "id": str(number), "prompt": "x" * 1_900_000}) == 200
    worker.post(ears.is_open.set)
    until(lambda: len(ears.heard) == 9)  # eight that waited, and the one before them
    assert works(receiver, ears)


def test_a_fault_in_one_task_ends_nothing(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, without the address, and the next one is heard."""
    heard: list[str] = []

    async def hear(task: Task) -> bool:
        heard.append(task.id)
        if task.id == "1":
            raise ValueError(task.id)
        return True

    receiver = WebhookReceiver(worker, HOME, deliver=hear)
    for number in "12":
        assert post(receiver.url, {**TASK, "id": number}) == 200
    until(lambda: heard == ["1", "2"])
    receiver.stop()
    assert "could not be taken in" in caplog.text
    assert receiver.url.rpartition("/")[2] not in caplog.text
    assert receiver.ignored == 1


def test_what_repeats_the_secret_arrives_without_it(worker: Worker, ears: Ears) -> None:
    """As from an answer, so from a post: nothing that is kept or shown has it."""
    receiver = WebhookReceiver(worker, HOME, deliver=ears.hear, secret=Secret("canary-3f9a71x"))
    assert post(receiver.url, {**TASK, "failReason": "bad key canary-3f9a71x"}) == 200
    until(lambda: bool(ears.heard))
    receiver.stop()
    assert ears.heard[0].fail_reason == "bad key ***"
    assert b"canary" not in bytes(ears.heard[0].reply or b"")


# -- junk ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"17",
        b"<html>",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id":"17"}',
        b'{"status":"SUCCESS"}',
        b'{"id":{},"status":[]}',
        b"\x00" * MAX_BODY,
    ],
    ids=lambda body: str(body[:12]),
)
def test_a_body_without_a_task_is_nothing(
    receiver: WebhookReceiver, ears: Ears, body: bytes
) -> None:
    """It is answered as every other, and not counted."""
    assert post(receiver.url, body) == 200
    assert works(receiver, ears)
    assert len(ears.heard) == receiver.received == 1


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ("POST %(path)s HTTP/1.0", 200),
        ("POST /calls/of/mine%(path)s HTTP/1.1", 200),
        ("POST %(path)s?from=proxy HTTP/1.1", 200),
        ("POST http://127.0.0.1:8080%(path)s HTTP/1.1", 200),
        ("GET / HTTP/1.1", 404),
        ("GET %(path)s HTTP/1.1", 404),
        ("PUT %(path)s HTTP/1.1", 404),
        ("OPTIONS * HTTP/1.1", 404),
        ("post %(path)s HTTP/1.1", 404),
        ("POST / HTTP/1.1", 404),
        ("POST /mj-hook-guessed HTTP/1.1", 404),
        ("POST %(path)sx HTTP/1.1", 404),
        ("POST %(path)s/ HTTP/1.1", 404),
        ("POST /x?y=%(path)s HTTP/1.1", 404),
    ],
)
def test_only_a_post_to_the_name_is_taken(
    receiver: WebhookReceiver, ears: Ears, first: str, status: int
) -> None:
    """Around the name a relay may have put something; all else isn't found, with not a word."""
    line = first.replace("%(path)s", urlsplit(receiver.url).path)
    head, body = "host: x\r\ncontent-length: 32\r\n\r\n", '{"id":"18","status":"SUBMITTED"}'
    answer = exchange(receiver.url, f"{line}\r\n{head}{body}".encode())
    head, _, rest = answer.decode().partition("\r\n\r\n")
    assert head.split(" ")[1] == str(status)
    told = {field.partition(":")[0].lower() for field in head.splitlines()[1:]}
    assert told <= {"connection", "content-length", "date"}
    assert rest == ""
    assert works(receiver, ears)
    until(lambda: [task.id for task in ears.heard] == ["18"] * (status == 200) + ["17"])


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 2000001\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n"
        + b"f4240\r\n%b\r\nf4241\r\n%b" % (b"x" * 1_000_000, b"x" * 1_000_001),
    ],
    ids=["declared", "in chunks"],
)
def test_what_is_too_large_is_refused_before_its_end(
    receiver: WebhookReceiver, ears: Ears, lines: bytes
) -> None:
    """As soon as that is known."""
    path = urlsplit(receiver.url).path.encode()
    answer = exchange(receiver.url, b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + lines)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert works(receiver, ears)
    assert len(ears.heard) == 1


@pytest.mark.parametrize(
    "request_",
    [
        b"\r\n\r\n",
        b"\x16\x03\x01\r\n\r\n",
        b"POST %(path)s HTTP/1.1\r\n\r\n",
        b"POST %(path)s HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST %(path)s HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n",
        b"POST %(path)s HTTP/1.1\r\nHost: x\r\nContent-Length: 1_0\r\n\r\n",
        b"POST %(path)s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"POST %(path)s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabcd",
        b"POST %(path)s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"POST %(path)s HTTP/1.1\r\nHost: x\r\nx: " + b"y" * (MAX_HEAD + 10),
    ],
    ids=lambda value: str(value[-40:]),
)
def test_what_is_no_http_gets_no_answer(
    receiver: WebhookReceiver, ears: Ears, caplog: pytest.LogCaptureFixture, request_: bytes
) -> None:
    """The line is cut, and the receiver goes on; nothing of it is told to the person."""
    path = urlsplit(receiver.url).path.encode()
    assert exchange(receiver.url, request_.replace(b"%(path)s", path)) == b""
    assert works(receiver, ears)
    assert len(ears.heard) == 1
    assert not caplog.records


def test_no_log_tells_the_address(
    receiver: WebhookReceiver, ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where a person has everything logged that happens."""
    with caplog.at_level(1), caplog.at_level(1, "uvicorn.access"), caplog.at_level(1, "asyncio"):
        assert works(receiver, ears)
    assert receiver.url.rpartition("/")[2] not in caplog.text


@pytest.mark.parametrize(
    "half",
    [b"", b"POST", HALF_POST, b"\r\n"],
)
def test_half_a_request_is_forgotten(receiver: WebhookReceiver, ears: Ears, half: bytes) -> None:
    """Whoever hangs up in the middle has said nothing."""
    line = line_to(receiver.url)
    line.sendall(half.replace(b"%(path)s", urlsplit(receiver.url).path.encode()))
    line.close()
    assert works(receiver, ears)
    until(lambda: not receiver._connections)
    assert len(ears.heard) == 1


def test_nobody_may_dawdle(worker: Worker, ears: Ears) -> None:
    """A request that takes too long is cut off, with no answer."""
    receiver = WebhookReceiver(worker, HOME, deliver=ears.hear, read_timeout=0.1)
    with line_to(receiver.url) as line:
        line.sendall(b"POST ")
        assert said(line) == b""
    assert works(receiver, ears)
    receiver.stop()


@pytest.mark.parametrize("half", [b"", HALF_POST], ids=["silent", "half a body"])
def test_there_are_only_so_many_at_once(receiver: WebhookReceiver, ears: Ears, half: bytes) -> None:
    """Of too many the first gives way, so that a post is taken whatever strangers hold."""
    begun = half.replace(b"%(path)s", urlsplit(receiver.url).path.encode())
    lines: list[socket.socket] = []
    while len(lines) < 64:
        lines.append(line_to(receiver.url))
        lines[-1].sendall(begun)
        until(lambda: len(receiver._connections) == len(lines))
    assert works(receiver, ears)
    assert said(lines[0]) == b""
    until(lambda: len(receiver._connections) == 63)
    for line in lines:
        line.close()
    until(lambda: not receiver._connections)
    assert works(receiver, ears)


# -- its address and its end -----------------------------------------------------------------------


def test_the_address_is_unguessable_and_not_shown(worker: Worker, ears: Ears) -> None:
    """43 signs of chance, other ones each time, and none of them in the repr."""
    one, other = (WebhookReceiver(worker, HOME, deliver=ears.hear) for _ in range(2))
    tokens = {receiver.url.rpartition("/mj-hook-")[2] for receiver in (one, other)}
    assert {len(token) for token in tokens} == {43}
    assert len(tokens) == 2
    for receiver in (one, other):
        assert not any(token in repr(receiver) for token in tokens)
        assert f"http://127.0.0.1:{receiver.bind.port}/mj-hook-***, 0 received" in repr(receiver)
        receiver.stop()
        assert "stopped" in repr(receiver)


def test_a_public_address_leads_here(worker: Worker, ears: Ears) -> None:
    """What the proxy is told is the public address with the secret part behind it."""
    receiver = WebhookReceiver(
        worker, HOME, deliver=ears.hear, public_url="https://me.example.com/calls/"
    )
    assert receiver.url.startswith("https://me.example.com/calls/mj-hook-")
    name = receiver.url.rpartition("/")[2]
    assert post(f"{receiver.bind.url}/calls/{name}", TASK) == 200
    until(lambda: ears.heard)
    receiver.stop()


def test_it_listens_on_loopback_only(receiver: WebhookReceiver) -> None:
    """Unless told otherwise, nobody else on the network can even connect."""
    assert receiver._socket.getsockname()[0] == "127.0.0.1"


def test_a_port_in_use_is_refused(worker: Worker, receiver: WebhookReceiver, ears: Ears) -> None:
    """With the port and what to do; nothing is left behind."""
    with pytest.raises(UsageError, match=f"port {receiver.bind.port} of 127.0.0.1"):
        WebhookReceiver(worker, receiver.bind, deliver=ears.hear)
    with pytest.raises(UsageError, match=r"192\.0\.2\.1"):
        WebhookReceiver(worker, Bind("192.0.2.1", 0), deliver=ears.hear)


def test_after_the_stop_nobody_answers(worker: Worker, ears: Ears) -> None:
    """The port is free at once, who was connected is cut off, and a second stop does nothing."""
    patient = WebhookReceiver(worker, HOME, deliver=ears.hear, read_timeout=3600)
    with line_to(patient.url) as line:
        line.sendall(b"POST ")
        until(lambda: patient._connections)
        patient.stop()
        patient.stop()
        assert said(line) == b""
    nobody_answers(patient.url)
    again = WebhookReceiver(worker, patient.bind, deliver=ears.hear)
    assert works(again, ears)
    again.stop()


def test_it_ends_with_its_worker(ears: Ears) -> None:
    """A kernel that ends leaves no open socket behind; nor does a worker that had ended before."""
    worker = Worker()
    receiver = WebhookReceiver(worker, HOME, deliver=ears.hear)
    assert works(receiver, ears)
    worker.stop()
    receiver.stop()
    nobody_answers(receiver.url)
    with pytest.raises(MJError, match="closed"):
        WebhookReceiver(worker, HOME, deliver=ears.hear)


def test_it_may_be_stopped_where_it_hears(worker: Worker) -> None:
    """A person's own code runs on the worker's thread too, and must not wait for itself."""
    stopped = threading.Event()
    took: list[float] = []

    async def hear(_: Task) -> bool:
        before = time.monotonic()
        own.stop()
        took.append(time.monotonic() - before)
        stopped.set()
        return True

    own = WebhookReceiver(worker, HOME, deliver=hear)
    assert post(own.url, TASK) == 200
    assert stopped.wait(PATIENCE)
    assert took[0] < 1
    own.stop()
    nobody_answers(own.url)
