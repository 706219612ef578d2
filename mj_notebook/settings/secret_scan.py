"""What must not be handed on with a notebook: secrets, and folders of the person's own."""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mj_notebook.settings.settings import holds_secret

# Where an assignment to one of these names holds a text, it is a secret.
_NAMES = r"(?:[\w-]*(?:api[_-]?key|secret|passw(?:or)?d|token)[\w-]*)"
_PATTERNS = (
    ("a secret", re.compile(rf"(?i)\b{_NAMES}[\"']?\s*[=:]\s*[\"'][^\"'\s{{}}<>…*]{{6,}}[\"']")),
    (
        "a secret",
        re.compile(r"\bMJ_(?:API_SECRET|BACKEND_SECRET|[A-Z_]*TOKEN)\s*=\s*[^\s\"'<>$…{}*]{4,}"),
    ),
    ("a bearer token", re.compile(r"(?i)\bbearer\s+[a-z0-9_.~+/-]{16,}")),
    ("an API key", re.compile(r"\bsk-[A-Za-z0-9_-]{20,}")),
    ("a signed token", re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+")),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("an address with a password", re.compile(r"https?://[^\s/:@\"'<>]+:[^\s/@\"'<>]+@")),
    (
        "an address with a key",
        re.compile(rf"(?i)https?://[^\s\"'<>]+[?&]{_NAMES}=[^&\s\"'<>…]{{4,}}"),
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
_ENCODED = re.compile(r"[A-Za-z0-9+/]{200,}={0,2}")
# What a source of a page or of a program may hold between letters of a secret.
_MIN_LENGTH = 4


class SecretFinding(NamedTuple):
    """One place in a notebook: where it is, and what kind of thing stands there; never itself."""

    place: str
    kind: str

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}"


def scan_notebook(
    notebook: dict[str, Any], *, secrets: Sequence[str], home: str
) -> list[SecretFinding]:
    """
    Say where a notebook holds what must not be handed on.

    Args:
        notebook: Its values.
        secrets: Texts that must stand nowhere, not even inside of pictures.
        home: The person's home folder.
    """
    known = [(secret, "your secret") for secret in secrets if len(secret) >= _MIN_LENGTH]
    known += [(home, "your home folder")] if len(home) > len("/root") else []
    found: dict[SecretFinding, None] = {}
    for place, text in _places(notebook):
        for kind in _kinds(text, known):
            found[SecretFinding(place, kind)] = None
    return list(found)


def _kinds(text: str, known: list[tuple[str, str]]) -> Iterator[str]:
    content = text.encode("utf-8", "replace")
    plain = [
        kind
        for literal, kind in known
        if literal in text or (kind == "your secret" and holds_secret(content, literal))
    ]
    # An encoded picture is no text; what looks like a secret in it is chance.
    readable = _ENCODED.sub(" ", text)
    guessed = [kind for kind, pattern in _PATTERNS if pattern.search(readable)]
    if "your home folder" in plain:
        guessed = [kind for kind in guessed if kind != "a home folder"]
    yield from (*plain, *guessed)
    for encoded in _ENCODED.findall(text) if known else ():
        try:
            inside = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
        except (binascii.Error, ValueError):
            continue
        yield from (f"{kind} in a picture" for said, kind in known if said.encode() in inside)


def _places(notebook: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each text of a notebook with the words for where it stands."""
    for number, cell in enumerate(notebook["cells"], 1):
        for key, value in cell.items():
            if key != "outputs":
                yield from ((f"cell {number}, {key}", text) for text in _texts(value))
                continue
            for which, output in enumerate(value if isinstance(value, list) else (), 1):
                yield from ((f"cell {number}, output {which}", text) for text in _texts(output))
            yield f"cell {number}, outputs", printed(cell)
    rest = {key: value for key, value in notebook.items() if key != "cells"}
    yield from (("the notebook's metadata", text) for text in _texts(rest))


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
