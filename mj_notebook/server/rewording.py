"""Rewording: replies of plus as other servers of the family write them (sheet 2)."""

from collections.abc import Callable, Sequence

from mj_notebook.protocol.buttons import find
from mj_notebook.protocol.vocabulary import ReturnCode
from mj_notebook.server.tellings import Json, Said, Telling, Trouble, written

Rewording = Callable[[Json, Json], Said]
"""From a reply of plus, and the body it answers, to what is said."""


def instead(telling: Telling) -> Rewording:
    """Return what says something else altogether."""
    return lambda reply, _: telling(Trouble(200, text=str(reply["description"])))


def as_accepted(*, but_for: Sequence[str] = ()) -> Rewording:
    """Return what makes code 1 of another, unless the button's customId has one of these words."""

    def reword(reply: Json, asked: Json) -> Said:
        custom_id = str(asked.get("customId") or "")
        is_kept = any(word in custom_id for word in but_for)
        return written(reply if is_kept else {**reply, "code": int(ReturnCode.ACCEPTED)})

    return reword


def as_window_of_trueai(reply: Json, asked: Json) -> Said:
    """Offer no prompt for a region, and a line of a description with its number before it."""
    press = find(str(asked.get("customId") or ""))
    offer = reply["properties"].get("finalPrompt", "")
    if press and press.kind.key == "vary_region":
        offer = ""
    elif press and press.kind.key == "imagine_line":
        offer = f"{press.number}\ufe0f\u20e3 {offer}"
    return written({**reply, "properties": {**reply["properties"], "finalPrompt": offer}})
