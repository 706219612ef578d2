"""How both clients set up httpx: who gets the secret, which certificates, how long to wait."""

import os
import ssl
import threading
from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeVar

import httpx

from mj_notebook._version import __version__
from mj_notebook.client.address import Base, origin_of
from mj_notebook.client.responses import Place
from mj_notebook.client.retry import Ask
from mj_notebook.errors import SettingsError
from mj_notebook.protocol.routes import BEARER_HEADER, SECRET_HEADER, Pace

_C = TypeVar("_C", httpx.Client, httpx.AsyncClient)

# Seconds; a submit may carry five pictures, a seed is looked for while we wait.
TIMEOUTS: Mapping[Pace, float] = {
    Pace.SUBMIT: 60.0,
    Pace.FETCH: 15.0,
    Pace.SEED: 90.0,
    Pace.UPLOAD: 120.0,
    Pace.PICTURE: 60.0,
}
_CONNECT = 10.0
# The connection pool's work grows with waiting times connected: never let many wait in it.
AT_ONCE = 16
# The default of 5 s would open a new connection for each slow poll.
_LIMITS = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=8, keepalive_expiry=60.0)


class OwnOriginOnly(httpx.Auth):
    """Adds the secret to a request as it leaves, if it goes to the proxy's own origin."""

    def __init__(self, place: Place, *, bearer: bool) -> None:
        self._place, self._bearer = place, bearer

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign *request* or leave it as it is; never look at the answer."""
        if self._place.secret and origin_of(str(request.url)) == self._place.origin:
            text = self._place.secret.reveal()
            request.headers[SECRET_HEADER] = text
            if self._bearer:
                request.headers[BEARER_HEADER] = f"Bearer {text}"
        yield request


class Trust:
    """
    One SSL context that reads the certificate authorities when https is first used.

    Reading them takes 20–30 ms, which a proxy on http never needs; until then the context trusts
    nobody, so forgetting to prepare it is safe.
    """

    def __init__(
        self, environment: Mapping[str, str] = os.environ, *, is_needed: bool = True
    ) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._environment = environment
        self._lock = threading.Lock()
        # A transport that is given brings its own trust.
        self._ready = not is_needed

    def prepare(self, url: str) -> None:
        """Make ready for *url*; callable from any thread, ahead of time too."""
        if self._ready or not url.startswith("https:"):
            return
        with self._lock:
            if not self._ready:
                self._load()
                self._ready = True

    def _load(self) -> None:
        file = self._environment.get("SSL_CERT_FILE")
        folder = self._environment.get("SSL_CERT_DIR")
        try:
            if file or folder:
                self.context.load_verify_locations(file or None, folder or None)
                return
            import certifi

            self.context.load_verify_locations(certifi.where())
        except (ImportError, OSError) as error:
            if file or folder:
                raise SettingsError(
                    f"The certificates in SSL_CERT_FILE or SSL_CERT_DIR can't be read: {error}.",
                    hint="Correct the variable, or unset it.",
                ) from error
            self.context.load_default_certs()


def open_http(
    kind: Callable[..., _C], base: Base, auth: httpx.Auth, trust: Trust, transport: Any
) -> _C:
    """Make the one httpx client for *base*; redirects are decided by us, not by httpx."""
    options: dict[str, Any] = {
        "auth": auth,
        "verify": trust.context,
        "limits": _LIMITS,
        "transport": transport,
        "follow_redirects": False,
        "headers": {"accept": "*/*", "user-agent": f"mj-notebook/{__version__}"},
        # A network proxy can't reach this machine's own servers.
        "mounts": dict.fromkeys(_own_machine(base)),
    }
    try:
        return kind(**options)
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        if base.is_loopback:  # the demo and local proxies work without the network proxy
            return kind(**options, trust_env=False)
        raise SettingsError(
            f"The network proxy set in the environment can't be used: {error}",
            hint="Correct HTTPS_PROXY or ALL_PROXY, or pip install 'httpx[socks]' for socks.",
        ) from error


def _own_machine(base: Base) -> list[str]:
    patterns = ["all://localhost", "all://127.0.0.1", "all://[::1]"]
    if base.is_loopback:
        patterns.append(f"all://{base.origin.partition('://')[2]}")
    return patterns


def request_options(ask: Ask, timeouts: Mapping[Pace, float]) -> dict[str, Any]:
    """Return how httpx is to make the request of *ask*."""
    seconds = timeouts.get(ask.pace, TIMEOUTS[ask.pace])
    options: dict[str, Any] = {
        "method": ask.method,
        "url": ask.url,
        "timeout": httpx.Timeout(seconds, connect=min(seconds, _CONNECT)),
    }
    if ask.body is not None:
        options |= {"content": ask.body, "headers": {"content-type": "application/json"}}
    return options
