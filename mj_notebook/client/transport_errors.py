"""From httpx's exceptions to our errors: what broke, and whether the request may have arrived."""

from typing import Any
from urllib.parse import urlsplit

import httpx

from mj_notebook.client.address import host_of, origin_of
from mj_notebook.client.calls import Call
from mj_notebook.client.decompression import UnpackError
from mj_notebook.client.download import AnswerTooLarge
from mj_notebook.client.network_proxies import NetworkProxy
from mj_notebook.client.proxied import ThroughProxy
from mj_notebook.client.retry import NoResponse
from mj_notebook.errors import ServerUnreachable
from mj_notebook.language import marked, translated
from mj_notebook.protocol.addresses import CDN_HOSTS
from mj_notebook.protocol.routes import Pace

# Until these are over nothing of the request was on its way to the proxy.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_CHECK = marked("Check the base URL (MJ_BASE_URL), its spelling, and that the proxy runs.")


def cut_frames(error: BaseException, outer: BaseException | None) -> None:
    """
    Leave of *error*'s frames only the one that deals with it, before it is raised again there.

    A traceback that shows locals would show the secret in those of the libraries that send it.

    Args:
        error: What passes, of any kind: an interrupt and a cancelling as well.
        outer: What was being dealt with before; it and all behind it stay as they are.
    """
    waiting: list[BaseException | None] = [error]
    seen: set[int] = {id(outer)}
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if one is error and one.__traceback__ is not None:
            # The frame that deals with it is ours, and holds no secret.
            one.__traceback__.tb_next = None
        else:
            one.__traceback__ = None
        # Chained errors have frames of the same libraries.
        waiting += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


def no_response(
    error: httpx.RequestError | httpx.InvalidURL, url: str, *, origin: str = ""
) -> NoResponse:
    """
    Return what *error* means for a request to *url*.

    Args:
        error: What broke.
        url: Where the request went.
        origin: Scheme, host and port of the proxy; "" where *url* is the proxy's in any case.
    """
    if isinstance(error, httpx.InvalidURL):
        said = ServerUnreachable(
            translated("The address can't be asked for: it is malformed."), hint=translated(_CHECK)
        )
        return NoResponse(said, is_transient=False)
    proxy: NetworkProxy | None = None
    if isinstance(error, ThroughProxy):
        proxy, error = error.proxy, error.error
    sent = not isinstance(error, _NOT_SENT)
    what, hint = (proxy and _proxy_words(error, proxy, url)) or _words(error, url)
    if proxy is None and urlsplit(url).hostname in CDN_HOSTS:
        hint = translated(
            "If it can't be reached from here, name a mirror of it: MJ_IMAGE_BASE=https://…."
        )
    elif hint == translated(_CHECK) and origin and origin_of(url) != origin:
        hint = translated(
            "The proxy named this host for the picture; look whether it is up, and ask again."
        )
    return NoResponse(
        ServerUnreachable(what, hint=hint, sent=sent),
        is_transient=not (
            isinstance(error, httpx.TimeoutException | httpx.UnsupportedProtocol)
            or _is_bad_redirect(error)
        ),
    )


def _is_bad_redirect(error: httpx.RequestError) -> bool:
    """Tell whether the answer was a redirect that leads nowhere, which httpx hands on to nobody."""
    return isinstance(error, httpx.RemoteProtocolError) and "location header" in str(error)


def not_taken(error: AnswerTooLarge | UnpackError, call: Call[Any]) -> NoResponse:
    """Return what an answer that was not taken means: a submit may have been taken all the same."""
    if isinstance(error, AnswerTooLarge):
        if call.pace is not Pace.SUBMIT:
            raise error
        what = str(error.args[0])
    else:
        what = translated(
            "The answer of {host} can't be read: {error}.",
            host=host_of(call.url),
            error=error,
        )
    said = ServerUnreachable(what, hint=_after_sending(), sent=True)
    return NoResponse(said, is_transient=False)


def client_closed(url: str) -> NoResponse:
    """Return what it means to ask through a client that was closed."""
    error = ServerUnreachable(
        translated("The connection to {host} was closed here.", host=host_of(url)),
        hint=translated("Run the cell again; it opens a new one."),
    )
    return NoResponse(error, is_transient=False)


