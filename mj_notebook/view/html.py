"""The one door to markup: text is escaped, and only what came out of here is `Safe`.

Everything from a server, a prompt or a file name is hostile, and ``ipywidgets.HTML`` runs inline
handlers. So nothing else in the project writes markup.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from mj_notebook.protocol.visible_text import is_harmless, turns_lines, visible, without_controls


class Safe(str):
    """Markup that may be shown as it is; made by `el` and `style_sheet`, never from outside."""

    __slots__ = ()


Child = str | None | Iterable["Child"]
Value = str | float | bool | None

# What a page of our own may do: show what it brings along, and ask nobody.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
# Names of elements and attributes come from our own code alone; this holds should one ever not.
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_VOID = frozenset({"br", "hr", "img", "input"})
# What loads, runs, or changes the page around it is no way of showing things.
_REFUSED_TAGS = frozenset({"script", "iframe", "object", "embed", "base", "link", "meta", "style"})
_ADDRESSES = frozenset({"src", "href"})
# SVG is no picture here: opened on its own, it is a document that runs scripts.
_PICTURE = r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+"
_WRITTEN_PICTURE = re.compile(_PICTURE)
_ALLOWED_ADDRESS = re.compile(rf"https?://[^\s]+|{_PICTURE}", re.IGNORECASE)


def el(tag: str, /, *children: Child, **attributes: Value) -> Safe:
    """
    Build an element.

    Args:
        tag: The element's name.
        children: Text is escaped, `Safe` passes, None is left out, iterables are flattened.
        attributes: ``class_`` is written ``class`` and ``aria_label`` ``aria-label``; True is
            written bare, None and False are left out. An address that is neither http(s) nor a
            picture in itself is left out.
    """
    _check_tag(tag)
    written = "".join([_attribute(name, value) for name, value in attributes.items()])
    if tag in _VOID:
        return Safe(f"<{tag}{written}>")
    return Safe(f"<{tag}{written}>{join(children)}</{tag}>")


def el_in_parts(tag: str, /, **attributes: Value) -> tuple[Safe, Safe]:
    """Return the beginning and the end of an element that is too large to be built at once."""
    end = f"</{tag}>"
    return Safe(el(tag, **attributes).removesuffix(end)), Safe(end)


def join(children: Iterable[Child]) -> Safe:
    """Put *children* one after the other, by the rules of `el`."""
    return Safe("".join(map(_content, children)))


def style_sheet(css: str) -> Safe:
    """Wrap a sheet of our own; it must come from a file of this package, never from outside."""
    # A sheet ends at the first "</style", also inside of a string or a comment.
    if "<" in css:
        raise ValueError("a style sheet holds no markup")
    return Safe(f"<style>{css}</style>")


def page(title: str, css: str, script: str, data: object, *children: Child, class_: str) -> Safe:
    """
    Write a whole page that runs a script of ours on *data*, and fetches nothing.

    Args:
        title: What a tab is called.
        css: A style sheet of this package.
        script: A module of this package; it reads the element ``#data``.
        data: What it is about, as JSON; it may hold anything.
        children: What stands in the page, for who runs no scripts too.
        class_: The class of the body.
    """
    # In a script nothing can be escaped: such a text would end it, in a string too.
    if "</script" in script.lower():
        raise ValueError("a script of ours ends no element")
    # JSON with no sign that could end the element it stands in.
    told = json.dumps(data, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    )
    return Safe(
        f'<!doctype html><html lang="en"><head>{head}<title>{escape(visible(title))}</title>'
        f'{style_sheet(css)}</head><body class="{escape(class_)}">{join(children)}'
        f'<script type="application/json" id="data">{told}</script>'
        f'<script type="module">{script}</script></body></html>'
    )


# Few names, asked for thousands of times: all are of our own code.
@lru_cache(maxsize=128)
def _check_tag(tag: str) -> None:
    if not _NAME.fullmatch(tag) or tag in _REFUSED_TAGS:
        raise ValueError(f"{tag!r} is no element for showing things")


@lru_cache(maxsize=128)
def _attribute_name(name: str) -> str:
    written = name.rstrip("_").replace("_", "-")
    # Handlers are scripts: `ipywidgets.HTML` runs them, and a front end that trusts a notebook as
    # well.
    if not _NAME.fullmatch(written) or written.startswith("on"):
        raise ValueError(f"{written!r} is no attribute for showing things")
    return written


def _content(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Safe):
        return child
    if isinstance(child, str):
        if is_harmless(child):  # nearly all
            return escape(child)
        text = escape(without_controls(child))
        # What turns lines ends where this text does.
        return f"<bdi>{text}</bdi>" if turns_lines(child) else text
    return join(child)


def _attribute(name: str, value: Value) -> str:
    written = _attribute_name(name)
    if value is None or value is False:
        return ""
    if value is True:
        return f" {written}"
    text = str(value)
    # As we write them. They are long, and hold no sign to be marked or escaped.
    if written in _ADDRESSES and _WRITTEN_PICTURE.fullmatch(text):
        return f' {written}="{text}"'
    text = visible(text)
    # The picture goes, not the page: a server that sends a strange address must not break the
    # panel.
    if written in _ADDRESSES and not _ALLOWED_ADDRESS.fullmatch(text):
        return ""
    return f' {written}="{escape(text)}"'
