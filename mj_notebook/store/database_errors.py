"""From sqlite3's and the system's errors to one sentence a person can act upon."""

import errno
from pathlib import Path

from mj_notebook.errors import StoreError
from mj_notebook.language import translated

_ELSEWHERE = "or choose another folder with MJ_STORE."

# Words of sqlite3 → what happened, what to do.
_SENTENCES = (
    ("disk is full", "there is no room on the disk", f"Make room, {_ELSEWHERE}"),
    ("readonly", "the folder can't be written", f"Allow writing there, {_ELSEWHERE}"),
    ("unable to open", "the folder can't be opened", f"Allow writing there, {_ELSEWHERE}"),
    (
        "disk i/o error",
        "the disk can't be read or written; it may be full",
        f"Look at the disk, {_ELSEWHERE}",
    ),
    ("locked", "another program holds it for too long", "Close other kernels that use it."),
    (
        "malformed",
        "its database is damaged",
        "Move history.sqlite3 to another folder and restart the kernel; the pictures are safe.",
    ),
    (
        "not a database",
        "its file is no database",
        "Move that file elsewhere, " + _ELSEWHERE,
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
            what=what,
        ),
        hint=hint,
    )


def shown_folder(folder: Path) -> str:
    """Return *folder* as sentences name it: these stand in notebooks, which others read."""
    return f"…/{folder.name}"


def _words(error: Exception) -> tuple[str, str]:
    text = str(error).lower()
    if isinstance(error, OSError):
        known = _ERRNO.get(error.errno or 0)
        fallback = (error.strerror or str(error)).lower()
        return (known[1], known[2]) if known else (fallback, f"Look at the folder, {_ELSEWHERE}")
    for words, what, hint in _SENTENCES:
        if words in text:
            return what, hint
    return text, f"Look at the folder, {_ELSEWHERE}"
