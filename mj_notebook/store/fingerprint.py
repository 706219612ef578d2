"""Content keys: two requests with the same key ask for the same picture; pure.

What is part of a key decides what is replayed instead of paid for twice:

* in: the words and parameters of the prompt, the content of reference pictures and mask, the task
  and the button it came from, the server, the bot, the engine and model behind the embedded server,
  and which repeat is wanted;
* out: spaces, the order and the short names of parameters, and whatever changes how a picture is
  made but not which: speed (the mode, and ``--fast``, ``--relax``, ``--turbo`` in a prompt), the
  account, the tag, the hook.
"""

import hashlib
import json
import re
import unicodedata
import zlib
from collections.abc import Mapping
from typing import Any

from mj_notebook.prompt.parameters import long_name
from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.media import PNG, media_of, read_data_url
from mj_notebook.protocol.requests import Modal, Request, SimpleChange, request_record
from mj_notebook.protocol.vocabulary import BotType

_RULES = 1  # a change of what is in or out is a new number: old keys must not mean new things
# Hex digits, 80 bits: that two of a million pictures have one key by chance is one in 10^12.
_LENGTH = 20
# Written behind a prompt they tell how fast, and nothing of what is drawn.
_SPEEDS = ("fast", "relax", "turbo")
# Who takes it, how fast, and whom it is told: the picture is the same. The bot is a part of its
# own, since a request that names none means the usual one.
_IGNORED_FIELDS = (
    "state",
    "notifyHook",
    "accountFilter",
    "filter",
    "mode",
    "chooseSameChannel",
    "botType",
)
_PICTURES = (
    "base64",
    "base64Array",
    "maskBase64",
    "sourceBase64",
    "targetBase64",
    "image",
    "endImage",
)
# The parts of a PNG that are seen; words and dates in it make no other picture.
_VISIBLE_CHUNKS = (b"IHDR", b"PLTE", b"tRNS")
# A mask of 10,000 by 10,000 in gray; a packed stream may claim a thousand times its size.
_MOST_UNPACKED = 100_000_000
TOKEN = re.compile(r"sha256:[0-9a-f]{64}")
"""What stands for a picture where the picture itself does not: in history, and in prompts."""


def content_key(
    request: Request,
    *,
    server: str,
    bot: BotType | None = None,
    parent: str | None = None,
    button: str | None = None,
    repeat: int = 0,
    drawn_by: str = "",
) -> str:
    """
    Return the key of what *request* asks for, as "k-3f9a…".

    Args:
        request: What is asked.
        server: Its name in history.
        bot: Which bot draws when the request names none.
        parent: The task whose button led here; for the answer of a window, whose own id is a
            new one each time, this is what tells it from others.
        button: The customId of that button.
        drawn_by: Which engine and model the server has behind it, "" for those that draw always.
        repeat: 0 for the picture that is replayed; 1, 2, … for each one wanted beside it.
    """
    if isinstance(request, SimpleChange) and request.change is not None:
        request = request.change
    record = {
        name: _canonical(name, value)
        for name, value in request_record(request).items()
        if name not in _IGNORED_FIELDS
        and not (parent and name == "taskId" and isinstance(request, Modal))
    }
    content = {
        "rules": _RULES,
        "kind": type(request).__name__,
        "server": server,
        "bot": _bot(request, bot),
        "from": [parent, button],
        "repeat": repeat,
        "request": record,
        # Left out where there is none, so that keys of before stay what they were.
        **({"drawn_by": drawn_by} if drawn_by else {}),
    }
    written = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return f"k-{hashlib.sha256(written.encode()).hexdigest()[:_LENGTH]}"


def canonical_prompt(text: str) -> str:
    """
    Return *text* so that prompts for the same picture are equal.

    Spaces are one, parameters come sorted under their long names (values of the same name in
    their order), and speeds are left out.
    """
    prompt = Prompt.parse(unicodedata.normalize("NFC", text))
    parameters = sorted(
        ((long_name(name), value) for name, value in prompt.parameters),
        key=lambda parameter: parameter[0],
    )
    written = [f"--{name} {value}".rstrip() for name, value in parameters if name not in _SPEEDS]
    return " ".join([*prompt.images, *prompt.text.split(), *written])


def _bot(request: Request, bot: BotType | None) -> str | None:
    """Return which bot draws; what comes of a button is drawn by the bot of its parent."""
    if not hasattr(request, "bot_type"):
        return None
    return str(request.bot_type or bot or BotType.MID_JOURNEY)


def _canonical(name: str, value: Any) -> Any:
    if name == "prompt":
        return canonical_prompt(value)
    if name in _PICTURES:
        return (
            [picture_token(one) for one in value]
            if isinstance(value, list | tuple)
            else picture_token(value)
        )
    if isinstance(value, Mapping):
        return {key: _canonical(key, item) for key, item in value.items()}
    return value


def picture_token(picture: str) -> str:
    """Return what stands for a picture: the hash of what it shows, or its address."""
    if re.match(r"https?://", picture) or TOKEN.fullmatch(picture):
        return picture
    content = read_data_url(picture) or picture.encode()
    shown = _unpacked_png(content) if media_of(content) is PNG else content
    return f"sha256:{hashlib.sha256(shown).hexdigest()}"


def _unpacked_png(content: bytes) -> bytes:
    """
    Return the lines of a PNG as they were before they were packed, *content* when it is broken.

    Masks, tiles and arrays are written as PNG here, and another machine's zlib packs the same
    lines into other bytes: the same mask must have the same key there.
    """
    kept: list[bytes] = []
    packed: list[bytes] = []
    place = 8
    while place + 8 <= len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        kind, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + size]
        if kind == b"IDAT":
            # They are one stream, cut anywhere.
            packed.append(body)
        elif kind in _VISIBLE_CHUNKS:
            kept += [kind, body]
        place += size + 12
    stream = zlib.decompressobj()
    try:
        lines = stream.decompress(b"".join(packed), _MOST_UNPACKED)
    except zlib.error:
        return content
    return b"".join([*kept, lines]) if stream.eof else content
