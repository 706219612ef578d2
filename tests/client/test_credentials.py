"""The secret goes to the proxy's own origin and nowhere else."""

import asyncio
from traceback import TracebackException
from typing import Any

import httpx
import pytest

from mj_notebook.client.asynchronous import AsyncClient
from mj_notebook.client.responses import Endpoint
from mj_notebook.client.sync import Client
from mj_notebook.client.transport import OriginBoundAuth
from mj_notebook.errors import SettingsError, Unauthorized
from mj_notebook.protocol.requests import Imagine
from mj_notebook.settings.settings import Secret
from tests.client.asking import BASE, Answers, Asker, answer, caught
from tests.protocol.samples import REPLIES

CANARY = "sk-canary-4711"
PNG = b"\x89PNG\r\n\x1a\n"
NAMES = ("mj-api-secret", "authorization")


def _secrets(request: httpx.Request) -> list[str]:
    return [value for value in request.headers.values() if CANARY in value]


def _ask_everything(client: Asker) -> None:
    client.submit(Imagine(prompt="p"))
    client.fetch("1")
    client.fetch_many(["1"])
    client.image_seed("1")
    client.cancel("1")
    client.picture(f"{BASE}/mj/image/1")


def _everything(request: httpx.Request) -> httpx.Response:
    path = request.url.path
    if path.startswith("/mj/image/"):
        return httpx.Response(200, content=PNG)
    if path.endswith("fetch"):
        return httpx.Response(200, json={"id": "1", "status": "SUCCESS"})
    if path.endswith("list-by-condition"):
        return httpx.Response(200, json=[])
    return httpx.Response(200, json=REPLIES["accepted"])


def test_every_call_to_the_proxy_carries_the_secret(asker: type[Asker]) -> None:
    """In the family's own header, and in no other."""
    seen: list[httpx.Request] = []

    def watched(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return _everything(request)

    with asker(watched, secret=CANARY) as client:
        _ask_everything(client)
    assert len(seen) == 6
    assert all(request.headers["mj-api-secret"] == CANARY for request in seen)
    assert all("authorization" not in request.headers for request in seen)


def test_gateways_may_have_it_as_bearer_too(asker: type[Asker]) -> None:
    """Asked for, it goes in both headers."""
    answers = Answers(answer(json=REPLIES["accepted"]))
    with asker(answers, secret=CANARY, bearer=True) as client:
        client.submit(Imagine(prompt="p"))
    headers = answers.asked[0].headers
    assert [headers[name] for name in NAMES] == [CANARY, f"Bearer {CANARY}"]


def test_without_a_secret_no_header_is_sent(asker: type[Asker]) -> None:
    """An empty secret is none, Bearer or not."""
    answers = Answers(answer(json=REPLIES["accepted"]))
    with asker(answers, bearer=True) as client:
        client.submit(Imagine(prompt="p"))
    assert not [name for name in NAMES if name in answers.asked[0].headers]


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.example/x.png",
        "https://proxy.test/x.png",
        "http://proxy.test:8080/x.png",
        "http://sub.proxy.test/x.png",
        "http://proxy.test.evil.example/x.png",
        "http://proxy.test@evil.example/x.png",
    ],
    ids=["cdn", "other scheme", "other port", "subdomain", "prefix", "user name"],
)
def test_pictures_elsewhere_are_fetched_without_it(asker: type[Asker], url: str) -> None:
    """Another scheme, port or host is another origin, however alike it looks."""
    answers = Answers(answer(content=PNG))
    with asker(answers, secret=CANARY, bearer=True) as client:
        client.picture(url)
    assert _secrets(answers.asked[0]) == []


def test_spelling_of_the_own_origin_does_not_matter(asker: type[Asker]) -> None:
    """Capitals and the usual port are the same origin."""
    answers = Answers(answer(content=PNG))
    with asker(answers, secret=CANARY) as client:
        client.picture("http://PROXY.test:80/mj/image/1")
    assert len(_secrets(answers.asked[0])) == 1


def test_a_redirect_to_elsewhere_drops_it_and_back_home_brings_it_again(
    asker: type[Asker],
) -> None:
    """Each request is looked at by itself."""
    answers = Answers(
        answer(302, headers={"location": "https://cdn.example/x.png"}),
        answer(302, headers={"location": f"{BASE}/mj/image/2"}),
        answer(content=PNG),
    )
    with asker(answers, secret=CANARY, bearer=True) as client:
        client.picture(f"{BASE}/mj/image/1")
    assert [len(_secrets(request)) for request in answers.asked] == [2, 0, 2]


def test_a_redirect_to_another_address_of_the_proxy_explains_itself(asker: type[Asker]) -> None:
    """Sent on from http to https the secret stays at home; the error says what to set."""
    answers = Answers(
        answer(301, headers={"location": "https://proxy.test/mj/task/1/fetch"}), answer(401)
    )
    with asker(answers, secret=CANARY) as client:
        error = caught(lambda: client.fetch("1"))
    assert isinstance(error, Unauthorized)
    assert "base URL" in error.hint
    assert [len(_secrets(request)) for request in answers.asked] == [1, 0]


