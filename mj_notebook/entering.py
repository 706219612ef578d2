"""Entering: the secret that a session starts with, and keeping one for the next time."""

from collections.abc import Callable

from mj_notebook.client.address import alias, read_base
from mj_notebook.client.sync import Client
from mj_notebook.credentials import NAME, Credentials, Found
from mj_notebook.errors import MJError, SettingsError, Unauthorized, UsageError
from mj_notebook.settings import Secret, Settings, changed

# No server has a task of that name; asking for it draws nothing, and needs the secret.
NO_TASK = "0"


def with_secret(wanted: Settings, places: Callable[[], Credentials]) -> tuple[Settings, str]:
    """
    Return *wanted* with the secret that is kept for its proxy, and where that was found.

    What was given stays; the demo server needs none.

    Raises:
        SettingsError: The file of secrets can be read by others.
    """
    if wanted.base_url is None or wanted.secret:
        return wanted, ""
    found: Found | None = places().find(read_base(wanted.base_url).origin)
    if found is None:
        return wanted, ""
    return changed(wanted, secret=found.secret), found.where


def check(wanted: Settings) -> MJError | None:
    """Ask the proxy for a task that can't be; return what is wrong, None when it answers well."""
    assert wanted.base_url is not None
    client = Client(wanted.base_url, secret=wanted.secret, bearer=wanted.bearer)
    try:
        client.fetch(NO_TASK)
    except MJError as error:
        return error
    finally:
        client.close()
    return None


def log_in(
    wanted: Settings, secret: str | Secret | None, places: Credentials, ask: Callable[[str], str]
) -> tuple[Settings, str]:
    """
    Take a secret for the proxy of *wanted*, try it, and keep it.

    Args:
        wanted: What is set.
        secret: The secret; None asks for it.
        places: Where secrets are kept.
        ask: Asks the person.

    Returns:
        The settings with the secret, and the sentence that says where it is kept.

    Raises:
        Unauthorized: The proxy does not take it; it is not kept.
    """
    origin = _origin(wanted)
    text = secret.reveal() if isinstance(secret, Secret) else secret
    if text is None:
        text = ask(f"Secret for {alias(str(wanted.base_url))}: ")
    if not text.strip():
        raise UsageError("The secret is empty; nothing was changed.", hint="Run %mj login again.")
    entered = changed(wanted, secret=text.strip())
    wrong = check(entered)
    if isinstance(wrong, Unauthorized):
        raise wrong
    where = places.keep(origin, entered.secret)
    return entered, f"The secret for {alias(str(wanted.base_url))} is kept {where}."


def log_out(wanted: Settings, places: Credentials) -> str:
    """Forget the secret that is kept for the proxy of *wanted*; say where it was."""
    found = places.forget(_origin(wanted))
    host = alias(str(wanted.base_url))
    if not found:
        return f"No secret was kept for {host}; one in {NAME} stays until you unset it."
    return f"The secret for {host} is forgotten: it was in {' and '.join(found)}."


def _origin(wanted: Settings) -> str:
    if wanted.base_url is None:
        raise SettingsError(
            "There is no proxy to log in to: the demo server needs no secret.",
            hint="Set its address first: mj.configure(base_url=…).",
        )
    return read_base(wanted.base_url).origin
