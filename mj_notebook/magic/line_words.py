"""The words of a line, as a shell would split it, and paths as people paste them; pure."""

import re
import shlex

from mj_notebook.errors import UsageError
from mj_notebook.language import translated

# Ids of the whole family are numbers as far as seen; a button's name never is so long a one.
TASK_ID = re.compile(r"\d{10,}")
# Signs that nobody types, in place of what a backslash stands before until the line is split.
_HELD = {" ": "\ue000", '"': "\ue001", "'": "\ue002"}
_ESCAPED = re.compile(r"\\([ '\"])")


def split(line: str, head: str = "%mj") -> list[str]:
    """
    Split *line* into words as a shell does, but for backslashes: Windows paths have them.

    One before a blank or a quote keeps that as a sign of the word.
    """
    held = _ESCAPED.sub(_hold, line)
    try:
        try:
            return _split(held)
        except ValueError:  # an apostrophe within a word is probably none of the quotes
            return _split(_APOSTROPHE.sub(_HELD["'"], held))
    except ValueError as error:
        raise UsageError(
            translated(
                "The {head} line can't be read: {error}.", head=head, error=str(error).lower()
            ),
            hint=translated("Close the quotes; in the body of a %%mj cell quotes are free."),
        ) from error


_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def _split(held: str) -> list[str]:
    words = shlex.shlex(held, posix=True, punctuation_chars=False)
    words.whitespace_split, words.commenters, words.escape = True, "", ""
    return [_free(word) for word in words]


def _hold(found: "re.Match[str]") -> str:
    # The last backslash of a folder in quotes is its own: "C:\\pictures\\".
    is_end = found[1] != " " and found.string[: found.start()].count(found[1]) % 2
    is_end = is_end and found.string[found.end() : found.end() + 1] in {"", " "}
    return found[0] if is_end else _HELD[found[1]]


def _free(word: str) -> str:
    for sign, held in _HELD.items():
        word = word.replace(held, sign)
    return word


def with_whole_paths(words: list[str]) -> list[str]:
    """Put paths together that were pasted without quotes and hold blanks: ``my pic.png``."""
    whole: list[str] = []
    at = 0
    while at < len(words):
        end = at + 1
        if _may_begin_path(words[at]):
            others = next(
                (n for n in range(end, len(words)) if not _may_go_on(words[n])), len(words)
            )
            end = next((n + 1 for n in range(end, others) if _FILE_END.search(words[n])), end)
        whole.append(" ".join(words[at:end]))
        at = end
    return whole


# People paste paths with blanks in them without quotes: the words of one are put together up to an
# ending that we read.
_FILE_END = re.compile(r"\.(?:png|jpe?g|webp|gif|zip|ipynb)$", re.IGNORECASE)
_PATH_BEGIN = re.compile(r"\.{0,2}[/\\]|~[/\\]|[A-Za-z]:[\\/]|file:")


def _may_begin_path(word: str) -> bool:
    is_whole = _FILE_END.search(word) or TASK_ID.fullmatch(word) or " " in word
    return not (is_whole or word.startswith("-") or "://" in word or "{{" in word)


def _may_go_on(word: str) -> bool:
    """Tell whether *word* may be a further part of a path, and begins nothing of its own."""
    is_option = word.startswith("-") and word != "-"
    return not (is_option or "://" in word or "{{" in word or _PATH_BEGIN.match(word))
