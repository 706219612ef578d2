"""What must not be handed on with a notebook: secrets, and folders of the person's own."""

import base64
import binascii
import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mj_notebook.settings.settings import Secret

# Where an assignment to one of these names holds a text, it is a secret.
# In one piece, as are the others: a long word is read once, and not from each of its hyphens.
_NAMES = r"(?>[\w-]*(?:api[_-]?key|secret|passw(?:or)?d|token)[\w-]*)"
# Rather too few than too many: who is warned of what is none stops reading, so each needs the marks
# of a real one around it.
_PATTERNS = (
    (
        "a secret",
        re.compile(rf"(?i)(?<![\w-]){_NAMES}[\"']?\s*[=:]\s*[\"'][^\"'\s{{}}<>…*]{{6,}}[\"']"),
    ),
    (
        "a secret",
        re.compile(r"\bMJ_(?:API_SECRET|BACKEND_SECRET|[A-Z_]*TOKEN)\s*=\s*[^\s\"'<>$…{}*]{4,}"),
    ),
    ("a bearer token", re.compile(r"(?i)\bbearer\s+[a-z0-9_.~+/-]{16,}")),
    ("an API key", re.compile(r"\bsk-[A-Za-z0-9_-]{20,}")),
    ("a signed token", re.compile(r"(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+")),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("an address with a password", re.compile(r"https?://[^\s/:@\"'<>]+:[^\s/@\"'<>]+@")),
    (
        "an address with a key",
        re.compile(rf"(?i)https?://(?:(?!https?://)[^\s\"'<>])+[?&]{_NAMES}=[^&\s\"'<>…]{{4,}}"),
    ),
    (
        "a home folder",
        # The names that images for containers give to everybody say nothing of anybody.
        re.compile(
            r"(?:/home/|/Users/|[A-Za-z]:\\{1,2}Users\\{1,2})"
            r"(?!(?:jovyan|runner|user|username|you|me|Shared|Public)\b)[\w.-]+"
        ),
    ),
)
# Shorter runs are words and hashes; what hides a secret in an output is a whole encoded picture or
# file.
_ENCODED = re.compile(r"[A-Za-z0-9+/]{200,}={0,2}")
_OUR_SECRET, _OUR_HOME = "your secret", "your home folder"
_BESIDE = "the notebook's metadata"


class SecretFinding(NamedTuple):
    """One place in a notebook: where it is, and what kind of thing stands there; never itself."""

    place: str
    kind: str

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}"


def scan_notebook(
    notebook: dict[str, Any], *, secrets: Sequence[Secret], home: str
) -> list[SecretFinding]:
    """Say where a notebook holds what must not be handed on."""
    known_home = home if len(home) > len("/root") else ""
    found = dict.fromkeys(find_secrets(notebook, secrets))
    for _, _, texts in _parts(notebook):
        for place, text in texts:
            kinds = _kinds(text, known_home)
            found |= dict.fromkeys(SecretFinding(place, kind) for kind in kinds)
    return list(found)


def without_private(text: str, *, home: str) -> str:
    """Return *text* with what looks like a secret named in its place, and ``~`` for *home*."""
    if len(home) > 1:
        text = re.sub(rf"{re.escape(home)}(?![\w.-])", "~", text)
    for kind, pattern in _PATTERNS:
        text = pattern.sub(f"({kind})", text)
    return text


def find_secrets(notebook: dict[str, Any], secrets: Sequence[Secret]) -> Iterator[SecretFinding]:
    """Yield where one of *secrets* stands in a notebook, in one text or over several."""
    for name, value, found_texts in _parts(notebook):
        texts = list(found_texts)
        joined = "\n".join([json.dumps(value, ensure_ascii=False), *(text for _, text in texts)])
        if not _holds(joined, secrets):
            continue
        found = [
            SecretFinding(place, kind)
            for place, text in texts
            for kind in _our_kinds(text, secrets)
        ]
        yield from found or [SecretFinding(name, _OUR_SECRET)]


def _holds(text: str, secrets: Sequence[Secret]) -> bool:
    content = text.encode("utf-8", "surrogatepass")
    return any(secret.occurs_in(content) for secret in secrets)


def _our_kinds(text: str, secrets: Sequence[Secret]) -> Iterator[str]:
    if _holds(text, secrets):
        yield _OUR_SECRET
    if any(secret.occurs_in(inside) for inside in _decoded(text) for secret in secrets):
        yield f"{_OUR_SECRET} in a picture"


def _kinds(text: str, home: str) -> Iterator[str]:
    is_home = bool(home) and home in text
    if is_home:
        yield _OUR_HOME
    # An encoded picture is no text; what looks like a secret in it is chance.
    readable = _ENCODED.sub(" ", text)
    for kind, pattern in _PATTERNS:
        if not (is_home and kind == "a home folder") and pattern.search(readable):
            yield kind
    if home and any(home.encode() in inside for inside in _decoded(text)):
        yield f"{_OUR_HOME} in a picture"


def _decoded(text: str) -> Iterator[bytes]:
    """Yield what the encoded pictures in *text* hold."""
    for encoded in _ENCODED.findall(text):
        with contextlib.suppress(binascii.Error, ValueError):
            # Long words of letters are common in notebooks; most are no encoded picture.
            yield base64.b64decode(encoded + "=" * (-len(encoded) % 4))


def _parts(notebook: dict[str, Any]) -> Iterator[tuple[str, Any, Iterator[tuple[str, str]]]]:
    """Yield each cell and what stands beside them: name, value, and its texts with their places."""
    for number, cell in enumerate(notebook["cells"], 1):
        yield f"cell {number}", cell, _texts_of_cell(f"cell {number}", cell)
    rest, name = {key: value for key, value in notebook.items() if key != "cells"}, _BESIDE
    yield name, rest, ((name, text) for text in _texts(rest))


def _texts_of_cell(name: str, cell: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in cell.items():
        if key != "outputs":
            yield from ((f"{name}, {key}", text) for text in _texts(value))
            continue
        for which, output in enumerate(value if isinstance(value, list) else (), 1):
            yield from ((f"{name}, output {which}", text) for text in _texts(output))
        yield f"{name}, outputs", printed(cell)


def printed(cell: Any) -> str:
    """Return all that the outputs of *cell* show as text: one print may be cut into several."""
    outputs = cell.get("outputs") if isinstance(cell, dict) else None
    return "".join(map(_printed, outputs)) if isinstance(outputs, list) else ""


def _printed(output: Any) -> str:
    """Return what an output shows as text, "" for others."""
    if not isinstance(output, dict):
        return ""
    bundle = output.get("data")
    text = bundle.get("text/plain") if isinstance(bundle, dict) else output.get("text")
    lines = text if isinstance(text, list) else [text]
    return "".join(line for line in lines if isinstance(line, str))


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in *value*, keys too; lines that Jupyter keeps apart are joined."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            # Beside its value a key reads as an assignment.
            yield from (f'{key}="{said}"' for key, said in one.items() if isinstance(said, str))
            waiting += [*one, *(said for said in one.values() if not isinstance(said, str))]
        elif isinstance(one, list):
            if one and all(isinstance(line, str) for line in one):
                yield "".join(one)
            else:
                waiting += one
