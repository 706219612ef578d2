"""Settings from arguments and environment, as one frozen value, and the type that keeps secrets."""

import contextlib
import difflib
import ipaddress
import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar
from urllib.parse import urlsplit

from mj_notebook.errors import SettingsError, UsageError
from mj_notebook.protocol.vocabulary import BOT_WORDS, BotType, ImageMode, Mode
from mj_notebook.settings.paths import given_path
from mj_notebook.settings.pricing import Costs, costs_of
from mj_notebook.settings.secret_cleaning import cleaned_secret
from mj_notebook.settings.secret_forms import forms_of

_Word = TypeVar("_Word", Mode, ImageMode)
MIN_SOUGHT_LENGTH = 6
# A shorter secret would blot out ordinary letters, and is no secret anyway.
_MIN_HIDDEN_LENGTH = 4
_MOST_SHOWN = 80


class Secret:
    """
    A secret that shows itself to nobody: not in reprs, tracebacks, pickles or comparisons.

    Only the one place that sends it calls `reveal`.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """Return the text itself: for the header being sent, or to find it where it must not be."""
        return self.__text

    def occurs_in(self, content: bytes) -> bool:
        """
        Tell whether *content* holds it, however it is written (see `SecretForms`).

        A secret of less than six signs is not looked for: it stands everywhere.
        """
        return len(self.__text) >= MIN_SOUGHT_LENGTH and forms_of(self.__text).occur_in(content)

    def hide_in(self, answer: bytes) -> bytes:
        """
        Return *answer* without it, however it is written.

        One that might be an ordinary word or a number stays: to hide it would spoil the names and
        ids of an answer, and with them a task that was paid for.
        """
        kinds = {(sign.isalpha(), sign.isdigit()) for sign in self.__text}
        is_rare = len(self.__text) >= MIN_SOUGHT_LENGTH and len(kinds) > 1
        return forms_of(self.__text).hide_in(answer) if is_rare else answer

    def hide_in_words(self, text: str) -> str:
        """Return *text*, which a person is to read and nothing depends on, without it."""
        if len(self.__text) < _MIN_HIDDEN_LENGTH:
            return text
        content = text.encode("utf-8", "surrogatepass")
        hidden = forms_of(self.__text).hide_in(content, "…".encode())
        return text if hidden == content else hidden.decode("utf-8", "replace")

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __repr__(self) -> str:
        return "Secret('…')" if self.__text else "Secret('')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.__text

    def __hash__(self) -> int:
        return hash(self.__text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not written to files or sent to other processes.")


@dataclass(frozen=True, slots=True)
class Pacing:
    """
    How often the poller asks, in seconds.

    Attributes:
        first: The pauses after the first questions, one each.
        then: The pause after these, growing up to *slowest*.
        slowest: The longest pause.
        deadline: How long one job is followed before it is left alone (it can be taken up again).
        relaxed_deadline: The same for jobs in relax mode.
        trouble: The pause after a question that went wrong; it doubles with each one, up to 30
            times as long.
        late_parent: The pause before a press is sent once more that a server refused only because
            it had not heard yet that the parent is finished (one looks every 15 s).
        looks: The pauses before each look for a task whose submit got no answer.
        joining: How long a request is waited for that another kernel is sending, when it is the
            same as this one.
        pictures: The pauses before a finished picture that could not be had is fetched again.
        beside: The pause while a task's callbacks arrive; when none came for that long, the usual
            pauses are back.
    """

    first: tuple[float, ...] = (1.0, 1.0, 1.0, 2.0)
    then: float = 3.0
    slowest: float = 5.0
    deadline: float = 15 * 60
    relaxed_deadline: float = 45 * 60
    trouble: float = 1.0
    late_parent: float = 16.0
    looks: tuple[float, ...] = (0.0, 2.0, 5.0)
    joining: float = 20.0
    pictures: tuple[float, ...] = (1.0, 4.0, 10.0)
    beside: float = 20.0


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """
    Everything that can be set.

    Attributes:
        base_url: The proxy's address; None means the embedded demo server.
        secret: What the proxy asks for.
        bearer: Also send the secret as ``Authorization: Bearer`` (some gateways want it).
        mode: Speed, asked for through the path; None leaves it to the account.
        image_mode: How a gateway hands out picture addresses.
        image_hosts: Hosts and networks that pictures may come from besides those that are allowed
            anyway: public ones, and the proxy's own.
        image_base: A mirror for pictures of Discord's network, where that can't be reached.
        bot: Which bot draws.
        store: The folder that keeps history and pictures; None means the usual place.
        replay: Whether what was drawn already is shown again instead of drawn and paid for anew.
        backend: What draws behind the embedded server: ``painter`` for demo pictures, else an
            engine that you run (``openai``, ``a1111``, ``sdcpp``, ``comfy``, one of a package).
        backend_url: Where that engine answers; None for where such engines listen by themselves.
        backend_model: What the engine is to draw with; None leaves that to it.
        backend_secret: What the engine asks for.
        backend_workflow: A file that says what the engine does, for ComfyUI.
        demo_seconds: How long a grid takes on the demo server.
        callback_url: An address that leads from the proxy to this machine; with one, each job
            asks the proxy to post its changes there, and is polled less often.
        callback_host: Where these are listened for.
        callback_port: The port of it; None for the port in *callback_url*.
        costs: What tasks cost, for budgets and `mj.spend`; see `Costs`.
        refunds: Whether a task that failed costs nothing, as with most proxies.
        notebook: What the notebook is called in `mj.spend`; None for what the front end says.
        rules: What lint is to find besides, or otherwise: a mapping, or a TOML file of the same
            names; see `mj_notebook.prompt.rules`.
        offline: A bundle that everything comes from; while it is set nobody is asked for anything.
    """

    base_url: str | None = None
    secret: Secret = field(default_factory=lambda: Secret(""))
    bearer: bool = False
    mode: Mode | None = None
    image_mode: ImageMode | None = None
    image_hosts: tuple[str, ...] = ()
    image_base: str | None = None
    bot: BotType | None = None
    store: Path | None = None
    pacing: Pacing = field(default_factory=Pacing)
    backend: str = "painter"
    backend_url: str | None = None
    backend_model: str | None = None
    backend_secret: Secret = field(default_factory=lambda: Secret(""))
    backend_workflow: Path | None = None
    demo_seconds: float = 8.0
    replay: bool = True
    callback_url: str | None = None
    callback_host: str = "127.0.0.1"
    callback_port: int | None = None
    costs: Costs = field(default_factory=Costs)
    refunds: bool = True
    notebook: str | None = None
    rules: Mapping[str, Any] | None = None
    offline: Path | None = None

    def __repr__(self) -> str:
        """Tell what differs from the usual settings: the rest is in the documentation."""
        usual = type(self)()
        told = (
            f"{each.name}={getattr(self, each.name)!r}"
            for each in fields(self)
            if getattr(self, each.name) != getattr(usual, each.name)
        )
        return f"Settings({', '.join(told)})"

    @property
    def is_demo(self) -> bool:
        """Whether the embedded server answers."""
        return self.base_url is None

    @property
    def drawn_by(self) -> str:
        """Backend and model, which make another picture of the same words; "" for usual ones."""
        if not self.is_demo or self.backend == Settings().backend:
            return ""
        flow = self.backend_workflow.name if self.backend_workflow else ""
        return " ".join(filter(None, (self.backend, self.backend_model, flow)))

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All that must stand in no file."""
        return (self.secret, self.backend_secret)


