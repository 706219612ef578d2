"""Which network proxy a request goes through, and what is said of one that is wrong."""

import socket

import pytest

from mj_notebook.client.asynchronous import AsyncClient
from mj_notebook.client.network_proxies import network_proxies
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, ServerUnreachable, SettingsError
from tests.client.asking import Asker, caught
from tests.client.servers import Server

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
NET = "http://net.example:3128"


@pytest.fixture(autouse=True)
def _no_network_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with none of the variables set."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("environment", "url", "variable"),
    [
        ({}, "http://h.example", None),
        ({"HTTP_PROXY": NET}, "http://h.example", "HTTP_PROXY"),
        ({"HTTP_PROXY": NET}, "https://h.example", None),
        ({"HTTPS_PROXY": NET, "ALL_PROXY": NET}, "https://h.example", "HTTPS_PROXY"),
        ({"ALL_PROXY": NET}, "https://h.example", "ALL_PROXY"),
        ({"http_proxy": NET, "HTTP_PROXY": "http://x"}, "http://h.example", "http_proxy"),
        ({"HTTP_PROXY": NET, "REQUEST_METHOD": "GET"}, "http://h.example", None),
        ({"HTTP_PROXY": NET}, "http://localhost:8080", None),
        ({"HTTP_PROXY": NET}, "http://127.3.2.1:8080", None),
        ({"HTTP_PROXY": NET}, "http://[::1]:8080", None),
    ],
)
def test_the_variables_are_read_as_others_read_them(
    environment: dict[str, str], url: str, variable: str | None
) -> None:
    """By scheme, small letters first; never for this machine, nor from a CGI program's header."""
    found = network_proxies(environment).of(url)
    assert (found and found.variable) == variable


def test_a_network_proxys_password_is_not_shown() -> None:
    """Its address is for connecting; a traceback with locals would show it."""
    found = network_proxies({"HTTP_PROXY": "http://ann:sesame@net.example:3128"}).of("http://h")
    assert repr(found) == "<NetworkProxy net.example:3128 of HTTP_PROXY>"
    assert found is not None
    assert "sesame" in found.url


@pytest.mark.parametrize(
    ("entries", "direct", "through"),
    [
        ("*", ["http://h.example"], []),
        ("h.example", ["http://h.example", "http://a.h.example"], ["http://ah.example"]),
        (".h.example", ["http://a.h.example", "http://h.example"], ["http://h.example.net"]),
        ("*.h.example", ["http://a.h.example"], ["http://x.example"]),
        ("x, H.EXAMPLE y", ["http://h.example"], ["http://z"]),
        ("h.example:81", ["http://h.example:81"], ["http://h.example"]),
        ("10.0.0.0/8", ["http://10.1.2.3:8080"], ["http://11.1.2.3"]),
        ("10.1.2.3", ["http://10.1.2.3"], ["http://10.1.2.4"]),
        ("fd00::/8", ["http://[fd00::7]"], ["http://[fe80::7]"]),
        ("[fd00::7]:81", ["http://[fd00::7]:81"], ["http://[fd00::7]:82"]),
        ("[fd00::]/8", ["http://[fd00::7]"], []),
        ("fd00::7", ["http://[fd00::7]"], []),
        ("http://h.example", ["http://h.example"], []),
        ("10.0.0.0/99,,:,[,/", [], ["http://10.1.2.3", "http://h.example"]),
    ],
)
def test_exceptions_are_names_numbers_and_networks(
    entries: str, direct: list[str], through: list[str]
) -> None:
    """What NO_PROXY lists is reached directly, and an entry that makes no sense refuses nothing."""
    for name in ("NO_PROXY", "no_proxy"):
        found = network_proxies({"HTTP_PROXY": NET, name: entries})
        assert [url for url in (*direct, *through) if found.of(url) is None] == direct


