"""Our own callback addresses: how they are made, and hidden again (protocol/README.md §6).

Whoever knows such an address can post to it, so its last part is a secret. Servers echo it in each
task; what is read from them passes through `redact_tokens` before anybody keeps or shows it.
"""

import re

# No sign of it is ever escaped in JSON or in an address, so it is found wherever it was written.
_MARK = "mj-hook-"
_TOKEN = re.compile(rf"{_MARK}[A-Za-z0-9_-]+")
_TOKEN_BYTES = re.compile(_TOKEN.pattern.encode())
_MARK_BYTES = _MARK.encode()
_HIDDEN = f"{_MARK}***"


def callback_path(token: str) -> str:
    """Return the last part of a callback address that only those who know *token* can write."""
    return _MARK + token


def redact_tokens(text: str) -> str:
    """Return *text* with the secret part of every callback address of ours left out."""
    # The look first: nearly no text holds one, and a look is much cheaper than a search.
    return _TOKEN.sub(_HIDDEN, text) if _MARK in text else text


def redact_tokens_in_bytes(body: bytes) -> bytes:
    """Do the same to the body of an answer; as a rule that only looks and copies nothing."""
    return _TOKEN_BYTES.sub(_HIDDEN.encode(), body) if _MARK_BYTES in body else body
