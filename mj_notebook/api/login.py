"""Logging in: a secret is taken, tried and kept for its proxy, or for the engine behind ours."""

from collections.abc import Callable

from mj_notebook.api.connection import probe
from mj_notebook.api.opening import backend_origin, with_owners
from mj_notebook.api.state import configure, current_settings
from mj_notebook.client.address import alias, parse_base_url
from mj_notebook.errors import SettingsError, Unauthorized, UsageError
from mj_notebook.language import spelled, translated
from mj_notebook.settings.argument_types import checked
from mj_notebook.settings.credentials import (
    BACKEND_VARIABLE,
    SECRET_VARIABLE,
    Credentials,
    ask_for_secret,
    default_credentials,
)
from mj_notebook.settings.readers import environment_settings, secret_of, with_changes
from mj_notebook.settings.settings import Secret, Settings


@checked
def login(secret: str | None = None, *, forget: bool = False, backend: bool = False) -> str:
    """
    Take the secret of the proxy that is set, try it, and keep it for the next time.

    It is kept in the system's keyring when the package keyring is installed, else in a file that
    only you can read, and used for this proxy alone.

    Args:
        secret: The secret; None asks for it, so that it stands in no cell.
        forget: Forget what is kept instead.
        backend: Mean the engine behind the embedded server instead of the proxy; its secret is not
            tried, and the doctor tells whether it is taken.

    Returns:
        The sentence that says where it is kept.

    Raises:
        Unauthorized: The proxy does not take it; it is not kept.
        SettingsError: No proxy is set, or nobody is there to be asked.

    Example:
        >>> mj.configure(base_url="https://proxy.example.com")
        >>> mj.login(forget=True)
    """
    setting = "backend_secret" if backend else "secret"
    settings, credentials = current_settings(), default_credentials()
    if forget:
        said = forget_secret(settings, credentials, setting=setting)
        # What the environment says holds again: that is not forgotten by us.
        configure(**{setting: getattr(with_owners(environment_settings()), setting)})
        return said
    entered, said = save_secret(settings, secret, credentials, ask_for_secret, setting=setting)
    # Also for the kernel that runs: the next request takes it.
    configure(**{setting: getattr(entered, setting)})
    return said


def save_secret(
    settings: Settings,
    secret: str | Secret | None,
    credentials: Credentials,
    ask: Callable[[str], str],
    *,
    setting: str = "secret",
) -> tuple[Settings, str]:
    """
    Take a secret for the proxy that is set, try it, and keep it; None asks for it.

    That of the engine behind the embedded server (*setting* "backend_secret") is not tried.

    Returns:
        The settings with the secret, and the sentence that says where it is kept.

    Raises:
        Unauthorized: The proxy does not take it; it is not kept.
    """
    origin, name, _ = _keeper(settings, setting)
    text = secret.reveal() if isinstance(secret, Secret) else secret
    if text is None:
        text = ask(translated("Secret for {name}: ", name=name))
    if not text.strip():
        raise UsageError(
            translated("The secret is empty; nothing was changed."),
            hint=translated("Run {way} again.", way=spelled("%mj login", "mj.login()")),
        )
    given = secret_of(text)
    entered = with_changes(settings, **{setting: given})
    # It is tried before it is kept: a typing error would be found again at each start. Any other
    # trouble says nothing about the secret: it is kept, and the next cell tells.
    is_tried = setting == "secret" and settings.offline is None  # who is offline asks nobody
    if is_tried and isinstance(wrong := probe(entered), Unauthorized):
        raise wrong
    where = credentials.save(origin, given)
    return entered, translated("The secret for {name} is kept {where}.", name=name, where=where)


def forget_secret(settings: Settings, credentials: Credentials, *, setting: str = "secret") -> str:
    """Forget the secret that is kept for the proxy or engine that is set; say where it was."""
    origin, name, variable = _keeper(settings, setting)
    found = credentials.forget(origin)
    if not found:
        return translated(
            "No secret was kept for {name}; one in {variable} stays until you unset it.",
            name=name,
            variable=variable,
        )
    return translated(
        "The secret for {name} is forgotten: it was in {found}.",
        name=name,
        found=" and ".join(found),
    )


def _keeper(settings: Settings, setting: str) -> tuple[str, str, str]:
    """Return whom a secret is kept for: the origin, its name in sentences, and the variable."""
    if setting != "secret":
        origin = backend_origin(settings)
        return origin, origin, BACKEND_VARIABLE
    if settings.base_url is None:
        raise SettingsError(
            translated("There is no proxy to log in to: the demo server needs no secret."),
            hint=translated("Set its address first: mj.configure(base_url=…)."),
        )
    return parse_base_url(settings.base_url).origin, alias(settings.base_url), SECRET_VARIABLE
