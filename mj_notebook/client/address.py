"""Addresses: what people type as a base URL, what is safe to show, and whose origin is whose."""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from mj_notebook.errors import SettingsError
from mj_notebook.language import marked, translated
from mj_notebook.protocol.addresses import CDN_HOSTS
from mj_notebook.protocol.routes import PREFIX, prefix
from mj_notebook.protocol.visible_text import bare
from mj_notebook.protocol.vocabulary import DEMO, ImageMode, Mode

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# A scheme whose colon or slashes were lost, but for a machine that is called http.
_BROKEN_SCHEME = re.compile(r"(https?)(?::[/\\]*(?!\d+(?:/|$))|[/\\]{2})", re.IGNORECASE)
# What people paste after the part that is the base: a route, the /mj of every route, the page that
# describes them, and the path of other interfaces of a gateway.
_TAIL = re.compile(
    r"(?:(?:/mj)?/(?:submit|task|insight-face|account|image)(?:/.*)?|/mj"
    r"|/[^/]+\.(?:html?|json)|/swagger(?:-ui)?|/v1(?:/.*)?)$"
)
# What stands before an address in a shell, a file of settings or a document.
_NAME = re.compile(r"(?:(?:export|set|%env)\s+)?(?:MJ_)?BASE_?URL\s*[=:]\s*", re.IGNORECASE)
# The scheme of a form's empty field, with a whole address pasted behind it.
_SCHEME_BEFORE_SCHEME = re.compile(r"(?:https?:/+)+(?=https?:/)", re.IGNORECASE)
# Of ASCII, what is part of no host's name and of no number.
_NO_HOST = re.compile(r"[^\w.:\-\x80-\U0010ffff]", re.ASCII)
# RFC 1035: longer ones end as a strange error deep in the resolver.
_LONGEST_LABEL = 63
# Proxies of the family pass pictures on under this path; the same picture is behind it.
_RELAYED = re.compile(r"/mj/image/[^/]+$")
DEFAULT_PORTS = {"http": 80, "https": 443}

_EXAMPLE = marked("Write it like https://proxy.example.com or http://127.0.0.1:8080.")


class BaseAddress(NamedTuple):
    """
    A proxy's address, in its parts.

    Attributes:
        origin: Scheme, host and port: the only place the secret may go to.
        path: What stands before the ``/mj`` of a route: "" or something like "/mj-fast".
    """

    origin: str
    path: str = ""

    def __str__(self) -> str:
        return self.origin + self.path

    @property
    def is_loopback(self) -> bool:
        """Whether the proxy runs on this very machine."""
        return is_loopback(urlsplit(self.origin).hostname or "")


def parse_base_url(text: str) -> BaseAddress:
    """
    Read what a person typed as base URL: with or without scheme, ``/mj`` or a whole route.

    Quotation marks around it, signs that nobody sees, the name of the setting and a second scheme
    before it, a query, a page such as ``/doc.html`` and the ``/v1`` of a gateway's other interfaces
    are left out.

    Raises:
        SettingsError: It is no address, or holds a user name or password; neither is repeated.
    """
    written = bare(_NAME.sub("", bare(text), count=1))
    written = _SCHEME_BEFORE_SCHEME.sub("", written.removeprefix("//"), count=1)
    if not written.strip("/"):
        raise SettingsError(translated("The base URL is empty."), hint=translated(_EXAMPLE))
    if not _SCHEME.match(written):
        written = _BROKEN_SCHEME.sub(r"\1://", written, count=1)
    parts = _split(written if _SCHEME.match(written) else f"{_likely_scheme(written)}://{written}")
    if parts.scheme not in DEFAULT_PORTS:
        raise SettingsError(
            translated("The base URL can't begin with {scheme}://.", scheme=parts.scheme),
            hint=translated(_EXAMPLE),
        )
    if "@" in parts.netloc:
        raise SettingsError(
            translated("The base URL holds a user name or password."),
            hint=translated("Leave it out of the address and set the secret with MJ_API_SECRET."),
        )
    # Again and again: several of them may follow each other, as in /mj/doc.html.
    path, before = parts.path.rstrip("/"), None
    while path != before:
        path, before = _TAIL.sub("", path).rstrip("/"), path
    return BaseAddress(_origin(parts), path)


def with_modes(
    base: BaseAddress, mode: Mode | None = None, image_mode: ImageMode | None = None
) -> BaseAddress:
    """Return *base* asking for a speed and a way of handing out pictures; given words replace."""
    if not (mode or image_mode):
        return base
    found = re.search(PREFIX.pattern, f"{base.path}/mj")
    if not found:
        return base._replace(path=base.path + prefix(mode, image_mode))
    here, there = found["mode"], found["image_mode"]
    words = prefix(
        mode or (Mode(here) if here else None),
        image_mode or (ImageMode(there) if there else None),
    )
    return base._replace(path=base.path[: found.start()] + words)


