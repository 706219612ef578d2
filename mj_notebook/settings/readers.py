"""What each setting may be, and how it is read from arguments and from the environment."""

import contextlib
import difflib
import ipaddress
import math
import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from mj_notebook.errors import SettingsError, UsageError
from mj_notebook.language import marked, translated
from mj_notebook.language.catalogue import LANGUAGES, known_language
from mj_notebook.language.misfits import nearest
from mj_notebook.language.sentences import has_half, plain, shown
from mj_notebook.protocol.vocabulary import BOT_WORDS, BotType, ImageMode, Mode
from mj_notebook.settings.paths import given_path
from mj_notebook.settings.places import (
    DatabaseAddress,
    database_address,
    is_address,
    pictures_address,
)
from mj_notebook.settings.pricing import costs_of
from mj_notebook.settings.secret_cleaning import cleaned_secret, without_keys
from mj_notebook.settings.settings import Pacing, Secret, Settings

_Word = TypeVar("_Word", Mode, ImageMode)
_PAUSES = marked('Give seconds by name, or lists of them: pacing={"slowest": 10, "first": [1, 2]}.')
# A variable may hold a whole file, or a secret in the wrong place.


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
    for name, (variables, read) in READERS.items():
        for variable in variables:
            text = environment.get(variable, "")
            # The first that is set wins: ours stands before what other programs set.
            if text.strip() and name not in values:
                try:
                    values[name] = _read(
                        read, text, translated("The variable {name}", name=variable)
                    )
                except SettingsError as error:
                    faults.append(error)
    return replace(Settings(), **values), tuple(faults)


def with_changes(settings: Settings, **values: Any) -> Settings:
    """
    Return *settings* with *values*; words become what they mean, and None the usual value.

    Raises:
        SettingsError: There is no such setting, or it can't have this value.
    """
    unknown = sorted(set(values) - set(READERS))
    if unknown:
        close = nearest(unknown[0], READERS)
        known = (
            translated("Did you mean {close!r}?", close=close)
            if close
            else translated("Known: {known}.", known=", ".join(sorted(READERS)))
        )
        raise SettingsError(
            translated("There is no setting named {unknown!r}.", unknown=unknown[0]), hint=known
        )
    usual = Settings()
    read = {
        name: getattr(usual, name)
        if value is None
        else _read(READERS[name].read, plain(value), translated("The setting {name}", name=name))
        for name, value in values.items()
    }
    return replace(settings, **read)


def _read(read: Callable[[Any], Any], value: object, where: str) -> Any:
    try:
        return read(value)
    except SettingsError as error:
        raise SettingsError(
            translated("{where}: {reason}", where=where, reason=error.args[0]), hint=error.hint
        ) from None


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or has_half(value):
        raise SettingsError(
            translated("{shown} is no text.", shown=_shown(value)),
            hint=translated("Give a string."),
        )
    return value.strip()


def _secret(value: object, *, is_key: bool = True) -> Secret:
    """Return a secret; of a key what was copied along is left out, a password stays as given."""
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        raise SettingsError(translated("it is no text."), hint=translated("Give it as a string."))
    return secret_of(value) if is_key else Secret(value)


# The environment is read several times; each thing is told once.
_told: dict[str | tuple[Any, ...], int] = {}


