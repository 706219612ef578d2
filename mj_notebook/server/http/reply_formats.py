"""Replies of plus as other servers of the family write them (protocol/README.md §2)."""

from collections.abc import Callable, Sequence

from mj_notebook.protocol.buttons import parse_custom_id
from mj_notebook.protocol.vocabulary import ReturnCode
from mj_notebook.server.http.error_formats import (
    ErrorContext,
    ErrorFormat,
    Json,
    RawAnswer,
    json_answer,
)

ReplyFormat = Callable[[Json, Json], RawAnswer]
"""From a reply of plus, and the body it answers, to the answer."""


def replaced_by(error_format: ErrorFormat) -> ReplyFormat:
    """Return what answers with an error instead."""
    return lambda reply, _: error_format(ErrorContext(200, text=str(reply["description"])))


def accepted_unless(*, custom_id_has: Sequence[str] = ()) -> ReplyFormat:
    """Return what makes code 1 of another, unless the button's customId has one of these words."""

    def write(reply: Json, body: Json) -> RawAnswer:
        custom_id = str(body.get("customId") or "")
        is_kept = any(word in custom_id for word in custom_id_has)
        return json_answer(reply if is_kept else {**reply, "code": int(ReturnCode.ACCEPTED)})

    return write


def trueai_window(reply: Json, body: Json) -> RawAnswer:
    """Offer no prompt for a region, and a line of a description with its number before it."""
    press = parse_custom_id(str(body.get("customId") or ""))
    # trueai clears the prompt of a region, and numbers the lines of a describe
    # (protocol/README.md §4.6).
    prompt = reply["properties"].get("finalPrompt", "")
    if press and press.kind.key == "vary_region":
        prompt = ""
    elif press and press.kind.key == "imagine_line":
        prompt = f"{press.number}\ufe0f\u20e3 {prompt}"
    return json_answer({**reply, "properties": {**reply["properties"], "finalPrompt": prompt}})
