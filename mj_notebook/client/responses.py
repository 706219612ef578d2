"""What came back, as a plain value, and how a server's words are made fit to be shown."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from mj_notebook.client.network_proxies import NetworkProxy
from mj_notebook.language import gettext
from mj_notebook.protocol.codec import read_reply
from mj_notebook.protocol.forgiving_json import NotJSON
from mj_notebook.protocol.models import SubmitReply
from mj_notebook.protocol.visible_text import one_line
from mj_notebook.settings.settings import Secret

# A gateway may answer with a whole page; a sentence quotes its beginning.
_LONGEST_QUOTE = 300

# A server that names more seconds, or a date far away, is asked again after these.
_LONGEST_WAIT = 300.0

# Set on each answer by one-api and new-api (their middleware/request-id.go).
_GATEWAY_HEADER = "x-oneapi-request-id"

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?<(?:!doctype|html|head|body|\?xml|!--)", re.IGNORECASE)


class Response(NamedTuple):
    """
    One answer of a server, without the library that brought it.

    Attributes:
        headers: Names in lower case (or a mapping that doesn't care).
        url: The address that answered, after redirects.
        via: The network proxy on the way that may have answered instead; it can't where the line to
            the server is encrypted.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    via: NetworkProxy | None = None

    @property
    def is_html(self) -> bool:
        """Whether a web page came, where data was asked for."""
        # By what it is: what a server calls its answers proves nothing.
        return _MARKUP.match(self.body[:200]) is not None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said, be it in JSON."""
        return self.body.strip() in {b"", b"null", b'""', b"{}"}

    @property
    def by_gateway(self) -> bool:
        """Whether a gateway of the one-api kind signed it, be it its own or passed on."""
        return _GATEWAY_HEADER in self.headers

    @property
    def reply(self) -> SubmitReply | None:
        """The body as the family's reply, None when it is none (a page, plain text, nothing)."""
        try:
            reply = read_reply(self.body)
        except NotJSON:
            return None
        return reply if reply.code is not None or reply.description else None

    @property
    def retry_after(self) -> float | None:
        """Seconds the server asked to wait, five minutes at most."""
        said = self.headers.get("retry-after", "").strip()
        # Python refuses to read numbers that are much longer.
        if re.fullmatch(r"\d{1,300}(\.\d+)?", said):
            return min(float(said), _LONGEST_WAIT)
        try:
            # Both dates are the server's own, so a wrong clock on either side does no harm.
            until = parsedate_to_datetime(said)
            wait = (until - parsedate_to_datetime(self.headers.get("date", ""))).total_seconds()
        except (TypeError, ValueError, OverflowError):
            return None
        return min(max(0.0, wait), _LONGEST_WAIT)


class Endpoint(NamedTuple):
    """
    The proxy that is asked, as errors may speak of it.

    Attributes:
        alias: Host and port, or what the server is called in sentences.
        origin: Where the secret may go.
        secret: What must never be shown, even when a body echoes it.
        secret_host: The host of another secret, which was set and is not sent here.
    """

    alias: str
    origin: str
    secret: Secret
    secret_host: str = ""

    @property
    def name(self) -> str:
        """What it is called in a sentence that is said in the language in force."""
        return gettext(self.alias)

    def without_secret(self, response: Response) -> Response:
        """Return *response* with the secret hidden, which some proxies repeat in what they say."""
        headers = {
            name: self.secret.hide_in(value.encode()).decode("utf-8", "replace")
            for name, value in response.headers.items()
        }
        return response._replace(headers=headers, body=self.secret.hide_in(response.body))

    def quote(self, text: str) -> str:
        """Return *text* in one line, not too long, and without the secret."""
        line = one_line(self.secret.hide_in_words(text))
        return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"

    def error_text(self, response: Response) -> str:
        """Return what the server said, from a body of any shape; "" when it said nothing."""
        reply = response.reply
        if reply is not None:
            return self.quote(reply.description)
        text = response.body[:20_000].decode("utf-8", "replace")
        if not response.is_html:
            # Other JSON, or bytes of a picture, are no words.
            is_data = response.is_empty or text.lstrip()[:1] in {"{", "[", "\ufffd"}
            return "" if is_data else self.quote(text)
        title = _TITLE.search(text)
        return self.quote(title[1] if title else _TAG.sub(" ", text))
