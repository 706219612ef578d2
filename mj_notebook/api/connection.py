"""From settings to a proxy: its client, the secret that is kept for it, and a first question."""

from collections.abc import Callable

from mj_notebook.client.address import alias, read_base
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, SettingsError
from mj_notebook.settings.credentials import Credentials
from mj_notebook.settings.login import log_in, log_out, with_secret
from mj_notebook.settings.settings import Secret, Settings

# No server has a task of that name; asking for it draws nothing, and needs the secret.
NO_TASK = "0"


def client_of(wanted: Settings) -> Client:
    """Return a client of the proxy that is set; the caller closes it."""
    assert wanted.base_url is not None
    return Client(
        wanted.base_url,
        secret=wanted.secret,
        bearer=wanted.bearer,
        mode=wanted.mode,
        image_mode=wanted.image_mode,
    )


def check(wanted: Settings) -> MJError | None:
    """Ask the proxy for a task that can't be; return what is wrong, None when it answers well."""
    client = client_of(wanted)
    try:
        client.fetch(NO_TASK)
    except MJError as error:
        return error
    finally:
        client.close()
    return None


def with_kept_secret(wanted: Settings, places: Callable[[], Credentials]) -> tuple[Settings, str]:
    """Return *wanted* with the secret that is kept for its proxy, and where; see `with_secret`."""
    origin = read_base(wanted.base_url).origin if wanted.base_url is not None else ""
    return with_secret(wanted, origin, places)


def enter(
    wanted: Settings, secret: str | Secret | None, places: Credentials, ask: Callable[[str], str]
) -> tuple[Settings, str]:
    """Take a secret for the proxy that is set, try it, and keep it; see `log_in`."""
    origin, name = _proxy(wanted)
    return log_in(wanted, origin, secret, places, name=name, ask=ask, check=check)


def leave(wanted: Settings, places: Credentials) -> str:
    """Forget the secret that is kept for the proxy that is set; say where it was."""
    origin, name = _proxy(wanted)
    return log_out(origin, places, name=name)


def _proxy(wanted: Settings) -> tuple[str, str]:
    if wanted.base_url is None:
        raise SettingsError(
            "There is no proxy to log in to: the demo server needs no secret.",
            hint="Set its address first: mj.configure(base_url=…).",
        )
    return read_base(wanted.base_url).origin, alias(wanted.base_url)
