"""Logging in: a secret is taken, tried and kept for its proxy, or for the engine behind ours."""

from mj_notebook.api.connection import (
    entered_secret,
    forget_at,
    forget_secret,
    keep_at,
    save_secret,
)
from mj_notebook.api.opening import backend_origin, with_owners
from mj_notebook.api.state import configure, current_settings
from mj_notebook.settings.argument_types import checked
from mj_notebook.settings.credentials import BACKEND_VARIABLE, ask_for_secret, default_credentials
from mj_notebook.settings.readers import environment_settings


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
    if backend:
        return _login_to_backend(secret, forget=forget)
    if forget:
        said = forget_secret(current_settings(), default_credentials())
        # What the environment says holds again: that is not forgotten by us.
        configure(secret=with_owners(environment_settings()).secret)
        return said
    entered, said = save_secret(current_settings(), secret, default_credentials(), ask_for_secret)
    # Also for the kernel that runs: the next request takes it.
    configure(secret=entered.secret)
    return said


def _login_to_backend(secret: str | None, *, forget: bool) -> str:
    origin = backend_origin(current_settings())
    credentials = default_credentials()
    if forget:
        said = forget_at(origin, credentials, name=origin, variable=BACKEND_VARIABLE)
        configure(backend_secret=with_owners(environment_settings()).backend_secret)
        return said
    entered = entered_secret(secret, origin, ask_for_secret)
    said = keep_at(origin, entered, credentials, name=origin)
    configure(backend_secret=entered)
    return said
