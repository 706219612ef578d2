"""
Where pictures may be fetched from: a server must not aim our requests at the person's network.

A proxy names the address of each picture, and may answer with a redirect. What it names is fetched
from inside the person's network, so only such addresses are allowed as the proxy can be expected
to know.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from mj_notebook.client.address import DEFAULT_PORTS, BaseAddress
from mj_notebook.errors import Refused
from mj_notebook.language import translated

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
"""Returns the numbers that a host's name stands for; raises OSError when there are none."""

# What clouds tell their machines about themselves, secrets included, at numbers of their own.
_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        (
            "169.254.169.254",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd20:ce::254",
        ),
    )
)
# They give the keys of the machine to whoever asks from it, so no proxy may name them.
_METADATA_NAMES = frozenset(
    {"metadata.google.internal", "metadata.goog", "metadata", "instance-data"}
)
# Whose last 32 bits are an IPv4 number: compatible (RFC 4291), NAT64 (RFC 6052, RFC 8215).
_ENDING_IN_IPV4 = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))
# Carriers' shared space (RFC 6598): `ipaddress` calls it neither private nor global.
_SHARED = ipaddress.ip_network("100.64.0.0/10")


class PictureHostRefused(Refused):
    """The address of a picture is none that this proxy may name."""


class Target(NamedTuple):
    """
    Where a picture is fetched from.

    Attributes:
        url: The address with the number in the place of the name, so that it is resolved once.
        host: The name, for the request's head and the certificate; "" where nothing was resolved.
    """

    url: str
    host: str = ""


class PictureHosts:
    """Decides where pictures may be fetched from."""

    def __init__(
        self, base: BaseAddress, allowed: Sequence[str] = (), resolve: Resolve | None = None
    ) -> None:
        self._proxy = (urlsplit(base.origin).hostname or "").lower()
        self._is_loopback, self._resolve = base.is_loopback, resolve
        self._names = frozenset(one for one in allowed if _network(one) is None)
        self._networks = [net for one in allowed if (net := _network(one)) is not None]

    def target(self, url: str) -> Target:
        """
        Return where to fetch *url* from; blocking, since names are looked up.

        Raises:
            PictureHostRefused: It may not be fetched.
            httpx.ConnectError: There is no such host.
        """
        parts = urlsplit(url)
        host = (parts.hostname or "").lower().rstrip(".")
        if host == self._proxy:
            return Target(url)
        if host in _METADATA_NAMES:
            raise _refused(host, is_final=True)
        number = _number(host)
        if number is not None:
            self._check(number, host)
            return Target(url)
        if self._resolve is None or _goes_through_proxy(parts.scheme, host):
            self._check_name(host)
            return Target(url)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
        try:
            found = [
                ipaddress.ip_address(one.partition("%")[0]) for one in self._resolve(host, port)
            ]
        except (OSError, UnicodeError) as error:  # a name may also be one that no host can have
            raise httpx.ConnectError(str(error)) from error
        if not found:
            raise httpx.ConnectError("Name or service not known: no address")
        for one in found:
            self._check(one, host)
        number = found[0]
        written = f"[{number}]" if number.version == 6 else str(number)
        netloc = f"{written}:{parts.port}" if parts.port else written
        return Target(urlunsplit(parts._replace(netloc=netloc)), parts.netloc.rpartition("@")[2])

    def _check_name(self, host: str) -> None:
        if host in self._names:
            return
        is_ours = host == "localhost" or host.endswith(".localhost")
        if is_ours and not self._is_loopback:
            raise _refused(host)

    def _check(self, number: IPAddress, host: str) -> None:
        number = _plain(number)
        # Never, whatever is allowed: these hand out secrets of the machine.
        if number in _METADATA or number.is_link_local:
            raise _refused(host, is_final=True)
        if host in self._names or any(
            number in network for network in self._networks if network.version == number.version
        ):
            return
        if number.is_loopback:
            is_good = self._is_loopback
        elif _is_private(number):
            is_good = self._is_on_private_network()
        else:
            is_good = number.is_global and not number.is_multicast
        if not is_good:
            raise _refused(host)

    def _is_on_private_network(self) -> bool:
        """Tell whether the proxy itself is on this machine or in a private network."""
        if self._is_loopback:
            return True
        number = _number(self._proxy)
        if number is not None:
            return _is_private(_plain(number))
        if self._resolve is None:
            return False
        try:
            found = self._resolve(self._proxy, 443)
        except OSError:
            return False
        return any(
            _is_private(_plain(ipaddress.ip_address(one.partition("%")[0]))) for one in found
        )


def look_up(host: str, port: int) -> list[str]:
    """Return the numbers of *host*, as this machine looks names up."""
    # Without a type each number comes three times.
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _refused(host: str, *, is_final: bool = False) -> PictureHostRefused:
    hint = (
        translated("Such an address is never fetched; look at the task's image_url.")
        if is_final
        else translated(
            "If you trust it, allow it: MJ_IMAGE_HOSTS={host}, or mj.configure(image_hosts=[…]).",
            host=host,
        )
    )
    return PictureHostRefused(
        translated(
            "The proxy names a picture at {host}, in a network that it has no business to name.",
            host=host,
        ),
        hint=hint,
    )


def _number(host: str) -> IPAddress | None:
    """Return the number that *host* is, however it is written: ``2130706433`` is 127.0.0.1."""
    try:
        # Behind a percent sign stands the network card of a local IPv6 number.
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:  # forms of old that systems still take: one number, octal, hexadecimal
        return ipaddress.ip_address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _plain(number: IPAddress) -> IPAddress:
    """Return the IPv4 number that an IPv6 one stands for, or the number itself."""
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour or (number.teredo or (None, None))[1]
        # The first two of ::/96 are no IPv4 numbers: nowhere, and this machine.
        if inner is None and int(number) > 1 and any(number in net for net in _ENDING_IN_IPV4):
            inner = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        return inner or number
    return number


def _is_private(number: IPAddress) -> bool:
    is_shared = number.version == 4 and number in _SHARED
    is_shared = is_shared or (number.version == 6 and number.is_site_local)
    return (number.is_private or is_shared) and not number.is_loopback and not number.is_unspecified


def _goes_through_proxy(scheme: str, host: str) -> bool:
    """Tell whether the environment names a network proxy for it, which looks names up itself."""
    proxies = getproxies()
    return bool(proxies.get(scheme) or proxies.get("all")) and not proxy_bypass(host)
