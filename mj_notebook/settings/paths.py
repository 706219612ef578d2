"""Paths as a person writes them: read once, the same way for each function that takes one."""

import contextlib
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.language.sentences import reason_of

# "file:/x", "http://x" and "data:…" name no file here; "c:/x" does, on the systems that have it.
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]+:/|data:)", re.IGNORECASE)
# What the usual file systems take for one name, and systems for a whole path, in bytes.
_LONGEST_NAME = 255
_LONGEST_PATH = 4095
_SHOWN = 60


def given_path(value: object, example: str = "kite.png") -> Path:
    """
    Return the path that *value* means, ``~`` being the person's home; nothing is opened.

    A relative one stays relative, to the working folder. What is pasted is read by `pasted_path`.
    *example* is one of the kind that is meant, for whoever gave none.

    Raises:
        UsageError: No file can have it: it is no text, is empty, holds a NUL or half a sign, is an
            address, it or a name in it is too long, or it begins with the home of nobody; or it is
            relative, and the working folder was removed.
    """
    if not isinstance(value, str | os.PathLike) or not isinstance(os.fspath(value), str):
        raise UsageError(
            translated("{value!r} is no path.", value=value),
            hint=translated('Give one like "{example}".', example=example),
        )
    text = os.fspath(value)
    if not unquoted(text):
        raise UsageError(
            translated("An empty text is no path."),
            hint=translated('Give one like "{example}".', example=example),
        )
    if _ADDRESS.match(unquoted(text)):
        raise UsageError(
            translated("{shown} is an address, and no path.", shown=_shown(text)),
            hint=translated("Give a file's path."),
        )
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        raise _bad_name(text, translated("holds half a sign, which no name can")) from None
    if "\0" in text:
        raise _bad_name(text, translated("holds a NUL, which no name can"))
    try:
        path = pasted_path(text).expanduser()
    except RuntimeError:
        raise _bad_name(text, translated("begins with the home of nobody")) from None
    if long := next((part for part in path.parts if len(os.fsencode(part)) > _LONGEST_NAME), None):
        raise _bad_name(
            long,
            translated("is longer than the {most} bytes that a name may have", most=_LONGEST_NAME),
        )
    if len(os.fsencode(path)) > _LONGEST_PATH:
        raise _bad_name(
            text,
            translated("is longer than the {most} bytes that a path may have", most=_LONGEST_PATH),
        )
    # Else it is found out when the file is written, with words about the file.
    if not path.is_absolute():
        working_folder()
    return path


def pasted_path(text: str) -> Path:
    r"""
    Return the path that *text* means as it was typed, pasted or dropped.

    Blanks, line ends and a pair of quotes round it are no part of it; nor are the backslashes that
    a shell writes before blanks. A Windows path means the file of that name here too, such as
    ``pictures\kite.png``. A file that is called just as the text says is meant before all others.
    """
    readings = list(dict.fromkeys(_readings(text)))
    there = next((one for one in readings if _exists(one)), None)
    if there is not None:
        return Path(there)
    bare = unquoted(text)
    windows = bare.replace("\\", "/")
    # What is to be written is not there yet, but its folder is.
    is_windows = windows != bare and "/" in windows and _exists(windows.rpartition("/")[0])
    return Path(windows if is_windows else bare)


def _readings(text: str) -> Iterator[str]:
    yield text
    bare = unquoted(text)
    yield bare
    if "\\" in bare:
        yield re.sub(r"\\([ '\"()&,;\[\]{}!$`#?*])", r"\1", bare)
        yield bare.replace("\\", "/")


def unquoted(text: str) -> str:
    """Return *text* without blanks, line ends and one pair of quotes round it."""
    stripped = text.strip()
    for opening, closing in ('""', "''", "“”", "‘’", "„“", "«»"):
        if len(stripped) > 1 and stripped[0] == opening and stripped[-1] == closing:
            return stripped[1:-1].strip()
    return stripped


def _exists(text: str) -> bool:
    try:
        return bool(text.strip()) and os.path.lexists(Path(text).expanduser())
    except (OSError, ValueError, RuntimeError):  # too long, a NUL, the home of nobody
        return False


def refuse_endless(path: Path) -> None:
    """Refuse what is there and may never end: a device, a pipe."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, "It is a device or a pipe")


def unreadable_error(path: Path, error: OSError, hint: str) -> UsageError:
    """Return the error for a file that a person gave and that can't be read."""
    reason = reason_of(error)
    return UsageError(
        translated("{source} can't be read: {reason}.", source=path, reason=reason), hint=hint
    )


def replaceable(path: Path) -> Path:
    """
    Return the file to put in the place of *path*: what a link leads to, so that it stays one.

    Raises:
        OSError: It is a folder, a device or a pipe, which nothing may replace, links that lead
            round, or a file that somebody made read-only.
    """
    try:
        target = path.resolve()
    except RuntimeError as error:  # what Python says of such links before 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error
    if target.is_symlink():  # since 3.13 a ring is left as it is, without a word
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if target.is_dir():  # the topmost has not even a name that one beside it could have
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    refuse_endless(target)
    refuse_read_only(target)
    return target


def refuse_read_only(path: Path) -> None:
    """Refuse a file that nobody may write: a folder of one's own would let it be replaced."""
    # By its mode as well: to root all may be written.
    is_open = not path.is_file() or (path.stat().st_mode & 0o222 and os.access(path, os.W_OK))
    if not is_open:
        raise OSError(errno.EACCES, "It is read-only")


@contextlib.contextmanager
def replaced(path: Path, *, makes_folder: bool = False) -> Iterator[Path]:
    """
    Give the file to write what goes in the place of *path*; it gets its name once it is whole.

    A full disk leaves no half file under a good name. A link stays one, and whoever may read the
    old file may read the new one.

    Raises:
        UsageError: It can't be written.
    """
    beside: Path | None = None
    try:
        target = replaceable(path)
        # In the same folder: a rename across file systems is a copy, and can be cut short. With a
        # name of its own: two kernels may write to the same place.
        beside = target.with_name(f".{os.urandom(16).hex()}.part")
        if makes_folder:
            target.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o777)
        beside.replace(target)
    except OSError as error:
        reason = reason_of(error)
        raise UsageError(
            translated("{path} can't be written: {reason}.", path=path, reason=reason),
            hint=translated("Give another place."),
        ) from error
    finally:
        if beside is not None:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)


def written_path(path: Path) -> str:
    """Return *path* as a person writes it: from the working folder, or from home, where it can."""
    for base, lead in ((Path.cwd, ""), (Path.home, "~/")):
        try:
            return f"{lead}{path.relative_to(base()).as_posix()}"
        except (ValueError, OSError, RuntimeError):  # not below it, or there is none
            continue
    return str(path)


def working_folder() -> Path:
    """Return the working folder."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UsageError(
            translated("The folder that the notebook works in was removed."),
            hint=translated("Make it again, or go to another one: %cd FOLDER."),
        ) from None


def _bad_name(text: str, why: str) -> UsageError:
    return UsageError(
        translated("{name} {why}.", name=_shown(text), why=why),
        hint=translated("Give another name."),
    )


def _shown(text: str) -> str:
    line = "".join(sign if sign.isprintable() else "�" for sign in text)
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