def test_a_name_counts_where_its_number_is_asked() -> None:
    """Pictures are asked for by the number that was looked up."""
    found = network_proxies({"HTTP_PROXY": NET, "NO_PROXY": "pictures.example"})
    assert found.of("http://93.184.216.34/a.png", "Pictures.example") is None
    assert found.of("http://93.184.216.34/a.png", "other.example") is not None


@pytest.mark.parametrize(
    "wrong",
    [
        *("nonsense://x", "http://", "http://[::1", "http://h:port"),
        *("htp:/x", "http://a b:80", "http://wpad.example/proxy.pac"),
    ],
)
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_variable_that_is_no_address_is_named(
    monkeypatch: pytest.MonkeyPatch, wrong: str, kind: type[Client | AsyncClient]
) -> None:
    """At once, and only for what would go through it."""
    monkeypatch.setenv("HTTPS_PROXY", wrong)
    error = caught(lambda: kind("https://proxy.example"))
    assert isinstance(error, SettingsError)
    assert "HTTPS_PROXY" in str(error.args[0])
    assert "HTTPS_PROXY" in error.hint
    Client("http://proxy.example").close()


def test_a_dead_network_proxy_is_to_blame(
    asker: type[Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real socket: nobody listens where the variable points."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{bound.getsockname()[1]}")
        with asker(None, "http://proxy.invalid", pauses=()) as client:
            error = caught(lambda: client.fetch("1"))
    assert isinstance(error, ServerUnreachable)
    assert not error.sent
    assert "which the variable HTTP_PROXY names, does not answer" in str(error.args[0])
    assert "MJ_BASE_URL" not in str(error)


def test_a_network_proxy_that_wants_a_login_says_so(
    asker: type[Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers in the place of the server: that is no answer of the server."""
    login = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with Server(login) as network:
        monkeypatch.setenv("HTTP_PROXY", network.url)
        with asker(None, "http://proxy.invalid", pauses=()) as client:
            error = caught(lambda: client.fetch("1"))
    assert isinstance(error, ServerUnreachable)
    assert not error.sent
    assert "wants a user name and a password" in str(error.args[0])
    assert "HTTP_PROXY" in error.hint


def proxied(asker: type[Asker], answer: bytes) -> MJError:
    """Return the error of a server behind a network proxy that gives *answer* by itself."""
    with Server(answer) as network, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTP_PROXY", network.url)
        with asker(None, "http://proxy.invalid", pauses=()) as client:
            return caught(lambda: client.fetch("1"))


@pytest.mark.parametrize("status", [b"403 Forbidden", b"502 Bad Gateway", b"503 Unavailable"])
@pytest.mark.parametrize("body", [b"<html>ERR_DNS_FAIL", b"no such host"])
def test_what_a_network_proxy_may_have_said_itself_is_told(
    asker: type[Asker], status: bytes, body: bytes
) -> None:
    """A page of its own in the clear looks like the server's: both are named."""
    head = b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
    error = proxied(asker, head + body)
    assert "(HTTP_PROXY) that says so: if proxy.invalid needs none" in error.hint


def test_a_proxys_own_answer_is_nobody_elses(asker: type[Asker]) -> None:
    """JSON is no network proxy's, nor is a 401 without a word."""
    words = b'{"code":4,"description":"x"}'
    said = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%b" % (len(words), words)
    empty = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
    hints = [proxied(asker, given).hint for given in (said, empty)]
    assert not [hint for hint in hints if "NO_PROXY" in hint]


def test_a_network_proxy_that_speaks_no_tls_is_named(
    asker: type[Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTPS_PROXY is the proxy for https, and hardly ever one that speaks it."""
    with Server(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") as network:
        wrong = network.url.replace("http://", "https://")
        monkeypatch.setenv("HTTPS_PROXY", wrong)
        with asker(None, "https://proxy.invalid", pauses=()) as client:
            error = caught(lambda: client.fetch("1"))
    assert "which the variable HTTPS_PROXY names, does not speak https" in str(error.args[0])
    assert f"HTTPS_PROXY={network.url}" in error.hint
