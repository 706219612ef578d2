"""Settings from arguments and environment, as one frozen value, and the type that keeps secrets."""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

from mj_notebook.errors import SettingsError
from mj_notebook.protocol.vocabulary import BOT_WORDS, BotType, ImageMode, Mode
from mj_notebook.settings.pricing import Costs, costs_of

_Word = TypeVar("_Word", Mode, ImageMode)
_MIN_SOUGHT_LENGTH = 6


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
        Tell whether *content* holds it: plain, in an address, in JSON, or in base64.

        A secret of less than six signs is not looked for: it stands everywhere.
        """
        if len(self.__text) < _MIN_SOUGHT_LENGTH:
            return False
        return any(form in content for form in _encodings(self.__text))

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


def _encodings(text: str) -> set[bytes]:
    """Return how *text* may be written; base64 depends on how many bytes stand before it."""
    plain = text.encode()
    # The first four signs of each depend on what stands before; the last on what follows.
    encoded = {base64.b64encode(bytes(n) + plain)[4 if n else 0 :] for n in range(3)}
    middles = {one.rstrip(b"=")[:-1] for one in encoded}
    return {plain, quote(text, safe="").encode(), json.dumps(text)[1:-1].encode(), *middles}


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


@dataclass(frozen=True, slots=True)
class Settings:
    """
    Everything that can be set.

    Attributes:
        base_url: The proxy's address; None means the embedded demo server.
        secret: What the proxy asks for.
        bearer: Also send the secret as ``Authorization: Bearer`` (some gateways want it).
        mode: Speed, asked for through the path; None leaves it to the account.
        image_mode: How a gateway hands out picture addresses.
        bot: Which bot draws.
        store: The folder that keeps history and pictures; None means the usual place.
        replay: Whether what was drawn already is shown again instead of drawn and paid for anew.
        demo_seconds: How long a grid takes on the demo server.
        callback_url: An address that leads from the proxy to this machine; with one, each job
            asks the proxy to post its changes there, and is polled less often.
        callback_host: Where these are listened for.
        callback_port: The port of it; None for the port in *callback_url*.
        costs: What tasks cost, for budgets and `mj.spend`; see `Costs`.
        refunds: Whether a task that failed costs nothing, as with most proxies.
        notebook: What the notebook is called in `mj.spend`; None for what the front end says.
        offline: A bundle that everything comes from; while it is set nobody is asked for anything.
    """

    base_url: str | None = None
    secret: Secret = field(default_factory=lambda: Secret(""))
    bearer: bool = False
    mode: Mode | None = None
    image_mode: ImageMode | None = None
    bot: BotType | None = None
    store: Path | None = None
    pacing: Pacing = field(default_factory=Pacing)
    demo_seconds: float = 8.0
    replay: bool = True
    callback_url: str | None = None
    callback_host: str = "127.0.0.1"
    callback_port: int | None = None
    costs: Costs = field(default_factory=Costs)
    refunds: bool = True
    notebook: str | None = None
    offline: Path | None = None

    @property
    def is_demo(self) -> bool:
        """Whether the embedded server answers."""
        return self.base_url is None


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read ``MJ_BASE_URL``, ``MJ_API_SECRET``, ``MJ_BEARER``, ``MJ_MODE``, ``MJ_STORE`` and co."""
    store = environment.get("MJ_STORE", "").strip()
    return with_changes(
        Settings(),
        base_url=environment.get("MJ_BASE_URL", "").strip() or None,
        secret=environment.get("MJ_API_SECRET", "").strip(),
        bearer=environment.get("MJ_BEARER", "").strip().lower() in {"1", "true", "yes", "on"},
        mode=environment.get("MJ_MODE", "").strip() or None,
        image_mode=environment.get("MJ_IMAGE_MODE", "").strip() or None,
        store=Path(store).expanduser() if store else None,
        replay=environment.get("MJ_REPLAY", "").strip().lower() not in {"0", "false", "no", "off"},
        demo_seconds=_seconds(environment.get("MJ_DEMO_SECONDS", "").strip() or "8"),
        callback_url=environment.get("MJ_CALLBACK_URL", "").strip() or None,
        callback_host=environment.get("MJ_CALLBACK_HOST", "").strip() or None,
        callback_port=environment.get("MJ_CALLBACK_PORT", "").strip() or None,
        # Jupyter's server tells its kernels which notebook they are for.
        notebook=environment.get("MJ_NOTEBOOK") or environment.get("JPY_SESSION_NAME") or None,
        offline=environment.get("MJ_OFFLINE", "").strip() or None,
    )


