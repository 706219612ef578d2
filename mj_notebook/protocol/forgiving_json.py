"""Reading JSON that is not quite JSON, as servers and what stands before them really send it.

A byte order mark, a warning printed before the answer, a NUL behind it, raw line breaks in
strings, half of a surrogate pair, NaN: none of these makes the answer to a paid request worthless.
"""

import codecs
import json
import math
import re
from typing import Any

import msgspec

_DECODER = msgspec.json.Decoder()
# What may stand at the beginning of an answer, each on a line of its own.
_BEGINNING = re.compile(r"^[ \t]*(?=[\[{])", re.MULTILINE)
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
    text = _decode_text(bytes(body))
    if text.lstrip()[:1] == "<":  # a page may hold JSON of its own, which is no answer
        raise NotJSON("a page of markup")
    reason = "nothing"
    for place, found in enumerate(_BEGINNING.finditer(text)):
        if place == _MAX_ATTEMPTS:
            break
        try:
            value, _ = _FORGIVING.raw_decode(text, found.end())
        except (ValueError, RecursionError) as error:
            reason = str(error)
        else:
            return _without_surrogates(value) if _LONE_SURROGATE.search(_dumped(value)) else value
    raise NotJSON(reason)


def encode_json(value: Any) -> bytes:
    """Return *value*, which `decode_json` gave, as tidy JSON."""
    return msgspec.json.encode(value)


def _decode_text(body: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    return body.decode("utf-8", "replace")


def _number(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def _whole_number(text: str) -> int | None:
    return int(text) if len(text) <= _MAX_DIGITS else None


# Not strict: raw line breaks and tabs may stand in strings.
_FORGIVING = json.JSONDecoder(
    strict=False,
    parse_float=_number,
    parse_int=_whole_number,
    parse_constant=lambda _: None,
)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _without_surrogates(value: Any) -> Any:
    """Return *value* with a mark in the place of each half of a pair, which nothing can encode."""
    return json.loads(_LONE_SURROGATE.sub("\ufffd", _dumped(value)))