def settings_from(environment: Mapping[str, str]) -> Settings:
    """
    Read what *environment* sets: ``MJ_BASE_URL``, ``MJ_API_SECRET``, ``MJ_BEARER`` and co.

    Raises:
        SettingsError: A variable makes no sense; the sentence names it.
    """
    settings, faults = read_settings(environment)
    if faults:
        raise faults[0]
    return settings


def read_settings(
    environment: Mapping[str, str],
) -> tuple[Settings, tuple[SettingsError, ...]]:
    """Read what *environment* sets, as far as it makes sense; and what is wrong with the rest."""
    values: dict[str, Any] = {}
    faults: list[SettingsError] = []
    for name, (variables, read) in _READERS.items():
        for variable in variables:
            text = environment.get(variable, "")
            if text.strip() and name not in values:
                try:
                    values[name] = _read(read, text, f"the variable {variable}")
                except SettingsError as error:
                    faults.append(error)
    return replace(Settings(), **values), tuple(faults)


def with_changes(settings: Settings, **values: Any) -> Settings:
    """
    Return *settings* with *values*; words become what they mean, and None the usual value.

    Raises:
        SettingsError: There is no such setting, or it can't have this value.
    """
    unknown = sorted(set(values) - set(_READERS))
    if unknown:
        close = difflib.get_close_matches(unknown[0], _READERS, n=1)
        known = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(sorted(_READERS))}."
        raise SettingsError(f"There is no setting named {unknown[0]!r}.", hint=known)
    usual = Settings()
    read = {
        name: getattr(usual, name)
        if value is None
        else _read(_READERS[name].read, value, f"the setting {name}")
        for name, value in values.items()
    }
    return replace(settings, **read)


