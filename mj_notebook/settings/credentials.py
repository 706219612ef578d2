"""Where the secret of a proxy is found when none was given, and where it is kept.

The order is: what was given (`configure`, the environment), the secrets of the platform (Colab,
Kaggle), the system's keyring, a file that only its owner can read. A kept secret belongs to the
origin of one proxy, and is found for no other.
"""

import contextlib
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from mj_notebook.errors import SettingsError
from mj_notebook.language import spelled, translated
from mj_notebook.settings.private_files import replace_private_file
from mj_notebook.settings.readers import secret_of
from mj_notebook.settings.settings import Secret

SECRET_VARIABLE = "MJ_API_SECRET"
"""What the secret is called in the environment and among a platform's secrets."""
BACKEND_VARIABLE = "MJ_BACKEND_SECRET"
"""What the secret of an engine behind the embedded server is called there."""
STORE_VARIABLE = "MJ_STORE_PASSWORD"
"""What the password of a history's database is called there."""
_SERVICE = "mj_notebook"
_FILE = "secrets.json"
_PLATFORMS = ("the secrets of Colab", "the secrets of Kaggle")
# Of this process, like the environment; one dictionary for all who look.
_HOSTS: dict[str, str] = {}

Load = Callable[[str], Any]


class FoundSecret(NamedTuple):
    """A secret, and where it was found, as the end of a sentence."""

    secret: Secret
    where: str


class Credentials:
    """
    The places of this computer that hold secrets.

    Args:
        folder: Holds the file.
        load: Imports a module by its name.
        hosts: The hosts that the secrets of a platform, which knows none, have gone to: each goes
            to the first that it is looked for, and to no other.
    """

    def __init__(
        self, folder: Path, load: Load = import_module, hosts: dict[str, str] | None = None
    ) -> None:
        self.file, self._load = folder / _FILE, load
        self._hosts: dict[str, str] = {} if hosts is None else hosts

    def find(self, origin: str, variable: str = SECRET_VARIABLE) -> FoundSecret | None:
        """
        Return the secret for *origin* (scheme, host and port), None when there is none.

        Args:
            origin: Whose it is.
            variable: What a platform calls it, which knows no origins: an engine must not be sent
                the secret of a proxy.

        Raises:
            SettingsError: The file can be read by others, or makes no sense.
        """
        for text, where in self._sources(origin, variable):
            if text and isinstance(text, str) and text.strip():
                host = origin.partition("://")[2].partition("/")[0]
                is_platform = where in _PLATFORMS
                if is_platform and self._hosts.setdefault(variable, host) != host:
                    continue
                return FoundSecret(secret_of(text), where)
        return None

    def save(self, origin: str, secret: Secret) -> str:
        """
        Keep *secret* for *origin*, in the keyring if there is one, and return where.

        Raises:
            SettingsError: It can be kept nowhere.
        """
        kept = self._read()
        try:
            self._load("keyring").set_password(_SERVICE, origin, secret.reveal())
        except Exception:  # noqa: BLE001 - there is none, or it is locked, or it can't ask
            self._write({**kept, origin: secret.reveal()})
            return f"in {self.file}, which only you can read"
        if kept.pop(origin, None) is not None:
            self._write(kept)
        return "in the keyring"

    def forget(self, origin: str) -> list[str]:
        """Forget the secret for *origin*; return the places that had it."""
        sources = []
        with contextlib.suppress(Exception):
            # Keyrings of desktops raise errors of their own, of no common kind.
            keyring = self._load("keyring")
            if keyring.get_password(_SERVICE, origin) is not None:
                keyring.delete_password(_SERVICE, origin)
                sources.append("the keyring")
        kept = self._read()
        if kept.pop(origin, None) is not None:
            self._write(kept)
            sources.append(str(self.file))
        return sources

    def _sources(self, origin: str, variable: str) -> Iterator[tuple[object, str]]:
        """Ask one place after the other, and the next only when it is wanted."""
        for read, where in (
            (lambda: self._colab(variable), _PLATFORMS[0]),
            (lambda: self._kaggle(variable), _PLATFORMS[1]),
            (lambda: self._load("keyring").get_password(_SERVICE, origin), "the keyring"),
        ):
            # Each has errors of its own for what is not there, not allowed, or locked.
            with contextlib.suppress(Exception):
                yield read(), where
        # Last, and with its errors: this file is ours, and what is wrong with it can be mended.
        yield self._read().get(origin), str(self.file)

    def _colab(self, variable: str) -> object:
        return self._load("google.colab").userdata.get(variable)

    def _kaggle(self, variable: str) -> object:
        return self._load("kaggle_secrets").UserSecretsClient().get_secret(variable)

    def _read(self) -> dict[str, str]:
        try:
            with self.file.open(encoding="utf-8") as file:
                # Of the file that is open: by its name another one could be looked at than is read.
                self._refuse_readable_by_others(os.fstat(file.fileno()))
                kept = json.load(file)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise SettingsError(
                translated(
                    "The secrets in {file} can't be read: {kind}.",
                    file=self.file,
                    kind=type(error).__name__,
                ),
                hint=translated("Remove the file, and run {login} once more.", login=_login()),
            ) from None
        return {str(key): str(text) for key, text in kept.items()} if kept else {}

    def _refuse_readable_by_others(self, found: os.stat_result) -> None:
        if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
            raise SettingsError(
                translated(
                    "Others can read the secrets in {file}, so they are not used.", file=self.file
                ),
                hint=translated("Run: chmod 600 {file}", file=self.file),
            )

    def _write(self, kept: dict[str, str]) -> None:
        """Replace the file whole; it is never readable by others, not even for a moment."""
        if not kept and not self.file.exists():
            return
        try:
            replace_private_file(self.file, json.dumps(kept, indent=1).encode())
        except OSError as error:
            raise SettingsError(
                translated(
                    "The secret can't be kept in {file}: {reason}.",
                    file=self.file,
                    reason=error.strerror,
                ),
                hint=translated("Set {secret_variable} instead.", secret_variable=SECRET_VARIABLE),
            ) from None


def default_credentials() -> Credentials:
    """Return the places of this user."""
    import platformdirs  # not needed for the demo

    return Credentials(
        Path(platformdirs.user_config_dir("mj_notebook", appauthor=False)), hosts=_HOSTS
    )


def ask_for_secret(question: str) -> str:
    """Ask the person for a secret, without showing it."""
    import getpass

    ask = getpass.getpass
    # A kernel puts its own function there, which knows whether a person is at the front end.
    is_kernel = ask.__module__ != "getpass"
    if not is_kernel and not (sys.stdin is not None and sys.stdin.isatty()):
        raise no_person_error()
    try:
        return ask(question)
    # How front ends say that nobody answers: a closed input, a kernel without one, no terminal.
    except (EOFError, RuntimeError, OSError):
        raise no_person_error() from None


def no_person_error() -> SettingsError:
    """Return the error for a secret that nobody can be asked for."""
    return SettingsError(
        translated("A secret is wanted, and nobody is there to be asked for it."),
        hint=translated(
            "Set {secret_variable} in the environment of the run, or run {login} once in a"
            " notebook.",
            secret_variable=SECRET_VARIABLE,
            login=_login(),
        ),
    )


def _login() -> str:
    return spelled("%mj login", "mj.login()")
