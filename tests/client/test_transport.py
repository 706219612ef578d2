"""How httpx is set up: certificates, network proxies, time."""

import ssl
from pathlib import Path

import certifi
import httpx
import pytest

from mj_notebook.client.calls import Call
from mj_notebook.client.sync import Client
from mj_notebook.client.transport import TIMEOUTS, request_options
from mj_notebook.errors import ServerUnreachable, SettingsError
from mj_notebook.protocol.routes import Pace
from tests.client.asking import Asker, caught
from tests.client.servers import Misbehaviour, Server, http

TASK = http(b'{"id":"1","status":"SUCCESS"}')
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_network_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_certificates_are_read_when_https_is_first_used(asker: type[Asker]) -> None:
    """A proxy on http never pays for them, and until they are read nobody is trusted."""
    with Server(TASK, Misbehaviour.DROP) as server, asker(None, server.url) as client:
        trust = context_of(client)
        assert client.fetch("1").succeeded
        assert trust.cert_store_stats()["x509_ca"] == 0
        assert trust.verify_mode is ssl.CERT_REQUIRED
        assert trust.check_hostname
        assert isinstance(caught(lambda: client.picture(secure(server))), ServerUnreachable)
        assert trust.cert_store_stats()["x509_ca"] > 50


def test_certificates_of_ones_own_can_be_set(
    asker: type[Asker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE counts; one that can't be read is told by name."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with Server(Misbehaviour.DROP) as server, asker(None, secure(server)) as client:
        error = caught(lambda: client.fetch("1"))
        assert isinstance(error, SettingsError)
        assert "SSL_CERT_FILE" in str(error)
        end = "-----END CERTIFICATE-----"
        (tmp_path / "none.pem").write_text(Path(certifi.where()).read_text().split(end)[0] + end)
        assert isinstance(caught(lambda: client.fetch("1")), ServerUnreachable)
        assert context_of(client).cert_store_stats()["x509_ca"] == 1


def secure(server: Server) -> str:
    """Return the address of a server as if it had certificates."""
    return server.url.replace("http:", "https:")


def context_of(client: Asker) -> ssl.SSLContext:
    """Return the one SSL context of a client: no other is made, not even for pictures."""
    transport = client.client._http._transport
    assert isinstance(transport, httpx.HTTPTransport | httpx.AsyncHTTPTransport)
    context = transport._pool._ssl_context
    assert isinstance(context, ssl.SSLContext)
    return context


def test_this_machine_is_reached_without_the_network_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A proxy in the environment is for the network, not for a server beside us."""
    with Server(TASK) as network, Server(TASK) as own:
        monkeypatch.setenv("HTTP_PROXY", network.url)
        with Client(own.url) as client:
            assert client.fetch("1").succeeded
            client._http.get("http://elsewhere.invalid/")
        assert len(own.requests) == 1
        assert network.requests[0].startswith(b"GET http://elsewhere.invalid/ ")


@pytest.mark.parametrize("proxy", ["nonsense://x", "socks9://127.0.0.1:1"])
def test_a_network_proxy_that_can_not_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    """The sentence names the variables; a proxy on this machine works all the same."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    error = caught(lambda: Client("https://proxy.example"))
    assert isinstance(error, SettingsError)
    assert "ALL_PROXY" in error.hint
    with Server(TASK) as own, Client(own.url) as client:
        assert client.fetch("1").succeeded


@pytest.mark.parametrize("pace", Pace)
def test_each_pace_has_its_time(pace: Pace) -> None:
    """Connecting never takes longer than ten seconds, the answer as long as its kind may."""
    call = Call("GET", "http://h/", pace, str)
    timeout = request_options(call, TIMEOUTS)["timeout"]
    assert timeout.read == TIMEOUTS[pace]
    assert timeout.connect == 10
    assert request_options(call, {pace: 2})["timeout"].connect == 2


def test_the_times_are_those_of_the_sheet() -> None:
    """Submits may carry pictures, a seed is looked for while we wait (rule R15)."""
    assert TIMEOUTS == {
        Pace.SUBMIT: 60,
        Pace.FETCH: 15,
        Pace.SEED: 90,
        Pace.UPLOAD: 120,
        Pace.PICTURE: 60,
    }
