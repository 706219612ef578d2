"""
Which network proxy a request goes through, and what the variable is called that says so.

The variables are read as curl and Python's urllib do: ``HTTP_PROXY``, ``HTTPS_PROXY``,
``ALL_PROXY``, each in small letters first, and ``NO_PROXY`` with names, numbers and networks. httpx
reads them as well, but refuses everything for a network among the exceptions, and its errors don't
tell a network proxy that is down from a server that is.
"""

import ipaddress
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from mj_notebook.errors import SettingsError
from mj_notebook.language import translated

_NO_HOST = re.compile(r"[^\w.:\-]", re.ASCII)
_KINDS = ("http", "https", "socks5", "socks5h")


class NetworkProxy(NamedTuple):
    """
    A network proxy.

    Attributes:
        variable: What names it, such as "HTTPS_PROXY".
        url: Its address, which may hold a password: for connecting, not for sentences.
    """

    variable: str
    url: str

    @property
    def host(self) -> str:
        """Host and port, as it may be shown."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

    def __repr__(self) -> str:
        return f"<NetworkProxy {self.host} of {self.variable}>"


class NetworkProxies(NamedTuple):
    """
    What the environment says of network proxies.

    Attributes:
        by_scheme: The proxy for addresses of a scheme; "all" for every other one.
        exceptions: What NO_PROXY lists, in small letters.
    """

    by_scheme: Mapping[str, NetworkProxy]
    exceptions: tuple[str, ...]

    def of(self, url: str, name: str = "") -> NetworkProxy | None:
        """
        Return the proxy that a request to *url* goes through, None when it goes there directly.

        Args:
            url: Where it goes.
            name: The name of its host, where *url* has the number that was looked up for it.

        Raises:
            SettingsError: The variable holds no address; the sentence names it.
        """
        parts = urlsplit(url)
        found = self.by_scheme.get(parts.scheme) or self.by_scheme.get("all")
        hosts = filter(None, (parts.hostname, name.lower()))
        if found is None or any(self._goes_directly(host, parts) for host in hosts):
            return None
        return _checked(found)

    def _goes_directly(self, host: str, parts: SplitResult) -> bool:
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        return _is_own_machine(host) or any(
            _is_excepted(host, port, entry) for entry in self.exceptions
        )


def network_proxies(environment: Mapping[str, str]) -> NetworkProxies:
    """Read what *environment* says."""
    found = {}
    for scheme in ("http", "https", "all"):
        for variable in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY"):
            # In a CGI program HTTP_PROXY is a header that anybody may send ("httpoxy").
            is_header = variable == "HTTP_PROXY" and "REQUEST_METHOD" in environment
            text = environment.get(variable, "").strip()
            if text and not is_header and scheme not in found:
                address = text if "://" in text else f"http://{text}"
                found[scheme] = NetworkProxy(variable, address)
    listed = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    return NetworkProxies(found, tuple(listed.replace(",", " ").lower().split()))


def _checked(proxy: NetworkProxy) -> NetworkProxy:
    try:
        parts = urlsplit(proxy.url)
        is_good = parts.scheme in _KINDS and bool(parts.hostname) and parts.port != 0
        # An address with a path is one of another kind, such as that of a proxy.pac.
        is_good = is_good and parts.path in {"", "/"} and not _NO_HOST.search(parts.hostname or "")
    except ValueError:
        is_good = False
    if is_good:
        return proxy
    raise SettingsError(
        translated(
            "The network proxy in the variable {variable} is no address of one.",
            variable=proxy.variable,
        ),
        hint=translated(
            "Write {variable} like http://proxy.example.com:3128, or unset it.",
            variable=proxy.variable,
        ),
    )


def _is_own_machine(host: str) -> bool:
    """Tell whether *host* is this very machine, which no network proxy can reach."""
    number = _number(host)
    is_local_name = host == "localhost" or host.endswith(".localhost")
    return number.is_loopback if number is not None else is_local_name


def _is_excepted(host: str, port: int | None, entry: str) -> bool:
    """Tell whether *entry* of NO_PROXY means *host*."""
    if entry == "*":
        return True
    entry = entry.partition("://")[2] or entry
    name, wanted = _host_and_port(entry)
    if wanted is not None and wanted != port:
        return False
    number = _number(host)
    if number is not None:
        try:
            return number in ipaddress.ip_network(name, strict=False)
        except (ValueError, TypeError):
            return False
    name = name.removeprefix("*").removeprefix(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _host_and_port(entry: str) -> tuple[str, int | None]:
    """Cut a port off *entry*; the colons of a bare IPv6 number are none."""
    if entry[:1] == "[":
        host, _, rest = entry[1:].partition("]")
        # [fd00::]/8 and [::1]:8080
        port = rest.removeprefix(":")
        return (f"{host}{rest}", None) if rest[:1] == "/" else (host, _port(port))
    if entry.count(":") == 1:
        host, _, port = entry.partition(":")
        return host, _port(port)
    return entry, None


def _port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None
