"""The way to a picture in short words: imagine ▸ U2 ▸ region ▸ zoom."""

import re

from mj_notebook.language import gettext, marked
from mj_notebook.protocol.buttons import parse_custom_id

ARROW = " ▸ "

# Where the label is too long for a trail, or only an emoji.
_SHORT = {
    "vary_region": marked("region"),
    "custom_zoom": marked("zoom"),
    "reroll": marked("again"),
    "bookmark": marked("like"),
    "imagine_line": marked("imagine {i}"),
    "imagine_short": marked("imagine {i}"),
    "imagine_all": marked("imagine all"),
    "describe_again": marked("again"),
    "show_details": marked("details"),
}
_ORIGINS = {"Edits": marked("edit"), "UploadPictures": marked("upload")}


# The words of commands and buttons that are no others'.
_WORDS = frozenset(
    {
        *_SHORT.values(),
        *_ORIGINS.values(),
        marked("imagine"),
        marked("blend"),
        marked("describe"),
        marked("shorten"),
        marked("swap face"),
        marked("video"),
    }
)


def shown_word(word: str) -> str:
    """Return a *word* of a trail as it is shown; trails themselves are in English."""
    verb, _, number = word.partition(" ")
    if number.isdecimal() and verb == "imagine":
        return gettext("imagine {i}").format(i=number)
    return gettext(word) if word in _WORDS else word


def step_word(custom_id: str, caption: str) -> str:
    """Return the short word for the press of *custom_id*; *caption* is what stands on it."""
    press = parse_custom_id(custom_id) if custom_id else None
    if press is None:
        return caption
    short = _SHORT.get(press.kind.key) or press.kind.label or press.kind.key.replace("_", " ")
    word = short.format(i=press.number).replace("(", "").replace(")", "")
    # "U2" and "V3" are names; longer labels begin with a capital for their button only.
    return word if len(word) <= 2 else word.lower()


def origin_word(request_name: str, action: str) -> str:
    """Return the word for a first job: of the record that asked for it, else of its action."""
    if request_name:
        # A request's class is named for what a person asks: "SwapFace" is "swap face".
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", request_name).lower()
        return _ORIGINS.get(request_name, words)
    return action.replace("_", " ").lower()
