"""Tolerant reading of what clients ask for: from the body of a request to our records.

Real clients send empty strings and arrays for what they leave out, ids as numbers, nulls, and keys
nobody knows (protocol/README.md §10 Q36); some keys have a second spelling in documents. What is
missing becomes empty, and the server's own rules say what must not be. Only a body that is no JSON
object, or a value that can't be meant, raises.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from mj_notebook.protocol.requests import AccountFilter, Request
from mj_notebook.protocol.vocabulary import BOT_WORDS, BotType, Dimensions

_R = TypeVar("_R", bound=Request)
_DECODER = msgspec.json.Decoder()
_NUMBER = re.compile(r"-?\d{1,18}")

MOST_TEXT = 2**16
"""The letters that one text may have; a bot takes a few thousand, and lists repeat them."""
# Texts that are pictures, or may be: only the size of the body bounds them.
_PICTURES = (
    *("base64", "link", "image", "end_image"),
    *("mask_base64", "source_base64", "target_base64"),
)

# Wire name → other spellings of it: of resellers' documents, of older servers, of one web client.
_ONE_PICTURE = "base64"
_SPELLINGS = {
    "taskId": ("task_id",),
    "customId": ("custom_id",),
    "base64Array": (_ONE_PICTURE,),
    "sourceBase64": ("sourceUrl",),
    "targetBase64": ("targetUrl",),
    "image": (_ONE_PICTURE,),
}


class InvalidBody(ValueError):
    """The body can't be read; the message says what is wrong with it."""


def read_request(kind: type[_R], body: bytes) -> _R:
    """
    Read *body* as a request of *kind*; required texts that are missing become "".

    Raises:
        InvalidBody: It is no JSON object, or a key holds something of another type.
    """
    content = _object(body)
    values: dict[str, Any] = {}
    for info in msgspec.structs.fields(kind):
        key, value = _find(content, info.encode_name)
        if value is not None:
            values[info.name] = _reader_of(info)(value, key)
        elif info.required:
            values[info.name] = () if get_origin(info.type) is tuple else ""
    return kind(**values)


def _find(content: dict[str, Any], key: str) -> tuple[str, Any]:
    """Return the spelling of *key* that holds something, and what it holds."""
    spellings = (key, *_SPELLINGS.get(key, ()))
    # One spelling may be there empty, and another one filled.
    held = (spelling for spelling in spellings if content.get(spelling) not in (None, ""))
    found = next(held, key)
    return found, content.get(found)


def read_ids(body: bytes) -> tuple[str, ...]:
    """Read the ids of a list request; numbers are fine, no ids means none."""
    ids = _object(body).get("ids")
    return () if ids is None else _texts(ids, "ids")


def _object(body: bytes) -> dict[str, Any]:
    try:
        # Strict, unlike the reading of answers: a client can be told what is wrong with its JSON.
        content = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidBody(f"The body is no JSON: {error}.") from error
    except RecursionError as error:
        raise InvalidBody("The body is nested too deeply.") from error
    if not isinstance(content, dict):
        raise InvalidBody("The body is no JSON object.")
    return content


def _text(value: Any, key: str) -> str:
    if isinstance(value, str):
        return value
    # Galleries send ids as numbers.
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    raise InvalidBody(f"{key} must be text.")


def _words(value: Any, key: str) -> str:
    """Read a text that is kept and told again, with every list."""
    text = _text(value, key)
    if len(text) > MOST_TEXT:
        raise InvalidBody(f"{key} must have {MOST_TEXT} letters at most.")
    return text


def _texts(value: Any, key: str) -> tuple[str, ...]:
    if key == _ONE_PICTURE:
        # A single picture where others send a list of them.
        return (_text(value, key),)
    if not isinstance(value, list):
        raise InvalidBody(f"{key} must be a list.")
    # Real clients send [""] for no picture.
    return tuple(_text(item, key) for item in value if item not in (None, ""))


def _flag(value: Any, key: str) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in {"true", "false"}:
        return str(value).lower() == "true"
    raise InvalidBody(f"{key} must be true or false.")


def _whole(value: Any, key: str) -> int | None:
    text = _text(value, key).strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise InvalidBody(f"{key} must be a whole number.")
    return int(text)


def _dimensions(value: Any, key: str) -> Dimensions | None:
    word = _text(value, key).strip().upper()
    if word and word not in set(Dimensions):
        raise InvalidBody(f"{key} must be {', '.join(Dimensions)}.")
    return Dimensions(word) if word else None


def _bot(value: Any, key: str) -> BotType:
    """Read a bot's name; any other word means the first bot, as in the family."""
    return BOT_WORDS.get(_text(value, key).strip().lower(), BotType.MID_JOURNEY)


def _account_filter(value: Any, key: str) -> AccountFilter:
    if not isinstance(value, dict):
        raise InvalidBody(f"{key} must be an object.")
    values: dict[str, Any] = {}
    for info in msgspec.structs.fields(AccountFilter):
        name, held = info.encode_name, value.get(info.encode_name)
        if held is not None and held != "":
            values[info.name] = _reader_of(info)(held, f"{key}.{name}")
    return AccountFilter(**values)


_READERS: dict[Any, Callable[[Any, str], Any]] = {
    bool: _flag,
    int: _whole,
    Dimensions: _dimensions,
    BotType: _bot,
    AccountFilter: _account_filter,
}


def _reader_of(info: msgspec.structs.FieldInfo) -> Callable[[Any, str], Any]:
    """Return what reads a field: by its type, so that records alone say what there is."""
    if info.name in _PICTURES:
        return _text
    if get_origin(info.type) is tuple:
        return _texts
    kinds = get_args(info.type) or (info.type,)
    return next((_READERS[kind] for kind in kinds if kind in _READERS), _words)
