"""From PostgreSQL's errors to one sentence a person can act upon; nothing of a password is told."""

from mj_notebook.errors import StoreError, translated
from mj_notebook.settings.places import DatabaseAddress

_ADMIN = "Ask who runs the database"
_SET_PASSWORD = "Set MJ_STORE_PASSWORD, or PGPASSWORD, or a line in ~/.pgpass."
# States of SQL (https://www.postgresql.org/docs/current/errcodes-appendix.html) → what, hint.
_STATES = {
    "28P01": ("the password is wrong", _SET_PASSWORD),
    "28000": ("this user may not come in", f"{_ADMIN} to let you in."),
    "3D000": ("there is no such database", "Make it with createdb, or look at MJ_STORE."),
    "42501": (
        "you may read it and not write to it",
        f"Looking and replaying goes on; to ask for new pictures, {_ADMIN.lower()} for the rights.",
    ),
    "25006": (
        "it may only be read now",
        "Looking and replaying goes on. Run the cell again in a minute: another one may step in.",
    ),
    "53100": ("there is no room on its disk", f"{_ADMIN} to make room."),
    "53300": ("too many connections are open", "Close other kernels, or try again later."),
    "55P03": ("another kernel is writing for too long", "Run the cell again."),
    "57P01": ("it is being stopped", "Run the cell again when it is back."),
    "57P02": ("it is being stopped", "Run the cell again when it is back."),
    "57P03": ("it is starting, or being stopped", "Run the cell again in a minute."),
}
_NOBODY = "nobody answers there"
_NO_PASSWORD = ("it wants a password, and none is set", _SET_PASSWORD)
_NO_HOST = ("there is no such host", "Look at the host in MJ_STORE.")
# What can't be reached has no state: words of its client → one, or what, hint.
_WORDS: tuple[tuple[str, str | tuple[str, str]], ...] = (
    ("no password supplied", _NO_PASSWORD),
    ("password", "28P01"),
    ("no pg_hba.conf entry", "28000"),
    ("does not exist", "3D000"),
    ("too many", "53300"),
    ("administrator command", "57P01"),
    ("starting up", "57P03"),
    ("shutting down", "57P03"),
    ("recovery", "57P03"),
    ("read-only", "25006"),
    ("refused", (_NOBODY, "Look whether it runs, and at host and port in MJ_STORE.")),
    ("no such file", (_NOBODY, "Look whether it runs, and at MJ_STORE.")),
    ("timeout", (_NOBODY, "Look at the network, and at host and port in MJ_STORE.")),
    ("resolve", _NO_HOST),
    ("translate host", _NO_HOST),
    ("not known", _NO_HOST),
)


def is_starting(error: Exception) -> bool:
    """Tell whether the database is there, and starts, stops, or lets nobody write for a while."""
    return _state(error) in {"25006", "57P01", "57P02", "57P03"}


def is_for_good(error: Exception) -> bool:
    """Tell whether it lets this person in no sooner by being asked again."""
    return _state(error) in {"28000", "28P01", "3D000", _NO_PASSWORD}


def postgres_error(error: Exception, address: DatabaseAddress) -> StoreError:
    """Return the `StoreError` that says what *error* means for the history at *address*."""
    what, hint = _meaning(error)
    return StoreError(
        translated(
            "The history in {address} can't be used: {what}.", address=address.shown, what=what
        ),
        hint=hint,
    )


def _meaning(error: Exception) -> tuple[str, str]:
    state = _state(error)
    if isinstance(state, tuple):
        return state
    if state in _STATES:
        return _STATES[state]
    if not state:
        return "the connection to it was lost", "Run the cell again when it is back."
    return f"it says no (SQLSTATE {state})", f"{_ADMIN} what that means."


def _state(error: Exception) -> str | tuple[str, str]:
    """Return what happened as a state of SQL, or in words where there is none; "" for neither."""
    if state := str(getattr(error, "sqlstate", None) or ""):
        return state
    said = str(error).lower()
    return next((meant for words, meant in _WORDS if words in said), "")
