"""Where a history is kept, when that is no folder: the address of a database, or of pictures."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, unquote_to_bytes, urlsplit

from mj_notebook.errors import SettingsError
from mj_notebook.language import marked, translated
from mj_notebook.settings.settings import Secret

_POSTGRES = frozenset({"postgresql", "postgres"})
_PICTURES = frozenset({"s3", "gs", "az", "file"})
_DATABASE_HINT = marked(
    "Give a folder, or an address like postgresql://user@host/database; signs such as # / ? @ in a"
    " name or password are written %23 %2F %3F %40."
)
# What may stand behind the question mark, as PostgreSQL's own client reads it
# (https://www.postgresql.org/docs/current/libpq-connect.html), without what is secret.
_OPTIONS_WORDS = """
channel_binding connect_timeout gssdelegation gssencmode gsslib host hostaddr keepalives
keepalives_count keepalives_idle keepalives_interval krbsrvname load_balance_hosts options
passfile port require_auth requirepeer service ssl_max_protocol_version ssl_min_protocol_version
sslcert sslcertmode sslcrl sslcrldir sslkey sslmode sslnegotiation sslrootcert sslsni
target_session_attrs tcp_user_timeout
"""
_OPTIONS = frozenset(_OPTIONS_WORDS.split())
_SSL_MODES = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
# A blank, a sign that can't be seen, or a per cent sign that begins nothing.
_UNREADABLE = re.compile(r"[\s\x00-\x1f\x7f]|%(?![0-9A-Fa-f]{2})|%00")
# The options that lead to another host than stands in front.
_WAY = re.compile(r"(?:host|hostaddr|port|service)=")
_PICTURES_HINT = marked(
    "Give an address like s3://bucket/folder, gs://…, az://… or file:///shared/folder."
)


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """
    The address of a PostgreSQL database; its password stands apart, and is shown to nobody.

    Attributes:
        url: The address without the password.
        password: "" where the database's own client knows it, or needs none.
    """

    url: str
    password: Secret

    def __str__(self) -> str:
        return self.url

    def __repr__(self) -> str:
        return repr(self.url)

    @property
    def origin(self) -> str:
        """What the password belongs to: user, host and database."""
        return self.url.partition("?")[0]

    @property
    def host(self) -> str:
        """Where it leads: its host, or what options name besides."""
        parts = urlsplit(self.url)
        ways = sorted(one for one in parts.query.split("&") if _WAY.match(one))
        return "&".join((parts.netloc.rpartition("@")[2], *ways))

    @property
    def shown(self) -> str:
        """The address as sentences name it: host and database, nobody's name."""
        parts = urlsplit(self.url)
        return f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def short_name(self) -> str:
        """A name for a folder of what this machine keeps for it."""
        from hashlib import sha256  # loads OpenSSL

        return sha256(self.url.encode()).hexdigest()[:16]


def is_address(text: str) -> bool:
    """Tell whether *text* is an address rather than a path."""
    return "://" in text


def database_address(text: str) -> DatabaseAddress:
    """Read the address of a database."""
    parts = _split(text, translated("a history"), translated(_DATABASE_HINT))
    if parts.scheme not in _POSTGRES:
        raise SettingsError(
            translated("no history can be kept in {scheme}://…", scheme=parts.scheme[:20]),
            hint=translated(_DATABASE_HINT),
        )
    if not parts.path.strip("/"):
        raise SettingsError(
            translated("the address of the history names no database."),
            hint=translated(_DATABASE_HINT),
        )
    if "password" in parts.query:
        raise SettingsError(
            translated("the address holds a password behind its question mark."),
            hint=translated(
                "Give it as MJ_STORE_PASSWORD, or in the usual place: user:password@host."
            ),
        )
    names, _, host = parts.netloc.rpartition("@")
    user, _, password = names.partition(":")
    if fault := _encoding_fault(text) or _fault(text.strip(), parts, user):
        raise SettingsError(
            translated("the address of the history {fault}.", fault=fault),
            hint=translated(_DATABASE_HINT),
        )
    netloc = f"{user}@{host}" if user else host
    # Written by hand: with no host, as for a socket of this machine, `urlunsplit` leaves // out.
    query = "&".join(filter(None, parts.query.split("&")))  # its client takes no empty option
    url = f"postgresql://{netloc}{parts.path}{'?' if query else ''}{query}"
    return DatabaseAddress(url, Secret(unquote(password)))


def _encoding_fault(text: str) -> str:
    try:
        unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return translated("holds signs that are not written as UTF-8, such as %C3%A4 for ä")
    return ""


def _fault(text: str, parts: SplitResult, user: str) -> str:
    """Say what its client could not read in the address, without repeating a secret; "" if all."""
    if _UNREADABLE.search(text) or parts.fragment or "@" in user:
        return translated("holds a sign that must be written with %")
    if parts.port == 0:
        return translated("names the port 0")
    for option in filter(None, parts.query.split("&")):
        name, _, value = option.partition("=")
        if name not in _OPTIONS or not value or "=" in value:
            return translated("has an option that PostgreSQL does not know: {name}", name=name[:20])
        if name == "sslmode" and value not in _SSL_MODES:
            return translated(
                "has an sslmode that PostgreSQL does not know: {value}", value=value[:20]
            )
        if name == "port" and not (value.isascii() and value.isdigit()):
            return translated("has a port that is no number")
    return ""


def pictures_address(text: str) -> str:
    """Read the address of the place that pictures are shared in."""
    parts = _split(text, translated("pictures"), translated(_PICTURES_HINT))
    if parts.scheme not in _PICTURES:
        raise SettingsError(
            translated("no pictures can be kept in {scheme}://…", scheme=parts.scheme[:20]),
            hint=translated(_PICTURES_HINT),
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingsError(
            translated("the address of the pictures holds more than a place."),
            hint=translated(
                "Give keys in the environment variables of the provider (AWS_ACCESS_KEY_ID, …)."
            ),
        )
    is_folder = parts.scheme == "file"
    if is_folder != (not parts.netloc) or (is_folder and not parts.path.strip("/")):
        raise SettingsError(
            translated("the address of the pictures names no place."),
            hint=translated(_PICTURES_HINT),
        )
    return text.strip().rstrip("/")


def _split(text: str, what: str, hint: str) -> SplitResult:
    try:
        parts = urlsplit(text.strip())
        _ = parts.port  # which raises where it is no number
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if not parts.scheme:
        raise SettingsError(translated("that is no address of {what}.", what=what), hint=hint)
    return parts
