"""Saving: a picture as a file of its own, under a good name, never over another one."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from mj_notebook.errors import MJError, UsageError
from mj_notebook.images.metadata.embed import is_same_picture
from mj_notebook.language import marked, translated
from mj_notebook.prompt.parse import Prompt
from mj_notebook.settings.paths import given_path

# Together with seed, number and id it stays readable in a list of files.
_LONGEST_NAME = 40
# Enough to tell the drawings of one prompt apart, and short enough to be read.
_HASH = 4
_LONGEST_SHOWN = 60
# A folder with more files of one name is not searched to its end.
_MOST = 1000
# Bytes by which a record may have been longer than it is now.
_MAX_METADATA = 100_000
_ANOTHER = marked('Give a file or a folder, like "kite.png" or "pictures/".')


def file_name(prompt: str, content: bytes, number: int | None = None) -> str:
    """Return a file's name without suffix: words of the prompt, then what tells it from others."""
    words = _safe(Prompt.parse(prompt).text) or "picture"
    told = hashlib.sha256(content).hexdigest()[:_HASH]
    return f"{words}-{told}" if number is None else f"{words}-{told}-{number}"


def _safe(text: str) -> str:
    """Return *text* as a part of a name that every file system takes: letters, digits, hyphens."""
    # macOS takes é as two signs apart: without this, the same words would be another file there.
    plain = unicodedata.normalize("NFC", text.lower())
    words = re.sub(r"[\W_]+", "-", plain).strip("-")
    if len(words) > _LONGEST_NAME:
        cut = words[: _LONGEST_NAME + 1]
        words = cut[: cut.rfind("-")] if "-" in cut else cut[:-1]
    # File systems count bytes; three are what a Chinese sign takes.
    return words.encode()[: 3 * _LONGEST_NAME].decode(errors="ignore").strip("-")


def target_path(
    path: object, name: str, suffix: str, *, here: Callable[[], Path]
) -> tuple[Path, bool]:
    """
    Return where to save, and whether another name may be taken when there is a file already.

    Args:
        path: A file, a folder, or None for the folder of the notebook.
        name: The good name, for a folder.
        suffix: How a name ends that has no ending.
        here: Returns that folder; raises `UsageError` where it was removed.
    """
    if path is None:
        return here() / f"{name}{suffix}", True
    wanted = given_path(path)
    # Beside the notebook, not where the kernel happened to be started.
    wanted = wanted if wanted.is_absolute() else here() / wanted
    try:
        is_folder = wanted.is_dir()
        is_device = wanted.exists() and not (is_folder or wanted.is_file())
    except OSError as error:  # of a folder that one may not look into
        raise _not_saved_error(wanted, error) from error
    if is_device:
        raise UsageError(
            translated("{path} is a device, no place for a picture.", path=path),
            hint=translated(_ANOTHER),
        )
    if is_folder or str(path).endswith(("/", "\\")):
        return wanted / f"{name}{suffix}", True
    return (wanted if wanted.suffix else wanted.with_suffix(suffix)), False


def write_new_file(path: Path, content: bytes, *, may_rename: bool) -> Path:
    """
    Write *content* to a new file and return it; one that holds just that is left as it is.

    Raises:
        UsageError: There is another file of that name, and no other name may be taken.
        MJError: It can't be written there.
    """
    names: Iterator[Path] = (path.with_stem(f"{path.stem}-{number}") for number in range(2, _MOST))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for target in chain((path,), names if may_rename else ()):
            # Saving twice makes one file: Run All must not fill the folder.
            if _holds(target, content) or _write(target, content):
                return target
    except (OSError, ValueError) as error:  # a name with a null byte is a ValueError
        raise _not_saved_error(path, error) from error
    raise UsageError(
        translated("There is a file {path} already.", path=path.name),
        hint=translated("Give it another name."),
    )


def _not_saved_error(path: Path, error: Exception) -> MJError:
    shown = path.name if len(path.name) <= _LONGEST_SHOWN else f"{path.name[:_LONGEST_SHOWN]}…"
    return MJError(
        translated(
            "{shown} could not be saved: {reason}.",
            shown=shown,
            reason=getattr(error, "strerror", None) or error,
        ),
        hint=translated("Give another place: job.save(path)."),
    )


def _holds(path: Path, content: bytes) -> bool:
    """Tell whether the picture is saved there already, whatever was learnt of it since."""
    # Its size first: a large file is not read to learn that it is another one.
    if not path.is_file() or path.stat().st_size > len(content) + _MAX_METADATA:
        return False
    there = path.read_bytes()
    return there == content or is_same_picture(there, content)


def _write(path: Path, content: bytes) -> bool:
    """Write a new file; tell whether there was none, whoever made it."""
    try:
        # "x" never opens what is there, also where another kernel makes it at this moment.
        with path.open("xb") as file:
            try:
                file.write(content)
            except OSError:
                # Half a picture would pass for a saved one.
                path.unlink(missing_ok=True)
                raise
    except FileExistsError:
        return False
    return True
