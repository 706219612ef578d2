"""From settings to a proxy: its client, the secret that is kept for it, and a first question."""

from collections.abc import Callable

from mj_notebook.client.address import alias, parse_base_url
from mj_notebook.client.calls import PROBE_TASK_ID
from mj_notebook.client.capabilities import Capabilities
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError
from mj_notebook.settings.credentials import Credentials
from mj_notebook.settings.readers import with_changes
from mj_notebook.settings.settings import Settings


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
    with open_client(settings) as client:
        try:
            # A question that costs nothing anywhere; that no such task is known is a good answer.
            client.fetch(PROBE_TASK_ID)
        except MJError as error:
            return error
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
