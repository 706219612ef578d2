"""From settings to a proxy: its client, the secret that is kept for it, and a first question."""

from collections.abc import Callable

from mj_notebook.client.address import alias, parse_base_url
from mj_notebook.client.calls import PROBE_TASK_ID
from mj_notebook.client.capabilities import Capabilities
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, SettingsError, translated
from mj_notebook.settings.credentials import Credentials
from mj_notebook.settings.login import log_in, log_out, with_secret
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
    """Return *settings* with the secret kept for its proxy, and where; see `with_secret`."""
    # Kept by scheme, host and port: a secret goes to nobody else, whatever path is behind them.
    origin = parse_base_url(settings.base_url).origin if settings.base_url is not None else ""
    return with_secret(settings, origin, credentials)


def save_secret(
    settings: Settings,
    secret: str | Secret | None,
    credentials: Credentials,
    ask: Callable[[str], str],
) -> tuple[Settings, str]:
    """Take a secret for the proxy that is set, try it, and keep it; see `log_in`."""
    origin, name = _proxy(settings)
    # It is tried before it is kept: a typing error would be found again at each start.
    return log_in(settings, origin, secret, credentials, name=name, ask=ask, check=probe)


def forget_secret(settings: Settings, credentials: Credentials) -> str:
    """Forget the secret that is kept for the proxy that is set; say where it was."""
    origin, name = _proxy(settings)
    return log_out(origin, credentials, name=name)


def _proxy(settings: Settings) -> tuple[str, str]:
    if settings.base_url is None:
        raise SettingsError(
            translated("There is no proxy to log in to: the demo server needs no secret."),
            hint=translated("Set its address first: mj.configure(base_url=…)."),
        )
    return parse_base_url(settings.base_url).origin, alias(settings.base_url)