def _words(error: httpx.RequestError, url: str) -> tuple[str, str]:
    host, text = host_of(url), _messages_of(error)
    if isinstance(error, httpx.ConnectTimeout):
        return translated(
            "{host} does not answer: connecting took too long.", host=host
        ), translated(_CHECK)
    if isinstance(error, httpx.PoolTimeout):
        return translated("Too many requests to {host} wait already.", host=host), translated(
            "Try again in a moment."
        )
    if isinstance(error, httpx.ConnectError):
        return _connect_words(host, text, url)
    if isinstance(error, httpx.TimeoutException):
        return translated(
            "{host} took the request but did not answer in time.", host=host
        ), _after_sending()
    if _is_bad_redirect(error):
        return translated(
            "{host} sends the request on to an address that is none.", host=host
        ), translated("Tell who runs it; if it was a submit, look first whether its task is there.")
    return translated(
        "The line to {host} broke before the answer was complete.", host=host
    ), _after_sending()


def _proxy_words(
    error: httpx.RequestError, proxy: NetworkProxy, url: str
) -> tuple[str, str] | None:
    """Return what is wrong with the network proxy on the way; None when it is not that."""
    host, text = host_of(url), _messages_of(error)
    named = translated(
        "The network proxy {host}, which the variable {variable} names,",
        host=proxy.host,
        variable=proxy.variable,
    )
    mend = translated(
        "Correct or unset {variable}; if {host} needs no network proxy, add it to NO_PROXY.",
        variable=proxy.variable,
        host=host,
    )
    if isinstance(error, httpx.ProxyError) and "407" in text:
        return (
            translated("{named} wants a user name and a password.", named=named),
            translated(
                "Write them into {variable}, like http://name:password@{host}.",
                variable=proxy.variable,
                host=proxy.host,
            ),
        )
    if isinstance(error, httpx.ProxyError):
        return (
            translated(
                "{named} could not reach {host} ({error}).",
                named=named,
                host=host,
                error=str(error)[:100],
            ),
            translated(
                "Look whether {host} is right and up, or add it to NO_PROXY if it needs none.",
                host=host,
            ),
        )
    if isinstance(error, httpx.ConnectTimeout):
        return translated("{named} does not answer: connecting took too long.", named=named), mend
    is_secrecy = "SSL" in text or "TLS" in text
    if isinstance(error, httpx.ConnectError) and not is_secrecy:
        return translated(
            "{named} does not answer: {reason}.", named=named, reason=_reason(text)
        ), mend
    if is_secrecy and proxy.url.startswith("https:") and "CERTIFICATE" not in text:
        plain = f"http://{proxy.host}"
        return translated("{named} does not speak https.", named=named), translated(
            "As a rule they don't: {variable}={plain}.", variable=proxy.variable, plain=plain
        )
    return None


def _messages_of(error: BaseException | None) -> str:
    """Return what *error* and those below it say: the event loop's own words hide the reason."""
    said = []
    while error is not None:
        # The kind tells where the words don't: ConnectionRefusedError.
        said.append(f"{type(error).__name__}: {error}")
        if isinstance(error, BaseExceptionGroup):
            said += [repr(one) for one in error.exceptions]
        error = error.__cause__ or error.__context__
    return " ".join(said)


def _after_sending() -> str:
    return translated(
        "Try again in a moment; if it was a submit, look first whether its task is there."
    )


def _connect_words(host: str, text: str, url: str) -> tuple[str, str]:
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return (
            translated("The certificate of {host} is not trusted.", host=host),
            translated("Set SSL_CERT_FILE to the certificates that are to be trusted here."),
        )
    if "SSL" in text or "TLS" in text:
        plain = "http://" + origin_of(url).partition("://")[2]
        return translated("{host} does not speak https.", host=host), translated(
            "If it is meant to be so, write {plain}.", plain=plain
        )
    if any(words in text for words in _NO_SUCH_NAME):
        return translated("There is no server called {host}.", host=host), translated(_CHECK)
    if "gaierror" in text or "name resolution" in text:
        return translated("The name {host} could not be looked up.", host=host), translated(
            "Check the network connection."
        )
    return translated(
        "Nothing answers at {host}: {reason}.", host=host, reason=_reason(text)
    ), translated(_CHECK)


# What the systems say of a name that nobody has.
_NO_SUCH_NAME = ("Name or service", "getaddrinfo failed", "nodename")


def _reason(text: str) -> str:
    if any(words in text for words in (*_NO_SUCH_NAME, "gaierror", "name resolution")):
        return translated("there is no such name")
    is_refused = "refused" in text.lower()
    return translated("the connection was refused") if is_refused else translated("no connection")
