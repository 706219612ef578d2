"""From settings to a proxy: its client, the secret that is kept for it, and a first question."""

from collections.abc import Callable

from mj_notebook.client.address import alias, parse_base_url
from mj_notebook.client.calls import PROBE_TASK_ID
from mj_notebook.client.capabilities import Capabilities
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, SettingsError, Unauthorized, UsageError
from mj_notebook.language import spelled, translated
from mj_notebook.settings.credentials import SECRET_VARIABLE, Credentials
from mj_notebook.settings.readers import secret_of, with_changes
from mj_notebook.settings.settings import Secret, Settings


def open_client(settings: Settings, capabilities: Capabilities | None = None) -> Client:
    """Return a client of the proxy that is set; the caller closes it."""
    assert settings.base_url is not None
    return Client(
        settings.base_url,
        secret=settings.secret,
        bearer=settings.bearer,
        mode=settings.mode,
        image_mode=settings.image_mode,
        image_hosts=settings.image_hosts,
        image_base=settings.image_base,
        capabilities=capabilities,
    )


def probe(settings: Settings) -> MJError | None:
    """Ask the proxy for a task that can't be; return what is wrong, None when it answers well."""
    client = open_client(settings)
    try:
        # A question that costs nothing anywhere; that no such task is known is a good answer.
        client.fetch(PROBE_TASK_ID)
    except MJError as error:
        return error
    finally:
        client.close()
    return None


def with_saved_secret(
    settings: Settings, credentials: Callable[[], Credentials]
) -> tuple[Settings, str]:
    """
    Return *settings* with the secret that is kept for its proxy, and where that was found.

    What was given stays; the demo server needs none.

    Args:
        settings: What is set.
        credentials: Returns where secrets are kept; it is called only when one is looked for.

    Raises:
        SettingsError: The file of secrets can be read by others.
    """
    if settings.base_url is None or settings.secret.belongs_to(alias(settings.base_url)):
        return settings, ""
    # Kept by scheme, host and port: a secret goes to nobody else, whatever path is behind them.
    found = credentials().find(parse_base_url(settings.base_url).origin)
    if found is None:
        return settings, ""
    return with_changes(settings, secret=found.secret), found.where


def save_secret(
    settings: Settings,
    secret: str | Secret | None,
    credentials: Credentials,
    ask: Callable[[str], str],
) -> tuple[Settings, str]:
    """
    Take a secret for the proxy that is set, try it, and keep it; None asks for it.

    Returns:
        The settings with the secret, and the sentence that says where it is kept.

    Raises:
        Unauthorized: The proxy does not take it; it is not kept.
    """
    origin, name = _proxy(settings)
    entered = with_changes(settings, secret=entered_secret(secret, name, ask))
    # It is tried before it is kept: a typing error would be found again at each start. Any other
    # trouble says nothing about the secret: it is kept, and the next cell tells.
    if isinstance(wrong := probe(entered), Unauthorized):
        raise wrong
    return entered, keep_at(origin, entered.secret, credentials, name=name)


def forget_secret(settings: Settings, credentials: Credentials) -> str:
    """Forget the secret that is kept for the proxy that is set; say where it was."""
    origin, name = _proxy(settings)
    return forget_at(origin, credentials, name=name)


def entered_secret(secret: str | Secret | None, name: str, ask: Callable[[str], str]) -> Secret:
    """Return the secret that is given for *name*, or that *ask* gets of the person."""
    text = secret.reveal() if isinstance(secret, Secret) else secret
    if text is None:
        text = ask(translated("Secret for {name}: ", name=name))
    if not text.strip():
        raise UsageError(
            translated("The secret is empty; nothing was changed."),
            hint=translated("Run {way} again.", way=spelled("%mj login", "mj.login()")),
        )
    return secret_of(text)


def keep_at(origin: str, secret: Secret, credentials: Credentials, *, name: str) -> str:
    """Keep *secret* for what is at *origin*; say where."""
    where = credentials.save(origin, secret)
    return translated("The secret for {name} is kept {where}.", name=name, where=where)


def forget_at(
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


def _proxy(settings: Settings) -> tuple[str, str]:
    if settings.base_url is None:
        raise SettingsError(
            translated("There is no proxy to log in to: the demo server needs no secret."),
            hint=translated("Set its address first: mj.configure(base_url=…)."),
        )
    return parse_base_url(settings.base_url).origin, alias(settings.base_url)
