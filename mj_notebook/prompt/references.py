"""Pictures of this machine in a prompt: where ``--sref ./pic.png`` and the like stand; pure.

They are handed over before the prompt is sent, and their links take their place.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.prompt.parse import ADDRESS, scan
from mj_notebook.prompt.reference_values import ALMOST_ADDRESS

# The kinds of values that are pictures; codes may stand among them.
_KINDS = frozenset({"address", "addresses", "style"})
# Looked at, not taken: a weight stays behind the address that comes in place of the file.
_WEIGHT = r"(?=::-?[\d.]+(?:\s|$)|\s|$)"
_BEGIN = r"(?:\.{0,2}[/\\]|~[/\\]|file:|[A-Za-z]:[\\/])"
# A pasted path may hold blanks; another value, a path or a code, is no part of it.
_SPACED = (
    rf"""(?P<spaced>{_BEGIN}(?:(?!\s+(?:{_BEGIN}|[a-z]+://|\d+(?:::|\s|$)|--))[^"'\n])*?"""
    rf"""\.(?:png|jpe?g|webp|gif)){_WEIGHT}"""
)
_WORD = re.compile(
    rf"""(?:"(?P<double>[^"]+)"|'(?P<single>[^']+)'|{_SPACED}|(?P<plain>\S+?)){_WEIGHT}""",
    re.IGNORECASE,
)
# In front a slash may begin a command, such as /imagine.
_FRONT = re.compile(
    r"""\s*(?P<word>"(?P<double>[^"]+)"|'(?P<single>[^']+)'"""
    rf"""|(?!/[^\s/]+\s){_SPACED}|(?P<plain>\S+))(?=\s|$)""",
    re.IGNORECASE,
)
# In front, words begin as well: only what ends like a picture is one there.
_PICTURE_FILE = re.compile(r".+\.(?:png|jpe?g|webp|gif)|data:image/.+", re.IGNORECASE | re.DOTALL)
_FILE = re.compile(
    rf"(?:\.{{1,2}}[/\\]|~[/\\]|/|\\\\|file:|[A-Za-z]:[\\/]).+|{_PICTURE_FILE.pattern}",
    re.IGNORECASE | re.DOTALL,
)


class Reference(NamedTuple):
    """A word that may mean a picture, and where it stands, quotes included."""

    word: str
    start: int
    end: int


def takes_pictures(name: str) -> bool:
    """Tell whether the parameter *name* takes addresses of pictures."""
    spec = parameter_table().spec(name)
    return spec is not None and spec.kind in _KINDS


def is_local_picture(word: str) -> bool:
    """Tell whether *word*, a value, means a picture of this machine and no address or code."""
    is_address = ADDRESS.match(word) or ALMOST_ADDRESS.match(word)
    return not is_address and _FILE.fullmatch(word) is not None


def references(text: str) -> Iterator[Reference]:
    """
    Yield what may mean a picture in *text*, in its order.

    These are the pictures of this machine in front of the words, and all values of parameters that
    take pictures; weights are no part of them.
    """
    yield from _front(text)
    for written in scan(text):
        name = written.parameter.name
        if not takes_pictures(name):
            continue
        start = text.index(name, written.start) + len(name)
        for found in _WORD.finditer(text, start, written.end):
            yield Reference(_inner(found), *found.span())


def _front(text: str) -> Iterator[Reference]:
    at = 0
    while found := _FRONT.match(text, at):
        word = _inner(found)
        if _PICTURE_FILE.fullmatch(word) and is_local_picture(word):
            yield Reference(word, found.start("word"), found.end())
        # The first word that is neither ends what stands in front.
        elif not ADDRESS.match(word):
            return
        at = found.end()


def replace_references(text: str, replace: Callable[[Reference], str]) -> str:
    """Return *text* with each of its `references` as *replace* gives it; quotes go with it."""
    pieces, at = [], 0
    for one in references(text):
        other = replace(one)
        # What stays is left byte by byte, its quotes too.
        if other != one.word:
            pieces += [text[at : one.start], other]
            at = one.end
    return "".join([*pieces, text[at:]])


def front_pictures(text: str) -> tuple[list[str], str]:
    """Return the pictures of this machine in front of *text*, and the text without them."""
    found = list(_front(text))
    if not found:
        return [], text
    pieces, at = [], 0
    for one in found:
        pieces.append(text[at : one.start].strip())
        at = one.end
    return [one.word for one in found], " ".join(filter(None, [*pieces, text[at:].lstrip()]))


def _inner(found: "re.Match[str]") -> str:
    return found["double"] or found["single"] or found["spaced"] or found["plain"]
