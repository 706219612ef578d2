"""From sqlite3's and the system's errors to one sentence a person can act upon."""

import errno
from pathlib import Path

from mj_notebook.errors import StoreError
from mj_notebook.language import marked, translated

_LOOK = marked("Look at the folder, or choose another one with MJ_STORE.")
_ALLOW = marked("Allow writing there, or choose another folder with MJ_STORE.")

# Words of sqlite3 → what happened, what to do.
_SENTENCES = (
    (
        "disk is full",
        marked("there is no room on the disk"),
        marked("Make room, or choose another folder with MJ_STORE."),
    ),
    ("readonly", marked("the folder can't be written"), _ALLOW),
    ("unable to open", marked("the folder can't be opened"), _ALLOW),
    (
        "disk i/o error",
        marked("the disk can't be read or written; it may be full"),
        marked("Look at the disk, or choose another folder with MJ_STORE."),
    ),
    (
        "locked",
        marked("another program holds it for too long"),
        marked("Close other kernels that use it."),
    ),
    (
        "malformed",
        marked("its database is damaged"),
        marked(
            "Move history.sqlite3 to another folder and restart the kernel; the pictures are safe."
        ),
    ),
    (
        "not a database",
        marked("its file is no database"),
        marked("Move that file elsewhere, or choose another folder with MJ_STORE."),
    ),
)
_ERRNO = {
    errno.ENOSPC: _SENTENCES[0],
    errno.EDQUOT: _SENTENCES[0],
    errno.EFBIG: _SENTENCES[0],
    errno.EROFS: _SENTENCES[1],
    errno.EACCES: _SENTENCES[1],
    errno.EPERM: _SENTENCES[1],
}


def store_error(error: Exception, folder: Path) -> StoreError:
    """Return the `StoreError` that says what *error* means for the history in *folder*."""
    what, hint = _words(error)
    return StoreError(
        translated(
            "The history in {folder} can't be kept: {what}.",
            folder=shown_folder(folder),
            what=translated(what),
        ),
        hint=translated(hint),
    )


def shown_folder(folder: Path) -> str:
    """Return *folder* as sentences name it: these stand in notebooks, which others read."""
    return f"…/{folder.name}"


def _words(error: Exception) -> tuple[str, str]:
    text = str(error).lower()
    if isinstance(error, OSError):
        known = _ERRNO.get(error.errno or 0)
        fallback = (error.strerror or str(error)).lower()
        return (known[1], known[2]) if known else (fallback, _LOOK)
    for words, what, hint in _SENTENCES:
        if words in text:
            return what, hint
    return text, _LOOK