def prefix_of(base: BaseAddress) -> str:
    """Return the part of *base* that asks for a speed or a picture mode; "" as a rule."""
    found = PREFIX.search(f"{base.path}/mj")
    return found[0] if found else ""


def without_modes(base: BaseAddress) -> BaseAddress:
    """Return *base* without the part that asks for a speed or a picture mode."""
    return base._replace(path=base.path.removesuffix(prefix_of(base)))


def route_path(path: str, task_id: str) -> str:
    """Fill *task_id* into the path of a route; whatever it holds stays one segment."""
    return path.replace("{id}", quote(task_id, safe=""))


def origin_of(url: str) -> str:
    """Return scheme, host and port of *url*, the usual port left out; "" when it has none."""
    try:
        parts = urlsplit(url)
        return _origin(parts) if parts.scheme in DEFAULT_PORTS and parts.hostname else ""
    except (ValueError, SettingsError):
        return ""


def picture_address(url: str, base: BaseAddress) -> str:
    """
    Return the whole address of a picture; paths alone are taken to be on the proxy.

    Raises:
        SettingsError: It is no web address (a ``file:`` for instance) and is not opened.
    """
    try:
        whole = urljoin(f"{base.origin}/", url.strip())
    except ValueError:  # "http://[::1"
        whole = ""
    if not origin_of(whole):
        raise SettingsError(
            translated("The proxy gave an address of the picture that is no web address."),
            hint=translated(
                "Look at the task's image_url, and at how the proxy hands out pictures."
            ),
        )
    return whole


def mirrored_address(url: str, mirror: str | None) -> str:
    """Return *url*, of a picture on Discord's network, at *mirror*; path and query stay."""
    parts = urlsplit(url)
    if mirror is None or (parts.hostname or "").lower() not in CDN_HOSTS:
        return url
    return mirror + parts.path + (f"?{parts.query}" if parts.query else "")


def relayed_address(url: str, base: BaseAddress) -> str | None:
    """
    Return a relayed picture's address at the proxy itself, when it names another host.

    Gateways whose own address is set wrongly hand out ``http://localhost:3000/mj/image/…``.
    """
    parts = urlsplit(url)
    if origin_of(url) == base.origin or not _RELAYED.search(parts.path):
        return None
    return base.origin + parts.path + (f"?{parts.query}" if parts.query else "")


def alias(base_url: str) -> str:
    """Return host and port of *base_url*: how the server is called wherever people look."""
    return parse_base_url(base_url).origin.partition("://")[2]


def server_name(base_url: str | None) -> str:
    """Return what a proxy is called in history; None stands for the demo server."""
    return DEMO if base_url is None else alias(base_url)


def host_of(url: str) -> str:
    """Return host and port of any address, or "the server" when it has none."""
    return origin_of(url).partition("://")[2] or "the server"


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    # A blank is most often a word that was pasted with it; dots would be walked by some servers and
    # not by others.
    is_odd = re.search(r"\s|/\.\.?(?:/|$)", url)
    if not host or is_odd or _NO_HOST.search(host):
        raise SettingsError(
            translated("The base URL is no address of a server."), hint=translated(_EXAMPLE)
        )
    return parts


def _origin(parts: SplitResult) -> str:
    scheme, port = parts.scheme.lower(), parts.port
    host = parts.hostname or ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")  # as it will stand in the request
        except UnicodeError:
            raise SettingsError(
                translated("The base URL is no address of a server."), hint=translated(_EXAMPLE)
            ) from None
    if "xn--" in host:
        import idna  # which httpx reads such names with, and breaks over what it refuses

        try:
            idna.decode(host)
        except UnicodeError:
            raise SettingsError(
                translated("The server's name in the base URL holds signs that no name may have."),
                hint=translated(_EXAMPLE),
            ) from None
    if any(not 0 < len(label) <= _LONGEST_LABEL for label in host.removesuffix(".").split(".")):
        # Whoever looks the name up would break over it.
        raise SettingsError(
            translated(
                "The server's name in the base URL has an empty part, or one of more than"
                " {longest_label} signs.",
                longest_label=_LONGEST_LABEL,
            ),
            hint=translated(_EXAMPLE),
        )
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" + (f":{port}" if port and port != DEFAULT_PORTS[scheme] else "")


def _likely_scheme(written: str) -> str:
    """Guess http only where a certificate is unlikely: names without a dot, and bare numbers."""
    host = written.rpartition("@")[2].split("/")[0]
    bare = host[1:].split("]")[0] if host.startswith("[") else host.split(":")[0]
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return "https" if "." in bare else "http"
    return "http"


def is_loopback(host: str) -> bool:
    """Tell whether *host* is this machine, by its number or as localhost."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