def test_the_client_shows_it_to_nobody(asker: type[Asker]) -> None:
    """Not in its repr, not in the headers it keeps, not in errors of any kind."""
    with asker(Answers(answer(401, {"error": CANARY})), secret=CANARY) as client:
        error = caught(lambda: client.fetch("1"))
        shown = [repr(client.client), str(client.client._http.headers), str(error), repr(error)]
        assert "proxy.test" in repr(client.client)
    assert not [text for text in shown if CANARY in text]


@pytest.mark.parametrize("secret", ["sk-canary\n", "sk canary", "sk-cänary", "sk\x00"])
def test_a_secret_that_no_header_can_hold_is_refused_at_once(
    asker: type[Asker], secret: str
) -> None:
    """Before a library can complain with the secret in its words."""
    error = caught(lambda: asker(None, secret=secret))
    assert isinstance(error, SettingsError)
    assert "canary" not in str(error)


@pytest.mark.parametrize("secret", [5, b"sk-canary", ["sk-canary"], True])
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_secret_that_is_no_text_is_refused_and_not_repeated(kind: Any, secret: object) -> None:
    """Bytes or a number may be one all the same."""
    error = caught(lambda: kind("http://proxy.test", secret=secret))
    assert isinstance(error, SettingsError)
    assert "no text" in str(error)
    assert "canary" not in str(error)


def test_an_interrupt_while_it_is_sent_shows_it_to_nobody(asker: type[Asker]) -> None:
    """A traceback with all variables, as notebooks can show it, stops before the library's own."""

    def interrupted(request: httpx.Request) -> httpx.Response:
        sending = request.headers["mj-api-secret"]
        raise KeyboardInterrupt(f"while {len(sending)} characters were sent")

    with asker(interrupted, secret=CANARY) as client:
        with pytest.raises(KeyboardInterrupt) as caught:
            client.fetch("17")
        error = caught.value
    told = "".join(TracebackException.from_exception(error, capture_locals=True).format())
    assert "_send" in told
    assert CANARY not in told


class Stopped(BaseException):
    """What a signal, a timeout of a test tool or a cancelling raises."""


@pytest.mark.parametrize("kind", [Stopped, RuntimeError, asyncio.CancelledError])
def test_whatever_breaks_in_while_it_is_sent_shows_it_to_nobody(
    asker: type[Asker], kind: type[BaseException]
) -> None:
    """Neither it nor what was being dealt with below shows the variables of the library."""

    def broken_into(request: httpx.Request) -> httpx.Response:
        sending = bytes(dict(request.headers.raw)[b"mj-api-secret"])
        try:
            return httpx.Response(int(sending))
        except ValueError:
            raise kind from ExceptionGroup("two", [OSError(len(sending)), LookupError()])

    with asker(broken_into, secret=CANARY) as client:
        with pytest.raises(kind) as caught:
            client.fetch("17")
        error = caught.value
    told = "".join(TracebackException.from_exception(error, capture_locals=True).format())
    assert "_send" in told
    assert CANARY not in told
    assert all(one.__traceback__ is None for one in (error.__cause__, error.__context__) if one)


def test_what_was_being_dealt_with_before_keeps_its_frames(asker: type[Asker]) -> None:
    """The person's own error is theirs, and no business of the client."""

    def broken_into(request: httpx.Request) -> httpx.Response:
        raise Stopped(request.url)

    def ask_after_an_error(client: Asker) -> None:
        try:
            int("kite")
        except ValueError:
            client.fetch("17")

    with asker(broken_into, secret=CANARY) as client, pytest.raises(Stopped) as caught:
        ask_after_an_error(client)
    before = caught.value.__context__
    assert before is None or before.__traceback__ is not None


def test_no_cookie_is_kept_or_sent(asker: type[Asker]) -> None:
    """A request says of a person what it must, and no more."""
    answers = Answers(answer(200, {"id": "1", "status": "NEW"}, headers={"set-cookie": "a=b"}))
    with asker(answers) as client:
        client.fetch("1")
        client.fetch("1")
    assert [request.headers.get("cookie") for request in answers.asked] == [None, None]


@pytest.mark.parametrize("bearer", [False, True])
def test_a_header_that_is_shown_shows_no_secret(*, bearer: bool) -> None:
    """A traceback with locals prints what the HTTP library holds; what is sent is whole."""
    endpoint = Endpoint("proxy.test", "http://proxy.test", Secret("sk-canary-0123456789"))
    auth = OriginBoundAuth(endpoint, bearer=bearer)
    request = httpx.Request("GET", "http://proxy.test/mj/task/list")
    (signed,) = auth.auth_flow(request)
    for shown in (signed, signed.headers, signed.headers.raw, vars(signed)):
        assert "canary" not in repr(shown)
    assert dict(signed.headers.raw)[b"mj-api-secret"] == b"sk-canary-0123456789"
    assert (b"Bearer sk-canary-0123456789" in dict(signed.headers.raw).values()) is bearer