def with_changes(settings: Settings, **values: Any) -> Settings:
    """Return *settings* with *values*; words become what they mean, or a `SettingsError`."""
    unknown = sorted(set(values) - set(Settings.__dataclass_fields__))
    if unknown:
        known = ", ".join(sorted(Settings.__dataclass_fields__))
        raise SettingsError(f"There is no setting named {unknown[0]!r}.", hint=f"Known: {known}.")
    for name, read in _READERS.items():
        if values.get(name) is not None:
            values[name] = read(values[name])
    if values.get("secret", ...) is None:
        values["secret"] = Secret("")
    if values.get("costs", ...) is None:
        values["costs"] = Costs()
    if values.get("refunds", ...) is None:
        values["refunds"] = True
    if values.get("callback_host", ...) is None:
        values["callback_host"] = Settings().callback_host
    return replace(settings, **values)


def _secret(value: str | Secret) -> Secret:
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        raise SettingsError("The secret is no text.", hint="Give it as a string.")
    return Secret(value.strip())


def _mode(value: str) -> Mode:
    return _one_of(Mode, value, "mode")


def mode_of(value: str | None) -> Mode | None:
    """
    Return the speed a person means by *value*, None for the usual one.

    Raises:
        SettingsError: There is no such speed.
    """
    return _mode(value) if value else None


def _image_mode(value: str) -> ImageMode:
    return _one_of(ImageMode, value, "image mode")


def _one_of(words: type[_Word], value: str, what: str) -> _Word:
    try:
        return words(str(value).strip().lower())
    except ValueError:
        known = ", ".join(words)
        raise SettingsError(f"{value!r} is no {what}.", hint=f"Known: {known}.") from None


def bot_of(value: str) -> BotType:
    """Return the bot a person means by *value*: mj, niji, MID_JOURNEY, ….

    Raises:
        SettingsError: Nobody calls a bot that.
    """
    bot = BOT_WORDS.get(str(value).strip().lower().replace("-", "_"))
    if bot is None:
        raise SettingsError(f"{value!r} is no bot.", hint="Known: mj, niji.")
    return bot


def _seconds(value: str | float) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = -1.0
    if not 0 <= seconds < 3600:
        raise SettingsError(f"{value!r} is no number of seconds.", hint="Give 0 to 3600.")
    return seconds


def _port(value: str | int) -> int:
    try:
        port = int(value)
    except (TypeError, ValueError):
        port = -1
    if not 0 <= port < 65536:
        raise SettingsError(f"{value!r} is no port.", hint="Give 1 to 65535, or 0 for any.")
    return port


_READERS: dict[str, Any] = {
    "secret": _secret,
    "mode": _mode,
    "image_mode": _image_mode,
    "bot": bot_of,
    "store": Path,
    "demo_seconds": _seconds,
    "callback_url": str,
    "callback_host": str,
    "callback_port": _port,
    "costs": costs_of,
    "offline": lambda value: Path(value).expanduser(),
}


def data_folder(settings: Settings, *, here: Path) -> Path:
    """Return where history lives: as set, else ``.mj`` in *here* if it exists, else the user's."""
    if settings.store is not None:
        return settings.store
    local = here / ".mj"
    if local.is_dir():
        return local
    import platformdirs  # not needed before the first job

    return Path(platformdirs.user_data_dir("mj_notebook", appauthor=False))


def environment_settings() -> Settings:
    """Return what this process's environment sets."""
    return settings_from(os.environ)
