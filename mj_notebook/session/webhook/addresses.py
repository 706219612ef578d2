"""Where callbacks are listened for, and which address leads there from the proxy; pure."""

import ipaddress
from typing import NamedTuple
from urllib.parse import urlsplit

from mj_notebook.client.address import (
    DEFAULT_PORTS,
    host_of,
    is_loopback,
    origin_of,
    parse_base_url,
)
from mj_notebook.errors import SettingsError, UsageError
from mj_notebook.language import marked, translated
from mj_notebook.settings.settings import Settings

_EXAMPLE = marked(
    "Give the address that leads here from the proxy, like https://me.example.com/calls."
)


class Bind(NamedTuple):
    """
    Where to listen.

    Attributes:
        host: An address of this machine.
        port: 0 for any free one.
    """

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address of it, as this machine calls itself."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


LOOPBACK = Bind("127.0.0.1", 0)
"""Any free port that nobody else on the network can reach."""


def checked(host: str, port: int) -> Bind:
    """Return where to listen; raise a `UsageError` when that is no port."""
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port < 65536:
        raise UsageError(
            translated("{port!r} is no port.", port=port),
            hint=translated("Give 1 to 65535, or 0 for any free one."),
        )
    return Bind(host, port)


def public_address(public_url: str | None, host: str, proxy: str | None) -> str | None:
    """Return what precedes the secret part of the callback address, None for the bound address."""
    if public_url is not None:
        url = _read(public_url.strip())
        if proxy is None and not is_loopback(urlsplit(url).hostname or ""):
            raise UsageError(
                translated("The demo server calls nobody but this machine."),
                hint=translated(
                    "Leave the address out, or set your proxy with mj.configure(base_url=…)."
                ),
            )
        return url
    if _is_any_address(host):
        raise UsageError(
            translated("{host} is no address that a proxy could call.", host=host),
            hint=translated(_EXAMPLE),
        )
    if proxy is not None and is_loopback(host) and not parse_base_url(proxy).is_loopback:
        raise UsageError(
            translated("The proxy at {proxy} can't call {host}.", proxy=host_of(proxy), host=host),
            hint=translated(_EXAMPLE),
        )
    return None


def bind_of(settings: Settings) -> Bind:
    """Return where `Settings.callback_url` wants to be listened for."""
    parts = urlsplit(_read(settings.callback_url or "", SettingsError))
    port = settings.callback_port
    if port is None:
        port = parts.port or (
            DEFAULT_PORTS[parts.scheme] if is_loopback(parts.hostname or "") else None
        )
    if port is None:
        raise SettingsError(
            translated("The callback address names no port to listen at."),
            hint=translated("Set MJ_CALLBACK_PORT to the port that it leads to on this machine."),
        )
    return checked(settings.callback_host, port)


def _read(url: str, wrong: type[SettingsError | UsageError] = UsageError) -> str:
    if not origin_of(url):
        raise wrong(
            translated("The callback address is no web address."), hint=translated(_EXAMPLE)
        )
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise wrong(
            translated("The callback address holds a password, a query or a fragment."),
            hint=translated(
                "Its last part is made here and can't be guessed; nothing else is needed."
            ),
        )
    return url


def _is_any_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host or "0.0.0.0").is_unspecified  # noqa: S104 - refused, not opened
    except ValueError:
        return False
