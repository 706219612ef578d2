"""The pieces of markup that the panel and the twin share; only their look differs.

A `StyleOf` answers with attributes for the name of a part: classes in the panel, which brings its
own style sheet, and inline styles in the twin, which must do without one.
"""

import base64
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.view.html import Safe, Value, el, join
from mj_notebook.view.task_view import TaskView

StyleOf = Callable[[str], Mapping[str, Value]]


def prompt_html(view: TaskView, style_of: StyleOf) -> Safe:
    """Write the prompt: words in code font, pictures and parameters as chips."""
    pictures = [el("span", f"picture {name}", **style_of("chip")) for name in view.pictures]
    chips = [el("code", chip, **style_of("chip")) for chip in view.chips]
    words = _marked(view.text, view.banned, style_of)
    text = el("code", words, dir="auto", **style_of("prompt")) if view.text else None
    return join(_with_spaces([*pictures, text, *chips]))


def _marked(text: str, banned: str, style_of: StyleOf) -> list[str | Safe]:
    """Mark each place of the word that the server will not draw."""
    if not banned.strip():
        return [text]
    pieces = re.split(f"({re.escape(banned.strip())})", text, flags=re.IGNORECASE)
    return [
        el("mark", piece, title="The server will not draw this word", **style_of("banned"))
        if number % 2
        else piece
        for number, piece in enumerate(pieces)
    ]


def failure_html(view: TaskView, style_of: StyleOf) -> Safe | None:
    """Write why there is no picture and what to do next; None when nothing went wrong."""
    if not (view.reason or view.hint):
        return None
    return el(
        "div",
        el("strong", view.reason, **style_of("reason")) if view.reason else None,
        el("div", view.hint, **style_of("remedy")) if view.hint else None,
        **style_of("failure"),
    )


def join_with_dots(parts: tuple[str, ...]) -> str:
    """Join short remarks into one line; empty ones are none."""
    return " · ".join(filter(None, parts))


@lru_cache(maxsize=64)
def picture_data_url(content: bytes, mime: str) -> str:
    """Return a picture as a data URL; the last ones are kept, as they are shown again and again."""
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"


def shown_size(width: int, height: int, longest: int) -> tuple[int, int]:
    """Return the size a picture of this shape is shown at."""
    if not (width and height):
        return (longest, longest)
    scale = longest / max(width, height)
    return (max(1, round(width * scale)), max(1, round(height * scale)))


_SMALL = 64


def picture_html(shot: Thumbnail, alt: str) -> Safe:
    """Write a picture as small as it stands in a line of a table."""
    content, mime = (shot.small, "image/jpeg") if shot.small else (shot.content, shot.mime)
    width, height = shown_size(shot.width, shot.height, _SMALL)
    style = "display:block;max-width:none;border-radius:4px"
    url = picture_data_url(content, mime)
    return el("img", src=url, alt=alt, width=width, height=height, style=style)


_PARAMETER = re.compile(r"(?<!\S)(--[\w-]+)")


def unbroken(text: str) -> Safe:
    """Write *text* so that no line ends inside a parameter's name: "--ar" is read as one word."""
    pieces = _PARAMETER.split(text)
    return join(
        el("span", piece, style="white-space:nowrap") if number % 2 else piece
        for number, piece in enumerate(pieces)
    )


def _with_spaces(children: list[Safe | None]) -> list[str | Safe]:
    """Put a space between parts, for readers that drop all styles."""
    return [piece for child in children if child is not None for piece in (child, " ")][:-1]
