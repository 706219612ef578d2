"""Pictures of this machine in a prompt: where ``--sref ./pic.png`` and the like stand; pure.

They are handed over before the prompt is sent, and their links take their place.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.prompt.parse import ADDRESS, scan
from mj_notebook.prompt.values import ALMOST_ADDRESS

_KINDS = frozenset({"address", "addresses", "style"})
_WEIGHT = r"(?=::-?[\d.]+(?:\s|$)|\s|$)"
_WORD = re.compile(rf"""(?:"(?P<double>[^"]+)"|'(?P<single>[^']+)'|(?P<plain>\S+?)){_WEIGHT}""")
_FRONT = re.compile(r"""\s*(?:"(?P<double>[^"]+)"|'(?P<single>[^']+)'|(?P<plain>\S+))(?=\s|$)""")
_PICTURE_FILE = re.compile(r".+\.(?:png|jpe?g|webp|gif)|data:image/.+", re.IGNORECASE | re.DOTALL)
_FILE = re.compile(
    rf"(?:\.{{1,2}}[/\\]|~[/\\]|/|\\\\|file:|[A-Za-z]:[\\/]).+|{_PICTURE_FILE.pattern}",
    re.IGNORECASE | re.DOTALL,
)


class Reference(NamedTuple):
    """A value of a parameter that takes pictures, and where it stands, quotes included."""

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
    """Yield the values of all parameters of *text* that take pictures; weights are no part."""
    for written in scan(text):
        name = written.parameter.name
        if not takes_pictures(name):
            continue
        start = text.index(name, written.start) + len(name)
        for found in _WORD.finditer(text, start, written.end):
            yield Reference(_inner(found), *found.span())


def replace_references(text: str, replace: Callable[[str], str]) -> str:
    """Return *text* with each of its `references` as *replace* gives it; quotes go with it."""
    pieces, at = [], 0
    for word, start, end in references(text):
        other = replace(word)
        if other != word:
            pieces += [text[at:start], other]
            at = end
    return "".join([*pieces, text[at:]])


def front_pictures(text: str) -> tuple[list[str], str]:
    """Return the pictures of this machine in front of *text*, and the text without them."""
    found, kept, at = [], [], 0
    while word := _FRONT.match(text, at):
        inner = _inner(word)
        if ADDRESS.match(inner):
            kept.append(inner)
        elif _PICTURE_FILE.fullmatch(inner) and is_local_picture(inner):
            found.append(inner)
        else:
            break
        at = word.end()
    return (found, " ".join([*kept, text[at:].lstrip()])) if found else ([], text)


def _inner(found: "re.Match[str]") -> str:
    return found["double"] or found["single"] or found["plain"]
