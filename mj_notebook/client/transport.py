"""How both clients set up httpx: who gets the secret, which certificates, how long to wait."""

import os
import ssl
from collections.abc import Callable, Generator, Mapping
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar

import httpx

from mj_notebook._version import __version__
from mj_notebook.client.address import BaseAddress, origin_of
from mj_notebook.client.calls import Call
from mj_notebook.client.decompression import ACCEPTED
from mj_notebook.client.network_proxies import NetworkProxies, NetworkProxy, network_proxies
from mj_notebook.client.picture_hosts import Target
from mj_notebook.client.proxied import AsyncProxiedTransport, ProxiedTransport
from mj_notebook.client.responses import Endpoint
from mj_notebook.errors import SettingsError
from mj_notebook.language import translated
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
# A host that does not shake hands within this is not there, however long its answers may take.
_CONNECT = 10.0
# The connection pool's work grows with waiting times connected: never let many wait in it.
MAX_CONNECTIONS = 16
# The default of 5 s would open a new connection for each slow poll.
_LIMITS = httpx.Limits(
    max_connections=MAX_CONNECTIONS, max_keepalive_connections=8, keepalive_expiry=60.0
)


class _HiddenBytes(bytes):
    """A header's value on its way out; a traceback that shows locals shows no more than this."""

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return the same as text, which hides itself as well."""
        return _HiddenText(super().decode(encoding, errors))

    def __repr__(self) -> str:
        return "b'…'"


class _HiddenText(str):
    """The same as text."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """Return the bytes to be sent."""
        return _HiddenBytes(super().encode(encoding, errors))

    def __repr__(self) -> str:
        return "'…'"


class OriginBoundAuth(httpx.Auth):
    """Adds the secret to a request as it leaves, if it goes to the proxy's own origin."""

    def __init__(self, endpoint: Endpoint, *, bearer: bool) -> None:
        self._endpoint, self._bearer = endpoint, bearer

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign *request* or leave it as it is; never look at the answer."""
        if self._endpoint.secret and origin_of(str(request.url)) == self._endpoint.origin:
            request.headers[SECRET_HEADER] = _HiddenText(self._endpoint.secret.reveal())
            if self._bearer:
                bearer = _HiddenText(f"Bearer {self._endpoint.secret.reveal()}")
                request.headers[BEARER_HEADER] = bearer
        yield request


class LateTrust(ssl.SSLContext):
    """
    Reads the certificate authorities with the first https connection.

    Reading them takes 20 to 30 ms, which a proxy on http never needs. Until then the context trusts
    nobody.
    """

    _has_read = False

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        """Begin TLS on a socket."""
        self._read()
        return super().wrap_socket(*args, **options)

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        """Begin TLS on an event loop."""
        self._read()
        return super().wrap_bio(*args, **options)

    def _read(self) -> None:
        if self._has_read:
            return
        import certifi

        file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
        try:
            self.load_verify_locations(file or (None if folder else certifi.where()), folder)
        except OSError as error:
            raise SettingsError(
                translated(
                    "The certificates in SSL_CERT_FILE or SSL_CERT_DIR can't be read: {error}.",
                    error=error,
                ),
                hint=translated("Correct the variable, or unset it."),
            ) from error
        self._has_read = True  # by two threads at once does no harm


def open_http(kind: Callable[..., _C], base: BaseAddress, auth: httpx.Auth, transport: Any) -> _C:
    """
    Make the one httpx client for *base*; redirects are decided by us, not by httpx.

    Raises:
        SettingsError: The environment names a network proxy that can't be used for it.
    """
    trust = LateTrust(ssl.PROTOCOL_TLS_CLIENT)
    is_async = issubclass(kind, httpx.AsyncClient) if isinstance(kind, type) else False
    proxies = network_proxies(os.environ)
    if transport is None and proxies.by_scheme:
        proxies.of(f"{base.origin}/")  # a wrong variable is told now, and not by the first request
        transport = _through(proxies, trust, is_async=is_async)
    return kind(
        auth=auth,
        verify=trust,
        limits=_LIMITS,
        transport=transport,
        # Which network proxy is used is decided by us as well.
        trust_env=False,
        follow_redirects=False,
        # None is kept, nor sent: they would tie requests together that nobody tied.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        headers={
            "accept": "*/*",
            "accept-encoding": ACCEPTED,
            "user-agent": f"mj-notebook/{__version__}",
        },
    )


def _through(proxies: NetworkProxies, trust: ssl.SSLContext, *, is_async: bool) -> Any:
    def options(proxy: NetworkProxy | None) -> dict[str, Any]:
        return {"verify": trust, "limits": _LIMITS, "proxy": proxy.url if proxy else None}

    if is_async:
        return AsyncProxiedTransport(
            proxies, lambda proxy: httpx.AsyncHTTPTransport(**options(proxy))
        )
    return ProxiedTransport(proxies, lambda proxy: httpx.HTTPTransport(**options(proxy)))


def timeout_of(call: Call[Any], timeouts: Mapping[Pace, float]) -> float:
    """Return the seconds that each wait of *call* may take."""
    return timeouts.get(call.pace, TIMEOUTS[call.pace])


def pinned(target: Target) -> dict[str, Any]:
    """Return how a request goes to the number that was looked up, in the name of its host."""
    if not target.host:
        return {"url": target.url}
    name = target.host.partition(":")[0] if target.host[:1] != "[" else target.host
    return {
        "url": target.url,
        "headers": {"host": target.host},
        "extensions": {"sni_hostname": name},
    }


def send_options(call: Call[Any]) -> dict[str, Any]:
    """Return how httpx is to send the request of *call*."""
    return {} if call.is_signed else {"auth": None}


# The poller, and each cell, ask at the same few addresses; reading one takes as long as its answer.
_parsed = lru_cache(maxsize=64)(httpx.URL)


def request_options(call: Call[Any], timeouts: Mapping[Pace, float]) -> dict[str, Any]:
    """Return how httpx is to make the request of *call*."""
    seconds = timeout_of(call, timeouts)
    options: dict[str, Any] = {
        "method": call.method,
        "url": _parsed(call.url),
        "timeout": httpx.Timeout(seconds, connect=min(seconds, _CONNECT)),
    }
    if call.body is not None:
        options |= {"content": call.body, "headers": {"content-type": "application/json"}}
    return options