def secret_of(text: str) -> Secret:
    """Return the secret in *text*; what was copied along with it is left out, by a warning."""
    secret, around = cleaned_secret(text)
    if around:
        # Told without a line of code, which may hold the secret.
        warnings.warn_explicit(
            translated("Left out of the secret: {around}.", around=", ".join(around)),
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
    # Never by truth: "false" is a text, and true.
    if not isinstance(value, str | int) or word not in _YES | _NO:
        raise SettingsError(
            translated("{shown} is neither yes nor no.", shown=_shown(value)),
            hint=translated("Give True or False, yes or no, 1 or 0."),
        )
    return word in _YES


def _folder(value: object) -> Path:
    """Return the path that a person means, ``~`` being their home."""
    try:
        return given_path(value.strip() if isinstance(value, str) else value, "folder/name")
    except UsageError as error:
        raise SettingsError(error.args[0], hint=error.hint) from None


def _store(value: object) -> Path | DatabaseAddress:
    """Return the folder that a person means, or the address of a database."""
    if isinstance(value, DatabaseAddress):
        return value
    is_address_of_one = isinstance(value, str) and is_address(value)
    return database_address(str(value)) if is_address_of_one else _folder(value)


def _mode(value: object) -> Mode:
    return _one_of(Mode, value, translated("mode"))


def mode_of(value: str | None) -> Mode | None:
    """Return the speed a person means by *value*, None for the usual one."""
    return None if is_unset(value) else _mode(value)


def is_unset(value: object) -> bool:
    """Tell whether *value* leaves an option as it is: None, False, 0, an empty text."""
    return isinstance(value, str | int | None) and not value


def _image_mode(value: object) -> ImageMode:
    return _one_of(ImageMode, value, translated("image mode"))


def _one_of(words: type[_Word], value: object, what: str) -> _Word:
    try:
        return words(str(value).strip().lower())
    except ValueError:
        known = ", ".join(words)
        raise SettingsError(
            translated("{shown} is no {what}.", shown=_shown(value), what=what),
            hint=translated("Known: {known}.", known=known),
        ) from None


def bot_of(value: object) -> BotType:
    """Return the bot a person means by *value*: mj, niji, MID_JOURNEY, …."""
    bot = BOT_WORDS.get(str(value).strip().lower().replace("-", "_"))
    if bot is None:
        raise SettingsError(
            translated("{shown} is no bot.", shown=_shown(value)),
            hint=translated("Known: mj, niji."),
        )
    return bot


_Number = TypeVar("_Number", int, float)


def _number_of(
    kind: type[_Number], least: float, below: float, told: str, hint: str
) -> Callable[[object], _Number]:
    """Return what reads a number of that kind, not less than *least*, and less than *below*."""

    def read(value: object) -> _Number:
        # True is 1 to Python; and half a pixel would silently be none.
        if isinstance(value, str | int | kind) and not isinstance(value, bool):
            with contextlib.suppress(ValueError, OverflowError):
                number = kind(value)
                if least <= number < below:
                    return number
        raise SettingsError(translated(told, shown=_shown(value)), hint=translated(hint))

    return read


_seconds = _number_of(
    float, 0, 3600, marked("{shown} is no number of seconds."), marked("Give 0 to 3600.")
)
_credits = _number_of(
    float,
    0,
    math.inf,
    marked("{shown} is no number of credits."),
    marked("Give 0 or more, for one day."),
)
_size = _number_of(
    int, 64, 4097, marked("{shown} is no size of a picture."), marked("Give 64 to 4096 pixels.")
)
_port = _number_of(
    int, 0, 65536, marked("{shown} is no port."), marked("Give 1 to 65535, or 0 for any.")
)
_count = _number_of(
    int, 1, 1001, marked("{shown} is no number of jobs."), marked("Give 1 to 1000.")
)


def _pacing(value: object) -> Pacing:
    if isinstance(value, Pacing):
        return value
    if not isinstance(value, Mapping):
        raise SettingsError(
            translated("{shown} is no pacing.", shown=_shown(value)), hint=translated(_PAUSES)
        )
    import msgspec  # only who sets pauses waits for it

    known = [field.name for field in fields(Pacing)]
    for name in value:
        if name not in known:
            raise SettingsError(
                translated("A pacing has no {name!r}.", name=name),
                hint=translated("Known: {known}.", known=", ".join(known)),
            )
    try:
        pacing = msgspec.convert(dict(value), Pacing)
    except msgspec.ValidationError:
        raise SettingsError(
            translated("{shown} is no pacing.", shown=_shown(value)), hint=translated(_PAUSES)
        ) from None
    pauses = (pause for name in known for pause in _listed(getattr(pacing, name)))
    if not all(math.isfinite(pause) and pause >= 0 for pause in pauses):
        raise SettingsError(
            translated("{shown} has a pause that is none.", shown=_shown(value)),
            hint=translated(_PAUSES),
        )
    return pacing


def _listed(pauses: float | tuple[float, ...]) -> tuple[float, ...]:
    return pauses if isinstance(pauses, tuple) else (pauses,)


def _language(value: object) -> str:
    language = known_language(value) if isinstance(value, str) else None
    if language is None:
        known = ", ".join(LANGUAGES)
        raise SettingsError(
            translated("{shown} is no language here.", shown=_shown(value)),
            hint=translated("Known: {known}.", known=known),
        )
    return language


def _hosts(value: object) -> tuple[str, ...]:
    """Return hosts and networks, given as a list or with commas or blanks between them."""
    given = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(given, list | tuple | set) or not all(isinstance(one, str) for one in given):
        raise SettingsError(
            translated("{shown} names no hosts.", shown=_shown(value)),
            hint=translated('Give them like "10.0.0.0/8, cdn.example.com".'),
        )
    for host in given:
        # A slash is right in a network (10.0.0.0/8), and a path in all else.
        if "://" in host or ("/" in host and not _is_network(host)):
            raise SettingsError(
                translated("{host!r} is neither a host nor a network.", host=host),
                hint=translated("Write it without http:// and path."),
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
            translated(
                "the rules in {path} can't be read: {why}.", path=path.name or path, why=why
            ),
            hint=translated("Give a TOML file, or a dict."),
        ) from None


def _address(value: object, *, example: str, hint: str = "") -> str:
    """Return an address of the web; one with a password in it would be shown, and is refused."""
    text = _text(value).rstrip("/")
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in {"http", "https"} and parts.hostname and not parts.query
        has_password = "@" in parts.netloc
    except ValueError:
        is_good = has_password = False
    if not is_good or has_password:
        raise SettingsError(
            translated("it holds a name or a password.")
            if has_password
            else translated("{shown} is no address.", shown=_shown(value)),
            hint=translated(
                "Write it like {example}{hint}.",
                example=example,
                hint=translated(hint) if hint else "",
            ),
        )
    return text


def _shown(value: object) -> str:
    return without_keys(shown(value))


class _Reader(NamedTuple):
    """What reads a setting, and which variables of the environment give it."""

    variables: tuple[str, ...]
    read: Callable[[Any], Any]


# One reader for argument and environment: what a word means does not depend on where it stands.
READERS: dict[str, _Reader] = {
    "base_url": _Reader(("MJ_BASE_URL",), _text),
    "secret": _Reader(("MJ_API_SECRET",), _secret),
    "bearer": _Reader(("MJ_BEARER",), _yes_or_no),
    "mode": _Reader(("MJ_MODE",), _mode),
    "image_mode": _Reader(("MJ_IMAGE_MODE",), _image_mode),
    "image_hosts": _Reader(("MJ_IMAGE_HOSTS",), _hosts),
    "image_base": _Reader(
        ("MJ_IMAGE_BASE",), partial(_address, example="https://mirror.example.com")
    ),
    "bot": _Reader((), bot_of),
    "store": _Reader(("MJ_STORE",), _store),
    "store_secret": _Reader(("MJ_STORE_PASSWORD",), partial(_secret, is_key=False)),
    "pictures": _Reader(("MJ_PICTURES",), lambda value: pictures_address(_text(value))),
    "pacing": _Reader((), _pacing),
    "replay": _Reader(("MJ_REPLAY",), _yes_or_no),
    "backend": _Reader(("MJ_BACKEND",), _text),
    "backend_url": _Reader(
        ("MJ_BACKEND_URL",),
        partial(
            _address,
            example="http://127.0.0.1:7860",
            hint=marked("; a password goes into backend_secret"),
        ),
    ),
    "backend_model": _Reader(("MJ_BACKEND_MODEL",), _text),
    "backend_secret": _Reader(("MJ_BACKEND_SECRET",), _secret),
    "backend_workflow": _Reader(("MJ_BACKEND_WORKFLOW",), _folder),
    "demo_seconds": _Reader(("MJ_DEMO_SECONDS",), _seconds),
    "demo_size": _Reader(("MJ_DEMO_SIZE",), _size),
    "callback_url": _Reader(("MJ_CALLBACK_URL",), _text),
    "callback_host": _Reader(("MJ_CALLBACK_HOST",), _text),
    "callback_port": _Reader(("MJ_CALLBACK_PORT",), _port),
    "costs": _Reader((), costs_of),
    "refunds": _Reader((), _yes_or_no),
    "budget": _Reader(("MJ_BUDGET",), _credits),
    # Jupyter's server tells its kernels which notebook they are for.
    "notebook": _Reader(("MJ_NOTEBOOK", "JPY_SESSION_NAME"), _text),
    # On a hub it is the hub that knows who somebody is.
    "user": _Reader(("JUPYTERHUB_USER", "MJ_USER"), _text),
    "rules": _Reader(("MJ_RULES",), _rules),
    "most_jobs": _Reader(("MJ_MOST_JOBS",), _count),
    "offline": _Reader(("MJ_OFFLINE",), _folder),
    "lang": _Reader(("MJ_LANG",), _language),
}


_VARIABLES = frozenset(name for reader in READERS.values() for name in reader.variables)
# As other programs of the family call them, and people.
_OTHER_NAMES = {
    **dict.fromkeys(("MJ_SERVER", "MJ_URL", "MJ_API_URL", "MJ_API_BASE"), "MJ_BASE_URL"),
    **dict.fromkeys(("MJ_API_KEY", "MJ_KEY", "MJ_TOKEN", "MJ_API_TOKEN"), "MJ_API_SECRET"),
}


def misspelt_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that look like ours and set nothing, each with what was meant."""
    found = {}
    for name in sorted(set(environment) - _VARIABLES):
        if not name.upper().startswith("MJ"):
            continue
        setting = name.upper().removeprefix("MJ_").lower()
        close = difflib.get_close_matches(name.upper(), _VARIABLES, n=1, cutoff=0.85)
        meant = [_OTHER_NAMES.get(name.upper()), *close]
        if setting in READERS:
            meant = list(READERS[setting].variables)
        if meant := [one for one in meant if one and one not in environment]:
            found[name] = translated("Did you mean {meant}?", meant=meant[0])
        elif setting in READERS:
            found[name] = translated(
                "Set it in the notebook: mj.configure({setting}=…).", setting=setting
            )
    return found


def environment_settings() -> Settings:
    """Return what this process's environment sets."""
    return settings_from(os.environ)
