"""Logging in: the secret that a session starts with, and keeping one for the next time.

Which address a secret belongs to, and whether the proxy takes it, is for those to say who can ask
a proxy: they give *origin* and *check*.
"""

from collections.abc import Callable

from mj_notebook.errors import MJError, Unauthorized, UsageError, spelled, translated
from mj_notebook.settings.credentials import SECRET_VARIABLE, Credentials
from mj_notebook.settings.readers import secret_of, with_changes
from mj_notebook.settings.settings import Secret, Settings


def with_secret(
    settings: Settings, origin: str, credentials: Callable[[], Credentials]
) -> tuple[Settings, str]:
    """
    Return *settings* with the secret that is kept for its proxy, and where that was found.

    What was given stays; the demo server needs none.

    Args:
        settings: What is set.
        origin: Scheme, host and port of its proxy, "" for the demo server.
        credentials: Returns where secrets are kept; it is called only when one is looked for.

    Raises:
        SettingsError: The file of secrets can be read by others.
    """
    if not origin or settings.secret:
        return settings, ""
    found = credentials().find(origin)
    if found is None:
        return settings, ""
    return with_changes(settings, secret=found.secret), found.where


def log_in(
    settings: Settings,
    origin: str,
    secret: str | Secret | None,
    credentials: Credentials,
    *,
    name: str,
    ask: Callable[[str], str],
    check: Callable[[Settings], MJError | None],
) -> tuple[Settings, str]:
    """
    Take a secret for the proxy of *settings*, try it, and keep it.

    Args:
        settings: What is set.
        origin: Scheme, host and port of the proxy: under that its secret is kept.
        secret: The secret; None asks for it.
        credentials: Where secrets are kept.
        name: What the proxy is called in sentences.
        ask: Asks the person.
        check: Asks the proxy something with the secret; returns what was wrong, or None.

    Returns:
        The settings with the secret, and the sentence that says where it is kept.

    Raises:
        Unauthorized: The proxy does not take it; it is not kept.
    """
    entered = with_changes(settings, secret=_entered(secret, name, ask))
    wrong = check(entered)
    # Any other trouble says nothing about the secret: it is kept, and the next cell tells.
    if isinstance(wrong, Unauthorized):
        raise wrong
    where = credentials.save(origin, entered.secret)
    return entered, translated("The secret for {name} is kept {where}.", name=name, where=where)


def keep_secret(
    origin: str,
    secret: str | None,
    credentials: Credentials,
    *,
    name: str,
    ask: Callable[[str], str],
) -> tuple[Secret, str]:
    """Take a secret for what is at *origin*, and keep it untried; see `log_in`."""
    entered = _entered(secret, name, ask)
    return entered, translated(
        "The secret for {name} is kept {origin}.",
        name=name,
        origin=credentials.save(origin, entered),
    )


def _entered(secret: str | Secret | None, name: str, ask: Callable[[str], str]) -> Secret:
    text = secret.reveal() if isinstance(secret, Secret) else secret
    if text is None:
        text = ask(translated("Secret for {name}: ", name=name))
    if not text.strip():
        raise UsageError(
            translated("The secret is empty; nothing was changed."),
            hint=translated("Run {way} again.", way=spelled("%mj login", "mj.login()")),
        )
    return secret_of(text)


def log_out(
    origin: str, credentials: Credentials, *, name: str, variable: str = SECRET_VARIABLE
) -> str:
    """Forget the secret that is kept for what is at *origin*; say where it was."""
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
