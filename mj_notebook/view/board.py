"""A board as it stays in the file: one grid of cells with small pictures; pure."""

from collections.abc import Mapping, Sequence

from mj_notebook.language import gettext, marked, ngettext
from mj_notebook.protocol.visible_text import one_line
from mj_notebook.view.cells import Cell
from mj_notebook.view.html import Safe, Value, el
from mj_notebook.view.parts import picture_data_url, unbroken
from mj_notebook.view.status import Phase
from mj_notebook.view.text import truncate
from mj_notebook.view.units import percentage

# The twin has no style sheet to rely on, so each part carries its look; grey at a third is visible
# on white, on dark and on paper.
_FRAME = "border:1px solid rgba(128,128,128,0.35);border-radius:6px"
_STYLES = {
    "board": "max-width:960px;font-size:13px;line-height:20px",
    "head": "margin-bottom:4px",
    "grid": "display:grid;grid-template-columns:repeat(auto-fill,minmax(136px,1fr));gap:8px",
    "cell": f"margin:0;padding:8px;min-width:0;{_FRAME}",
    "picture": "display:block;width:100%;height:auto;aspect-ratio:1;object-fit:contain;"
    "border-radius:4px",
    "label": "margin-top:4px;overflow-wrap:anywhere",
    "line": "font-size:11px;line-height:16px;opacity:0.78",
    "reason": "font-size:11px;line-height:16px;overflow-wrap:anywhere",
}
# It is the name of a cell, in text that a screen reader speaks.
_LABEL = 120


def board_html(cells: Sequence[Cell], pictures: Mapping[str, bytes], title: str = "") -> Safe:
    """Write the grid."""
    head = " · ".join(part for part in (title, tally(cells)) if part)
    return el(
        "div",
        el("div", head, **_style_of("head")),
        el("div", [_cell(cell, pictures.get(cell.key)) for cell in cells], **_style_of("grid")),
        class_="mj-static",
        **_style_of("board"),
    )


def board_text(cells: Sequence[Cell], title: str = "") -> str:
    """Write the same as lines."""
    head = " · ".join(part for part in (title, tally(cells)) if part)
    return "\n".join([one_line(head), *map(cell_line, cells)])


def cell_line(cell: Cell) -> str:
    """Write one cell as a line."""
    parts = (phase_text(cell), cell.reason, cell.label)
    return "  " + one_line(" · ".join(part for part in parts if part))


def phase_text(cell: Cell) -> str:
    """Say where a cell stands, with its percentage."""
    return cell.words if cell.percent is None else f"{cell.words} {percentage(cell.percent)}"


# In the order in which a person asks: what came of it, what needs them, what goes on by itself.
_TALLY: tuple[tuple[str, tuple[str, ...]], ...] = (
    (marked("done"), (Phase.DONE,)),
    (marked("failed"), (Phase.FAILED,)),
    (marked("cancelled"), (Phase.CANCELLED,)),
    (marked("left"), (Phase.LEFT,)),
    (marked("waiting for your answer"), (Phase.WINDOW,)),
    (marked("drawing"), (Phase.WAITING, Phase.DRAWING, Phase.FETCHING)),
    (marked("queued"), (Phase.QUEUED,)),
    (marked("sending"), (Phase.SENDING,)),
    (marked("planned"), (Phase.PLANNED,)),
)


def tally(cells: Sequence[Cell]) -> str:
    """Say how many stand where: "6 jobs: 4 done, 1 failed, 1 drawing"."""
    told = [
        gettext("{count} {state}").format(count=count, state=gettext(word))
        for word, phases in _TALLY
        if (count := sum(cell.phase in phases for cell in cells))
    ]
    if not told:
        return gettext("no jobs yet")
    jobs = ngettext("{count} job: {states}", "{count} jobs: {states}", len(cells))
    return jobs.format(count=f"{len(cells):,}", states=", ".join(told))


def _cell(cell: Cell, picture: bytes | None) -> Safe:
    image = picture and el(
        "img", src=picture_data_url(picture, "image/jpeg"), alt=cell.label, **_style_of("picture")
    )
    return el(
        "figure",
        image or None,
        el(
            "figcaption",
            el("div", unbroken(truncate(cell.label, _LABEL)), dir="auto", **_style_of("label")),
            el("div", phase_text(cell), **_style_of("line")),
            el("div", cell.reason, **_style_of("reason")) if cell.reason else None,
        ),
        **_style_of("cell"),
    )


def _style_of(part: str) -> dict[str, Value]:
    return {"style": _STYLES[part]}
