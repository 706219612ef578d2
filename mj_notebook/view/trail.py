"""The way to a picture in short words: imagine ▸ U2 ▸ region ▸ zoom."""

import re

from mj_notebook.protocol.buttons import parse_custom_id

ARROW = " ▸ "

# Where the label is too long for a trail, or only an emoji.
_SHORT = {
    "vary_region": "region",
    "custom_zoom": "zoom",
    "reroll": "again",
    "bookmark": "like",
    "imagine_line": "imagine {i}",
    "imagine_short": "imagine {i}",
    "imagine_all": "imagine all",
    "describe_again": "again",
    "show_details": "details",
}
_ORIGINS = {"Edits": "edit", "UploadPictures": "upload"}


def step_word(custom_id: str, caption: str) -> str:
    """Return the short word for the press of *custom_id*; *caption* is what stands on it."""
    press = parse_custom_id(custom_id) if custom_id else None
    if press is None:
        return caption
    short = _SHORT.get(press.kind.key) or press.kind.label or press.kind.key.replace("_", " ")
    word = short.format(i=press.number).replace("(", "").replace(")", "")
    return word if len(word) <= 2 else word.lower()


def origin_word(request_name: str, action: str) -> str:
    """Return the word for a first job: of the record that asked for it, else of its action."""
    if request_name:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", request_name).lower()
        return _ORIGINS.get(request_name, words)
    return action.replace("_", " ").lower()