def _read(read: Callable[[Any], Any], value: object, where: str) -> Any:
    try:
        return read(value)
    except SettingsError as error:
        raise SettingsError(
            f"{where[0].upper()}{where[1:]}: {error.args[0]}", hint=error.hint
        ) from None


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"{_shown(value)} is no text.", hint="Give a string.")
    return value.strip()


def _secret(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        raise SettingsError("it is no text.", hint="Give it as a string.")
    return secret_of(value)


# The environment is read several times; each thing is told once.
_told: dict[str | tuple[Any, ...], int] = {}


def secret_of(text: str) -> Secret:
    """Return the secret in *text*; what was copied along with it is left out, by a warning."""
    secret, around = cleaned_secret(text)
    if around:
        # Told without a line of code, which may hold the secret.
        warnings.warn_explicit(
            f"Left out of the secret: {', '.join(around)}.",
            UserWarning,
            "mj_notebook",
            1,
            registry=_told,
        )
    return Secret(secret)


_YES, _NO = frozenset({"1", "true", "yes", "on", "y"}), frozenset({"0", "false", "no", "off", "n"})


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if not isinstance(value, str | int) or word not in _YES | _NO:
        raise SettingsError(
            f"{_shown(value)} is neither yes nor no.", hint="Give True or False, yes or no, 1 or 0."
        )
    return word in _YES


def _folder(value: object) -> Path:
    """Return the path that a person means, ``~`` being their home."""
    try:
        return given_path(value.strip() if isinstance(value, str) else value)
    except UsageError as error:
        raise SettingsError(error.args[0], hint=error.hint) from None


def _mode(value: object) -> Mode:
    return _one_of(Mode, value, "mode")


def mode_of(value: str | None) -> Mode | None:
    """
    Return the speed a person means by *value*, None for the usual one.

    Raises:
        SettingsError: There is no such speed.
    """
    return _mode(value) if value else None


def _image_mode(value: object) -> ImageMode:
    return _one_of(ImageMode, value, "image mode")


def _one_of(words: type[_Word], value: object, what: str) -> _Word:
    try:
        return words(str(value).strip().lower())
    except ValueError:
        known = ", ".join(words)
        raise SettingsError(f"{_shown(value)} is no {what}.", hint=f"Known: {known}.") from None


def bot_of(value: object) -> BotType:
    """
    Return the bot a person means by *value*: mj, niji, MID_JOURNEY, ….

    Raises:
        SettingsError: Nobody calls a bot that.
    """
    bot = BOT_WORDS.get(str(value).strip().lower().replace("-", "_"))
    if bot is None:
        raise SettingsError(f"{_shown(value)} is no bot.", hint="Known: mj, niji.")
    return bot


def _seconds(value: object) -> float:
    seconds = -1.0
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        with contextlib.suppress(ValueError, OverflowError):
            seconds = float(value)
    if not 0 <= seconds < 3600:
        raise SettingsError(f"{_shown(value)} is no number of seconds.", hint="Give 0 to 3600.")
    return seconds


def _port(value: object) -> int:
    port = -1
    if isinstance(value, str | int) and not isinstance(value, bool):
        with contextlib.suppress(ValueError):
            port = int(value)
    if not 0 <= port < 65536:
        raise SettingsError(f"{_shown(value)} is no port.", hint="Give 1 to 65535, or 0 for any.")
    return port


def _pacing(value: object) -> Pacing:
    if not isinstance(value, Pacing):
        raise SettingsError(f"{_shown(value)} is no pacing.", hint="Give a Pacing(…).")
    return value


def _hosts(value: object) -> tuple[str, ...]:
    """Return hosts and networks, given as a list or with commas or blanks between them."""
    given = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(given, list | tuple | set) or not all(isinstance(one, str) for one in given):
        raise SettingsError(
            f"{_shown(value)} names no hosts.", hint='Give them like "10.0.0.0/8, cdn.example.com".'
        )
    for host in given:
        if "://" in host or ("/" in host and not _is_network(host)):
            raise SettingsError(
                f"{host!r} is neither a host nor a network.",
                hint="Write it without http:// and path.",
            )
    return tuple(host.strip().lower() for host in given)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _rules(value: object) -> Mapping[str, Any]:
    """Return rules of lint as they were given, or as they stand in a TOML file."""
    if isinstance(value, Mapping):
        return dict(value)
    path = _folder(value)
    import tomllib  # only who has such a file needs it

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(
            f"the rules in {path.name or path} can't be read: {why}.",
            hint="Give a TOML file, or a dict.",
        ) from None


def _address(value: object) -> str:
    """Return an address of the web, without a name and a password in it."""
    text = _text(value).rstrip("/")
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        has_password = "@" in parts.netloc
    except ValueError:
        is_good = has_password = False
    if not is_good or has_password:
        raise SettingsError(
            "it holds a name or a password." if has_password else f"{_shown(value)} is no address.",
            hint="Write it like http://127.0.0.1:7860; a password goes into backend_secret.",
        )
    return text


def _mirror(value: object) -> str:
    """Return the scheme and host of a mirror for pictures."""
    text = _text(value).rstrip("/")
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in {"http", "https"} and parts.hostname and not parts.query
    except ValueError:
        is_good = False
    if not is_good:
        raise SettingsError(
            f"{_shown(value)} is no address.", hint="Write it like https://mirror.example.com."
        )
    return text


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


class _Reader(NamedTuple):
    """What reads a setting, and which variables of the environment give it."""

    variables: tuple[str, ...]
    read: Callable[[Any], Any]


# One reader for argument and environment: what a word means does not depend on where it stands.
_READERS: dict[str, _Reader] = {
    "base_url": _Reader(("MJ_BASE_URL",), _text),
    "secret": _Reader(("MJ_API_SECRET",), _secret),
    "bearer": _Reader(("MJ_BEARER",), _yes_or_no),
    "mode": _Reader(("MJ_MODE",), _mode),
    "image_mode": _Reader(("MJ_IMAGE_MODE",), _image_mode),
    "image_hosts": _Reader(("MJ_IMAGE_HOSTS",), _hosts),
    "image_base": _Reader(("MJ_IMAGE_BASE",), _mirror),
    "bot": _Reader((), bot_of),
    "store": _Reader(("MJ_STORE",), _folder),
    "pacing": _Reader((), _pacing),
    "replay": _Reader(("MJ_REPLAY",), _yes_or_no),
    "backend": _Reader(("MJ_BACKEND",), _text),
    "backend_url": _Reader(("MJ_BACKEND_URL",), _address),
    "backend_model": _Reader(("MJ_BACKEND_MODEL",), _text),
    "backend_secret": _Reader(("MJ_BACKEND_SECRET",), _secret),
    "backend_workflow": _Reader(("MJ_BACKEND_WORKFLOW",), _folder),
    "demo_seconds": _Reader(("MJ_DEMO_SECONDS",), _seconds),
    "callback_url": _Reader(("MJ_CALLBACK_URL",), _text),
    "callback_host": _Reader(("MJ_CALLBACK_HOST",), _text),
    "callback_port": _Reader(("MJ_CALLBACK_PORT",), _port),
    "costs": _Reader((), costs_of),
    "refunds": _Reader((), _yes_or_no),
    # Jupyter's server tells its kernels which notebook they are for.
    "notebook": _Reader(("MJ_NOTEBOOK", "JPY_SESSION_NAME"), _text),
    "rules": _Reader(("MJ_RULES",), _rules),
    "offline": _Reader(("MJ_OFFLINE",), _folder),
}


def data_folder(settings: Settings, *, here: Callable[[], Path]) -> Path:
    """Return where history lives: as set, else ``.mj`` *here* if it exists, else the user's."""
    if settings.store is not None:
        return settings.store
    local = here() / ".mj"
    if local.is_dir():
        return local
    import platformdirs  # not needed before the first job

    return Path(platformdirs.user_data_dir("mj_notebook", appauthor=False))


def environment_settings() -> Settings:
    """Return what this process's environment sets."""
    return settings_from(os.environ)
