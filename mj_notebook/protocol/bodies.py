"""Tolerant reading of what clients ask for: from the body of a request to our records.

Real clients send empty strings and arrays for what they leave out, ids as numbers, nulls, and keys
nobody knows (protocol sheet 10, Q36). What is missing becomes empty, and the server's own rules
say what must not be. Only a body that is no JSON object, or a value that can't be meant, raises.
"""

from typing import Any, TypeVar

import msgspec

from mj_notebook.protocol.requests import AccountFilter, Request
from mj_notebook.protocol.vocabulary import BOT_WORDS, BotType

_R = TypeVar("_R", bound=Request)
_DECODER = msgspec.json.Decoder()


class WrongBody(ValueError):
    """The body can't be read; the message says what is wrong with it."""


def read_request(kind: type[_R], body: bytes) -> _R:
    """
    Read *body* as a request of *kind*; required texts that are missing become "".

    Raises:
        WrongBody: It is no JSON object, or a key holds something of another type.
    """
    content = _object(body)
    values: dict[str, Any] = {}
    for info in msgspec.structs.fields(kind):
        value = content.get(info.encode_name)
        if value is not None:
            values[info.name] = _LEVELS.get(info.name, _text)(value, info.encode_name)
        elif info.required:
            values[info.name] = ""
    return kind(**values)


def read_ids(body: bytes) -> tuple[str, ...]:
    """Read the ids of a list request; numbers are fine, no ids means none."""
    ids = _object(body).get("ids")
    return () if ids is None else _texts(ids, "ids")


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WrongBody(f"The body is no JSON: {error}.") from error
    except RecursionError as error:
        raise WrongBody("The body is nested too deeply.") from error
    if not isinstance(content, dict):
        raise WrongBody("The body is no JSON object.")
    return content


def _text(value: Any, key: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    raise WrongBody(f"{key} must be text.")


def _texts(value: Any, key: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise WrongBody(f"{key} must be a list.")
    return tuple(_text(item, key) for item in value if item not in (None, ""))


def _flag(value: Any, key: str) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in {"true", "false"}:
        return str(value).lower() == "true"
    raise WrongBody(f"{key} must be true or false.")


def _bot(value: Any, key: str) -> BotType:
    """Read a bot's name; any other word means the first bot, as in the family."""
    return BOT_WORDS.get(_text(value, key).strip().lower(), BotType.MID_JOURNEY)


def _account_filter(value: Any, key: str) -> AccountFilter:
    try:
        return msgspec.convert(value, AccountFilter, strict=False)
    except msgspec.ValidationError as error:
        raise WrongBody(f"{key}: {error}.") from error


_LEVELS: dict[str, Any] = {
    "base64_array": _texts,
    "choose_same_channel": _flag,
    "bot_type": _bot,
    "account_filter": _account_filter,
}
