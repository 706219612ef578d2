"""Limits on what a server may send: how large it is unpacked, and how long all of it takes."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mj_notebook.client.decompression import Unpacker, UnpackError
from mj_notebook.errors import MJError, Refused, ServerUnreachable
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.routes import Pace
from tests.client.asking import ASKERS, Asker, caught
from tests.client.servers import Server, http
from tests.support.bombs import packed_zeros

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture(params=ASKERS, ids=lambda asker: asker.name)
def asker(request: pytest.FixtureRequest) -> type[Asker]:
    """Return one of the two clients."""
    kind: type[Asker] = request.param
    return kind


@contextmanager
def dripping(head: bytes, pause: float = 0.05) -> Iterator[str]:
    """Serve *head* at once to whoever comes, and then a byte now and then for ever."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                connection.sendall(head)
                while not ended.wait(pause):
                    connection.sendall(b" ")
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-A: ", HEAD], ids=["head", "body"])
def test_an_answer_that_drips_ends(asker: type[Asker], head: bytes) -> None:
    """One byte now and then satisfies each wait, but not the time for the whole answer."""
    with dripping(head) as url, asker(None, url, timeouts={Pace.FETCH: 0.3}) as client:
        started = time.monotonic()
        error = caught(lambda: client.fetch("17"))
        took = time.monotonic() - started
    assert isinstance(error, ServerUnreachable)
    assert "did not answer in time" in str(error)
    assert took < 5


def test_a_submit_that_drips_may_be_taken(asker: type[Asker]) -> None:
    """Its answer never came whole, so nobody knows."""
    with dripping(HEAD) as url, asker(None, url, timeouts={Pace.SUBMIT: 0.2}) as client:
        error = caught(lambda: client.submit(Imagine(prompt="a kite")))
    assert isinstance(error, ServerUnreachable)
    assert error.sent


def test_a_picture_that_drips_makes_room_for_others(asker: type[Asker]) -> None:
    """A slow line may take its time, a trickle may not."""
    with dripping(HEAD + PNG) as url, asker(None, url, timeouts={Pace.PICTURE: 0.3}) as client:
        error = caught(lambda: client.picture(f"{url}/x.png"))
    assert isinstance(error, ServerUnreachable)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "compress", "gzip, deflate"])
def test_what_was_not_asked_for_is_not_unpacked(asker: type[Asker], encoding: str) -> None:
    """Packed twice, a few kilobytes hold gigabytes."""
    bomb = gzip.compress(gzip.compress(bytes(10_000_000)))
    with (
        Server(http(bomb, "200 OK", f"Content-Encoding: {encoding}")) as server,
        asker(None, server.url) as client,
    ):
        error = caught(client.list_tasks)
    assert isinstance(error, ServerUnreachable)
    assert "was not asked for" in str(error)


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_a_limit_holds_while_an_answer_is_unpacked(asker: type[Asker], name: str) -> None:
    """The picture is larger than it may be long before it is unpacked."""
    bomb = packed_zeros(300, before=PNG, gzip=name == "gzip")
    assert len(bomb) < 400_000
    with (
        Server(http(bomb, "200 OK", f"Content-Encoding: {name}")) as server,
        asker(None, server.url) as client,
    ):
        error = caught(lambda: client.picture(f"{server.url}/x.png", limit=1_000_000))
    assert isinstance(error, Refused)
    assert "larger than" in str(error)


@pytest.mark.parametrize("name", ["gzip", "x-gzip", "deflate", "raw deflate", "identity", ""])
def test_packed_answers_are_unpacked(name: str) -> None:
    """In whatever pieces they come; by "deflate" servers mean one of two things."""
    content = bytes(range(256)) * 5000
    packed = {
        "gzip": gzip.compress(content),
        "x-gzip": gzip.compress(content),
        "deflate": zlib.compress(content),
        "raw deflate": zlib.compress(content)[2:-4],
    }.get(name, content)
    unpacker = Unpacker(name.removeprefix("raw "))
    pieces = [
        piece
        for start in range(0, len(packed), 7)
        for piece in unpacker.unpack(packed[start : start + 7])
    ]
    unpacker.finish()
    assert b"".join(pieces) == content


def test_what_is_packed_and_broken_is_told() -> None:
    """Half of it is no answer."""
    half = gzip.compress(b"a" * 1000)[:20]
    unpacker = Unpacker("gzip")
    list(unpacker.unpack(half))
    with pytest.raises(UnpackError, match="before its end"):
        unpacker.finish()
    with pytest.raises(UnpackError, match="broken"):
        list(Unpacker("gzip").unpack(b"no gzip at all"))


@pytest.mark.parametrize(
    "bad",
    [
        '{"id":"9","status":"SUCCESS","submitTime":9223372036854775808}',
        f'{{"id":"9","status":"SUCCESS","finishTime":{10**30}}}',
        '{"id":"9","status":"SUCCESS","prompt":"\\ud83d"}',
        '{"id":"9","status":"SUCCESS","prompt":"a\nb"}',
        '{"id":"9","status":"SUCCESS","progress":NaN}',
        '{"id":"9","status":"SUCCESS","imageHeight":1e400}',
        '{"id":"9","status":"SUCCESS","properties":' + "[" * 5000 + "]" * 5000 + "}",
    ],
    ids=["2**63", "10**30", "surrogate", "newline", "NaN", "1e400", "deep"],
)
def test_one_bad_task_spoils_itself_alone(asker: type[Asker], bad: str) -> None:
    """The others of the list are as good as ever, and what is bad about it is left out."""
    good = {str(number): f'{{"id":"{number}","status":"SUCCESS"}}' for number in range(3)}
    listed = f"[{','.join([*good.values(), bad])}]".encode()
    # One by one where the list can't be read, and then several at once.
    alone = {task: http(answer.encode()) for task, answer in {**good, "9": bad}.items()}
    with Server(http(listed), tasks=alone) as server, asker(None, server.url) as client:
        found = client.fetch_many(["0", "1", "2", "9"])
    assert [task.id for task in found][:3] == ["0", "1", "2"]
    for task in found:
        for number in (task.submit_time, task.finish_time, task.image_height):
            assert number is None or abs(number) < 2**63
        task.reply  # noqa: B018 - it can be read


def test_a_server_that_is_broken_altogether_is_told(asker: type[Asker]) -> None:
    """Where none of them can be read it is not one bad task."""
    with Server(http(b"{broken")) as server, asker(None, server.url) as client:
        error = caught(lambda: client.fetch_many(["1", "2"]))
    assert type(error) is not MJError
    assert error.hint
