"""Both clients against a real socket that misbehaves."""

import asyncio
import gc
import json
import threading
import warnings

import pytest

from mj_notebook.client.asynchronous import AsyncClient
from mj_notebook.client.sync import Client
from mj_notebook.errors import ServerUnreachable
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.routes import Pace
from tests.client.asking import Asker, caught
from tests.client.servers import Misbehaviour, Server, http

TASK = http(b'{"id":"1","status":"SUCCESS"}')
ACCEPTED = http(b'{"code":1,"description":"ok","result":"17","properties":{}}')
KITE = Imagine(prompt="a red kite")


def test_many_questions_travel_on_one_connection(asker: type[Asker]) -> None:
    """Connections are kept alive; a hundred submits open one."""
    with Server(ACCEPTED) as server, asker(None, server.url) as client:
        for _ in range(100):
            client.submit(KITE)
        assert server.connections == 1
        assert len(server.requests) == 100


def test_what_is_sent_is_what_was_asked(asker: type[Asker]) -> None:
    """The request on the wire: path, length and the body's very bytes."""
    with Server(ACCEPTED) as server, asker(None, server.url + "/mj-fast") as client:
        client.submit(Imagine(prompt="风筝 {a}"))
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /mj-fast/mj/submit/imagine HTTP/1.1\r\n")
    assert json.loads(body) == {"prompt": "风筝 {a}"}


@pytest.mark.parametrize("fault", [Misbehaviour.DROP, Misbehaviour.HALF])
def test_a_line_that_breaks_after_the_submit_leaves_it_unknown(
    asker: type[Asker], fault: Misbehaviour
) -> None:
    """Accepted and then dropped: sent once, and the error says that it may be there."""
    with Server(fault) as server, asker(None, server.url) as client:
        error = caught(lambda: client.submit(KITE))
        assert len(server.requests) == 1
    assert isinstance(error, ServerUnreachable)
    assert error.sent


@pytest.mark.parametrize("fault", [Misbehaviour.DROP, Misbehaviour.HALF])
def test_a_read_survives_a_line_that_breaks_once(asker: type[Asker], fault: Misbehaviour) -> None:
    """The second question gets the whole answer."""
    with Server(fault, TASK) as server, asker(None, server.url) as client:
        assert client.fetch("1").succeeded
        assert len(server.requests) == 2


def test_half_a_picture_is_begun_again(asker: type[Asker]) -> None:
    """What came before the line broke is forgotten, so no picture holds two beginnings."""
    picture = b"\x89PNG\r\n\x1a\n" + b"x" * 5000
    with Server(Misbehaviour.HALF, http(picture)) as server, asker(None, server.url) as client:
        assert client.picture(f"{server.url}/mj/image/1") == picture


def test_silence_ends_after_the_time_its_pace_gives(asker: type[Asker]) -> None:
    """A server that takes the request and says nothing is told as such, once."""
    short = dict.fromkeys(Pace, 0.5)
    with Server(Misbehaviour.SILENCE) as server, asker(None, server.url, timeouts=short) as client:
        error = caught(lambda: client.submit(KITE))
        assert len(server.requests) == 1
    assert isinstance(error, ServerUnreachable)
    assert error.sent
    assert "did not answer in time" in str(error)


def test_where_nothing_listens_the_sentence_says_so(asker: type[Asker]) -> None:
    """Refused connections name the address and what to check, and nothing was sent."""
    with Server(TASK) as server:
        url = server.url
    with asker(None, url) as client:
        error = caught(lambda: client.submit(KITE))
    assert isinstance(error, ServerUnreachable)
    assert not error.sent
    assert url.removeprefix("http://") in str(error)
    assert "refused" in str(error)
    assert "MJ_BASE_URL" in error.hint


def test_https_to_a_server_that_speaks_none_is_explained(asker: type[Asker]) -> None:
    """A wrong scheme is the most usual mistake with a local proxy."""
    garbage = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
    with Server(garbage) as server:
        url = server.url.replace("http:", "https:")
        with asker(None, url) as client:
            error = caught(lambda: client.submit(KITE))
    assert isinstance(error, ServerUnreachable)
    assert not error.sent
    assert "does not speak https" in str(error)
    assert f"write {url.replace('https:', 'http:')}" in error.hint


def test_a_host_that_does_not_exist_is_named(asker: type[Asker]) -> None:
    """The reserved name resolves nowhere."""
    with asker(None, "http://proxy.invalid") as client:
        error = caught(lambda: client.submit(KITE))
    assert isinstance(error, ServerUnreachable)
    assert not error.sent
    assert "proxy.invalid" in str(error)
    assert "Nothing answers" not in str(error)


def test_several_threads_share_one_client() -> None:
    """Each gets its own answer, on no more connections than threads."""
    with Server(TASK) as server, Client(server.url) as client:
        found: list[str] = []
        threads = [
            threading.Thread(target=lambda: found.append(client.fetch("1").id)) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == ["1"] * 8
        assert server.connections <= 8


def test_an_async_client_goes_on_in_another_event_loop() -> None:
    """Each `asyncio.run` of a script makes a loop of its own, and ends what was open in it."""
    with Server(http(b'{"id":"1","status":"SUCCESS"}')) as server, warnings.catch_warnings():
        # What the loop before left open is closed by the garbage collector, which says so.
        warnings.simplefilter("ignore", ResourceWarning)
        client = AsyncClient(server.url)

        async def ask() -> bool:
            return (await client.fetch("1")).succeeded

        assert [asyncio.run(ask()) for _ in range(3)] == [True] * 3
        asyncio.run(client.close())
        gc.collect()
