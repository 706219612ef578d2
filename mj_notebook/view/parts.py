"""The pieces of markup that the panel and the twin share; only their look differs.

A `StyleOf` answers with attributes for the name of a part: classes in the panel, which brings its
own style sheet, and inline styles in the twin, which must do without one.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.language import gettext
from mj_notebook.prompt.findings import Finding
from mj_notebook.view.html import Safe, Value, el, join
from mj_notebook.view.task_view import TaskView

StyleOf = Callable[[str], Mapping[str, Value]]


def prompt_html(view: TaskView, style_of: StyleOf) -> Safe:
    """Write the prompt: words in code font, pictures and parameters as chips."""
    pictures = [
        el("span", gettext("picture {name}").format(name=name), **style_of("chip"))
        for name in view.pictures
    ]
    chips = [_chip(chip, view.findings, style_of) for chip in view.chips]
    words = _marked(view.text, view, style_of)
    text = el("code", words, dir="auto", **style_of("prompt")) if view.text else None
    return join(_with_spaces([*pictures, text, *chips]))


def findings_html(view: TaskView, style_of: StyleOf) -> Safe | None:
    """Write what lint found, a line each; None when it found nothing."""
    if not view.findings:
        return None
    lines = [
        el(
            "div",
            el("strong", f"{finding.label}:"),
            " ",
            " ".join(filter(None, (finding.message, finding.advice))),
            **style_of(f"finding-{finding.severity}"),
        )
        for finding in view.findings
    ]
    return el("div", lines, **style_of("findings"))


def _chip(chip: str, findings: Sequence[Finding], style_of: StyleOf) -> Safe:
    """Write a parameter, marked where something was found in it."""
    # Spaces are folded on one side: a chip has one where the prompt may have had several.
    found = [one for one in findings if one.words and " ".join(one.words.split()) in chip]
    if not found:
        return el("code", chip, **style_of("chip"))
    told = " ".join(one.message for one in found)
    return el("code", el("mark", chip, title=told, **style_of("doubt")), **style_of("chip"))


def _marked(text: str, view: TaskView, style_of: StyleOf) -> list[str | Safe]:
    """Mark each place of the word that the server will not draw, and where lint found something."""
    banned = view.banned.strip()
    # Findings about the whole prompt have no words, and those of parameters are marked in their
    # chips.
    found = {one.words: one.message for one in view.findings if one.words and one.words in text}
    # The longest first: a word inside of another finding's words would cut that one in two.
    sought = [*filter(None, (banned,)), *sorted(found, key=len, reverse=True)]
    if not sought:
        return [text]
    # With a group, split returns what it found as every second piece.
    pieces = re.split(f"({'|'.join(map(re.escape, sought))})", text, flags=re.IGNORECASE)
    return [
        _mark(piece, banned, found, style_of) if number % 2 else piece
        for number, piece in enumerate(pieces)
    ]


def _mark(piece: str, banned: str, found: Mapping[str, str], style_of: StyleOf) -> str | Safe:
    if banned and piece.lower() == banned.lower():
        title = gettext("The server will not draw this word")
        return el("mark", piece, title=title, **style_of("banned"))
    if piece not in found:
        return piece
    return el("mark", piece, title=found[piece], **style_of("doubt"))


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


# Bounded, since each entry holds a picture twice: its bytes and its text.
@lru_cache(maxsize=64)
def picture_data_url(content: bytes, mime: str) -> str:
    """Return a picture as a data URL; the last ones are kept, as they are shown again and again."""
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"


def shown_size(width: int, height: int, longest: int) -> tuple[int, int]:
    """Return the size a picture of this shape is shown at."""
    # A server need not tell sizes; a square takes the room that most pictures take.
    if not (width and height):
        return (longest, longest)
    scale = longest / max(width, height)
    return (max(1, round(width * scale)), max(1, round(height * scale)))


# A line of a table stays a line, nearly.
_SMALL = 64


def picture_html(shot: Thumbnail, alt: str) -> Safe:
    """Write a picture as small as it stands in a line of a table."""
    content, mime = shot.smaller
    width, height = shown_size(shot.width, shot.height, _SMALL)
    style = "display:block;max-width:none;border-radius:4px"
    url = picture_data_url(content, mime)
    return el("img", src=url, alt=alt, width=width, height=height, style=style)


# Only at the beginning of a word: "a--b" is no parameter.
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
