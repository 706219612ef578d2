"""From PostgreSQL's errors to one sentence a person can act upon; nothing of a password is told."""

from mj_notebook.errors import StoreError
from mj_notebook.settings.places import DatabaseAddress

_ADMIN = "Ask who runs the database"
# States of SQL (https://www.postgresql.org/docs/current/errcodes-appendix.html) → what, hint.
_STATES = {
    "28P01": (
        "the password is wrong",
        "Set MJ_STORE_PASSWORD, or PGPASSWORD, or a line in ~/.pgpass.",
    ),
    "28000": ("this user may not come in", f"{_ADMIN} to let you in."),
    "3D000": ("there is no such database", "Make it with createdb, or look at MJ_STORE."),
    "42501": (
        "you may read it and not write to it",
        f"Looking and replaying goes on; to ask for new pictures, {_ADMIN.lower()} for the rights.",
    ),
    "25006": (
        "you may read it and not write to it",
        f"Looking and replaying goes on; to ask for new pictures, {_ADMIN.lower()} for the rights.",
    ),
    "53100": ("there is no room on its disk", f"{_ADMIN} to make room."),
    "53300": ("too many connections are open", "Close other kernels, or try again later."),
    "55P03": ("another kernel is writing for too long", "Run the cell again."),
    "57P01": ("it is being stopped", "Run the cell again when it is back."),
    "57P03": ("it is starting, or being stopped", "Run the cell again in a minute."),
}
# What can't be reached has no state: words of its client → what, hint.
_WORDS = (
    ("password", *_STATES["28P01"]),
    ("no pg_hba.conf entry", *_STATES["28000"]),
    ("does not exist", *_STATES["3D000"]),
    ("too many", *_STATES["53300"]),
    ("starting up", *_STATES["57P03"]),
    ("shutting down", *_STATES["57P03"]),
    (
        "refused",
        "nobody answers there",
        "Look whether it runs, and at host and port in MJ_STORE.",
    ),
    ("no such file", "nobody answers there", "Look whether it runs, and at MJ_STORE."),
    ("timeout", "nobody answers there", "Look at the network, and at host and port in MJ_STORE."),
    ("resolve", "there is no such host", "Look at the host in MJ_STORE."),
    ("translate host", "there is no such host", "Look at the host in MJ_STORE."),
    ("not known", "there is no such host", "Look at the host in MJ_STORE."),
)


def postgres_error(error: Exception, address: DatabaseAddress) -> StoreError:
    """Return the `StoreError` that says what *error* means for the history at *address*."""
    what, hint = _meaning(error)
    return StoreError(f"The history in {address.shown} can't be used: {what}.", hint=hint)


def _meaning(error: Exception) -> tuple[str, str]:
    state = str(getattr(error, "sqlstate", None) or "")
    if state in _STATES:
        return _STATES[state]
    said = str(error).lower()
    for words, what, hint in _WORDS:
        if words in said and not state:
            return what, hint
    if not state:
        return "the connection to it was lost", "Run the cell again when it is back."
    return f"it says no (SQLSTATE {state})", f"{_ADMIN} what that means."
