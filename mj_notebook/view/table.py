"""Small tables of texts: as markup for notebooks, and as plain text; pure."""

from collections.abc import Sequence

from mj_notebook.view.html import Child, Safe, Value, el
from mj_notebook.view.parts import unbroken
from mj_notebook.view.text import truncate

_STYLES = {
    "table": "border-collapse:collapse;font-size:13px;line-height:20px",
    "cell": "padding:4px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere;"
    "border-top:1px solid rgba(128,128,128,0.35);min-width:96px;max-width:360px",
    "number": "padding:4px 8px;text-align:right;vertical-align:top;white-space:nowrap;"
    "border-top:1px solid rgba(128,128,128,0.35);font-variant-numeric:tabular-nums",
    "head": "padding:4px 8px;text-align:left;font-weight:600",
    "note": "margin-top:4px;font-size:11px;line-height:16px;opacity:0.78",
}
_MAX_WIDTH = 48

Line = Sequence[Child]


def table_html(
    heads: Sequence[str],
    lines: Sequence[Line],
    *,
    note: str = "",
    numbers: frozenset[int] = frozenset(),
) -> Safe:
    """
    Write a table.

    Args:
        heads: The columns' names.
        lines: Texts, or elements, one for each column.
        note: What stands below.
        numbers: The columns that hold numbers, counted from 0.
    """
    head = el("tr", [el("th", name, scope="col", **_style_of("head")) for name in heads])
    body = [
        el("tr", [_cell(child, is_number=at in numbers) for at, child in enumerate(line)])
        for line in lines
    ]
    return el(
        "div",
        # A narrow page scrolls it: words are not torn into letters.
        el(
            "div",
            el("table", el("thead", head), el("tbody", body), **_style_of("table")),
            style="overflow-x:auto",
        ),
        el("div", note, **_style_of("note")) if note else None,
        class_="mj-table",
    )


def table_text(
    heads: Sequence[str],
    lines: Sequence[Sequence[str]],
    *,
    note: str = "",
    numbers: frozenset[int] = frozenset(),
) -> str:
    """Write the same as plain text; long texts are cut."""
    cut = [[truncate(text, _MAX_WIDTH) for text in line] for line in (heads, *lines)]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    written = [
        "  ".join(
            text.rjust(width) if at in numbers else text.ljust(width)
            for at, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cut
    ]
    return "\n".join([*written, *((note,) if note else ())])


def _cell(child: Child, *, is_number: bool) -> Safe:
    if isinstance(child, str) and not isinstance(child, Safe):
        child = unbroken(child)
    return el("td", child, dir="auto", **_style_of("number" if is_number else "cell"))


def _style_of(part: str) -> dict[str, Value]:
    return {"style": _STYLES[part]}
