"""What is copied along with a secret, and is none of it; and what looks like one; pure."""

import re

from mj_notebook.language import translated
from mj_notebook.protocol.visible_text import bare

# What stands before a secret in a header, a document or a shell.
_BEFORE = re.compile(
    r"(?:(?:export\s+)?MJ_API_SECRET\s*=\s*"
    r"|(?:-H\s*)?[\"']?(?:mj-api-secret|authorization)\s*:\s*)?(?:bearer\s+)?",
    re.IGNORECASE,
)

# What a person may have typed into the wrong place: a key by its beginning, or by its length.
_KEY = re.compile(
    r"\bsk-[\w-]{6,}|(?<![\w+=-])(?=[\w+=-]*[0-9])(?=[\w+=-]*[A-Za-z])[\w+=-]{20,}", re.ASCII
)


def without_keys(text: str) -> str:
    """Return *text*, which tells what was given in error, without what looks like a key."""
    return _KEY.sub("…", text)


def cleaned_secret(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the secret in *text*, and in words what stood around it and is left out."""
    plain = text.strip()
    found = [translated("blanks")] if plain != text else []
    inner = bare(plain)
    found += [translated("quotation marks or signs that nobody sees")] if inner != plain else []
    before = _BEFORE.match(inner)
    if before and before[0]:
        inner = bare(inner[before.end() :])
        found.append(f"“{before[0].strip()}”")
    return inner, tuple(found) if inner else ()
