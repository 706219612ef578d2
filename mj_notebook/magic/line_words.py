"""The words of a line, as a shell would split it, and paths as people paste them; pure."""

import re

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
    held = _held(line)
    try:
        try:
            return _split(held)
        except ValueError:  # an apostrophe within a word is probably none of the quotes
            return _split(_APOSTROPHE.sub(_HELD["'"], held))
    except ValueError as error:
        raise UsageError(
            translated("The {head} line can't be read: {error}.", head=head, error=error),
            hint=translated("Close the quotes; in the body of a %%mj cell quotes are free."),
        ) from error


_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


# Not by shlex, whose time grows with the square of a word: a pasted data URL would take minutes.
_WORD = re.compile(r"""(?:[^ \t\r\n"']+|"[^"]*"|'[^']*')+""")
_QUOTED = re.compile(r"""(["'])(.*?)\1""", re.DOTALL)


def _split(held: str) -> list[str]:
    if _WORD.sub("", held).strip():
        raise ValueError(translated("no closing quotation"))
    return [_free(_QUOTED.sub(r"\2", word)) for word in _WORD.findall(held)]


def _held(line: str) -> str:
    """Return *line* with what a backslash stands before held."""
    counts, at = {'"': 0, "'": 0}, 0

    def hold(found: "re.Match[str]") -> str:
        nonlocal at
        for quote in counts:
            counts[quote] += line.count(quote, at, found.start())
        at = found.start()
        # The last backslash of a folder in quotes is its own: "C:\\pictures\\".
        is_end = counts.get(found[1], 0) % 2 and line[found.end() : found.end() + 1] in {"", " "}
        return found[0] if is_end else _HELD[found[1]]

    return _ESCAPED.sub(hold, line)


def _free(word: str) -> str:
    for sign, held in _HELD.items():
        word = word.replace(held, sign)
    return word


def with_whole_paths(words: list[str]) -> list[str]:
    """Put paths together that were pasted without quotes and hold blanks: ``my pic.png``."""
    # Where a path ends that goes on with the word of that place, 0 for nowhere.
    ends = [0] * (len(words) + 1)
    for n in range(len(words) - 1, 0, -1):
        if _may_go_on(words[n]):
            ends[n] = n + 1 if _FILE_END.search(words[n]) else ends[n + 1]
    whole: list[str] = []
    at = 0
    while at < len(words):
        end = (ends[at + 1] if _may_begin_path(words[at]) else 0) or at + 1
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
