"""From PostgreSQL's errors to one sentence a person can act upon; nothing of a password is told."""

from mj_notebook.errors import StoreError
from mj_notebook.language import marked, translated
from mj_notebook.settings.places import DatabaseAddress

_SET_PASSWORD = marked("Set MJ_STORE_PASSWORD, or PGPASSWORD, or a line in ~/.pgpass.")
# States of SQL (https://www.postgresql.org/docs/current/errcodes-appendix.html) → what, hint.
_STATES = {
    "28P01": (marked("the password is wrong"), _SET_PASSWORD),
    "28000": (
        marked("this user may not come in"),
        marked("Ask who runs the database to let you in."),
    ),
    "3D000": (
        marked("there is no such database"),
        marked("Make it with createdb, or look at MJ_STORE."),
    ),
    "42501": (
        marked("you may read it and not write to it"),
        marked(
            "Looking and replaying goes on; to ask for new pictures, ask who runs the database for"
            " the rights."
        ),
    ),
    "25006": (
        marked("it may only be read now"),
        marked(
            "Looking and replaying goes on. Run the cell again in a minute: another one may step"
            " in."
        ),
    ),
    "53100": (
        marked("there is no room on its disk"),
        marked("Ask who runs the database to make room."),
    ),
    "53300": (
        marked("too many connections are open"),
        marked("Close other kernels, or try again later."),
    ),
    "55P03": (marked("another kernel is writing for too long"), marked("Run the cell again.")),
    "57P01": (marked("it is being stopped"), marked("Run the cell again when it is back.")),
    "57P02": (marked("it is being stopped"), marked("Run the cell again when it is back.")),
    "57P03": (
        marked("it is starting, or being stopped"),
        marked("Run the cell again in a minute."),
    ),
}
_NOBODY = marked("nobody answers there")
_NO_PASSWORD = (marked("it wants a password, and none is set"), _SET_PASSWORD)
_NO_HOST = (marked("there is no such host"), marked("Look at the host in MJ_STORE."))
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
    ("refused", (_NOBODY, marked("Look whether it runs, and at host and port in MJ_STORE."))),
    ("no such file", (_NOBODY, marked("Look whether it runs, and at MJ_STORE."))),
    ("timeout", (_NOBODY, marked("Look at the network, and at host and port in MJ_STORE."))),
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
    if isinstance(state, tuple) or state in _STATES:
        what, hint = state if isinstance(state, tuple) else _STATES[state]
        return translated(what), translated(hint)
    if not state:
        return (
            translated("the connection to it was lost"),
            translated("Run the cell again when it is back."),
        )
    return (
        translated("it says no (SQLSTATE {state})", state=state),
        translated("Ask who runs the database what that means."),
    )


def _state(error: Exception) -> str | tuple[str, str]:
    """Return what happened as a state of SQL, or in words where there is none; "" for neither."""
    if state := str(getattr(error, "sqlstate", None) or ""):
        return state
    said = str(error).lower()
    return next((meant for words, meant in _WORDS if words in said), "")
