"""What a broken line is called."""

import httpx
import pytest

from mj_notebook.client.network_proxies import NetworkProxy
from mj_notebook.client.proxied import ThroughProxy
from mj_notebook.client.transport_errors import no_response
from mj_notebook.errors import ServerUnreachable

URL = "https://u:canary@h.example:444/x?key=canary"


@pytest.mark.parametrize(
    ("error", "said", "hint"),
    [
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] own"), "not trusted", "SSL_C"),
        (httpx.ConnectError("[SSL: WRONG_VERSION_NUMBER]"), "no", "write http://h.example:444."),
        (httpx.ConnectError("[Errno -2] Name or service not known"), "no server", "spelling"),
        (httpx.ConnectError("[Errno 11001] getaddrinfo failed"), "no server", "spelling"),
        (httpx.ConnectError("[Errno -3] Temporary failure in name resolution"), "looked up", "net"),
        (httpx.ConnectError("[Errno 111] Connection refused"), "was refused", "MJ_BASE_URL"),
        (httpx.ConnectError("[Errno 101] Network is unreachable"), "no connection", "MJ_BASE_URL"),
        (httpx.ConnectTimeout("x"), "connecting took too long", "MJ_BASE_URL"),
        (httpx.PoolTimeout("x"), "Too many requests", "in a moment"),
        (httpx.ReadTimeout("x"), "did not answer in time", "look first"),
        (httpx.ReadError("x"), "broke", "look first"),
        (httpx.InvalidURL("x"), "malformed", "MJ_BASE_URL"),
    ],
)
def test_every_broken_line_has_a_sentence_and_a_next_step(
    error: httpx.RequestError, said: str, hint: str
) -> None:
    """Host and reason, never the library's words alone, never what an address may hide."""
    found = no_response(error, URL).error
    assert isinstance(found, ServerUnreachable)
    assert said in str(found.args[0])
    assert hint in found.hint
    assert "canary" not in str(found)


NETWORK = NetworkProxy("HTTPS_PROXY", "http://me:canary@net.example:3128")


@pytest.mark.parametrize(
    ("error", "said", "hint"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), "was refused", "Correct or unset"),
        (httpx.ConnectError("[Errno -2] Name or service not known"), "no such name", "Correct or"),
        (httpx.ConnectError("[Errno 101] Network is unreachable"), "no connection", "NO_PROXY"),
        (httpx.ConnectTimeout("x"), "took too long", "Correct or unset HTTPS_PROXY"),
        (httpx.ProxyError("407 Proxy Authentication Required"), "a password", "http://name:pass"),
        (httpx.ProxyError("502 Bad Gateway"), "could not reach h.example:444", "h.example:444 is"),
    ],
)
def test_a_network_proxy_is_named_with_its_variable(
    error: httpx.RequestError, said: str, hint: str
) -> None:
    """It is to blame, and not the base URL; its own password is not repeated."""
    found = no_response(ThroughProxy(NETWORK, error), URL).error
    assert isinstance(found, ServerUnreachable)
    assert not found.sent
    assert "net.example:3128, which the variable HTTPS_PROXY names," in str(found.args[0])
    assert said in str(found.args[0])
    assert hint in found.hint
    assert "MJ_BASE_URL" not in str(found)
    assert "canary" not in str(found)


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout("x"), httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]")]
)
def test_what_breaks_behind_a_network_proxy_is_the_servers(error: httpx.RequestError) -> None:
    """A proxy that let us through is not named for what came after it."""
    plain, through = no_response(error, URL), no_response(ThroughProxy(NETWORK, error), URL)
    assert str(plain.error) == str(through.error)


def test_a_picture_host_that_is_down_is_not_the_proxy() -> None:
    """The base URL is right: it was the proxy that named this host."""
    error = httpx.ConnectError("[Errno 111] Connection refused")
    found = no_response(error, "https://pictures.example/a.png", origin="https://h.example").error
    assert "pictures.example" in str(found)
    assert "MJ_BASE_URL" not in found.hint
    assert "named this host for the picture" in found.hint
    own = no_response(error, "https://h.example/mj/image/1", origin="https://h.example").error
    assert "MJ_BASE_URL" in own.hint


def test_the_reason_is_found_below_the_event_loops_own_words() -> None:
    """An event loop says "all attempts failed" above the error that tells why."""
    error = httpx.ConnectError("All connection attempts failed")
    refused = ConnectionRefusedError(111, "Connect call failed")
    error.__cause__ = refused
    assert "refused" in str(no_response(error, URL).error)
    error.__cause__ = ExceptionGroup("several addresses", [refused, refused])
    assert "refused" in str(no_response(error, URL).error)


def test_only_passing_faults_are_worth_a_second_question() -> None:
    """After a timeout or with an address nobody can ask, a second one helps nothing."""
    assert no_response(httpx.ReadError("x"), URL).is_transient
    assert no_response(httpx.ConnectError("x"), URL).is_transient
    assert not no_response(httpx.ReadTimeout("x"), URL).is_transient
    assert not no_response(httpx.UnsupportedProtocol("x"), URL).is_transient
    assert not no_response(httpx.InvalidURL("x"), URL).is_transient
