"""Small tables: as markup that folds where a page is narrow, and as plain text; pure."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from mj_notebook.language import gettext
from mj_notebook.view.html import Child, Safe, Value, el, style_sheet
from mj_notebook.view.parts import unbroken
from mj_notebook.view.text import truncate

PICTURE_SIDE = 64
"""Pixels of a picture in a table: its column is never narrower."""


class Kind(StrEnum):
    """
    What a column holds.

    A fact is text that needs its column's name where columns are folded; other text speaks for
    itself. What a row is about heads it, across two sides that are compared.
    """

    TEXT = "text"
    FACT = "fact"
    NUMBER = "number"
    PICTURE = "picture"
    ABOUT = "about"


class Column(NamedTuple):
    """A column; a *head* in words is looked up where it is shown."""

    head: Child
    kind: Kind = Kind.TEXT


Line = Sequence[Child]

_LINE = "border-top:1px solid rgba(128,128,128,0.35)"
_CELL = f"padding:4px 8px;text-align:left;vertical-align:top;{_LINE}"
_WORDS = f"{_CELL};overflow-wrap:anywhere;min-width:64px;max-width:360px"
_STYLES = {
    Kind.TEXT: _WORDS,
    Kind.FACT: _CELL,
    Kind.NUMBER: f"{_CELL};text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums",
    Kind.PICTURE: f"{_CELL};width:{PICTURE_SIDE}px;min-width:{PICTURE_SIDE}px",
    Kind.ABOUT: f"{_CELL};font-weight:inherit;white-space:nowrap",
}
_HEAD = "padding:4px 8px;text-align:left;vertical-align:bottom;font-weight:600"
_NUMBER_HEAD = f"{_HEAD};text-align:right"
_TABLE = "border-collapse:collapse;font-size:13px;line-height:20px"
_NOTE = "margin-top:4px;font-size:11px;line-height:16px;opacity:0.78"
# Wider columns break the lines of most terminals, and then no table is left.
_MAX_WIDTH = 48

# Where a page is narrow, a row is a card: its cells stand below each other, beside its picture, and
# two sides stay beside each other. Readers that drop style sheets scroll the table instead.
_FOLDED = style_sheet(
    ".mj-table{container-type:inline-size}"
    "@container (max-width:600px){"
    ".mj-table :is(table,tbody,thead){display:block!important}"
    ".mj-table tr{display:grid!important;grid-template-columns:auto minmax(0,1fr);padding:8px;"
    f"{_LINE}"
    "}"
    ".mj-table :is(td,th){display:block!important;grid-column:2;padding:0!important;"
    "border:0!important;text-align:start!important;white-space:normal!important;"
    "min-width:0!important;max-width:none!important;overflow-wrap:anywhere}"
    ".mj-table tr>.mj-picture-cell{grid-column:1;grid-row:1/span 20;margin-inline-end:12px;"
    f"min-width:{PICTURE_SIDE}px!important"
    "}"
    ".mj-table :is(td,th):empty{display:none!important}"
    ".mj-table td[data-head]::before{content:attr(data-head) ' ';opacity:.78}"
    ".mj-table:not(.mj-sides) thead{display:none!important}"
    ".mj-sides tr{grid-template-columns:repeat(2,minmax(0,1fr));column-gap:12px}"
    ".mj-sides :is(td,th){grid-column:auto}"
    ".mj-sides td:empty{display:block!important}"
    ".mj-sides th[scope=row]{grid-column:1/-1}"
    "}"
)


def table_html(columns: Sequence[Column], lines: Iterable[Line], *, note: str = "") -> Safe:
    """Write a table."""
    head = el("tr", [_head(column) for column in columns])
    body = [el("tr", [_cell(*pair) for pair in zip(columns, line, strict=True)]) for line in lines]
    # Sides are told by the column of what they are about: no caller says it twice.
    has_sides = any(column.kind is Kind.ABOUT for column in columns)
    return el(
        "div",
        _FOLDED,
        el(
            "div",
            el("table", el("thead", head), el("tbody", body), style=_TABLE),
            style="overflow-x:auto",
        ),
        el("div", note, style=_NOTE) if note else None,
        class_="mj-table mj-sides" if has_sides else "mj-table",
    )


def table_text(columns: Sequence[Column], lines: Sequence[Sequence[str]], *, note: str = "") -> str:
    """Write the same as plain text; long texts are cut."""
    heads = [str(_words(column) or "") for column in columns]
    cut = [[truncate(text, _MAX_WIDTH) for text in line] for line in (heads, *lines)]
    widths = [max(map(len, each)) for each in zip(*cut, strict=True)]
    written = [
        "  ".join(
            text.rjust(width) if column.kind is Kind.NUMBER else text.ljust(width)
            for text, width, column in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in cut
    ]
    return "\n".join([*written, *((note,) if note else ())])


def _words(column: Column) -> Child:
    head = column.head
    return gettext(head) if head and isinstance(head, str) and not isinstance(head, Safe) else head


def _head(column: Column) -> Safe:
    style = _NUMBER_HEAD if column.kind is Kind.NUMBER else _HEAD
    return el("th", _words(column) or None, scope="col", style=style)


def _cell(column: Column, child: Child) -> Safe:
    if isinstance(child, str) and not isinstance(child, Safe):
        child = unbroken(child)
    head = _words(column) if column.kind in (Kind.FACT, Kind.NUMBER) else None
    about: dict[str, Value] = {
        # Each cell for itself: a prompt in Arabic must not turn the line around.
        "dir": "auto",
        "data_head": head if isinstance(head, str) else None,
        "class_": "mj-picture-cell" if column.kind is Kind.PICTURE else None,
        "style": _STYLES[column.kind],
    }
    if column.kind is Kind.ABOUT:
        return el("th", child, scope="row", **about)
    return el("td", child, **about)
