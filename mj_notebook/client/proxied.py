"""The line to a server, through the network proxy that the environment names for it."""

from collections.abc import Callable
from typing import Generic, TypeVar

import httpx

from mj_notebook.client.network_proxies import NetworkProxies, NetworkProxy
from mj_notebook.errors import SettingsError
from mj_notebook.language import translated

_T = TypeVar("_T", httpx.HTTPTransport, httpx.AsyncHTTPTransport)
_VIA = "mj_network_proxy"
_LOGIN = "407 Proxy Authentication Required"


def on_the_way(response: httpx.Response) -> NetworkProxy | None:
    """Return the network proxy that *response* came through in the clear."""
    proxy: NetworkProxy | None = response.extensions.get(_VIA)
    return proxy


def _marked(response: httpx.Response, request: httpx.Request, proxy: NetworkProxy) -> None:
    # Through TLS a network proxy sees nothing and can change nothing.
    if request.url.scheme == "http":
        response.extensions[_VIA] = proxy


class ThroughProxy(httpx.TransportError):
    """
    A request failed on its way through a network proxy.

    Attributes:
        proxy: The network proxy.
        error: What broke.
    """

    def __init__(self, proxy: NetworkProxy, error: httpx.RequestError) -> None:
        super().__init__(str(error))
        self.proxy, self.error = proxy, error


class _Lines(Generic[_T]):
    """A transport for each network proxy, and one for what is reached directly."""

    def __init__(self, proxies: NetworkProxies, make: Callable[[NetworkProxy | None], _T]) -> None:
        self._proxies = proxies
        self._make: Callable[[NetworkProxy | None], _T] = make
        self.made: dict[NetworkProxy | None, _T] = {}

    def of(self, request: httpx.Request) -> tuple[NetworkProxy | None, _T]:
        """Return the network proxy that *request* goes through, and the transport there."""
        # Where a host was looked up before, the address holds its number, and the rules name hosts.
        name = request.extensions.get("sni_hostname") or ""
        proxy = self._proxies.of(str(request.url), str(name))
        # With the first request: a proxy that nothing goes through need not be usable.
        if proxy not in self.made:
            try:
                self.made[proxy] = self._make(proxy)
            except (ImportError, ValueError, httpx.InvalidURL) as error:
                named = proxy.variable if proxy else translated("of the environment")
                raise SettingsError(
                    translated(
                        "The network proxy in the variable {named} can't be used: {error}",
                        named=named,
                        error=error,
                    ),
                    hint=translated(
                        "Correct {named}, or pip install 'httpx[socks]' for socks.", named=named
                    ),
                ) from error
        return proxy, self.made[proxy]


class ProxiedTransport(httpx.BaseTransport):
    """Sends each request through its network proxy; for threads."""

    def __init__(
        self,
        proxies: NetworkProxies,
        make: Callable[[NetworkProxy | None], httpx.HTTPTransport],
    ) -> None:
        self._lines = _Lines(proxies, make)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request*; what breaks on the way through a proxy says through which."""
        proxy, line = self._lines.of(request)
        if proxy is None:
            return line.handle_request(request)
        try:
            response = line.handle_request(request)
        except httpx.RequestError as error:
            raise ThroughProxy(proxy, error) from error
        # The network proxy itself wants a login: nothing of this came from the server.
        if response.status_code == 407:
            response.close()
            raise ThroughProxy(proxy, httpx.ProxyError(_LOGIN))
        _marked(response, request, proxy)
        return response

    def close(self) -> None:
        """Close all lines."""
        for line in self._lines.made.values():
            line.close()


class AsyncProxiedTransport(httpx.AsyncBaseTransport):
    """The same for event loops."""

    def __init__(
        self,
        proxies: NetworkProxies,
        make: Callable[[NetworkProxy | None], httpx.AsyncHTTPTransport],
    ) -> None:
        self._lines = _Lines(proxies, make)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request*; what breaks on the way through a proxy says through which."""
        proxy, line = self._lines.of(request)
        if proxy is None:
            return await line.handle_async_request(request)
        try:
            response = await line.handle_async_request(request)
        except httpx.RequestError as error:
            raise ThroughProxy(proxy, error) from error
        if response.status_code == 407:
            await response.aclose()
            raise ThroughProxy(proxy, httpx.ProxyError(_LOGIN))
        _marked(response, request, proxy)
        return response

    async def aclose(self) -> None:
        """Close all lines."""
        for line in self._lines.made.values():
            await line.aclose()
