"""Reading JSON that is not quite JSON, as servers and what stands before them really send it.

A byte order mark, a warning printed before the answer, a NUL behind it, raw line breaks in
strings, half of a surrogate pair, NaN: none of these makes the answer to a paid request worthless.
"""

import codecs
import json
import math
import re
from itertools import islice
from typing import Any

import msgspec

_DECODER = msgspec.json.Decoder()
# Where an answer may begin: at the first bracket of a line, whatever stands before it.
_BEGINNING = re.compile(r"^[^\[{\n]*(?=[\[{])", re.MULTILINE)
# A page may hold JSON of its own, which is no answer; PHP's warnings are markup as well.
_PAGE = re.compile(r"[\s\ufeff]*<(?!br\b|b>)", re.IGNORECASE)
# Longer texts before an answer are no warnings, and each place costs an attempt.
_MAX_ATTEMPTS = 8
# Python refuses to read longer numbers, which could take minutes.
_MAX_DIGITS = 400
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class NotJSON(ValueError):
    """The body is no JSON; the caller knows where it came from and says so."""


def decode_json(body: bytes | msgspec.Raw) -> Any:
    """
    Return the value that *body* holds, however untidily; numbers that are none become None.

    Raises:
        NotJSON: There is no value in it, only a part of one, or it is nested beyond reason.
    """
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    # Only now, as most answers are JSON: the rest costs several passes through the text.
    text = _decode_text(bytes(body))
    # A page of an error is not searched: a script in it may hold JSON that looks like a task.
    if _PAGE.match(text):
        raise NotJSON("a page of markup")
    reason, failed_at = "nothing", 0
    for found in islice(_BEGINNING.finditer(text), _MAX_ATTEMPTS):
        # What was read already of a value that is cut off is a part of it, and no answer.
        if found.end() < failed_at:
            continue
        try:
            value, _ = _FORGIVING.raw_decode(text, found.end())
            return _without_surrogates(value) if _LONE_SURROGATE.search(_dumped(value)) else value
        except json.JSONDecodeError as error:
            reason = error.msg
            # In a string that never ends, every bracket further on is a part of that string.
            failed_at = len(text) if reason.startswith("Unterminated") else error.pos
        except (ValueError, RecursionError) as error:
            raise NotJSON(str(error)) from None
    raise NotJSON(reason)


def encode_json(value: Any) -> bytes:
    """Return *value*, which `decode_json` gave, as tidy JSON."""
    return msgspec.json.encode(value)


def _decode_text(body: bytes) -> str:
    for mark, encoding in (
        # What begins with a mark tells by itself how it is encoded.
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    return body.decode("utf-8", "replace")


def _number(text: str) -> float | None:
    value = float(text)
    # 1e999 is infinite to Python, and no number to JSON.
    return value if math.isfinite(value) else None


# Not strict: raw line breaks and tabs may stand in strings.
_FORGIVING = json.JSONDecoder(
    strict=False,
    parse_float=_number,
    parse_int=lambda text: int(text) if len(text) <= _MAX_DIGITS else None,
    # NaN and Infinity, as some languages write what has no value.
    parse_constant=lambda _: None,
)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _without_surrogates(value: Any) -> Any:
    """Return *value* with a mark in the place of each half of a pair, which nothing can encode."""
    return json.loads(_LONE_SURROGATE.sub("\ufffd", _dumped(value)))
