"""Files of ours are the person's own, whatever the umask is and whoever made the folder."""

import contextlib
import os
import uuid
from pathlib import Path

# For the owner alone: on a shared machine prompts and secrets are nobody else's.
FILE_MODE, FOLDER_MODE = 0o600, 0o700


def make_private_folder(folder: Path) -> None:
    """Make *folder*, and those above it, where they are not there; only their owner looks in."""
    for each in (*reversed(folder.parents), folder):
        if not each.exists():
            each.mkdir(mode=FOLDER_MODE, exist_ok=True)
            _restrict(each, FOLDER_MODE)
    folder.mkdir(exist_ok=True)  # raises where it is a file


def make_private_file(path: Path) -> None:
    """Make an empty file where there is none, readable for its owner alone; so is one there is."""
    with contextlib.suppress(PermissionError):  # who opens it next says what is wrong
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
    _restrict(path, FILE_MODE)


def write_private_file(path: Path, content: bytes) -> None:
    """Write a new file that only its owner reads."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def replace_private_file(path: Path, content: bytes) -> None:
    """Put *content* at *path*, whole or not at all, whoever writes or reads there meanwhile."""
    make_private_folder(path.parent)
    # A name of its own: two kernels, or two threads, may write the same file at once.
    part = path.with_name(f"{uuid.uuid4().hex}.part")
    try:
        write_private_file(part, content)
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _restrict(path: Path, mode: int) -> None:
    # A file of somebody else, or a file system without modes: it is used as it is.
    with contextlib.suppress(OSError):
        if path.stat().st_mode & 0o777 & ~mode:
            path.chmod(path.stat().st_mode & 0o700 & mode)
